"""A run's page drawn once and kept until its file changes: readers wait for nothing but the sending."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from saferground.reporting.render import SCRIPTS, environment, scripts_of, shown, styles_of
from saferground.reporting.sheet import STYLES, shown_sheet
from saferground.reporting.stored import PAGE, read_page, read_sheet

KEPT = 24
"""Pages kept; each takes about two megabytes."""
Kind = Literal["forecast", "plans"]


@dataclass(frozen=True)
class Drawn:
    """The parts of a report that stand in the frame of the board; ``credit`` stands below its pictures."""

    title: str
    credit: str
    head: Markup
    body: Markup
    foot: Markup
    data: Markup
    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def drawn(folder: Path, kind: Kind) -> Drawn:
    """The page of a run folder. Raises RunError when it has none that this version can read."""
    file = folder / PAGE
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return _drawn(folder, kind, stamp)


@lru_cache(maxsize=KEPT)
def _drawn(folder: Path, kind: Kind, stamp: int) -> Drawn:
    return _forecast(folder) if kind == "forecast" else _plans(folder)


def _forecast(folder: Path) -> Drawn:
    page = read_page(folder)
    told = shown(page, downloads=f"/runs/{folder.name}/tables")
    return Drawn(page.about.title, told["credit"], *_parts("", told), scripts_of(page), styles_of(page))


def _plans(folder: Path) -> Drawn:
    page = read_sheet(folder)
    told = shown_sheet(page)
    return Drawn(page.title, told["credit"], *_parts("sheet_", told), SCRIPTS, STYLES)


def _parts(prefix: str, told: dict[str, Any]) -> tuple[Markup, Markup, Markup, Markup]:
    def part(name: str) -> Markup:
        return Markup(environment().get_template(f"{prefix}{name}.html.j2").render(told))

    return part("head"), part("body"), part("foot"), part("data")
