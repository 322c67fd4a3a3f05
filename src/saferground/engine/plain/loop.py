"""The order of things in a step, and ``run``: the same signature as ``engine.run``, some hundred times slower."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from saferground.engine.plain.begin import begin
from saferground.engine.plain.care import treat
from saferground.engine.plain.chance import key_of
from saferground.engine.plain.diary import write_day
from saferground.engine.plain.flight import leave_home
from saferground.engine.plain.front import advance_front
from saferground.engine.plain.home import harm_at_home, use_supplies
from saferground.engine.plain.lines import spend_time
from saferground.engine.plain.onward import board
from saferground.engine.plain.reception import arrive, receive
from saferground.engine.plain.settling import settle
from saferground.engine.record import Record, blank
from saferground.engine.state import State
from saferground.model.arrays import World


def take_step(seed: int, member: int, step: int, day: int, p: np.void, world: World, s: State, out: Record) -> None:
    """One step of one member; ``s`` and ``out`` are one member's part of a state and of a record."""
    advance_front(key_of(seed, member, step, "front"), step, p, world, s)
    use_supplies(step, p, world, s)
    harm_at_home(key_of(seed, member, step, "harm"), step, day, p, world, s, out)
    leave_home(key_of(seed, member, step, "flight"), step, day, p, world, s, out)
    arrive(step, day, world, s, out)
    receive(key_of(seed, member, step, "receive"), step, day, p, world, s, out)
    board(key_of(seed, member, step, "board"), step, day, p, world, s, out)
    spend_time(step, world, s)
    treat(key_of(seed, member, step, "treat"), step, p, world, s)
    if (step + 1) % world.steps_per_day == 0:
        settle(key_of(seed, member, step, "settle"), step, day, p, world, s, out)
        write_day(day, world, s, out)


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
    """Advances ``state`` in place from step ``first`` to ``last``, both whole days, and returns the days' record."""
    record = blank(world, len(members), (last - first) // world.steps_per_day)
    for i, member in enumerate(members):
        s, out = State(*(array[i] for array in state)), Record(*(array[i] for array in record))
        if first == 0:
            begin(seed, member, params[i], world, s)
        for step in range(first, last):
            take_step(seed, member, step, (step - first) // world.steps_per_day, params[i], world, s, out)
    return record
