"""What comes out of a sound folder: types, defaults, lines, where the folder is looked for."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import faults
from helpers.worlds import line, line_world
from saferground.errors import UsageError
from saferground.scenario import Scenario, check_scenario, read_scenario, shipped
from saferground.scenario.columns import schema
from saferground.scenario.settings import key_lines, line_of

SIEGE = schema("siege")


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return line().read(tmp_path / "line")


def test_every_table_is_there_with_its_columns(scenario: Scenario) -> None:
    assert tuple(scenario.tables) == SIEGE.tables
    for table in SIEGE.tables:
        assert list(scenario.tables[table].columns) == [*(one.name for one in SIEGE.columns[table]), "line"]


@pytest.mark.parametrize("table", SIEGE.tables)
def test_dtypes(table: str, scenario: Scenario) -> None:
    wanted = {"number": "float64", "integer": "int64", "date": "datetime64[s]", "refs": "object", "choices": "object"}
    for one in SIEGE.columns[table]:
        cells = scenario.tables[table][one.name]
        if one.kind in wanted:
            assert str(cells.dtype) == wanted[one.kind], one.name
        elif len(cells):
            assert {type(cell) for cell in cells} == {str}, one.name


def test_blank_cells(scenario: Scenario) -> None:
    routes, camps, places = (scenario.tables[name] for name in ("routes", "camps", "places"))
    assert routes["via"].tolist()[:3] == [(), ("a",), ()]
    assert routes["exposed_km"].iloc[-1] == 0
    assert routes["closes_hour"].eq(24).all()
    assert np.isnan(camps["capacity"].iloc[-1])
    assert camps["occupied"].tolist() == [200, 0, 0]
    assert places["name_local"].eq("").all()
    assert scenario.tables["households"]["infants"].tolist() == [1, 0, 0]
    assert scenario.tables["closures"].empty


def test_lines_count_as_an_editor_does(tmp_path: Path) -> None:
    folder = line_world(tmp_path)
    faults.cell("places", 3, "name", "two\nlines")(folder)
    faults.text("places.csv", "c,", "\n,,,,,,,,,\nc,")(folder)
    assert read_scenario(folder).tables["places"]["line"].tolist()[:4] == [2, 3, 7, 8]


def test_spaces_do_not_count(tmp_path: Path) -> None:
    sound = read_scenario(line_world(tmp_path / "one"))
    folder = line_world(tmp_path / "two")
    text = (folder / "routes.csv").read_text()
    (folder / "routes.csv").write_text(
        "\n".join(",".join(f" {cell} " for cell in row.split(",")) for row in text.split("\n")[:-1])
    )
    assert read_scenario(folder).digest == sound.digest


def test_empty_columns_and_rows_at_the_end_do_not_count(tmp_path: Path) -> None:
    sound = read_scenario(line_world(tmp_path / "one"))
    folder = line_world(tmp_path / "two")
    text = (folder / "camps.csv").read_text()
    (folder / "camps.csv").write_text(text.replace("\n", ",,\n") + ",,,,,,,\n\n")
    assert read_scenario(folder).digest == sound.digest


def test_settings_and_priors(tmp_path: Path) -> None:
    prior = {"prior": "uniform", "low": 0.25, "high": 0.5, "unit": "share", "note": "guess"}
    scenario = line(parameters={"stayer_share": prior}).read(tmp_path)
    assert scenario.name == tmp_path.name
    assert scenario.settings.start == date(2030, 1, 1)
    assert scenario.settings.end == date(2030, 1, 15)
    assert list(scenario.parameters) == list(SIEGE.parameters)
    found = scenario.parameters["stayer_share"]
    assert (found.form, found.value, found.low, found.high, found.source) == ("uniform", None, 0.25, 0.5, "assumed")
    assert (found.lower, found.upper, found.is_default, found.note) == (0, 1, False, "guess")
    assert scenario.parameters["contest_shape"].value == 2
    assert scenario.parameters["pace"].is_default


def test_settings_have_defaults(tmp_path: Path) -> None:
    world = line()
    for name in ("days", "step_hours", "sensitivity", "model"):
        del world.settings[name]
    settings = world.read(tmp_path).settings
    assert (settings.days, settings.step_hours, settings.sensitivity, settings.model) == (30, 6, "restricted", "siege")


def test_dates_may_stand_in_quotation_marks(tmp_path: Path) -> None:
    assert line(start="2030-01-01").read(tmp_path).settings.start == date(2030, 1, 1)


def test_priors_may_be_written_in_one_line(tmp_path: Path) -> None:
    folder = line().write(tmp_path)
    with (folder / "scenario.toml").open("a") as file:
        file.write('[parameters]\npace = { prior = "fixed", value = 9e9, source = "assumed" }\n')
    problem = next(one for one in check_scenario(folder)[1] if one.severity == "problem")
    assert (problem.line, problem.column) == (11, "parameters.pace.value")


def test_published_comes_from_the_row_then_the_source(tmp_path: Path) -> None:
    world = line().add("sources", id="news", title="News", publisher="Press", published="2030-01-02")
    world.tables["counts"][0].update(source="news", published="")
    world.tables["counts"][1].update(source="news", published="2030-01-05", end="2030-01-05")
    world.tables["counts"][0].update(end="2030-01-02")
    counts = world.read(tmp_path).tables["counts"]
    assert counts["published"].tolist() == [pd.Timestamp("2030-01-02"), pd.Timestamp("2030-01-05")]


def test_no_date_anywhere_means_known_before_the_start(tmp_path: Path) -> None:
    assert line().read(tmp_path).tables["places"]["published"].isna().all()


def test_notes_are_kept(tmp_path: Path) -> None:
    folder = line_world(tmp_path)
    faults.content("places.csv", lambda old: b"\xef\xbb\xbf" + old)(folder)
    assert [note.file for note in read_scenario(folder).notes] == ["places.csv"]


def test_shipped_scenarios_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "mosul-2017" in shipped()
    assert check_scenario("mosul-2017")[1] == [] or check_scenario("mosul-2017")[0] is not None


def test_a_folder_goes_before_a_shipped_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    line_world("mosul-2017")
    assert read_scenario("mosul-2017").settings.title == "Three districts in a line"


def test_arguments_go_before_the_folder(tmp_path: Path) -> None:
    settings = read_scenario(line_world(tmp_path), as_of="2030-01-03", days=5, step_hours=12).settings
    assert (settings.as_of, settings.days, settings.step_hours) == (date(2030, 1, 3), 5, 12)
    assert read_scenario(tmp_path, as_of=datetime(2030, 1, 4, 10)).settings.as_of == date(2030, 1, 4)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"as_of": "2029-12-31"}, "the start, 2030-01-01, or later"),
        ({"as_of": "28/02/2017"}, "Write 2017-02-28"),
        ({"as_of": ""}, "YYYY-MM-DD"),
        ({"days": 0}, "between 1 and 730"),
        ({"days": 1.5}, "whole number"),
        ({"days": True}, "whole number"),
        ({"step_hours": 5}, "1, 2, 3, 4, 6, 8, 12, 24"),
        ({"step_hours": 48}, "between 1 and 24"),
    ],
)
def test_unusable_arguments(changes: dict, words: str, tmp_path: Path) -> None:
    folder = line_world(tmp_path)
    scenario = read_scenario(folder)
    with pytest.raises(UsageError, match=words):
        read_scenario(folder, **changes)
    with pytest.raises(UsageError, match=words):
        scenario.at(**changes)


def test_lines_of_keys() -> None:
    text = 'a = 1\n[b]\nc = """\nd = 2\n"""\n"e f" = 3 # x\n[ b . g ] # y\nh.i = 4\n'
    lines = key_lines(text)
    assert lines == {("a",): 1, ("b",): 2, ("b", "c"): 3, ("b", "e f"): 6, ("b", "g"): 7, ("b", "g", "h", "i"): 8}
    assert line_of(lines, ("b", "g", "absent")) == 7
    assert line_of(lines, ("z",)) == 0
