"""A scenario that has passed every check. Nothing behind this record checks again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from saferground.errors import Problem, ScenarioError
from saferground.scenario.changes import changed_values
from saferground.scenario.checks import run_checks
from saferground.scenario.columns import Column, Schema, schema
from saferground.scenario.draft import Draft
from saferground.scenario.known import known_tables
from saferground.scenario.priors import Prior
from saferground.scenario.settings import Settings
from saferground.scenario.summary import summary_lines
from saferground.scenario.wording import in_order

__all__ = ["Prior", "Scenario", "Settings"]


@dataclass(frozen=True, eq=False)
class Scenario:
    """A checked, frozen description of a city or country and its days. Compare two by ``digest``.

    Attributes:
        name: of the folder.
        settings: title, purpose, dates, step.
        parameters: a prior for every parameter that ``parameters.csv`` gives the model, in that order.
        tables: every table that ``columns.csv`` gives the model as a frame with its columns, defaults filled in, and
            ``line``, the line in the file. Text is str ("" when blank), numbers float64 (NaN when blank), whole
            numbers int64, dates datetime64[s] (NaT when blank), several references a tuple. ``published`` is resolved:
            the row's own day, else its source's, else NaT, which means known before the start. Frames are not to be
            changed.
        rules: every key of the section ``[rules]`` in the order of ``columns.csv``: text, a number, true or false, or
            a tuple of numbers; empty for a siege.
        notes: what was read anyway and deserves a word.
    """

    name: str
    settings: Settings
    parameters: dict[str, Prior]
    tables: dict[str, pd.DataFrame]
    rules: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

    @property
    def schema(self) -> Schema:
        """What a folder of this model may hold."""
        return schema(self.settings.model)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of settings, rules, priors and tables, in hexadecimal.

        Does not depend on the order of rows or files, on line ends, line numbers, name or notes.
        """
        content = {
            "settings": asdict(self.settings),
            "parameters": [asdict(prior) for prior in self.parameters.values()],
            "tables": {name: _canonical(columns, self.tables[name]) for name, columns in self._columns()},
        }
        if self.rules:
            content["rules"] = self.rules
        return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()

    def known(self) -> Scenario:
        """The scenario without what was published after the as-of date.

        A row also goes when something that it refers to goes. Rows about later days stay if they were announced by
        then. A forecast must be made from this and nothing else.
        """
        return replace(self, tables=known_tables(self.schema, self.tables, self.settings.as_of))

    def at(
        self, *, as_of: date | str | None = None, days: int | None = None, step_hours: int | None = None
    ) -> Scenario:
        """The scenario with another as-of date, horizon or step; what is None stays.

        Args:
            as_of: last day of what may be known; a date or YYYY-MM-DD, not before the start.
            days: days ahead, 1 to 730, or to 3650 for a journey.
            step_hours: hours, divides 24; 24 for a journey.

        Raises:
            UsageError: an argument cannot be used.
            ScenarioError: too little was known by that date.
        """
        values = changed_values(vars(self.settings), as_of=as_of, days=days, step_hours=step_hours)
        other = replace(self, settings=Settings(**values))  # type: ignore[arg-type]
        problems = [one for one in in_order(run_checks(other.draft())) if one.severity == "problem"]
        if problems:
            raise ScenarioError(problems)
        return other

    def summary(self) -> list[str]:
        """What the folder holds, in about a dozen lines of plain text."""
        return summary_lines(self.schema, self.settings, self.rules, self.parameters, self.tables)

    def draft(self) -> Draft:
        """The scenario as the checks look at it."""
        return Draft(
            schema=self.schema,
            values=vars(self.settings),
            rules=self.rules,
            parameters=self.parameters,
            tables=self.tables,
            unusable=frozenset(),
            files={},
            lines={},
        )

    def _columns(self) -> list[tuple[str, tuple[Column, ...]]]:
        return [(table, self.schema.columns[table]) for table in self.schema.tables]


def _canonical(columns: Sequence[Column], frame: pd.DataFrame) -> list[list[str]]:
    cells = [[str(cell) for cell in frame[column.name]] for column in columns]
    return sorted(list(row) for row in zip(*cells, strict=True))
