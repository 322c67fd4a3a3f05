"""Quantiles over the members: exact small cases, missing values, and agreement with NumPy's definition."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.datasets import AS_OF, fake_forecast
from saferground.planning.members import LEVELS, ahead, block, quantiles, totals


def by_member(values: list | np.ndarray) -> xr.DataArray:
    return xr.DataArray(np.asarray(values), dims=("member", "place")[: np.ndim(values)])


def test_a_quantile_is_the_value_of_a_member():
    spread = quantiles(by_member([10, 20, 30, 40]), (0.05, 0.25, 0.5, 0.75, 0.95))
    assert spread.values.tolist() == [10, 10, 20, 30, 40]
    assert spread.dtype.kind == "i"


@pytest.mark.parametrize(("members", "level", "rank"), [(100, 0.07, 7), (20, 0.05, 1), (20, 0.95, 19), (1, 0.5, 1)])
def test_ranks_do_not_suffer_from_rounding(members: int, level: float, rank: int):
    assert quantiles(by_member(np.arange(1, members + 1)), (level,)).item() == rank


def test_missing_members_are_left_out():
    values = by_member([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan], [2.0, np.nan, np.nan]])
    assert quantiles(values, (0.5,)).values[:2, 0].tolist() == [2.0, 5.0]
    assert np.isnan(quantiles(values, (0.5,)).values[2, 0])


def test_a_place_without_values_does_not_disturb_the_others():
    values = by_member([[1.0, np.nan], [3.0, np.nan], [2.0, np.nan]])
    spread = quantiles(values, (0.5, 0.95)).values
    assert spread[0].tolist() == [2.0, 3.0]
    assert np.isnan(spread[1]).all()


@given(arrays(np.int32, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.integers(0, 10**6)))
def test_agrees_with_numpy(values: np.ndarray):
    expected = np.quantile(values, LEVELS, axis=0, method="inverted_cdf")
    assert np.array_equal(quantiles(by_member(values)).values.T, expected)


def test_quantile_is_last_and_other_dimensions_keep_order_and_labels():
    spread = quantiles(totals(fake_forecast(members=3, days=1))["people"])
    assert spread.dims == ("time", "place", "quantile")
    assert "place_name" in spread.coords


def test_totals_sum_the_household_classes_once():
    forecast = fake_forecast(members=2, days=1)
    summed = totals(forecast)
    assert summed["people"].dtype == np.int32
    assert (summed["people"] == forecast["people"].sum("household")).all()
    assert totals(summed) is summed


def test_ahead_begins_the_day_after_the_as_of_date():
    days = ahead(fake_forecast(members=1, days=4))
    assert days["time"].values[0] == AS_OF + 1
    assert days.sizes["time"] == 4


def test_blocks_follow_the_order_of_the_places():
    forecast = fake_forecast(members=1, days=1)
    for dim in ("district", "site", "settled"):
        chosen = block(forecast, "arrivals", dim)
        assert chosen.dims == ("member", "time", dim)
        assert (chosen.values == forecast["arrivals"].sel(place=forecast[dim].values).values).all()
