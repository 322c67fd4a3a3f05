"""A run's page drawn once and kept until its file changes: readers wait for nothing but the sending."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from saferground.reporting.context import Page
from saferground.reporting.render import scripts_of, shown, styles_of
from saferground.reporting.stored import PAGE, read_page
from saferground.web.shell import environment

KEPT = 24
"""Pages kept; each takes about two megabytes."""


@dataclass(frozen=True)
class Drawn:
    """The parts of a report that stand in the frame of the board."""

    page: Page
    head: Markup
    body: Markup
    foot: Markup
    data: Markup
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def drawn(folder: Path, code: str) -> Drawn:
    """The page of a run folder with the fixed words of a language. Raises RunError when this version cannot read it."""
    file = folder / PAGE
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return _drawn(folder, stamp, code)


@lru_cache(maxsize=KEPT)
def _drawn(folder: Path, stamp: int, code: str) -> Drawn:
    page = read_page(folder)
    told = shown(page, downloads=f"/runs/{folder.name}/tables")
    parts = (
        environment(code).get_template(f"{part}.html.j2").render(told) for part in ("head", "body", "foot", "data")
    )
    head, body, foot, data = map(Markup, parts)
    return Drawn(page, head, body, foot, data, scripts_of(page), styles_of(page))
