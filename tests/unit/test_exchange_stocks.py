"""The tables on stocks say what the stocks do, and are not there where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.datasets import fake_forecast
from helpers.scenarios import fake_scenario
from saferground.exchange import Table, tables
from saferground.planning import needs, stocks, totals

FORECAST = totals(fake_forecast(members=20, days=6))
SCENARIO = fake_scenario(
    stocks=[
        {"place": "jadah", "item": "water", "date": "2017-02-28", "unit": "m3", "on_hand": 900.0, "resupply": 200.0},
        {"item": "kits", "date": "2017-03-03", "unit": "kits", "on_hand": 50.0},
    ]
)


@pytest.fixture(scope="module")
def made() -> dict[str, Table]:
    return tables(FORECAST, needs(FORECAST), SCENARIO)


def test_one_row_a_stock_and_day_from_its_first_day_on(made: dict[str, Table]):
    frame = made["stocks"].frame
    assert frame.groupby(["place", "item"]).size().to_dict() == {("", "kits"): 4, ("jadah", "water"): 6}
    assert frame.loc[frame["place"] == "", "place_name"].unique().tolist() == ["Shared stock"]


def test_figures_are_those_of_the_members(made: dict[str, Table]):
    found = stocks(FORECAST, SCENARIO).sel(place="jadah", item="water")
    row = made["stocks"].frame.query("place == 'jadah'").iloc[2]
    unmet = np.sort(found["unmet"].isel(time=2).values)
    assert row["unmet_q50"] == pytest.approx(unmet[9], abs=0.1)
    assert row["arrived"] == 200_000
    assert row["chance_out"] == pytest.approx(found["out"].isel(time=slice(3)).any("time").mean().item(), abs=1e-3)


def test_when_they_run_out(made: dict[str, Table]):
    frame = made["stocks_out"].frame.set_index(["place", "item"])
    assert frame.loc[("", "kits"), "item_name"] == "Core relief kits"
    assert frame["out_q50"].dtype.kind == "M"
    assert frame["without_q50"].dtype == "int64"
    assert pd.Timestamp("2017-03-03") <= frame.loc[("", "kits"), "out_q05"]


def test_a_scenario_without_stocks_has_no_such_tables():
    assert not {"stocks", "stocks_out"} & set(tables(FORECAST, needs(FORECAST), fake_scenario()))
