"""A day of everyone: who is at a place decides, who is on a link moves on, arrives, and perhaps decides again."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.journey.alike import assess_crowd, disperse, gather, next_round, wait_turn
from saferground.engine.journey.cells import (
    AFOOT,
    CLASS,
    COUNT,
    GAIT,
    LEFT,
    MEMORY,
    NO_WAY,
    RIDDEN,
    RIDES,
    SETTLED,
    SHUT,
    TODAY,
    UNDECIDED,
    WALKED,
    WALKS,
    WAY,
    WHERE,
    Cells,
    clear,
    key_of_row,
    low,
    on_link,
    put,
    row_of_key,
)
from saferground.engine.journey.choice import decide, gait_on
from saferground.engine.journey.groups import push
from saferground.engine.journey.pool import APART, KEY, PEOPLE, mean
from saferground.engine.journey.record import JourneyRecord
from saferground.engine.journey.scores import leave_chance
from saferground.engine.journey.scratch import JourneyScratch
from saferground.engine.journey.state import JourneyState
from saferground.model.journey.arrays import JourneyWorld
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, binomial, blend, fold

_MORNING = -1  # before the first stage of a day
_MOST_ROUNDS = 50  # in a stage of a day; only links of no length can reach it
_FINENESS, _MOST_SHARES = 4.0, 8  # travellers move in parts while a camp fills: later ones see who came before
_HALF = 0.5
_NEAREST = 0.499  # rounds to the nearest whole number, halves down
_SELDOM = 0.01  # a day


@compiled
def decide_all(
    key: Word, day: Whole, p: Parameters, w: JourneyWorld, s: JourneyState, out: JourneyRecord, work: JourneyScratch
) -> None:
    """Everyone at a place decides; from ``now`` into ``then``."""
    for c in range(work.now.size[0]):
        slot = work.now.used[c]
        if on_link(w, work.now.key[slot]):
            wait(slot, day, w, work)
            continue
        lift(key, slot, work.now, w, work)
        decide(0, day, False, p, w, s, out, work)
        for g in range(work.groups[0]):
            put_down(g, work.then, w, work)
    clear(work.now)


@compiled
def wait(slot: Whole, day: Whole, w: JourneyWorld, work: JourneyScratch) -> None:
    """People on a link have nothing to decide; they notice when it is closed."""
    key = work.now.key[slot]
    if w.links.closing[day] > 0:
        row_of_key(w, key, work.row)
        link = work.row[WHERE] - len(w.places.key)
        if not w.links.open[day, link] and w.links.open[day - 1, link]:
            work.row[SHUT] = 1
            key = key_of_row(w, work.row)
    put(work.then, key, work.now.people[slot])


@compiled
def travel_all(
    key: Word, day: Whole, p: Parameters, w: JourneyWorld, s: JourneyState, out: JourneyRecord, work: JourneyScratch
) -> None:
    """Everyone on a link moves; from ``then`` into ``now``."""
    assess_crowd(w, work)
    shares = shares_of(day, p, w, s, work)
    for share in range(shares):
        own = fold(key, share)
        set_off(own, key, share, shares, day, p, w, s, out, work)
        for stage in range(w.rules.stages):
            rounds = 0
            while work.front.size[stage] > 0:
                rounds += 1
                turn(fold(own, stage * (_MOST_ROUNDS + 1) + rounds), stage, rounds, day, p, w, s, out, work)
                next_round(stage, w, work)
    clear(work.then)
    disperse(w, work)


@compiled
def set_off(
    own: Word,
    key: Word,
    share: Whole,
    shares: Whole,
    day: Whole,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> None:
    """One part of the people on links moves; people at places rest."""
    for c in range(work.then.size[0]):
        slot = work.then.used[c]
        if work.then.people[slot] == 0:
            continue
        if on_link(w, work.then.key[slot]):
            lift(own, slot, work.then, w, work)
            work.group[0, GAIT] = gait_on(work.group[0, WHERE] - len(w.places.key), work.group[0, AFOOT], w)
            if share < shares - 1:
                work.group[0, COUNT] = binomial(fold(work.word[0], 4), work.group[0, COUNT], 1.0 / (shares - share))
            work.then.people[slot] -= work.group[0, COUNT]
            while work.groups[0] > 0:
                advance(_MORNING, p, w, s, out, work, day)
        else:
            rest(key, slot, day, p, w, s, work)


@compiled
def turn(
    key: Word,
    stage: Whole,
    rounds: Whole,
    day: Whole,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> None:
    """Everyone who arrived at a stage of the day decides again, and moves on."""
    for c in range(work.front.size[stage]):
        slot = work.front.used[stage, c]
        batches = batches_of(work.front.slots[stage, slot], w, work)
        for batch in range(batches):
            forced = take_turn(key, stage, slot, batch, batches, w, work)
            if rounds <= _MOST_ROUNDS:
                decide(0, day, forced, p, w, s, out, work)
            else:
                work.group[0, SETTLED] = 1
            while work.groups[0] > 0:
                advance(stage, p, w, s, out, work, day)


@compiled
def batches_of(waiting: Array, w: JourneyWorld, work: JourneyScratch) -> Whole:
    """In how many parts a group decides again: those later in it see who of it has come to a camp that fills."""
    place, most = low(waiting[KEY], w.rules.where_bits), np.int64(0)
    for q in range(w.paths.first_of[place], w.paths.first_of[place + 1]):
        few = work.batch[w.paths.end[q]]
        if few > 0:
            most = few if most == 0 else min(few, most)
    return np.int64(1 if most == 0 else min(waiting[PEOPLE] // most + 1, _MOST_SHARES))


@compiled
def take_turn(
    key: Word, stage: Whole, slot: Whole, batch: Whole, batches: Whole, w: JourneyWorld, work: JourneyScratch
) -> bool:
    """One of some batches of a waiting group as the only one on the stack; whether it is forced to go on."""
    waiting, row = work.front.slots[stage, slot], work.group[0]
    row_of_key(w, waiting[KEY], row)
    work.word[0] = word_of_row(key, row, waiting[APART], w)
    if batch > 0:
        work.word[0] = fold(work.word[0], batch)
    row[COUNT] = (batch + 1) * waiting[PEOPLE] // batches - batch * waiting[PEOPLE] // batches
    forced = row[MEMORY] == 1
    row[LEFT], row[TODAY], row[MEMORY] = mean(waiting, 0), mean(waiting, 1), mean(waiting, 2)
    work.groups[0] = 1
    return bool(forced)


@compiled
def rest(
    key: Word, slot: Whole, day: Whole, p: Parameters, w: JourneyWorld, s: JourneyState, work: JourneyScratch
) -> None:
    """People who stay at a place today; where hardly anyone leaves, recent travel is forgotten at once."""
    lift(key, slot, work.then, w, work)
    if leave_chance(day, work.group[0, WHERE], p, w, s) <= _SELDOM:
        work.group[0, MEMORY] = 0
    settle(0, p, w, work)
    work.groups[0] = 0
    work.then.people[slot] = 0


@compiled
def shares_of(day: Whole, p: Parameters, w: JourneyWorld, s: JourneyState, work: JourneyScratch) -> Whole:
    """In how many parts to move travellers, so that a camp's pull changes little between one part and the next.

    Sets, for the same reason, how many people of a group may set out for a place at once; 0 = all.
    """
    travellers = count_coming(w, work)
    shares = 1
    for e in range(len(w.places.key)):
        capacity = w.places.capacity[day, e] * p.capacity_scaling
        work.batch[e] = 0
        if s.present[e] < capacity and np.isfinite(capacity):
            band = capacity * (1.0 - p.capacity_buffer)
            if s.present[e] + travellers > capacity - band and s.present[e] < capacity - 0.5 * band:
                work.batch[e] = max(np.int64((band + 1.0) / _FINENESS), 1)
            if s.present[e] + work.coming[e] > capacity - band:
                wanted = int(_FINENESS * work.coming[e] / (band + 1.0)) + 1
                shares = max(shares, min(wanted, _MOST_SHARES))
    return shares


@compiled
def count_coming(w: JourneyWorld, work: JourneyScratch) -> Whole:
    """Counts people on links by the place where the link ends; all of them."""
    work.coming[:] = 0
    travellers = np.int64(0)
    for c in range(work.then.size[0]):
        slot = work.then.used[c]
        where = low(work.then.key[slot], w.rules.where_bits)
        if where >= len(w.places.key):
            work.coming[w.links.end[where - len(w.places.key)]] += work.then.people[slot]
            travellers += work.then.people[slot]
    return travellers


@compiled
def lift(key: Word, slot: Whole, cells: Cells, w: JourneyWorld, work: JourneyScratch) -> None:
    """A cell as the only group on the stack."""
    row_of_key(w, cells.key[slot], work.group[0])
    work.group[0, COUNT] = cells.people[slot]
    work.word[0] = word_of_row(key, work.group[0], np.int64(0), w)
    work.groups[0] = 1


@compiled
def word_of_row(key: Word, row: Array, apart: Whole, w: JourneyWorld) -> Word:
    """Key of the draws of a cell, made of names' words, so that other places and paths do not change it."""
    where, way = row[WHERE], row[WAY]
    own = w.places.key[where] if where < len(w.places.key) else w.links.key[where - len(w.places.key)]
    path = w.paths.key[way - 1] if 0 < way <= len(w.paths.key) else np.uint64(way)
    spent = ((row[RIDDEN] << w.rules.walked_bits) | row[WALKED]) << w.rules.memory_bits
    small = np.uint64(((spent | row[MEMORY]) << 2) | (row[SHUT] << 1) | row[AFOOT])
    return fold(key, blend(own ^ w.classes.key[row[CLASS]], path, small, np.uint64(apart)))


