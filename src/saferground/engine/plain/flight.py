"""Leaving home: outward by a way that is open, or inward to districts that are still held."""

from __future__ import annotations

import math

import numpy as np

from saferground.engine.plain.chance import absent_among, drift, harm, part, split, total, within
from saferground.engine.plain.front import CONTESTED, HELD, RETAKEN, front_km
from saferground.engine.plain.streams import binomial, fold
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
            leaving = binomial(fold(own, 0), s.willing[d, k], within(rate * factor, time))
            outward = binomial(fold(own, 1), leaving, p["escape_share"]) if status == HELD else leaving
            push_inward(own, day, d, k, leaving - outward, inner, pushed, pushed_absent, world, s, out)
            set_out(own, step, day, d, k, outward, ways, p, world, s, out)
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


def take_from_home(key: int, d: int, k: int, moving: int, world: World, s: State) -> int:
    """Takes willing households from a district; the absent people who belong to them."""
    households = s.willing[d, k] + s.staying[d, k]
    absent = absent_among(key, households, world.classes.persons[k], s.absent_home[d, k], moving)
    s.willing[d, k] -= moving
    s.absent_home[d, k] -= absent
    return absent


def push_inward(
    key: int, day: int, d: int, k: int, moving: int, inner: list[float], pushed: np.ndarray, pushed_absent: np.ndarray,
    world: World, s: State, out: Record,
) -> None:  # fmt: skip
    """Spreads households over the held neighbours in proportion to the border."""
    neighbours = [int(world.ground.border_to[i]) for i in part(world.ground.border_start, d)]
    keys = [fold(fold(key, 2), world.ground.key[to]) for to in neighbours]
    for own, to, here in zip(keys, neighbours, split([fold(own, 0) for own in keys], moving, inner), strict=True):
        absent = take_from_home(fold(own, 1), d, k, here, world, s)
        pushed[to, k] += here
        pushed_absent[to, k] += absent
        out.inward[day, d] += here * world.classes.persons[k] - absent


def set_out(
    key: int, step: int, day: int, d: int, k: int, moving: int, ways: list[float], p: np.void,
    world: World, s: State, out: Record,
) -> None:  # fmt: skip
    """Spreads households over the ways out in proportion to their weights."""
    exits = part(world.exits.start, d)
    keys = [fold(fold(key, 3), world.exits.key[x]) for x in exits]
    for own, x, here in zip(keys, exits, split([fold(own, 0) for own in keys], moving, ways), strict=True):
        if here:
            walk(own, step, day, d, k, x, here, p, world, s, out)


def walk(
    key: int, step: int, day: int, d: int, k: int, x: int, moving: int, p: np.void, world: World, s: State, out: Record
) -> None:
    """Households take one way out; people are killed or injured on its exposed km, the slower the longer under fire.

    The injured stay with their household where no stabilisation point serves the site.
    """
    absent = take_from_home(fold(key, 1), d, k, moving, world, s)
    people = moving * world.classes.persons[k] - absent
    exposed = 0.0 if s.control[d] == RETAKEN else world.exits.exposed_km[x] * world.classes.slowness[k]
    killed, injured = harm(fold(key, 2), people, p["route_killed"], p["route_injured"], exposed)
    site, slot = world.exits.site[x], (step + world.exits.steps[x, k]) % world.ring
    point = world.sites.stabiliser[site]
    treated = injured if point >= 0 else 0
    s.coming[slot, site, k] += moving
    s.coming_absent[slot, site, k] += absent + killed + treated
    s.tally[KILLED] += killed
    if treated:
        s.for_stabilising[point] += treated
    out.departures[day, d] += people
    out.flow[day, world.exits.route[x]] += people
    out.killed[day, ROUTE] += killed
    out.injured[day, ROUTE] += injured
