"""From the sites onward: who goes where, by which vehicles, and where there is room."""

from __future__ import annotations

import math

import numpy as np

from saferground.axes import GROUPS
from saferground.compiling import compiled
from saferground.engine.chance import absent_among
from saferground.engine.lines import reached, stay_class
from saferground.engine.reception import count_ranks
from saferground.engine.record import Record
from saferground.engine.scratch import Scratch
from saferground.engine.state import BOARDING, State
from saferground.model.arrays import World
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, binomial, fold, hypergeometric

TO_CAMPS, TO_HOSTS, TO_SITES = (np.int64(i) for i in range(3))


@compiled
def find_room(step: Whole, world: World, s: State, room: Array) -> None:
    """People that each settled place can still take, counting those on the way to it."""
    for c in range(len(room)):
        room[c] = world.settled.capacity[step, c] - s.heading[c]
        for k in range(len(world.classes.key)):
            room[c] -= world.settled.earlier[c, k] + s.sheltered[c, k] * world.classes.persons[k]


@compiled
def board(
    key: Word, step: Whole, day: Whole, p: Parameters, world: World, s: State, out: Record, work: Scratch
) -> None:
    """Households that every station is done with leave, oldest first in each rank, while vehicles are at hand."""
    find_room(step, world, s, work.room)
    classes = len(world.classes.key)
    sites = len(world.sites.key)
    for first in range(sites):
        site = (first + step) % sites
        s.now[site, BOARDING] = 0.0
        hours = world.sites.vehicle_hours[step, site] + min(0.0, s.credit[site, BOARDING])
        find_windows(step, site, world, work.in_time)
        for rank in range(count_ranks(world.classes.rank)):
            for cohort in range(s.first[site], step + 1):
                for turn in range(classes):
                    k = (turn + cohort) % classes
                    if s.came[site, cohort, k] == 0 or world.classes.rank[k] != rank:
                        continue
                    ready = reached(BOARDING, site, cohort, k, world, s)
                    s.now[site, BOARDING] += ready * world.classes.persons[k]
                    if ready > 0:
                        own = fold(fold(fold(key, world.sites.key[site]), cohort), world.classes.key[k])
                        hours = depart(own, step, day, site, cohort, k, ready, hours, p, world, s, out, work)
        s.credit[site, BOARDING] = hours


@compiled
def depart(
    key: Word,
    step: Whole,
    day: Whole,
    site: Whole,
    cohort: Whole,
    k: Whole,
    ready: Whole,
    hours: float,
    p: Parameters,
    world: World,
    s: State,
    out: Record,
    work: Scratch,
) -> float:
    """Households of one class and step of arrival choose a way and go; the vehicle-hours that are left."""
    begin, end = world.sites.onward_start[site], world.sites.onward_start[site + 1]
    for i in range(end - begin):
        work.chosen[i] = 0
    if world.sites.settles[site]:
        choose_shelter(key, step, site, k, ready, p, world, s, work)
    else:
        weigh(step, site, TO_SITES, work.room, 0.0, world, s, work.camps)
        share_out(fold(key, 0), site, ready, work.camps, world, work.chosen)
    keep_curfew(step, site, k, p, world, work)
    boarding, seated = find_seats(step, site, k, hours, p, world, work.chosen)
    leaving = seated - boarding
    for i in range(end - begin):
        leaving += work.chosen[i]
    if leaving == 0:
        return hours
    persons, households = world.classes.persons[k], s.here[site, k]
    absent = absent_among(fold(key, 7), households, persons, s.absent_site[site, k], leaving)
    for w in range(begin, end):
        going = work.chosen[w - begin]
        if going > 0 and by_vehicle(step, site, w, world):
            here = hypergeometric(fold(fold(key, 6), world.sites.onward_key[w]), boarding, going, seated)
            boarding -= going
            seated -= here
            used = here * trip_hours(step, site, w, k, p, world) if here > 0 else 0.0
            hours -= used
            work.in_time[w - begin] -= used
            going = here
        if going > 0:
            absent_here = absent_among(fold(fold(key, 8), world.sites.onward_key[w]), leaving, persons, absent, going)
            leaving -= going
            absent -= absent_here
            send(step, day, site, cohort, w, k, going, absent_here, work.room, world, s, out)
    return hours


