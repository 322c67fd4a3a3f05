"""The plans page in a real browser: sliders by keyboard, answers, plans side by side, files, and a killed server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from helpers.boards import Served
from helpers.windows import DESK, PHONE
from helpers.worlds import line
from saferground.scenario.plans import read_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLANS = "/scenarios/city/plans"
READY = 120_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("board")
    line(population=50_000).fix(screening_rate=4.0, flight_contested=0.2).write(made / "city")
    return made


@pytest.fixture(scope="module")
def board(folder: Path) -> Iterator[Served]:
    served = Served(folder)
    yield served
    served.stop()


@pytest.fixture
def page(browser: Browser, board: Served) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, base_url=board.address, accept_downloads=True)
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield made
    context.close()
    assert errors == []


def opened(page: Page, address: str = PLANS) -> None:
    page.goto(address)
    expect(page.locator("#trial-words")).to_have_text("Answer in 500 futures.", timeout=READY)


def card(page: Page, number: int = 0) -> Locator:
    return page.locator("[data-part=card]").nth(number)


def more_lanes(page: Page, number: int = 0, steps: int = 4) -> None:
    """Add a plan, open the site and move its slider, by keyboard alone."""
    page.locator("#add").focus()
    page.keyboard.press("Enter")
    mine = card(page, number)
    site = mine.locator("details.place", has=page.get_by_label("Screening: lanes", exact=True)).first
    site.locator("summary").first.focus()
    page.keyboard.press("Enter")
    slider = site.get_by_label("Screening: lanes", exact=True)
    slider.focus()
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")


def test_a_slider_moved_with_the_keyboard_is_answered_at_once_and_then_refined(page: Page) -> None:
    opened(page)
    expect(page.locator("#none")).to_contain_text("person-hours")
    expect(page.locator(".class-line:visible")).to_have_count(1)
    more_lanes(page)
    mine = card(page)
    expect(mine.locator(".lever.set [data-part=then]")).to_contain_text("from 6 January on")
    expect(page.locator("#trial-words")).to_have_text(re.compile("Answer in (40 futures, refining…|500 futures\\.)"))
    expect(page.locator("#trial-words")).to_have_text("Answer in 500 futures.", timeout=READY)
    expect(mine.locator(".answer .value")).to_contain_text("−")
    expect(page.locator("#outcomes-table tbody tr")).to_have_count(7)
    expect(page.locator("#passage")).to_contain_text("Nobody gains by keeping people in")


def test_plans_stand_side_by_side_and_survive_a_reload(page: Page) -> None:
    opened(page)
    more_lanes(page, 0, 4)
    more_lanes(page, 1, -1)
    card(page, 1).get_by_label("Plan", exact=True).fill("Fewer lanes")
    expect(page.locator("#best-table tbody tr")).to_have_count(3, timeout=READY)
    expect(page.locator("#best-table thead")).to_contain_text("Better than: Fewer lanes")
    expect(page.locator("#binds-table")).to_contain_text("screening")
    page.reload()
    expect(page.locator("[data-part=card]")).to_have_count(2)
    expect(card(page, 1).get_by_label("Plan", exact=True)).to_have_value("Fewer lanes")
    expect(page.locator("#best-table tbody tr")).to_have_count(3, timeout=READY)
    card(page).get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("[data-part=card]")).to_have_count(1)
    page.get_by_role("button", name="Bring back the plan that was removed").click()
    expect(page.locator("[data-part=card]")).to_have_count(2)
    expect(card(page, 1).locator(".lever.set [data-part=then]")).to_contain_text("+4")


def test_a_scenario_with_problems_says_which(page: Page, folder: Path) -> None:
    broken = line().write(folder / "broken")
    (broken / "routes.csv").write_text("id\nx\n", encoding="utf-8")
    page.goto("/scenarios/broken/plans")
    expect(page.locator("#trial-wrong")).to_contain_text("once they are mended")
    expect(page.locator("#trial-wrong li").first).to_contain_text("routes.csv")
    expect(page.locator("#add")).to_be_hidden()


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_worked_out(page: Page) -> None:
    opened(page)
    more_lanes(page)
    expect(card(page).locator(".answer .value")).to_be_visible(timeout=READY)
    exact = card(page).get_by_label("Screening: lanes, more or fewer").first
    exact.fill("-99")
    expect(card(page).locator(".lever.set [data-part=wrong]")).to_contain_text("expected at least")
    expect(exact).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#trial-words")).to_contain_text("until what is marked is put right")
    exact.fill("2")
    expect(card(page).locator(".lever.set [data-part=wrong]")).to_be_hidden()
    expect(page.locator("#trial-words")).to_have_text("Answer in 500 futures.", timeout=READY)


def test_any_other_change_is_added_by_a_form_or_as_text(page: Page) -> None:
    opened(page)
    page.get_by_role("button", name="Add a plan").click()
    mine = card(page)
    mine.get_by_label("Another kind of change").select_option("closures")
    mine.get_by_role("button", name="Add", exact=True).click()
    expect(mine.locator("label:has([data-key=route]) [data-part=wrong]")).to_contain_text("Fill it in")
    mine.locator(".change [data-key=route]").select_option("a_out")
    expect(mine.locator(".answer .value")).to_be_visible(timeout=READY)
    mine.get_by_role("button", name="Edit as text").click()
    text = page.locator("#text")
    expect(text).to_have_value('title = "Plan 1"\n\n[[closures]]\nroute = "a_out"\nfrom = 2030-01-06\n')
    text.fill(text.input_value().replace("2030-01-06", "soon"))
    page.get_by_role("button", name="Use this text").click()
    expect(page.locator("#text-wrong")).to_contain_text("expected")
    text.fill(text.input_value().replace("soon", "2030-01-08").replace("Plan 1", "Shut on the 8th"))
    page.get_by_role("button", name="Use this text").click()
    expect(mine.get_by_label("Plan", exact=True)).to_have_value("Shut on the 8th")
    expect(mine.locator(".change summary")).to_contain_text("8 January")


def test_a_plan_is_saved_replaced_knowingly_and_opened_again(page: Page, folder: Path) -> None:
    opened(page)
    more_lanes(page)
    card(page).get_by_label("Plan", exact=True).fill("More lanes")
    card(page).get_by_role("button", name="Save").click()
    expect(page.locator("#save-name")).to_have_value("more_lanes")
    page.get_by_role("button", name="Save into the scenario").click()
    expect(page.locator("#said")).to_contain_text("Saved as plans/more_lanes.toml")
    plan, problems = read_plan(folder / "city" / "plans" / "more_lanes.toml")
    assert problems == []
    assert plan is not None
    assert plan.changes[0]["servers"] == 4
    card(page).get_by_role("button", name="Save").click()
    expect(page.locator("#save-there")).to_contain_text("Saving replaces it")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a file").click()
    assert download.value.suggested_filename == "more_lanes.toml"
    page.get_by_label("Open a plan of this scenario").select_option(label="More lanes")
    expect(card(page, 1).get_by_label("Plan", exact=True)).to_have_value("More lanes 2")


def test_the_full_comparison_leads_to_its_page(page: Page) -> None:
    opened(page)
    more_lanes(page)
    expect(page.locator("#full")).to_be_visible(timeout=READY)
    page.get_by_role("button", name="Compare in full").click()
    page.wait_for_url("**/jobs/*")
    page.wait_for_url("**/runs/*", timeout=300_000)


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_no_serious_fault_of_accessibility_and_nothing_beside_the_page(page: Page, window: dict[str, int]) -> None:
    page.set_viewport_size(window)  # type: ignore[arg-type]
    opened(page)
    more_lanes(page)
    card(page).get_by_label("Another kind of change").select_option("places")
    card(page).get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#trial-words")).to_contain_text("put right", timeout=READY)
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == []
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= window["width"]


def test_plans_outlive_a_killed_server(browser: Browser, folder: Path) -> None:
    """Last: it kills a server of its own."""
    first = Served(folder)
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    opened(page, first.address + PLANS)
    more_lanes(page)
    port = first.port
    first.kill()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#trial-words")).to_contain_text("trying again", timeout=20_000)
    second = Served(folder, port=port)
    try:
        expect(page.locator("#trial-words")).to_have_text("Answer in 500 futures.", timeout=READY)
        page.reload()
        expect(card(page).locator(".lever.set [data-part=then]")).to_contain_text("+5")
        expect(page.locator("#trial-words")).to_have_text("Answer in 500 futures.", timeout=READY)
    finally:
        context.close()
        second.stop()
