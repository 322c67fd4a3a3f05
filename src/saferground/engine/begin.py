"""The state of a member on the first day."""

from __future__ import annotations

import math

import numpy as np

from saferground.compiling import compiled
from saferground.engine.chance import BEGIN, key_of
from saferground.engine.front import RETAKEN
from saferground.engine.scratch import Scratch
from saferground.engine.state import CUT_OFF, PACE, URGE, State
from saferground.model.arrays import Ground, World
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, binomial, fold, normal, uniform


@compiled
def begin(seed: Word, member: Whole, p: Parameters, world: World, s: State, work: Scratch) -> None:
    """Control as known, a course of the future, populations and stocks drawn between low and high."""
    key = key_of(seed, member, 0, BEGIN)
    s.future[0] = pick_future(uniform(fold(key, 0), 0), world.ground.future_weight)
    for d in range(len(s.control)):
        s.control[d] = world.ground.start_control[d]
        s.since[d] = world.ground.start_since[d]
        s.linked[d] = s.since[d] if s.control[d] == RETAKEN else CUT_OFF
    s.mood[PACE] = p.pace_volatility * normal(fold(key, 1), 0)
    s.mood[URGE] = p.urge_volatility * normal(fold(key, 2), 0)
    draw_populations(fold(key, 3), p, world.ground, work.people)
    for d in range(len(work.people)):
        own = fold(fold(key, 4), world.ground.key[d])
        house(own, d, work.people[d], p, world, s)
        stock_up(own, d, work.people[d], p, world.ground, s)
    weigh_ways(p, world, s)


@compiled
def pick_future(u: float, weights: Array) -> Whole:
    """Index of the course of control at probability u."""
    for i in range(len(weights) - 1):
        if u < weights[i]:
            return i
        u -= weights[i]
    return len(weights) - 1


@compiled
def triangular(u: float, low: float, best: float, high: float) -> float:
    """Value at probability u of a triangular distribution."""
    if high <= low:
        return best
    if u * (high - low) < best - low:
        return low + math.sqrt(u * (high - low) * (best - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - best))


@compiled
def draw_populations(key: Word, p: Parameters, ground: Ground, people: Array) -> None:
    """People per district: drawn between low and high, then scaled to the best total times ``population_factor``."""
    total, best = 0.0, 0.0
    for d in range(len(people)):
        people[d] = triangular(uniform(fold(key, ground.key[d]), 0), ground.low[d], ground.best[d], ground.high[d])
        total += people[d]
        best += ground.best[d]
    for d in range(len(people)):
        people[d] *= best * p.population_factor / total if total > 0.0 else 0.0


@compiled
def house(key: Word, d: Whole, people: float, p: Parameters, world: World, s: State) -> None:
    """Splits a district's people into whole households by class, and those into willing ones and stayers."""
    left = np.int64(np.rint(people))
    for k in range(len(world.classes.key)):
        s.willing[d, k] = np.int64(people * world.classes.share[k] / world.classes.persons[k])
        left -= s.willing[d, k] * world.classes.persons[k]
    for k in world.classes.large_first:
        extra = max(0, left) // world.classes.persons[k]
        s.willing[d, k] += extra
        left -= extra * world.classes.persons[k]
    for k in range(len(world.classes.key)):
        s.staying[d, k] = binomial(fold(key, world.classes.key[k]), s.willing[d, k], p.stayer_share)
        s.willing[d, k] -= s.staying[d, k]


@compiled
def stock_up(key: Word, d: Whole, people: float, p: Parameters, ground: Ground, s: State) -> None:
    """Person-days of each good at the start; where nobody lives, what one person would have."""
    for g in range(s.stock.shape[1]):
        u = uniform(fold(key, g), 0)
        days = triangular(u, ground.stock_low[d, g], ground.stock_best[d, g], ground.stock_high[d, g])
        s.stock[d, g] = days * p.supply_factor * max(people, 1.0)


@compiled
def weigh_ways(p: Parameters, world: World, s: State) -> None:
    """How strongly each way draws, as this member sees it: weights fall with length and with length under fire."""
    for x in range(len(s.exit_pull)):
        aversion = p.distance_aversion * world.exits.km[x] + p.exposure_aversion * world.exits.exposed_km[x]
        s.exit_pull[x] = math.exp(-aversion)
    for w in range(len(s.onward_pull)):
        s.onward_pull[w] = math.exp(-world.sites.onward_km[w] / p.camp_distance)
