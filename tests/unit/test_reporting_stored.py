"""A page kept as JSON is the same page again, down to the last letter of the report drawn from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from helpers.countries import country, fake_journey
from helpers.datasets import fitted_forecast
from helpers.scenarios import fake_scenario
from saferground.errors import RunError
from saferground.planning import needs
from saferground.reporting.context import Page, Table
from saferground.reporting.journey.context import JourneyPage, Spot
from saferground.reporting.render import page_of, render
from saferground.reporting.stored import PAGE, read_page, write_page


@pytest.fixture(scope="module", params=["siege", "journey"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Page:
    if request.param == "siege":
        forecast, scenario = fitted_forecast(members=20, days=12), fake_scenario()
    else:
        scenario = country(tmp_path_factory.mktemp("journey") / "country")
        forecast = fake_journey(scenario)
    return page_of(forecast, needs(forecast), scenario)


def test_what_was_written_is_read(page: Page, tmp_path: Path) -> None:
    write_page(page, tmp_path / PAGE)
    again = read_page(tmp_path)
    assert type(again) is type(page)
    assert again == page
    assert render(again) == render(page)


def test_tuples_stay_tuples(page: Page, tmp_path: Path) -> None:
    write_page(page, tmp_path / PAGE)
    again = read_page(tmp_path)
    tables = [block for section in again.sections for block in section.blocks if isinstance(block, Table)]
    cells = {type(cell) for table in tables for row in table.rows for cell in row}
    assert list not in cells
    assert tuple in cells
    hash((again.headlines, again.about, again.limits, tuple(table.rows for table in tables)))
    if isinstance(again, JourneyPage) and again.map.land:
        assert {type(mark) for mark in again.map.land.marks} == {Spot}


def test_the_same_page_gives_the_same_bytes(page: Page, tmp_path: Path) -> None:
    first, second = (write_page(page, tmp_path / name).read_bytes() for name in ("one", "two"))
    assert first == second
    data = json.loads(first)
    assert data["page"] == json.loads(json.dumps(asdict(page)))
    assert data["version"] == page.about.version


def test_a_folder_without_one_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"has no page\.json.*Make the run again"):
        read_page(tmp_path)


@pytest.mark.parametrize("change", ["cut", "no json", "a field less", "a field more", "another model", "no list"])
def test_a_file_of_another_version_says_what_to_do(page: Page, change: str, tmp_path: Path) -> None:
    text = write_page(page, tmp_path / PAGE).read_text(encoding="utf-8")
    data = json.loads(text)
    if change == "a field less":
        del data["page"]["about"]["title"]
    elif change == "a field more":
        data["page"]["headlines"][0]["colour"] = "red"
    elif change == "another model":
        data["kind"] = "tide"
    elif change == "no list":
        data["page"]["sections"] = 3
    changed = {"cut": text[:-200], "no json": "page"}.get(change, json.dumps(data))
    (tmp_path / PAGE).write_text(changed, encoding="utf-8")
    with pytest.raises(RunError, match=r"page\.json cannot be read.*Make the run again with --out"):
        read_page(tmp_path)
