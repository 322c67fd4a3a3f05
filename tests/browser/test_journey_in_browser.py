"""The report of a journey in a real browser, without a network: it opens, plays, fits a phone, and prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from helpers.countries import country, fake_journey
from helpers.windows import DESK, PHONE, Heard, opened, wait_for_charts
from saferground.planning import needs
from saferground.reporting import report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journey")
    scenario = country(folder / "country")
    forecast = fake_journey(scenario, members=30)
    return report(forecast, needs(forecast), scenario, to=folder / "report.html")


@pytest.fixture(scope="module")
def desk(browser: Browser, file: Path) -> tuple[Page, Heard]:
    return opened(browser, file, DESK)


def test_every_chart_is_drawn_without_a_request_or_a_complaint(desk: tuple[Page, Heard], file: Path) -> None:
    page, heard = desk
    wait_for_charts(page)
    assert page.locator(".plot").count() > 10
    assert page.locator("#where-stack .scatterlayer .trace").count() == 5
    assert heard.errors == []
    assert set(heard.requests) == {file.as_uri()}


def test_the_slider_moves_people_conflict_and_bars(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    mark = page.locator("#land-now [data-mark]", has_text="Quarry")
    assert page.locator("#day-name").inner_text() == "1 April 2030"
    assert "; conflict" in mark.locator("title").text_content()  # type: ignore[operator]
    bar = page.locator("[data-bar]", has_text="Lake camp").locator(".bar-value")
    last = bar.inner_text()
    page.locator("#day").fill("5")
    assert page.locator("#day-name").inner_text() == "6 January 2030 (run-up)"
    page.wait_for_function("() => document.querySelector('.bars-day').textContent.includes('6 January')")
    assert "conflict" not in mark.locator("title").text_content()  # type: ignore[operator]
    assert mark.locator(".fire").get_attribute("opacity") == "0"
    assert bar.inner_text() != last
    page.locator("#day").fill("90")


def test_playing_starts_at_the_as_of_date(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    page.locator("#day").fill("90")
    page.locator("#play").click()
    page.wait_for_function("() => Number(document.getElementById('day').value) === 33")
    page.locator("#play").click()
    page.wait_for_function("() => document.querySelector('.bars-day').textContent.includes('February')")


def test_a_closed_road_is_drawn_as_closed_from_that_day(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    road = page.locator("#land-now .way", has_text="Quarry – Ford")
    for day, shut in ((10, False), (11, True)):
        page.locator("#day").fill(str(day))
        page.wait_for_function(f"() => document.querySelector('.bars-day').textContent.includes('{day + 1} January')")
        assert ("shut" in str(road.get_attribute("class"))) is shut


def test_touching_a_camp_tells_its_names_and_figures(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    page.locator("#land-now [data-mark]", has_text="Lake camp").click()
    said = page.locator("#readout").inner_text()
    assert "Lake camp" in said
    assert "مخيم البحيرة" in said
    assert "room for 20,000" in said
    page.locator("#map-place").focus()
    page.keyboard.type("Plain")
    assert "Plain camp" in page.locator("#readout").inner_text()
    assert "no room left in" in page.locator("#readout").inner_text()
    page.locator("#land-now .broad").first.dispatch_event("click")
    assert "people a day" in page.locator("#readout").inner_text()


def test_the_range_is_drawn_and_moves_with_the_day(desk: tuple[Page, Heard]) -> None:
    page, _ = desk
    sizes = {}
    for day in (40, 80):
        page.locator("#day").fill(str(day))
        page.wait_for_function(f"() => document.getElementById('land-now').dataset.day === '{day}'")
        camp = page.locator("#land-now [data-mark]", has_text="Lake camp")
        sizes[day] = [float(str(camp.locator(f".ring-{end}").get_attribute("width"))) for end in ("low", "high")]
        assert sizes[day][0] < sizes[day][1]
    assert sizes[40] != sizes[80]
    page.locator("#day").fill("90")


def test_a_phone_never_scrolls_sideways(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, PHONE)
    wait_for_charts(page)
    widths = page.evaluate("() => [document.documentElement.scrollWidth, document.body.scrollWidth, window.innerWidth]")
    assert widths == [390, 390, 390]
    letters = page.evaluate(
        "() => [...document.querySelectorAll('#land-now text.narrow')].map(text => text.getBoundingClientRect().height)"
    )
    assert min(letters) >= 10
    assert heard.errors == []


def test_it_prints_the_first_and_the_last_day_of_the_forecast(browser: Browser, file: Path) -> None:
    page, heard = opened(browser, file, DESK)
    assert page.locator("#land-last").is_hidden()
    page.emulate_media(media="print")
    assert page.locator("#land-last").is_visible()
    page.emulate_media(media="screen")
    assert page.pdf(prefer_css_page_size=True, print_background=True).startswith(b"%PDF")
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
    assert "are in camps" in page.locator("#headline-in-camps .sentence").inner_text()
    assert page.locator("#land-now .mark").count() == 6
    assert page.locator("#camps-table tbody tr").count() == 2
    assert page.locator(".player").is_hidden()
