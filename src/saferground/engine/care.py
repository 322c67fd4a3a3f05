"""The injured: stabilisation, referral to a hospital bed, discharge, and death while waiting for a bed."""

from __future__ import annotations

import math

import numpy as np

from saferground.compiling import compiled
from saferground.engine.chance import within
from saferground.engine.state import DIED, DISCHARGED, State
from saferground.model.arrays import World
from saferground.model.params import Parameters
from saferground.streams import Whole, Word, binomial, fold


@compiled
def treat(key: Word, step: Whole, p: Parameters, world: World, s: State) -> None:
    """One step of care at every stabilisation point and hospital."""
    dt = 1.0 / world.steps_per_day
    for h in range(len(s.in_bed)):
        leaving = binomial(fold(fold(key, 0), h), s.in_bed[h], within(1.0 / p.bed_days, dt))
        s.in_bed[h] -= leaving
        s.tally[DISCHARGED] += leaving
    for a in range(len(s.for_stabilising)):
        own = fold(key, world.care.key[a])
        lost = binomial(fold(own, 0), s.for_bed[a], within(p.waiting_death, dt))
        s.for_bed[a] -= lost
        s.tally[DIED] += lost
        stabilise(own, step, a, p, world, s)
        refer(step, a, world, s)


@compiled
def stabilise(key: Word, step: Whole, a: Whole, p: Parameters, world: World, s: State) -> None:
    """Treats the injured who wait; those who need no hospital bed are discharged."""
    capacity = world.care.place_hours[step, a] * p.stabilisation_rate + s.care_credit[a]
    treated = min(s.for_stabilising[a], np.int64(math.floor(capacity)))
    s.for_stabilising[a] -= treated
    s.care_credit[a] = capacity - treated if s.for_stabilising[a] > 0 else 0.0
    red = binomial(fold(key, 1), treated, p.red_share)
    s.for_bed[a] += red
    s.tally[DISCHARGED] += treated - red


@compiled
def refer(step: Whole, a: Whole, world: World, s: State) -> None:
    """Sends the stabilised to free beds, nearest hospital first, where the way is open."""
    for i in range(world.care.referral_start[a], world.care.referral_start[a + 1]):
        h = world.care.referral_to[i]
        free = max(0, world.care.beds[step, h] - s.in_bed[h]) if world.care.referral_open[step, i] else 0
        admitted = min(s.for_bed[a], free)
        s.for_bed[a] -= admitted
        s.in_bed[h] += admitted
