"""``saferground import flee`` and ``saferground export flee`` as a user meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from helpers.commands import saferground
from helpers.flee_inputs import CONFLICTS, SETTINGS, Files, small, swap, write
from saferground.exchange.flee.out_csv import TOTALS


def crisis(folder: Path, files: Files | None = None) -> Path:
    return write(files or small(), folder / "crisis")


FAULTY = (swap(SETTINGS, "True", '"no"'), swap(CONFLICTS, "Late", "Later"))


def test_import_check_forecast_export(tmp_path: Path) -> None:
    done = saferground("import", "flee", crisis(tmp_path), "country", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "6 places, 5 routes" in done.stdout
    assert saferground("check", "country", cwd=tmp_path).returncode == 0
    words = ("forecast", "country", "--members", 3, "-q", "--out", "run")
    done = saferground(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = saferground("export", "flee", "run", "tables", "--member", 1, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Wrote tables.\n"), done.stderr
    with (tmp_path / "tables").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [
        "Day",
        "Date",
        *(f"{c} {w}" for c in ("Haven", "Shelter") for w in ("sim", "data", "error")),
        *TOTALS,
    ]
    assert [row[:2] for row in rows][:2] == [["0", "2020-02-25"], ["1", "2020-02-26"]]
    assert [row[3] for row in rows][:4] == ["50", "66", "83", "100"]
    assert len(rows) == 10


def test_import_as_data(tmp_path: Path) -> None:
    done = saferground("import", "flee", crisis(tmp_path), tmp_path / "out", "--flee", "3.1", "--json")
    told = json.loads(done.stdout)
    assert (told["ok"], told["version"], told["days"], told["rows"]["places"]) == (True, "3.1", 10, 6)
    assert told["folder"] == str(tmp_path / "out")


@pytest.mark.parametrize("version", ["corrected", "3.1"])
def test_problems_are_3_one_a_line_and_nothing_is_written(tmp_path: Path, version: str) -> None:
    folder = crisis(tmp_path, small(*FAULTY))
    words = ("import", "flee", folder, tmp_path / "out", "--flee", version)
    plain, data = saferground(*words), saferground(*words, "--json")
    assert plain.returncode == data.returncode == 3
    told = json.loads(data.stdout)
    assert told["ok"] is False
    assert [str(one["file"]) for one in told["problems"]] == [CONFLICTS, SETTINGS]
    assert len(plain.stdout.splitlines()) == 2
    assert plain.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == ["crisis"]


@pytest.mark.parametrize(
    "words",
    [
        ("import", "flee", "crisis"),
        ("import", "flee", "crisis", "out", "--flee", "2"),
        ("import", "flee", "crisis", "crisis"),
        ("import", "acled", "crisis", "out"),
        ("export", "flee", "crisis"),
        ("export", "flee", "crisis", "out", "--member", "-1"),
    ],
)
def test_wrong_usage_is_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    crisis(tmp_path)
    done = saferground(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["crisis"]


def test_a_folder_that_is_no_run_is_1(tmp_path: Path) -> None:
    done = saferground("export", "flee", crisis(tmp_path), tmp_path / "out.csv")
    assert done.returncode == 1
    assert "is not a run folder" in done.stderr
