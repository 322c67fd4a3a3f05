"""Who is newly displaced, where they come from, and which roads they take."""

from __future__ import annotations

import pandas as pd

from saferground.planning.journey import headlines as figures
from saferground.planning.journey.words import rests_on
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import columns
from saferground.reporting.figures import fan_chart, range_chart
from saferground.reporting.flight import FAN_KEY, cells, says
from saferground.reporting.journey.run import Journey
from saferground.reporting.journey.where import with_range
from saferground.reporting.words import RANGE, listed, long_day, percent, period, sentence

MOST_WAYS = 12
MOST_ORIGINS = 12
FEW = 4


def origins_section(run: Journey) -> Section:
    """Newly displaced by day and by origin, and the busiest roads."""
    table = figures.origins(run.forecast)
    where_from = (_ranges(run, table), _origin_table(run, table)) if len(table) else ()
    finding = (newly_sentence(run, table, 5), rests_on(run.used)["how many"])
    title = "Who is newly displaced, and which roads they take"
    return Section("origins", title, "Origins and roads", finding, (_newly(run), *where_from, _ways(run)))


def newly_sentence(run: Journey, table: pd.DataFrame, most: int) -> str:
    """How many are newly displaced in the days ahead, and from where."""
    values = columns(figures.newly_displaced(run.forecast).loc["ahead"], "people")
    rows = [row for row in table.to_dict("records")[:most] if row["share"] >= 0.01]
    named = [f"{row['place_name']} ({percent(row['share'])})" for row in rows]
    who = "all of them from" if len(table) == len(rows) else "the largest shares from"
    origins = f", {who} {listed(named)}" if named else ""
    return f"{sentence(period(run.first, run.last))}, {with_range(values)} are newly displaced{origins}."


def _newly(run: Journey) -> Group:
    daily, since = run.fan("newly", "people a day"), run.fan("new_since", "people")
    charts = (
        Chart(
            id="newly-daily",
            title="Newly displaced per day",
            local="",
            alt=says(run, daily, "are newly displaced on that day"),
            figure=fan_chart(run.days, run.as_of, daily, wide=True),
        ),
        Chart(
            id="newly-since",
            title=f"Newly displaced since {long_day(run.days[run.as_of])}",
            local="",
            alt=says(run, since, "have been displaced since then"),
            figure=fan_chart(run.days, run.as_of, since, wide=True),
        ),
    )
    caption = "A line without a range is the same in every future, as a figure taken from counts is."
    return Group("newly", "Newly displaced people, all origins", caption, charts, FAN_KEY, "half")


def _ranges(run: Journey, table: pd.DataFrame) -> Group:
    named = [(row["place_name"], columns(row, "people")) for row in table.to_dict("records")[:MOST_ORIGINS]]
    alt = f"Most come from {listed([name for name, _ in named[:3]])}."
    size = "few" if len(named) <= FEW else "some" if len(named) <= 2 * FEW else "many"
    chart = Chart(f"origins-{size}", "Newly displaced by origin", "", alt, range_chart(named, "people"))
    caption = f"{sentence(period(run.first, run.last))}; the places that most people leave for the first time."
    return Group("origins-group", "Where they come from", caption, (chart,), ("median", "half", "ninety"), "wide")


def _origin_table(run: Journey, table: pd.DataFrame) -> Table:
    heads = (
        Column("Place", "place"),
        Column("Country", "text"),
        Column("Days of conflict ahead", "count", "days"),
        Column("Newly displaced", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Share of all", "share"),
    )
    order = run.forecast.indexes["place"].get_indexer(table.index)
    ahead = run.forecast["conflict"].values[run.after] > 0
    rows = tuple(
        (
            run.name(int(i)),
            str(run.forecast["country"].values[i]),
            int(ahead[:, i].sum()),
            *cells(columns(row, "people")),
            float(row["share"]),
        )
        for i, row in zip(order, table.to_dict("records"), strict=True)
    )
    return Table("origins-table", f"Newly displaced by origin, {period(run.first, run.last)}", heads, rows)


def _ways(run: Journey) -> Table:
    """The busiest roads, both directions together."""
    table = figures.ways(run.forecast)
    busiest = table[table["q95"] >= 1][:MOST_WAYS]
    heads = (
        Column("Between", "place"),
        Column("And", "place"),
        Column("Length", "amount", "km"),
        Column("People setting out", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Closed", "count", "days"),
    )
    rows = tuple(
        (
            run.names[str(row["origin"])],
            run.names[str(row["destination"])],
            float(row["length_km"]),
            *cells(columns(row, "people")),
            int(row["closed_days"]),
        )
        for row in busiest.to_dict("records")
    )
    caption = f"The {len(busiest)} busiest roads, {period(run.first, run.last)}"
    note = "Both directions together. Who takes several roads counts on each of them, so the rows do not add up."
    return Table("ways", caption, heads, rows, note)
