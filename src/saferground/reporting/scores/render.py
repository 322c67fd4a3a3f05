"""The page of scores as data -> one HTML file that needs no network."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from saferground.reporting.render import environment, figures_of, inert, packaged, plotly_script, policy_of
from saferground.reporting.scores.context import ScorePage

STYLES = ("report.css", "journey.css", "scores.css")
SCRIPT = "scores.js"


def write_score_page(page: ScorePage, to: Path) -> Path:
    """Write the page of scores as one file that opens offline, and return its path. The same page gives the same bytes.

    Raises OSError when it cannot be written.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(render_scores(page), encoding="utf-8", newline="\n")
    return to


def render_scores(page: ScorePage) -> str:
    """The page as HTML. Text from scenarios is escaped; scripts run only if they are the package's own."""
    scripts = (plotly_script(), packaged(SCRIPT))
    return environment().get_template("scores.html.j2").render(
        page=page,
        figures=inert(figures_of(page.sections)),
        style=Markup("".join(packaged(name) for name in STYLES)),
        scripts=[Markup(text) for text in scripts],
        policy=policy_of(scripts),
    )  # fmt: skip
