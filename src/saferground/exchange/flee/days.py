"""What changes from day to day: the period, conflicts, flood levels, food security, and the types of locations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from saferground.errors import Problem
from saferground.exchange.flee.places import Location
from saferground.exchange.flee.sheets import (
    FAR,
    JOURNEY,
    Row,
    Sheet,
    day_of,
    day_offset,
    fits,
    is_faulty,
    is_place,
    names_of,
    number,
    repeated,
)
from saferground.scenario.columns import Column
from saferground.scenario.wording import Finding, capped, did_you_mean, quoted

_LONGEST = 3651
_SHOWN = 3
_YEARS = range(1901, 2141)
LEVELS = JOURNEY.column("floods", "level")
SHARES = JOURNEY.column("food_security", "ipc")
INTENSITIES = JOURNEY.column("conflicts", "intensity")


@dataclass(frozen=True)
class Period:
    """The first day and the number of days that Flee simulates."""

    start: date
    length: int

    def day(self, offset: int) -> date:
        """The date of a day."""
        return self.start + timedelta(days=offset)


@dataclass(frozen=True)
class Course:
    """One column of a wide table: its values from day to day."""

    name: str
    days: tuple[int, ...]
    values: tuple[float, ...]


def read_period(sheet: Sheet, found: list[Problem]) -> Period | None:
    """sim_period.csv; what is wrong goes to ``found``."""
    rows = {row.cell(0).lower(): row for row in sheet.rows}
    for row in sheet.rows:
        if row.cell(0).lower() not in ("startdate", "length"):
            do = f"{did_you_mean(row.cell(0), ('StartDate', 'Length'))}Flee reads StartDate and Length only."
            found.append(row.problem("", quoted(row.cell(0)), "StartDate or Length", do))
        elif rows[row.cell(0).lower()] is not row:
            found.append(row.problem("", f"{quoted(row.cell(0))} twice", "each once", "Delete one of the rows."))
    for name in ("StartDate", "Length"):
        if name.lower() not in rows and not is_faulty(sheet, found):
            found.append(sheet.problem(f"no {name}", "StartDate and Length", f"Add a row {name},value.", name))
    start = day_of(rows["startdate"], rows["startdate"].cell(1), "StartDate", found) if "startdate" in rows else None
    if start and start.year not in _YEARS:
        do = "Check the year."
        found.append(rows["startdate"].problem("StartDate", str(start), "a day of the years 1901 to 2140", do))
    length = number(rows["length"], 1, "Length", _LENGTH, found) if "length" in rows else None
    return Period(start, int(length)) if start and length else None


_LENGTH = Column("flee", (), "Length", "integer", "days", 2, _LONGEST, True, "", (), "")


def read_courses(
    sheet: Sheet, column: Column, length: int, names: Mapping[str, object], what: str, found: list[Problem]
) -> list[Course]:
    """A table with one row a day from day 0 and a column for each location.

    Args:
        sheet: the file; its first line is the header, with or without #.
        column: the description of the values.
        length: days of the simulation; a shorter table is a problem.
        names: what the columns may be named.
        what: the values in words.
        found: takes what is wrong.
    """
    header, rows = _wide(sheet)
    if header is None:
        return []
    if len(rows) > FAR:
        do = "Keep the rows of the simulation."
        found.append(sheet.problem(f"{len(rows):,} rows", f"at most {FAR:,} days", do))
    good = [row for row in rows if fits(row, len(header.cells), len(header.cells), found)]
    if len(good) == len(rows):
        _check_days(sheet, [row.cell(0) for row in good], good, length, what, found)
    courses = _columns(header, good, column, names, what, found)
    return [Course(one.name, tuple(range(len(one.values))), one.values) for one in courses]


def _wide(sheet: Sheet) -> tuple[Row | None, Sequence[Row]]:
    """The header without unnamed columns at its end, and the rows below."""
    every = sorted((*sheet.comments, *sheet.rows), key=lambda row: row.line)
    if not every:
        return None, ()
    cells = list(every[0].cells)
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return every[0]._replace(cells=tuple(cells)), every[1:]


def _columns(
    header: Row, rows: Sequence[Row], column: Column, names: Mapping[str, object], what: str, found: list[Problem]
) -> list[Course]:
    twice = repeated(name for name in header.cells[1:] if name)
    for name in twice:
        do = "Delete one of the columns; Flee mixes their rows."
        found.append(header.problem(name, f"the column {quoted(name)} twice", "each location once", do))
    if header.cells[0].lstrip("#").strip() in names:
        do = "Put a first column Day before it; Flee passes the first column over."
        found.append(header.problem("", quoted(header.cells[0]), "#Day", do))
    courses = []
    for index, name in enumerate(header.cells[1:], start=1):
        values = _values(rows, index, name or f"column {index + 1}", column, found)
        if name in names and name not in twice:
            courses.append(Course(name, (), tuple(0.0 if value is None else value for value in values)))
        elif name not in names:
            _unknown_column(header, index, name, any(values), names, what, found)
    return courses


def _values(rows: Sequence[Row], index: int, name: str, column: Column, found: list[Problem]) -> list[float | None]:
    """One column; a text that was read once is not read again, since most days are as the day before."""
    faults: list[Problem] = []
    known: dict[str, float] = {}
    values = []
    for row in rows:
        value = known.get(row.cell(index))
        if value is None and (value := number(row, index, name, column, faults)) is not None:
            known[row.cell(index)] = value
        values.append(value)
    found.extend(capped((Finding(one.expected, one) for one in faults), shown=_SHOWN))
    return values


def _unknown_column(
    header: Row, index: int, name: str, counts: bool, names: Mapping[str, object], what: str, found: list[Problem]
) -> None:
    """A column of zeros for an unknown location changes nothing and is a note."""
    meant = did_you_mean(name, names)
    if counts:
        do = f"{meant}Correct the name, or add the location to locations.csv; Flee only prints an error."
        found.append(header.problem(name or f"column {index + 1}", quoted(name), f"a known name for {what}", do))
    else:
        do = f"{meant}Nothing needs to be done, since all its values are 0; it is left out."
        got = f"{quoted(name)}, which is not in locations.csv"
        found.append(header.note(name or f"column {index + 1}", got, f"a known name for {what}", do))


def _check_days(
    sheet: Sheet, days: Sequence[str], rows: Sequence[Row], length: int, what: str, found: list[Problem]
) -> None:
    wrong = next((index for index, day in enumerate(days) if day.removesuffix(".0") != str(index)), None)
    if wrong is not None:
        do = "Number the rows 0, 1, 2 ... without a gap; Flee takes the n-th row for day n, whatever the column says."
        found.append(rows[wrong].problem("#Day", quoted(days[wrong]), str(wrong), do))
    if len(days) < length:
        got, do = f"{len(days)} rows", f"Add rows up to day {length - 1}, or shorten Length in sim_period.csv."
        found.append(sheet.problem(got, f"{what} for each of the {length} days of the simulation", do))
    elif len(days) > length:
        got, do = f"{len(days)} rows", "Nothing needs to be done; the further rows are carried over."
        found.append(sheet.note(got, f"{what} for the {length} days of the simulation", do))


def read_food(sheet: Sheet, period: Period, regions: Mapping[str, object], found: list[Problem]) -> list[Course]:
    """region_attributes_IPC.csv: rows for some days, linear between them, and a column for each region."""
    header, rows = _wide(sheet)
    if header is None:
        return []
    good = [row for row in rows if fits(row, len(header.cells), len(header.cells), found)]
    days = [day_offset(row, 0, "#Day", found) for row in good]
    given = [day for day in days if day is not None]
    if given != sorted(set(given)):
        found.append(
            sheet.problem("days out of order or twice", "each day once and in order", "Sort the rows.", "#Day")
        )
    elif given and (given[0] > 0 or given[-1] < period.length - 1):
        got, do = f"days {given[0]} to {given[-1]}", "Nothing needs to be done; the nearest figure holds. Flee stops."
        found.append(sheet.note(got, f"days 0 to {period.length - 1}", do, "#Day"))
    courses = _columns(header, good, SHARES, regions, "a share in food crisis", found)
    return [Course(one.name, tuple(given), one.values) for one in courses]


def read_changes(sheet: Sheet, places: Mapping[str, Location], found: list[Problem]) -> list[tuple[Row, str, str, int]]:
    """location_changes.csv: (row, location, kind, day); what is wrong goes to ``found``."""
    changes = []
    for row in sheet.rows:
        if not fits(row, 3, 3, found):
            continue
        good = is_place(row, 0, "location", places, found)
        kind = _CHANGES.get(row.cell(1).lower(), "")
        if not kind:
            do = f"{did_you_mean(row.cell(1), _CHANGES)}Write one of these."
            found.append(row.problem("location type", quoted(row.cell(1)), names_of(_CHANGES), do))
        day = day_offset(row, 2, "date", found)
        if good and kind and day is not None:
            changes.append((row, row.cell(0), kind, day))
    return changes


_CHANGES = {
    "town": "town",
    "camp": "camp",
    "idpcamp": "idp_camp",
    "conflict_zone": "conflict_zone",
    "conflict": "conflict_zone",
    "forwarding_hub": "forwarding_hub",
    "forward": "forwarding_hub",
    "marker": "marker",
    "flood_zone": "flood_zone",
}


def steps(course: Course) -> Iterator[tuple[int, float]]:
    """The days on which the value of a course changes, and its first day; (day, value)."""
    before: float | None = None
    for day, value in zip(course.days, course.values, strict=True):
        if value != before:
            yield day, value
        before = value
