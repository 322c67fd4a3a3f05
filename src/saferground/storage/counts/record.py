"""What is entered beside a scenario folder: rows of counts.csv and sources.csv with a version, and their changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from saferground.errors import UsageError
from saferground.scenario.cells import read_cell
from saferground.scenario.columns import EVERY_COLUMN, Column

Kind: TypeAlias = Literal["counts", "sources"]
Action: TypeAlias = Literal["entered", "changed", "withdrawn", "restored"]

KINDS: tuple[Kind, ...] = ("counts", "sources")
"""The tables of which rows can be entered."""
EDITED = "counts entered"
"""In place of a file name in problems with edits; ``line`` is then the place of the edit among them, from 1."""


@dataclass(frozen=True)
class Entry:
    """A row that was entered.

    Attributes:
        id: number that no other row of the database has.
        kind: its table.
        cells: every column of the table by name as text, "" where blank; in the order of ``columns.csv``.
        version: 1 when it was entered; one more with each change.
        withdrawn: it counts no longer, and could be restored.
        who: wrote this version.
        at: when, UTC.
    """

    id: int
    kind: Kind
    cells: Mapping[str, str]
    version: int
    withdrawn: bool
    who: str
    at: datetime

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        return {**vars(self), "cells": dict(self.cells), "at": self.at.isoformat()}


@dataclass(frozen=True)
class Entered:
    """All that is entered beside one scenario at one moment; ``revision`` rises with every change (0: none yet)."""

    scenario: str
    revision: int
    counts: tuple[Entry, ...] = ()
    sources: tuple[Entry, ...] = ()

    @property
    def rows(self) -> tuple[Entry, ...]:
        """Counts and sources."""
        return (*self.counts, *self.sources)

    def of(self, kind: Kind) -> tuple[Entry, ...]:
        """The rows of one table."""
        return self.counts if kind == "counts" else self.sources


@dataclass(frozen=True)
class Change:
    """One line of the audit: who did what to which row when (UTC), and its cells before and after.

    ``before`` is None where it was entered or restored, ``after`` where it was withdrawn.
    """

    id: int
    entry: int
    kind: Kind
    version: int
    action: Action
    who: str
    at: datetime
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        states = {name: None if (one := getattr(self, name)) is None else dict(one) for name in ("before", "after")}
        return {**vars(self), **states, "at": self.at.isoformat()}


# --- edits ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class New:
    """A row to be entered. ``cells`` by column; those left out are blank."""

    cells: Mapping[str, str]
    kind: Kind = "counts"


@dataclass(frozen=True)
class Amend:
    """Other cells for the row ``id``, which was read in ``version``."""

    id: int
    version: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Withdraw:
    """The row ``id``, read in ``version``, is to count no longer."""

    id: int
    version: int


@dataclass(frozen=True)
class Restore:
    """The withdrawn row ``id``, read in ``version``, is to count again."""

    id: int
    version: int


Edit: TypeAlias = New | Amend | Withdraw | Restore


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The columns of a table, each once, whatever the model."""
    return tuple({one.name: one for one in EVERY_COLUMN if one.table == kind}.values())


def canonical(kind: Kind, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells as they are kept: every column in order, without spaces at the ends, each number in one spelling.

    A cell that cannot be read stays as it is. Raises UsageError for a column that the table does not have.
    """
    columns = columns_of(kind)
    unknown = sorted(set(cells).difference(one.name for one in columns))
    if unknown:
        known = ", ".join(one.name for one in columns)
        raise UsageError(f"got the columns {unknown} for {kind}; expected {known}. Remove them; remarks go into note.")
    return {one.name: _spelt(cells.get(one.name, ""), one) for one in columns}


def _spelt(text: str, column: Column) -> str:
    text = text.strip()
    if column.kind != "number" or not text:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    value, fault = read_cell(text, column)
    return text if fault or not isinstance(value, float) else repr(value).removesuffix(".0")
