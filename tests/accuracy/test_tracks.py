"""Tracks against a Kalman filter of statsmodels, and their futures against what the filter itself predicts.

With the chances of switching and of jumps at nothing each pair of a habit and a step of unrest is one linear Gaussian
model, and the weights of the steps are Bayes' rule over them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.tsa.statespace.kalman_filter import KalmanFilter

from saferground.assimilation.tracks import Tracks, begin, filter, habits, pass_days, paths, take_in
from saferground.assimilation.tracks.filter import habit_shares
from saferground.assimilation.tracks.habits import DRIFT, FORECASTER, KEEP, MEMORIES, ROUNDING, UNREST
from saferground.assimilation.tracks.paths import _switch

COUNTS = {0: 1000.0, 3: 1012.0, 7: 1050.0, 8: 1047.0, 15: 1120.0, 22: 1105.0, 24: 1131.0, 30: 1190.0}
STEPS = (1, 3, 4, 5, 6)
"""Of the unrest: 2, 8, 16, 32 and 64 people a day."""


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unrest stays, nothing jumps, and any unrest is allowed."""
    monkeypatch.setattr(filter, "_SWITCHING", np.tile(np.eye(len(UNREST)), (len(UNREST), 1, 1)))
    monkeypatch.setattr(filter, "_LEAST_CHANCE", 0.0)
    for name, value in (("JUMP_HAZARD", 0.0), ("MOST_UNREST", np.inf), ("SWITCH", 0.0), ("LEAP", 0.0)):
        monkeypatch.setattr(habits, name, value)


def followed(counts: dict[int, float], until: int, grows: bool = False) -> Tracks:
    tracks = begin(["a"], [grows])
    for day in range(until + 1):
        tracks = pass_days(tracks) if day else tracks
        if day in counts:
            tracks = take_in(tracks, np.array([0]), np.array([counts[day]]))
    return tracks


def library(habit: int, unrest: float, until: int) -> Any:
    """The same model of one habit and one unrest, filtered by statsmodels; level and rate are the states."""
    figures = np.array([COUNTS.get(day, np.nan) for day in range(1, until + 1)])
    noise = np.array([(COUNTS.get(day, 0.0) * ROUNDING[habit] + 1.0) ** 2 for day in range(1, until + 1)])
    model = KalmanFilter(k_endog=1, k_states=2)
    model["design"] = np.array([[1.0, 0.0]])
    model["transition"] = np.array([[1.0, 1.0], [0.0, KEEP[habit]]])
    model["selection"] = np.eye(2)
    model["state_cov"] = np.diag([unrest**2, (unrest * DRIFT[habit]) ** 2])
    model.bind(figures)
    model.obs_cov = noise[None, None, :]
    rate = unrest**2 if DRIFT[habit] else 0.0
    first = np.diag([(COUNTS[0] * ROUNDING[habit] + 1.0) ** 2, rate])
    move = model["transition"]
    model.initialize_known(move @ np.array([COUNTS[0], 0.0]), move @ first @ move.T + model["state_cov"])
    return model.filter()


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("until", [30, 33])
def test_level_and_rate_are_those_of_a_library(until: int) -> None:
    """On the day of a count and three days after one."""
    tracks = followed(COUNTS, until)
    b = tracks.belief
    for habit in range(len(KEEP)):
        for step in STEPS:
            expected = library(habit, UNREST[step], until)
            mean, cov = expected.filtered_state[:, -1], expected.filtered_state_cov[:, :, -1]
            found = [tracks.base[0] + b.level[0, habit, step], b.rate[0, habit, step]]
            spread = [part[0, habit, step] for part in (b.level_var, b.both_var, b.rate_var)]
            assert found == pytest.approx(list(mean), rel=1e-6, abs=1e-6)
            assert spread == pytest.approx([cov[0, 0], cov[0, 1], cov[1, 1]], rel=1e-6, abs=1e-6)


@pytest.mark.usefixtures("plain")
def test_how_likely_each_unrest_and_each_habit_is() -> None:
    """By the likelihoods of the library: odds of two steps within a habit, and of two habits of one forecaster."""
    first, last = followed(COUNTS, 0), followed(COUNTS, 30)
    score = np.array([[library(h, UNREST[v], 30).llf for v in range(10)] for h in range(len(KEEP))])
    before = np.log(first.belief.weight[0, 0, :10])
    joint = score + before
    found = np.log(last.belief.weight[0, :, :10])
    assert found[:, list(STEPS)] - found[:, [3]] == pytest.approx(joint[:, list(STEPS)] - joint[:, [3]], abs=1e-6)
    whole = np.logaddexp.reduce(joint, axis=1)  # steps beyond the tenth weigh less than 1e-9
    shares = habit_shares(last)[0]
    for one in range(len(MEMORIES)):
        mine = np.flatnonzero(one == FORECASTER)
        expected = np.exp(whole[mine] - np.logaddexp.reduce(whole[mine]))
        assert shares[mine] == pytest.approx(expected, abs=1e-4)


