"""What of a scenario a plan can change by a number: what there is of it day by day, and how it may be set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from saferground.planning.plans.resources import BLOCK, CAMPS, FLEETS, Resource, first_day, resources
from saferground.planning.stocks import ITEMS
from saferground.scenario import Scenario
from saferground.scenario.cells import Value, blank
from saferground.scenario.plans import Change
from saferground.scenario.plans.record import SCHEMA

_HOURS = ("opens_hour", "closes_hour")
_SEVERAL = 10
"""Units more that a slider offers at least."""
_STEPS = {CAMPS: BLOCK // 6}
"""Of a camp a hundred people; of everything else one."""
_UNITS = {
    "mustering": "marshals", "registration": "clerks", "screening": "lanes", "aid": "aid points", FLEETS: "vehicles",
    CAMPS: "people", "triage": "triage places", "stabilisation": "treatment places", "theatre": "operating tables",
    "beds": "beds", "shade": "people",
}  # fmt: skip


@dataclass(frozen=True)
class Level:
    """What holds from a day on, in the lever's unit; None where nothing is at work or no limit is stated."""

    first: date
    value: float | None


@dataclass(frozen=True)
class Lever:
    """One number of a resource that a change of a plan sets.

    Attributes:
        key: of the lever, the same for each day.
        kind: of change, as in a plan file.
        field: key of the change that takes the value.
        fixed: the other keys of the change that say what is meant.
        place: id; empty for a shared stock.
        resource: kind of station, good, ``buses`` or ``camp``.
        group: ``sites``, ``camps``, ``stocks`` or ``care``.
        unit: of the value.
        adds: whether the value is added to what there is; else it takes its place.
        low, high, step: of a slider; a field may go on to ``least`` and ``most``.
        levels: what there is on the days ahead without a plan, the first on the first day ahead.
    """

    key: str
    kind: str
    field: str
    fixed: Mapping[str, str]
    place: str
    resource: str
    group: str
    unit: str
    adds: bool
    low: float
    high: float
    step: float
    least: float
    most: float
    levels: tuple[Level, ...]

    def change(self, value: float, first: date, until: date | None = None, line: int = 0) -> Change:
        """The change of a plan that sets it from a day on, up to another one."""
        keys: dict[str, Value] = {one.name: blank(one) for one in SCHEMA.columns[f"plan_{self.kind}"]}
        whole = SCHEMA.column(f"plan_{self.kind}", self.field).type == "integer"
        keys |= {**self.fixed, "from": first, "until": until, self.field: int(value) if whole else float(value)}
        if self.kind == "buses" and self.field != "vehicles":
            keys["vehicles"] = 0
        return Change(self.kind, MappingProxyType(keys), line)


def levers(scenario: Scenario) -> tuple[Lever, ...]:
    """Every lever of a united scenario: of each resource at work on a day ahead, sites first."""
    return tuple(lever for one in resources(scenario) for lever in _levers(scenario, one))


def _levers(scenario: Scenario, one: Resource) -> Iterator[Lever]:
    if one.kind == FLEETS:
        rows = _of(scenario, "buses", place=one.place)
        yield _amount(scenario, one, "buses", "vehicles", {}, _states(scenario, rows, "vehicles"))
        yield from (_set(one, "buses", hour, {}, _states(scenario, rows, hour)) for hour in _HOURS)
    elif one.kind == CAMPS:
        rows = _of(scenario, "camps", place=one.place)
        yield _amount(scenario, one, "camps", "places", {}, _states(scenario, rows, "capacity"))
    elif one.kind in ITEMS:
        rows = _of(scenario, "stocks", place=one.place, item=one.kind)
        yield _set(one, "stocks", "resupply", {"item": one.kind}, _states(scenario, rows, "resupply"), _unit(rows))
    else:
        rows, kind = _of(scenario, "stations", place=one.place, kind=one.kind), {"kind": one.kind}
        yield _amount(scenario, one, "stations", "servers", kind, _at_work(scenario, rows, "servers", "sum"))
        if (rows["closes_hour"] - rows["opens_hour"]).lt(24.0).any():
            for hour, which in zip(_HOURS, ("min", "max"), strict=True):
                yield _set(one, "hours", hour, kind, _at_work(scenario, rows, hour, which))


