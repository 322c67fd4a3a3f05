"""Life after arrival, once a day: leaving a camp, savings that run out, returns home."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from saferground.engine.plain.chance import absent_among, split, split_absent, within
from saferground.engine.plain.front import RETAKEN
from saferground.engine.plain.onward import room_left
from saferground.engine.plain.streams import binomial, fold
from saferground.engine.record import Record
from saferground.engine.state import State
from saferground.model.arrays import World


def settle(key: int, step: int, day: int, p: np.void, world: World, s: State, out: Record) -> None:
    """One day of moves: home where a district has been quiet, from camps to hosts, from hosts to camps."""
    room, homes = room_left(step, world, s), quiet_homes(step, p, world, s)
    for c, name in enumerate(world.settled.key):
        for k, household in enumerate(world.classes.key):
            own = fold(fold(key, name), household)
            returning = binomial(fold(own, 0), s.sheltered[c, k], within(p["return_rate"], 1.0))
            go_home(fold(own, 1), day, c, k, returning, homes, world, s, out)
            rate = p["onward_rate"] if world.settled.is_camp[c] else p["exhaustion_rate"]
            moving = binomial(fold(own, 2), s.sheltered[c, k], within(rate, 1.0))
            move_on(fold(own, 3), step, day, c, k, moving, room, p, world, s, out)


def quiet_homes(step: int, p: np.void, world: World, s: State) -> list[float]:
    """Weights of the districts that people return to: the population of those retaken at least quiet_days ago."""
    quiet = (s.control == RETAKEN) & (step - s.since >= p["quiet_days"] * world.steps_per_day)
    return np.where(quiet, world.ground.best, 0.0).tolist()


def share_shelter(
    key: int, c: int, k: int, moving: int, names: NDArray[np.uint64], weights: list[float], world: World, s: State
) -> Iterator[tuple[int, int]]:
    """Households of a camp or host community, and the absent people who belong to them, by destination."""
    persons, keys = world.classes.persons[k], [fold(key, name) for name in names]
    parts = split([fold(own, 0) for own in keys], moving, weights)
    absent = absent_among(fold(key, 0), s.sheltered[c, k], persons, s.absent_sheltered[c, k], sum(parts))
    shares = split_absent([fold(own, 1) for own in keys], parts, sum(parts), persons, absent)
    return zip(parts, shares, strict=True)


def leave_shelter(day: int, c: int, k: int, moving: int, absent: int, world: World, s: State, out: Record) -> int:
    """Takes households with their absent people from a camp or host community; how many people that is."""
    people = moving * int(world.classes.persons[k]) - absent
    s.sheltered[c, k] -= moving
    s.absent_sheltered[c, k] -= absent
    out.departures[day, len(world.ground.key) + len(world.sites.key) + c] += people
    return people


def go_home(
    key: int, day: int, c: int, k: int, moving: int, homes: list[float], world: World, s: State, out: Record
) -> None:
    """Spreads returning households over the quiet districts, where they stay; nobody goes while there is none."""
    for d, (here, absent) in enumerate(share_shelter(key, c, k, moving, world.ground.key, homes, world, s)):
        people = leave_shelter(day, c, k, here, absent, world, s, out)
        s.staying[d, k] += here
        s.absent_home[d, k] += absent
        out.returns[day, d] += people
        out.arrivals[day, d] += people


def move_on(
    key: int, step: int, day: int, c: int, k: int, moving: int, room: NDArray[np.float64], p: np.void,
    world: World, s: State, out: Record,
) -> None:  # fmt: skip
    """From a camp to host communities or back, to open ones with room for all who move; weight exp(-km / distance)."""
    persons, offset = int(world.classes.persons[k]), len(world.ground.key) + len(world.sites.key)
    is_open, is_camp = world.settled.capacity[step] > 0.0, world.settled.is_camp
    other = (is_camp != is_camp[c]) & is_open & (room >= moving * persons)
    km = world.settled.km[c]
    weights = [math.exp(-km[to] / p["camp_distance"]) if fits else 0.0 for to, fits in enumerate(other)]
    for to, (here, absent) in enumerate(share_shelter(key, c, k, moving, world.settled.key, weights, world, s)):
        people = leave_shelter(day, c, k, here, absent, world, s, out)
        s.sheltered[to, k] += here
        s.absent_sheltered[to, k] += absent
        room[to] -= here * persons
        room[c] += here * persons
        out.arrivals[day, offset + to] += people
