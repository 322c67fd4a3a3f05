"""Flee's CSV files as rows with their lines: comments apart, cells trimmed, damage reported."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from saferground.errors import Problem
from saferground.scenario.cells import read_cell
from saferground.scenario.columns import Column, schema
from saferground.scenario.files import read_text
from saferground.scenario.wording import did_you_mean, listed, quoted

JOURNEY = schema("journey")
DATE = replace(JOURNEY.column("counts", "end"), required=True)
_SHORT_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_BLANK = b"\xef\xbb\xbf \t\r\n,"
_COMMAS = "Save it again with commas between the cells."


class Row(NamedTuple):
    """One line of a file; ``line`` counts from 1, ``cells`` have no spaces at their ends."""

    file: str
    line: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """The cell, blank where the row is too short."""
        return self.cells[index] if index < len(self.cells) else ""

    def problem(self, column: str, got: str, expected: str, do: str) -> Problem:
        """A problem with a cell of this row; ``got`` is put as it is."""
        return Problem(self.file, self.line, column, got, expected, do)

    def note(self, column: str, got: str, expected: str, do: str) -> Problem:
        """The same as a note."""
        return replace(self.problem(column, got, expected, do), severity="note")


@dataclass(frozen=True)
class Sheet:
    """The rows of a file and its comment lines, apart; ``file`` is its path inside the Flee folder."""

    file: str
    rows: tuple[Row, ...] = ()
    comments: tuple[Row, ...] = ()

    def problem(self, got: str, expected: str, do: str, column: str = "") -> Problem:
        """A problem with the file as a whole."""
        return Problem(self.file, 0, column, got, expected, do)

    def note(self, got: str, expected: str, do: str, column: str = "") -> Problem:
        """The same as a note."""
        return replace(self.problem(got, expected, do, column), severity="note")


def read_sheet(path: Path, file: str, found: list[Problem]) -> Sheet:
    """Read a file; what is wrong with it goes to ``found``.

    A row whose first cell begins with # is a comment, rows of blank cells are left out, and a file without anything
    in it is a sheet without rows.
    """
    if _is_blank(path):
        return Sheet(file)
    text, problems = read_text(path)
    found.extend(replace(one, file=file) for one in problems)
    rows = [] if text is None else _rows(text, file, found)
    wide = any(len(row.cells) > 1 for row in rows)
    if rows and not wide and any(sign in rows[0].cells[0] for sign in ";\t"):
        found.append(rows[0].problem("", "cells that are not separated by commas", "commas between the cells", _COMMAS))
        return Sheet(file)
    comments = tuple(row for row in rows if row.cells[0].startswith("#"))
    return Sheet(file, tuple(row for row in rows if not row.cells[0].startswith("#")), comments)


def _is_blank(path: Path) -> bool:
    """Whether a small file holds nothing but spaces, line ends and commas."""
    try:
        return path.is_file() and path.stat().st_size < 2**16 and not path.read_bytes().strip(_BLANK)
    except OSError:
        return False


def _rows(text: str, file: str, found: list[Problem]) -> list[Row]:
    return [row for row in _parsed(text, file, found) if any(row.cells)]


def _parsed(text: str, file: str, found: list[Problem]) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        for cells in reader:
            row = Row(file, begin, tuple(cell.strip() for cell in cells))
            begin = reader.line_num + 1
            if any("\n" in cell or "\r" in cell for cell in row.cells):
                found.append(row.problem("", "a cell with a line break", "one row a line", _QUOTES))
            yield row
    except csv.Error:
        found.append(
            Problem(file, begin, "", "a quotation mark that does not fit", "quotation marks in pairs", _QUOTES)
        )


_QUOTES = 'Close the quotation mark, and write one inside a text twice ("").'


def is_faulty(sheet: Sheet, found: Iterable[Problem]) -> bool:
    """Whether something was found to be wrong with the file already."""
    return any(one.file == sheet.file and one.severity == "problem" for one in found)


# --- cells -----------------------------------------------------------------------------------------------------------


def number(row: Row, index: int, name: str, column: Column, found: list[Problem]) -> float | None:
    """A cell as the number that ``column`` describes; None when blank or wrong (which goes to ``found``)."""
    return value_of(row, row.cell(index), name, column, found)


def value_of(row: Row, text: str, name: str, column: Column, found: list[Problem]) -> float | None:
    """The same for a text."""
    value, fault = read_cell(text, replace(column, default="") if column.default else column)
    if fault:
        found.append(row.problem(name, quoted(text), fault.expected, fault.do))
        return None
    return float(value) if isinstance(value, (int, float)) else None


def whole(column: Column, required: bool = False) -> Column:
    """The column for whole numbers."""
    return replace(column, type="integer", required=required)


def day_offset(row: Row, index: int, name: str, found: list[Problem]) -> int | None:
    """A day as a whole number from the start of the simulation; None when wrong (which goes to ``found``)."""
    value = number(row, index, name, _DAY, found)
    return None if value is None else int(value)


FAR = 20_000
"""Days after the start; what lies beyond is beyond every simulation."""
_DAY = Column("flee", (), "day", "integer", "days after the start", 0, FAR, True, "", (), "")


def day_of(row: Row, text: str, name: str, found: list[Problem]) -> date | None:
    """A date as Flee reads it, YYYY-MM-DD with or without leading zeros; None when wrong (which goes to ``found``)."""
    if parts := _SHORT_DATE.fullmatch(text):
        text = "-".join(part.zfill(2) for part in parts.groups())
    value, fault = read_cell(text, DATE)
    if fault:
        found.append(row.problem(name, quoted(text), fault.expected, fault.do))
    return value if isinstance(value, date) else None


# --- rows ------------------------------------------------------------------------------------------------------------


def width(cells: Sequence[str]) -> int:
    """The number of cells without the blank ones at the end."""
    return max((index + 1 for index, cell in enumerate(cells) if cell), default=0)


def fits(row: Row, least: int, most: int, found: list[Problem]) -> bool:
    """Whether a row has a number of cells in that range; blank ones at the end do not count as too many."""
    if len(row.cells) >= least and width(row.cells) <= most:
        return True
    many = f"{least}" if least == most else f"{least} to {most}"
    do = 'Add or remove cells; put a text that holds a comma between quotation marks ("a, b").'
    found.append(row.problem("", f"{len(row.cells)} cells", f"{many} cells", do))
    return False


def is_place(row: Row, index: int, name: str, places: Mapping[str, object], found: list[Problem]) -> bool:
    """Whether a cell names a location; else it is a problem."""
    text = row.cell(index)
    if text in places:
        return True
    found.append(unknown_place(row, text, name, places))
    return False


def unknown_place(row: Row, text: str, name: str, places: Iterable[str]) -> Problem:
    """A name that is not in locations.csv."""
    do = f"{did_you_mean(text, places)}Correct the name, or add the location to locations.csv."
    return row.problem(name, quoted(text), "the name of a location in locations.csv", do)


def repeated(names: Iterable[str]) -> list[str]:
    """Names that stand more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def names_of(cells: Iterable[str], limit: int = 6) -> str:
    """Names in a row."""
    return listed(cells, limit=limit)
