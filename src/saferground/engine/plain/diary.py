"""Writes the end of a day into the record."""

from __future__ import annotations

import numpy as np

from saferground.axes import LINES
from saferground.engine.plain.home import present
from saferground.engine.record import Record
from saferground.engine.state import DIED, DISCHARGED, State
from saferground.model.arrays import World


def write_day(day: int, world: World, s: State, out: Record) -> None:
    """Who is where, in which line and in whose care; resets the day's sums."""
    districts, sites, classes = len(world.ground.key), len(world.sites.key), world.classes
    for d in range(districts):
        out.people[day, d] = [present(d, k, world, s) for k in range(len(classes.key))]
    at_sites = s.came.sum(axis=1)
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
    """People in each line, how long those waited who got through today, and how all spent the day."""
    out.waiting[day] = s.now[:, : len(LINES)]
    hours, people = s.waited[:, :, 0], s.waited[:, :, 1]
    out.wait_hours[day] = np.divide(hours, people, where=people > 0, out=np.full(hours.shape, np.nan))
    out.person_hours[day] = s.spent
    s.waited[...], s.spent[...] = 0.0, 0.0
