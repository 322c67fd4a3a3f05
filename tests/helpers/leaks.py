"""Copies of a shipped scenario in which what was published after an as-of date is another, to see that nothing leaks.

copy = rewritten(folder, tmp_path, as_of, change)      # change(table, its rows, the later ones) gives the rows to write
change = changing_later(folder, as_of)                 # every later value another that still fits its column
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from saferground.scenario import read_scenario
from saferground.scenario.columns import Column, schema

SIEGE = schema("siege")

Rows = list[dict[str, str]]
Change = Callable[[str, Rows, Rows], Rows]


def rewritten(folder: Path, to: Path, as_of: date, change: Change) -> Path:
    """A copy of the folder in which ``change(table, rows of the table, later ones of them)`` gives the rows."""
    copy = to / folder.name
    shutil.copytree(folder, copy)
    with (folder / "sources.csv").open(encoding="utf-8", newline="") as lines:
        published = {row["id"]: row["published"] for row in csv.DictReader(lines)}
    for path in sorted(copy.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        later = [row for row in rows if (row.get("published") or published.get(row.get("source", ""), "")) > str(as_of)]
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(change(path.stem, rows, later))
    return copy


def without_later(name: str, rows: Rows, later: Rows) -> Rows:
    """The rows that were known."""
    return [row for row in rows if row not in later]


def changing_later(folder: Path, as_of: date) -> Change:
    """A change that gives every later row other values; ids are renamed wherever they are referred to."""
    renamed = _renamed_ids(folder, as_of)
    columns = {name: {column.name: column for column in SIEGE.columns[name]} for name in SIEGE.tables}

    def change(name: str, rows: Rows, later: Rows) -> Rows:
        for row in later:
            row.update({key: _changed(columns[name][key], cell, renamed) for key, cell in row.items()})
        return rows

    return change


def _renamed_ids(folder: Path, as_of: date) -> set[tuple[str, str]]:
    """(table, id) of every row with an id that was published later."""
    scenario = read_scenario(folder)
    later = {}
    for name in SIEGE.tables:
        if SIEGE.has(name, "id") and SIEGE.has(name, "published"):
            frame = scenario.tables[name]
            later[name] = frame.loc[frame["published"] > pd.Timestamp(as_of), "id"]
    return {(name, one) for name, ids in later.items() for one in ids}


def _changed(column: Column, cell: str, renamed: set[tuple[str, str]]) -> str:
    """Another value that still fits the column; a blank, a list of ids and words that set other rules stay."""
    if not cell:
        return ""
    if column.kind in ("number", "integer"):
        value = float(cell) + 1
        return f"{value if column.high is None or value <= column.high else float(cell) / 2:.10g}"
    if column.kind == "date":
        days = 2 if column.name == "published" and column.table != "sources" else 1
        return str(date.fromisoformat(cell) + timedelta(days=days))
    if column.name in ("confidence", "status"):
        return column.choices[(column.choices.index(cell) + 1) % len(column.choices)]
    if column.kind in ("ref", "id"):
        return cell + "_changed" if (column.target or column.table, cell) in renamed else cell
    return f"{cell} (changed)" if column.kind == "text" else cell
