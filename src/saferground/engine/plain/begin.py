"""The state of a member on the first day."""

from __future__ import annotations

import math

import numpy as np

from saferground.engine.plain.chance import key_of, total
from saferground.engine.plain.front import RETAKEN
from saferground.engine.plain.streams import binomial, fold, normal, uniform
from saferground.engine.state import CUT_OFF, PACE, URGE, State
from saferground.model.arrays import Classes, Ground, World


def begin(seed: int, member: int, p: np.void, world: World, s: State) -> None:
    """Control as known, a course of the future, populations and stocks drawn between low and high.

    Where nobody lives a stock is what one person would have.
    """
    key, ground = key_of(seed, member, 0, "begin"), world.ground
    s.future[0] = pick(uniform(fold(key, 0), 0), ground.future_weight.tolist())
    s.control[:], s.since[:] = ground.start_control, ground.start_since
    s.linked[:] = np.where(ground.start_control == RETAKEN, ground.start_since, CUT_OFF)
    s.mood[PACE] = p["pace_volatility"] * normal(fold(key, 1), 0)
    s.mood[URGE] = p["urge_volatility"] * normal(fold(key, 2), 0)
    for d, people in enumerate(populations(fold(key, 3), p, ground)):
        own = fold(fold(key, 4), ground.key[d])
        households = divide(people, world.classes)
        for k, count in enumerate(households):
            s.staying[d, k] = binomial(fold(own, world.classes.key[k]), count, p["stayer_share"])
            s.willing[d, k] = count - s.staying[d, k]
        for g in range(s.stock.shape[1]):
            limits = (ground.stock_low[d, g], ground.stock_best[d, g], ground.stock_high[d, g])
            s.stock[d, g] = triangular(uniform(fold(own, g), 0), *limits) * p["supply_factor"] * max(people, 1.0)
    weigh_ways(p, world, s)


def pick(u: float, weights: list[float]) -> int:
    """Index of the part that ``u`` falls into when parts of these lengths are laid end to end."""
    for i, weight in enumerate(weights[:-1]):
        if u < weight:
            return i
        u -= weight
    return len(weights) - 1


def triangular(u: float, low: float, best: float, high: float) -> float:
    """Value at probability ``u`` of the triangular distribution."""
    if high <= low:
        return best
    if u * (high - low) < best - low:
        return low + math.sqrt(u * (high - low) * (best - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - best))


def populations(key: int, p: np.void, ground: Ground) -> list[float]:
    """People per district: drawn one by one, then all multiplied so that the total is the factor times the best."""
    drawn = [
        triangular(uniform(fold(key, name), 0), low, best, high)
        for name, low, best, high in zip(ground.key, ground.low, ground.best, ground.high, strict=True)
    ]
    together = total(drawn)
    if together == 0.0:
        return [0.0 for _ in drawn]
    factor = total(ground.best) * p["population_factor"] / together
    return [float(people * factor) for people in drawn]


def divide(people: float, classes: Classes) -> list[int]:
    """Whole households by class: each class's share rounded down, then the rest from the largest households down.

    Fewer people than the smallest household has are left over and does not take part.
    """
    persons = classes.persons.tolist()
    count = [int(people * share / size) for share, size in zip(classes.share.tolist(), persons, strict=True)]
    left = round(people) - sum(n * size for n, size in zip(count, persons, strict=True))
    for k in classes.large_first:
        extra = max(0, left) // persons[k]
        count[k] += extra
        left -= extra * persons[k]
    return count


def weigh_ways(p: np.void, world: World, s: State) -> None:
    """How strongly ways draw: exp(-a km - b exposed_km) for a way out, exp(-km / camp_distance) for an onward way."""
    for x, (km, exposed) in enumerate(zip(world.exits.km, world.exits.exposed_km, strict=True)):
        s.exit_pull[x] = math.exp(-p["distance_aversion"] * km - p["exposure_aversion"] * exposed)
    for w, km in enumerate(world.sites.onward_km):
        s.onward_pull[w] = math.exp(-km / p["camp_distance"])
