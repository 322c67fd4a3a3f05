"""The loop over members and steps, and the verbs of the engine: ``init``, ``run``.

``run`` advances a state from one step to another and records whole days; a run in two pieces is the same run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from saferground.compiling import compiled, outermost
from saferground.engine.begin import begin
from saferground.engine.care import treat
from saferground.engine.chance import BOARD, FLIGHT, FRONT, HARM, RECEIVE, SETTLE, TREAT, key_of
from saferground.engine.diary import write_day
from saferground.engine.flight import leave_home
from saferground.engine.front import advance_front
from saferground.engine.home import harm_at_home, use_supplies
from saferground.engine.lines import spend_time
from saferground.engine.onward import board
from saferground.engine.pointers import point_to
from saferground.engine.reception import arrive, receive
from saferground.engine.record import Record, blank
from saferground.engine.scratch import Scratch, allocate_scratch
from saferground.engine.settling import settle
from saferground.engine.state import State, allocate
from saferground.model.arrays import World
from saferground.streams import Array, Whole, Word


@compiled
def member_state(state: State, i: Whole) -> State:
    """One member's part of a state; views, so that what happens to it happens in the state."""
    return State(
        state.future[i], state.control[i], state.since[i], state.contest_ends[i], state.linked[i],
        state.exit_pull[i], state.onward_pull[i], state.mood[i], state.stock[i], state.shortage[i],
        state.willing[i], state.staying[i], state.absent_home[i], state.coming[i], state.coming_absent[i],
        state.heading[i], state.came[i], state.done[i], state.here[i], state.first[i], state.absent_site[i],
        state.credit[i], state.under_way[i], state.now[i], state.spent[i], state.waited[i], state.sheltered[i],
        state.absent_sheltered[i], state.care_credit[i], state.theatre_credit[i], state.for_triage[i], state.red[i],
        state.for_stabilising[i], state.for_bed[i], state.no_ambulance[i], state.on_road[i], state.for_theatre[i],
        state.in_bed[i], state.tally[i],
    )  # fmt: skip


@compiled
def member_record(record: Record, i: Whole) -> Record:
    """One member's part of a record; views."""
    return Record(
        record.people[i], record.arrivals[i], record.departures[i], record.control[i], record.inward[i],
        record.returns[i], record.stayers[i], record.shortage[i], record.flow[i], record.waiting[i],
        record.wait_hours[i], record.person_hours[i], record.stayed[i], record.released[i], record.killed[i],
        record.injured[i], record.care[i], record.patients[i],
    )  # fmt: skip


def _sources() -> str:
    """Digest of every source file that is compiled into the kernel."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *(here.parent / f"{name}.py" for name in ("axes", "compiling", "streams"))]
    return hashlib.blake2b(b"".join(path.read_bytes() for path in files), digest_size=8).hexdigest()


def _compile(sources: str) -> Callable[..., None]:
    """The one kernel. Numba keeps it on disk by its closure: a change in any source file means a new entry."""

    @outermost
    def run_members(
        world: World,
        params: Any,
        seed: Word,
        members: Array,
        first: Whole,
        last: Whole,
        state: State,
        record: Record,
        scratch: Scratch,
    ) -> None:
        sources  # noqa: B018
        w, work = point_to(world), point_to(scratch)
        for i in range(len(members)):
            p, s, out = point_to(params[i]), point_to(member_state(state, i)), point_to(member_record(record, i))
            if first == 0:
                begin(seed, members[i], p, w, s, work)
            for step in range(first, last):
                day = (step - first) // w.steps_per_day
                advance_front(key_of(seed, members[i], step, FRONT), step, p, w, s, work)
                use_supplies(step, p, w, s, work)
                harm_at_home(key_of(seed, members[i], step, HARM), step, day, p, w, s, out)
                leave_home(key_of(seed, members[i], step, FLIGHT), step, day, p, w, s, out, work)
                arrive(step, day, w, s, out)
                receive(key_of(seed, members[i], step, RECEIVE), step, day, p, w, s, out, work)
                board(key_of(seed, members[i], step, BOARD), step, day, p, w, s, out, work)
                spend_time(step, w, s)
                treat(key_of(seed, members[i], step, TREAT), step, p, w, s)
                if (step + 1) % w.steps_per_day == 0:
                    settle(key_of(seed, members[i], step, SETTLE), step, day, p, w, s, out, work)
                    write_day(day, w, s, out)

    return run_members


run_members = _compile(_sources())


def init(world: World, members: int) -> State:
    """State before the first step; ``run`` from step 0 fills it from each member's own stream."""
    return allocate(world, members)


def run(
    world: World,
    params: NDArray[Any],
    seed: int,
    members: NDArray[np.int64],
    state: State,
    *,
    first: int,
    last: int,
) -> Record:
    """Advances ``state`` in place from step ``first`` to ``last`` and returns what happened, day by day.

    ``params`` and ``members`` have one entry per member of the state. Both steps are whole days. The result for a
    member depends on its number, its parameters and the seed, not on which others run beside it.
    """
    record = blank(world, len(members), (last - first) // world.steps_per_day)
    run_members(world, params, np.uint64(seed), members, first, last, state, record, allocate_scratch(world))
    return record
