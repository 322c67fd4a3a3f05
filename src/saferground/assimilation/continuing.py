"""Going on from an earlier fit: to which of its checkpoints learning goes back, and how members are carried over."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation import course
from saferground.assimilation.checkpoints import Checkpoint, unpack
from saferground.assimilation.particles import AHEAD, Count, Heard, Now, counts_of
from saferground.model import Journey, Model
from saferground.model.arrays import Ground, World
from saferground.observation import sources as hearing
from saferground.observation.quantities import daily
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


_EVENTS = ("event_start", "event_step", "event_district", "event_status", "known_until")
"""Fields of a world's ground that say when control changes."""
NEVER = 2**31
"""A step that no run reaches."""


def why_not(earlier: Posterior, model: Model | Journey, days: int, members: int, seed: int) -> str:
    """Why ``earlier`` cannot be continued to the end of ``days`` days of a run of ``model``; empty where it can, if it
    has a checkpoint to go back to."""
    before = earlier.model
    if isinstance(model, Journey) or isinstance(before, Journey):
        return "a journey takes who is displaced from its counts, so new counts change its past"
    if earlier.members != members or earlier.seed != seed:
        return "the earlier fit has another number of members or another seed"
    if before.clock.start != model.clock.start or earlier.filtered.day > days:
        return "the earlier fit starts on another day, or is of a later day"
    if before.priors != model.priors:
        return "priors of parameters have changed"
    if not laid_out_alike(before.world, model.world):
        return "there are other places or ways, or other people in them"
    return ""


def goes_back_to(
    earlier: Posterior, before: World, model: Model, series: Sequence[Series], days: int
) -> Checkpoint | None:
    """The newest checkpoint of ``earlier``, whose world is ``before``, before which nothing has changed; None without.

    Only where ``why_not`` has nothing against it. Nothing has changed where the world is the same, the counts are those
    that were heard, and the looks ahead that were taken by then would see the same again.
    """
    after, per_day = model.world, model.clock.steps_per_day
    front, rest = _front_moves(before.ground, after.ground) // per_day, _rest_changes(before, after) // per_day
    heard = _named(earlier.series, [one.count for one in earlier.filtered.heard])
    counts = [one[4] for one in heard ^ _named(series, counts_of(model, series, days))]
    looks = _other_looks(earlier, model, rest if after.ground.open_ended[0] else min(front, rest))
    last = min([front, rest, *counts, *(day - 1 for day in looks)])
    return next((one for one in reversed(earlier.filtered.checkpoints) if one.day <= last), None)


def _other_looks(earlier: Posterior, model: Model, same: int) -> list[int]:
    """Days of the looks ahead that would see another world, which is the same for ``same`` days, or end on another."""
    ends = [(look.day, *(min(look.day + AHEAD, one.clock.days) for one in (earlier.model, model)))
            for look in earlier.filtered.looks]  # fmt: skip
    return [day for day, end, other in ends if end != other or end > same]


def _named(series: Sequence[Series], counts: Sequence[Count]) -> set[tuple[Any, ...]]:
    """Counts, by the keys of their series."""
    return {(series[one.series].key, *one[1:]) for one in counts}


def laid_out_alike(before: World, after: World) -> bool:
    """Whether two worlds are the same in all that does not change with time."""
    if before[6:] != after[6:]:  # hours of a step, steps of a day, longest journey
        return False
    return all(
        one.shape[1:] == other.shape[1:] if field in _TIMED else np.array_equal(one, other)
        for field, one, other in _pairs(before, after)
        if field not in _EVENTS
    )


def _rest_changes(before: World, after: World) -> int:
    """First step in which anything but control of the ground differs between worlds that are laid out alike."""
    return min(_first_difference(one, other) for field, one, other in _pairs(before, after) if field in _TIMED)


def _pairs(before: World, after: World) -> Iterator[tuple[str, NDArray[Any], NDArray[Any]]]:
    for part in World._fields[:6]:
        one, other = getattr(before, part), getattr(after, part)
        yield from zip(one._fields, one, other, strict=True)


def _first_difference(one: NDArray[Any], other: NDArray[Any]) -> int:
    """First index at which two arrays differ, as far as both go."""
    shared = min(len(one), len(other))
    differs = (one[:shared] != other[:shared]).reshape(shared, -1).any(axis=1)
    return int(differs.argmax()) if differs.any() else NEVER


def _front_moves(before: Ground, after: Ground) -> int:
    """First step in which control is known to change in one of them and not, or otherwise, in the other."""
    moves = zip(_moves(before), _moves(after), strict=True)
    return min((_first_move(one, other) for one, other in moves), default=NEVER)


def _moves(ground: Ground) -> Iterator[list[tuple[int, ...]]]:
    """Step, district and status of the changes of control of each course, by step."""
    events = np.stack([ground.event_step, ground.event_district, ground.event_status], axis=1)
    for start, end in itertools.pairwise(ground.event_start):
        own = events[start:end]
        yield [tuple(row) for row in own[np.argsort(own[:, 0], kind="stable")].tolist()]


def _first_move(one: list[tuple[int, ...]], other: list[tuple[int, ...]]) -> int:
    pairs = itertools.zip_longest(one, other, fillvalue=(NEVER,))
    return next((min(a[0], b[0]) for a, b in pairs if a != b), NEVER)


def carried(earlier: Posterior, point: Checkpoint, model: Model, series: Sequence[Series], days: int) -> Now:
    """Members of ``earlier`` as they were at a checkpoint, in the arrays of ``model``, with what they had learned of
    ``series``."""
    made, members = earlier.filtered, unpack(point.packed, model.world)
    pieces = list(made.pieces[: point.pieces])
    quantities = {one.quantity for one in counts_of(model, series, days)}
    keys = [one.key for one in earlier.series]
    heard = [one for one in made.heard if one.count.last < point.day]
    return Now(
        members.scores, members.state, pieces, _arranged(members.sources, point.series, series), members.log_weight,
        daily(model, course.joined(pieces), quantities), point.day, _renumbered(heard, keys, series),
        [replace(one, sources=_arranged(one.sources, keys, series)) for one in made.looks if one.day <= point.day],
        [one for one in made.checkpoints if one.day <= point.day],
    )  # fmt: skip


def _renumbered(heard: Sequence[Heard], before: Sequence[str], after: Sequence[Series]) -> list[Heard]:
    """Counts of the series with the keys ``before`` as counts of ``after``."""
    place = {one.key: i for i, one in enumerate(after)}
    return [replace(one, count=one.count._replace(series=place[before[one.count.series]])) for one in heard]


def _arranged(sources: Sources, before: Sequence[str], after: Sequence[Series]) -> Sources:
    """What was learned of the series with the keys ``before``, for ``after``; of one that is new nothing is known."""
    new = hearing.unknown(len(sources.mean), [bool(one.place) for one in after])
    old = {key: i for i, key in enumerate(before)}
    for i, at in ((i, old[one.key]) for i, one in enumerate(after) if one.key in old):
        for part, held in zip(new, sources, strict=True):
            part[:, i] = held[:, at]
    return new
