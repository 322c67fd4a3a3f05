"""What a reader sees first of a journey's run: as a record, as JSON, and on screen."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.countries import country, fake_journey
from saferground.cli.summary import show_brief
from saferground.planning import quantiles
from saferground.runs.journey import JourneyBrief, journey_brief_of
from saferground.scenario import Scenario


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return country(tmp_path_factory.mktemp("journey") / "country")


@pytest.fixture(scope="module")
def forecast(scenario: Scenario) -> xr.Dataset:
    return fake_journey(scenario)


@pytest.fixture(scope="module")
def brief(forecast: xr.Dataset, scenario: Scenario) -> JourneyBrief:
    return journey_brief_of(forecast, scenario).at(Path("runs/country"), 3.2)


def shown(brief: JourneyBrief, capsys: pytest.CaptureFixture[str]) -> str:
    show_brief(brief)
    return capsys.readouterr().out


def test_figures_are_those_of_the_members(brief: JourneyBrief, forecast: xr.Dataset) -> None:
    lake = forecast["people"].sel(place="lake")[:, -1]
    low, median, high = (float(v) for v in quantiles(lake, (0.05, 0.5, 0.95)))
    shelter = brief.shelters[0]
    assert (shelter.people.low, shelter.people.median, shelter.people.high) == (low, median, high)
    assert (shelter.id, shelter.capacity, shelter.count, shelter.counted) == ("lake", 20_000, 7800, "2030-01-31")
    assert [origin.id for origin in brief.origins] == ["mill", "quarry"]
    assert brief.fit is not None
    assert brief.fit.days == 31
    assert brief.fit.ard_low <= brief.fit.ard <= brief.fit.ard_high


def test_it_is_json_and_every_field_has_help(brief: JourneyBrief) -> None:
    told = json.loads(json.dumps(brief.as_dict(), allow_nan=False))
    assert list(told) == ["ok", *(field.name for field in fields(JourneyBrief))]
    assert all(len(field.metadata["help"]) > 4 for field in fields(JourneyBrief))
    assert (told["folder"], told["seconds"]) == ("runs/country", 3.2)


def test_without_counts_there_is_nothing_to_compare(forecast: xr.Dataset, scenario: Scenario) -> None:
    bare = forecast.assign(count=forecast["count"] * np.nan)
    none = replace(scenario, tables={**scenario.tables, "counts": scenario.tables["counts"].iloc[:0]})
    brief = journey_brief_of(bare, none)
    assert brief.fit is None
    assert {shelter.count for shelter in brief.shelters} == {None}


def test_the_screen_says_where_people_are(brief: JourneyBrief, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(brief, capsys)
    assert "As of 31 January 2030, 60 days ahead to 1 April 2030; 20 members, seed 0" in text
    assert "prior forecast: not yet fitted to counts" in text
    assert "  in camps: " in text
    assert "from Mill" in text
    assert "Official planning figure: 20,000 (Invented agency, 28 January 2030; two months)" in text
    assert "7,800 (31 January 2030)" in text
    assert "Against the counts of 31 days: averaged relative difference (ARD)" in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_screen_is_honest_about_given_totals(
    forecast: xr.Dataset, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    given = replace(scenario, rules={**scenario.rules, "totals": "given"})
    text = shown(journey_brief_of(forecast, given), capsys)
    assert "the totals of the counts are an input; only where people go is predicted" in text
    assert "not yet fitted" not in text


def test_a_run_of_years_names_the_year_of_each_day(
    forecast: xr.Dataset, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(scenario.settings, days=500)
    full = forecast.assign(people=forecast["people"] + 21_000)
    text = shown(journey_brief_of(full, replace(scenario, settings=settings)), capsys)
    assert "2030-02-01 (2030-02-01 to 2030-02-01)" in text


def test_a_figure_that_all_members_share_has_no_range(
    forecast: xr.Dataset, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shown(journey_brief_of(forecast.isel(member=[0]), scenario), capsys)
    assert "90 % range" not in text.split("People in camps")[0]
