"""Pages on what a scenario folder may hold: columns, parameters, planning standards, and what the checks look for."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from generator.markdown import Lines, code, fenced, heading, listed, prose, table
from generator.models import MODELS, other_models, page_of
from saferground import errors, planning
from saferground.planning import packaged_standards
from saferground.scenario import checks
from saferground.scenario.cells import expected
from saferground.scenario.columns import Column, Parameter, Schema, schema
from saferground.scenario.draft import Rule
from saferground.scenario.plans.record import KINDS, OWN
from saferground.scenario.plans.record import SCHEMA as PLAN_SCHEMA


def columns(model: str) -> Lines:
    """Every table and column of a model, and the keys of scenario.toml."""
    described = schema(model)
    yield from heading(f"Columns: {model}", "`src/saferground/scenario/columns.csv`")
    yield from (
        f"A scenario of {MODELS[model]} is a folder with `scenario.toml` and these CSV tables. UTF-8, commas between",
        "the cells, points in numbers, dates as `YYYY-MM-DD`. A column that is not required may be left out; a blank",
        "cell takes the default.",
        f"Required tables: {listed(f'{name}.csv' for name in described.required_tables)}. The others may be absent.",
        other_models("columns", model),
        "",
    )
    for name in described.tables:
        yield from (f"## {name}.csv", "")
        yield from _described(described.columns[name])
    for section in described.sections:
        yield from _section(described, section)


def _section(described: Schema, section: str) -> Lines:
    if section == "parameters":
        page = page_of("parameters", described.model)
        yield from ("## scenario.toml: [parameters.NAME]", "")
        yield from (f"One section for each prior that the scenario sets; [parameters]({page}.md) lists the names.", "")
    else:
        yield from (f"## scenario.toml: [{section}]", "")
    yield from _described(described.columns[section])


def _described(described: Iterable[Column]) -> Lines:
    yield from table(
        ("column", "holds", "required", "default", "meaning"),
        ((code(c.name), expected(c), "yes" if c.required else "", code(c.default), c.meaning) for c in described),
    )


def plans() -> Lines:
    """Every key of a plan file."""
    yield from heading("Plans", "`src/saferground/scenario/plans/columns.csv`")
    yield from (
        "A plan is a file `plans/NAME.toml` of a siege scenario's folder: a few keys at the top, then dated changes,",
        "each below the name of its kind in double brackets. [Write a plan](../howto/write-a-plan.md) shows how.",
        "",
        "Changes are made kind by kind in the order below, those of one kind by their first day. Each is checked",
        "against what the ones before it leave. A change holds from the day `from` up to, not including, the day",
        "`until`; then everything is again as it would have been. `from` is at least a day after the as-of date,",
        "and `lead_days` after it where the plan says so. An id may stand in the scenario's tables, if it was",
        "published by the as-of date, or be new in the plan. What a change leaves blank stays as it is.",
        "",
        "## The plan",
        "",
    )
    yield from _described(PLAN_SCHEMA.columns[OWN])
    for kind in KINDS:
        yield from (f"## [[{kind}]]", "", _PLAN_WORDS[kind], "")
        yield from _described(PLAN_SCHEMA.columns[f"plan_{kind}"])


_PLAN_WORDS = {
    "places": "A new place. It needs a way: `[[routes]]`. A camp, host community or hospital opens with `[[camps]]` or "
    "`[[stations]]` of the plan.",
    "routes": "A new way, open from `from` on. A corridor is a way on foot with little of it under fire.",
    "openings": "Closures of a way are lifted. What fighting or a held district shuts stays shut.",
    "closures": "A way is shut.",
    "camps": "People that a camp or host community can shelter: `places` more or fewer than there would be, or "
    "`capacity` in all, whatever had been announced. Whoever is there already stays when it shrinks.",
    "stations": "Clerks, lanes, points, places or beds more, or fewer where negative, down to none. Those added work "
    "the hours of the others there. A place that had no such station lets everyone pass until its first one works.",
    "hours": "Other hours for every station of a kind at a place, those included that the plan adds.",
    "buses": "Vehicles more or fewer; seats, speed and hours hold for the whole fleet of the place. To move a fleet, "
    "write one change for each of the two places. `seats` and `speed_kmh` are needed where there is no fleet yet; "
    "people walk from there until it comes.",
    "supplies": "Goods that reach a district whatever the roads, in place of the `inflow` of supplies.csv. Its stock "
    "stays.",
    "stocks": "Goods in a store: what is there on a day, and how it is filled up. It moves nobody; the outcome `unmet` "
    "of a comparison counts who goes without.",
}
"""What each kind of change does."""


def parameters(model: str) -> Lines:
    """Every parameter of a model with its default prior."""
    named = schema(model).parameters
    yield from heading(f"Parameters: {model}", "`src/saferground/scenario/parameters.csv`")
    yield from (
        f"The {len(named)} parameters of {MODELS[model]}. Each member of a forecast draws one value of each from",
        "its prior. The prior in this table holds unless `scenario.toml` sets another. `low` and `high` are the ends",
        "of a `uniform` prior and the 5 % and 95 % points of a `normal`, `lognormal` or `logitnormal` one; what is",
        "drawn beyond the bounds is set to the bound. [Uncertainty](../explanation/uncertainty.md) says what a prior",
        f"means. {_EXPLAINED[model]}{other_models('parameters', model)}",
        "",
    )
    head = ("parameter", "unit", "default prior", "bounds", "meaning", "source of the default")
    yield from table(head, (_parameter(one) for one in named.values()))


_EXPLAINED = {
    "siege": "[The siege model](../explanation/siege-model.md) says what each does. ",
    "journey": "[The journey model](../explanation/journey-model.md) says what each does. ",
}


def _parameter(one: Parameter) -> tuple[str, ...]:
    prior = f"fixed at {one.low:g}" if one.prior == "fixed" else f"{one.prior}, {one.low:g} to {one.high:g}"
    return code(one.name), one.unit, prior, f"{one.lower:g} to {one.upper:g}", one.meaning, one.source


def standards() -> Lines:
    """The planning standards of the package."""
    yield from heading("Planning standards", "`src/saferground/planning/standards.csv`")
    yield from (
        "A scenario replaces a figure by a row in its `standards.csv`: see",
        "[use your own planning standards](../howto/own-standards.md). `used` marks the figure that needs are reckoned",
        "by; the others for the same item are shown beside it. `checked` is `no` where the figure was written down",
        "from memory and not yet checked in the document. [Needs](../explanation/needs.md) says how they are used.",
        "",
    )
    head = ("indicator", "item", "standard", "used", "name", "figure", "rule", "of", "who counts", "phase", "where")
    yield from table((*head, "source", "checked", "note"), (_standard(row) for row in _standards()))
    yield from ("## Rules", "")
    rules = {**planning.need.RULES, "reference": "not computed; shown beside the others", **_OTHERS}
    yield from table(("rule", "need"), ((code(name), text) for name, text in rules.items()))
    yield from ("## Who counts", "")
    yield from table(("who", "meaning"), ((code(name), text) for name, text in planning.need.DEFINITIONS.items()))


_OTHERS = {
    "trauma": "used for the staff and sites that the injured need",
    "stock": "used for stocks",
}


def _standards() -> list[dict[Any, Any]]:
    return packaged_standards().to_dict("records")


def _standard(row: dict[Any, Any]) -> tuple[object, ...]:
    source = f"{row['source']}, {row['edition']}"
    figure = f"{row['amount']:g} {row['unit']}"
    of, per, item = (code(row[name]) if row[name] else "" for name in ("of", "per", "item"))
    used, checked = ("yes" if row[name] else "no" for name in ("default", "verified"))
    words = (figure, code(row["rule"]), of, per, row["phase"], row["applies_to"], source, checked, row["note"])
    return code(row["indicator"]), item, row["standard"], used, row["name"], *words


def error_tree() -> Lines:
    """Errors, exit codes and what the checks look for."""
    yield from heading("Errors", "`src/saferground/errors.py` and the rules of `src/saferground/scenario/checks.py`")
    yield from fenced(inspect.getdoc(errors) or "")
    rows = ((code(one.__name__), one.exit_code, prose(one).split("\n")[0]) for one in _errors())
    yield from table(("error", "exit code", "meaning"), rows)
    yield from (
        "Other exit codes of the command: 0 done; 1 also for anything unexpected; 2 also for options that cannot be",
        "read; 4 done, but the fit to the counts should not be trusted. With `SAFERGROUND_DEBUG=1` in the",
        "environment an unexpected error shows where it came from.",
        "",
        "## Problem",
        "",
    )
    yield from fenced(inspect.getdoc(errors.Problem) or "")
    yield from ("## What the checks look for", "", "Beside each cell's own type, unit and range, in every folder:", "")
    yield from _checks(checks.SHARED_RULES)
    for model, rules in checks.RULES.items():
        yield from ("", f"In a folder of {MODELS[model]}:", "")
        yield from _checks(rules)


def _checks(rules: Iterable[Rule]) -> Lines:
    return (f"- `{check.__name__}`: {' '.join(prose(check).split())}" for check, _ in rules)


def _errors() -> list[Any]:
    root = errors.SafergroundError
    return [root, *root.__subclasses__()]
