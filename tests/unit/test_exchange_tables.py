"""The tables of a run: what they hold, and that they say no more than was known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers.datasets import AS_OF, fake_forecast
from helpers.scenarios import fake_scenario
from saferground.exchange import Table, tables
from saferground.exchange.hxl import questions
from saferground.planning import ahead, needs, summaries, totals


@pytest.fixture(scope="module")
def forecast() -> xr.Dataset:
    return totals(fake_forecast(members=12, days=9))


@pytest.fixture(scope="module")
def made(forecast: xr.Dataset) -> dict[str, Table]:
    return tables(forecast, needs(forecast), fake_scenario())


def row(table: Table, **at: str) -> pd.Series:
    """The only row with these values; ``date`` is YYYY-MM-DD."""
    frame = table.frame
    for column, value in at.items():
        frame = frame[frame[column] == (pd.Timestamp(value) if column == "date" else value)]
    (only,) = frame.to_dict("records")
    return pd.Series(only)


def test_one_table_a_question_and_every_column_described(made: dict[str, Table]):
    learned = ("count_ahead", "fit_counts", "fit_sources", "fit_parameters", "forecasters")
    kept = ("stocks", "stocks_out")
    assert list(made) == [name for name in questions() if name not in (*learned, *kept)]
    for table in made.values():
        assert [column.name for column in table.columns] == table.frame.columns.tolist(), table.name
        assert len(table.frame) > 0, table.name
        assert table.question.endswith("?")


def test_only_days_ahead_are_tabulated(made: dict[str, Table]):
    for name in ("arrivals", "camps", "leaving", "remaining", "hardship", "ways_out", "waiting", "needs", "casualties"):
        assert made[name].frame["date"].min() == pd.Timestamp(AS_OF + 1), name
        assert made[name].frame["date"].max() == pd.Timestamp(AS_OF + 9), name


def test_counts_and_sources_published_later_are_not_shown(made: dict[str, Table]):
    assert made["counts"].frame["value"].tolist() == [10_000]
    assert "ocha_late" not in made["sources"].frame["id"].tolist()


def test_numbers_are_those_of_the_members(forecast: xr.Dataset, made: dict[str, Table]):
    shown = row(made["arrivals"], place="jadah", date="2017-03-04")
    by_member = np.sort(forecast["arrivals"].sel(place="jadah", time="2017-03-04").values)
    assert shown[["q05", "q50", "q90", "q95"]].tolist() == by_member[[0, 5, 10, 11]].tolist()
    way = row(made["ways_out"], route="to_jadah", date="2017-03-04")
    assert way["q95"] == forecast["flow"].sel(route="to_jadah", time="2017-03-04").max()
    assert (way["route_origin"], way["route_destination"]) == ("hammam_al_alil", "jadah")


def test_closed_ways_say_so(made: dict[str, Table]):
    ways = made["ways_out"].frame.query("route == 'airport_walk'").set_index("date")["route_open"]
    assert ways[:"2017-03-05"].tolist() == ["yes", "yes", "no", "no", "no"]


def test_camps_without_capacity_are_blank_not_zero(made: dict[str, Table]):
    host = made["camps"].frame.query("place == 'east_mosul'")
    assert host["capacity"].isna().all()
    assert host["chance_over"].isna().all()


def test_needs_are_whole_and_only_where_they_apply(forecast: xr.Dataset, made: dict[str, Table]):
    table = made["needs"].frame
    assert table["need_q50"].dtype == "int64"
    assert "plots" not in table.query("place == 'east_mosul'")["item"].tolist()
    shown = row(made["needs"], place="jadah", item="water", date="2017-03-09")
    by_member = np.sort(forecast["people"].sel(place="jadah", time="2017-03-09").values)
    assert (shown["need_q50"], shown["need_q90"]) == (15 * by_member[5], 15 * by_member[10])
    assert shown["item_unit"] == "L/day"


def test_control_and_hardship_come_by_district(forecast: xr.Dataset, made: dict[str, Table]):
    control = row(made["remaining"], place="old_city", date="2017-03-09")
    assert control[["held", "contested", "retaken"]].sum() == pytest.approx(1, abs=0.002)
    short = row(made["hardship"], place="old_city", date="2017-03-09")
    food = forecast["shortage"].sel(district="old_city", time="2017-03-09", good="food")
    assert short["food_q50"] == pytest.approx(np.sort(food.values)[5], abs=0.001)


def test_parameters_carry_unit_source_and_what_was_drawn(forecast: xr.Dataset, made: dict[str, Table]):
    prior = row(made["parameters"], parameter="flight_held")
    assert (prior["unit"], prior["form"], prior["low"]) == ("1/day", "lognormal", 0.003)
    assert prior["source"].startswith("assumption")
    drawn = np.sort(forecast["parameter_value"].sel(parameter="flight_held").values)
    assert prior["q50"] == pytest.approx(drawn[5], rel=1e-3)


def test_recalled_standards_are_marked(made: dict[str, Table]):
    marks = made["standards"].frame.set_index("indicator")["verified"]
    assert marks["clinicians"] == "no: recalled"
    assert marks["water"] == "yes"


def test_contents_list_the_other_tables(made: dict[str, Table]):
    contents = made["contents"].frame.set_index("table")
    assert contents.index.tolist() == [name for name in made if name not in ("contents", "columns")]
    assert contents.loc["needs", "rows"] == len(made["needs"].frame)
    assert contents["as_of"].unique() == [pd.Timestamp(AS_OF)]


def test_a_summary_at_hand_gives_the_same_tables(forecast: xr.Dataset, made: dict[str, Table]):
    again = tables(forecast, needs(forecast), fake_scenario(), summary=summaries(forecast))
    assert all(again[name].frame.equals(made[name].frame) for name in made)


def test_place_names_are_those_of_the_place(forecast: xr.Dataset, made: dict[str, Table]):
    names = dict(zip(forecast["place"].values, forecast["place_name"].values, strict=True))
    for name in ("arrivals", "camps", "remaining", "waiting", "needs"):
        frame = made[name].frame
        assert (frame["place"].map(names) == frame["place_name"]).all(), name
    assert ahead(forecast).sizes["time"] == made["leaving"].frame.shape[0]
