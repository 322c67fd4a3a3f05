"""Tables of counts from outside, pasted out of a spreadsheet or uploaded, as a grid of text under known columns.

Nothing is corrected or dropped in silence: a cell stays what it was, and the checks of ``runs.entered`` say what is
wrong with it. Only columns and cells that would tell one person from another are taken out, with a word.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from saferground.errors import Problem
from saferground.exchange.workbook import Sheet, read_sheets
from saferground.scenario.columns import EVERY_COLUMN, Column
from saferground.scenario.files import decoded
from saferground.scenario.personal import NO_PERSONAL_DATA, is_personal, personal_value
from saferground.scenario.wording import closest, did_you_mean, listed, quoted

PASTE = "pasted cells"
"""In place of a file name, where cells were pasted."""
LARGEST = 5 * 2**20
"""Bytes of an upload or a paste."""
MOST_ROWS, MOST_COLUMNS = 5_000, 60
_TAG = re.compile(r"\s*#[a-z][a-z_]*\s*([+][a-z0-9_]+\s*)*", re.IGNORECASE)
_MARKS = dict.fromkeys(map(ord, "\ufeff\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?")
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Pasted:
    """A table from outside.

    Attributes:
        file: its name, or ``"pasted cells"``.
        columns: names of columns of the table, in the order in which they were found.
        rows: cells under them.
        lines: the row of each in the file, from 1.
        header: whether it had a header; without one the columns are those of the table in order.
        problems: what is wrong with it; ``column`` is the name of a column, or of what was left out.
        notes: what was read anyway and deserves a word.
    """

    file: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[int, ...] = ()
    header: bool = False
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def cells(self) -> tuple[Mapping[str, str], ...]:
        """Each row as cells by column."""
        return tuple(dict(zip(self.columns, row, strict=True)) for row in self.rows)


class _Line(NamedTuple):
    number: int
    cells: list[str]


def read_pasted(text: str, table: str = "counts") -> Pasted:
    """Cells as a spreadsheet puts them on the clipboard (tabs between them), or CSV. Never raises for what it holds.

    ``table`` says whose columns they are: ``counts`` or ``sources``.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > LARGEST:
        return Pasted(PASTE, problems=(_too_large(PASTE, size),))
    return _of_text(PASTE, text, table)


def read_uploaded(name: str, content: bytes, table: str = "counts") -> Pasted:
    """A CSV file or an XLSX workbook. Never raises for what it holds.

    Of a workbook the first visible sheet is taken whose first rows hold a header, else the first with anything in it.
    Raises UsageError when a workbook is given and ``python-calamine`` is not installed.
    """
    name = Path(name.replace("\\", "/")).name[:100] or "upload"
    if len(content) > LARGEST:
        return Pasted(name, problems=(_too_large(name, len(content)),))
    if content.startswith(_ZIP):
        return _of_sheets(name, *read_sheets(name, content), table)
    if content.startswith(_OLD):
        do = "Open it in Excel and save it as an Excel workbook (.xlsx) without a password, or as CSV UTF-8."
        got = "an old Excel workbook, or one with a password"
        return Pasted(name, problems=(Problem(name, 0, "", got, "a workbook (.xlsx) or CSV", do),))
    text, problems = decoded(Path(name), content)
    found = _of_text(name, text or "", table) if text is not None else Pasted(name)
    return _with(found, problems)


def _with(pasted: Pasted, more: Iterable[Problem]) -> Pasted:
    told = list(more)
    notes = [one for one in told if one.severity == "note"]
    problems = [one for one in told if one.severity == "problem"]
    return replace(pasted, problems=(*problems, *pasted.problems), notes=(*notes, *pasted.notes))


def _too_large(file: str, size: int) -> Problem:
    got, most = f"{size / 2**20:.1f} MB", f"at most {LARGEST // 2**20} MB"
    return Problem(file, 0, "", got, most, "Send only the rows of counts, without pictures.")


# --- rows ----------------------------------------------------------------------------------------------------------


def _of_text(file: str, text: str, table: str) -> Pasted:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text, _columns(table))
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
        lines, begin = [], 1
        for cells in reader:
            lines.append(_Line(begin, cells))
            begin = reader.line_num + 1
        return _of_lines(file, lines, table)
    except csv.Error:
        plain = [_Line(number, line.split(separator)) for number, line in enumerate(text.split("\n"), 1)]
        do = "Close the quotation mark; cells may stand in the wrong column until then."
        wrong = Problem(file, 0, "", "a quotation mark that is never closed", "quotation marks in pairs", do)
        return _with(_of_lines(file, plain, table), [wrong])


