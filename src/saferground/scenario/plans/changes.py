"""A plan applied to a scenario: the same tables with other rows. One function a kind of change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from saferground.axes import SETTLED, STATIONS
from saferground.scenario.cells import Value
from saferground.scenario.columns import Schema
from saferground.scenario.plans.record import Change, Plan, given
from saferground.scenario.plans.rows import altered, cut, fewer, joined, new_row, split_days, stepped
from saferground.scenario.record import Scenario

Tables = dict[str, pd.DataFrame]
SOURCE = "plans_compared"
PLENTY = 10_000
"""Servers of a station that holds nobody up."""
_GATES = (*STATIONS, "triage")
"""Kinds of station for which people wait from the start where a place has one that opens later."""
_ORIGIN: Mapping[str, Value] = {"source": SOURCE, "confidence": "assumption"}


def united(scenario: Scenario, plans: Sequence[Plan]) -> Scenario:
    """What is known of a scenario with the new places and ways of every plan, not yet open.

    The models of a scenario that is united and of each of its plans have the same places and ways, so that a run can be
    carried on with any of them from the same state. A place that never opens changes nothing, except that sites take
    turns at going first, and one more takes its turn too.
    """
    known = scenario.known()
    tables = dict(known.tables)
    title = "Plans of this comparison: what might be done, not what was observed"
    _append(tables, known.schema, "sources", 0, {"id": SOURCE, "title": title, "publisher": "Saferground"})
    for one in {one["id"]: one for plan in plans for one in plan.of_kind("places")}.values():
        _append(tables, known.schema, "places", one.line, {**one.values, **_ORIGIN})
    for one in {one["id"]: one for plan in plans for one in plan.of_kind("routes")}.values():
        _append(tables, known.schema, "routes", one.line, {**one.values, **_ORIGIN})
        closed = {"route": one["id"], "closed": known.settings.start, "reason": "opens only with a plan", **_ORIGIN}
        _append(tables, known.schema, "closures", one.line, closed)
    for place, line in _unopened(tables, plans).items():
        _append(tables, known.schema, "camps", line, _closed(known, place))
    return replace(known, tables=tables)


def _unopened(tables: Tables, plans: Sequence[Plan]) -> dict[str, int]:
    """New camps and host communities, and camps of which no row is known; with the lines of the plans on them."""
    new = {one["id"]: one.line for plan in plans for one in plan.of_kind("places") if one["kind"] in SETTLED}
    camps, opened = _ids(tables, "camp"), set(tables["camps"]["place"])
    meant = {one["place"]: one.line for plan in plans for one in plan.of_kind("camps") if one["place"] in camps}
    return {place: line for place, line in (meant | new).items() if place not in opened}


def _closed(scenario: Scenario, place: str) -> dict[str, Any]:
    return {"place": place, "date": scenario.settings.start, "capacity": 0.0, "occupied": 0.0, **_ORIGIN}


def with_plan(scenario: Scenario, plan: Plan) -> Scenario:
    """A united scenario with the changes of one of its plans, in the order of ``Plan.in_order``."""
    return reduce(changed, plan.in_order(), scenario)


def changed(scenario: Scenario, change: Change) -> Scenario:
    """A united scenario with one change of a plan."""
    tables = dict(scenario.tables)
    _APPLY[change.kind](tables, scenario, change)
    return replace(scenario, tables=tables)


def _append(tables: Tables, schema: Schema, table: str, line: int, cells: Mapping[str, Any]) -> None:
    known = {name: value for name, value in cells.items() if schema.has(table, name) and value not in (None, "", ())}
    tables[table] = joined(tables[table], new_row(schema, table, line, known))


def _ids(tables: Tables, *kinds: str) -> set[str]:
    """Places of these kinds."""
    return set(tables["places"].loc[tables["places"]["kind"].isin(kinds), "id"])


def _of_place(tables: Tables, table: str, place: str) -> pd.Series:
    return tables[table]["place"].eq(place)


# --- one function a kind -------------------------------------------------------------------------------------------


def _places(tables: Tables, scenario: Scenario, change: Change) -> None:
    """It stands in the united scenario, and opens with the changes that speak of it."""


def _routes(tables: Tables, scenario: Scenario, change: Change) -> None:
    _openings(tables, scenario, replace(change, values={**change.values, "route": change["id"]}))


def _openings(tables: Tables, scenario: Scenario, change: Change) -> None:
    closures = tables["closures"]
    mine = closures["route"].eq(change["route"])
    days = ("closed", "reopened")
    rows = cut(closures[mine], days, change.first, change.until, lambda inside: inside.head(0), change.line)
    tables["closures"] = joined(closures[~mine], rows)


def _closures(tables: Tables, scenario: Scenario, change: Change) -> None:
    days = {"route": change["route"], "closed": change.first, "reopened": change.until, "reason": "plan"}
    _append(tables, scenario.schema, "closures", change.line, {**days, **_ORIGIN})


def _camps(tables: Tables, scenario: Scenario, change: Change) -> None:
    mine = _of_place(tables, "camps", change["place"])
    rows, others = tables["camps"][mine].sort_values("date", kind="stable"), tables["camps"][~mine]
    if not rows["date"].le(pd.Timestamp(change.first)).any():
        rows = joined(_before(tables, scenario, change, rows), rows)

    def alter(camp: pd.DataFrame) -> pd.DataFrame:
        if change["places"] is None:
            return camp.assign(capacity=np.nan if change["capacity"] is None else float(change["capacity"]))
        return camp.assign(capacity=(camp["capacity"] + change["places"]).clip(lower=0.0))

    tables["camps"] = joined(others, stepped(rows, change.first, change.until, alter, change.line))


def _before(tables: Tables, scenario: Scenario, change: Change, rows: pd.DataFrame) -> pd.DataFrame:
    """What holds at a place before its first row: a camp is shut, a host community has no stated limit."""
    cells = _closed(scenario, change["place"]) | {"occupied": float(rows["occupied"].head(1).sum())}
    if change["place"] in _ids(tables, "host_community"):
        del cells["capacity"]
    return new_row(scenario.schema, "camps", change.line, cells)


def _stations(tables: Tables, scenario: Scenario, change: Change) -> None:
    if change["servers"] < 0:
        _fewer_servers(tables, change)
        return
    alike = _alike(tables, change)
    own = {"place": change["place"], "kind": change["kind"], "servers": change["servers"], **_ORIGIN}
    days = {"opens": change.first, "closes": change.until}
    row = new_row(scenario.schema, "stations", change.line, own | days)
    if len(alike):
        row = alike.tail(1).assign(**{name: row[name].to_numpy() for name in (*own, *days, "published", "line")})
    elif change["kind"] in _GATES:
        _nothing_to_pass(tables, scenario, change)
    tables["stations"] = joined(tables["stations"], altered(row, given(change, scenario.schema, "stations")))


def _alike(tables: Tables, change: Change) -> pd.DataFrame:
    """Stations of the kind at the place: those at work on the first day where there are any, else all."""
    day, rows = pd.Timestamp(change.first), tables["stations"][_meant(tables, change)]
    rows = rows.sort_values(["opens", *_WORK], kind="stable")
    at_work = rows[rows["opens"].le(day) & ~rows["closes"].le(day)]
    return at_work if len(at_work) else rows


def _nothing_to_pass(tables: Tables, scenario: Scenario, change: Change) -> None:
    """A place holds people back for as long as a station of it does not work, so a new one lets all pass till then."""
    gate = {"place": change["place"], "kind": change["kind"], "servers": PLENTY, "opens": scenario.settings.start}
    gate |= {"note": "Not there yet: everyone passes", "after": change["after"], "variation": change["variation"]}
    _append(tables, scenario.schema, "stations", change.line, {**gate, "closes": change.first, **_ORIGIN})
    if change.until is not None:
        _append(tables, scenario.schema, "stations", change.line, {**gate, "opens": change.until, **_ORIGIN})


_WORK = ["opens_hour", "closes_hour", "servers"]
"""Columns that set stations at one place apart, so that the order of rows in the file does not matter."""


def _fewer_servers(tables: Tables, change: Change) -> None:
    """Each day from what works on it."""
    stations, days, mine = tables["stations"], ("opens", "closes"), _meant(tables, change)
    rows = stations[mine]
    for first, until in split_days(rows, days, change.first, change.until):
        rows = cut(rows, days, first, until, _without(-change["servers"]), change.line)
    tables["stations"] = joined(stations[~mine], rows)


def _without(servers: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda rows: fewer(rows.sort_values(_WORK, kind="stable"), servers)


def _hours(tables: Tables, scenario: Scenario, change: Change) -> None:
    stations, hours, mine = tables["stations"], given(change, scenario.schema, "stations"), _meant(tables, change)
    days = ("opens", "closes")
    rows = cut(stations[mine], days, change.first, change.until, lambda rows: altered(rows, hours), change.line)
    tables["stations"] = joined(stations[~mine], rows)


def _meant(tables: Tables, change: Change) -> pd.Series:
    """Stations of the kind at the place."""
    return _of_place(tables, "stations", change["place"]) & tables["stations"]["kind"].eq(change["kind"])


def _buses(tables: Tables, scenario: Scenario, change: Change) -> None:
    mine = _of_place(tables, "buses", change["place"])
    rows, others = tables["buses"][mine], tables["buses"][~mine]
    traits = given(change, scenario.schema, "buses")
    del traits["vehicles"]
    if not rows["date"].le(pd.Timestamp(change.first)).any():
        start = {"date": scenario.settings.start, "vehicles": 0, "seats": 1, "speed_kmh": 1.0, **_ORIGIN}
        rows = joined(new_row(scenario.schema, "buses", change.line, start | traits), rows)

    def alter(fleet: pd.DataFrame) -> pd.DataFrame:
        more = (fleet["vehicles"] + change["vehicles"]).clip(lower=0)
        return altered(fleet, traits).assign(vehicles=more)

    tables["buses"] = joined(others, stepped(rows, change.first, change.until, alter, change.line))


def _supplies(tables: Tables, scenario: Scenario, change: Change) -> None:
    supplies = tables["supplies"]
    own = supplies["district"].eq(change["district"]) & supplies["good"].eq(change["good"])
    if not own.any():
        general = supplies[supplies["district"].eq("") & supplies["good"].eq(change["good"])]
        supplies = joined(supplies, general.assign(district=change["district"], line=-change.line))
        own = supplies["district"].eq(change["district"]) & supplies["good"].eq(change["good"])

    def alter(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(inflow=float(change["inflow"]))

    rows = stepped(supplies[own], change.first, change.until, alter, change.line)
    tables["supplies"] = joined(supplies[~own], rows)


def _stocks(tables: Tables, scenario: Scenario, change: Change) -> None:
    stocks = tables["stocks"]
    mine = stocks["place"].eq(change["place"]) & stocks["item"].eq(change["item"])
    rows, traits = stocks[mine], given(change, scenario.schema, "stocks")
    counted = traits.pop("on_hand", np.nan)
    known = set(rows["date"])
    if rows["date"].le(pd.Timestamp(change.first)).any():
        rows = stepped(rows, change.first, change.until, lambda inside: altered(inside, traits), change.line)
    else:
        rows = joined(_new_stock(scenario, change, traits), rows)
    made = rows["line"].eq(-change.line)
    rows = rows.assign(on_hand=rows["on_hand"].mask(made & ~rows["date"].isin(known)))  # no count, so what is there
    if change["on_hand"] is not None:
        rows.loc[made & rows["date"].eq(pd.Timestamp(change.first)), "on_hand"] = counted
    tables["stocks"] = joined(stocks[~mine], rows)


def _new_stock(scenario: Scenario, change: Change, traits: Mapping[str, Any]) -> pd.DataFrame:
    """A stock that begins with the change, and is not filled up again from the day ``until``."""
    first = new_row(scenario.schema, "stocks", change.line, {**traits, "date": change.first, **_ORIGIN})
    if change.until is None:
        return first
    end = {**traits, "date": change.until, "resupply": 0.0, **_ORIGIN}
    return joined(first, new_row(scenario.schema, "stocks", change.line, end))


_APPLY: Mapping[str, Callable[[Tables, Scenario, Change], None]] = {
    "places": _places,
    "routes": _routes,
    "openings": _openings,
    "closures": _closures,
    "camps": _camps,
    "stations": _stations,
    "hours": _hours,
    "buses": _buses,
    "supplies": _supplies,
    "stocks": _stocks,
}
