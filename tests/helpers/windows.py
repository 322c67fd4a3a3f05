"""A report in a real browser, without a network."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Heard:
    """What a page complained about, and what it asked for."""

    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def opened(browser: Browser, file: Path, size: dict[str, int], *, scripts: bool = True) -> tuple[Page, Heard]:
    """The report in a fresh window that has no network."""
    window = browser.new_context(viewport=size, offline=True, java_script_enabled=scripts, accept_downloads=True)  # type: ignore[arg-type]
    page, heard = window.new_page(), Heard()
    page.on("console", lambda said: heard.errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.errors.append(str(error)))
    page.on("request", lambda request: heard.requests.append(request.url))
    page.goto(file.as_uri())
    return page, heard


def wait_for_charts(page: Page) -> None:
    page.wait_for_function("() => [...document.querySelectorAll('.plot')].every(div => div.querySelector('.main-svg'))")
