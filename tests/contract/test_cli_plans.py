"""``saferground compare`` and ``saferground plan`` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.commands import interrupted, saferground
from helpers.planned import with_files
from helpers.worlds import line
from saferground.reporting.sheet import render_sheet
from saferground.reporting.stored import read_sheet
from saferground.scenario.plans import read_plan

LANES = """title = "Four more lanes at the desk"
cost = 800
[[stations]]
place = "desk"
kind = "screening"
from = 2030-01-07
servers = 4
"""
BUSES = """title = "Two more buses at the gate"
[[buses]]
place = "gate"
from = 2030-01-08
vehicles = 2
"""
FEW = ("--members", 20, "--prior", "--no-one-more")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = line(population=50_000).fix(screening_rate=4.0, registration_rate=100.0, flight_contested=0.2)
    return with_files(tmp_path_factory.mktemp("city") / "city", {"lanes.toml": LANES, "buses.toml": BUSES}, world)


def test_compare_every_plan_of_a_folder(city: Path, tmp_path: Path) -> None:
    done = saferground("compare", city, "--members", 20, "--prior", "--out", tmp_path / "plans")
    assert (done.returncode, done.stderr) == (0, "")
    assert "What each plan changes" in done.stdout
    assert "One more of which saves most waiting" in done.stdout
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == [
        "page.json", "plans.html", "plans.json", "tables", "tables.xlsx",
    ]  # fmt: skip
    kept = (tmp_path / "plans" / "plans.html").read_text(encoding="utf-8")
    assert render_sheet(read_sheet(tmp_path / "plans")) == kept
    told = json.loads((tmp_path / "plans" / "plans.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in told["plans"]] == ["baseline", "buses", "lanes"]
    assert {row["plan"] for row in told["marginal"]} == {"baseline", "buses", "lanes"}


def test_compare_one_plan_as_data_into_the_usual_folder(city: Path, tmp_path: Path) -> None:
    done = saferground("compare", city, "lanes", *FEW, "--json", "--seed", 3, cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (told["ok"], told["members"], told["seed"], told["marginal"]) == (True, 20, 3, [])
    rows = {row["outcome"]: row for row in told["differences"]}
    assert rows["waiting"]["mean"] < 0
    assert rows["waiting"]["cost_per_unit"] > 0
    assert told["folder"] == "runs/plans-city-2030-01-05-seed3"
    assert (tmp_path / told["folder"] / "plans.html").is_file()


def test_a_plan_may_lie_anywhere(city: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(LANES.replace("= 4", "= 1"), encoding="utf-8")
    done = saferground("compare", city, "own.toml", *FEW, "-q", "--out", "plans", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["nothing", "baseline.toml"])
def test_what_cannot_be_compared_is_a_problem_and_leaves_nothing(city: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "baseline.toml").write_text(LANES, encoding="utf-8")
    done = saferground("compare", city, name, *FEW, "--out", tmp_path / "plans", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert name in done.stderr
    assert not (tmp_path / "plans").exists()


def test_a_scenario_without_plans_says_so(tmp_path: Path) -> None:
    done = saferground("compare", line().write(tmp_path / "city"), *FEW, cwd=tmp_path)
    assert done.returncode == 3
    assert "at least one plan" in done.stderr


def test_search_then_compare_what_it_found(city: Path, tmp_path: Path) -> None:
    words = (
        "--units",
        2,
        "--kind",
        "screening",
        "--members",
        20,
        "--tries",
        32,
        "--prior",
        "--out",
        tmp_path / "found",
    )
    done = saferground("plan", city, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "futures held out" in done.stdout
    told = json.loads((tmp_path / "found" / "search.json").read_text(encoding="utf-8"))
    assert [row["plan"] for row in told["held_out"]] == ["proportional", "greedy", "searched"]
    assert (tmp_path / "found" / "tables" / "tried.csv").is_file()
    found = tmp_path / "found" / "plans" / "searched.toml"
    plan, problems = read_plan(found)
    assert problems == []
    assert plan is not None
    assert plan.changes
    assert saferground("compare", city, found, *FEW, "-q", "--out", tmp_path / "again").returncode == 0


@pytest.mark.parametrize(
    "words",
    [("--units", 2, "--for", "happiness"), ("--units", 2, "--kind", "fnord"), ("--units", 0), ()],
)
def test_what_cannot_be_searched(city: Path, tmp_path: Path, words: tuple) -> None:
    done = saferground("plan", city, *words, "--prior", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing(city: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, error = interrupted(
        "compare", city, "--members", 5000, "--prior", "--out", out / "plans",
        when=lambda: next(out.glob(".plans.*.partial"), None) is not None, cwd=tmp_path,
    )  # fmt: skip
    assert (code, said) == (130, "")
    assert error == "Stopped by Ctrl-C. Nothing was written.\n"
    assert list(out.iterdir()) == []
