"""Ways out of the districts and onward from the sites, with their closures, as arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.axes import Clock
from saferground.model.arrays import Care, Exits, Sites
from saferground.model.layout import Layout
from saferground.model.tools import hours_open, index_of, keys, rows_of, span, starts


def open_steps(routes: pd.DataFrame, closures: pd.DataFrame, clock: Clock) -> NDArray[np.bool_]:
    """Which routes can be used in which step, by closures and hours alone; shape (steps, routes)."""
    usable = np.empty((clock.steps, len(routes)), bool)
    for i, route in enumerate(rows_of(routes)):
        usable[:, i] = hours_open(clock, route.opens_hour, route.closes_hour) > 0
        for closure in rows_of(closures[closures["route"].eq(route.id)]):
            usable[span(clock, closure.closed, closure.reopened), i] = False
    return usable


def walking_steps(km: NDArray, speeds: NDArray, clock: Clock) -> NDArray[np.int64]:
    """Steps on the way, at least one; shape (routes, classes)."""
    hours = km[:, None] / speeds[None, :]
    return np.maximum(1, np.ceil(hours / clock.step_hours)).astype(np.int64)


def build_exits(layout: Layout, closures: pd.DataFrame, speeds: NDArray, clock: Clock) -> Exits:
    """Ways out grouped by district."""
    at = index_of(layout.districts)
    routes = layout.exits.assign(own=layout.exits["origin"].map(at)).sort_values(["own", "id"], ignore_index=True)
    via = [[at[d] for d in names if d in at] for names in routes["via"]]
    km = routes["length_km"].to_numpy(np.float64)
    return Exits(
        key=keys(routes["id"]),
        start=starts(routes["own"].to_numpy(np.int64), len(layout.districts)),
        site=routes["destination"].map(index_of(layout.sites)).to_numpy(np.int64),
        km=km,
        exposed_km=routes["exposed_km"].to_numpy(np.float64),
        via_start=np.cumsum([0, *map(len, via)]).astype(np.int64),
        via=np.array([d for part in via for d in part], np.int64),
        steps=walking_steps(km, speeds, clock),
        open=open_steps(routes, closures, clock),
        route=routes["id"].map(index_of(layout.routes)).to_numpy(np.int64),
    )


def longest_journey(exits: Exits, sites: Sites, care: Care, clock: Clock) -> int:
    """Longest journey of any class on any way and of any patient, in steps."""
    slowest = sites.speed[sites.speed > 0].min(initial=60.0)
    by_road = np.ceil(sites.onward_km / slowest / clock.step_hours)
    slowest = care.speed[care.speed > 0].min(initial=60.0)
    by_ambulance = np.ceil(care.referral_km / slowest / clock.step_hours) if care.has_ambulances.any() else np.zeros(0)
    return int(
        max(
            exits.steps.max(initial=1),
            sites.onward_steps.max(initial=1),
            by_road.max(initial=1),
            by_ambulance.max(initial=1),
        )
    )
