"""A new scenario folder: settings with comments, every table, and a README that explains each column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from types import ModuleType

from saferground.errors import UsageError
from saferground.scenario import example as small_city
from saferground.scenario import example_journey as small_country
from saferground.scenario.cells import expected, read_cell
from saferground.scenario.columns import (
    DEFAULT_MODEL,
    MODELS,
    PLAN_COLUMNS,
    SETTINGS_FILE,
    Column,
    Parameter,
    Schema,
    schema,
)
from saferground.scenario.write import fresh_folder, toml_value, write_table, write_text

PLANS_FOLDER = "plans"
EXAMPLES: Mapping[str, ModuleType] = {"siege": small_city, "journey": small_country}
"""The invented scenario of each model."""


def new_scenario(folder: str | Path, example: bool = True, model: str = DEFAULT_MODEL) -> Path:
    """Write a new scenario folder.

    Args:
        folder: a new or empty folder; parents are created.
        example: with the rows of a small invented city or country, which pass every check; else with headers only,
            and the checks then say what is to be filled in.
        model: ``siege`` (a city) or ``journey`` (a country).

    Returns:
        The folder.

    Raises:
        UsageError: the folder holds files already, or cannot be created; or there is no such model.
    """
    if model not in MODELS:
        raise UsageError(f"model: got {model!r}; expected {' or '.join(MODELS)}. Choose one of these.")
    described, shown = schema(model), EXAMPLES[model] if example else None
    path = fresh_folder(folder)
    write_text(path / SETTINGS_FILE, "\n".join(_settings(described, shown)) + "\n")
    write_text(path / "README.md", "\n".join(_readme(described, shown)) + "\n")
    for table in described.tables:
        names = described.names(table)
        write_table(path / f"{table}.csv", names, _example_rows(shown, table, names) if shown else [])
    _write_plans(path, shown.PLANS if shown else {})
    return path


def _write_plans(path: Path, plans: Mapping[str, str]) -> None:
    for name, text in plans.items():
        (path / PLANS_FOLDER).mkdir(exist_ok=True)
        write_text(path / PLANS_FOLDER / name, text.lstrip("\n"))


def _example_rows(shown: ModuleType, table: str, names: tuple[str, ...]) -> Iterator[list[str]]:
    for row in csv.DictReader(StringIO(shown.TABLES[table].strip())):
        cells = row if table == "sources" else {"source": shown.SOURCE, **row}
        yield [cells.get(name, "") for name in names]


# --- scenario.toml -------------------------------------------------------------------------------------------------


def _settings(described: Schema, shown: ModuleType | None) -> Iterator[str]:
    yield "# Settings of the scenario. README.md explains the tables; `saferground check` finds mistakes."
    yield ""
    yield "[scenario]"
    for column in described.columns["scenario"]:
        yield f"# {column.meaning} ({_holds(column)})."
        yield f"{column.name} = {_setting(column, described.model, shown)}"
    if "rules" in described.columns:
        yield from _rules(described.columns["rules"], shown)
    yield from ("", "# Priors. To set one, remove the # before it, change the numbers and give an id of sources.csv.")
    yield from ("# The lines with # show the defaults, which hold otherwise.", "[parameters]")
    for parameter in described.parameters.values():
        yield f"# {parameter.meaning}."
        yield _prior(parameter, shown)


def _setting(column: Column, model: str, shown: ModuleType | None) -> str:
    value = {"model": model}.get(column.name, shown.SETTINGS[column.name] if shown else column.default)
    return value if value and column.kind in ("date", "integer") else toml_value(value)


def _rules(columns: Iterable[Column], shown: ModuleType | None) -> Iterator[str]:
    given = shown.RULES if shown else {}
    yield from ("", "# Rules. To set one, remove the # before it and change it.", "[rules]")
    for column in columns:
        yield f"# {column.meaning} ({_holds(column)})."
        default, _ = read_cell("", column)
        yield f"{'' if column.name in given else '# '}{column.name} = {toml_value(given.get(column.name, default))}"


def _prior(parameter: Parameter, shown: ModuleType | None) -> str:
    given = shown.PARAMETERS.get(parameter.name) if shown else None
    if shown and given:
        keys = {**given, "source": shown.SOURCE, "note": shown.PARAMETER_NOTE}
        return f"{parameter.name} = {{ {_pairs(keys)} }}"
    ends = {"value": parameter.low} if parameter.prior == "fixed" else {"low": parameter.low, "high": parameter.high}
    keys = {"prior": parameter.prior, **ends, "unit": parameter.unit, "source": ""}
    return f"# {parameter.name} = {{ {_pairs(keys)} }}"


def _pairs(keys: Mapping[str, object]) -> str:
    return ", ".join(f"{key} = {toml_value(value)}" for key, value in keys.items())


# --- README --------------------------------------------------------------------------------------------------------


def _readme(described: Schema, shown: ModuleType | None) -> Iterator[str]:
    yield "# Scenario folder"
    yield ""
    if shown:
        yield f"The {shown.SCENE} in this folder is invented. Replace its rows by your own; every row names its source."
    yield "Tables are CSV files in UTF-8, with commas between cells, points in numbers and dates as YYYY-MM-DD."
    yield "No personal data: only places, dates and counts of people. Notes of your own go into `.md` files."
    for table in described.tables:
        need = "required" if table in described.required_tables else "may be left out or without rows"
        yield from ("", f"## {table}.csv ({need})", "", "| column | holds | meaning |", "|---|---|---|")
        for column in described.columns[table]:
            yield f"| {column.name} | {_holds(column)} | {_in_cell(column.meaning)} |"
    if described.model == "siege":
        yield from _about_plans()


def _about_plans() -> Iterator[str]:
    yield from ("", "## plans/*.toml (may be left out)", "")
    yield "One file a plan: a `title` and dated changes to this scenario, each under the name of its kind in double"
    yield "brackets. `saferground check` finds mistakes in plans too, and `saferground compare` compares them."
    yield from ("", "| key | holds | meaning |", "|---|---|---|")
    for column in PLAN_COLUMNS:
        kind = column.table.removeprefix("plan").removeprefix("_")
        name = f"[[{kind}]] {column.name}" if kind else column.name
        yield f"| {name} | {_holds(column)} | {_in_cell(column.meaning)} |"


def _holds(column: Column) -> str:
    optional = f"; blank = {column.default}" if column.default else "; may be blank"
    return _in_cell(expected(column) + ("" if column.required else optional))


def _in_cell(text: str) -> str:
    return text.replace("|", "\\|")
