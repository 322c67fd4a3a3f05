"""What is to be entered, checked by all that a folder is checked by; and the folder as it would be."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.worlds import line
from saferground import read_scenario
from saferground.errors import ScenarioError, UsageError
from saferground.runs.entered import check_edits, check_rows, save_checked
from saferground.scenario import new_scenario, shipped
from saferground.storage.counts.folder import as_entered, materialised
from saferground.storage.counts.record import Amend, Entered, New, Withdraw
from saferground.storage.counts.save import enter, entered
from saferground.storage.database import open_database

ROW = {
    "series": "Arrivals at Crossroads", "place": "crossroads", "measures": "arrived_daily", "end": "2030-03-07",
    "value": "900", "unit": "individuals", "source": "invented", "confidence": "low", "published": "2030-03-08",
}  # fmt: skip
SOURCE = {"id": "radio", "title": "Call of 8 March", "publisher": "Field office", "published": "2030-03-08"}
NOTHING = Entered("my-city", 0)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return new_scenario(tmp_path / "my-city")


# --- the folder as it would be -------------------------------------------------------------------------------------


def state(tmp_path: Path, rows: list[dict[str, str]], sources: list[dict[str, str]], name: str = "my-city") -> Entered:
    database = open_database(tmp_path / "counts.db")
    enter(database, name, rows, "me")
    enter(database, name, sources, "me", "sources")
    return entered(database, name)


def test_the_folder_holds_what_was_entered_and_all_that_was_there(city: Path, tmp_path: Path) -> None:
    both = state(tmp_path, [ROW, ROW | {"end": "2030-03-08", "note": 'a "word",\nanother'}], [SOURCE])
    made = materialised(city, both, tmp_path / "out" / "my-city")
    before, after = read_scenario(city), read_scenario(made)
    assert len(after.tables["counts"]) == len(before.tables["counts"]) + 2
    assert after.tables["counts"]["note"].iloc[-1] == 'a "word",\nanother'
    assert after.tables["sources"]["id"].iloc[-1] == "radio"
    assert (made / "counts.csv").read_bytes().startswith((city / "counts.csv").read_bytes())
    assert [path.name for path in (made / "plans").iterdir()] == ["larger_camp.toml"]
    assert {path.name for path in made.iterdir()} == {path.name for path in city.iterdir()}


def test_nothing_entered_is_the_same_scenario(city: Path, tmp_path: Path) -> None:
    assert read_scenario(materialised(city, NOTHING, tmp_path / "out")).digest == read_scenario(city).digest


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_can_be_added_to(name: str, tmp_path: Path) -> None:
    base = read_scenario(name)
    count = base.tables["counts"].iloc[0]
    row = {one: str(count[one]) for one in ("series", "place", "measures", "unit", "source", "confidence")}
    both = state(tmp_path, [row | {"end": "2017-12-30", "published": "2017-12-31", "value": "5"}], [], name)
    with as_entered(name, both) as folder:
        made = read_scenario(folder)
        assert (made.name, len(made.tables["counts"])) == (name, len(base.tables["counts"]) + 1)
    assert not folder.exists()


def test_a_folder_without_counts_or_with_other_columns(tmp_path: Path) -> None:
    folder = line().write(tmp_path / "line")
    row = {
        "series": "s", "place": "", "measures": "other", "end": "2030-01-02", "value": "3", "unit": "individuals",
        "source": "assumed", "confidence": "low", "published": "2030-01-03", "note": "n",
    }  # fmt: skip
    (folder / "counts.csv").unlink(missing_ok=True)
    both = state(tmp_path, [row], [], "line")
    assert list(read_scenario(materialised(folder, both, tmp_path / "one" / "line")).tables["counts"]["note"]) == ["n"]
    narrow = "unit,series,measures,end,value,source,confidence\nindividuals,s,other,2030-01-01,1,assumed,low"
    (folder / "counts.csv").write_text("\ufeff\n" + narrow, encoding="utf-8")
    counts = read_scenario(materialised(folder, both, tmp_path / "two" / "line")).tables["counts"]
    assert list(counts["note"]) == ["", "n"]
    assert list(counts["line"]) == [3, 4]


def test_a_folder_with_files_in_it_is_left_alone(city: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="new or empty"):
        materialised(city, NOTHING, city)
    with pytest.raises(ScenarioError, match="no such folder"):
        materialised(tmp_path / "nowhere", NOTHING, tmp_path / "out")


# --- checks --------------------------------------------------------------------------------------------------------


def test_what_is_right(city: Path) -> None:
    checked = check_rows(city, NOTHING, [ROW, ROW | {"end": "2030-03-08", "source": "radio"}], [SOURCE])
    assert checked.as_dict() == {"ok": True, "problems": [], "elsewhere": [], "notes": [], "already": []}
    assert checked.scenario is not None
    assert len(checked.scenario.tables["counts"]) == 6


def test_every_problem_by_row_and_column(city: Path) -> None:
    wrong = [
        ROW | {"value": "1,234", "note": "two\nlines"},
        ROW | {"place": "crosroads", "end": "8/3/2030"},
        ROW | {"source": "radio"},
        ROW | {"end": "2030-03-06", "published": "2030-03-07", "value": "1"},
        ROW | {"end": "2030-03-05", "published": "2030-03-04", "value_low": "950"},
        {"note": " "},
    ]
    checked = check_rows(city, NOTHING, wrong)
    cells = checked.by_cell()
    assert checked.scenario is None
    assert checked.elsewhere == ()
    assert {(0, "value"), (1, "place"), (1, "end"), (2, "source"), (2, "series"), (3, "series"), (4, "published"),
            (4, "value"), (5, "")} <= set(cells)  # fmt: skip
    assert cells[0, "value"][0].do.startswith("Write 1234 without thousands separators")
    assert cells[1, "place"][0].do.startswith("Did you mean 'crossroads'?")
    assert cells[2, "source"][0].do.endswith("or add the source with its title and publisher.")
    assert "again, as in row 1 here" in cells[2, "series"][0].got
    assert "again, as in line 5 of counts.csv" in cells[3, "series"][0].got


def test_a_row_without_cells_lacks_all_that_is_required(city: Path) -> None:
    cells = check_rows(city, NOTHING, [ROW, {"note": "?"}]).by_cell()
    assert {column for row, column in cells if row == 1} == {
        "series", "measures", "end", "value", "unit", "source", "confidence",
    }  # fmt: skip


def test_what_tells_persons_apart_is_refused(city: Path) -> None:
    rows = [ROW | {"note": "ask 0770 123 4567"}, ROW | {"end": "2030-03-08", "series": "me@camp.org"}]
    link = SOURCE | {"url": "https://example.org/doc/+9647701234567", "title": "Call to 0770 123 4567"}
    cells = check_rows(city, NOTHING, rows, [link]).by_cell()
    assert {where: found[0].got for where, found in cells.items()} == {
        (0, "note"): "a telephone or identity number", (1, "series"): "an e-mail address",
        (2, "title"): "a telephone or identity number",
    }  # fmt: skip


def test_all_problems_are_told_however_many(city: Path) -> None:
    wrong = [ROW | {"value": "many", "place": f"place_{number}"} for number in range(300)]
    cells = check_rows(city, NOTHING, wrong).by_cell()
    assert all((number, column) in cells for number in range(300) for column in ("value", "place"))
    assert {len(found) for (_, column), found in cells.items() if column != "series"} == {1}


def test_what_is_wrong_elsewhere_is_told_apart(city: Path, tmp_path: Path) -> None:
    before = state(tmp_path, [ROW | {"place": "gone"}], [])
    with (city / "camps.csv").open("a", encoding="utf-8") as camps:
        camps.write("nowhere,2030-03-01,1,1,invented,low,,\n")
    checked = check_rows(city, before, [ROW])
    assert checked.problems == ()
    assert [one.file for one in checked.elsewhere] == ["camps.csv", "counts entered, row 1 by me"]


def test_a_row_that_is_there_already_is_no_problem(city: Path, tmp_path: Path) -> None:
    before = state(tmp_path, [ROW], [])
    there = {
        "series": "Left the city", "measures": "left_cumulative", "start": "2030-03-01", "end": "2030-03-04",
        "value": "1900.0", "value_low": "1500", "value_high": "2500", "unit": "individuals", "confidence": "assumption",
        "published": "2030-03-05", "source": "invented",
    }  # fmt: skip
    checked = check_rows(city, before, [there, ROW | {"value": " 900"}, ROW | {"end": "2030-03-08"}])
    assert (checked.already, checked.problems) == ({0, 1}, ())
    clash = check_rows(city, before, [there | {"value": "1"}, ROW | {"value": "5"}]).by_cell()
    assert "as in line 2 of counts.csv" in clash[0, "series"][0].got
    assert "as in row 1 by me" in clash[1, "series"][0].got


def test_a_changed_row_is_checked_in_its_place(city: Path, tmp_path: Path) -> None:
    before = state(tmp_path, [ROW | {"source": "radio"}], [SOURCE])
    count, source = before.counts[0], before.sources[0]
    assert check_edits(city, before, [Amend(count.id, 1, {**count.cells, "value": "950"})]).scenario is not None
    wrong = check_edits(city, before, [New(SOURCE | {"id": "other"}, "sources"), Amend(count.id, 1, {"value": "x"})])
    assert {row for row, _ in wrong.by_cell()} == {1}
    alone = check_edits(city, before, [Withdraw(source.id, 1)])
    assert [(one.file, one.column) for one in alone.elsewhere] == [("counts entered, row 1 by me", "source")]
    with pytest.raises(UsageError, match=r"rows \[77\]"):
        check_edits(city, before, [Withdraw(77, 1)])


def test_saved_only_when_all_is_right(city: Path, tmp_path: Path) -> None:
    database = open_database(tmp_path / "counts.db")
    with pytest.raises(ScenarioError, match="counts entered, line 2, value"):
        save_checked(database, city, [New(ROW), New(ROW | {"end": "2030-03-08", "value": "x"})], "me")
    assert entered(database, "my-city").revision == 0
    made = save_checked(database, city, [New(ROW | {"source": "radio"}), New(SOURCE, "sources")], "me")
    assert [one.kind for one in made] == ["counts", "sources"]
    assert save_checked(database, city, [New(ROW | {"source": "radio"})], "me") == ()
    with as_entered(city, entered(database, "my-city")) as folder:
        assert list(read_scenario(folder).tables["counts"]["source"])[-1] == "radio"
