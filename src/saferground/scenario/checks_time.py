"""Rules about days: what ends ends after it began, and nothing is public before it could be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from saferground.errors import Problem
from saferground.scenario.draft import Draft, Rule

PERIODS = {
    "closures": ("closed", "reopened", "Write the first day on which it is open again, or leave it blank."),
    "stations": ("opens", "closes", "Write the first day without work, or leave it blank."),
    "own_forecasts": ("made", "day", "Write the day that the forecast speaks of, or correct the day it was made."),
}
"""First day, first day after, and advice; the second must be later."""

EVENTS = {"control": "date", "counts": "end"}
"""Tables that say what happened, and the day on which a row's event was over. They cannot be public earlier."""

PLANS = {
    "closures": "closed",
    "stations": "opens",
    "buses": "date",
    "camps": "date",
    "supplies": "date",
    "stocks": "date",
    "conflicts": "date",
    "floods": "date",
    "food_security": "date",
    "kinds": "date",
    "corrections": "date",
}
"""Tables whose rows may be announced ahead, and the day on which a row begins to hold."""


def as_of_after_start(draft: Draft) -> list[Problem]:
    """The as-of date is not before the start."""
    if not draft.day("as_of") < draft.day("start"):
        return []
    do = "Move one of the two; days from the start to the as-of date are simulated with what is known."
    expected = f"the start, {_day(draft.day('start'))}, or later"
    return [draft.setting_problem(("scenario", "as_of"), _day(draft.day("as_of")), expected, do)]


def periods_in_order(draft: Draft) -> list[Problem]:
    """What is closed reopens later; what opens closes later; what is forecast lies ahead."""
    return [
        _early(draft, table, row, last, f"later than {first}, {_day(getattr(row, first))}", do)
        for table, (first, last, do) in PERIODS.items()
        for row in draft.rows(table)
        if getattr(row, last) <= getattr(row, first)
    ]


def count_periods(draft: Draft) -> list[Problem]:
    """The period of a count does not end before it starts."""
    do = "Swap them, or correct the one that is wrong."
    return [
        _early(draft, "counts", row, "end", f"start, {_day(row.start)}, or later", do)
        for row in draft.rows("counts")
        if row.end < row.start
    ]


def _early(draft: Draft, table: str, row: Any, column: str, expected: str, do: str) -> Problem:
    return draft.problem(table, row.line, column, _day(getattr(row, column)), expected, do)


def _day(moment: pd.Timestamp) -> str:
    return "no date" if pd.isna(moment) else f"{moment:%Y-%m-%d}"


def published_after_source(draft: Draft) -> list[Problem]:
    """A row is not public before the source that it cites."""
    published = _source_days(draft)
    do = "Cite what was public by then, or write the later day."
    return [
        _early(draft, table, row, "published", f"{_day(published[row.source])}, as its source, or later", do)
        for table in draft.schema.tables
        if table != "sources" and draft.schema.has(table, "published")
        for row in draft.rows(table)
        if row.published < published.get(row.source, pd.NaT)
    ]


def _source_days(draft: Draft) -> dict[str, pd.Timestamp]:
    return {row.id: row.published for row in draft.rows("sources")}


def undated_rows_have_early_sources(draft: Draft) -> list[Problem]:
    """Tables without ``published`` are always read, so their sources must be public by the as-of date."""
    published, as_of = _source_days(draft), draft.day("as_of")
    return [
        draft.problem(table, row.line, "source", _late(row.source, published), _by(as_of), _CITE)
        for table in draft.schema.tables
        if table != "sources" and not draft.schema.has(table, "published")
        for row in draft.rows(table)
        if published.get(row.source, pd.NaT) > as_of
    ]


def priors_have_early_sources(draft: Draft) -> list[Problem]:
    """The source of a prior is public by the as-of date: no prior is chosen by what happened afterwards."""
    published, as_of = _source_days(draft), draft.day("as_of")
    return [
        draft.setting_problem(("parameters", prior.name, "source"), _late(prior.source, published), _by(as_of), _CITE)
        for prior in draft.parameters.values()
        if not prior.is_default and published.get(prior.source, pd.NaT) > as_of
    ]


