"""A plan: dated changes to a scenario, as a file says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from saferground.scenario.cells import Value
from saferground.scenario.columns import PLAN_COLUMNS, Schema

BASELINE = "baseline"
"""What the scenario without a plan is called beside plans."""
OWN = "plan"
"""The part of ``plans/columns.csv`` that describes the keys of the plan itself."""
_TABLES = tuple(dict.fromkeys(column.table for column in PLAN_COLUMNS))
KINDS = tuple(table.removeprefix("plan_") for table in _TABLES if table != OWN)
"""Kinds of change, in the order in which they are applied: ``[[buses]]`` of a plan file is of the kind ``buses``."""

SCHEMA = Schema(
    model="siege",
    columns=MappingProxyType({t: tuple(one for one in PLAN_COLUMNS if one.table == t) for t in _TABLES}),
    parameters=MappingProxyType({}),
    required_tables=(),
)
"""What a plan file may hold."""


@dataclass(frozen=True)
class Change:
    """One change of a plan: its kind, the value of every key of that kind, and the line where it begins.

    It holds from the day ``from`` up to, not including, the day ``until``; without one it stays.
    """

    kind: str
    values: Mapping[str, Value]
    line: int

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    @property
    def first(self) -> date:
        """The first day on which it holds."""
        return self.values["from"]  # type: ignore[return-value]

    @property
    def until(self) -> date | None:
        """The first day on which it does not hold any more."""
        return self.values["until"]  # type: ignore[return-value]


@dataclass(frozen=True)
class Plan:
    """Dated changes to a scenario, with what is known of their cost.

    Attributes:
        name: of the file, without its ending.
        file: the file as problems name it.
        title: for tables and reports.
        note: anything a reader should know.
        cost: of the whole plan; None when not known.
        currency: of the cost.
        lead_days: days from the decision until anything can be in place; None when not known.
        changes: in the order of the file.
    """

    name: str
    file: str
    title: str
    note: str = ""
    cost: float | None = None
    currency: str = "USD"
    lead_days: int | None = None
    changes: tuple[Change, ...] = ()

    def of_kind(self, kind: str) -> tuple[Change, ...]:
        """Its changes of one kind."""
        return tuple(one for one in self.changes if one.kind == kind)

    def in_order(self) -> list[Change]:
        """Its changes as they are applied: by kind in the order of ``KINDS``, then by their first day and line."""
        return sorted(self.changes, key=lambda one: (KINDS.index(one.kind), one.values.get("from", date.min), one.line))


def given(change: Change, schema: Schema, table: str) -> dict[str, Any]:
    """What a change says for columns of a table; what it leaves blank stays as it is."""
    cells = {name: value for name, value in change.values.items() if schema.has(table, name)}
    return {name: value for name, value in cells.items() if value not in (None, "", ())}
