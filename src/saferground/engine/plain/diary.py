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
    write_care(day, s, out)


def write_care(day: int, s: State, out: Record) -> None:
    """The injured by place (stabilisation points, then hospitals) and stage, and in all places together."""
    nobody = np.zeros(len(s.for_bed), np.int64)
    points = (
        s.for_triage, s.red + s.for_stabilising, s.no_ambulance, s.for_bed - s.no_ambulance, nobody, nobody, nobody,
    )  # fmt: skip
    away = np.zeros(len(s.in_bed), np.int64)
    hospitals = (away, away, away, away, s.on_road.sum(axis=0), s.for_theatre, s.in_bed)
    out.patients[day] = np.concatenate([np.stack(points, axis=1), np.stack(hospitals, axis=1)])
    out.care[day] = [*out.patients[day].sum(axis=0), s.tally[DISCHARGED], s.tally[DIED]]


def write_lines(day: int, world: World, s: State, out: Record) -> None:
    """People in each line, how long those waited who got through today, and how all spent the day."""
    out.waiting[day] = s.now[:, : len(LINES)]
    hours, people = s.waited[:, :, 0], s.waited[:, :, 1]
    out.wait_hours[day] = np.divide(hours, people, where=people > 0, out=np.full(hours.shape, np.nan))
    out.person_hours[day] = s.spent
    s.waited[...], s.spent[...] = 0.0, 0.0