@compiled
def find_windows(step: Whole, site: Whole, world: World, in_time: Array) -> None:
    """Vehicle-hours in which a site's fleet can set out on each road and arrive before the curfew."""
    begin, end = world.sites.onward_start[site], world.sites.onward_start[site + 1]
    for w in range(begin, end):
        share = world.sites.onward_in_time[step, w]
        in_time[w - begin] = np.inf if share == 1.0 else share * world.sites.vehicle_hours[step, site]


@compiled
def keep_curfew(step: Whole, site: Whole, k: Whole, p: Parameters, world: World, work: Scratch) -> None:
    """Leaves of those who chose a road as many as can still set out: the last while any vehicle-hour is left."""
    begin, end = world.sites.onward_start[site], world.sites.onward_start[site + 1]
    for w in range(begin, end):
        left = work.in_time[w - begin]
        if work.chosen[w - begin] > 0 and left < np.inf and by_vehicle(step, site, w, world):
            fit = math.ceil(left / trip_hours(step, site, w, k, p, world)) if left > 0.0 else 0
            work.chosen[w - begin] = min(work.chosen[w - begin], np.int64(fit))


@compiled
def by_vehicle(step: Whole, site: Whole, w: Whole, world: World) -> bool:
    """Whether an onward way is a road from a site that has a fleet; without a fleet people walk it."""
    return world.sites.onward_by_road[w] and world.sites.has_fleet[step, site]


@compiled
def trip_hours(step: Whole, site: Whole, w: Whole, k: Whole, p: Parameters, world: World) -> float:
    """Vehicle-hours that one household takes: its part of the seats for a round trip; infinite without vehicles."""
    trip = 2.0 * world.sites.onward_km[w] / world.sites.speed[step, site] + p.loading_hours
    return world.classes.persons[k] / world.sites.seats[step, site] * trip


@compiled
def find_seats(
    step: Whole, site: Whole, k: Whole, hours: float, p: Parameters, world: World, chosen: Array
) -> tuple[Whole, Whole]:
    """Households who want a seat, and how many find one: the last while any vehicle-hour is left."""
    begin, end = world.sites.onward_start[site], world.sites.onward_start[site + 1]
    boarding, needed = 0, 0.0
    for w in range(begin, end):
        if chosen[w - begin] > 0 and by_vehicle(step, site, w, world):
            boarding += chosen[w - begin]
            needed += chosen[w - begin] * trip_hours(step, site, w, k, p, world)
    if needed <= hours:
        return boarding, boarding
    if hours <= 0.0 or world.sites.seats[step, site] == 0.0:
        return boarding, 0
    return boarding, np.int64(min(boarding, math.ceil(hours * boarding / needed)))


@compiled
def send(
    step: Whole,
    day: Whole,
    site: Whole,
    cohort: Whole,
    w: Whole,
    k: Whole,
    going: Whole,
    absent: Whole,
    room: Array,
    world: World,
    s: State,
    out: Record,
) -> None:
    """Puts households, and the absent people who belong to them, on an onward way."""
    persons = world.classes.persons[k]
    s.absent_site[site, k] -= absent
    take_off(site, cohort, k, going, world, s)
    node = world.sites.onward_node[w]
    slot = (step + journey(step, site, w, k, world)) % world.ring
    s.coming[slot, node, k] += going
    s.coming_absent[slot, node, k] += absent
    if node >= len(world.sites.key):
        s.heading[node - len(world.sites.key)] += going * persons
        room[node - len(world.sites.key)] -= going * persons
    people = going * persons - absent
    out.departures[day, len(world.ground.key) + site] += people
    out.flow[day, world.sites.onward_route[w]] += people
    hours = (step - cohort) * world.step_hours
    s.waited[site, BOARDING, 0] += hours * people
    s.waited[site, BOARDING, 1] += people
    for group in range(len(GROUPS)):
        out.stayed[day, site, group, stay_class(hours)] += going * world.classes.groups[group, k]


@compiled
def take_off(site: Whole, cohort: Whole, k: Whole, going: Whole, world: World, s: State) -> None:
    """Takes households off all counts of a site; all its stations were done with them."""
    s.came[site, cohort, k] -= going
    s.here[site, k] -= going
    s.now[site, BOARDING] -= going * world.classes.persons[k]
    for station in range(BOARDING):
        if world.sites.has[site, station]:
            s.done[site, station, cohort, k] -= going


