"""Pages on what a scenario folder may hold: columns, parameters, planning standards, and what the checks look for."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from generator.markdown import Lines, code, fenced, heading, listed, prose, table
from saferground import errors, planning
from saferground.planning import packaged_standards
from saferground.scenario import checks
from saferground.scenario.cells import expected
from saferground.scenario.columns import COLUMNS, PARAMETERS, REQUIRED_TABLES, TABLES, Column, Parameter


def columns() -> Lines:
    """Every table and column, and the keys of scenario.toml."""
    yield from heading("Columns", "`src/saferground/scenario/columns.csv`")
    yield from (
        "A scenario is a folder with `scenario.toml` and these CSV tables. UTF-8, commas between the cells, points",
        "in numbers, dates as `YYYY-MM-DD`. A column that is not required may be left out; a blank cell takes the",
        "default.",
        f"Required tables: {listed(f'{name}.csv' for name in REQUIRED_TABLES)}. The others may be absent.",
        "",
    )
    for name in TABLES:
        yield from (f"## {name}.csv", "")
        yield from _described(COLUMNS[name])
    yield from ("## scenario.toml: [scenario]", "")
    yield from _described(COLUMNS["scenario"])
    yield from ("## scenario.toml: [parameters.NAME]", "")
    yield from ("One section for each prior that the scenario sets; [parameters](parameters.md) lists the names.", "")
    yield from _described(COLUMNS["parameters"])


def _described(described: Iterable[Column]) -> Lines:
    yield from table(
        ("column", "holds", "required", "default", "meaning"),
        ((code(c.name), expected(c), "yes" if c.required else "", code(c.default), c.meaning) for c in described),
    )


def parameters() -> Lines:
    """Every parameter with its default prior."""
    yield from heading("Parameters", "`src/saferground/scenario/parameters.csv`")
    yield from (
        f"The {len(PARAMETERS)} parameters of the siege model. Each member of a forecast draws one value of each from",
        "its prior. The prior in this table holds unless `scenario.toml` sets another. `low` and `high` are the ends",
        "of a `uniform` prior and the 5 % and 95 % points of a `normal`, `lognormal` or `logitnormal` one; what is",
        "drawn beyond the bounds is set to the bound. [The siege model](../explanation/siege-model.md) says what each",
        "does, [uncertainty](../explanation/uncertainty.md) what a prior means.",
        "",
    )
    head = ("parameter", "unit", "default prior", "bounds", "meaning", "source of the default")
    yield from table(head, (_parameter(one) for one in PARAMETERS.values()))


def _parameter(one: Parameter) -> tuple[str, ...]:
    prior = f"fixed at {one.low:g}" if one.prior == "fixed" else f"{one.prior}, {one.low:g} to {one.high:g}"
    return code(one.name), one.unit, prior, f"{one.lower:g} to {one.upper:g}", one.meaning, one.source


def standards() -> Lines:
    """The planning standards of the package."""
    yield from heading("Planning standards", "`src/saferground/planning/standards.csv`")
    yield from (
        "A scenario replaces a figure by a row in its `standards.csv`: see",
        "[use your own planning standards](../howto/own-standards.md). `checked` is `no` where the figure was written",
        "down from memory and not yet checked in the document.",
        "",
    )
    head = ("indicator", "name", "figure", "rule", "who counts", "phase", "where", "basis", "source", "checked", "note")
    yield from table(head, (_standard(row) for row in packaged_standards().to_dict("records")))
    yield from ("## Rules", "")
    yield from table(("rule", "need"), _RULES)
    yield from ("## Who counts", "")
    yield from table(("who", "meaning"), ((code(name), text) for name, text in planning.need.DEFINITIONS.items()))


_RULES = (
    ("`per_person`", "people times the figure"),
    ("`per_10000`", "people times the figure over 10,000, rounded up"),
    ("`people_per_unit`", "people over the figure, rounded up"),
    ("`reference`", "not computed; shown beside the others"),
)


def _standard(row: dict[Any, Any]) -> tuple[object, ...]:
    source = f"{row['source']}, {row['edition']}"
    figure = f"{row['amount']:g} {row['unit']}"
    words = (code(row["rule"]), code(row["per"]), row["phase"], row["applies_to"], row["basis"], source)
    return code(row["indicator"]), row["name"], figure, *words, "yes" if row["verified"] else "no", row["note"]


def error_tree() -> Lines:
    """Errors, exit codes and what the checks look for."""
    yield from heading("Errors", "`src/saferground/errors.py` and the rules of `src/saferground/scenario/checks.py`")
    yield from fenced(inspect.getdoc(errors) or "")
    rows = ((code(one.__name__), one.exit_code, prose(one).split("\n")[0]) for one in _errors())
    yield from table(("error", "exit code", "meaning"), rows)
    yield from (
        "Other exit codes of the command: 0 done; 1 also for anything unexpected; 2 also for options that cannot be",
        "read. With `SAFERGROUND_DEBUG=1` in the environment an unexpected error shows where it came from.",
        "",
        "## Problem",
        "",
    )
    yield from fenced(inspect.getdoc(errors.Problem) or "")
    yield from ("## What the checks look for", "", "Beside each cell's own type, unit and range:", "")
    for check, _ in checks.RULES:
        yield f"- `{check.__name__}`: {' '.join(prose(check).split())}"


def _errors() -> list[Any]:
    root = errors.SafergroundError
    return [root, *root.__subclasses__()]
