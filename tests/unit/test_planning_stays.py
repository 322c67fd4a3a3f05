"""How long people stay at the sites and how they spend their time there, from a forecast that is known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from helpers.datasets import fake_forecast
from saferground.planning.stays import RELEASED, left_by_stay, longer, stays, time_spent

SITE = "hammam_al_alil"


@pytest.fixture(scope="module")
def forecast() -> xr.Dataset:
    """Ten people leave on each day ahead, four of them after a day; in the last member nobody leaves."""
    forecast = fake_forecast(members=10, days=5)
    stayed, released = forecast["stayed"] * 0, forecast["released"] * 0
    stayed.loc[{"stay": 0}], stayed.loc[{"stay": 24}], stayed.loc[{"stay": 72}] = 6, 3, 1
    released.loc[{"stay": 12}] = 5
    stayed.loc[{"member": 9}] = 0
    return forecast.assign(stayed=stayed, released=released)


def test_only_the_days_ahead_count(forecast):
    left = left_by_stay(forecast).sel(site=SITE, member=0)
    assert left.sel(group="women").values.tolist() == [30, 0, 0, 15, 0, 5, 0]
    assert left.sel(group=RELEASED).values.tolist() == [0, 0, 25, 0, 0, 0, 0]


def test_shares_sum_to_one_over_members_in_which_somebody_leaves(forecast):
    shares = stays(forecast).sort_index().xs((SITE, "women"))["q50"]
    assert shares.tolist() == pytest.approx([0.6, 0, 0, 0.3, 0, 0.1, 0])
    low = stays(forecast).sort_index().xs((SITE, "women"))["q05"]
    assert low.tolist() == pytest.approx([0.6, 0, 0, 0.3, 0, 0.1, 0])


def test_who_stayed_for_a_day_or_more(forecast):
    assert longer(forecast, 24)["q50"].loc[SITE, "children"] == pytest.approx(0.4)
    assert longer(forecast, 72)["q95"].loc[SITE, "children"] == pytest.approx(0.1)
    assert longer(forecast, 24)["q50"].loc[SITE, RELEASED] == 0


def test_without_anybody_there_is_no_share(forecast):
    nobody = forecast.assign(stayed=forecast["stayed"] * 0)
    assert stays(nobody).sort_index().xs((SITE, "men")).isna().all(axis=None)


def test_person_hours_of_the_days_ahead(forecast):
    spent = time_spent(forecast)
    days = forecast["person_hours"].isel(time=slice(-5, None)).sel(site=SITE, spent="open").sum("time")
    assert spent["q95"].loc[SITE, "open"] == np.sort(days.values)[9]
    assert spent["q50"].loc[SITE, "mustering"] == 0
