"""How far the forecast is from the counts, and what that means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from saferground.forecasting.ard import difference_by_day
from saferground.planning.journey import headlines as figures
from saferground.planning.journey.words import total_is_given
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import Fan, columns, fan
from saferground.reporting.figures import fan_chart
from saferground.reporting.flight import FAN_KEY, cells
from saferground.reporting.journey.run import Journey
from saferground.reporting.words import RANGE, THIN, long_day, percent

NAMES = {"ard": "ARD", "ard_rescaled": "ARD, rescaled to the counted total"}
Scores = dict[str, dict[str, float]]
TITLE = "Forecast against counts"


def fit_section(run: Journey) -> Section:
    """ARD by day and over the run, and each counted place."""
    scores = figures.fit(run.forecast)
    if not scores["ard"]["days"]:
        return Section("fit", TITLE, "Fit", ("There are no counts over the run to compare with.",), ())
    return Section("fit", TITLE, "Fit", _finding(run, scores), (_by_day(run), _summary(scores), _places(run)))


def fit_sentence(scores: Scores) -> str:
    """The two measures in words; ``scores`` as ``saferground.planning.journey.headlines.fit`` gives them."""
    plain, scaled = scores["ard"], scores["ard_rescaled"]
    return (
        f"On an average day with counts, the differences at the counted places add up to {percent(plain['mean'])} of "
        f"the people counted there. With the total set to the counted one, {percent(1 - scaled['mean'] / 2)} of the "
        f"people are where they were counted."
    )


def _finding(run: Journey, scores: Scores) -> tuple[str, ...]:
    if total_is_given(run.used):
        meant = "The total is an input, so this measures where people go, not how many are displaced."
    else:
        meant = "The counts of these days were known when the forecast was made; it says nothing of the days ahead."
    return fit_sentence(scores), f"{meant} The parameters have not been fitted to these counts."


def _by_day(run: Journey) -> Group:
    plain, scaled = (fan(difference_by_day(run.forecast, rescaled=how).values, "share") for how in (False, True))
    top = max(float(np.nanmax(plain.values)), float(np.nanmax(scaled.values)), 1.0)
    charts = tuple(
        Chart(f"fit-{key}", NAMES[key].replace("ARD", "Difference"), "", _alt(values), _chart(run, values, top))
        for key, values in zip(NAMES, (plain, scaled), strict=True)
    )
    caption = (
        f"Differences at all counted places on a day, added up, as a share of the people counted there: 0{THIN}% is "
        "exact. Rescaled: after setting the total of each day to the counted one, which leaves where people are; "
        f"200{THIN}% is the worst."
    )
    return Group("fit-days", "Difference by day", caption, charts, FAN_KEY, "half")


def _chart(run: Journey, values: Fan, top: float) -> dict[str, Any]:
    figure = fan_chart(run.days, run.as_of, values, wide=True)
    figure["layout"]["yaxis"]["range"] = [0, 1.02 * top]
    return figure


def _alt(values: Fan) -> str:
    low, high = (percent(float(end(values.middle))) for end in (np.nanmin, np.nanmax))
    return f"Median from {low} to {high} over the counted days."


def _summary(scores: Scores) -> Table:
    heads = (
        Column("Measure", "text"),
        *(Column(head, "ratio") for head in ("Mean of the members", "5th percentile", "Median", "95th percentile")),
        Column("Days compared", "count", "days"),
    )
    names = ("mean", "q05", "q50", "q95")
    rows = tuple((NAMES[key], *(row[name] for name in names), row["days"]) for key, row in scores.items())
    note = (
        "ARD, the averaged relative difference, is the mean over the days of the difference above. Published "
        "validations of Flee give the rescaled form; half of it is the share of people in the wrong place."
    )
    return Table("fit-table", "Averaged relative difference over the run", heads, rows, note)


def _places(run: Journey) -> Table:
    table = figures.fit_by_place(run.forecast).sort_values("mean_count", ascending=False, kind="stable")
    heads = (
        Column("Place", "place"),
        Column("Days with a count", "count", "days"),
        Column("Counted, mean", "people", "people"),
        Column("Forecast median, mean", "people", "people"),
        Column("Difference, mean", "people", "people"),
        Column("Days with the count in the 90 % range", "share"),
        Column("Last day compared", "day"),
        Column("Counted", "count", "people"),
        Column("Forecast", "people", "people"),
        Column(RANGE, "range", "people"),
    )
    rows = tuple(_place(run, str(name), row) for name, row in table.iterrows())
    note = (
        "Days between two counts are on a straight line. If the ranges held the whole uncertainty, nine in ten counts "
        "would lie in them."
    )
    caption = f"Each counted place, {long_day(run.days[0])} to {long_day(run.last)}"
    return Table("fit-places", caption, heads, rows, note)


def _place(run: Journey, name: str, row: pd.Series) -> tuple:
    means = (float(row[key]) for key in ("mean_count", "mean_median", "mean_gap"))
    last = str(np.datetime64(row["last_day"], "D"))
    return (
        run.names[name], int(row["days"]), *means, float(row["inside"]), last, float(row["count"]),
        *cells(columns(row, "people")),
    )  # fmt: skip
