"""Every page of the board in every language: no fault of accessibility, right to left, zoomed, printed, by keyboard."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from python_calamine import CalamineWorkbook

from helpers.boards import Served
from helpers.countries import country, fake_journey
from helpers.datasets import fitted_forecast
from helpers.made_runs import made_run
from helpers.scenarios import fake_scenario
from helpers.windows import DESK, PHONE, wait_for_charts
from helpers.worlds import line

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LANGUAGES = {"en": "ltr", "fr": "ltr", "ar": "rtl"}
COUNTS, PLANS, LAID = "/scenarios/city/counts", "/scenarios/city/plans", "/compare-runs?old=old&new=new"
PAGES = ("/", "/scenarios/city", COUNTS, PLANS, "/nowhere", "/sign-in", "/jobs/one")
REPORTS = ("/runs/new", "/runs/land", LAID)
ZOOMED = {"width": 720, "height": 450}
"""A desk at 200 %."""
LOCAL = "مخيم البحيرة"


@dataclass(frozen=True)
class Desk:
    """A board with a scenario, runs of a city and of a country, and a job that was given up."""

    served: Served
    job: str

    def address(self, path: str) -> str:
        """Where a page of ``PAGES`` is."""
        return self.served.address + path.replace("/jobs/one", f"/jobs/{self.job}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("board")
    world = line(title="مدينة من ثلاثة أحياء")
    world.change("places", id="camp_a", name_local=LOCAL).write(home / "city")
    forecast = fitted_forecast(members=20, days=8)
    shutil.copytree(made_run(home / "runs" / "new", forecast, fake_scenario(), workbook=False), home / "runs" / "old")
    land = country(home / "country")
    made_run(home / "runs" / "land", fake_journey(land), land, workbook=False)
    served = Served(home)
    visitor = served.visitor()
    job = visitor.post("/api/scenarios/city/jobs", json={"kind": "forecast", "members": 200}).json()["id"]
    visitor.delete(f"/api/jobs/{job}")
    yield Desk(served, job)
    served.stop()


@pytest.fixture(scope="module", params=LANGUAGES)
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=ZOOMED, locale=request.param)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def arabic(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, locale="ar")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def faults(page: Page, within: str = "") -> list[Any]:
    """Serious and critical faults that axe-core finds."""
    found = Axe().run(page, context=within or None, options={"resultTypes": ["violations"]}).response["violations"]
    serious = (one for one in found if one["impact"] in ("serious", "critical"))
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in serious]


def all_open(page: Page) -> None:
    """Every part that waits behind its heading shown."""
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")


def wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def left_to_right(text: Locator) -> bool:
    """Whether the letters of a text stand in their own order from left to right."""
    return bool(
        text.evaluate("""node => { let at = node; while (at.firstChild) at = at.firstChild;
        const range = document.createRange(), letters = [...at.data].map((letter, i) => [letter, i])
            .filter(one => /[0-9A-Za-z]/.test(one[0])).map(one => {
                range.setStart(at, one[1]); range.setEnd(at, one[1] + 1); return range.getBoundingClientRect().x; });
        return letters.length > 2 && letters.every((x, i) => i === 0 || x > letters[i - 1]); }""")
    )


@pytest.mark.parametrize("path", PAGES)
def test_no_serious_fault_in_any_language(window: BrowserContext, desk: Desk, path: str) -> None:
    page = window.new_page()
    page.goto(desk.address(path))
    spoken = str(page.locator("html").get_attribute("lang"))
    assert page.locator("html").get_attribute("dir") == LANGUAGES[spoken]
    assert not wide(page)
    all_open(page)
    assert faults(page) == []
    page.close()


@pytest.mark.parametrize("path", REPORTS)
def test_no_serious_fault_in_reports_with_arabic_words(arabic: Page, desk: Desk, path: str) -> None:
    """Other tests look at them in English, with the same parts and colours."""
    arabic.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    arabic.goto(desk.address(path))
    assert not wide(arabic)
    all_open(arabic)
    assert faults(arabic) == []
    if path == "/runs/new":
        arabic.locator("[data-origin]").first.click()
        assert faults(arabic, "#origin-box") == []
        assert arabic.locator("#origin-box").get_attribute("lang") == "en"


@pytest.mark.parametrize("path", [*PAGES, *REPORTS])
def test_a_phone_holds_every_page_from_right_to_left(arabic: Page, desk: Desk, path: str) -> None:
    arabic.set_viewport_size(PHONE)  # type: ignore[arg-type]
    arabic.goto(desk.address(path))
    assert not wide(arabic)


def test_no_serious_fault_in_boxes_and_problems(window: BrowserContext, desk: Desk) -> None:
    page = window.new_page()
    page.goto(desk.address(COUNTS))
    page.locator("[data-grid=counts] tbody [data-column=value]").first.fill("12,000")
    expect(page.locator("#problems li").first).to_be_visible()
    assert faults(page) == []
    page.locator("#duty").click()
    assert faults(page, "#duty-box") == []
    page.goto(desk.address(PLANS))
    page.locator("#add").click()
    for button, box in (("save", "#save-box"), ("text", "#text-box")):
        page.locator(f"[data-part=card] [data-part={button}]").click()
        expect(page.locator(box)).to_be_visible()
        assert faults(page, box) == []
        page.keyboard.press("Escape")
    page.close()


@pytest.mark.parametrize("path", ["/", COUNTS, PLANS])
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(arabic: Page, desk: Desk, path: str) -> None:
    arabic.goto(desk.address(path))
    if path == PLANS:
        expect(arabic.locator("#plans")).to_be_visible()
    wanted = arabic.evaluate("""() => [...document.querySelectorAll("a[href],button,input,select,textarea,summary")]
        .filter(one => !one.disabled && one.checkVisibility() && one.closest("details:not([open])") === null
            || one.matches("summary") && one.checkVisibility()).map((one, i) => { one.dataset.nth = i; return i; })""")
    reached = []
    for _ in range(len(wanted) + 40):
        arabic.keyboard.press("Tab")
        here = arabic.evaluate("""() => { const at = document.activeElement, shown = at.closest(".file") || at;
            const style = getComputedStyle(shown);
            const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
            return [at.dataset.nth, seen, at.outerHTML.slice(0, 90)]; }""")
        if here[0] is not None:
            assert here[1] or int(here[0]) in reached, here[2]  # a field of days has several stops
            reached.append(int(here[0]))
        if len(set(reached)) == len(wanted):
            break
    assert set(reached) == set(wanted)
    assert reached[: len(wanted)] == sorted(reached[: len(wanted)])


def test_the_language_changes_by_keyboard_and_the_page_stays(arabic: Page, desk: Desk) -> None:
    arabic.goto(desk.address(LAID))
    arabic.get_by_role("link", name="Français").focus()
    arabic.keyboard.press("Enter")
    arabic.wait_for_function("() => document.documentElement.lang === 'fr'")
    assert arabic.url == desk.address(LAID)
    arabic.goto(desk.address(COUNTS))
    expect(arabic.locator("h1")).to_contain_text("Comptages")


def test_dates_names_and_codes_keep_their_order_in_arabic(arabic: Page, desk: Desk) -> None:
    arabic.goto(desk.address("/"))
    card = arabic.locator(".card").first
    assert card.locator("h3 bdi").get_attribute("lang") == "ar"
    assert "حتى \u20662030-01-05\u2069" in card.inner_text()
    runs = arabic.locator("#main td bdi", has_text=re.compile(r"^\d{4}-\d\d-\d\d"))
    assert all(left_to_right(one) for one in runs.all())
    assert runs.count() == 6
    assert arabic.locator(".brand").evaluate("node => node.getBoundingClientRect().right > innerWidth / 2")
    assert arabic.locator("h1").evaluate("node => getComputedStyle(node).textAlign") in ("start", "right")


def test_english_sentences_and_arabic_names_say_what_they_are(arabic: Page, desk: Desk) -> None:
    arabic.goto(desk.address("/runs/new"))
    report = arabic.locator(".report")
    assert (report.get_attribute("lang"), report.get_attribute("dir")) == ("en", "ltr")
    title = arabic.locator("#headlines-title bdi")
    assert (title.get_attribute("lang"), title.get_attribute("dir")) == ("ar", "rtl")
    assert arabic.locator(".headline .sentence").first.inner_text().startswith("Between")
    name = arabic.locator("bdi.local[lang=ar]").first
    assert name.evaluate("name => getComputedStyle(name).direction") == "rtl"
    arabic.goto(desk.address("/nowhere"))
    assert arabic.locator(".lead").get_attribute("lang") == "en"


def test_the_map_and_workbooks_hold_arabic_names_in_their_direction(arabic: Page, desk: Desk) -> None:
    arabic.goto(desk.address("/runs/new"))
    place = arabic.locator("#map-place option", has_text="المنصور").first.get_attribute("value")
    arabic.locator("#map-place").select_option(place)
    name = arabic.locator("#readout bdi")
    expect(name).to_have_text("المنصور")
    assert name.evaluate("name => getComputedStyle(name).direction") == "rtl"
    found = arabic.request.get(desk.address("/runs/new/tables/places.xlsx")).body()
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(found))
    cells = {
        cell for sheet in sheets.sheet_names for row in sheets.get_sheet_by_name(sheet).to_python() for cell in row
    }
    assert "المنصور" in cells


@pytest.mark.parametrize(
    ("path", "live"),
    [
        ("/jobs/one", ".job-state"),
        (COUNTS, "#verdict"),
        (COUNTS, "#draft-state"),
        (PLANS, "#trial-words"),
        ("/", "#said"),
    ],
)
def test_what_happens_is_told_to_who_cannot_see_it(arabic: Page, desk: Desk, path: str, live: str) -> None:
    arabic.goto(desk.address(path))
    assert arabic.locator(live).first.get_attribute("role") == "status"


def test_figures_keep_their_signs_in_arabic_answers(arabic: Page, desk: Desk) -> None:
    arabic.goto(desk.address(PLANS))
    arabic.locator("#add").click()
    expect(arabic.locator("[data-part=title]").first).to_have_value("الخطة 1")
    arabic.locator(".place summary").first.click()
    arabic.locator(".lever input[type=number]").first.fill("9")
    expect(arabic.locator("#best-table tbody tr")).to_have_count(2, timeout=120_000)
    assert left_to_right(arabic.locator("#best-table td", has_text="100").first)
    assert LOCAL in arabic.locator("#cards").inner_html()
    assert arabic.locator(".lever .then:visible").first.inner_text().count("\u2068") >= 2


def test_nothing_moves_for_who_wants_no_movement(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    for path in (PLANS, "/runs/new"):
        page.goto(desk.address(path))
        moving = page.evaluate("""() => [...document.querySelectorAll("body *")].filter(one => {
            const style = getComputedStyle(one);
            return [style.transitionDuration, style.animationDuration].some(time => parseFloat(time) > 0.01); })
            .map(one => one.outerHTML.slice(0, 80))""")
        assert moving == []
    context.close()


def test_forced_colours_lose_no_mark(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(forced_colors="active", viewport=DESK)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(desk.address(LAID))
    colours = [
        one.evaluate("node => getComputedStyle(node).backgroundColor") for one in page.locator(".key i.box").all()
    ]
    assert len(set(colours)) == 2
    page.goto(desk.address(COUNTS))
    here = page.locator(".tabs a[aria-current]")
    assert here.evaluate("node => getComputedStyle(node).borderTopStyle") == "solid"
    page.locator("#duty").focus()
    assert page.locator("#duty").evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    context.close()


@pytest.mark.parametrize(("path", "language"), [("/runs/new", "fr"), (PLANS, "ar")])
def test_paper_holds_everything_and_no_frame(
    browser: Browser, desk: Desk, path: str, language: str, tmp_path: Path
) -> None:
    page = browser.new_context(viewport={"width": 690, "height": 980}, locale=language).new_page()
    page.goto(desk.address(path))
    if path == PLANS:
        expect(page.locator("#none .value")).to_be_visible(timeout=120_000)
    else:
        wait_for_charts(page)
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for gone in (".bar", ".foot", "#main button", ".skip"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), gone
    cut = page.evaluate("""() => [...document.querySelectorAll("#main table, #main svg, #main figure, #main section")]
        .filter(one => one.checkVisibility()).filter(one => {
            const box = one.getBoundingClientRect(); return box.right > 692 || box.left < -2; })
        .map(one => one.outerHTML.slice(0, 90))""")
    assert cut == []
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    page.context.close()
