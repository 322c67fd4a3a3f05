"""A site with shifts, a break, priority, two lines side by side and a fleet, against a simulation of single persons.

The engine knows counts by step of arrival; ``helpers.single_persons`` follows every person in continuous time.
Means over replications must agree within 4.4 standard errors of both, and 3 % and half an hour for each person who came
for what a step of an hour leaves out: within it the engine's servers work as one, and seats come back at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.arrays import one_site, watch
from helpers.single_persons import Line, Site, Watched, follow
from saferground.axes import GROUPS, SPENT, STAY_HOURS
from saferground.engine import Record

simpy = pytest.importorskip("simpy")

ERRORS = 4.4
DAYS, HOURS = 10, 24
MEN, OTHERS = 2, 3
MEMBERS, FOLLOWED = 600, 60
SHIFT, LATE = ((7.0, 12.0), (13.0, 18.0)), ((7.0, 20.0),)
SITE = Site(
    lines={
        "registration": Line(4, 0.25, SHIFT),
        "screening": Line(5, 0.20, SHIFT),
        "aid": Line(6, 0.20, LATE),
    },
    seats=Line(24, 3.0, ((6.0, 20.0),)),
    men=MEN,
    others=OTHERS,
)
"""160 families a day are registered, 250 men screened and 390 others served; 112 families find a seat."""


def families_an_hour() -> NDArray[np.float64]:
    """Mean families by hour and rank: a rush on the second day, nobody on the last six; a fifth goes first."""
    day = np.zeros(HOURS)
    day[5:17] = 1.0
    by_day = np.array([8.0, 20.0, 9.0, 5.0, *6 * [0.0]])
    return (by_day[:, None] * day).ravel()[:, None] * np.array([0.2, 0.8])


class Compared(NamedTuple):
    record: Record
    people: list[Watched]


@pytest.fixture(scope="module")
def both() -> Compared:
    return Compared(counted(), [one_by_one(seed) for seed in range(FOLLOWED)])


def counted() -> Record:
    steps = DAYS * HOURS
    lines = {name: at_work(line) * line.servers / line.service for name, line in SITE.lines.items()}
    seats = at_work(SITE.seats) * SITE.seats.servers * (MEN + OTHERS) / SITE.seats.service
    size, ranks = (MEN + OTHERS,) * 2, (0,)
    world = one_site(steps, **lines, seats_a_step=seats, persons=size, men=(MEN, MEN), first=ranks, variation=1.0,
                     at_work=5.0, steps_per_day=HOURS)  # fmt: skip
    came = np.random.default_rng(1).poisson(families_an_hour(), (MEMBERS, steps, 2))
    return watch(world, came)


def at_work(line: Line) -> NDArray[np.float64]:
    hours = np.zeros(HOURS)
    for opens, closes in line.work:
        hours[int(opens) : int(closes)] = 1.0
    return np.tile(hours, DAYS)


def one_by_one(seed: int) -> Watched:
    came = np.random.default_rng([2, seed]).poisson(families_an_hour())
    arrivals = [(float(hour), rank) for hour, counts in enumerate(came) for rank in (0, 1) for _ in range(counts[rank])]
    return follow(SITE, arrivals, DAYS, seed)


@pytest.mark.parametrize("spent", ["registration", "screening", "aid", "boarding", "apart"])
def test_hours_in_line_are_those_of_single_persons(spent, both):
    """Person-hours on each of the first five days."""
    ours = both.record.person_hours[:, :5, 0, SPENT.index(spent)]
    theirs = np.array([one.hours[spent][:5] for one in both.people])
    came = (MEN + OTHERS) * families_an_hour().sum(axis=1).reshape(DAYS, HOURS).sum(axis=1)[:5]
    assert_alike(ours, theirs, 0.03 * theirs.mean(axis=0) + 0.5 * came)
    assert (theirs.mean(axis=0) > 2 * came.max()).any(), "nobody waits long enough for this to say anything"


def test_stays_are_those_of_single_persons(both):
    """Families by hours from arrival to boarding."""
    ours = both.record.stayed[:, :, 0, GROUPS.index("men")].sum(axis=1) / MEN
    bins = [*STAY_HOURS, np.inf]
    theirs = np.array([np.histogram([left - came for _, came, left in one.families], bins)[0] for one in both.people])
    assert_alike(ours, theirs, 0.04 * theirs.sum(axis=1).mean())
    assert (theirs.mean(axis=0) > 20).sum() >= 4


@pytest.mark.parametrize("rank", [0, 1])
def test_those_with_priority_are_through_as_early(rank, both):
    """People at the site at each midnight; those who go first wait for nobody else."""
    ours = both.record.people[:, :, 1, rank] / (MEN + OTHERS)
    nights = 24.0 * np.arange(1, DAYS + 1)
    theirs = np.array([
        [sum(r == rank and came < night < left for r, came, left in one.families) for night in nights]
        for one in both.people
    ])  # fmt: skip
    assert_alike(ours, theirs, 0.03 * theirs.mean(axis=0) + 1.0)
    assert (theirs.mean(axis=0).max() > 50) == (rank == 1)


def test_nobody_is_lost(both):
    gone = both.record.departures[:, :, 1].sum(axis=1)
    assert np.array_equal(gone, both.record.arrivals[:, :, 1].sum(axis=1))
    assert (gone > 1000).all()


def assert_alike(ours: NDArray[np.float64], theirs: NDArray[np.float64], slack: NDArray[np.float64] | float) -> None:
    error = np.sqrt(ours.var(axis=0, ddof=1) / len(ours) + theirs.var(axis=0, ddof=1) / len(theirs))
    off = np.abs(ours.mean(axis=0) - theirs.mean(axis=0))
    assert (off < ERRORS * error + slack).all(), (ours.mean(axis=0), theirs.mean(axis=0), error)
