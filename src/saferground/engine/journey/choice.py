"""Decisions: whether to leave a place, by which path, and whether it can be taken."""

from __future__ import annotations

from saferground.compiling import compiled
from saferground.engine.journey.cells import (
    AFOOT,
    CLASS,
    COUNT,
    GAIT,
    LEFT,
    NO_WAY,
    RIDDEN,
    RIDES,
    SETTLED,
    SHUT,
    UNDECIDED,
    WALKED,
    WALKS,
    WAY,
    WHERE,
)
from saferground.engine.journey.groups import push
from saferground.engine.journey.record import JourneyRecord
from saferground.engine.journey.scores import leave_chance, room, weigh_paths
from saferground.engine.journey.scratch import JourneyScratch
from saferground.engine.journey.state import JourneyState
from saferground.model.journey.arrays import JourneyWorld
from saferground.model.params import Parameters
from saferground.streams import Whole, Word, binomial, fold

_FULL = 0.5  # nobody sets out for a camp of which less than this share of the pull is left
_PRUNES = 1.001


@compiled
def decide(
    i: Whole,
    day: Whole,
    forced: bool,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> None:
    """Splits group ``i``, which stands at a place, into who stays (SETTLED) and who sets out on a link."""
    group, key = work.group[i], work.word[i]
    place, way = group[WHERE], group[WAY]
    redirect = w.places.redirect[day, place]
    certain = forced or redirect >= 0 or (way != NO_WAY and w.rules.rest_forces)
    chance = 1.0 if certain else leave_chance(day, place, p, w, s)
    leaving = binomial(key, group[COUNT], chance)
    group[COUNT] -= leaving
    group[SETTLED] = 1
    if leaving == 0:
        return
    if redirect >= 0:
        set_out(i, day, redirect, NO_WAY, w.links.key[redirect], leaving, True, w, s, out, work)
    elif way == NO_WAY:
        choose(i, day, leaving, p, w, s, out, work)
    else:
        go_on(i, day, way, leaving, p, w, s, out, work)


@compiled
def go_on(
    i: Whole,
    day: Whole,
    way: Whole,
    count: Whole,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> None:
    """People follow the way that they remember, or forget it and stay where it has become impossible."""
    q = way - 1
    if q == len(w.paths.key) or not w.links.open[day, w.paths.link[q]] or refused(day, q, p, w, s):
        stay(i, count, work)
    else:
        set_out(i, day, w.paths.link[q], w.paths.rest[q] + 1, w.paths.key[q], count, True, w, s, out, work)


@compiled
def refused(day: Whole, q: Whole, p: Parameters, w: JourneyWorld, s: JourneyState) -> bool:
    """Whether a path leads to a camp that is nearly full."""
    end = w.paths.end[q]
    return w.places.camp[day, end] and room(day, end, p, w, s) < _FULL


@compiled
def stay(i: Whole, count: Whole, work: JourneyScratch) -> None:
    """People who wanted to leave remain, without a way in mind."""
    top = push(work, i, count, fold(work.word[i], 2))
    work.group[top, WAY] = NO_WAY


@compiled
def choose(
    i: Whole,
    day: Whole,
    leaving: Whole,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> None:
    """Spreads people over the paths by weight."""
    place = work.group[i, WHERE]
    total = weigh_options(day, place, work.group[i, CLASS], p, w, s, work)
    key = fold(work.word[i], 1)
    staying = leaving if total <= 0.0 else leaving * 0
    leaving -= staying
    last = last_option(place, w, work)
    for q in range(w.paths.first_of[place], last + 1):
        if leaving == 0 or work.option[q] <= 0.0:
            continue
        count = leaving if q == last else binomial(key ^ w.paths.key[q], leaving, work.option[q] / total)
        total -= work.option[q]
        leaving -= count
        if count == 0:
            continue
        if refused(day, q, p, w, s):
            staying += count
        else:
            all_gone = leaving + staying == 0
            set_out(i, day, w.paths.link[q], w.paths.rest[q] + 1, w.paths.key[q], count, all_gone, w, s, out, work)
    if staying + leaving > 0:
        stay(i, staying + leaving, work)


@compiled
def last_option(place: Whole, w: JourneyWorld, work: JourneyScratch) -> Whole:
    """The last path that has a weight: whoever has taken none of those before takes it."""
    q = w.paths.first_of[place + 1] - 1
    while q >= w.paths.first_of[place] and work.option[q] <= 0.0:
        q -= 1
    return q


@compiled
def weigh_options(
    day: Whole, place: Whole, k: Whole, p: Parameters, w: JourneyWorld, s: JourneyState, work: JourneyScratch
) -> float:
    """Weights of the options at this moment; their sum."""
    weigh_paths(day, place, k, p, w, s, work)
    first, last = w.paths.first_of[place], w.paths.first_of[place + 1]
    most, total = 0.0, 0.0
    for q in range(first, last):
        weight = work.weight[k, q]
        if weight > 0.0 and not w.rules.without_capacity:
            left = room(day, w.paths.end[q], p, w, s)
            if left < 1.0:
                weight *= left**p.weight_power
        work.option[q] = max(weight, 0.0)
        most = max(most, weight)
        total += work.option[q]
    if p.pruning_threshold > _PRUNES and total > 0.0:
        total = prune(first, last, most / p.pruning_threshold, work)
    if total <= 0.0 and w.rules.forced_when_full:
        total = level(first, last, k, work)
    return total


@compiled
def prune(first: Whole, last: Whole, least: float, work: JourneyScratch) -> float:
    """Drops options of less than the least weight; the sum of the others."""
    total = 0.0
    for q in range(first, last):
        if work.option[q] < least:
            work.option[q] = 0.0
        total += work.option[q]
    return total


@compiled
def level(first: Whole, last: Whole, k: Whole, work: JourneyScratch) -> float:
    """Makes all open options equally likely; how many there are."""
    total = 0.0
    for q in range(first, last):
        work.option[q] = 1.0 if work.weight[k, q] >= 0.0 else 0.0
        total += work.option[q]
    return total


@compiled
def gait_on(link: Whole, afoot: Whole, w: JourneyWorld) -> Whole:
    """Whether people ride or walk on a link today, or chance decides."""
    if w.rules.on_foot and afoot == 1:
        return WALKS
    return UNDECIDED if w.links.walk[link] > 0.0 else RIDES


@compiled
def set_out(
    i: Whole,
    day: Whole,
    link: Whole,
    way: Whole,
    mark: Word,
    count: Whole,
    last: bool,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> None:
    """People leave their place by a link; ``mark`` tells their draws from those of others who leave it.

    The ``last`` to leave take over the row of the group when nobody stays.
    """
    place = work.group[i, WHERE]
    key = work.word[i] ^ mark
    if last and work.group[i, COUNT] == 0:
        top = i
        work.group[i, COUNT], work.word[i] = count, key
    else:
        top = push(work, i, count, key)
    group = work.group[top]
    group[WHERE] = len(w.places.key) + link
    group[RIDDEN], group[WALKED], group[SHUT], group[SETTLED] = 0, 0, 0, 0
    group[WAY] = way
    group[GAIT] = gait_on(link, group[AFOOT], w)
    group[LEFT] = group[LEFT] if group[LEFT] > 0 else w.rules.parts
    s.present[place] -= count
    out.departures[place] += count
    out.flow[w.links.route[link]] += count
