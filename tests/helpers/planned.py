"""Plans for tests: from keys in code, or from the text of a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from helpers.worlds import START, World, line
from saferground.errors import Problem
from saferground.scenario import Scenario, cells
from saferground.scenario.plans import Change, Plan, plan_paths, plan_problems, read_plans
from saferground.scenario.plans.record import SCHEMA

AS_OF = START + timedelta(days=4)
"""Of the line world; it has ten days ahead."""


def day(number: int) -> date:
    """So many days after the as-of date of the line world."""
    return AS_OF + timedelta(days=number)


def change(kind: str, /, **keys: Any) -> Change:
    """One change; ``start`` stands for ``from``, and what is not given is blank."""
    keys = {"from" if key == "start" else key: value for key, value in keys.items()}
    blank = {column.name: cells.blank(column) for column in SCHEMA.columns[f"plan_{kind}"]}
    assert keys.keys() <= blank.keys()
    if kind == "routes":
        keys = {"exposed_km": 0.0, "opens_hour": 0.0, "closes_hour": 24.0} | keys
    return Change(kind, MappingProxyType({**blank, **keys}), 0)


def plan(*changes: Change, name: str = "more", **keys: Any) -> Plan:
    """A plan of these changes, each on a line of its own."""
    numbered = tuple(Change(one.kind, one.values, 10 + 10 * i) for i, one in enumerate(changes))
    return Plan(name, f"plans/{name}.toml", name.title(), changes=numbered, **keys)


CAMP = (
    change("places", id="camp_c", name="Camp C", kind="camp", lat=32.7, lon=43.1),
    change("routes", id="desk_c", origin="desk", destination="camp_c", mode="road", length_km=18.0, start=day(2)),
    change("camps", place="camp_c", start=day(3), capacity=4000),
)
"""A new camp, its way, and its opening."""


def with_files(folder: Path, files: dict[str, str | bytes], world: World | None = None) -> Path:
    """The line world written to a folder, with files in ``plans``."""
    path = (world or line()).write(folder)
    (path / "plans").mkdir()
    for name, text in files.items():
        (path / "plans" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, scenario: Scenario) -> tuple[list[Plan], list[Problem]]:
    """The plans of a folder, and everything that is wrong with them in the scenario."""
    plans, problems = read_plans(plan_paths(folder))
    return plans, [*problems, *plan_problems(scenario, plans)]
