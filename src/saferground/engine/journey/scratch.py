"""Room for intermediate results of one member: the kernel itself allocates nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.engine.journey.cells import ENTRIES, Cells, allocate_cells
from saferground.engine.journey.pool import Pool, allocate_pool
from saferground.model.journey.arrays import JourneyWorld

Array = NDArray
EVENING = 0  # the one row of its pool
_DEPTH = 64


class JourneyScratch(NamedTuple):
    """Sizes as in model.journey.arrays; H = room for groups that are still to be moved today."""

    now: Cells
    then: Cells
    front: Pool  # who arrived and decides again, by stage; in the last row those who wait for another round
    evening: Pool  # whose day is over
    row: Array  # (ENTRIES,)
    group: Array  # (H, ENTRIES)
    word: Array  # (H,) key of the draws of each group
    groups: Array  # (1,) how many there are
    weight: Array  # (K, Q) of paths, capacity left aside
    weighed: Array  # (K, P) stamp of the epoch in which the paths of a place were weighed
    stamp: Array  # (1,) of the present member and epoch
    option: Array  # (Q,) weights of the options of one choice
    coming: Array  # (P,) people on links that end at the place
    batch: Array  # (P,) people of a group who may set out at once for a place that fills, 0 = all
    crowd: Array  # (1,) 1: people who are alike are taken together today


def allocate_scratch(world: JourneyWorld, room: int) -> JourneyScratch:
    """Scratch for one thread, with tables for at least ``room`` cells."""
    slots = 1 << (2 * room + 1).bit_length()
    places, classes, paths = len(world.places.key), len(world.classes.key), len(world.paths.key)
    depth = _DEPTH * (int(np.diff(world.paths.first_of).max(initial=0)) + 4)
    return JourneyScratch(
        now=allocate_cells(slots),
        then=allocate_cells(slots),
        front=allocate_pool(world.rules.stages + 1, slots // 4),
        evening=allocate_pool(1, slots),
        row=np.zeros(ENTRIES, np.int64),
        group=np.zeros((depth, ENTRIES), np.int64),
        word=np.zeros(depth, np.uint64),
        groups=np.zeros(1, np.int64),
        weight=np.zeros((classes, paths)),
        weighed=np.zeros((classes, places), np.int64),
        stamp=np.zeros(1, np.int64),
        option=np.zeros(paths),
        coming=np.zeros(places, np.int64),
        batch=np.zeros(places, np.int64),
        crowd=np.zeros(1, np.int64),
    )
