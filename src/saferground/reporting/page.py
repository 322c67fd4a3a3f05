"""Forecast, needs and scenario -> the page as data."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import xarray as xr

from saferground.exchange.classes import SHARING
from saferground.planning import standards_for
from saferground.reporting.camps import camps_section
from saferground.reporting.care import care_section
from saferground.reporting.context import About, Page
from saferground.reporting.fans import Run, run_of
from saferground.reporting.flight import flight_section, points
from saferground.reporting.headlines import headlines, strip
from saferground.reporting.inputs import inputs_section, known_counts, planning_figures, since_start
from saferground.reporting.learned import learned_section
from saferground.reporting.maps import places_map
from saferground.reporting.provenance import provenance_of
from saferground.reporting.reception import reception_section
from saferground.reporting.remaining import remaining_section
from saferground.reporting.stocks import stocks_section
from saferground.reporting.supply import needs_section, picker, supply
from saferground.reporting.words import long_day, sentence

if TYPE_CHECKING:
    from saferground.scenario import Scenario


BASES = {
    "prior": "This run has not been fitted to counts yet (a prior forecast); the counts are shown beside it.",
    "counts": "The model was first fitted to the counts: the run-up is pulled towards them, so do not take it that the "
    "model is right because its run-up agrees with them.",
}
ONLY_WITH = {"Not fitted yet": "prior", "Fitted to counts": "counts"}
"""Limits that hold for one basis."""


def build_page(forecast: xr.Dataset, needs: xr.Dataset, scenario: Scenario, summary: xr.Dataset | None = None) -> Page:
    """Everything that the report of a siege says.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast``, with at least one day after its as-of date
    needs : the Dataset of ``saferground.needs`` for the same forecast
    scenario : the scenario of the forecast; only rows public on its as-of date are shown
    summary : ``saferground.planning.summaries(forecast)``, where it is at hand
    """
    known = scenario.known()
    run, by_day = run_of(forecast, summary), supply(needs)
    counts, planned = known_counts(known), planning_figures(run, known)
    comparable = since_start(counts, run.days[0])
    counted = points(comparable, run.days[0])
    needed = needs_section(needs, by_day, run, standards_for(scenario))
    about = about_run(run, scenario)
    answers = headlines(run, comparable, planned, needed)
    sections = (
        *learned_section(run, known, planned),
        flight_section(run, counted, planned),
        camps_section(run, counted),
        remaining_section(run, scenario),
        reception_section(run),
        care_section(run, scenario),
        needed,
        *stocks_section(run, scenario),
        inputs_section(run, known, planned),
    )
    return Page(
        about=about,
        warnings=_warnings(about),
        headlines=answers,
        strip=strip(run, planned),
        map=places_map(run),
        sections=sections,
        picker=picker(needs, by_day, run),
        limits=limits(about.basis),
        provenance=provenance_of(run, known, about, answers, sections),
    )


def about_run(run: Run, scenario: Scenario) -> About:
    """What the page is, for whom, and what it is not."""
    attrs, settings = run.forecast.attrs, scenario.settings
    return About(
        title=str(attrs["title"]),
        purpose=str(attrs["purpose"]),
        owner=settings.owner,
        audience=settings.audience,
        sensitivity=str(attrs["sensitivity"]).replace("_", " "),
        sharing=SHARING.get(str(attrs["sensitivity"]), ""),
        as_of=str(attrs["as_of"]),
        first=run.first.isoformat(),
        last=run.last.isoformat(),
        start=run.days[0].isoformat(),
        members=run.forecast.sizes["member"],
        seed=int(attrs["seed"]),
        basis=str(attrs.get("basis", "prior")),
        doubts=tuple(sentence(str(doubt)) for doubt in attrs.get("doubts", ())),
        scenario=str(attrs["scenario"]),
        digest=str(attrs["digest"]),
        version=str(attrs["version"]),
    )


def _warnings(about: About) -> tuple[str, ...]:
    ranges = (
        f"Figures ahead are medians of {about.members:,} simulated futures, each with a range that holds nine in ten."
    )
    return ranges, BASES[about.basis], f"It uses only what was public on {long_day(about.as_of)}."


def limits(basis: str, file: str = "limits.md") -> tuple[tuple[str, str], ...]:
    """What the model does not know, as (a few words, a sentence or two), from ``limits.md`` or that of a model."""
    text = (files("saferground.reporting") / file).read_text(encoding="utf-8")
    items = [line[2:].split(". ", 1) for line in text.splitlines() if line.startswith("- ")]
    return tuple((short, told) for short, told in items if ONLY_WITH.get(short, basis) == basis)