def _separator(text: str, columns: Sequence[Column]) -> str:
    if "\t" in text:
        return "\t"
    first = next((line for line in text.split("\n") if line.strip()), "")
    names = {column.name for column in columns}
    found = {sign: len(names.intersection(_folded(first.split(sign)))) for sign in ",;"}
    if found[","] == found[";"]:
        return ";" if first.count(";") > first.count(",") else ","
    return max(found, key=found.__getitem__)


def _folded(cells: Iterable[str]) -> list[str]:
    return [cell.strip().strip('"').casefold().replace(" ", "_") for cell in cells]


def _of_sheets(file: str, sheets: Sequence[Sheet], problems: Sequence[Problem], table: str) -> Pasted:
    full = [sheet for sheet in sheets if any(cell.strip() for row in sheet.rows for cell in row)]
    if not full:
        nothing = Problem(file, 0, "", "no cells", "rows of counts", "Send the sheet that holds them.")
        return Pasted(file, problems=tuple(problems) or (nothing,))
    columns = _columns(table)
    headed = (sheet for sheet in full if any(_is_header(list(row), columns) for row in sheet.rows[:2]))
    chosen = next(headed, full[0])
    lines = [_Line(number, list(row)) for number, row in enumerate(chosen.rows, 1)]
    note = Problem(
        file, 0, "", f"{len(full)} sheets", "one sheet", f"The sheet {quoted(chosen.name)} was read.", severity="note"
    )
    return _with(_of_lines(file, lines, table), [*chosen.problems, *([note] if len(full) > 1 else [])])


# --- the grid ------------------------------------------------------------------------------------------------------


def _columns(table: str) -> tuple[Column, ...]:
    return tuple({one.name: one for one in EVERY_COLUMN if one.table == table}.values())


def _of_lines(file: str, lines: Sequence[_Line], table: str) -> Pasted:
    """The grid of some lines: header matched, tags and blank rows left out, what tells persons apart taken out."""
    columns = _columns(table)
    full = [_Line(number, _trimmed(cells)) for number, cells in lines if any(cell.strip() for cell in cells)]
    tags = [one for one in full[:3] if _is_tags(one.cells)]
    full = [one for one in full if one not in tags]
    notes = [_about_tags(file, one) for one in tags]
    if not full:
        return Pasted(file, problems=(_no_rows(file, 0, "no rows"),), notes=tuple(notes))
    header = _is_header(full[0].cells, columns)
    if header and len(full) == 1:
        bare = _no_rows(file, full[0].number, "a header and no rows")
        return Pasted(file, header=True, problems=(bare,), notes=tuple(notes))
    rows, wrong = _limited(file, full[1:] if header else full)
    where, about = _headed(file, full[0], columns, rows) if header else _in_order(file, columns, rows)
    cells, private = _taken(file, columns, where, rows)
    numbers = tuple(one.number for one in rows[: len(cells)])
    return Pasted(file, tuple(where), cells, numbers, header, (*wrong, *about, *private), tuple(notes))


def _no_rows(file: str, line: int, got: str) -> Problem:
    return Problem(file, line, "", got, "rows of counts", "Copy the rows with their header, and paste again.")


def _trimmed(cells: Sequence[str]) -> list[str]:
    """The cells without blank ones at the end."""
    last = max((index for index, cell in enumerate(cells) if cell.strip()), default=-1)
    return list(cells[: last + 1])


def _is_tags(cells: Sequence[str]) -> bool:
    """Whether it is the row of hashtags that HXL puts below a header."""
    full = [cell for cell in cells if cell.strip()]
    return len(full) > 0 and all(_TAG.fullmatch(cell) for cell in full)


def _about_tags(file: str, line: _Line) -> Problem:
    do = "Nothing needs to be done; it was left out."
    return Problem(file, line.number, "", "a row of HXL tags", "rows of counts", do, severity="note")


