"""An XLSX workbook from outside as sheets of text, with nothing in it run, and bounded whatever it claims.

``python-calamine`` (extra ``web``) reads the values. Before it sees the file, the archive is unpacked under a limit,
and the sheets are searched for what it would leave blank: errors, and formulas that were never computed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from saferground.errors import Problem, UsageError

UNPACKED = 60 * 2**20
"""Bytes of all parts of a workbook together; a larger one is refused."""
MOST_PARTS = 500
FARTHEST = (20_000, 200)
"""Row and column beyond which a workbook may hold nothing: memory is needed for all between."""
_CELL = re.compile(  # a row begins, or a cell with something in it; never looks beyond the next cell
    rb"<(?:\w+:)?row\b(?P<row>[^<>]*)>"
    rb"|<(?:\w+:)?c\b(?P<cell>(?:[^<>]*[^<>/])?)>(?P<inside>[^<]*(?:<(?!/?(?:\w+:)?c\b)[^<]*)*)</(?:\w+:)?c>"
)
_ROW = re.compile(rb'\br="([0-9]{1,9})"')
_PLACE = re.compile(rb'\br="([A-Z]{1,4})([0-9]{1,9})"')
_ERROR = re.compile(rb'\bt="e"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</|<(?:\w+:)?t\b")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SAVE = "Save it again as an Excel workbook (.xlsx) without a password, or as CSV UTF-8."


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, and its cells as text, row by row from the first; what is wrong with some of them."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...] = ()


def read_sheets(name: str, content: bytes) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """The visible sheets of a workbook, and what is wrong with the file. Never raises for what it holds.

    Dates become YYYY-MM-DD (with the time of day where it is not midnight), numbers the shortest text of 15 digits.
    Raises UsageError when ``python-calamine`` is not installed.
    """
    parts, wrong = _unpacked(content)
    if wrong:
        return (), (Problem(name, 0, "", *wrong),)
    try:
        return tuple(_sheets(name, content, parts)), ()
    except _FarError as far:
        do = "Copy the rows of counts into a new sheet, and send that one."
        expected = "cells in the first {:,} rows and {} columns".format(*FARTHEST)
        return (), (Problem(name, 0, "", str(far), expected, do),)
    except UsageError:
        raise
    except BaseException as error:  # whatever a file made to do harm brings a parser to
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        return (), (Problem(name, 0, "", f"a damaged workbook ({reason})", "an Excel workbook", _SAVE),)


class _FarError(Exception):
    pass


def _calamine() -> Any:
    try:
        import python_calamine
    except ImportError as error:
        do = "Install it with `pip install 'saferground[web]'`, or save the sheet as CSV UTF-8."
        raise UsageError(f"got no library 'python-calamine'; expected it to read a workbook. {do}") from error
    return python_calamine


def _unpacked(content: bytes) -> tuple[dict[str, bytes], tuple[str, str, str] | None]:
    """The parts of the archive, or what is wrong with it. Sizes that it states are not believed."""
    parts: dict[str, bytes] = {}
    left = UNPACKED
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                return {}, (f"a workbook of {len(archive.infolist()):,} parts", f"at most {MOST_PARTS}", _SAVE)
            for one in archive.infolist():
                with archive.open(one) as part:
                    parts[one.filename] = part.read(left + 1)
                left -= len(parts[one.filename])
                if left < 0:
                    most = f"at most {UNPACKED // 2**20} MB when unpacked"
                    return {}, ("a workbook that unpacks to more than that", most, "Send only the rows of counts.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        return {}, (f"a file that cannot be unpacked ({str(error)[:80]})", "an Excel workbook (.xlsx)", _SAVE)
    return parts, None


def _sheets(name: str, content: bytes, parts: dict[str, bytes]) -> Iterator[Sheet]:
    calamine = _calamine()
    holes = {sheet: _Holes.of(parts[part]) for sheet, part in _parts_of_sheets(parts).items() if part in parts}
    with calamine.CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        for sheet in book.sheets_metadata:
            if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet:
                cells = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                found = holes.get(sheet.name, _Holes((), ()))
                yield Sheet(sheet.name, _filled(cells, found), tuple(found.problems(name)))


def _parts_of_sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """The part of the archive that holds each sheet."""
    links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    goal = {one.get("Id"): str(one.get("Target")) for one in links}
    sheets = ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{_MAIN}sheet")
    found = {str(one.get("name")): goal.get(one.get(f"{_LINKS}id"), "") for one in sheets}
    return {name: part.removeprefix("/") if part.startswith("/") else f"xl/{part}" for name, part in found.items()}


@dataclass(frozen=True)
class _Holes:
    """Cells that would read as blank: errors with their words, and formulas without a value; row and column from 0."""

    errors: tuple[tuple[int, int, str], ...]
    formulas: tuple[tuple[int, int], ...]

    @staticmethod
    def of(part: bytes) -> _Holes:
        errors, formulas = [], []
        for row, column, attributes, inside in _cells(part):
            if row >= FARTHEST[0] or column >= FARTHEST[1]:
                raise _FarError(f"something in row {row + 1:,}, column {column + 1:,}")
            value = _VALUE.search(inside)
            if _ERROR.search(attributes):
                errors.append((row, column, (value[1] or b"#N/A").decode("ascii", "replace") if value else "#N/A"))
            elif _FORMULA.search(inside) and (value is None or value[1] == b""):
                formulas.append((row, column))
        return _Holes(tuple(errors), tuple(formulas))

    def problems(self, file: str) -> Iterator[Problem]:
        do = "Open it in Excel, which computes it, and save it; or paste the value in place of the formula."
        for row, column in self.formulas:
            yield Problem(file, row + 1, f"column {column + 1}", "a formula without a value", "a value", do)


def _cells(part: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Row and column from 0, attributes and content of each cell with something in it."""
    row, column = -1, -1
    for found in _CELL.finditer(part):
        if found["cell"] is None:
            number = _ROW.search(found["row"])
            row, column = int(number[1]) - 1 if number else row + 1, -1
            continue
        place = _PLACE.search(found["cell"])
        row, column = (int(place[2]) - 1, _number(place[1])) if place else (row, column + 1)
        yield row, column, found["cell"], found["inside"]


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def _filled(cells: Sequence[Sequence[Any]], holes: _Holes) -> tuple[tuple[str, ...], ...]:
    rows = [[text_of(cell) for cell in row] for row in cells]
    for row, column, word in holes.errors:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = word
    return tuple(tuple(row) for row in rows)


def text_of(cell: object) -> str:
    """A value of a workbook as the text that a person would have typed for it."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
