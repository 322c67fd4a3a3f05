"""Running a siege on while its shared urge to leave follows what is expected to be counted.

The urge U is the model's own number for what it does not know of why people leave on one day and not on another. From
the as-of date each member is given a course of the count of all who left (the blend of every forecaster, ``follow``),
and at the start of each day

    U' = U + ln((w + 50) / (f + 50)),      cut to steps of 1.5 and to [-4, 4],

where f is how many left on the day before, at U, and w how many should leave today: what the course adds up to so far,
with the bias of its source undone, less who has left. Everything else is the model's: where nobody is left who could
leave, nobody does, whatever the course says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saferground import engine
from saferground.engine import Record, State
from saferground.engine.state import URGE, reorder
from saferground.ensemble.members import Part
from saferground.model import Model

Array = NDArray[np.float64]
_FEW, _STEP, _MOST = 50.0, 1.5, 4.0


@dataclass(frozen=True, eq=False)
class Course:
    """How many people should leave: since the as-of date, by the end of each day, (members, days); and ``yesterday``,
    how many left on the as-of date, (members,)."""

    wanted: Array
    yesterday: Array


def steered(
    model: Model,
    seed: int,
    state: State,
    chosen: NDArray[np.int64],
    first: int,
    course: Course | None,
    urges: Array | None = None,
) -> Part:
    """What runs some members from the end of day ``first`` to the end of the run, member i from ``state[chosen[i]]``.

    Without a course the urge drifts by itself. A member's draws depend on its number. ``state`` stays as it is.
    ``urges`` (members, days ahead), if given, is filled with the urge at the start of each day.
    """

    def part(params: NDArray[np.void], numbers: NDArray[np.int64]) -> Record:
        own = reorder(state, chosen[numbers])
        if course is None:
            return _run(model, params, seed, numbers, own, first, model.clock.days)
        mine = Course(course.wanted[numbers], course.yesterday[numbers])
        record, felt = _follow(model, params, seed, numbers, own, first, mine)
        if urges is not None:
            urges[numbers] = felt
        return record

    return part


def replayed(model: Model, seed: int, state: State, first: int, urges: Array | None) -> Part:
    """The same from ``state[i]`` for member i, with the urges of an earlier run, whatever becomes of the people.

    So a plan is told from no plan by what it does, and not by how the urge to leave would have made up for it.
    """

    def part(params: NDArray[np.void], numbers: NDArray[np.int64]) -> Record:
        own = reorder(state, numbers)
        if urges is None:
            return _run(model, params, seed, numbers, own, first, model.clock.days)
        days = []
        for day in range(first, model.clock.days):
            own.mood[:, URGE] = urges[numbers, day - first]
            days.append(_run(model, params, seed, numbers, own, day, day + 1))
        return _joined(days)

    return part


def _run(
    model: Model, params: NDArray[np.void], seed: int, numbers: NDArray[np.int64], state: State, first: int, last: int
) -> Record:
    per_day = model.clock.steps_per_day
    return engine.run(model.world, params, seed, numbers, state, first=first * per_day, last=last * per_day)


def _follow(
    model: Model,
    params: NDArray[np.void],
    seed: int,
    numbers: NDArray[np.int64],
    state: State,
    first: int,
    course: Course,
) -> tuple[Record, Array]:
    """A day at a time; what happened, and the urge at the start of each day (members, days)."""
    left, before, urge = np.zeros(len(numbers)), course.yesterday, state.mood[:, URGE].copy()
    days, felt = [], []
    for day in range(first, model.clock.days):
        wanted = np.maximum(course.wanted[:, day - first] - left, 0.0)
        step = np.log((wanted + _FEW) / (before + _FEW)).clip(-_STEP, _STEP)
        urge = (urge + step).clip(-_MOST, _MOST)
        state.mood[:, URGE] = urge
        record = _run(model, params, seed, numbers, state, day, day + 1)
        before = record.departures[:, 0, : len(model.layout.districts)].sum(axis=1).astype(float)
        left = left + before
        days.append(record)
        felt.append(urge)
    return _joined(days), np.stack(felt, axis=1)


def _joined(days: list[Record]) -> Record:
    return Record(*(np.concatenate(arrays, axis=1) for arrays in zip(*days, strict=True)))
