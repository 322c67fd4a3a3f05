"""A run's page drawn once and kept until its file changes: readers wait for nothing but the sending."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from saferground.reporting.context import Page
from saferground.reporting.overlay import Overlay, overlay
from saferground.reporting.render import environment, scripts_of, shown, styles_of
from saferground.reporting.stored import PAGE, read_page

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


def laid_over(old: Path, new: Path) -> Overlay:
    """The pages of two run folders laid over each other. Raises RunError as ``overlay`` does."""
    return _laid_over(old, new, _stamp(old), _stamp(new))


@lru_cache(maxsize=KEPT)
def _laid_over(old: Path, new: Path, *stamps: int) -> Overlay:
    return overlay(old, new)


def _stamp(folder: Path) -> int:
    file = folder / PAGE
    return file.stat().st_mtime_ns if file.is_file() else 0


def drawn(folder: Path) -> Drawn:
    """The page of a run folder. Raises RunError when it has none that this version can read."""
    return _drawn(folder, _stamp(folder))


@lru_cache(maxsize=KEPT)
def _drawn(folder: Path, stamp: int) -> Drawn:
    page = read_page(folder)
    told = shown(page, downloads=f"/runs/{folder.name}/tables")
    parts = (environment().get_template(f"{part}.html.j2").render(told) for part in ("head", "body", "foot", "data"))
    head, body, foot, data = map(Markup, parts)
    return Drawn(page, head, body, foot, data, scripts_of(page), styles_of(page))
