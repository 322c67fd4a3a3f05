"""Rules about names: each is known, stands once, and means a place of the right kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from saferground.axes import DISTRICTS, SETTLED, SITES
from saferground.errors import Problem
from saferground.scenario.columns import Column
from saferground.scenario.draft import Draft, Rule
from saferground.scenario.wording import SHOWN, did_you_mean, listed, quoted

ROUTE_ENDS = {
    "walk": ((*DISTRICTS, *SITES), (*SITES, *SETTLED)),
    "road": (SITES, (*SITES, *SETTLED)),
    "ambulance": (("stabilisation_point",), ("field_hospital",)),
    "supply": (("supply_source",), DISTRICTS),
}
"""Kinds of place at which a route of each mode may start and end."""

STATION_PLACES = {
    "mustering": SITES,
    "registration": SITES,
    "screening": SITES,
    "aid": SITES,
    "shade": SITES,
    "triage": ("stabilisation_point",),
    "stabilisation": ("stabilisation_point",),
    "theatre": ("field_hospital",),
    "beds": ("field_hospital",),
}
"""Kinds of place at which a station of each kind may stand."""

PLACE_KINDS = {
    ("borders", "district"): DISTRICTS,
    ("borders", "neighbour"): DISTRICTS,
    ("routes", "via"): DISTRICTS,
    ("control", "district"): DISTRICTS,
    ("buses", "place"): (*SITES, "stabilisation_point"),
    ("camps", "place"): SETTLED,
    ("supplies", "district"): DISTRICTS,
    ("stocks", "place"): (*SITES, *SETTLED),
}
"""Kinds of place to which a column may refer, where that does not depend on the row."""

KEYS = {
    "closures": ("kind", "country", "other_country", "place", "route", "closed"),
    "control": ("district", "date", "future"),
    "stations": ("place", "kind", "opens"),
    "buses": ("place", "date"),
    "camps": ("place", "date"),
    "supplies": ("district", "good", "date"),
    "stocks": ("place", "item", "date"),
    "conflicts": ("place", "date"),
    "floods": ("place", "date"),
    "food_security": ("region", "date"),
    "kinds": ("place", "date"),
    "demographics": ("attribute", "value", "place"),
    "residents": ("place", "value"),
    "pathways": ("pathway", "order"),
    "corrections": ("place", "date"),
    "counts": ("series", "place", "start", "end", "published"),
    "standards": ("indicator",),
}
"""Columns that together stand once in a table without an ``id``; those count that the model has."""


def unknown_names(draft: Draft) -> list[Problem]:
    """Every reference means an id that exists."""
    return [
        _unknown(draft, table, row, column, name, suggest=number < SHOWN)
        for table in draft.schema.tables
        for column in draft.schema.columns[table]
        if column.target and column.target not in draft.unusable
        for number, (row, name) in enumerate(_unknown_references(draft, table, column))
    ]


def _unknown_references(draft: Draft, table: str, column: Column) -> Iterator[tuple[Any, str]]:
    known = set(draft.ids(column.target))
    for row in draft.rows(table):
        cell = getattr(row, column.name)
        for name in cell if isinstance(cell, tuple) else (cell,):
            if name and name not in known:
                yield row, name


def _unknown(draft: Draft, table: str, row: Any, column: Column, name: str, suggest: bool) -> Problem:
    known = draft.ids(column.target) if suggest else ()
    meant = did_you_mean(name, known) or (f"The file has {listed(known, limit=8)}. " if known else "")
    file = draft.file(column.target)
    do = f"{meant}Correct the name, or add a row to {file}."
    return draft.problem(table, row.line, column.name, quoted(name), f"an id that stands in {file}", do)


def unknown_prior_sources(draft: Draft) -> list[Problem]:
    """The source of each prior that the scenario sets stands in ``sources.csv``."""
    known = draft.ids("sources")
    return [
        draft.setting_problem(
            ("parameters", prior.name, "source"),
            quoted(prior.source),
            "an id that stands in sources.csv",
            f"{did_you_mean(prior.source, known)}Correct the name, or add a row to sources.csv.",
        )
        for prior in draft.parameters.values()
        if not prior.is_default and prior.source not in known
    ]


def own_forecasts_mean_a_count(draft: Draft) -> list[Problem]:
    """A user's own forecast names a series that counts.csv has at the place, or the quantity that it speaks of."""
    counted = {(row.series, row.place) for row in draft.rows("counts")}
    return [_meant(draft, row, counted) for row in draft.rows("own_forecasts") if not _means(row, counted)]


def _means(row: Any, counted: set[tuple[str, str]]) -> bool:
    return (row.series, row.place) in counted if row.series else bool(row.measures)


def _meant(draft: Draft, row: Any, counted: set[tuple[str, str]]) -> Problem:
    if not row.series:
        do = "Write the name of the count, or the quantity into measures."
        return draft.problem("own_forecasts", row.line, "series", "nothing", "series or measures", do)
    there = [name for name, place in sorted(counted) if place == row.place]
    where = f"at {row.place}" if row.place else "of the whole scenario"
    do = f"{did_you_mean(row.series, there)}Correct the name or the place, or leave series blank and give measures."
    return draft.problem("own_forecasts", row.line, "series", quoted(row.series), f"a series {where} in counts.csv", do)


