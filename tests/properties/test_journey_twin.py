"""The compiled journey engine and its plain twin agree bit for bit, and every rule and parameter does something."""

from __future__ import annotations

import random
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpers import draws
from helpers.journeys import (
    ABROAD,
    HOME,
    TRAITS,
    day,
    demographics,
    differences,
    drawn,
    journeys,
    model_of,
    random_journey,
    run_all,
    tidy,
    valley,
)
from helpers.worlds import START, Row, World
from saferground.engine.journey import JourneyRecord, JourneyState, init, run
from saferground.engine.plain import journey as plain
from saferground.engine.plain import streams as plain_streams
from saferground.engine.plain.journey.cells import LOST, cell_of
from saferground.model import Journey
from saferground.model.journey.arrays import FROM_COUNTS
from saferground.scenario.columns import schema

WORLDS = (0, 1, 2, 3, 4, 5, 6, 11, 16, 27, 31, 38, 45, 114)
SLOW = [HealthCheck.too_slow]


def assert_twins(model: Journey, members: int = 1, seed: int = 1) -> JourneyRecord:
    """Both engines agree on the state and the record; the record."""
    params, numbers = drawn(model, members, seed)
    begun, last = init(model.world, members), model.clock.days
    record, state = run(model.world, params, seed, numbers, begun, first=0, last=last)
    expected, slow = plain.run(model.world, params, seed, numbers, begun, first=0, last=last)
    assert differences(record, expected) == []
    assert differences(tidy(state), tidy(slow)) == []
    return record


# A smaller example would say more, but looking for one can take longer than all other tests.
@pytest.mark.slow
@settings(max_examples=15, deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain}, suppress_health_check=SLOW)
@given(journeys(), st.integers(0, 2**40))
def test_kernel_equals_plain(world, seed):
    with TemporaryDirectory() as folder:
        assert_twins(model_of(world, folder), 2, seed)


# --- what happens in worlds drawn once and for all -----------------------------------------------------------------


