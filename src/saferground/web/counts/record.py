"""What the counts page says, as frozen records."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from saferground.runs.entered import base_rows
from saferground.scenario.cells import expected
from saferground.scenario.columns import MODELS, Column, schema
from saferground.scenario.files import read_text
from saferground.storage.counts.record import KINDS, Change, Entered, Entry, Kind
from saferground.web.board import Known

FOLDED = frozenset({"start", "value_low", "value_high", "note", "url"})
"""Columns that few counts need; the grid shows them on request."""
MOST_CHANGES = 100


@dataclass(frozen=True)
class GridColumn:
    """One column of a grid."""

    name: str = field(metadata={"help": "Its name, as in the table's file"})
    meaning: str = field(metadata={"help": "What it holds"})
    expected: str = field(metadata={"help": "What a cell may hold, in words"})
    kind: str = field(metadata={"help": "text, number, date, choice, ref or id"})
    required: bool = field(metadata={"help": "Whether no cell may be blank"})
    folded: bool = field(metadata={"help": "Whether it is shown only on request"})


@dataclass(frozen=True)
class Offer:
    """A word that can be put into a cell."""

    value: str = field(metadata={"help": "What stands in the cell"})
    told: str = field(metadata={"help": "What it means; empty where it says so itself"})


@dataclass(frozen=True)
class Grid:
    """One grid: counts, or the sources that they name."""

    kind: Kind = field(metadata={"help": "counts or sources"})
    columns: tuple[GridColumn, ...] = field(metadata={"help": "Its columns in order"})
    offers: dict[str, tuple[Offer, ...]] = field(metadata={"help": "Words for the cells of a column, by its name"})


@dataclass(frozen=True)
class CountsPage:
    """The counts of a scenario: those of its folder, those entered in the board, and what is offered to enter more."""

    scenario: Known = field(metadata={"help": "The scenario"})
    revision: int = field(metadata={"help": "Rises with every change of what was entered"})
    grids: tuple[Grid, ...] = field(metadata={"help": "Grids for counts and for sources"})
    entered: tuple[dict[str, Any], ...] = field(metadata={"help": "Rows entered in the board, withdrawn ones included"})
    folder: tuple[dict[str, str], ...] = field(metadata={"help": "Counts of the scenario's own folder"})
    changes: tuple[dict[str, Any], ...] = field(metadata={"help": "The newest changes: who, when, before, after"})
    known_until: str = field(metadata={"help": "The day up to which the next forecast would use what is known, ISO"})

    def grid(self, kind: Kind) -> Grid:
        """The grid of a table."""
        return next(one for one in self.grids if one.kind == kind)


def counts_page(known: Known, folder: Path, state: Entered, changes: Iterable[Change]) -> CountsPage:
    """The record of the page; ``state`` holds what was withdrawn too."""
    base = {kind: base_rows(folder, kind) for kind in KINDS}
    rows = {kind: [*base[kind], *(dict(one.cells) for one in _standing(state, kind))] for kind in KINDS}
    places, model = _places(folder), known.model if known.model in MODELS else MODELS[0]
    return CountsPage(
        scenario=known,
        revision=state.revision,
        grids=tuple(_grid(model, kind, rows, places) for kind in KINDS),
        entered=tuple(one.as_dict() for one in reversed(state.rows)),
        folder=tuple(base["counts"]),
        changes=tuple(one.as_dict() for one in changes),
        known_until=max([known.as_of, *_published(state, rows["sources"])]),
    )


def _places(folder: Path) -> dict[str, str]:
    """Name of each place by its id, in both languages where there are two; empty where they cannot be read."""
    path = folder / "places.csv"
    text = read_text(path)[0] if path.is_file() else None
    rows = csv.DictReader(StringIO(text or "", newline=""))
    named = ((row.get("id"), row.get("name"), row.get("name_local")) for row in rows)
    return {place: " · ".join(filter(None, names)) for place, *names in named if place}


def _standing(state: Entered, kind: Kind) -> list[Entry]:
    return [one for one in state.of(kind) if not one.withdrawn]


def _grid(model: str, kind: Kind, rows: Mapping[Kind, list[dict[str, str]]], places: Mapping[str, str]) -> Grid:
    columns = schema(model).columns[kind]
    offers = {one.name: tuple(_offers(one, rows, places)) for one in columns}
    return Grid(kind, tuple(_column(one) for one in columns), {name: some for name, some in offers.items() if some})


def _column(one: Column) -> GridColumn:
    return GridColumn(one.name, one.meaning, expected(one), one.kind, one.required, one.name in FOLDED)


def _offers(one: Column, rows: Mapping[Kind, list[dict[str, str]]], places: Mapping[str, str]) -> Iterable[Offer]:
    if one.kind == "choice":
        return [Offer(choice, "") for choice in one.choices]
    if one.target == "places":
        return [Offer(place, name) for place, name in places.items()]
    if one.target == "sources":
        return [Offer(row["id"], row["title"]) for row in rows["sources"]]
    if one.name == "series":
        return [Offer(name, "") for name in dict.fromkeys(row["series"] for row in rows["counts"])]
    return []


def _published(state: Entered, sources: list[dict[str, str]]) -> Iterable[str]:
    """When each count that was entered became public: on its own day, or else its source's."""
    days = {row["id"]: row["published"] for row in sources}
    counts = (one.cells for one in _standing(state, "counts"))
    return (cells["published"] or days.get(cells["source"], "") for cells in counts)
