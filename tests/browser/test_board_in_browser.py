"""The planning board in a real browser: first start, counts, forecast, a killed server, keyboard and phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from helpers.boards import Served
from helpers.windows import DESK, PHONE
from helpers.worlds import line_world
from saferground.runs.run import Order, run_forecast

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ("/", "/scenarios/city/counts", "/scenarios/raqqa-2017", "/nowhere", "/sign-in")
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("board")
    line_world(folder / "city")
    run_forecast(Order(folder / "city", members=4, out=folder / "runs" / "earlier"))
    served = Served(folder)
    yield served
    served.stop()


@pytest.fixture
def page(browser: Browser, board: Served) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, base_url=board.address)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert errors == []


def paste(page: Page, cell: str, text: str) -> None:
    """Paste as Excel does: what lies on the clipboard arrives as one event."""
    page.locator(cell).first.focus()
    page.evaluate(
        """([cell, text]) => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.querySelector(cell).dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true })); }""",
        [cell, text],
    )


GRID = "[data-grid=counts]"
FIRST = f"{GRID} tbody tr:nth-child(1)"


def rows(source: str, *values: str) -> str:
    """Cells of counts as they lie on the clipboard, from the column `series` to `confidence`, one a day."""
    days = (f"2030-01-{day:02d}" for day in range(8, 8 + len(values)))
    cells = [
        ["left_by_us", "", "left_cumulative", day, value, "individuals", source, "high"]
        for day, value in zip(days, values, strict=True)
    ]
    return "\n".join("\t".join(row) for row in cells)


def test_first_start_shows_what_there_is_and_what_to_do(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Scenarios and runs")
    expect(page.locator(".card")).to_have_count(3)
    expect(page.locator(".card").nth(1)).to_contain_text("No forecast yet.")
    page.locator(".card").first.get_by_role("button", name="Forecast now").click()
    page.wait_for_url("**/jobs/*")
    page.wait_for_url("**/runs/*", timeout=120_000)
    page.goto("/scenarios/city")
    page.wait_for_url("**/runs/*")


def test_wrong_cells_are_shown_all_at_once_and_nothing_is_saved(page: Page) -> None:
    page.goto("/scenarios/city/counts")
    paste(page, f"{FIRST} [data-column=series]", rows("nobody", "12,000", "13000"))
    expect(page.locator(f"{GRID} td.bad")).not_to_have_count(0)
    expect(page.locator(f"{FIRST} td.bad [data-column=value]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"{FIRST} td:has([data-column=value]) .told")).to_contain_text("Write 12000")
    expect(page.locator("#problems li")).not_to_have_count(1)
    expect(page.locator("#save")).to_be_disabled()
    expect(page.locator("#entered")).to_have_text("Nothing yet.")
    page.locator("#problems a").first.click()
    assert page.evaluate("document.activeElement.dataset.column") in ("value", "source")


def test_counts_are_pasted_saved_changed_and_withdrawn(page: Page) -> None:
    page.goto("/scenarios/city/counts")
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("The source is not in the list: add it").click()
    paste(page, "[data-grid=sources] tbody [data-column=id]", "bulletin\tBulletin of the day\tAn agency\t2030-01-10")
    paste(page, f"{FIRST} [data-column=series]", rows("bulletin", "1200", "1500"))
    expect(page.locator("#verdict")).to_have_text("3 rows are right and can be saved.")
    page.locator("#save").click()
    expect(page.locator("#entered tbody tr")).to_have_count(3)
    expect(page.locator(f"{FIRST} [data-column=value]")).to_have_value("")
    page.locator("#entered tbody tr", has_text="1500").get_by_role("button", name="Change").click()
    page.locator("#row-fields [data-column=value]").fill("many")
    page.locator("#row-save").click()
    expect(page.locator("#row-problems")).to_contain_text("expected a number")
    page.locator("#row-fields [data-column=value]").fill("1600")
    page.locator("#row-save").click()
    expect(page.locator("#entered")).to_contain_text("1600")
    page.locator("#entered tbody tr", has_text="1200").get_by_role("button", name="Withdraw").click()
    expect(page.locator("#entered tr.withdrawn")).to_have_count(1)
    page.locator("#changes summary").click()
    expect(page.locator("#changes")).to_contain_text("value=1500")
    expect(page.locator("#changes")).to_contain_text("withdrawn")


def entered(board: Served, series: str, day: str, value: str) -> None:
    """Enter one count as a program does."""
    cells = {
        "series": series, "measures": "left_cumulative", "end": day, "published": day, "value": value,
        "unit": "individuals", "source": "assumed", "confidence": "high",
    }  # fmt: skip
    saved = board.visitor().post("/api/scenarios/city/counts", json={"edits": [{"do": "enter", "cells": cells}]})
    assert saved.status_code == 200, saved.text


def change_elsewhere(board: Served, old: str, new: str) -> None:
    """Somebody else gives a row another value."""
    other = board.visitor()
    rows = other.get("/api/scenarios/city/counts").json()["entered"]
    row = next(one for one in rows if one["cells"].get("value") == old)
    change = {"do": "change", "id": row["id"], "version": row["version"], "cells": {**row["cells"], "value": new}}
    assert other.post("/api/scenarios/city/counts", json={"edits": [change]}).status_code == 200


def test_two_people_change_one_row_and_both_are_told(page: Page, board: Served) -> None:
    entered(board, "left_by_two", "2030-01-08", "2600")
    page.goto("/scenarios/city/counts")
    page.locator("#entered tbody tr", has_text="2600").get_by_role("button", name="Change").click()
    page.locator("#row-fields [data-column=value]").fill("2700")
    change_elsewhere(board, "2600", "2650")
    page.locator("#row-save").click()
    expect(page.locator("#row-problems")).to_contain_text("yours 2700, now 2650")
    page.locator("#row-save").click()
    expect(page.locator("#entered")).to_contain_text("2700")
    page.reload()
    expect(page.locator("#entered")).to_contain_text("2700")


def test_sources_stand_side_by_side(page: Page, board: Served) -> None:
    entered(board, "left_by_one", "2030-01-11", "3000")
    entered(board, "left_by_another", "2030-01-11", "4500")
    page.goto("/scenarios/city/counts")
    page.locator("#beside summary").click()
    expect(page.locator("#beside tbody tr", has_text="2030-01-11")).to_contain_text("× 1.50")


def test_the_new_forecast_lies_over_the_old_one(page: Page, board: Served) -> None:
    entered(board, "left_lately", "2030-01-12", "5000")
    page.goto("/scenarios/city/counts")
    expect(page.locator("#as-of")).to_have_value("2030-01-12")
    page.locator("#members").select_option("200")
    page.locator("#refit-now").click()
    over = page.get_by_role("link", name="Old and new laid over each other")
    expect(over).to_be_visible(timeout=120_000)
    over.click()
    page.wait_for_url("**/compare-runs*")
    expect(page.locator(".plot").first).to_be_visible()


def test_work_can_be_given_up(page: Page) -> None:
    page.goto("/scenarios/city/counts")
    for _ in range(2):
        page.locator("#refit-now").click()
    expect(page.locator("#refit-jobs .job")).to_have_count(2)
    page.locator("#refit-jobs .job").first.get_by_role("button", name="Cancel").click()
    expect(page.locator("#refit-jobs .job").first).to_contain_text("cancelled")


def test_a_draft_survives_a_killed_server_and_a_new_browser(browser: Browser, tmp_path: Path) -> None:
    line_world(tmp_path / "city")
    board = Served(tmp_path)
    context = browser.new_context(base_url=board.address)
    page = context.new_page()
    page.goto("/scenarios/city/counts")
    page.locator(f"{FIRST} [data-column=series]").fill("half a th")
    expect(page.locator("#draft-state")).to_have_text("Draft kept.")
    board.kill()
    page.locator(f"{FIRST} [data-column=series]").fill("half a thought")
    expect(page.locator("#draft-state")).to_contain_text("kept in this browser")
    again = Served(tmp_path, port=board.port)
    try:
        page.reload()
        expect(page.locator(f"{FIRST} [data-column=series]")).to_have_value("half a thought")
        expect(page.locator("#draft-state")).to_have_text("Draft kept.")
        page.evaluate("window.localStorage.clear()")
        page.reload()
        expect(page.locator(f"{FIRST} [data-column=series]")).to_have_value("half a thought")
    finally:
        context.close()
        again.stop()


def test_everything_can_be_done_by_keyboard(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("link", name="Counts").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/counts")
    page.locator(f"{FIRST} [data-column=series]").focus()
    page.keyboard.type("typed")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.column") == "place"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    page.locator("#duty").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("night shift")
    page.keyboard.press("Enter")
    expect(page.locator("#duty")).to_have_text("night shift")
    page.get_by_role("button", name="Clear").focus()
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Enter")
    expect(page.locator(f"{FIRST} [data-column=series]")).to_have_value("")


@pytest.mark.parametrize("path", PAGES)
def test_no_serious_fault_of_accessibility(page: Page, path: str) -> None:
    page.goto(path)
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_need_not_scroll_sideways(browser: Browser, board: Served, path: str) -> None:
    context = browser.new_context(viewport=PHONE, base_url=board.address)
    page = context.new_page()
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
