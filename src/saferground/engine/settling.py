"""Life after arrival, once a day: leaving a camp, savings that run out, returns home."""

from __future__ import annotations

import math

from saferground.compiling import compiled
from saferground.engine.chance import absent_among, within
from saferground.engine.front import RETAKEN
from saferground.engine.onward import find_room
from saferground.engine.record import Record
from saferground.engine.scratch import Scratch
from saferground.engine.state import State
from saferground.model.arrays import World
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, binomial, fold


@compiled
def settle(
    key: Word, step: Whole, day: Whole, p: Parameters, world: World, s: State, out: Record, work: Scratch
) -> None:
    """One day of moves among camps, host communities and home districts that have been quiet."""
    find_room(step, world, s, work.room)
    any_home = find_quiet_homes(step, p, world, s, work.people) > 0.0
    for c in range(len(world.settled.key)):
        for k in range(len(world.classes.key)):
            own = fold(fold(key, world.settled.key[c]), world.classes.key[k])
            returning = binomial(fold(own, 0), s.sheltered[c, k], within(p.return_rate, 1.0))
            if any_home and returning > 0:
                go_home(fold(own, 1), day, c, k, returning, work.people, world, s, out)
            rate = p.onward_rate if world.settled.is_camp[c] else p.exhaustion_rate
            moving = binomial(fold(own, 2), s.sheltered[c, k], within(rate, 1.0))
            if moving > 0:
                move_on(fold(own, 3), step, day, c, k, moving, p, world, s, out, work)


@compiled
def find_quiet_homes(step: Whole, p: Parameters, world: World, s: State, weights: Array) -> float:
    """Weights of the districts that people return to: their population where retaken and quiet for long enough."""
    total = 0.0
    for d in range(len(weights)):
        quiet = s.control[d] == RETAKEN and step - s.since[d] >= p.quiet_days * world.steps_per_day
        weights[d] = world.ground.best[d] if quiet else 0.0
        total += weights[d]
    return total


@compiled
def leave_shelter(
    day: Whole, c: Whole, k: Whole, moving: Whole, absent: Whole, world: World, s: State, out: Record
) -> Whole:
    """Takes households with their absent people from a camp or host community; how many people that is."""
    people = moving * world.classes.persons[k] - absent
    s.sheltered[c, k] -= moving
    s.absent_sheltered[c, k] -= absent
    out.departures[day, len(world.ground.key) + len(world.sites.key) + c] += people
    return people


@compiled
def go_home(
    key: Word, day: Whole, c: Whole, k: Whole, moving: Whole, homes: Array, world: World, s: State, out: Record
) -> None:
    """Spreads returning households over the quiet districts, where they stay."""
    persons, left = world.classes.persons[k], 0.0
    for d in range(len(homes)):
        left += homes[d]
    absent = absent_among(fold(key, 0), s.sheltered[c, k], persons, s.absent_sheltered[c, k], moving)
    for d in range(len(homes)):
        if moving > 0 and homes[d] > 0.0:
            own = fold(key, world.ground.key[d])
            here = binomial(fold(own, 0), moving, homes[d] / left)
            left -= homes[d]
            absent_here = absent_among(fold(own, 1), moving, persons, absent, here)
            moving -= here
            absent -= absent_here
            people = leave_shelter(day, c, k, here, absent_here, world, s, out)
            s.staying[d, k] += here
            s.absent_home[d, k] += absent_here
            out.returns[day, d] += people
            out.arrivals[day, d] += people


@compiled
def move_on(
    key: Word,
    step: Whole,
    day: Whole,
    c: Whole,
    k: Whole,
    moving: Whole,
    p: Parameters,
    world: World,
    s: State,
    out: Record,
    work: Scratch,
) -> None:
    """From a camp to host communities, from a host community to camps with room; nearer ones first in the mean."""
    persons = world.classes.persons[k]
    weights, room = work.shelters, work.room
    left = 0.0
    for to in range(len(weights)):
        fits = world.settled.is_camp[to] != world.settled.is_camp[c] and room[to] >= moving * persons
        fits = fits and world.settled.capacity[step, to] > 0.0
        weights[to] = math.exp(-world.settled.km[c, to] / p.camp_distance) if fits else 0.0
        left += weights[to]
    absent: Whole = 0
    if left > 0.0:
        absent = absent_among(fold(key, 0), s.sheltered[c, k], persons, s.absent_sheltered[c, k], moving)
    for to in range(len(weights)):
        if moving > 0 and weights[to] > 0.0:
            own = fold(key, world.settled.key[to])
            here = binomial(fold(own, 0), moving, weights[to] / left)
            left -= weights[to]
            absent_here = absent_among(fold(own, 1), moving, persons, absent, here)
            moving -= here
            absent -= absent_here
            people = leave_shelter(day, c, k, here, absent_here, world, s, out)
            s.sheltered[to, k] += here
            s.absent_sheltered[to, k] += absent_here
            room[to] -= here * persons
            room[c] += here * persons
            out.arrivals[day, len(world.ground.key) + len(world.sites.key) + to] += people
