"""Keys of the processes, and the few random moves that every process uses."""

from __future__ import annotations

import math

import numpy as np

from saferground.compiling import compiled
from saferground.streams import Whole, Word, binomial, decayed, fold, hypergeometric, normal, word

BEGIN, FRONT, HARM, FLIGHT, RECEIVE, BOARD, TREAT, SETTLE = (
    word(name) for name in ("begin", "front", "harm", "flight", "receive", "board", "treat", "settle")
)


@compiled
def key_of(seed: Word, member: Whole, step: Whole, process: Word) -> Word:
    """Key of one process of one member in one step."""
    return fold(fold(fold(fold(np.uint64(0), seed), member), step), process)


@compiled
def within(rate: float, time: float) -> float:
    """Chance that something of hazard ``rate`` happens within ``time``."""
    return -math.expm1(-rate * time)


@compiled
def drift(key: Word, value: float, volatility: float, memory: float, time: float) -> float:
    """Next value of a stationary autoregressive number of mean 0, standard deviation ``volatility``."""
    keep = math.exp(-time / memory)
    return keep * value + volatility * math.sqrt(1.0 - keep * keep) * normal(key, 0)


@compiled
def harm(key: Word, people: Whole, dead: float, hurt: float, exposure: float) -> tuple[Whole, Whole]:
    """People killed and people injured by two competing hazards over an exposure (days or km)."""
    harmed = decayed(fold(key, 0), people, (dead + hurt) * exposure)
    if harmed == 0:
        return np.int64(0), np.int64(0)
    killed = binomial(fold(key, 1), harmed, dead / (dead + hurt))
    return killed, harmed - killed


@compiled
def absent_among(key: Word, households: Whole, persons: Whole, absent: Whole, moving: Whole) -> Whole:
    """Absent people who belong to the ``moving`` of ``households`` households of ``persons`` people each."""
    if absent == 0 or moving == 0:
        return np.int64(0)
    if moving == households:
        return np.int64(absent)
    return hypergeometric(key, households * persons, absent, moving * persons)
