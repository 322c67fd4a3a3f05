"""Control of the ground: known until the as-of date, then each member's own future."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.chance import drift, within
from saferground.engine.scratch import Scratch
from saferground.engine.state import PACE, State
from saferground.model.arrays import Ground, World
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, fold, gamma, uniform

HELD, CONTESTED, RETAKEN = 0, 1, 2
_TRIES = 64


@compiled
def advance_front(key: Word, step: Whole, p: Parameters, world: World, s: State, work: Scratch) -> None:
    """Moves control by one step: dated events first, then, beyond what is known, entries and ends of fighting."""
    apply_events(step, world.ground, s)
    if world.ground.open_ended[0] == 0 or step < world.ground.known_until[0]:
        return
    dt = 1.0 / world.steps_per_day
    s.mood[PACE] = drift(fold(key, 0), s.mood[PACE], p.pace_volatility, p.pace_memory, dt)
    pace = p.pace * np.exp(s.mood[PACE])
    before = work.before
    for d in range(len(before)):
        before[d] = s.control[d]
    for d in range(len(before)):
        own = fold(key, world.ground.key[d])
        if before[d] == HELD:
            km = front_km(d, world.ground, before)
            if km > 0.0 and uniform(own, 0) < within(pace * km, dt):
                enter(own, step, d, p, world, s)
        elif before[d] == CONTESTED:
            if step == world.ground.known_until[0]:
                s.contest_ends[d] = end_of_running_fight(own, step, d, p, world, s)
            if step >= s.contest_ends[d]:
                s.control[d] = RETAKEN
                s.since[d] = step


@compiled
def apply_events(step: Whole, ground: Ground, s: State) -> None:
    """Sets the status of districts whose dated change is in this step."""
    for i in range(ground.event_start[s.future[0]], ground.event_start[s.future[0] + 1]):
        if ground.event_step[i] == step:
            s.control[ground.event_district[i]] = ground.event_status[i]
            s.since[ground.event_district[i]] = step


@compiled
def front_km(d: Whole, ground: Ground, control: Array) -> float:
    """Length of the border of a district with ground that is not held."""
    km = 0.0
    for i in range(ground.border_start[d], ground.border_start[d + 1]):
        if control[ground.border_to[i]] != HELD:
            km += ground.border_km[i]
    return km


@compiled
def enter(key: Word, step: Whole, d: Whole, p: Parameters, world: World, s: State) -> None:
    """Fighting begins in a district and gets a length."""
    s.control[d] = CONTESTED
    s.since[d] = step
    s.contest_ends[d] = step + fight_steps(fold(key, 1), d, p, world)


@compiled
def fight_steps(key: Word, d: Whole, p: Parameters, world: World) -> Whole:
    """Length of the fighting: Gamma with a mean that grows with the district; in steps, at least one."""
    mean = p.contest_days * world.ground.size[d] ** p.contest_growth
    days = gamma(key, p.contest_shape) * mean / p.contest_shape
    return np.int64(max(1.0, np.rint(days * world.steps_per_day)))


@compiled
def end_of_running_fight(key: Word, step: Whole, d: Whole, p: Parameters, world: World, s: State) -> Whole:
    """End of a fight that is under way: its length given that it has lasted until now (by rejection)."""
    elapsed = step - s.since[d]
    length = elapsed
    for i in range(_TRIES):
        length = fight_steps(fold(key, 2 + i), d, p, world)
        if length > elapsed:
            return s.since[d] + length
    return step + fight_steps(fold(key, 1), d, p, world)
