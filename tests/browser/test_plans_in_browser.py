"""The page of plans in a real browser, without a network: every chart is drawn, and a phone can hold it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from helpers.planned import with_files
from helpers.windows import DESK, PHONE, opened, wait_for_charts
from helpers.worlds import line
from saferground.runs.compare import PlanOrder, run_compare

pytestmark = pytest.mark.browser
LANES = 'title = "Lanes"\n[[stations]]\nplace = "desk"\nkind = "screening"\nfrom = 2030-01-07\nservers = 4\n'


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    world = line(population=50_000).fix(screening_rate=4.0, registration_rate=100.0, flight_contested=0.2)
    city = with_files(folder / "city", {"lanes.toml": LANES}, world)
    run_compare(PlanOrder(city, members=20, learn=False, out=folder / "plans"))
    return folder / "plans" / "plans.html"


def test_every_chart_is_drawn_without_a_request_or_a_complaint(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, DESK)
    for plot in page.locator(".plot").all():
        plot.scroll_into_view_if_needed()
    wait_for_charts(page)
    assert page.locator(".plot").count() == page.locator(".plot .main-svg:first-child").count() > 6
    assert heard.errors == []
    assert set(heard.requests) == {file.as_uri()}


def test_a_phone_need_not_scroll_sideways(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
