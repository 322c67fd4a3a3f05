"""Needs of sites, camps and host communities, and the part beyond their capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from saferground.planning import needs as needs_of
from saferground.planning import quantiles
from saferground.planning.journey.views import CAMPS, receivers
from saferground.planning.need import BESIDE
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import Run, fan
from saferground.reporting.figures import need_chart, tidy
from saferground.reporting.words import about, as_date, dates, listed, long_day

MAIN = ("water", "food", "toilets", "shelter", "health_workers", "buses")
"""Items of the compact table and the charts, where the needs have them."""
SPOKEN = {
    "Water": " of water",
    "Food ration": " of food",
    "Toilets": " toilets",
    "Covered living space": " of covered living space",
    "Skilled health workers": " health workers",
}
"""How the first line of the needs names them."""
PAIRED = ("water_after", "taps", "toilets_after")
SCALES = {"L/day": (1000.0, "m³/day"), "kg/day": (1000.0, "t/day"), "kg/month": (1000.0, "t/month"), "m2": (1.0, "m²")}
BASES = {
    "sphere": "Sphere",
    "unhcr": "UNHCR",
    "who": "WHO",
    "misp": "MISP",
    "operational": "operational",
    "scenario": "this scenario",
}


@dataclass(frozen=True)
class Supply:
    """Median and 90th percentile of needs by day and place, in the units of the page.

    ``need`` and ``unmet`` have shape (2, time, place, item); NaN where an item does not apply or nothing is stated.
    """

    items: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]
    need: np.ndarray
    unmet: np.ndarray


def supply(needs: xr.Dataset) -> Supply:
    """Quantiles of the items that the page shows by day."""
    items = tuple(item for item in (*MAIN, *PAIRED) if item in needs["item"].values)
    chosen = needs.sel(item=list(items))
    scale = np.array([SCALES.get(unit, (1.0, unit))[0] for unit in chosen["item_unit"].values])
    need, unmet = (np.moveaxis(quantiles(chosen[name], (0.5, 0.9)).values, -1, 0) / scale for name in ("need", "unmet"))
    return Supply(items, tuple(map(str, chosen["item_name"].values)), _units(chosen), need, unmet)


def _units(needs: xr.Dataset) -> tuple[str, ...]:
    return tuple(SCALES.get(str(unit), (1.0, str(unit)))[1] for unit in needs["item_unit"].values)


def needs_section(needs: xr.Dataset, by_day: Supply, run: Run, standards: pd.DataFrame) -> Section:
    """All settled places together by every standard, then each place by week."""
    return section_of(needs, run, _weeks(needs, by_day, run), standards)


def section_of(needs: xr.Dataset, run: Run, places: Table, standards: pd.DataFrame) -> Section:
    """The section on needs: all settled places together by day and by standard, then the table of ``places``."""
    overall = _overall(needs, run)
    finding = (
        _finding(overall, receivers(needs)),
        "Unmet means beyond what the stated capacity is sized for; an en dash stands where no capacity is stated.",
    )
    blocks = (_totals_group(needs, run), overall, _side_by_side(needs, run, standards), places)
    return Section("needs", "What the receiving places need", "Needs", finding, blocks)


def _settled(needs: xr.Dataset) -> np.ndarray:
    return np.isin(needs["place_kind"].values, (*CAMPS, "host_community"))


def _finding(table: Table, who: str) -> str:
    """Main items of all settled places in one line."""
    first = {row[0]: row for row in reversed(table.rows)}
    parts = [amount_of(first[name]) for name in SPOKEN if name in first and first[name][5]]
    told = f"On the last day {who} together need, at the median (90th percentile): {listed(parts)}."
    water = first.get("Water")
    if water is None or not water[8]:
        return told
    beyond = f"{about(water[7])} {water[4].removesuffix('/day')} ({about(water[8])})"
    return f"{told} Beyond the stated capacity of camps: {beyond} of the water."


def amount_of(row: tuple) -> str:
    """1,500 m³ (1,900) of water a day: the need of one row of the table of all settled places, in words."""
    unit, per = row[4].removesuffix("/day"), " a day" if row[4].endswith("/day") else ""
    counted = SPOKEN[row[0]].startswith(" of")
    return f"{about(row[5])}{' ' + unit if counted else ''} ({about(row[6])}){SPOKEN[row[0]]}{per}"


def _overall(needs: xr.Dataset, run: Run) -> Table:
    """Every item at all settled places together on the last day; each member is added up before the quantiles."""
    last = needs.isel(time=-1, place=np.flatnonzero(_settled(needs)))
    items = [last.isel(item=i) for i in range(last.sizes["item"])]
    rows = tuple(_item(item) for item in items if not np.isnan(item["need"].values).all())
    heads = (
        Column("Item", "text"),
        Column("Basis", "text"),
        Column("Phase", "text"),
        Column("Standard", "mark"),
        Column("Unit", "text"),
        Column("Need, median", "amount"),
        Column("Need, 90th percentile", "amount"),
        Column("Beyond capacity, median", "amount"),
        Column("Beyond capacity, 90th percentile", "amount"),
    )
    caption = f"All {receivers(needs)} on {long_day(run.last)}, by the figures in use"
    note = "People from earlier displacement are included. Beyond capacity: camps with a stated capacity only."
    return Table("needs-overall", caption, heads, rows, note)


def _side_by_side(needs: xr.Dataset, run: Run, standards: pd.DataFrame) -> Table:
    """The same by Sphere's and by UNHCR's figure, of the items for which one of them has one."""
    sides = [_reckoned(run, standards, name) for name in (None, *BESIDE)]
    shown = [item for item in needs["item"].values.tolist() if any(item in side for side in sides[1:])]
    unit = dict(zip(needs["item"].values.tolist(), _units(needs), strict=True))
    name = dict(zip(needs["item"].values.tolist(), needs["item_name"].values.tolist(), strict=True))
    rows = tuple((name[item], unit[item], *(side.get(item) for side in sides)) for item in shown)
    heads = (
        Column("Item", "text"),
        Column("Unit", "text"),
        Column("By the figure in use", "text"),
        *(Column(f"By {BASES[side]}'s figure", "text") for side in BESIDE),
    )
    caption = f"All {receivers(needs)} on {long_day(run.last)}: Sphere and UNHCR side by side"
    note = (
        "Each cell: need at the median (90th percentile), and the figure by which. An en dash stands where a set of "
        "standards has no figure."
    )
    return Table("needs-standards", caption, heads, rows, note)


def _item(item: xr.Dataset) -> tuple:
    """Name, basis, phase, mark, unit, need and unmet need of one item on one day, all its places together."""
    unit = str(item["item_unit"].values)
    values = [item[name].values / SCALES.get(unit, (1.0, ""))[0] for name in ("need", "unmet")]
    amounts = (_pair(np.nansum(v, axis=1)) if not np.isnan(v).all() else (None, None) for v in values)
    basis = BASES.get(str(item["item_standard"].values), str(item["item_standard"].values))
    mark = "" if bool(item["item_verified"].values) else "not verified"
    words = (str(item["item_name"].values), basis, str(item["item_phase"].values), mark)
    return *words, SCALES.get(unit, (1.0, unit))[1], *(value for pair in amounts for value in pair)


def _reckoned(run: Run, standards: pd.DataFrame, name: str | None) -> dict[str, str]:
    """By one set of standards, or by the figures in use: need of all settled places on the last day, in words."""
    last = needs_of(run.forecast.isel(time=slice(-1, None)), standards, by=name).isel(time=-1)
    last = last.isel(place=np.flatnonzero(_settled(last)))
    own = standards[standards["default"] if name is None else standards["standard"] == name]
    figures = {row["item"]: _figure(row, name) for row in own[own["per"] != "person_passing"].to_dict("records")}
    needed = {item: _item(last.isel(item=i))[5:7] for i, item in enumerate(last["item"].values.tolist())}
    return {item: f"{about(low)} ({about(high)}) at {figures[item]}" for item, (low, high) in needed.items()}


def _figure(row: dict, name: str | None) -> str:
    """15 L/person/day (Sphere): a figure in words, whose it is where that is not said, and whether it was checked."""
    said = [] if name else [BASES.get(row["standard"], row["standard"])]
    said += [] if row["verified"] else ["not verified"]
    return f"{row['amount']:,g} {row['unit'].replace('m2', 'm²')}" + (f" ({', '.join(said)})" if said else "")


def _pair(values: np.ndarray) -> tuple[float, float]:
    """Median and 90th percentile over the members."""
    low, high = quantiles(xr.DataArray(values, dims="member"), (0.5, 0.9)).values
    return float(low), float(high)


def _totals_group(needs: xr.Dataset, run: Run) -> Group:
    """Need and unmet need of all settled places by day, one chart an item."""
    where, units = np.flatnonzero(_settled(needs)), dict(zip(needs["item"].values.tolist(), _units(needs), strict=True))
    items = [item for item in MAIN if item in units and item != "buses"]
    days, who, charts = days_of(needs), receivers(needs), []
    for item in items:
        chosen = needs.sel(item=item).isel(place=where)
        scale = SCALES.get(str(chosen["item_unit"].values), (1.0, ""))[0]
        need, unmet = (fan(np.nansum(chosen[name].values, axis=2) / scale, units[item]) for name in ("need", "unmet"))
        name = str(chosen["item_name"].values)
        last, over = about(need.middle[-1]), about(unmet.middle[-1])
        alt = f"{long_day(run.last)}: median {last} {units[item]}, of which {over} beyond the stated capacity."
        charts.append(Chart(f"need-{item}", name, "", alt, need_chart(days, need, unmet)))
    caption = f"Whole height: need of all {who}. Orange: the part beyond the stated capacity of camps."
    return Group(
        "need-charts",
        f"Need by day, all {who}",
        caption,
        tuple(charts),
        ("median", "half", "ninety", "unmet"),
    )


def weeks(days: Sequence[Any]) -> list[slice]:
    """Seven days each from the first day ahead; the last one may be shorter."""
    return [slice(start, min(start + 7, len(days))) for start in range(0, len(days), 7)]


def _weeks(needs: xr.Dataset, by_day: Supply, run: Run) -> Table:
    """One row a place and week: on the busiest day, median and 90th percentile of need and of unmet need."""
    days = run.days[run.after]
    periods = {dates(days[week.start], days[week.stop - 1]): week for week in weeks(days)}
    note = (
        "Each cell: need at the median (90th percentile) on the busiest day of the week; below it, in orange, "
        "the part beyond the stated capacity. Sites count those who pass through. Do not add places: people who pass "
        "two sites in a day count at both."
    )
    return by_period(needs, by_day, "Week", periods, "Needs by place and week", note)


def by_period(
    needs: xr.Dataset, by_day: Supply, head: str, periods: dict[str, slice], caption: str, note: str
) -> Table:
    """One row a place and period, by its name: on the busiest day, need and unmet need of the main items."""
    shown = [i for i, item in enumerate(by_day.items) if item in MAIN]
    rows = [
        (_name(needs, p), name, *(_peak(by_day, days, p, i) for i in shown))
        for p in _active(by_day)
        for name, days in periods.items()
    ]
    heads = (
        Column("Place", "place"),
        Column(head, "week"),
        *(Column(by_day.names[i], "need", by_day.units[i]) for i in shown),
    )
    return Table("needs-weeks", caption, heads, tuple(rows), note)


def days_of(needs: xr.Dataset) -> tuple[date, ...]:
    """The days whose needs were reckoned."""
    return tuple(as_date(day) for day in needs["time"].values)


def _name(needs: xr.Dataset, p: int) -> tuple[str, str]:
    return str(needs["place_name"].values[p]), str(needs["place_name_local"].values[p])


def _active(by_day: Supply) -> list[int]:
    """Places with any need ahead, the largest first."""
    first = np.nan_to_num(by_day.need[1]).max(0)
    size = first[:, 0] if first.size else np.zeros(0)
    return [int(p) for p in np.argsort(-size, kind="stable") if first[p].max(initial=0) > 0]


def _peak(by_day: Supply, week: slice, p: int, i: int) -> tuple[float | None, ...]:
    """Largest daily figures of a week: need at the median and the 90th percentile, then the same of unmet need."""
    values = [by_day.need[:, week, p, i], by_day.unmet[:, week, p, i]]
    return tuple(None if np.isnan(row).all() else float(np.nanmax(row)) for pair in values for row in pair)


def picker(needs: xr.Dataset, by_day: Supply, run: Run) -> dict[str, Any]:
    """Needs of each place by day, for the chooser: rows of [need median, need p90, unmet median, unmet p90] by day."""
    return {
        "days": [day.isoformat() for day in run.days[run.after]],
        "items": [{"name": name, "unit": unit} for name, unit in zip(by_day.names, by_day.units, strict=True)],
        "places": [
            {
                "name": _name(needs, p)[0],
                "local": _name(needs, p)[1],
                "values": [
                    None if np.isnan(by_day.need[0, :, p, i]).all() else [
                        tidy(v) for v in (*by_day.need[:, :, p, i], *by_day.unmet[:, :, p, i])
                    ]
                    for i in range(len(by_day.items))
                ],
            }
            for p in _active(by_day)
        ],
    }  # fmt: skip
