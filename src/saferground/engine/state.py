"""State of the members of a run: who is where, in whole households, and what each member's chance has set.

One record serves many members (arrays with the member first) and one member (the same arrays without that axis).
Households move; a person who is killed or in care is *absent* from the cell that the household is in, so that

    people present = persons in the class x households - absent

holds in every cell, and all absent people together are the killed, those in care and those discharged or dead there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.model.arrays import World

Array = NDArray

# Entries of ``tally``.
KILLED, DISCHARGED, DIED, TALLIES = 0, 1, 2, 3
# Entries of ``care_credit``.
TRIAGE, TREATMENT, AMBULANCES = 0, 1, 2
# Entries of ``mood``.
PACE, URGE, MOODS = 0, 1, 2
# Entries of ``linked`` that are no steps.
CUT_OFF, LONG_AGO = np.int64(2**62), np.int64(-(2**40))
# Lines of a site: its stations, and boarding. The same, and two more ways to spend time there, in ``now``.
MUSTERING, REGISTRATION, SCREENING, AID, BOARDING, LINES = 0, 1, 2, 3, 4, 5
APART, OPEN, SPENT = 5, 6, 7


class State(NamedTuple):
    """Sizes as in model.arrays, M members, L = ring; households unless another unit is named."""

    future: Array  # (M, 1) which course of control the member follows
    control: Array  # (M, D) index into axes.CONTROL
    since: Array  # (M, D) step of the last change of control
    contest_ends: Array  # (M, D) step at which the fighting ends
    linked: Array  # (M, D) step since which supply can reach the district; CUT_OFF, LONG_AGO
    exit_pull: Array  # (M, X) weight of each way out
    onward_pull: Array  # (M, W) weight of each onward way
    mood: Array  # (M, 2) logarithms of the pace and of the shared urge to leave
    stock: Array  # (M, D, G) person-days of full need
    shortage: Array  # (M, D, G) share of the need not met in the last step
    willing: Array  # (M, D, K) households that may leave
    staying: Array  # (M, D, K) households that never leave
    absent_home: Array  # (M, D, K) people
    coming: Array  # (M, L, N, K) on the way, by the step modulo L in which they arrive
    coming_absent: Array  # (M, L, N, K) people
    heading: Array  # (M, C) people on the way to a settled place, absent ones included
    came: Array  # (M, S, T, K) at a site, by step of arrival
    done: Array  # (M, S, 4, T, K) of them, done with each of its stations
    here: Array  # (M, S, K) at a site, whenever they came
    first: Array  # (M, S) no household at the site arrived before this step
    absent_site: Array  # (M, S, K) people
    credit: Array  # (M, S, 5) services or vehicle-hours carried into the next step
    under_way: Array  # (M, S, 4) what is left of a service of random length, in mean lengths
    now: Array  # (M, S, 7) people in each line, apart and in the open at the end of the last step
    spent: Array  # (M, S, 7) today: the same in person-hours
    waited: Array  # (M, S, 5, 2) today: person-hours waited and people served, by line
    sheltered: Array  # (M, C, K) in camps and host communities
    absent_sheltered: Array  # (M, C, K) people
    care_credit: Array  # (M, A, 3) triage, treatment and vehicle-hours carried into the next step
    theatre_credit: Array  # (M, H) operations carried into the next step
    for_triage: Array  # (M, A) injured people
    red: Array  # (M, A) sorted by triage: they need a hospital and are stabilised first
    for_stabilising: Array  # (M, A) not sorted, or sorted as those who need no hospital
    for_bed: Array  # (M, A) stabilised, to go to a hospital
    no_ambulance: Array  # (M, A) of them, those who lack only a vehicle
    on_road: Array  # (M, L, H) on the way to a hospital, by the step modulo L in which they arrive
    for_theatre: Array  # (M, H) in a bed, before their operation
    in_bed: Array  # (M, H) the others in a bed
    tally: Array  # (M, 3) people killed, discharged from care, died in care


def allocate(world: World, members: int) -> State:
    """A state of zeros for ``members`` members."""
    d, k, s = len(world.ground.key), len(world.classes.key), len(world.sites.key)
    c, a, h = len(world.settled.key), len(world.care.key), world.care.beds.shape[1]
    t, g, n = world.exits.open.shape[0], world.ground.stock_best.shape[1], s + c
    whole = {
        "future": (1,), "control": (d,), "since": (d,), "contest_ends": (d,), "linked": (d,),
        "willing": (d, k), "staying": (d, k), "absent_home": (d, k),
        "coming": (world.ring, n, k), "coming_absent": (world.ring, n, k), "heading": (c,),
        "came": (s, t, k), "done": (s, BOARDING, t, k), "here": (s, k), "first": (s,), "absent_site": (s, k),
        "sheltered": (c, k), "absent_sheltered": (c, k),
        "for_triage": (a,), "red": (a,), "for_stabilising": (a,), "for_bed": (a,), "no_ambulance": (a,),
        "on_road": (world.ring, h), "for_theatre": (h,), "in_bed": (h,), "tally": (TALLIES,),
    }  # fmt: skip
    real = {
        "mood": (MOODS,), "stock": (d, g), "shortage": (d, g), "credit": (s, LINES), "waited": (s, LINES, 2),
        "under_way": (s, BOARDING), "now": (s, SPENT), "spent": (s, SPENT),
        "care_credit": (a, 3), "theatre_credit": (h,), "exit_pull": world.exits.key.shape,
        "onward_pull": world.sites.onward_key.shape,
    }  # fmt: skip
    arrays = {name: np.zeros((members, *shape), np.int64) for name, shape in whole.items()}
    arrays |= {name: np.zeros((members, *shape)) for name, shape in real.items()}
    return State(**arrays)


def reorder(state: State, ancestors: NDArray[np.int64]) -> State:
    """The state whose member i is a copy of member ``ancestors[i]``."""
    return State(*(array[ancestors] for array in state))


def households(state: State) -> NDArray[np.int64]:
    """All households of each member by class, wherever they are; shape (members, classes)."""
    parts = (state.willing, state.staying, state.coming, state.came, state.sheltered)
    return sum(part.reshape(len(part), -1, part.shape[-1]).sum(axis=1) for part in parts)


def absent(state: State) -> NDArray[np.int64]:
    """People absent from their households, of each member; shape (members,)."""
    parts = (state.absent_home, state.coming_absent, state.absent_site, state.absent_sheltered)
    return sum(part.reshape(len(part), -1).sum(axis=1) for part in parts)


def harmed(state: State) -> NDArray[np.int64]:
    """People killed, in care, discharged or dead in care, of each member; shape (members,); equals ``absent``."""
    parts = (
        state.for_triage, state.red, state.for_stabilising, state.for_bed, state.on_road, state.for_theatre,
        state.in_bed, state.tally,
    )  # fmt: skip
    return sum(part.reshape(len(part), -1).sum(axis=1) for part in parts)
