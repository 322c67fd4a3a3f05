"""Reception at the sites: a graph of stations, of which each serves in order of arrival, those with priority first.

Households are kept by the step in which they came to the site, and by class: how many came, and how many each station
is done with. Who comes after several stations waits until all of them are done: the smallest of their counts. A line
serves the oldest first; within one step of arrival the order is random.
"""

from __future__ import annotations

import math

import numpy as np

from saferground.compiling import compiled
from saferground.engine.lines import in_line, stay_class
from saferground.engine.record import Record
from saferground.engine.scratch import Scratch
from saferground.engine.service import find_services
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
                s.came[node, step, k] += households
                s.here[node, k] += households
                s.absent_site[node, k] += absent
            else:
                s.heading[node - sites] -= households * world.classes.persons[k]
                s.sheltered[node - sites, k] += households
                s.absent_sheltered[node - sites, k] += absent


@compiled
def receive(
    key: Word, step: Whole, day: Whole, p: Parameters, world: World, s: State, out: Record, work: Scratch
) -> None:
    """One step of work at every site, each station after those that come before it."""
    for site in range(len(world.sites.key)):
        own = fold(key, world.sites.key[site])
        skip_empty(site, step, s)
        for place in range(BOARDING):
            line = world.sites.order[site, place]
            if world.sites.has[site, line]:
                # Registration has the number 0 in keys, as it had before there was mustering.
                work_line(fold(own, line - REGISTRATION), line, site, step, day, p, world, s, out, work.pending)


@compiled
def skip_empty(site: Whole, step: Whole, s: State) -> None:
    """Moves ``first`` to the oldest step of arrival with a household still at the site."""
    while s.first[site] < step:
        for k in range(s.came.shape[2]):
            if s.came[site, s.first[site], k] > 0:
                return
        s.first[site] += 1


@compiled
def work_line(
    key: Word,
    line: Whole,
    site: Whole,
    step: Whole,
    day: Whole,
    p: Parameters,
    world: World,
    s: State,
    out: Record,
    pending: Array,
) -> None:
    """Serves one line until its capacity is used; carries an unfinished part into the next step.

    Classes of the first rank come before all others, and in each rank the oldest first. Those who have no business with
    the line pass however long it is.
    """
    s.now[site, line] = 0.0
    capacity = find_services(fold(key, -1), line, site, step, p, world, s)
    credit, busy = 0.0, False
    for rank in range(count_ranks(world.classes.rank)):
        for cohort in range(s.first[site], step + 1):
            find_pending(line, site, cohort, rank, world, s, pending)
            if busy:
                keep_free(line, pending, world.classes.load)
            if not any_left(pending):
                continue
            used, some_left = serve(fold(key, cohort), line, pending, world.classes.load, capacity)
            mark_done(line, site, cohort, step, day, pending, world, s, out)
            capacity -= used
            if some_left and not busy:
                credit, capacity, busy = capacity, 0.0, True
    s.credit[site, line] = credit


@compiled
def count_ranks(rank: Array) -> Whole:
    """How many ranks of classes there are: one, or two where some have priority."""
    last = 0
    for k in range(len(rank)):
        last = max(last, rank[k])
    return last + 1


@compiled
def any_left(counts: Array) -> bool:
    """Whether any count is positive."""
    total = 0
    for count in counts:
        total += count
    return total > 0


@compiled
def find_pending(line: Whole, site: Whole, cohort: Whole, rank: Whole, world: World, s: State, pending: Array) -> None:
    """Households of one step of arrival and one rank that a line has still to serve, by class; counts who they are."""
    for k in range(len(pending)):
        pending[k] = 0
        if s.came[site, cohort, k] > 0 and world.classes.rank[k] == rank:
            pending[k] = in_line(line, site, cohort, k, world, s)
            s.now[site, line] += pending[k] * world.classes.heads[line, k]


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
def mark_done(
    line: Whole,
    site: Whole,
    cohort: Whole,
    step: Whole,
    day: Whole,
    served: Array,
    world: World,
    s: State,
    out: Record,
) -> None:
    """Books households as served, and the time since arrival at the end of it."""
    hours = (step - cohort) * world.step_hours
    for k in range(len(served)):
        s.done[site, line, cohort, k] += served[k]
        people = served[k] * world.classes.heads[line, k]
        s.now[site, line] -= people
        s.waited[site, line, 0] += hours * people
        s.waited[site, line, 1] += people
        if line == SCREENING:
            out.released[day, site, stay_class(hours)] += people