def predicted(tracks: Tracks, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the level of each forecaster, by the filter."""
    later = pass_days(tracks, days)
    b = later.belief
    share = habit_shares(later)[0][:, None] * b.weight[0]
    moments = []
    for one in range(len(MEMORIES)):
        mine = one == FORECASTER
        part = share[mine] / share[mine].sum()
        mean = (part * b.level[0, mine]).sum()
        spread = (part * (b.level_var[0, mine] + b.level[0, mine] ** 2)).sum() - mean**2
        moments.append((tracks.base[0] + mean, np.sqrt(spread)))
    means, spreads = np.array(moments).T
    return means, spreads


LARGE = {day: 40_000 + 30.0 * day + 60 * np.sin(day) for day in range(0, 61, 3)}
"""So large that it never meets zero, in which no unrest that is likely is cut."""


@pytest.mark.parametrize("days", [1, 7, 28])
def test_futures_have_the_moments_that_the_filter_predicts(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """With switching, but without jumps, which the filter adds at counts only, and without leaps of the unrest, whose
    tails no sample of this size gets right. Means within 4.5 standard errors of 40,000 members, spreads within 4 %."""
    monkeypatch.setattr(habits, "JUMP_HAZARD", 0.0)
    monkeypatch.setattr(habits, "LEAP", 0.0)
    monkeypatch.setattr(filter, "_SWITCHING", habits.switching())
    tracks = followed(LARGE, 60)
    calm = tracks.jumps._replace(sizes=np.zeros_like(tracks.jumps.sizes))
    tracks = Tracks(**{**vars(tracks), "jumps": calm})
    drawn = paths(tracks, np.array([0]), days, 40_000, [np.random.default_rng(5)])[0, :, -1]
    mean, spread = predicted(tracks, days)
    assert (np.abs(drawn.mean(axis=1) - mean) < 4.5 * spread / 200).all()
    assert drawn.std(axis=1) == pytest.approx(spread, rel=0.04)


@pytest.mark.parametrize("most", [10, 17])
@pytest.mark.parametrize("step", [0, 1, 2, 8, 10])
def test_the_unrest_moves_by_its_chances(step: int, most: int) -> None:
    """A grid of uniform numbers in place of chance: no more than a grid's step from the matrix."""
    u = (np.arange(100_000) + 0.5) / 100_000
    seen = np.bincount(_switch(np.full(len(u), step), u, np.array(most)), minlength=len(UNREST)) / len(u)
    assert seen == pytest.approx(habits.switching()[most, step], abs=2e-5)
    assert habits.switching().sum(axis=2) == pytest.approx(1)
    assert (habits.switching()[most, : most + 1, most + 1 :] == 0).all()


def test_futures_are_no_more_unrestful_than_the_filter_allows() -> None:
    """A camp of 100 people: no more than 30 a day, so 28 days of shocks alone lead 160 people off, give or take."""
    assert list(UNREST[habits.most(np.array([0.0, 100.0, 40_000.0]))]) == [8, 16, 8192]
    restless = followed({0: 100.0, 1: 190.0, 2: 60.0, 3: 170.0, 4: 50.0, 5: 100.0}, 5)
    drawn = paths(restless, np.array([0]), 1, 4000, [np.random.default_rng(8)])[0, 0, 0]
    assert drawn.std() < 2 * 16 + 10


def test_jumps_come_as_often_and_as_large_as_is_believed() -> None:
    """A calm series of 40,000: of 20,000 courses those that leave it within ten days by more than 2,000 people."""
    calm = followed(dict.fromkeys(range(0, 61, 3), 40_000.0), 60)
    drawn = paths(calm, np.array([0]), 10, 20_000, [np.random.default_rng(6)])[0, 0]
    hazard = filter.jump_hazard(calm.jumps)[0, 0]
    sizes = filter.jump_sizes(calm.jumps)[0, 0]
    beyond = float(sizes @ (2 * norm.sf(2000 / (40_000 * habits.JUMP_SIZES))))
    expected = 1 - np.exp(-10 * hazard * beyond)
    seen = (np.abs(drawn[-1] - 40_000) > 2000).mean()
    assert seen == pytest.approx(expected, rel=0.15)


def test_jumps_of_the_past_fade_from_the_future() -> None:
    """Twenty jumps up of the largest size were seen in sixty days. What was seen counts half 120 days ahead too, and a
    jump is a share of the last count, 40,000; so the mean after 300 days is a sum over the days, within 4 %."""
    calm, f = followed(dict.fromkeys(range(0, 61, 3), 40_000.0), 60), len(MEMORIES)
    sizes, up_down = np.tile([0.0, 0.0, 20.0], (1, f, 1)), np.tile([20.0, 0.0], (1, f, 1))
    shaken = Tracks(**{**vars(calm), "jumps": filter.Jumps(np.full((1, f), 60.0), sizes, up_down)})
    left = 0.5 ** (np.arange(1, 301) / 120.0)
    hazard = (habits.JUMP_HAZARD * habits.JUMP_DAYS + 20 * left) / (habits.JUMP_DAYS + 60 * left)
    kinds = habits.JUMP_WEIGHTS + np.outer(left, [0.0, 0.0, 20.0])
    size = (kinds / kinds.sum(axis=1, keepdims=True)) @ habits.JUMP_SIZES * np.sqrt(2 / np.pi)
    up = (habits.JUMPS_UP[0] + 20 * left) / (habits.JUMPS_UP.sum() + 20 * left)
    drawn = paths(shaken, np.array([0]), 300, 4000, [np.random.default_rng(9)])[0, 0, -1]
    assert drawn.mean() / 40_000 - 1 == pytest.approx(float((hazard * size * (2 * up - 1)).sum()), rel=0.04)


def test_what_grows_does_not_shrink_and_nothing_is_below_zero() -> None:
    up = followed({0: 0.0, 7: 400.0, 14: 450.0, 21: 455.0}, 24, grows=True)
    down = followed({0: 400.0, 7: 200.0, 14: 50.0, 21: 10.0}, 24)
    streams = [np.random.default_rng(7)]
    assert paths(up, np.array([0]), 28, 500, streams).min() == 455
    assert paths(down, np.array([0]), 28, 500, streams).min() == 0
