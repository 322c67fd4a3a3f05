"""Headline figures on forecasts whose people were put there by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers.datasets import AS_OF, fake_forecast
from helpers.scenarios import fake_scenario
from saferground.planning import headlines, totals

CAMP = "jadah"


def with_people_in_camp(by_member: list[list[int]], capacity: float = 1000.0) -> xr.Dataset:
    """A forecast of 3 days ahead in which the camp holds ``by_member[member][day]`` people."""
    forecast = totals(fake_forecast(members=len(by_member), days=3))
    people = forecast["people"].copy()
    people.loc[{"place": CAMP}] = 0
    people.loc[{"place": CAMP, "time": people["time"].values[-3:]}] = np.array(by_member)
    filled = forecast.assign(people=people, capacity=forecast["capacity"].copy())
    filled["capacity"].loc[{"settled": CAMP}] = capacity
    return filled


def test_first_day_over_capacity_among_the_members_where_it_happens():
    forecast = with_people_in_camp([[0, 1001, 1500], [0, 0, 2000], [0, 0, 0], [1002, 0, 0]])
    camp = headlines.first_full(forecast).loc[CAMP]
    assert camp["chance_over"] == 0.75
    days = [pd.Timestamp(AS_OF + day) for day in (1, 2, 3)]
    assert [camp["over_q05"], camp["over_q50"], camp["over_q95"]] == days
    assert (camp["beyond_q50"], camp["beyond_q95"]) == (2, 1000)


def test_full_means_98_percent_of_the_capacity():
    forecast = with_people_in_camp([[979, 979, 980], [0, 0, 979]])
    camp = headlines.first_full(forecast).loc[CAMP]
    assert (camp["chance_full"], camp["chance_over"]) == (0.5, 0.0)
    assert camp["full_q50"] == pd.Timestamp(AS_OF + 3)
    assert pd.isna(camp["over_q50"])


def test_camps_without_a_stated_capacity_are_left_out():
    assert CAMP not in headlines.first_full(with_people_in_camp([[1, 2, 3]], capacity=np.nan)).index
    assert "east_mosul" not in headlines.first_full(fake_forecast(members=2, days=2)).index


def test_a_camp_that_is_not_open_is_not_full():
    table = headlines.first_full(fake_forecast(members=2, days=3))
    assert table.loc["chamakor", ["chance_full", "chance_over"]].tolist() == [0, 0]


def test_arrivals_are_sums_over_the_days_ahead():
    forecast = fake_forecast(members=1, days=5)
    table = headlines.arrivals(forecast)
    expected = forecast["arrivals"].isel(time=slice(-5, None)).sel(place=CAMP).sum()
    assert table.loc[CAMP, "q50"] == expected
    assert table.index.tolist() == [*forecast["site"].values, *forecast["settled"].values]
    assert table.loc[CAMP, "place_name_local"] == "مخيمات الجدعة"


def test_leaving_counts_those_who_left_districts():
    forecast = fake_forecast(members=1, days=2)
    left = forecast["departures"].sel(place=forecast["district"].values).sum("place").values[0]
    table = headlines.leaving(forecast)["q50"]
    assert table.to_dict() == {"ahead": left[-2:].sum(), "since_start": left.sum()}


def test_at_risk_leaves_out_retaken_districts():
    forecast = totals(fake_forecast(members=1, days=2))
    nobody_held = forecast.assign(control=forecast["control"] * 0 + 2)
    table = headlines.at_risk(nobody_held)["q50"]
    assert table["at_risk"].tolist() == [0, 0]
    inside = forecast["people"].sel(place=forecast["district"].values).sum("place").values[0]
    assert table["remaining"].tolist() == [inside[-3], inside[-1]]


def test_remaining_is_by_district_on_the_last_day():
    forecast = totals(fake_forecast(members=1, days=2))
    table = headlines.remaining(forecast)["q50"]
    assert table.tolist() == forecast["people"].isel(member=0, time=-1).sel(place=table.index).values.tolist()


def test_hardship_is_weighted_by_people():
    forecast = totals(fake_forecast(members=1, days=1, districts=2))
    two = forecast.assign(
        people=xr.zeros_like(forecast["people"]),
        control=forecast["control"] * 0,
        shortage=forecast["shortage"] * 0,
    )
    two["people"].loc[{"place": "airport"}] = 300
    two["people"].loc[{"place": "bab_at_tub"}] = 100
    two["shortage"].loc[{"district": "airport", "good": "food"}] = 0.5
    assert headlines.hardship(two).loc["food", "q50"].tolist() == pytest.approx([0.375, 0.375])
    two["people"].loc[{}] = 0
    assert headlines.hardship(two).loc["food", "q50"].isna().all()


def test_casualties_add_up_and_care_is_counted_from_the_as_of_date():
    forecast = fake_forecast(members=1, days=5)
    table = headlines.casualties(forecast)["q50"]
    killed = forecast["killed"].isel(time=slice(-5, None)).sum()
    assert table["killed", "all"] == killed == table["killed"].drop("all").sum()
    died = forecast["care"].sel(stage="died").values[0]
    assert table["died_in_care", "all"] == died[-1] - died[-6]


def test_waiting_takes_the_worst_day():
    forecast = fake_forecast(members=1, days=5)
    worst = forecast["waiting"].isel(time=slice(-5, None)).max("time").sel(site="hammam_al_alil", line="aid")
    assert headlines.waiting(forecast).loc[("hammam_al_alil", "aid"), "people_q50"] == worst


def test_planning_figures_stand_beside_the_same_quantity():
    forecast = fake_forecast(members=5, days=3)
    table = headlines.planning_figures(forecast, fake_scenario()).set_index("id")
    assert table.loc["ocha_250k", "q50"] == headlines.leaving(forecast).loc["since_start", "q50"]
    assert table.loc["ocha_250k", "value_low"] == 250_000
    at_risk = headlines.at_risk(forecast).loc["at_risk"]["q95"].iloc[0]
    assert table.loc["ocha_inside", "q95"] == at_risk
    assert table.loc["wfp_rations", "compared"] == ""
    assert np.isnan(table.loc["wfp_rations", "q50"])
