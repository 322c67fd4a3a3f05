"""The page of a public product in a real browser: nothing is fetched, a phone can hold it, all can read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from helpers.differencing import journey_of, siege_of
from helpers.windows import DESK, PHONE, opened
from saferground.exchange.public import public_product, withdrawn
from saferground.reporting.public import write_public_page

pytestmark = pytest.mark.browser
NOW = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=["siege", "journey", "withdrawn"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    long = "A scenario with a title that is longer than most, of several provinces and years"
    days = siege_of([1_000, 2_040], [30, 45], [20, 90])
    if request.param == "journey":
        days = journey_of([12_345, 777, 40], [300, 20], [5_000], [80], 9)
    made = public_product(days, NOW, contact="information.desk@response.example.org", title=long)
    if request.param == "withdrawn":
        made = withdrawn(made.as_dict(), "Two camps were counted twice")
    return write_public_page(made, tmp_path_factory.mktemp("public") / "public.html")


def test_nothing_is_fetched_and_nothing_complains(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, DESK)
    assert heard.errors == []
    assert set(heard.requests) == {file.as_uri()}
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_everybody_can_read_it(browser: Browser, file: Path, window: dict[str, int]) -> None:
    page, _ = opened(browser, file, window)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:80]) for one in found] == []
