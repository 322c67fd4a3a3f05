"""Counts in the database: kept whole, never over somebody else's change, with an audit of all that was done."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from saferground.errors import RunError, ScenarioError, StaleError, UsageError
from saferground.storage.counts import save as counts
from saferground.storage.counts.record import Amend, New, Withdraw, canonical
from saferground.storage.database import Database, open_database
from saferground.storage.drafts import discard_draft, read_draft, save_draft

CITY = "my-city"
ROW = {
    "series": "Arrivals at Crossroads", "place": "crossroads", "measures": "arrived_daily", "end": "2030-03-07",
    "value": "900", "unit": "individuals", "source": "invented", "confidence": "low", "published": "2030-03-08",
}  # fmt: skip


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


def rows(*values: int) -> list[dict[str, str]]:
    return [ROW | {"end": f"2030-03-{day + 1:02d}", "value": str(value)} for day, value in enumerate(values)]


# --- in and out ----------------------------------------------------------------------------------------------------


def test_what_was_entered_is_there_in_its_order(database: Database) -> None:
    made = counts.enter(database, CITY, rows(3, 1, 2), "Field office")
    found = counts.entered(database, CITY)
    assert found.counts == made
    assert [one.cells["value"] for one in made] == ["3", "1", "2"]
    assert (found.revision, found.sources) == (1, ())
    assert {(one.version, one.withdrawn, one.who) for one in made} == {(1, False, "Field office")}
    assert all(datetime.now(UTC) - one.at < timedelta(minutes=1) for one in made)
    assert counts.entered(database, "another").counts == ()


def test_cells_are_kept_as_they_are_whatever_they_hold(database: Database) -> None:
    note = "=1+1, 'quoted' \"twice\", ; DROP TABLE entries; --\nطريق الموصل 🏥 \0 \ud800"
    (made,) = counts.enter(database, CITY, [ROW | {"note": note}], "مكتب")
    assert counts.entered(database, CITY).counts == (made,)
    assert (made.cells["note"], made.who) == (note, "مكتب")


def test_sources_are_kept_beside_counts(database: Database) -> None:
    (source,) = counts.enter(database, CITY, [{"id": "call", "title": "T", "publisher": "P"}], "me", "sources")
    assert counts.entered(database, CITY).sources == (source,)
    assert counts.entered(database, CITY).counts == ()


def test_a_column_that_there_is_not_is_refused(database: Database) -> None:
    with pytest.raises(UsageError, match="phone"):
        counts.enter(database, CITY, [ROW, ROW | {"phone": "1"}], "me")
    assert counts.entered(database, CITY).revision == 0


@pytest.mark.parametrize("who", ["", "  ", "a" * 201, "a\0b"])
def test_who_must_be_said(database: Database, who: str) -> None:
    with pytest.raises(UsageError, match="role or an office"):
        counts.enter(database, CITY, [ROW], who)


def test_numbers_have_one_spelling() -> None:
    assert canonical("counts", {"value": " 900.0", "value_low": "many", "value_high": "1e3"}) | {} == {
        **dict.fromkeys(canonical("counts", {}), ""), "value": "900", "value_low": "many", "value_high": "1000",
    }  # fmt: skip


# --- the same again ------------------------------------------------------------------------------------------------


def test_the_same_count_again_changes_nothing(database: Database) -> None:
    first = counts.enter(database, CITY, rows(5, 6), "me")
    again = counts.enter(database, CITY, [ROW | {"value": "5.0", "end": "2030-03-01 "}, *rows(5, 6)[1:]], "you")
    assert again == first
    assert counts.entered(database, CITY).revision == 1
    assert len(counts.history(database, CITY)) == 2


def test_another_figure_for_the_same_count_is_a_problem_and_nothing_is_saved(database: Database) -> None:
    counts.enter(database, CITY, rows(5, 6), "me")
    with pytest.raises(ScenarioError) as caught:
        counts.enter(database, CITY, [*rows(5, 7, 8), ROW | {"end": "2030-03-01", "value": "5", "source": "x"}], "you")
    assert [(one.line, one.column, one.got) for one in caught.value.problems] == [(2, "value", "7"), (4, "source", "x")]
    assert "6, as me entered it" in caught.value.problems[0].expected
    assert [one.cells["value"] for one in counts.entered(database, CITY).counts] == ["5", "6"]


def test_a_later_revision_stands_beside_the_first(database: Database) -> None:
    counts.enter(database, CITY, [ROW, ROW | {"value": "950", "published": "2030-03-09"}], "me")
    assert [one.cells["value"] for one in counts.entered(database, CITY).counts] == ["900", "950"]


# --- changes -------------------------------------------------------------------------------------------------------


def test_a_row_goes_through_its_life(database: Database) -> None:
    (row,) = counts.enter(database, CITY, [ROW], "one")
    row = counts.change(database, CITY, row.id, row.version, {**row.cells, "value": "950"}, "two")
    assert (row.version, row.cells["value"], row.who) == (2, "950", "two")
    row = counts.withdraw(database, CITY, row.id, row.version, "three")
    assert counts.entered(database, CITY).counts == ()
    assert counts.entered(database, CITY, withdrawn=True).counts == (row,)
    row = counts.restore(database, CITY, row.id, row.version, "four")
    assert counts.entered(database, CITY).counts == (row,)
    told = [(one.action, one.who, one.version) for one in counts.history(database, CITY)]
    assert told == [("restored", "four", 4), ("withdrawn", "three", 3), ("changed", "two", 2), ("entered", "one", 1)]
    states = [(one.before and one.before["value"], one.after and one.after["value"])
              for one in counts.history(database, CITY)]  # fmt: skip
    assert states == [(None, "950"), ("950", None), ("900", "950"), (None, "900")]


def test_a_stale_change_is_told_both_versions(database: Database) -> None:
    (row,) = counts.enter(database, CITY, [ROW], "one")
    counts.change(database, CITY, row.id, 1, {**row.cells, "value": "950"}, "two")
    edits = [New(ROW | {"end": "2030-03-06"}), Amend(row.id, 1, {**row.cells, "value": "990"}), Withdraw(row.id, 1)]
    with pytest.raises(StaleError, match="row 1 is now version 2 by two, not 1") as caught:
        counts.save(database, CITY, edits, "three")
    changed, withdrawn = sorted(caught.value.conflicts, key=lambda one: one.edit)
    assert (changed.edit, changed.row, changed.seen, changed.now, changed.who) == (1, row.id, 1, 2, "two")
    assert (changed.yours or {})["value"] == "990"
    assert changed.theirs["value"] == "950"
    assert (withdrawn.edit, withdrawn.yours) == (2, None)
    assert len(counts.entered(database, CITY).counts) == 1


def test_the_same_change_again_changes_nothing(database: Database) -> None:
    (row,) = counts.enter(database, CITY, [ROW], "one")
    first = counts.change(database, CITY, row.id, 1, {**row.cells, "value": "950"}, "two")
    assert counts.change(database, CITY, row.id, 1, {**row.cells, "value": "950"}, "two") == first
    gone = counts.withdraw(database, CITY, row.id, 2, "two")
    assert counts.withdraw(database, CITY, row.id, 2, "two") == gone
    assert len(counts.history(database, CITY)) == 3


def test_a_row_cannot_become_another_that_stands_there(database: Database) -> None:
    one, two = counts.enter(database, CITY, rows(5, 6), "me")
    with pytest.raises(ScenarioError, match="as me entered it"):
        counts.change(database, CITY, two.id, 1, {**one.cells, "value": "7"}, "me")
    counts.save(database, CITY, [Amend(two.id, 1, one.cells), Withdraw(one.id, 1)], "me")
    (left,) = counts.entered(database, CITY).counts
    assert (left.id, left.cells) == (two.id, one.cells)
    with pytest.raises(ScenarioError, match="as me entered it"):
        counts.restore(database, CITY, one.id, 2, "me")


def test_a_row_that_there_is_not(database: Database) -> None:
    (row,) = counts.enter(database, CITY, [ROW], "me")
    for scenario, number in ((CITY, 77), ("another", row.id)):
        with pytest.raises(UsageError, match="expected one that was entered beside"):
            counts.withdraw(database, scenario, number, 1, "me")


def test_what_was_checked_against_an_earlier_state_is_checked_again(database: Database) -> None:
    counts.enter(database, CITY, [ROW], "me")
    with pytest.raises(counts.Moved):
        counts.save(database, CITY, [New(ROW | {"end": "2030-03-06"})], "me", seen=0)
    assert len(counts.save(database, CITY, [New(ROW | {"end": "2030-03-06"})], "me", seen=1)) == 1


def test_history_by_row_and_by_page(database: Database) -> None:
    one, two = counts.enter(database, CITY, rows(5, 6), "me")
    counts.withdraw(database, CITY, one.id, 1, "me")
    assert [change.entry for change in counts.history(database, CITY, entry=one.id)] == [one.id, one.id]
    newest, middle = counts.history(database, CITY, limit=2)
    assert (newest.action, middle.entry) == ("withdrawn", two.id)
    assert [change.entry for change in counts.history(database, CITY, before=middle.id)] == [one.id]


# --- drafts --------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_as_it_is(database: Database) -> None:
    cells = [["yesterday", "many \0", "=cmd()"], [], ["", "\ud800", "مخيم"]]
    save_draft(database, CITY, "mine", [["old"]])
    kept = save_draft(database, CITY, "mine", cells)
    assert read_draft(database, CITY, "mine") == kept
    assert [list(row) for row in kept.cells] == cells
    assert read_draft(database, CITY, "yours") is None
    discard_draft(database, CITY, "mine")
    discard_draft(database, CITY, "mine")
    assert read_draft(database, CITY, "mine") is None


def test_a_draft_keeps_nobody_s_number(database: Database) -> None:
    assert save_draft(database, CITY, "mine", [["900", "ask 0770 123 4567"]]).cells == (("900", ""),)


def test_a_draft_has_a_limit(database: Database) -> None:
    with pytest.raises(UsageError, match="Paste fewer rows"):
        save_draft(database, CITY, "mine", [["a" * (5 * 2**20)]])


# --- the database --------------------------------------------------------------------------------------------------


def test_what_is_saved_is_there_when_it_is_opened_again(database_url: str) -> None:
    for number in range(2):
        database = open_database(database_url)
        assert len(counts.entered(database, CITY).counts) == number
        counts.enter(database, CITY, [rows(1, 2)[number]], "me")
        database.close()


def test_another_version_of_the_tables_is_refused(database: Database, database_url: str) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE about SET value = '99'")
    with pytest.raises(RunError, match="has version 99 of the tables; this Saferground reads version 1"):
        open_database(database_url)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE drafts (poem TEXT)")
    with pytest.raises(RunError, match="tables of another program"):
        open_database(tmp_path / "other.db")


@pytest.mark.parametrize(
    "url",
    ["mysql://me:secret@host/x", "sqlite://", "sqlite:///:memory:", "://secret", "nonsense+driver://secret@x/y"],
)
def test_a_url_that_cannot_be_used(url: str) -> None:
    with pytest.raises(UsageError, match="expected") as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    with pytest.raises(RunError, match=r"could not be written .*Nothing was changed") as caught:
        open_database("postgresql://me:hush@127.0.0.1:1/counts")
    assert "hush" not in str(caught.value)
    assert "***" in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Notes of yesterday\n" * 100, encoding="utf-8")
    with pytest.raises(RunError, match=r"notes\.db could not be written \(file is not a database\)"):
        open_database(tmp_path / "notes.db")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be created"):
        open_database(tmp_path / "file" / "x.db")


# --- libraries that are not there ----------------------------------------------------------------------------------


def without(library: str, program: str) -> str:
    """What a program prints in a Python that lacks a library."""
    words = [sys.executable, "-c", f"import sys; sys.modules[{library!r}] = None\n{program}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_to_install_is_said(tmp_path: Path) -> None:
    program = """
from saferground.errors import UsageError
try:
    from saferground.storage.database import open_database
    open_database("postgresql://x@localhost/y")
except UsageError as error:
    print(error)
"""
    assert "pip install 'saferground[web]'" in without("sqlalchemy", program)
    assert "pip install 'saferground[postgres]'" in without("psycopg", program)
    reading = f"""
from saferground.errors import UsageError
from saferground.exchange.pasted import read_uploaded
import xlsxwriter
with xlsxwriter.Workbook({str(tmp_path / "x.xlsx")!r}) as book:
    book.add_worksheet().write_string(0, 0, "series")
try:
    read_uploaded("x.xlsx", open({str(tmp_path / "x.xlsx")!r}, "rb").read())
except UsageError as error:
    print(error)
"""
    assert "pip install 'saferground[web]'" in without("python_calamine", reading)


def test_runs_forms_and_checks_need_no_database() -> None:
    program = "import saferground.storage, saferground.runs.entered, saferground.exchange.xlsform; print('ready')"
    assert without("sqlalchemy", program) == "ready\n"
