"""The single description of what a scenario folder may hold: tables, columns, rules, parameters.

``columns.csv`` and ``parameters.csv`` lie beside this module and are edited by people of the field. Each row is for one
model, or for every model where ``models`` is blank; ``schema`` gives what holds for one model. The reader, the checks,
the template of a new folder and the reference pages all use these records and nothing else.

Types of a column: ``id`` (lower-case letters, digits, underscore), ``text``, ``choice`` (one of ``choices``),
``choices`` (some of them, separated by spaces), ``number``, ``integer``, ``boolean`` (true or false), ``numbers``
(several, separated by ``|``), ``date`` (YYYY-MM-DD), ``ref:TABLE`` (one id of that table) and ``refs:TABLE`` (several
ids, separated by spaces). ``low`` and ``high`` are inclusive bounds in the column's unit.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

SETTINGS_FILE = "scenario.toml"
SECTIONS = ("scenario", "rules", "parameters")
"""Sections of ``scenario.toml``; their keys are described as if they were columns of tables."""

REQUIRED_TABLES = {
    "siege": ("places", "routes", "control", "households", "sources"),
    "journey": ("places", "routes", "sources"),
}
MODELS = tuple(REQUIRED_TABLES)
DEFAULT_MODEL = MODELS[0]


@dataclass(frozen=True)
class Column:
    """One column of a table, or one key of a section of ``scenario.toml``."""

    table: str
    models: tuple[str, ...]
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
    """One parameter of a model: unit, bounds, and the prior that holds when a scenario gives none."""

    name: str
    models: tuple[str, ...]
    unit: str
    lower: float
    upper: float
    prior: str
    low: float
    high: float
    meaning: str
    source: str


@dataclass(frozen=True)
class Schema:
    """What the folder of one model may hold.

    Attributes:
        model: its name.
        columns: by table or section, in the order of ``columns.csv``.
        parameters: by name, in the order of ``parameters.csv``.
        required_tables: tables without which no scenario of the model can be read.
    """

    model: str
    columns: Mapping[str, tuple[Column, ...]]
    parameters: Mapping[str, Parameter]
    required_tables: tuple[str, ...]

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables that are CSV files, in the order of ``columns.csv``; the file of table ``x`` is ``x.csv``."""
        return tuple(name for name in self.columns if name not in SECTIONS)

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The sections that ``scenario.toml`` may have."""
        return tuple(name for name in SECTIONS if name in self.columns)

    def column(self, table: str, name: str) -> Column:
        """The record of one column; KeyError when there is none."""
        for one in self.columns[table]:
            if one.name == name:
                return one
        raise KeyError(f"{table}.{name}")

    def names(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns, in order."""
        return tuple(one.name for one in self.columns[table])

    def has(self, table: str, name: str) -> bool:
        """Whether the model has such a table, and it a column of that name."""
        return table in self.columns and name in self.names(table)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO((files("saferground.scenario") / name).read_text(encoding="utf-8"))))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _models(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else MODELS


def _column(row: dict[str, str]) -> Column:
    return Column(
        table=row["table"],
        models=_models(row["models"]),
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
    return Parameter(**words, **numbers, models=_models(row["models"]))  # type: ignore[arg-type]


EVERY_COLUMN: tuple[Column, ...] = tuple(_column(row) for row in _rows("columns.csv"))
PLAN_COLUMNS: tuple[Column, ...] = tuple(_column(row) for row in _rows("plans/columns.csv"))
"""The keys of a plan file: its own (``plan``) and those of each kind of change (``plan_buses`` ...)."""
PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {row["name"]: _parameter(row) for row in _rows("parameters.csv")}
)
"""The parameters of every model; no two models share a name."""


@cache
def schema(model: str) -> Schema:
    """What the folder of a model may hold; KeyError when there is no such model."""
    columns = [column for column in EVERY_COLUMN if model in column.models]
    tables = dict.fromkeys(column.table for column in columns)
    return Schema(
        model=model,
        columns=MappingProxyType({name: tuple(one for one in columns if one.table == name) for name in tables}),
        parameters=MappingProxyType({name: one for name, one in PARAMETERS.items() if model in one.models}),
        required_tables=REQUIRED_TABLES[model],
    )


def models_with(table: str, name: str = "") -> tuple[str, ...]:
    """The models that have a table or section, or when a name is given such a column, key or parameter in it."""
    if table == "parameters" and name in PARAMETERS:
        return PARAMETERS[name].models
    return tuple(
        dict.fromkeys(m for one in EVERY_COLUMN if one.table == table and name in ("", one.name) for m in one.models)
    )


def other_model(table: str, name: str = "") -> str:
    """A sentence, with a space after it, on which model has what the folder's own does not; empty when none has."""
    found = models_with(table, name)
    return f"Only a scenario of the model {' or '.join(found)} has it. " if found else ""
