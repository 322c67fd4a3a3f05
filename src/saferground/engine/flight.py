"""Leaving home: outward by a way that is open, or inward to districts that are still held."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.care import bring
from saferground.engine.chance import absent_among, drift, harm
from saferground.engine.front import CONTESTED, HELD, RETAKEN, front_km
from saferground.engine.record import ROUTE, Record
from saferground.engine.scratch import Scratch
from saferground.engine.state import KILLED, URGE, State
from saferground.model.arrays import Exits, Ground, World
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, binomial, decayed, fold


@compiled
def leave_home(
    key: Word, step: Whole, day: Whole, p: Parameters, world: World, s: State, out: Record, work: Scratch
) -> None:
    """Moves the households that leave in this step; those pushed inward arrive after everyone has decided."""
    dt = 1.0 / world.steps_per_day
    s.mood[URGE] = drift(fold(key, 0), s.mood[URGE], p.urge_volatility, p.urge_memory, dt)
    for d in range(len(s.control)):
        out_weight = weigh_exits(step, d, world.exits, s, work.exits)
        in_weight = weigh_neighbours(d, world.ground, s, work.neighbours) if s.control[d] == HELD else 0.0
        if out_weight == 0.0 and in_weight == 0.0:
            continue
        rate = hazard(step, d, p, world, s)
        here = fold(key, world.ground.key[d])
        for k in range(len(world.classes.key)):
            if s.willing[d, k] == 0:
                continue
            own = fold(here, world.classes.key[k])
            leaving = decayed(fold(own, 0), s.willing[d, k], rate * world.classes.flight[k] * dt)
            if leaving == 0:
                continue
            outward = leaving
            if s.control[d] == HELD:
                outward = binomial(fold(own, 1), leaving, p.escape_share)
            inward = leaving - outward if in_weight > 0.0 else 0
            outward = outward if out_weight > 0.0 else 0
            persons, households = world.classes.persons[k], s.willing[d, k] + s.staying[d, k]
            absent = absent_among(fold(own, 2), households, persons, s.absent_home[d, k], inward + outward)
            absent_inward = absent_among(fold(own, 3), inward + outward, persons, absent, inward)
            push_inward(fold(own, 4), day, d, k, inward, absent_inward, in_weight, world, s, out, work)
            absent -= absent_inward
            set_out(fold(own, 5), step, day, d, k, outward, absent, out_weight, p, world, s, out, work)
    for d in range(len(s.control)):
        for k in range(len(world.classes.key)):
            s.willing[d, k] += work.pushed[d, k]
            s.absent_home[d, k] += work.pushed_absent[d, k]
            work.pushed[d, k] = 0
            work.pushed_absent[d, k] = 0


@compiled
def hazard(step: Whole, d: Whole, p: Parameters, world: World, s: State) -> float:
    """Hazard per day that an average willing household leaves the district."""
    if s.control[d] == CONTESTED:
        rate = p.flight_contested
    elif s.control[d] == RETAKEN:
        rate = p.flight_retaken * np.exp(-(step - s.since[d]) / world.steps_per_day / p.calm_days)
    else:
        near = front_km(d, world.ground, s.control) > 0.0
        rate = p.flight_held * (1.0 if near else p.rear_flight)
    return rate * np.exp(p.hardship_effect * mean_shortage(d, s) + s.mood[URGE])


@compiled
def mean_shortage(d: Whole, s: State) -> float:
    """Hardship of a district: the mean of the shortages of its goods."""
    total = 0.0
    for g in range(s.shortage.shape[1]):
        total += s.shortage[d, g]
    return total / s.shortage.shape[1]


@compiled
def weigh_exits(step: Whole, d: Whole, exits: Exits, s: State, ways: Array) -> float:
    """Weights of the ways out of a district, 0 where shut; their sum."""
    total = 0.0
    for x in range(exits.start[d], exits.start[d + 1]):
        ways[x] = 0.0
        if exits.open[step, x] and not blocked(x, exits, s.control):
            ways[x] = s.exit_pull[x]
        total += ways[x]
    return total


@compiled
def blocked(x: Whole, exits: Exits, control: Array) -> bool:
    """Whether a district on the way is held."""
    held = 0
    for i in range(exits.via_start[x], exits.via_start[x + 1]):
        held += control[exits.via[i]] == HELD
    return held > 0


@compiled
def weigh_neighbours(d: Whole, ground: Ground, s: State, inner: Array) -> float:
    """Weights of the held neighbours of a district: the length of the border; their sum."""
    total = 0.0
    for i in range(ground.border_start[d], ground.border_start[d + 1]):
        inner[i] = ground.border_km[i] if s.control[ground.border_to[i]] == HELD else 0.0
        total += inner[i]
    return total


@compiled
def push_inward(
    key: Word,
    day: Whole,
    d: Whole,
    k: Whole,
    moving: Whole,
    absent: Whole,
    weight: float,
    world: World,
    s: State,
    out: Record,
    work: Scratch,
) -> None:
    """Spreads households, and the absent people who belong to them, over the held neighbours."""
    persons = world.classes.persons[k]
    for i in range(world.ground.border_start[d], world.ground.border_start[d + 1]):
        if moving == 0 or work.neighbours[i] == 0.0:
            continue
        to = world.ground.border_to[i]
        own = fold(key, world.ground.key[to])
        here = binomial(fold(own, 0), moving, work.neighbours[i] / weight)
        weight -= work.neighbours[i]
        absent_here = absent_among(fold(own, 1), moving, persons, absent, here)
        moving -= here
        absent -= absent_here
        s.willing[d, k] -= here
        s.absent_home[d, k] -= absent_here
        work.pushed[to, k] += here
        work.pushed_absent[to, k] += absent_here
        out.inward[day, d] += here * persons - absent_here


@compiled
def set_out(
    key: Word,
    step: Whole,
    day: Whole,
    d: Whole,
    k: Whole,
    moving: Whole,
    absent: Whole,
    weight: float,
    p: Parameters,
    world: World,
    s: State,
    out: Record,
    work: Scratch,
) -> None:
    """Spreads households, and the absent people who belong to them, over the ways out."""
    for x in range(world.exits.start[d], world.exits.start[d + 1]):
        if moving == 0 or work.exits[x] == 0.0:
            continue
        own = fold(key, world.exits.key[x])
        here = binomial(fold(own, 0), moving, work.exits[x] / weight)
        weight -= work.exits[x]
        if here > 0:
            absent_here = absent_among(fold(own, 1), moving, world.classes.persons[k], absent, here)
            moving -= here
            absent -= absent_here
            walk(fold(own, 2), step, day, d, k, x, here, absent_here, p, world, s, out)


@compiled
def walk(
    key: Word,
    step: Whole,
    day: Whole,
    d: Whole,
    k: Whole,
    x: Whole,
    moving: Whole,
    absent: Whole,
    p: Parameters,
    world: World,
    s: State,
    out: Record,
) -> None:
    """Households take one way out; some people are killed or injured where it lies under fire."""
    s.willing[d, k] -= moving
    s.absent_home[d, k] -= absent
    people = moving * world.classes.persons[k] - absent
    exposed = world.exits.exposed_km[x] * world.classes.slowness[k] if s.control[d] != RETAKEN else 0.0
    killed, injured = harm(key, people, p.route_killed, p.route_injured, exposed)
    site = world.exits.site[x]
    slot = (step + world.exits.steps[x, k]) % world.ring
    s.coming[slot, site, k] += moving
    s.coming_absent[slot, site, k] += absent + killed
    s.tally[KILLED] += killed
    point = world.sites.stabiliser[site]
    if point >= 0:
        s.coming_absent[slot, site, k] += injured
        bring(point, injured, world, s)
    out.departures[day, d] += people
    out.flow[day, world.exits.route[x]] += people
    out.killed[day, ROUTE] += killed
    out.injured[day, ROUTE] += injured