class Run(NamedTuple):
    model: Journey
    record: JourneyRecord
    state: JourneyState


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Worlds on which both engines agree, run on the kernel."""
    found = []
    for i in WORLDS:
        model = model_of(random_journey(random.Random(i)), tmp_path_factory.mktemp("journey"))
        assert_twins(model)
        found.append(Run(model, *run_all(model, 2)))
    return found


def cells(about: Run) -> list[Any]:
    return [
        cell_of(int(key), about.model.world)
        for i, occupied in enumerate(about.state.cells)
        for key in about.state.key[i, :occupied]
    ]


def flee(about: Run) -> str:
    return str(about.model.scenario.rules["flee"])


def full(about: Run) -> bool:
    return bool((about.record.people >= about.model.world.places.capacity).any())


def crowd(about: Run) -> bool:
    """Whether there are so many people that those who are alike are taken together."""
    people = about.record.people.sum(axis=2) + about.record.travelling
    return bool((people > about.model.world.rules.crowd).any())


HAPPENINGS: dict[str, Callable[[Run], bool]] = {
    "people are displaced by counts": lambda r: r.model.world.spawning.mode == FROM_COUNTS and r.record.displaced.any(),
    "people are displaced by rates": lambda r: r.model.world.spawning.mode != FROM_COUNTS and r.record.displaced.any(),
    "people are counted whom no place has": lambda r: r.state.unplaced.any(),
    "fractions are carried over": lambda r: r.state.carried.any(),
    "populations shrink": lambda r: (r.state.population < r.model.world.places.population).any(),
    "people are on the way": lambda r: r.record.travelling.any(),
    "people walk": lambda r: any(cell.walked for cell in cells(r)),
    "people ride longer than a day": lambda r: any(cell.ridden > r.model.world.rules.parts for cell in cells(r)),
    "people set out for the first time": lambda r: any(cell.afoot for cell in cells(r)),
    "a link was closed under people": lambda r: any(cell.shut for cell in cells(r)),
    "people remember a way": lambda r: any(cell.way >= 0 for cell in cells(r)),
    "people have lost their way": lambda r: any(cell.way == LOST for cell in cells(r)),
    "recent travel counts": lambda r: any(cell.memory for cell in cells(r)),
    "few people keep their recent travel": lambda r: any(cell.memory for cell in cells(r)) and not crowd(r),
    "recent travel is averaged, corrected": lambda r: (
        any(cell.memory for cell in cells(r)) and crowd(r) and flee(r) == "corrected"
    ),
    "recent travel is averaged, as in Flee": lambda r: (
        any(cell.memory for cell in cells(r)) and crowd(r) and flee(r) == "3.1"
    ),
    "time on the way is averaged": lambda r: crowd(r) and any(cell.ridden for cell in cells(r)) and flee(r) != "3.1",
    "classes differ": lambda r: len({cell.group for cell in cells(r)}) > 2,
    "a camp is full, corrected": lambda r: full(r) and flee(r) == "corrected",
    "a camp is full, as in Flee": lambda r: full(r) and flee(r) == "3.1",
    "everyone is sent one way": lambda r: (r.model.world.places.redirect >= 0).any(),
    "a flood sets the move chance": lambda r: np.isfinite(r.model.world.places.flooded).any(),
    "people starve": lambda r: r.model.world.places.starving.any(),
    "way and place close": lambda r: r.model.world.links.closing.any(),
    "a rest of a path is no option": lambda r: not r.model.world.paths.open.any(axis=0).all(),
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_it_happens_in_some_world(happening, runs):
    """Guards the test above: what never happens there cannot be compared there."""
    assert any(HAPPENINGS[happening](each) for each in runs)


# --- one rule at a time --------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """What is changed in a valley, and what the valley has beside it; by names of arguments of ``valley``."""

    changed: dict[str, Any]
    beside: dict[str, Any] = {}  # noqa: RUF012

    @property
    def world(self) -> World:
        names = {**self.beside, **self.changed}
        merged = {name: {**self.beside.get(name, {}), **self.changed.get(name, {})} for name in ("rules", "parameters")}
        return valley(**{**names, **merged})


FOOD = {
    "food_security": [
        {"region": "North", "date": START, "ipc": 20},
        {"region": "South", "date": START, "ipc": 30},
        {"region": "South", "date": day(6), "ipc": 70},
    ]
}
FLOODS = {
    "floods": [
        {"place": "hill", "date": day(1), "level": 1.5},
        {"place": "mill", "date": day(3), "level": 2},
        {"place": "mill", "date": day(8), "level": 0},
    ]
}
PEOPLE = {
    "demographics": [
        *demographics("age", "gender", "religion"),
        *demographics("ethnicity", weights=(1, 3)),
        {"attribute": "ethnicity", "value": TRAITS["ethnicity"][0], "place": "mill", "weight": 1},
    ],
    "residents": [
        {"place": "ford", "value": "kel", "people": 200},
        {"place": "mill", "value": "tam", "people": 90},
        {"place": "mill", "value": "kel", "people": 500},
    ],
    "parameters": {"camp_weight": 2.0, "conflict_weight": 0.2},
}


def rule(beside: dict[str, Any] | None = None, /, **rules: Any) -> Case:
    return Case({"rules": rules}, beside or {})


def table(name: str, *rows: Row, beside: dict[str, Any] | None = None) -> Case:
    """Rows added to a table of the valley."""
    return Case({name: [*valley().tables.get(name, []), *rows]}, beside or {})


def changed(name: str, identity: str, **cells: Any) -> Case:
    """One row of a table of the valley changed."""
    return Case({name: valley().change(name, id=identity, **cells).tables[name]})


def closure(kind: str, beside: dict[str, Any] | None = None, **what: str) -> Case:
    return table("closures", {"kind": kind, "closed": day(3), "reopened": day(8), **what}, beside=beside)


def by_flood(spawning: str, *numbers: float) -> Case:
    return rule(
        {**FLOODS, "rules": {"conflict_zone_spawning_only": False}}, spawning=spawning, displaced_per_flood_day=numbers
    )


RATE = {"parameters": {"displaced_per_conflict_day": 40.5}}
REDIRECT = {"routes": valley().change("routes", id="mill_hill", redirect="back").tables["routes"]}
STARVING = {**FOOD, "rules": {"starvation_driven_spawning": True}}
CASES = {
    "totals": rule(spawning="totals"),
    "constant": rule(RATE, spawning="constant"),
    "poisson": rule(RATE, spawning="poisson"),
    "pop_ratio": Case({"rules": {"spawning": "pop_ratio"}, "parameters": {"displaced_per_conflict_day": 0.033}}),
    "flood_constant": by_flood("flood_constant", 0, 10.4, 80),
    "flood_poisson": by_flood("flood_poisson", 0, 10, 80),
    "flood_pop_ratio": by_flood("flood_pop_ratio", 0, 0.1, 0.3),
    "flee": rule(flee="3.1"),
    "people_per_unit": rule(people_per_unit=3),
    "home_country": rule({"parameters": {"foreign_weight": 3.0}}, home_country=ABROAD),
    "conflict_zone_spawning_only": rule(STARVING, conflict_zone_spawning_only=False),
    "insert_day0": rule(insert_day0=False),
    "empty_camps_on_day0": rule(empty_camps_on_day0=True),
    "take_from_population": rule(take_from_population=True),
    "take_from_population and nobody left": Case(
        {"rules": {"take_from_population": True}, **changed("places", "mill", population=100).changed}
    ),
    "starvation_driven_spawning": rule(FOOD, starvation_driven_spawning=True),
    "conflict_spawn_decay": rule(conflict_spawn_decay=(1.0, 0.3), conflict_spawn_decay_interval=3),
    "conflict_spawn_decay_interval": rule(
        {"rules": {"conflict_spawn_decay": (1.0, 0.3)}}, conflict_spawn_decay_interval=2
    ),
    "flood_movechances": rule(FLOODS, flood_movechances=(0, 0.9, 0.2)),
    "flood_loc_weights": rule(FLOODS, flood_loc_weights=(1, 0.5, 0.1)),
    "awareness 0": rule(awareness_level=0),
    "awareness 2": rule(awareness_level=2),
    "awareness 3": rule(awareness_level=3),
    "avoid_short_stints": rule(avoid_short_stints=True),
    "start_on_foot": rule(start_on_foot=True),
    "fixed_routes": rule({"rules": {"awareness_level": 3}}, fixed_routes=True),
    "pathways": table(
        "pathways", *({"pathway": "out", "order": i, "place": name} for i, name in enumerate(("ford", "hill", "lake"))),
        beside={"rules": {"fixed_routes": True}},
    ),
    "stay_close_to_home": rule({"rules": {"awareness_level": 2}}, stay_close_to_home=True),
    "use_pop_for_loc_weight": rule(use_pop_for_loc_weight=True),
    "use_economic_pull": rule(use_economic_pull=True),
    "flee_when_starving": rule(FOOD, flee_when_starving=True),
    "avoid_food_deprived_locations": rule(FOOD, avoid_food_deprived_locations=True),
    "children_avoid_hazards": rule(PEOPLE, children_avoid_hazards=True),
    "elderly_avoid_hazards": rule(PEOPLE, elderly_avoid_hazards=True),
    "women_avoid_hazards": rule(PEOPLE, women_avoid_hazards=True),
    "boys_take_risk": rule(PEOPLE, boys_take_risk=True),
    "match_camp_ethnicity": rule(PEOPLE, match_camp_ethnicity=True),
    "match_town_ethnicity": rule(PEOPLE, match_town_ethnicity=True),
    "match_conflict_ethnicity": rule(PEOPLE, match_conflict_ethnicity=True),
    "match_camp_religion": rule(PEOPLE, match_camp_religion=True),
    "avg_religion_fraction": Case(
        {"parameters": {"avg_religion_fraction": 0.01}},
        {
            **PEOPLE, "rules": {"match_camp_religion": True},
            "residents": [{"place": "plain", "value": "old", "people": 40_000_000}],
        },
    ),
    "closure of a country": closure("country", country=HOME, other_country=ABROAD),
    "closure of a place": closure("place", place="fork"),
    "closure of a route": closure("route", route="mill_ford"),
    "closure of a camp": closure("camp", place="plain"),
    "closure under who knows the way": closure("place", {"rules": {"awareness_level": 3}}, place="hill"),
    "redirection forward": changed("routes", "ford_hill", redirect="forward"),
    "redirection back": changed("routes", "mill_hill", redirect="back"),
    "redirection off": closure("redirect", REDIRECT, route="mill_hill"),
    "speed of a route": changed("routes", "mill_ford", speed_km_day=25),
    "walking": changed("routes", "mill_ford", walk_probability=0.4),
    "conflict in a camp": table("conflicts", {"place": "plain", "date": day(2), "intensity": 1}),
    "town becomes a camp": table("kinds", {"place": "hill", "date": day(3), "kind": "camp"}),
    "camp becomes a town": table("kinds", {"place": "plain", "date": day(3), "kind": "town"}),
    "forwarding hub": changed("places", "hill", kind="forwarding_hub"),
    "flood zone": Case({**changed("places", "hill", kind="flood_zone").changed}, {
        **FLOODS, "rules": {"flood_loc_weights": (1, 0.5, 0.1)},
    }),
    "capacity grows": changed("places", "plain", capacity_per_day=30),
    "capacity shrinks to nothing": changed("places", "plain", capacity_per_day=-20),
    "people before": changed("places", "hill", initial_people=40),
    "correction": table("corrections", {"place": "lake", "date": day(7)}),
    "touching places": changed("routes", "ford_hill", length_km=0),
}  # fmt: skip
QUIRKS = (
    "totals", "constant", "pop_ratio", "take_from_population", "conflict_spawn_decay", "awareness 0", "awareness 3",
    "avoid_short_stints", "start_on_foot", "stay_close_to_home", "use_pop_for_loc_weight", "children_avoid_hazards",
    "match_camp_ethnicity", "closure under who knows the way", "walking", "conflict in a camp",
)  # fmt: skip


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    """The record of a valley that has only what is beside a case, run once."""
    found: dict[str, JourneyRecord] = {}

    def record(beside: dict[str, Any]) -> JourneyRecord:
        if (name := repr(beside)) not in found:
            found[name] = run_all(model_of(valley(**beside), tmp_path_factory.mktemp("valley")), 1)[0]
        return found[name]

    return record


@pytest.mark.parametrize("name", CASES)
def test_each_rule_is_the_same_in_both_and_matters(name, without, tmp_path):
    record = assert_twins(model_of(CASES[name].world, tmp_path))
    assert differences(record, without(CASES[name].beside)) != []


@pytest.mark.parametrize("name", QUIRKS)
def test_each_rule_as_flee_31_has_it(name, tmp_path):
    world = CASES[name].world
    world.rules["flee"] = "3.1"
    assert_twins(model_of(world, tmp_path))


def test_every_rule_has_a_case():
    """``totals`` is about what is read, and ``max_flood_level`` about what may be written."""
    named = {name for case in CASES.values() for name in case.changed.get("rules", {})}
    rules = {column.name for column in schema("journey").columns["rules"]}
    assert rules - named == {"totals", "max_flood_level"}


# --- one parameter at a time ---------------------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "rules": {
        "start_on_foot": True, "stay_close_to_home": True, "use_pop_for_loc_weight": True, "spawning": "constant",
        "awareness_level": 2, "home_country": HOME,
    },
    "parameters": {"movechance_pop_scale_factor": 0.2, "displaced_per_conflict_day": 60.0},
}  # fmt: skip
PARAMETERS = {
    "max_move_speed": 90.0, "max_walk_speed": 70.0, "foreign_weight": 3.0, "camp_weight": 3.0, "conflict_weight": 0.05,
    "conflict_movechance": 0.4, "camp_movechance": 0.5, "idpcamp_movechance": 0.7, "default_movechance": 0.1,
    "capacity_buffer": 0.2, "capacity_scaling": 0.5, "softening": 80.0, "weight_softening": 0.3, "weight_power": 2.0,
    "distance_power": 2.0, "home_distance_power": 1.5, "pop_power_for_loc_weight": 0.5, "movechance_pop_base": 300.0,
    "movechance_pop_scale_factor": 0.6, "pruning_threshold": 1.5, "displaced_per_conflict_day": 90.5,
}  # fmt: skip


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return model_of(valley(**EVERYTHING), tmp_path_factory.mktemp("valley"))


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_parameter_matters(name, everything):
    params, members = drawn(everything, 1)
    given_, span = (1, members, init(everything.world, 1)), {"first": 0, "last": everything.clock.days}
    before, _ = run(everything.world, params, *given_, **span)
    params[name] = PARAMETERS[name]
    after, _ = run(everything.world, params, *given_, **span)
    assert differences(before, after) != []


def test_every_parameter_has_a_case():
    """The religion fraction goes into the model's arrays, and so is among the rules."""
    assert set(PARAMETERS) | {"avg_religion_fraction"} == set(schema("journey").parameters)


# --- draws ---------------------------------------------------------------------------------------------------------

KEYS = draws.keys(12, 400)


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 5.0, 9.9, 10.0, 10.1, 12.0, 200.0, 1e6])
def test_plain_poisson_numbers_are_the_compiled_ones(mean):
    assert draws.poissons(KEYS, mean).tolist() == [plain_streams.poisson(int(key), mean) for key in KEYS]
