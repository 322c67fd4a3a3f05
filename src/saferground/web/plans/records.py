"""What the page of plans is made of: what can be changed, the plans there are, and plans as they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from saferground.errors import Problem
from saferground.planning.plans.levers import Lever, levers
from saferground.planning.plans.resources import first_day
from saferground.reporting.plans.answer import Meaning, meanings
from saferground.scenario import Scenario
from saferground.scenario.personal import NO_PERSONAL_DATA, personal_value
from saferground.scenario.plans import Change, Plan, plan_from_cells, plan_from_text, united
from saferground.scenario.plans.record import KINDS, OWN, SCHEMA
from saferground.scenario.plans.write import plan_toml

MOST_PLANS = 4
"""Plans beside no plan."""
PlanName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
Cell = float | str | bool | list[str] | None
Cells = Annotated[dict[Annotated[str, StringConstraints(max_length=60)], Cell], Field(max_length=40)]


class TypedChange(BaseModel):
    """One change of a plan as it was typed; what is wrong in it is told by field."""

    kind: Literal[KINDS] = Field(description="Kind of change, as in a plan file")  # type: ignore[valid-type]
    values: Cells = Field(description="Value of each key; days as YYYY-MM-DD; null or missing is blank")


class TypedPlan(BaseModel):
    """A plan as it was typed."""

    name: PlanName = Field(description="Short name, of its file and in tables")
    title: str = Field("", max_length=300)
    note: str = Field("", max_length=4000)
    cost: float | str | None = None
    currency: str = Field("", max_length=40)
    lead_days: float | str | None = None
    changes: list[TypedChange] = Field([], max_length=200)


@dataclass(frozen=True)
class Key:
    """One key of a kind of change, as ``plans/columns.csv`` has it. ``target``: the table of which it is an id."""

    name: str
    type: str
    unit: str
    low: float | None
    high: float | None
    required: bool
    default: str
    choices: tuple[str, ...]
    target: str
    meaning: str


@dataclass(frozen=True)
class Kind:
    """A kind of change and its keys."""

    name: str
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Named:
    """A place or way of the scenario; ``local`` is its name in its own script, empty where none is given."""

    id: str
    name: str
    kind: str
    local: str = ""


@dataclass(frozen=True)
class Controls:
    """What can be changed in a scenario, and within which days.

    Attributes:
        first, last: days on which a change may begin.
        sensitivity: class of the scenario, and of what is shown of it.
        own: whether plans can be saved into the scenario's folder.
        levers: numbers of what there is, each with what holds without a plan.
        kinds: every kind of change with its keys.
        outcomes: what plans are judged by.
    """

    scenario: str
    title: str
    as_of: date
    first: date
    last: date
    sensitivity: str
    own: bool
    levers: tuple[Lever, ...]
    kinds: tuple[Kind, ...]
    places: tuple[Named, ...]
    routes: tuple[Named, ...]
    outcomes: tuple[Meaning, ...]


@dataclass(frozen=True)
class Typed:
    """A plan as cells that can be typed into; ``text`` is its file."""

    name: str
    title: str
    note: str
    cost: float | None
    currency: str
    lead_days: int | None
    changes: tuple[dict[str, Any], ...]
    text: str


@dataclass(frozen=True)
class Saved:
    """A plan file of a scenario.

    Attributes:
        digest: of its text; whoever replaces the file names the one that they saw.
        plan: None where the file has problems.
    """

    name: str
    digest: str
    plan: Typed | None
    problems: tuple[dict[str, Any], ...] = ()


@lru_cache(maxsize=8)
def controls(scenario: Scenario, own: bool) -> Controls:
    """What can be changed in a scenario by plans; the same record each time for the same scenario."""
    settings, base = scenario.settings, united(scenario, ())
    places, routes = base.tables["places"], base.tables["routes"]
    names = dict(zip(places["id"], places["name"], strict=True))
    ways = (f"{names[a]} – {names[b]}" for a, b in zip(routes["origin"], routes["destination"], strict=True))
    return Controls(
        scenario.name, settings.title, settings.as_of, first_day(scenario), settings.end,
        settings.sensitivity, own,
        levers(base), tuple(Kind(kind, tuple(_keys(scenario, kind))) for kind in KINDS),
        tuple(map(Named, places["id"], places["name"], places["kind"], places["name_local"])),
        tuple(map(Named, routes["id"], ways, routes["mode"])), meanings(),
    )  # fmt: skip


def _keys(scenario: Scenario, kind: str) -> Sequence[Key]:
    stations = scenario.schema.column("stations", "kind").choices
    return [
        Key(
            one.name, one.kind, one.unit, one.low, one.high, one.required, one.default,
            stations if one.name == "kind" and kind in ("stations", "hours") else one.choices, one.target, one.meaning,
        )
        for one in SCHEMA.columns[f"plan_{kind}"]
    ]  # fmt: skip


def typed(plan: Plan, text: str = "") -> Typed:
    """A plan as cells."""
    return Typed(
        plan.name, plan.title, plan.note, plan.cost, plan.currency, plan.lead_days,
        tuple(_cells(change) for change in plan.changes), text or plan_toml(plan),
    )  # fmt: skip


def _cells(change: Change) -> dict[str, Any]:
    filled = {key: value for key, value in change.values.items() if value not in (None, "", ())}
    return {"kind": change.kind, "values": {key: _cell(value) for key, value in filled.items()}}


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else value


def read_typed(one: TypedPlan) -> tuple[Plan | None, list[Problem]]:
    """The plan that was typed, or None; and every problem, by number of the change and key."""
    own = {name: getattr(one, name) for name in SCHEMA.names(OWN)}
    plan, problems = plan_from_cells(
        one.name, own, [(change.kind, {k: _number(v) for k, v in change.values.items()}) for change in one.changes]
    )
    found = [by_change(problem) for problem in [*problems, *_private(one)]]
    return (None if _wrong(found) else plan), found


def read_text(name: str, text: str) -> tuple[Plan | None, list[Problem]]:
    """The plan of the text of a file, or None; and every problem, by line and key."""
    plan, problems = plan_from_text(name, text)
    lines = enumerate(text.splitlines(), start=1)
    found = [*problems, *(_no_person(name, i, "", what) for i, line in lines if (what := personal_value(line)))]
    return (None if _wrong(found) else plan), found


def _wrong(problems: Sequence[Problem]) -> bool:
    return any(one.severity == "problem" for one in problems)


def _private(one: TypedPlan) -> Iterator[Problem]:
    """Texts that would tell one person from another."""
    texts = [(0, "title", one.title), (0, "note", one.note)]
    for i, change in enumerate(one.changes, start=1):
        texts += [(i, f"{change.kind}.{key}", cell) for key, cell in change.values.items() if isinstance(cell, str)]
    for line, key, text in texts:
        if what := personal_value(text):
            yield _no_person(one.name, line, key, what)


def without_persons(kept: Any) -> Any:
    """What a page keeps, with texts blank that would tell one person from another."""
    if isinstance(kept, dict):
        return {key: without_persons(value) for key, value in kept.items() if not personal_value(key)}
    if isinstance(kept, list):
        return [without_persons(one) for one in kept]
    return "" if isinstance(kept, str) and personal_value(kept) else kept


def _no_person(name: str, line: int, key: str, what: str) -> Problem:
    return Problem(f"plans/{name}.toml", line, key, what, "places, dates and counts of people", NO_PERSONAL_DATA)


def _number(value: Cell) -> Cell:
    """Whole numbers as such: JSON has but one kind of number."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return int(value) if whole else value  # type: ignore[arg-type]


_LINE = re.compile(r"(?<!\.csv, )\bline (\d+)\b(?! of)")


def by_change(problem: Problem) -> Problem:
    """A problem of a plan that was typed: what counts as a line there is a change."""
    return replace(problem, got=_LINE.sub(r"change \1", problem.got))