_CITE = (
    "Cite what was public by then, or choose a later as-of date. A source that does not depend on events (a map, a "
    "standard) has `published` blank."
)


def _late(source: str, published: dict[str, pd.Timestamp]) -> str:
    return f"{source}, published on {_day(published[source])}"


def _by(as_of: pd.Timestamp) -> str:
    return f"a source published by the as-of date, {_day(as_of)}"


def events_happen_before_publication(draft: Draft) -> list[Problem]:
    """What happened cannot be public before it happened; without any date a row counts as known before the start."""
    start, unread = draft.day("start"), _unreadable_sources(draft)
    return [
        _early(draft, table, row, "published", f"{_day(getattr(row, name))}, when it happened, or later", _PUBLISH)
        for table, name in EVENTS.items()
        for row in draft.rows(table)
        if not getattr(row, "future", "") and row.source not in unread
        if _too_early(row.published, getattr(row, name), start)
    ]


def _unreadable_sources(draft: Draft) -> set[str]:
    file = draft.file("sources")
    return {row.id for row in draft.rows("sources") if draft.is_spoilt(file, row.line, "published")}


_PUBLISH = (
    "Write the day on which it became public, here or at its source; otherwise a forecast would know it in advance. "
    "A row of control.csv that is only expected needs a future."
)


def _too_early(published: pd.Timestamp, happened: pd.Timestamp, start: pd.Timestamp) -> bool:
    return happened > start if pd.isna(published) else published < happened


def plans_without_publication(draft: Draft) -> list[Problem]:
    """A note on rows that begin after the start and say nowhere when they became public."""
    return [
        _undated_plans(draft, table, int(late.sum()))
        for table, name in PLANS.items()
        if table in draft.tables and (late := _undated(draft.tables[table], name, draft.day("start"))).any()
    ]


def _undated(frame: pd.DataFrame, name: str, start: pd.Timestamp) -> pd.Series:
    return frame["published"].isna() & (frame[name] > start)


def _undated_plans(draft: Draft, table: str, count: int) -> Problem:
    got = f"{count} row{'s' if count > 1 else ''} about days after the start without a publication date"
    do = "They are taken as known before the start; write `published` if they became known later."
    problem = draft.problem(table, 0, "published", got, "the day on which each became public", do)
    return replace(problem, severity="note")


def futures_have_rows(draft: Draft) -> list[Problem]:
    """Each future has rows in ``control.csv``."""
    used = set(draft.tables["control"]["future"])
    do = "Add its rows to control.csv with this id in the column future, or delete the future."
    return [
        draft.problem("futures", row.line, "id", repr(row.id), "a future that rows of control.csv belong to", do)
        for row in draft.rows("futures")
        if row.id and row.id not in used
    ]


def futures_lie_ahead(draft: Draft) -> list[Problem]:
    """A note on rows of a future that are not after the as-of date."""
    as_of = draft.day("as_of")
    expected = f"a day after the as-of date, {_day(as_of)}"
    do = "Nothing needs to be done; what happened by the as-of date stands in rows without a future."
    return [
        replace(_early(draft, "control", row, "date", expected, do), severity="note")
        for row in draft.rows("control")
        if row.future and row.date <= as_of
    ]


RULES = (
    Rule(as_of_after_start, ()),
    Rule(periods_in_order, ()),
    Rule(count_periods, ()),
    Rule(published_after_source, ()),
    Rule(undated_rows_have_early_sources, ()),
    Rule(priors_have_early_sources, ()),
    Rule(events_happen_before_publication, ("sources",)),
    Rule(plans_without_publication, ("sources",)),
)
"""For every model."""

SIEGE_RULES = (
    Rule(futures_have_rows, ("futures", "control")),
    Rule(futures_lie_ahead, ()),
)
