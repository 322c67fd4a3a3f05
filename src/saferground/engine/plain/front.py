"""Control of the ground: known until the as-of date, then each member's own future."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from saferground.engine.plain.chance import drift, part, total, within
from saferground.engine.plain.streams import fold, gamma, uniform
from saferground.engine.state import PACE, State
from saferground.model.arrays import Ground, World

HELD, CONTESTED, RETAKEN = 0, 1, 2


def advance_front(key: int, step: int, p: np.void, world: World, s: State) -> None:
    """Dated changes first; beyond what is known, a held district is entered and a contested one is retaken by chance.

    The hazard of entry is pace(t) times the km of border with ground that is not held at the start of the step;
    log pace drifts around its median.
    """
    ground = world.ground
    apply_events(step, ground, s)
    if not ground.open_ended[0] or step < ground.known_until[0]:
        return
    day = 1.0 / world.steps_per_day
    s.mood[PACE] = drift(fold(key, 0), s.mood[PACE], p["pace_volatility"], p["pace_memory"], day)
    pace = p["pace"] * math.exp(s.mood[PACE])
    before = s.control.copy()
    for d, status in enumerate(before):
        own = fold(key, ground.key[d])
        if status == HELD and uniform(own, 0) < within(pace * front_km(d, ground, before), day):
            s.control[d], s.since[d] = CONTESTED, step
            s.contest_ends[d] = step + fight_steps(fold(own, 1), d, p, world)
        if status == CONTESTED:
            if step == ground.known_until[0]:
                s.contest_ends[d] = end_of_running_fight(own, step, d, p, world, s)
            if step >= s.contest_ends[d]:
                s.control[d], s.since[d] = RETAKEN, step


def apply_events(step: int, ground: Ground, s: State) -> None:
    """Sets the status of the districts whose dated change is in this step, in the course that the member follows."""
    for i in part(ground.event_start, s.future[0]):
        if ground.event_step[i] == step:
            d = ground.event_district[i]
            s.control[d], s.since[d] = ground.event_status[i], step


def front_km(d: int, ground: Ground, control: NDArray) -> float:
    """Length of the border of a district with ground that is not held."""
    rows = part(ground.border_start, d)
    return total(ground.border_km[i] for i in rows if control[ground.border_to[i]] != HELD)


def fight_steps(key: int, d: int, p: np.void, world: World) -> int:
    """Length of the fighting in steps, at least one: Gamma of mean contest_days times size to a power."""
    mean = p["contest_days"] * float(world.ground.size[d]) ** float(p["contest_growth"])
    days = gamma(key, p["contest_shape"]) * mean / p["contest_shape"]
    return max(1, round(days * world.steps_per_day))


def end_of_running_fight(key: int, step: int, d: int, p: np.void, world: World, s: State) -> int:
    """End of a fight under way: drawn until it is longer than it has lasted; after 64 tries it begins afresh."""
    elapsed = step - s.since[d]
    tries = (fight_steps(fold(key, 2 + i), d, p, world) for i in range(64))
    longer = next((length for length in tries if length > elapsed), None)
    return step + fight_steps(fold(key, 1), d, p, world) if longer is None else s.since[d] + longer
