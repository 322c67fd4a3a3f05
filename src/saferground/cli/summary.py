"""The brief of a run as text on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from saferground.reporting.context import Estimate
from saferground.reporting.words import (
    NOTHING,
    THIN,
    as_date,
    dates,
    exact,
    long_day,
    percent,
    sentence,
    short_day,
    span,
    whole,
)
from saferground.runs.brief import Brief, Moment, Place, Planned

PLANNED_SHOWN = 3
LIKELY = 0.01
BLOCKS = {"Sites": ("muster_point", "screening_site"), "Camps": ("camp",), "Host communities": ("host_community",)}
WIDTH = 100


def show_brief(brief: Brief) -> None:
    """Print who leaves, where they arrive, which camps fill, and where everything is."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)
    console.print(brief.title, style="bold")
    console.print(_about(brief))
    console.print(brief.status + "\n", style="yellow")
    for line in _leaving(brief):
        console.print(line)
    for table in (_arrivals(brief), _camps(brief)):
        console.print()
        console.print(table)
    console.print(f"\nRun folder ({brief.seconds:.0f} s): {brief.folder}", soft_wrap=True)
    console.print(f"Report: {brief.folder}/report.html", soft_wrap=True)


def _about(brief: Brief) -> str:
    days = (as_date(brief.last) - as_date(brief.as_of)).days
    ahead = f"as of {long_day(brief.as_of)}, {days} days ahead to {long_day(brief.last)}"
    return f"{sentence(ahead)}; {brief.members:,} members, seed {brief.seed}"


def _leaving(brief: Brief) -> Iterator[str]:
    yield f"People expected to leave: {_amount(brief.leaving)}"
    yield f"Left since {long_day(brief.start)}, run-up included: {_amount(brief.left)}"
    for figure in _newest(brief.planned, "left_cumulative"):
        yield f"Official planning figure: {_stated(figure)}"


def _newest(planned: tuple[Planned, ...], measures: str) -> list[Planned]:
    """The newest figure of each size."""
    sizes: dict[tuple[float | None, ...], Planned] = {}
    for figure in planned:
        if figure.measures == measures:
            sizes.setdefault((figure.low, figure.best, figure.high), figure)
    return list(sizes.values())[:PLANNED_SHOWN]


def _stated(figure: Planned) -> str:
    when = f", {long_day(figure.published)}" if figure.published else ""
    return f"{_size(figure)} ({figure.issuer}{when}; {figure.horizon or figure.what})"


def _size(figure: Planned) -> str:
    if figure.best is not None:
        return exact(figure.best)
    if figure.low is not None and figure.high is not None:
        return f"{exact(figure.low)} to {exact(figure.high)}"
    return f"at least {exact(figure.low)}" if figure.low is not None else f"up to {exact(figure.high)}"


def _amount(people: Estimate) -> str:
    return f"{whole(people.median)} (90 % range {span(people.low, people.high)})"


def _arrivals(brief: Brief) -> Table:
    table = _table("Arrivals (who passes two places counts at both)", "median", "90 % range")
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


def _camps(brief: Brief) -> Table | str:
    camps = [camp for camp in brief.camps if max(camp.full.chance, camp.over.chance) >= LIKELY]
    if not camps:
        return "No camp with a stated capacity fills in more than 1 of 100 futures."
    table = _table("Camps that may fill", "capacity", "full", "first day (90 %)", "overflows")
    for camp in camps:
        cells = exact(camp.capacity), _chance(camp.full), _range(camp.full), _happens(camp.over)
        table.add_row(camp.name, *cells)
    return table


def _chance(moment: Moment) -> str:
    return percent(moment.chance).replace(THIN, " ") if moment.chance else "no"


def _happens(moment: Moment) -> str:
    return ", ".join([_chance(moment), *([short_day(moment.median)] if moment.median else [])])


def _range(moment: Moment) -> str:
    if moment.median is None or moment.low is None or moment.high is None:
        return NOTHING
    return f"{short_day(moment.median)} ({dates(as_date(moment.low), as_date(moment.high))})"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for heading in others:
        table.add_column(heading, justify="right")
    return table
