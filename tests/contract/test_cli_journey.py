"""The command line with a scenario of a country: from an empty folder to a run folder, the same each time."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from helpers.commands import interrupted, saferground
from saferground.runs.journey import JourneyBrief

RUN = ["forecast.zarr", "page.json", "report.html", "run.json", "tables", "tables.xlsx"]
CLOCK = ("started", "finished", "seconds")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert saferground("new", "country", "--model", "journey", cwd=tmp_path).returncode == 0
    return tmp_path / "country"


def contents(run: Path) -> dict[str, bytes]:
    files = {str(path.relative_to(run)): path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}
    info = {key: value for key, value in json.loads(files.pop("run.json")).items() if key not in CLOCK}
    return {**files, "run.json": json.dumps(info).encode()}


def test_new_then_check_then_forecast(folder: Path) -> None:
    checked = saferground("check", folder)
    assert checked.returncode == 0
    assert 8 <= len(checked.stdout.splitlines()) <= 20
    done = saferground("forecast", "country", "--members", 5, "--seed", 7, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    run = folder.parent / "runs" / "country-2030-01-31-seed7"
    assert sorted(path.name for path in run.iterdir()) == RUN
    assert "carried on from the counts known on the as-of date" in done.stdout
    assert "People in camps on 1 April 2030" in done.stdout
    stored = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert (stored["model"], stored["flee"], stored["totals"]) == ("journey", "corrected", "known")


def test_forecast_as_data_prints_nothing_else(folder: Path, tmp_path: Path) -> None:
    done = saferground("forecast", folder, "--members", 3, "--days", 9, "--json", "--out", tmp_path / "run")
    told = json.loads(done.stdout)
    assert done.stderr == ""
    assert list(told) == ["ok", *(field.name for field in fields(JourneyBrief))]
    assert (told["members"], told["last"], told["folder"]) == (3, "2030-02-09", str(tmp_path / "run"))


@pytest.mark.parametrize("words", [("--step", "6"), ("--days", "4000"), ("--as-of", "2029-12-31")], ids=" ".join)
def test_wrong_usage_is_2(folder: Path, words: tuple[str, ...]) -> None:
    done = saferground("forecast", folder, *words, cwd=folder.parent)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (folder.parent / "runs").exists()


def test_two_runs_are_the_same_files(folder: Path, tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        words = ("forecast", folder, "--members", 12, "--seed", seed, "-q", "--out", tmp_path / name)
        done = saferground(*words, PYTHONHASHSEED=str(seed * len(name)), TZ=f"UTC{len(name):+d}")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    one, two, other = (contents(tmp_path / name) for name in ("one", "two", "other"))
    assert len(one) > 20
    assert {name for name in one if one[name] != two.get(name)} == set()
    assert one.keys() == two.keys()
    assert {"report.html", "tables.xlsx", "tables/people.csv"} <= {name for name in one if one[name] != other[name]}


@pytest.mark.parametrize("moment", [".run.*.partial", ".run.*.partial/tables"], ids=["simulating", "writing tables"])
def test_ctrl_c_leaves_nothing(folder: Path, tmp_path: Path, moment: str) -> None:
    out = tmp_path / "out"
    words = ("forecast", folder, "--members", 3000, "--out", out / "run")
    code, said, error = interrupted(*words, when=lambda: any(out.glob(moment)), cwd=tmp_path)
    assert (code, said) == (130, "")
    assert error == "Stopped by Ctrl-C. Nothing was written.\n"
    assert list(out.iterdir()) == []
