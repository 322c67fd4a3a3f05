"""locations.csv."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from saferground.errors import Problem
from saferground.exchange.flee.sheets import (
    JOURNEY,
    Row,
    Sheet,
    day_offset,
    fits,
    names_of,
    number,
    value_of,
    whole,
    width,
)
from saferground.scenario.columns import Column
from saferground.scenario.wording import did_you_mean, quoted

_NAME, _REGION, _COUNTRY, _FIRST, _SECOND, _TYPE, _DATE, _SIZE, _EXTRA = range(9)
COLUMNS = ("name", "region", "country", "latitude", "longitude", "location_type", "conflict_date", "population")
UNKNOWN = "unknown"
_WORDS = {"camp": "camp", "conflict": "conflict_zone", "forward": "forwarding_hub", "marker": "marker"}
_WORDS |= {"flood_zone": "flood_zone", "default": "town", "town": "town"}
_TYPES = ("town", "conflict_zone", "camp", "idpcamp", "forwarding_hub", "marker", "flood_zone")
_EASTINGS, _NORTHINGS = ("lon", "long", "longitude", "x"), ("lat", "latitude", "y")
NUMBERS: Mapping[str, Column] = {
    "conflict_intensity": JOURNEY.column("conflicts", "intensity"),
    "capacity_per_day": whole(JOURNEY.column("places", "capacity_per_day")),
    "initial_idps": whole(JOURNEY.column("places", "initial_people")),
    "trade_volume": JOURNEY.column("places", "trade_volume"),
    "hdi": JOURNEY.column("places", "hdi"),
}
"""Columns after the eighth that a rule of Flee uses."""
UNEXPRESSED = ("deactivation_probability", "farmer_fraction")


@dataclass(frozen=True)
class Location:
    """One row of locations.csv.

    Attributes:
        row: the row itself.
        kind: kind of place as in places.csv.
        lat, lon: degrees; None when blank.
        conflict_day: column conflict_date of a conflict zone; 0 = from the start.
        size: people: capacity of a camp, population of other places.
        numbers: columns of NUMBERS that are not blank.
        others: the other columns after the eighth, as text.
    """

    row: Row
    name: str
    region: str
    country: str
    kind: str
    lat: float | None
    lon: float | None
    conflict_day: int
    size: int
    numbers: Mapping[str, float]
    others: Mapping[str, str]

    @property
    def is_camp(self) -> bool:
        """Whether Flee counts it among the camps."""
        return self.kind in ("camp", "idp_camp")


def read_locations(sheet: Sheet, found: list[Problem]) -> dict[str, Location]:
    """The locations by name, in the order of the file; what is wrong goes to ``found``.

    A location whose row cannot be read is there, with a blank kind, so that other files may name it.
    """
    header, rows = _header(sheet, found)
    swapped = _is_swapped(header)
    if swapped:
        found.append(sheet.note("a header with the longitude first", "the latitude in column 4", _SWAPPED))
    locations: dict[str, Location] = {}
    lines: dict[str, int] = {}
    for row in rows:
        if not row.cell(_NAME):
            found.append(row.problem("name", "nothing", "the name of the location", "Fill it in, or delete the row."))
        elif row.cell(_NAME) in lines:
            found.append(_twice(row, lines[row.cell(_NAME)]))
        else:
            lines[row.cell(_NAME)] = row.line
            locations[row.cell(_NAME)] = _location(row, header, swapped, found)
    if not rows:
        do = "Add the locations, one a line, with eight columns each."
        found.append(sheet.problem("no locations", "at least one location", do))
    return locations


_SWAPPED = "Nothing needs to be done; it was read as the header says. Flee takes no notice of the names."


def _header(sheet: Sheet, found: list[Problem]) -> tuple[tuple[str, ...], Sequence[Row]]:
    """The names of the columns, and the rows without a header that lacks its #."""
    rows = sheet.rows
    if rows and rows[0].cell(_NAME).lower() == "name" and rows[0].cell(_TYPE).lower() in ("location_type", "type"):
        do = "Nothing needs to be done; it was read as a header. Flee takes it for a location and stops."
        found.append(rows[0].note("name", quoted(rows[0].cell(_NAME)), "a # before the header", do))
        header, rows = rows[0].cells, rows[1:]
    else:
        above = [row for row in sheet.comments if not rows or row.line < rows[0].line]
        header = next((row.cells for row in above if width(row.cells) >= len(COLUMNS)), COLUMNS)
    return tuple(cell.lstrip("#").strip('" ') for cell in header[: max(width(header), len(COLUMNS))]), rows


