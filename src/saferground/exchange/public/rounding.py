"""The one rule by which every public figure is rounded, so that no small count can be found by subtraction.

Every figure is given by the ends of the step of a fixed grid in which it lies: low and middle figures by the lower end,
high figures by the upper one. All ends are whole multiples of ``STEP``; totals are rounded by the same rule from their
own value and are not sums of rounded parts. Whoever subtracts published parts from published totals then adds and
subtracts multiples of ``STEP``, and is left with a range of a step, less one person for each figure in the sum
(decision 0025 has the proof). Rounding to the nearest does not have this property.
"""

from __future__ import annotations

import math

STEP = 100
"""The finest step of the grid, people. What is less is told as ``fewer than 100``."""

SMALL = 50
"""No count can be bounded to fewer than so many values, people."""

MOST_PARTS = STEP - SMALL
"""So many parts of one total are told at most; others are in the total alone."""

COARSER = ((10_000, 1_000), (1_000_000, 10_000))
"""From a size on, people, a coarser step, people: never more than some three digits."""


def at_least(people: float) -> int:
    """The lower end of the step in which a number of people (0 or more) lies: 0, 100 ... 9,900, 10,000, 11,000 ..."""
    return int(math.floor(people) // _step(people) * _step(people))


def below(people: float) -> int:
    """The upper end of that step; the number of people is smaller."""
    return at_least(people) + _step(people)


def _step(people: float) -> int:
    return max((step for size, step in COARSER if people >= size), default=STEP)
