"""People in camps and host communities against capacity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from saferground.planning.headlines import first_full
from saferground.planning.journey.views import is_journey, receivers
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import Run
from saferground.reporting.figures import fan_chart
from saferground.reporting.flight import FAN_KEY, Points, cells, says
from saferground.reporting.words import RANGE, listed, long_day, percent, sentence

LIKELY = 0.1
CERTAIN = 0.5


def camps_section(run: Run, counted: Points) -> Section:
    """A chart of each place against its capacity, and a table of chances and dates."""
    filling = first_full(run.forecast)
    order = _by_pressure(run)
    journey = is_journey(run.forecast)
    limit = ", where there is one" if journey else "; host communities state none"
    group = Group(
        id="camps-charts",
        title="People in each camp" if journey else "People in each camp and host community",
        caption=f"Dashed: the stated capacity{limit}. Scales differ from place to place.",
        charts=tuple(_chart(run, i, filling, counted) for i in order),
        key=(*FAN_KEY, "capacity", "count"),
    )
    finding = _finding(filling)
    return Section(
        "camps",
        f"{sentence(receivers(run.forecast))} against their capacity",
        "Camps",
        finding,
        (group, _table(run, filling, order)),
    )


def already_full(filling: pd.DataFrame) -> pd.DataFrame:
    """Camps with a stated capacity that the people there reach on the as-of date already."""
    return filling[(filling["capacity"] > 0) & (filling["people_now"] >= filling["capacity"])]


def to_fill(filling: pd.DataFrame) -> pd.DataFrame:
    """Camps with room on the as-of date that fill in at least a tenth of the members, in order of the likely day."""
    rest = filling.drop(already_full(filling).index)
    return rest[rest["chance_full"] >= LIKELY].sort_values(
        ["full_q50", "chance_full"], ascending=[True, False], kind="stable"
    )


def _finding(filling: pd.DataFrame) -> tuple[str, ...]:
    full, risky = already_full(filling), to_fill(filling)
    said = []
    if len(full):
        said.append(f"Full already on the as-of date: {listed(list(full['place_name']))}.")
    if len(risky):
        parts = [fill_phrase(row, long_day) for row in risky.to_dict("records")[:5]]
        said.append(f"Likely to fill, in order of date, with the chance: {'; '.join(parts)}.")
    return tuple(said) or ("No camp is full in more than one future in ten.",)


def fill_phrase(row: dict, day: Callable[[Any], str]) -> str:
    """Chamakor (72 %, around 9 Mar): a camp that may fill, its chance, and the median day."""
    return f"{row['place_name']} ({percent(row['chance_full'])}, around {day(row['full_q50'])})"


def _by_pressure(run: Run) -> list[int]:
    """Camps and host communities by number: the fullest first, those without a capacity last."""
    start = run.forecast.sizes["district"] + run.forecast.sizes["site"]
    people = run.fan("people", "people").middle[-1, start:]
    limit = run.forecast["capacity"].values[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        fullness = np.where(np.nan_to_num(limit) > 0, people / limit, np.where(np.isnan(limit), -1.0, -2.0))
    return [int(i) for i in np.argsort(-fullness, kind="stable")]


def _chart(run: Run, i: int, filling: pd.DataFrame, counted: Points) -> Chart:
    place = run.forecast.sizes["district"] + run.forecast.sizes["site"] + i
    name, local = run.name(place)
    values = run.fan("people", "people", slice(None), place)
    known = counted.get(("present", str(run.forecast["place"].values[place])), [])
    figure = fan_chart(run.days, run.as_of, values, ceiling=run.forecast["capacity"].values[:, i], points=known)
    return Chart(f"camp-{i}", name, local, says(run, values, "are sheltered there"), figure, _odds(run, i, filling))


def _odds(run: Run, i: int, filling: pd.DataFrame) -> str:
    """The chance of being full in a few words."""
    settled = str(run.forecast["settled"].values[i])
    if settled not in filling.index:
        return "No capacity stated"
    row = filling.loc[[settled]].to_dict("records")[0]
    when = "" if pd.isna(row["full_q50"]) else f", if so around {run.day(row['full_q50'])}"
    return f"Full in {percent(row['chance_full'])} of futures{when}"


def _table(run: Run, filling: pd.DataFrame, order: list[int]) -> Table:
    heads = (
        Column("Place", "place"),
        Column("Capacity on the last day", "count", "people"),
        Column("There on the as-of date", "people", "people"),
        Column("There on the last day", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Chance that it is full on some day", "share"),
        Column("First full, if it fills", "day"),
        Column("Chance of more people than capacity", "share"),
    )
    rows = tuple(_row(run, filling, i) for i in order)
    full = "98 % of the capacity or more" if is_journey(run.forecast) else "no room for a large household"
    note = (
        f"Full: {full}. The day is the median first full day among the futures in which the "
        "place fills. An en dash stands where no capacity is stated."
    )
    return Table("camps-table", f"{sentence(receivers(run.forecast))} on {long_day(run.last)}", heads, rows, note)


def _row(run: Run, filling: pd.DataFrame, i: int) -> tuple:
    place = run.forecast.sizes["district"] + run.forecast.sizes["site"] + i
    people = run.fan("people", "people", slice(None), place)
    known = (
        filling.loc[[str(run.forecast["settled"].values[i])]]
        if run.forecast["settled"].values[i] in filling.index
        else None
    )
    start = (run.name(place), _capacity(run, i), float(people.middle[run.as_of]), *cells(people.at(-1)))
    if known is None:
        return (*start, None, None, None)
    row = known.iloc[0]
    day = None if pd.isna(row["full_q50"]) else str(np.datetime64(row["full_q50"], "D"))
    return (*start, float(row["chance_full"]), day, float(row["chance_over"]))


def _capacity(run: Run, i: int) -> float | None:
    value = float(run.forecast["capacity"].values[-1, i])
    return None if np.isnan(value) else value
