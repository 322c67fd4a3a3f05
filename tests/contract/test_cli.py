"""The command line: help, exit codes, data on request, and nothing left behind when it is stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import saferground as package
from helpers.commands import interrupted, saferground
from helpers.worlds import line, line_world
from saferground.cli.app import app
from saferground.runs.brief import Brief
from saferground.runs.run import PHASES

VERBS = ["new", "check", "forecast", "score", "compare", "plan", "serve"]
DOCS = Path(__file__).parents[2] / "docs"
RUN = ["forecast.zarr", "page.json", "report.html", "run.json", "tables", "tables.xlsx"]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return line_world(tmp_path / "good")


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    world = line()
    world.change("camps", place="camp_a", capacity="many").change("routes", id="a_out", destination="nowhere")
    return world.write(tmp_path / "faulty")


# --- help ----------------------------------------------------------------------------------------------------------


def test_the_verbs_are_these() -> None:
    assert [command.name or command.callback.__name__ for command in app.registered_commands] == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_help_explains_the_verb_and_every_argument(verb: str) -> None:
    command = get_command(app).commands[verb]  # type: ignore[attr-defined]
    assert command.help
    assert command.short_help
    assert [one.name for one in command.params if not one.help] == []
    shown = CliRunner().invoke(app, [verb, "--help"])
    assert shown.exit_code == 0
    assert [
        one.name for one in command.params if max(one.opts, key=len) not in shown.stdout and one.opts[0].startswith("-")
    ] == []


def test_help_lists_the_verbs_and_exit_codes() -> None:
    shown = " ".join(CliRunner().invoke(app, ["--help"]).stdout.split())
    assert [verb for verb in VERBS if f" {verb} " not in shown] == []
    assert "Exit codes: 0 done, 1 unexpected, 2 wrong usage, 3 the scenario has problems, 4 a fit not" in shown
    assert "130 interrupted" in shown


@pytest.mark.parametrize("verb", VERBS)
def test_docs_cover_the_verb(verb: str) -> None:
    pages = [page.read_text(encoding="utf-8") for page in [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]]
    assert any(f"saferground {verb}" in page for page in pages)


def test_version() -> None:
    assert saferground("--version").stdout.strip() == package.__version__


# --- exit codes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("fly",),
        ("check",),
        ("check", "FOLDER", "--nonsense"),
        ("check", "FOLDER", "--as-of", "yesterday"),
        ("forecast", "FOLDER", "--members", "0"),
        ("forecast", "FOLDER", "--members", "few"),
        ("forecast", "FOLDER", "--seed", "-1"),
        ("forecast", "FOLDER", "--days", "0"),
        ("forecast", "FOLDER", "--step", "5"),
        ("forecast", "FOLDER", "--as-of", "2029-12-31"),
        ("new", "FOLDER"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(good: Path, words: tuple[str, ...]) -> None:
    done = saferground(*(str(good) if word == "FOLDER" else word for word in words), cwd=good.parent)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not (good.parent / "runs").exists()


@pytest.mark.parametrize("verb", ["check", "forecast"])
@pytest.mark.parametrize("target", ["FAULTY", "no-such-folder"])
def test_a_faulty_scenario_is_3(faulty: Path, verb: str, target: str) -> None:
    folder = str(faulty) if target == "FAULTY" else target
    plain, data = saferground(verb, folder, cwd=faulty.parent), saferground(verb, folder, "--json", cwd=faulty.parent)
    assert plain.returncode == data.returncode == 3
    told = json.loads(data.stdout)
    lines = (plain.stdout or plain.stderr).splitlines()
    assert told["ok"] is False
    assert len(lines) == len(told["problems"]) == (2 if target == "FAULTY" else 1)
    assert set(told["problems"][0]) == {"file", "line", "column", "got", "expected", "do", "severity"}
    assert not (faulty.parent / "runs").exists()


def test_problems_of_check_go_to_stdout_and_of_forecast_to_stderr(faulty: Path) -> None:
    assert saferground("check", faulty).stderr == ""
    assert saferground("forecast", faulty).stdout == ""


def test_a_planning_standard_that_does_not_exist_is_found_by_check(tmp_path: Path) -> None:
    folder = line().add("standards", indicator="champagne", value=1).write(tmp_path / "wrong")
    done = saferground("check", folder, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["problems"][0]["file"] == "standards.csv"


def test_something_unexpected_is_1_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("saferground.runs.check.check_folder", broken)
    plain = CliRunner().invoke(app, ["check", "mosul-2017"])
    debug = CliRunner().invoke(app, ["check", "mosul-2017"], env={"SAFERGROUND_DEBUG": "1"})
    assert (plain.exit_code, debug.exit_code) == (1, 1)
    assert len(plain.stderr.splitlines()) == 1
    assert "ZeroDivisionError: of all things" in plain.stderr
    assert "SAFERGROUND_DEBUG=1" in plain.stderr
    assert "Traceback" in debug.stderr


# --- what the verbs do ---------------------------------------------------------------------------------------------


def test_check_says_what_a_good_folder_holds(good: Path) -> None:
    plain, data = saferground("check", good), json.loads(saferground("check", good, "--json").stdout)
    assert plain.returncode == 0
    assert list(data) == ["ok", "problems", "notes", "summary"]
    assert plain.stdout.splitlines()[: len(data["summary"])] == data["summary"]
    assert 8 <= len(data["summary"]) <= 16


def test_check_as_of_another_day(good: Path) -> None:
    assert "known until 2030-01-03" in saferground("check", good, "--as-of", "2030-01-03").stdout


def test_new_then_check_then_forecast(tmp_path: Path) -> None:
    assert saferground("new", "city", cwd=tmp_path).returncode == 0
    assert saferground("check", "city", cwd=tmp_path).returncode == 0
    done = saferground("forecast", "city", "--members", "5", "--seed", "7", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs" / "city-2030-03-08-seed7"
    assert sorted(path.name for path in run.iterdir()) == RUN
    assert "fitted to the counts known on the as-of date" in done.stdout
    assert "Learned from " in done.stdout
    assert (run / "tables" / "fit_counts.csv").is_file()
    prior = saferground("forecast", "city", "--members", "5", "--prior", "--out", "prior", cwd=tmp_path)
    assert prior.returncode == 0, prior.stderr
    assert "prior forecast: not yet fitted to counts" in prior.stdout
    assert "Learned from" not in prior.stdout
    assert not (tmp_path / "prior" / "tables" / "fit_counts.csv").exists()
    assert str(run.relative_to(tmp_path)) in done.stdout.replace("\n", "")


def test_new_folder_of_a_journey(tmp_path: Path) -> None:
    assert saferground("new", "country", "--model", "journey", cwd=tmp_path).returncode == 0
    done = saferground("check", "country", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "displacement: by the rise of the sum of the camp counts" in done.stdout
    assert saferground("new", "other", "--model", "trek", cwd=tmp_path).returncode == 2


def test_new_without_the_example(tmp_path: Path) -> None:
    assert saferground("new", "city", "--empty", cwd=tmp_path).returncode == 0
    assert saferground("check", "city", cwd=tmp_path).returncode == 3


def test_forecast_as_data_prints_nothing_else(good: Path, tmp_path: Path) -> None:
    done = saferground("forecast", good, "--members", 5, "--days", 3, "--step", 12, "--json", "--out", tmp_path / "run")
    told = json.loads(done.stdout)
    assert done.stderr == ""
    assert list(told) == ["ok", *(field.name for field in fields(Brief))]
    assert told["ok"] is True
    assert told["folder"] == str(tmp_path / "run")
    assert (told["members"], told["seed"], told["last"]) == (5, 1, "2030-01-08")
    stored = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert (stored["digest"], stored["days"], stored["step_hours"]) == (told["digest"], 3, 12)


def test_quiet_says_nothing(good: Path, tmp_path: Path) -> None:
    done = saferground("forecast", good, "--members", 2, "-q", "--out", tmp_path / "run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_other_peoples_files_are_not_touched(good: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious", encoding="utf-8")
    done = saferground("forecast", good, "--members", 2, "--out", tmp_path / "mine")
    assert done.returncode == 1
    assert "is not a run folder" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_terminal_would_be_told_of_every_phase() -> None:
    from saferground.cli import progress

    assert tuple(progress.PHASES)[1:] == PHASES


# --- Ctrl-C --------------------------------------------------------------------------------------------------------


def appears(folder: Path, pattern: str) -> Callable[[], bool]:
    return lambda: next(folder.glob(pattern), None) is not None


@pytest.mark.parametrize(
    ("moment", "presses"),
    [(".run.*.partial", 1), (".run.*.partial/tables", 1), (".run.*.partial/forecast.zarr", 3)],
    ids=["simulating", "writing tables", "writing the forecast, pressed thrice"],
)
def test_ctrl_c_leaves_nothing(good: Path, tmp_path: Path, moment: str, presses: int) -> None:
    out = tmp_path / "out"
    words = ("forecast", good, "--members", 4000, "--out", out / "run")
    code, said, error = interrupted(*words, when=appears(out, moment), cwd=tmp_path, presses=presses)
    assert (code, said) == (130, "")
    assert error == "Stopped by Ctrl-C. Nothing was written.\n"
    assert list(out.iterdir()) == []


def test_ctrl_c_keeps_the_run_that_stood_there(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert saferground("forecast", good, "--members", 2, "-q", "--out", out / "run").returncode == 0
    before = (out / "run" / "run.json").read_bytes()
    words = ("forecast", good, "--members", 4000, "--out", out / "run")
    code, *_ = interrupted(*words, when=appears(out, ".run.*.partial/tables"), cwd=tmp_path)
    assert code == 130
    assert [path.name for path in out.iterdir()] == ["run"]
    assert (out / "run" / "run.json").read_bytes() == before


def test_ctrl_c_while_the_kernel_compiles(good: Path, tmp_path: Path) -> None:
    out, cache = tmp_path / "out", tmp_path / "cache"
    words = ("forecast", good, "--members", 4000, "--out", out / "run")
    code, *_ = interrupted(*words, when=appears(out, ".run.*.partial"), cwd=tmp_path, NUMBA_CACHE_DIR=str(cache))
    assert code == 130
    assert list(out.iterdir()) == []
