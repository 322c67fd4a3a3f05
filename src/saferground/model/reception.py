"""Sites, stations, fleets, settled places and care as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.axes import STATIONS, Clock
from saferground.model.arrays import Care, Classes, Settled, Sites
from saferground.model.layout import Layout
from saferground.model.stations import order, staff, variation
from saferground.model.tools import hours_open, index_of, keys, kilometres, nearest, rows_of, span, starts
from saferground.model.ways import open_steps, walking_steps


def build_sites(layout: Layout, tables: Mapping[str, pd.DataFrame], speeds: NDArray, clock: Clock) -> Sites:
    """Sites with their stations, fleets and onward ways."""
    at, nodes = index_of(layout.sites), index_of(layout.nodes)
    onward = layout.onward.assign(own=layout.onward["origin"].map(at)).sort_values(["own", "id"], ignore_index=True)
    km = onward["length_km"].to_numpy(np.float64)
    node = onward["destination"].map(nodes).to_numpy(np.int64)
    fleet = _fleets(layout.sites, tables["buses"], clock)
    graph = order(layout.sites, tables["stations"])
    at_work = [staff(layout.sites, tables["stations"], kind, clock) for kind in STATIONS]
    return Sites(
        key=keys(layout.sites),
        has=graph.has,
        before=graph.before,
        order=graph.order,
        side_by_side=graph.side_by_side,
        server_hours=np.stack([each.work for each in at_work], axis=2),
        open_hours=np.stack([each.open for each in at_work], axis=2),
        variation=variation(layout.sites, tables["stations"]),
        shade=staff(layout.sites, tables["stations"], "shade", clock).work / clock.step_hours,
        has_fleet=_has_fleet(layout.sites, tables["buses"], clock),
        vehicle_hours=fleet[0],
        seats=fleet[1],
        speed=fleet[2],
        settles=_settles(onward["own"].to_numpy(np.int64), node, len(layout.sites)),
        onward_start=starts(onward["own"].to_numpy(np.int64), len(layout.sites)),
        onward_key=keys(onward["id"]),
        onward_node=node,
        onward_km=km,
        onward_by_road=onward["mode"].eq("road").to_numpy(bool),
        onward_steps=walking_steps(km, speeds, clock),
        onward_open=open_steps(onward, tables["closures"], clock),
        onward_in_time=_in_time(onward, tables["buses"], clock),
        onward_route=onward["id"].map(index_of(layout.routes)).to_numpy(np.int64),
        stabiliser=nearest(layout.places, layout.sites, layout.stabilisers),
    )  # fmt: skip


def _settles(own: NDArray, node: NDArray, sites: int) -> NDArray[np.bool_]:
    settles = np.zeros(sites, bool)
    settles[own[node >= sites]] = True
    return settles


def _fleets(sites: Sequence[str], buses: pd.DataFrame, clock: Clock) -> NDArray[np.float64]:
    """Vehicle-hours, seats and speed per step; a later row replaces the one before; shape (3, steps, sites)."""
    fleet = np.zeros((3, clock.steps, len(sites)))
    at = index_of(sites)
    for row in rows_of(buses[buses["place"].isin(sites)].sort_values("date")):
        during, site = span(clock, row.date, pd.NaT), at[row.place]
        fleet[0, during, site] = row.vehicles * hours_open(clock, row.opens_hour, row.closes_hour)[during]
        fleet[1, during, site], fleet[2, during, site] = row.seats, row.speed_kmh
    return fleet


def _has_fleet(sites: Sequence[str], buses: pd.DataFrame, clock: Clock) -> NDArray[np.bool_]:
    """Whether a site has a fleet, at work or not: from its first vehicles on where a row says that it had none before.

    Shape (steps, sites).
    """
    has = np.zeros((clock.steps, len(sites)), bool)
    for place, rows in buses[buses["place"].isin(sites)].sort_values("date").groupby("place"):
        some, site = rows["vehicles"].gt(0), index_of(sites)[str(place)]
        if some.iloc[0]:
            has[:, site] = True
        elif some.any():
            has[span(clock, rows.loc[some, "date"].iloc[0], pd.NaT), site] = True
    return has


def _in_time(onward: pd.DataFrame, buses: pd.DataFrame, clock: Clock) -> NDArray[np.float64]:
    """Share of a fleet's hours in each step in which it can still set out on a road and be there before the curfew.

    1 without a curfew or while the fleet rests; shape (steps, onward ways).
    """
    share = np.ones((clock.steps, len(onward)))
    for row in rows_of(buses.sort_values("date")):
        during, at_work = span(clock, row.date, pd.NaT), hours_open(clock, row.opens_hour, row.closes_hour)
        for w in np.flatnonzero(onward["origin"].eq(row.place) & onward["mode"].eq("road")):
            last = row.curfew_hour - onward["length_km"].iloc[w] / row.speed_kmh
            until = row.closes_hour if np.isnan(last) else min(row.closes_hour, max(row.opens_hour, last))
            window = hours_open(clock, row.opens_hour, until)
            share[during, w] = np.divide(window, at_work, where=at_work > 0, out=np.ones(clock.steps))[during]
    return share


def build_settled(layout: Layout, camps: pd.DataFrame, classes: Classes, clock: Clock) -> Settled:
    """Camps and host communities; a host community without a row has no stated limit."""
    at = index_of(layout.settled)
    is_camp = layout.places.loc[list(layout.settled), "kind"].eq("camp").to_numpy(bool)
    capacity = np.where(is_camp, 0.0, np.inf) * np.ones((clock.steps, 1))
    earlier = np.zeros(len(layout.settled))
    for place, rows in camps[camps["place"].isin(layout.settled)].sort_values("date").groupby("place"):
        earlier[at[str(place)]] = np.nan_to_num(rows["occupied"].iloc[0])
        for row in rows_of(rows):
            capacity[span(clock, row.date, pd.NaT), at[str(place)]] = np.inf if np.isnan(row.capacity) else row.capacity
    return Settled(
        key=keys(layout.settled),
        is_camp=is_camp,
        capacity=capacity,
        earlier=_split(earlier, classes.share),
        km=kilometres(layout.places, layout.settled, layout.settled),
    )


def _split(people: NDArray, share: NDArray) -> NDArray[np.int64]:
    """Whole people per class by largest remainder, summing to the rounded total; shape (places, classes)."""
    exact = np.rint(people)[:, None] * share
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), axis=1, kind="stable")
    spare = np.rint(people).astype(np.int64) - whole.sum(axis=1)
    for i, n in enumerate(spare):
        whole[i, order[i, :n]] += 1
    return whole


def _has(places: Sequence[str], stations: pd.DataFrame, kind: str) -> NDArray[np.bool_]:
    return np.isin(places, stations.loc[stations["kind"].eq(kind), "place"])


def build_care(layout: Layout, tables: Mapping[str, pd.DataFrame], clock: Clock) -> Care:
    """Stabilisation points and hospitals; referrals to the nearest hospital first."""
    at, stations, buses = index_of(layout.stabilisers), tables["stations"], tables["buses"]
    referrals = layout.referrals.assign(own=layout.referrals["origin"].map(at)).sort_values(["own", "length_km", "id"])
    fleet = _fleets(layout.stabilisers, buses, clock)
    beds = staff(layout.hospitals, stations, "beds", clock).work / clock.step_hours
    return Care(
        key=keys(layout.stabilisers),
        has_triage=_has(layout.stabilisers, stations, "triage"),
        triage_hours=staff(layout.stabilisers, stations, "triage", clock).work,
        place_hours=staff(layout.stabilisers, stations, "stabilisation", clock).work,
        has_ambulances=np.isin(layout.stabilisers, buses["place"]),
        ambulance_hours=fleet[0],
        patients=fleet[1],
        speed=fleet[2],
        referral_start=starts(referrals["own"].to_numpy(np.int64), len(layout.stabilisers)),
        referral_to=referrals["destination"].map(index_of(layout.hospitals)).to_numpy(np.int64),
        referral_km=referrals["length_km"].to_numpy(np.float64),
        referral_open=open_steps(referrals, tables["closures"], clock),
        has_theatre=_has(layout.hospitals, stations, "theatre"),
        theatre_hours=staff(layout.hospitals, stations, "theatre", clock).work,
        hospital=keys(layout.hospitals),
        beds=np.floor(beds).astype(np.int64),
    )
