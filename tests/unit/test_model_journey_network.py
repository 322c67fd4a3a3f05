"""Links and paths of a journey: two links a route, closures by day, every way without a loop, markers, fixed routes."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest

from helpers.journeys import ABROAD, HOME, day, model_of, place, route, valley
from saferground.errors import UsageError
from saferground.model import Journey
from saferground.model.journey import network

NAMES = ("fork", "ford", "hill", "lake", "mill", "plain")


@pytest.fixture
def build(tmp_path):
    """A valley with changes, as a model."""
    return lambda **changes: model_of(valley(**changes), tmp_path)


def ways(model: Journey, on: int = 0) -> dict[tuple[str, ...], float]:
    """The paths that people can choose on a day, as the places on them, with their lengths in km."""
    paths, names, found = model.world.paths, model.places["id"].tolist(), {}
    for q in np.flatnonzero(paths.open[paths.regime[on]]):
        start = np.searchsorted(paths.first_of, q, side="right") - 1
        links, rest = [], q
        while rest >= 0:
            links.append(paths.link[rest])
            rest = paths.rest[rest]
        assert model.world.links.start[links[0]] == start
        assert all(model.world.links.end[a] == model.world.links.start[b] for a, b in pairwise(links))
        assert paths.km[q] == pytest.approx(model.world.links.km[links].sum())
        assert names[paths.end[q]] == names[model.world.links.end[links[-1]]]
        found[(names[start], *(names[model.world.links.end[link]] for link in links))] = float(paths.km[q])
    return found


def enumerated(routes: list[dict[str, Any]], awareness: int, marker: str = "fork") -> dict[tuple[str, ...], float]:
    """Every sequence of places that routes join, without a loop, by trying all; a marker is no step and no end."""
    km = {(r["origin"], r["destination"]): r["length_km"] for r in routes}
    km |= {(b, a): length for (a, b), length in km.items()}
    return {
        way: sum(km[pair] for pair in pairwise(way))
        for count in range(2, len(NAMES) + 1)
        for way in permutations(NAMES, count)
        if all(pair in km for pair in pairwise(way))
        if way[-1] != marker and sum(name != marker for name in way[1:]) <= awareness
    }


@pytest.mark.parametrize("awareness", [1, 2, 3, 5])
def test_paths_are_all_ways_without_a_loop(awareness, build):
    model = build(rules={"awareness_level": awareness})
    assert ways(model) == pytest.approx(enumerated(valley().tables["routes"], awareness))


def test_awareness_beyond_the_longest_way_adds_no_path(build):
    assert ways(build(rules={"awareness_level": 4})) == ways(build(rules={"awareness_level": 5}))


def test_awareness_0_knows_the_ways_and_not_the_places(build):
    """Corrected, people choose among neighbours that look all the same; Flee 3.1 finds no way at all."""
    model = build(rules={"awareness_level": 0})
    assert ways(model) == ways(build(rules={"awareness_level": 1}))
    assert (model.world.classes.power == 0).all()
    assert ways(build(rules={"awareness_level": 0, "flee": "3.1"})) == {}


def test_two_markers_in_a_row_are_passed(build):
    more = [place("bend", "marker"), place("cliff", "town")]
    over = [route("fork_bend", "fork", "bend", 5), route("bend_cliff", "bend", "cliff", 6)]
    tables = valley().tables
    model = build(places=[*tables["places"], *more], routes=[*tables["routes"], *over])
    assert ways(model)["ford", "fork", "bend", "cliff"] == 81


def test_every_route_is_two_links(build):
    model = build(routes=valley().change("routes", id="mill_ford", speed_km_day=80).tables["routes"])
    links, names = model.world.links, model.places["id"].to_numpy()
    assert model.routes["id"].tolist() == sorted(model.routes["id"])
    assert links.route.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert names[links.start[::2]].tolist() == model.routes["origin"].tolist() == names[links.end[1::2]].tolist()
    assert np.array_equal(links.km[::2], links.km[1::2])
    speeds = dict(zip(model.routes["id"], links.speed[::2], strict=True))
    assert speeds.pop("mill_ford") == 80
    assert np.isnan(list(speeds.values())).all()
    assert len(set(links.key.tolist())) == len(links.key)


# --- closures ------------------------------------------------------------------------------------------------------


def shut_on(model: Journey) -> dict[str, list[int]]:
    """By route, the days on which it is shut, the same in both directions."""
    shut = ~model.world.links.open
    assert np.array_equal(shut[:, ::2], shut[:, 1::2])
    days = {name: np.flatnonzero(shut[:, 2 * i]).tolist() for i, name in enumerate(model.routes["id"])}
    return {name: found for name, found in days.items() if found}


def closed(kind: str, first: int = 2, last: int | None = 5, **what: str) -> dict[str, Any]:
    return {"kind": kind, "closed": day(first), "reopened": "" if last is None else day(last), **what}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (closed("route", route="mill_ford"), {"mill_ford": [2, 3, 4]}),
        (closed("place", place="ford"), {name: [2, 3, 4] for name in ("ford_fork", "ford_hill", "mill_ford")}),
        (closed("country", country=HOME, other_country=ABROAD), {"hill_lake": [2, 3, 4]}),
        (closed("country", country=ABROAD, other_country=HOME), {"hill_lake": [2, 3, 4]}),
        (closed("route", -3, 2, route="mill_ford"), {"mill_ford": [0, 1]}),
        (closed("route", 9, None, route="mill_ford"), {"mill_ford": [9, 10, 11]}),
        (closed("camp", place="plain"), {}),
    ],
)
def test_closures(row, expected, build):
    assert shut_on(build(closures=[row])) == expected


def test_closures_add_up(build):
    rows = [closed("route", 1, 4, route="mill_ford"), closed("place", 3, 6, place="mill")]
    model = build(closures=rows)
    assert shut_on(model) == {"mill_ford": [1, 2, 3, 4, 5], "mill_hill": [3, 4, 5]}
    assert model.world.links.closing.tolist() == [0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]


def test_a_path_is_open_when_all_its_links_are(build):
    model = build(rules={"awareness_level": 2}, closures=[closed("route", route="ford_hill")])
    with_it = {way for way in ways(model) if {"ford", "hill"} in ({a, b} for a, b in pairwise(way))}
    assert with_it
    assert set(ways(model, 2)) == set(ways(model)) - with_it
    assert ways(model, 5) == ways(model)


def stops(model: Journey, q: int) -> tuple[int, ...]:
    """Where a path begins, and all places on it."""
    paths, links = model.world.paths, model.world.links
    found = [int(links.start[paths.link[q]])]
    while q >= 0:
        found.append(int(links.end[paths.link[q]]))
        q = int(paths.rest[q])
    return tuple(found)


def test_the_direct_path_leaves_out_the_first_stop(build):
    """Who is sent back to the start of a road still knows the stop after its end, and takes a road that leads there."""
    model = build(rules={"awareness_level": 3})
    ways = [stops(model, q) for q in range(len(model.world.paths.key))]
    expected = [ways.index((way[0], *way[2:])) if (way[0], *way[2:]) in ways and len(way) > 2 else -1 for way in ways]
    assert model.world.paths.direct.tolist() == expected
    assert {-1} < set(expected)


def test_the_key_of_a_path_does_not_depend_on_other_routes(build):
    def keys(model: Journey) -> set[int]:
        return set(model.world.paths.key.tolist())

    more = [*valley().tables["routes"], route("a_first", "plain", "lake", 9)]
    assert keys(build(rules={"awareness_level": 2})) < keys(build(rules={"awareness_level": 2}, routes=more))


def test_too_many_paths_are_refused(build, monkeypatch):
    monkeypatch.setattr(network, "MOST_PATHS", 20)
    with pytest.raises(UsageError, match="more than 20 paths with awareness_level=3"):
        build(rules={"awareness_level": 3})


# --- fixed routes --------------------------------------------------------------------------------------------------

OUT = [{"pathway": "out", "order": i, "place": name} for i, name in enumerate(("ford", "hill", "lake"))]


def between(model: Journey, start: str, end: str, on: int = 0) -> list[tuple[str, ...]]:
    return [way for way in ways(model, on) if (way[0], way[-1]) == (start, end)]


def test_fixed_routes_are_the_shortest(build):
    model = build(rules={"awareness_level": 3, "fixed_routes": True})
    every = ways(build(rules={"awareness_level": 3}))
    shortest: dict[tuple[str, str], float] = {}
    for way, km in every.items():
        shortest[way[0], way[-1]] = min(km, shortest.get((way[0], way[-1]), np.inf))
    assert {(way[0], way[-1]): km for way, km in ways(model).items()} == pytest.approx(shortest)
    assert between(model, "mill", "hill") == [("mill", "ford", "hill")]


def test_fixed_routes_go_round_a_closure(build):
    model = build(rules={"awareness_level": 2, "fixed_routes": True}, closures=[closed("route", route="ford_hill")])
    assert between(model, "mill", "hill", on=1) == [("mill", "ford", "hill")]
    assert between(model, "mill", "hill", on=2) == [("mill", "hill")]


def test_pathways_lead_where_nothing_else_does(build):
    """From their beginning, and from where a way leads to it; they count for a quarter of their length."""
    model = build(rules={"fixed_routes": True}, pathways=OUT)
    assert between(model, "ford", "lake") == [("ford", "hill", "lake")]
    assert between(model, "mill", "lake") == [("mill", "ford", "hill", "lake")]
    shorten = model.world.paths.shorten[model.world.paths.open[0]]
    assert sorted(set(shorten)) == [1, 4]
    aware = build(rules={"fixed_routes": True, "awareness_level": 3}, pathways=OUT)
    assert (aware.world.paths.shorten[aware.world.paths.open[0]] == 1).all()


def test_pathways_need_the_rule(build):
    assert ways(build(pathways=OUT)) == ways(build())
