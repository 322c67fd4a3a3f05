"""Each fault that the folder of a journey can have gives one clear problem at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.faults import (
    Fault,
    again,
    both,
    cell,
    column,
    extra_column,
    missing,
    moved,
    no_column,
    no_row,
    no_rows,
    text,
)
from helpers.treks import RULES, dated, day, trek
from helpers.worlds import World, line
from saferground.errors import Problem
from saferground.scenario import check_scenario

Table = dict[str, tuple[Fault, str, str, str]]
"""Name: the fault, where its problem stands (file:line:column), a piece of what was got, a piece of the advice."""


def toml(old: str, new: str) -> Fault:
    return text("scenario.toml", old, new)


def rule(name: str, value: str) -> Fault:
    return toml("[rules]", f"[rules]\n{name} = {value}")


def instead(name: str, value: str) -> Fault:
    """Another value of a rule that the folder sets."""
    old = RULES[name]
    shown = {True: "true", False: "false"}.get(old, f'"{old}"') if isinstance(old, (bool, str)) else str(old)
    shown = str(list(old)) if isinstance(old, tuple) else shown
    return toml(f"{name} = {shown}", f"{name} = {value}")


CELLS: Table = {
    "no distance": (cell("routes", 2, "length_km", "NaN"), "routes.csv:2:length_km", "NaN", "Write a figure"),
    "negative distance": (cell("routes", 3, "length_km", "-20"), "routes.csv:3:length_km", "-20", "minus sign"),
    "kind of a siege": (cell("places", 3, "kind", "district"), "places.csv:3:kind", "district", "Use one of"),
    "misspelt kind": (cell("places", 6, "kind", "idpcamp"), "places.csv:6:kind", "idpcamp", "'idp_camp'"),
    "capacity of nobody": (cell("places", 6, "capacity", "0"), "places.csv:6:capacity", "'0'", "at least 1"),
    "intensity above 1": (cell("conflicts", 2, "intensity", "1.5"), "conflicts.csv:2:intensity", "1.5", "at most 1"),
    "negative intensity": (cell("conflicts", 2, "intensity", "-1"), "conflicts.csv:2:intensity", "-1", "minus sign"),
    "day as a number": (cell("conflicts", 2, "date", "42794"), "conflicts.csv:2:date", "42794", "Excel's number"),
    "IPC above 100": (cell("food_security", 2, "ipc", "120"), "food_security.csv:2:ipc", "120", "at most 100"),
    "IPC in percent signs": (cell("food_security", 2, "ipc", "12 %"), "food_security.csv:2:ipc", "12 %", "Write 12."),
    "walking surely and more": (
        cell("routes", 2, "walk_probability", "20"),
        "routes.csv:2:walk_probability",
        "20",
        "20 % is 0.2",
    ),
    "redirect as in Flee": (cell("routes", 5, "redirect", "1"), "routes.csv:5:redirect", "'1'", "one of these words"),
    "count of a siege": (
        cell("counts", 2, "measures", "left_daily"),
        "counts.csv:2:measures",
        "left_daily",
        "Use one of these",
    ),
    "kind of closure": (cell("closures", 4, "kind", "link"), "closures.csv:4:kind", "'link'", "Use one of these"),
    "negative weight": (cell("demographics", 2, "weight", "-3"), "demographics.csv:2:weight", "-3", "minus sign"),
    "place in a pathway": (cell("pathways", 3, "order", "second"), "pathways.csv:3:order", "second", "plain number"),
}

ROWS: Table = {
    "place twice": (again("places", 3), "places.csv:8:id", "hill again, as in line 3", "Rename"),
    "route twice": (again("routes", 2), "routes.csv:8:id", "war_hill again", "Rename"),
    "route back to itself": (cell("routes", 3, "destination", "war"), "routes.csv:3:destination", "war", "ends"),
    "unknown end of a route": (
        cell("routes", 3, "destination", "dael"),
        "routes.csv:3:destination",
        "dael",
        "Did you mean 'dale'",
    ),
    "unknown place in conflict": (
        cell("conflicts", 4, "place", "hil"),
        "conflicts.csv:4:place",
        "'hil'",
        "Did you mean 'hill'",
    ),
    "unknown place of a count": (cell("counts", 2, "place", "shleter"), "counts.csv:2:place", "shleter", "'shelter'"),
    "unknown region": (
        cell("food_security", 2, "region", "north"),
        "food_security.csv:2:region",
        "'north'",
        "Did you mean 'North'",
    ),
    "unknown source": (cell("floods", 2, "source", "radio"), "floods.csv:2:source", "radio", "sources.csv"),
    "conflict twice": (again("conflicts", 2), "conflicts.csv:6:place", "war + 2029-12-27 again", "Delete"),
    "flood twice": (again("floods", 2), "floods.csv:4:place", "dale + 2030-01-07 again", "Delete"),
    "change twice": (again("kinds", 2), "kinds.csv:3:place", "hill + 2030-01-15", "Delete"),
    "IPC twice": (again("food_security", 2), "food_security.csv:4:region", "North + 2030-01-01", "Delete"),
    "correction twice": (again("corrections", 2), "corrections.csv:3:place", "shelter + 2030-01-16", "Delete"),
    "value twice": (again("demographics", 2), "demographics.csv:10:attribute", "age + 8 + blank", "Delete"),
    "residents twice": (again("residents", 2), "residents.csv:3:place", "hill + one", "Delete"),
    "closure twice": (again("closures", 2), "closures.csv:7:kind", "country + Here + There + blank", "Delete"),
    "position twice": (cell("pathways", 3, "order", "0"), "pathways.csv:3:pathway", "out + 0 again", "Delete"),
    "no places": (no_rows("places"), "places.csv:1", "a header and no rows", "Add the rows"),
    "no country": (cell("places", 4, "country", ""), "places.csv:4:country", "nothing", "Fill it in"),
    "reopened before it closed": (
        cell("closures", 4, "reopened", "2030-01-08"),
        "closures.csv:4:reopened",
        "2030-01-08",
        "first day on which it is open",
    ),
    "public before it was counted": (
        cell("counts", 3, "published", "2030-01-02"),
        "counts.csv:3:published",
        "2030-01-02",
        "became public",
    ),
    "families": (cell("counts", 3, "unit", "families"), "counts.csv:3:unit", "families", "Convert"),
    "low above high": (
        extra_column("counts", "value_low", "9999"),
        "counts.csv:2:value",
        "50",
        "low, best, high",
    ),
}

CLOSURES: Table = {
    "country without a country": (
        cell("closures", 2, "country", ""),
        "closures.csv:2:country",
        "nothing",
        "Fill it in",
    ),
    "country with one country": (
        cell("closures", 2, "other_country", ""),
        "closures.csv:2:other_country",
        "nothing",
        "Fill it in",
    ),
    "unknown country": (
        cell("closures", 2, "other_country", "Theer"),
        "closures.csv:2:other_country",
        "'Theer'",
        "Did you mean 'There'",
    ),
    "border of one country": (
        cell("closures", 2, "other_country", "Here"),
        "closures.csv:2:other_country",
        "Here",
        "other country",
    ),
    "country and place": (cell("closures", 2, "place", "hill"), "closures.csv:2:place", "'hill'", "Remove it"),
    "place without a place": (cell("closures", 3, "place", ""), "closures.csv:3:place", "nothing", "Fill it in"),
    "route without a route": (cell("closures", 4, "route", ""), "closures.csv:4:route", "nothing", "Fill it in"),
    "route and country": (cell("closures", 4, "country", "Here"), "closures.csv:4:country", "'Here'", "takes route"),
    "unknown route": (cell("closures", 4, "route", "war_dael"), "closures.csv:4:route", "war_dael", "'war_dale'"),
    "town closed as a camp": (cell("closures", 5, "place", "dale"), "closures.csv:5:place", "a flood zone", "camp"),
    "redirection of a plain route": (
        cell("closures", 6, "route", "war_hill"),
        "closures.csv:6:route",
        "'war_hill'",
        "forward or back",
    ),
}

PEOPLE: Table = {
    "weights of nothing": (
        both(*(cell("demographics", line, "weight", "0") for line in (2, 3, 4))),
        "demographics.csv:2:weight",
        "a sum of 0 for age without a place",
        "shares",
    ),
    "no default": (
        both(*(cell("demographics", line, "place", "war") for line in (5, 6))),
        "demographics.csv:5:place",
        "gender without rows for hill, dale, shelter, haven",
        "blank place",
    ),
    "age in words": (cell("demographics", 2, "value", "child"), "demographics.csv:2:value", "'child'", "Correct"),
    "age of nobody": (cell("demographics", 2, "value", "300"), "demographics.csv:2:value", "'300'", "Correct"),
    "age that is none": (cell("demographics", 2, "value", "nan"), "demographics.csv:2:value", "'nan'", "Correct"),
    "gender in short": (cell("demographics", 5, "value", "m"), "demographics.csv:5:value", "'m'", "Correct"),
    "unknown ethnicity": (cell("residents", 2, "value", "onne"), "residents.csv:2:value", "'onne'", "'one'"),
    "correction without a count": (
        cell("corrections", 2, "date", "2030-01-13"),
        "corrections.csv:2:date",
        "2030-01-13",
        "The nearest is of 2030-01-11",
    ),
    "correction of a place without counts": (
        cell("corrections", 2, "place", "hill"),
        "corrections.csv:2:date",
        "2030-01-16",
        "add the count",
    ),
    "correction without an earlier count": (
        both(no_row("counts", 2), no_row("counts", 2)),
        "corrections.csv:2:date",
        "2030-01-16",
        "nothing to correct",
    ),
    "correction of nothing": (
        cell("counts", 3, "value", "0.5"),
        "corrections.csv:2:date",
        "0.5 on 2030-01-11",
        "correct the count",
    ),
    "pathway with a gap": (no_row("pathways", 3), "pathways.csv:3:place", "'fork'", "places between"),
    "pathway of one place": (
        cell("pathways", 5, "pathway", "other"),
        "pathways.csv:5:pathway",
        "'other' with one place",
        "Add the places",
    ),
}

SETTINGS: Table = {
    "misspelt rule": (
        toml("fixed_routes", "fixed_roads"),
        "scenario.toml:12:rules.fixed_roads",
        "unknown key",
        "Rename it to 'fixed_routes'",
    ),
    "unknown rule": (rule("sinks", "true"), "scenario.toml:11:rules.sinks", "unknown key", "Rename or delete"),
    "misspelt section": (
        toml("[rules]", "[rulez]"),
        "scenario.toml:10:rulez",
        "unknown section",
        "Did you mean 'rules'",
    ),
    "rule without its section": (
        toml("title", "awareness_level = 2\ntitle"),
        "scenario.toml:2:scenario.awareness_level",
        "unknown key",
        "Rename or delete",
    ),
    "rules as a value": (
        toml("[rules]", "rules = 3\n[rulez2]"),
        "scenario.toml:10:scenario.rules",
        "unknown key",
        "Rename or delete",
    ),
    "quoted boolean": (
        instead("fixed_routes", '"true"'),
        "scenario.toml:12:rules.fixed_routes",
        "'true'",
        "without quotation marks",
    ),
    "boolean in words": (
        instead("fixed_routes", '"no"'),
        "scenario.toml:12:rules.fixed_routes",
        "'no'",
        "Write false.",
    ),
    "boolean as a number": (instead("fixed_routes", "1"), "scenario.toml:12:rules.fixed_routes", "'1'", "Write true."),
    "number in brackets missing": (
        instead("flood_movechances", "0.5"),
        "scenario.toml:13:rules.flood_movechances",
        "0.5",
        "in brackets",
    ),
    "words among numbers": (
        instead("flood_movechances", '[0.1, "a"]'),
        "scenario.toml:13:rules.flood_movechances",
        "0.1",
        "in brackets",
    ),
    "number out of range": (
        instead("flood_movechances", "[0.1, 1.5]"),
        "scenario.toml:13:rules.flood_movechances",
        "0.1|1.5",
        "at most 1",
    ),
    "awareness of 6": (rule("awareness_level", "6"), "scenario.toml:11:rules.awareness_level", "'6'", "at most 5"),
    "part of an awareness": (
        rule("awareness_level", "1.5"),
        "scenario.toml:11:rules.awareness_level",
        "1.5",
        "Round it",
    ),
    "version of Flee": (rule("flee", "3.1"), "scenario.toml:11:rules.flee", "3.1", "quotation marks"),
    "unknown spawning": (
        rule("spawning", '"camp"'),
        "scenario.toml:11:rules.spawning",
        "'camp'",
        "Did you mean 'camps'",
    ),
    "unknown home": (
        instead("home_country", '"Hera"'),
        "scenario.toml:11:rules.home_country",
        "'Hera'",
        "Did you mean 'Here'",
    ),
    "step of an hour": (
        toml("days = 30", "days = 30\nstep_hours = 6"),
        "scenario.toml:9:scenario.step_hours",
        "'6'",
        "at least 24",
    ),
    "eleven years": (toml("days = 30", "days = 4000"), "scenario.toml:8:scenario.days", "4000", "at most 3650"),
    "known before it starts": (
        toml("as_of = 2030-01-21", "as_of = 2029-01-21"),
        "scenario.toml:7:scenario.as_of",
        "2029-01-21",
        "Move one",
    ),
    "misspelt model": (
        toml('"journey"', '"jorney"'),
        "scenario.toml:5:scenario.model",
        "jorney",
        "Did you mean 'journey'",
    ),
    "parameter of a siege": (
        toml("[rules]", "[parameters.pace]\nprior = 'fixed'\nvalue = 1\nsource = 'assumed'\n[rules]"),
        "scenario.toml:10:parameters.pace",
        "unknown parameter 'pace'",
        "Only a scenario of the model siege has it",
    ),
    "misspelt parameter": (
        toml("[rules]", "[parameters.camp_wieght]\nprior = 'fixed'\nvalue = 1\nsource = 'assumed'\n[rules]"),
        "scenario.toml:10:parameters.camp_wieght",
        "unknown parameter",
        "Did you mean 'camp_weight'",
    ),
    "parameter out of bounds": (
        toml("[rules]", "[parameters.camp_movechance]\nprior = 'fixed'\nvalue = 2\nsource = 'assumed'\n[rules]"),
        "scenario.toml:12:parameters.camp_movechance.value",
        "2.0",
        "Check the unit",
    ),
}

DRIVES: Table = {
    "floods and conflict": (
        rule("spawning", '"flood_constant"\ndisplaced_per_flood_day = [0, 5, 9]'),
        "scenario.toml:10:rules.conflict_zone_spawning_only",
        "true",
        "conflict_zone_spawning_only = false",
    ),
    "floods without numbers": (
        rule("spawning", '"flood_constant"\nconflict_zone_spawning_only = false'),
        "scenario.toml:10:rules.displaced_per_flood_day",
        "nothing",
        "[0, 100, 200]",
    ),
    "floods without floods": (
        both(
            rule("spawning", '"flood_constant"\nconflict_zone_spawning_only = false\ndisplaced_per_flood_day = [0, 5]'),
            cell("floods", 2, "level", "0"),
        ),
        "scenario.toml:11:rules.spawning",
        "flood_constant",
        "Add the levels",
    ),
    "more than the population by floods": (
        rule("spawning", '"flood_pop_ratio"\nconflict_zone_spawning_only = false\ndisplaced_per_flood_day = [0, 5]'),
        "scenario.toml:13:rules.displaced_per_flood_day",
        "5",
        "shares of the population",
    ),
    "flood above the highest": (cell("floods", 2, "level", "3"), "floods.csv:2:level", "3", "max_flood_level"),
    "default number as a share": (
        rule("spawning", '"pop_ratio"'),
        "scenario.toml:11:rules.spawning",
        "500, the default",
        "such as 0.01",
    ),
    "more than the population": (
        both(
            rule("spawning", '"pop_ratio"'),
            toml("[rules]", "[parameters.displaced_per_conflict_day]\nprior = 'uniform'\nlow = 0.1\nhigh = 2\n[rules]"),
            toml("high = 2", "high = 2\nsource = 'assumed'"),
        ),
        "scenario.toml:13:parameters.displaced_per_conflict_day.high",
        "2",
        "such as 0.01",
    ),
    "age of a rule": (
        both(*(cell("demographics", line, "attribute", "years") for line in (2, 3, 4))),
        "scenario.toml:17:rules.children_avoid_hazards",
        "true",
        "switch the rule off",
    ),
    "ethnicity of a rule": (
        both(*(no_row("demographics", 7) for _ in range(3)), no_rows("residents")),
        "scenario.toml:19:rules.match_camp_ethnicity",
        "true",
        "Add them",
    ),
    "religion of a rule": (
        rule("match_camp_religion", "true"),
        "scenario.toml:11:rules.match_camp_religion",
        "true",
        "Add them",
    ),
    "boys without gender": (
        both(
            *(no_row("demographics", 5) for _ in range(2)),
            rule("boys_take_risk", "true"),
            instead("women_avoid_hazards", "false"),
        ),
        "scenario.toml:11:rules.boys_take_risk",
        "true",
        "Add them",
    ),
    "food of a rule": (no_rows("food_security"), "scenario.toml:16:rules.flee_when_starving", "true", "Add them"),
    "place without a position": (cell("places", 4, "lon", ""), "places.csv:4:lon", "nothing", "stay_close_to_home"),
    "no conflict": (
        both(*(cell("conflicts", line, "intensity", "0") for line in (2, 3, 4))),
        "scenario.toml:10:rules.spawning",
        "no conflict from 2030-01-01 to 2030-02-20",
        "conflicts.csv",
    ),
    "conflict after the end": (
        both(*(cell("conflicts", line, "date", f"2031-01-0{line}") for line in (2, 3, 4))),
        "scenario.toml:10:rules.spawning",
        "no conflict",
        "conflicts.csv",
    ),
    "conflict where nobody lives": (
        both(cell("places", 2, "population", ""), cell("places", 3, "population", "0")),
        "scenario.toml:10:rules.spawning",
        "no people in any place of conflict",
        "population",
    ),
    "no total": (
        both(rule("spawning", '"totals"'), no_row("counts", 9), no_row("counts", 8)),
        "scenario.toml:11:rules.spawning",
        "'totals'",
        "Add it to counts.csv",
    ),
    "no count of a camp": (
        both(no_rows("corrections"), *(no_row("counts", 2) for _ in range(6))),
        "scenario.toml:10:rules.spawning",
        "'camps'",
        "Add it to counts.csv",
    ),
}

ELSEWHERE: Table = {
    "column of a siege": (
        extra_column("places", "population_best", "5"),
        "places.csv:1:population_best",
        "unknown column",
        "Only a scenario of the model siege has it",
    ),
    "misspelt column": (
        column("conflicts", "intensity", "intensty"),
        "conflicts.csv:1:intensty",
        "unknown column",
        "Rename it to 'intensity'",
    ),
    "no column": (no_column("conflicts", "intensity"), "conflicts.csv:1:intensity", "no column", "Add the column"),
    "personal data": (extra_column("places", "ethnic_group"), "places.csv:1:ethnic_group", "unknown", "personal data"),
    "table of a siege": (
        moved("floods.csv", "borders.csv"),
        "borders.csv:0",
        "unknown file",
        "Only a scenario of the model siege has it",
    ),
    "misspelt table": (
        moved("conflicts.csv", "conflict.csv"),
        "conflict.csv:0",
        "unknown file",
        "Rename it to 'conflicts.csv'",
    ),
    "no routes": (missing("routes.csv"), "routes.csv:0", "no such file", "saferground new"),
}

PROBLEMS = CELLS | ROWS | CLOSURES | PEOPLE | SETTINGS | DRIVES | ELSEWHERE

NOTES: Table = {
    "route of no length": (cell("routes", 2, "length_km", "0"), "routes.csv:2:length_km", "0", "Nothing needs"),
    "two routes": (
        cell("routes", 3, "destination", "hill"),
        "routes.csv:3:destination",
        "war + hill again, as in line 2",
        "both directions",
    ),
    "camp that no route reaches": (
        both(no_row("routes", 7), no_row("pathways", 5)),
        "places.csv:7:id",
        "haven, a camp that no",
        "Add a route",
    ),
    "place that no route reaches": (
        both(no_row("routes", 5), cell("routes", 3, "destination", "fork"), no_row("closures", 6)),
        "places.csv:4:id",
        "dale, which no route reaches",
        "Nothing needs",
    ),
    "plans without publication": (
        cell("conflicts", 4, "published", ""),
        "conflicts.csv:0:published",
        "1 row about days after the start",
        "known before the start",
    ),
    "unused attribute": (
        both(cell("demographics", 9, "attribute", "Age"), cell("demographics", 9, "place", "")),
        "demographics.csv:9:attribute",
        "'Age'",
        "Did you mean 'age'",
    ),
    "unused pathways": (instead("fixed_routes", "false"), "pathways.csv:0", "rows that are not used", "Nothing"),
    "unused food security": (instead("flee_when_starving", "false"), "food_security.csv:0", "not used", "Nothing"),
    "unused floods": (
        both(instead("flood_movechances", "[]"), instead("flood_loc_weights", "[]")),
        "floods.csv:0",
        "not used",
        "Nothing",
    ),
    "unused residents": (instead("match_camp_ethnicity", "false"), "residents.csv:0", "not used", "Nothing"),
    "more residents than people": (
        cell("residents", 2, "people", "4001"),
        "residents.csv:2:people",
        "4001",
        "Correct one",
    ),
    "camp without a count": (
        both(cell("counts", 6, "place", "hill"), cell("counts", 7, "place", "hill")),
        "places.csv:7:id",
        "haven, a camp without a count",
        "initial_people",
    ),
    "two series": (
        cell("counts", 4, "series", "b"),
        "counts.csv:4:series",
        "'b' beside 'shelter'",
        "most rows",
    ),
    "endless flood": (
        rule("spawning", '"flood_constant"\nconflict_zone_spawning_only = false\ndisplaced_per_flood_day = [0, 5]'),
        "scenario.toml:10:rules.take_from_population",
        "false",
        "take_from_population = true",
    ),
}


def damaged(folder: Path, fault: Fault, world: World | None = None) -> list[Problem]:
    fault((world or trek()).write(folder))
    scenario, problems = check_scenario(folder)
    assert (scenario is None) == any(one.severity == "problem" for one in problems)
    return problems


def at(problems: list[Problem], where: str) -> list[Problem]:
    return [one for one in problems if f"{one.file}:{one.line}:{one.column}".rstrip(":") == where]


def check_fault(problems: list[Problem], where: str, got: str, do: str, severity: str) -> None:
    found = at(problems, where)
    assert len(found) == 1, [str(one) for one in problems]
    assert got in found[0].got
    assert do in found[0].do
    assert found[0].severity == severity


@pytest.mark.parametrize("name", PROBLEMS)
def test_fault_gives_a_problem(name: str, tmp_path: Path) -> None:
    fault, *words = PROBLEMS[name]
    check_fault(damaged(tmp_path, fault), *words, severity="problem")


@pytest.mark.parametrize("name", {**CELLS, **CLOSURES})
def test_fault_in_a_cell_gives_no_other_problem(name: str, tmp_path: Path) -> None:
    fault, where, *_ = PROBLEMS[name]
    wrong = [one for one in damaged(tmp_path, fault) if one.severity == "problem"]
    assert len(wrong) == len(at(wrong, where)) == 1, [str(one) for one in wrong]


@pytest.mark.parametrize("name", NOTES)
def test_what_was_read_anyway_gives_a_note(name: str, tmp_path: Path) -> None:
    fault, *words = NOTES[name]
    problems = damaged(tmp_path, fault)
    check_fault(problems, *words, severity="note")
    assert [one for one in problems if one.severity == "problem"] == []


def test_sound_folder_has_no_problem(tmp_path: Path) -> None:
    assert damaged(tmp_path, lambda folder: None) == []


def test_smallest_folder_has_no_problem(tmp_path: Path) -> None:
    world = trek(rules={"spawning": "constant"})
    world.tables = {name: world.tables[name] for name in ("places", "routes", "sources")}
    assert damaged(tmp_path, lambda folder: None, world) == []


def test_rules_of_a_journey_do_not_stand_in_a_siege(tmp_path: Path) -> None:
    world = line()
    world.rules = {"awareness_level": 2}
    world.settings["awareness_level"] = 3
    world.add("conflicts", place="a", date=day(1), intensity=1)
    folder = world.write(tmp_path)
    extra_column("places", "country")(folder)
    _, problems = check_scenario(folder)
    told = {one.column or one.file: one.do for one in problems if "Only a scenario of the model journey" in one.do}
    assert list(told) == ["conflicts.csv", "country", "rules"]


def test_a_file_of_the_wrong_model_is_not_taken_for_another(tmp_path: Path) -> None:
    world = trek()
    folder = world.write(tmp_path)
    (folder / "control.csv").write_text("district,date,status\n")
    _, problems = check_scenario(folder)
    assert [(one.file, one.got) for one in problems] == [("control.csv", "an unknown file")]


def test_broken_settings_do_not_hide_which_model_it_is(tmp_path: Path) -> None:
    problems = damaged(tmp_path, toml("title = ", "title "))
    assert {one.file for one in problems} == {"scenario.toml"}


@pytest.mark.parametrize("name", ["shelter", "haven", "fork"])
def test_misspelt_place_is_reported_wherever_it_is_used(name: str, tmp_path: Path) -> None:
    number = 1 + next(i for i, row in enumerate(trek().tables["places"], 1) if row["id"] == name)
    problems = damaged(tmp_path, cell("places", number, "id", f"{name}_x"))
    assert {one.file for one in problems if one.got == repr(name)} == {
        f"{table}.csv"
        for table, rows in trek().tables.items()
        for row in rows
        if name in (row.get("place"), row.get("origin"), row.get("destination"))
    }


def test_what_is_published_later_is_not_counted_on(tmp_path: Path) -> None:
    world = trek(rules={"spawning": "totals"}, as_of=day(0), corrections=[], residents=[])
    world.change("counts", place="", published=day(25))
    problems = damaged(tmp_path / "known", lambda folder: None, world)
    assert [one.got for one in at(problems, "scenario.toml:11:rules.spawning")] == ["'totals'"]
    world.rules["totals"] = "given"
    problems = damaged(tmp_path / "given", lambda folder: None, world)
    assert [one for one in problems if one.severity == "problem"] == []


def test_a_camp_whose_route_is_published_later_is_not_reached(tmp_path: Path) -> None:
    world = trek().change("routes", id="fork_haven", published=day(25))
    problems = damaged(tmp_path, lambda folder: None, world)
    assert [one.column for one in at(problems, "places.csv:7:id")] == ["id"]


def test_something_must_be_known(tmp_path: Path) -> None:
    world = trek(rules={"spawning": "constant", "starvation_driven_spawning": True})
    for row in world.tables["places"]:
        row["published"] = day(25)
    problems = damaged(tmp_path, lambda folder: None, world)
    assert [one.got for one in at(problems, "routes.csv:0")] == ["no route"]


def test_conflict_before_the_start_holds_on(tmp_path: Path) -> None:
    world = trek(conflicts=[dated(-400, place="war", intensity=1), dated(-9, place="hill", intensity=0)])
    assert damaged(tmp_path, lambda folder: None, world) == []
