"""A new folder passes every check, explains itself, and equals the example in the repository."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest

from helpers.worlds import line
from saferground.errors import UsageError
from saferground.runs.check import check_folder
from saferground.scenario import check_scenario, new_scenario, read_scenario, write_scenario
from saferground.scenario.columns import PLAN_COLUMNS, Column, schema

SIEGE = schema("siege")
EXAMPLE = Path(__file__).parents[2] / "examples" / "small-city"


def test_new_folder_is_sound(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "deep" / "city")
    scenario, problems = check_scenario(folder)
    assert scenario is not None
    assert problems == []


def test_example_in_the_repository_is_what_new_writes(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "city")
    names = files_in(folder)
    assert files_in(EXAMPLE) == names
    assert filecmp.cmpfiles(folder, EXAMPLE, names, shallow=False)[0] == names


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_example_says_that_it_is_invented(tmp_path: Path) -> None:
    scenario = read_scenario(new_scenario(tmp_path / "city"))
    assert "invented" in scenario.settings.title
    assert all("Invented" in title for title in scenario.tables["sources"]["title"])
    for table in set(SIEGE.tables) - {"sources"}:
        frame = scenario.tables[table]
        assert "confidence" not in frame or set(frame["confidence"]) <= {"assumption"}


def test_settings_explain_every_key_and_parameter(tmp_path: Path) -> None:
    text = (new_scenario(tmp_path / "city") / "scenario.toml").read_text(encoding="utf-8")
    for column in SIEGE.columns["scenario"]:
        assert f"# {column.meaning}" in text
    for parameter in SIEGE.parameters.values():
        assert f"# {parameter.meaning}." in text
        assert f"{parameter.name} = {{" in text


def test_readme_explains_every_column(tmp_path: Path) -> None:
    text = (new_scenario(tmp_path / "city") / "README.md").read_text(encoding="utf-8")
    for table in SIEGE.tables:
        assert f"## {table}.csv" in text
        assert all(f"| {column.name} |" in text for column in SIEGE.columns[table])
    assert "## plans/*.toml" in text
    assert all(f"| {_key(column)} |" in text for column in PLAN_COLUMNS)


def _key(column: Column) -> str:
    kind = column.table.removeprefix("plan").removeprefix("_")
    return f"[[{kind}]] {column.name}" if kind else column.name


def test_the_plan_of_the_example_passes_every_check(tmp_path: Path) -> None:
    found = check_folder(new_scenario(tmp_path / "city"), plans=True)
    assert found.problems == found.notes == ()
    assert found.summary[-1] == "1 plan: Plain Camp larger, more lanes at Crossroads"
    assert not (new_scenario(tmp_path / "empty", example=False) / "plans").exists()
    assert not (new_scenario(tmp_path / "country", model="journey") / "plans").exists()


def test_default_priors_can_be_uncommented(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "city")
    path = folder / "scenario.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = [one.removeprefix("# ") if " = { prior" in one else one for one in lines]
    path.write_text("\n".join(shown).replace('source = ""', 'source = "invented"'), encoding="utf-8")
    scenario = read_scenario(folder)
    assert not any(prior.is_default for prior in scenario.parameters.values())


def test_folder_without_example_says_what_to_fill_in(tmp_path: Path) -> None:
    problems = check_scenario(new_scenario(tmp_path, example=False))[1]
    assert {one.file for one in problems} == {"scenario.toml", *(f"{table}.csv" for table in SIEGE.required_tables)}
    assert {one.column for one in problems if one.file == "scenario.toml"} == {
        f"scenario.{name}" for name in ("title", "purpose", "start", "as_of")
    }


@pytest.mark.parametrize("write", [new_scenario, lambda folder: write_scenario(line().read(folder / "x"), folder)])
def test_folder_with_files_is_left_alone(write: object, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(UsageError, match="new or empty"):
        write(tmp_path)  # type: ignore[operator]
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="cannot create"):
        new_scenario(tmp_path / "file" / "city")
