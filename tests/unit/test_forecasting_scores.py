"""Scores on numbers that can be checked by hand, and beside an independent library."""

from __future__ import annotations

import numpy as np
import pytest
import scoringrules

from saferground.forecasting import scores

TRUTH = np.array([0.0, 3.0, 7.5, 100.0])


@pytest.fixture
def samples() -> np.ndarray:
    return np.random.default_rng(3).gamma(2.0, 5.0, (4, 200))


def test_crps_by_hand() -> None:
    """Members 1, 2 and 6, truth 4: mean distance (3 + 2 + 2) / 3; mean distance of two members (1 + 5 + 4) 2 / 9."""
    assert scores.crps([1.0, 2.0, 6.0], 4.0) == pytest.approx(7 / 3 - 10 / 9)


def test_crps_of_one_member_is_the_absolute_error() -> None:
    assert scores.crps([[3.0], [8.0]], [5.0, 5.0]).tolist() == [2.0, 3.0]


def test_wis_by_hand() -> None:
    """All quantiles at 10, truth 13: 3 too low; twice 3 times the mean level, which is a half."""
    assert scores.wis(np.full(23, 10.0), 13.0) == pytest.approx(3.0)


def test_wis_of_one_interval_by_hand() -> None:
    """Quantiles 0 below the median, 4 from it on, truth 5: sum of 2 a (5 - q) over the levels a, over 23."""
    quantiles = np.where(scores.LEVELS < 0.5, 0.0, 4.0)
    low, high = scores.LEVELS[:11].sum(), scores.LEVELS[11:].sum()
    assert scores.wis(quantiles, 5.0) == pytest.approx(2 * (5 * low + 1 * high) / 23)


def test_crps_is_that_of_another_library(samples: np.ndarray) -> None:
    assert scores.crps(samples, TRUTH) == pytest.approx(scoringrules.crps_ensemble(TRUTH, samples, estimator="nrg"))


def test_wis_is_that_of_another_library(samples: np.ndarray) -> None:
    quantiles = scores.quantiles_of(samples)
    alpha = 2 * scores.LEVELS[:11]
    ours = scores.wis(quantiles, TRUTH)
    theirs = scoringrules.weighted_interval_score(
        TRUTH, quantiles[:, 11], quantiles[:, :11], quantiles[:, :11:-1], alpha, w_median=0.5, w_alpha=alpha / 2
    )
    assert ours == pytest.approx(theirs)


def test_wis_is_near_the_crps(samples: np.ndarray) -> None:
    assert scores.wis(scores.quantiles_of(samples), TRUTH) == pytest.approx(scores.crps(samples, TRUTH), rel=0.12)


def test_a_perfect_forecast_scores_zero() -> None:
    members = np.repeat(TRUTH[:, None], 50, axis=1)
    quantiles = scores.quantiles_of(members)
    assert scores.crps(members, TRUTH).tolist() == [0, 0, 0, 0]
    assert scores.wis(quantiles, TRUTH).tolist() == [0, 0, 0, 0]
    assert scores.bias(members, TRUTH).tolist() == [0, 0, 0, 0]
    assert scores.covered(quantiles, TRUTH, 0.5).all()
    assert scores.brier(scores.chance_above(members, TRUTH - 1), TRUTH > TRUTH - 1).tolist() == [0, 0, 0, 0]


def test_levels_are_those_of_the_hubs() -> None:
    assert len(scores.LEVELS) == 23
    assert pytest.approx(1 - scores.LEVELS[::-1]) == scores.LEVELS
    assert scores.LEVELS[scores.MEDIAN] == 0.5


def test_coverage_by_hand() -> None:
    """Members 0 to 100: the middle half is 25 to 75, nine in ten 5 to 95; ends belong to them."""
    quantiles = scores.quantiles_of(np.tile(np.arange(101.0), (5, 1)))
    truth = [4.9, 5.0, 25.0, 76.0, 96.0]
    assert scores.covered(quantiles, truth, 0.5).tolist() == [False, False, True, False, False]
    assert scores.covered(quantiles, truth, 0.9).tolist() == [False, True, True, True, False]


def test_coverage_of_an_interval_without_quantiles_is_refused() -> None:
    with pytest.raises(ValueError, match="such as"):
        scores.covered(np.zeros(23), 0.0, 0.33)


def test_bias_by_hand() -> None:
    """One of four members below the truth, one equal, two above: 1 - (1 + 2) / 4."""
    assert scores.bias([1.0, 5.0, 6.0, 7.0], 5.0) == pytest.approx(0.25)
    assert (scores.bias([6.0, 7.0], 5.0), scores.bias([3.0, 4.0], 5.0)) == (1.0, -1.0)


def test_brier_by_hand() -> None:
    """Three of four members above 4: (0.75 - 1)^2 if it came so, 0.75^2 if not."""
    chance = scores.chance_above([4.0, 5.0, 6.0, 7.0], 4.0)
    assert (chance, scores.brier(chance, True), scores.brier(chance, False)) == (0.75, 0.0625, 0.5625)


def test_without_a_limit_there_is_no_chance() -> None:
    chance = scores.chance_above([[1.0, 2.0], [1.0, 2.0]], [np.nan, 1.5])
    assert np.isnan(chance[0])
    assert chance[1] == 0.5
    assert np.isnan(scores.brier(chance, [True, True]))[0]


def test_share_error_by_hand() -> None:
    """Shares 0.5, 0.5 against 0.25, 0.75, whatever the totals: a quarter of the people at the wrong place."""
    assert scores.share_error([10, 10], [100, 300]) == pytest.approx(0.25)
    assert np.isnan(scores.share_error([0, 0], [1, 2]))
