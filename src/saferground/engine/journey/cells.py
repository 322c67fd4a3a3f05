"""The occupied cells of one member: a hash table from the key of a cell to the number of people in it.

A key is made of parts, each with bits of its own: where (places, then links), parts of days ridden and walked on the
link, first link still ahead, link closed while on it, way remembered, recent travel, class. Inside a process a cell is
a row of whole numbers, one a part.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.compiling import compiled
from saferground.model.journey.arrays import JourneyWorld
from saferground.streams import Array as Anything
from saferground.streams import Whole, mix

Array = NDArray

# Entries of a row. Those up to CLASS make the key; the others live within a day. TODAY is in metres.
WHERE, RIDDEN, WALKED, AFOOT, SHUT, WAY, MEMORY, CLASS, COUNT, LEFT, TODAY, SETTLED, GAIT = range(13)
ENTRIES = 13
UNDECIDED, RIDES, WALKS = range(3)  # entry GAIT: how people move today
NO_WAY = 0  # entry WAY: 0 none, 1 + path, 1 + number of paths: one that leads nowhere any more
EMPTY = np.int64(-1)


class Cells(NamedTuple):
    """A table of S slots, S a power of two; ``used`` lists the occupied slots in the order of their first use."""

    key: Array  # (S,) EMPTY = free
    people: Array  # (S,)
    used: Array  # (S,)
    size: Array  # (1,) occupied slots
    full: Array  # (1,) 1: there was no room


def allocate_cells(slots: int) -> Cells:
    """An empty table."""
    return Cells(
        key=np.full(slots, EMPTY),
        people=np.zeros(slots, np.int64),
        used=np.zeros(slots, np.int64),
        size=np.zeros(1, np.int64),
        full=np.zeros(1, np.int64),
    )


@compiled
def put(cells: Cells, key: Whole, count: Whole) -> None:
    """Adds people to a cell."""
    mask = len(cells.key) - 1
    slot = np.int64(mix(np.uint64(key))) & mask
    while cells.key[slot] != EMPTY and cells.key[slot] != key:
        slot = (slot + 1) & mask
    if cells.key[slot] == EMPTY:
        if cells.size[0] > mask // 2:
            cells.full[0] = 1
            return
        cells.key[slot] = key
        cells.used[cells.size[0]] = slot
        cells.size[0] += 1
    cells.people[slot] += count


@compiled
def clear(cells: Cells) -> None:
    """Empties a table."""
    for i in range(cells.size[0]):
        slot = cells.used[i]
        cells.key[slot] = EMPTY
        cells.people[slot] = 0
    cells.size[0] = 0


@compiled
def key_of_row(world: JourneyWorld, row: Anything) -> Whole:
    """The key of the cell that a row describes."""
    rules = world.rules
    key = (row[CLASS] << rules.memory_bits) | row[MEMORY]
    key = (key << rules.way_bits) | row[WAY]
    key = (key << 2) | (row[SHUT] << 1) | row[AFOOT]
    key = (key << rules.walked_bits) | row[WALKED]
    key = (key << rules.ridden_bits) | row[RIDDEN]
    return (key << rules.where_bits) | row[WHERE]


@compiled
def row_of_key(world: JourneyWorld, key: Whole, row: Anything) -> None:
    """Writes the parts of a key into a row."""
    rules = world.rules
    row[WHERE], key = low(key, rules.where_bits), key >> rules.where_bits
    row[RIDDEN], key = low(key, rules.ridden_bits), key >> rules.ridden_bits
    row[WALKED], key = low(key, rules.walked_bits), key >> rules.walked_bits
    row[AFOOT], row[SHUT], key = key & 1, (key >> 1) & 1, key >> 2
    row[WAY], key = low(key, rules.way_bits), key >> rules.way_bits
    row[MEMORY], row[CLASS] = low(key, rules.memory_bits), key >> rules.memory_bits
    row[LEFT], row[TODAY], row[SETTLED], row[GAIT] = 0, 0, 0, UNDECIDED


@compiled
def low(key: Whole, bits: Whole) -> Whole:
    """The lowest bits of a key."""
    return key & ((np.int64(1) << bits) - 1)


@compiled
def on_link(world: JourneyWorld, key: Whole) -> bool:
    """Whether the people of a cell are on a link."""
    return bool(low(key, world.rules.where_bits) >= len(world.places.key))
