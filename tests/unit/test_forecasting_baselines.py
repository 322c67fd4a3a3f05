"""Each baseline on counts that can be worked out by hand; none knows what was published later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers.counted import counted, on, republished
from saferground.forecasting import baselines
from saferground.forecasting.baselines import BASELINES, Figure, Record, horizon, laplace, triangle
from saferground.observation import observed
from saferground.scenario import Scenario, read_scenario

STEADY = {0: 0, 20: 200, 40: 400, 70: 700, 80: 800}
"""Ten people a day."""


def ahead(scenario: Scenario, name: str, origin: date, days: int = 30, members: int = 101) -> xr.DataArray:
    (forecast,) = BASELINES[name](scenario, [origin], days, members, 1)
    return forecast["count"]


def median(count: xr.DataArray, series: str = "Camp@haven") -> np.ndarray:
    return count.sel(series=series).median("member").values


@pytest.fixture
def steady(tmp_path: Path) -> Scenario:
    return counted(tmp_path, {("Camp", "haven"): STEADY}, days=90)


# --- points --------------------------------------------------------------------------------------------------------


def test_the_last_value_stays(steady: Scenario) -> None:
    assert median(ahead(steady, "last_value", on(45))) == pytest.approx([400] * 30)


def test_the_mean_rate_goes_on_from_the_last_count(steady: Scenario) -> None:
    """Origin 5 days after the count of 400: lead 1 is 6 days on."""
    assert median(ahead(steady, "recent_mean_rate", on(45)))[[0, 29]] == pytest.approx([460, 750])


def test_the_rate_is_that_of_four_weeks(tmp_path: Path) -> None:
    """From 100 on day 12 to 380 on day 40: ten a day, whatever was before."""
    scenario = counted(tmp_path, {("Camp", "haven"): {0: 900, 12: 100, 40: 380, 50: 1, 60: 1}}, days=90)
    assert median(ahead(scenario, "recent_mean_rate", on(40)))[9] == pytest.approx(480)


def test_the_damped_trend_fades(steady: Scenario) -> None:
    """Two days on: 400 + 10 (0.95 + 0.9025); far on it comes to rest 190 above."""
    found = median(ahead(steady, "damped_trend", on(40), days=400))
    assert found[1] == pytest.approx(418.525)
    assert found[-1] == pytest.approx(590, abs=0.1)


def test_shares_stay_while_the_total_drifts(tmp_path: Path) -> None:
    """A quarter of a total of 800 that grows by 20 a day: in ten days 250."""
    camp = {day: people / 2 for day, people in STEADY.items()}
    scenario = counted(
        tmp_path, {("Camp", "haven"): camp, ("Total", ""): {day: 2 * n for day, n in STEADY.items()}}, days=90
    )
    count = ahead(scenario, "frozen_shares", on(40))
    assert list(count["series"].values) == ["Camp@haven"]
    assert median(count)[9] == pytest.approx(250)


def test_without_a_total_shares_are_of_the_sum_of_places(tmp_path: Path) -> None:
    """One camp grows by 30 a day, the other stays at 400: together 10 + 30 n, and 3/4 of that was in the first."""
    scenario = counted(
        tmp_path,
        {("Growing", "haven"): {0: 0, 40: 1200, 50: 1500, 60: 1, 70: 1}, ("Same", "shelter"): dict.fromkeys(
            (0, 40, 50, 60, 70), 400)},
        days=90,
    )  # fmt: skip
    count = ahead(scenario, "frozen_shares", on(40))
    assert median(count, "Growing@haven")[9] == pytest.approx(0.75 * (1600 + 300))
    assert median(count, "Same@shelter")[9] == pytest.approx(0.25 * (1600 + 300))


def test_a_place_alone_has_no_share(steady: Scenario) -> None:
    assert ahead(steady, "frozen_shares", on(45)).sizes["series"] == 0


# --- distributions -------------------------------------------------------------------------------------------------


def test_errors_are_those_of_the_past_made_symmetric(steady: Scenario) -> None:
    """The last value was 10 people off a day on, always: half of the members are 10 above, half 10 below."""
    found = ahead(steady, "last_value", on(40), members=100).sel(series="Camp@haven").values[:, 0]
    assert np.quantile(found, [0.1, 0.4, 0.6, 0.9]) == pytest.approx([390, 390, 410, 410])
    assert (found < 400).sum() == 50


def test_members_spread_as_past_errors_did() -> None:
    """Levels 0, 1, 3, 6, 10, ...: at lead 1 the errors are 1 to 19, with both signs; the rank gives the quantile."""
    levels = np.cumsum(np.arange(20.0))
    record = Record(0, levels)
    ranks = (np.arange(38) + 0.5) / 38
    found = baselines._errors(record, lambda at, lead: record.level[at], 1, ranks)
    both = np.sort(np.concatenate([np.arange(1, 20), -np.arange(1, 20)]))
    assert found == pytest.approx(np.quantile(both, ranks))


def test_a_short_record_gives_an_assumed_spread(steady: Scenario) -> None:
    """41 days of record: seven errors at lead 34, too few at lead 35: a Laplace of 80 people times sqrt(35 / 28)."""
    count = ahead(steady, "last_value", on(40), days=40, members=1001).sel(series="Camp@haven")
    assert np.quantile(count.values[:, 33] - 400, [0.1, 0.9]) == pytest.approx([-340, 340])
    off = count.values[:, 34] - 400
    assert np.quantile(off, 0.75) == pytest.approx(80 * np.sqrt(35 / 28) * np.log(2), rel=0.01)
    assert np.median(off) == pytest.approx(0)


def test_a_record_that_was_never_wrong_is_not_certain(tmp_path: Path) -> None:
    scenario = counted(tmp_path, {("Camp", "haven"): dict.fromkeys((0, 10, 20, 30, 40), 500.0)})
    assert ahead(scenario, "last_value", on(40)).isel(time=0).std() > 5


def test_the_laplace_distribution_by_hand() -> None:
    assert laplace(np.array([0.25, 0.5, 0.75]), 10.0) == pytest.approx([-10 * np.log(2), 0, 10 * np.log(2)])


def test_nobody_is_fewer_than_none(tmp_path: Path) -> None:
    scenario = counted(tmp_path, {("Camp", "haven"): {0: 900, 20: 10, 30: 5, 40: 5, 50: 5}})
    for name in ("last_value", "recent_mean_rate", "damped_trend"):
        assert ahead(scenario, name, on(30)).min() == 0


def test_between_the_leads_that_are_worked_out_lies_a_straight_line(steady: Scenario) -> None:
    off = ahead(steady, "last_value", on(40), days=200, members=11).sel(series="Camp@haven").max("member").values - 400
    assert off[69] == pytest.approx(off[60 - 1] + 10 / (84 - 60) * (off[84 - 1] - off[60 - 1]))


def test_members_are_independent_between_series_and_the_same_for_a_seed(tmp_path: Path) -> None:
    scenario = counted(tmp_path, {("Camp", "haven"): STEADY, ("Other", "shelter"): STEADY}, days=90)
    one, again = (ahead(scenario, "last_value", on(45), members=400) for _ in range(2))
    xr.testing.assert_identical(one, again)
    both = one.isel(time=5).values
    assert abs(np.corrcoef(both[:, 0], both[:, 1])[0, 1]) < 0.2


# --- what grows ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mosul() -> Scenario:
    return read_scenario("mosul-2017")


GOV = "west_mosul_cumulative_gov"


@pytest.mark.parametrize("name", BASELINES)
def test_what_only_grows_never_falls(mosul: Scenario, name: str) -> None:
    count = ahead(mosul, name, date(2017, 4, 2), days=40)
    known = {one.key: one.known(date(2017, 4, 2)).levels()["value"] for one in observed(mosul)}
    for series in count["series"].values:
        if "cumulative" in series:
            assert count.sel(series=series).min() >= known[series].iloc[-1]


def test_planning_figures_of_mosul_speak_of_the_end_alone(mosul: Scenario) -> None:
    """Five issuers stood by "up to 250,000" (three), "250,000" and "at least 250,000"; 10,000 had left."""
    (forecast,) = BASELINES["planning_figure"](mosul, [date(2017, 2, 28)], 5, 1000, 1)
    assert forecast.attrs["only_end"]
    there = forecast["count"].sel(series=GOV)
    assert (there == there.isel(time=0)).all()
    assert there.isel(time=-1).quantile([0.05, 0.5, 0.95]).values == pytest.approx([30_000, 197_000, 347_000], rel=0.01)


def test_a_horizon_in_days_is_reached_on_a_straight_line(mosul: Scenario) -> None:
    figures = mosul.tables["planning_figures"]
    plan = figures.iloc[[0]].assign(
        measures="left_cumulative", value_low=np.nan, value_best=110_000.0, value_high=np.nan, horizon="next 10 days",
        published=pd.Timestamp("2017-02-28"),
    )  # fmt: skip
    scenario = replace(mosul, tables={**mosul.tables, "planning_figures": plan})
    (forecast,) = BASELINES["planning_figure"](scenario, [date(2017, 2, 28)], 12, 1001, 1)
    middle = forecast["count"].sel(series=GOV).median("member").values
    assert not forecast.attrs["only_end"]
    assert middle[9] == pytest.approx(110_000, rel=0.01)
    assert middle[4] == pytest.approx((10_000 + 110_000) / 2, rel=0.01)
    assert np.isnan(middle[10:]).all()


@pytest.mark.parametrize(
    ("text", "days"), [("30 days", 30), ("next 6 weeks", 42), ("3-month plan", 90), ("west Mosul operation", np.nan)]
)
def test_horizons_in_words(text: str, days: float) -> None:
    assert horizon(text) == pytest.approx(days, nan_ok=True)


def test_ends_of_a_planning_figure_by_hand() -> None:
    none = float("nan")
    assert baselines._stated(Figure(none, none, 400.0, none), 100.0) == pytest.approx((100, none, 400), nan_ok=True)
    assert baselines._stated(Figure(none, 200.0, none, none), 100.0) == pytest.approx((100, 200, 300))
    assert baselines._stated(Figure(200.0, none, none, none), 100.0) == pytest.approx((200, none, 300), nan_ok=True)


def test_the_triangular_distribution_by_hand() -> None:
    """From 0 over 2 to 8: a quarter lies below the mode; half above 8 - sqrt(8 x 6 / 2)."""
    assert triangle(np.array([0.25, 0.5]), 0, 2, 8) == pytest.approx([2, 8 - np.sqrt(24)])
    assert triangle(np.array([0.25, 0.5]), 0, np.nan, 8) == pytest.approx([2, 4])


# --- nothing from the future ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BASELINES)
def test_no_baseline_knows_what_was_published_later(tmp_path: Path, mosul: Scenario, name: str) -> None:
    camps = {("Camp", "haven"): STEADY, ("Other", "shelter"): {d: 2 * n for d, n in STEADY.items()}}
    country = counted(tmp_path, {**camps, ("Total", ""): STEADY}, days=90, late={40: 3})
    for scenario, origin in ((country, on(42)), (mosul, date(2017, 3, 20))):
        changed = republished(scenario, origin, lambda value: 3 * value + 1000)
        assert changed.digest != scenario.digest
        xr.testing.assert_identical(ahead(scenario, name, origin), ahead(changed, name, origin))
