"""Counts and the forecast: what was counted, what the model would have said, and what each series will say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from saferground.observation import Series
from saferground.planning import learned
from saferground.reporting.believed import believed_tables, place_names, ratio_words
from saferground.reporting.context import Chart, Column, Group, Planning, Section, Table
from saferground.reporting.fans import LEVELS, Fan, Run, fan
from saferground.reporting.figures import Point, Said, fan_chart
from saferground.reporting.flight import MOST_BARS, bars, cells
from saferground.reporting.words import RANGE, as_date, exact, long_day, short_day, span, whole

if TYPE_CHECKING:
    from saferground.scenario import Scenario

MOST_PICTURES, ENOUGH = 8, 2
"""Series that get a picture, and the counts that a series has for one."""
LEADS = (7,)
UNHEARD = "Its counts are of days or of people that the model does not have, so none is compared with it."
SAYS = {
    "left_cumulative": "left since",
    "arrived_cumulative": "arrived since",
    "treated_cumulative": "treated since",
    "present": "people there",
}


@dataclass(frozen=True)
class Followed:
    """A series of counts that is forecast; ``records`` are its counts, ``ahead`` has one element a day ahead."""

    series: Series
    records: pd.DataFrame
    heard: pd.DataFrame
    ahead: Fan
    place: tuple[str, str] | None

    @property
    def name(self) -> str:
        """Its name in words."""
        return self.series.name.replace("_", " ")

    @property
    def last(self) -> pd.Series:
        """Its newest count."""
        return self.records.iloc[-1]

    @property
    def counts_who(self) -> str:
        """What it counts, in words."""
        said = SAYS.get(self.series.measures, self.series.measures.replace("_", " "))
        since = f"{said} {short_day(self.last['start'])}" if self.series.grows else said
        return f"{since}, {self.place[0]}" if self.place else since


def learned_section(run: Run, scenario: Scenario, planned: tuple[Planning, ...]) -> tuple[Section, ...]:
    """The section on counts, as a tuple of one; empty where the forecast was not fitted to any.

    ``scenario`` holds only what was known.
    """
    if not learned.has_learned(run.forecast):
        return ()
    heard = learned.counts_heard(run.forecast, scenario)
    followed = _followed(run, scenario, heard)
    blocks: tuple[Group | Table, ...] = (
        *_pictures(run, scenario, followed, planned),
        _ahead_table(run, followed),
        *believed_tables(run, scenario, heard),
    )
    shown = tuple(block for block in blocks if isinstance(block, Group) or block.rows)
    title = "Counts and the forecast: what was counted, and what the counts will say"
    return (Section("learned", title, "Counts", _finding(run, heard, followed), shown),)


def _followed(run: Run, scenario: Scenario, heard: pd.DataFrame) -> list[Followed]:
    """Every series that is forecast: the most counted first, of these the largest."""
    known, spread = learned.known_series(scenario), fan(run.forecast["count_ahead"].values, "people")
    places = place_names(scenario)
    found = []
    for i, key in enumerate(run.forecast["series"].values.astype(str)):
        series = known[key]
        levels = series.records[series.records["kind"].eq("level")]
        found.append(Followed(series, levels, heard[heard["series"] == key], spread.at(i), places.get(series.place)))
    return sorted(found, key=lambda one: (-len(one.records), -float(one.last["value"])))


def _finding(run: Run, heard: pd.DataFrame, followed: Sequence[Followed]) -> tuple[str, ...]:
    inside = heard["value"].between(heard["said_q05"], heard["said_q95"])
    first = (
        f"The model was first held against {len(heard)} counts of {heard['series'].nunique()} series that were public "
        f"by {long_day(run.days[run.as_of])}, one after the other. {int(inside.sum())} of them lay in the {RANGE} of "
        "what it expected before it heard them; about nine in ten would if it knew its own uncertainty well.",
    )
    if not followed:
        return (*first, "No series has enough counts to be forecast itself.")
    most = followed[0]
    return (*first, f"The series with most counts, {_told(run, most)}{_beside(run, most)}")


def _beside(run: Run, one: Followed) -> str:
    """How a series lies to the figures on the rest of the page, in a sentence; empty where it was not heard."""
    ratios = learned.sources(run.forecast).set_index("series")["ratio_q50"].to_dict()
    if one.series.key not in ratios:
        return ""
    said = ratio_words(ratios[one.series.key])
    return f" It says {said}; the rest of this page gives what the model holds true."


def _told(run: Run, one: Followed) -> str:
    """What a series said last and will say, in a sentence."""
    low, _, median, _, high = one.ahead.values[:, -1]
    return (
        f"{one.name}, stood at {exact(round(one.last['value']))} on {long_day(one.last['end'])}; on "
        f"{long_day(run.last)} it is expected to say {whole(median)} ({RANGE} {span(low, high)})."
    )


def _pictures(
    run: Run, scenario: Scenario, followed: Sequence[Followed], planned: tuple[Planning, ...]
) -> tuple[Group, ...]:
    titles = {row["id"]: row["title"] for row in scenario.tables["sources"].to_dict("records")}
    chosen = [one for one in followed if len(one.records) >= ENOUGH] or list(followed)
    charts = tuple(_chart(run, one, titles, planned, i) for i, one in enumerate(chosen[:MOST_PICTURES]))
    if not charts:
        return ()
    caption = (
        "Black: what was counted, with a whisker where the wording of the source leaves a range. Brown: what the model "
        "expected of it before it heard it (median, nine in ten); a dot on its brown bar is a count that the model was "
        "ready for. Blue: what this series will say next, in its own terms, so that a source that counts too few is "
        "expected to go on counting too few. Scales differ."
    )
    key = ("count", "said", "median", "half", "ninety", "planned")
    return (Group("counts-ahead", "Each series in one picture", caption, charts, key, "half"),)


def _chart(run: Run, one: Followed, titles: dict[str, str], planned: tuple[Planning, ...], number: int) -> Chart:
    ahead = [as_date(day) for day in run.forecast["day_ahead"].values]
    first = min(as_date(one.records["end"].iloc[0]), run.days[run.as_of]) - timedelta(days=1)
    days = [first + timedelta(days=i) for i in range((ahead[-1] - first).days + 1)]
    values = np.full((len(LEVELS), len(days)), np.nan)
    values[:, -len(ahead) :] = one.ahead.values
    figure = fan_chart(
        days,
        days.index(run.days[run.as_of]),
        Fan(values, "people"),
        points=_points(one, titles),
        said=_said(one),
        planned=_official(run, one, planned),
        wide=True,
    )
    low, _, median, _, high = one.ahead.values[:, -1]
    beside = f" {UNHEARD}" if one.heard.empty else ""
    return Chart(
        id=f"series-{number}",
        title=f"{one.name}: {one.counts_who}",
        local=one.place[1] if one.place else "",
        alt=_alt(run, one),
        figure=figure,
        note=f"Expected on {short_day(run.last)}: {whole(median)} ({span(low, high)}).{beside}",
    )


def _alt(run: Run, one: Followed) -> str:
    """What the picture shows, in a sentence or two."""
    told = f"The series {_told(run, one)}"
    if one.heard.empty:
        return f"{told} {UNHEARD}"
    last = one.heard.iloc[-1]
    return (
        f"{told} Before the count of {long_day(last['end'])} the model would have said {whole(last['said_q50'])} "
        f"({span(last['said_q05'], last['said_q95'])})."
    )


def _points(one: Followed, titles: dict[str, str]) -> list[Point]:
    rows = one.records.to_dict("records")
    return [
        Point(as_date(row["end"]), row["value"], row["low"], row["high"], one.name, _source(row, titles))
        for row in rows
    ]


def _source(row: dict, titles: dict[str, str]) -> str:
    told = "" if pd.isna(row["published"]) else f", public on {long_day(row['published'])}"
    return f"{titles.get(row['source'], row['source'])}{told}"


def _said(one: Followed) -> list[Said]:
    levels = one.heard[one.heard["kind"] == "level"]
    return [
        Said(as_date(row["end"]), row["said_q05"], row["said_q50"], row["said_q95"])
        for row in levels.to_dict("records")
    ]


def _official(run: Run, one: Followed, planned: tuple[Planning, ...]) -> list[tuple[str, float, float]]:
    """Planning figures of all who leave, beside a series of all who left since the start."""
    since: date = as_date(one.last["start"])
    if one.series.place or one.series.measures != "left_cumulative" or since != run.days[0]:
        return []
    return bars(planned, "left_cumulative", lambda p: f"{p.issuer}, {long_day(p.published)}: {p.what}")[:MOST_BARS]


def _ahead_table(run: Run, followed: Sequence[Followed]) -> Table:
    count = run.forecast.sizes["day_ahead"]
    leads = [*(lead for lead in LEADS if lead < count), count]
    rows = [
        (
            one.name,
            round(float(one.last["value"])),
            as_date(one.last["end"]).isoformat(),
            *(cell for lead in leads for cell in cells(one.ahead.at(lead - 1))),
            len(one.records),
            one.counts_who,
        )
        for one in followed
    ]
    expected = [
        column
        for lead in leads
        for column in (
            Column(f"On {short_day(run.days[run.as_of + lead])}", "people", "people"),
            Column(RANGE, "range", "people"),
        )
    ]
    heads = (
        Column("Series", "text"),
        Column("Last count", "count", "people"),
        Column("By", "day"),
        *expected,
        Column("Counts so far", "count"),
        Column("Counts who", "text"),
    )
    note = (
        "What each series will say in its own terms. A series with one count rests on the model and on the nothing "
        "before its first day; take its range as wide."
    )
    return Table("series-ahead", "What each series of counts will say", heads, tuple(rows), note)
