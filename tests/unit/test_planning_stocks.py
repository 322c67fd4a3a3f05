"""Stocks by hand: what arrives when, who is served, who waits, and when nothing is left."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from helpers.datasets import fake_forecast
from helpers.scenarios import fake_scenario
from saferground.planning import stocks, totals
from saferground.planning.stocks import ITEMS, chance_out, stock_out
from saferground.scenario.checks_values import STOCK_UNITS
from saferground.scenario.columns import schema

CAMP, OTHER, HOST, SITE = "jadah", "chamakor", "east_mosul", "hammam_al_alil"
FIRST = "2017-03-01"


def small(
    people: dict[str, float | list[float]] | None = None,
    arrivals: dict[str, list[float]] | None = None,
    left: dict[str, float] | None = None,
    injured: float = 0,
    days: int = 5,
) -> xr.Dataset:
    """One member: so many people, arrivals and departures at places on every day, or on each day ahead."""
    forecast = totals(fake_forecast(members=1, days=days))
    names = ("people", "arrivals", "departures", "injured")
    empty = forecast.assign({name: forecast[name] * 0 for name in names})
    for name, counts in (("people", people), ("arrivals", arrivals), ("departures", left)):
        for place, count in (counts or {}).items():
            ahead = np.broadcast_to(count, days)
            empty[name].loc[{"place": place, "time": slice(FIRST, None)}] = ahead[None]
    empty["injured"].loc[{"hazard": "home"}] = injured
    return empty


def row(place: str = CAMP, item: str = "water", date: str = FIRST, unit: str = "L", **cells: object) -> dict:
    return {"place": place, "item": item, "date": date, "unit": unit, **cells}


def one(forecast: xr.Dataset, *rows: dict, place: str = CAMP, item: str = "water") -> pd.DataFrame:
    """The only member of one stock, a row a day ahead."""
    found = stocks(forecast, fake_scenario(stocks=list(rows))).sel(place=place, item=item).isel(member=0)
    return found[["on_hand", "arrived", "given", "lost", "unmet", "without", "out"]].to_dataframe()


def test_a_stock_runs_down_by_the_need_of_the_people_there():
    days = one(small({CAMP: 100}), row(on_hand=4_000.0))
    assert days["given"].tolist() == [1_500, 1_500, 1_000, 0, 0]
    assert days["on_hand"].tolist() == [2_500, 1_000, 0, 0, 0]
    assert days["unmet"].tolist() == [0, 0, 500, 1_500, 1_500]
    assert days["without"].tolist() == pytest.approx([0, 0, 500 / 15, 100, 100])
    assert days["out"].tolist() == [False, False, True, True, True]


def test_an_order_arrives_after_its_lead_time_and_can_be_given_out_that_day():
    days = one(small({CAMP: 100}), row(resupply=3_000.0, every_days=2, lead_days=1))
    assert days["arrived"].tolist() == [0, 3_000, 0, 3_000, 0]
    assert days["given"].tolist() == [0, 1_500, 1_500, 1_500, 1_500]
    assert days["on_hand"].tolist() == [0, 1_500, 0, 1_500, 0]


def test_a_new_row_takes_the_place_of_the_old_schedule_but_what_is_on_its_way_arrives():
    first = row(resupply=1_500.0, lead_days=2)
    days = one(small({CAMP: 100}), first, row(date="2017-03-03", resupply=9.0))
    assert days["arrived"].tolist() == [0, 0, 1_500 + 9, 1_500 + 9, 9]


def test_a_new_count_replaces_what_was_reckoned():
    days = one(small({CAMP: 100}), row(on_hand=9_000.0), row(date="2017-03-03", on_hand=2_000.0, resupply=500.0))
    assert days["on_hand"].tolist() == [7_500, 6_000, 1_000, 0, 0]


def test_without_a_new_count_the_stock_carries_on():
    days = one(small({CAMP: 100}), row(on_hand=9_000.0), row(date="2017-03-02", resupply=100.0))
    assert days["on_hand"].tolist() == [7_500, 6_100, 4_700, 3_300, 1_900]


def test_what_cannot_be_kept_overnight_is_lost():
    days = one(small({CAMP: 100}), row(resupply=2_000.0, keeps=300.0))
    assert days["lost"].tolist() == [200, 500, 500, 500, 500]
    assert days["on_hand"].tolist() == [300] * 5
    assert not days["out"].any()


def test_before_its_first_row_there_is_no_stock():
    days = one(small({CAMP: 100}), row(date="2017-03-03", on_hand=1.0))
    assert days["given"].isna().tolist() == [True, True, False, False, False]
    assert days["out"].tolist() == [False, False, True, True, True]


def test_a_count_before_the_run_holds_for_its_first_morning():
    forecast = small({CAMP: 100})
    forecast["people"].loc[{"place": CAMP, "time": slice(None, "2017-02-28")}] = 10
    days = one(forecast, row(date="2017-02-01", on_hand=3_000.0, resupply=100.0, every_days=20, lead_days=0))
    assert days["on_hand"].iloc[0] == 3_000 + 100 - 10 * 150 - 1_500  # an order on 1 and on 21 February


def test_units_are_converted():
    water = one(small({CAMP: 100}), row(on_hand=3.0, unit="m3"))
    assert water["on_hand"].iloc[0] == 1_500
    rations = one(small({CAMP: 100}), row(item="food", on_hand=250.0, unit="person_days"), item="food")
    assert rations["given"].tolist() == pytest.approx([55.5, 55.5, 27.75, 0, 0])
    assert rations["without"].tolist() == pytest.approx([0, 0, 50, 100, 100])
    tonnes = one(small({CAMP: 100}), row(item="food", on_hand=1.0, unit="t"), item="food")
    assert tonnes["on_hand"].iloc[0] == pytest.approx(1_000 - 55.5)


def test_households_that_arrive_need_a_tent_once_and_wait_for_it():
    forecast = small({CAMP: [60, 120, 120, 120, 120]}, {CAMP: [60, 60, 0, 0, 0]})
    days = one(forecast, row(item="tents", on_hand=12.0, resupply=5.0, lead_days=3, unit="tents"), item="tents")
    assert days["given"].tolist() == [10, 2, 0, 5, 3]
    assert days["unmet"].tolist() == [0, 8, 8, 3, 0]
    assert days["without"].tolist() == [0, 48, 48, 18, 0]
    assert days["on_hand"].tolist() == [2, 0, 0, 0, 2]


def test_who_leaves_no_longer_waits():
    forecast = small({CAMP: [60, 30, 0, 0, 0]}, {CAMP: [60, 0, 0, 0, 0]})
    days = one(forecast, row(item="kits", on_hand=0.0, unit="kits"), item="kits")
    assert days["unmet"].tolist() == [10, 5, 0, 0, 0]


def test_a_shared_stock_is_for_the_places_without_one_of_their_own():
    forecast = small({CAMP: 100, OTHER: 200, HOST: 300, SITE: 5_000})
    rows = (row(on_hand=1e6), row(place="", on_hand=1e6))
    shared = one(forecast, *rows, place="")
    assert shared["given"].tolist() == [500 * 15] * 5
    assert one(forecast, *rows)["given"].tolist() == [100 * 15] * 5
    tents = one(
        small({HOST: 600, OTHER: 60}, {HOST: [600] * 5, OTHER: [60] * 5}),
        row(place="", item="tents", on_hand=1e6, unit="tents"), place="", item="tents",
    )  # fmt: skip
    assert tents["given"].iloc[0] == 10  # tents are for camps
    of_camps = one(forecast, row(place="", on_hand=1e6, serves="camps"), place="")
    assert of_camps["given"].tolist() == [300 * 15] * 5


def test_those_who_pass_a_site_need_three_litres():
    days = one(small({SITE: 100}, left={SITE: 50}), row(place=SITE, on_hand=1e6), place=SITE)
    assert days["given"].tolist() == [100 * 15 + 50 * 3] * 5


def test_trauma_kits_go_by_operations():
    forecast = small(injured=50)
    forecast["parameter_value"].loc[{"parameter": "red_share"}] = 0.5
    days = one(forecast, row(place="", item="trauma_kits", on_hand=10.0, unit="kits"), place="", item="trauma_kits")
    assert days["given"].tolist() == pytest.approx([50 * 0.5 * 1.36 / 100] * 5)


def test_a_scenario_s_own_standard_is_used():
    scenario = fake_scenario([{"indicator": "water", "value": 20.0, "source": "survey"}], stocks=[row(on_hand=1e6)])
    assert stocks(small({CAMP: 100}), scenario)["given"].values.tolist() == [[[[2_000]]] * 5]


def test_a_row_published_after_the_as_of_date_is_not_used():
    rows = [row(on_hand=1e6), row(date="2017-03-02", on_hand=0.0, published="2017-03-01")]
    assert not one(small({CAMP: 100}), *rows)["out"].any()
    rows[1]["published"] = "2017-02-28"
    assert one(small({CAMP: 100}), *rows)["out"].tolist() == [False, True, True, True, True]


def test_the_items_are_those_that_a_folder_may_name():
    assert tuple(ITEMS) == tuple(STOCK_UNITS) == schema("siege").column("stocks", "item").choices
    assert set(schema("siege").column("stocks", "unit").choices) == {
        unit for them in STOCK_UNITS.values() for unit in them
    }


def test_no_rows_give_no_stocks():
    found = stocks(small(), fake_scenario())
    assert found.sizes["place"] == found.sizes["item"] == 0
    assert stock_out(found).empty


def test_when_it_runs_out_and_how_sure_that_is():
    forecast = totals(fake_forecast(members=40, days=8, seed=2))
    people = forecast["people"].sel(place=CAMP)
    rows = [row(on_hand=float(people.isel(time=-4).median()) * 15 * 5)]
    found = stocks(forecast, fake_scenario(stocks=rows))
    out = found["out"].sel(place=CAMP, item="water").transpose("member", "time").values
    table = stock_out(found).loc[(CAMP, "water")]
    assert 0 < table["chance_out"] == out.any(1).mean()
    firsts = np.sort(out.argmax(1)[out.any(1)])
    expected = found["time"].values[firsts[int(np.ceil(0.5 * len(firsts))) - 1]]
    assert table["out_q50"] == expected
    assert table["out_q05"] <= table["out_q50"] <= table["out_q95"]
    chance = chance_out(found).sel(place=CAMP, item="water").values
    assert (np.diff(chance) >= 0).all()
    assert chance[-1] == pytest.approx(table["chance_out"])
    without = np.sort(found["without"].sel(place=CAMP, item="water").sum("time").values)
    assert table["without_q50"] == without[19]
