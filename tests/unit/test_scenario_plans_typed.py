"""Plans from cells and from text that is no file yet: the same plan and problems as from a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saferground.scenario.plans import Plan, plan_from_cells, plan_from_text, read_plan
from saferground.scenario.plans.record import KINDS
from saferground.scenario.plans.write import plan_toml
from saferground.scenario.read import shipped_folder

SHIPPED = sorted((shipped_folder() / "mosul-2017" / "plans").glob("*.toml"))


def cells_of(plan: Plan) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """A plan as a browser would send it: days as text, blanks as null."""
    own = {"title": plan.title, "note": plan.note, "cost": plan.cost, "currency": "", "lead_days": plan.lead_days}
    changes = [(one.kind, json.loads(json.dumps(dict(one.values), default=str))) for one in plan.changes]
    return own, changes


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_plan_is_the_same_from_its_file_its_text_and_its_cells(path: Path) -> None:
    plan, problems = read_plan(path)
    assert plan is not None
    assert plan_from_text(path.stem, path.read_text(encoding="utf-8")) == (plan, problems)
    typed, wrong = plan_from_cells(path.stem, *cells_of(plan))
    assert typed is not None
    assert wrong == []
    assert [one.line for one in typed.changes] == list(range(1, len(plan.changes) + 1))
    assert plan_toml(typed) == plan_toml(plan)
    numbered = tuple(replace(one, line=i) for i, one in enumerate(plan.changes, start=1))
    assert replace(typed, currency=plan.currency) == replace(plan, changes=numbered)


def test_problems_of_cells_name_the_change_and_its_key() -> None:
    changes = [
        ("buses", {"place": "gate", "from": "2030-01-07", "vehicles": 2}),
        ("stations", {"place": "", "kind": "screening", "from": "7.1.2030", "servers": 1.5, "colour": "red"}),
        ("buses", {"place": "gate", "from": "2030-01-07", "vehicles": "ten"}),
    ]
    plan, problems = plan_from_cells("typed", {"title": "", "cost": "much"}, changes)
    assert plan is None
    where = {(one.line, one.column) for one in problems}
    assert {(0, "title"), (0, "cost"), (2, "stations.place"), (2, "stations.from"), (2, "stations.servers")} <= where
    assert {(2, "stations.colour"), (3, "buses.vehicles")} <= where
    assert not any(line == 1 for line, _ in where)
    assert {one.file for one in problems} == {"plans/typed.toml"}


def test_no_changes_are_a_problem_and_so_is_text_that_is_no_toml() -> None:
    assert "without changes" in plan_from_cells("typed", {"title": "Empty"}, [])[1][0].got
    plan, problems = plan_from_text("typed", 'title = "A"\n[[buses]\n')
    assert plan is None
    assert (problems[0].line, problems[0].file) == (2, "plans/typed.toml")


CELL = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=3))
)
KEY = st.one_of(st.sampled_from(["place", "from", "until", "servers", "kind", "vehicles"]), st.text(max_size=8))


@given(st.dictionaries(KEY, CELL), st.lists(st.tuples(st.sampled_from([*KINDS, "title"]), st.dictionaries(KEY, CELL))))
def test_whatever_is_typed_gives_a_plan_or_problems(own: dict[str, Any], changes: list) -> None:
    plan, problems = plan_from_cells("typed", own, changes)
    assert (plan is None) == any(one.severity == "problem" for one in problems)
