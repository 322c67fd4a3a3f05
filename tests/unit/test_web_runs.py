"""The forecast page of the board: what it shows, what can be taken along, and what no name leads to."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from helpers.boards import PAGE, a_board, visited
from helpers.countries import country, fake_journey
from helpers.datasets import fitted_forecast
from helpers.made_runs import made_run
from helpers.scenarios import fake_scenario
from saferground.reporting.context import Column, Headline, Section, Table
from saferground.reporting.sheet import Sheet
from saferground.reporting.stored import read_page, write_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("board")
    runs = home / "runs"
    made_run(runs / "siege-old", fitted_forecast(members=20, days=12), fake_scenario(), hour=6)
    made_run(runs / "siege-new", fitted_forecast(members=30, days=12), fake_scenario(), hour=7)
    land = country(home / "country")
    made_run(runs / "land", fake_journey(land), land, hour=9)
    shutil.copytree(runs / "siege-old", runs / "older")
    (runs / "older" / "page.json").unlink()
    shutil.copytree(runs / "siege-old", runs / "cut")
    (runs / "cut" / "page.json").write_text("{")
    (home / "secret.txt").write_text("secret")
    return home


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with visited(a_board(folder)) as made:
        yield made


@pytest.mark.parametrize("run", ["siege-new", "land"])
def test_the_page_shows_all_that_the_report_does(client: TestClient, folder: Path, run: str) -> None:
    answer = client.get(f"/runs/{run}", headers=PAGE)
    assert answer.status_code == 200
    page = read_page(folder / "runs" / run)
    for section in page.sections:
        assert f'id="{section.id}"' in answer.text
        for block in section.blocks:
            assert f'id="{block.id}"' in answer.text
    for headline in page.headlines:
        assert f'id="headline-{headline.id}"' in answer.text
    assert '<script src="/static/' in answer.text
    assert "<script>" not in answer.text
    assert "script-src 'self';" in answer.headers["content-security-policy"]


def test_every_table_on_the_page_can_be_had_in_both_forms(client: TestClient, folder: Path) -> None:
    for run in ("siege-new", "land"):
        text = client.get(f"/runs/{run}", headers=PAGE).text
        page = read_page(folder / "runs" / run)
        for origin in page.provenance.origins:
            for kind in ("csv", "xlsx") if origin.table else ():
                address = f"/runs/{run}/tables/{origin.table}.{kind}"
                assert f'href="{address}"' in text, origin.id
        for name in sorted({origin.table for origin in page.provenance.origins if origin.table}):
            rows = list(csv.reader(io.StringIO(client.get(f"/runs/{run}/tables/{name}.csv").text)))
            assert all(tag.startswith("#") for tag in rows[1])
            answer = client.get(f"/runs/{run}/tables/{name}.xlsx")
            assert 'attachment; filename="' + f"{run}-{name}.xlsx" in answer.headers["content-disposition"]
            book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
            sheet = book.get_sheet_by_index(0).to_python()
            assert len(sheet) == len(rows) + 1
            assert set(sheet[2]) <= set(rows[1])


def test_whole_files_are_sent_to_be_saved_and_never_opened_in_the_board(client: TestClient, folder: Path) -> None:
    record = client.get("/api/runs/siege-new").json()
    assert {one["name"] for one in record["files"]} == {"report.html", "tables.xlsx", "page.json"}
    for one in record["files"]:
        answer = client.get(one["file"])
        assert answer.content == (folder / "runs" / "siege-new" / one["name"]).read_bytes()
        assert answer.headers["content-disposition"].startswith("attachment")
    assert record["tables"][0]["name"] == "headlines"


def test_the_record_of_the_page_is_its_json(client: TestClient, folder: Path) -> None:
    answer = client.get("/api/runs/land/page")
    assert answer.json() == json.loads((folder / "runs" / "land" / "page.json").read_text(encoding="utf-8"))
    assert answer.headers["content-type"] == "application/json"


def test_the_runs_are_listed_newest_first(client: TestClient) -> None:
    found = client.get("/api/runs").json()
    assert found[0]["name"] == "land"
    only = client.get("/api/runs", params={"scenario": found[-1]["scenario"], "most": 2}).json()
    assert len(only) == 2
    assert {one["scenario"] for one in only} == {found[-1]["scenario"]}


def test_plans_compared_open_in_the_board(client: TestClient, folder: Path) -> None:
    made = folder / "runs" / "compared"
    made.mkdir()
    table = Table("differences", "Differences", (Column("Plan", "text"),), (("more buses",),))
    answer = Headline("buses", "More buses", "Less waiting", "Waiting is less in 9 in 10 futures.", None)
    section = Section("changes", "What each plan changes", "Changes", (), (table,))
    texts = ("Plans", "Plans of a city", (), "limited", "", ("The same futures.",), (answer,), "", (section,))
    write_page(Sheet(*texts, "Limits", (("Short", "Long."),), "Seed 1."), made / "page.json")
    told = {"scenario": "city", "as_of": "2030-03-08", "last": "2030-03-29", "members": 9, "seed": 1, "plans": []}
    (made / "plans.json").write_text(json.dumps(told), encoding="utf-8")
    text = client.get("/runs/compared", headers=PAGE).text
    for words in ("Plans of a city", "Waiting is less in 9 in 10 futures.", "more buses", "Seed 1."):
        assert words in text
    assert client.get("/api/runs/compared/page").json()["kind"] == "sheet"
    assert client.get("/api/compare-runs", params={"old": "compared", "new": "land"}).status_code == 404
    shutil.rmtree(made)


@pytest.mark.parametrize("run", ["older", "cut"])
def test_a_run_of_another_version_offers_its_files(client: TestClient, run: str) -> None:
    answer = client.get(f"/runs/{run}", headers=PAGE)
    assert answer.status_code == 200
    assert "made by an older version" in answer.text
    assert f'href="/runs/{run}/files/report.html"' in answer.text


def test_what_a_run_lacks_says_so(client: TestClient) -> None:
    assert client.get("/api/runs/older/page").status_code == 404
    laid = client.get("/api/compare-runs", params={"old": "older", "new": "siege-new"})
    assert laid.status_code == 404
    assert "Make the run again" in laid.json()["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/runs/nothing",
        "/runs/%2e%2e",
        "/runs/..%2f..%2fsecret.txt",
        "/runs/siege-new/files/run.json",
        "/runs/siege-new/files/..%2frun.json",
        "/runs/siege-new/files/..%2f..%2f..%2fsecret.txt",
        "/runs/siege-new/tables/nothing.csv",
        "/runs/siege-new/tables/..%2fpage.csv",
        "/runs/siege-new/tables/..%2f..%2fsiege-old%2ftables%2farrivals.csv",
        "/runs/%2e%2e/tables/arrivals.csv",
        "/api/runs/..%2fruns%2fsiege-new",
        "/api/runs/nothing/page",
    ],
)
def test_no_name_leads_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["ok"] is False
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_another_format_is_refused(client: TestClient) -> None:
    assert client.get("/runs/siege-new/tables/arrivals.exe").status_code == 422


def test_a_run_can_be_laid_over_an_earlier_one_of_its_scenario(client: TestClient) -> None:
    text = client.get("/runs/siege-new", headers=PAGE).text
    assert '<option value="siege-old">' in text
    assert '<option value="land">' not in text
    laid = client.get("/api/compare-runs", params={"old": "siege-old", "new": "siege-new"}).json()
    assert laid["new"]["about"]["members"] == 30
    page = client.get("/compare-runs", params={"old": "siege-old", "new": "siege-new"}, headers=PAGE).text
    for section in laid["sections"]:
        assert f'id="{section["id"]}"' in page
    assert client.get("/api/compare-runs", params={"old": "../x", "new": "land"}).status_code == 404
    assert client.get("/api/compare-runs", params={"old": "siege-old", "new": "land"}).status_code == 422
    assert client.get("/api/compare-runs", params={"old": "siege-old"}).status_code == 422


def test_a_page_is_drawn_anew_when_its_run_changes(client: TestClient, folder: Path) -> None:
    runs = folder / "runs"
    shutil.copytree(runs / "siege-old", runs / "again")
    assert "<dd>20</dd>" in client.get("/runs/again", headers=PAGE).text
    shutil.copyfile(runs / "siege-new" / "page.json", runs / "again" / "page.json")
    assert "<dd>30</dd>" in client.get("/runs/again", headers=PAGE).text
    shutil.rmtree(runs / "again")


def test_hostile_names_of_runs_stay_text(client: TestClient, folder: Path) -> None:
    name = "<img src=x onerror=alert(1)>"
    shutil.copytree(folder / "runs" / "siege-old", folder / "runs" / name)
    for path in (f"/runs/{name}", "/runs/siege-new", "/"):
        text = client.get(path, headers=PAGE).text
        assert "<img" not in text
    shutil.rmtree(folder / "runs" / name)
