"""A plan applied to a scenario: the same tables with other rows. One function a kind of change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from saferground.scenario.cells import Value
from saferground.scenario.columns import Schema
from saferground.scenario.plans.record import KINDS, Change, Plan
from saferground.scenario.plans.rows import cut, fewer, joined, new_row, stepped
from saferground.scenario.record import Scenario

Tables = dict[str, pd.DataFrame]
_SOURCE = "plan"


def united(scenario: Scenario, plans: Sequence[Plan]) -> Scenario:
    """What is known of a scenario with the new places and ways of every plan, not yet open.

    The models of a scenario that is united and of each of its plans have the same places and ways, so that a run can be
    carried on with any of them from the same state. A place that never opens changes nothing.
    """
    known = scenario.known()
    tables = dict(known.tables)
    _append(tables, known.schema, "sources", 0, {"id": _SOURCE, "title": "Plans of this comparison", "publisher": ""})
    places = {one["id"]: one for plan in plans for one in plan.of_kind("places")}
    routes = {one["id"]: one for plan in plans for one in plan.of_kind("routes")}
    for one in places.values():
        _append(tables, known.schema, "places", one.line, {**one.values, **_ORIGIN})
        if one["kind"] == "camp":
            row = {"place": one["id"], "date": known.settings.start, "capacity": 0.0, "occupied": 0.0, **_ORIGIN}
            _append(tables, known.schema, "camps", one.line, row)
    for one in routes.values():
        _append(tables, known.schema, "routes", one.line, {**one.values, **_ORIGIN})
        closed = {"route": one["id"], "closed": known.settings.start, "reason": "opens only with a plan", **_ORIGIN}
        _append(tables, known.schema, "closures", one.line, closed)
    return replace(known, tables=tables)


_ORIGIN: Mapping[str, Value] = {"source": _SOURCE, "confidence": "assumption"}


def with_plan(scenario: Scenario, plan: Plan) -> Scenario:
    """A united scenario with the changes of one of its plans."""
    tables = dict(scenario.tables)
    for kind in KINDS:
        for change in plan.of_kind(kind):
            _APPLY[kind](tables, scenario, change)
    return replace(scenario, tables=tables)


def _append(tables: Tables, schema: Schema, table: str, line: int, cells: Mapping[str, Any]) -> None:
    known = {name: value for name, value in cells.items() if name in schema.names(table)}
    tables[table] = joined(tables[table], new_row(schema, table, line, known))


def _given(change: Change, *names: str) -> dict[str, Any]:
    """The values of those keys that the change has."""
    return {name: change[name] for name in names if change[name] is not None}


def _of_place(tables: Tables, table: str, place: str) -> pd.Series:
    return tables[table]["place"].eq(place)


# --- one function a kind -------------------------------------------------------------------------------------------


def _buses(tables: Tables, scenario: Scenario, change: Change) -> None:
    mine = _of_place(tables, "buses", change["place"])
    rows, others = tables["buses"][mine], tables["buses"][~mine]
    if not rows["date"].le(pd.Timestamp(change.first)).any():
        start = {"place": change["place"], "date": min(scenario.settings.start, change.first), "vehicles": 0, **_ORIGIN}
        start |= {"seats": 1, "speed_kmh": 1.0} | _given(change, "seats", "speed_kmh", "opens_hour", "closes_hour")
        rows = joined(new_row(scenario.schema, "buses", change.line, start), rows)
    given = _given(change, "seats", "speed_kmh", "opens_hour", "closes_hour")

    def alter(fleet: pd.DataFrame) -> pd.DataFrame:
        return fleet.assign(vehicles=(fleet["vehicles"] + change["vehicles"]).clip(lower=0), **given)

    tables["buses"] = joined(others, stepped(rows, change.first, change.until, alter, change.line))


def _stations(tables: Tables, scenario: Scenario, change: Change) -> None:
    if change["servers"] < 0:
        _cut_stations(tables, change, lambda rows: fewer(rows, -change["servers"]))
        return
    stations = tables["stations"]
    alike = stations[_of_place(tables, "stations", change["place"]) & stations["kind"].eq(change["kind"])]
    own = {"place": change["place"], "kind": change["kind"], "servers": change["servers"], **_ORIGIN}
    days = {"opens": change.first, "closes": change.until}
    row = new_row(scenario.schema, "stations", change.line, own | days)
    if len(alike):
        row = alike.tail(1).assign(**{name: row[name].to_numpy() for name in (*own, *days, "published", "line")})
    tables["stations"] = joined(stations, row.assign(**_given(change, "opens_hour", "closes_hour")))


def _hours(tables: Tables, scenario: Scenario, change: Change) -> None:
    given = _given(change, "opens_hour", "closes_hour")
    _cut_stations(tables, change, lambda rows: rows.assign(**given))


def _cut_stations(tables: Tables, change: Change, alter: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    stations = tables["stations"]
    mine = _of_place(tables, "stations", change["place"]) & stations["kind"].eq(change["kind"])
    rows = cut(stations[mine], ("opens", "closes"), change.first, change.until, alter, change.line)
    tables["stations"] = joined(stations[~mine], rows)


def _camps(tables: Tables, scenario: Scenario, change: Change) -> None:
    mine = _of_place(tables, "camps", change["place"])
    rows, others = tables["camps"][mine], tables["camps"][~mine]
    if not rows["date"].le(pd.Timestamp(change.first)).any():
        start = {
            "place": change["place"],
            "date": min(scenario.settings.start, change.first),
            "capacity": 0.0,
            **_ORIGIN,
        }
        rows = joined(new_row(scenario.schema, "camps", change.line, start), rows)

    def alter(camp: pd.DataFrame) -> pd.DataFrame:
        capacity = camp["capacity"] + (change["places"] or 0)
        return camp.assign(
            capacity=capacity.clip(lower=0.0) if change["capacity"] is None else change["capacity"] + 0.0
        )

    tables["camps"] = joined(others, stepped(rows, change.first, change.until, alter, change.line))


def _closures(tables: Tables, scenario: Scenario, change: Change) -> None:
    days = {"route": change["route"], "closed": change.first, "reopened": change.until, "reason": "plan"}
    _append(tables, scenario.schema, "closures", change.line, {**days, **_ORIGIN})


def _openings(tables: Tables, scenario: Scenario, change: Change) -> None:
    closures = tables["closures"]
    mine = closures["route"].eq(change["route"])
    days = ("closed", "reopened")
    rows = cut(closures[mine], days, change.first, change.until, lambda inside: inside.head(0), change.line)
    tables["closures"] = joined(closures[~mine], rows)


def _places(tables: Tables, scenario: Scenario, change: Change) -> None:
    """It stands in the united scenario; a host community is there from the start, the others open with their rows."""


def _routes(tables: Tables, scenario: Scenario, change: Change) -> None:
    _openings(tables, scenario, replace(change, values={**change.values, "route": change["id"]}))


def _supplies(tables: Tables, scenario: Scenario, change: Change) -> None:
    supplies = tables["supplies"]
    own = supplies["district"].eq(change["district"]) & supplies["good"].eq(change["good"])
    if not own.any():
        general = supplies[supplies["district"].eq("") & supplies["good"].eq(change["good"])]
        supplies = joined(supplies, general.assign(district=change["district"], line=-change.line))
        own = supplies["district"].eq(change["district"]) & supplies["good"].eq(change["good"])
    rows = stepped(
        supplies[own], change.first, change.until, lambda rows: rows.assign(inflow=change["inflow"]), change.line
    )
    tables["supplies"] = joined(supplies[~own], rows)


_APPLY: Mapping[str, Callable[[Tables, Scenario, Change], None]] = {
    "buses": _buses,
    "stations": _stations,
    "hours": _hours,
    "camps": _camps,
    "closures": _closures,
    "openings": _openings,
    "places": _places,
    "routes": _routes,
    "supplies": _supplies,
}
