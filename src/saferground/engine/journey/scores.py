"""How attractive places and paths are, and how likely people are to leave."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.journey.scratch import JourneyScratch
from saferground.engine.journey.state import JourneyState
from saferground.model.journey.arrays import CAMP, CONFLICT, HUB, IDP_CAMP, JourneyWorld
from saferground.model.params import Parameters
from saferground.streams import Whole

_LEAST_KM = 0.001
_MOST_WEIGHT = 1e100


@compiled
def leave_chance(day: Whole, place: Whole, p: Parameters, w: JourneyWorld, s: JourneyState) -> float:
    """Chance per day of leaving a place."""
    places = w.places
    chance = base_chance(places.moves[day, place], p)
    if p.movechance_pop_scale_factor != 0.0:
        limit = places.capacity[day, place]
        size = w.rules.unit * max(float(s.population[place]), limit if np.isfinite(limit) else 0.0)
        if size > 0.0 or w.rules.strict:
            chance *= (size / p.movechance_pop_base) ** p.movechance_pop_scale_factor
    hungry = places.starving[day, place]
    chance = hungry + (1.0 - hungry) * chance
    if not np.isnan(places.flooded[day, place]):
        chance = places.flooded[day, place]
    return chance


@compiled
def base_chance(moves: Whole, p: Parameters) -> float:
    """Chance of leaving by kind of place."""
    if moves == HUB:
        return 1.0
    if moves == CONFLICT:
        return p.conflict_movechance
    if moves == CAMP:
        return p.camp_movechance
    if moves == IDP_CAMP:
        return p.idpcamp_movechance
    return p.default_movechance


@compiled
def room(day: Whole, place: Whole, p: Parameters, w: JourneyWorld, s: JourneyState) -> float:
    """Share of the pull of a place that is left as it fills: 1 up to the buffer, 0 when full, in between linear."""
    capacity = w.places.capacity[day, place] * p.capacity_scaling
    people = s.present[place]
    if people >= capacity:
        return 0.0
    if people <= p.capacity_buffer * capacity:
        return 1.0
    return 1.0 - (people - p.capacity_buffer * capacity) / (capacity * (1.0 - p.capacity_buffer))


@compiled
def score(day: Whole, place: Whole, p: Parameters, w: JourneyWorld) -> float:
    """How safe and attractive a place looks to everyone."""
    places = w.places
    value = places.plain_score[day, place]
    if places.foreign[place]:
        value *= p.foreign_weight
    if places.camp[day, place]:
        value *= p.camp_weight
    if places.conflict[day, place] > 0.0:
        value *= p.conflict_weight ** places.push[day, place]
    return value


@compiled
def own_score(
    day: Whole, k: Whole, place: Whole, value: float, p: Parameters, w: JourneyWorld, s: JourneyState
) -> float:
    """The score as a class sees it."""
    power = w.classes.power[k]
    if power != 1.0:
        value = value**power
    value *= w.places.flood_factor[day, place]
    if w.rules.home_distance:
        value *= w.classes.near[k, place] ** -p.home_distance_power
    if w.places.camp[day, place]:
        return value * w.classes.camp[k, place]
    value *= w.classes.conflict[k, place] if w.places.conflict[day, place] > 0.0 else w.classes.town[k, place]
    if w.rules.by_population:
        people = float(s.population[place])
        value *= (min(1.0, people) if w.rules.least_population else max(1.0, people)) ** p.pop_power_for_loc_weight
    return value


@compiled
def weigh_paths(
    day: Whole, place: Whole, k: Whole, p: Parameters, w: JourneyWorld, s: JourneyState, work: JourneyScratch
) -> None:
    """Weights of the paths from a place for a class, capacity left aside; -1 where shut; once an epoch."""
    if work.weighed[k, place] == work.stamp[0]:
        return
    work.weighed[k, place] = work.stamp[0]
    paths = w.paths
    for q in range(paths.first_of[place], paths.first_of[place + 1]):
        work.weight[k, q] = path_weight(day, q, k, p, w, s) if paths.open[paths.regime[day], q] else -1.0


@compiled
def path_weight(day: Whole, q: Whole, k: Whole, p: Parameters, w: JourneyWorld, s: JourneyState) -> float:
    """Weight of one path: score over distance."""
    end = w.paths.end[q]
    common = score(day, end, p, w)
    own = own_score(day, k, end, common, p, w, s)
    if w.rules.from_here:
        own *= w.paths.apart[q] ** -p.home_distance_power
    km = max((p.softening + w.paths.km[q]) / w.paths.shorten[q], _LEAST_KM)
    pull = common * w.places.flood_factor[day, end] if w.rules.without_capacity else own
    weight = min(((p.weight_softening + pull) / km**p.distance_power) ** p.weight_power, _MOST_WEIGHT)
    return min(weight * own, _MOST_WEIGHT) if w.rules.without_capacity else weight
