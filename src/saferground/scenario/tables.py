"""One CSV file against ``columns.csv``: a typed frame, and everything that is wrong with the file.

Damage never stops the reading: a row with too few cells still gives the cells it has, a file with semicolons is read
with semicolons, a misspelt column is read as the one that was meant. Each is reported once, and the checks that
follow can then say what else is wrong without false alarms.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from saferground.errors import Problem
from saferground.scenario.cells import Value, expected, read_cell
from saferground.scenario.columns import Column, Schema, other_model
from saferground.scenario.files import read_text
from saferground.scenario.personal import NO_PERSONAL_DATA, is_personal
from saferground.scenario.wording import SHOWN, Finding, capped, closest, did_you_mean, listed, quoted

_DTYPES = {"number": "float64", "integer": "int64"}
_MOST_BROKEN_QUOTES = 20
_MOST_UNKNOWN = 50
_UNREAD = "unread"
_SIGNS = {";": "semicolons", "\t": "tabs"}


class Read(NamedTuple):
    """What came of one file.

    Attributes:
        frame: every column of the table, typed, and ``line``: the line of each row in the file.
        problems: what is wrong with the file by itself.
        usable: whether references to this table and its rows as a whole can be checked.
        spoilt: (file, line, column) of each cell that could not be read, with column "" for a whole row.
    """

    frame: pd.DataFrame
    problems: list[Problem]
    usable: bool
    spoilt: frozenset[tuple[str, int, str]] = frozenset()


@dataclass(frozen=True)
class _Row:
    line: int
    cells: list[str]
    fault: str = ""


def read_table(path: Path, schema: Schema, table: str, shown: int = SHOWN) -> Read:
    """Read one table.

    Args:
        path: the CSV file; need not bear the table's name.
        schema: of the folder's model.
        table: one of ``schema.tables``.
        shown: how many problems of one kind in one column are listed before the rest is only counted.

    Returns:
        The frame with columns as in ``columns.csv`` (text as str, blank is ""; numbers as float64, blank is NaN;
        integers as int64; dates as datetime64[s], blank is NaT; several references as tuples), the problems, and
        whether the table can be used by checks between tables. Never raises for what the file holds.
    """
    columns, required = schema.columns[table], table in schema.required_tables
    text, problems = read_text(path)
    if text is None:
        return Read(empty_table(columns), problems, usable=False)
    lines = list(StringIO(text, newline=""))
    separator = _separator(lines, columns)
    problems += [_wrong_separator(path.name, separator)] if separator != "," else []
    rows = [row for row in _rows(lines, separator) if any(cell.strip() for cell in row.cells)]
    if not rows:
        return Read(empty_table(columns), [*problems, _no_rows(path.name, 0)], usable=False)
    header, rows = _header(rows)
    where, findings = _place_columns(path.name, columns, header, rows)
    width = len(header.cells)
    findings += _row_faults(path.name, width, rows, cut=not text.endswith(("\n", "\r")))
    sound = [_sound(row, width) for row in rows]
    values, spoilt, cell_problems = _read_cells(path.name, columns, where, rows, sound, separator, shown)
    if not rows and required:
        problems.append(_no_rows(path.name, header.line))
    complete = all(column.name in where for column in columns if column.required)
    lost = (not rows and required) or any(row.fault == _UNREAD for row in rows)
    return Read(
        frame=typed_table(columns, values, [row.line for row in rows]),
        problems=problems + capped(findings, shown) + cell_problems,
        usable=complete and not lost,
        spoilt=frozenset(spoilt),
    )


def empty_table(columns: Sequence[Column]) -> pd.DataFrame:
    """A table without rows, with the right columns and dtypes."""
    return typed_table(columns, {column.name: [] for column in columns}, [])


# --- lines and rows ------------------------------------------------------------------------------------------------


def _separator(lines: Sequence[str], columns: Sequence[Column]) -> str:
    known, header = set(_names(columns)), next((line for line in lines if line.strip()), "")
    found = {sign: len(known.intersection(_split(header, sign))) for sign in (",", ";", "\t")}
    return max(found, key=lambda sign: (found[sign], sign == ","))


def _names(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns]


def _split(line: str, separator: str) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in line.split(separator)]


def _wrong_separator(file: str, separator: str) -> Problem:
    do = (
        "Save it again with commas between the cells and points in the numbers (in Excel: CSV UTF-8 after setting the "
        "decimal sign to a point under Options, Advanced; in LibreOffice: field delimiter comma)."
    )
    return Problem(file, 1, "", f"{_SIGNS[separator]} between the cells", "commas", do)


def _rows(lines: Sequence[str], separator: str) -> Iterator[_Row]:
    """Rows with the line on which each begins. After a broken quotation mark reading resumes on the next line."""
    start = 0
    for _ in range(_MOST_BROKEN_QUOTES):
        reader, begin = csv.reader(islice(lines, start, None), delimiter=separator, strict=True), start
        try:
            for cells in reader:
                yield _Row(begin + 1, cells)
                begin = start + reader.line_num
            return
        except csv.Error as error:
            yield _Row(begin + 1, _split_loosely(lines[begin], separator), str(error))
            start = begin + 1
    if start < len(lines):
        yield _Row(start + 1, ["?"], _UNREAD)


def _split_loosely(line: str, separator: str) -> list[str]:
    return line.rstrip("\r\n").replace('"', "").split(separator)


def _row_faults(file: str, width: int, rows: Sequence[_Row], cut: bool) -> Iterator[Finding]:
    for row in rows:
        if row.fault:
            yield Finding("unread" if row.fault == _UNREAD else "quotes", _broken_quotes(file, row))
        elif len(row.cells) < width:
            yield Finding("short", _short_row(file, row, width, cut and row is rows[-1]))
        elif _too_long(row, width):
            yield Finding("long", _long_row(file, row, width))


def _sound(row: _Row, width: int) -> bool:
    """Whether the cells of a row stand under the right columns."""
    return not row.fault and len(row.cells) >= width and not _too_long(row, width)


def _too_long(row: _Row, width: int) -> bool:
    return any(cell.strip() for cell in row.cells[width:])


def _no_rows(file: str, line: int) -> Problem:
    do = "Add the rows; `saferground new` writes an example of every table."
    return Problem(file, line, "", "a header and no rows" if line else "no cells", "at least one row", do)


def _broken_quotes(file: str, row: _Row) -> Problem:
    if row.fault == _UNREAD:
        got = f"more than {_MOST_BROKEN_QUOTES} rows with broken quotation marks; the rest was not read"
        return Problem(file, row.line, "", got, "text in pairs of quotation marks", "Save the file again as CSV UTF-8.")
    do = 'Close the quotation mark, and write one inside a text twice ("").'
    return Problem(file, row.line, "", "a quotation mark that is never closed", "quotation marks in pairs", do)


def _short_row(file: str, row: _Row, width: int, last: bool) -> Problem:
    got = f"{len(row.cells)} cells"
    do = f"Add the missing cells; a blank cell still needs its comma. The last cell is {quoted(row.cells[-1])}."
    if last:
        got += " and no end of line: the file seems to be cut off here"
        do = "Take a complete copy of the file, or complete this row."
    return Problem(file, row.line, "", got, f"{width} cells as in the header", do)


def _long_row(file: str, row: _Row, width: int) -> Problem:
    do = 'Put a text that holds a comma between quotation marks ("a, b"); write decimals with a point.'
    return Problem(file, row.line, "", f"{len(row.cells)} cells", f"{width} cells as in the header", do)


# --- header --------------------------------------------------------------------------------------------------------


def _header(rows: Sequence[_Row]) -> tuple[_Row, list[_Row]]:
    """The first row with its names trimmed, and the others. Empty unnamed columns at the right end do not count."""
    cells, others = [cell.strip() for cell in rows[0].cells], list(rows[1:])
    while len(cells) > 1 and not cells[-1] and not _has_cells(others, len(cells) - 1):
        cells.pop()
    return _Row(rows[0].line, cells, rows[0].fault), others


def _has_cells(rows: Sequence[_Row], index: int) -> bool:
    return any(len(row.cells) > index and row.cells[index].strip() for row in rows)


def _place_columns(
    file: str, columns: Sequence[Column], header: _Row, rows: Sequence[_Row]
) -> tuple[dict[str, int], list[Finding]]:
    """Where each column stands, misspelt ones included, and what is wrong with the header."""
    known = _names(columns)
    where: dict[str, int] = {}
    findings = [Finding("quotes", _broken_quotes(file, header))] if header.fault else []
    unknown = []
    for index, name in enumerate(header.cells):
        if name in where:
            findings.append(Finding("twice", _column_twice(file, header.line, name)))
        elif name in known:
            where[name] = index
        elif name or _has_cells(rows, index):
            unknown.append((index, name))
    findings += _too_many_unknown(file, header.line, unknown[_MOST_UNKNOWN:])
    for index, name in unknown[:_MOST_UNKNOWN]:
        foreign = is_personal(name) or other_model(columns[0].table, name)
        meant = "" if foreign else closest(name, [one for one in known if one not in where], cutoff=0.65)
        findings.append(Finding(f"unknown {name}", _unknown_column(file, columns, header.line, index, name, meant)))
        where.update({meant: index} if meant else {})
    missing = [column for column in columns if column.required and column.name not in where]
    return where, findings + [_missing_column(file, header.line, column) for column in missing]


def _too_many_unknown(file: str, line: int, rest: Sequence[tuple[int, str]]) -> list[Finding]:
    if not rest:
        return []
    do = "Check that this is the right file, and that the first line is the header."
    return [Finding("more", Problem(file, line, "", f"{len(rest):,} more unknown columns", "known columns", do))]


def _column_twice(file: str, line: int, name: str) -> Problem:
    return Problem(file, line, name, f"the column {name!r} twice", "each column once", "Remove or rename one of them.")


def _unknown_column(file: str, columns: Sequence[Column], line: int, index: int, name: str, meant: str) -> Problem:
    if not name:
        do = "Give the column its name, or empty it."
        return Problem(file, line, f"column {index + 1}", "a column with cells and no name", "a column name", do)
    if is_personal(name):
        do = NO_PERSONAL_DATA
    else:
        other = other_model(columns[0].table, name) or did_you_mean(name, _names(columns))
        do = f"Rename it to {meant!r}." if meant else f"{other}Rename or delete it; remarks go into `note`."
    return Problem(file, line, name, f"an unknown column {quoted(name)}", listed(_names(columns), limit=20), do)


def _missing_column(file: str, line: int, column: Column) -> Finding:
    do = f"Add the column: {column.meaning}."
    return Finding("missing", Problem(file, line, column.name, f"no column {column.name!r}", expected(column), do))


# --- cells ---------------------------------------------------------------------------------------------------------


def _read_cells(
    file: str,
    columns: Sequence[Column],
    where: Mapping[str, int],
    rows: Sequence[_Row],
    sound: Sequence[bool],
    separator: str,
    shown: int,
) -> tuple[dict[str, list[Value]], set[tuple[str, int, str]], list[Problem]]:
    """Values by column, where they could not be read, and what is wrong with the cells of sound rows."""
    values: dict[str, list[Value]] = {}
    spoilt = {(file, row.line, "") for row, ok in zip(rows, sound, strict=True) if not ok}
    problems: list[Problem] = []
    for column in columns:
        cells = [_cell(row, where.get(column.name), column, separator) for row in rows]
        read = [read_cell(cell, column) for cell in cells]
        values[column.name] = [value for value, _ in read]
        faults = [
            Finding(fault.kind, Problem(file, row.line, column.name, quoted(cell.strip()), fault.expected, fault.do))
            for row, cell, (_, fault), ok in zip(rows, cells, read, sound, strict=True)
            if fault and ok and column.name in where
        ]
        spoilt.update((file, fault.problem.line, column.name) for fault in faults)
        problems += capped(faults, shown)
    return values, spoilt, problems


def _cell(row: _Row, index: int | None, column: Column, separator: str) -> str:
    if index is None or index >= len(row.cells):
        return ""
    cell = row.cells[index]
    if separator != "," and column.kind in ("number", "integer") and cell.count(",") == 1 and "." not in cell:
        return cell.replace(",", ".")  # the separator was reported once for the file; its decimal commas belong to it
    return cell


def typed_table(columns: Sequence[Column], values: Mapping[str, Sequence[Value]], lines: Sequence[int]) -> pd.DataFrame:
    """A frame of one table from its values by column (None for a blank number or date) and the line of each row.

    An integer column with blanks, which only a table with problems has, becomes float64 with NaN.
    """
    cells = {column.name: _typed(column.kind, values[column.name]) for column in columns}
    return pd.DataFrame({**cells, "line": np.array(lines, dtype="int64")})


def _typed(kind: str, values: Sequence[Value]) -> np.ndarray | ExtensionArray:
    if kind == "integer" and any(value is None for value in values):
        kind = "number"
    if kind == "date":
        return np.array([_day(value) for value in values], dtype="datetime64[s]")
    if kind in _DTYPES:
        return np.array(values, dtype=_DTYPES[kind])
    return pd.Series(list(values), dtype="object" if kind in ("refs", "choices") else "str").array


def _day(value: Value) -> np.datetime64:
    return np.datetime64(value if isinstance(value, date) else "NaT", "s")
