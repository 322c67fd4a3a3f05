"""Of any stock: the balance holds to the last litre, nothing is negative, and more never leaves more people without."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.datasets import fake_forecast
from helpers.scenarios import fake_scenario
from saferground.planning import stocks, totals
from saferground.scenario.checks_values import STOCK_UNITS

FORECAST = totals(fake_forecast(members=4, days=12, seed=7))
PLACES = ("", "jadah", "chamakor", "east_mosul", "hammam_al_alil", "scorpion_junction")
DATES = [str(day) for day in np.arange("2017-02-10", "2017-03-13", dtype="datetime64[D]")]
quick = settings(max_examples=30, deadline=None)

Row = dict[str, Any]


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Up to eight rows of stocks, each place, item and day once."""
    keys = st.tuples(st.sampled_from(PLACES), st.sampled_from(sorted(STOCK_UNITS)), st.sampled_from(DATES))
    chosen = draw(st.lists(keys, min_size=1, max_size=8, unique=True))
    return [_row(draw, *key) for key in chosen if not (key[1] == "trauma_kits" and key[0])]


def _row(draw: st.DrawFn, place: str, item: str, date: str) -> Row:
    amount = st.floats(0, 2_000, allow_nan=False).map(lambda value: round(value, 3))
    return {
        "place": place, "item": item, "date": date, "unit": draw(st.sampled_from(STOCK_UNITS[item])),
        "on_hand": draw(st.none() | amount), "resupply": draw(amount), "every_days": draw(st.integers(1, 9)),
        "lead_days": draw(st.integers(0, 12)), "keeps": draw(st.none() | amount),
    }  # fmt: skip


def reckoned(table: list[Row]) -> xr.Dataset:
    return stocks(FORECAST, fake_scenario(stocks=table))


@quick
@given(rows())
def test_nothing_is_negative_and_no_more_is_given_than_asked_for(table: list[Row]) -> None:
    found = reckoned(table)
    for name in ("on_hand", "arrived", "given", "lost", "unmet", "without"):
        assert not (found[name] < 0).any(), name
    both = (found["unmet"] > 0) & (found["on_hand"] > 0)
    assert not both.any()  # nobody goes without while there is some left
    assert (found["unmet"] > 0).where(found["out"], True).all()


@quick
@given(rows())
def test_the_balance_holds(table: list[Row]) -> None:
    found = reckoned(table)
    on_hand, given_out, lost = (
        found[name].transpose(..., "time", "member").values for name in ("on_hand", "given", "lost")
    )
    arrived = found["arrived"].transpose("place", "item", "time").values[..., None]
    before = on_hand[..., :-1, :].astype(float)
    expected = before + arrived[..., 1:, :] - given_out[..., 1:, :] - lost[..., 1:, :]
    days = found["time"].values[1:].astype("datetime64[D]").astype(str).tolist()
    for row in table:  # a new count stands in place of the evening before
        if row["date"] in days and row["on_hand"] is not None:
            at = [found[name].values.tolist().index(row[name]) for name in ("place", "item")]
            expected[*at, days.index(row["date"])] = np.nan
    checked = ~np.isnan(expected)
    size = np.maximum(before + arrived[..., 1:, :], 1.0)[checked]  # amounts are kept with seven digits
    assert (np.abs(expected - on_hand[..., 1:, :])[checked] <= 1e-5 * size).all()


@quick
@given(rows(), st.data())
def test_more_stock_never_leaves_more_people_without(table: list[Row], data: st.DataObject) -> None:
    better = [dict(row) for row in table]
    if better:
        row = data.draw(st.sampled_from(better))
        row["on_hand"] = None if row["on_hand"] is None else row["on_hand"] + 50
        row["resupply"] += 10
        row["keeps"] = None if row["keeps"] is None else row["keeps"] + 5
    worse, now = reckoned(table), reckoned(better)
    for name in ("unmet", "without"):
        cumulated = [one[name].transpose("time", ...).fillna(0).values.astype(float).cumsum(0) for one in (worse, now)]
        assert (cumulated[1] <= cumulated[0] * (1 + 1e-5) + 1e-3).all(), name
