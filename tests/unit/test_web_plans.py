"""Plans over HTTP: what can be changed, answers and problems, saving, copying, comparing in full, drafts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from helpers.boards import PAGE, a_board, over, visited
from helpers.countries import country
from helpers.planned import day
from helpers.worlds import line
from saferground.planning.plans.levers import levers
from saferground.runs.tries import Tries
from saferground.scenario.plans import read_plan, united
from saferground.scenario.read import read_scenario
from saferground.web.plans.planner import Planner

MEMBERS, FEW = 24, 6
CITY = "/api/scenarios/city"
FROM = day(1).isoformat()
LANES = {"kind": "stations", "values": {"place": "desk", "kind": "screening", "from": FROM, "servers": 4}}


def typed(*changes: dict[str, Any], name: str = "plan_1", **own: Any) -> dict[str, Any]:
    return {"name": name, "title": name.title(), "changes": list(changes), **own}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("board")
    line(population=50_000).fix(screening_rate=4.0, flight_contested=0.2).write(made / "city")
    country(made / "country")
    return made


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with visited(a_board(folder)) as made:
        made.app.app.state.planner = Planner(Tries(MEMBERS, FEW))  # type: ignore[attr-defined]
        yield made
        made.app.app.state.planner.stop()  # type: ignore[attr-defined]


def tried(client: TestClient, *plans: dict[str, Any], page: str = "page") -> dict[str, Any]:
    """What comes of plans in the end."""
    answer = client.post(f"{CITY}/plans/try", json={"page": page, "plans": list(plans)})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    end = time.monotonic() + 120
    while told["state"] not in ("whole", "wrong", "failed") and time.monotonic() < end:
        told = client.get(f"{CITY}/plans/tries/{told['id']}", params={"beyond": "first", "wait": 1}).json()
    return told


# --- what can be changed ---------------------------------------------------------------------------------------------


def test_levers_are_those_of_the_scenario_with_every_kind_of_change(client: TestClient, folder: Path) -> None:
    found = client.get(f"{CITY}/levers").json()
    expected = levers(united(read_scenario(folder / "city"), ()))
    assert [one["key"] for one in found["levers"]] == [one.key for one in expected]
    assert found["levers"][0]["levels"][0] == {"first": FROM, "value": expected[0].levels[0].value}
    assert (found["own"], found["first"]) == (True, FROM)
    assert [one["name"] for one in found["kinds"]][:3] == ["places", "routes", "openings"]
    stations = next(one for one in found["kinds"] if one["name"] == "stations")["keys"]
    assert "screening" in next(key for key in stations if key["name"] == "kind")["choices"]


def test_a_country_has_no_plans_and_its_page_says_so_kindly(client: TestClient) -> None:
    assert client.get("/api/scenarios/country/levers").status_code == 422
    page = client.get("/scenarios/country/plans", headers=PAGE)
    assert page.status_code == 200
    assert "does not have yet" in page.text
    assert "plans.js" not in page.text
    assert "plans.js" in client.get("/scenarios/city/plans", headers=PAGE).text
    assert client.get("/scenarios/nowhere/plans", headers=PAGE).status_code == 404


# --- trying ----------------------------------------------------------------------------------------------------------


def test_plans_are_tried_beside_no_plan(client: TestClient) -> None:
    fewer = typed({**LANES, "values": {**LANES["values"], "servers": -1}}, name="plan_2")
    told = tried(client, typed(LANES), fewer)
    assert told["state"] == "whole"
    answer = told["answer"]
    assert (answer["members"], answer["of"]) == (MEMBERS, MEMBERS)
    assert [one["name"] for one in answer["plans"]] == ["baseline", "plan_1", "plan_2"]
    waiting = [one["outcomes"][0]["change"] for one in answer["plans"][1:]]
    assert waiting[0]["amount"]["mean"] < 0 < waiting[1]["amount"]["mean"]
    assert len(answer["pairs"]) == len(answer["meanings"])


def test_every_problem_is_told_by_change_and_key(client: TestClient) -> None:
    wrong = typed(LANES, {"kind": "buses", "values": {"place": "gat", "from": "soon", "vehicles": 1.5}}, LANES)
    told = tried(client, wrong, typed(name="plan_2"))
    assert told["state"] == "wrong"
    where = {(one["file"], one["line"], one["column"]) for one in told["problems"]}
    assert ("plans/plan_1.toml", 2, "buses.from") in where
    assert ("plans/plan_1.toml", 2, "buses.vehicles") in where
    assert ("plans/plan_2.toml", 0, "") in where
    late = tried(
        client, typed(LANES, {"kind": "buses", "values": {"place": "gat", "from": FROM, "vehicles": 1}}, LANES)
    )
    found = {(one["line"], one["column"]): one["got"] for one in late["problems"]}
    assert found[2, "buses.place"] == "'gat'"
    assert "change 1" in found[3, "stations"]


def test_a_trial_that_is_not_known_is_not_found(client: TestClient) -> None:
    answer = client.get(f"{CITY}/plans/tries/nothing")
    assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")


def test_counts_entered_in_the_board_are_part_of_what_plans_are_tried_on(client: TestClient, folder: Path) -> None:
    state = client.app.app.state  # type: ignore[attr-defined]
    before = state.scenarios.now(folder / "city")
    assert state.scenarios.now(folder / "city") is before
    count = {"series": "left_by_us", "measures": "left_cumulative", "end": "2030-01-04", "value": "900"}
    row = {**count, "published": "2030-01-04", "unit": "individuals", "source": "assumed", "confidence": "high"}
    saved = client.post(f"{CITY}/counts", json={"edits": [{"do": "enter", "kind": "counts", "cells": row}]})
    assert saved.status_code == 200, saved.text
    after = state.scenarios.now(folder / "city")
    assert after.digest != before.digest
    assert len(after.tables["counts"]) == len(before.tables["counts"]) + 1


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_plan_is_saved_whole_and_no_other_is_replaced_unseen(client: TestClient, folder: Path) -> None:
    path = folder / "city" / "plans" / "night.toml"
    saved = client.put(f"{CITY}/plans/night", json={"plan": typed(LANES, note="By the IM officer")})
    assert saved.status_code == 200, saved.text
    plan, problems = read_plan(path)
    assert problems == []
    assert plan is not None
    assert (plan.name, plan.note, plan.changes[0]["servers"]) == ("night", "By the IM officer", 4)
    assert "night" in [one["name"] for one in client.get(f"{CITY}/plans").json()]
    again = client.put(f"{CITY}/plans/night", json={"plan": typed(LANES)})
    assert (again.status_code, again.json()["error"]) == (409, "Refused")
    assert read_plan(path)[0] == plan
    digest = saved.json()["digest"]
    assert client.put(f"{CITY}/plans/night", json={"plan": typed(LANES), "replaces": digest}).status_code == 200
    assert client.put(f"{CITY}/plans/night", json={"plan": typed(LANES), "replaces": digest}).status_code == 409
    assert {one.suffix for one in path.parent.iterdir()} == {".toml"}


def test_text_is_saved_as_it_was_written(client: TestClient, folder: Path) -> None:
    text = f'# as agreed\ntitle = "Agreed"\n[[camps]]\nplace = "camp_a"\nfrom = {FROM}\nplaces = 600\n'
    assert client.put(f"{CITY}/plans/agreed", json={"text": text}).status_code == 200
    assert (folder / "city" / "plans" / "agreed.toml").read_text(encoding="utf-8") == text
    read = client.post(f"{CITY}/plans/read", json={"name": "agreed", "text": text}).json()
    assert read["changes"] == [{"kind": "camps", "values": {"place": "camp_a", "from": FROM, "places": 600}}]
    written = client.post(f"{CITY}/plans/write", json=typed(*read["changes"], name="other")).json()
    assert "places = 600" in written["text"]
    wrong = client.post(f"{CITY}/plans/read", json={"name": "agreed", "text": text.replace("600", "many")})
    assert wrong.status_code == 422
    assert wrong.json()["problems"][0]["line"] == 6


@pytest.mark.parametrize("name", ["..", "../x", "%2e%2e%2fx", "A", "a.b", "a b", "x" * 61, ""])
def test_no_name_leads_out_of_the_folder(client: TestClient, folder: Path, name: str) -> None:
    before = sorted(folder.rglob("*.toml"))
    answer = client.put(f"{CITY}/plans/{name}", json={"plan": typed(LANES)})
    assert answer.status_code in (404, 405, 422)
    assert sorted(folder.rglob("*.toml")) == before


def test_what_cannot_be_compared_is_not_saved(client: TestClient, folder: Path) -> None:
    too_few = {**LANES, "values": {**LANES["values"], "servers": -99}}
    answer = client.put(f"{CITY}/plans/few", json={"plan": typed(too_few)})
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["column"] == "stations.servers"
    named = client.put(f"{CITY}/plans/person", json={"plan": typed(LANES, note="call +964 770 123 4567")})
    assert named.json()["problems"][0]["got"] == "a telephone or identity number"
    text = f'title = "A"\n# ask someone@example.org\n[[camps]]\nplace = "camp_a"\nfrom = {FROM}\nplaces = 6\n'
    assert client.put(f"{CITY}/plans/person", json={"text": text}).json()["problems"][0]["line"] == 2
    for taken in ("baseline", "con", "lpt1"):
        assert client.put(f"{CITY}/plans/{taken}", json={"plan": typed(LANES)}).status_code == 422
    assert client.put(f"{CITY}/plans/none", json={}).status_code == 422
    written = {one.name for one in (folder / "city").rglob("*.toml")}
    assert not {"few.toml", "person.toml", "baseline.toml", "con.toml"} & written


def test_a_shipped_scenario_is_written_into_only_as_a_copy(client: TestClient, folder: Path) -> None:
    change = {"kind": "buses", "values": {"place": "scorpion_junction", "from": "2017-03-03", "vehicles": 10}}
    url = "/api/scenarios/mosul-2017"
    refused = client.put(f"{url}/plans/buses", json={"plan": typed(change)})
    assert refused.status_code == 409
    assert "Copy the scenario" in refused.json()["message"]
    assert not client.get(f"{url}/levers").json()["own"]
    copied = client.post(f"{url}/copy")
    assert (copied.status_code, copied.json()["kind"]) == (201, "own")
    assert (folder / "mosul-2017" / "plans" / "as_opened.toml").is_file()
    assert client.put(f"{url}/plans/buses", json={"plan": typed(change)}).status_code == 200
    assert client.get(f"{url}/levers").json()["own"]
    assert client.post(f"{url}/copy").status_code == 409
    assert not [one.name for one in folder.iterdir() if one.name.startswith(".copy")]


# --- drafts and full comparisons -------------------------------------------------------------------------------------


def test_drafts_are_kept_right_or_wrong(client: TestClient) -> None:
    assert client.get(f"{CITY}/plans/draft/abc").json() == {"plans": []}
    wrong = [{"title": "", "changes": [{"kind": "buses", "values": {"vehicles": "ten"}}]}]
    assert client.put(f"{CITY}/plans/draft/abc", json={"plans": wrong}).status_code == 200
    assert client.get(f"{CITY}/plans/draft/abc").json() == {"plans": wrong}
    assert client.get(f"{CITY}/plans/draft/other").json() == {"plans": []}


def test_drafts_keep_everything_but_persons(client: TestClient) -> None:
    wrong = [{"title": "A", "note": "call +964 770 123 4567", "cost": "1000", "changes": [{"values": {"places": 600}}]}]
    assert client.put(f"{CITY}/plans/draft/abc", json={"plans": wrong}).status_code == 200
    assert client.get(f"{CITY}/plans/draft/abc").json() == {"plans": [{**wrong[0], "note": ""}]}


@pytest.mark.slow
def test_plans_are_compared_in_full_as_they_are_typed(client: TestClient, folder: Path) -> None:
    few = {**LANES, "values": {**LANES["values"], "servers": -99}}
    wrong = client.post(f"{CITY}/plans/compare", json={"plans": [typed(few)]})
    assert (wrong.status_code, wrong.json()["problems"][0]["line"]) == (422, 1)
    order = {"plans": [typed(LANES)], "members": 4, "one_more": False}
    job = client.post(f"{CITY}/plans/compare", json=order)
    assert job.status_code == 202, job.text
    done = over(client, job.json()["id"])
    assert done["state"] == "done", done
    assert (folder / "runs" / done["result"]["run"] / "plans.html").is_file()
