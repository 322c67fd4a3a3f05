"""Work in the background: carried out by another process, followed, given up, and taken up again."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from helpers.boards import Served, a_board, over, visited
from helpers.commands import saferground
from helpers.worlds import line, line_world
from saferground.storage import read_run

pytestmark = pytest.mark.slow


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    line_world(tmp_path / "city")
    with visited(a_board(tmp_path)) as made:
        yield made


def ask(client: TestClient, **order: object) -> str:
    answer = client.post("/api/scenarios/city/jobs", json={"kind": "forecast", "members": 4, **order})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def test_a_forecast_of_the_board_is_the_command_lines(client: TestClient, tmp_path: Path) -> None:
    done = over(client, ask(client, seed=5))
    assert done["state"] == "done", done
    run = read_run(tmp_path / "runs" / done["result"]["run"])
    other = tmp_path / "beside"
    assert saferground("forecast", tmp_path / "city", "--members", 4, "--seed", 5, "--out", other, "-q").returncode == 0
    assert read_run(other).dataset.identical(run.dataset)
    assert (other / "report.html").read_bytes() == (run.folder / "report.html").read_bytes()


def test_a_run_of_the_command_line_stands_on_the_first_page(client: TestClient, tmp_path: Path) -> None:
    out = tmp_path / "runs" / "of-the-command-line"
    saferground("forecast", tmp_path / "city", "--members", 3, "--out", out, "-q")
    shown = client.get("/api/home").json()
    assert [run["name"] for run in shown["runs"]] == ["of-the-command-line"]
    assert shown["cards"][0]["latest"]["name"] == "of-the-command-line"


def test_what_was_entered_is_part_of_the_forecast(client: TestClient, tmp_path: Path) -> None:
    known = client.get("/api/scenarios/city/counts").json()["folder"][-1]
    cells = {**known, "source": "later", "series": "entered_here", "end": known["end"], "published": ""}
    source = {"id": "later", "title": "A message", "publisher": "An agency", "published": known["end"]}
    edits = [{"do": "enter", "cells": cells}, {"do": "enter", "kind": "sources", "cells": source}]
    saved = client.post("/api/scenarios/city/counts", json={"edits": edits})
    assert saved.status_code == 200, saved.text
    done = over(client, ask(client))
    counts = (tmp_path / "runs" / done["result"]["run"] / "tables" / "counts.csv").read_text(encoding="utf-8")
    assert "entered_here" in counts


def test_problems_of_the_scenario_come_back_as_they_are(client: TestClient, tmp_path: Path) -> None:
    line().change("camps", place="camp_a", capacity="many").write(tmp_path / "faulty")
    answer = client.post("/api/scenarios/faulty/jobs", json={"kind": "forecast", "members": 4})
    failed = over(client, answer.json()["id"])
    assert failed["state"] == "failed"
    assert failed["error"]["error"] == "ScenarioError"
    assert [(one["file"], one["column"]) for one in failed["error"]["problems"]] == [("camps.csv", "capacity")]


def test_a_job_that_was_given_up_leaves_nothing_behind(client: TestClient, tmp_path: Path) -> None:
    first, second = ask(client, members=5000, days=60), ask(client)
    while client.get(f"/api/jobs/{first}").json()["phase"] not in ("fit", "simulate"):
        time.sleep(0.05)
    assert client.delete(f"/api/jobs/{first}").json()["state"] == "cancelled"
    assert over(client, second)["state"] == "done"
    made = [path.name for path in (tmp_path / "runs").iterdir()]
    assert made == [client.get(f"/api/jobs/{second}").json()["result"]["run"]]


def test_a_process_that_dies_is_said_and_replaced(client: TestClient, tmp_path: Path) -> None:
    first = ask(client, members=5000, days=60)
    while client.get(f"/api/jobs/{first}").json()["phase"] not in ("fit", "simulate"):
        time.sleep(0.05)
    for child in multiprocessing.active_children():
        child.kill()
    died = over(client, first)
    assert died["state"] == "failed"
    assert "memory" in died["error"]["message"]
    assert over(client, ask(client))["state"] == "done"


@pytest.mark.parametrize(
    "wrong",
    [{"members": 1}, {"members": 10**6}, {"seed": -1}, {"as_of": "yesterday"}, {"kind": "score"}, {"days": 0},
     {"kind": "compare", "plans": ["../secret"]}, {"kind": "compare", "drafts": {"a/b": ""}}],
)  # fmt: skip
def test_an_order_that_cannot_be_used_is_refused(client: TestClient, wrong: dict[str, object]) -> None:
    answer = client.post("/api/scenarios/city/jobs", json={"kind": "forecast", **wrong})
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_work_goes_on_after_the_board_was_killed(tmp_path: Path) -> None:
    line_world(tmp_path / "city")
    board = Served(tmp_path)
    job = board.visitor().post("/api/scenarios/city/jobs", json={"kind": "forecast", "members": 3000}).json()["id"]
    while board.visitor().get(f"/api/jobs/{job}").json()["state"] == "waiting":
        time.sleep(0.05)
    board.kill()
    again = Served(tmp_path, port=board.port)
    try:
        done = over(again.visitor(), job)
        assert (done["state"], done["tries"]) == ("done", 2)
        assert json.loads((tmp_path / "runs" / done["result"]["run"] / "run.json").read_text())["members"] == 3000
    finally:
        assert again.stop() == 0


def test_a_board_that_is_ended_leaves_its_work_waiting(tmp_path: Path) -> None:
    line_world(tmp_path / "city")
    with visited(a_board(tmp_path)) as client:
        job = ask(client, members=5000, days=60)
        while client.get(f"/api/jobs/{job}").json()["state"] == "waiting":
            time.sleep(0.05)
    with visited(a_board(tmp_path)) as client:
        assert client.get(f"/api/jobs/{job}").json()["state"] in ("waiting", "running")
        client.delete(f"/api/jobs/{job}")
