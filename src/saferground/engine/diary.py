"""Writes the end of a day into the record."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.home import present
from saferground.engine.record import Record
from saferground.engine.state import AID, BOARDING, DIED, DISCHARGED, REGISTRATION, SCREENING, State
from saferground.model.arrays import World
from saferground.streams import Whole


@compiled
def write_day(step: Whole, day: Whole, world: World, s: State, out: Record) -> None:
    """Who is where, in which line and in whose care; resets the day's sums of waiting."""
    write_districts(day, world, s, out)
    write_sites(step, day, world, s, out)
    write_shelters(day, world, s, out)
    for a in range(len(s.for_stabilising)):
        out.care[day, 0] += s.for_stabilising[a]
        out.care[day, 1] += s.for_bed[a]
    for h in range(len(s.in_bed)):
        out.care[day, 2] += s.in_bed[h]
    out.care[day, 3] = s.tally[DISCHARGED]
    out.care[day, 4] = s.tally[DIED]


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
def write_sites(step: Whole, day: Whole, world: World, s: State, out: Record) -> None:
    """People at each site, in each line, and how long those waited who got through today."""
    for site in range(len(world.sites.key)):
        for k in range(len(world.classes.key)):
            count_site(step, day, site, k, world, s, out)
        for line in range(s.waited.shape[1]):
            hours, served = s.waited[site, line, 0], s.waited[site, line, 1]
            out.wait_hours[day, site, line] = hours / served if served > 0 else np.nan
            s.waited[site, line, 0] = 0.0
            s.waited[site, line, 1] = 0.0


@compiled
def count_site(step: Whole, day: Whole, site: Whole, k: Whole, world: World, s: State, out: Record) -> None:
    """One household class at one site: everyone present, and those in each line."""
    unregistered, lined, screened, aided, ready = 0, 0, 0, 0, 0
    for cohort in range(s.first[site], step + 1):
        unregistered += s.unregistered[site, cohort, k]
        lined += s.lined[site, cohort, k]
        screened += s.screened[site, cohort, k]
        aided += s.aided[site, cohort, k]
        ready += s.ready[site, cohort, k]
    persons = world.classes.persons[k]
    people = (unregistered + lined + ready) * persons - s.absent_site[site, k]
    out.people[day, len(world.ground.key) + site, k] = people
    out.waiting[day, site, REGISTRATION] += unregistered * persons
    out.waiting[day, site, SCREENING] += (lined - screened) * world.classes.load[SCREENING, k]
    out.waiting[day, site, AID] += (lined - aided) * world.classes.load[AID, k]
    out.waiting[day, site, BOARDING] += ready * persons


@compiled
def write_shelters(day: Whole, world: World, s: State, out: Record) -> None:
    """People in camps and host communities, earlier displaced people included."""
    offset = len(world.ground.key) + len(world.sites.key)
    for c in range(len(world.settled.key)):
        for k in range(len(world.classes.key)):
            people = s.sheltered[c, k] * world.classes.persons[k] - s.absent_sheltered[c, k]
            out.people[day, offset + c, k] = people + world.settled.earlier[c, k]
