"""What becomes of each part of a Flee folder, for the corrected rules and for Flee 3.1."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

from helpers.flee_inputs import (
    CLOSURES,
    CONFLICTS,
    HAVEN,
    LAYOUT,
    LOCATIONS,
    NORTH,
    PERIOD,
    ROUTES,
    SETTINGS,
    SMALL,
    SOUTH,
    Change,
    imported,
    key,
    put,
    small,
    swap,
    write,
)
from saferground.errors import RunError, ScenarioError, UsageError
from saferground.exchange.flee import import_flee
from saferground.scenario import Scenario, read_scenario

BOTH = pytest.mark.parametrize("version", ["corrected", "3.1"])
OLD = "3.1"


def scenario(folder: Path, *changes: Change, version: str = "corrected") -> Scenario:
    imported(small(*changes), folder, version)
    return read_scenario(folder / "out")


def rows(folder: Path, table: str, *columns: str) -> list[list[str]]:
    """Cells of a table as they stand in the file."""
    with (folder / "out" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [[row[column] for column in columns] for row in csv.DictReader(file)]


def toml(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "out" / "scenario.toml").read_text(encoding="utf-8"))


# --- places and routes -----------------------------------------------------------------------------------------------


@BOTH
def test_places_keep_their_order_names_and_numbers(tmp_path: Path, version: str) -> None:
    scenario(tmp_path, version=version)
    columns = ("id", "name", "kind", "country", "region", "lat", "lon", "population", "capacity")
    assert rows(tmp_path, "places", *columns) == [
        ["war_town", "War Town", "conflict_zone", "Here", "West", "10.5", "20.25", "50000", ""],
        ["late", "Late", "town", "Here", "West", "10.6", "20.5", "20000", ""],
        ["mid", "Mid", "town", "Here", "East", "10.7", "20.75", "0", ""],
        ["hub", "Hub", "forwarding_hub", "There", "East", "10.8", "21", "0", ""],
        ["haven", "Haven", "camp", "There", "East", "10.9", "21.25", "", "9000"],
        ["shelter", "Shelter", "camp", "There", "East", "11", "21.5", "", ""],
    ]


def test_ids_are_unique_whatever_the_names(tmp_path: Path) -> None:
    extra = "A b,,X,1,1,town,,\nA-B,,X,1,1,town,,\na_b_2,,X,1,1,town,,\nالموصل,,X,1,1,town,,\nКиїв,,X,1,1,town,,\n"
    scenario(tmp_path, swap(LOCATIONS, "Hub,", extra + "Hub,"))
    assert rows(tmp_path, "places", "id", "name")[3:8] == [
        ["a_b", "A b"],
        ["a_b_2", "A-B"],
        ["a_b_2_2", "a_b_2"],
        ["place", "الموصل"],
        ["place_2", "Київ"],
    ]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("conflict", "conflict_zone"),
        ("Camp", "camp"),
        ("idpcamp", "idp_camp"),
        ("IDP_camp", "idp_camp"),
        ("forward", "forwarding_hub"),
        ("marker", "marker"),
        ("flood_zone", "flood_zone"),
        ("default", "town"),
        ("Town", "town"),
    ],
)
def test_types_are_read_as_flee_reads_them(written: str, kind: str, tmp_path: Path) -> None:
    new = swap(LOCATIONS, "Mid,East,Here,10.7,20.75,town,,", f"Mid,East,Here,10.7,20.75,{written},0,")
    layout = swap(LAYOUT, "Haven,haven.csv\n", "Haven,haven.csv\nMid,haven.csv\n")
    scenario(tmp_path, new, layout)
    assert rows(tmp_path, "places", "kind")[2] == [kind]


def test_what_flee_leaves_blank(tmp_path: Path) -> None:
    made = scenario(tmp_path, swap(LOCATIONS, "Mid,East,Here,10.7,20.75", "Mid,,,,"))
    place = made.tables["places"].set_index("id").loc["mid"]
    assert (place["country"], place["region"]) == ("unknown", "")
    assert place[["lat", "lon"]].isna().all()


HEAD = swap(LOCATIONS, "date,population", "date,population,initial_idps,capacity_per_day,conflict_intensity,hdi,mood")


def with_numbers(text: str) -> Change:
    """Cells for the columns of HEAD in every row, those of Haven given."""

    def change(files: dict[str, str]) -> None:
        HEAD(files)
        lines = files[LOCATIONS].splitlines()
        cells = dict.fromkeys(("War Town", "Late", "Mid", "Hub", "Shelter"), ",,,,") | {"Haven": text}
        cells["War Town"] = ",,0.5,,"
        files[LOCATIONS] = "\n".join([lines[0], *(f"{row},{cells[row.split(',')[0]]}" for row in lines[1:])]) + "\n"

    return change


def test_columns_that_rules_use(tmp_path: Path) -> None:
    imported(small(with_numbers("70,5,,0.4,calm")), tmp_path)
    assert rows(tmp_path, "places", "initial_people", "capacity_per_day", "hdi")[4] == ["70", "5", "0.4"]
    assert "Columns mood of locations.csv" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_columns_that_flee_31_does_not_know(tmp_path: Path) -> None:
    made = imported(small(with_numbers("70,5,,0.4,calm")), tmp_path, OLD)
    assert rows(tmp_path, "places", "initial_people", "capacity_per_day", "hdi")[4] == ["", "", ""]
    assert any("initial_idps" in text and "3.1 does not know" in text for text in made.remarks.ignored)


def test_routes_of_the_corrected_rules(tmp_path: Path) -> None:
    scenario(tmp_path)
    assert rows(tmp_path, "routes", "id", "origin", "destination", "length_km", "redirect") == [
        ["war_town_mid", "war_town", "mid", "120", "none"],
        ["late_mid", "late", "mid", "80.5", "none"],
        ["mid_hub", "mid", "hub", "60", "none"],
        ["hub_haven", "hub", "haven", "30", "forward"],
        ["mid_shelter", "mid", "shelter", "90", "none"],
    ]


def test_routes_of_flee_31_redirect_nobody_and_may_be_doubled(tmp_path: Path) -> None:
    made = imported(small(swap(ROUTES, "Mid,Hub,60,", "Mid,Hub,60,1")), tmp_path, OLD)
    assert [row for row in rows(tmp_path, "routes", "id", "redirect") if row[0].startswith(("mid_hub", "hub"))] == [
        ["mid_hub", "none"],
        ["mid_hub_2", "none"],
        ["hub_haven", "none"],
    ]
    assert any("1 routes stand twice" in text for text in made.remarks.quirks)


@BOTH
def test_speed_and_walking_of_a_route(tmp_path: Path, version: str) -> None:
    head = swap(ROUTES, "forced_redirection\n", "forced_redirection,max_move_speed,walk_probability,link_type\n")
    made = imported(small(head, swap(ROUTES, "Mid,Hub,60,", "Mid,Hub,60,,300,0.25,drive")), tmp_path, version)
    assert rows(tmp_path, "routes", "speed_km_day", "walk_probability")[1:3] == [["", ""], ["300", "0.25"]]
    assert any("link_type" in text for text in made.remarks.ignored)


# --- closures --------------------------------------------------------------------------------------------------------


def closures(folder: Path) -> list[list[str]]:
    return rows(folder, "closures", "kind", "country", "other_country", "place", "route", "closed", "reopened")


def test_closures_of_the_corrected_rules(tmp_path: Path) -> None:
    scenario(tmp_path, swap(CLOSURES, "camp,", "link,Mid,Late,1,-1\nlocation,Hub,,3,8\ncamp,"))
    assert closures(tmp_path) == [
        ["country", "Here", "There", "", "", "2020-02-27", "2020-03-01"],
        ["redirect", "", "", "", "hub_haven", "2020-03-02", ""],
        ["route", "", "", "", "late_mid", "2020-02-26", ""],
        ["place", "", "", "hub", "", "2020-02-28", "2020-03-04"],
        ["camp", "", "", "shelter", "", "2020-02-25", "2020-02-28"],
    ]


def test_closures_that_flee_31_does_not_carry_out(tmp_path: Path) -> None:
    made = imported(small(swap(CLOSURES, "camp,", "link,Mid,Late,1,-1\ncamp,")), tmp_path, OLD)
    assert [row[0] for row in closures(tmp_path)] == ["country", "camp"]
    assert any("Mid - Late: not carried out" in text for text in made.remarks.quirks)


OVERLAP = swap(CLOSURES, "country,Here,There,2,5\n", "country,Here,There,2,5\ncountry,There,Here,3,8\n")


def test_closures_that_overlap(tmp_path: Path) -> None:
    scenario(tmp_path / "a", OVERLAP)
    scenario(tmp_path / "b", OVERLAP, version=OLD)
    assert [row[-2:] for row in closures(tmp_path / "a") if row[0] == "country"] == [
        ["2020-02-27", "2020-03-01"],
        ["2020-02-28", "2020-03-04"],
    ]
    assert [row[-3:] for row in closures(tmp_path / "b") if row[0] == "route"] == [
        ["mid_hub", "2020-02-27", "2020-03-01"],  # the first end opens, and nothing closes again
        ["mid_shelter", "2020-02-27", "2020-03-01"],
    ]


NEXT = swap(CLOSURES, "country,Here,There,2,5\n", "location,Hub,,1,4\nlocation,Haven,,1,8\n")


def test_closures_of_neighbours(tmp_path: Path) -> None:
    """In Flee 3.1 the way between them opens with the first of the two."""
    made = imported(small(NEXT), tmp_path, OLD)
    assert [row[-3:] for row in closures(tmp_path) if row[0] == "route"] == [
        ["mid_hub", "2020-02-26", "2020-02-29"],
        ["hub_haven", "2020-02-26", "2020-02-29"],
    ]
    assert any("overlap" in text for text in made.remarks.quirks)


@pytest.mark.parametrize(
    ("rows_", "spans"),
    [
        (
            "country,Here,There,1,4\ncountry,Here,There,4,6\n",
            [("2020-02-26", "2020-02-29"), ("2020-02-29", "2020-03-02")],
        ),
        ("country,Here,There,4,6\ncountry,Here,There,1,4\n", [("2020-02-26", "2020-02-29")]),
        ("country,Here,There,1,-1\ncountry,Here,There,3,6\n", [("2020-02-26", "2020-03-02")]),
        ("country,Here,There,1,6\ncountry,Here,There,3,-1\n", [("2020-02-26", "2020-03-02")]),
    ],
)
def test_closures_act_in_the_order_of_the_file(rows_: str, spans: list[tuple[str, str]], tmp_path: Path) -> None:
    scenario(tmp_path, swap(CLOSURES, "country,Here,There,2,5\n", rows_), version=OLD)
    found = {tuple(row[-2:]) for row in closures(tmp_path) if row[0] in ("country", "route")}
    assert found == set(spans)


def test_closures_on_the_same_day(tmp_path: Path) -> None:
    scenario(tmp_path, swap(CLOSURES, "country,Here,There,2,5\n", "country,Here,There,2,5\ncountry,There,Here,2,8\n"))
    assert [row[-2:] for row in closures(tmp_path) if row[0] == "country"] == [["2020-02-27", "2020-03-04"]]


def test_camp_that_flee_31_reopens_as_another_kind(tmp_path: Path) -> None:
    scenario(tmp_path, swap(CLOSURES, "camp,Shelter", "idpcamp,Shelter"), version=OLD)
    assert rows(tmp_path, "kinds", "place", "date", "kind") == [["shelter", "2020-02-28", "idp_camp"]]


# --- conflicts -------------------------------------------------------------------------------------------------------


def conflicts(folder: Path) -> list[list[str]]:
    return rows(folder, "conflicts", "place", "date", "intensity")


def test_conflicts_only_where_the_intensity_changes(tmp_path: Path) -> None:
    scenario(tmp_path)
    assert conflicts(tmp_path) == [
        ["war_town", "2020-02-25", "1"],
        ["war_town", "2020-03-02", "0"],
        ["war_town", "2020-03-05", "0.5"],
        ["late", "2020-02-29", "0.5"],
        ["late", "2020-03-01", "0.75"],
        ["late", "2020-03-03", "0"],
    ]


def test_conflicts_of_flee_31(tmp_path: Path) -> None:
    """No change between positive values, and no end below intensity 1."""
    made = imported(small(), tmp_path, OLD)
    assert conflicts(tmp_path) == [
        ["war_town", "2020-02-25", "1"],
        ["war_town", "2020-03-02", "0"],
        ["war_town", "2020-03-05", "0.5"],
        ["late", "2020-02-29", "0.5"],
    ]
    assert any("1 changes between positive values and 1 ends" in text for text in made.remarks.quirks)


NEVER = put(CONFLICTS, "#Day,Late\n" + "".join(f"{day},{int(day > 3)}\n" for day in range(10)))


@BOTH
def test_zone_that_conflicts_csv_does_not_mention_has_no_row(tmp_path: Path, version: str) -> None:
    scenario(tmp_path, NEVER, version=version)
    assert conflicts(tmp_path) == [["late", "2020-02-29", "1"]]


@BOTH
def test_intensity_of_a_zone_that_conflicts_csv_does_not_mention(tmp_path: Path, version: str) -> None:
    scenario(tmp_path, NEVER, with_numbers(",,,,"), version=version)
    assert conflicts(tmp_path)[0] == ["war_town", "2020-02-25", "0.5"]


PEACE = put(CONFLICTS, "#Day,War Town,Late\n" + "".join(f"{day},0,{int(day > 3)}\n" for day in range(10)))


def test_zone_that_is_in_peace_by_conflicts_csv(tmp_path: Path) -> None:
    """The table decides; in Flee 3.1 the zone stays one, since no conflict ever ends there."""
    scenario(tmp_path / "a", PEACE)
    scenario(tmp_path / "b", PEACE, version=OLD)
    assert conflicts(tmp_path / "a")[0] == ["war_town", "2020-02-25", "0"]
    assert conflicts(tmp_path / "b")[0] == ["war_town", "2020-02-24", "1"]


def test_changes_of_type(tmp_path: Path) -> None:
    files = small(key("log_levels", "init: 0"), put("location_changes.csv", "Mid,conflict_zone,3\nMid,idpcamp,6\n"))
    imported(files, tmp_path)
    assert rows(tmp_path, "kinds", "place", "date", "kind") == [
        ["mid", "2020-02-28", "conflict_zone"],
        ["mid", "2020-03-02", "idp_camp"],
    ]
    assert [row[1:] for row in conflicts(tmp_path) if row[0] == "mid"] == [["2020-02-28", "1"], ["2020-03-02", "0"]]
    made = imported(files, tmp_path / "old", OLD)
    assert "kinds" not in made.rows
    assert any("location_changes.csv" in text for text in made.remarks.ignored)


def test_food_security_by_region(tmp_path: Path) -> None:
    food = put("input_csv/region_attributes_IPC.csv", "#Day,West,East\n0,5,10.5\n9,6,0\n")
    scenario(tmp_path, food, key("move_rules", "flee_when_starving: True"))
    assert rows(tmp_path, "food_security", "region", "date", "ipc")[:2] == [
        ["West", "2020-02-25", "5"],
        ["West", "2020-03-05", "6"],
    ]


def test_pathways(tmp_path: Path) -> None:
    scenario(tmp_path, put("input_csv/major_routes.csv", "War Town,Mid,Hub,\n#x\nMid,Shelter\n"))
    assert rows(tmp_path, "pathways", "pathway", "order", "place") == [
        ["1", "0", "war_town"],
        ["1", "1", "mid"],
        ["1", "2", "hub"],
        ["2", "0", "mid"],
        ["2", "1", "shelter"],
    ]


# --- counts ----------------------------------------------------------------------------------------------------------


def counts(folder: Path, series: str) -> list[list[str]]:
    every = rows(folder, "counts", "series", "place", "measures", "end", "value", "published")
    return [row[1:] for row in every if row[0] == series]


@BOTH
def test_counts_are_published_on_their_own_day(tmp_path: Path, version: str) -> None:
    scenario(tmp_path, version=version)
    assert counts(tmp_path, "total") == [
        ["", "present", day, value, day]
        for day, value in [("2020-02-20", "900"), ("2020-02-25", "1000"), ("2020-03-05", "4000")]
    ]
    assert [row[3] for row in counts(tmp_path, "Haven")] == ["400", "800", "1000", "2400"]
    assert {row[0] for row in counts(tmp_path, "Haven")} == {"haven"}


def test_several_files_are_added_up(tmp_path: Path) -> None:
    """Each file is linear between its counts; north is 500 on 27 February and 860 on 3 March, south 425 on the 1st."""
    scenario(tmp_path)
    assert [row[2:4] for row in counts(tmp_path, "Shelter")] == [
        ["2020-02-25", "600"],
        ["2020-02-27", "850"],
        ["2020-03-01", "1240"],
        ["2020-03-03", "1340"],
        ["2020-03-06", "1400"],
    ]


def test_several_files_as_flee_31_adds_them_up(tmp_path: Path) -> None:
    """The next count of the first file, and nothing after the last count of the second."""
    scenario(tmp_path, version=OLD)
    assert [row[2:4] for row in counts(tmp_path, "Shelter")] == [
        ["2020-02-25", "600"],
        ["2020-02-27", "1150"],
        ["2020-03-01", "1150"],
        ["2020-03-03", "1400"],
    ]


@BOTH
def test_second_count_of_a_day_is_kept_apart(tmp_path: Path, version: str) -> None:
    scenario(
        tmp_path, swap(HAVEN, "2020-02-28,800\n", "2020-02-28,700\n2020-02-28,650\n2020-02-28,800\n"), version=version
    )
    assert [row[3] for row in counts(tmp_path, "Haven")] == ["400", "800", "1000", "2400"]
    assert counts(tmp_path, "Haven: other figure 1") == [["haven", "other", "2020-02-28", "700", "2020-02-28"]]
    assert counts(tmp_path, "Haven: other figure 2")[0][3] == "650"


def test_counts_of_no_location_are_kept_apart(tmp_path: Path) -> None:
    made = imported(small(swap(LAYOUT, "Haven,haven.csv\n", "Haven,haven.csv\nGone,haven.csv\n")), tmp_path)
    assert [row[:2] for row in counts(tmp_path, "Gone")] == [["", "other"]] * 4
    assert any("Gone" in text for text in made.remarks.not_expressed)


def test_corrections(tmp_path: Path) -> None:
    """Those of a camp wait for the model; that of the total is carried out."""
    both = put("input_csv/registration_corrections.csv", "Haven,2020-03-01,normalize\ntotal,2020-02-25\n")
    scenario(tmp_path, both)
    assert rows(tmp_path, "corrections", "place", "date") == [["haven", "2020-03-01"]]
    assert [row[3] for row in counts(tmp_path, "total")] == ["1000", "1000", "4000"]


def test_dates_without_leading_zeros(tmp_path: Path) -> None:
    scenario(tmp_path, swap(HAVEN, "2020-02-28", "2020-2-28"))
    assert counts(tmp_path, "Haven")[1][2] == "2020-02-28"


def test_demographics(tmp_path: Path) -> None:
    scenario(tmp_path)
    assert rows(tmp_path, "demographics", "attribute", "value", "place", "weight") == [
        ["age", "5", "", "0.4"],
        ["age", "30", "", "0.6"],
        ["age", "5", "mid", "1"],
        ["age", "30", "mid", "3"],
    ]


MATCH = (
    key("move_rules", "MatchCampEthnicity: True"),
    put("input_csv/demographics_ethnicity.csv", "ethnicity,Default\nblue,1\ngreen,2\n"),
)


def test_residents_of_each_ethnicity(tmp_path: Path) -> None:
    more = {"Haven": "100,200", "Shelter": "0,50"}
    lines = SMALL[LOCATIONS].splitlines()
    text = "\n".join([f"{lines[0]},blue,green", *(f"{row},{more.get(row.split(',')[0], ',')}" for row in lines[1:])])
    scenario(tmp_path, *MATCH, put(LOCATIONS, text + "\n"))
    assert rows(tmp_path, "residents", "place", "value", "people") == [
        ["haven", "blue", "100"],
        ["haven", "green", "200"],
        ["shelter", "blue", "0"],
        ["shelter", "green", "50"],
    ]


def test_match_without_residents_is_a_problem_but_not_in_flee_31(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no column for any ethnicity"):
        scenario(tmp_path / "a", *MATCH)
    scenario(tmp_path / "b", *MATCH, version=OLD)
    scenario(tmp_path / "c", MATCH[0], version=OLD)
    assert rows(tmp_path / "c", "demographics", "attribute", "value")[-1] == ["ethnicity", "everyone"]


# --- settings --------------------------------------------------------------------------------------------------------


def test_period_rules_and_parameters(tmp_path: Path) -> None:
    scenario(tmp_path)
    text = toml(tmp_path)
    section = text["scenario"]
    assert [str(section[name]) for name in ("start", "as_of", "days", "model")] == ["2020-02-25"] * 2 + ["9", "journey"]
    assert text["rules"] == {
        "flee": "corrected",
        "totals": "given",
        "take_from_population": False,
        "insert_day0": True,
        "conflict_spawn_decay": [1.0, 0.5, 0.1],
        "conflict_spawn_decay_interval": 5,
        "awareness_level": 2,
        "start_on_foot": True,
        "people_per_unit": 10,
        "spawning": "camps",
    }
    values = {name: prior["value"] for name, prior in text["parameters"].items()}
    assert values == {"max_move_speed": 200.0, "capacity_scaling": 1.25, "camp_movechance": 0.001}
    assert {prior["source"] for prior in text["parameters"].values()} == {"simsetting"}


def test_settings_that_flee_31_does_not_know(tmp_path: Path) -> None:
    made = imported(small(), tmp_path, OLD)
    text = toml(tmp_path)
    assert text["rules"]["spawning"] == "totals"
    assert text["rules"]["home_country"] == "Here"
    assert "conflict_spawn_decay_interval" not in text["rules"]
    assert set(text["parameters"]) == {"max_move_speed", "camp_movechance"}
    ignored = [text for text in made.remarks.ignored if "does not know it" in text]
    assert ignored == [
        "`spawn_rules.sum_from_camps: True`: Flee 3.1 does not know it; False holds.",
        "`spawn_rules.conflict_spawn_decay_interval: 5`: Flee 3.1 does not know it; 30 holds.",
        "`move_rules.capacity_scaling: 1.25`: Flee 3.1 does not know it; 1 holds.",
    ]


def test_every_setting_of_flee_has_a_place_in_a_scenario_or_a_meaning(tmp_path: Path) -> None:
    from saferground.exchange.flee.settings import known_settings
    from saferground.exchange.flee.sheets import JOURNEY

    for one in known_settings().values():
        where = {"parameter": JOURNEY.parameters, "rule": JOURNEY.names("rules")}.get(one.becomes)
        if where is not None:
            assert one.target in where, one
        elif one.becomes in ("unexpressed", "nothing") and one.section != "log_levels":
            assert one.meaning, one
        assert one.versions[-1] == "development"


def test_every_rule_and_parameter_can_be_set(tmp_path: Path) -> None:
    """All switches at once, with the data that they need."""
    from saferground.exchange.flee.settings import default_of, known_settings

    lines: dict[str, list[str]] = {}
    for one in known_settings().values():
        if one.becomes in ("parameter", "rule") and one.type in ("boolean", "number", "integer"):
            default = default_of(one)
            value = "True" if one.type == "boolean" else f"{0.5 if default is None else default:g}"
            lines.setdefault(one.section, []).append(f"{one.key}: {value}")
    for extra in ("conflict_spawn_decay: [1, 0.5]",):
        lines["spawn_rules"].append(extra)
    flood = lines.pop("move_rules.flood_rules")
    text = "".join(f"{name}:\n" + "".join(f"  {line}\n" for line in every) for name, every in lines.items())
    text += "  hasten: 2\n" if "hasten" not in text else ""
    files = small(
        put(SETTINGS, text),
        put("input_csv/demographics_gender.csv", "gender,Default\nmale,1\nfemale,1\n"),
        put("input_csv/demographics_ethnicity.csv", "ethnicity,Default\nblue,1\n"),
        put("input_csv/demographics_religion.csv", "religion,Default\nsun,1\n"),
        put("input_csv/region_attributes_IPC.csv", "#Day,West,East\n0,5,10\n9,6,0\n"),
        put(
            LOCATIONS, SMALL[LOCATIONS].replace("population\n", "population,blue,sun\n").replace("9000\n", "9000,5,5\n")
        ),
        swap(LOCATIONS, "50000\n", "50000,5,5\n"),
        swap(LOCATIONS, "20000\n", "20000,5,5\n"),
        swap(LOCATIONS, ",town,,\n", ",town,,,5,5\n"),
        swap(LOCATIONS, ",forwarding_hub,,\n", ",forwarding_hub,,,5,5\n"),
        swap(LOCATIONS, ",camp,,0\n", ",camp,,0,5,5\n"),
    )
    assert flood == ["max_flood_level: -1"]
    for version in ("corrected", OLD):
        imported(files, tmp_path / version, version)
    switched = {name for name, value in toml(tmp_path / "corrected")["rules"].items() if value is True}
    assert {
        one.target for one in known_settings().values() if one.type == "boolean" and one.becomes == "rule"
    } == switched


FLOODS = """\
spawn_rules:
  flood_driven_spawning: True
  flood_zone_spawning_only: True
  conflict_zone_spawning_only: False
  take_from_population: True
  flood_driven_spawn_mode:
    flood_spawn_mode: "constant"
    displaced_per_flood_day: [0, 100, 200]
