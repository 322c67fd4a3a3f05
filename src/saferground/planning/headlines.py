"""The figures that a reader sees first: small tables from a forecast, each a plain function.

Every function takes the Dataset of ``saferground.forecast`` (or ``totals`` of it) and speaks of the days after the
as-of date. Columns ``q05`` to ``q95`` are quantiles over the members; ``q05`` to ``q95`` is the 90 % range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from saferground.axes import CONTROL
from saferground.planning.journey.views import receiving
from saferground.planning.members import ahead, block, quantiles, totals
from saferground.planning.summary import full, inside, outflow, over

if TYPE_CHECKING:
    from saferground.scenario import Scenario

NAMES = ("place_name", "place_name_local", "place_kind")


def quantile_columns(values: xr.DataArray) -> pd.DataFrame:
    """Quantiles over the members as columns ``q05`` ... ``q95``; one row for each cell of the other dimensions."""
    spread = quantiles(values)
    names = [f"q{round(100 * level):02d}" for level in spread["quantile"].values]
    return pd.DataFrame(spread.values.reshape(-1, len(names)), _index(spread), names)


def _index(spread: xr.DataArray) -> pd.Index:
    rows = [dim for dim in spread.dims if dim != "quantile"]
    if len(rows) > 1:
        return pd.MultiIndex.from_product([spread[dim].values for dim in rows], names=rows)
    return pd.Index(spread[rows[0]].values, name=rows[0]) if rows else pd.RangeIndex(1)


def arrivals(forecast: xr.Dataset) -> pd.DataFrame:
    """People who arrive at each site, camp and host community over the days ahead; indexed by place, with names."""
    days = ahead(totals(forecast))
    first = days.sizes["district"]
    table = quantile_columns(days["arrivals"].isel(place=slice(first, None)).sum("time"))
    return with_names(table, days)


def leaving(forecast: xr.Dataset) -> pd.DataFrame:
    """People who leave the besieged area: rows ``ahead`` (days ahead) and ``since_start`` (run-up included)."""
    days = totals(forecast)
    periods = {"ahead": outflow(ahead(days))["leaving"], "since_start": outflow(days)["leaving"]}
    return pd.concat({name: quantile_columns(values.sum("time")).iloc[0] for name, values in periods.items()}, axis=1).T


def remaining(forecast: xr.Dataset) -> pd.DataFrame:
    """People in each district at the end of the last day; indexed by place, with names."""
    days = totals(forecast)
    table = quantile_columns(block(days, "people", "district").isel(time=-1, drop=True).rename(district="place"))
    return with_names(table, days)


def at_risk(forecast: xr.Dataset) -> pd.DataFrame:
    """People inside, in all districts and in those held or contested, at the end of the as-of date and the last day.

    Rows: (``remaining`` or ``at_risk``, day).
    """
    days = totals(forecast)
    ends = days["time"].isin([np.datetime64(forecast.attrs["as_of"]), days["time"].values[-1]])
    return pd.concat({name: quantile_columns(values[:, ends]) for name, values in inside(days).items()}, names=["what"])


def hardship(forecast: xr.Dataset) -> pd.DataFrame:
    """Share of the daily need that is not met, mean over the people in districts held or contested.

    Rows: (good, day) for the first and the last day ahead. NaN when nobody is left there in any member.
    """
    days = ahead(totals(forecast)).isel(time=[0, -1])
    inside_now = block(days, "people", "district").where(days["control"] != CONTROL.index("retaken"), 0)
    short = (days["shortage"] * inside_now).sum("district") / inside_now.sum("district").where(lambda n: n > 0)
    return quantile_columns(short.transpose("member", "good", "time"))


def first_full(forecast: xr.Dataset) -> pd.DataFrame:
    """When camps with a stated capacity are full, and when they shelter more than the capacity.

    One row a camp, indexed by place: names, ``capacity`` on the last day, ``people_now`` (median at the as-of date);
    ``chance_full`` within the days ahead, and ``full_q05``, ``full_q50``, ``full_q95``: the first such day among the
    members in which it happens (NaT when in none); the same with ``over``; ``beyond_q50`` and ``beyond_q95``: most
    people above the capacity on any day. "Full" means 98 % of the capacity at the end of a day.
    """
    days = receiving(totals(forecast))
    later = ahead(days)
    people, capacity = block(later, "people", "settled"), later["capacity"]
    beyond = quantile_columns((people - capacity.astype("float32")).max("time").clip(min=0))
    table = pd.DataFrame({"capacity": capacity.isel(time=-1).values}, index=later.indexes["settled"].rename("place"))
    now = block(days, "people", "settled").sel(time=forecast.attrs["as_of"])
    table["people_now"] = quantile_columns(now)["q50"].values
    for name, event in {"full": full(later), "over": over(later)}.items():
        table[f"chance_{name}"], dates = first_day(event)
        table[[f"{name}_q05", f"{name}_q50", f"{name}_q95"]] = dates
    table["beyond_q50"], table["beyond_q95"] = beyond["q50"].values, beyond["q95"].values
    return with_names(table[capacity.notnull().any("time").values], days)


def casualties(forecast: xr.Dataset) -> pd.DataFrame:
    """People killed and injured over the days ahead, by hazard and in ``all``; and the injured in care.

    Rows: (``killed`` or ``injured``, hazard or ``all``); (``most_waiting_for_bed``, ``most_in_bed``, ``died_in_care``).
    """
    days = ahead(totals(forecast))
    parts = {}
    for name in ("killed", "injured"):
        harmed = days[name].sum("time")
        parts[name] = pd.concat([quantile_columns(harmed), quantile_columns(harmed.sum("hazard")).set_axis(["all"])])
    care = totals(forecast)["care"].isel(time=slice(-days.sizes["time"] - 1, None))
    stages = {
        "most_waiting_for_bed": care.sel(stage="waiting_bed").max("time"),
        "most_in_bed": care.sel(stage="in_bed").max("time"),
        "died_in_care": care.sel(stage="died").isel(time=-1) - care.sel(stage="died").isel(time=0),
    }
    parts |= {name: quantile_columns(values).set_axis(["all"]) for name, values in stages.items()}
    return pd.concat(parts, names=["what", "hazard"])


def waiting(forecast: xr.Dataset) -> pd.DataFrame:
    """The worst day ahead in each line: most people waiting and longest mean time.

    Rows: (site, line); columns ``people_q05`` ... ``people_q95`` and ``hours_q05`` ... ``hours_q95``. Hours are NaN
    where nobody finishes the line in any member.
    """
    days = ahead(forecast)
    people = quantile_columns(days["waiting"].max("time")).add_prefix("people_")
    hours = quantile_columns(days["wait_hours"].max("time")).add_prefix("hours_")
    return pd.concat([people, hours], axis=1)


COMPARED = {
    "left_cumulative": "people who left since the start, by the last day",
    "at_risk": "people in held or contested districts at the as-of date",
    "in_camps": "people in camps on the last day",
}


def planning_figures(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """The official planning figures known at the as-of date, each beside the forecast's own quantity.

    Columns of the scenario's table, then ``compared`` (what the forecast figures are) and ``q05`` ... ``q95``; blank
    and NaN where a figure speaks of nothing that is modelled.
    """
    return beside_figures(scenario, _comparable(totals(forecast)), COMPARED)


def beside_figures(scenario: Scenario, ours: pd.DataFrame, compared: dict[str, str]) -> pd.DataFrame:
    """The planning figures known at the as-of date, each with the row of ``ours`` for what it measures.

    ``ours`` has quantiles by what a figure may measure, and ``compared`` says in words what each of its rows is.
    """
    figures = scenario.known().tables["planning_figures"].reset_index(drop=True)
    matched = ours.reindex(figures["measures"]).reset_index(drop=True)
    return pd.concat([figures, figures["measures"].map(compared).fillna("").rename("compared"), matched], axis=1)


def _comparable(days: xr.Dataset) -> pd.DataFrame:
    camps = days["place_kind"] == "camp"
    quantities = {
        "left_cumulative": outflow(days)["left"].isel(time=-1),
        "at_risk": inside(days)["at_risk"].sel(time=days.attrs["as_of"]),
        "in_camps": days["people"].isel(time=-1).where(camps, 0).sum("place"),
    }
    return pd.concat({name: quantile_columns(values).iloc[0] for name, values in quantities.items()}, axis=1).T


def first_day(event: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
    """Chance that an event happens at all, and first-day dates at 5, 50 and 95 % among members where it does."""
    happens = event.any("time")
    index = event.argmax("time").where(happens).astype("float32")
    ranks = quantiles(index, (0.05, 0.5, 0.95)).values
    dates = np.full(ranks.shape, np.datetime64("NaT"), "datetime64[s]")
    known = ~np.isnan(ranks)
    dates[known] = event["time"].values.astype("datetime64[s]")[ranks[known].astype(int)]
    return happens.mean("member").values, dates


def with_names(table: pd.DataFrame, days: xr.Dataset) -> pd.DataFrame:
    """Put the names and kind of each place before the other columns of a table indexed by ``place``."""
    ids = table.index.get_level_values("place")
    names = pd.DataFrame({name: days[name].values for name in NAMES}, index=days["place"].values)
    return pd.concat([names.loc[ids].set_axis(table.index), table], axis=1)
