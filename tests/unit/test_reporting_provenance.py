"""Every figure of a page says where it comes from, down to a document or to what is said in its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpers.countries import country, fake_journey
from helpers.datasets import fitted_forecast
from helpers.scenarios import fake_scenario
from saferground.exchange import hxl, tables
from saferground.planning import needs
from saferground.reporting.context import Group, Headline, Page, Table
from saferground.reporting.fans import run_of
from saferground.reporting.provenance import _read, provenance_of
from saferground.reporting.render import page_of
from saferground.scenario import Scenario
from saferground.scenario.columns import PARAMETERS

MODELS = ("siege", "journey")


@pytest.fixture(scope="module", params=MODELS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, Scenario, set[str]]:
    if request.param == "siege":
        forecast, scenario = fitted_forecast(members=20, days=12), fake_scenario()
    else:
        scenario = country(tmp_path_factory.mktemp("journey") / "country")
        forecast = fake_journey(scenario)
    needed = needs(forecast)
    return page_of(forecast, needed, scenario), scenario, set(tables(forecast, needed, scenario))


def test_every_headline_chart_and_table_has_an_origin(made: tuple[Page, Scenario, set[str]]) -> None:
    page, _, _ = made
    shown = ["map", *(f"headline-{one.id}" for one in page.headlines)]
    shown += [block.id for section in page.sections for block in section.blocks]
    origins = [one.id for one in page.provenance.origins]
    assert sorted(origins) == sorted(shown)
    assert all(one.how and one.title for one in page.provenance.origins)


def test_every_table_can_be_had_from_the_run(made: tuple[Page, Scenario, set[str]]) -> None:
    page, scenario, written = made
    for one in page.provenance.origins:
        if one.id == "misfits":
            assert (one.table, one.question) == ("", "")
        else:
            assert one.table in written, one.id
            assert one.question == hxl.questions(scenario.settings.model)[one.table][1]


def test_every_figure_rests_on_inputs_that_cite_a_document_or_say_what_they_rest_on(
    made: tuple[Page, Scenario, set[str]],
) -> None:
    page, _, _ = made
    told = page.provenance
    processes, cited = {one.id: one for one in told.processes}, {one.id: one for one in told.cited}
    for one in told.origins:
        assert set(one.processes) <= set(processes)
        assert one.processes or one.table in ("", "sources", "notes")
    for process in told.processes:
        assert process.grounds
        for ground in process.grounds:
            assert ground.cited or ground.own, ground
            assert set(ground.cited) <= set(cited)
    assert all(one.title for one in told.cited)


def test_every_link_leads_to_a_row_of_the_page(made: tuple[Page, Scenario, set[str]]) -> None:
    page, _, _ = made
    blocks = [block for section in page.sections for block in section.blocks]
    names = {block.id for block in blocks} | {a for block in blocks if isinstance(block, Table) for a in block.anchors}
    for block in blocks:
        assert isinstance(block, Group) or len(block.anchors) in (0, len(block.rows))
    assert {one.anchor for one in page.provenance.cited} <= names
    grounds = [ground for process in page.provenance.processes for ground in process.grounds]
    assert {ground.anchor for ground in grounds if ground.anchor} <= names


def test_counts_and_parameters_say_what_they_are(made: tuple[Page, Scenario, set[str]]) -> None:
    page, scenario, _ = made
    grounds = {ground.name: ground for process in page.provenance.processes for ground in process.grounds}
    if scenario.settings.model == "siege":
        assert "prior" in grounds["stayer share"].told
        assert "after the counts" in grounds["stayer share"].told
        assert grounds["Water"].told.startswith("15 L/person/day")
    facts = dict(page.provenance.facts)
    assert facts["Seed"] == str(page.about.seed)
    assert facts["Fingerprint of the inputs"] == page.about.digest[:16]
    assert facts["Simulated futures"] == f"{page.about.members:,}"
    counts = next(process for process in page.provenance.processes if process.id == "counts")
    assert any("count" in ground.told for ground in counts.grounds)


def test_what_has_no_origin_is_refused() -> None:
    forecast, scenario = fitted_forecast(members=20, days=12), fake_scenario()
    page = page_of(forecast, needs(forecast), scenario)
    stray = replace(page.headlines[0], id="rumours")
    with pytest.raises(KeyError, match="headline-rumours"):
        provenance_of(run_of(forecast), scenario.known(), page.about, [stray], page.sections)
    assert isinstance(stray, Headline)


@pytest.mark.parametrize("model", MODELS)
def test_every_parameter_belongs_to_one_process(model: str, tmp_path: Path) -> None:
    listed = [name for row in _read("processes.csv", model) for name in row["parameters"].split()]
    known = [name for name, one in PARAMETERS.items() if model in one.models]
    assert sorted(listed) == sorted(known)
    processes = {row["process"] for row in _read("processes.csv", model)}
    every = {row["process"] for other in MODELS for row in _read("processes.csv", other)}
    used = {name for row in _read("origins.csv", model) for name in row["processes"].split()}
    assert processes <= used <= every
