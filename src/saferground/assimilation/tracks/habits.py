"""The kinds of series that a track thinks possible, and how likely each is before any count has come in.

A series has a level (people) and a rate (people a day). By day the level moves with the rate and by a shock of standard
deviation v, its *unrest* (people); the rate fades to nothing over its *memory* and is itself shaken by ``drift`` times
v. The unrest is one of the steps of ``UNREST`` and moves between them. Now and then the level jumps: a site is verified
anew, a registration catches up, a crowd arrives in a day.

Four kinds of forecaster differ in what they make of a rate: ``none`` takes it for noise, the others believe that it
lasts for about 10, 40 or 120 days. How far each is believed is learned from how well it forecast earlier
(``saferground.assimilation.stack``).

All figures here are assumptions: round numbers, wide enough for camps of a hundred people and for millions. They are
the same for every scenario.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MEMORIES = (0, 10, 40, 120)
"""Days over which a rate lasts, one forecaster each; 0: rates are noise."""

_DRIFTS = {0: (0.0,), 10: (0.03, 0.1, 0.3), 40: (0.01, 0.03, 0.1), 120: (0.003, 0.01, 0.03)}
_ROUNDING = (0.002, 0.01)

UNREST = 2.0 ** np.arange(18)
"""Standard deviation of a day's shock to the level, people."""

_HABITS = [
    (i, memory, drift, rounding)
    for i, memory in enumerate(MEMORIES)
    for drift in _DRIFTS[memory]
    for rounding in _ROUNDING
]
FORECASTER = np.array([habit[0] for habit in _HABITS])
"""Index into ``MEMORIES`` of each habit, a combination of memory, drift and rounding; shape (H,)."""
KEEP = np.array([np.exp(-1.0 / habit[1]) if habit[1] else 0.0 for habit in _HABITS])
"""Share of a rate that is left after a day; shape (H,)."""
DRIFT = np.array([habit[2] for habit in _HABITS])
"""Daily shock to the rate, in units of the unrest; shape (H,)."""
ROUNDING = np.array([habit[3] for habit in _HABITS])
"""Standard deviation of the error of a count, as a share of it; shape (H,)."""

MOST_UNREST = 0.3
"""The unrest is at most this share of the last count (or of ``LEAST_LEVEL``); what is larger is a jump. It goes no step
up that would lead beyond."""
SWITCH, LEAP, LEAP_STEPS = 0.03, 0.002, 3
"""Chance a day that the unrest goes one step up or down, that it leaps, and over how many steps."""
START_UNREST, START_SPREAD = (0.005, 3.0), 1.2
"""Median of the unrest at the first count: a share of the count plus some people; standard deviation of its log."""

START_SHAKEN = 0.5
"""Median of the unrest of a series that grows, as a share of its first daily rate."""

LEAST_LEVEL = 50.0
"""People; jumps of smaller levels are sized as if they were as large."""
JUMP_SIZES = np.array([0.02, 0.08, 0.3])
"""Standard deviation of a jump, as a share of the last count."""
JUMP_WEIGHTS = np.array([1.0, 0.7, 0.3])
"""How many jumps of each size were seen, so to speak, before the first count."""
JUMP_HAZARD, JUMP_DAYS = 0.004, 50.0
"""Jumps a day before the first count, and of how many days that knowledge is worth."""
JUMP_MEMORY = 120.0
"""Days after which a jump that was seen counts half, in the past and in what is expected."""
JUMPS_UP = np.array([1.5, 1.0])
"""How many jumps up and down were seen, so to speak, before the first count."""


def most(base: NDArray[np.float64]) -> NDArray[np.int64]:
    """The largest step of unrest of series whose last counts are ``base``, people."""
    limit = MOST_UNREST * np.maximum(base, LEAST_LEVEL)
    return (limit[..., None] >= UNREST).sum(axis=-1) - 1


def switching() -> NDArray[np.float64]:
    """Chance that the unrest passes from one step to another within a day, by the largest step there is.

    Rows sum to 1, a step that would lead beyond is not made; shape (V largest, V from, V to).
    """
    steps = np.arange(len(UNREST))
    apart = np.abs(np.subtract.outer(steps, steps))
    made = np.where(apart == 1, SWITCH / 2, 0.0) + np.where(apart == LEAP_STEPS, LEAP / 2, 0.0)
    chance = np.where(steps <= steps[:, None, None], made, 0.0)
    chance[:, steps, steps] = 1.0 - chance.sum(axis=2)
    return chance
