"""Going on from an earlier fit: whether its members have lived through the same days, and how they are carried over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation import course
from saferground.assimilation.particles import Count, Filtered, counts_of
from saferground.engine.state import State, allocate
from saferground.model import Journey, Model
from saferground.model.arrays import World
from saferground.observation import sources as hearing
from saferground.observation.series import Series
from saferground.observation.sources import Sources

if TYPE_CHECKING:
    from saferground.assimilation.posterior import Posterior

_TIMED = {
    "inflow", "gate", "open", "server_hours", "open_hours", "shade", "vehicle_hours", "has_fleet", "seats", "speed",
    "onward_open", "onward_in_time", "capacity",
    "triage_hours", "place_hours", "ambulance_hours", "patients", "referral_open", "theatre_hours", "beds",
}  # fmt: skip
"""Fields of a world whose first axis is steps."""


def why_not(
    earlier: Posterior, model: Model | Journey, series: Sequence[Series], days: int, members: int, seed: int
) -> str:
    """Why ``earlier`` cannot be continued to the end of ``days`` days of a run of ``model``; empty when it can be.

    ``series`` are those of the model's scenario.
    """
    before = earlier.model
    if isinstance(model, Journey) or isinstance(before, Journey):
        return "a journey takes who is displaced from its counts, so new counts change its past"
    if earlier.members != members or earlier.seed != seed:
        return "the earlier fit has another number of members or another seed"
    if before.clock.start != model.clock.start or earlier.filtered.day > days:
        return "the earlier fit starts on another day, or is of a later day"
    if before.priors != model.priors:
        return "priors of parameters have changed"
    steps = earlier.filtered.day * before.clock.steps_per_day
    if not same_past(before.world, model.world, steps):
        last = before.clock.start + timedelta(days=earlier.filtered.day - 1)
        return f"what is known of the days up to {last} has changed, or there are other places or ways"
    if not _named(earlier.series, [one.count for one in earlier.filtered.heard]) <= _named(
        series, counts_of(model, series, days)
    ):
        return "counts that the earlier fit has heard were changed or withdrawn"
    return ""


def _named(series: Sequence[Series], counts: Sequence[Count]) -> set[tuple[Any, ...]]:
    """Counts, by the keys of their series."""
    return {(series[one.series].key, *one[1:]) for one in counts}


def same_past(before: World, after: World, steps: int) -> bool:
    """Whether two worlds are the same in their first ``steps`` steps, and are laid out alike throughout."""
    if before[6:] != after[6:]:  # hours of a step, steps of a day, longest journey
        return False
    pairs = zip(_up_to(before, steps).items(), _up_to(after, steps).items(), strict=True)
    return all(np.array_equal(one, other) for (_, one), (_, other) in pairs)


def _up_to(world: World, steps: int) -> dict[str, NDArray[Any]]:
    parts: dict[str, Any] = world._replace(ground=course.events_before(world.ground, steps))._asdict()
    return {
        f"{part}.{field}": array[:steps] if field in _TIMED else array
        for part in World._fields[:6]
        for field, array in parts[part]._asdict().items()
    }


def carried(earlier: Posterior, model: Model | Journey, series: Sequence[Series]) -> Filtered:
    """Members of ``earlier`` in the arrays of ``model``, with what they have learned of ``series``; copies.

    Only where ``why_not`` has nothing against it.
    """
    assert isinstance(model, Model), "a journey is not continued"
    made, place = earlier.filtered, {one.key: i for i, one in enumerate(series)}
    old = {one.key: i for i, one in enumerate(earlier.series)}
    from_old = [old.get(one.key) for one in series]
    heard = tuple(
        replace(one, count=one.count._replace(series=place[earlier.series[one.count.series].key])) for one in made.heard
    )
    at_place = [bool(one.place) for one in series]
    looks = tuple(replace(one, sources=_rearranged(one.sources, from_old, at_place)) for one in made.looks)
    sources = _rearranged(made.sources, from_old, at_place)
    return replace(made, state=laid_out(made.state, model.world), heard=heard, looks=looks, sources=sources)


def _rearranged(sources: Sources, from_old: Sequence[int | None], at_place: Sequence[bool]) -> Sources:
    """Sources of series that stood at other indices; None: not heard of before."""
    new = hearing.unknown(len(sources.mean), at_place)
    for i, at in enumerate(from_old):
        if at is not None:
            for part, old in zip(new, sources, strict=True):
                part[:, i] = old[:, at]
    return new


def laid_out(state: State, world: World) -> State:
    """A copy of the state for a run with more or fewer steps; what lies beyond its last step is empty."""
    blank = allocate(world, len(state.future))
    for new, old in zip(blank, state, strict=True):
        there = tuple(slice(min(sizes)) for sizes in zip(new.shape, old.shape, strict=True))
        new[there] = old[there]
    return blank
