"""One member: where its people are, and a day of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from saferground.engine.journey.record import JourneyRecord
from saferground.engine.journey.state import JourneyState
from saferground.engine.plain.journey.cells import Cell, cell_of, number_of
from saferground.model.journey.arrays import JourneyWorld


@dataclass
class Member:
    """State of one member; ``people`` keeps the order in which its cells came to be occupied."""

    people: dict[Cell, int]
    present: list[int]  # by place
    population: list[int]  # who may still be displaced, by place
    carried: list[float]  # fractions of people not displaced yet, by place
    unplaced: int  # counted as displaced while there was nowhere to come from

    def put(self, cell: Cell, people: int) -> None:
        """Adds people to a cell."""
        if people:
            self.people[cell] = self.people.get(cell, 0) + people


class Alike(NamedTuple):
    """People who go on together, and the sums over them of three distances or times in which they differ a little."""

    people: int
    sums: tuple[int, ...]

    def mean(self, i: int) -> int:
        """To the nearest whole number."""
        return (2 * self.sums[i] + self.people) // (2 * self.people)


@dataclass(frozen=True)
class Today:
    """A day of a member: what is given, the member, and what is written down."""

    day: int
    p: Mapping[str, float]
    world: JourneyWorld
    member: Member
    out: JourneyRecord = field(repr=False)  # of the day
    batch: dict[int, int] = field(default_factory=dict)  # people who may set out at once for places that fill
    crowd: bool = False  # people who are alike are taken together
    front: list[dict[Any, Alike]] = field(default_factory=list)  # by stage of the day, last for another turn
    evening: dict[Cell, Alike] = field(default_factory=dict)


def load(world: JourneyWorld, state: JourneyState, i: int) -> Member:
    """One member of a state."""
    cells = int(state.cells[i])
    numbers, people = state.key[i, :cells].tolist(), state.people[i, :cells].tolist()
    return Member(
        people={cell_of(number, world): n for number, n in zip(numbers, people, strict=True)},
        present=state.present[i].tolist(),
        population=state.population[i].tolist(),
        carried=state.carried[i].tolist(),
        unplaced=int(state.unplaced[i]),
    )


def unload(world: JourneyWorld, members: list[Member]) -> JourneyState:
    """Members as a state, with room for the cells of the one that has most."""
    room = max((len(member.people) for member in members), default=0)
    cells = np.zeros((2, len(members), room), np.int64)
    for i, member in enumerate(members):
        cells[0, i, : len(member.people)] = [number_of(cell, world) for cell in member.people]
        cells[1, i, : len(member.people)] = list(member.people.values())
    return JourneyState(
        key=cells[0],
        people=cells[1],
        cells=np.array([len(member.people) for member in members], np.int64),
        present=np.array([member.present for member in members], np.int64),
        population=np.array([member.population for member in members], np.int64),
        carried=np.array([member.carried for member in members], np.float64),
        unplaced=np.array([member.unplaced for member in members], np.int64),
    )
