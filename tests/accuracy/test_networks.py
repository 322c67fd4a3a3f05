"""Stations of random services against queueing theory, through the compiled engine.

Time is in mean services of one server. A step is a small part of it, so that what happens within one matters little:
whoever comes during a step stands in line from its start, and the number in line at its end can fall short of that in
continuous time by at most those who came. Random tests allow 4.4 standard errors besides; seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.arrays import one_site, watch
from saferground.engine import Record
from saferground.engine.state import AID, APART, REGISTRATION, SCREENING

ERRORS = 4.4
PER_DAY = 24
STEP = 0.1
MEMBERS, DAYS, WARM_UP = 500, 160, 30
Rates = tuple[float, ...]


def simulate(arriving: Rates, servers: int = 1, step: float = STEP, **world: object) -> Record:
    """A record in days of 24 steps. ``arriving`` are arrivals of each class in a mean service."""
    steps = DAYS * PER_DAY
    rng = np.random.default_rng([7, int(100 * sum(arriving)), servers])
    households = np.stack([rng.poisson(rate * step, (MEMBERS, steps)) for rate in arriving], axis=2)
    lines = dict.fromkeys(world.pop("lines"), servers * step)  # type: ignore[attr-defined]
    return watch(one_site(steps, **lines, at_work=step, steps_per_day=PER_DAY, **world), households)


def in_line(record: Record, line: int) -> NDArray[np.float64]:
    """Mean number in a line after the warm-up, those being served included; one a member."""
    return record.person_hours[:, WARM_UP:, 0, line].mean(axis=1) / 24.0


def assert_mean(values: NDArray[np.float64], expected: float, slack: float, within: float) -> None:
    error = ERRORS * values.std(ddof=1) / np.sqrt(len(values))
    assert error + slack / 2 < within * expected, "the test could not fail"
    assert abs(values.mean() - (expected - slack / 2)) < error + slack / 2


def waiting_chance(load: float, servers: int) -> float:
    """Erlang's C formula: the chance that all servers are busy."""
    terms = np.cumprod(np.append(1.0, load / np.arange(1, servers + 1)))
    last = terms[-1] * servers / (servers - load)
    return float(last / (terms[:-1].sum() + last))


@pytest.mark.parametrize(("line", "number"), [("registration", REGISTRATION), ("mustering", 0)])
def test_exponential_services_of_one_server(line, number):
    """M/M/1: rho / (1 - rho) in the system."""
    record = simulate((0.6,), lines=[line], variation=1.0)
    assert_mean(in_line(record, number), 0.6 / 0.4, 0.6 * STEP, within=0.1)


@pytest.mark.parametrize("servers", [2, 5])
def test_exponential_services_of_several_servers(servers):
    """M/M/c by Erlang's C formula: nobody is served by two servers at once."""
    load = 0.6 * servers
    expected = load + waiting_chance(load, servers) * 0.6 / 0.4
    record = simulate((load,), servers, lines=["registration"], variation=1.0)
    assert_mean(in_line(record, REGISTRATION), expected, load * STEP, within=0.12)
    assert expected > 1.2 * 0.6 / 0.4, "a single server of the same speed would do as well"


@pytest.mark.parametrize("variation", [0.3, 0.7, 1.5, 2.5])
def test_services_of_any_variation(variation):
    """M/G/1 with Gamma services, by Pollaczek and Khinchine."""
    load = 0.5
    expected = load + load**2 * (1 + variation**2) / (2 * (1 - load))
    record = simulate((load,), lines=["registration"], variation=variation)
    assert_mean(in_line(record, REGISTRATION), expected, load * STEP, within=0.16)


def test_one_after_the_other():
    """Two exponential stations: the second sees Poisson arrivals too (Burke), so each is M/M/1 (Jackson)."""
    record = simulate((0.5,), lines=["registration", "screening"], variation=1.0, men=(1,))
    for line in (REGISTRATION, SCREENING):
        assert_mean(in_line(record, line), 1.0, 0.5 * STEP, within=0.12)
    both = np.corrcoef(record.waiting[:, -1, 0, REGISTRATION], record.waiting[:, -1, 0, SCREENING])[0, 1]
    assert abs(both) < ERRORS / np.sqrt(MEMBERS), "in a product form the lines are independent at one moment"