move_rules:
  max_flood_level: 4
  flood_rules:
    flood_movechances: [0.3, 0.4, 1.0]
    flood_loc_weights: [1.0, 0.5, 0.2]
    flood_forecaster: True
"""
LEVELS = "#Day,Mid,Hub\n" + "".join(f"{day},{day // 4},0\n" for day in range(10))


def test_floods(tmp_path: Path) -> None:
    made = imported(small(put(SETTINGS, FLOODS), put("input_csv/flood_level.csv", LEVELS)), tmp_path)
    assert rows(tmp_path, "floods", "place", "date", "level") == [
        ["mid", "2020-02-25", "0"],
        ["mid", "2020-02-29", "1"],
        ["mid", "2020-03-04", "2"],
        ["hub", "2020-02-25", "0"],
    ]
    rules = toml(tmp_path)["rules"]
    assert rules["spawning"] == "flood_constant"
    assert rules["displaced_per_flood_day"] == [0.0, 100.0, 200.0]
    assert "conflicts" not in made.rows
    assert [text for text in made.remarks.not_expressed if "flood_forecaster" in text]
    assert [text for text in made.remarks.ignored if "conflicts.csv" in text]


def test_a_flood_above_the_lists_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="levels up to 2, as flood_movechances has"):
        imported(small(put(SETTINGS, FLOODS), put("input_csv/flood_level.csv", LEVELS.replace("2,0", "3,0"))), tmp_path)


@pytest.mark.parametrize(
    ("mode", "spawning", "rate"),
    [("constant", "constant", 500.0), ("Poisson", "poisson", 500.0), ("pop_ratio", "pop_ratio", 0.01)],
)
def test_displacement_driven_by_conflict(mode: str, spawning: str, rate: float, tmp_path: Path) -> None:
    scenario(tmp_path, key("spawn_rules", f"conflict_driven_spawning:\n    spawn_mode: {mode}"))
    text = toml(tmp_path)
    assert text["rules"]["spawning"] == spawning
    assert text["parameters"]["displaced_per_conflict_day"]["value"] == rate


def test_the_first_rules_force_five_settings(tmp_path: Path) -> None:
    scenario(tmp_path, key("move_rules", "use_v1_rules: True"))
    text = toml(tmp_path)
    forced = [text["parameters"][name]["value"] for name in ("max_move_speed", "camp_weight", "conflict_weight")]
    assert forced == [200.0, 2.0, 0.25]
    assert text["rules"]["start_on_foot"] is False


def test_what_cannot_be_expressed_is_listed(tmp_path: Path) -> None:
    more = ("read_from_agents_csv_file: True", "camps_are_sinks: True")
    made = imported(
        small(
            *(key("spawn_rules", line) for line in more),
            key("move_rules", "harvest_months: [6, 7]"),
            put("input_csv/agents.csv", "x"),
        ),
        tmp_path,
    )
    listed = " ".join(made.remarks.not_expressed)
    assert all(
        word in listed for word in ("read_from_agents_csv_file", "camps_are_sinks", "harvest_months", "agents.csv")
    )
    assert all(
        text in (tmp_path / "out" / "README.md").read_text(encoding="utf-8") for text in made.remarks.not_expressed
    )


# --- sources, layout of the folder, and the folder that is written ---------------------------------------------------


@BOTH
def test_every_row_cites_the_file_that_it_comes_from(tmp_path: Path, version: str) -> None:
    made = scenario(tmp_path, version=version)
    titles = dict(zip(made.tables["sources"]["id"], made.tables["sources"]["title"], strict=True))
    assert titles["haven"] == "source_data/haven.csv of the Flee folder crisis"
    assert titles["shelter_north_and_shelter_south"].startswith(f"{NORTH} and {SOUTH}")
    assert {table: set(made.tables[table]["source"]) for table in ("places", "routes", "closures", "conflicts")} == {
        table: {source}
        for table, source in [
            ("places", "locations"),
            ("routes", "routes"),
            ("closures", "closures"),
            ("conflicts", "conflicts"),
        ]
    }


def moved(files: dict[str, str], **folders: str) -> dict[str, str]:
    """The files with other folders, ``.`` being the top."""
    names = {"input_csv": "input_csv", "source_data": "source_data", **folders}
    return {
        "/".join([names[path.split("/")[0]], path.split("/")[1]]).removeprefix("./") if "/" in path else path: text
        for path, text in files.items()
    }


@pytest.mark.parametrize(
    "folders",
    [
        {"source_data": "refugee_data"},
        {"input_csv": "input_files"},
        {"input_csv": "."},
        {"input_csv": ".", "source_data": "."},
        {"source_data": "input_csv/refugee_data"},
    ],
    ids=str,
)
def test_other_layouts(folders: dict[str, str], tmp_path: Path) -> None:
    made = imported(moved(small(), **folders), tmp_path)
    assert made.rows["places"] == 6
    assert made.rows["counts"] == 12


@pytest.mark.parametrize("name", ["simsettings.yml", "simulationsetting.yml"])
def test_other_names_of_the_settings(name: str, tmp_path: Path) -> None:
    files = small()
    files[name] = files.pop(SETTINGS)
    imported(files, tmp_path)
    assert toml(tmp_path)["rules"]["people_per_unit"] == 10


def test_settings_that_a_set_of_crises_shares(tmp_path: Path) -> None:
    files = small()
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / SETTINGS).write_text(files.pop(SETTINGS), encoding="utf-8")
    made = import_flee(write(files, tmp_path / "set" / "SWEEP" / "crisis"), tmp_path / "out")
    assert made.name == "crisis"
    assert toml(tmp_path)["rules"]["people_per_unit"] == 10


def test_old_name_of_the_period(tmp_path: Path) -> None:
    files = small()
    files["input_csv/conflict_period.csv"] = files.pop(PERIOD)
    assert imported(files, tmp_path).days == 10


@BOTH
def test_the_same_folder_gives_the_same_bytes(tmp_path: Path, version: str) -> None:
    for name in "ab":
        imported(small(), tmp_path / name, version)
    first, second = (sorted((tmp_path / name / "out").iterdir()) for name in "ab")
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_folder_with_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(UsageError, match="new or empty folder"):
        imported(small(), tmp_path)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert imported(small(), tmp_path).rows["places"] == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crisis", "out"]


def test_a_version_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"one of corrected, 3\.1"):
        imported(small(), tmp_path, "2.0")


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("saferground.exchange.flee.importing.write_table", full)
    with pytest.raises(RunError, match="No space left"):
        imported(small(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["crisis"]


def test_ctrl_c_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("saferground.exchange.flee.importing.check_scenario", stop)
    with pytest.raises(KeyboardInterrupt):
        imported(small(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["crisis"]


def test_as_data(tmp_path: Path) -> None:
    made = imported(small(), tmp_path).as_dict()
    assert list(made) == [
        *("ok", "folder", "name", "version", "start", "days", "rows"),
        *("assumptions", "not_expressed", "ignored", "quirks", "notes"),
    ]
    assert made["ok"] is True


def test_no_folder(tmp_path: Path) -> None:
    for folder, got in [(tmp_path / "nowhere", "no such folder"), (tmp_path, "no such file")]:
        with pytest.raises(ScenarioError, match=got):
            import_flee(folder, tmp_path / "out")
