"""Those who remain: how many, where, their hardship, and harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from saferground.axes import CONTROL
from saferground.planning.headlines import casualties
from saferground.reporting.besieged import (
    balance_by_district,
    balance_charts,
    balance_finding,
    balance_of,
    balance_table,
)
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import Fan, Run, columns, fan
from saferground.reporting.figures import OCHRE, fan_chart, range_chart
from saferground.reporting.flight import FAN_KEY, cells, says
from saferground.reporting.words import RANGE, long_day, percent, period, span, whole

if TYPE_CHECKING:
    from saferground.scenario import Scenario

GOOD_NAMES = {"food": "Food", "water": "Water", "fuel": "Fuel", "medicine": "Medicine"}
HAZARD_NAMES = {
    "route": "on the way out",
    "home": "at home, by shelling and fire",
    "trap": "by explosive traps",
    "all": "all causes",
}
CARE_ROWS = {
    "most_waiting_for_bed": "Most waiting for a hospital bed on one day",
    "most_in_bed": "Most in hospital beds on one day",
    "died_in_care": "Died of injuries in care",
}


def remaining_section(run: Run, scenario: Scenario) -> Section:
    """Total and districts, shortages and what is left, killed and injured."""
    balance = balance_of(run, scenario)
    short = _shortage(run)
    harmed = casualties(run.forecast)
    blocks = (
        _remaining_group(run),
        _shortage_group(run, short),
        balance_table(balance),
        balance_charts(balance),
        _district_table(run),
        balance_by_district(balance),
        _harm_group(harmed),
        _harm_table(run, harmed),
    )
    finding = (remaining_sentence(run), _hardship_finding(run, short), balance_finding(balance))
    return Section("remaining", "Those who remain: numbers, hardship, harm", "Who remains", finding, blocks)


def remaining_sentence(run: Run) -> str:
    """How many remain on the last day, and how many of them whatever happens."""
    low, _, median, _, high = run.fan("remaining", "people", -1).values
    risk = float(run.fan("at_risk", "people", -1).middle)
    stay = float(fan(run.forecast["stayers"].values[:, -1].sum(1), "people").middle)
    return (
        f"On {long_day(run.last)}, {whole(median)} people ({RANGE} {span(low, high)}) are still in the districts, "
        f"{whole(risk)} of them where there is fighting or the besieged party holds; {whole(stay)} live in households "
        "that do not leave."
    )


def _shortage(run: Run) -> Fan:
    """Share of the daily need that goes unmet, mean over those in held or contested districts; (time, good)."""
    forecast = run.forecast
    districts = forecast.sizes["district"]
    endangered = forecast["control"].values != CONTROL.index("retaken")
    people = np.where(endangered, forecast["people"].values[:, :, :districts], 0).astype(np.float32)
    weighted = np.einsum("mtd,mtdg->mtg", people, np.nan_to_num(forecast["shortage"].values))
    total = people.sum(2)
    return fan(
        np.where(total > 0, weighted.transpose(2, 0, 1) / np.maximum(total, 1), np.nan).transpose(1, 2, 0), "share"
    )


def _hardship_finding(run: Run, short: Fan) -> str:
    now, then = (short.middle[t] for t in (run.as_of, -1))
    parts = [
        f"{good} {percent(float(now[g]))}, then {percent(float(then[g]))}"
        for g, good in enumerate(run.forecast["good"].values)
    ]
    return (
        "Share of the daily need that people in held and contested districts go without, median, "
        f"on {long_day(run.days[run.as_of])} and on {long_day(run.last)}: {'; '.join(parts)}."
    )


def _remaining_group(run: Run) -> Group:
    remaining, risk = run.fan("remaining", "people"), run.fan("at_risk", "people")
    top = float(remaining.values[4].max()) * 1.05 or None
    charts = (
        Chart(
            id="remaining-total",
            title="People in all districts",
            local="",
            alt=says(run, remaining, "remain"),
            figure=fan_chart(run.days, run.as_of, remaining, top=top, wide=True),
        ),
        Chart(
            id="remaining-risk",
            title="Of these, in held or contested districts",
            local="",
            alt=says(run, risk, "are in held or contested districts"),
            figure=fan_chart(run.days, run.as_of, risk, top=top, wide=True),
        ),
    )
    return Group(
        "remaining-charts", "People who remain", "The number at the start is itself uncertain.", charts, FAN_KEY, "half"
    )


def _shortage_group(run: Run, short: Fan) -> Group:
    charts = []
    for g, good in enumerate(run.forecast["good"].values):
        values = short.at(slice(None), g)
        alt = f"Median {percent(float(values.middle[-1]))} of the daily need unmet on {long_day(run.last)}."
        charts.append(
            Chart(
                f"shortage-{good}",
                GOOD_NAMES.get(good, good),
                "",
                alt,
                fan_chart(run.days, run.as_of, values, colour=OCHRE),
            )
        )
    caption = "Share of the daily need that people in held or contested districts go without: 100 % is nothing at all."
    return Group(
        "shortages", "Hardship", caption, tuple(charts), ("median_ochre", "half_ochre", "ninety_ochre", "run_up")
    )


def _district_table(run: Run) -> Table:
    people = run.fan("people", "people")
    lacking = run.fan("shortage", "share").middle[-1]
    order = np.argsort(-people.middle[-1, : run.forecast.sizes["district"]], kind="stable")
    heads = (
        Column("District", "place"),
        Column("Control on the as-of date", "text"),
        Column("Chance retaken by the last day", "share"),
        Column("People on the as-of date", "people", "people"),
        Column("People on the last day", "people", "people"),
        Column(RANGE, "range", "people"),
        *(
            Column(f"{GOOD_NAMES.get(good, good)} unmet on the last day", "share")
            for good in run.forecast["good"].values
        ),
    )
    note = "Unmet: median share of the daily need. District populations are an allocation, not a census."
    rows = tuple(_district(run, people, lacking, int(d)) for d in order)
    return Table("districts", f"Districts on {long_day(run.last)}, by people remaining", heads, rows, note)


def _district(run: Run, people: Fan, lacking: np.ndarray, d: int) -> tuple:
    chances = run.spread["chance_control"].values[:, d]
    state = CONTROL[int(chances[run.as_of].argmax())]
    now, then = people.at(run.as_of, d), people.at(-1, d)
    return (run.name(d), state, float(chances[-1, 2]), float(now.middle), *cells(then), *(float(v) for v in lacking[d]))


def _hazards(harmed: pd.DataFrame) -> list[str]:
    return [str(hazard) for hazard in harmed.loc["killed"].index]


def _harm_group(harmed: pd.DataFrame) -> Group:
    charts = []
    for what, title in (("killed", "Killed"), ("injured", "Injured")):
        rows = [
            (HAZARD_NAMES.get(h, h), columns(harmed.loc[(what, h)], "people")) for h in _hazards(harmed) if h != "all"
        ]
        low, _, median, _, high = columns(harmed.loc[(what, "all")], "people").values
        alt = f"{title}, all causes: {whole(median)} people in the median future; {RANGE} {span(low, high)}."
        charts.append(Chart(f"harm-{what}", f"{title}, by cause", "", alt, range_chart(rows, "people")))
    caption = "City totals only. The rates of harm are wide assumptions: read these as orders of magnitude."
    return Group("harm", "Harm to civilians", caption, tuple(charts), ("median", "half", "ninety"), "half")


def _harm_table(run: Run, harmed: pd.DataFrame) -> Table:
    rows = [
        (HAZARD_NAMES.get(h, h).capitalize(), *_harmed(harmed, "killed", h), *_harmed(harmed, "injured", h))
        for h in _hazards(harmed)
    ]
    heads = (
        Column("Cause", "text"),
        Column("Killed", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Injured", "people", "people"),
        Column(RANGE, "range", "people"),
    )
    note = "Medians of the causes do not add up to the median of all causes."
    return Table("harm-table", f"Civilians killed and injured, {period(run.first, run.last)}", heads, tuple(rows), note)


def _harmed(harmed: pd.DataFrame, what: str, hazard: str) -> tuple[float | None, tuple[float, float] | None]:
    return cells(columns(harmed.loc[(what, hazard)], "people"))


def care_table(run: Run) -> Table:
    """The injured in care over the days ahead."""
    harmed = casualties(run.forecast)
    rows = tuple((title, *cells(columns(harmed.loc[(what, "all")], "people"))) for what, title in CARE_ROWS.items())
    heads = (Column("The injured", "text"), Column("Median", "people", "people"), Column(RANGE, "range", "people"))
    return Table("care-table", f"Care for the injured, {period(run.first, run.last)}", heads, rows)
