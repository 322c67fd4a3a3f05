"""What each place is on each day: kind, conflict, camp, capacity, floods, hunger, redirections, the home country."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.journeys import ABROAD, HOME, day, model_of, place, valley
from saferground.model import Journey
from saferground.model.journey.arrays import CAMP, CONFLICT, HUB, IDP_CAMP, TOWN

DAYS = 12


@pytest.fixture
def build(tmp_path):
    """A valley with changes, as a model."""
    return lambda **changes: model_of(valley(**changes), tmp_path)


def course(model: Journey, what: str, name: str) -> list[Any]:
    """An array of places, day by day at one place."""
    return getattr(model.world.places, what)[:, model.places["id"].tolist().index(name)].tolist()


def runs(values: list[Any]) -> list[tuple[int, Any]]:
    """The days on which a value changes, with the value."""
    return [(i, value) for i, value in enumerate(values) if i == 0 or value != values[i - 1]]


def conflict(*rows: tuple[str, int, float]) -> list[dict[str, Any]]:
    return [{"place": name, "date": day(at), "intensity": value} for name, at, value in rows]


# --- kinds and conflict --------------------------------------------------------------------------------------------


def test_kinds_set_the_chance_to_leave(build):
    model = build()
    moves = {name: course(model, "moves", name)[0] for name in ("mill", "ford", "hill", "fork", "plain", "lake")}
    assert moves == {"mill": CONFLICT, "ford": TOWN, "hill": TOWN, "fork": HUB, "plain": IDP_CAMP, "lake": CAMP}
    assert [name for name in moves if course(model, "camp", name)[0]] == ["plain", "lake"]
    assert [name for name in moves if course(model, "town", name)[0]] == ["ford", "hill"]


def test_a_silent_zone_is_in_conflict_for_ever(build):
    rows = conflict(("ford", 3, 0.5))
    assert runs(course(build(conflicts=rows), "conflict", "mill")) == [(0, 1.0)]


def test_a_zone_that_is_spoken_of_follows_the_table(build):
    rows = conflict(("mill", 2, 0.5), ("mill", 6, 0), ("mill", 9, 1))
    model = build(conflicts=rows)
    assert runs(course(model, "conflict", "mill")) == [(0, 0.0), (2, 0.5), (6, 0.0), (9, 1.0)]
    assert runs(course(model, "moves", "mill")) == [(0, TOWN), (2, CONFLICT), (6, TOWN), (9, CONFLICT)]
    assert runs(course(model, "town", "mill")) == [(0, True), (2, False), (6, True), (9, False)]


def test_rows_before_the_start_hold_at_the_start(build):
    rows = conflict(("mill", -40, 0.3), ("mill", -2, 0.8), ("mill", 4, 1))
    assert runs(course(build(conflicts=rows), "conflict", "mill")) == [(0, 0.8), (4, 1.0)]


def test_kinds_change(build):
    rows = [
        {"place": "hill", "date": day(3), "kind": "camp"},
        {"place": "hill", "date": day(7), "kind": "town"},
        {"place": "plain", "date": day(-5), "kind": "town"},
    ]
    model = build(kinds=rows)
    assert runs(course(model, "moves", "hill")) == [(0, TOWN), (3, CAMP), (7, TOWN)]
    assert runs(course(model, "camp", "hill")) == [(0, False), (3, True), (7, False)]
    assert runs(course(model, "moves", "plain")) == [(0, TOWN)]


def test_a_closed_camp_is_a_town(build):
    model = build(closures=[{"kind": "camp", "place": "plain", "closed": day(2), "reopened": day(4)}])
    assert runs(course(model, "moves", "plain")) == [(0, IDP_CAMP), (2, TOWN), (4, IDP_CAMP)]
    assert runs(course(model, "camp", "plain")) == [(0, True), (2, False), (4, True)]
    assert runs(course(model, "town", "plain")) == [(0, False), (2, True), (4, False)]


@pytest.mark.parametrize(("flee", "after"), [("corrected", CAMP), ("3.1", TOWN)])
def test_conflict_in_a_camp(flee, after, build):
    """It stays a camp; in Flee 3.1 people then leave it as they leave a town, even when the conflict has ended."""
    rows = [*conflict(("mill", 0, 1)), *conflict(("lake", 3, 1), ("lake", 6, 0))]
    model = build(conflicts=rows, rules={"flee": flee})
    assert runs(course(model, "moves", "lake")) == [(0, CAMP), (3, CONFLICT), (6, after)]
    assert runs(course(model, "camp", "lake")) == [(0, True)]
    assert runs(course(model, "town", "lake"))[-1] == ((6, True) if flee == "3.1" else (0, False))


@pytest.mark.parametrize(("flee", "camp"), [("corrected", False), ("3.1", True)])
def test_flee_31_takes_a_town_that_nobody_leaves_for_a_camp(flee, camp, build):
    model = build(rules={"flee": flee}, parameters={"default_movechance": 0.004})
    assert runs(course(model, "camp", "hill")) == [(0, camp)]


def test_a_move_chance_that_is_uncertain_is_no_camp(tmp_path):
    world = valley(rules={"flee": "3.1"})
    world.parameters["default_movechance"] = {"prior": "uniform", "low": 0.1, "high": 0.5}
    assert runs(course(model_of(world, tmp_path), "camp", "hill")) == [(0, False)]


def test_conflict_fades(build):
    """By the time since it last broke out; the push is what lowers the score of the place."""
    rows = conflict(("mill", 1, 0.5), ("mill", 4, 1), ("mill", 8, 0), ("mill", 9, 1))
    rules = {"conflict_spawn_decay": (1.0, 0.5, 0.1), "conflict_spawn_decay_interval": 3}
    model = build(conflicts=rows, rules=rules)
    assert runs(course(model, "push", "mill")) == [(0, 0.0), (1, 0.5), (7, 0.1), (8, 0.0), (9, 1.0)]


def test_in_flee_31_a_conflict_that_begins_again_is_new(build):
    """Every row with conflict restarts the clock, also where the end of the last one was not carried out."""
    rows = conflict(("mill", -1, 1), ("mill", 0, 1), ("mill", 5, 1))
    decay = {"conflict_spawn_decay": (1.0, 0.5, 0.25), "conflict_spawn_decay_interval": 2}
    kept = build(conflicts=rows, rules=decay)
    assert runs(course(kept, "push", "mill")) == [(0, 1.0), (1, 0.5), (3, 0.25)]
    again = build(conflicts=rows, rules={**decay, "flee": "3.1"})
    assert runs(course(again, "push", "mill")) == [(0, 1.0), (2, 0.5), (4, 0.25), (5, 1.0), (7, 0.5), (9, 0.25)]


def test_a_silent_zone_is_in_conflict_while_it_is_one(build):
    rows = [
        {"place": "mill", "date": day(4), "kind": "town"},
        {"place": "hill", "date": day(6), "kind": "conflict_zone"},
    ]
    model = build(kinds=rows, conflicts=conflict(("ford", 1, 1)))
    assert runs(course(model, "conflict", "mill")) == [(0, 1.0), (4, 0.0)]
    assert runs(course(model, "conflict", "hill")) == [(0, 0.0), (6, 1.0)]


# --- capacity ------------------------------------------------------------------------------------------------------


def capacities(build, name: str, rules: dict[str, Any] | None = None, **cells: Any) -> list[float]:
    model = build(rules=rules, places=valley().change("places", id=name, **cells).tables["places"])
    return course(model, "capacity", name)


def test_capacity(build):
    assert runs(capacities(build, "plain")) == [(0, 120.0)]
    assert runs(capacities(build, "plain", capacity="")) == [(0, np.inf)]
    assert capacities(build, "plain", capacity_per_day=5) == [125.0 + 5 * i for i in range(DAYS)]
    assert runs(capacities(build, "plain", {"people_per_unit": 7})) == [(0, 17.0)]


@pytest.mark.parametrize(("flee", "left"), [("corrected", 0.0), ("3.1", np.inf)])
def test_a_camp_that_shrinks_to_nothing(flee, left, build):
    """In Flee a capacity under 1 is no limit."""
    shrinking = capacities(build, "plain", {"flee": flee}, capacity_per_day=-50)
    assert shrinking == [70.0, 20.0] + (DAYS - 2) * [left]


def test_populations_are_in_units(build):
    model = build(rules={"people_per_unit": 7})
    populations = dict(zip(model.places["id"], model.world.places.population.tolist(), strict=True))
    assert {name: people for name, people in populations.items() if people} == {"mill": 128, "ford": 71}


# --- scores --------------------------------------------------------------------------------------------------------


def test_economic_pull_is_abroad(build):
    model = build(rules={"use_economic_pull": True})
    assert runs(course(model, "plain_score", "lake")) == [(0, pytest.approx(1 + 2 + 0.7**2))]
    assert runs(course(model, "plain_score", "hill")) == [(0, 1.0)]


FOOD = [
    {"region": "South", "date": day(-4), "ipc": 0},
    {"region": "South", "date": day(6), "ipc": 50},
]


def test_hunger_lowers_scores_at_home_from_the_second_day(build):
    model = build(rules={"avoid_food_deprived_locations": True}, food_security=FOOD)
    hunger = np.minimum((np.arange(DAYS) + 4) / 10, 1) * 0.5
    assert course(model, "plain_score", "hill") == pytest.approx([1, *(1 - hunger[1:] ** 2)])
    assert runs(course(model, "plain_score", "mill")) == [(0, 1.0)]


def test_hunger_makes_people_leave(build):
    model = build(rules={"flee_when_starving": True}, food_security=FOOD)
    assert course(model, "starving", "ford") == pytest.approx(np.minimum((np.arange(DAYS) + 4) / 10, 1) * 0.5)
    assert not any(course(build(food_security=FOOD), "starving", "ford"))


FLOODS = [
    {"place": "hill", "date": day(2), "level": 1.5},
    {"place": "hill", "date": day(4), "level": 9},
    {"place": "hill", "date": day(6), "level": 0},
]
LEVELS = {"flood_movechances": (0.0, 0.2, 0.8), "flood_loc_weights": (1.0, 0.6, 0.2)}


def test_floods_set_the_chance_to_leave(build):
    chances = course(build(floods=FLOODS, rules=LEVELS), "flooded", "hill")
    assert chances[2:6] == pytest.approx([0.5, 0.5, 0.8, 0.8])
    assert np.isnan(chances[:2] + chances[6:]).all()


def test_floods_lower_scores(build):
    """Those of flood zones once for what they are, and again as those of any place."""
    model = build(floods=FLOODS, rules=LEVELS)
    assert runs(course(model, "flood_factor", "hill")) == [(0, 1.0), (2, pytest.approx(0.4)), (4, 0.2), (6, 1.0)]
    assert runs(course(model, "plain_score", "hill")) == [(0, 1.0)]
    places = valley().change("places", id="hill", kind="flood_zone").tables["places"]
    zone = build(floods=FLOODS, rules=LEVELS, places=places)
    assert course(zone, "plain_score", "hill") == course(model, "flood_factor", "hill")


# --- where home is -------------------------------------------------------------------------------------------------


def abroad(model: Journey) -> set[str]:
    return set(model.places["id"][model.world.places.foreign])


def test_home_country(build):
    assert abroad(build()) == {"lake"}
    assert abroad(build(rules={"home_country": ABROAD})) == {"mill", "ford", "hill", "fork", "plain"}


@pytest.mark.parametrize(("people", "home"), [(800, HOME), (2000, ABROAD)])
def test_home_is_where_most_people_are_in_conflict(people, home, build):
    """Towns without conflict do not count, however large; those that are ever in conflict do."""
    more = [place("isle", "conflict_zone", ABROAD, population=people), place("port", "town", ABROAD, population=10**6)]
    model = build(rules={"home_country": ""}, places=[*valley().tables["places"], *more])
    assert abroad(model) == set(model.places["id"][model.places["country"] != home])


# --- redirections --------------------------------------------------------------------------------------------------


def redirected(model: Journey) -> dict[str, list[tuple[int, str]]]:
    """By place, the days on which it changes where everyone is sent, with the destination."""
    ends = [*model.places["id"].to_numpy()[model.world.links.end], ""]
    found = {name: runs([ends[link] for link in course(model, "redirect", name)]) for name in model.places["id"]}
    return {name: days for name, days in found.items() if days != [(0, "")]}


@pytest.mark.parametrize(("redirect", "at", "to"), [("forward", "ford", "hill"), ("back", "hill", "ford")])
def test_redirections(redirect, at, to, build):
    routes = valley().change("routes", id="ford_hill", redirect=redirect).tables["routes"]
    assert redirected(build(routes=routes)) == {at: [(0, to)]}
    assert redirected(build(routes=routes, rules={"flee": "3.1"})) == {}
    off = {"kind": "redirect", "route": "ford_hill", "closed": day(2), "reopened": day(5)}
    assert redirected(build(routes=routes, closures=[off])) == {at: [(0, to), (2, ""), (5, to)]}
    shut = {"kind": "place", "place": "hill", "closed": day(3), "reopened": ""}
    assert redirected(build(routes=routes, closures=[shut])) == {at: [(0, to), (3, "")]}


# --- epochs --------------------------------------------------------------------------------------------------------


def test_epochs_change_with_what_people_see(build):
    """Conflict at mill on day 0 and at ford on days 5 and 9; a closure on days 2 and 3."""
    shut = {"kind": "route", "route": "mill_hill", "closed": day(2), "reopened": day(3)}
    model = build(closures=[shut])
    assert [at for at, _ in runs(model.world.places.epoch.tolist())] == [0, 2, 3, 5, 9]
