"""data_layout.csv, the files that it names, and registration_corrections.csv."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from saferground.errors import Problem
from saferground.exchange.flee.folder import LAYOUT, Layout
from saferground.exchange.flee.places import Location
from saferground.exchange.flee.settings import V31
from saferground.exchange.flee.sheets import JOURNEY, Row, Sheet, day_of, is_faulty, read_sheet, value_of, whole, width
from saferground.scenario.wording import did_you_mean, quoted

TOTAL = "total"
_HEADINGS = ("date", "datetime", "")
_COUNT = whole(JOURNEY.column("counts", "value"), required=True)


@dataclass(frozen=True)
class Record:
    """A count on a day; ``row`` is where it stands, of the first file for a sum."""

    day: date
    value: float
    row: Row


@dataclass(frozen=True)
class Series:
    """One label of data_layout.csv.

    Attributes:
        label: ``total`` or the name of a location.
        row: its row of data_layout.csv.
        files: the data files, inside the Flee folder.
        records: the counts by day, each day once; sums where there are several files.
        others: counts of days that have two; Flee uses the later row.
    """

    label: str
    row: Row
    files: tuple[str, ...]
    records: tuple[Record, ...]
    others: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Correction:
    """One row of registration_corrections.csv that has an effect."""

    label: str
    day: date
    row: Row


def read_series(layout: Layout, version: str, found: list[Problem]) -> tuple[list[Series], set[Path]]:
    """Every label with its counts, and the files that were read; what is wrong goes to ``found``."""
    if layout.counts is None:
        do = "Add it, with a row label,file for total and for each camp."
        found.append(Problem(f"source_data/{LAYOUT}", 0, "", "no such file", "the list of data files", do))
        return [], set()
    folder = layout.counts
    sheet = read_sheet(folder / LAYOUT, layout.label(folder / LAYOUT), found)
    series, paths, first = list[Series](), {folder / LAYOUT}, dict[str, Row]()
    if not sheet.rows and not is_faulty(sheet, found):
        do = "Add a row label,file for total and for each camp."
        found.append(sheet.problem("no rows", "the list of data files", do))
    for row in sheet.rows:
        label, names = row.cell(0), tuple(name for name in row.cells[1:] if name)
        if not label or not names:
            do = "Write the label and the name of its file, or delete the row."
            found.append(row.problem("", quoted(",".join(row.cells)), "label,file", do))
            series.append(Series(label, row, (), ()))
            continue
        if label in first:
            found.append(_label_twice(row, first[label]))
            continue
        first[label] = row
        good = [path for name in names if (path := _data_file(folder, name, row, found))]
        paths.update(good)
        sheets = [read_sheet(path, layout.label(path), found) for path in good]
        series.append(_series(row, label, sheets, version, found))
    return series, paths


def _label_twice(row: Row, earlier: Row) -> Problem:
    got, expected = f"{quoted(row.cell(0))} again, as in line {earlier.line}", "each label once"
    if row.cells == earlier.cells:
        return row.note("label", got, expected, "Nothing needs to be done; the rows are the same.")
    do = "Put the files into one row to add them up, or delete one; Flee takes the first row alone."
    return row.problem("label", got, expected, do)


def _data_file(folder: Path, name: str, row: Row, found: list[Problem]) -> Path | None:
    path, expected = folder / name, "a file in the folder of data_layout.csv"
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            found.append(row.problem("file", quoted(name), expected, "Copy the file there, and write its name alone."))
            return None
        if path.is_file():
            return path
        near = [one.name for one in folder.iterdir()]
    except (OSError, ValueError):
        near = []
    do = f"{did_you_mean(name, near)}Add the file, or correct its name."
    found.append(row.problem("file", f"{quoted(name)}, which does not exist", expected, do))
    return None


# --- one file --------------------------------------------------------------------------------------------------------


def _series(row: Row, label: str, sheets: Sequence[Sheet], version: str, found: list[Problem]) -> Series:
    read = [_records(sheet, found) for sheet in sheets]
    kept = [_each_day_once(sheet, records, found) for sheet, records in zip(sheets, read, strict=True)]
    others = tuple(one for _, dropped in kept for one in dropped)
    parts = [records for records, _ in kept if records]
    files = tuple(sheet.file for sheet in sheets)
    if not parts:
        return Series(label, row, files, (), others)
    total = parts[0]
    for part in parts[1:]:
        if version == V31 and part[0].day > total[0].day:
            do = "Import it with the corrected rules, or begin both files on the same day."
            got = f"a later file that begins on {part[0].day}, after {total[0].day}: Flee 3.1 stops (IndexError)"
            found.append(row.problem("file", got, "files that begin on the same day", do))
            break
        total = _sum_of_flee(total, part) if version == V31 else _sum(total, part)
    last = {record.day: record for record in total}
    return Series(label, row, files, tuple(last[day] for day in sorted(last)), others)


def _records(sheet: Sheet, found: list[Problem]) -> list[Record]:
    rows = list(sheet.rows)
    if rows and rows[0].cell(0).lower() in _HEADINGS and not rows[0].cell(1)[:1].isdigit():
        rows = rows[1:]
    usual = Counter(width(row.cells) for row in rows if row.cell(1)).most_common(1)
    most = max(usual[0][0], 2) if usual else 2
    records = [record for row in rows if (record := _record(row, most, found))]
    blank = [row for row in rows if len(row.cells) > 1 and not row.cell(1)]
    if blank:
        do = "Nothing needs to be done if the count is not known; the row is passed over."
        found.append(blank[0].note("count", f"{len(blank)} rows without a count", "a count in each row", do))
    if most > 2 and _has_separators(rows):
        do = "Remove the commas inside the counts; Flee reads what stands before them."
        found.append(rows[0].problem("count", "commas that look like thousands separators", "plain numbers", do))
    elif records and most > 2:
        do = "Nothing needs to be done; Flee reads the first two columns alone."
        found.append(rows[0].note("", f"{most} columns", "two columns, the day and the count", do))
    if not records and not any(one.file == sheet.file for one in found):
        do = "Add the counts, one a line: YYYY-MM-DD,number."
        found.append(sheet.problem("no counts", "at least one count", do))
    return records


def _has_separators(rows: Sequence[Row]) -> bool:
    cells = [(row.cell(1), row.cell(2)) for row in rows if width(row.cells) > 2]
    return bool(cells) and all(len(one) < 4 and len(two) == 3 and two.isdigit() for one, two in cells)


def _record(row: Row, most: int, found: list[Problem]) -> Record | None:
    if len(row.cells) < 2 or width(row.cells) > most:
        do = "Write the day and the count with one comma between them, and no comma inside the count."
        found.append(row.problem("", f"{len(row.cells)} cells", f"{most} cells, as in the other rows", do))
        return None
    if not row.cell(1):
        return None
    day = day_of(row, row.cell(0), "date", found)
    value = value_of(row, row.cell(1), "count", _COUNT, found)
    return Record(day, value, row) if day and value is not None else None


def _each_day_once(sheet: Sheet, records: Sequence[Record], found: list[Problem]) -> tuple[list[Record], list[Record]]:
    """The last record of each day in order of days, and the others that differ from it."""
    days = [record.day for record in records]
    if days != sorted(days):
        do = "Nothing needs to be done; they were sorted. Flee reads such a file wrongly."
        first = next(record for record, later in pairwise(records) if later.day < record.day)
        found.append(first.row.note("date", "days out of order after this row", "days in order", do))
    last = {record.day: record for record in records}
    others = [record for record in records if last[record.day] is not record and last[record.day].value != record.value]
    for record in others:
        do = f"Delete the one that is wrong; {last[record.day].value:.15g}, the later row, was used."
        got = f"{record.day} twice, with {record.value:.15g} here and {last[record.day].value:.15g} in line"
        found.append(record.row.note("date", f"{got} {last[record.day].row.line}", "each day once", do))
    if len(records) > len(last) + len(others):
        do = "Nothing needs to be done; the counts are the same."
        found.append(sheet.note("days that stand twice with the same count", "each day once", do, "date"))
    return [last[day] for day in sorted(last)], others


# --- sums of several files -------------------------------------------------------------------------------------------


def _sum(one: Sequence[Record], other: Sequence[Record]) -> list[Record]:
    """Sums on every day that either file has, each file being linear between its counts and constant outside."""
    days = sorted({record.day for record in (*one, *other)})
    rows = {record.day: record.row for record in (*other, *one)}
    return [Record(day, round(_at(one, day) + _at(other, day)), rows[day]) for day in days]


def _at(records: Sequence[Record], day: date) -> float:
    after = bisect_right(records, day, key=lambda record: record.day)
    if after in (0, len(records)):
        return records[min(after, len(records) - 1)].value
    before, later = records[after - 1], records[after]
    part = (day - before.day).days / (later.day - before.day).days
    return before.value + part * (later.value - before.value)


def _sum_of_flee(one: Sequence[Record], other: Sequence[Record]) -> list[Record]:
    """Sums as Flee makes them: without lines between counts, and without what the first file has after the second.

    A day of the second file takes the next count of the first file, a day of the first one the latest of the second.
    """
    sums: list[Record] = []
    at, latest = 0, 0.0
    for record in other:
        while record.day > one[at].day:
            sums.append(replace(one[at], value=latest + one[at].value))
            if at == len(one) - 1:
                break
            at += 1
        if record.day <= one[at].day:
            sums.append(replace(record, value=record.value + one[at].value))
            at += record.day == one[at].day and at < len(one) - 1
            latest = record.value
    return sums


# --- checks against the rest of the folder ---------------------------------------------------------------------------


def check_series(
    series: Sequence[Series],
    places: Mapping[str, Location],
    camps: Sequence[str],
    from_counts: bool,
    found: list[Problem],
) -> None:
    """The first label is the total, every camp has a label, and labels are locations (else a note).

    Args:
        series: of ``read_series``.
        places: the locations.
        camps: names of the locations that need counts.
        from_counts: whether the counts drive displacement; else a total is not needed.
        found: takes what is wrong.
    """
    if not series:
        return
    if series[0].label != TOTAL:
        report = series[0].row.problem if from_counts else series[0].row.note
        do = "Put the row total,refugees.csv first; Flee leaves the first row out when it sums the camps."
        found.append(report("label", quoted(series[0].label), "'total' in the first row", do))
    labels = {one.label for one in series}
    for name in camps:
        if name not in labels:
            found.append(_without_counts(places[name], series, labels - set(places)))
    for one in series:
        if one.label not in places and one.label != TOTAL:
            do = f"{did_you_mean(one.label, places)}Nothing needs to be done if it is left out on purpose."
            got = f"{quoted(one.label)}, which is not in locations.csv"
            found.append(one.row.note("label", got, "the name of a location", do))


def _without_counts(place: Location, series: Sequence[Series], strangers: set[str]) -> Problem:
    do = f"{did_you_mean(place.name, strangers)}Add a row for it to {LAYOUT}, with a file; Flee stops without one."
    file = series[0].row.file
    return Problem(file, 0, "label", f"no row for {quoted(place.name)}", "a row for each camp of locations.csv", do)


def read_corrections(
    sheet: Sheet, series: Sequence[Series], start: date, version: str, found: list[Problem]
) -> tuple[list[Correction], list[str]]:
    """Corrections that have an effect, and in words those that have none; what is wrong goes to ``found``.

    A correction before ``start`` has none; Flee 3.1 stops if there is no count on its day.
    """
    by_label = {one.label: one for one in reversed(series)}
    good, idle = [], []
    for row in sheet.rows:
        day = day_of(row, row.cell(1), "date", found)
        if row.cell(0) not in by_label and series:
            do = f"{did_you_mean(row.cell(0), by_label)}Correct the name, or add it to {LAYOUT}."
            found.append(row.problem("camp", quoted(row.cell(0)), f"a label of {LAYOUT}", do))
        elif not series:
            continue
        elif day and day < start and (version != V31 or _can_be_joined(by_label[row.cell(0)], day)):
            idle.append(f"The registration correction of {row.cell(0)} on {day}: it lies before the start.")
        elif day and (one := _correction(row, by_label[row.cell(0)], day, found)):
            good.append(one)
    return _once(good, found), idle


def _can_be_joined(series: Series, day: date) -> bool:
    """Whether there is a count on the day and an earlier one."""
    return day in [record.day for record in series.records[1:]]


def _correction(row: Row, series: Series, day: date, found: list[Problem]) -> Correction | None:
    days = [record.day for record in series.records]
    if day not in days:
        if days:
            near = min(days, key=lambda one: abs((one - day).days))
            do = f"Write the day of the verified count; the nearest one is {near}. Flee stops here."
            found.append(row.problem("date", str(day), f"a day on which {series.label} was counted", do))
        return None
    at = days.index(day)
    if at == 0:
        do = "Delete the row; there is no earlier count that it could correct. Flee stops here."
        found.append(row.problem("date", f"{day}, the day of the first count", "a day after the first count", do))
        return None
    if series.records[at - 1].value < 1:
        got = f"a count of {series.records[at - 1].value:.15g} before {day}"
        do = "Delete the row; a count of 0 cannot be rescaled. Flee stops here or goes on with infinity."
        found.append(row.problem("date", got, "at least 1 in the count before", do))
        return None
    return Correction(series.label, day, row)


def _once(corrections: Sequence[Correction], found: list[Problem]) -> list[Correction]:
    first: dict[tuple[str, date], Correction] = {}
    for one in corrections:
        if (one.label, one.day) in first:
            do = "Delete one of the rows; the second changes nothing, since the counts join already."
            got = f"the row again, as in line {first[one.label, one.day].row.line}"
            found.append(one.row.note("camp", got, "each camp and day once", do))
        first.setdefault((one.label, one.day), one)
    return list(first.values())
