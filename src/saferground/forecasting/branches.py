"""Many futures of one siege that differ in what is done from the as-of date on, and in nothing else.

A trunk is the ensemble at the end of the as-of date. A branch carries it on with a model of its own: other buses,
lanes, camps, ways. All branches have the same members, the same random numbers (keyed by name, so that what a plan does
not touch draws the same) and the same urge to leave on each day: the difference of two branches, member by member, is
what their models do.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.assimilation import Posterior, course
from saferground.engine import Record, State
from saferground.ensemble import siege
from saferground.ensemble.members import Progress, run_chunks
from saferground.errors import UsageError
from saferground.forecasting.ahead import course_of
from saferground.forecasting.outlook import outlook
from saferground.forecasting.steer import replayed, steered
from saferground.model import Model
from saferground.model.params import from_scores, sample

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Trunk:
    """The ensemble that branches start from.

    Attributes:
        model: without any plan.
        params: of each member.
        seed: of all random numbers.
        state: at the end of the as-of date.
        first: days simulated by then; the first day ahead has this index.
        urges: urge to leave at the start of each day ahead (members, days), or None where it drifts by itself.
        record: what happens without a plan, where making the trunk has told it already.
    """

    model: Model
    params: NDArray[np.void]
    seed: int
    state: State
    first: int
    urges: Array | None
    record: Record | None

    @property
    def members(self) -> int:
        """How many members it has."""
        return len(self.params)


def trunk(
    basis: Model | Posterior,
    members: int = 500,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Trunk:
    """The ensemble at the end of the as-of date, from priors or from what was learned from counts.

    Its branch without a plan is the forecast of the same basis, members and seed, bit for bit.

    Raises
    ------
    UsageError
        Fewer than two members or a negative seed.
    """
    if members < 2 or seed < 0:
        raise UsageError(f"got members={members}, seed={seed}; expected members >= 2 and seed >= 0. Change them.")
    threads = threads or os.cpu_count() or 1
    if isinstance(basis, Posterior):
        return _learned(basis, members, seed, threads, progress)
    return _from_priors(basis, members, seed, threads)


def _from_priors(model: Model, members: int, seed: int, threads: int) -> Trunk:
    params = sample(model.priors, np.arange(members, dtype=np.int64), seed)
    first = model.known_until // model.clock.steps_per_day
    _, state = course.advance(model, params, seed, course.begin(model, members), 0, first, threads)
    return Trunk(model, params, seed, state, first, None, None)


def _learned(posterior: Posterior, members: int, seed: int, threads: int, progress: Progress | None) -> Trunk:
    found = outlook(posterior, members, seed, threads)
    chosen = np.arange(members) * posterior.members // members
    made, model = posterior.filtered, posterior.model
    assert isinstance(model, Model)
    params = from_scores(model.priors, made.scores[chosen])
    state, wanted = course.reorder(made.state, chosen), course_of(posterior, found, chosen)
    if wanted is None:
        return Trunk(model, params, seed, state, made.day, None, None)
    urges = np.zeros((members, model.clock.days - made.day))
    part = steered(model, seed, state, np.arange(members), made.day, wanted, urges)
    record = run_chunks(part, params, np.arange(members), threads, progress)
    return Trunk(model, params, seed, state, made.day, urges, record)


def branch(
    trunk: Trunk,
    model: Model | None = None,
    *,
    chosen: Whole | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """The days ahead with a model, or with the trunk's own; the Dataset of ``saferground.simulate`` for these days.

    The model is of the same scenario but for what was changed after the as-of date. Of the members ``chosen``, by
    number, if given: each is the same as among all.
    """
    made = record(trunk, model, chosen=chosen, threads=threads, progress=progress)
    params = trunk.params if chosen is None else trunk.params[chosen]
    return siege.label(model or trunk.model, made, params, trunk.seed, trunk.first)


def record(
    trunk: Trunk,
    model: Model | None = None,
    *,
    chosen: Whole | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Record:
    """The same as bare arrays."""
    if model is None and trunk.record is not None:
        return trunk.record if chosen is None else Record(*(array[chosen] for array in trunk.record))
    start, own = of_one_size(trunk, model or trunk.model)
    numbers = np.arange(trunk.members) if chosen is None else chosen
    part = replayed(own, start.seed, start.state, start.first, start.urges)
    return run_chunks(part, start.params[numbers], numbers, threads or os.cpu_count() or 1, progress)


def of_one_size(trunk: Trunk, model: Model) -> tuple[Trunk, Model]:
    """Both with room for the longest journey of either, so that the model can take over the trunk's state."""
    ring, held = max(model.world.ring, trunk.model.world.ring), trunk.model.world.ring
    if model.world.ring < ring:
        return trunk, replace(model, world=model.world._replace(ring=ring))
    if held < ring:
        now = trunk.first * model.clock.steps_per_day
        wider = {name: _with_room(getattr(trunk.state, name), ring, now) for name in _BY_ARRIVAL}
        return replace(trunk, state=trunk.state._replace(**wider)), model
    return trunk, model


_BY_ARRIVAL = ("coming", "coming_absent", "on_road")
"""Arrays of the state whose second axis is the step of arrival, modulo its length."""


def _with_room(coming: Whole, ring: int, now: int) -> Whole:
    """Those on the way by the step of their arrival modulo ``ring``, from the step ``now`` on."""
    held = coming.shape[1]
    steps = np.arange(now, now + held)
    wider = np.zeros((len(coming), ring, *coming.shape[2:]), coming.dtype)
    wider[:, steps % ring] = coming[:, steps % held]
    return wider
