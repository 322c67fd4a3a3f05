"""The form for counts, and what KoboToolbox and ODK Central send of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyxform.xls2xform import convert

from helpers.forms import kobo, odk, serving
from saferground import read_scenario
from saferground.errors import RunError, UsageError
from saferground.exchange import servers
from saferground.exchange.servers import KOBO_TOKEN, ODK_TOKEN, Project, fetch
from saferground.exchange.submissions import read_submission
from saferground.exchange.xlsform import LANGUAGES, OTHER, WHOLE, counts_of, write_xlsform
from saferground.runs.submissions import reconcile
from saferground.scenario import Scenario, new_scenario, shipped
from saferground.scenario.personal import is_personal
from saferground.storage.counts import save as counts
from saferground.storage.counts.forms import taken
from saferground.storage.database import Database, open_database

FORM = "Form aXy at kf.example.org"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return new_scenario(tmp_path / "my-city")


@pytest.fixture
def scenario(city: Path) -> Scenario:
    return read_scenario(city)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


# --- the form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*shipped(), "city"])
def test_the_form_is_a_form(name: str, city: Path, tmp_path: Path) -> None:
    scenario = read_scenario(city if name == "city" else name)
    made = convert(str(write_xlsform(scenario, tmp_path / "form.xlsx")), validate=False)
    assert made.warnings == []
    for language in LANGUAGES:
        assert f'lang="{language}"' in made.xform
    for word in (
        "geopoint",
        "deviceid",
        "username",
        "phonenumber",
        "barcode",
        "mediatype",
        "simserial",
        "subscriberid",
    ):
        assert word not in made.xform


def test_the_form_offers_what_the_scenario_has_and_asks_for_nobody(scenario: Scenario, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsform(scenario, tmp_path / "new" / "form.xlsx"))
    survey = list(book["survey"].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in survey if is_personal(str(row[1]))] == []
    assert {str(row[0]).split()[0] for row in survey} == {
        "note", "select_one", "date", "begin_repeat", "text", "integer", "end_repeat",
    }  # fmt: skip
    assert all(row[2] and row[3] and row[4] for row in survey if row[0] != "end_repeat")
    offered: dict[str, list[str]] = {}
    for row in book["choices"].iter_rows(min_row=2, values_only=True):
        offered.setdefault(str(row[0]), []).append(str(row[1]))
    assert offered["places"] == [WHOLE, *scenario.tables["places"]["id"]]
    assert offered["sources"] == list(scenario.tables["sources"]["id"])
    assert offered["series"] == [*counts_of(scenario), OTHER]
    assert len(offered["measures"]) == 7


def test_the_same_scenario_gives_the_same_form(scenario: Scenario, tmp_path: Path) -> None:
    one, two = (write_xlsform(scenario, tmp_path / name).read_bytes() for name in ("one.xlsx", "two.xlsx"))
    assert one == two


def test_a_form_that_cannot_be_written(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be written"):
        write_xlsform(scenario, tmp_path / "file" / "form.xlsx")


# --- submissions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("send", [kobo, odk])
def test_a_submission_is_a_row_of_counts(scenario: Scenario, send: Any) -> None:
    read = read_submission(send(scenario), scenario)
    assert read.instance == "u1"
    (row,) = read.rows
    assert row == {
        "series": "Arrivals at Crossroads", "place": "crossroads", "measures": "arrived_daily", "end": "2030-03-07",
        "value": "900", "unit": "individuals", "source": "invented", "confidence": "low", "published": "2030-03-08",
    } | {name: row[name] for name in row if row[name] == ""}  # fmt: skip
    assert "Person" not in repr(read)


def test_another_count_of_the_whole_scenario(scenario: Scenario) -> None:
    count = {"series": OTHER, "series_name": "At the gate", "measures": "present", "unit": "families", "value": 12.0}
    (row,) = read_submission(kobo(scenario, place=WHOLE, counts=[count]), scenario).rows
    assert (row["series"], row["place"], row["measures"], row["unit"], row["value"]) == (
        "At the gate", "", "present", "families", "12",
    )  # fmt: skip


def test_who_sent_it_is_left_behind_and_named(scenario: Scenario) -> None:
    sent = kobo(
        scenario, _submitted_by="amina", deviceid="imei:1", _geolocation=[36.3, 43.1], name_of_head="Secret",
        _attachments=[{"filename": "face.jpg"}], group={"gps": "36 43"}, end="2030-03-08T07:00",
    )  # fmt: skip
    sent["counts"][0] |= {"counts/phone": "07701234567", "counts/note": "ask 0770 123 4567"}
    read = read_submission(sent, scenario)
    assert set(read.dropped) == {
        "_submitted_by", "deviceid", "_geolocation", "name_of_head", "_attachments", "group", "end", "counts/phone",
        "note (a telephone or identity number)",
    }  # fmt: skip
    for word in ("amina", "imei", "Secret", "face", "0770", "36.3"):
        assert word not in repr(read)


@pytest.mark.parametrize(
    "content",
    [None, [], "x", {}, {"_uuid": 5}, {"_uuid": "u", "counts": "many"}, {"_uuid": "u", "counts": [{}] * 201}],
)  # fmt: skip
def test_what_is_no_submission(scenario: Scenario, content: object) -> None:
    with pytest.raises(UsageError, match="expected"):
        read_submission(content, scenario)


def test_deep_or_odd_content_does_no_harm(scenario: Scenario) -> None:
    deep: Any = "secret"
    for _ in range(500):
        deep = {"a": [deep]}
    read = read_submission(kobo(scenario, odd=deep, place=["crossroads"], day={"x": 1}, source=True), scenario)
    assert {"odd", "place", "day", "source"} <= set(read.dropped)
    assert "secret" not in repr(read)


# --- into the database ---------------------------------------------------------------------------------------------


def values(database: Database) -> list[str]:
    return [one.cells["value"] for one in counts.entered(database, "my-city").counts]


def test_the_same_submission_twice_is_one_count(database: Database, city: Path, scenario: Scenario) -> None:
    first = reconcile(database, city, [kobo(scenario)], FORM)
    again = reconcile(database, city, [kobo(scenario)], FORM)
    assert (len(first.entered), again.entered, again.unchanged) == (1, (), ("u1",))
    (row,) = counts.entered(database, "my-city").counts
    assert (row.who, row.version) == (FORM, 1)


def test_an_edit_changes_the_row_and_an_older_version_does_not(
    database: Database, city: Path, scenario: Scenario
) -> None:
    reconcile(database, city, [kobo(scenario)], FORM)
    edited = kobo(scenario, "950", "u2", **{"meta/deprecatedID": "uuid:u1"})
    assert len(reconcile(database, city, [edited], FORM).changed) == 1
    late = reconcile(database, city, [kobo(scenario)], FORM)
    assert (late.unchanged, values(database)) == (("u1",), ["950"])
    back = kobo(scenario, "900", "u3", **{"meta/deprecatedID": "uuid:u2"})
    reconcile(database, city, [back], FORM)
    assert values(database) == ["900"]
    told = [(one.action, one.who, one.version) for one in counts.history(database, "my-city")]
    assert told == [("changed", FORM, 3), ("changed", FORM, 2), ("entered", FORM, 1)]


def test_an_edit_is_known_by_the_version_before_where_the_first_is_not_said(
    database: Database, city: Path, scenario: Scenario
) -> None:
    reconcile(database, city, [kobo(scenario, **{"meta/rootUuid": None})], FORM)
    edited = kobo(scenario, "950", "u2", **{"meta/rootUuid": None, "meta/deprecatedID": "uuid:u1"})
    assert len(reconcile(database, city, [edited], FORM, everything=True).changed) == 1
    assert values(database) == ["950"]
    assert reconcile(database, city, [edited], FORM, everything=True).withdrawn == ()


def test_edits_at_odk(database: Database, city: Path, scenario: Scenario) -> None:
    reconcile(database, city, [odk(scenario)], FORM)
    assert len(reconcile(database, city, [odk(scenario, 950, edits=1)], FORM).changed) == 1
    same = reconcile(database, city, [odk(scenario, 950, edits=2, updatedAt="2030")], FORM)
    assert (same.changed, values(database)) == ((), ["950"])
    assert len(reconcile(database, city, [odk(scenario, 950, edits=2, reviewState="rejected")], FORM).withdrawn) == 1
    assert values(database) == []


def test_counts_added_and_taken_out_of_a_submission(database: Database, city: Path, scenario: Scenario) -> None:
    one = kobo(scenario)["counts"][0]
    other = {"series": OTHER, "series_name": "At the gate", "measures": "present", "unit": "individuals",
             "value": 7, "confidence": "low"}  # fmt: skip
    reconcile(database, city, [kobo(scenario, counts=[one, other])], FORM)
    assert values(database) == ["900", "7"]
    fewer = reconcile(database, city, [kobo(scenario, uuid="u2", counts=[one])], FORM)
    assert (len(fewer.withdrawn), values(database)) == (1, ["900"])
    more = reconcile(database, city, [kobo(scenario, uuid="u3", counts=[one, other | {"value": 8}])], FORM)
    assert (len(more.entered), values(database)) == (1, ["900", "8"])


def test_what_is_gone_at_the_server_is_withdrawn(database: Database, city: Path, scenario: Scenario) -> None:
    both = [kobo(scenario), odk(scenario, 5, name="u9") | {"day": "2030-03-05"}]
    reconcile(database, city, both, FORM, everything=True)
    reconcile(database, city, [odk(scenario, 6, name="x") | {"day": "2030-03-04"}], "Another form", everything=True)
    assert values(database) == ["900", "5", "6"]
    assert reconcile(database, city, [], FORM, everything=True).withdrawn == ()
    assert reconcile(database, city, both[1:], FORM).withdrawn == ()
    assert len(reconcile(database, city, both[1:], FORM, everything=True).withdrawn) == 1
    assert values(database) == ["5", "6"]
    assert len(reconcile(database, city, both, FORM, everything=True).entered) == 1


def test_a_wrong_submission_holds_nobody_back_and_is_not_kept(
    database: Database, city: Path, scenario: Scenario
) -> None:
    wrong = kobo(scenario, "many", "u2", **{"meta/rootUuid": "uuid:u2"}) | {"day": "2030-03-05"}
    found = reconcile(database, city, [kobo(scenario), wrong], FORM)
    assert [(name, [one.column for one in problems]) for name, problems in found.refused.items()] == [("u2", ["value"])]
    assert (values(database), set(taken(database, "my-city", FORM))) == (["900"], {"u1"})
    assert json.loads(json.dumps(found.as_dict()))["refused"]["u2"][0]["column"] == "value"


def test_what_somebody_changed_here_is_not_written_over(database: Database, city: Path, scenario: Scenario) -> None:
    reconcile(database, city, [kobo(scenario)], FORM)
    (row,) = counts.entered(database, "my-city").counts
    counts.change(database, "my-city", row.id, 1, {**row.cells, "value": "940"}, "Field office")
    assert reconcile(database, city, [kobo(scenario)], FORM).unchanged == ("u1",)
    edited = kobo(scenario, "950", "u2")
    assert reconcile(database, city, [edited], FORM).conflicts == ("u1",)
    assert values(database) == ["940"]
    counts.change(database, "my-city", row.id, 2, {**row.cells, "value": "950"}, "Field office")
    assert reconcile(database, city, [edited], FORM).conflicts == ()
    assert (len(reconcile(database, city, [kobo(scenario, "960", "u3")], FORM).changed), values(database)) == (
        1,
        ["960"],
    )


def test_a_count_that_stands_already_is_not_the_form_s(database: Database, city: Path, scenario: Scenario) -> None:
    (row,) = read_submission(kobo(scenario), scenario).rows
    counts.enter(database, "my-city", [row], "Field office")
    assert reconcile(database, city, [kobo(scenario)], FORM).entered == ()
    reconcile(database, city, [odk(scenario, 5, name="u9") | {"day": "2030-03-05"}], FORM, everything=True)
    assert values(database) == ["900", "5"]


# --- polling -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KOBO_TOKEN, "t0k")
    monkeypatch.setenv(ODK_TOKEN, "t0k")


@pytest.mark.parametrize(("kind", "form", "send"), [("kobo", "aXy", kobo), ("odk", "7/counts", odk)])
def test_all_pages_of_a_project(
    kind: str, form: str, send: Any, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "PAGE", 3)
    key = "meta/rootUuid" if kind == "kobo" else "__id"
    sent = [send(scenario) | {key: f"uuid:{number}"} for number in (0, 1, 2, 3, 4, 5, 6, 6)]
    with serving(sent) as (address, asked):
        found = fetch(Project(kind, f"{address}/", form))
    assert [one[key] for one in found] == [f"uuid:{number}" for number in range(7)]
    assert len(asked) == 3


def test_a_password_of_odk(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ODK_TOKEN, "a:b")
    with serving([odk(scenario)]) as (address, _):
        assert len(fetch(Project("odk", address, "7/counts"))) == 1


def test_polled_submissions_are_reconciled(database: Database, city: Path, scenario: Scenario) -> None:
    sent = [kobo(scenario)]
    with serving(sent) as (address, _):
        project = Project("kobo", address, "aXy")
        reconcile(database, city, fetch(project), project.name, everything=True)
        sent[0] = kobo(scenario, "950", "u2")
        assert len(reconcile(database, city, fetch(project), project.name, everything=True).changed) == 1
    assert counts.entered(database, "my-city").counts[0].who == "Form aXy at 127.0.0.1"


@pytest.mark.parametrize(
    ("project", "told"),
    [
        (("kobo", "http://kf.example.org", "aXy"), "begins with https://"),
        (("kobo", "file:///etc/passwd", "aXy"), "begins with https://"),
        (("fax", "https://kf.example.org", "aXy"), "expected kobo or odk"),
        (("odk", "https://kf.example.org", "counts"), "expected PROJECT/FORM"),
    ],
)
def test_projects_that_cannot_be_asked(project: tuple[str, str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        fetch(Project(*project))


def test_a_token_is_needed_and_never_told(monkeypatch: pytest.MonkeyPatch, scenario: Scenario) -> None:
    with serving([]) as (address, asked):
        monkeypatch.setenv(KOBO_TOKEN, "wr0ng")
        with pytest.raises(RunError, match=r"HTTP 403.*Check the token") as caught:
            fetch(Project("kobo", address, "aXy"))
        assert "wr0ng" not in str(caught.value)
        monkeypatch.delenv(KOBO_TOKEN)
        with pytest.raises(UsageError, match=KOBO_TOKEN):
            fetch(Project("kobo", address, "aXy"))
    assert len(asked) == 1


def test_a_server_that_sends_elsewhere_is_not_followed() -> None:
    with serving([]) as (address, asked), pytest.raises(RunError, match="HTTP 302"):
        fetch(Project("kobo", address, "away"))
    assert len(asked) == 1


def test_servers_that_answer_something_else() -> None:
    with serving([]) as (address, _), pytest.raises(RunError, match="something else than submissions"):
        fetch(Project("kobo", address, "other"))
    with pytest.raises(RunError, match="gave no submissions"):
        fetch(Project("kobo", "http://127.0.0.1:1", "aXy"))
