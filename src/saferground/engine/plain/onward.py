"""From the sites onward: who goes where, by which vehicles, and where there is room."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from saferground.engine.plain.chance import absent_among, part, split, split_absent
from saferground.engine.plain.lines import reached, stay_class
from saferground.engine.plain.streams import binomial, fold, hypergeometric
from saferground.engine.record import Record
from saferground.engine.state import BOARDING, State
from saferground.model.arrays import World

CAMP, HOST, SITE = "camp", "host", "site"


def room_left(step: int, world: World, s: State) -> NDArray[np.float64]:
    """People that each settled place can still take: capacity less those there and those on the way to it."""
    room = world.settled.capacity[step] - s.heading.astype(np.float64)
    for k, persons in enumerate(world.classes.persons):
        room -= world.settled.earlier[:, k] + s.sheltered[:, k] * persons
    return room


def board(key: int, step: int, day: int, p: np.void, world: World, s: State, out: Record) -> None:
    """Households that all stations are done with leave, oldest cohort first in each rank, while vehicles are at hand.

    The sites take turns at going first, and so do the classes. Vehicle-hours that are overdrawn by the last trip are
    owed by the next step; unused ones are lost.
    """
    room, classes = room_left(step, world, s), len(world.classes.key)
    sites = len(world.sites.key)
    for site in [(first + step) % sites for first in range(sites)]:
        name = world.sites.key[site]
        hours = world.sites.vehicle_hours[step, site] + min(0.0, s.credit[site, BOARDING])
        ways = part(world.sites.onward_start, site)
        in_time = [window(step, site, w, world) for w in ways]
        ready = reached(BOARDING, site, world, s)
        for rank in sorted(set(world.classes.rank.tolist())):
            for cohort in np.flatnonzero(ready.any(axis=1)).tolist():
                for k in [(turn + cohort) % classes for turn in range(classes)]:
                    if ready[cohort, k] and world.classes.rank[k] == rank:
                        own = fold(fold(fold(key, name), cohort), world.classes.key[k])
                        able = int(ready[cohort, k])
                        hours = depart(own, step, day, site, cohort, k, able, hours, in_time, room, p, world, s, out)
        s.credit[site, BOARDING] = hours


def depart(
    key: int, step: int, day: int, site: int, cohort: int, k: int, ready: int, hours: float,
    in_time: list[float], room: NDArray[np.float64], p: np.void, world: World, s: State, out: Record,
) -> float:  # fmt: skip
    """Households of one class and cohort choose a way and go; the vehicle-hours that are left."""
    ways = part(world.sites.onward_start, site)
    if world.sites.settles[site]:
        chosen = choose_shelter(key, step, site, k, ready, room, p, world, s)
    else:
        weights = weigh(step, site, SITE, room, 0.0, world, s)
        chosen = np.array(share_out(fold(key, 0), ways, ready, weights, world))
    drive = [goes_by_vehicle(step, site, w, world) for w in ways]
    for i, w in enumerate(ways):
        if chosen[i] and drive[i] and in_time[i] < math.inf:
            trip = trip_hours(step, site, w, k, p, world)
            chosen[i] = min(chosen[i], math.ceil(in_time[i] / trip) if in_time[i] > 0.0 else 0)
    boarding = sum(int(n) for n, rides in zip(chosen, drive, strict=True) if rides)
    needed = 0.0
    for w, n, rides in zip(ways, chosen, drive, strict=True):
        needed += n * trip_hours(step, site, w, k, p, world) if n and rides else 0.0
    seated = seats_for(boarding, needed, hours, float(world.sites.seats[step, site]))
    going = [int(n) for n in chosen]
    for i, w in enumerate(ways):
        if going[i] and drive[i]:
            here = hypergeometric(fold(fold(key, 6), world.sites.onward_key[w]), boarding, going[i], seated)
            boarding, seated, going[i] = boarding - going[i], seated - here, here
            used = here * trip_hours(step, site, w, k, p, world) if here else 0.0
            hours, in_time[i] = hours - used, in_time[i] - used
    for w, here, absent in zip(ways, going, absent_by_way(key, site, k, going, world, s), strict=True):
        if here:
            send(step, day, site, cohort, w, k, here, absent, room, world, s, out)
    return hours


def absent_by_way(key: int, site: int, k: int, going: list[int], world: World, s: State) -> list[int]:
    """Absent people who belong to the households that go each way."""
    persons, households = int(world.classes.persons[k]), int(s.came[site, :, k].sum())
    absent = absent_among(fold(key, 7), households, persons, s.absent_site[site, k], sum(going))
    keys = [fold(fold(key, 8), world.sites.onward_key[w]) for w in part(world.sites.onward_start, site)]
    return split_absent(keys, going, sum(going), persons, absent)


def window(step: int, site: int, w: int, world: World) -> float:
    """Vehicle-hours in which a vehicle can set out on a road and arrive before the curfew; infinite without one."""
    share = world.sites.onward_in_time[step, w]
    return math.inf if share == 1.0 else float(share * world.sites.vehicle_hours[step, site])


def goes_by_vehicle(step: int, site: int, w: int, world: World) -> bool:
    """Whether an onward way is a road from a site that has a fleet; without a fleet people walk it."""
    return bool(world.sites.onward_by_road[w] and world.sites.has_fleet[step, site])


def trip_hours(step: int, site: int, w: int, k: int, p: np.void, world: World) -> float:
    """Vehicle-hours of one household: persons / seats of a round trip of 2 km / speed + loading_hours."""
    seats, speed = float(world.sites.seats[step, site]), float(world.sites.speed[step, site])
    if seats == 0.0:
        return math.inf
    return float(world.classes.persons[k] / seats * (2.0 * world.sites.onward_km[w] / speed + p["loading_hours"]))


def seats_for(boarding: int, needed: float, hours: float, seats: float) -> int:
    """How many of ``boarding`` households find a seat, at their mean need; the last while any vehicle-hour is left."""
    if needed <= hours:
        return boarding
    if hours <= 0.0 or seats == 0.0:
        return 0
    return min(boarding, math.ceil(hours * boarding / needed))


def send(
    step: int, day: int, site: int, cohort: int, w: int, k: int, going: int, absent: int, room: NDArray[np.float64],
    world: World, s: State, out: Record,
) -> None:  # fmt: skip
    """Puts households on an onward way, with the absent people who belong to them."""
    persons, sites = int(world.classes.persons[k]), len(world.sites.key)
    s.absent_site[site, k] -= absent
    s.came[site, cohort, k] -= going
    s.here[site, k] -= going
    s.done[site, world.sites.has[site], cohort, k] -= going
    node, slot = world.sites.onward_node[w], (step + journey(step, site, w, k, world)) % world.ring
    s.coming[slot, node, k] += going
    s.coming_absent[slot, node, k] += absent
    if node >= sites:
        s.heading[node - sites] += going * persons
        room[node - sites] -= going * persons
    people = going * persons - absent
    out.departures[day, len(world.ground.key) + site] += people
    out.flow[day, world.sites.onward_route[w]] += people
    hours = (step - cohort) * world.step_hours
    s.waited[site, BOARDING] += (hours * people, people)
    out.stayed[day, site, :, stay_class(hours)] += (going * world.classes.groups[:, k]).astype(np.int32)


def journey(step: int, site: int, w: int, k: int, world: World) -> int:
    """Steps on an onward way, at least one and at most the longest journey that the model foresees."""
    if not goes_by_vehicle(step, site, w, world):
        return int(world.sites.onward_steps[w, k])
    hours = world.sites.onward_km[w] / world.sites.speed[step, site]
    return min(world.ring - 1, max(1, math.ceil(hours / world.step_hours)))


def weigh(
    step: int, site: int, kind: str, room: NDArray[np.float64], least: float, world: World, s: State
) -> list[float]:
    """Pull of each onward way of a site that leads to one kind of place, 0 for the others.

    A way must be open; a camp or host community must be open too and have room for ``least`` people.
    """

    def fits(w: int) -> bool:
        c = int(world.sites.onward_node[w]) - len(world.sites.key)
        if not world.sites.onward_open[step, w] or kind_of(c, world) != kind:
            return False
        return kind == SITE or bool(world.settled.capacity[step, c] > 0.0 and room[c] >= least)

    ways = part(world.sites.onward_start, site)
    return [s.onward_pull[w] if fits(w) else 0.0 for w in ways]


def kind_of(c: int, world: World) -> str:
    """Kind of a place by its number among the settled places; sites come before them."""
    if c < 0:
        return SITE
    return CAMP if world.settled.is_camp[c] else HOST


def share_out(key: int, ways: range, households: int, weights: list[float], world: World) -> list[int]:
    """Multinomial choice of an onward way for each household."""
    return split([fold(key, world.sites.onward_key[w]) for w in ways], households, weights)


def choose_shelter(
    key: int, step: int, site: int, k: int, households: int, room: NDArray[np.float64], p: np.void,
    world: World, s: State,
) -> NDArray[np.int64]:  # fmt: skip
    """Camp or host community for each household.

    A share is bound for camps. When every camp is full, a share of those crowds into one all the same, and the rest
    goes to host communities with the others. Where there are no hosts all are bound for camps, and the other way round.
    """
    ways = part(world.sites.onward_start, site)
    hosts = weigh(step, site, HOST, room, int(world.classes.persons[k]), world, s)
    camps = weigh(step, site, CAMP, room, -math.inf, world, s)
    if not any(camps):
        bound = 0
    elif any(hosts):
        bound = binomial(fold(key, 1), households, p["camp_share"])
    else:
        bound = households
    placed = fill_camps(fold(key, 2), step, site, k, bound, room, world, s)
    unplaced = bound - int(placed.sum())
    crowding = binomial(fold(key, 3), unplaced, p["overflow_share"]) if any(hosts) else unplaced
    hosted = households - bound + unplaced - crowding
    crowded = share_out(fold(key, 4), ways, crowding, camps, world)
    return placed + crowded + share_out(fold(key, 5), ways, hosted, hosts, world)


def fill_camps(
    key: int, step: int, site: int, k: int, households: int, room: NDArray[np.float64], world: World, s: State
) -> NDArray[np.int64]:
    """Households by way, placed in camps with room; those who find a camp full choose again among the others."""
    ways, persons = part(world.sites.onward_start, site), int(world.classes.persons[k])
    free, placed = room.copy(), np.zeros(len(ways), np.int64)
    for attempt in range(len(free)):
        weights = weigh(step, site, CAMP, free, persons, world, s)
        wishes = share_out(fold(key, attempt), ways, households - int(placed.sum()), weights, world)
        for i, wish in enumerate(wishes):
            c = world.sites.onward_node[ways[i]] - len(world.sites.key)
            fit = min(wish, int(free[c]) // persons) if wish and math.isfinite(free[c]) else wish
            free[c] -= fit * persons
            placed[i] += fit
    return placed