def test_side_by_side():
    """Two exponential stations that both must be done with a family: (12 - rho) / 8 times M/M/1 (Flatto and Hahn 1984,
    Nelson and Tantawi 1988), while each by itself is M/M/1."""
    load = 0.5
    record = simulate((load,), lines=["screening", "aid"], variation=1.0, persons=(2,), men=(1,))
    for line in (SCREENING, AID):
        assert_mean(in_line(record, line), load / (1 - load), load * STEP, within=0.12)
    families = in_line(record, APART) / 2
    assert_mean(families, (12 - load) / 8 * load / (1 - load), load * STEP, within=0.12)


def test_priority():
    """Those with priority see an M/M/1 without the others, who get what is left (White and Christie 1958: the service
    under way is handed on)."""
    record = simulate((0.3, 0.3), lines=["registration"], variation=1.0, persons=(1, 1), men=(0, 0), first=(0,))
    first = 0.3 / 0.7
    present = record.people[:, WARM_UP:, 1].mean(axis=1)
    assert_mean(present[:, 0], first, 0.3 * STEP, within=0.2)
    assert_mean(present[:, 1], 0.6 / 0.4 - first, 0.3 * STEP, within=0.2)


@pytest.mark.parametrize("variation", [0.5, 1.0, 2.0])
def test_ends_of_services_are_a_renewal_process(variation):
    """With a thousand waiting, the services that end by a time t have mean t + (v^2 - 1) / 2 and variance near v^2 t.

    From the first two moments of renewal processes for large t; both within 4.4 standard errors, and 0.7 and 10 for
    what large t leaves out. A step holds forty services: many ends are found by halving.
    """
    members, steps, speed = 3000, 10, 40.0
    arrivals = np.zeros((members, steps), int)
    arrivals[:, 0] = 1000
    world = one_site(steps, registration=speed, at_work=speed, variation=variation)
    done = 1000 - watch(world, arrivals).waiting[:, :, 0, REGISTRATION]
    time = speed * np.arange(1, steps + 1)
    error = ERRORS * variation * np.sqrt(time / members)
    assert (np.abs(done.mean(axis=0) - time - (variation**2 - 1) / 2) < error + 0.1 * variation**2).all()
    spread = done.var(axis=0, ddof=1)
    assert (np.abs(spread / (variation**2 * time) - 1) < ERRORS * np.sqrt(2 / members) + 0.05 + variation / time).all()


@pytest.mark.parametrize("variation", [0.0, 0.6, 1.0])
def test_nobody_is_lost_and_hours_are_those_waited(variation):
    """Little: hours in all lines are those until boarding, at every station; everyone who came is gone at the end."""
    rng = np.random.default_rng(3)
    arrivals = rng.poisson(3.0, (40, 240))
    arrivals[:, 140:] = 0
    lines = {"mustering": 3.6, "registration": 3.4, "screening": 6.4, "aid": 9.6}
    world = one_site(240, **lines, at_work=1.0, seats_a_step=15.5, persons=(5,), men=(2,), variation=variation,
                     after={"aid": "mustering"})  # fmt: skip
    record = watch(world, arrivals)
    assert np.array_equal(record.departures[:, :, 1].sum(axis=1), 5 * arrivals.sum(axis=1))
    assert np.array_equal(record.people[:, -1, 2, 0], 5 * arrivals.sum(axis=1))
    assert not record.waiting[:, -1].any()
    for line, people in ((0, 5), (REGISTRATION, 5), (SCREENING, 2), (AID, 3), (4, 5)):
        assert record.person_hours[:, :, 0, line].max() > 24 * people
    stays = (np.arange(240) * (record.departures[:, :, 1] - 5 * arrivals)).sum(axis=1)
    assert np.array_equal(24.0 * stays, 24.0 * record.people[:, :, 1, 0].sum(axis=1))
