"""What a plan can have more of: stations, vehicles, camp places, care; and how one unit more is written as a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.axes import SITES
from saferground.planning.members import block, totals
from saferground.planning.stocks import ITEMS, stocks
from saferground.scenario import Scenario
from saferground.scenario.plans import Change, Plan, with_plan
from saferground.scenario.plans.record import SCHEMA

BLOCK = 600
"""People in a block of camp places: a hundred plots of six people each (IOM counts a family in Iraq as six people)."""
FLEETS, CAMPS = "buses", "camp"
CARE_STATIONS = ("triage", "stabilisation", "theatre", "beds")


@dataclass(frozen=True, order=True)
class Resource:
    """One thing at one place of which there can be more: a kind of station, ``buses`` or ``camp``."""

    place: str
    kind: str

    @property
    def name(self) -> str:
        """As tables write it: ``screening at haa_screening``."""
        return f"{self.kind} at {self.place}" if self.place else f"{self.kind}, shared"

    @property
    def group(self) -> str:
        """What it is compared with: ``sites`` (lines and fleets), ``camps``, ``stocks`` or ``care``."""
        if self.kind in ITEMS:
            return "stocks"
        return "camps" if self.kind == CAMPS else "care" if self.kind in CARE_STATIONS else "sites"

    @property
    def unit(self) -> str:
        """What one more is."""
        return "more in each order" if self.kind in ITEMS else _UNITS.get(self.kind, "server")

    def more(self, units: int, first: date, until: date | None = None) -> Change:
        """The change that adds so many units from a day on."""
        days = {"from": first, "until": until, "place": self.place}
        if self.kind == FLEETS:
            return _change("buses", days | {"vehicles": units})
        if self.kind == CAMPS:
            return _change("camps", days | {"places": units * BLOCK})
        return _change("stations", days | {"kind": self.kind, "servers": units})


STOCKED = {"L": 10_000.0, "m3": 10.0, "kg": 1000.0, "t": 1.0, "person_days": 1000.0, "tents": 10.0, "kits": 10.0}
"""How much more of a stock each order brings in one unit more, by the unit of its rows."""
_UNITS = {
    "mustering": "marshal", "registration": "clerk", "screening": "lane", "aid": "aid point", FLEETS: "vehicle",
    CAMPS: f"block of {BLOCK} places", "triage": "triage place", "stabilisation": "treatment place",
    "theatre": "theatre", "beds": "bed", "shade": "shaded place",
}  # fmt: skip


def _change(kind: str, given: dict[str, Any]) -> Change:
    keys = SCHEMA.names(f"plan_{kind}")
    return Change(kind, MappingProxyType({key: given.get(key) for key in keys}), 0)


def one_more(scenario: Scenario, one: Resource) -> Scenario:
    """A united scenario with one more unit from the first day ahead on; of a stock, ``STOCKED`` more in each order."""
    if one.kind not in ITEMS:
        return with_plan(scenario, Plan("more", "", one.name, changes=(one.more(1, first_day(scenario)),)))
    rows = scenario.tables["stocks"]
    mine = rows["place"].eq(one.place) & rows["item"].eq(one.kind)
    more = rows["unit"].map(STOCKED).where(mine, 0.0)
    return replace(scenario, tables={**scenario.tables, "stocks": rows.assign(resupply=rows["resupply"] + more)})


def first_day(scenario: Scenario) -> date:
    """The first day on which a change can hold."""
    return scenario.settings.as_of + timedelta(days=1)


def resources(scenario: Scenario) -> list[Resource]:
    """Everything of which the scenario has some at work on a day ahead, sites first, each by place and kind."""
    every = {*_stations(scenario), *_fleets(scenario), *_camps(scenario), *_stocks(scenario)}
    return sorted(every, key=_order(scenario))


def _order(scenario: Scenario) -> Any:
    kinds = dict(zip(scenario.tables["places"]["id"], scenario.tables["places"]["kind"], strict=True))

    def rank(one: Resource) -> tuple:
        kind = kinds.get(one.place, "")
        return (kind not in SITES, kind, one.place, list(_UNITS).index(one.kind) if one.kind in _UNITS else 99)

    return rank


def _stations(scenario: Scenario) -> Iterator[Resource]:
    rows = scenario.tables["stations"]
    ahead = rows[rows["opens"].le(pd.Timestamp(scenario.settings.end)) & rows["servers"].gt(0)]
    ahead = ahead[~ahead["closes"].le(pd.Timestamp(first_day(scenario)))]
    for place, kind in zip(ahead["place"], ahead["kind"], strict=True):
        yield Resource(place, kind)


def _fleets(scenario: Scenario) -> Iterator[Resource]:
    rows = scenario.tables["buses"]
    known = rows[rows["date"].le(pd.Timestamp(first_day(scenario))) & rows["vehicles"].gt(0)]
    for place in known["place"]:
        yield Resource(place, FLEETS)


def _stocks(scenario: Scenario) -> Iterator[Resource]:
    rows = scenario.tables["stocks"]
    for place, item in zip(rows["place"], rows["item"], strict=True):
        yield Resource(place, item)


def _camps(scenario: Scenario) -> Iterator[Resource]:
    rows, camps = scenario.tables["camps"], scenario.tables["places"].query("kind == 'camp'")["id"]
    stated = rows[rows["capacity"].gt(0) & rows["place"].isin(camps)]
    for place in stated["place"]:
        yield Resource(place, CAMPS)


def held_up(days: xr.Dataset, found: Sequence[Resource], scenario: Scenario) -> NDArray[np.float32]:
    """People whom each resource holds up on each day ahead, (member, day, resource).

    In the lines of a site and for buses: the mean number who wait over the day (person-hours / 24). Of a camp:
    people beyond its capacity at the end of the day. Of care: the injured who wait for it at the end of the day;
    who waits for a bed waits for any hospital, and is divided among them. Of a
    stock: people whom it does not serve.
    """
    people = totals(days)
    shape = (days.sizes["member"], days.sizes["time"], len(found))
    held = np.zeros(shape, np.float32)
    lacking = stocks(people, scenario)["without"]
    for i, one in enumerate(found):
        held[:, :, i] = _without(lacking, one) if one.kind in ITEMS else _held(people, one)
    wards = [i for i, one in enumerate(found) if one.kind == "beds"]
    if wards:
        waiting = people["patients"].sel(care_stage="waiting_bed").sum("care_place").values
        held[:, :, wards] = (waiting / len(wards))[..., None]
    return held


def _without(lacking: xr.DataArray, one: Resource) -> NDArray:
    """People whom a stock does not serve."""
    return lacking.sel(place=one.place, item=one.kind).fillna(0.0).transpose("member", "time").values


def _held(days: xr.Dataset, one: Resource) -> NDArray:
    line = "boarding" if one.kind == FLEETS else one.kind
    if one.place in days["site"].values and line in days["spent"].values:
        return days["person_hours"].sel(site=one.place, spent=line).values / 24.0
    if one.kind == CAMPS and one.place in days["settled"].values:
        people, capacity = block(days, "people", "settled"), days["capacity"]
        return (people - capacity).sel(settled=one.place).fillna(0.0).clip(min=0.0).values
    stages = [stage for stage in _CARE.get(one.kind, ()) if stage in days["care_stage"].values]
    if one.place in days["care_place"].values and stages:
        return days["patients"].sel(care_place=one.place, care_stage=stages).sum("care_stage").values
    return np.zeros((days.sizes["member"], days.sizes["time"]))


_CARE = {
    "triage": ("waiting_triage",), "stabilisation": ("waiting_stabilisation",), FLEETS: ("waiting_ambulance",),
    "theatre": ("waiting_theatre",),
}  # fmt: skip
"""Stages of care that wait for each kind of resource."""
