"""The brief of a journey as lines and tables for the screen."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from saferground.cli.parts import amount, camps_that_fill, official, table_of
from saferground.reporting.context import Estimate
from saferground.reporting.words import NOTHING, THIN, as_date, exact, listed, long_day, percent, span, whole
from saferground.runs.journey import Fit, JourneyBrief, Shelter

ORIGINS_SHOWN = 3
YEAR = 360


def journey_parts(brief: JourneyBrief) -> tuple[list[str], list[Table | str]]:
    """Where displaced people are; then the camps, those that may fill, and the difference from the counts."""
    years = (as_date(brief.last) - as_date(brief.start)).days > YEAR
    tables = [_camps(brief), camps_that_fill(brief.camps, years), *([_fit(brief.fit)] if brief.fit else [])]
    return list(_where(brief)), tables


def _where(brief: JourneyBrief) -> Iterator[str]:
    yield f"Displaced people on {long_day(brief.last)}: {_figure(brief.displaced)}"
    yield f"  in camps: {_figure(brief.in_camps)}"
    yield f"  in towns and other places: {_figure(brief.in_towns)}"
    yield f"  in conflict zones: {_figure(brief.in_conflict_zones)}"
    yield f"  on the way: {_figure(brief.travelling)}"
    yield f"Newly displaced in the days ahead: {_figure(brief.newly_displaced)}{_origins(brief)}"
    yield from official(brief.planned, "in_camps")


def _figure(people: Estimate) -> str:
    """Median and range; the figure alone where the members agree to two digits."""
    return whole(people.median) if whole(people.low) == whole(people.high) else amount(people)


def _origins(brief: JourneyBrief) -> str:
    named = [f"{one.name} {percent(one.share).replace(THIN, ' ')}" for one in brief.origins[:ORIGINS_SHOWN]]
    return f", from {listed(named)}" if named else ""


def _camps(brief: JourneyBrief) -> Table | str:
    if not brief.shelters:
        return "The scenario has no camp."
    table = table_of(f"People in camps on {long_day(brief.last)}", "median", "90 % range", "capacity", "counted")
    for camp in brief.shelters:
        capacity = exact(camp.capacity) if camp.capacity else NOTHING
        people = whole(camp.people.median), span(camp.people.low, camp.people.high)
        table.add_row(camp.name, *people, capacity, _count(camp, brief.last))
    return table


def _count(camp: Shelter, last: str) -> str:
    """The latest count, with its day where that is not the last day."""
    if camp.count is None:
        return NOTHING
    return exact(camp.count) if camp.counted == last else f"{exact(camp.count)} ({long_day(camp.counted)})"


def _fit(fit: Fit) -> str:
    return (
        f"Against the counts of {fit.days} days: averaged relative difference (ARD) {fit.ard:.3f} "
        f"(members {fit.ard_low:.3f} to {fit.ard_high:.3f}), rescaled to the counted total {fit.rescaled:.3f} "
        f"({fit.rescaled_low:.3f} to {fit.rescaled_high:.3f})."
    )
