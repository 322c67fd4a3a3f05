"""Room for intermediate results inside a step: the kernel itself allocates nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.model.arrays import World

Array = NDArray


class Scratch(NamedTuple):
    """Nothing here survives the process that uses it. Sizes as in model.arrays; V = most onward ways of a site."""

    before: Array  # (D,) control before the step
    reached: Array  # (D,) goods can reach the district
    people: Array  # (D,) people, or weights of districts
    pushed: Array  # (D, K) households pushed into the district
    pushed_absent: Array  # (D, K) people
    exits: Array  # (X,) weights
    neighbours: Array  # weights of borders
    pending: Array  # (K,) households
    room: Array  # (C,) people
    free: Array  # (C,) people
    shelters: Array  # (C,) weights
    chosen: Array  # (V,) households by onward way
    wish: Array  # (V,)
    in_time: Array  # (V,) vehicle-hours left before it is too late for the curfew
    camps: Array  # (V,) weights
    hosts: Array  # (V,)


def allocate_scratch(world: World) -> Scratch:
    """Scratch for one thread."""
    d, k, c = len(world.ground.key), len(world.classes.key), len(world.settled.key)
    most = int(np.diff(world.sites.onward_start).max(initial=1))
    return Scratch(
        before=np.zeros(d, np.int64),
        reached=np.zeros(d, np.bool_),
        people=np.zeros(d),
        pushed=np.zeros((d, k), np.int64),
        pushed_absent=np.zeros((d, k), np.int64),
        exits=np.zeros(len(world.exits.key)),
        neighbours=np.zeros(len(world.ground.border_to)),
        pending=np.zeros(k, np.int64),
        room=np.zeros(c),
        free=np.zeros(c),
        shelters=np.zeros(c),
        chosen=np.zeros(most, np.int64),
        wish=np.zeros(most, np.int64),
        in_time=np.zeros(most),
        camps=np.zeros(most),
        hosts=np.zeros(most),
    )
