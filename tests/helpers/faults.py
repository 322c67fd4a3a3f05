"""Ways to damage a scenario folder on disk, one at a time, and what reading it then gives."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from saferground.errors import Problem
from saferground.scenario import Scenario, check_scenario

Fault = Callable[[Path], None]
SPICE = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b";",
    b"\t",
    b"\0",
    b"=",
    b"[",
    b"]",
    b"'",
    b"\xff",
    b"\xfe",
    b"\xd8",
    b"-",
    b"9" * 400,
    b".",
]


def cell(table: str, line: int, column: str, text: str) -> Fault:
    """Write ``text`` into a cell of a table (quoted where CSV needs it); the header is line 1."""

    def damage(folder: Path) -> None:
        rows = _read(folder / f"{table}.csv")
        rows[line - 1][rows[0].index(column)] = text
        _write(folder / f"{table}.csv", rows)

    return damage


def column(table: str, old: str, new: str) -> Fault:
    """Rename a column of a table."""
    return cell(table, 1, old, new)


def extra_column(table: str, name: str, text: str = "x") -> Fault:
    """Add a column with the same text in every row."""
    return _rows(table, lambda rows: [[*row, text if number else name] for number, row in enumerate(rows)])


def no_column(table: str, name: str) -> Fault:
    """Remove a column."""
    return _rows(
        table, lambda rows: [[one for one, head in zip(row, rows[0], strict=True) if head != name] for row in rows]
    )


def no_rows(table: str) -> Fault:
    """Leave only the header."""
    return _rows(table, lambda rows: rows[:1])


def no_row(table: str, line: int) -> Fault:
    """Remove a row."""
    return _rows(table, lambda rows: rows[: line - 1] + rows[line:])


def again(table: str, line: int) -> Fault:
    """Write a row a second time, at the end."""
    return _rows(table, lambda rows: [*rows, rows[line - 1]])


def text(file: str, old: str, new: str) -> Fault:
    """Replace a piece of a file's text, once; it must occur."""

    def damage(folder: Path) -> None:
        content = (folder / file).read_text(encoding="utf-8")
        assert old in content, f"{old!r} is not in {file}"
        (folder / file).write_text(content.replace(old, new, 1), encoding="utf-8")

    return damage


def content(file: str, change: Callable[[bytes], bytes]) -> Fault:
    """Change the bytes of a file; a file that does not exist is empty."""

    def damage(folder: Path) -> None:
        path = folder / file
        path.write_bytes(change(path.read_bytes() if path.exists() else b""))

    return damage


def missing(file: str) -> Fault:
    """Remove a file."""
    return lambda folder: (folder / file).unlink()


def moved(file: str, name: str) -> Fault:
    """Rename a file."""

    def damage(folder: Path) -> None:
        (folder / file).rename(folder / name)

    return damage


def both(*faults: Fault) -> Fault:
    """Several at once."""

    def damage(folder: Path) -> None:
        for fault in faults:
            fault(folder)

    return damage


def damaged(old: bytes, rng: random.Random) -> bytes:
    """The bytes of a file cut, with something inserted, dropped, changed or doubled at a random place."""
    at = rng.randint(0, len(old))
    kind = rng.choice(["cut", "insert", "drop", "swap", "double"])
    if kind == "cut":
        return old[:at]
    if kind == "insert":
        return old[:at] + rng.choice(SPICE) + old[at:]
    if kind == "drop":
        return old[:at] + old[at + rng.randint(1, 30) :]
    if kind == "double":
        return old + old[at:]
    return old[:at] + bytes([rng.randrange(256)]) + old[at + 1 :]


def outcome(folder: Path) -> tuple[Scenario | None, list[Problem]]:
    """What came of a folder; a scenario exactly when there is no problem, and problems that say everything."""
    scenario, problems = check_scenario(folder)
    wrong = [problem for problem in problems if problem.severity == "problem"]
    assert (scenario is None) == bool(wrong)
    for problem in problems:
        assert problem.file
        assert problem.got
        assert problem.expected
        assert problem.do
        assert problem.line >= 0
    return scenario, problems


def _rows(table: str, change: Callable[[list[list[str]]], list[list[str]]]) -> Fault:
    def damage(folder: Path) -> None:
        _write(folder / f"{table}.csv", change(_read(folder / f"{table}.csv")))

    return damage


def _read(path: Path) -> list[list[str]]:
    return list(csv.reader(StringIO(path.read_text(encoding="utf-8"), newline="")))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
