"""Rules about the network of a siege: who is in the districts leaves, passes the sites, and is taken in somewhere.

These run twice, over the whole folder and over what was known by the as-of date, because a forecast uses only the
latter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any

import pandas as pd

from saferground.axes import DISTRICTS, SETTLED, SITES
from saferground.errors import Problem
from saferground.scenario.draft import Draft, Rule

PEOPLE_MODES = ("walk", "road", "")
"""Modes by which people leave, and a mode that could not be read. The injured go by ambulance, goods by supply."""


def some_of_each(draft: Draft) -> list[Problem]:
    """There is a district to leave, a site to reach and a camp or host community to stay in."""
    kinds = set(draft.kinds().values())
    wanted = {"district": DISTRICTS, "muster point or screening site": SITES, "camp or host community": SETTLED}
    do = "Add one to places.csv; its row must be published by the as-of date."
    return [
        draft.problem("places", 0, "kind", f"no {words}", f"at least one {words}", do)
        for words, group in wanted.items()
        if kinds.isdisjoint(group) and all(draft.tables["places"]["kind"])
    ]


def initial_control(draft: Draft) -> list[Problem]:
    """Every district has a control status at the start."""
    start = draft.values.get("start")
    if not isinstance(start, date):
        return []
    day = pd.Timestamp(start)
    stated = {row.district for row in draft.rows("control") if not row.future and not row.date > day}
    expected = f"a row in control.csv dated {start} or before and published by the as-of date"
    do = "Add the status that the district had on the first day: held, contested or retaken."
    missing = [row for row in _places(draft, DISTRICTS) if row.id not in stated]
    return [_place_problem(draft, row, "no control status at the start", expected, do) for row in missing]


def ways_out(draft: Draft) -> list[Problem]:
    """A way on foot leaves every district."""
    left = {row.origin for row in draft.rows("routes") if row.mode in ("walk", "")}
    do = "Add a route that starts here, with mode walk, to a muster point or screening site."
    return [
        _place_problem(draft, row, "a district that no way on foot leaves", "a way out of every district", do)
        for row in _places(draft, DISTRICTS)
        if row.id not in left
    ]


def districts_touch(draft: Draft) -> list[Problem]:
    """A note on districts without a border, where there is more than one district."""
    touching = {name for row in draft.rows("borders") for name in (row.district, row.neighbour)}
    districts = _places(draft, DISTRICTS)
    do = "Add its borders to borders.csv, unless it truly stands alone."
    got, expected = "a district without borders: neither the front nor flight inward reaches it", "a border"
    alone = [row for row in districts if row.id not in touching and len(districts) > 1]
    return [replace(_place_problem(draft, row, got, expected, do), severity="note") for row in alone]


def settlements_reached(draft: Draft) -> list[Problem]:
    """A way leads to every camp and host community from some site."""
    kinds = draft.kinds()
    reached = {row.destination for row in _onward(draft) if kinds.get(row.origin, "unknown") in (*SITES, "unknown")}
    do = "Add a route that ends here, with mode road or walk, from a muster point or screening site."
    return [
        _place_problem(draft, row, f"a {_words(row.kind)} without a route to it", "a route from a site", do)
        for row in _places(draft, SETTLED)
        if row.id not in reached
    ]


def settlements_open(draft: Draft) -> list[Problem]:
    """Every camp and host community has a row that says from when it takes people in."""
    opened = set(draft.tables["camps"]["place"])
    do = "Add a row to camps.csv with the day of opening; leave capacity blank where there is no stated limit."
    return [
        _place_problem(draft, row, f"a {_words(row.kind)} that never opens", "a row in camps.csv", do)
        for row in _places(draft, SETTLED)
        if row.id not in opened
    ]


def sites_lead_on(draft: Draft) -> list[Problem]:
    """A way for people leaves every site."""
    left = {row.origin for row in _onward(draft)}
    do = "Add a route that starts here, with mode road or walk, to another site, a camp or a host community."
    return [
        _place_problem(draft, row, f"a {_words(row.kind)} that no route leaves", "a way onward", do)
        for row in _places(draft, SITES)
        if row.id not in left
    ]


def sites_do_one_thing(draft: Draft) -> list[Problem]:
    """A site passes everyone on to other sites, or everyone to camps and host communities; not some to each."""
    kinds = draft.kinds()
    first: dict[str, Any] = {}
    problems = []
    for row in _onward(draft):
        if kinds.get(row.origin) in SITES and kinds.get(row.destination) in (*SITES, *SETTLED):
            earlier = first.setdefault(row.origin, row)
            if (kinds[earlier.destination] in SITES) != (kinds[row.destination] in SITES):
                problems.append(_mixed(draft, row, earlier))
    return problems


def _mixed(draft: Draft, row: Any, earlier: Any) -> Problem:
    got = f"a way from {row.origin} to {row.destination}, while line {earlier.line} leads to {earlier.destination}"
    expected = "ways onward either all to sites or all to camps and host communities"
    do = "Split the site in two (for example a muster point and a screening site), or delete one of the ways."
    return draft.problem("routes", row.line, "destination", got, expected, do)


def sites_form_no_circle(draft: Draft) -> list[Problem]:
    """Nobody is passed round in a circle of sites."""
    kinds = draft.kinds()
    ways = {
        (row.origin, row.destination): row
        for row in _onward(draft)
        if kinds.get(row.origin) in SITES and kinds.get(row.destination) in SITES and row.origin != row.destination
    }
    problems = []
    while circle := _circle(ways):
        row = ways.pop((circle[-2], circle[-1]))
        do = "Delete one of the ways of the circle."
        got = f"a circle of sites: {' -> '.join(circle)}"
        problems.append(draft.problem("routes", row.line, "destination", got, "ways that lead out", do))
    return problems


def _circle(ways: Iterable[tuple[str, str]]) -> list[str]:
    """Sites in the order in which people would go round; empty when there is no circle."""
    graph: dict[str, set[str]] = {}
    for origin, destination in ways:
        graph.setdefault(destination, set()).add(origin)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def people_can_board(draft: Draft) -> list[Problem]:
    """A note on sites that only buses leave and that have no buses, and on buses without a road."""
    onward = _onward(draft)
    by_road = {row.origin for row in onward if row.mode == "road"}
    on_foot = {row.origin for row in onward if row.mode == "walk"}
    served = set(draft.tables["buses"]["place"])
    do = "Nothing needs to be done if that is meant; else add a fleet to buses.csv, or a road to routes.csv."
    stuck = by_road - on_foot - served
    idle = served - by_road
    return [
        replace(_place_problem(draft, row, got, expected, do), severity="note")
        for row in _places(draft, SITES)
        for group, got, expected in ((stuck, "roads and no buses", "buses"), (idle, "buses and no road", "a road"))
        if row.id in group
    ]


def care_is_connected(draft: Draft) -> list[Problem]:
    """A note on stabilisation points and field hospitals without an ambulance route."""
    joined = {name for row in draft.rows("routes") if row.mode == "ambulance" for name in (row.origin, row.destination)}
    do = "Nothing needs to be done if that is meant; else add a route with mode ambulance."
    alone = [row for row in _places(draft, ("stabilisation_point", "field_hospital")) if row.id not in joined]
    return [
        replace(_place_problem(draft, row, "no ambulance route", "a route for referral", do), severity="note")
        for row in alone
    ]


def _onward(draft: Draft) -> list[Any]:
    return [row for row in draft.rows("routes") if row.mode in PEOPLE_MODES]


def _places(draft: Draft, kinds: tuple[str, ...]) -> list[Any]:
    return [row for row in draft.rows("places") if row.kind in kinds]


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _place_problem(draft: Draft, row: Any, got: str, expected: str, do: str) -> Problem:
    return draft.problem("places", row.line, "id", f"{row.id}, {got}", expected, do)


RULES = (
    Rule(some_of_each, ("places",)),
    Rule(initial_control, ("places", "control")),
    Rule(ways_out, ("places", "routes")),
    Rule(districts_touch, ("places", "borders")),
    Rule(settlements_reached, ("places", "routes")),
    Rule(sites_lead_on, ("places", "routes")),
    Rule(sites_do_one_thing, ("places", "routes")),
    Rule(sites_form_no_circle, ("places", "routes")),
    Rule(people_can_board, ("places", "routes", "buses")),
    Rule(care_is_connected, ("places", "routes")),
)
"""Rules about what a forecast needs to have been published by its as-of date."""

WHOLE_RULES = (Rule(settlements_open, ("places", "camps")),)
"""Rules about the folder as a whole: what opens later need not be known yet."""
