"""The particle filter against the exact answer where there is one.

A toy in place of the model: its log level x moves a day by 0.05 z and a shock of 0.1, where z is its only parameter,
which drifts as parameters do. Sources are unbiased with a known spread. All is jointly Gaussian, so that conditioning a
normal distribution on the counts gives what the filter has to find: level, parameter and the days in between.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from saferground.assimilation import particles
from saferground.assimilation.particles import MEMORY, filtered
from saferground.observation import sources as hearing
from saferground.observation.quantities import Quantity
from saferground.observation.series import Series

START = date(2030, 1, 1)
PULL, SHOCK, FIRST, SPREAD = 0.05, 0.1, 8.0, 0.15
COUNTS = {2: 8.1, 5: 8.6, 8: 8.7, 11: 9.2, 14: 9.0}
"""Logarithms of what was counted, by day."""
DAYS, MEMBERS = 18, 4000
THERE = Quantity("present", "")


class Levels(NamedTuple):
    level: Any  # (M, days)


class Log(NamedTuple):
    x: Any  # (M,)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A model in name only: the filter runs it through the functions replaced here."""

    def advance(model: Any, params: Any, seed: int, state: Log, first: int, last: int, threads: int) -> Any:
        rng = np.random.default_rng([seed, first])
        steps = PULL * params[:, None] + SHOCK * rng.standard_normal((len(params), last - first))
        level = state.x[:, None] + np.cumsum(steps, axis=1)
        return Levels(level), Log(level[:, -1].copy())

    def scores(priors: Any, numbers: np.ndarray, seed: int) -> np.ndarray:
        return np.random.default_rng([seed, 99]).standard_normal((len(numbers), 1))

    monkeypatch.setattr(particles.course, "advance", advance)
    monkeypatch.setattr(particles.course, "begin", lambda model, members: Log(np.full(members, FIRST)))
    monkeypatch.setattr(particles, "measurable", lambda model, quantity: True)
    monkeypatch.setattr(particles, "daily", lambda model, record, wanted: {THERE: np.exp(record.level) - 10.0})
    monkeypatch.setattr(particles, "from_scores", lambda priors, scores: scores[:, 0])
    monkeypatch.setattr(particles, "sample_scores", scores)
    monkeypatch.setattr(particles, "LATE", 0.0)
    monkeypatch.setattr(hearing, "JUMP", 1e-300)
    monkeypatch.setattr(hearing, "STRAY", 1e-300)
    for name, value in (("_WORTH", 1e9), ("_SHAPE", 1e9), ("_SPREAD", SPREAD)):
        monkeypatch.setattr(hearing, name, value)
    settings = SimpleNamespace(as_of=START + timedelta(days=DAYS))
    clock, scenario = SimpleNamespace(start=START), SimpleNamespace(settings=settings)
    return SimpleNamespace(clock=clock, scenario=scenario, priors={"level": None})


def series() -> Series:
    days = pd.to_datetime([START + timedelta(days=day) for day in COUNTS])
    value = np.exp(list(COUNTS.values())) - 10.0
    rows = {"kind": "level", "start": days, "end": days, "value": value, "low": value, "high": value, "source": "s"}
    return Series("There", "", "present", 1.0, pd.DataFrame(rows | {"published": days}))


def exact(counts: dict[int, float]) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean and covariance of (x on each day, z at the end) given the counts, and the log-density of the counts."""
    ends = np.array([*(one + 1 for one in counts), DAYS])
    days = np.diff(ends, prepend=0)
    piece = np.repeat(np.arange(len(ends)), days)
    kept = np.cumsum(np.append(0.0, days[1:])) / MEMORY  # the parameter drifts before each piece but the first
    z = np.exp(-np.abs(np.subtract.outer(kept, kept)))
    adds = np.tril(np.ones((DAYS, DAYS)))
    use = PULL * np.eye(len(z))[piece]
    x = adds @ (use @ z @ use.T + SHOCK**2 * np.eye(DAYS)) @ adds.T
    both = adds @ use @ z[:, -1]
    prior = np.block([[x, both[:, None]], [both[None, :], z[-1:, -1:]]])
    mean = np.append(np.full(DAYS, FIRST), 0.0)
    seen = list(counts)
    off = np.array(list(counts.values())) - mean[seen]
    noise = prior[np.ix_(seen, seen)] + SPREAD**2 * np.eye(len(seen))
    gain = np.linalg.solve(noise, prior[seen]).T
    density = -0.5 * (off @ np.linalg.solve(noise, off) + np.linalg.slogdet(2 * np.pi * noise)[1])
    return mean + gain @ off, prior - gain @ prior[seen], density


@pytest.fixture
def found(toy: Any) -> Any:
    return filtered(toy, [series()], DAYS, MEMBERS, 1)


def test_the_level_on_the_last_day(found: Any) -> None:
    """Within 4.5 standard errors of as many independent members as a third of those that there are."""
    mean, cov, _ = exact(COUNTS)
    deviation = np.sqrt(cov[DAYS - 1, DAYS - 1])
    assert found.state.x.mean() == pytest.approx(mean[DAYS - 1], abs=4.5 * deviation / np.sqrt(MEMBERS / 3))
    assert found.state.x.std() == pytest.approx(deviation, rel=0.1)


def test_the_parameter_that_drifts(found: Any) -> None:
    mean, cov, _ = exact(COUNTS)
    deviation = np.sqrt(cov[-1, -1])
    assert mean[-1] > 0.3  # the counts say something of it
    assert found.scores.mean() == pytest.approx(mean[-1], abs=4.5 * deviation / np.sqrt(MEMBERS / 3))
    assert found.scores.std() == pytest.approx(deviation, rel=0.1)


def test_the_days_gone_by_along_lines_of_descent(found: Any) -> None:
    """Fewer lines go back further: a mean is within a fifth of a standard deviation on any day."""
    mean, cov, _ = exact(COUNTS)
    deviation = np.sqrt(np.diag(cov))[:DAYS]
    past = np.log(found.values[THERE] + 10.0)
    assert past.shape == (MEMBERS, DAYS)
    assert (np.abs(past.mean(axis=0) - mean[:DAYS]) < 0.2 * deviation).all()
    assert past.std(axis=0) == pytest.approx(deviation, rel=0.2)
    np.testing.assert_allclose(past[:, -1], found.state.x)
    np.testing.assert_allclose(particles.course.joined(found.pieces).level, past)


def test_how_likely_the_counts_were(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum of log mean weights estimates the log-density; five seeds, within 4.5 standard errors of their mean."""
    estimates = []
    hear = particles._hear

    def listen(now: Any, count: Any, rng: np.random.Generator) -> Any:
        before = now.log_weight.copy()
        one = hear(now, count, rng)
        each.append(np.logaddexp.reduce(now.log_weight) - np.logaddexp.reduce(before))
        return one

    monkeypatch.setattr(particles, "_hear", listen)
    for seed in range(5):
        each: list[float] = []
        filtered(toy, [series()], DAYS, MEMBERS, seed)
        estimates.append(sum(each))
    error = max(np.std(estimates, ddof=1), 0.01) / np.sqrt(5)
    assert np.mean(estimates) == pytest.approx(exact(COUNTS)[2], abs=4.5 * error)
