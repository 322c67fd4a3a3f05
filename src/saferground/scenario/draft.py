"""What was read from a folder before it is trusted: the object that every check looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from saferground.errors import Problem
from saferground.scenario.cells import Value
from saferground.scenario.columns import SETTINGS_FILE, Schema
from saferground.scenario.known import known_tables
from saferground.scenario.priors import Prior
from saferground.scenario.settings import Lines, line_of


@dataclass(frozen=True)
class Draft:
    """A folder as read.

    Attributes:
        schema: of the folder's model.
        values: settings that could be read, by key.
        rules: values of ``[rules]`` that could be read, by key; empty for a model without such a section.
        parameters: a prior for every parameter.
        tables: every table; ``published`` resolved; blank (NaN, NaT, "") where a cell could not be read.
        unusable: tables of which so much is missing that rules about them would give false alarms.
        files: the file name of each table, as it is spelt in the folder.
        lines: the line of each key of ``scenario.toml``.
        spoilt: (file, line, column) of each cell that could not be read, with column "" for a whole row.
    """

    schema: Schema
    values: Mapping[str, Value]
    rules: Mapping[str, Value]
    parameters: dict[str, Prior]
    tables: dict[str, pd.DataFrame]
    unusable: frozenset[str]
    files: Mapping[str, str]
    lines: Lines
    spoilt: frozenset[tuple[str, int, str]] = frozenset()

    def rows(self, table: str) -> list[Any]:
        """The rows of a table as named tuples; none of a table that the model does not have."""
        return self._rows.get(table, [])

    @cached_property
    def _rows(self) -> dict[str, list[Any]]:
        return {name: list(frame.itertuples(index=False, name="Row")) for name, frame in self.tables.items()}

    def ids(self, table: str) -> tuple[str, ...]:
        """The ids of a table, each once."""
        return tuple(dict.fromkeys(self.tables[table]["id"]))

    def kinds(self) -> dict[str, str]:
        """The kind of each place; places whose kind could not be read are absent."""
        places = self.tables["places"]
        return {id_: kind for id_, kind in zip(places["id"], places["kind"], strict=True) if kind}

    def day(self, key: str) -> pd.Timestamp:
        """``start`` or ``as_of``; NaT when it could not be read, so that comparisons with it are false."""
        value = self.values.get(key)
        return pd.Timestamp(value) if isinstance(value, date) else pd.NaT  # type: ignore[return-value]

    def period(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The first and the last day that are simulated; NaT for one that could not be read."""
        days = self.values.get("days")
        last = self.day("as_of") + pd.Timedelta(days=days) if isinstance(days, int) else pd.NaT
        return self.day("start"), last  # type: ignore[return-value]

    def known(self) -> Draft:
        """The same, with only the rows published by the as-of date, and all counts where the rules have them given."""
        as_of = self.values.get("as_of")
        if not isinstance(as_of, date):
            return self
        given = {"counts": self.tables["counts"]} if self.rules.get("totals") == "given" else {}
        return replace(self, tables=known_tables(self.schema, self.tables, as_of) | given)

    def file(self, table: str) -> str:
        """The name of a table's file."""
        return self.files.get(table, f"{table}.csv")

    def is_spoilt(self, file: str, line: int, column: str) -> bool:
        """Whether a cell, or its whole row, could not be read; that was reported, and rules pass it over."""
        return (file, line, column) in self.spoilt or (file, line, "") in self.spoilt

    def problem(self, table: str, line: int, column: str, got: str, expected: str, do: str) -> Problem:
        """A problem with a row of a table."""
        return Problem(self.file(table), int(line), column, got, expected, do)

    def note(self, table: str, line: int, column: str, got: str, expected: str, do: str) -> Problem:
        """A note on a row of a table."""
        return replace(self.problem(table, line, column, got, expected, do), severity="note")

    def setting_problem(self, path: tuple[str, ...], got: str, expected: str, do: str) -> Problem:
        """A problem with a key of ``scenario.toml``."""
        return Problem(SETTINGS_FILE, line_of(self.lines, path), ".".join(path), got, expected, do)


class Rule(NamedTuple):
    """A check between tables, and the tables without which it would give false alarms."""

    check: Callable[[Draft], list[Problem]]
    needs: tuple[str, ...]
