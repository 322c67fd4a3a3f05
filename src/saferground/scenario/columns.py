"""The single description of what a scenario folder may hold: tables, columns, parameters.

``columns.csv`` and ``parameters.csv`` lie beside this module and are edited by people of the field. The reader, the
checks, the template of a new folder and the reference pages all use the records below and nothing else.

Types of a column: ``id`` (lower-case letters, digits, underscore), ``text``, ``choice`` (one of ``choices``),
``number``, ``integer``, ``date`` (YYYY-MM-DD), ``ref:TABLE`` (one id of that table) and ``refs:TABLE`` (several ids,
separated by spaces). ``low`` and ``high`` are inclusive bounds in the column's unit.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

SETTINGS_FILE = "scenario.toml"
SECTIONS = ("scenario", "parameters")
REQUIRED_TABLES = ("places", "routes", "control", "households", "sources")


@dataclass(frozen=True)
class Column:
    """One column of a table, or one key of a section of ``scenario.toml``."""

    table: str
    name: str
    type: str
    unit: str
    low: float | None
    high: float | None
    required: bool
    default: str
    choices: tuple[str, ...]
    meaning: str

    @property
    def kind(self) -> str:
        """The type without the table that it points to: ``ref`` for ``ref:places``."""
        return self.type.partition(":")[0]

    @property
    def target(self) -> str:
        """The table that a ``ref`` or ``refs`` column points to; empty for the other types."""
        return self.type.partition(":")[2]


@dataclass(frozen=True)
class Parameter:
    """One parameter of the model: unit, bounds, and the prior that holds when a scenario gives none."""

    name: str
    unit: str
    lower: float
    upper: float
    prior: str
    low: float
    high: float
    meaning: str
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO((files("saferground.scenario") / name).read_text(encoding="utf-8"))))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _column(row: dict[str, str]) -> Column:
    return Column(
        table=row["table"],
        name=row["column"],
        type=row["type"],
        unit=row["unit"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        required=row["required"] == "yes",
        default=row["default"],
        choices=tuple(row["choices"].split("|")) if row["choices"] else (),
        meaning=row["meaning"],
    )


def _parameter(row: dict[str, str]) -> Parameter:
    words = {key: row[key] for key in ("name", "unit", "prior", "meaning", "source")}
    numbers = {key: float(row[key]) for key in ("lower", "upper", "low", "high")}
    return Parameter(**words, **numbers)  # type: ignore[arg-type]


def _columns() -> dict[str, tuple[Column, ...]]:
    columns = [_column(row) for row in _rows("columns.csv")]
    names = dict.fromkeys(column.table for column in columns)
    return {name: tuple(column for column in columns if column.table == name) for name in names}


COLUMNS: Mapping[str, tuple[Column, ...]] = MappingProxyType(_columns())
PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {row["name"]: _parameter(row) for row in _rows("parameters.csv")}
)
TABLES: tuple[str, ...] = tuple(name for name in COLUMNS if name not in SECTIONS)
"""The tables that are CSV files, in the order of ``columns.csv``; the file of table ``x`` is ``x.csv``."""


def column(table: str, name: str) -> Column:
    """The record of one column; KeyError when there is none."""
    for one in COLUMNS[table]:
        if one.name == name:
            return one
    raise KeyError(f"{table}.{name}")


def names(table: str) -> tuple[str, ...]:
    """The names of a table's columns, in order."""
    return tuple(one.name for one in COLUMNS[table])


def has(table: str, name: str) -> bool:
    """Whether a table has a column of that name."""
    return name in names(table)
