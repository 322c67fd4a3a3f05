"""The injured: stabilisation, referral to a hospital bed, discharge, and death while waiting for a bed."""

from __future__ import annotations

import math

import numpy as np

from saferground.engine.plain.chance import part, within
from saferground.engine.plain.streams import binomial, fold
from saferground.engine.state import DIED, DISCHARGED, State
from saferground.model.arrays import World


def treat(key: int, step: int, p: np.void, world: World, s: State) -> None:
    """One step of care: patients leave beds, some who wait for a bed die, the injured are treated and referred."""
    day = 1.0 / world.steps_per_day
    for h in range(len(s.in_bed)):
        leaving = binomial(fold(fold(key, 0), h), s.in_bed[h], within(1.0 / p["bed_days"], day))
        s.in_bed[h] -= leaving
        s.tally[DISCHARGED] += leaving
    for a, name in enumerate(world.care.key):
        own = fold(key, name)
        lost = binomial(fold(own, 0), s.for_bed[a], within(p["waiting_death"], day))
        s.for_bed[a] -= lost
        s.tally[DIED] += lost
        stabilise(own, step, a, p, world, s)
        refer(step, a, world, s)


def stabilise(key: int, step: int, a: int, p: np.void, world: World, s: State) -> None:
    """Treats the injured who wait; a share needs a bed and the others are discharged.

    The part of a treatment that is left over is carried into the next step while anyone waits.
    """
    capacity = world.care.place_hours[step, a] * p["stabilisation_rate"] + s.care_credit[a]
    treated = min(int(s.for_stabilising[a]), math.floor(capacity))
    s.for_stabilising[a] -= treated
    s.care_credit[a] = capacity - treated if s.for_stabilising[a] > 0 else 0.0
    red = binomial(fold(key, 1), treated, p["red_share"])
    s.for_bed[a] += red
    s.tally[DISCHARGED] += treated - red


def refer(step: int, a: int, world: World, s: State) -> None:
    """Sends the stabilised to free beds, nearest hospital first, where the way is open."""
    for i in part(world.care.referral_start, a):
        h = world.care.referral_to[i]
        free = max(0, world.care.beds[step, h] - s.in_bed[h]) if world.care.referral_open[step, i] else 0
        admitted = min(s.for_bed[a], free)
        s.for_bed[a] -= admitted
        s.in_bed[h] += admitted
