"""Writes the end of a day into the record."""

from __future__ import annotations

import numpy as np

from saferground.axes import IN_CARE
from saferground.compiling import compiled
from saferground.engine.care import count_on_road
from saferground.engine.home import present
from saferground.engine.record import Record
from saferground.engine.state import DIED, DISCHARGED, LINES, SPENT, State
from saferground.model.arrays import World
from saferground.streams import Whole


@compiled
def write_day(day: Whole, world: World, s: State, out: Record) -> None:
    """Who is where, in which line and in whose care; resets the day's sums."""
    write_districts(day, world, s, out)
    write_sites(day, world, s, out)
    write_shelters(day, world, s, out)
    write_care(day, world, s, out)


@compiled
def write_care(day: Whole, world: World, s: State, out: Record) -> None:
    """The injured by place and stage, in the order of axes.CARE, and in all places together."""
    points = len(world.care.key)
    for a in range(points):
        out.patients[day, a, 0] = s.for_triage[a]
        out.patients[day, a, 1] = s.red[a] + s.for_stabilising[a]
        out.patients[day, a, 2] = s.no_ambulance[a]
        out.patients[day, a, 3] = s.for_bed[a] - s.no_ambulance[a]
    for h in range(len(s.in_bed)):
        out.patients[day, points + h, 4] = count_on_road(h, s)
        out.patients[day, points + h, 5] = s.for_theatre[h]
        out.patients[day, points + h, 6] = s.in_bed[h]
    for place in range(points + len(s.in_bed)):
        for stage in range(len(IN_CARE)):
            out.care[day, stage] += out.patients[day, place, stage]
    out.care[day, len(IN_CARE)] = s.tally[DISCHARGED]
    out.care[day, len(IN_CARE) + 1] = s.tally[DIED]


@compiled
def write_districts(day: Whole, world: World, s: State, out: Record) -> None:
    """People, stayers, control and shortage per district."""
    for d in range(len(s.control)):
        out.control[day, d] = s.control[d]
        for g in range(s.shortage.shape[1]):
            out.shortage[day, d, g] = s.shortage[d, g]
        for k in range(len(world.classes.key)):
            out.people[day, d, k] = present(d, k, world, s)
            out.stayers[day, d] += s.staying[d, k] * world.classes.persons[k]


@compiled
def write_sites(day: Whole, world: World, s: State, out: Record) -> None:
    """People at each site, in each line, how long those waited who got through today, and how all spent the day."""
    for site in range(len(world.sites.key)):
        for k in range(len(world.classes.key)):
            people = s.here[site, k] * world.classes.persons[k] - s.absent_site[site, k]
            out.people[day, len(world.ground.key) + site, k] = people
        for line in range(LINES):
            out.waiting[day, site, line] = s.now[site, line]
            hours, served = s.waited[site, line, 0], s.waited[site, line, 1]
            out.wait_hours[day, site, line] = hours / served if served > 0 else np.nan
            s.waited[site, line, 0] = 0.0
            s.waited[site, line, 1] = 0.0
        for spent in range(SPENT):
            out.person_hours[day, site, spent] = s.spent[site, spent]
            s.spent[site, spent] = 0.0


@compiled
def write_shelters(day: Whole, world: World, s: State, out: Record) -> None:
    """People in camps and host communities, earlier displaced people included."""
    offset = len(world.ground.key) + len(world.sites.key)
    for c in range(len(world.settled.key)):
        for k in range(len(world.classes.key)):
            people = s.sheltered[c, k] * world.classes.persons[k] - s.absent_sheltered[c, k]
            out.people[day, offset + c, k] = people + world.settled.earlier[c, k]
