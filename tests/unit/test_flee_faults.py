"""Each fault that a Flee folder can have is one clear problem, and nothing is written then."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.flee_inputs import (
    AGES,
    CLOSURES,
    CONFLICTS,
    CORRECTIONS,
    HAVEN,
    LAYOUT,
    LOCATIONS,
    NORTH,
    PERIOD,
    ROUTES,
    SETTINGS,
    SMALL,
    SOUTH,
    TOTAL,
    Change,
    drop,
    imported,
    key,
    problems,
    put,
    small,
    swap,
)

Table = dict[str, tuple[Change, str, str, str]]
"""Name: the fault, where its problem stands (file:line:column), a piece of what was got, a piece of the advice."""

PLACES: Table = {
    "duplicate name": (
        swap(LOCATIONS, "Mid,", "Mid,East,Here,1,1,town,,\nMid,"),
        f"{LOCATIONS}:5:name",
        "again, as in line 4",
        "Rename",
    ),
    "unknown type": (swap(LOCATIONS, ",camp,,9000", ",cmap,,9000"), f"{LOCATIONS}:6:location_type", "cmap", "'camp'"),
    "two types": (swap(LOCATIONS, ",town,", ",camp town,"), f"{LOCATIONS}:4:location_type", "camp town", "Write one"),
    "no name": (swap(LOCATIONS, "Mid,", ",East,Here,1,1,town,,\nMid,"), f"{LOCATIONS}:4:name", "nothing", "Fill it in"),
    "latitude as text": (swap(LOCATIONS, "10.5,", "NaN,"), f"{LOCATIONS}:2:latitude", "NaN", "Leave the cell blank"),
    "latitude out of range": (swap(LOCATIONS, "10.5,", "110.5,"), f"{LOCATIONS}:2:latitude", "110.5", "at most 90"),
    "negative population": (swap(LOCATIONS, ",50000", ",-50000"), f"{LOCATIONS}:2:population", "-50000", "minus"),
    "half a person": (swap(LOCATIONS, ",50000", ",500.5"), f"{LOCATIONS}:2:population", "500.5", "Round"),
    "endless capacity": (swap(LOCATIONS, ",9000", ",inf"), f"{LOCATIONS}:6:population", "inf", "finite"),
    "no conflict date": (swap(LOCATIONS, ",4,20000", ",,20000"), f"{LOCATIONS}:3:conflict_date", "nothing", "Fill"),
    "short row": (swap(LOCATIONS, ",camp,,0", ",camp"), f"{LOCATIONS}:7:", "6 cells", "Add or remove"),
    "long row": (swap(LOCATIONS, ",camp,,0", ",camp,,0,7"), f"{LOCATIONS}:7:", "9 cells", "Add or remove"),
    "no locations": (put(LOCATIONS, "#name\n"), f"{LOCATIONS}:0:", "no locations", "Add the locations"),
    "line break in a cell": (swap(LOCATIONS, "East,", '"Ea\nst",'), f"{LOCATIONS}:4:", "a line break", "quotation"),
}

WAYS: Table = {
    "no distance": (swap(ROUTES, ",120,", ",nan,"), f"{ROUTES}:2:distance", "nan", "Write a figure"),
    "blank distance": (swap(ROUTES, ",120,", ",,"), f"{ROUTES}:2:distance", "nothing", "Fill"),
    "negative distance": (swap(ROUTES, ",120,", ",-120,"), f"{ROUTES}:2:distance", "-120", "minus sign"),
    "endless distance": (swap(ROUTES, ",120,", ",inf,"), f"{ROUTES}:2:distance", "inf", "finite"),
    "unknown place": (swap(ROUTES, "Mid,Hub", "Mid,Hup"), f"{ROUTES}:4:name2", "Hup", "Did you mean 'Hub'"),
    "route to itself": (swap(ROUTES, "Mid,Hub", "Mid,Mid"), f"{ROUTES}:4:name2", "'Mid'", "Correct one"),
    "unknown redirection": (swap(ROUTES, ",30,2", ",30,3"), f"{ROUTES}:5:forced_redirection", "'3'", "Write 0"),
    "short route": (swap(ROUTES, "Mid,Hub,60,", "Mid,Hub"), f"{ROUTES}:4:", "2 cells", "Add or remove"),
    "long route": (swap(ROUTES, "Mid,Hub,60,", "Mid,Hub,60,0,9"), f"{ROUTES}:4:", "5 cells", "Add or remove"),
    "no routes": (put(ROUTES, "#name1,name2,distance\n"), f"{ROUTES}:0:", "no routes", "Add the routes"),
    "no speed": (
        put(ROUTES, "#name1,name2,distance,forced_redirection,max_move_speed\nWar Town,Mid,120,,0\n"),
        f"{ROUTES}:2:max_move_speed",
        "'0'",
        "at least 0.001",
    ),
    "walking for sure and more": (
        put(ROUTES, "#name1,name2,distance,forced_redirection,walk_probability\nWar Town,Mid,120,,20\n"),
        f"{ROUTES}:2:walk_probability",
        "'20'",
        "A share of 20 % is 0.2",
    ),
    "unknown closure": (swap(CLOSURES, "camp,", "kamp,"), f"{CLOSURES}:4:closure_type", "kamp", "'camp'"),
    "unknown country": (swap(CLOSURES, "Here,There", "Here,Their"), f"{CLOSURES}:2:name2", "Their", "'There'"),
    "one country": (swap(CLOSURES, "Here,There", "Here,Here"), f"{CLOSURES}:2:name2", "'Here'", "other country"),
    "closed place unknown": (
        swap(CLOSURES, "country,Here,There", "location,Heaven,"),
        f"{CLOSURES}:2:name1",
        "Heaven",
        "Did you mean 'Haven'",
    ),
    "closed link that is none": (
        swap(CLOSURES, "country,Here,There", "link,Haven,Shelter"),
        f"{CLOSURES}:2:name2",
        "'Haven' and 'Shelter'",
        "add the route",
    ),
    "closed camp that is a town": (swap(CLOSURES, "camp,Shelter", "camp,Mid"), f"{CLOSURES}:4:name1", "a town", "type"),
    "closure without a day": (
        swap(CLOSURES, "There,2,5", "There,,5"),
        f"{CLOSURES}:2:closure_start",
        "nothing",
        "Fill",
    ),
    "closure backwards": (swap(CLOSURES, "There,2,5", "There,5,2"), f"{CLOSURES}:2:closure_end", "2", "write -1"),
    "closure of no time": (swap(CLOSURES, "There,2,5", "There,2,2"), f"{CLOSURES}:2:closure_end", "2", "write -1"),
    "closure before the start": (swap(CLOSURES, "There,2", "There,-2"), f"{CLOSURES}:2:closure_start", "-2", "minus"),
    "short closure": (swap(CLOSURES, "camp,Shelter,,0,3", "camp,Shelter,0,3"), f"{CLOSURES}:4:", "4 cells", "Add"),
    "pathway without a route": (
        put("input_csv/major_routes.csv", "War Town,Haven\n"),
        "input_csv/major_routes.csv:1:location",
        "'War Town' and then 'Haven'",
        "Add the locations between",
    ),
    "pathway to nowhere": (
        put("input_csv/major_routes.csv", "War Town,Mit\n"),
        "input_csv/major_routes.csv:1:location",
        "'Mit'",
        "Did you mean 'Mid'",
    ),
}

DAYS: Table = {
    "unknown place": (swap(CONFLICTS, "Late", "Later"), f"{CONFLICTS}:1:Later", "'Later'", "Did you mean 'Late'"),
    "place twice": (swap(CONFLICTS, ", Mid", ", Late"), f"{CONFLICTS}:1:Late", "twice", "Delete one"),
    "table too short": (swap(CONFLICTS, "9, 0.5, 0, 0\n", ""), f"{CONFLICTS}:0:", "9 rows", "shorten Length"),
    "day missing": (swap(CONFLICTS, "3, 1,", "4, 1,"), f"{CONFLICTS}:5:#Day", "'4'", "without a gap"),
    "short row": (swap(CONFLICTS, "3, 1, 0, 0", "3, 1, 0"), f"{CONFLICTS}:5:", "3 cells", "Add or remove"),
    "long row": (swap(CONFLICTS, "3, 1, 0, 0", "3, 1, 0, 0, 1"), f"{CONFLICTS}:5:", "5 cells", "Add or remove"),
    "intensity too high": (swap(CONFLICTS, "0.75", "7.5"), f"{CONFLICTS}:7:Late", "7.5", "at most 1"),
    "no intensity": (swap(CONFLICTS, "0.75", "nan"), f"{CONFLICTS}:7:Late", "nan", "Write a figure"),
    "blank intensity": (swap(CONFLICTS, " 0.75", ""), f"{CONFLICTS}:7:Late", "nothing", "Fill"),
    "no column of days": (swap(CONFLICTS, "#Day", "Hub"), f"{CONFLICTS}:1:", "'Hub'", "Put a first column"),
    "no conflict at all": (
        put(CONFLICTS, "#Day,War Town\n" + "".join(f"{day},0\n" for day in range(10))),
        f"{CONFLICTS}:0:",
        "no conflict on any day",
        "Flee stops",
    ),
    "nobody there": (
        put(LOCATIONS, SMALL[LOCATIONS].replace(",50000", ",").replace(",20000", ",")),
        f"{LOCATIONS}:0:population",
        "nobody in any place",
        "population",
    ),
    "no length": (swap(PERIOD, "Length,10\n", ""), f"{PERIOD}:0:Length", "no Length", "Add a row"),
    "misspelt length": (swap(PERIOD, "Length", "Lenght"), f"{PERIOD}:2:", "'Lenght'", "Did you mean 'Length'"),
    "length twice": (swap(PERIOD, "Length,10\n", "Length,9\nLength,10\n"), f"{PERIOD}:2:", "twice", "Delete one"),
    "one day": (swap(PERIOD, "Length,10", "Length,1"), f"{PERIOD}:2:Length", "'1'", "at least 2"),
    "no such date": (swap(PERIOD, "2020-02-25", "2020-02-30"), f"{PERIOD}:1:StartDate", "2020-02-30", "no such day"),
    "date the other way": (swap(PERIOD, "2020-02-25", "25/02/2020"), f"{PERIOD}:1:StartDate", "25/02", "2020-02-25"),
    "year of two digits": (swap(PERIOD, "2020-02-25", "20-02-25"), f"{PERIOD}:1:StartDate", "20-02-25", "Write"),
    "unknown place changes": (
        put("location_changes.csv", "Midd,camp,3\n"),
        "location_changes.csv:1:location",
        "'Midd'",
        "Did you mean 'Mid'",
    ),
    "changes to something unknown": (
        put("location_changes.csv", "Mid,kamp,3\n"),
        "location_changes.csv:1:location type",
        "'kamp'",
        "Did you mean 'camp'",
    ),
    "unknown region": (
        put("input_csv/region_attributes_IPC.csv", "#Day,West,Eest\n0,5,5\n9,6,6\n"),
        "input_csv/region_attributes_IPC.csv:1:Eest",
        "'Eest'",
        "Correct the name",
    ),
}

COUNTS: Table = {
    "total is not first": (
        put(LAYOUT, "Haven,haven.csv\ntotal,refugees.csv\nShelter,shelter-north.csv\n"),
        f"{LAYOUT}:1:label",
        "'Haven'",
        "first",
    ),
    "camp without counts": (
        put(LAYOUT, "total,refugees.csv\nHaven,haven.csv\nShelters,shelter-north.csv\n"),
        f"{LAYOUT}:0:label",
        "no row for 'Shelter'",
        "Did you mean 'Shelters'",
    ),
    "file missing": (swap(LAYOUT, "haven.csv", "heaven.csv"), f"{LAYOUT}:2:file", "'heaven.csv', which", "'haven.csv'"),
    "file outside": (swap(LAYOUT, "haven.csv", "../simsetting.yml"), f"{LAYOUT}:2:file", "'../sims", "Copy the file"),
    "label twice": (
        swap(LAYOUT, "Haven,haven.csv\n", "Haven,haven.csv\nHaven,refugees.csv\n"),
        f"{LAYOUT}:3:label",
        "again, as in line 2",
        "add them up",
    ),
    "no file": (swap(LAYOUT, "Haven,haven.csv", "Haven"), f"{LAYOUT}:2:", "'Haven'", "name of its file"),
    "negative count": (swap(HAVEN, ",800", ",-800"), f"{HAVEN}:3:count", "-800", "minus sign"),
    "half a person": (swap(HAVEN, ",800", ",800.5"), f"{HAVEN}:3:count", "800.5", "Round"),
    "text for a count": (swap(HAVEN, ",800", ",many"), f"{HAVEN}:3:count", "many", "plain number"),
    "no count": (swap(HAVEN, ",800", ",NaN"), f"{HAVEN}:3:count", "NaN", "Write a figure"),
    "comma in a count": (swap(HAVEN, ",2400", ",2,400"), f"{HAVEN}:5:", "3 cells", "no comma inside"),
    "commas in all counts": (
        put(HAVEN, "2020-02-25,1,400\n2020-03-01,2,800\n"),
        f"{HAVEN}:1:count",
        "thousands separators",
        "Remove the commas",
    ),
    "bad date": (swap(HAVEN, "2020-02-28", "2020-02-38"), f"{HAVEN}:3:date", "2020-02-38", "no such day"),
    "no date": (swap(HAVEN, "2020-02-28", ""), f"{HAVEN}:3:date", "nothing", "Fill"),
    "date alone": (swap(HAVEN, "2020-02-28,800", "2020-02-28"), f"{HAVEN}:3:", "1 cells", "Write the day"),
    "no counts": (put(HAVEN, "#DateTime,Haven\n"), f"{HAVEN}:0:", "no counts", "Add the counts"),
    "corrected camp unknown": (swap(CORRECTIONS, "Haven", "Haevn"), f"{CORRECTIONS}:1:camp", "Haevn", "'Haven'"),
    "corrected on another day": (
        swap(CORRECTIONS, "03-01", "03-02"),
        f"{CORRECTIONS}:1:date",
        "2020-03-02",
        "the nearest one is 2020-03-01",
    ),
    "corrected on the first day": (
        swap(CORRECTIONS, "03-01", "02-25"),
        f"{CORRECTIONS}:1:date",
        "the day of the first count",
        "Delete the row",
    ),
    "correction of nobody": (swap(HAVEN, ",800", ",0"), f"{CORRECTIONS}:1:date", "a count of 0", "Delete the row"),
    "correction without a date": (put(CORRECTIONS, "Haven\n"), f"{CORRECTIONS}:1:date", "nothing", "Fill"),
}

PEOPLE: Table = {
    "unknown place": (swap(AGES, "Mid", "Mit"), f"{AGES}:1:Mit", "'Mit'", "Did you mean 'Mid'"),
    "default misspelt": (swap(AGES, "Default", "default"), f"{AGES}:1:default", "'default'", "'Default'"),
    "another attribute": (swap(AGES, "age,", "years,"), f"{AGES}:1:", "'years'", "Write age there"),
    "value twice": (swap(AGES, "30,", "5,"), f"{AGES}:3:age", "'5' again", "Put the rows together"),
    "age in words": (swap(AGES, "30,", "old,"), f"{AGES}:3:age", "'old'", "Write a plain number"),
    "negative weight": (swap(AGES, "0.4", "-0.4"), f"{AGES}:2:Default", "-0.4", "minus sign"),
    "no weights": (put(AGES, "age,Default,Mid\n5,0,1\n30,0,1\n"), f"{AGES}:1:Default", "no weight above 0", "Give"),
    "header alone": (put(AGES, "age,Default\n"), f"{AGES}:1:Default", "no weight above 0", "Give"),
    "gender in letters": (
        put("input_csv/demographics_gender.csv", "gender,Default\nm,1\nfemale,1\n"),
        "input_csv/demographics_gender.csv:2:gender",
        "'m'",
        "male or female",
    ),
}

FILES: Table = {
    "no locations": (drop(LOCATIONS), f"{LOCATIONS}:0:", "no such file", "Give the folder"),
    "no routes": (drop(ROUTES), f"{ROUTES}:0:", "no such file", "Flee stops"),
    "no closures": (drop(CLOSURES), f"{CLOSURES}:0:", "no such file", "Flee stops"),
    "no conflicts": (drop(CONFLICTS), f"{CONFLICTS}:0:", "no such file", "Flee stops"),
    "empty conflicts": (put(CONFLICTS, ""), f"{CONFLICTS}:0:", "no rows", "Add a header"),
    "no period": (drop(PERIOD), f"{PERIOD}:0:", "no such file", "Flee stops"),
    "no layout": (drop(LAYOUT), f"{LAYOUT}:0:", "no such file", "Add it"),
    "no settings": (drop(SETTINGS), f"{SETTINGS}:0:", "no such file", "Add it"),
    "zero bytes": (swap(ROUTES, "Mid,Hub", "Mid,\0Hub"), f"{ROUTES}:4:", "1 zero bytes", "damaged"),
    "semicolons": (put(ROUTES, "War Town;Mid;120\n"), f"{ROUTES}:1:", "not separated by commas", "Save it again"),
    "a workbook": (put(ROUTES, "PK\x03\x04"), f"{ROUTES}:0:", "an Excel workbook", "export"),
}


@pytest.mark.parametrize(
    "name",
    [f"{part}: {name}" for part in ("PLACES", "WAYS", "DAYS", "COUNTS", "PEOPLE", "FILES") for name in globals()[part]],
)
def test_fault_gives_one_problem_at_its_place(name: str, tmp_path: Path) -> None:
    part, _, fault = name.partition(": ")
    change, where, got, do = globals()[part][fault]
    found = problems(small(change), tmp_path)
    assert [f"{one.file}:{one.line}:{one.column}" for one in found] == [where], [str(one) for one in found]
    assert got in found[0].got
    assert do in found[0].do
    assert found[0].expected


SETTING: Table = {
    "misspelt": (swap(SETTINGS, "awareness_level", "awarenes_level"), "move_rules.awarenes_level", "unknown", "'awar"),
    "quoted false": (
        swap(SETTINGS, "foot: True", 'foot: "False"'),
        "move_rules.start_on_foot",
        "quotation",
        "Write False",
    ),
    "quoted no": (
        swap(SETTINGS, "foot: True", "foot: 'no'"),
        "move_rules.start_on_foot",
        "quotation",
        "any quoted word",
    ),
    "neither true nor false": (
        swap(SETTINGS, "foot: True", "foot: Ture"),
        "move_rules.start_on_foot",
        "Ture",
        "'True'",
    ),
    "number for a switch": (swap(SETTINGS, "foot: True", "foot: 2"), "move_rules.start_on_foot", "'2'", "True or"),
    "number as text": (swap(SETTINGS, "200", '"200"'), "move_rules.max_move_speed", "quotation", "Write 200.0"),
    "number that YAML takes for text": (swap(SETTINGS, "200", "2e2"), "move_rules.max_move_speed", "'2e2'", "200.0"),
    "not a number": (swap(SETTINGS, "200", ".nan"), "move_rules.max_move_speed", "nan", "Correct"),
    "endless": (swap(SETTINGS, "200", ".inf"), "move_rules.max_move_speed", "inf", "Correct"),
    "switch for a number": (swap(SETTINGS, "200", "True"), "move_rules.max_move_speed", "True", "one number"),
    "list for a number": (swap(SETTINGS, "200", "[200]"), "move_rules.max_move_speed", "a list", "one number"),
    "chance above 1": (swap(SETTINGS, "0.001", "1.5"), "move_rules.camp_movechance", "1.5", "Correct"),
    "awareness too far": (swap(SETTINGS, "level: 2", "level: 9"), "move_rules.awareness_level", "'9'", "Correct"),
    "half a level": (swap(SETTINGS, "level: 2", "level: 1.5"), "move_rules.awareness_level", "1.5", "Correct"),
    "no value": (swap(SETTINGS, "level: 2", "level:"), "move_rules.awareness_level", "without a value", "default"),
    "nobody": (swap(SETTINGS, "hasten: 10", "hasten: 0"), "optimisations.hasten", "'0'", "Correct"),
    "one number for several": (
        swap(SETTINGS, "[1.0, 0.5, 0.1]", "0.5"),
        "spawn_rules.conflict_spawn_decay",
        "0.5",
        "as [1.0",
    ),
    "text among numbers": (
        swap(SETTINGS, "[1.0, 0.5", "[1.0, half"),
        "spawn_rules.conflict_spawn_decay",
        "half",
        "Write a number",
    ),
    "wrong section": (
        key("spawn_rules", "max_walk_speed: 30"),
        "spawn_rules.max_walk_speed",
        "another section",
        "move_rules",
    ),
    "at the top": (
        swap(SETTINGS, "log_levels:", "max_walk_speed: 30\nlog_levels:"),
        "max_walk_speed",
        "another",
        "move_",
    ),
    "unknown section": (
        swap(SETTINGS, "optimisations", "optimizations"),
        "optimizations",
        "unknown",
        "'optimisations'",
    ),
    "section of one value": (
        put(SETTINGS, "move_rules: fast\n"),
        "move_rules",
        "something else than keys",
        "each on a line",
    ),
    "key twice": (
        key("move_rules", "awareness_level: 1"),
        "move_rules.awareness_level",
        "again, as in line",
        "later one",
    ),
    "unknown mode": (
        key("spawn_rules", "conflict_driven_spawning:\n    spawn_mode: Constant"),
        "spawn_rules.conflict_driven_spawning.spawn_mode",
        "'Constant'",
        "'constant'",
    ),
    "rate of half a person": (
        key("spawn_rules", "conflict_driven_spawning:\n    displaced_per_conflict_day: 0.5"),
        "spawn_rules.conflict_driven_spawning.displaced_per_conflict_day",
        "0.5",
        "or the spawn_mode",
    ),
    "share above 1": (
        key("spawn_rules", "conflict_driven_spawning:\n    spawn_mode: pop_ratio\n    displaced_per_conflict_day: 5"),
        "spawn_rules.conflict_driven_spawning.displaced_per_conflict_day",
        "'5'".strip("'"),
        "or the spawn_mode",
    ),
    "floods and conflicts alone": (
        key("spawn_rules", "flood_zone_spawning_only: True"),
        "spawn_rules.flood_zone_spawning_only",
        "only from conflict zones",
        "conflict_zone_spawning_only: False",
    ),
    "rule without its data": (
        key("move_rules", "WomenAvoidHazards: True"),
        "move_rules.WomenAvoidHazards",
        "without the data",
        "demographics_gender.csv",
    ),
    "sinks by the name that Flee reads": (
        key("spawn_rules", "camps_are_sicks: True"),
        "spawn_rules.camps_are_sicks",
        "unknown",
        "camps_are_sinks",
    ),
}


@pytest.mark.parametrize("version", ["corrected", "3.1"])
@pytest.mark.parametrize(
    "name", [name for name in SETTING if name not in ("floods and conflicts alone", "rule without its data")]
)
def test_fault_of_settings_gives_one_problem_at_its_line(name: str, version: str, tmp_path: Path) -> None:
    change, column, got, do = SETTING[name]
    files = small(change)
    (found,) = problems(files, tmp_path, version)
    assert (found.file, found.column) == (SETTINGS, column), str(found)
    assert got in found.got
    assert do in found.do
    written = files[SETTINGS].splitlines()[found.line - 1]
    assert written.strip().startswith(column.rpartition(".")[2])


@pytest.mark.parametrize("name", ["floods and conflicts alone", "rule without its data"])
def test_settings_that_do_not_go_together(name: str, tmp_path: Path) -> None:
    change, column, got, do = SETTING[name]
    (found,) = problems(small(change), tmp_path)
    assert (found.column, got in found.got, do in found.do) == (column, True, True), str(found)


@pytest.mark.parametrize(
    "text",
    [
        "move_rules: [",
        "\tmove_rules:",
        "a: b: c",
        "!!python/object:os.system {}",
        "[" * 3000,
        "a: &x [*x]\nb: *y",
        "x: 9" + "9" * 5000,
    ],
    ids=["open list", "tab", "two colons", "python", "nested", "unknown alias", "huge number"],
)
def test_settings_that_are_no_yaml(text: str, tmp_path: Path) -> None:
    found = problems(small(put(SETTINGS, text)), tmp_path)
    assert {one.file for one in found} == {SETTINGS}


@pytest.mark.parametrize("text", ["{}", "# nothing\n", "---\n", "move_rules:\n"])
def test_settings_that_say_nothing_are_flees_defaults(text: str, tmp_path: Path) -> None:
    made = imported(small(put(SETTINGS, text)), tmp_path)
    assert [made.version, made.remarks.ignored, made.notes] == ["corrected", (), ()]
    assert "parameters" not in (tmp_path / "out" / "scenario.toml").read_text(encoding="utf-8")


def test_a_quotation_mark_that_is_not_closed(tmp_path: Path) -> None:
    found = problems(small(swap(LOCATIONS, "Mid,", '"Mid,')), tmp_path)
    assert (LOCATIONS, 4, "a quotation mark that does not fit") in [(one.file, one.line, one.got) for one in found]


def test_every_problem_at_once(tmp_path: Path) -> None:
    faults = [PLACES["unknown type"], WAYS["negative distance"], DAYS["intensity too high"], COUNTS["half a person"]]
    faults += [PEOPLE["negative weight"], COUNTS["corrected camp unknown"]]
    files = small(*(fault for fault, *_ in faults), SETTING["quoted false"][0])
    found = problems(files, tmp_path)
    where = {f"{one.file}:{one.line}:{one.column}" for one in found}
    assert {fault[1] for fault in faults} <= where
    assert any(one.file == SETTINGS for one in found)
    assert len(found) == len(faults) + 1


def test_many_faults_of_one_kind_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"{day}, 5, 5, 5\n" for day in range(10))
    found = problems(small(put(CONFLICTS, f"#Day, War Town, Late, Mid\n{rows}")), tmp_path)
    assert len(found) == 3 * 4
    assert sum("7 more of the same kind" in one.got for one in found) == 3


def test_other_encodings_are_problems(tmp_path: Path) -> None:
    found = problems({**small(), LOCATIONS: small()[LOCATIONS].replace("Mid", "Mïd").encode("cp1252")}, tmp_path)
    assert any("not UTF-8" in one.got for one in found)
    assert found[0].file.startswith("input_csv/")


def test_huge_files_are_refused(tmp_path: Path) -> None:
    found = problems({**small(), HAVEN: b"#" * (20 * 2**20 + 1)}, tmp_path)
    assert [one.file for one in found if "20 MB" in one.expected] == [HAVEN]
    (settings,) = problems({**small(), SETTINGS: b"#" * 2**19}, tmp_path / "other")
    assert "bytes" in settings.got


def test_a_byte_order_mark_is_a_note(tmp_path: Path) -> None:
    made = imported({**small(), ROUTES: b"\xef\xbb\xbf" + small()[ROUTES].encode()}, tmp_path)
    assert [(one.file, one.severity) for one in made.notes if "BOM" in one.got] == [(ROUTES, "note")]


ONLY_31: Table = {
    "flood zones": (
        swap(
            SETTINGS,
            "spawn_rules:\n",
            "spawn_rules:\n  flood_zone_spawning_only: True\n  conflict_zone_spawning_only: False\n",
        ),
        "spawn_rules.flood_zone_spawning_only",
        "KeyError",
        "corrected rules",
    ),
    "poisson": (
        key("spawn_rules", "conflict_driven_spawning:\n    spawn_mode: Poisson"),
        "spawn_rules.conflict_driven_spawning.spawn_mode",
        "UnboundLocalError",
        "corrected rules",
    ),
    "second file begins later": (swap(SOUTH, "2020-02-25", "2020-02-26"), "file", "IndexError", "same day"),
    "correction before the start": (
        swap(CORRECTIONS, "2020-03-01", "2020-02-20"),
        "date",
        "2020-02-20",
        "Flee stops here",
    ),
}


@pytest.mark.parametrize("name", ONLY_31)
def test_where_flee_31_stops_and_the_corrected_rules_do_not(name: str, tmp_path: Path) -> None:
    change, column, got, do = ONLY_31[name]
    (found,) = problems(small(change), tmp_path / "a", "3.1")
    assert (found.column, got in found.got, do in found.do) == (column, True, True), str(found)
    assert imported(small(change), tmp_path / "b").days == 10


NOTES: Table = {
    "longer table": (swap(CONFLICTS, "9, 0.5, 0, 0\n", "9, 0.5, 0, 0\n10, 0, 0, 0\n"), CONFLICTS, "11 rows", "Nothing"),
    "unknown place in peace": (swap(CONFLICTS, "Mid", "Nowhere"), CONFLICTS, "'Nowhere', which", "Nothing"),
    "two routes": (
        swap(ROUTES, "Mid,Hub,60,\n", "Mid,Hub,60,\nHub,Mid,75,\n"),
        ROUTES,
        "again, as in line 4",
        "Delete",
    ),
    "no distance at all": (swap(ROUTES, ",60,", ",0,"), ROUTES, "0 km", "Nothing"),
    "second name of a place": (
        swap(CLOSURES, "country,Here,There", "location,Haven,There"),
        CLOSURES,
        "'There', which Flee does not read",
        "write link",
    ),
    "label of no location": (
        swap(LAYOUT, "Haven,haven.csv\n", "Haven,haven.csv\nGone,refugees.csv\n"),
        LAYOUT,
        "'Gone', which",
        "on purpose",
    ),
    "the same label twice": (
        swap(LAYOUT, "Haven,haven.csv\n", "Haven,haven.csv\nHaven,haven.csv\n"),
        LAYOUT,
        "again, as in line 2",
        "the same",
    ),
    "same count twice": (
        swap(HAVEN, "2020-02-28,800\n", "2020-02-28,800\n2020-02-28,800\n"),
        HAVEN,
        "twice",
        "Nothing",
    ),
    "two counts of a day": (
        swap(HAVEN, "2020-02-28,800\n", "2020-02-28,700\n2020-02-28,800\n"),
        HAVEN,
        "with 700 here and 800 in line 4",
        "the later row",
    ),
    "out of order": (
        put(HAVEN, "2020-03-01,1000\n2020-02-25,400\n2020-02-28,800\n2020-03-05,2400\n"),
        HAVEN,
        "out of order",
        "sorted",
    ),
    "row without a count": (swap(HAVEN, ",800", ","), HAVEN, "1 rows without", "passed over"),
    "third column": (put(TOTAL, "2020-02-25,1000,7\n2020-03-05,4000,8\n"), TOTAL, "3 columns", "first two"),
    "log level": (key("log_levels", "flood: 0"), SETTINGS, "'flood'", "Nothing"),
    "camp apart": (swap(ROUTES, "Mid,Shelter,90,\n", ""), LOCATIONS, "a camp that no route reaches", "Add a route"),
    "town apart": (
        swap(LOCATIONS, "Hub,", "Isle,East,There,1,1,town,,5\nHub,"),
        LOCATIONS,
        "Isle, which no route reaches",
        "Nothing",
    ),
    "header without #": (swap(LOCATIONS, "#name", "name"), LOCATIONS, "'name'", "Nothing"),
    "longitude first": (
        swap(LOCATIONS, "latitude,longitude", "longitude,latitude"),
        LOCATIONS,
        "longitude first",
        "as the header says",
    ),
    "redirection of no route": (
        swap(CLOSURES, "remove_forced_redirection,Hub,Haven", "remove_forced_redirection,Mid,Haven"),
        CLOSURES,
        "'Mid' and 'Haven'",
        "passes the row over",
    ),
}


@pytest.mark.parametrize("name", NOTES)
def test_what_was_read_anyway_is_a_note(name: str, tmp_path: Path) -> None:
    change, file, got, do = NOTES[name]
    made = imported(small(change), tmp_path)
    found = [one for one in made.notes if got in one.got]
    assert [(one.file, one.severity, do in one.do) for one in found] == [(file, "note", True)], list(
        map(str, made.notes)
    )
    assert str(found[0]).split(":")[0] in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_a_good_folder_has_nothing_to_note(tmp_path: Path) -> None:
    assert imported(small(), tmp_path).notes == ()
    assert NORTH in small()
