"""State of the members of a journey run: the occupied cells and what each member has used up.

A cell holds the number of people who share everything that can matter for what they do next: where they are (a place,
or a link and how far along it), the way they remember, whether they have completed a first link, how far they travelled
of late, their class. One whole number, the cell's key, says it all; see ``cells``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.model.journey.arrays import JourneyWorld

Array = NDArray
FIRST_SIZE = 1024
"""Cells that a member has room for at first; a run makes room for more when a member needs it."""


class JourneyState(NamedTuple):
    """M members, N room for cells, P places."""

    key: Array  # (M, N) of the occupied cells
    people: Array  # (M, N) in them
    cells: Array  # (M,) occupied
    present: Array  # (M, P) people at each place
    population: Array  # (M, P) people who may still be displaced there
    carried: Array  # (M, P) fractions of people not displaced yet
    unplaced: Array  # (M,) people counted as displaced while there was nowhere to come from


def init(world: JourneyWorld, members: int) -> JourneyState:
    """State before the first day; ``run`` from day 0 fills it."""
    places = len(world.places.key)
    return JourneyState(
        key=np.zeros((members, FIRST_SIZE), np.int64),
        people=np.zeros((members, FIRST_SIZE), np.int64),
        cells=np.zeros(members, np.int64),
        present=np.zeros((members, places), np.int64),
        population=np.tile(world.places.population, (members, 1)),
        carried=np.zeros((members, places)),
        unplaced=np.zeros(members, np.int64),
    )


def reorder(state: JourneyState, order: NDArray[np.int64]) -> JourneyState:
    """The members at ``order``, repeated or left out as it says; copies."""
    return JourneyState(*(array[order] for array in state))


def widened(state: JourneyState, size: int) -> JourneyState:
    """The same state with room for ``size`` cells."""
    more = ((0, 0), (0, size - state.key.shape[1]))
    return state._replace(key=np.pad(state.key, more), people=np.pad(state.people, more))
