"""Stocks of relief items: when they run out and who goes without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from saferground.planning.stocks import stock_out, stocks
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import Run, fan
from saferground.reporting.figures import OCHRE, fan_chart
from saferground.reporting.supply import SCALES, days_of
from saferground.reporting.words import RANGE, about, chance, listed, long_day, percent, period, short_day, span

if TYPE_CHECKING:
    from saferground.scenario import Scenario

LIKELY = 0.1
PERSON_DAYS = "A person-day is one person who goes one day without"


def stocks_section(run: Run, scenario: Scenario) -> tuple[Section, ...]:
    """When each stock of the scenario runs out; nothing where it keeps none."""
    found = stocks(run.forecast, scenario)
    if not found.sizes["item"]:
        return ()
    out = stock_out(found).sort_values(["chance_out", "without_q50"], ascending=False, kind="stable")
    blocks: list[Group | Table] = [_table(run, out, found)]
    if (charts := _charts(run, out, found)).charts:
        blocks.append(charts)
    return (Section("stocks", "Stocks and resupply", "Stocks", _finding(out), tuple(blocks)),)


def _finding(out: pd.DataFrame) -> tuple[str, ...]:
    risky = out[out["chance_out"] >= LIKELY]
    rest = "Stocks are those of the scenario's table, published by the as-of date; what is not in it is not counted."
    if risky.empty:
        return "No stock fails to meet the need of a day in more than one future in ten.", rest
    parts = [
        f"{row['item_name'].lower()}, {_whose(row)} ({percent(row['chance_out'])}, first around "
        f"{short_day(row['out_q50'])})"
        for row in risky.to_dict("records")[:5]
    ]
    return f"Likely not to meet the need on some day, with the chance: {listed(parts)}.", rest


def _whose(row: dict[Any, Any]) -> str:
    return "the shared stock" if row["place_name"] == "Shared stock" else str(row["place_name"])


def _table(run: Run, out: pd.DataFrame, found: xr.Dataset) -> Table:
    rows = [
        (
            row["item_name"],
            (row["place_name"], row["place_name_local"]),
            chance(row["chance_out"]),
            _days(row),
            row["without_q50"],
            (row["without_q05"], row["without_q95"]),
            _short(row),
            _amount(found["arrived"].sel(place=place, item=item).sum("time"), row["item_unit"]),
        )
        for (place, item), row in zip(out.index, out.to_dict("records"), strict=True)
    ]
    heads = (
        Column("Item", "text"),
        Column("Stock", "place"),
        Column("Chance of a day on which the need is not met", "text"),
        Column("First such day", "text"),
        Column("Without, median", "people", "person-days"),
        Column(RANGE, "range", "person-days"),
        Column("Missing, median (95th percentile)", "text"),
        Column("Arrives in the days ahead", "text"),
    )
    note = (
        f"{PERSON_DAYS}; of tents and kits, one person in a household that waits. First such day: 5 %, median and 95 % "
        "of the futures in which it happens. Missing: over all days, of tents and kits what is still missing on the "
        "last one. Stock and resupply do not move people in this forecast."
    )
    return Table("stocks-out", f"Stocks, {period(run.first, run.last)}", heads, tuple(rows), note)


def _amount(amount: Any, unit: str) -> str:
    scale, shown = SCALES.get(f"{unit}/day", (1.0, unit))
    return f"{about(float(amount) / scale)} {shown.removesuffix('/day')}"


def _short(row: dict[Any, Any]) -> str:
    scale, shown = SCALES.get(f"{row['item_unit']}/day", (1.0, row["item_unit"]))
    middle, high = (about(row[f"unmet_{level}"] / scale) for level in ("q50", "q95"))
    return f"{middle} ({high}) {shown.removesuffix('/day')}"


def _days(row: dict[Any, Any]) -> str:
    if pd.isna(row["out_q50"]):
        return "–"
    early, middle, late = (short_day(row[f"out_{level}"]) for level in ("q05", "q50", "q95"))
    return middle if early == late else f"{middle} ({early} to {late})"


def _charts(run: Run, out: pd.DataFrame, found: xr.Dataset) -> Group:
    charts = []
    for place, item in out.index[out["chance_out"] >= LIKELY]:
        row = out.loc[(place, item)]
        without = fan(found["without"].sel(place=place, item=item).transpose("member", "time").values, "people")
        low, _, median, _, high = np.nan_to_num(without.values[:, -1])
        alt = f"{long_day(run.last)}: median {about(float(median))} people without, {RANGE} {span(low, high)}."
        figure = fan_chart(days_of(found), 0, without, colour=OCHRE)
        figure["layout"]["shapes"] = []
        name = f"{row['item_name']}: {_whose(row.to_dict())}"
        charts.append(Chart(f"without-{place or 'shared'}-{item}", name, str(row["place_name_local"]), alt, figure))
    caption = "People who go without on each day, where that is so in more than one future in ten. Scales differ."
    return Group(
        "stock-charts",
        "People without, by stock",
        caption,
        tuple(charts),
        ("median_ochre", "half_ochre", "ninety_ochre"),
    )