def _of(scenario: Scenario, table: str, **cells: str) -> pd.DataFrame:
    rows = scenario.tables[table]
    for name, cell in cells.items():
        rows = rows[rows[name].eq(cell)]
    return rows


def _unit(rows: pd.DataFrame) -> str:
    return "".join(rows["unit"].tail(1))


def _states(scenario: Scenario, rows: pd.DataFrame, column: str) -> tuple[Level, ...]:
    """Of rows that each replace the one before: the last by the first day ahead, and what follows."""
    rows, first = rows.sort_values("date", kind="stable"), first_day(scenario)
    now = rows[rows["date"].le(pd.Timestamp(first))].tail(1)
    later = rows[rows["date"].gt(pd.Timestamp(first)) & rows["date"].le(pd.Timestamp(scenario.settings.end))]
    told = [Level(first, None), *_told(now, column), *_told(later, column)]
    return _steps([Level(max(one.first, first), one.value) for one in told])


def _told(rows: pd.DataFrame, column: str) -> Iterator[Level]:
    for day, value in zip(rows["date"], rows[column], strict=True):
        yield Level(day.date(), _plain(value))


def _plain(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _at_work(scenario: Scenario, rows: pd.DataFrame, column: str, how: str) -> tuple[Level, ...]:
    """Of rows that each hold between two days: what those that work on a day add up to, or their least or most."""
    first, end = pd.Timestamp(first_day(scenario)), pd.Timestamp(scenario.settings.end)
    turns = {day for name in ("opens", "closes") for day in rows[name].dropna() if first < day <= end}
    days = [first, *sorted(turns)]
    at_work = [rows[rows["opens"].le(day) & ~rows["closes"].le(day)] for day in days]
    return _steps(
        [
            Level(day.date(), _plain(part[column].agg(how)) if len(part) or how == "sum" else None)
            for day, part in zip(days, at_work, strict=True)
        ]
    )


def _steps(told: list[Level]) -> tuple[Level, ...]:
    """One level a day, the last one told of it, and none that is the same as the one before."""
    by_day = {one.first: one.value for one in told}
    found: list[Level] = []
    for day, value in sorted(by_day.items()):
        if not found or found[-1].value != value:
            found.append(Level(day, value))
    return tuple(found)


def _amount(
    scenario: Scenario, one: Resource, kind: str, name: str, fixed: dict[str, str], levels: tuple[Level, ...]
) -> Lever:
    """A lever that adds to what there is: down to none of it, up to as much again."""
    most = max((level.value for level in levels if level.value is not None), default=0.0)
    step = float(_STEPS.get(one.kind, 1))
    high = max(_SEVERAL * step, np.ceil(most / step) * step)
    low = -float(np.floor(most / step) * step)
    return _lever(one, kind, name, fixed, levels, _UNITS.get(one.kind, "servers"), (low, float(high), step))


def _set(
    one: Resource, kind: str, name: str, fixed: dict[str, str], levels: tuple[Level, ...], unit: str = "hour"
) -> Lever:
    """A lever that takes the place of what there is: an hour, or the amount of an order up to three times itself."""
    most = max((level.value for level in levels if level.value is not None), default=0.0)
    if unit == "hour":
        return _lever(one, kind, name, fixed, levels, unit, (0.0, 24.0, 0.5))
    step = 10.0 ** max(0, int(np.log10(max(most, 1.0))) - 1)
    high = max(_SEVERAL * step, np.ceil(3.0 * most / step) * step)
    return _lever(one, kind, name, fixed, levels, unit, (0.0, float(high), step))


def _lever(
    one: Resource,
    kind: str,
    name: str,
    fixed: dict[str, str],
    levels: tuple[Level, ...],
    unit: str,
    slider: tuple[float, float, float],
) -> Lever:
    column, (low, high, step) = SCHEMA.column(f"plan_{kind}", name), slider
    least, most = column.low or 0.0, column.high or 0.0
    adds = least < 0.0
    key = ":".join((kind, name, one.place, *fixed.values()))
    what = {"place": one.place, **fixed}
    return Lever(
        key, kind, name, what, one.place, one.kind, one.group, unit, adds,
        max(low, least), min(high, most), step, least, most, levels,
    )  # fmt: skip
