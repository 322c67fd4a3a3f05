"""A run's page drawn once and kept until its file changes: readers wait for nothing but the sending."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from saferground.reporting.render import SCRIPTS, scripts_of, shown, styles_of
from saferground.reporting.sheet import STYLES, shown_sheet
from saferground.reporting.stored import PAGE, read_page, read_sheet
from saferground.web.shell import environment

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


def drawn(folder: Path, kind: Kind, code: str) -> Drawn:
    """The page of a run folder with the fixed words of a language. Raises RunError when this version cannot read it."""
    file = folder / PAGE
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return _drawn(folder, kind, stamp, code)


@lru_cache(maxsize=KEPT)
def _drawn(folder: Path, kind: Kind, stamp: int, code: str) -> Drawn:
    return _forecast(folder, code) if kind == "forecast" else _plans(folder, code)


def _forecast(folder: Path, code: str) -> Drawn:
    page = read_page(folder)
    told = shown(page, downloads=f"/runs/{folder.name}/tables")
    return Drawn(page.about.title, told["credit"], *_parts("", told, code), scripts_of(page), styles_of(page))


def _plans(folder: Path, code: str) -> Drawn:
    page = read_sheet(folder)
    told = shown_sheet(page)
    return Drawn(page.title, told["credit"], *_parts("sheet_", told, code), SCRIPTS, STYLES)


def _parts(prefix: str, told: dict[str, Any], code: str) -> tuple[Markup, Markup, Markup, Markup]:
    def part(name: str) -> Markup:
        return Markup(environment(code).get_template(f"{prefix}{name}.html.j2").render(told))

    return part("head"), part("body"), part("foot"), part("data")
