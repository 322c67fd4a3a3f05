"""Links between places, when they are open, and the paths that people choose between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.errors import UsageError
from saferground.model.journey.arrays import Links, Paths
from saferground.model.journey.timeline import Days, spans
from saferground.streams import word

MOST_PATHS = 500_000
_PATHWAY_SHORTENS = 4.0  # Flee's factor for major routes


def directed(routes: pd.DataFrame) -> pd.DataFrame:
    """Two rows a route, forward and back, sorted by route."""
    frames = []
    for route in routes.sort_values("id").to_dict("records"):
        ends = route["origin"], route["destination"]
        for direction, (start, end) in (("forward", ends), ("back", ends[::-1])):
            frames.append({**route, "start": start, "end": end, "direction": direction})
    return pd.DataFrame(frames)


def build_links(
    routes: pd.DataFrame,
    closures: pd.DataFrame,
    countries: Mapping[str, str],
    at: Mapping[str, int],
    days: Days,
) -> Links:
    """Every route as two links."""
    rows = directed(routes)
    open_ = opened(rows, closures, countries, days)
    closing = np.zeros(days.count, dtype=np.int64)
    closing[1:] = (open_[:-1] & ~open_[1:]).sum(axis=1)
    number = {name: i for i, name in enumerate(sorted(routes["id"]))}
    return Links(
        key=np.array([word(f"{r.id} {r.direction}") for r in rows.itertuples()], dtype=np.uint64),
        start=rows["start"].map(at).to_numpy(np.int64),
        end=rows["end"].map(at).to_numpy(np.int64),
        km=rows["length_km"].to_numpy(np.float64),
        speed=rows["speed_km_day"].to_numpy(np.float64),
        walk=rows["walk_probability"].to_numpy(np.float64),
        route=rows["id"].map(number).to_numpy(np.int64),
        open=open_,
        closing=closing,
    )


def opened(rows: pd.DataFrame, closures: pd.DataFrame, countries: Mapping[str, str], days: Days) -> NDArray[np.bool_]:
    """Whether each link is open on each day, (days, links)."""
    open_ = np.ones((days.count, len(rows)), dtype=bool)
    start, end = rows["start"].map(countries).to_numpy(), rows["end"].map(countries).to_numpy()
    for covered, closure in spans(closures, days):
        if closure["kind"] == "country":
            pair = {closure["country"], closure["other_country"]}
            shut = np.array([{a, b} == pair for a, b in zip(start, end, strict=True)])
        elif closure["kind"] == "place":
            shut = ((rows["start"] == closure["place"]) | (rows["end"] == closure["place"])).to_numpy()
        elif closure["kind"] == "route":
            shut = (rows["id"] == closure["route"]).to_numpy()
        else:
            continue
        open_[covered, shut] = False
    return open_


# --- paths -----------------------------------------------------------------------------------------------------------


def build_paths(
    links: Links,
    marker: NDArray[np.bool_],
    apart: NDArray[np.float64],
    awareness: int,
    pathways: list[list[int]],
    fixed: bool,
) -> Paths:
    """Loop-free paths of up to ``awareness`` links (links to markers do not count); a marker is never their end.

    ``pathways`` are sequences of places; with ``fixed``, the shortest open path to each destination is the only one,
    and pathways lead to destinations beyond. ``apart`` is the distance by air in km, (places, places). Raises
    UsageError when there are more than MOST_PATHS paths.
    """
    near = dict.fromkeys(_ways(links, marker, awareness))
    major = dict.fromkeys(way for way in _along(links, list(near), pathways) if way not in near) if fixed else {}
    ways = sorted(_with_rests([*near, *major]), key=lambda way: (int(links.start[way[0]]), way))
    paths = _paths(links, ways, apart, np.array([way in major for way in ways], dtype=bool))
    choice = np.array([way in near or way in major for way in ways], dtype=bool)
    paths.open[:, ~choice] = False
    if fixed:
        paths = paths._replace(open=np.array([_best(links.start[paths.link], paths, row) for row in paths.open]))
    return paths


def _ways(links: Links, marker: NDArray[np.bool_], awareness: int) -> list[tuple[int, ...]]:
    leaving = [np.flatnonzero(links.start == place).tolist() for place in range(len(marker))]
    found: list[tuple[int, ...]] = []
    for place in range(len(marker)):
        for way in _walk(links, marker, leaving, (), {place}, place, max(awareness, 1)):
            found.append(way)
            if len(found) > MOST_PATHS:
                do = "Lower awareness_level."
                raise UsageError(f"got more than {MOST_PATHS:,} paths with awareness_level={awareness}. {do}")
    return found


def _walk(
    links: Links,
    marker: NDArray[np.bool_],
    leaving: list[list[int]],
    way: tuple[int, ...],
    seen: set[int],
    here: int,
    left: int,
) -> Iterator[tuple[int, ...]]:
    for link in leaving[here]:
        there = int(links.end[link])
        if there in seen:
            continue
        if not marker[there]:
            yield (*way, link)
        remaining = left if marker[there] else left - 1
        if remaining > 0:
            yield from _walk(links, marker, leaving, (*way, link), seen | {there}, there, remaining)


def _with_rests(ways: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The ways, and every way that remains after a first link."""
    known = dict.fromkeys(ways)
    for way in ways:
        for first in range(1, len(way)):
            known.setdefault(way[first:])
    return list(known)


