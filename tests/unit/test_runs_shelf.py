"""The list of runs: newest first, and no broken folder in its way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from saferground.runs.shelf import run_in, runs_in

INFO = {
    "title": "A city", "sensitivity": "restricted", "scenario": "city", "digest": "ab12", "seed": 1, "members": 50,
    "version": "0.1.0", "start": "2030-03-01", "as_of": "2030-03-08", "end": "2030-03-29", "basis": "counts",
    "doubts": ["The counts of gate lie outside."], "finished": "2030-03-09T08:00:00+00:00", "seconds": 16.1,
}  # fmt: skip
PLANS = {
    "scenario": "city", "as_of": "2030-03-08", "last": "2030-03-29", "members": 500, "seed": 1, "doubts": [],
    "plans": [{"name": "bus", "title": "More buses"}, {"name": "camp", "title": ""}], "digest": "ab12",
    "version": "0.1.0", "started": "2030-03-09T09:00:00+00:00", "seconds": 60.0,
}  # fmt: skip


def put(folder: Path, file: str, content: dict[str, Any] | str) -> Path:
    folder.mkdir(parents=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    put(tmp_path / "old", "run.json", {**INFO, "finished": "2030-03-08T08:00:00+00:00"})
    (put(tmp_path / "new", "run.json", INFO) / "page.json").write_text("{}")
    put(tmp_path / "compared", "plans.json", PLANS)
    put(tmp_path / "broken", "run.json", "{")
    put(tmp_path / "no run", "run.json", "[1, 2]")
    put(tmp_path / "poor", "run.json", {"scenario": "city"})
    put(tmp_path / ".new.partial", "run.json", INFO)
    put(tmp_path / "scores", "score.json", INFO)
    (tmp_path / "notes.txt").write_text("run.json")
    return tmp_path


def test_the_newest_comes_first_and_broken_folders_are_left_out(shelf: Path) -> None:
    assert [(run.name, run.kind) for run in runs_in(shelf)] == [
        ("compared", "plans"),
        ("new", "forecast"),
        ("old", "forecast"),
    ]


def test_a_run_says_what_it_is(shelf: Path) -> None:
    compared, new, old = runs_in(shelf)
    assert (new.title, new.model, new.last, new.members, new.basis) == ("A city", "siege", "2030-03-29", 50, "counts")
    assert new.doubts == ("The counts of gate lie outside.",)
    assert (new.has_page, old.has_page, compared.has_page) == (True, False, False)
    assert compared.title == "More buses, camp"


def test_no_folder_no_runs(tmp_path: Path) -> None:
    assert runs_in(tmp_path / "nowhere") == ()


@pytest.mark.parametrize("name", ["..", ".", "", "new/../old", "/etc", "broken", "nothing", "..\\old"])
def test_no_name_leads_out_of_the_folder(shelf: Path, name: str) -> None:
    put(shelf / "inner" / "a", "run.json", INFO)
    assert run_in(shelf / "inner", "a") is not None
    assert run_in(shelf, name) is None
    assert run_in(shelf / "inner", f"../{name or 'new'}") is None
