"""Reception: the lines at each site, how long people wait, and care for the injured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from saferground.planning.headlines import waiting
from saferground.planning.stays import RELEASED, longer, time_spent
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import Fan, Run, columns
from saferground.reporting.figures import BLUE, OCHRE, Palette, fan_chart
from saferground.reporting.flight import FAN_KEY, cells
from saferground.reporting.remaining import care_table
from saferground.reporting.words import RANGE, about, long_day, period, span, whole

LINE_NAMES = {
    "mustering": "Mustering",
    "registration": "Registration",
    "screening": "Screening of men",
    "aid": "Aid for women and children",
    "boarding": "Boarding of buses",
}
GROUP_NAMES = {
    "women": "Women",
    "men": "Men",
    "children": "Children",
    "disabled": "People with disabilities",
    RELEASED: "Men, until their screening ends",
}
CARE_NAMES = {
    "waiting_triage": "Waiting for triage",
    "waiting_stabilisation": "Waiting to be stabilised",
    "waiting_ambulance": "Waiting for an ambulance",
    "waiting_bed": "Waiting for a hospital bed",
    "waiting_theatre": "Waiting for an operation",
    "in_bed": "In a hospital bed",
}
SEEN = 0.1
LONG = 24
ALWAYS = ("waiting_stabilisation", "waiting_bed", "in_bed")


def reception_section(run: Run) -> Section:
    """Lines and waiting times per site, then the injured."""
    worst = waiting(run.forecast)
    waits, hours = run.fan("waiting", "people"), _hours(run)
    busy = [s for s in range(run.forecast.sizes["site"]) if waits.values[4, run.after, s].max() >= 1]
    groups: list[Group | Table] = []
    for s in busy:
        groups += [_hours_group(run, hours, s), _line_group(run, waits, s)]
    finding = (
        *_finding(run, worst),
        "A household goes on when its men are screened and its women and children have had aid: "
        "the slower line decides.",
    )
    blocks = (
        _wait_table(run, worst, busy), _stay_table(run, busy), _time_table(run, busy), *groups, _care_group(run),
        care_table(run),
    )  # fmt: skip
    return Section("reception", "Reception: lines, waiting times, care", "Reception", finding, blocks)


def _hours(run: Run) -> Fan:
    """Waiting times by day, left out on days on which fewer than a tenth of the members have one."""
    known = run.forecast["wait_hours"].notnull().mean("member").values >= SEEN
    hours = run.fan("wait_hours", "h")
    return Fan(np.where(known, hours.values, np.nan), "h")


def _finding(run: Run, worst: pd.DataFrame) -> tuple[str, ...]:
    """The longest line, in words."""
    site, line, row = worst_line(worst, "people_q50")
    low, _, median, _, high = columns(row, "people", "people_").values
    if median < 1:
        return ("No line lasts overnight in the median future.",)
    name = f"{LINE_NAMES[line].lower()} at {run.names[site][0]}"
    return (f"The longest line on its worst day: {name}, {whole(median)} people ({span(low, high)}).",)


def worst_line(worst: pd.DataFrame, by: str) -> tuple[str, str, Any]:
    """Site, line and row of the largest value of a column of ``planning.headlines.waiting``."""
    rows = worst.reset_index().to_dict("records")
    row = max(rows, key=lambda row: -1.0 if pd.isna(row[by]) else float(row[by]))
    return str(row["site"]), str(row["line"]), row


def _hours_group(run: Run, hours: Fan, s: int) -> Group:
    return Group(
        id=f"hours-{s}",
        title=f"{_site(run, s)[0]}: waiting time",
        caption="Hours from arrival to the end of the line, of those who finish it that day. One scale for all.",
        charts=_lines(run, hours, s, "hours", OCHRE),
        key=("median_ochre", "half_ochre", "ninety_ochre", "run_up"),
    )


def _line_group(run: Run, waits: Fan, s: int) -> Group:
    return Group(
        id=f"line-{s}",
        title=f"{_site(run, s)[0]}: people waiting",
        caption="People in the line at the end of the day, who need water, food and shelter there. One scale for all.",
        charts=_lines(run, waits, s, "line"),
        key=FAN_KEY,
    )


def _site(run: Run, s: int) -> tuple[str, str]:
    return run.name(run.forecast.sizes["district"] + s)


def _lines(run: Run, values: Fan, s: int, kind: str, colour: Palette = BLUE) -> tuple[Chart, ...]:
    """One chart a line that anybody may have to wait in, on one scale."""
    site = values.at(slice(None), s)
    top = float(np.nan_to_num(site.values[4]).max()) * 1.05 or 1.0
    charts = []
    for i, line in enumerate(run.forecast["line"].values):
        one = site.at(slice(None), i)
        if not np.nan_to_num(one.values[4]).any():
            continue
        alt = f"{long_day(run.last)}: median {about(float(one.middle[-1]))} {one.unit}."
        figure = fan_chart(run.days, run.as_of, one, top=top, colour=colour)
        charts.append(Chart(f"{kind}-{s}-{i}", LINE_NAMES.get(line, line), "", alt, figure))
    return tuple(charts)


def _wait_table(run: Run, worst: pd.DataFrame, busy: list[int]) -> Table:
    """The worst day of each line."""
    sites, lines = run.forecast["site"].values, run.forecast["line"].values
    rows = [
        (
            _site(run, s),
            LINE_NAMES.get(line, line),
            *cells(columns(row, "people", "people_")),
            *cells(columns(row, "h", "hours_")),
        )
        for s in busy
        for line, row in ((line, worst.loc[(sites[s], line)]) for line in lines)
        if row["people_q95"] > 0 or not pd.isna(row["hours_q95"])
    ]
    heads = (
        Column("Site", "place"),
        Column("Line", "text"),
        Column("Most people in line", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Longest wait", "hours", "h"),
        Column(RANGE, "spread", "h"),
    )
    return Table("waits", f"Worst day of each line, {period(run.first, run.last)}", heads, tuple(rows))


def _stay_table(run: Run, busy: list[int]) -> Table:
    """Share of each group that stays for a day or more."""
    late = longer(run.forecast, LONG)
    rows = [
        (_site(run, s), words, *cells(columns(100 * late.loc[(run.forecast["site"].values[s], group)], "%")))
        for s in busy
        for group, words in GROUP_NAMES.items()
        if late.loc[(run.forecast["site"].values[s], group)].notna().any()
    ]
    heads = (
        Column("Site", "place"),
        Column("Group", "text"),
        Column("Share", "hours", "%"),
        Column(RANGE, "spread", "%"),
    )
    caption = f"Of those who leave a site: share who were there for {LONG} hours or more, {period(run.first, run.last)}"
    note = "A family leaves together. People with disabilities are among the others. Shorter stays are in the tables."
    return Table("stays", caption, heads, tuple(rows), note)


def _time_table(run: Run, busy: list[int]) -> Table:
    """Person-hours apart from the household and in the open."""
    spent, sites = time_spent(run.forecast), run.forecast["site"].values
    rows = [
        (
            _site(run, s),
            *(cell for name in ("apart", "open") for cell in cells(columns(spent.loc[(sites[s], name)], "person-h"))),
        )
        for s in busy
    ]
    heads = (
        Column("Site", "place"), Column("Families apart", "people", "person-h"), Column(RANGE, "range", "person-h"),
        Column("In the open", "people", "person-h"), Column(RANGE, "range", "person-h"),
    )  # fmt: skip
    note = (
        "Apart: members of families whose men are in screening, or of which one part is through and the other not. In "
        "the open: at the site beyond the places with shade and water that stations.csv states; all, where it has none."
    )
    return Table("time-spent", f"Time at the sites, {period(run.first, run.last)}", heads, tuple(rows), note)


def _care_group(run: Run) -> Group:
    care, charts = run.fan("care", "people"), []
    for i, stage in enumerate(run.forecast["stage"].values):
        values = care.at(slice(None), i)
        if stage in ALWAYS or (stage in CARE_NAMES and values.values[4].any()):
            alt = f"{long_day(run.last)}: median {whole(float(values.middle[-1]))} people."
            charts.append(Chart(f"care-{stage}", CARE_NAMES[stage], "", alt, fan_chart(run.days, run.as_of, values)))
    return Group(
        "care", "Care for the injured", "All stabilisation points and field hospitals together.", tuple(charts), FAN_KEY
    )
