"""The tables of a journey's run: what they hold, and that they say no more than was known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers.countries import country, fake_journey
from saferground.exchange import Table, tables, write_csv, write_xlsx
from saferground.exchange.hxl import descriptions, questions
from saferground.planning import needs
from saferground.planning.journey.summary import journey_summaries
from saferground.scenario import Scenario

AHEAD = ("people", "whereabouts", "camps", "movements", "origins", "ways", "needs")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return country(tmp_path_factory.mktemp("journey") / "country")


@pytest.fixture(scope="module")
def forecast(scenario: Scenario) -> xr.Dataset:
    return fake_journey(scenario, members=12)


@pytest.fixture(scope="module")
def made(forecast: xr.Dataset, scenario: Scenario) -> dict[str, Table]:
    return tables(forecast, needs(forecast), scenario)


def test_one_table_a_question_and_every_column_described(made: dict[str, Table]) -> None:
    assert list(made) == list(questions("journey")) == list(descriptions("journey"))
    for table in made.values():
        assert [column.name for column in table.columns] == table.frame.columns.tolist(), table.name
        assert len(table.frame) > 0, table.name


def test_only_days_ahead_are_tabulated_but_for_the_fit(made: dict[str, Table]) -> None:
    for name in AHEAD:
        dates = made[name].frame["date"]
        assert (dates.min(), dates.max()) == (pd.Timestamp("2030-02-01"), pd.Timestamp("2030-04-01")), name
    fit = made["fit_places"].frame["date"]
    assert (fit.min(), fit.max()) == (pd.Timestamp("2030-01-01"), pd.Timestamp("2030-01-31"))


def test_numbers_are_those_of_the_members(forecast: xr.Dataset, made: dict[str, Table]) -> None:
    rows = made["people"].frame.set_index(["place", "date"])
    by_member = np.sort(forecast["people"].sel(place="lake", time="2030-03-04").values)
    shown = rows.loc[("lake", pd.Timestamp("2030-03-04")), ["q05", "q50", "q90", "q95"]]
    assert shown.tolist() == by_member[[0, 5, 10, 11]].tolist()
    roads = made["ways"].frame
    mill = roads[(roads["origin_name"] == "Mill") & (roads["date"] == "2030-03-04")]
    assert mill["destination_name"].tolist() == ["Ford", "Quarry"]
    assert mill["q95"].max() == forecast["flow"].sel(route="mill_ford", time="2030-03-04").max()


def test_where_people_are_adds_up_in_each_member(forecast: xr.Dataset, made: dict[str, Table]) -> None:
    last = made["whereabouts"].frame.iloc[-1]
    everyone = np.sort((forecast["people"].sum("place") + forecast["travelling"])[:, -1])
    assert last["displaced_total_q50"] == everyone[5]
    assert made["whereabouts"].frame["total_count"].isna().all()


def test_the_count_stands_beside_where_it_was_counted(made: dict[str, Table]) -> None:
    rows = made["fit_places"].frame.set_index(["place", "date"])
    assert rows.loc[("plain", pd.Timestamp("2030-01-16")), "count"] == 2100
    assert made["people"].frame["count"].isna().all()
    assert made["fit"].frame["days"].tolist() == [31, 31]


def test_places_that_nobody_leaves_are_no_origins(made: dict[str, Table]) -> None:
    assert set(made["origins"].frame["place"]) == {"mill", "quarry"}
    assert made["origins"].frame["conflict"].unique().tolist() == [1]


def test_closed_roads_say_so(made: dict[str, Table]) -> None:
    roads = made["ways"].frame.set_index("route")["route_open"]
    assert set(roads["quarry_ford"]) == {"no"}
    assert set(roads["mill_ford"]) == {"yes"}


def test_camps_carry_capacity_and_chances(forecast: xr.Dataset, made: dict[str, Table]) -> None:
    camps = made["camps"].frame.set_index(["place", "date"])
    day = camps.loc[("plain", pd.Timestamp("2030-03-31"))]
    over = (forecast["people"].sel(place="plain", time="2030-03-31") > 8000).mean()
    assert (day["capacity"], day["chance_over"]) == (8000, pytest.approx(float(over), abs=0.001))


def test_counts_published_later_are_shown_only_when_they_were_an_input(
    forecast: xr.Dataset, scenario: Scenario
) -> None:
    counts = scenario.tables["counts"].assign(published=pd.Timestamp("2030-02-10"))
    late = replace(scenario, tables={**scenario.tables, "counts": counts})
    assert tables(forecast, needs(forecast), late)["counts"].frame.empty
    used = replace(late, rules={**late.rules, "totals": "given"})
    shown = tables(forecast, needs(forecast), used)
    assert len(shown["counts"].frame) == 8
    assert any("also those published after" in note for note in shown["notes"].frame["note"])


def test_a_summary_at_hand_gives_the_same_tables(
    forecast: xr.Dataset, made: dict[str, Table], scenario: Scenario
) -> None:
    again = tables(forecast, needs(forecast), scenario, summary=journey_summaries(forecast))
    assert all(again[name].frame.equals(made[name].frame) for name in made)


def test_files_are_written_and_the_same_again(made: dict[str, Table], tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_csv(made, tmp_path / name)
        write_xlsx(made, tmp_path / f"{name}.xlsx")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    head, tags, *_ = (tmp_path / "one" / "people.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("place,place_name,place_kind,country,date,count,q05")
    assert tags.startswith("#loc+code,#loc+name,#loc+type,#country+name,#date+forecast,#affected+displaced+ind+counted")


def test_a_country_without_camps_counts_or_flight_still_has_its_tables(
    forecast: xr.Dataset, scenario: Scenario, tmp_path: Path
) -> None:
    empty = {name: forecast[name] * 0 for name in ("displaced", "flow", "arrivals", "departures")}
    bare = forecast.assign(**empty, is_camp=forecast["is_camp"] & False, count=forecast["count"] * np.nan)
    none = replace(scenario, tables={**scenario.tables, "counts": scenario.tables["counts"].iloc[:0]})
    shown = tables(bare, needs(bare), none)
    write_csv(shown, tmp_path / "tables")
    write_xlsx(shown, tmp_path / "tables.xlsx")
    assert [len(shown[name].frame) for name in ("camps", "camps_full", "origins", "fit_places", "needs")] == [0] * 5
