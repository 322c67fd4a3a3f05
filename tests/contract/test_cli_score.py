"""``saferground score`` and ``saferground export hubverse`` as a user meets them."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from helpers.commands import COMMAND, interrupted, saferground
from helpers.counted import counted

CAMP = {0: 0, 10: 120, 20: 300, 30: 380, 40: 700, 50: 710, 60: 900, 70: 950}
COUNTS = {("Camp", "haven"): CAMP, ("Total", ""): {day: 2 * people + 9 for day, people in CAMP.items()}}
FEW = ("--origins", 2, "--leads", "7,end", "--members", 20)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two scenarios."""
    folder = tmp_path_factory.mktemp("scenarios")
    for name in ("one", "two"):
        counted(folder / name, COUNTS, days=70)
    return folder


def test_score_then_share_with_a_hub(place: Path, tmp_path: Path) -> None:
    done = saferground("score", place / "one", place / "two", *FEW, "--out", tmp_path / "scores")
    assert (done.returncode, done.stderr) == (0, "")
    assert "best baseline" in done.stdout
    assert str(tmp_path / "scores" / "scores.html") in done.stdout.replace("\n", "")
    done = saferground("export", "hubverse", "scores", "hub", "--team", "us", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Wrote hub.\n"), done.stderr
    assert (tmp_path / "hub" / "model-output" / "us-last_value").is_dir()


def test_score_as_data_into_the_usual_folder(place: Path, tmp_path: Path) -> None:
    done = saferground("score", place / "one", *FEW, "--json", "--seed", 3, cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (told["ok"], told["scenarios"], told["members"], told["seed"]) == (True, ["one"], 20, 3)
    assert {row["lead"] for row in told["by_lead"]} == {"7", "end"}
    assert (tmp_path / told["folder"] / "scores.json").is_file()
    assert told["folder"] == "runs/scores-one-seed3"


def test_quiet_says_nothing(place: Path, tmp_path: Path) -> None:
    done = saferground("score", place / "one", *FEW, "-q", "--out", tmp_path / "scores")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("nowhere",), 3), ((), 2), (("mosul-2017", "--leads", "soon"), 2), (("mosul-2017", "--origins", "soon"), 2)],
)
def test_what_cannot_be_scored(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    done = saferground("score", *words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("score", place / "one", place / "two", "--members", 5000, "--out", out / "scores")
    code, said, error = interrupted(
        *words, when=lambda: next(out.glob(".scores.*.partial"), None) is not None, cwd=tmp_path
    )
    assert (code, said) == (130, "")
    assert error == "Stopped by Ctrl-C. Nothing was written.\n"
    assert list(out.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children of a process are looked up in /proc")
def test_whoever_kills_it_kills_its_processes_too(place: Path, tmp_path: Path) -> None:
    """They hold its stdout, which is at its end only when they are."""
    words = ("score", place / "one", place / "two", "--members", 5000, "--out", tmp_path / "scores")
    running = subprocess.Popen([*COMMAND, *map(str, words)], cwd=tmp_path, stdout=subprocess.PIPE)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    while len(children.read_text().split()) < 3:  # two that score, and one that keeps track of what they share
        assert running.poll() is None
        time.sleep(0.05)
    running.kill()
    running.communicate(timeout=60)


def test_export_of_something_else_is_refused(tmp_path: Path) -> None:
    done = saferground("export", "hubverse", tmp_path, tmp_path / "hub")
    assert done.returncode == 1
    assert "is not a score folder" in done.stderr
