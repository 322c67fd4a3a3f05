"""People who are displaced: in camps at the start, then day by day, from the counts or by rates."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.journey.cells import AFOOT, CLASS, WHERE, key_of_row, put
from saferground.engine.journey.record import JourneyRecord
from saferground.engine.journey.scratch import JourneyScratch
from saferground.engine.journey.state import JourneyState
from saferground.model.journey.arrays import FROM_COUNTS, POISSON, SHARE, JourneyWorld
from saferground.model.params import Parameters
from saferground.streams import Whole, Word, binomial, fold, poisson


@compiled
def begin(key: Word, w: JourneyWorld, s: JourneyState, work: JourneyScratch) -> None:
    """People who are in camps at the start."""
    for place in range(len(w.places.key)):
        appear(fold(key, w.places.key[place]), place, w.spawning.present[place], w, s, work)


@compiled
def spawn(
    key: Word, day: Whole, p: Parameters, w: JourneyWorld, s: JourneyState, out: JourneyRecord, work: JourneyScratch
) -> None:
    """Newly displaced people of a day."""
    if w.spawning.mode == FROM_COUNTS:
        spread(key, day, w, s, out, work)
        return
    for place in range(len(w.places.key)):
        if w.spawning.rate[day, place] > 0.0:
            own = fold(key, w.places.key[place])
            displace(own, day, place, amount(own, day, place, p, w, s), w, s, out, work)


@compiled
def spread(key: Word, day: Whole, w: JourneyWorld, s: JourneyState, out: JourneyRecord, work: JourneyScratch) -> None:
    """Spreads the day's total over places by population and conflict; who finds no place waits for a later day."""
    left = w.spawning.total[day] + s.unplaced[0]
    total = 0.0
    for place in range(len(w.places.key)):
        total += s.population[place] * w.spawning.weight[day, place]
    short = left - left
    for place in range(len(w.places.key)):
        weight = s.population[place] * w.spawning.weight[day, place]
        if left == 0 or weight <= 0.0:
            continue
        own = fold(key, w.places.key[place])
        count = binomial(fold(own, 0), left, weight / total)
        total -= weight
        left -= count
        short += count - displace(own, day, place, count, w, s, out, work)
    s.unplaced[0] = left + short


@compiled
def amount(own: Word, day: Whole, place: Whole, p: Parameters, w: JourneyWorld, s: JourneyState) -> Whole:
    """People displaced at one place by a rate."""
    mean = w.spawning.rate[day, place] * (1.0 if w.spawning.own_rate else p.displaced_per_conflict_day)
    if w.spawning.mode == SHARE:
        mean *= s.population[place]
    if w.spawning.mode == POISSON:
        return poisson(fold(own, 1), mean)
    if not w.rules.whole:
        mean += s.carried[place]
        s.carried[place] = mean - np.floor(mean)
    return np.int64(mean)


@compiled
def displace(
    own: Word,
    day: Whole,
    place: Whole,
    count: Whole,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> Whole:
    """Displaces people at a place, at most those who are left there; how many."""
    if w.spawning.from_population:
        count = min(count, s.population[place])
        s.population[place] -= count
    appear(fold(own, 2), place, count, w, s, work)
    out.displaced[place] += count
    return count


@compiled
def appear(key: Word, place: Whole, count: Whole, w: JourneyWorld, s: JourneyState, work: JourneyScratch) -> None:
    """People enter the model at a place, by class."""
    s.present[place] += count
    rest = 1.0
    row = work.row
    row[:] = 0
    row[WHERE] = place
    row[AFOOT] = 1 if w.rules.on_foot else 0
    for k in range(len(w.classes.key)):
        share = w.classes.share[place, k]
        if count == 0 or share <= 0.0:
            continue
        here = binomial(fold(key, w.classes.key[k]), count, share / rest)
        rest -= share
        count -= here
        row[CLASS] = k
        if here > 0:
            put(work.now, key_of_row(w, row), here)
    if count > 0:  # what rounding of the shares has left
        put(work.now, key_of_row(w, row), count)
