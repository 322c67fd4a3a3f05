"""What has become another between two as-of dates of one siege, and from which day on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation.particles import Count
from saferground.model import Model
from saferground.model.arrays import Ground, World
from saferground.observation.series import Series

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


class Changes(NamedTuple):
    """Days from the start of the run before which nothing has changed."""

    control: int  # of the ground
    rest: int  # all else that changes with time
    counts: int  # by the last day of each


def changes(
    before: Model,
    heard: tuple[Sequence[Series], Sequence[Count]],
    after: Model,
    known: tuple[Sequence[Series], Sequence[Count]],
) -> Changes:
    """What has changed from ``before``, of which the counts ``heard`` were known, to ``after``, of which ``known`` are.

    Counts come with the series that their numbers are of. Only for worlds that are ``laid_out_alike``.
    """
    per_day = after.clock.steps_per_day
    control = _front_moves(before.world.ground, after.world.ground) // per_day
    rest = _rest_changes(before.world, after.world) // per_day
    return Changes(control, rest, min((day for *_, day, _ in _named(*heard) ^ _named(*known)), default=NEVER))


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
