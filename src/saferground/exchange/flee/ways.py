"""routes.csv, major_routes.csv and closures.csv."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from saferground.errors import Problem
from saferground.exchange.flee.places import Location
from saferground.exchange.flee.sheets import (
    FAR,
    JOURNEY,
    Row,
    Sheet,
    day_offset,
    fits,
    is_faulty,
    is_place,
    names_of,
    number,
    value_of,
    width,
)
from saferground.scenario.wording import did_you_mean, quoted

_LEAST, _EXTRA = 3, 4
COLUMNS = ("name1", "name2", "distance", "forced_redirection")
NUMBERS = {
    "max_move_speed": replace(JOURNEY.column("routes", "speed_km_day"), required=False),
    "walk_probability": replace(JOURNEY.column("routes", "walk_probability"), required=False),
}
"""Columns after the fourth that a rule of Flee uses."""
REMOVED = "remove_forced_redirection"
_REDIRECTS = {"": "none", "0": "none", "1": "back", "2": "forward"}


@dataclass(frozen=True)
class Way:
    """One row of routes.csv; ``redirect`` as in the table routes, ``others`` are columns that no rule uses."""

    row: Row
    origin: str
    destination: str
    km: float
    redirect: str
    numbers: Mapping[str, float]
    others: Mapping[str, str]

    @property
    def ends(self) -> frozenset[str]:
        """The two names in no order."""
        return frozenset((self.origin, self.destination))


@dataclass(frozen=True)
class Closure:
    """One row of closures.csv. Days count from the start; ``last`` is None where it never ends."""

    row: Row
    kind: str
    first_name: str
    second_name: str
    first: int
    last: int | None

    @property
    def about(self) -> tuple[str, ...]:
        """What is closed, whichever way it is written."""
        if self.kind in ("country", "link"):
            return self.kind, *sorted((self.first_name, self.second_name))
        return self.kind, self.first_name, *((self.second_name,) if self.kind == REMOVED else ())


def read_ways(sheet: Sheet, places: Mapping[str, Location], found: list[Problem]) -> list[Way]:
    """The routes in the order of the file; what is wrong goes to ``found``."""
    header, rows = _header(sheet, found)
    ways = [way for row in rows if (way := _way(row, header, places, found))]
    seen: dict[frozenset[str], int] = {}
    for way in ways:
        if way.ends in seen:
            found.append(_parallel(way, seen[way.ends]))
        seen.setdefault(way.ends, way.row.line)
    if not rows and not is_faulty(sheet, found):
        do = "Add the routes, one a line: two names and the distance in km."
        found.append(sheet.problem("no routes", "at least one route", do))
    return ways


def _header(sheet: Sheet, found: list[Problem]) -> tuple[tuple[str, ...], Sequence[Row]]:
    rows = sheet.rows
    if rows and rows[0].cell(0).lower() == "name1" and rows[0].cell(1).lower() == "name2":
        do = "Nothing needs to be done; it was read as a header. Flee takes it for a route and stops."
        found.append(rows[0].note("name1", "'name1'", "a # before the header", do))
        header, rows = rows[0].cells, rows[1:]
    else:
        above = [row for row in sheet.comments if not rows or row.line < rows[0].line]
        header = next((row.cells for row in above if width(row.cells) >= _LEAST), COLUMNS)
    return tuple(cell.lstrip("#").strip('" ') for cell in header[: max(width(header), len(COLUMNS))]), rows


def _way(row: Row, header: Sequence[str], places: Mapping[str, Location], found: list[Problem]) -> Way | None:
    """A route; the fourth column may be left out, as may those after it."""
    if not fits(row, _LEAST, len(header) if width(row.cells) > len(COLUMNS) else len(COLUMNS), found):
        return None
    before = len(found)
    named = [is_place(row, index, name, places, found) for index, name in enumerate(COLUMNS[:2])]
    if all(named) and row.cell(0) == row.cell(1):
        do = "Correct one of the two names, or delete the row."
        found.append(row.problem("name2", quoted(row.cell(1)), "another location than name1", do))
    km = number(row, 2, "distance", JOURNEY.column("routes", "length_km"), found)
    redirect = _redirect(row, header, found)
    numbers, others = _extras(row, header, found)
    if km is None or len(found) > before:
        return None
    if km == 0:
        do = "Nothing needs to be done if the places touch; people cross it in no time."
        found.append(row.note("distance", "0 km", "more than 0 km", do))
    return Way(row, row.cell(0), row.cell(1), km, redirect, numbers, others)


def _redirect(row: Row, header: Sequence[str], found: list[Problem]) -> str:
    text = row.cell(3)
    if text in _REDIRECTS:
        return _REDIRECTS[text]
    do = f"Write 0 or leave it blank; other columns, such as {header[_EXTRA:] or ('link_type',)}, come after it."
    found.append(row.problem("forced_redirection", quoted(text), "blank, 0, 1 or 2", do))
    return ""


def _extras(row: Row, header: Sequence[str], found: list[Problem]) -> tuple[dict[str, float], dict[str, str]]:
    numbers: dict[str, float] = {}
    others: dict[str, str] = {}
    for index, name in enumerate(header[_EXTRA:], start=_EXTRA):
        text = row.cell(index)
        if name in NUMBERS:
            value = value_of(row, text, name, NUMBERS[name], found)
            numbers |= {} if value is None else {name: value}
        elif text:
            others[name or f"column {index + 1}"] = text
    return numbers, others


def _parallel(way: Way, earlier: int) -> Problem:
    got = f"{quoted(way.origin)} and {quoted(way.destination)} again, as in line {earlier}"
    do = "Delete one of the rows if they are one road; both are kept, and people choose this way more often."
    return way.row.note("name2", got, "each pair of locations once", do)


def about_ways(ways: Sequence[Way]) -> Iterator[str]:
    """Columns of routes.csv that are not carried over, in words."""
    if names := dict.fromkeys(name for way in ways for name in way.others):
        yield f"Columns {names_of(names, 20)} of routes.csv: no rule of Flee uses them."


# --- pathways --------------------------------------------------------------------------------------------------------


def read_pathways(
    sheet: Sheet, places: Mapping[str, Location], ways: Sequence[Way], found: list[Problem]
) -> list[tuple[Row, tuple[str, ...]]]:
    """major_routes.csv: rows of locations in order; what is wrong goes to ``found``."""
    pathways, joined = [], {way.ends for way in ways}
    for row in sheet.rows:
        stops = tuple(cell for cell in row.cells if cell)
        good = [is_place(row, index, "location", places, found) for index, cell in enumerate(row.cells) if cell]
        if len(stops) < 2:
            do = "Write at least two locations, or delete the row."
            found.append(row.problem("location", "one location", "the locations of a way in order", do))
        elif all(good):
            pathways.append((row, stops))
            found.extend(_gap(row, pair) for pair in pairwise(stops) if frozenset(pair) not in joined)
    return pathways


def _gap(row: Row, pair: tuple[str, str]) -> Problem:
    do = "Add the locations between them, or the route to routes.csv; Flee loses the way there."
    got = f"{quoted(pair[0])} and then {quoted(pair[1])}"
    return row.problem("location", got, "locations that a route of routes.csv joins", do)


# --- closures --------------------------------------------------------------------------------------------------------

_KINDS = ("country", "location", "link", "camp", "idpcamp", REMOVED)


def read_closures(
    sheet: Sheet, places: Mapping[str, Location], ways: Sequence[Way], found: list[Problem]
) -> list[Closure]:
    """closures.csv; what is wrong goes to ``found``."""
    return [one for row in sheet.rows if (one := _closure(row, places, ways, found))]


def _closure(row: Row, places: Mapping[str, Location], ways: Sequence[Way], found: list[Problem]) -> Closure | None:
    if not fits(row, 5, 5, found):
        return None
    before, kind = len(found), row.cell(0)
    if kind not in _KINDS:
        do = f"{did_you_mean(kind, _KINDS)}Write one of these; Flee passes other words over without a message."
        found.append(row.problem("closure_type", quoted(kind), ", ".join(_KINDS), do))
        return None
    _check_names(row, kind, places, ways, found)
    first = day_offset(row, 3, "closure_start", found)
    last = _end(row, found)
    if len(found) > before or first is None:
        return None
    if last is not None and last <= first:
        if kind != REMOVED:
            do = "Correct one of the two days, or write -1 where it never reopens."
            found.append(row.problem("closure_end", str(last), f"a day after closure_start, {first}", do))
            return None
        last = None  # switched on early (by this row's end) and off for good at its start
    if kind == "location" and row.cell(2):
        do = "Nothing needs to be done if all ways of name1 are meant; else write link."
        got = f"{quoted(row.cell(2))}, which Flee does not read"
        found.append(row.note("name2", got, "nothing, since a closure of kind location is about name1", do))
    return Closure(row, kind, row.cell(1), row.cell(2), first, last)


def _end(row: Row, found: list[Problem]) -> int | None:
    """The day on which a closure ends; None for -1, which stands for never, and for what is too far ahead."""
    if row.cell(4) == "-1" or (row.cell(4).isdecimal() and len(row.cell(4)) < 10 and int(row.cell(4)) > FAR):
        return None
    return day_offset(row, 4, "closure_end", found)


def _check_names(
    row: Row, kind: str, places: Mapping[str, Location], ways: Sequence[Way], found: list[Problem]
) -> None:
    if kind == "country":
        _check_countries(row, places, found)
        return
    good = is_place(row, 1, "name1", places, found)
    if kind in ("camp", "idpcamp"):
        if good and places[row.cell(1)].kind and not places[row.cell(1)].is_camp:
            do = "Correct the name, or the location_type in locations.csv."
            got = f"{quoted(row.cell(1))}, a {places[row.cell(1)].kind.replace('_', ' ')}"
            found.append(row.problem("name1", got, "a camp", do))
    elif kind != "location":
        good &= is_place(row, 2, "name2", places, found)
        if good and not any(way.ends == {row.cell(1), row.cell(2)} for way in ways):
            report = row.note if kind == REMOVED else row.problem  # without a route there is nothing to switch off
            do = "Correct the names, or add the route to routes.csv; Flee passes the row over."
            got = f"{quoted(row.cell(1))} and {quoted(row.cell(2))}"
            found.append(report("name2", got, "two locations that a route of routes.csv joins", do))


def _check_countries(row: Row, places: Mapping[str, Location], found: list[Problem]) -> None:
    countries = dict.fromkeys(place.country for place in places.values())
    for index in (1, 2):
        if row.cell(index) not in countries:
            do = f"{did_you_mean(row.cell(index), countries)}Correct the name, or the countries in locations.csv."
            expected = "a country of locations.csv"
            found.append(row.problem(f"name{index}", quoted(row.cell(index)), expected, do))
    if row.cell(1) == row.cell(2):
        do = "Write the other country, or closures of kind link for ways inside one."
        found.append(row.problem("name2", quoted(row.cell(2)), "another country than name1", do))
