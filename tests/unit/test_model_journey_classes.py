"""Groups of people whose rules differ: their shares, how they see hazards, where they match, how far home is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.journeys import TRAITS, demographics, model_of, valley
from saferground.model import Journey

NAMES = ("ford", "fork", "hill", "lake", "mill", "plain")


@pytest.fixture
def build(tmp_path):
    """A valley with changes, as a model."""
    return lambda **changes: model_of(valley(**changes), tmp_path)


def powers(model: Journey, at: str = "mill") -> dict[float, float]:
    """Share of the people of a place by the power of the score that holds for them."""
    classes, share = model.world.classes, model.world.classes.share[NAMES.index(at)]
    return {power: float(share[classes.power == power].sum()) for power in sorted(set(classes.power.tolist()))}


def test_without_rules_there_is_one_class(build):
    classes = build(demographics=demographics(*TRAITS)).world.classes
    assert classes.share.tolist() == [[1.0]] * len(NAMES)
    assert classes.power.tolist() == [1.0]
    assert all((array == 1).all() for array in (classes.camp, classes.conflict, classes.town, classes.near))


AGES = demographics("age", weights=(3, 2, 4, 1))  # 8, 16, 35 and 70 years
GENDERS = demographics("gender", weights=(3, 1))  # female and male


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("children_avoid_hazards",), {1: 0.5, 2: 0.5}),
        (("elderly_avoid_hazards",), {1: 0.9, 2: 0.1}),
        (("women_avoid_hazards",), {1: 0.25, 2: 0.75}),
        (("children_avoid_hazards", "elderly_avoid_hazards", "women_avoid_hazards"), {1: 0.1, 2: 0.9}),
        (("boys_take_risk",), {0: 0.05, 1: 0.95}),
        (("boys_take_risk", "children_avoid_hazards"), {0: 0.05, 1: 0.5, 2: 0.45}),
    ],
)
def test_hazards(rules, expected, build):
    """Children are under 19 years, the elderly over 59, boys who take risks 15 to 18."""
    model = build(rules=dict.fromkeys(rules, True), demographics=[*AGES, *GENDERS])
    assert powers(model) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("boys_take_risk",), {1: 1.0}),
        (("boys_take_risk", "children_avoid_hazards"), {0: 0.25 * 0.7, 1: 0.75 * 0.5, 2: 0.75 * 0.5 + 0.25 * 0.3}),
    ],
)
def test_boys_of_flee_31(rules, expected, build):
    """All males over 14, and only beside the rule on children."""
    model = build(rules={**dict.fromkeys(rules, True), "flee": "3.1"}, demographics=[*AGES, *GENDERS])
    assert powers(model) == pytest.approx(expected)


def test_the_edges_of_ages(build):
    rows = [{"attribute": "age", "value": value, "weight": 1} for value in ("18", "18.5", "19", "59", "59.5", "60")]
    rules = {"children_avoid_hazards": True, "elderly_avoid_hazards": True}
    assert powers(build(rules=rules, demographics=rows)) == pytest.approx({1: 3 / 6, 2: 3 / 6})


def test_places_have_shares_of_their_own(build):
    own = [{"attribute": "gender", "value": "male", "place": "ford", "weight": 1}]
    model = build(rules={"women_avoid_hazards": True}, demographics=[*GENDERS, *own])
    assert powers(model) == {1: 0.25, 2: 0.75}
    assert powers(model, "ford") == {1: 1.0, 2: 0.0}


def test_shares_sum_to_one_and_traits_are_independent(build):
    rules = dict.fromkeys(("match_camp_ethnicity", "match_camp_religion", "women_avoid_hazards"), True)
    model = build(rules=rules, demographics=demographics(*TRAITS))
    classes = model.world.classes
    assert len(classes.key) == len(set(classes.key.tolist())) == 2 * 2 * 2
    assert classes.share.sum(axis=1) == pytest.approx(np.ones(len(NAMES)))
    shares = np.array([0.6, 0.4])
    assert sorted(classes.share[0]) == pytest.approx(sorted(np.multiply.outer(np.outer(shares, shares), shares).flat))


# --- matches -------------------------------------------------------------------------------------------------------

PEOPLE: dict[str, Any] = {
    "demographics": demographics("ethnicity", "religion"),
    "residents": [
        {"place": "mill", "value": "kel", "people": 90},
        {"place": "ford", "value": "tam", "people": 250},
        {"place": "plain", "value": "old", "people": 10},
    ],
}


def factors(model: Journey, array: str, value: str) -> dict[str, float]:
    """The factors of places that are not 1, for the class with most of a value; classes are in order of values."""
    factor = getattr(model.world.classes, array)[("kel", "tam").index(value)]
    return dict(zip(NAMES, factor.tolist(), strict=True))


def test_a_tenth_of_residents_of_the_own_ethnicity_changes_nothing(build):
    model = build(**PEOPLE, rules={"match_town_ethnicity": True, "match_conflict_ethnicity": True})
    for array in ("town", "conflict"):
        assert factors(model, array, "kel") == pytest.approx(dict.fromkeys(NAMES, 0) | {"mill": 1.0})
        assert factors(model, array, "tam") == pytest.approx(dict.fromkeys(NAMES, 0) | {"ford": 5.0})
    assert (model.world.classes.camp == 1).all()


def test_in_flee_31_every_place_matches_tenfold(build):
    model = build(**PEOPLE, rules={"match_town_ethnicity": True, "flee": "3.1"})
    assert (model.world.classes.town == 10).all()
    assert (model.world.classes.conflict == 1).all()


def test_religion_is_against_its_average(build):
    """Where a camp has no population, its residents are among 100 million, so that there is no match."""
    places = valley().change("places", id="plain", population=40).tables["places"]
    rules = {"match_camp_religion": True}
    model = build(**PEOPLE, rules=rules, places=places, parameters={"avg_religion_fraction": 0.5})
    new, old = model.world.classes.camp
    assert new.tolist() == [0] * len(NAMES)
    assert old[NAMES.index("plain")] == pytest.approx(10 / 40 / 0.5)
    assert build(**PEOPLE, rules=rules).world.classes.camp.max() < 1e-6


# --- home ----------------------------------------------------------------------------------------------------------


def test_close_to_home_tells_homes_apart(build):
    """A class for each home, and the distance of every place from it: a degree of latitude is 111.2 km."""
    model = build(rules={"stay_close_to_home": True})
    classes = model.world.classes
    assert np.array_equal(classes.share, np.eye(len(NAMES)))
    mill, ford, hill = (NAMES.index(name) for name in ("mill", "ford", "hill"))
    assert classes.near[mill, mill] == 1
    assert classes.near[mill, hill] == pytest.approx(np.hypot(0.9, 0.8 * np.cos(np.radians(10.45))) * 111.23, rel=1e-3)
    assert np.array_equal(classes.near, classes.near.T)
    assert model.world.rules.home_distance
    assert not model.world.rules.from_here
    assert classes.near[ford, mill] == pytest.approx(45.8, abs=0.1)


def test_homes_and_traits_multiply(build):
    model = build(rules={"stay_close_to_home": True, "women_avoid_hazards": True}, demographics=GENDERS)
    classes = model.world.classes
    assert len(set(classes.key.tolist())) == 2 * len(NAMES)
    assert classes.share.sum(axis=1) == pytest.approx(np.ones(len(NAMES)))
    assert powers(model) == {1: 0.25, 2: 0.75}
    rows, columns = np.nonzero(classes.share)
    assert (classes.near[columns, rows] == 1).all()


def test_flee_31_measures_from_where_people_are_with_latitude_for_longitude(build):
    model = build(rules={"stay_close_to_home": True, "flee": "3.1"})
    assert model.world.classes.share.shape == (len(NAMES), 1)
    assert model.world.rules.from_here
    start = np.searchsorted(model.world.paths.first_of, np.arange(len(model.world.paths.key)), side="right") - 1
    q = np.flatnonzero((start == NAMES.index("mill")) & (model.world.paths.end == NAMES.index("hill")))[0]
    swapped = np.hypot(0.8, 0.9 * np.cos(np.radians(20.4))) * 111.23
    assert model.world.paths.apart[q] == pytest.approx(swapped, rel=1e-3)