@compiled
def journey(step: Whole, site: Whole, w: Whole, k: Whole, world: World) -> Whole:
    """Steps on an onward way, at least one."""
    if not by_vehicle(step, site, w, world):
        return world.sites.onward_steps[w, k]
    hours = world.sites.onward_km[w] / world.sites.speed[step, site]
    return np.int64(min(world.ring - 1, max(1, math.ceil(hours / world.step_hours))))


@compiled
def weigh(
    step: Whole, site: Whole, kind: Whole, room: Array, least: float, world: World, s: State, weights: Array
) -> float:
    """Weights of the onward ways of a site to one kind of place; their sum.

    A way counts when it is open and its end has room for ``least`` people (camps: and is open at all).
    """
    begin, end = world.sites.onward_start[site], world.sites.onward_start[site + 1]
    sites = len(world.sites.key)
    total = 0.0
    for w in range(begin, end):
        node = world.sites.onward_node[w]
        fits = (kind == TO_SITES) == (node < sites) and world.sites.onward_open[step, w]
        if fits and node >= sites:
            c = node - sites
            fits = (kind == TO_CAMPS) == world.settled.is_camp[c]
            fits = fits and world.settled.capacity[step, c] > 0.0 and room[c] >= least
        weights[w - begin] = s.onward_pull[w] if fits else 0.0
        total += weights[w - begin]
    return total


@compiled
def share_out(key: Word, site: Whole, households: Whole, weights: Array, world: World, chosen: Array) -> Whole:
    """Adds a multinomial share of ``households`` to ``chosen``; how many found no way at all."""
    begin, end = world.sites.onward_start[site], world.sites.onward_start[site + 1]
    left = 0.0
    for i in range(end - begin):
        left += weights[i]
    for i in range(end - begin):
        if households > 0 and weights[i] > 0.0:
            here = binomial(fold(key, world.sites.onward_key[begin + i]), households, weights[i] / left)
            left -= weights[i]
            households -= here
            chosen[i] += here
    return households


@compiled
def choose_shelter(
    key: Word,
    step: Whole,
    site: Whole,
    k: Whole,
    households: Whole,
    p: Parameters,
    world: World,
    s: State,
    work: Scratch,
) -> None:
    """Camp or host community for each household; when every camp is full, part of them crowd into one all the same."""
    least = float(world.classes.persons[k])
    any_host = weigh(step, site, TO_HOSTS, work.room, least, world, s, work.hosts) > 0.0
    any_camp = weigh(step, site, TO_CAMPS, work.room, -np.inf, world, s, work.camps) > 0.0
    bound: Whole = 0
    if any_camp:
        bound = binomial(fold(key, 1), households, p.camp_share) if any_host else households
    unplaced = fill_camps(fold(key, 2), step, site, k, bound, world, s, work)
    crowding = unplaced
    if any_host:
        crowding = binomial(fold(key, 3), unplaced, p.overflow_share)
    weigh(step, site, TO_CAMPS, work.room, -np.inf, world, s, work.camps)
    share_out(fold(key, 4), site, crowding, work.camps, world, work.chosen)
    share_out(fold(key, 5), site, households - bound + unplaced - crowding, work.hosts, world, work.chosen)


@compiled
def fill_camps(
    key: Word, step: Whole, site: Whole, k: Whole, households: Whole, world: World, s: State, work: Scratch
) -> Whole:
    """Places households in camps with room, nearer ones first in the mean; how many found none."""
    begin, end = world.sites.onward_start[site], world.sites.onward_start[site + 1]
    persons = world.classes.persons[k]
    for c in range(len(work.room)):
        work.free[c] = work.room[c]
    for attempt in range(len(work.room)):
        if households == 0 or weigh(step, site, TO_CAMPS, work.free, float(persons), world, s, work.camps) == 0.0:
            break
        for i in range(end - begin):
            work.wish[i] = 0
        households = share_out(fold(key, attempt), site, households, work.camps, world, work.wish)
        for i in range(end - begin):
            if work.wish[i] > 0:
                c = world.sites.onward_node[begin + i] - len(world.sites.key)
                fit = work.wish[i] if math.isinf(work.free[c]) else min(work.wish[i], np.int64(work.free[c]) // persons)
                work.free[c] -= fit * persons
                work.chosen[i] += fit
                households += work.wish[i] - fit
    return households
