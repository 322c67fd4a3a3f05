"""A new scenario folder: settings with comments, every table, and a README that explains each column."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from saferground.scenario import example as small_city
from saferground.scenario.cells import expected
from saferground.scenario.columns import (
    COLUMNS,
    PARAMETERS,
    REQUIRED_TABLES,
    SETTINGS_FILE,
    TABLES,
    Column,
    Parameter,
    names,
)
from saferground.scenario.write import fresh_folder, toml_value, write_table, write_text


def new_scenario(folder: str | Path, example: bool = True) -> Path:
    """Write a new scenario folder.

    Args:
        folder: a new or empty folder; parents are created.
        example: with the rows of a small invented city, which passes every check; else with headers only, and the
            checks then say what is to be filled in.

    Returns:
        The folder.

    Raises:
        UsageError: the folder holds files already, or cannot be created.
    """
    path = fresh_folder(folder)
    write_text(path / SETTINGS_FILE, "\n".join(_settings(example)) + "\n")
    write_text(path / "README.md", "\n".join(_readme(example)) + "\n")
    for table in TABLES:
        write_table(path / f"{table}.csv", names(table), _example_rows(table) if example else [])
    return path


def _example_rows(table: str) -> Iterator[list[str]]:
    for row in csv.DictReader(StringIO(small_city.TABLES[table].strip())):
        cells = row if table == "sources" else {"source": small_city.SOURCE, **row}
        yield [cells.get(name, "") for name in names(table)]


# --- scenario.toml -------------------------------------------------------------------------------------------------


def _settings(example: bool) -> Iterator[str]:
    yield "# Settings of the scenario. README.md explains the tables; `saferground check` finds mistakes."
    yield ""
    yield "[scenario]"
    for column in COLUMNS["scenario"]:
        yield f"# {column.meaning} ({_holds(column)})."
        yield f"{column.name} = {_setting(column, example)}"
    yield from ("", "# Priors. To set one, remove the # before it, change the numbers and give an id of sources.csv.")
    yield from ("# The lines with # show the defaults, which hold otherwise.", "[parameters]")
    for parameter in PARAMETERS.values():
        yield f"# {parameter.meaning}."
        yield _prior(parameter, small_city.PARAMETERS.get(parameter.name) if example else None)


def _setting(column: Column, example: bool) -> str:
    value = small_city.SETTINGS[column.name] if example else column.default
    return value if value and column.kind in ("date", "integer") else toml_value(value)


def _prior(parameter: Parameter, given: Mapping[str, object] | None) -> str:
    if given:
        keys = {**given, "source": small_city.SOURCE, "note": small_city.PARAMETER_NOTE}
        return f"{parameter.name} = {{ {_pairs(keys)} }}"
    ends = {"value": parameter.low} if parameter.prior == "fixed" else {"low": parameter.low, "high": parameter.high}
    keys = {"prior": parameter.prior, **ends, "unit": parameter.unit, "source": ""}
    return f"# {parameter.name} = {{ {_pairs(keys)} }}"


def _pairs(keys: Mapping[str, object]) -> str:
    return ", ".join(f"{key} = {toml_value(value)}" for key, value in keys.items())


# --- README --------------------------------------------------------------------------------------------------------


def _readme(example: bool) -> Iterator[str]:
    yield "# Scenario folder"
    yield ""
    if example:
        yield "The city in this folder is invented. Replace its rows by your own; every row names its source."
    yield "Tables are CSV files in UTF-8, with commas between cells, points in numbers and dates as YYYY-MM-DD."
    yield "No personal data: only places, dates and counts of people. Notes of your own go into `.md` files."
    for table in TABLES:
        need = "required" if table in REQUIRED_TABLES else "may be left out or without rows"
        yield from ("", f"## {table}.csv ({need})", "", "| column | holds | meaning |", "|---|---|---|")
        yield from (f"| {column.name} | {_holds(column)} | {_in_cell(column.meaning)} |" for column in COLUMNS[table])


def _holds(column: Column) -> str:
    optional = f"; blank = {column.default}" if column.default else "; may be blank"
    return _in_cell(expected(column) + ("" if column.required else optional))


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")
