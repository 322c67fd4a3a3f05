"""Pools: people who are alike but for small differences become one group, which has the mean of what sets them apart.

A pool has tables in rows, one a stage of the day or only one. People in a row stay apart by two keys; of three amounts
that need not be in the keys (how far along a link, how far today, how far of late) the pool keeps sums.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.compiling import compiled
from saferground.engine.journey.cells import EMPTY
from saferground.streams import Whole, mix

Array = NDArray
# Entries of a slot; the three amounts follow from FIRST on, and what is left fills a line of the processor's cache.
KEY, APART, PEOPLE, FIRST = range(4)
ENTRIES = 8


class Pool(NamedTuple):
    """R rows of S slots, S a power of two; ``used`` lists the occupied slots in the order of their first use."""

    slots: Array  # (R, S, ENTRIES) a key that is EMPTY = free
    used: Array  # (R, S)
    size: Array  # (R,) occupied slots
    full: Array  # (1,) 1: there was no room


def allocate_pool(rows: int, slots: int) -> Pool:
    """An empty pool."""
    return Pool(
        slots=np.full((rows, slots, ENTRIES), EMPTY),
        used=np.zeros((rows, slots), np.int64),
        size=np.zeros(rows, np.int64),
        full=np.zeros(1, np.int64),
    )


@compiled
def pour(pool: Pool, r: Whole, key: Whole, apart: Whole, count: Whole, a: Whole, b: Whole, c: Whole) -> None:
    """Adds people to a group of row ``r``, with the sums of their amounts."""
    mask = pool.slots.shape[1] - 1
    i = np.int64(mix(np.uint64(key) ^ (np.uint64(apart) << np.uint64(32)))) & mask
    while pool.slots[r, i, KEY] != EMPTY and (pool.slots[r, i, KEY] != key or pool.slots[r, i, APART] != apart):
        i = (i + 1) & mask
    slot = pool.slots[r, i]
    if slot[KEY] == EMPTY:
        if pool.size[r] > mask // 2:
            pool.full[0] = 1
            return
        slot[KEY], slot[APART], slot[PEOPLE], slot[FIRST], slot[FIRST + 1], slot[FIRST + 2] = key, apart, 0, 0, 0, 0
        pool.used[r, pool.size[r]] = i
        pool.size[r] += 1
    slot[PEOPLE] += count
    slot[FIRST] += a
    slot[FIRST + 1] += b
    slot[FIRST + 2] += c


@compiled
def drain(pool: Pool, r: Whole) -> None:
    """Empties a row."""
    for i in range(pool.size[r]):
        pool.slots[r, pool.used[r, i], KEY] = EMPTY
    pool.size[r] = 0


@compiled
def mean(slot: Array, amount: Whole) -> Whole:
    """Mean of an amount in a group, to the nearest whole number."""
    return (2 * slot[FIRST + amount] + slot[PEOPLE]) // (2 * slot[PEOPLE])
