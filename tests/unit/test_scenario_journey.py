"""The folder of a journey is read into typed tables and rules; its record works like that of a siege."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers.treks import AS_OF, RULES, dated, day, place, trek
from helpers.worlds import line
from saferground.errors import ScenarioError, UsageError
from saferground.scenario import Scenario, check_scenario, new_scenario, read_scenario, write_scenario
from saferground.scenario.columns import schema
from saferground.scenario.conflict import conflict_periods
from saferground.scenario.settings import model_of

JOURNEY = schema("journey")
EXAMPLE = Path(__file__).parents[2] / "examples" / "small-country"


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return trek().read(tmp_path / "trek")


def test_every_table_is_there_with_its_columns(scenario: Scenario) -> None:
    assert tuple(scenario.tables) == JOURNEY.tables
    for table in JOURNEY.tables:
        assert list(scenario.tables[table].columns) == [*JOURNEY.names(table), "line"]
    assert scenario.schema is JOURNEY


@pytest.mark.parametrize("table", JOURNEY.tables)
def test_dtypes(table: str, scenario: Scenario) -> None:
    wanted = {"number": "float64", "integer": "int64", "date": "datetime64[s]"}
    for one in JOURNEY.columns[table]:
        cells = scenario.tables[table][one.name]
        if one.kind in wanted:
            assert str(cells.dtype) == wanted[one.kind], one.name
        elif len(cells):
            assert {type(cell) for cell in cells} == {str}, one.name


def test_blank_cells(scenario: Scenario) -> None:
    places = scenario.tables["places"].set_index("id")
    assert places.loc["shelter", "population"] == 0
    assert places.loc["haven", "hdi"] == 0.7
    assert pd.isna(places.loc["haven", "capacity"])
    routes = scenario.tables["routes"].set_index("id")
    assert pd.isna(routes.loc["war_hill", "speed_km_day"])
    assert list(routes.loc["war_hill", ["redirect", "walk_probability"]]) == ["none", 0.2]
    closures = scenario.tables["closures"].set_index("kind")
    assert pd.isna(closures.loc["route", "reopened"])
    assert closures.loc["route", "place"] == ""


def test_rules_are_typed_and_complete(scenario: Scenario) -> None:
    assert tuple(scenario.rules) == JOURNEY.names("rules")
    assert {name: scenario.rules[name] for name in RULES} == RULES
    assert scenario.rules["flee"] == "corrected"
    assert scenario.rules["people_per_unit"] == 1
    assert scenario.rules["conflict_zone_spawning_only"] is True
    assert scenario.rules["conflict_spawn_decay"] == ()
    assert all(isinstance(one, float) for one in scenario.rules["flood_movechances"])


def test_rules_may_be_left_out(tmp_path: Path) -> None:
    scenario = trek(rules={}, floods=[], residents=[]).read(tmp_path)
    assert tuple(scenario.rules) == JOURNEY.names("rules")
    assert scenario.rules["spawning"] == "camps"


def test_settings_have_their_own_bounds(tmp_path: Path) -> None:
    scenario = trek(days=3650).read(tmp_path)
    assert (scenario.settings.step_hours, scenario.settings.days) == (24, 3650)
    assert scenario.at(days=700).settings.days == 700
    with pytest.raises(UsageError, match="step_hours: got '6'; expected a whole number, 24"):
        scenario.at(step_hours=6)
    with pytest.raises(UsageError, match="between 1 and 3650"):
        read_scenario(tmp_path, days=3651)
    assert trek().read(tmp_path / "other", as_of=day(3)).settings.as_of == day(3)


def test_priors_are_those_of_the_model(tmp_path: Path) -> None:
    given = {"camp_weight": {"prior": "fixed", "value": 2}}
    scenario = trek(parameters=given).read(tmp_path)
    assert list(scenario.parameters) == list(JOURNEY.parameters)
    assert scenario.parameters["camp_weight"].value == 2
    assert scenario.parameters["max_move_speed"].value == 360
    assert all(one.form == "fixed" for one in scenario.parameters.values())


def test_a_siege_has_no_rules(tmp_path: Path) -> None:
    scenario = line().read(tmp_path)
    assert scenario.rules == {}
    assert scenario.schema is schema("siege")


@pytest.mark.parametrize(
    ("content", "model"),
    [
        ({}, "siege"),
        ({"scenario": {}}, "siege"),
        ({"scenario": 3}, "siege"),
        ({"scenario": {"model": "journey"}}, "journey"),
        ({"scenario": {"model": "Jorney"}}, "journey"),
        ({"scenaro": {"modle": "journey"}}, "journey"),
        ({"scenario": {"model": 3}}, "siege"),
        ({"scenario": {"model": "flood"}}, "siege"),
    ],
)
def test_model_that_a_file_names(content: dict, model: str) -> None:
    assert model_of(content) == model


# --- what was known ------------------------------------------------------------------------------------------------


def test_known_drops_what_was_published_later(scenario: Scenario) -> None:
    known = scenario.known()
    assert known.rules == scenario.rules
    assert len(known.tables["counts"]) == len(scenario.tables["counts"]) - 1
    assert not (known.tables["counts"]["published"] > pd.Timestamp(AS_OF)).any()


def test_known_drops_what_refers_to_unknown_places(tmp_path: Path) -> None:
    world = trek(as_of=day(2), corrections=[])
    world.add("places", **place("later", "town"), published=day(9))
    world.add("routes", id="to_later", origin="hill", destination="later", length_km=5)
    world.add("conflicts", **dated(1, place="later", intensity=1))
    world.add("closures", kind="route", route="to_later", closed=day(1), published=day(1))
    known = world.read(tmp_path).known()
    assert "later" not in set(known.tables["places"]["id"])
    assert "to_later" not in set(known.tables["routes"]["id"])
    assert "later" not in set(known.tables["conflicts"]["place"])
    assert "to_later" not in set(known.tables["closures"]["route"])


def test_at_refuses_a_day_on_which_too_little_was_known(tmp_path: Path) -> None:
    world = trek().drop("corrections")
    world.change("counts", place="shelter", published=day(25)).change("counts", place="haven", published=day(20))
    scenario = world.read(tmp_path)
    with pytest.raises(ScenarioError, match="a count of a camp that measures people present"):
        scenario.at(as_of=day(18))


def test_digest_is_stable(tmp_path: Path) -> None:
    assert trek().read(tmp_path).digest == "faf5eea1a1c9acf9ea10aa9288aa20a11eaa447b1f2d4ea950f905a9546b59c0"


@pytest.mark.parametrize("change", [{"awareness_level": 2}, {"conflict_spawn_decay": (1, 0.5)}, {"flee": "3.1"}])
def test_rules_change_the_digest(change: dict, scenario: Scenario, tmp_path: Path) -> None:
    assert trek(rules=RULES | change).read(tmp_path / "other").digest != scenario.digest


def test_write_then_read_gives_the_same(scenario: Scenario, tmp_path: Path) -> None:
    copy = read_scenario(write_scenario(scenario, tmp_path / "copy"))
    assert copy.digest == scenario.digest
    assert copy.rules == scenario.rules
    assert "[rules]" in (tmp_path / "copy" / "scenario.toml").read_text()


# --- conflict, summary ---------------------------------------------------------------------------------------------


def test_periods_of_conflict(scenario: Scenario) -> None:
    periods = conflict_periods(scenario.tables, pd.Timestamp(day(0)), pd.Timestamp(day(50)))
    shown = [(row.place, (row.first.date(), row.last.date()), row.intensity) for row in periods.itertuples()]
    assert shown == [
        ("hill", (day(4), day(14)), 0.25),
        ("war", (day(0), day(9)), 1.0),
        ("war", (day(10), day(50)), 0.5),
    ]


def test_a_conflict_zone_of_which_no_row_speaks_is_in_conflict_throughout(tmp_path: Path) -> None:
    tables = trek(conflicts=[]).read(tmp_path).tables
    periods = conflict_periods(tables, pd.Timestamp(day(3)), pd.Timestamp(day(5)))
    assert periods.to_numpy().tolist() == [["war", pd.Timestamp(day(3)), pd.Timestamp(day(5)), 1.0]]


def test_no_period_ends_before_the_first_day(scenario: Scenario) -> None:
    periods = conflict_periods(scenario.tables, pd.Timestamp(day(20)), pd.Timestamp(day(21)))
    assert list(periods["place"]) == ["war"]


def test_summary_says_what_there_is(scenario: Scenario) -> None:
    lines = scenario.summary()
    assert len(lines) == 14
    assert lines[2] == (
        "places: 6 in 2 countries (1 conflict zone, 1 town, 1 flood zone, 1 marker, 1 IDP camp, 1 camp)"
    )
    text = "\n".join(lines)
    assert "population: 15,000 people, 9,000 in conflict on 2030-01-21" in text
    assert "camps: 2, room for 800 people, 1 without a limit; 20 people displaced earlier" in text
    assert "routes: 6 with 385 km, both directions, 1 redirected, 1 with a speed of their own, 1 walked by some" in text
    assert "1 of kind redirect; 1 in force on 2030-01-21" in text
    assert "conflict: 1 place on 2030-01-01, 1 on 2030-01-21, 2 on some day to 2030-02-20" in text
    assert "2 rows of floods" in text
    assert "counts: 7 of 8 known by then; people present in 2 places and of the whole, 2030-01-01 to 2030-01-26" in text
    assert "displacement: by the rise of the sum of the camp counts; counts used: those known by" in text
    assert "fixed_routes = true" in text
    assert "flood_movechances = [0.1, 0.5, 1]" in text
    assert "awareness_level" not in text


def test_summary_of_little(tmp_path: Path) -> None:
    world = trek(rules={"spawning": "constant"})
    world.tables = {name: world.tables[name] for name in ("places", "routes", "sources")}
    text = "\n".join(world.read(tmp_path).summary())
    assert "closures: none" in text
    assert "also stated: nothing" in text
    assert "counts: 0 of 0 known by then; none of people present" in text
    assert "displacement: by a number of people per day and place in conflict\n" in text
    assert "rules: spawning = constant; the others at their default" in text


# --- a new folder --------------------------------------------------------------------------------------------------


def test_new_folder_is_sound(tmp_path: Path) -> None:
    scenario, problems = check_scenario(new_scenario(tmp_path / "country", model="journey"))
    assert scenario is not None
    assert problems == []
    assert scenario.settings.model == "journey"
    assert scenario.rules["awareness_level"] == 2


def test_example_in_the_repository_is_what_new_writes(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "country", model="journey")
    assert {one.name: one.read_text() for one in EXAMPLE.iterdir()} == {
        one.name: one.read_text() for one in folder.iterdir()
    }


def test_new_folder_without_an_example_asks_for_every_required_table(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "country", example=False, model="journey")
    _, problems = check_scenario(folder)
    assert {one.file for one in problems} == {"scenario.toml", *(f"{name}.csv" for name in JOURNEY.required_tables)}
    assert "# awareness_level = 1\n" in (folder / "scenario.toml").read_text()


def test_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"model: got 'trek'; expected siege or journey"):
        new_scenario(tmp_path / "country", model="trek")