def duplicate_ids(draft: Draft) -> list[Problem]:
    """An id stands once in its table."""
    tables = [table for table in draft.schema.tables if draft.schema.has(table, "id")]
    return [problem for table in tables for problem in _duplicates(draft, table, ("id",))]


def duplicate_rows(draft: Draft) -> list[Problem]:
    """No two rows of a table speak of the same thing and day."""
    return [problem for table in KEYS for problem in _duplicates(draft, table, _keys(draft, table))]


def _keys(draft: Draft, table: str) -> tuple[str, ...]:
    return tuple(name for name in KEYS[table] if draft.schema.has(table, name))


def _duplicates(draft: Draft, table: str, keys: tuple[str, ...]) -> Iterator[Problem]:
    first: dict[tuple[str, ...], int] = {}
    for row in draft.rows(table):
        key = tuple(str(getattr(row, name)) for name in keys)
        if any(draft.is_spoilt(draft.file(table), row.line, name) for name in keys):
            continue
        if key in first:
            yield _duplicate(draft, table, keys, row, first[key])
        first.setdefault(key, row.line)


def _duplicate(draft: Draft, table: str, keys: tuple[str, ...], row: Any, earlier: int) -> Problem:
    got = f"{_key(row, keys)} again, as in line {earlier}"
    do = "Rename one of them, or delete the row that is wrong." if keys == ("id",) else "Delete the row that is wrong."
    return draft.problem(table, row.line, keys[0], got, f"each {' + '.join(keys)} once", do)


def _key(row: Any, keys: tuple[str, ...]) -> str:
    words = [str(getattr(row, name)).removesuffix(" 00:00:00") for name in keys]
    return " + ".join(word if word not in ("", "NaT") else "blank" for word in words)


def duplicate_borders(draft: Draft) -> list[Problem]:
    """A pair of districts has one border, in whichever order it is written, and none touches itself."""
    seen: dict[frozenset[str], int] = {}
    problems = []
    for row in draft.rows("borders"):
        pair = frozenset((row.district, row.neighbour))
        if len(pair) == 1 and row.district:
            do = "Write the other district, or delete the row."
            problems.append(draft.problem("borders", row.line, "neighbour", row.neighbour, "another district", do))
        elif pair in seen:
            got = f"{row.district} + {row.neighbour} again, as in line {seen[pair]}"
            do = "Delete one of the two rows; a border counts in both directions."
            problems.append(draft.problem("borders", row.line, "neighbour", got, "each pair of districts once", do))
        seen.setdefault(pair, row.line)
    return problems


def wrong_kinds(draft: Draft) -> list[Problem]:
    """Columns that want a certain kind of place get it."""
    kinds = draft.kinds()
    return [
        _wrong_kind(draft, table, row, name, place, kinds[place], wanted)
        for (table, name), wanted in PLACE_KINDS.items()
        for row in draft.rows(table)
        for place in _places(getattr(row, name))
        if place in kinds and kinds[place] not in wanted
    ]


def _places(cell: str | tuple[str, ...]) -> tuple[str, ...]:
    return cell if isinstance(cell, tuple) else (cell,)


def wrong_route_ends(draft: Draft) -> list[Problem]:
    """A route starts and ends at places that its mode can join."""
    kinds = draft.kinds()
    problems = []
    for row in draft.rows("routes"):
        for name, wanted in zip(("origin", "destination"), ROUTE_ENDS.get(row.mode, ()), strict=False):
            place, mode = getattr(row, name), f" (mode {row.mode})"
            if place in kinds and kinds[place] not in wanted:
                problems.append(_wrong_kind(draft, "routes", row, name, place, kinds[place], wanted, mode))
    return problems


def routes_without_way(draft: Draft) -> list[Problem]:
    """A route does not end where it starts."""
    do = "Correct one of the two ends."
    return [
        draft.problem("routes", row.line, "destination", row.destination, "another place", do)
        for row in draft.rows("routes")
        if row.origin and row.origin == row.destination
    ]


def wrong_station_places(draft: Draft) -> list[Problem]:
    """Stations for households stand at sites, treatment at stabilisation points, beds at field hospitals."""
    kinds = draft.kinds()
    problems = []
    for row in draft.rows("stations"):
        kind, wanted = kinds.get(row.place, ""), STATION_PLACES.get(row.kind, ())
        if kind and wanted and kind not in wanted:
            problems.append(_wrong_kind(draft, "stations", row, "place", row.place, kind, wanted, f" ({row.kind})"))
    return problems


def _wrong_kind(
    draft: Draft, table: str, row: Any, column: str, place: str, kind: str, wanted: tuple[str, ...], why: str = ""
) -> Problem:
    expected = f"a {' or '.join(wanted)}{why}".replace("_", " ")
    do = "Write another place, or correct its kind in places.csv."
    return draft.problem(table, row.line, column, f"{quoted(place)}, a {kind.replace('_', ' ')}", expected, do)


RULES = (
    Rule(unknown_names, ()),
    Rule(unknown_prior_sources, ("sources",)),
    Rule(duplicate_ids, ()),
    Rule(duplicate_rows, ()),
    Rule(routes_without_way, ()),
    Rule(own_forecasts_mean_a_count, ("counts",)),
)
"""For every model."""

SIEGE_RULES = (
    Rule(duplicate_borders, ()),
    Rule(wrong_kinds, ()),
    Rule(wrong_route_ends, ()),
    Rule(wrong_station_places, ()),
)
