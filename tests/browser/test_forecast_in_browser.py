"""The forecast page in a real browser: the day, where figures come from, pictures, tables, a phone, paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from helpers.boards import Served
from helpers.countries import country, fake_journey
from helpers.datasets import fitted_forecast
from helpers.made_runs import made_run
from helpers.scenarios import fake_scenario
from helpers.windows import DESK, PHONE, Heard, wait_for_charts

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("board")
    made_run(home / "runs" / "old", fitted_forecast(members=20, days=12), fake_scenario(), hour=6)
    made_run(home / "runs" / "new", fitted_forecast(members=30, days=12), fake_scenario(), hour=7)
    land = country(home / "country")
    made_run(home / "runs" / "land", fake_journey(land), land, hour=8)
    served = Served(home)
    yield served
    served.stop()


def visited(browser: Browser, address: str, size: dict[str, int], language: str = "en") -> tuple[Page, Heard]:
    """A page of the board in a fresh window, with what it complains of."""
    window = browser.new_context(viewport=size, accept_downloads=True, locale=language)  # type: ignore[arg-type]
    page, heard = window.new_page(), Heard()
    page.on("console", lambda said: heard.errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.errors.append(str(error)))
    page.on("request", lambda request: heard.requests.append(request.url))
    page.goto(address)
    return page, heard


@pytest.fixture(scope="module", params=["new", "land"])
def desk(request: pytest.FixtureRequest, browser: Browser, board: Served) -> tuple[Page, Heard, str]:
    page, heard = visited(browser, f"{board.address}/runs/{request.param}", DESK)
    return page, heard, request.param


def test_every_chart_is_drawn_by_the_boards_own_scripts_without_a_complaint(
    desk: tuple[Page, Heard, str], board: Served
) -> None:
    page, heard, _ = desk
    wait_for_charts(page)
    assert page.locator(".plot").count() > 10
    assert heard.errors == []
    assert all(asked.startswith((board.address, "blob:", "data:")) for asked in heard.requests)


def test_the_day_moves_the_map(desk: tuple[Page, Heard, str]) -> None:
    page, _, run = desk
    state = f"() => document.querySelector('#{'city' if run == 'new' else 'land'}-now .marks').innerHTML"
    page.locator("#day").fill("3")
    page.wait_for_timeout(100)
    before = page.evaluate(state)
    page.locator("#day").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(100)
    assert page.evaluate(state) != before


def test_a_figure_leads_to_its_document_in_two_steps_by_keyboard(desk: tuple[Page, Heard, str]) -> None:
    page, _, _ = desk
    asked = page.locator(".headline [data-origin]").first
    asked.focus()
    page.keyboard.press("Enter")
    box = page.locator("#origin-box")
    assert box.is_visible()
    told = box.inner_text()
    assert "Where this comes from" in told
    for words in ("Seed", "Fingerprint of the inputs", "Simulated futures", "Documents ("):
        assert words in told
    first = box.locator("ul").last.locator("a[href^='#']").first
    target = str(first.get_attribute("href"))[1:]
    first.focus()
    page.keyboard.press("Enter")
    assert not box.is_visible()
    row = page.locator(f"[id='{target}']")
    assert row.is_visible()
    assert page.evaluate("() => document.activeElement.id") == target


def test_escape_closes_and_gives_the_focus_back(desk: tuple[Page, Heard, str]) -> None:
    page, _, _ = desk
    asked = page.locator(".table [data-origin], details [data-origin]").first
    asked.evaluate("node => { const part = node.closest('details'); if (part) part.open = true; }")
    asked.focus()
    page.keyboard.press("Enter")
    assert page.locator("#origin-box").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#origin-box").is_visible()
    assert page.evaluate("() => document.activeElement.hasAttribute('data-origin')")


def test_every_chart_and_table_tells_where_it_comes_from(desk: tuple[Page, Heard, str]) -> None:
    page, _, _ = desk
    charts, tables = page.locator("figure.chart"), page.locator(".table")
    assert page.locator("figure.chart [data-origin]").count() == charts.count()
    assert page.locator(".table [data-origin]").count() == tables.count()
    assert page.locator(".headline [data-origin]").count() == page.locator(".headline").count()


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("what", ["chart", "map", "strip"])
def test_a_picture_can_be_saved(desk: tuple[Page, Heard, str], what: str, kind: str) -> None:
    page, heard, _ = desk
    wait_for_charts(page)
    place = page.locator({"chart": "figure.chart", "map": "figure.panel", "strip": ".headline.first"}[what]).first
    with page.expect_download() as saved:
        place.locator(f"[data-format={kind}]").click()
    content = saved.value.path().read_bytes()
    assert saved.value.suggested_filename.endswith(f".{kind}")
    assert content.startswith(b"\x89PNG" if kind == "png" else b"<svg")
    assert len(content) > 3000
    if kind == "svg":
        assert b"Saferground" in content
        assert b"<script" not in content
    assert heard.errors == []


def test_a_table_can_be_taken_along(desk: tuple[Page, Heard, str]) -> None:
    page, _, run = desk
    place = page.locator(".table").first
    for kind, start in (("XLSX", b"PK"), ("CSV", b"")):
        with page.expect_download() as saved:
            place.get_by_text(kind, exact=True).click()
        assert saved.value.suggested_filename.startswith(f"{run}-")
        assert saved.value.path().read_bytes().startswith(start)


@pytest.mark.parametrize("path", ["/runs/new", "/runs/land", "/compare-runs?old=old&new=new"])
def test_a_phone_never_scrolls_sideways(browser: Browser, board: Served, path: str) -> None:
    page, heard = visited(browser, board.address + path, PHONE)
    wait_for_charts(page)
    widths = page.evaluate("() => [document.documentElement.scrollWidth, document.body.scrollWidth]")
    assert widths == [390, 390]
    if path.startswith("/runs"):
        page.locator("[data-origin]").first.click()
        size = page.locator("#origin-box").bounding_box()
        assert size
        assert size["x"] >= 0
        assert size["x"] + size["width"] <= 390
    assert heard.errors == []


def test_old_and_new_lie_over_each_other(browser: Browser, board: Served) -> None:
    page, heard = visited(browser, f"{board.address}/runs/new", DESK)
    page.locator("select[name=old]").select_option("old")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare-runs?**")
    wait_for_charts(page)
    assert page.locator("#overlay-0-0 path.js-fill").count() >= 2
    assert "headline figures" in page.locator(".finding").nth(1).inner_text()
    assert heard.errors == []


@pytest.mark.parametrize("path", ["/runs/new", "/runs/land", "/compare-runs?old=old&new=new"])
def test_no_serious_fault_of_accessibility(browser: Browser, board: Served, path: str) -> None:
    page, _ = visited(browser, board.address + path, DESK)
    wait_for_charts(page)
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in serious] == []


def test_on_paper_the_frame_and_its_buttons_are_gone(browser: Browser, board: Served) -> None:
    page, heard = visited(browser, f"{board.address}/runs/new", DESK)
    assert page.pdf(prefer_css_page_size=True, print_background=True).startswith(b"%PDF")
    page.emulate_media(media="print")
    for gone in (".bar", ".ways", ".tools", "#taken"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".class-line").is_visible()
    assert heard.errors == []
