"""Rules about the stations of a site: their rows agree, and their order leads from arrival to boarding."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from saferground.errors import Problem
from saferground.scenario.draft import Draft, Rule
from saferground.scenario.wording import listed, quoted

ORDERED = ("mustering", "registration", "screening", "aid")
"""Kinds of station that households pass, and that others can come after."""

ARRIVAL = "arrival"
"""In ``after``: a station that nothing comes before."""

_PARTS = {"after": ORDERED, "variation": ORDERED}
"""Columns that have a meaning only for some kinds."""


def rows_agree(draft: Draft) -> list[Problem]:
    """Rows of one station say the same about its order and its variation; only servers and hours change."""
    first: dict[tuple[str, str], Any] = {}
    return [
        _disagree(draft, row, earlier, column)
        for row in draft.rows("stations")
        for earlier in [first.setdefault((row.place, row.kind), row)]
        for column in _PARTS
        if getattr(row, column) != getattr(earlier, column)
    ]


def _disagree(draft: Draft, row: Any, earlier: Any, column: str) -> Problem:
    wanted = _shown(getattr(earlier, column))
    do = "Write the same into all rows of a station; servers of several rows add up and work as one station."
    expected = f"{wanted}, as in line {earlier.line} for the same station"
    return draft.problem("stations", row.line, column, _shown(getattr(row, column)), expected, do)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(value) or "nothing"
    return f"{value:g}"


def order_of_stations(draft: Draft) -> list[Problem]:
    """What a station comes after stands at the same site, and is not ``arrival`` and something else."""
    kinds = _kinds_at(draft)
    problems = []
    for row in draft.rows("stations"):
        missing = [one for one in row.after if one != ARRIVAL and one not in kinds[row.place]]
        if missing:
            do = "Add a row for that station, or name another; blank stands for the usual order."
            there = f"stations of {row.place}: {listed(sorted(kinds[row.place]))}"
            problems.append(draft.problem("stations", row.line, "after", quoted(missing[0]), there, do))
        if ARRIVAL in row.after and len(row.after) > 1:
            do = "Write arrival alone, or leave it out."
            problems.append(draft.problem("stations", row.line, "after", _shown(row.after), "arrival alone", do))
    return problems


def _kinds_at(draft: Draft) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for row in draft.rows("stations"):
        kinds.setdefault(row.place, set()).update({row.kind} & set(ORDERED))
    return kinds


def order_without_circle(draft: Draft) -> list[Problem]:
    """No station of a site comes after itself, by way of others or at once."""
    lines = {(row.place, row.kind): row for row in reversed(draft.rows("stations")) if row.after}
    do = "Leave one of them out of the column after."
    return [
        draft.problem("stations", lines[place, kind].line, "after", _words(circle), "an order without a circle", do)
        for place in dict.fromkeys(place for place, _ in lines)
        for circle in _circles({kind: row.after for (where, kind), row in lines.items() if where == place})
        for kind in [next(one for one in circle if (place, one) in lines)]
    ]


def _words(circle: list[str]) -> str:
    return f"a circle: {' before '.join(circle)}"


def _circles(after: dict[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """Stations in a circle of the stated order, with the usual one where none is stated."""
    usual = {"registration": ("mustering",), "screening": ("registration",), "aid": ("registration",)}
    try:
        TopologicalSorter({**usual, **after}).prepare()
    except CycleError as error:
        yield list(error.args[1])


def columns_in_use(draft: Draft) -> list[Problem]:
    """A note on an order or a variation of stations that have none."""
    do = "Nothing needs to be done; it is not used."
    return [
        draft.note("stations", row.line, column, _shown(getattr(row, column)), f"nothing for {row.kind}", do)
        for row in draft.rows("stations")
        for column, kinds in _PARTS.items()
        if row.kind and row.kind not in kinds and getattr(row, column)
    ]


_NEEDS = {"triage": "stabilisation", "theatre": "beds"}
"""Kinds of station that do nothing without another at the same place."""


def stations_of_use(draft: Draft) -> list[Problem]:
    """Triage stands where the injured are stabilised, and a theatre where there are beds."""
    there = {(row.place, row.kind) for row in draft.rows("stations")}
    do = "Add a row for it, or delete this one."
    return [
        draft.problem("stations", row.line, "kind", f"{row.kind} alone", f"{wanted} at {row.place} too", do)
        for row in draft.rows("stations")
        for wanted in [_NEEDS.get(row.kind, "")]
        if wanted and (row.place, wanted) not in there
    ]


def ambulances_have_a_way(draft: Draft) -> list[Problem]:
    """A note on ambulances at a stabilisation point that no ambulance way leaves."""
    kinds = draft.kinds()
    left = {row.origin for row in draft.rows("routes") if row.mode in ("ambulance", "")}
    do = "Add a route with mode ambulance, or delete the row."
    return [
        draft.note("buses", row.line, "place", f"ambulances at {row.place}", "an ambulance way from there", do)
        for row in draft.rows("buses")
        if kinds.get(row.place) == "stabilisation_point" and row.place not in left
    ]


RULES = (
    Rule(rows_agree, ()),
    Rule(order_of_stations, ()),
    Rule(order_without_circle, ()),
    Rule(columns_in_use, ()),
    Rule(stations_of_use, ()),
    Rule(ambulances_have_a_way, ("places", "routes")),
)
