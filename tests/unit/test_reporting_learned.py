"""What the report says of a forecast that was fitted to counts, and that it says nothing of it without a fit."""

from __future__ import annotations

import json
from pathlib import Path

import plotly.graph_objects as go
import pytest
import xarray as xr

from helpers.datasets import fake_forecast, fitted_forecast
from helpers.scenarios import fake_scenario
from saferground import needs
from saferground.reporting import build_page, report
from saferground.reporting.believed import moved_words, ratio_words
from saferground.reporting.context import Chart, Group, Page, Section, Table, as_data
from saferground.scenario import Scenario


def page_of(forecast: xr.Dataset, scenario: Scenario | None = None) -> Page:
    return build_page(forecast, needs(forecast), scenario or fake_scenario())


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(fitted_forecast())


def counts(page: Page) -> Section:
    return next(part for part in page.sections if part.id == "learned")


def table(page: Page, name: str) -> Table:
    return next(block for block in counts(page).blocks if isinstance(block, Table) and block.id == name)


def pictures(page: Page) -> tuple[Chart, ...]:
    return next(block for block in counts(page).blocks if isinstance(block, Group)).charts


def test_the_section_stands_first_and_only_where_counts_were_heard(page: Page) -> None:
    assert page.sections[0].id == "learned"
    assert "learned" not in [part.id for part in page_of(fake_forecast(members=4, days=3)).sections]


def test_a_picture_holds_the_counts_what_was_expected_of_them_and_what_comes(page: Page) -> None:
    (picture,) = pictures(page)
    go.Figure(picture.figure)
    assert picture.title == "left iom: left since 19 Feb"
    counted, expected = (
        next(trace for trace in picture.figure["data"] if trace.get("marker", {}).get("symbol") == symbol)
        for symbol in ("circle", "line-ew")
    )
    assert (counted["x"], counted["y"]) == (["2017-02-28"], [10_000.0])
    assert (expected["x"], expected["y"]) == (["2017-02-28"], [7_000])
    assert (expected["error_y"]["array"], expected["error_y"]["arrayminus"]) == ([2_000.0], [3_000.0])
    median = next(trace for trace in picture.figure["data"] if "half of the futures" in trace.get("hovertemplate", ""))
    assert median["y"][-1] == 20_400
    assert set(median["y"][:-10]) == {None}
    assert "Before the count of 28 February 2017 the model would have said 7,000 (4,000 to 9,000)" in picture.alt


def test_planning_figures_stand_beside_a_series_of_all_who_left(page: Page) -> None:
    (picture,) = pictures(page)
    bars = [t["y"] for t in picture.figure["data"] if "planning figure" in t.get("hovertemplate", "")]
    assert bars == [[250_000.0, 400_000.0]]


def test_the_table_of_series_has_the_quantiles_of_the_members(page: Page) -> None:
    ((name, last, day, *expected, so_far, who),) = table(page, "series-ahead").rows
    assert (name, last, day, so_far, who) == ("left iom", 10_000, "2017-02-28", 1, "left since 19 Feb")
    assert expected == [17_400.0, (17_000.0, 17_900.0), 20_400.0, (20_000.0, 20_900.0)]


def test_sources_are_told_in_plain_words(page: Page) -> None:
    ((name, place, day, says, weight),) = table(page, "sources-once").rows
    assert (name, place, day) == ("left iom", ("all", ""), "2017-02-28")
    assert says == "about 20\u202f% less than the model holds true"
    assert weight == "50\u202f%, as hardly any future agrees with it"


def test_a_source_heard_often_shows_its_range_and_when_it_changed() -> None:
    often = fitted_forecast()
    often["source_counts"][:] = 3
    ((_, _, heard, _, part, error, changed),) = table(page_of(often), "sources-believed").rows
    assert (heard, part, error, changed) == (3, "70 to 90\u202f%", "± 22\u202f%", "by 28 Feb")


def test_only_parameters_that_moved_are_shown_with_their_unit_and_both_ranges(page: Page) -> None:
    ((name, meaning, unit, before, now, moved),) = table(page, "parameters-moved").rows
    assert (name, unit, before, moved) == ("flight held", "1/day", "0.003 to 0.06", "down, very far (−2.1)")
    assert meaning.startswith("Hazard")
    assert now != before


def test_forecasters_come_by_how_far_they_are_believed(page: Page) -> None:
    rows = table(page, "forecasters").rows
    assert [row[0] for row in rows] == ["the model", "last value", "rates last 10 days"]
    assert [row[2] for row in rows] == [0.7, 0.2, 0.1]
    assert all(row[1] for row in rows)
    assert rows[2][1].endswith("within about 10 days.")


def test_the_page_says_that_it_was_fitted(page: Page) -> None:
    words = " ".join(page.warnings)
    assert "The model was first fitted to the counts: the run-up is pulled towards them" in words
    assert "not been fitted" not in words
    assert "Fitted to counts" in dict(page.limits)
    assert "Not fitted yet" not in dict(page.limits)
    assert "Fitted to counts" not in dict(page_of(fake_forecast(members=4, days=3)).limits)


def test_doubts_stand_at_the_top_with_what_to_do(tmp_path: Path) -> None:
    doubtful = fitted_forecast(members=4, days=3, doubts=("too many <counts> lie outside. Check their place.",))
    text = report(doubtful, needs(doubtful), fake_scenario(), to=tmp_path / "doubts.html").read_text(encoding="utf-8")
    calm = fitted_forecast(members=4, days=3)
    quiet = report(calm, needs(calm), fake_scenario(), to=tmp_path / "calm.html").read_text(encoding="utf-8")
    box = text.index("Do not trust this forecast")
    assert box < text.index("Too many &lt;counts&gt; lie outside. Check their place.") < text.index('id="headlines"')
    assert "Do not trust this forecast" not in quiet


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1.04, "the same"), (0.75, "25\u202f% less"), (1.3, "30\u202f% more"), (3.26, "3.3 times")],
)
def test_ratios_in_words(ratio: float, words: str) -> None:
    assert words in ratio_words(ratio)


def test_moves_in_words() -> None:
    assert [moved_words(moved) for moved in (0.6, -1.2, 2.0)] == [
        "up, slightly (+0.6)",
        "down, clearly (−1.2)",
        "up, very far (+2.0)",
    ]


def test_a_fitted_city_has_a_picture_and_rows_for_what_it_heard(fitted) -> None:
    ahead, page = fitted.forecast, page_of(fitted.forecast, fitted.scenario)
    blocks = [block for block in counts(page).blocks if isinstance(block, Table) and block.id.startswith("sources-")]
    assert sum(len(block.rows) for block in blocks) == ahead.sizes["source"] > 0
    assert len(table(page, "series-ahead").rows) == ahead.sizes["series"]
    for picture in pictures(page):
        go.Figure(picture.figure)
    assert json.loads(json.dumps(as_data(page), allow_nan=False))["about"]["basis"] == "counts"
