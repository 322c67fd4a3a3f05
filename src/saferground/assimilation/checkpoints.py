"""Checkpoints: where all members stood on a few days gone by, so that learning can go back to one of them.

A checkpoint is packed: numbers in as few bytes as hold them, of the steps in which households came to sites only those
from the first who are still there, all compressed. A thousand members of mosul-2017 in June take 1 to 5 MB, where their
state alone takes 560 MB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.engine.state import allocate
from saferground.model.arrays import World
from saferground.observation.sources import Sources

Array = NDArray[np.float64]
_BY_ARRIVAL = ("came", "done")
"""Arrays of the state whose last axis but one is the step of arrival at a site."""
_FIRST = "first_step"


class Members(NamedTuple):
    """All that members are while they learn, but for what they wrote down."""

    scores: Array
    state: Any
    sources: Sources
    log_weight: Array


@dataclass(frozen=True)
class Checkpoint:
    """Members at the end of a day on which the filter stopped, once they had heard the counts of that day.

    Attributes:
        day: days done.
        pieces: how many pieces of their record lead up to them (``particles.Filtered.pieces``).
        series: keys of the series that their sources are of.
        packed: ``Members``, for ``unpack``.
    """

    day: int
    pieces: int
    series: tuple[str, ...]
    packed: bytes


def thinned(days: Iterable[int], last: int) -> list[int]:
    """Which of ``days`` to keep as checkpoints: about one for each doubling of the days back from ``last``.

    A day goes when the one before it lies no more than twice as far back as the one after it; so the newest and the
    oldest stay, and what stayed can be thinned again a day later.
    """
    kept: list[int] = []
    for day in sorted(days, reverse=True):
        while len(kept) > 1 and last - day + 1 <= 2 * (last - kept[-2] + 1):
            kept.pop()
        kept.append(day)
    return kept[::-1]


def pack(members: Members, step: int) -> bytes:
    """Members at the end of ``step`` steps."""
    state = members.state._asdict()
    first = min(int(members.state.first.min(initial=step)), step)
    state |= {name: state[name][..., first:step, :] for name in _BY_ARRIVAL}
    arrays = {f"state.{name}": _narrow(array) for name, array in state.items()}
    arrays |= {f"sources.{name}": array for name, array in members.sources._asdict().items()}
    arrays |= {"scores": members.scores, "log_weight": members.log_weight, _FIRST: np.array(first)}
    file = BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(packed: bytes, world: World) -> Members:
    """What ``pack`` packed, with room in the state for all steps of ``world``."""
    with np.load(BytesIO(packed), allow_pickle=False) as file:
        scores, first = file["scores"], int(file[_FIRST])
        state = allocate(world, len(scores))
        for name, room in state._asdict().items():
            held = file[f"state.{name}"]
            there = (..., slice(first, first + held.shape[-2]), slice(None)) if name in _BY_ARRIVAL else ...
            room[there] = held
        sources = Sources(*(file[f"sources.{name}"] for name in Sources._fields))
        return Members(scores, state, sources, file["log_weight"])


def _narrow(array: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers in the fewest bytes that hold them all; others as they are."""
    if array.dtype != np.int64:
        return array
    low, high = array.min(initial=0), array.max(initial=0)
    fits = (kind for kind in (np.int8, np.int16, np.int32) if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
    return array.astype(next(fits, np.int64))
