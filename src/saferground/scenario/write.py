"""A scenario back to a folder; reading that folder gives the same digest."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from saferground.errors import UsageError
from saferground.scenario.cells import Value
from saferground.scenario.columns import SETTINGS_FILE
from saferground.scenario.priors import Prior
from saferground.scenario.record import Scenario


def write_scenario(scenario: Scenario, folder: str | Path) -> Path:
    """Write ``scenario.toml`` and every table, with defaults and publication dates filled in.

    Plans are files of their own beside a scenario and no part of it; copy the folder ``plans`` with it.

    Args:
        scenario: what to write.
        folder: a new or empty folder; parents are created.

    Returns:
        The folder.

    Raises:
        UsageError: the folder holds files, or cannot be created.
    """
    path = fresh_folder(folder)
    write_text(path / SETTINGS_FILE, _toml(scenario))
    for table in scenario.schema.tables:
        names = scenario.schema.names(table)
        write_table(path / f"{table}.csv", names, _rows(scenario.tables[table], names))
    return path


def fresh_folder(folder: str | Path) -> Path:
    """Create the folder if need be.

    Raises:
        UsageError: it holds files already, is itself a file, or cannot be created.
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        taken = any(path.iterdir())
    except OSError as error:
        raise UsageError(f"{path}: cannot create this folder ({error.strerror}). Choose another.") from error
    if taken:
        raise UsageError(f"{path}: got a folder with files in it; expected a new or empty one. Choose another.")
    return path


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file in UTF-8 with line feeds, the same bytes on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8 with line feeds."""
    path.write_text(text, encoding="utf-8", newline="\n")


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> Iterable[list[str]]:
    return ([_cell(cell) for cell in row] for row in frame[list(columns)].itertuples(index=False))


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, str):
        return value
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return repr(float(value)).removesuffix(".0")  # type: ignore[arg-type]


def toml_value(value: object) -> str:
    """A text, number, boolean, date or tuple of numbers as TOML writes it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value)) if isinstance(value, tuple) else str(value)


def _toml(scenario: Scenario) -> str:
    lines = ["[scenario]", *_keys(vars(scenario.settings))]
    if scenario.rules:
        lines += ["", "[rules]", *_keys(scenario.rules)]
    for prior in scenario.parameters.values():
        if not prior.is_default:
            lines += ["", f"[parameters.{prior.name}]", *_prior_lines(prior)]
    return "\n".join(lines) + "\n"


def _keys(values: Mapping[str, Value]) -> Iterable[str]:
    return (f"{name} = {toml_value(value)}" for name, value in values.items() if value != "")


def _prior_lines(prior: Prior) -> Iterable[str]:
    names_alike = ("value", "low", "high", "unit", "source", "note")
    keys = {"prior": prior.form, **{name: getattr(prior, name) for name in names_alike}}
    return (f"{name} = {toml_value(value)}" for name, value in keys.items() if value not in (None, ""))