def _is_header(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether a row holds names of columns and no figures, or would name persons."""
    full = [cell.strip() for cell in cells if cell.strip()]
    if any(is_personal(cell) for cell in full if len(cell) < 40 and not personal_value(cell)):
        return not any(re.search(r"\d", cell) for cell in full)
    return sum(bool(_meant(cell, columns)) for cell in full) >= min(2, len(full)) and len(full) > 0


def _meant(name: str, columns: Sequence[Column]) -> str:
    return closest(name.strip(), [one.name for one in columns], cutoff=0.8)


def _limited(file: str, rows: Sequence[_Line]) -> tuple[list[_Line], list[Problem]]:
    widest = max((len(one.cells) for one in rows), default=0)
    if widest > MOST_COLUMNS:
        do = "Copy only the columns of counts."
        return [], [Problem(file, 0, "", f"{widest:,} columns", f"at most {MOST_COLUMNS}", do)]
    if len(rows) > MOST_ROWS:
        do = "Send them in parts."
        return [], [Problem(file, 0, "", f"{len(rows):,} rows", f"at most {MOST_ROWS:,}", do)]
    return list(rows), []


def _headed(
    file: str, header: _Line, columns: Sequence[Column], rows: Sequence[_Line]
) -> tuple[dict[str, int], list[Problem]]:
    """Where each column stands, and what is wrong with the header."""
    where: dict[str, int] = {}
    problems = []
    width = max([len(header.cells), *(len(one.cells) for one in rows)])
    for index, name in enumerate([*header.cells, *[""] * (width - len(header.cells))]):
        meant = "" if is_personal(name) else _meant(name, columns)
        if meant and meant not in where:
            where[meant] = index
        elif name.strip() or any(len(one.cells) > index and one.cells[index].strip() for one in rows):
            problems.append(_unknown(file, header.number, index, name.strip(), meant, columns))
    return where, problems


def _unknown(file: str, line: int, index: int, name: str, meant: str, columns: Sequence[Column]) -> Problem:
    expected = listed([one.name for one in columns], limit=20)
    if is_personal(name):
        return Problem(file, line, name[:60], f"a column {quoted(name)}; it was left out", expected, NO_PERSONAL_DATA)
    if meant:
        do = "Keep the one that is right."
        return Problem(file, line, meant, f"the column {meant!r} twice; the second was left out", "each once", do)
    do = f"{did_you_mean(name, [one.name for one in columns])}Give it one of these names or delete it."
    got = f"an unknown column {quoted(name)}" if name else f"cells without a header in column {index + 1}"
    return Problem(file, line, name[:60] or f"column {index + 1}", f"{got}; it was left out", expected, do)


def _in_order(file: str, columns: Sequence[Column], rows: Sequence[_Line]) -> tuple[dict[str, int], list[Problem]]:
    """Where each column stands without a header: in the order of the table."""
    width = max((len(one.cells) for one in rows), default=0)
    names = [one.name for one in columns][:width]
    where = {name: index for index, name in enumerate(names)}
    if width <= len(columns):
        return where, []
    do = "Copy the rows with their header, so that each cell comes under its column."
    got = f"{width} columns and no header"
    return where, [Problem(file, 0, "", got, f"at most {len(columns)}: {listed(names, limit=20)}", do)]


def _taken(
    file: str, columns: Sequence[Column], where: Mapping[str, int], rows: Sequence[_Line]
) -> tuple[tuple[tuple[str, ...], ...], list[Problem]]:
    """The cells under the columns, without those that would tell persons apart, which are problems."""
    kinds = {one.name: one for one in columns}
    problems: list[Problem] = []
    taken = []
    for row in rows:
        cells = {name: row.cells[at] if at < len(row.cells) else "" for name, at in where.items()}
        private = {name: what for name, cell in cells.items() if name != "url" and (what := personal_value(cell))}
        for name, what in private.items():
            got = f"{what}; the cell was emptied"
            problems.append(
                Problem(file, row.number, name, got, "places, dates and counts of people", NO_PERSONAL_DATA)
            )
        taken.append(tuple("" if name in private else _plain(cell, kinds[name]) for name, cell in cells.items()))
    return tuple(taken) if where else (), problems


def _plain(cell: str, column: Column) -> str:
    """The cell without what cannot be seen: spaces at the ends, marks of writing direction, midnight after a date."""
    if column.kind == "text":
        return cell.strip()
    cell = cell.translate(_MARKS).replace("\xa0", " ").strip()
    midnight = _MIDNIGHT.fullmatch(cell)
    return midnight[1] if column.kind == "date" and midnight else cell
