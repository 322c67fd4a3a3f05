"""How attractive places and paths are, and how likely people are to leave."""

from __future__ import annotations

import math

from saferground.engine.plain.chance import part, total
from saferground.engine.plain.journey.cells import Cell
from saferground.engine.plain.journey.state import Today
from saferground.model.journey.arrays import CAMP, CONFLICT, HUB, IDP_CAMP, TOWN

NEARLY_FULL = 0.5
"""Nobody sets out for a camp of which less than this share of the pull is left."""
LEAST_KM, MOST_WEIGHT = 0.001, 1e100
"""Bounds that keep weights finite."""
_MOVES = {
    TOWN: "default_movechance",
    CONFLICT: "conflict_movechance",
    CAMP: "camp_movechance",
    IDP_CAMP: "idpcamp_movechance",
}


def power(base: float, exponent: float) -> float:
    """A power; infinite where it is too large to be written, as 0 to a negative power."""
    try:
        return base**exponent
    except (OverflowError, ZeroDivisionError):
        return math.inf


def leave_chance(place: int, today: Today) -> float:
    """Chance per day of leaving a place: of its kind, by its size, from hunger, or as a flood sets it."""
    places, p, day = today.world.places, today.p, today.day
    flooded, hungry = float(places.flooded[day, place]), float(places.starving[day, place])
    if not math.isnan(flooded):
        return flooded
    moves = int(places.moves[day, place])
    chance = 1.0 if moves == HUB else p[_MOVES[moves]]
    if p["movechance_pop_scale_factor"] != 0.0:
        limit = float(places.capacity[day, place])
        size = today.world.rules.unit * max(today.member.population[place], 0.0 if math.isinf(limit) else limit)
        if size > 0.0 or today.world.rules.strict:
            chance *= power(size / p["movechance_pop_base"], p["movechance_pop_scale_factor"])
    return hungry + (1.0 - hungry) * chance


def room(place: int, today: Today) -> float:
    """Share of the pull of a place that is left as it fills: 1 up to the buffer, 0 when full, in between linear."""
    stated = float(today.world.places.capacity[today.day, place])
    capacity, buffer = stated * today.p["capacity_scaling"], today.p["capacity_buffer"]
    people = today.member.present[place]
    if math.isinf(stated):
        return 1.0
    if people >= capacity:
        return 0.0
    if people <= buffer * capacity:
        return 1.0
    return 1.0 - (people - buffer * capacity) / (capacity * (1.0 - buffer))


def score(place: int, today: Today) -> float:
    """How safe and attractive a place looks to everyone, floods left aside."""
    places, p, day = today.world.places, today.p, today.day
    value = float(places.plain_score[day, place])
    if places.foreign[place]:
        value *= p["foreign_weight"]
    if places.camp[day, place]:
        value *= p["camp_weight"]
    if places.conflict[day, place] > 0.0:
        value *= power(p["conflict_weight"], float(places.push[day, place]))
    return value


def own_score(place: int, k: int, today: Today) -> float:
    """The score as a class sees it: by what it thinks of hazards, of floods, how far home is, and who lives there."""
    world, p = today.world, today.p
    value = power(score(place, today), float(world.classes.power[k]))
    value *= float(world.places.flood_factor[today.day, place])
    if world.rules.home_distance:
        value *= power(float(world.classes.near[k, place]), -p["home_distance_power"])
    if world.places.camp[today.day, place]:
        return value * float(world.classes.camp[k, place])
    match = world.classes.conflict if world.places.conflict[today.day, place] > 0.0 else world.classes.town
    value *= float(match[k, place])
    if world.rules.by_population:
        people = float(today.member.population[place])
        people = min(1.0, people) if world.rules.least_population else max(1.0, people)
        value *= power(people, p["pop_power_for_loc_weight"])
    return value


def path_weight(q: int, k: int, today: Today) -> float:
    """Weight of a path, room left aside: ((weight_softening + score) / (softening + km)**a)**b.

    With fixed routes this is of the score and the floods that everyone sees, and multiplied by the class's own score.
    """
    paths, p, fixed = today.world.paths, today.p, today.world.rules.without_capacity
    end = int(paths.end[q])
    own = own_score(end, k, today)
    if today.world.rules.from_here:
        own *= power(float(paths.apart[q]), -p["home_distance_power"])
    km = max((p["softening"] + float(paths.km[q])) / float(paths.shorten[q]), LEAST_KM)
    pull = score(end, today) * float(today.world.places.flood_factor[today.day, end]) if fixed else own
    weight = power((p["weight_softening"] + pull) / power(km, p["distance_power"]), p["weight_power"])
    weight = min(weight, MOST_WEIGHT)
    return min(weight * own, MOST_WEIGHT) if fixed else weight


def options(cell: Cell, today: Today) -> list[float]:
    """Weights of the paths from a place at this moment, 0 for those that are shut, pruned, or lead to what is full."""
    paths, p, rules = today.world.paths, today.p, today.world.rules
    ways = part(paths.first_of, cell.place)
    open_ = paths.open[paths.regime[today.day]]
    weights = [path_weight(q, cell.group, today) if open_[q] else 0.0 for q in ways]
    if not rules.without_capacity:
        left = [room(int(paths.end[q]), today) for q in ways]
        weights = [weight * power(share, p["weight_power"]) for weight, share in zip(weights, left, strict=True)]
    if p["pruning_threshold"] > 1.001:
        least = max(weights, default=0.0) / p["pruning_threshold"]
        weights = [weight if weight >= least else 0.0 for weight in weights]
    if rules.forced_when_full and total(weights) == 0.0:
        return [1.0 if open_[q] else 0.0 for q in ways]
    return weights
