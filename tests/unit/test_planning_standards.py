"""Planning standards: complete, sourced, and replaced by a scenario's own."""

from __future__ import annotations

import pytest

from helpers.scenarios import fake_scenario
from saferground.errors import ScenarioError
from saferground.planning import packaged_standards, standards_for
from saferground.planning.need import DEFINITIONS

RULES = {"per_person", "per_10000", "people_per_unit", "reference"}


def test_every_standard_says_where_it_comes_from():
    table = packaged_standards()
    assert (table[["name", "topic", "unit", "source", "edition", "phase", "basis"]] != "").all(axis=None)
    assert table["indicator"].is_unique
    assert set(table["rule"]) == RULES
    assert set(table["applies_to"]) <= {"site", "camp", "settled", "both"}
    assert (table["amount"] > 0).all()


def test_recalled_figures_are_marked_and_few():
    assert set(packaged_standards().query("not verified").index) == {"clinicians", "beds"}


def test_computed_standards_name_their_item_and_who_counts():
    computed = packaged_standards().query("rule != 'reference'")
    assert (computed["item"] != "").all()
    assert set(computed["per"]) <= set(DEFINITIONS)
    assert (computed.groupby("item")["item_unit"].nunique() == 1).all()


def test_known_figures():
    amounts = packaged_standards()["amount"]
    assert amounts[["water", "taps", "toilets", "shelter", "site_area", "health_workers"]].tolist() == [
        15, 250, 50, 3.5, 45, 23,
    ]  # fmt: skip


def test_callers_cannot_change_the_package():
    mine = packaged_standards()
    mine.loc["water", "amount"] = 1.0
    assert packaged_standards().loc["water", "amount"] == 15


def test_a_scenario_replaces_a_figure():
    table = standards_for(fake_scenario([{"indicator": "water", "value": 20.0, "source": "ocha_26"}]))
    row = table.loc["water"]
    assert (row["amount"], row["basis"], row["source"]) == (20.0, "scenario", "Mosul update, 26 February 2017")
    assert row["unit"] == "L/person/day"
    others = table.drop("water")
    assert others.equals(packaged_standards().drop("water"))


def test_every_row_that_cannot_be_used_is_named():
    rows = [{"indicator": "watter", "value": 20.0}, {"indicator": "taps", "value": 0.0}, {"indicator": "food"}]
    with pytest.raises(ScenarioError) as caught:
        standards_for(fake_scenario(rows))
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [
        (2, "indicator"), (3, "value"), (4, "value"),
    ]  # fmt: skip
    assert "toilets" in caught.value.problems[0].expected
