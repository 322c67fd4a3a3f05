"""A page of headlines, charts and tables, as plain data and as one HTML file that needs no network.

Pages of scores and of plans are such sheets; their records are those of ``saferground.reporting.context``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from saferground.reporting.context import Headline, Section, help_text
from saferground.reporting.render import SCRIPTS, environment, figures_of, inert, packaged, plotly_script, policy_of

STYLES = ("report.css", "journey.css", "sheet.css")


@dataclass(frozen=True)
class Sheet:
    """What such a page says."""

    kind: str = field(metadata=help_text("What the page holds, in a word"))
    title: str = field(metadata=help_text("What it is about, in words"))
    facts: tuple[tuple[str, str], ...] = field(metadata=help_text("Short facts: their name, and what they are"))
    sensitivity: str = field(metadata=help_text("The strictest class of the scenarios"))
    sharing: str = field(metadata=help_text("The class in words; empty for a class that is not known"))
    warnings: tuple[str, ...] = field(metadata=help_text("What a reader must know before the first figure"))
    headlines: tuple[Headline, ...] = field(metadata=help_text("Answers in words, the most asked first"))
    empty: str = field(metadata=help_text("What is said where there are no headlines"))
    sections: tuple[Section, ...] = field(metadata=help_text("Charts and tables"))
    limits_title: str = field(metadata=help_text("Heading of the limits"))
    limits: tuple[tuple[str, str], ...] = field(
        metadata=help_text("What the figures do not say: a few words, and a sentence or two")
    )
    foot: str = field(metadata=help_text("Version, seed and fingerprints"))


def write_sheet(page: Sheet, to: Path) -> Path:
    """Write the page as one file that opens offline, and return its path. The same page gives the same bytes.

    Raises OSError when it cannot be written.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(render_sheet(page), encoding="utf-8", newline="\n")
    return to


def render_sheet(page: Sheet) -> str:
    """The page as HTML. Text from scenarios is escaped; scripts run only if they are the package's own."""
    scripts = (plotly_script(), *(packaged(name) for name in SCRIPTS))
    return environment().get_template("sheet.html.j2").render(
        **shown_sheet(page),
        style=Markup("".join(packaged(name) for name in STYLES)),
        scripts=[Markup(text) for text in scripts],
        policy=policy_of(scripts),
    )  # fmt: skip


def shown_sheet(page: Sheet) -> dict[str, Any]:
    """What the templates of such a page read; ``credit`` stands below its pictures."""
    credit = f"{page.title}, {page.sensitivity}. {page.foot}"
    return {"page": page, "credit": credit, "figures": inert(figures_of(page.sections))}
