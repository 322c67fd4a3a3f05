"""The page as data -> one HTML file that needs no network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from saferground.errors import RunError
from saferground.planning.journey.views import is_journey
from saferground.reporting import words
from saferground.reporting.context import Group, Page, Section
from saferground.reporting.journey.page import build_journey_page
from saferground.reporting.page import build_page

if TYPE_CHECKING:
    from saferground.scenario import Scenario


def report(
    forecast: xr.Dataset,
    needs: xr.Dataset,
    scenario: Scenario,
    *,
    to: str | Path,
    summary: xr.Dataset | None = None,
) -> Path:
    """Write the report as one HTML file that opens offline, and return its path.

    The same forecast, needs and scenario give the same bytes. The file holds its script library, so it is about
    5 MB (1.6 MB zipped). Folders on the way are made.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast``
    needs : the Dataset of ``saferground.needs`` for the same forecast
    scenario : the scenario of the forecast
    to : file to write
    summary : ``saferground.planning.summaries(forecast)`` of a siege, where it is at hand; saves a fifth of the time

    Raises
    ------
    RunError
        The file cannot be written.
    """
    path = Path(to)
    text = render(page_of(forecast, needs, scenario, summary))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(
            f"The report cannot be written to {path}: {error.strerror}. Choose another place with `to`."
        ) from error
    return path


def page_of(forecast: xr.Dataset, needs: xr.Dataset, scenario: Scenario, summary: xr.Dataset | None = None) -> Page:
    """The page of a siege or of a journey, whichever the forecast is of; arguments as of ``report``."""
    if is_journey(forecast):
        return build_journey_page(forecast, needs, scenario)
    return build_page(forecast, needs, scenario, summary)


def render(page: Page) -> str:
    """The page as HTML. Text from the scenario is escaped; scripts run only if they are the package's own."""
    scripts = (plotly_script(), *(packaged(name) for name in scripts_of(page)))
    return environment().get_template("report.html.j2").render(
        **shown(page),
        style=Markup("".join(packaged(name) for name in styles_of(page))),
        scripts=[Markup(text) for text in scripts],
        policy=policy_of(scripts),
    )  # fmt: skip


def shown(page: Page, downloads: str = "") -> dict[str, Any]:
    """What the templates of a page read; ``credit`` stands below its pictures.

    ``downloads`` is where its tables can be had; empty: nowhere.
    """
    about = page.about
    credit = f"{about.scenario}, forecast as of {words.long_day(about.as_of)}, {about.sensitivity}"
    return {
        "page": page,
        "credit": f"{credit}. Saferground {about.version}",
        "downloads": downloads,
        "figures": inert(figures_of(page.sections)),
        "map_data": inert(asdict(page.map)),
        "picker": inert(page.picker),
        "provenance": inert(asdict(page.provenance)),
    }


def scripts_of(page: Page) -> tuple[str, ...]:
    """Names of the scripts of a page, in the order in which they run; the chart library comes before them."""
    return (*SCRIPTS, "origins.js", *(f"{part}.js" for part in page.parts))


def styles_of(page: Page) -> tuple[str, ...]:
    """Names of the styles of a page."""
    return tuple(f"{part}.css" for part in page.parts)


def figures_of(sections: Iterable[Section]) -> dict[str, Any]:
    """The Plotly figure of every chart, by its id."""
    groups = (block for section in sections for block in section.blocks if isinstance(block, Group))
    return {chart.id: chart.figure for group in groups for chart in group.charts}


def inert(data: Any) -> Markup:
    """JSON that can stand inside a script element: nothing in it can end the element or be read as markup."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def policy_of(scripts: tuple[str, ...]) -> str:
    """Content security policy: no network, and no script but those of the package, by their fingerprints."""
    prints = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in prints)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


SCRIPTS = ("charts.js", "pictures.js")
"""The scripts that draw the charts of any page, and save them and its maps as pictures."""


@cache
def plotly_script() -> str:
    """The script library of the charts."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@cache
def packaged(name: str) -> str:
    """A style or script of the package."""
    return (files("saferground.reporting") / "templates" / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates, with the words that they use as filters."""
    made = Environment(
        loader=PackageLoader("saferground.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("about", "whole", "exact", "span", "percent", "long_day", "short_day", "script")
    made.filters.update({name: getattr(words, name) for name in names})
    made.filters.update({"said": _as_it_is, "word": _as_it_is})  # another frame may say them in another language
    return made


def _as_it_is(text: str) -> str:
    return text
