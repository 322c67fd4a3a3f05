"""A journey as planners read it: its camps, its counts, where people are, and needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers.countries import country, fake_journey
from saferground.planning import headlines as settled
from saferground.planning import needs, quantiles, totals
from saferground.planning.journey import headlines
from saferground.planning.journey.summary import journey_summaries
from saferground.planning.journey.views import (
    counted,
    counted_total,
    in_use,
    new_since,
    receiving,
    whereabouts,
)
from saferground.planning.journey.words import notes, rests_on, rules, status
from saferground.scenario import Scenario


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return country(tmp_path_factory.mktemp("journey") / "country")


@pytest.fixture(scope="module")
def forecast(scenario: Scenario) -> xr.Dataset:
    return fake_journey(scenario)


@pytest.fixture(scope="module")
def whole(forecast: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    return counted(forecast, in_use(scenario))


def given(scenario: Scenario) -> Scenario:
    """As if its counts had each been published 20 days later, and were an input all the same."""
    counts = scenario.tables["counts"].assign(published=scenario.tables["counts"]["end"] + pd.Timedelta(days=20))
    tables = {**scenario.tables, "counts": counts}
    return Scenario("late", scenario.settings, scenario.parameters, tables, {**scenario.rules, "totals": "given"})


# --- units ----------------------------------------------------------------------------------------------------------


def test_a_run_in_units_comes_back_in_people(forecast: xr.Dataset) -> None:
    tens = totals(forecast.assign_attrs(people_per_unit=10))
    for name in ("people", "arrivals", "displaced", "travelling", "flow", "capacity", "count", "total_count"):
        np.testing.assert_array_equal(tens[name], forecast[name] * 10)
    assert tens["people"].dtype == np.int32
    np.testing.assert_array_equal(tens["conflict"], forecast["conflict"])
    np.testing.assert_array_equal(totals(tens)["people"], tens["people"])


# --- counts ---------------------------------------------------------------------------------------------------------


def test_daily_counts_end_with_the_last_count(forecast: xr.Dataset, whole: xr.Dataset) -> None:
    assert forecast["count"].sel(place="lake").notnull().all()
    kept = whole["count"].sel(place="lake").dropna("time")
    assert kept["time"].values[[0, -1]].tolist() == [np.datetime64(day, "s") for day in ("2030-01-01", "2030-01-31")]
    assert whole["total_count"].dropna("time").sizes["time"] == 31
    assert whole["count"].sel(place="ford").isnull().all()


def test_counts_that_are_given_are_used_whenever_published(scenario: Scenario) -> None:
    late = given(scenario)
    assert len(in_use(late).tables["counts"]) == 8
    assert len(late.known().tables["counts"]) == 3


def test_the_counted_total_is_what_displacement_follows(whole: xr.Dataset, scenario: Scenario) -> None:
    both = whole["count"].sel(place=["lake", "plain"]).sum("place")
    np.testing.assert_array_equal(counted_total(whole, scenario)[:31], both[:31])
    by_total = Scenario("x", scenario.settings, scenario.parameters, scenario.tables, {"spawning": "totals"})
    assert counted_total(whole, by_total).values[30] == 14_000


# --- where people are -------------------------------------------------------------------------------------------------


def test_everybody_is_somewhere(forecast: xr.Dataset) -> None:
    there = whereabouts(forecast)
    everyone = 200 + forecast["displaced"].sum("place").cumsum("time")
    np.testing.assert_array_equal(there["displaced_total"], everyone)
    parts = sum(there[name] for name in ("camps", "towns", "conflict_zones", "travelling"))
    np.testing.assert_array_equal(parts, everyone)
    np.testing.assert_array_equal(there["camps"] + there["outside"], everyone)


def test_a_place_in_conflict_is_no_town_that_day(forecast: xr.Dataset) -> None:
    zones = whereabouts(forecast)["conflict_zones"]
    quarry, mill = (forecast["people"].sel(place=name) for name in ("quarry", "mill"))
    np.testing.assert_array_equal(zones[:, 8], mill[:, 8])
    np.testing.assert_array_equal(zones[:, 9], (mill + quarry)[:, 9])


def test_a_camp_in_conflict_is_still_a_camp(forecast: xr.Dataset) -> None:
    shelled = forecast.assign(conflict=xr.ones_like(forecast["conflict"]))
    np.testing.assert_array_equal(whereabouts(shelled)["camps"], whereabouts(forecast)["camps"])


def test_newly_displaced_count_from_the_day_after(forecast: xr.Dataset) -> None:
    new = new_since(forecast)
    assert (new[:, :31] == 0).all()
    np.testing.assert_array_equal(new[:, -1], forecast["displaced"][:, 31:].sum(("time", "place")))


# --- camps as settled places ------------------------------------------------------------------------------------------


def test_camps_stand_where_settled_places_stand(forecast: xr.Dataset) -> None:
    camps = receiving(forecast)
    assert camps["settled"].values.tolist() == camps["place"].values.tolist() == ["lake", "plain"]
    assert (camps.sizes["district"], camps.sizes["site"]) == (0, 0)
    assert receiving(camps) is camps


def test_a_place_that_is_a_camp_for_a_time_has_no_capacity_before(forecast: xr.Dataset) -> None:
    camp = forecast["is_camp"].copy()
    camp.loc[{"place": "plain", "time": slice(None, "2030-01-15")}] = False
    limits = receiving(forecast.assign(is_camp=camp))["capacity"].sel(settled="plain")
    assert limits.isnull().sum() == 15
    assert (limits[15:] == 8000).all()


def test_when_camps_fill(forecast: xr.Dataset) -> None:
    people = forecast["people"].copy()
    people.loc[{"place": "lake"}] = 0
    people[:5, 40:, forecast.indexes["place"].get_loc("lake")] = 19_600
    table = settled.first_full(forecast.assign(people=people))
    assert table.loc["lake", "chance_full"] == 0.25
    assert table.loc["lake", "full_q50"] == pd.Timestamp("2030-02-10")
    assert table.loc["lake", "chance_over"] == 0


def test_camps_are_listed_by_size_with_the_count_of_the_day(whole: xr.Dataset) -> None:
    table = headlines.camps_on(whole, "2030-01-31")
    assert table.index.tolist() == ["lake", "plain"]
    assert table["count"].tolist() == [7800, 3900]
    assert headlines.camps_on(whole)["count"].isna().all()
    assert table["q50"].is_monotonic_decreasing


def test_the_latest_count_of_each_place(whole: xr.Dataset) -> None:
    latest = headlines.latest_counts(whole)
    assert latest["count"].to_dict() == {"lake": 7800, "plain": 3900}
    assert set(latest["counted"]) == {pd.Timestamp("2030-01-31")}
    last = headlines.last_count(whole)
    assert last is not None
    assert (last["places"], last["count"], last["day"]) == (2, 11_700, np.datetime64("2030-01-31"))


# --- origins, roads, fit ----------------------------------------------------------------------------------------------


def test_origins_are_those_of_the_days_ahead(forecast: xr.Dataset) -> None:
    table = headlines.origins(forecast)
    assert set(table.index) == {"mill", "quarry"}
    assert table["share"].sum() == pytest.approx(1, abs=0.02)
    ahead = forecast["displaced"].sel(place="mill")[:, 31:].sum("time")
    assert table.loc["mill", "q50"] == quantiles(ahead, (0.5,)).item()


def test_roads_say_how_long_they_are_closed(forecast: xr.Dataset) -> None:
    table = headlines.ways(forecast)
    assert table["closed_days"].to_dict()["quarry_ford"] == 60
    assert table.index[0] == "mill_ford"


def test_fit_takes_the_counted_days_only(whole: xr.Dataset) -> None:
    scores = headlines.fit(whole)
    assert scores["ard"]["days"] == 31
    sim, count = whole["people"].sel(place=["lake", "plain"])[:, :31], whole["count"].sel(place=["lake", "plain"])[:31]
    by_hand = (np.abs(sim - count).sum("place") / count.sum("place")).mean()
    assert scores["ard"]["mean"] == pytest.approx(float(by_hand))
    by_place = headlines.fit_by_place(whole)
    assert by_place["days"].tolist() == [31, 31]
    assert by_place.loc["lake", "mean_gap"] == pytest.approx(float(np.abs(sim - count).sel(place="lake").mean()))


def test_without_counts_there_is_no_fit(forecast: xr.Dataset) -> None:
    bare = forecast.assign(count=forecast["count"] * np.nan)
    assert headlines.fit(bare)["ard"]["days"] == 0
    assert headlines.fit_by_place(bare).empty
    assert headlines.last_count(bare) is None
    assert headlines.latest_counts(bare).empty


def test_a_scenario_without_counts(forecast: xr.Dataset, scenario: Scenario) -> None:
    none = {**scenario.tables, "counts": scenario.tables["counts"].iloc[:0]}
    bare = Scenario("bare", scenario.settings, scenario.parameters, none, scenario.rules)
    assert counted(forecast, in_use(bare))["count"].isnull().all()
    assert counted_total(counted(forecast, bare), bare).isnull().all()


def test_a_planning_figure_stands_beside_the_camps(forecast: xr.Dataset, scenario: Scenario) -> None:
    (figure,) = headlines.planning_figures(forecast, scenario).to_dict("records")
    camps = whereabouts(forecast)["camps"][:, -1]
    assert (figure["measures"], figure["q50"]) == ("in_camps", quantiles(camps, (0.5,)).item())


def test_summaries_are_quantiles_of_the_members(forecast: xr.Dataset) -> None:
    spread = journey_summaries(forecast)
    np.testing.assert_array_equal(spread["camps"], quantiles(whereabouts(forecast)["camps"]))
    np.testing.assert_array_equal(spread["newly"], quantiles(forecast["displaced"].sum("place")))
    assert spread["chance_full"].dims == ("time", "settled")


# --- needs ------------------------------------------------------------------------------------------------------------


def test_needs_are_those_of_the_camps(forecast: xr.Dataset) -> None:
    needed = needs(forecast)
    assert needed["place"].values.tolist() == ["lake", "plain"]
    assert "buses" not in needed["item"].values
    people = forecast["people"].sel(place="lake")[:, 31:]
    np.testing.assert_array_equal(needed["need"].sel(place="lake", item="water"), people * 15)
    beyond = (people - 20_000).clip(min=0) * 15
    np.testing.assert_array_equal(needed["unmet"].sel(place="lake", item="water"), beyond)


@pytest.mark.parametrize(("days", "shown"), [(93, 93), (94, 14), (200, 29), (731, 105), (800, 29)])
def test_needs_of_a_long_journey_are_reckoned_for_some_days(forecast: xr.Dataset, days: int, shown: int) -> None:
    repeated = forecast.isel(time=np.resize(np.arange(91), 31 + days))
    start = np.datetime64("2030-01-01", "s")
    longer = repeated.assign_coords(time=start + np.arange(31 + days) * np.timedelta64(86_400, "s"))
    needed = needs(longer)
    assert needed.sizes["time"] == shown
    assert needed["time"].values[-1] == longer["time"].values[-1]
    assert len(set(np.diff(needed["time"].values))) <= 1


# --- words ------------------------------------------------------------------------------------------------------------


def test_the_status_is_honest(scenario: Scenario, tmp_path: Path) -> None:
    assert status(scenario) == "prior forecast: not yet fitted to counts"
    assert status(given(scenario)) == "the totals of the counts are an input; only where people go is predicted"
    rates = country(tmp_path / "rates", totals="given", spawning="constant")
    assert status(rates) == "prior forecast: not yet fitted to counts"
    assert "own figure: a fixed number" in rests_on(rates)["how many"]


def test_what_it_rests_on_names_units_and_fixed_parameters(tmp_path: Path) -> None:
    tens = country(tmp_path / "tens", people_per_unit=10, flee="3.1")
    said = rests_on(tens)
    assert "units of 10" in said["units"]
    assert "version 3.1" in said["movement"]
    assert "in 1 of 22 parameters" in said["ranges"]
    assert {about for about, _ in notes(tens)} >= set(said)


def test_rules_show_value_and_default(scenario: Scenario) -> None:
    table = rules(scenario).set_index("rule")
    assert table.loc["awareness_level", ["value", "default"]].tolist() == ["2", "1"]
    assert table.loc["insert_day0", ["value", "default"]].tolist() == ["yes", "yes"]
    assert set(table.index) == set(scenario.rules)
