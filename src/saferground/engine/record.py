"""What a run writes down: one value per day, place and group, for each member."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.axes import CARE, GOODS, GROUPS, HAZARDS, IN_CARE, LINES, SPENT, STAY_HOURS, VARIABLES
from saferground.model.arrays import World

Array = NDArray

# Indices into axes.HAZARDS.
ROUTE, HOME, TRAP = (HAZARDS.index(name) for name in ("route", "home", "trap"))


class Record(NamedTuple):
    """Arrays (members, days, ...) in the units of axes.VARIABLES; places are districts, sites, settled."""

    people: Array
    arrivals: Array
    departures: Array
    control: Array
    inward: Array
    returns: Array
    stayers: Array
    shortage: Array
    flow: Array
    waiting: Array
    wait_hours: Array
    person_hours: Array
    stayed: Array
    released: Array
    killed: Array
    injured: Array
    care: Array
    patients: Array


def sizes(world: World) -> dict[str, int]:
    """Length of each dimension that a variable may have."""
    d, s, c = len(world.ground.key), len(world.sites.key), len(world.settled.key)
    return {
        "place": d + s + c, "district": d, "site": s, "settled": c, "household": len(world.classes.key),
        "route": len(world.exits.key) + len(world.sites.onward_key), "good": len(GOODS), "line": len(LINES),
        "hazard": len(HAZARDS), "stage": len(CARE), "spent": len(SPENT), "group": len(GROUPS), "stay": len(STAY_HOURS),
        "care_place": len(world.care.key) + world.care.beds.shape[1], "care_stage": len(IN_CARE),
    }  # fmt: skip


def blank(world: World, members: int, days: int) -> Record:
    """A record of zeros."""
    length = sizes(world)
    return Record(**{
        name: np.zeros((members, days, *(length[dim] for dim in variable.dims)), variable.dtype)
        for name, variable in VARIABLES.items()
    })  # fmt: skip
