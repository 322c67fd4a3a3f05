"""Life in the besieged districts: supplies that run down, and harm at home."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.care import bring
from saferground.engine.chance import harm, within
from saferground.engine.front import CONTESTED, HELD, RETAKEN, front_km
from saferground.engine.record import HOME, TRAP, Record
from saferground.engine.scratch import Scratch
from saferground.engine.state import CUT_OFF, KILLED, LONG_AGO, State
from saferground.model.arrays import Ground, World
from saferground.model.params import Parameters
from saferground.streams import Array, Whole, Word, fold


@compiled
def present(d: Whole, k: Whole, world: World, s: State) -> Whole:
    """People of one class present in a district."""
    return world.classes.persons[k] * (s.willing[d, k] + s.staying[d, k]) - s.absent_home[d, k]


@compiled
def all_present(d: Whole, world: World, s: State) -> Whole:
    """People present in a district."""
    people: Whole = 0
    for k in range(len(world.classes.key)):
        people += present(d, k, world, s)
    return people


@compiled
def link_supplies(step: Whole, world: World, s: State, work: Scratch) -> None:
    """Which districts goods can reach: retaken ones, and those joined through unretaken ground to an open gate."""
    reached = work.reached
    for d in range(len(reached)):
        reached[d] = s.control[d] == RETAKEN or world.ground.gate[step, d]
    spreading = True
    while spreading:
        spreading = spread(reached, world.ground, s.control)
    for d in range(len(reached)):
        if not reached[d]:
            s.linked[d] = CUT_OFF
        elif s.linked[d] > step:
            s.linked[d] = step if step > 0 else LONG_AGO


@compiled
def spread(reached: Array, ground: Ground, control: Array) -> bool:
    """Lets goods pass between neighbours that are not retaken; whether anything changed."""
    changed = False
    for d in range(len(reached)):
        if reached[d] and control[d] != RETAKEN:
            for i in range(ground.border_start[d], ground.border_start[d + 1]):
                to = ground.border_to[i]
                if not reached[to] and control[to] != RETAKEN:
                    reached[to] = True
                    changed = True
    return changed


@compiled
def use_supplies(step: Whole, p: Parameters, world: World, s: State, work: Scratch) -> None:
    """Everyone present uses up food, water, fuel and medicine, rationed when little is left."""
    link_supplies(step, world, s, work)
    for d in range(len(s.control)):
        people = all_present(d, world, s)
        relief = 0.0
        if s.linked[d] <= step:
            relief = within(1.0 / p.relief_days, (step - s.linked[d]) / world.steps_per_day)
        for g in range(s.stock.shape[1]):
            use_good(step, d, g, people, relief, p, world, s)


@compiled
def use_good(
    step: Whole, d: Whole, g: Whole, people: Whole, relief: float, p: Parameters, world: World, s: State
) -> None:
    """One good in one district: arrivals first, then the stock, shared out over ``ration_days``."""
    arriving = min(1.0, world.ground.inflow[step, d, g] + relief)
    share = 0.0
    if people > 0:
        share = min(1.0, s.stock[d, g] / people / p.ration_days)
        s.stock[d, g] -= min(s.stock[d, g], (1.0 - arriving) * share * people / world.steps_per_day)
    s.shortage[d, g] = (1.0 - arriving) * (1.0 - share) if people > 0 else 0.0


@compiled
def harm_at_home(key: Word, step: Whole, day: Whole, p: Parameters, world: World, s: State, out: Record) -> None:
    """Deaths and injuries in contested districts, next to the front, and from traps in newly retaken ones."""
    dt = 1.0 / world.steps_per_day
    for d in range(len(s.control)):
        if s.control[d] == RETAKEN:
            fading = np.exp(-(step - s.since[d]) * dt / p.calm_days)
            hazard, dead, hurt = TRAP, p.trap_killed * fading, p.trap_injured * fading
        else:
            reach = 1.0 if s.control[d] == CONTESTED else p.fire_reach
            if s.control[d] == HELD and front_km(d, world.ground, s.control) == 0.0:
                continue
            hazard, dead, hurt = HOME, p.home_killed * reach, p.home_injured * reach
        here = fold(key, world.ground.key[d])
        for k in range(len(world.classes.key)):
            killed, injured = harm(fold(here, world.classes.key[k]), present(d, k, world, s), dead, hurt, dt)
            if killed + injured > 0:
                out.killed[day, hazard] += killed
                out.injured[day, hazard] += injured
                lose(d, k, killed, injured, world, s)


@compiled
def lose(d: Whole, k: Whole, killed: Whole, injured: Whole, world: World, s: State) -> None:
    """Takes the killed out of their households, and the injured where care can be reached."""
    point = world.ground.stabiliser[d]
    treated = injured if s.control[d] != HELD and point >= 0 else 0
    s.tally[KILLED] += killed
    s.absent_home[d, k] += killed + treated
    if treated > 0:
        bring(point, treated, world, s)
