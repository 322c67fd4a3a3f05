"""Those who leave: how many, by which way, and where they arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from saferground.planning.headlines import arrivals
from saferground.planning.learned import has_learned
from saferground.reporting.context import Chart, Column, Group, Planning, Section, Table
from saferground.reporting.fans import Fan, Run, columns, fan
from saferground.reporting.figures import Point, fan_chart
from saferground.reporting.words import RANGE, as_date, long_day, period, sentence, span, whole

LEADS = (1, 3, 7, 14, 21, 28)
FAN_KEY = ("median", "half", "ninety", "run_up")
MOST_WAYS = 12
MOST_BARS = 4

Points = dict[tuple[str, str], list[Point]]
"""Counts by what they measure and the id of the place; "" is everywhere."""


def flight_section(run: Run, counted: Points, planned: tuple[Planning, ...]) -> Section:
    """People leaving per day and in total, the ways out, arrivals per place."""
    blocks = (
        _leaving(run, counted, planned),
        _leads(run),
        _arrivals(run, counted),
        _arrival_table(run),
        _ways(run),
    )
    return Section("flight", "Who leaves, by which way, and where they arrive", "Flight", _finding(run), blocks)


def _finding(run: Run) -> tuple[str, ...]:
    low, _, median, _, high = fan(run.ahead[:, -1], "people").values
    peak = fan(np.diff(run.ahead, axis=1, prepend=0).max(1), "people/day").values
    return (
        f"{sentence(period(run.first, run.last))}, {whole(median)} people leave the districts in the median future; "
        f"nine futures in ten lie between {whole(low)} and {whole(high)}.",
        f"The busiest single day sees {whole(peak[2])} people leave ({span(peak[0], peak[4])}): "
        "reception has to be ready for that day, not for the mean.",
    )


def points(counts: pd.DataFrame, start: date) -> Points:
    """Counts of people (not of families) since the start as points of charts, by what they measure and place."""
    rows = counts[(counts["unit"] == "individuals") & (counts["end"] >= np.datetime64(start))]
    found: dict[tuple[str, str], list[Point]] = {}
    for row in rows.sort_values(["series", "end"], kind="stable").to_dict("records"):
        found.setdefault((row["measures"], row["place"]), []).append(_point(row))
    return found


def _point(row: dict) -> Point:
    low, high = (None if pd.isna(row[name]) else float(row[name]) for name in ("value_low", "value_high"))
    told = f", public on {long_day(row['published'])}" if not pd.isna(row["published"]) else ""
    series = row["series"].replace("_", " ")
    return Point(as_date(row["end"]), float(row["value"]), low, high, series, f"{row['source_title']}{told}")


def bars(
    planned: tuple[Planning, ...], measure: str, label: Callable[[Planning], str]
) -> list[tuple[str, float, float]]:
    """Planning figures of one kind as (label, low, high)."""
    return [(label(figure), *figure.ends) for figure in told(planned, measure) if figure.ends]


def told(planned: tuple[Planning, ...], measure: str) -> list[Planning]:
    """Planning figures of one kind, the newest of each size, newest first."""
    first: dict[tuple, Planning] = {}
    for figure in planned:
        if figure.measures == measure and figure.ends:
            first.setdefault(figure.ends, figure)
    return list(first.values())


def _leaving(run: Run, counted: Points, planned: tuple[Planning, ...]) -> Group:
    since, daily = run.fan("left", "people"), run.fan("leaving", "people a day")
    known, known_daily = counted.get(("left_cumulative", ""), []), counted.get(("left_daily", ""), [])
    official = bars(planned, "left_cumulative", lambda p: f"{p.issuer}, {long_day(p.published)}: {p.what}")[:MOST_BARS]
    charts = (
        Chart(
            id="leaving-total",
            title=f"People who have left the districts since {long_day(run.days[0])}",
            local="",
            alt=says(run, since, "have left"),
            figure=fan_chart(run.days, run.as_of, since, points=known, planned=official, wide=True),
        ),
        Chart(
            id="leaving-daily",
            title="People leaving the districts per day",
            local="",
            alt=says(run, daily, "leave on that day"),
            figure=fan_chart(run.days, run.as_of, daily, points=known_daily, wide=True),
        ),
    )
    pulled = ", pulled towards the counts," if has_learned(run.forecast) else ""
    caption = (
        f"Left of the dotted line is the model's own run-up{pulled}, right of it the forecast. Points are counts "
        "that were public on the as-of date. Bars at the right edge are official planning figures; each speaks of "
        "its own period."
    )
    return Group("leaving", "People leaving", caption, charts, (*FAN_KEY, "count", "planned"), "half")


def says(run: Run, values: Fan, verb: str) -> str:
    """One sentence that stands in for a chart of people."""
    low, _, median, _, high = values.values[:, -1]
    return f"{long_day(run.last)}: {whole(median)} people {verb} in the median future; {RANGE} {span(low, high)}."


def _leads(run: Run) -> Table:
    ahead, daily = fan(run.ahead, "people"), run.fan("leaving", "people/day")
    last = len(run.days) - 1 - run.as_of
    rows = []
    for lead in sorted({*(n for n in LEADS if n < last), last}):
        i = run.as_of + lead
        rows.append((run.days[i].isoformat(), lead, *cells(ahead.at(i)), *cells(daily.at(i))))
    heads = (
        Column("Day", "day"),
        Column("Days ahead", "count"),
        Column("Left since the as-of date", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Leaving on that day", "people", "people"),
        Column(RANGE, "range", "people"),
    )
    return Table("leads", "People leaving, at chosen days ahead", heads, tuple(rows))


def cells(values: Fan) -> tuple[float | None, tuple[float, float] | None]:
    """Median and {RANGE} of one element, as two cells of a table."""
    low, _, median, _, high = (float(v) for v in values.values)
    return (None, None) if np.isnan(median) else (median, (low, high))


def _arrivals(run: Run, counted: Points) -> Group:
    """A chart for each place that anybody reaches, the busiest first."""
    daily, start = run.fan("arrivals", "people a day"), run.forecast.sizes["district"]
    reached = daily.values[4][run.after].sum(0)
    order = [int(i) for i in np.argsort(-reached, kind="stable") if i >= start and reached[i] >= 1]
    charts = tuple(_place_chart(run, daily.at(slice(None), i), i, counted) for i in order)
    return Group(
        "arrivals", "Arrivals per day, by place", "Scales differ from place to place.", charts, (*FAN_KEY, "count")
    )


def _place_chart(run: Run, daily: Fan, i: int, counted: Points) -> Chart:
    name, local = run.name(i)
    known = counted.get(("arrived_daily", str(run.forecast["place"].values[i])), [])
    figure = fan_chart(run.days, run.as_of, daily, points=known)
    return Chart(f"arrivals-{i}", name, local, "Arrivals. " + says(run, daily, "arrive on that day"), figure)


def _arrival_table(run: Run) -> Table:
    table, names = arrivals(run.forecast).sort_values("q50", ascending=False, kind="stable"), run.names
    daily = run.forecast["arrivals"].values[:, run.after]
    order = run.forecast.indexes["place"].get_indexer(table.index)
    peak = fan(daily.max(1)[:, order], "people/day")
    rows = [
        (names[str(place)], *cells(columns(row, "people")), *cells(peak.at(i)))
        for i, (place, row) in enumerate(table.iterrows())
    ]
    heads = (
        Column("Place", "place"),
        Column("Arrivals in the period", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Busiest day", "people", "people a day"),
        Column(RANGE, "range", "people a day"),
    )
    note = "A person is counted at each place on the way (muster point, screening, camp), so the rows do not add up."
    return Table("arrivals-table", f"Arrivals by place, {period(run.first, run.last)}", heads, tuple(rows), note)


def _ways(run: Run) -> Table:
    """The busiest ways out of the districts and on from the sites."""
    total = fan(run.forecast["flow"].values[:, run.after].sum(1), "people")
    busiest = [int(r) for r in np.argsort(-total.middle, kind="stable")[:MOST_WAYS] if total.values[4, r] >= 1]
    heads = (
        Column("From", "place"),
        Column("To", "place"),
        Column("Mode", "text"),
        Column("Length", "amount", "km"),
        Column("People setting out", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Closed", "count", "days"),
    )
    caption = f"The {len(busiest)} busiest ways, {period(run.first, run.last)}"
    return Table("ways", caption, heads, tuple(_way(run, total, r) for r in busiest))


def _way(run: Run, total: Fan, r: int) -> tuple:
    forecast, names = run.forecast, run.names
    ends = [names[str(forecast[key].values[r])] for key in ("route_origin", "route_destination")]
    shut = int((~forecast["route_open"].values[run.after, r]).sum())
    return (
        *ends,
        str(forecast["route_mode"].values[r]),
        float(forecast["route_length_km"].values[r]),
        *cells(total.at(r)),
        shut,
    )
