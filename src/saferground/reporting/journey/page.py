"""Forecast, needs and scenario of a journey -> the page as data."""

from __future__ import annotations

import xarray as xr

from saferground.planning.journey.words import rests_on, status
from saferground.reporting.camps import camps_section
from saferground.reporting.context import About
from saferground.reporting.inputs import planning_figures
from saferground.reporting.journey.context import JourneyPage
from saferground.reporting.journey.counts import count_points
from saferground.reporting.journey.fit import fit_section
from saferground.reporting.journey.headlines import headlines, strip
from saferground.reporting.journey.maps import land_map
from saferground.reporting.journey.needs import needs_section
from saferground.reporting.journey.origins import origins_section
from saferground.reporting.journey.rests import rests_section
from saferground.reporting.journey.run import Journey, journey_run
from saferground.reporting.journey.where import where_section
from saferground.reporting.page import about_run, limits
from saferground.reporting.provenance import provenance_of
from saferground.reporting.words import sentence
from saferground.scenario import Scenario


def build_journey_page(forecast: xr.Dataset, needs: xr.Dataset, scenario: Scenario) -> JourneyPage:
    """Everything that the report of a journey says; arguments as of ``build_page``.

    With the rule ``totals = "given"`` counts published after the as-of date are shown, since they are an input.
    """
    run = journey_run(forecast, scenario)
    counts, planned = count_points(run), planning_figures(run, run.used)
    needed = needs_section(needs, run)
    about = about_run(run, scenario)
    answers = headlines(run, planned, needed)
    sections = (
        camps_section(run.camps, counts),
        where_section(run),
        origins_section(run),
        fit_section(run),
        needed,
        rests_section(run, planned),
    )
    return JourneyPage(
        about=about,
        warnings=_warnings(about, run),
        headlines=answers,
        strip=strip(run, planned),
        map=land_map(run),
        sections=sections,
        picker={"days": [], "items": [], "places": []},
        limits=limits(about.basis, "journey/limits.md"),
        provenance=provenance_of(run, run.used, about, answers, sections),
        rests=tuple((sentence(subject), said) for subject, said in rests_on(run.used).items()),
    )


def _warnings(about: About, run: Journey) -> tuple[str, ...]:
    ranges = (
        f"Figures ahead are medians of {about.members:,} simulated futures, each with a range that holds nine in ten."
    )
    rests = "What else they rest on is said below; conflict ahead is an input, not a prediction."
    return ranges, f"{sentence(status(run.used, about.basis))}.", rests
