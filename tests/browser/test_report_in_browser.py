"""The report in a real browser, without a network: it opens, plays, fits a phone, and prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from helpers.datasets import fitted_forecast
from helpers.scenarios import fake_scenario
from helpers.windows import DESK, PHONE, Heard, opened, wait_for_charts
from saferground.planning import needs
from saferground.reporting import report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    forecast = fitted_forecast(members=30, days=20, doubts=("The counts of left_iom lie outside. Check them.",))
    return report(forecast, needs(forecast), fake_scenario(), to=tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def desk(browser: Browser, file: Path) -> tuple[Page, Heard]:
    return opened(browser, file, DESK)


def test_every_chart_is_drawn(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    wait_for_charts(page)
    assert page.locator(".plot").count() > 20
    assert page.locator("#leaving-total path.js-fill").count() >= 2
    assert page.locator("#series-0 path.js-fill").count() >= 2
    assert page.locator("#series-0 .errorbar").count() >= 1


def test_it_asks_for_nothing_and_complains_of_nothing(desk: tuple[Page, Heard], file: Path) -> None:
    page, heard = desk
    wait_for_charts(page)
    assert heard.errors == []
    assert set(heard.requests) == {file.as_uri()}


def test_the_policy_stops_a_request_and_a_foreign_script(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, DESK)
    reached = page.evaluate("fetch('https://example.org').then(() => 'reached', () => 'stopped')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.foreign = 1'}))")
    assert reached == "stopped"
    assert page.evaluate("window.foreign") is None
    assert heard.errors


def test_the_slider_moves_the_map(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    state = "() => document.querySelector('#city-now .marks').innerHTML"
    assert page.locator("#day-name").inner_text() == "28 February 2017 (as of)"
    before = page.evaluate(state)
    page.locator("#day").fill("29")
    assert page.locator("#day-name").inner_text() == "20 March 2017"
    assert page.evaluate(state) != before
    page.locator("#day").fill("9")
    assert page.evaluate(state) == before


def test_playing_advances_the_day(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    page.locator("#day").fill("9")
    page.locator("#play").click()
    page.wait_for_function("() => Number(document.getElementById('day').value) >= 11")
    page.locator("#play").click()
    assert page.locator("#play").inner_text() == "Play"


def test_touching_a_place_tells_its_names_and_figures(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    page.locator("#day").fill("9")
    page.locator("#city-now [data-mark]", has_text="Mansour").first.click()
    said = page.locator("#readout").inner_text()
    assert "Mansour" in said
    assert "المنصور" in said
    assert "people (90 % range" in said
    assert "); held in" in said


def test_the_keyboard_alone_chooses_a_place_and_a_day(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    page.locator("#map-place").focus()
    page.keyboard.type("Chamakor")
    assert "Chamakor camp" in page.locator("#readout").inner_text()
    page.locator("#day").focus()
    page.keyboard.press("End")
    assert "20 March 2017" in page.locator("#readout").inner_text()
    assert "no room left in" in page.locator("#readout").inner_text()


def test_the_range_is_drawn_and_moves_with_the_day(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    page.locator("#day").fill("9")
    mark = page.locator("#city-now [data-mark]", has_text="Mansour").first
    before = mark.locator(".ring-high").get_attribute("r")
    whisker = page.locator("svg.map .mark.camp .whisker").first
    page.locator("#day").fill("29")
    low, high = (float(str(mark.locator(f".ring-{end}").get_attribute("r"))) for end in ("low", "high"))
    assert low < high
    assert str(high) != before
    assert str(whisker.get_attribute("d")).startswith("M0 ")
    page.locator("#city-now .broad").first.dispatch_event("click")
    assert "people a day" in page.locator("#readout").inner_text()


def test_the_chooser_fills_a_row_a_day(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    page.locator("#chooser-place").select_option(index=1)
    assert page.locator("#chooser-table tbody tr").count() == 20
    assert page.locator("#chooser-table tbody tr").first.inner_text().startswith("1 Mar")


def test_a_chart_can_be_saved_as_a_drawing(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    wait_for_charts(page)
    with page.expect_download() as saved:
        page.locator("[data-picture=leaving-total][data-format=svg]").click()
    assert saved.value.suggested_filename == "leaving-total.svg"
    assert "<svg" in saved.value.path().read_text(encoding="utf-8")


def test_a_phone_never_scrolls_sideways(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, PHONE)
    wait_for_charts(page)
    widths = page.evaluate("() => [document.documentElement.scrollWidth, document.body.scrollWidth, window.innerWidth]")
    assert widths == [390, 390, 390]
    assert page.locator("#day").bounding_box()["width"] > 100  # type: ignore[index]
    letters = page.evaluate(
        "() => [...document.querySelectorAll('#city-now text.narrow')].map(text => text.getBoundingClientRect().height)"
    )
    assert min(letters) >= 10
    assert heard.errors == []


def test_arabic_names_are_set_from_right_to_left(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    name = page.locator("bdi[lang=ar]", has_text="حمام العليل").first
    assert name.evaluate("name => getComputedStyle(name).direction") == "rtl"
    assert name.is_visible()


def test_it_prints_on_several_pages_with_every_table_open(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, DESK)
    page.evaluate("""() => window.addEventListener("beforeprint", () => {
        const bare = [...document.querySelectorAll(".plot")].filter(div => !div.querySelector("svg[viewBox]"));
        window.printed = [document.querySelectorAll("details:not([open])").length, bare.length];
    })""")
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type /Page\n") > 3
    assert page.evaluate("window.printed") == [0, 0]
    assert page.locator("details:not([open])").count() > 0
    assert heard.errors == []


def test_nothing_is_cut_off_on_paper(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, {"width": 690, "height": 980})
    wait_for_charts(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    wide = page.evaluate("""() => [...document.querySelectorAll("table, svg, figure")]
        .filter(part => part.getBoundingClientRect().right > 692).length""")
    assert wide == 0


def test_the_page_is_useful_without_scripts(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, DESK, scripts=False)
    assert "people" in page.locator("#headline-leaving .sentence").inner_text()
    assert page.locator("#city-now .mark").count() >= 10
    assert page.locator("#arrivals-table tbody tr").count() == 7
    assert page.locator(".player").is_hidden()
    assert "90 % range" in page.locator("#leaving-total").inner_text()