def _is_swapped(header: Sequence[str]) -> bool:
    return header[_FIRST].lower() in _EASTINGS and header[_SECOND].lower() in _NORTHINGS


def _twice(row: Row, earlier: int) -> Problem:
    got = f"{quoted(row.cell(_NAME))} again, as in line {earlier}"
    return row.problem("name", got, "each name once", "Rename one of them, or delete the row that is wrong.")


def _location(row: Row, header: Sequence[str], swapped: bool, found: list[Problem]) -> Location:
    if not fits(row, len(header), len(header), found):
        return Location(row, row.cell(_NAME), "", row.cell(_COUNTRY) or UNKNOWN, "", None, None, 0, 0, {}, {})
    kind = _kind(row, found)
    day = day_offset(row, _DATE, "conflict_date", found) if kind == "conflict_zone" else 0
    lat, lon = _position(row, swapped, found)
    size = number(row, _SIZE, header[_SIZE] or "population", _SIZES[kind in ("camp", "idp_camp")], found)
    numbers, others = _extras(row, header, found)
    return Location(
        row=row,
        name=row.cell(_NAME),
        region=row.cell(_REGION),
        country=row.cell(_COUNTRY) or UNKNOWN,
        kind="town" if kind == "conflict_zone" and day else kind,
        lat=lat,
        lon=lon,
        conflict_day=day or 0,
        size=int(size or 0),
        numbers=numbers,
        others=others,
    )


_SIZES = tuple(replace(whole(JOURNEY.column("places", name)), low=0) for name in ("population", "capacity"))


def _position(row: Row, swapped: bool, found: list[Problem]) -> tuple[float | None, float | None]:
    first, second = (_SECOND, _FIRST) if swapped else (_FIRST, _SECOND)
    lat = number(row, first, "latitude", replace(JOURNEY.column("places", "lat"), required=False), found)
    lon = number(row, second, "longitude", replace(JOURNEY.column("places", "lon"), required=False), found)
    return lat, lon


def _kind(row: Row, found: list[Problem]) -> str:
    text = row.cell(_TYPE).lower()
    meant = {kind for word, kind in _WORDS.items() if word in text}
    if len(meant) == 1:
        kind = meant.pop()
        return "idp_camp" if kind == "camp" and "idp" in text else kind
    do = f"{did_you_mean(row.cell(_TYPE), _TYPES)}Write one of these; Flee only prints an error for other words."
    found.append(row.problem("location_type", quoted(row.cell(_TYPE)), ", ".join(_TYPES), do))
    return ""


def _extras(row: Row, header: Sequence[str], found: list[Problem]) -> tuple[dict[str, float], dict[str, str]]:
    numbers: dict[str, float] = {}
    others: dict[str, str] = {}
    for index, name in enumerate(header[_EXTRA:], start=_EXTRA):
        text = row.cell(index)
        if name in NUMBERS:
            value = value_of(row, text, name, replace(NUMBERS[name], required=False), found)
            numbers |= {} if value is None else {name: value}
        elif text:
            others[name or f"column {index + 1}"] = text
    return numbers, others


def about_locations(locations: Mapping[str, Location], used: Container[str]) -> Iterator[str]:
    """Columns of locations.csv that are not carried over, in words; ``used`` are those that are."""
    names = dict.fromkeys(name for one in locations.values() for name in one.others if name not in used)
    lost = [name for name in names if name in UNEXPRESSED]
    rest = [name for name in names if name not in UNEXPRESSED]
    if lost:
        yield f"Columns {names_of(lost)} of locations.csv: no rule of a journey scenario uses them."
    if rest:
        yield f"Columns {names_of(rest, 20)} of locations.csv: no rule of Flee uses them."
