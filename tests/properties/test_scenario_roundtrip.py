"""Written and read again, in whatever order of rows, a scenario is the same; changed in one cell, it is another."""

from __future__ import annotations

import csv
import random
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import faults
from helpers.worlds import World, line, random_world, worlds
from saferground.scenario import Scenario, read_scenario, write_scenario

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(world: World) -> Scenario:
    with TemporaryDirectory() as folder:
        return world.read(folder)


def read_copy(scenario: Scenario) -> Scenario:
    with TemporaryDirectory() as folder:
        return read_scenario(write_scenario(scenario, Path(folder) / "copy"))


@quick
@given(worlds())
def test_write_then_read_gives_the_same(world: World) -> None:
    scenario = read(world)
    copy = read_copy(scenario)
    assert copy.digest == scenario.digest
    assert copy.settings == scenario.settings
    assert copy.parameters == scenario.parameters
    for table in scenario.schema.tables:
        one, other = (each.tables[table].drop(columns="line") for each in (scenario, copy))
        assert one.equals(other)
        assert list(one.dtypes) == list(other.dtypes)


@quick
@given(worlds())
def test_known_twice_is_known_once(world: World) -> None:
    known = read(world).known()
    assert known.known().digest == known.digest


@quick
@given(worlds(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(world: World, rng: random.Random) -> None:
    digest = read(world).digest
    for rows in world.tables.values():
        rng.shuffle(rows)
    world.tables = dict(rng.sample(list(world.tables.items()), len(world.tables)))
    assert read(world).digest == digest


def test_line_ends_order_of_columns_and_folder_do_not_matter(tmp_path: Path) -> None:
    folder = line().write(tmp_path / "one")
    digest = read_scenario(folder).digest
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_scenario(folder).digest == digest
    rows = list(csv.reader(StringIO((folder / "places.csv").read_text())))
    text = "\n".join(",".join(reversed(row)) for row in rows)
    (folder / "places.csv").write_text(text)
    assert read_scenario(folder.rename(tmp_path / "other")).digest == digest


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("places", "name", "Other"),
        ("places", "name_local", "\u0622\u062e\u0631"),
        ("places", "lat", 12.5),
        ("places", "confidence", "high"),
        ("routes", "via", "b"),
        ("routes", "closes_hour", 23),
        ("borders", "length_km", 1.000001),
        ("camps", "capacity", ""),
        ("control", "published", "2030-01-02"),
        ("counts", "value_low", 0),
        ("households", "speed_kmh", 3),
        ("sources", "url", "https://example.org"),
        ("supplies", "inflow", 0.1),
    ],
)
def test_any_change_of_a_cell_changes_the_digest(table: str, column: str, value: object, tmp_path: Path) -> None:
    world = line()
    digest = world.read(tmp_path).digest
    world.tables[table][0][column] = value
    assert world.read(tmp_path).digest != digest


def test_settings_and_priors_change_the_digest(tmp_path: Path) -> None:
    worlds = [line(), line(days=11), line(title="Other"), line().fix(pace=0.1), line().fix(pace=0.2)]
    digests = {world.read(tmp_path / str(number)).digest for number, world in enumerate(worlds)}
    assert len(digests) == len(worlds)


def test_awkward_texts_survive(tmp_path: Path) -> None:
    words = 'a, "b"\nc\td \\ e; \u062d\u064a \u200f ='
    world = line(title='x\\y "z"', purpose="line one\nline two")
    world.parameters["pace"] = {"prior": "fixed", "value": 0.1, "note": "\u062d\u064a, \\n\n\t"}
    world.change("places", id="a", name=words)
    scenario = world.read(tmp_path)
    assert scenario.tables["places"]["name"].iloc[0] == words
    copy = read_copy(scenario)
    assert copy.digest == scenario.digest
    assert copy.settings.purpose == "line one\nline two"


def test_carriage_returns_in_a_cell_become_line_feeds(tmp_path: Path) -> None:
    folder = line().write(tmp_path)
    faults.cell("places", 2, "name", "one\r\ntwo\rthree")(folder)
    scenario = read_scenario(folder)
    assert scenario.tables["places"]["name"].iloc[0] == "one\ntwo\nthree"
    assert read_copy(scenario).digest == scenario.digest


def test_random_worlds_differ() -> None:
    sizes = {len(random_world(random.Random(seed)).ids("district")) for seed in range(30)}
    assert sizes == set(range(2, 9))
