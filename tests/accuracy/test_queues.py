"""The reception lines against queueing theory, through the compiled engine.

With a step as long as a service takes, c servers and Poisson arrivals, the number waiting at the ends of steps,
q' = max(0, q + arrivals - c), is the number waiting in the queue M/D/c seen once per service time (Crommelin 1932).
Random tests allow 4.4 standard errors, a false alarm in 100,000 each; seeds are fixed, so they do not come and go.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import poisson

from helpers.arrays import STEP_HOURS, one_site, watch
from saferground.engine import Record
from saferground.engine.state import AID, APART, BOARDING, OPEN, REGISTRATION, SCREENING

ERRORS = 4.4
MEMBERS, STEPS, WARM_UP = 1000, 600, 150


def crommelin(load: float, servers: int) -> float:
    """Mean number waiting in M/D/c; ``load`` is the mean number of arrivals per service time."""
    i = np.arange(1, 4000)
    below = load * poisson.sf(servers * i - 1, load * i) - servers * poisson.sf(servers * i, load * i)
    return float(below.sum())


def embedded_chain(load: float, servers: int, size: int = 400) -> NDArray[np.float64]:
    """Distribution of the number waiting: the stationary one of the chain cut off at ``size``."""
    arriving = poisson.pmf(np.arange(2 * size), load)
    chain = np.zeros((size, size))
    for waiting in range(size):
        after = np.clip(waiting + np.arange(2 * size) - servers, 0, size - 1)
        np.add.at(chain[waiting], after, arriving)
    balance = np.vstack([chain.T - np.eye(size), np.ones(size)])
    return np.linalg.lstsq(balance, np.append(np.zeros(size), 1.0), rcond=None)[0]


def test_the_formulas_agree():
    """Pollaczek and Khinchine for one server, Crommelin for any number, and the chain solved as it stands."""
    for load in (0.3, 0.6, 0.85):
        assert crommelin(load, 1) == pytest.approx(load**2 / (2 * (1 - load)), rel=1e-9)
    for servers in (1, 2, 3):
        waiting = embedded_chain(0.8 * servers, servers)
        assert np.arange(len(waiting)) @ waiting == pytest.approx(crommelin(0.8 * servers, servers), rel=1e-6)


def poisson_arrivals(load: float, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).poisson(load, (MEMBERS, STEPS))


@pytest.mark.parametrize(
    ("line", "servers", "busy"),
    [("registration", 1, 0.6), ("screening", 1, 0.8), ("aid", 2, 0.8), ("registration", 3, 0.8)],
)
def test_waiting_lines_are_the_queue_of_poisson_arrivals(line, servers, busy):
    """One person a household. The mean number waiting, and the share of steps that end with nobody waiting."""
    men = 1 if line == "screening" else 0
    world = one_site(STEPS, men=(men,), **{line: servers})
    number = {"registration": REGISTRATION, "screening": SCREENING, "aid": AID}[line]
    waiting = watch(world, poisson_arrivals(busy * servers, servers)).waiting[:, WARM_UP:, 0, number]
    assert_mean(waiting.mean(axis=1), crommelin(busy * servers, servers), within=0.07)
    assert_mean((waiting == 0).mean(axis=1), embedded_chain(busy * servers, servers)[0], within=0.03)


def assert_mean(values: NDArray[np.float64], expected: float, within: float) -> None:
    """The mean of independent values is as expected; the error must be small enough for that to say something."""
    error = ERRORS * values.std(ddof=1) / np.sqrt(len(values))
    assert error < within * expected
    assert abs(values.mean() - expected) < error


def test_a_steady_stream_piles_up_and_drains_as_a_fluid():
    """5 households a step against 3: the line grows by 2 a step, then falls by 3; waits are those of each in turn."""
    arrivals = np.repeat([5, 0], [10, 8])
    record = watch(one_site(18, registration=3.0), arrivals)
    grows, falls = 2 * np.arange(1, 11), 20 - 3 * np.arange(1, 9)
    assert record.waiting[0, :, 0, REGISTRATION].tolist() == np.maximum(0, [*grows, *falls]).tolist()
    came, done = np.repeat(np.arange(18), arrivals), np.arange(50) // 3
    waits = [(done - came)[done == step].mean() * STEP_HOURS for step in range(17)]
    np.testing.assert_allclose(record.wait_hours[0, :17, 0, REGISTRATION], waits, rtol=1e-6)
    assert np.isnan(record.wait_hours[0, 17, 0, REGISTRATION])


def test_part_of_a_service_is_carried_on():
    """2.6 households a step while all wait: 2 or 3 are served in a step, 13 in five; unused capacity is lost."""
    arrivals = np.zeros(20, int)
    arrivals[[0, 15]] = 26, 5
    left = watch(one_site(20, registration=2.6), arrivals).waiting[0, :, 0, REGISTRATION]
    assert left[:10].tolist() == [26 - int(2.6 * step) for step in range(1, 11)]
    assert left[15:18].tolist() == [3, 0, 0]


@pytest.fixture(scope="module")
def busy_site() -> Record:
    """Every line is short of capacity at times, and everyone is gone at the end; families of five with two men."""
    arrivals = np.random.default_rng(5).poisson(4.0, (20, 200))
    arrivals[:, 120:] = 0
    lines = {"registration": 4.4, "screening": 8.8, "aid": 13.2}
    return watch(one_site(200, **lines, seats_a_step=23.0, persons=(5,), men=(2,)), arrivals)


@pytest.mark.parametrize("line", [REGISTRATION, SCREENING, AID, BOARDING])
def test_little_holds_at_every_line(line, busy_site):
    """The hours waited until the end of a line are the integral of the people who are not yet past it."""
    each = {REGISTRATION: 5, SCREENING: 2, AID: 3, BOARDING: 5}[line]  # people in a household who pass the line
    waiting = busy_site.waiting[:, :, 0]
    families = {
        REGISTRATION: waiting[..., REGISTRATION] / 5,
        SCREENING: waiting[..., REGISTRATION] / 5 + waiting[..., SCREENING] / 2,
        AID: waiting[..., REGISTRATION] / 5 + waiting[..., AID] / 3,
        BOARDING: busy_site.people[:, :, 1, 0] / 5,
    }[line]
    came = busy_site.arrivals[:, :, 1] / 5
    passed = came - np.diff(families, axis=1, prepend=0)
    hours = np.nansum(busy_site.wait_hours[:, :, 0, line] * passed * each, axis=1)
    assert (families[:, -1] == 0).all()
    assert (families.max(axis=1) > 3).all()
    np.testing.assert_allclose(hours, STEP_HOURS * each * families.sum(axis=1), rtol=1e-5)


def finishing(arrivals: NDArray[np.int64], served: NDArray[np.int64]) -> NDArray[np.int64]:
    """Step in which each household in turn is done with a line that can serve ``served`` per step, first come first."""
    came, done, step, left = np.repeat(np.arange(len(arrivals)), arrivals), [], 0, served[0]
    for household in came:
        if household > step:
            step, left = household, served[household]
        while left == 0:
            step, left = step + 1, served[step + 1]
        done.append(step)
        left -= 1
    return np.array(done)


def test_a_household_goes_on_when_both_lines_are_done():
    """One man and one woman each: departures are the smaller of two cumulative curves, at the later of two times."""
    rng = np.random.default_rng(2)
    arrivals = np.append(rng.integers(0, 7, 40), np.zeros(40, int))
    screening, aid = (np.append(rng.integers(0, 8, 40), np.full(40, 3)) for _ in range(2))
    record = watch(one_site(80, screening=screening, aid=aid, persons=(2,), men=(1,)), arrivals)
    screened, aided = finishing(arrivals, screening), finishing(arrivals, aid)
    gone = record.departures[0, :, 1].cumsum() // 2
    by = np.arange(80)[:, None]
    assert gone.tolist() == (np.maximum(screened, aided) <= by).sum(axis=1).tolist()
    assert gone.tolist() == np.minimum((screened <= by).sum(axis=1), (aided <= by).sum(axis=1)).tolist()
    assert (screened < aided).any()
    assert (aided < screened).any()


def test_classes_are_served_as_they_stand_in_line():
    """Of families and single men who came together, those served first are a random part: in the mean, alike.

    Families ask for two places and single men for one. A tenth of the work is done in the first step.
    """
    members = 4000
    arrivals = np.zeros((members, 2, 2), int)
    arrivals[:, 0] = 60, 80
    record = watch(one_site(2, screening=20.0, persons=(5, 1), men=(2, 1)), arrivals)
    settled = record.people[:, 1, 2]  # of those served in the first step; the way to the camp takes a step
    assert_mean(settled[:, 0] / 5 / 60, 0.1, within=0.05)
    assert_mean(settled[:, 1] / 80, 0.1, within=0.05)


def test_a_draw_that_takes_too_much_is_owed():
    """Of households with one and with three men, 40.5 men a step have been screened, give or take the last draw."""
    members, steps = 50, 12
    arrivals = np.zeros((members, steps, 2), int)
    arrivals[:, 0] = 200, 120
    record = watch(one_site(steps, screening=40.5, persons=(4, 6), men=(1, 3)), arrivals)
    screened = 560 - record.waiting[:, :, 0, SCREENING]
    assert np.abs(screened - 40.5 * np.arange(1, steps + 1)).max() < 25
    assert_mean(screened[:, -1], 40.5 * steps, within=0.02)


def test_a_household_without_men_does_not_wait_for_screening():
    """Women and children alone go on at once, however many men wait."""
    arrivals = np.zeros((1, 6, 2), int)
    arrivals[0, :4] = 5, 5
    record = watch(one_site(6, screening=1.0, persons=(3, 2), men=(0, 1)), arrivals)
    assert record.waiting[0, 3, 0, SCREENING] == 16
    assert record.people[0, :, 1, 0].tolist() == [0] * 6


def test_vehicles_carry_what_they_hold():
    """Nine people who come at once leave by three seats a step."""
    record = watch(one_site(5, seats_a_step=3.0), [9, 0, 0, 0, 0])
    assert record.departures[0, :, 1].tolist() == [3, 3, 3, 0, 0]


def test_after_the_curfew_nobody_is_seated():
    """Ten seats a step, of which a fifth can still arrive in time in the third step, and none in the fourth."""
    world = one_site(6, seats_a_step=10.0)
    share = np.array([1.0, 1.0, 0.2, 0.0, 1.0, 1.0]).reshape(6, 1)
    share.flags.writeable = False
    late = world._replace(sites=world.sites._replace(onward_in_time=share))
    record = watch(late, [40, 0, 0, 0, 0, 0])
    assert record.departures[0, :, 1].tolist() == [10, 10, 2, 0, 10, 8]
    assert record.stayed[0, :, 0, 0, :].sum(axis=1).tolist() == record.departures[0, :, 1].tolist()


def test_people_beyond_the_shade_are_in_the_open():
    """Thirty wait for registration, five are served in each step, and twelve find shade."""
    record = watch(one_site(6, registration=5.0, shade=12.0), [30, 0, 0, 0, 0, 0])
    assert record.person_hours[0, :, 0, OPEN].tolist() == [24.0 * left for left in (13, 8, 3, 0, 0, 0)]
    assert record.person_hours[0, :, 0, REGISTRATION].tolist() == [24.0 * left for left in (25, 20, 15, 10, 5, 0)]


def test_families_are_apart_until_the_slower_line_is_done():
    """Twelve families of three with one man: screening takes 3 a step, aid 2 families; all are registered at once."""
    record = watch(one_site(7, screening=3.0, aid=4.0, persons=(3,), men=(1,)), [12] + [0] * 6)
    assert record.person_hours[0, :, 0, APART].tolist() == [72.0 * left for left in (10, 8, 6, 4, 2, 0, 0)]
    assert record.released[0, :, 0].sum(axis=1).tolist() == [3, 3, 3, 3, 0, 0, 0]


def test_with_aid_after_screening_families_are_apart_only_in_screening():
    world = one_site(9, screening=3.0, aid=4.0, persons=(3,), men=(1,), after={"aid": "screening"})
    record = watch(world, [12] + [0] * 8)
    assert record.person_hours[0, :, 0, APART].tolist() == [72.0 * left for left in (9, 6, 3, 0, 0, 0, 0, 0, 0)]
    assert record.departures[0, :, 1].tolist() == [6] * 6 + [0] * 3


def test_stays_are_told_by_class_of_hours():
    """A step is a day: who leaves at once stayed 0 h, the others 24, 48, 72 or more, and at last 168 h or more."""
    record = watch(one_site(10, seats_a_step=1.0), [9] + [0] * 9)
    left = record.stayed[0, :, 0, 0, :]
    assert left.argmax(axis=1).tolist()[:9] == [0, 3, 4, 5, 5, 5, 5, 6, 6]
    assert left.sum() == 9


def test_classes_with_priority_go_first():
    """Two classes of single men arrive together; those with priority are through before any other is."""
    world = one_site(6, screening=4.0, seats_a_step=3.0, persons=(1, 1), men=(1, 1), first=(1,))
    arrivals = np.zeros((1, 6, 2), int)
    arrivals[0, 0] = 5, 6
    sheltered = watch(world, arrivals).people[0, :, 2]
    assert sheltered.tolist() == [[0, 0], [0, 3], [0, 6], [3, 6], [5, 6], [5, 6]]
