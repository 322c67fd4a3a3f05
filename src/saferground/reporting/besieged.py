"""The balance of those who remain: what arrives, what lacks and for how many days it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from saferground.planning.besieged import besieged_balance, days_left, together
from saferground.planning.standards import figure, standards_for
from saferground.reporting.context import Chart, Column, Group, Table
from saferground.reporting.fans import Fan, Run, fan
from saferground.reporting.figures import OCHRE, fan_chart
from saferground.reporting.words import RANGE, about, as_date, listed, long_day, span

if TYPE_CHECKING:
    from saferground.scenario import Scenario

NAMES = {"food": "Food", "water": "Water", "fuel": "Fuel", "medicine": "Medicine"}
PHYSICAL = {"food": ("food", 1000, "t"), "water": ("water", 1000, "m³")}
"""Goods whose need has a standard: its indicator, and the unit of so many kg or L."""
CHARTED = ("median_ochre", "half_ochre", "ninety_ochre")


@dataclass(frozen=True)
class Balance:
    """The balance of each besieged district and of all together, and the standards by which it is put in units."""

    run: Run
    each: xr.Dataset
    all: xr.Dataset
    standards: pd.DataFrame

    @property
    def goods(self) -> list[str]:
        """The goods, in order."""
        return [str(good) for good in self.each["good"].values]

    def fan(self, name: str, good: str) -> Fan:
        """Quantiles by day of one variable of all districts together."""
        return fan(self.all[name].sel(good=good).transpose("member", "time").values, "person-days")

    def missing(self, good: str) -> Fan:
        """Quantiles of what is not met over all days ahead, all districts together."""
        return fan(self.all["gap"].sel(good=good).sum("time").values, "person-days")

    @property
    def left(self) -> Fan:
        """Days of full need left, (day, good), all districts together."""
        return fan(days_left(self.all).transpose("member", "time", "good").values, "days")


def balance_of(run: Run, scenario: Scenario) -> Balance:
    """The balance of a run."""
    each = besieged_balance(run.forecast, scenario)
    return Balance(run, each, together(each), standards_for(scenario))


def balance_finding(balance: Balance) -> str:
    """How long the goods last and how much is missing, in words."""
    left = balance.left
    parts = [f"{good} {_spread(left.at(0, g))}" for g, good in enumerate(balance.goods)]
    gaps = [f"{about(float(balance.missing(good).middle))} of {good}" for good in balance.goods]
    return (
        f"What is left in held and contested districts on the evening of {long_day(balance.run.first)}, in days of "
        f"full need, median (90 % range): {listed(parts)}. Over all days ahead people there go without, in "
        f"person-days, median: {listed(gaps)}."
    )


def balance_table(balance: Balance) -> Table:
    """One row a good: need, arrivals, what is left and what is missing, all districts together."""
    heads = (
        Column("Good", "text"),
        Column("Needed on the first day", "people", "person-days"),
        Column("By the standard", "text"),
        Column("Arrives that day", "people", "person-days"),
        Column("Left that evening, days of full need", "text"),
        Column("Left on the last evening, days of full need", "text"),
        Column("Not met on the last day, person-days", "text"),
        Column("Not met over all days, person-days", "text"),
    )
    rows = tuple(_row(balance, g, good) for g, good in enumerate(balance.goods))
    note = (
        "A person-day is what one person needs of the good in a day, so the need is the number of people. Days of full "
        "need: median (90 % range), as if nothing arrived and nobody rationed; people do ration, so that it lasts "
        "longer and each gets less. Stocks and local sources are the scenario's, mostly assumptions. For fuel and "
        "medicine no standard per person was found."
    )
    caption = f"People in held and contested districts until {long_day(balance.run.last)}: what they have and lack"
    return Table("balance", caption, heads, rows, note)


def _row(balance: Balance, g: int, good: str) -> tuple[Any, ...]:
    need = float(fan(balance.all["people"].isel(time=0).values, "people").middle)
    gap, missing = balance.fan("gap", good), balance.missing(good)
    return (
        NAMES.get(good, good),
        need,
        _physical(balance.standards, good, need),
        float(balance.fan("arrives", good).middle[0]),
        _spread(balance.left.at(0, g)),
        _spread(balance.left.at(-1, g)),
        _spread(gap.at(-1)),
        _spread(missing),
    )


def _range(one: Fan) -> tuple[float, float]:
    return float(one.values[0]), float(one.values[4])


def _spread(one: Fan) -> str:
    """Median and 90 % range of one element, in words."""
    if np.isnan(one.middle):
        return "–"
    low, high = _range(one)
    return f"{about(float(one.middle))} ({about(low)} to {about(high)})"


def _physical(standards: pd.DataFrame, good: str, people: float) -> str | None:
    if good not in PHYSICAL:
        return None
    indicator, scale, unit = PHYSICAL[good]
    return f"{about(people * figure(standards, indicator) / scale)} {unit}"


def balance_charts(balance: Balance) -> Group:
    """Person-days without each good, all districts together, by day."""
    days = tuple(as_date(day) for day in balance.each["time"].values)
    charts = tuple(_chart(balance, good, days) for good in balance.goods)
    caption = "Person-days of full need that are not met on each day, all held and contested districts together."
    return Group("gaps", "The gap by day", caption, charts, CHARTED)


def _chart(balance: Balance, good: str, days: tuple) -> Chart:
    gap = balance.fan("gap", good)
    low, high = _range(gap.at(-1))
    last = long_day(balance.run.last)
    alt = f"{last}: median {about(float(gap.middle[-1]))} person-days not met, {RANGE} {span(low, high)}."
    drawn = fan_chart(days, 0, gap, colour=OCHRE)
    return Chart(
        f"gap-{good}",
        f"{NAMES.get(good, good)} not met",
        "",
        alt,
        {**drawn, "layout": {**drawn["layout"], "shapes": []}},
    )


def balance_by_district(balance: Balance) -> Table:
    """Days left in each district on the first evening ahead, and what is missing over all days."""
    left = fan(days_left(balance.each).isel(time=0).transpose("member", "district", "good").values, "days")
    missing = fan(balance.each["gap"].sum("time").transpose("member", "district", "good").values, "person-days")
    order = np.argsort(-missing.middle.sum(1), kind="stable")
    goods = range(len(balance.goods))
    rows = tuple(
        (balance.run.name(int(d)), *(_cell(left.at(d, g), missing.at(d, g)) for g in goods))
        for d in order
        if missing.values[4, d].max() > 0
    )
    heads = (Column("District", "place"), *(Column(NAMES.get(good, good), "text") for good in balance.goods))
    caption = "Each held or contested district: days of full need left on the first evening, and what is not met"
    note = (
        "Days left: median of the futures in which the district is not retaken that day. Then person-days not met over "
        "all days, median (90 % range)."
    )
    return Table("balance-districts", caption, heads, rows, note, folded=True)


def _cell(left: Fan, missing: Fan) -> str:
    days = "" if np.isnan(left.middle) else f"{about(float(left.middle))} days; "
    return f"{days}{_spread(missing)} not met"
