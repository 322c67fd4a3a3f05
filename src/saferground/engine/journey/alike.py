"""Who goes on together: arrivals who decide again at the same stage of the day, and people in the evening.

In a crowd, people who differ a little in how far they have come on a link, today or of late are taken together and have
the mean from then on; else only those who are the same in all of it. By the rules of Flee 3.1 without short stints
nobody is averaged, however many there are.
"""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.journey.cells import (
    COUNT,
    LEFT,
    MEMORY,
    RIDDEN,
    TODAY,
    WALKED,
    key_of_row,
    put,
    row_of_key,
)
from saferground.engine.journey.pool import APART, FIRST, KEY, PEOPLE, drain, mean, pour
from saferground.engine.journey.scratch import EVENING, JourneyScratch
from saferground.model.journey.arrays import JourneyWorld
from saferground.model.params import Parameters
from saferground.streams import Array, Whole

_M = 1000.0  # in a km


@compiled
def assess_crowd(w: JourneyWorld, work: JourneyScratch) -> None:
    """Whether people are taken together today: where they can differ in what is averaged, and are many."""
    people = work.row[COUNT] * 0
    for c in range(work.then.size[0]):
        people += work.then.people[work.then.used[c]]
    differ = w.rules.memory_bits > 0 or w.rules.parts > 1
    work.crowd[0] = 1 if differ and people > w.rules.crowd else 0


@compiled
def level_of(km: float, p: Parameters, w: JourneyWorld) -> Whole:
    """Level of recent travel; from a day's distance on it is the highest."""
    return np.int64(min(km / p.max_move_speed * w.rules.levels, w.rules.levels))


@compiled
def stage_of(row: Array, p: Parameters, w: JourneyWorld) -> Whole:
    """Stage of the day at which a group arrives: by the hour, or in Flee 3.1, which has no hours, by its distance."""
    if w.rules.strict:
        return np.int64(min(row[TODAY] / (p.max_move_speed * _M) * w.rules.stages, w.rules.stages - 1))
    return (w.rules.parts - row[LEFT]) * w.rules.stages // w.rules.parts


@compiled
def wait_turn(i: Whole, now: Whole, forced: bool, p: Parameters, w: JourneyWorld, work: JourneyScratch) -> None:
    """A group that has arrived waits for its stage, with others like it; ``now`` is the present one."""
    row = work.group[i]
    memory, n, stage = row[MEMORY], row[COUNT], stage_of(row, p, w)
    if work.crowd[0] == 0:
        apart = (((row[TODAY] << 8) | row[LEFT]) << 16) | memory
    else:
        apart = level_of(memory * w.rules.memory_km + row[TODAY] / _M, p, w) if forced else np.int64(w.rules.levels)
    row[MEMORY] = 1 if forced else 0
    key, r = key_of_row(w, row), w.rules.stages if stage <= now else stage
    pour(work.front, r, key, apart, n, n * row[LEFT], n * row[TODAY], n * memory)


@compiled
def next_round(stage: Whole, w: JourneyWorld, work: JourneyScratch) -> None:
    """Whoever arrived within the present stage has the next turn."""
    front, last = work.front, w.rules.stages
    drain(front, stage)
    for i in range(front.size[last]):
        slot = front.slots[last, front.used[last, i]]
        pour(front, stage, slot[KEY], slot[APART], slot[PEOPLE], slot[FIRST], slot[FIRST + 1], slot[FIRST + 2])
    drain(front, last)


@compiled
def gather(i: Whole, p: Parameters, w: JourneyWorld, work: JourneyScratch) -> None:
    """A group whose day is over is put to those who are like it."""
    row = work.group[i]
    ridden, walked, memory, n = row[RIDDEN], row[WALKED], row[MEMORY], row[COUNT]
    if w.rules.parts > 1:
        row[RIDDEN] = ridden * w.rules.stages // w.rules.parts
        row[WALKED] = walked * w.rules.stages // w.rules.parts
    row[MEMORY] = level_of(memory * w.rules.memory_km, p, w)
    pour(work.evening, EVENING, key_of_row(w, row), np.int64(0), n, n * ridden, n * walked, n * memory)


@compiled
def disperse(w: JourneyWorld, work: JourneyScratch) -> None:
    """The groups of the evening become the cells of the next day."""
    evening, row = work.evening, work.row
    for i in range(evening.size[EVENING]):
        slot = evening.slots[EVENING, evening.used[EVENING, i]]
        row_of_key(w, slot[KEY], row)
        row[RIDDEN], row[WALKED], row[MEMORY] = mean(slot, 0), mean(slot, 1), mean(slot, 2)
        put(work.now, key_of_row(w, row), slot[PEOPLE])
    drain(evening, EVENING)
