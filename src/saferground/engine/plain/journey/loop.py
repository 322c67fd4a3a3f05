"""The order of things in a day, and ``run``: the same signature as ``engine.journey.run``, but far slower."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from saferground.engine.journey.record import JourneyRecord, blank
from saferground.engine.journey.state import JourneyState
from saferground.engine.plain.chance import key_of
from saferground.engine.plain.journey.spawn import begin, spawn
from saferground.engine.plain.journey.state import Member, Today, load, unload
from saferground.engine.plain.journey.travel import decide_all, travel_all
from saferground.model.journey.arrays import JourneyWorld


def live_day(seed: int, number: int, today: Today) -> None:
    """One day of member ``number``."""
    for process, do in {"spawn": spawn, "decide": decide_all, "travel": travel_all}.items():
        do(key_of(seed, number, today.day, f"journey {process}"), today)
    today.out.people[:] = today.member.present
    today.out.travelling[...] = sum(n for cell, n in today.member.people.items() if cell.travels)


def run(
    world: JourneyWorld,
    params: NDArray[Any],
    seed: int,
    members: NDArray[np.int64],
    state: JourneyState,
    *,
    first: int,
    last: int,
) -> tuple[JourneyRecord, JourneyState]:
    """Advances members from day ``first`` to ``last``; what happened, day by day, and the state at the end."""
    record = blank(world, len(members), last - first)
    after: list[Member] = []
    for i, number in enumerate(members.tolist()):
        member = load(world, state, i)
        if first == 0:
            begin(key_of(seed, number, 0, "journey begin"), world, member)
        p = dict(zip(params.dtype.names or (), params[i].tolist(), strict=True))
        for day in range(first, last):
            out = JourneyRecord(*(array[i, day - first, ...] for array in record))
            live_day(seed, number, Today(day, p, world, member, out))
        after.append(member)
    return record, unload(world, after)
