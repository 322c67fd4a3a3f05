"""Writes the end of a day into the record."""

from __future__ import annotations

import numpy as np

from saferground.engine.plain.home import present
from saferground.engine.record import Record
from saferground.engine.state import AID, BOARDING, DIED, DISCHARGED, REGISTRATION, SCREENING, State
from saferground.model.arrays import World


def write_day(day: int, world: World, s: State, out: Record) -> None:
    """Who is where, in which line and in whose care; resets the day's sums of waiting."""
    districts, sites, classes = len(world.ground.key), len(world.sites.key), world.classes
    for d in range(districts):
        out.people[day, d] = [present(d, k, world, s) for k in range(len(classes.key))]
    at_sites = (s.unregistered + s.lined + s.ready).sum(axis=1)
    out.people[day, districts : districts + sites] = at_sites * classes.persons - s.absent_site
    settled = s.sheltered * classes.persons - s.absent_sheltered
    out.people[day, districts + sites :] = settled + world.settled.earlier
    out.control[day] = s.control
    out.stayers[day] = s.staying @ classes.persons
    out.shortage[day] = s.shortage
    write_lines(day, world, s, out)
    stages = (s.for_stabilising.sum(), s.for_bed.sum(), s.in_bed.sum(), s.tally[DISCHARGED], s.tally[DIED])
    out.care[day] = stages


def write_lines(day: int, world: World, s: State, out: Record) -> None:
    """People in each line, and how long those waited who got through today."""
    classes = world.classes
    out.waiting[day, :, REGISTRATION] = s.unregistered.sum(axis=1) @ classes.persons
    out.waiting[day, :, SCREENING] = (s.lined - s.screened).sum(axis=1) @ classes.load[SCREENING]
    out.waiting[day, :, AID] = (s.lined - s.aided).sum(axis=1) @ classes.load[AID]
    out.waiting[day, :, BOARDING] = s.ready.sum(axis=1) @ classes.persons
    hours, people = s.waited[:, :, 0], s.waited[:, :, 1]
    out.wait_hours[day] = np.divide(hours, people, where=people > 0, out=np.full(hours.shape, np.nan))
    s.waited[...] = 0.0
