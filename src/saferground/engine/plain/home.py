"""Life in the besieged districts: supplies that run down, and harm at home."""

from __future__ import annotations

import math

import numpy as np

from saferground.engine.plain.care import bring
from saferground.engine.plain.chance import harm, part, within
from saferground.engine.plain.front import CONTESTED, HELD, RETAKEN, front_km
from saferground.engine.plain.streams import fold
from saferground.engine.record import HOME, TRAP, Record
from saferground.engine.state import CUT_OFF, KILLED, LONG_AGO, State
from saferground.model.arrays import Ground, World


def present(d: int, k: int, world: World, s: State) -> int:
    """People of one class present in a district."""
    return int(world.classes.persons[k] * (s.willing[d, k] + s.staying[d, k]) - s.absent_home[d, k])


def use_supplies(step: int, p: np.void, world: World, s: State) -> None:
    """Everyone present uses up food, water, fuel and medicine, rationed when little is left.

    Per person and day a share ``arriving`` of the need comes in; of the rest the stock gives a share, which is 1
    until less than ``ration_days`` are left and falls in proportion from there on. Shortage is what neither gives.
    """
    link_supplies(step, world, s)
    for d in range(len(s.control)):
        people = sum(present(d, k, world, s) for k in range(len(world.classes.key)))
        relief = 0.0
        if s.linked[d] <= step:
            relief = within(1.0 / p["relief_days"], (step - s.linked[d]) / world.steps_per_day)
        for g in range(s.stock.shape[1]):
            arriving = min(1.0, world.ground.inflow[step, d, g] + relief)
            if people == 0:
                s.shortage[d, g] = 0.0
                continue
            share = min(1.0, s.stock[d, g] / people / p["ration_days"])
            s.stock[d, g] -= min(s.stock[d, g], (1.0 - arriving) * share * people / world.steps_per_day)
            s.shortage[d, g] = (1.0 - arriving) * (1.0 - share)


def link_supplies(step: int, world: World, s: State) -> None:
    """Since when goods can reach each district: what they reach on the first step they have long reached."""
    reached = reachable(step, world.ground, s)
    for d in range(len(s.control)):
        if d not in reached:
            s.linked[d] = CUT_OFF
        elif s.linked[d] > step:
            s.linked[d] = step if step > 0 else LONG_AGO


def reachable(step: int, ground: Ground, s: State) -> set[int]:
    """Retaken districts, and those joined through unretaken ground to a gate that is open."""
    besieged = [d for d, status in enumerate(s.control) if status != RETAKEN]
    frontier = [d for d in besieged if ground.gate[step, d]]
    joined = set(frontier)
    while frontier:
        d = frontier.pop()
        beyond = {int(ground.border_to[i]) for i in part(ground.border_start, d)} & set(besieged) - joined
        joined |= beyond
        frontier.extend(beyond)
    return joined | {d for d, status in enumerate(s.control) if status == RETAKEN}


def harm_at_home(key: int, step: int, day: int, p: np.void, world: World, s: State, out: Record) -> None:
    """Deaths and injuries from shelling in contested districts and next to the front, from traps in retaken ones.

    Only where the ground is not held do the injured reach care; elsewhere they stay with their household.
    """
    for d, status in enumerate(s.control):
        hazard = TRAP if status == RETAKEN else HOME
        dead, hurt = home_hazards(step, d, p, world, s)
        point = world.ground.stabiliser[d] if status != HELD else -1
        for k, name in enumerate(world.classes.key):
            own = fold(fold(key, world.ground.key[d]), name)
            killed, injured = harm(own, present(d, k, world, s), dead, hurt, 1.0 / world.steps_per_day)
            out.killed[day, hazard] += killed
            out.injured[day, hazard] += injured
            s.tally[KILLED] += killed
            s.absent_home[d, k] += killed
            if point >= 0:
                s.absent_home[d, k] += injured
                bring(point, injured, world, s)


def home_hazards(step: int, d: int, p: np.void, world: World, s: State) -> tuple[float, float]:
    """Hazards of death and of injury per person and day in a district."""
    if s.control[d] == RETAKEN:
        fading = math.exp(-(step - s.since[d]) * (1.0 / world.steps_per_day) / p["calm_days"])
        return p["trap_killed"] * fading, p["trap_injured"] * fading
    if s.control[d] == CONTESTED:
        return p["home_killed"], p["home_injured"]
    near = front_km(d, world.ground, s.control) > 0.0
    reach = p["fire_reach"] if near else 0.0
    return p["home_killed"] * reach, p["home_injured"] * reach
