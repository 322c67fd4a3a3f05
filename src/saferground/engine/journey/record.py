"""What a run of the journey model writes down: one value per day and place, for each member."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.axes import JOURNEY_VARIABLES
from saferground.model.journey.arrays import JourneyWorld

Array = NDArray


class JourneyRecord(NamedTuple):
    """Arrays (members, days, ...) in the units of axes.JOURNEY_VARIABLES."""

    people: Array
    arrivals: Array
    departures: Array
    displaced: Array
    travelling: Array
    flow: Array


def blank(world: JourneyWorld, members: int, days: int) -> JourneyRecord:
    """A record of zeros."""
    routes = int(world.links.route.max(initial=-1)) + 1
    length = {"place": len(world.places.key), "route": routes}
    return JourneyRecord(**{
        name: np.zeros((members, days, *(length[dim] for dim in variable.dims)), variable.dtype)
        for name, variable in JOURNEY_VARIABLES.items()
    })  # fmt: skip
