"""Planning standards: complete, sourced, side by side, and replaced by a scenario's own."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.scenarios import fake_scenario
from saferground.errors import ScenarioError
from saferground.planning import packaged_standards, standards_for
from saferground.planning.need import BESIDE, DEFINITIONS, RULES

OTHER_RULES = {"reference", "trauma", "stock"}


def computed_standards() -> pd.DataFrame:
    """Figures that are needs of places."""
    table = packaged_standards()
    return table[table["rule"].isin(RULES)]


def test_every_standard_says_where_it_comes_from():
    table = packaged_standards()
    assert (table[["name", "topic", "unit", "source", "edition", "phase", "standard"]] != "").all(axis=None)
    assert table["indicator"].is_unique
    assert set(table["rule"]) == set(RULES) | OTHER_RULES
    assert set(table["applies_to"]) <= {"site", "camp", "settled", "both"}
    assert (table["amount"] > 0).all()


def test_figures_that_were_not_found_in_their_source_are_marked():
    table = packaged_standards()
    assert set(table.query("not verified").index) == {
        "water_passing_unhcr", "bathing", "soap_unhcr", "kits_unhcr", "clinicians", "clinicians_unhcr",
        "health_centres_sphere", "women", "pregnant", "births", "attendants", "operations", "theatre_hours",
        "beds_theatre", "health_kits", "health_kit_days", "trauma_kits", "beds",
    }  # fmt: skip
    recalled = table["note"].str.contains("Recalled|Assumption|recalled")
    assert recalled[~table["verified"]].all()


def test_computed_standards_name_their_item_and_who_counts():
    computed = computed_standards()
    assert (computed["item"] != "").all()
    assert set(computed["per"]) <= set(DEFINITIONS)
    assert (computed.groupby("item")["item_unit"].nunique() == 1).all()
    assert set(computed["of"]) - {""} <= set(computed.index)


def test_every_need_has_one_set_of_figures_in_use():
    computed = computed_standards()
    sets = computed.query("default").groupby("item")["standard"].nunique()
    assert (sets == 1).all()
    assert set(sets.index) == set(computed["item"])


def test_sphere_and_unhcr_stand_side_by_side():
    computed = packaged_standards()
    computed = computed[computed["standard"].isin(BESIDE) & computed["rule"].isin(RULES)]
    both = computed.groupby("item")["standard"].agg(set)
    assert {item for item, sets in both.items() if len(sets) == 2} == {
        "water", "taps", "toilets", "toilets_after", "bathing", "shelter", "site_area", "soap", "clinicians",
        "health_centres",
    }  # fmt: skip
    assert computed.groupby("item")["per"].agg(set).map(len).max() == 2


def test_known_figures():
    amounts = packaged_standards()["amount"]
    assert amounts[["water", "taps", "toilets", "shelter", "site_area", "health_workers"]].tolist() == [
        15, 250, 50, 3.5, 45, 23,
    ]  # fmt: skip


def test_callers_cannot_change_the_package():
    mine = packaged_standards()
    mine.loc["water", "amount"] = 1.0
    assert packaged_standards().loc["water", "amount"] == 15


def test_a_scenario_replaces_a_figure_and_the_package_s_stays_beside_it():
    table = standards_for(fake_scenario([{"indicator": "water", "value": 20.0, "source": "ocha_26"}]))
    row = table.loc["water"]
    assert (row["amount"], row["standard"], row["source"]) == (20.0, "scenario", "Mosul update, 26 February 2017")
    assert (row["unit"], row["default"]) == ("L/person/day", True)
    beside = table.loc["water_sphere"]
    assert (beside["amount"], beside["standard"], beside["default"]) == (15.0, "sphere", False)
    others = table.drop(["water", "water_sphere"])
    assert others.equals(packaged_standards().drop("water"))


def test_a_figure_that_is_no_need_of_places_is_replaced_in_place():
    table = standards_for(fake_scenario([{"indicator": "operations", "value": 9.0, "source": "ocha_26"}]))
    assert table.loc["operations", ["amount", "standard"]].tolist() == [9.0, "scenario"]
    assert len(table) == len(packaged_standards())


def test_a_figure_that_is_only_shown_beside_another_cannot_be_replaced():
    with pytest.raises(ScenarioError) as caught:
        standards_for(fake_scenario([{"indicator": "water_unhcr", "value": 20.0}]))
    (problem,) = caught.value.problems
    assert (problem.column, problem.expected) == ("indicator", "water")


def test_every_row_that_cannot_be_used_is_named():
    rows = [{"indicator": "watter", "value": 20.0}, {"indicator": "taps", "value": 0.0}, {"indicator": "food"}]
    with pytest.raises(ScenarioError) as caught:
        standards_for(fake_scenario(rows))
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [
        (2, "indicator"), (3, "value"), (4, "value"),
    ]  # fmt: skip
    assert "toilets" in caught.value.problems[0].expected
