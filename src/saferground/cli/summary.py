"""The brief of a run as text on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from saferground.cli.journey import journey_parts
from saferground.cli.parts import about, amount, camps_that_fill, official, table_of
from saferground.reporting.words import long_day, short_day, span, whole
from saferground.runs.brief import Brief, Place
from saferground.runs.journey import JourneyBrief

BLOCKS = {"Sites": ("muster_point", "screening_site"), "Camps": ("camp",), "Host communities": ("host_community",)}
WIDTH = 100


def show_brief(brief: Brief | JourneyBrief) -> None:
    """Print who leaves, where they arrive, which camps fill, and where everything is."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)
    console.print(brief.title, style="bold")
    console.print(about(brief))
    console.print(brief.status, style="yellow")
    for line in (*_heard(brief), *filter(None, [brief.went_on])):
        console.print(line, soft_wrap=True)
    console.print()
    lines, tables = _siege_parts(brief) if isinstance(brief, Brief) else journey_parts(brief)
    for line in lines:
        console.print(line)
    for table in tables:
        console.print()
        console.print(table)
    console.print(f"\nRun folder ({brief.seconds:.0f} s): {brief.folder}", soft_wrap=True)
    console.print(f"Report: {brief.folder}/report.html", soft_wrap=True)


def _heard(brief: Brief | JourneyBrief) -> Iterator[str]:
    """How many counts a siege was fitted to, and what the largest series will say; nothing without a fit."""
    if not isinstance(brief, Brief) or not brief.counts_heard:
        return
    counts = "1 count" if brief.counts_heard == 1 else f"{brief.counts_heard:,} counts"
    yield f"Learned from {counts} in {brief.series_heard} series"
    if brief.counts:
        largest = max(brief.counts, key=lambda one: one.last.median or 0.0)
        yield f'Largest series, "{largest.series}", on {short_day(brief.last)}: {amount(largest.last)}'


def _siege_parts(brief: Brief) -> tuple[list[str], list[Table | str]]:
    return list(_leaving(brief)), [_arrivals(brief), camps_that_fill(brief.camps)]


def _leaving(brief: Brief) -> Iterator[str]:
    yield f"People expected to leave: {amount(brief.leaving)}"
    yield f"Left since {long_day(brief.start)}, run-up included: {amount(brief.left)}"
    yield from official(brief.planned, "left_cumulative")


def _arrivals(brief: Brief) -> Table:
    table = table_of("Arrivals (who passes two places counts at both)", "median", "90 % range")
    for heading, kinds in BLOCKS.items():
        places = [place for place in brief.places if place.kind in kinds]
        if places:
            table.add_row(heading, style="italic")
        for place in sorted(places, key=_most, reverse=True):
            table.add_row(
                f"  {place.name}", whole(place.arrivals.median), span(place.arrivals.low, place.arrivals.high)
            )
    return table


def _most(place: Place) -> float:
    return place.arrivals.median or 0.0
