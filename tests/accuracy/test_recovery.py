"""A siege whose truth is known, counted with a bias of 0.8 and 10 % spread: the fit finds what happened.

Twenty truths with a flight rate one standard deviation above its prior and constant parameters, 300 members each. A
90 % range that is right misses seven or more of twenty with a chance of 0.2 %.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from helpers.heard import counted_as, heard, lived
from saferground import build_model
from saferground.assimilation import Posterior, fit
from saferground.assimilation.course import joined
from saferground.model import Model
from saferground.observation.quantities import Quantity, daily

DAYS, TRUTHS, BIAS, SPREAD = 15, 20, 0.8, 0.1
LEFT = Quantity("left", "")
RATE = "flight_contested"


class Case(NamedTuple):
    """One truth and what was learned of it."""

    left: float
    posterior: Posterior

    def inside(self, true: float, draws: np.ndarray) -> bool:
        low, high = np.quantile(draws, [0.05, 0.95])
        return bool(low <= true <= high)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return heard(tmp_path_factory.mktemp("recovery"), DAYS - 1)


@pytest.fixture(scope="module")
def cases(model: Model) -> list[Case]:
    scores = np.zeros(len(model.priors))
    scores[list(model.priors).index(RATE)] = 1.0
    found = []
    for i in range(TRUTHS):
        truth, rng = lived(model, DAYS, 500 + i, scores), np.random.default_rng([i, 6])
        counts = [BIAS * np.exp(SPREAD * rng.standard_normal()) * truth.of(one) for one in truth.counts]
        found.append(Case(truth.total(LEFT), fit(counted_as(model, truth, counts), 300, i + 1, threads=1)))
    return found


def rate(case: Case) -> np.ndarray:
    return case.posterior.filtered.scores[:, list(case.posterior.model.priors).index(RATE)]


def left(case: Case) -> np.ndarray:
    return case.posterior.filtered.values[LEFT].sum(axis=1)


@pytest.mark.slow
def test_who_left_is_found_though_the_counts_are_a_fifth_too_low(cases: list[Case]) -> None:
    assert sum(case.inside(case.left, left(case)) for case in cases) >= 14


@pytest.mark.slow
def test_the_flight_rate_is_found(cases: list[Case]) -> None:
    assert sum(case.inside(1.0, rate(case)) for case in cases) >= 14
    assert np.mean([rate(case).mean() for case in cases]) > 0.3  # it has moved towards the truth


@pytest.mark.slow
def test_the_bias_is_seen(cases: list[Case]) -> None:
    """By the mean over the truths, as far as the spread of biases beforehand lets it; and inside its range."""
    ratios = [case.posterior.sources().set_index("series").loc["Left"] for case in cases]
    assert sum(one["ratio_q05"] <= BIAS <= one["ratio_q95"] for one in ratios) >= 14
    assert 0.7 < np.exp(np.mean([np.log(one["ratio_q50"]) for one in ratios])) < 1.0


@pytest.mark.slow
def test_more_is_known_than_before(cases: list[Case], model: Model) -> None:
    """Ranges of those who left are less than two thirds as wide as without counts; that of the rate is narrower too."""
    bare = model.scenario.tables["counts"].iloc[:0]
    scenario = model.scenario
    unheard = fit(build_model(replace(scenario, tables={**scenario.tables, "counts": bare})), 300, 1)
    assert unheard.filtered.heard == ()
    before = daily(model, joined(unheard.filtered.pieces), [LEFT])[LEFT].sum(axis=1)
    wide = np.subtract(*np.quantile(before, [0.95, 0.05]))
    assert np.mean([np.subtract(*np.quantile(left(case), [0.95, 0.05])) for case in cases]) < 0.66 * wide
    assert np.mean([rate(case).std() for case in cases]) < 0.9