def _along(links: Links, ways: list[tuple[int, ...]], pathways: list[list[int]]) -> list[tuple[int, ...]]:
    """Ways that follow a pathway from its beginning, or lead to its beginning first."""
    step = _steps(links)
    found = []
    for pathway in pathways:
        pairs = list(pairwise(pathway))
        major = tuple(step[pair] for pair in pairs if pair in step)
        if len(major) != len(pairs) or not major:
            continue
        found.append(major)
        found += [(*way, *major) for way in ways if int(links.end[way[-1]]) == pathway[0]]
    return [way for way in dict.fromkeys(found) if int(links.start[way[0]]) != int(links.end[way[-1]])]


def _steps(links: Links) -> dict[tuple[int, int], int]:
    """The first link between each two places."""
    return {(int(a), int(b)): i for i, (a, b) in reversed(list(enumerate(zip(links.start, links.end, strict=True))))}


def _directs(links: Links, ways: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """For each way, the one that leaves its first stop out; empty where no link leads on from its beginning."""
    step = _steps(links)
    pairs = [(int(links.start[way[0]]), int(links.end[way[min(1, len(way) - 1)]])) for way in ways]
    return [
        (step[pair], *way[2:]) if len(way) > 1 and pair in step else () for way, pair in zip(ways, pairs, strict=True)
    ]


def _paths(links: Links, ways: list[tuple[int, ...]], apart: NDArray[np.float64], major: NDArray[np.bool_]) -> Paths:
    rank = {way: i for i, way in enumerate(ways)}
    first = np.array([way[0] for way in ways], dtype=np.int64)
    patterns, regime = np.unique(links.open, axis=0, return_inverse=True)
    open_ = [[pattern[list(way)].all() for way in ways] for pattern in patterns]
    end = np.array([links.end[way[-1]] for way in ways], dtype=np.int64)
    return Paths(
        first_of=np.searchsorted(links.start[first], np.arange(len(apart) + 1)).astype(np.int64),
        key=np.array([word("path " + " ".join(str(links.key[i]) for i in way)) for way in ways], dtype=np.uint64),
        end=end,
        apart=apart[links.start[first], end],
        km=np.array([links.km[list(way)].sum() for way in ways], dtype=np.float64),
        shorten=np.where(major, _PATHWAY_SHORTENS, 1.0),
        link=first,
        rest=np.array([rank.get(way[1:], -1) for way in ways], dtype=np.int64),
        direct=np.array([rank.get(way, -1) for way in _directs(links, ways)], dtype=np.int64),
        open=np.array(open_, dtype=bool).reshape(len(patterns), len(ways)),
        regime=regime.reshape(-1).astype(np.int64),
    )


def _best(start: NDArray[np.int64], paths: Paths, open_: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the open paths, the shortest one to each destination; those along pathways only where no other leads."""
    best: dict[tuple[int, int], int] = {}
    for i in sorted(np.flatnonzero(open_), key=lambda i: (paths.shorten[i], paths.km[i], i)):
        best.setdefault((int(start[i]), int(paths.end[i])), int(i))
    chosen = np.zeros(len(open_), dtype=bool)
    chosen[list(best.values())] = True
    return chosen
