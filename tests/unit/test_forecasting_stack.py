"""How far each forecaster is believed, by numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scoringrules

from saferground.forecasting import stack
from saferground.forecasting.stack import Ledger, blend, chance_of_fewer, crps, judge, say, seldom_fewer, weights

LEADS = np.array(stack.LEADS)
WEEK = np.array([7])


def ledger(*says: float, day: int = 0, series: int = 1, last: float = 90.0) -> Ledger:
    """Forecasters that each are sure of one figure at every lead, standing at a count; NaN: says nothing."""
    draws = np.broadcast_to(np.array(says)[None, :, None, None], (series, len(says), len(stack.LEADS), stack.DRAWS))
    return say(Ledger.blank(series, len(says)), day, draws.astype(float), np.full(series, last))


def test_a_sure_forecast_is_judged_by_its_distance() -> None:
    """Off by 10 and by 30 of a mean of 20: losses -1/2 and 1/2, of a week ahead and of nothing else."""
    after = judge(ledger(100, 140), 0, (0, 90.0), (7, 110.0))
    assert after.loss[0, :, 0] == pytest.approx([-0.5, 0.5])
    assert list(after.judged[0]) == [1, 0, 0, 0, 0, 0]
    assert not after.loss[0, :, 1:].any()


def test_between_two_counts_the_truth_lies_on_the_line() -> None:
    """Due on day 7 of a line from 100 on day 0 to 160 on day 14: 130. Day 14 itself: 160."""
    after = judge(ledger(130, 150), 0, (0, 100.0), (14, 160.0))
    assert after.loss[0, :, 0] == pytest.approx([-1, 1])
    assert after.loss[0, :, 1] == pytest.approx([30 / 20 - 1, 10 / 20 - 1])
    assert list(after.judged[0]) == [1, 1, 0, 0, 0, 0]


def test_nothing_is_judged_within_a_long_gap_but_on_its_last_day() -> None:
    after = judge(ledger(100, 140), 0, (0, 90.0), (28, 110.0))
    assert list(after.judged[0]) == [0, 0, 1, 0, 0, 0]
    assert judge(ledger(100, 140), 0, (0, 90.0), (29, 110.0)).judged.sum() == 0


def test_what_is_due_by_the_count_before_is_not_judged_again() -> None:
    assert judge(ledger(100, 140), 0, (7, 90.0), (13, 110.0)).judged.sum() == 0


def test_losses_are_cut() -> None:
    """Off by 0 five times and by 60: six times the mean, cut to 2."""
    after = judge(ledger(100, 100, 100, 100, 100, 160), 0, (0, 1.0), (7, 100.0))
    assert after.loss[0, :, 0] == pytest.approx([-1] * 5 + [2])


def test_who_says_nothing_has_no_loss_and_no_part_in_the_mean() -> None:
    after = judge(ledger(100, np.nan, 140), 0, (0, 90.0), (7, 110.0))
    assert after.loss[0, :, 0] == pytest.approx([-0.5, 0, 0.5])


def test_weights_fall_with_the_loss_and_never_below_the_floor() -> None:
    """Merit -(0.3 + 0.03) x loss alone in its group, losses half a mean apart on either side; then 2 % for each."""
    after = judge(ledger(100, 140), 0, (0, 90.0), (7, 110.0))
    share = 1 / (1 + np.exp(-0.33))
    found = weights(after, ["left whole"], np.zeros((1, 2)), WEEK)[0, :, 0]
    assert found == pytest.approx([0.96 * share + 0.02, 0.98 - 0.96 * share])
    doubted = weights(after, ["left whole"], np.array([[900.0, 0.0]]), WEEK)
    assert doubted[0, :, 0] == pytest.approx([0.02, 0.98])


def test_a_forecast_teaches_about_leads_near_its_own() -> None:
    """What was seen a week ahead counts whole up to a week, exp(-1/2) two weeks ahead, exp(-2) four, and so on."""
    after = judge(ledger(100, 140), 0, (0, 90.0), (7, 110.0))
    found = weights(after, ["left whole"], np.zeros((1, 2)), np.array([1, 7, 14, 28, 224, 900]))[0]
    learned = 0.33 * np.exp(-0.5 * np.array([0, 0, 1, 2, 5, 5]) ** 2)
    assert found[0] == pytest.approx(0.96 / (1 + np.exp(-learned)) + 0.02)
    assert found.sum(axis=0) == pytest.approx(1)


def test_a_series_learns_from_its_group_only() -> None:
    after = judge(ledger(100, 140, series=3), 0, (0, 90.0), (7, 110.0))
    own, kin, stranger = weights(after, ["camp", "camp", "total"], np.zeros((3, 2)), WEEK)[..., 0]
    assert own[0] > kin[0] > stranger[0] == pytest.approx(0.5)
    assert kin[0] == pytest.approx(0.96 / (1 + np.exp(-0.03)) + 0.02)


def test_how_often_fewer_came_to_be_is_learned() -> None:
    """One in five before anything was judged; a forecast counts 0.33, one of another series of its group 0.03."""
    assert chance_of_fewer(Ledger.blank(1, 2), ["total"], LEADS) == pytest.approx(np.full((1, 6), 0.2))
    fewer = judge(ledger(100, 140, series=2), 0, (0, 90.0), (7, 89.0))
    found = chance_of_fewer(fewer, ["total", "total"], WEEK)[:, 0]
    assert found == pytest.approx([1.33 / 5.33, 1.03 / 5.03])
    more = judge(ledger(100, 140), 0, (0, 90.0), (7, 91.0))
    assert chance_of_fewer(more, ["total"], WEEK)[0, 0] == pytest.approx(1 / 5.33)
    assert chance_of_fewer(more, ["total"], np.array([224]))[0, 0] == pytest.approx(0.2, abs=1e-5)


def test_no_more_members_than_the_chance_are_below_the_last_count() -> None:
    """Of 0 to 99 half are below 50; at 20 % the 20 lowest share what was below. The median then lies between 50, where
    it would be if the rest stayed, and where three eighths of what lies above it begin."""
    draws = np.stack([np.random.default_rng(3).permutation(np.arange(100.0)), np.arange(100.0)])
    found = seldom_fewer(draws, 50.0, np.array([0.2, 0.6]))
    assert (found[0] < 50).mean() == pytest.approx(0.2, abs=0.011)
    assert (np.diff(found[0][draws[0].argsort()]) >= 0).all()
    assert found[0].min() < 3
    assert found[0].max() == 99
    assert np.median(found[0]) == pytest.approx(50 + 0.5 * 50 * 3 / 8, abs=1)
    np.testing.assert_array_equal(found[1], draws[1])


def test_far_forecasts_are_made_every_four_weeks_and_near_ones_every_week() -> None:
    assert [stack.leads_on(day) for day in (28, 35, 36)] == [stack.LEADS, (7, 14, 28), ()]


def test_forecasts_long_over_are_dropped() -> None:
    later = np.zeros((1, 2, len(stack.LEADS), stack.DRAWS)), np.zeros(1)
    held = say(ledger(100, 140), 252, *later)
    assert [one.day for one in held.said] == [0, 252]
    assert [one.day for one in say(held, 253, *later).said] == [252, 253]


def test_the_score_is_that_of_a_library() -> None:
    draws = np.random.default_rng(1).gamma(2.0, 100.0, (3, 40))
    assert crps(draws, 180.0) == pytest.approx(scoringrules.crps_ensemble(np.full(3, 180.0), draws))


def test_the_blend_averages_quantiles() -> None:
    """Ascending figures of both, a quarter and three quarters; members keep the order of the most believed course."""
    draws = np.array([[[4.0, 1.0, 3.0, 2.0]], [[10.0, 20.0, 40.0, 30.0]]])
    assert blend(draws, np.array([[0.25], [0.75]]), 1)[0] == pytest.approx([31, 7.75, 23.25, 15.5])


def test_who_says_nothing_of_a_day_has_no_part_in_it() -> None:
    draws = np.array([[[1.0, 2.0], [1.0, 2.0]], [[11.0, 12.0], [np.nan, np.nan]]])
    assert blend(draws, np.full((2, 2), 0.5), 1) == pytest.approx(np.array([[6, 7], [1, 2]]))
