"""Leaving home: outward by a way that is open, or inward to districts that are still held."""

from __future__ import annotations

import math

import numpy as np

from saferground.engine.plain.care import bring
from saferground.engine.plain.chance import absent_among, drift, harm, part, split, split_absent, total
from saferground.engine.plain.front import CONTESTED, HELD, RETAKEN, front_km
from saferground.engine.plain.streams import binomial, decayed, fold
from saferground.engine.record import ROUTE, Record
from saferground.engine.state import KILLED, URGE, State
from saferground.model.arrays import World


def leave_home(key: int, step: int, day: int, p: np.void, world: World, s: State, out: Record) -> None:
    """Willing households leave their district; those pushed inward join the willing of another at the end.

    From a held district only a share gets out, and the rest is pushed to held neighbours; from contested and retaken
    ones everyone who leaves goes out. Without a way to go, nobody leaves.
    """
    time = 1.0 / world.steps_per_day
    s.mood[URGE] = drift(fold(key, 0), s.mood[URGE], p["urge_volatility"], p["urge_memory"], time)
    pushed, pushed_absent = np.zeros_like(s.willing), np.zeros_like(s.absent_home)
    for d, status in enumerate(s.control):
        ways, inner = weigh_exits(step, d, world, s), weigh_neighbours(d, world, s)
        if total(ways) + total(inner) == 0.0:
            continue
        rate = hazard(step, d, p, world, s)
        for k, factor in enumerate(world.classes.flight):
            own = fold(fold(key, world.ground.key[d]), world.classes.key[k])
            leaving = decayed(fold(own, 0), s.willing[d, k], rate * factor * time)
            outward = binomial(fold(own, 1), leaving, p["escape_share"]) if status == HELD else leaving
            inward = leaving - outward if any(inner) else 0
            outward = outward if any(ways) else 0
            persons, households = world.classes.persons[k], s.willing[d, k] + s.staying[d, k]
            absent = absent_among(fold(own, 2), households, persons, s.absent_home[d, k], inward + outward)
            of_inward = absent_among(fold(own, 3), inward + outward, persons, absent, inward)
            push_inward(fold(own, 4), day, d, k, inward, of_inward, inner, pushed, pushed_absent, world, s, out)
            set_out(fold(own, 5), step, day, d, k, outward, absent - of_inward, ways, p, world, s, out)
    s.willing[...] += pushed
    s.absent_home[...] += pushed_absent


def hazard(step: int, d: int, p: np.void, world: World, s: State) -> float:
    """Hazard per day that a willing household leaves: base(control) exp(b hardship + urge).

    Hardship is the mean shortage of the goods.
    """
    if s.control[d] == CONTESTED:
        base = p["flight_contested"]
    elif s.control[d] == RETAKEN:
        base = p["flight_retaken"] * math.exp(-(step - s.since[d]) / world.steps_per_day / p["calm_days"])
    elif front_km(d, world.ground, s.control) > 0.0:
        base = p["flight_held"]
    else:
        base = p["flight_held"] * p["rear_flight"]
    hardship = total(s.shortage[d]) / s.shortage.shape[1]
    return base * math.exp(p["hardship_effect"] * hardship + s.mood[URGE])


def weigh_exits(step: int, d: int, world: World, s: State) -> list[float]:
    """Pull of each way out of a district; 0 where shut or where it crosses held ground."""
    exits = world.exits

    def usable(x: int) -> bool:
        crossed = [s.control[exits.via[i]] for i in part(exits.via_start, x)]
        return bool(exits.open[step, x]) and HELD not in crossed

    return [s.exit_pull[x] if usable(x) else 0.0 for x in part(exits.start, d)]


def weigh_neighbours(d: int, world: World, s: State) -> list[float]:
    """Length of the border with each neighbour, 0 unless both are held."""
    ground, both = world.ground, s.control[d] == HELD
    rows = part(ground.border_start, d)
    return [ground.border_km[i] if both and s.control[ground.border_to[i]] == HELD else 0.0 for i in rows]


def push_inward(
    key: int, day: int, d: int, k: int, moving: int, absent: int, inner: list[float],
    pushed: np.ndarray, pushed_absent: np.ndarray, world: World, s: State, out: Record,
) -> None:  # fmt: skip
    """Spreads households over the held neighbours in proportion to the border."""
    persons = world.classes.persons[k]
    neighbours = [int(world.ground.border_to[i]) for i in part(world.ground.border_start, d)]
    keys = [fold(key, world.ground.key[to]) for to in neighbours]
    parts = split([fold(own, 0) for own in keys], moving, inner)
    shares = split_absent([fold(own, 1) for own in keys], parts, moving, persons, absent)
    for to, here, missing in zip(neighbours, parts, shares, strict=True):
        s.willing[d, k] -= here
        s.absent_home[d, k] -= missing
        pushed[to, k] += here
        pushed_absent[to, k] += missing
        out.inward[day, d] += here * persons - missing


def set_out(
    key: int, step: int, day: int, d: int, k: int, moving: int, absent: int, ways: list[float], p: np.void,
    world: World, s: State, out: Record,
) -> None:  # fmt: skip
    """Spreads households over the ways out in proportion to their weights."""
    exits = part(world.exits.start, d)
    keys = [fold(key, world.exits.key[x]) for x in exits]
    parts = split([fold(own, 0) for own in keys], moving, ways)
    shares = split_absent([fold(own, 1) for own in keys], parts, moving, world.classes.persons[k], absent)
    for own, x, here, missing in zip(keys, exits, parts, shares, strict=True):
        if here:
            walk(fold(own, 2), step, day, d, k, x, here, missing, p, world, s, out)


def walk(
    key: int, step: int, day: int, d: int, k: int, x: int, moving: int, absent: int, p: np.void,
    world: World, s: State, out: Record,
) -> None:  # fmt: skip
    """Households take one way out; people are killed or injured on its exposed km, the slower the longer under fire.

    The injured stay with their household where no stabilisation point serves the site.
    """
    s.willing[d, k] -= moving
    s.absent_home[d, k] -= absent
    people = moving * world.classes.persons[k] - absent
    exposed = 0.0 if s.control[d] == RETAKEN else world.exits.exposed_km[x] * world.classes.slowness[k]
    killed, injured = harm(key, people, p["route_killed"], p["route_injured"], exposed)
    site, slot = world.exits.site[x], (step + world.exits.steps[x, k]) % world.ring
    point = world.sites.stabiliser[site]
    treated = injured if point >= 0 else 0
    s.coming[slot, site, k] += moving
    s.coming_absent[slot, site, k] += absent + killed + treated
    s.tally[KILLED] += killed
    if treated:
        bring(point, treated, world, s)
    out.departures[day, d] += people
    out.flow[day, world.exits.route[x]] += people
    out.killed[day, ROUTE] += killed
    out.injured[day, ROUTE] += injured
