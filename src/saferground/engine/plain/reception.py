"""Reception at the sites: a graph of stations, of which each serves in order of arrival, those with priority first.

``came`` and ``done`` count households by step of arrival (their cohort) and class: how many came to a site, and how
many of them each of its stations is done with. The oldest cohort is served first; within one the order is random.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from saferground.axes import STATIONS
from saferground.engine.plain.lines import in_line, stay_class
from saferground.engine.plain.service import services
from saferground.engine.plain.streams import fold, hypergeometric
from saferground.engine.record import Record
from saferground.engine.state import State
from saferground.model.arrays import World


def arrive(step: int, day: int, world: World, s: State, out: Record) -> None:
    """Those whose journey ends in this step join the line of their site, or settle."""
    slot, sites, districts = step % world.ring, len(world.sites.key), len(world.ground.key)
    households, absent = s.coming[slot].copy(), s.coming_absent[slot].copy()
    s.coming[slot], s.coming_absent[slot] = 0, 0
    out.arrivals[day, districts:] += (households @ world.classes.persons - absent.sum(axis=1)).astype(np.int32)
    s.came[:, step] += households[:sites]
    s.here[...] += households[:sites]
    s.absent_site[...] += absent[:sites]
    s.heading[...] -= households[sites:] @ world.classes.persons
    s.sheltered[...] += households[sites:]
    s.absent_sheltered[...] += absent[sites:]


def receive(key: int, step: int, day: int, p: np.void, world: World, s: State, out: Record) -> None:
    """One step of work at every site, each station after those that come before it."""
    for site, name in enumerate(world.sites.key):
        s.first[site] = next((cohort for cohort in range(step) if s.came[site, cohort].any()), step)
        for line in world.sites.order[site]:
            if world.sites.has[site, line]:
                number = int(line) - STATIONS.index("registration")
                work_line(fold(fold(key, name), number), line, site, step, day, p, world, s, out)


def work_line(
    key: int, line: int, site: int, step: int, day: int, p: np.void, world: World, s: State, out: Record
) -> None:
    """Serves one line, classes with priority first and then oldest cohort first, until its capacity is used up.

    What is left when households still wait, or was overdrawn by the last draw, is carried into the next step; unused
    capacity is lost. Those who have no business with the line pass however long it is.
    """
    load, full = world.classes.load[line], False
    capacity = services(fold(key, -1), line, site, step, p, world, s)
    s.credit[site, line] = 0.0
    for rank in sorted(set(world.classes.rank.tolist())):
        for cohort in range(step + 1):
            pending = in_line(line, site, world, s)[cohort] * (world.classes.rank == rank)
            if not pending.any():
                continue
            served = serve(fold(key, cohort), pending, load, capacity)
            capacity -= float(served @ load)
            mark_done(line, site, cohort, step, day, served, world, s, out)
            if (served < pending).any() and not full:
                s.credit[site, line], capacity, full = capacity, 0.0, True


def serve(key: int, pending: NDArray[np.int64], load: NDArray[np.int64], capacity: float) -> NDArray[np.int64]:
    """Households served, by class: all of them if the capacity allows it.

    Otherwise those without a load pass, and of the others a random choice of as many as the capacity is worth at
    their mean load.
    """
    work = int(pending @ load)
    if work <= capacity:
        return pending
    left = int(pending[load > 0].sum())
    picked = math.floor(max(0.0, capacity) * left / work)
    served = pending.copy()
    for k in np.flatnonzero(load):
        served[k] = hypergeometric(fold(key, int(k)), left, pending[k], picked)
        left -= int(pending[k])
        picked -= int(served[k])
    return served


def mark_done(
    line: int, site: int, cohort: int, step: int, day: int, served: NDArray[np.int64], world: World, s: State,
    out: Record,
) -> None:  # fmt: skip
    """Books households as served by a line, and the hours since their people came to the site."""
    s.done[site, line, cohort] += served
    people, hours = int(served @ world.classes.heads[line]), (step - cohort) * world.step_hours
    s.waited[site, line] += (hours * people, people)
    if STATIONS[line] == "screening":
        out.released[day, site, stay_class(hours)] += people
