"""Keys of the processes, and the random moves that every process uses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from numpy.typing import NDArray

from saferground.engine.plain.streams import binomial, decayed, fold, hypergeometric, normal, word


def key_of(seed: int, member: int, step: int, process: str) -> int:
    """Key of one process of one member in one step."""
    key = 0
    for part in (seed, member, step, word(process)):
        key = fold(key, part)
    return key


def part(start: NDArray, i: int) -> range:
    """Rows that belong to entry ``i`` in a table that is laid out one entry after the other."""
    return range(int(start[i]), int(start[i + 1]))


def total(numbers: Iterable[float]) -> float:
    """Sum from first to last; ``sum`` and NumPy add in other orders, and the last digit matters here."""
    result = 0.0
    for number in numbers:
        result += number
    return result


def within(rate: float, time: float) -> float:
    """Chance that something of hazard ``rate`` happens within ``time``: 1 - exp(-rate time)."""
    return -math.expm1(-rate * time)


def drift(key: int, value: float, volatility: float, memory: float, time: float) -> float:
    """Next value x' = a x + s sqrt(1 - a**2) e with a = exp(-time / memory), s = ``volatility``, e standard normal."""
    keep = math.exp(-time / memory)
    return keep * value + volatility * math.sqrt(1.0 - keep * keep) * normal(key, 0)


def harm(key: int, people: int, dead: float, hurt: float, exposure: float) -> tuple[int, int]:
    """People killed and injured by two competing hazards over an exposure (days or km)."""
    harmed = decayed(fold(key, 0), people, (dead + hurt) * exposure)
    killed = binomial(fold(key, 1), harmed, dead / (dead + hurt)) if harmed else 0
    return killed, harmed - killed


def split(keys: Sequence[int], count: int, weights: Sequence[float], whole: float | None = None) -> list[int]:
    """Multinomial split of ``count`` over ``weights``, by one binomial after the other; nothing where all are 0.

    ``whole`` is the sum of all weights, where these are only the first.
    """
    left, parts = total(weights) if whole is None else whole, []
    for key, weight in zip(keys, weights, strict=True):
        here = binomial(key, count, weight / left) if count and weight else 0
        left -= weight
        count -= here
        parts.append(here)
    return parts


def absent_among(key: int, households: int, persons: int, absent: int, moving: int) -> int:
    """Absent people who belong to the ``moving`` of ``households`` households: each person is equally likely to be."""
    if absent == 0 or moving == 0:
        return 0
    if moving == households:
        return int(absent)
    return hypergeometric(key, households * persons, absent, moving * persons)


def split_absent(keys: Sequence[int], parts: Sequence[int], left: int, persons: int, absent: int) -> list[int]:
    """Split of the absent people of ``left`` households over parts of them: hypergeometric, one after the other."""
    shares = []
    for key, households in zip(keys, parts, strict=True):
        share = absent_among(key, left, persons, absent, households)
        left -= households
        absent -= share
        shares.append(share)
    return shares
