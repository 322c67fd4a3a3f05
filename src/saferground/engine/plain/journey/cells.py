"""Cells and groups: how people are told apart from day to day, and within a day."""

from __future__ import annotations

from typing import NamedTuple

from saferground.engine.plain.streams import blend, fold
from saferground.model.journey.arrays import JourneyWorld

NOWHERE = -1
NO_WAY, LOST = -1, -2
"""In place of a remembered path: none, and one that leads nowhere any more."""


class Cell(NamedTuple):
    """Everything that can matter for what people do next; they are at a place, or on a link."""

    group: int  # class
    place: int = NOWHERE
    link: int = NOWHERE
    ridden: int = 0  # parts of days on the link
    walked: int = 0
    afoot: bool = False  # no link completed yet, where the first one is walked
    shut: bool = False  # the link was closed meanwhile
    way: int = NO_WAY  # path remembered
    memory: int = 0  # level of recent travel

    @property
    def travels(self) -> bool:
        """On a link."""
        return self.link != NOWHERE


class Group(NamedTuple):
    """People of one cell who move together within a day."""

    cell: Cell
    people: int
    key: int  # of their draws
    today: int = 0  # metres travelled today
    left: int = 0  # parts of the day that are left after an arrival; 0 = the day begins


def sizes(world: JourneyWorld) -> tuple[int, ...]:
    """For how many values each part of a cell's number has room, the class left aside, which comes last."""
    rules = world.rules
    bits = rules.where_bits, rules.ridden_bits, rules.walked_bits, 1, 1, rules.way_bits, rules.memory_bits
    return tuple(2**each for each in bits)


def number_of(cell: Cell, world: JourneyWorld) -> int:
    """The whole number that stands for a cell in a state."""
    parts = where_of(cell, world), cell.ridden, cell.walked, cell.afoot, cell.shut, way_of(cell, world), cell.memory
    number = cell.group
    for part, size in zip(reversed(parts), reversed(sizes(world)), strict=True):
        number = number * size + int(part)
    return number


def where_of(cell: Cell, world: JourneyWorld) -> int:
    """Places come before links."""
    return len(world.places.key) + cell.link if cell.travels else cell.place


def way_of(cell: Cell, world: JourneyWorld) -> int:
    """0 without a way, then the paths, last a lost one."""
    return len(world.paths.key) + 1 if cell.way == LOST else cell.way + 1


def cell_of(number: int, world: JourneyWorld) -> Cell:
    """The cell that a number in a state stands for."""
    parts = []
    for size in sizes(world):
        number, part = divmod(number, size)
        parts.append(part)
    where, ridden, walked, afoot, shut, way, memory = parts
    places, paths = len(world.places.key), len(world.paths.key)
    return Cell(
        group=number,
        place=where if where < places else NOWHERE,
        link=where - places if where >= places else NOWHERE,
        ridden=ridden,
        walked=walked,
        afoot=bool(afoot),
        shut=bool(shut),
        way=LOST if way == paths + 1 else way - 1,
        memory=memory,
    )


def key_of_cell(key: int, cell: Cell, world: JourneyWorld, apart: int = 0) -> int:
    """Key of the draws of a cell, from words of names: what else there is in the world does not change it.

    ``apart`` tells those from each other who are in the same cell and differ in what they have done today.
    """
    own = int(world.links.key[cell.link] if cell.travels else world.places.key[cell.place])
    path = way_of(cell, world) if cell.way in (NO_WAY, LOST) else int(world.paths.key[cell.way])
    small = (cell.ridden * 2**world.rules.walked_bits + cell.walked) * 2**world.rules.memory_bits + cell.memory
    words = own ^ int(world.classes.key[cell.group]), path, small * 4 + cell.shut * 2 + cell.afoot, apart
    return fold(key, blend(*words))
