"""Rules about the places and ways of a journey: each closure shuts something, each camp can be reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any

from saferground.errors import Problem
from saferground.scenario.draft import Draft, Rule
from saferground.scenario.wording import did_you_mean, listed, quoted

CAMPS = ("camp", "idp_camp")
CLOSURE_COLUMNS = {
    "country": ("country", "other_country"),
    "place": ("place",),
    "route": ("route",),
    "camp": ("place",),
    "redirect": ("route",),
}
"""What a closure of each kind names; the other columns of ``closures`` that name something are then blank."""

_NAMING = tuple(dict.fromkeys(name for names in CLOSURE_COLUMNS.values() for name in names))


def closures_name_what_is_shut(draft: Draft) -> list[Problem]:
    """A closure names what its kind shuts, and nothing else."""
    return [
        _blank(draft, row, name) if name in CLOSURE_COLUMNS[row.kind] else _superfluous(draft, row, name)
        for row in draft.rows("closures")
        if row.kind
        for name in _NAMING
        if (name in CLOSURE_COLUMNS[row.kind]) != bool(getattr(row, name))
    ]


def _blank(draft: Draft, row: Any, name: str) -> Problem:
    do = "Fill it in, or correct the kind."
    return draft.problem("closures", row.line, name, "nothing", f"the {_words(name)} (kind {row.kind})", do)


def _superfluous(draft: Draft, row: Any, name: str) -> Problem:
    do = f"Remove it, or correct the kind; {row.kind} takes {listed(CLOSURE_COLUMNS[row.kind])}."
    return draft.problem("closures", row.line, name, quoted(getattr(row, name)), f"nothing (kind {row.kind})", do)


def closed_countries(draft: Draft) -> list[Problem]:
    """A closed border lies between two countries of ``places.csv``."""
    known = _all(draft, "country")
    rows = [row for row in draft.rows("closures") if row.kind == "country"]
    unknown = [
        _unknown(draft, "closures", row, name, known)
        for row in rows
        for name in CLOSURE_COLUMNS["country"]
        if getattr(row, name) and getattr(row, name) not in known
    ]
    same = [row for row in rows if row.country and row.country == row.other_country]
    do = "Write the other country; kind place shuts the ways of one place."
    return unknown + [
        draft.problem("closures", row.line, "other_country", row.other_country, "another country", do) for row in same
    ]


def closed_camps(draft: Draft) -> list[Problem]:
    """What is closed as a camp is one, from the start or by a row of ``kinds.csv``."""
    kinds = draft.kinds()
    ever = {row.place for row in draft.rows("kinds") if row.kind in CAMPS}
    do = "Write a camp, or another kind of closure; kind place shuts all ways of a place."
    return [
        draft.problem("closures", row.line, "place", f"{quoted(row.place)}, a {_words(kinds[row.place])}", "a camp", do)
        for row in draft.rows("closures")
        if row.kind == "camp" and kinds.get(row.place, "camp") not in CAMPS and row.place not in ever
    ]


def closed_redirects(draft: Draft) -> list[Problem]:
    """A redirection that is switched off belongs to a route that has one."""
    plain = {row.id for row in draft.rows("routes") if row.redirect == "none"}
    do = "Write forward or back into the column redirect of routes.csv, or correct the route."
    return [
        draft.problem("closures", row.line, "route", quoted(row.route), "a route with a redirection", do)
        for row in draft.rows("closures")
        if row.kind == "redirect" and row.route in plain
    ]


def food_regions(draft: Draft) -> list[Problem]:
    """Food security is stated for regions of ``places.csv``."""
    known = _all(draft, "region")
    return [
        _unknown(draft, "food_security", row, "region", known)
        for row in draft.rows("food_security")
        if row.region and row.region not in known
    ]


def home_country(draft: Draft) -> list[Problem]:
    """The home country is one of ``places.csv``."""
    name, known = draft.rules.get("home_country"), _all(draft, "country")
    if not name or name in known:
        return []
    do = f"{_meant(str(name), known)}Correct it, or leave it blank."
    expected = "a country that stands in places.csv"
    return [draft.setting_problem(("rules", "home_country"), quoted(str(name)), expected, do)]


def _all(draft: Draft, column: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in draft.tables["places"][column] if name))


def _unknown(draft: Draft, table: str, row: Any, column: str, known: Collection[str]) -> Problem:
    name, what = getattr(row, column), column.removeprefix("other_")
    do = f"{_meant(name, known)}Correct the name, or the {what} of the places in places.csv."
    return draft.problem(table, row.line, column, quoted(name), f"a {what} that stands in places.csv", do)


def _meant(name: str, known: Collection[str]) -> str:
    return did_you_mean(name, known) or (f"The file has {listed(known, limit=8)}. " if known else "")


def _words(name: str) -> str:
    return name.replace("_", " ")


# --- the network ---------------------------------------------------------------------------------------------------


def some_ways(draft: Draft) -> list[Problem]:
    """There is a route, and so there are two places."""
    if draft.rows("routes"):
        return []
    do = "Add one, or choose a later as-of date."
    return [draft.problem("routes", 0, "", "no route", "at least one route, published by the as-of date", do)]


def camps_reached(draft: Draft) -> list[Problem]:
    """A note on camps without a way: whoever is there at the start stays, and nobody arrives."""
    do = "Add a route that starts or ends here, or nothing if nobody is to reach it."
    expected = "a route to every camp, published by the as-of date"
    return [
        draft.note("places", row.line, "id", f"{row.id}, a camp that no route reaches", expected, do)
        for row in _apart(draft)
        if row.kind in CAMPS
    ]


def places_reached(draft: Draft) -> list[Problem]:
    """A note on other places without a way: nobody comes there, and nobody who is there can leave."""
    do = "Nothing needs to be done if that is meant; else add a route that starts or ends here."
    return [
        draft.note("places", row.line, "id", f"{row.id}, which no route reaches", "a route", do)
        for row in _apart(draft)
        if row.kind not in ("", *CAMPS)
    ]


def _apart(draft: Draft) -> Iterator[Any]:
    joined = {name for row in draft.rows("routes") for name in (row.origin, row.destination)}
    return (row for row in draft.rows("places") if row.id not in joined)


def routes_without_length(draft: Draft) -> list[Problem]:
    """A note on routes of length 0."""
    do = "Nothing needs to be done if the places touch; people pass it in no time."
    return [
        draft.note("routes", row.line, "length_km", "0", "more than 0", do)
        for row in draft.rows("routes")
        if row.length_km == 0
    ]


def routes_side_by_side(draft: Draft) -> list[Problem]:
    """A note on places that two routes join: each counts when people choose a way."""
    first: dict[frozenset[str], Any] = {}
    do = "Nothing needs to be done if there are two ways; a route counts in both directions, so one row is enough."
    notes = []
    for row in draft.rows("routes"):
        pair = frozenset((row.origin, row.destination))
        earlier = first.setdefault(pair, row)
        if earlier is not row and len(pair) == 2:
            got = f"{row.origin} + {row.destination} again, as in line {earlier.line}"
            notes.append(draft.note("routes", row.line, "destination", got, "each pair of places once", do))
    return notes


def pathways_follow_routes(draft: Draft) -> list[Problem]:
    """A route joins each place of a pathway to the one before, and a pathway has two places or more."""
    ways = {frozenset((row.origin, row.destination)) for row in draft.rows("routes")}
    known = set(draft.ids("places"))
    paths: dict[str, list[Any]] = {}
    for row in sorted(draft.rows("pathways"), key=lambda row: row.order):
        paths.setdefault(row.pathway, []).append(row)
    alone = [_lone(draft, rows[0]) for rows in paths.values() if len(rows) == 1]
    return alone + [
        _gap(draft, earlier, row)
        for rows in paths.values()
        for earlier, row in pairwise(rows)
        if {earlier.place, row.place} <= known and frozenset((earlier.place, row.place)) not in ways
    ]


def _lone(draft: Draft, row: Any) -> Problem:
    do = "Add the places that follow, or delete the row."
    return draft.problem("pathways", row.line, "pathway", f"{quoted(row.pathway)} with one place", "two or more", do)


def _gap(draft: Draft, earlier: Any, row: Any) -> Problem:
    do = "Add the places between, or a route, or correct the order."
    expected = f"a place that a route joins to {earlier.place}, which comes before"
    return draft.problem("pathways", row.line, "place", quoted(row.place), expected, do)


RULES = (
    Rule(closures_name_what_is_shut, ()),
    Rule(closed_countries, ("places",)),
    Rule(closed_camps, ("kinds",)),
    Rule(closed_redirects, ()),
    Rule(food_regions, ("places",)),
    Rule(home_country, ("places",)),
    Rule(routes_without_length, ()),
    Rule(routes_side_by_side, ()),
    Rule(pathways_follow_routes, ("routes",)),
)
"""Rules over every row of the folder."""

NETWORK_RULES = (
    Rule(some_ways, ("routes",)),
    Rule(camps_reached, ("routes",)),
    Rule(places_reached, ("routes",)),
)
"""Rules that must hold again for what was published by the as-of date."""
