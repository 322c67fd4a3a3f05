"""Counts over HTTP: checked whole, saved when right, kept meanwhile, taken along, and sent by form."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from helpers.boards import PAGE, a_board, visited
from helpers.countries import country
from helpers.worlds import line_world
from saferground import read_scenario
from saferground.runs.run import Order, run_forecast

COUNTS = "/api/scenarios/city/counts"
COUNT = {
    "series": "left_by_us", "measures": "left_cumulative", "end": "2030-01-08", "published": "2030-01-09",
    "value": "1200", "unit": "individuals", "source": "assumed", "confidence": "high",
}  # fmt: skip


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    line_world(tmp_path / "city")
    with visited(a_board(tmp_path)) as made:
        yield made


def enter(client: TestClient, *rows: dict[str, str], kind: str = "counts") -> Any:
    return client.post(COUNTS, json={"edits": [{"do": "enter", "kind": kind, "cells": row} for row in rows]})


def test_the_page_offers_what_the_scenario_knows(client: TestClient) -> None:
    page = client.get(COUNTS).json()
    counts = next(grid for grid in page["grids"] if grid["kind"] == "counts")
    assert {"assumed"} <= {one["value"] for one in counts["offers"]["source"]}
    assert {"left_cumulative", "present"} <= {one["value"] for one in counts["offers"]["measures"]}
    assert [column["name"] for column in counts["columns"] if column["required"]]
    assert page["known_until"] == "2030-01-05"
    assert 'data-grid="counts"' in client.get("/scenarios/city/counts", headers=PAGE).text


def test_a_country_is_counted_too(client: TestClient, tmp_path: Path) -> None:
    country(tmp_path / "country")
    page = client.get("/api/scenarios/country/counts").json()
    assert {one["value"] for one in page["grids"][0]["offers"]["measures"]} == {"present", "other"}


def test_all_problems_are_told_at_once_and_nothing_is_saved(client: TestClient) -> None:
    wrong = {**COUNT, "value": "12,000", "source": "nobody", "end": "8 January"}
    checked = client.post(f"{COUNTS}/check", json={"edits": [{"do": "enter", "cells": row} for row in (COUNT, wrong)]})
    assert checked.status_code == 200
    told = checked.json()
    assert told["ok"] is False
    assert {(one["line"], one["column"]) for one in told["problems"]} >= {(2, "value"), (2, "source"), (2, "end")}
    assert all(one["line"] == 2 for one in told["problems"])
    refused = enter(client, COUNT, wrong)
    assert refused.status_code == 422
    assert refused.json()["problems"] == told["problems"]
    assert client.get(COUNTS).json()["entered"] == []


def test_who_changed_what_and_when_is_kept(client: TestClient) -> None:
    client.put("/api/session", json={"who": "IM officer"})
    row = enter(client, COUNT).json()["rows"][0]
    client.put("/api/session", json={"who": "night shift"})
    change = {"do": "change", "id": row["id"], "version": row["version"], "cells": {**COUNT, "value": "1300"}}
    assert client.post(COUNTS, json={"edits": [change]}).json()["rows"][0]["version"] == 2
    second, first = client.get(f"{COUNTS}/history").json()
    assert (first["who"], first["action"], first["before"]) == ("IM officer", "entered", None)
    assert (second["who"], second["before"]["value"], second["after"]["value"]) == ("night shift", "1200", "1300")
    assert second["at"].endswith("+00:00")
    assert len(client.get(f"{COUNTS}/history", params={"before": second["id"]}).json()) == 1


def test_a_change_of_an_old_version_is_refused_with_both(client: TestClient) -> None:
    row = enter(client, COUNT).json()["rows"][0]
    changes = [
        {"do": "change", "id": row["id"], "version": 1, "cells": {**COUNT, "value": value}} for value in ("1", "2")
    ]
    assert client.post(COUNTS, json={"edits": changes[:1]}).status_code == 200
    stale = client.post(COUNTS, json={"edits": changes[1:]})
    assert stale.status_code == 409
    (conflict,) = stale.json()["problems"]
    assert (conflict["yours"]["value"], conflict["theirs"]["value"], conflict["now"]) == ("2", "1", 2)


def test_a_count_is_withdrawn_and_restored(client: TestClient) -> None:
    row = enter(client, COUNT).json()["rows"][0]
    for do, version, withdrawn in (("withdraw", 1, True), ("restore", 2, False)):
        edit = {"do": do, "id": row["id"], "version": version}
        assert client.post(COUNTS, json={"edits": [edit]}).json()["rows"][0]["withdrawn"] is withdrawn


def test_a_new_source_comes_along_with_its_counts(client: TestClient) -> None:
    source = {"id": "bulletin", "title": "Bulletin", "publisher": "An agency", "published": "2030-01-20"}
    edits = [
        {"do": "enter", "cells": {**COUNT, "source": "bulletin", "published": ""}},
        {"do": "enter", "kind": "sources", "cells": source},
    ]
    assert client.post(COUNTS, json={"edits": edits}).status_code == 200
    assert client.get(COUNTS).json()["known_until"] == "2030-01-20"


def test_drafts_are_each_browsers_own_and_outlive_the_board(tmp_path: Path) -> None:
    line_world(tmp_path / "city")
    cells = [["counts", "half a th", "", "<b>", "١٢"]]
    with visited(a_board(tmp_path)) as client:
        assert client.put(f"{COUNTS}/draft", json={"cells": cells}).json()["at"]
        cookie = client.cookies["saferground"]
    with visited(a_board(tmp_path)) as other:
        assert other.get(f"{COUNTS}/draft").json() == {"cells": [], "at": ""}
        other.cookies.clear()
        other.cookies.set("saferground", cookie)
        assert other.get(f"{COUNTS}/draft").json()["cells"] == cells
        mark = {"X-CSRF-Token": other.get("/api/session").json()["mark"]}
        assert other.put(f"{COUNTS}/draft", json={"cells": []}, headers=mark).json()["at"] == ""
        assert other.get(f"{COUNTS}/draft").json()["cells"] == []


@pytest.mark.parametrize("kind", ["text", "csv", "xlsx"])
def test_tables_from_outside_come_as_rows_of_the_grid(client: TestClient, kind: str) -> None:
    names, values = list(COUNT), list(COUNT.values())
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in ([*names, "Phone number"], [*values, "+964 770 123 4567"]):
            book.active.append(row)  # type: ignore[union-attr]
        made = io.BytesIO()
        book.save(made)
        content = made.getvalue()
    else:
        content = "\n".join("\t".join(row) for row in ([*names, "Phone number"], [*values, "0770 123 4567"])).encode()
    sent = {"data": {"text": content.decode()}} if kind == "text" else {"files": {"file": (f"a.{kind}", content)}}
    got = client.post(f"{COUNTS}/read", **sent).json()
    assert dict(zip(got["columns"], got["rows"][0], strict=True)) == COUNT
    assert "770" not in str(got)
    assert any("phone" in str(one).lower() for one in got["problems"])


def test_a_hostile_cell_stays_text(client: TestClient) -> None:
    notes = ("=HYPERLINK(1)", "<script>alert(1)</script>", "</script><b>")
    rows = [{**COUNT, "note": note, "series": f"series_{at}"} for at, note in enumerate(notes)]
    assert enter(client, *rows).status_code == 200
    page = client.get("/scenarios/city/counts", headers=PAGE).text
    assert page.count("alert(1)") > 0
    assert "<script>alert" not in page
    assert "</script><b>" not in page
    assert [one["cells"]["note"] for one in client.get(COUNTS).json()["entered"]] == [*reversed(notes)]


def test_the_scenario_taken_along_holds_what_was_entered(client: TestClient, tmp_path: Path) -> None:
    enter(client, COUNT)
    answer = client.get("/scenarios/city/folder.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "elsewhere")
    taken = read_scenario(tmp_path / "elsewhere" / "city")
    assert (taken.tables["counts"]["series"] == "left_by_us").sum() == 1
    assert taken.digest != read_scenario(tmp_path / "city").digest


def test_a_scenario_may_have_a_name_in_any_script(client: TestClient, tmp_path: Path) -> None:
    line_world(tmp_path / "الموصل")
    for file in ("folder.zip", "form.xlsx", "counts"):
        answer = client.get(f"/scenarios/الموصل/{file}", headers=PAGE)
        assert answer.status_code == 200
        assert file == "counts" or "filename*=UTF-8''%D8" in answer.headers["content-disposition"]


def test_a_submission_of_the_form_is_taken_in_once_and_changed_later(client: TestClient) -> None:
    form = client.get("/scenarios/city/form.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(form.content)).sheetnames[:2] == ["survey", "choices"]
    said = submission("1500")
    first = client.post("/api/scenarios/city/submissions", params={"form": "site form"}, json=said)
    assert first.status_code == 200, first.text
    assert len(first.json()["entered"]) == 1, first.text
    assert "_submitted_by" in first.json()["dropped"]
    again = client.post("/api/scenarios/city/submissions", params={"form": "site form"}, json=said)
    assert again.json()["entered"] == []
    later = submission("1600", version="b")
    changed = client.post("/api/scenarios/city/submissions", params={"form": "site form"}, json=later)
    assert len(changed.json()["changed"]) == 1, changed.text
    newest = client.get(f"{COUNTS}/history").json()[0]
    assert (newest["who"], newest["after"]["value"]) == ("site form", "1600")
    assert "somebody" not in client.get(COUNTS).text


def submission(value: str, version: str = "a") -> dict[str, Any]:
    count = {"series": "other", "series_name": "by_form", "measures": "left_cumulative", "value": value,
             "unit": "individuals", "confidence": "high"}  # fmt: skip
    return {
        "_uuid": f"uuid-{version}", "meta/rootUuid": "uuid:uuid-a", "_submitted_by": "somebody",
        "place": "whole_scenario", "day": "2030-01-08", "source": "assumed", "published": "2030-01-09",
        "counts": [{f"counts/{name}": cell for name, cell in count.items()}],
    }  # fmt: skip


def test_what_is_shared_of_a_run_depends_on_with_whom(client: TestClient, tmp_path: Path) -> None:
    run_forecast(Order(tmp_path / "city", members=10, out=tmp_path / "runs" / "a"))
    early = client.get("/runs/a/public.zip")
    assert early.status_code == 422  # the scenario is of the year 2030
    shared = client.get("/runs/a/share/limited.zip")
    with zipfile.ZipFile(io.BytesIO(shared.content)) as archive:
        names = {Path(name).name for name in archive.namelist()}
    assert "left_out.csv" in names
    assert "ways_out.csv" not in names
    assert client.get("/runs/a/share/everyone.zip").status_code == 422
    assert client.get("/runs/nowhere/share/limited.zip").status_code == 404
