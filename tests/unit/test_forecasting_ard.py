"""The averaged relative difference on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from saferground.forecasting.ard import ard, ard_rescaled, difference_by_day

NONE = np.nan


def two_camps(people: list, count: list) -> xr.Dataset:
    """``people`` by member, day and place; ``count`` by day and place."""
    data = {"people": (("member", "time", "place"), np.array(people, np.int32))}
    data["count"] = (("time", "place"), np.array(count, float))
    return xr.Dataset(data)


def test_by_hand():
    """Day 1: |8-10| + |4-10| = 8 of 20; day 2: |30-20| + |10-20| = 20 of 40."""
    forecast = two_camps([[[8, 4], [30, 10]]], [[10, 10], [20, 20]])
    assert difference_by_day(forecast).values.tolist() == [[0.4, 0.5]]
    assert ard(forecast).values.tolist() == [pytest.approx(0.45)]


def test_rescaled_by_hand():
    """Day 1: 12 people become 20: 13.33 and 6.67, off by 6.67 of 20; day 2 as it is."""
    forecast = two_camps([[[8, 4], [30, 10]]], [[10, 10], [20, 20]])
    assert ard_rescaled(forecast).values.tolist() == [pytest.approx((1 / 3 + 0.5) / 2)]


def test_it_is_zero_only_for_the_counts_themselves():
    forecast = two_camps([[[10, 5]], [[20, 10]], [[5, 10]]], [[10, 5]])
    assert ard(forecast).values.tolist() == [0, 1, pytest.approx(10 / 15)]
    assert ard_rescaled(forecast).values == pytest.approx([0, 0, 10 / 15])


def test_half_of_the_rescaled_one_is_the_share_in_the_wrong_place():
    forecast = two_camps([[[70, 30]]], [[100, 0]])
    assert ard_rescaled(forecast).item() / 2 == pytest.approx(0.3)


def test_places_and_days_without_a_count_are_left_out():
    forecast = two_camps([[[8, 999], [30, 10], [5, 5]]], [[10, NONE], [20, 20], [NONE, NONE]])
    assert difference_by_day(forecast).values[0, :2].tolist() == [pytest.approx(0.2), 0.5]
    assert np.isnan(difference_by_day(forecast).values[0, 2])
    assert ard(forecast).values.tolist() == [pytest.approx(0.35)]


def test_a_day_on_which_nobody_was_counted_does_not_count():
    forecast = two_camps([[[8, 4], [3, 1]]], [[10, 10], [0, 0]])
    assert ard(forecast).values.tolist() == [pytest.approx(0.4)]


def test_nobody_at_the_counted_places_is_wholly_wrong_but_no_more():
    forecast = two_camps([[[0, 0]]], [[10, 10]])
    assert (ard(forecast).item(), ard_rescaled(forecast).item()) == (1, 1)


def test_without_any_count_it_is_missing():
    forecast = two_camps([[[1, 2]]], [[NONE, NONE]])
    assert np.isnan(ard(forecast)).all()
    assert np.isnan(ard_rescaled(forecast)).all()


def test_it_does_not_depend_on_the_unit():
    forecast = two_camps([[[8, 4], [30, 10]]], [[10, 10], [20, 20]])
    assert ard(forecast * 10).values == pytest.approx(ard(forecast).values)
