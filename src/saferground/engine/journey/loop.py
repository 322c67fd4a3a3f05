"""The loop over members and days, and the verb ``run`` of the journey engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from saferground.compiling import compiled, outermost
from saferground.engine.chance import key_of
from saferground.engine.journey.cells import Cells, clear, on_link, put
from saferground.engine.journey.pool import drain
from saferground.engine.journey.record import JourneyRecord, blank
from saferground.engine.journey.scratch import EVENING, JourneyScratch, allocate_scratch
from saferground.engine.journey.spawn import begin, spawn
from saferground.engine.journey.state import FIRST_SIZE, JourneyState, init, widened
from saferground.engine.journey.travel import decide_all, travel_all
from saferground.engine.pointers import point_to
from saferground.model.journey.arrays import JourneyWorld
from saferground.streams import Array, Whole, Word, word

BEGIN, SPAWN, DECIDE, TRAVEL = (word(f"journey {name}") for name in ("begin", "spawn", "decide", "travel"))
__all__ = ["init", "run"]


@compiled
def member_state(state: JourneyState, i: Whole) -> JourneyState:
    """One member's part of a state; views."""
    return JourneyState(
        state.key[i], state.people[i], state.cells[i : i + 1], state.present[i], state.population[i], state.carried[i],
        state.unplaced[i : i + 1],
    )  # fmt: skip


@compiled
def day_record(record: JourneyRecord, i: Whole, day: Whole) -> JourneyRecord:
    """One member's part of a record on one day; views."""
    return JourneyRecord(
        record.people[i, day], record.arrivals[i, day], record.departures[i, day], record.displaced[i, day],
        record.travelling[i, day : day + 1], record.flow[i, day],
    )  # fmt: skip


@compiled
def load(s: JourneyState, cells: Cells) -> None:
    """The cells of a member into an empty table."""
    clear(cells)
    cells.full[0] = 0
    for c in range(s.cells[0]):
        put(cells, s.key[c], s.people[c])


@compiled
def unload(cells: Cells, s: JourneyState) -> bool:
    """A table into the cells of a member; whether there was room."""
    if cells.size[0] > len(s.key):
        return False
    for c in range(cells.size[0]):
        s.key[c] = cells.key[cells.used[c]]
        s.people[c] = cells.people[cells.used[c]]
    s.cells[0] = cells.size[0]
    return True


@compiled
def write_day(w: JourneyWorld, s: JourneyState, out: JourneyRecord, work: JourneyScratch) -> None:
    """Writes down who is where at the end of a day."""
    for place in range(len(w.places.key)):
        out.people[place] = s.present[place]
    for c in range(work.now.size[0]):
        slot = work.now.used[c]
        if on_link(w, work.now.key[slot]):
            out.travelling[0] += work.now.people[slot]


@compiled
def wipe(work: JourneyScratch) -> None:
    """Forgets what another member has left."""
    clear(work.then)
    for r in range(len(work.front.size)):
        drain(work.front, r)
    drain(work.evening, EVENING)
    work.then.full[0] = 0
    work.front.full[0] = 0
    work.evening.full[0] = 0


@compiled
def overflows(work: JourneyScratch) -> bool:
    """Whether there was no room for a cell."""
    return bool(work.now.full[0] + work.then.full[0] + work.front.full[0] + work.evening.full[0] > 0)


def _sources() -> str:
    """Digest of every source file that is compiled into the kernel."""
    here = Path(__file__).parent
    files = sorted(here.glob("*.py")) + [here.parent / f"{name}.py" for name in ("chance", "pointers")]
    files += [here.parent.parent / f"{name}.py" for name in ("compiling", "streams")]
    return hashlib.blake2b(b"".join(path.read_bytes() for path in files), digest_size=8).hexdigest()


def _compile(sources: str) -> Callable[..., None]:
    """The one kernel, kept on disk by its closure: a change in any source file means a new entry."""

    @outermost
    def run_members(
        world: JourneyWorld,
        params: Any,
        seed: Word,
        members: Array,
        first: Whole,
        last: Whole,
        state: JourneyState,
        record: JourneyRecord,
        scratch: JourneyScratch,
        failed: Array,
    ) -> None:
        sources  # noqa: B018
        w, work = point_to(world), point_to(scratch)
        for i in range(len(members)):
            p, s = point_to(params[i]), point_to(member_state(state, i))
            load(s, work.now)
            wipe(work)
            if first == 0:
                begin(key_of(seed, members[i], 0, BEGIN), w, s, work)
            for day in range(first, last):
                out = point_to(day_record(record, i, day - first))
                if day == first or w.rules.by_population or w.places.epoch[day] != w.places.epoch[day - 1]:
                    work.stamp[0] += 1
                spawn(key_of(seed, members[i], day, SPAWN), day, p, w, s, out, work)
                decide_all(key_of(seed, members[i], day, DECIDE), day, p, w, s, out, work)
                travel_all(key_of(seed, members[i], day, TRAVEL), day, p, w, s, out, work)
                write_day(w, s, out, work)
                if overflows(work):
                    break
            failed[i] = overflows(work) or not unload(work.now, s)

    return run_members


run_members = _compile(_sources())


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
    """Advances members from day ``first`` to ``last``; what happened, day by day, and the state at the end.

    ``params`` and ``members`` have one entry per member of the state, which is left as it was. The result for a member
    depends on its number, its parameters and the seed, not on which others run beside it, nor on the room for cells.
    """
    while True:
        record, after = blank(world, len(members), last - first), JourneyState(*(array.copy() for array in state))
        failed = np.zeros(len(members), np.bool_)
        scratch = allocate_scratch(world, after.key.shape[1])
        run_members(world, params, np.uint64(seed), members, first, last, after, record, scratch, failed)
        if not failed.any():
            return record, after
        state = widened(state, 2 * max(state.key.shape[1], FIRST_SIZE))
