"""Stations as arrays: who is at work when, and which comes before which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.axes import LINES, STATIONS, Clock
from saferground.model.tools import day_of, hours_within, index_of, rows_of

USUALLY_AFTER = {
    "mustering": (),
    "registration": ("mustering",),
    "screening": ("registration", "mustering"),
    "aid": ("registration", "mustering"),
}
"""Stations before each, where a scenario does not say; of several the first that the site has."""
ARRIVAL = "arrival"
"""In the column ``after``: no station comes before."""


class Staff(NamedTuple):
    """Servers through time, by step and place: ``work`` server-hours, ``open`` hours in which at least one works."""

    work: NDArray[np.float64]
    open: NDArray[np.float64]


class Order(NamedTuple):
    """The graph of each site, in the shapes of model.arrays.Sites."""

    has: NDArray[np.bool_]
    before: NDArray[np.bool_]
    order: NDArray[np.int64]
    side_by_side: NDArray[np.bool_]


def staff(places: Sequence[str], stations: pd.DataFrame, kind: str, clock: Clock) -> Staff:
    """Work of one kind of station at each place; rows of one place add up; arrays (steps, places)."""
    work, at_work = np.zeros((clock.steps, len(places))), np.zeros((clock.steps, len(places)))
    own = stations[stations["kind"].eq(kind)]
    for place, at in index_of(places).items():
        rows = list(rows_of(own[own["place"].eq(place)]))
        if rows:
            work[:, at], at_work[:, at] = _through_the_days(rows, clock)
    return Staff(work, at_work)


def _through_the_days(rows: list[Any], clock: Clock) -> tuple[NDArray, NDArray]:
    """The day is cut at every hour at which work begins or ends; servers are counted in each piece."""
    cuts = sorted({0.0, 24.0, *(hour for row in rows for _, *hours in _pieces(row) for hour in hours)})
    servers = np.zeros((clock.days, len(cuts) - 1))
    for row in rows:
        first = (day_of(row.opens) - clock.start).days
        end = clock.days if pd.isna(row.closes) else (day_of(row.closes) - clock.start).days
        for later, opens, closes in _pieces(row):
            days = slice(max(0, first + later), max(0, end + later))
            servers[days, cuts.index(opens) : cuts.index(closes)] += row.servers
    overlap = np.stack([hours_within(clock, *piece) for piece in pairwise(cuts)])
    return (servers @ overlap).ravel(), ((servers > 0) @ overlap).ravel()


def _pieces(row: Any) -> Iterator[tuple[int, float, float]]:
    """Work of one row without its break, cut at midnight: days after that on which it began, and two hours."""
    end = row.closes_hour if row.closes_hour > row.opens_hour else row.closes_hour + 24.0
    pieces = [(row.opens_hour, end)]
    if not pd.isna(row.break_start):
        rest = row.break_start if row.break_start >= row.opens_hour else row.break_start + 24.0
        again = row.break_end if row.break_end > row.break_start else row.break_end + 24.0
        pieces = [(row.opens_hour, rest), (rest + again - row.break_start, end)]
    for opens, closes in pieces:
        for day in (0, 1):
            low, high = max(0.0, opens - 24.0 * day), min(24.0, closes - 24.0 * day)
            if low < high:
                yield day, low, high


def order(sites: Sequence[str], stations: pd.DataFrame) -> Order:
    """Which stations each site has, and in which order people pass them."""
    graphs = [_graph(stations[stations["place"].eq(site)]) for site in sites]
    has = np.array([[kind in graph for kind in STATIONS] for graph in graphs], bool)
    has = has.reshape(len(sites), len(STATIONS))
    before = np.zeros((len(sites), len(LINES), len(STATIONS)), bool)
    places = np.zeros((len(sites), len(STATIONS)), np.int64)
    for site, graph in enumerate(graphs):
        before[site, len(STATIONS)] = has[site]
        for kind, earlier in graph.items():
            before[site, STATIONS.index(kind)] = [one in earlier for one in STATIONS]
        places[site] = _sorted(before[site])
    return Order(has, before, places, np.array([_beside(graph) for graph in graphs], bool))


def _graph(stations: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The stations of a site, each with those that come right before it."""
    stated = dict(zip(stations["kind"], stations["after"], strict=True))
    there = [kind for kind in STATIONS if kind in stated]
    return {kind: _earlier(kind, stated[kind], there) for kind in there}


def _earlier(kind: str, stated: tuple[str, ...], there: Sequence[str]) -> tuple[str, ...]:
    if stated:
        return tuple(one for one in stated if one in there)
    return tuple(one for one in USUALLY_AFTER[kind] if one in there)[:1]


def _sorted(before: NDArray[np.bool_]) -> list[int]:
    """Numbers of all stations, each after those before it, else in the order of ``STATIONS``."""
    order: list[int] = []
    while len(order) < len(STATIONS):
        left = (i for i in range(len(STATIONS)) if i not in order)
        order.append(next(i for i in left if not before[i, [j for j in range(len(STATIONS)) if j not in order]].any()))
    return order


def _beside(graph: dict[str, tuple[str, ...]]) -> bool:
    """Whether screening and aid are both there and neither comes before the other."""
    whole = list(TopologicalSorter(graph).static_order())
    if not {"screening", "aid"} <= set(whole):
        return False
    earlier: dict[str, set[str]] = {}
    for kind in whole:
        earlier[kind] = set(graph[kind]).union(*(earlier[one] for one in graph[kind]))
    return "screening" not in earlier["aid"] and "aid" not in earlier["screening"]


def variation(sites: Sequence[str], stations: pd.DataFrame) -> NDArray[np.float64]:
    """Coefficient of variation of a service at each station; 0 where there is none; shape (sites, stations)."""
    stated = stations.groupby(["place", "kind"])["variation"].first()
    return np.array([[stated.get((site, kind), 0.0) for kind in STATIONS] for site in sites]).reshape(
        len(sites), len(STATIONS)
    )
