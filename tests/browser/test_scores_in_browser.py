"""The page of scores in a real browser, without a network: every chart is drawn, a phone can hold it, and it prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from helpers.counted import counted
from helpers.windows import DESK, PHONE, opened, wait_for_charts
from saferground.forecasting.baselines import BASELINES
from saferground.runs.score import ScoreOrder, run_scores

pytestmark = pytest.mark.browser
CAMP = {0: 0, 10: 120, 20: 300, 30: 380, 40: 700, 50: 710, 60: 900, 70: 950}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scores")
    counts = {("Camp", "haven"): CAMP, ("Other", "shelter"): {day: 1500 - n for day, n in CAMP.items()}}
    counted(folder / "country", {**counts, ("Total", ""): dict.fromkeys(CAMP, 1500)}, days=70)
    run_scores(ScoreOrder((folder / "country",), members=20, out=folder / "scores"), forecasters=BASELINES)
    return folder / "scores" / "scores.html"


def test_every_chart_is_drawn_without_a_request_or_a_complaint(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, DESK)
    for plot in page.locator(".plot").all():
        plot.scroll_into_view_if_needed()
    wait_for_charts(page)
    assert page.locator(".plot").count() == page.locator(".plot .main-svg:first-child").count() > 8
    assert heard.errors == []
    assert set(heard.requests) == {file.as_uri()}


def test_a_phone_need_not_scroll_sideways(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_prints_with_every_table_open(browser: Browser, file: Path, tmp_path: Path) -> None:
    page, heard = opened(browser, file, DESK)
    page.pdf(path=tmp_path / "scores.pdf")
    assert (tmp_path / "scores.pdf").stat().st_size > 50_000
    assert heard.errors == []
