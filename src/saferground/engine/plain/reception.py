"""Reception at the sites: registration, then men's screening beside women's and children's aid, in order of arrival.

``unregistered``, ``lined``, ``screened``, ``aided`` and ``ready`` count households by site, step of arrival (their
cohort) and class. The oldest cohort is served first; within a cohort the order is random.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from saferground.engine.plain.streams import fold, hypergeometric
from saferground.engine.record import Record
from saferground.engine.state import AID, REGISTRATION, SCREENING, State
from saferground.model.arrays import World


def arrive(step: int, day: int, world: World, s: State, out: Record) -> None:
    """Those whose journey ends in this step join the line of their site, or settle."""
    slot, sites, districts = step % world.ring, len(world.sites.key), len(world.ground.key)
    households, absent = s.coming[slot].copy(), s.coming_absent[slot].copy()
    s.coming[slot], s.coming_absent[slot] = 0, 0
    out.arrivals[day, districts:] += (households @ world.classes.persons - absent.sum(axis=1)).astype(np.int32)
    s.unregistered[:, step] += households[:sites]
    s.absent_site[...] += absent[:sites]
    s.heading[...] -= households[sites:] @ world.classes.persons
    s.sheltered[...] += households[sites:]
    s.absent_sheltered[...] += absent[sites:]


def receive(key: int, step: int, p: np.void, world: World, s: State) -> None:
    """One step of work at every site; a household goes on when both lines are done with it."""
    for site, name in enumerate(world.sites.key):
        s.first[site] = oldest(site, step, s)
        for line in (REGISTRATION, SCREENING, AID):
            capacity = line_capacity(site, line, step, p, world, s)
            work_line(fold(fold(key, name), line), line, site, step, capacity, world, s)
        done = np.minimum(s.screened[site], s.aided[site])
        for count in (s.lined, s.screened, s.aided):
            count[site] -= done
        s.ready[site] += done


def oldest(site: int, step: int, s: State) -> int:
    """The oldest step of arrival with a household still at the site; this step when there is none."""
    here = (s.unregistered[site] + s.lined[site] + s.ready[site]).sum(axis=1)
    return next((cohort for cohort in range(step) if here[cohort] > 0), step)


def line_capacity(site: int, line: int, step: int, p: np.void, world: World, s: State) -> float:
    """Households, men, or women and children that a line can serve in this step; no station, no limit."""
    if not world.sites.has[site, line]:
        return math.inf
    rate = (p["registration_rate"], p["screening_rate"], p["aid_rate"])[line]
    return world.sites.server_hours[step, site, line] * rate + s.credit[site, line]


def work_line(key: int, line: int, site: int, step: int, capacity: float, world: World, s: State) -> None:
    """Serves one line, oldest cohort first, until its capacity is used up.

    What is left when households still wait, or was overdrawn by the last draw, is carried into the next step; unused
    capacity is lost. Those who have no business with the line pass however long it is.
    """
    load, full = world.classes.load[line], False
    s.credit[site, line] = 0.0
    for cohort in range(step + 1):
        pending = pending_in(line, site, cohort, s)
        if not pending.any():
            continue
        served = serve(fold(key, cohort), pending, load, capacity)
        capacity -= float(served @ load)
        mark_done(line, site, cohort, step, served, world, s)
        if (served < pending).any() and not full:
            s.credit[site, line], capacity, full = capacity, 0.0, True


def pending_in(line: int, site: int, cohort: int, s: State) -> NDArray[np.int64]:
    """Households of one cohort that a line has still to serve, by class."""
    if line == REGISTRATION:
        return s.unregistered[site, cohort].copy()
    done = s.screened if line == SCREENING else s.aided
    return s.lined[site, cohort] - done[site, cohort]


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


def mark_done(line: int, site: int, cohort: int, step: int, served: NDArray[np.int64], world: World, s: State) -> None:
    """Books households as served by a line, and the hours that its people waited since they came to the site."""
    if line == REGISTRATION:
        s.unregistered[site, cohort] -= served
        s.lined[site, cohort] += served
    else:
        (s.screened if line == SCREENING else s.aided)[site, cohort] += served
    people = int(served @ (world.classes.persons if line == REGISTRATION else world.classes.load[line]))
    if world.sites.has[site, line]:
        s.waited[site, line] += ((step - cohort) * world.step_hours * people, people)