@compiled
def put_down(g: Whole, cells: Cells, w: JourneyWorld, work: JourneyScratch) -> None:
    """Adds a group to a table."""
    if work.group[g, COUNT] > 0:
        put(cells, key_of_row(w, work.group[g]), work.group[g, COUNT])


@compiled
def advance(
    stage: Whole,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
    day: Whole,
) -> None:
    """Moves the group on top of the stack, or takes it off when it is done for now; what parts with it lies above."""
    i = work.groups[0] - 1
    row = work.group[i]
    if row[SETTLED] == 0 and row[GAIT] == UNDECIDED:
        take_gait(i, w, work)
        return
    if row[COUNT] > 0 and (row[SETTLED] == 1 or not move(i, stage, day, p, w, s, out, work)):
        settle(i, p, w, work)
    work.groups[0] = i


@compiled
def move(
    i: Whole,
    stage: Whole,
    day: Whole,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> bool:
    """A group moves for what is left of the day; whether it waits to decide again."""
    row = work.group[i]
    link = row[WHERE] - len(w.places.key)
    speed = speed_on(link, row[GAIT], p, w)
    parts = row[LEFT] if row[LEFT] > 0 else w.rules.parts
    row[RIDDEN if row[GAIT] == RIDES else WALKED] += parts
    row[TODAY] += metres(speed * parts / w.rules.parts)
    over = covered(link, row, p, w) - w.links.km[link]
    if over > 0.0 or (over == 0.0 and not w.rules.strict) or at_limit(row, w):
        row[TODAY] = max(row[TODAY] - metres(over), 0)
        row[LEFT] = 0 if w.rules.strict else np.int64(over / speed * w.rules.parts)
        return arrive(i, stage, day, link, speed, p, w, s, out, work)
    return False


@compiled
def metres(km: float) -> Whole:
    """Kilometres in whole metres."""
    return np.int64(np.floor(km * 1000.0 + _HALF))


@compiled
def settle(i: Whole, p: Parameters, w: JourneyWorld, work: JourneyScratch) -> None:
    """The day ends for a group: what it travelled becomes part of its recent travel, half of which fades each day."""
    row = work.group[i]
    if w.rules.memory_bits > 0:
        recent = (row[MEMORY] + row[TODAY] / (1000.0 * w.rules.memory_km)) * _HALF
        row[MEMORY] = min(np.int64(recent + _NEAREST), (np.int64(1) << w.rules.memory_bits) - 1)
    if work.crowd[0] == 1:
        gather(i, p, w, work)
    else:
        put_down(i, work.now, w, work)


@compiled
def take_gait(i: Whole, w: JourneyWorld, work: JourneyScratch) -> None:
    """Some of a group on a link walk today; they become a group of their own."""
    row = work.group[i]
    walking = binomial(fold(work.word[i], 5), row[COUNT], w.links.walk[row[WHERE] - len(w.places.key)])
    row[GAIT] = RIDES
    if walking > 0:
        top = push(work, i, walking, fold(work.word[i], 6))
        work.group[top, GAIT] = WALKS
        work.group[i, COUNT] -= walking


@compiled
def speed_on(link: Whole, gait: Whole, p: Parameters, w: JourneyWorld) -> float:
    """Speed in km a day."""
    if gait == WALKS:
        return p.max_walk_speed
    return p.max_move_speed if np.isnan(w.links.speed[link]) else w.links.speed[link]


@compiled
def covered(link: Whole, row: Array, p: Parameters, w: JourneyWorld) -> float:
    """Distance in km that a group has come on its link."""
    return (row[RIDDEN] * speed_on(link, RIDES, p, w) + row[WALKED] * p.max_walk_speed) / w.rules.parts


@compiled
def at_limit(row: Array, w: JourneyWorld) -> bool:
    """Whether a journey has taken so long that its key has no room for another day."""
    most = (np.int64(1) << w.rules.ridden_bits) - w.rules.parts
    return row[RIDDEN] >= most or row[WALKED] >= most


@compiled
def arrive(
    i: Whole,
    stage: Whole,
    day: Whole,
    link: Whole,
    speed: float,
    p: Parameters,
    w: JourneyWorld,
    s: JourneyState,
    out: JourneyRecord,
    work: JourneyScratch,
) -> bool:
    """A group reaches the end of its link, or comes back to its start if the link was closed meanwhile.

    Whether it waits to decide again: with the parts of the day that are left, or under the strict rules with a whole
    day, if it has come less than a day's distance.
    """
    row = work.group[i]
    back = row[SHUT] == 1
    place = w.links.start[link] if back else w.links.end[link]
    row[WHERE], row[RIDDEN], row[WALKED], row[AFOOT], row[SHUT] = place, 0, 0, 0, 0
    s.present[place] += row[COUNT]
    out.arrivals[place] += row[COUNT]
    if back:
        row[WAY] = way_back(link, row[WAY], w)
        return False
    waits = row[TODAY] < metres(speed) if w.rules.strict else row[LEFT] > 0
    if waits:
        wait_turn(i, stage, presses_on(row, day, p, w), p, w, work)
    return bool(waits)


@compiled
def way_back(link: Whole, way: Whole, w: JourneyWorld) -> Whole:
    """What people who come back to the start of a link remember: the stop after its end, as the next one now."""
    if way == NO_WAY:
        return way
    paths, start = w.paths, w.links.start[link]
    for q in range(paths.first_of[start], paths.first_of[start + 1]):
        if paths.link[q] == link and paths.rest[q] == way - 1 and paths.direct[q] >= 0:
            return paths.direct[q] + 1
    return np.int64(len(paths.key) + 1)


@compiled
def presses_on(row: Array, day: Whole, p: Parameters, w: JourneyWorld) -> bool:
    """Whether a group that has come less than half a day's distance of late does not rest in a town."""
    if not w.rules.short_stints or not w.places.town[day, row[WHERE]]:
        return False
    return row[MEMORY] * w.rules.memory_km + row[TODAY] / 1000.0 < p.max_move_speed
