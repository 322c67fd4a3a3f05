"""The columns of our tables: their words, units and HXL tags, as data.

``tables.csv`` lists the tables and ``table_columns.csv`` describes every column; each row is for one model, or for
every model where ``models`` is blank. A column named ``q`` or ``..._q`` stands for a set of quantiles
(``q05``, ``q50`` ...); each gets the tag of the set with the quantile as one more attribute. HXL (Humanitarian
Exchange Language) 1.1 puts such tags in the row below the header, https://hxlstandard.org/standard/1-1final/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

QUANTILES = {"q05": "5 %", "q25": "25 %", "q50": "median", "q75": "75 %", "q90": "90 %", "q95": "95 %"}
ONLY_IN_CSV = ("q25", "q75")
SCORES, PLANS, PUBLIC = "scores", "plans", "public"
"""In place of a model: the tables of scores, which ``score_tables.csv`` and ``score_table_columns.csv`` describe;
those of plans, which ``plan_tables.csv`` and ``plan_table_columns.csv`` do; and those of public products."""
PREFIXES = {SCORES: "score_", PLANS: "plan_", PUBLIC: "public_"}


@dataclass(frozen=True)
class Column:
    """One column of a table: ``digits`` after the point (None: as it is), ``workbook``: shown in the workbook too."""

    name: str
    label: str
    unit: str
    hxl: str
    digits: int | None
    workbook: bool

    @property
    def heading(self) -> str:
        """Words and unit, for a person: ``Need: median [L/day]``."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label


SENSITIVITY = Column("sensitivity", "Sensitivity class", "", "#meta+sensitivity", None, False)


def columns(table: str, names: Iterable[str], model: str = "siege") -> tuple[Column, ...]:
    """Choose and order the columns of a model's table as ``table_columns.csv`` says; other ``names`` are left out.

    Raises KeyError when a described column is missing from ``names``.
    """
    present = list(names)
    chosen = [column for described in descriptions(model)[table] for column in _expand(described, present)]
    missing = {column.name for column in chosen}.difference(present)
    if missing:
        raise KeyError(f"table {table!r} lacks the columns {sorted(missing)}")
    return tuple(chosen)


@cache
def questions(model: str = "siege") -> Mapping[str, tuple[str, str]]:
    """Return for every table of a model its sheet name and the question it answers, in the order of the workbook."""
    rows = _read("tables.csv", model).to_dict("records")
    return MappingProxyType({row["table"]: (row["sheet"], row["question"]) for row in rows})


def _expand(column: Column, names: list[str]) -> list[Column]:
    """One column as it is; a set of quantiles as those of its columns that are among ``names``."""
    if not column.name.endswith("q"):
        return [column]
    prefix = column.name[:-1]
    return [_quantile(column, prefix, level) for level in QUANTILES if prefix + level in names]


def _quantile(column: Column, prefix: str, level: str) -> Column:
    label = f"{column.label} {QUANTILES[level]}".strip()
    shown = column.workbook and level not in ONLY_IN_CSV
    label = label[0].upper() + label[1:]
    return replace(column, name=prefix + level, label=label, hxl=f"{column.hxl}+{level}", workbook=shown)


@cache
def descriptions(model: str = "siege") -> Mapping[str, tuple[Column, ...]]:
    """Return the columns of every table of a model as they are described, sets of quantiles not expanded."""
    found: dict[str, list[Column]] = {}
    for row in _read("table_columns.csv", model).to_dict("records"):
        found.setdefault(row["table"], []).append(_described(row))
    return MappingProxyType({table: tuple(columns) for table, columns in found.items()})


def _described(row: dict) -> Column:
    digits = int(row["digits"]) if row["digits"] else None
    return Column(row["column"], row["label"], row["unit"], row["hxl"], digits, row["workbook"] == "yes")


def _read(name: str, model: str) -> pd.DataFrame:
    path = files("saferground.exchange") / (PREFIXES.get(model, "") + name)
    with path.open(encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    return rows[rows["models"].isin(["", model])]
