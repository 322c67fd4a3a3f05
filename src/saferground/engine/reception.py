"""Reception at the sites: registration, then men's screening beside women's and children's aid, in order of arrival.

Households are kept by the step in which they came to the site. A line serves the oldest first; within one step of
arrival the order is random. A household goes on when both lines are done with it: per step of arrival and class, the
smaller of the two counts. A site without a station has no such line.
"""

from __future__ import annotations

import math

import numpy as np

from saferground.compiling import compiled
from saferground.engine.record import Record
from saferground.engine.scratch import Scratch
from saferground.engine.state import BOARDING, REGISTRATION, SCREENING, State
from saferground.model.arrays import World
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, fold, hypergeometric


@compiled
def arrive(step: Whole, day: Whole, world: World, s: State, out: Record) -> None:
    """Those whose journey ends in this step join the line of their site or settle."""
    slot = step % world.ring
    sites = len(world.sites.key)
    districts = len(world.ground.key)
    for node in range(s.coming.shape[1]):
        for k in range(len(world.classes.key)):
            households, absent = s.coming[slot, node, k], s.coming_absent[slot, node, k]
            s.coming[slot, node, k] = 0
            s.coming_absent[slot, node, k] = 0
            out.arrivals[day, districts + node] += households * world.classes.persons[k] - absent
            if node < sites:
                s.unregistered[node, step, k] += households
                s.absent_site[node, k] += absent
            else:
                s.heading[node - sites] -= households * world.classes.persons[k]
                s.sheltered[node - sites, k] += households
                s.absent_sheltered[node - sites, k] += absent


@compiled
def receive(key: Word, step: Whole, p: Parameters, world: World, s: State, work: Scratch) -> None:
    """One step of work at every site."""
    for site in range(len(world.sites.key)):
        own = fold(key, world.sites.key[site])
        skip_empty(site, step, s)
        find_capacity(site, step, p, world, s, work.capacity)
        for line in range(BOARDING):
            work_line(fold(own, line), line, site, step, work.capacity[line], world, s, work.pending)
        pass_on(site, step, world, s)


@compiled
def skip_empty(site: Whole, step: Whole, s: State) -> None:
    """Moves ``first`` to the oldest step of arrival with a household still at the site."""
    while s.first[site] < step:
        cohort = s.first[site]
        for k in range(s.ready.shape[2]):
            if s.unregistered[site, cohort, k] + s.lined[site, cohort, k] + s.ready[site, cohort, k] > 0:
                return
        s.first[site] += 1


@compiled
def find_capacity(site: Whole, step: Whole, p: Parameters, world: World, s: State, capacity: Array) -> None:
    """Households, men, and women and children that the three lines can serve in this step."""
    rates = (p.registration_rate, p.screening_rate, p.aid_rate)
    for line in range(3):
        capacity[line] = world.sites.server_hours[step, site, line] * rates[line] + s.credit[site, line]
        if not world.sites.has[site, line]:
            capacity[line] = np.inf


@compiled
def work_line(
    key: Word, line: Whole, site: Whole, step: Whole, capacity: float, world: World, s: State, pending: Array
) -> None:
    """Serves one line, oldest first, until its capacity is used; carries an unfinished part into the next step.

    Those who have no business with the line pass however long it is.
    """
    credit, busy = 0.0, False
    for cohort in range(s.first[site], step + 1):
        find_pending(line, site, cohort, s, pending)
        if busy:
            keep_free(line, pending, world.classes.load)
        if not any_left(pending):
            continue
        used, some_left = serve(fold(key, cohort), line, pending, world.classes.load, capacity)
        mark_done(line, site, cohort, step, pending, world, s)
        capacity -= used
        if some_left and not busy:
            credit, capacity, busy = capacity, 0.0, True
    s.credit[site, line] = credit


@compiled
def any_left(counts: Array) -> bool:
    """Whether any count is positive."""
    total = 0
    for count in counts:
        total += count
    return total > 0


@compiled
def find_pending(line: Whole, site: Whole, cohort: Whole, s: State, pending: Array) -> None:
    """Households of one step of arrival that a line has still to serve."""
    for k in range(len(pending)):
        if line == REGISTRATION:
            pending[k] = s.unregistered[site, cohort, k]
        elif line == SCREENING:
            pending[k] = s.lined[site, cohort, k] - s.screened[site, cohort, k]
        else:
            pending[k] = s.lined[site, cohort, k] - s.aided[site, cohort, k]


@compiled
def keep_free(line: Whole, pending: Array, load: Array) -> None:
    """Leaves in ``pending`` only those who pass however long the line is."""
    for k in range(len(pending)):
        if load[line, k] > 0:
            pending[k] = 0


@compiled
def serve(key: Word, line: Whole, pending: Array, load: Array, capacity: float) -> tuple[float, bool]:
    """Turns ``pending`` into the households served; the capacity used; whether some had to be left.

    Those without a load for this line pass freely. Of the others a random part is served, as many as the capacity
    is worth at their mean load; what the draw takes too much or too little is carried by the line's credit.
    """
    work, households = 0, 0
    for k in range(len(pending)):
        work += pending[k] * load[line, k]
        households += pending[k] if load[line, k] > 0 else 0
    if work <= capacity:
        return float(work), False
    picked = np.int64(math.floor(max(0.0, capacity) * households / work))
    used = 0
    for k in range(len(pending)):
        if load[line, k] > 0:
            own = hypergeometric(fold(key, k), households, pending[k], picked)
            households -= pending[k]
            picked -= own
            used += own * load[line, k]
            pending[k] = own
    return float(used), True


@compiled
def mark_done(line: Whole, site: Whole, cohort: Whole, step: Whole, served: Array, world: World, s: State) -> None:
    """Books households as served, and the time that their people waited for it."""
    hours = (step - cohort) * world.step_hours
    for k in range(len(served)):
        if line == REGISTRATION:
            s.unregistered[site, cohort, k] -= served[k]
            s.lined[site, cohort, k] += served[k]
        elif line == SCREENING:
            s.screened[site, cohort, k] += served[k]
        else:
            s.aided[site, cohort, k] += served[k]
        people = served[k] * (world.classes.persons[k] if line == REGISTRATION else world.classes.load[line, k])
        if world.sites.has[site, line]:
            s.waited[site, line, 0] += hours * people
            s.waited[site, line, 1] += people


@compiled
def pass_on(site: Whole, step: Whole, world: World, s: State) -> None:
    """Households that both lines are done with become ready to board."""
    for cohort in range(s.first[site], step + 1):
        for k in range(len(world.classes.key)):
            done = min(s.screened[site, cohort, k], s.aided[site, cohort, k])
            if done > 0:
                s.lined[site, cohort, k] -= done
                s.screened[site, cohort, k] -= done
                s.aided[site, cohort, k] -= done
                s.ready[site, cohort, k] += done
