"""Reading the folder of a journey ends in a Scenario or in problems, whatever it holds; written, it reads the same."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpers.faults import damaged, outcome
from helpers.treks import RULES, random_trek, trek, treks
from helpers.worlds import World
from saferground.scenario import Scenario, read_scenario, write_scenario
from saferground.scenario.columns import schema

fuzz = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILES = ["scenario.toml", *(f"{table}.csv" for table, rows in trek().tables.items() if rows)]
JOURNEY = schema("journey")


def read(world: World) -> Scenario:
    with TemporaryDirectory() as folder:
        return world.read(folder)


# --- nothing ends in another exception -----------------------------------------------------------------------------


@fuzz
@given(st.sampled_from(FILES), st.binary(max_size=300))
@example("scenario.toml", b"[rules]\nspawning = 3")
@example("scenario.toml", b'rules = "x"\n[scenario]\nmodel = "journey"')
@example("scenario.toml", b'[scenario]\nmodel = "journey"\n[[rules]]\n')
@example("conflicts.csv", b"place,date,intensity\n,,\n")
@example("demographics.csv", b"attribute,value,place,weight\nage,,,\n")
@example("pathways.csv", b"pathway,order,place\n,x,\n")
def test_random_bytes(file: str, data: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = trek().write(name)
        (folder / file).write_bytes(data)
        outcome(folder)


@fuzz
@given(treks(), st.data())
def test_random_damage(world: World, data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = world.write(name)
        for _ in range(data.draw(st.integers(1, 4))):
            path = data.draw(st.sampled_from(sorted(folder.iterdir())))
            path.write_bytes(damaged(path.read_bytes(), data.draw(st.randoms(use_true_random=False))))
        outcome(folder)


CELLS = [
    (table, number, column.name)
    for table, rows in trek().tables.items()
    for number, row in enumerate(rows)
    for column in JOURNEY.columns[table]
    if column.name in row
]
WORDS = st.sampled_from(["", "0", "-1", "1e9", "NaN", "x", "war", "haven", "2030-01-05", "1900-01-01", "camp", "Here"])


@fuzz
@given(st.lists(st.tuples(st.sampled_from(CELLS), WORDS), min_size=1, max_size=5))
def test_random_cells(changes: list[tuple[tuple[str, int, str], str]]) -> None:
    world = trek()
    for (table, number, column), word in changes:
        world.tables[table][number][column] = word
    with TemporaryDirectory() as name:
        scenario, _ = outcome(world.write(name))
    if scenario is not None:
        assert scenario.summary()
        assert scenario.known().digest == scenario.known().known().digest


KEYS = st.sampled_from([*JOURNEY.names("rules"), "awareness", "Spawning", "x"])
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["totals", "pop_ratio", "flood_poisson", "3.1", "given"]),
    st.lists(st.floats(0, 1), max_size=3).map(tuple),
)


@fuzz
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_random_rules(rules: dict) -> None:
    with TemporaryDirectory() as name:
        outcome(trek(rules=RULES | rules).write(name))


# --- the same again ------------------------------------------------------------------------------------------------


@quick
@given(treks())
def test_write_then_read_gives_the_same(world: World) -> None:
    scenario = read(world)
    with TemporaryDirectory() as folder:
        copy = read_scenario(write_scenario(scenario, Path(folder) / "copy"))
    assert copy.digest == scenario.digest
    assert copy.settings == scenario.settings
    assert copy.rules == scenario.rules
    for table in JOURNEY.tables:
        one, other = (each.tables[table].drop(columns="line") for each in (scenario, copy))
        assert one.equals(other)
        assert list(one.dtypes) == list(other.dtypes)


@quick
@given(treks(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(world: World, rng: random.Random) -> None:
    digest = read(world).digest
    for rows in world.tables.values():
        rng.shuffle(rows)
    world.tables = dict(rng.sample(list(world.tables.items()), len(world.tables)))
    world.rules = dict(rng.sample(list(world.rules.items()), len(world.rules)))
    assert read(world).digest == digest


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("places", "country", "There"),
        ("places", "capacity", 5),
        ("routes", "length_km", 61),
        ("routes", "redirect", "back"),
        ("closures", "reopened", "2030-01-08"),
        ("conflicts", "intensity", 0.9),
        ("floods", "level", 2),
        ("food_security", "ipc", 21),
        ("kinds", "kind", "idp_camp"),
        ("demographics", "weight", 31),
        ("residents", "people", 1),
        ("counts", "value", 51),
    ],
)
def test_any_change_of_a_cell_changes_the_digest(table: str, column: str, value: object, tmp_path: Path) -> None:
    world = trek()
    digest = world.read(tmp_path).digest
    world.tables[table][0][column] = value
    assert world.read(tmp_path).digest != digest


def test_random_treks_differ() -> None:
    worlds = [random_trek(random.Random(seed)) for seed in range(30)]
    assert {len(world.tables["places"]) for world in worlds} == set(range(3, 10))
    assert {"conflicts" in world.tables for world in worlds} == {True, False}
