"""Many futures of one siege that differ in what is done from the as-of date on, and in nothing else.

A trunk is the ensemble at the end of the as-of date. A branch carries it on with a model of its own: other buses,
lanes, camps, ways. All branches have the same members, the same random numbers (keyed by name, so that what a plan does
not touch draws the same) and the same urge to leave on each day: the difference of two branches, member by member, is
what their models do.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
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


def of_one_size(models: Sequence[Model]) -> list[Model]:
    """The models with room for the longest journey of any of them, so that they can take over each other's states."""
    ring = max(model.world.ring for model in models)
    return [replace(model, world=model.world._replace(ring=ring)) for model in models]


def of_size(trunk: Trunk, model: Model) -> Model:
    """The model with room for the journeys of the trunk's, which has the longest."""
    return replace(model, world=model.world._replace(ring=trunk.model.world.ring))


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
    trunk: Trunk, model: Model | None = None, *, threads: int | None = None, progress: Progress | None = None
) -> xr.Dataset:
    """The days ahead with a model, or with the trunk's own; the Dataset of ``saferground.simulate`` for these days.

    The model is of the same scenario but for what was changed after the as-of date, and of one size with the trunk's.
    """
    return label(trunk, model or trunk.model, record(trunk, model, threads=threads, progress=progress))


def record(
    trunk: Trunk, model: Model | None = None, *, threads: int | None = None, progress: Progress | None = None
) -> Record:
    """The same as bare arrays."""
    if model is None and trunk.record is not None:
        return trunk.record
    threads = threads or os.cpu_count() or 1
    part = replayed(model or trunk.model, trunk.seed, trunk.state, trunk.first, trunk.urges)
    return run_chunks(part, trunk.params, np.arange(trunk.members), threads, progress)


def label(trunk: Trunk, model: Model, made: Record) -> xr.Dataset:
    """Names, units and provenance for what happens on the days ahead."""
    return siege.label(model, made, trunk.params, trunk.seed, trunk.first)
