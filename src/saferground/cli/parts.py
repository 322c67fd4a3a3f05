"""Parts of a summary on screen that every model has."""

from __future__ import annotations

from collections.abc import Iterator

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
from saferground.runs.brief import Brief, Camp, Moment, Planned
from saferground.runs.journey import JourneyBrief

PLANNED_SHOWN = 3
LIKELY = 0.01


def about(brief: Brief | JourneyBrief) -> str:
    """Dates, members and seed in one line."""
    days = (as_date(brief.last) - as_date(brief.as_of)).days
    ahead = f"as of {long_day(brief.as_of)}, {days} days ahead to {long_day(brief.last)}"
    return f"{sentence(ahead)}; {brief.members:,} members, seed {brief.seed}"


def official(planned: tuple[Planned, ...], measures: str) -> Iterator[str]:
    """The newest planning figures of a kind, one a line."""
    for figure in _newest(planned, measures):
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


def amount(people: Estimate) -> str:
    """Median and 90 % range of people."""
    return f"{whole(people.median)} (90 % range {span(people.low, people.high)})"


def camps_that_fill(camps: tuple[Camp, ...], years: bool = False) -> Table | str:
    """Camps with their chance to fill and to overflow; ``years`` writes days as YYYY-MM-DD."""
    likely = [camp for camp in camps if max(camp.full.chance, camp.over.chance) >= LIKELY]
    if not likely:
        return "No camp with a stated capacity fills in more than 1 of 100 futures."
    table = table_of("Camps that may fill", "capacity", "full", "first day (90 %)", "overflows")
    for camp in likely:
        cells = exact(camp.capacity), _chance(camp.full), _range(camp.full, years), _happens(camp.over, years)
        table.add_row(camp.name, *cells)
    return table


def _chance(moment: Moment) -> str:
    return percent(moment.chance).replace(THIN, " ") if moment.chance else "no"


def _happens(moment: Moment, years: bool) -> str:
    day = str if years else short_day
    return ", ".join([_chance(moment), *([day(moment.median)] if moment.median else [])])


def _range(moment: Moment, years: bool) -> str:
    if moment.median is None or moment.low is None or moment.high is None:
        return NOTHING
    if years:
        return f"{moment.median} ({moment.low} to {moment.high})"
    return f"{short_day(moment.median)} ({dates(as_date(moment.low), as_date(moment.high))})"


def table_of(first: str, *others: str) -> Table:
    """A plain table with its headings, the first column to the left and the others to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for heading in others:
        table.add_column(heading, justify="right")
    return table
