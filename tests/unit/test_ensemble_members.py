"""How members are run in chunks, and how much memory their records take."""

from __future__ import annotations

import tracemalloc
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation.course import descend, from_the_start, joined
from saferground.ensemble.members import run_chunks

MEMBERS, DAYS, WIDE = 200, 20, 500


class Written(NamedTuple):
    """A record of two variables."""

    wide: NDArray[np.int32]
    narrow: NDArray[np.float32]


def written(params: NDArray[np.void], numbers: NDArray[np.int64]) -> Written:
    """Each member writes its number down."""
    wide = np.broadcast_to(numbers[:, None, None], (len(numbers), DAYS, WIDE)).astype(np.int32)
    return Written(wide, numbers[:, None] + np.zeros(DAYS, np.float32))


PARAMS, EVERY = np.zeros(MEMBERS, np.dtype([("rate", float)])), np.arange(MEMBERS)


def most_memory(work) -> float:
    tracemalloc.start()
    try:
        record = work()
        return tracemalloc.get_traced_memory()[1] / sum(array.nbytes for array in record)
    finally:
        tracemalloc.stop()


def test_each_member_stands_at_its_place_and_is_told_of() -> None:
    told: list[int] = []
    record = run_chunks(written, PARAMS, EVERY, 3, told.append)
    assert (record.wide[:, 3, 7] == EVERY).all()
    assert (record.narrow[:, 5] == EVERY).all()
    assert record.wide.dtype == np.int32
    assert sum(told) == MEMBERS


def test_a_record_follows_the_lines_of_descent_back_to_the_start() -> None:
    """The first piece is passed on by members 4, 2, 2, ..., of whom the second passes on the first two."""
    first, second = written(PARAMS[:5], np.arange(5)), written(PARAMS[:5], np.arange(10, 15))
    pieces = [(first, np.array([4, 2, 2, 0, 1])), (second, np.tile([0, 1], MEMBERS // 2))]
    record = run_chunks(from_the_start(written, pieces), PARAMS, EVERY, 2, None)
    assert record.wide.shape == (MEMBERS, 3 * DAYS, WIDE)
    assert record.wide[:2, ::DAYS, 0].tolist() == [[4, 10, 0], [2, 11, 1]]
    whole = joined([*pieces, (written(PARAMS, EVERY), EVERY)])
    assert all(np.array_equal(one, other) for one, other in zip(record, whole, strict=True))


def test_records_are_held_once() -> None:
    """Room for all members, one chunk for each thread and little else: records of chunks are let go at once."""
    assert most_memory(lambda: run_chunks(written, PARAMS, EVERY, 1, None)) < 1.4


def test_members_descend_in_their_places() -> None:
    state = written(PARAMS, EVERY)
    wide = state.wide
    descend(state, EVERY[::-1])
    assert state.wide is wide
    assert (wide[:, 0, 0] == EVERY[::-1]).all()
