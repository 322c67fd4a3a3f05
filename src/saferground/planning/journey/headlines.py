"""The figures of a journey that a reader sees first: small tables from a forecast, each a plain function.

Every function takes the Dataset of ``saferground.forecast`` (or ``totals`` of it). Columns ``q05`` to ``q95`` are
quantiles over the members; ``q05`` to ``q95`` is the 90 % range. When camps fill says
``saferground.planning.headlines.first_full``, which takes a journey too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from saferground.forecasting.ard import ard, ard_rescaled, difference_by_day
from saferground.planning.headlines import beside_figures, quantile_columns, with_names
from saferground.planning.journey.views import receiving, whereabouts
from saferground.planning.members import ahead, totals

if TYPE_CHECKING:
    from saferground.scenario import Scenario

COMPARED = {
    "in_camps": "people in camps on the last day",
    "left_cumulative": "newly displaced people since the start, by the last day",
}
COUNT_DRIVEN = ("totals", "camps")
"""Values of the rule ``spawning`` with which the number of displaced people follows the counts."""


def camps_on(forecast: xr.Dataset, day: str | np.datetime64 | None = None) -> pd.DataFrame:
    """People in each camp at the end of a day (default: the last), the most people first; indexed by place.

    ``capacity`` and ``count`` are those of the day, NaN where none is stated and where nobody counted.
    """
    days = receiving(totals(forecast))
    last = days.isel(time=-1) if day is None else days.sel(time=np.datetime64(day))
    table = quantile_columns(last["people"].reset_coords(drop=True))
    table = table.assign(capacity=last["capacity"].values, count=last["count"].values)
    return with_names(table, days).sort_values("q50", ascending=False, kind="stable")


def where_people_are(forecast: xr.Dataset, day: str | np.datetime64 | None = None) -> pd.DataFrame:
    """Displaced people by where they are at the end of a day (default: the last); rows as in ``whereabouts``."""
    days = totals(forecast)
    last = days.isel(time=[-1]) if day is None else days.sel(time=[np.datetime64(day)])
    there = {name: _spread(values.isel(time=0, drop=True)) for name, values in whereabouts(last).items()}
    return pd.DataFrame.from_dict(there, orient="index")


def origins(forecast: xr.Dataset) -> pd.DataFrame:
    """Newly displaced people over the days ahead by the place they come from, the most first; indexed by place.

    ``share`` is the part of all of them at the median of the members. Only places that anybody leaves.
    """
    days = ahead(totals(forecast))
    new = days["displaced"].sum("time")
    everyone = new.sum("place")
    share = (new / everyone.where(everyone > 0)).median("member").values
    table = with_names(quantile_columns(new).assign(share=share), days)
    return table[table["q95"] > 0].sort_values("q50", ascending=False, kind="stable")


def newly_displaced(forecast: xr.Dataset) -> pd.DataFrame:
    """Newly displaced people: rows ``ahead`` (days ahead) and ``since_start`` (run-up included)."""
    days = totals(forecast)
    periods = {"ahead": ahead(days), "since_start": days}
    found = {name: _spread(part["displaced"].sum(("place", "time"))) for name, part in periods.items()}
    return pd.DataFrame.from_dict(found, orient="index")


def ways(forecast: xr.Dataset) -> pd.DataFrame:
    """People who set out on each route over the days ahead, in either direction; the busiest first.

    Indexed by route: ends, length in km, ``closed_days`` ahead, and quantiles.
    """
    days = ahead(totals(forecast))
    table = quantile_columns(days["flow"].sum("time"))
    for name in ("origin", "destination", "length_km"):
        table[name] = days[f"route_{name}"].values
    table["closed_days"] = (~days["route_open"].values).sum(axis=0)
    return table.sort_values("q50", ascending=False, kind="stable")


def latest_counts(forecast: xr.Dataset) -> pd.DataFrame:
    """The last count of each place that was counted: ``count`` and the day, ``counted``; indexed by place."""
    count, days = forecast["count"].values, forecast["time"].values
    seen = ~np.isnan(count)
    places = np.flatnonzero(seen.any(axis=0))
    last = len(days) - 1 - seen[::-1].argmax(axis=0)[places]
    index = pd.Index(forecast["place"].values[places], name="place")
    return pd.DataFrame({"count": count[last, places], "counted": days[last]}, index)


def last_count(forecast: xr.Dataset) -> dict[str, Any] | None:
    """The last day on which most places were counted: ``day``, ``places`` counted, ``count`` of all, and quantiles.

    The quantiles are those of the people at the same places on that day. None without any count.
    """
    days = totals(forecast)
    seen = days["count"].notnull().sum("place").values
    if not seen.any():
        return None
    last = days.isel(time=int(len(seen) - 1 - seen[::-1].argmax()))
    there = last.isel(place=np.flatnonzero(last["count"].notnull()))
    spread = _spread(there["people"].sum("place").reset_coords(drop=True))
    counts = {"places": there.sizes["place"], "count": float(there["count"].sum())}
    return {"day": last["time"].values, **counts, **spread}


def fit(forecast: xr.Dataset) -> dict[str, dict[str, float]]:
    """Averaged relative difference against the counts: ``ard`` and ``ard_rescaled``, NaN without any count.

    Of each the ``mean`` over the members, quantiles, and ``days``, how many days had a count of somebody. ``forecast``
    has its counts as ``counted`` leaves them.
    """
    days = totals(forecast)
    compared = int(difference_by_day(days.isel(member=[0])).notnull().sum())
    scores = {"ard": ard(days), "ard_rescaled": ard_rescaled(days)}
    return {name: {"days": compared, "mean": float(one.mean()), **_spread(one)} for name, one in scores.items()}


def _spread(values: xr.DataArray) -> dict[str, float]:
    """Quantiles of one value a member, by column name."""
    return {str(name): float(value) for name, value in quantile_columns(values).iloc[0].items()}


def fit_by_place(forecast: xr.Dataset) -> pd.DataFrame:
    """Forecast against count at each place that was counted, over the days on which it was; indexed by place.

    ``days``; ``mean_count`` and ``mean_median``, people, means over these days; ``mean_gap``, people, mean over days
    and members of the absolute difference; ``inside``, the share of days with the count in the 90 % range; and the
    last counted day with ``count`` and quantiles.
    """
    days = totals(forecast)
    places = np.flatnonzero(days["count"].notnull().any("time"))
    rows = {str(days["place"].values[i]): _fit_at(days.isel(place=i)) for i in places}
    return with_names(pd.DataFrame(rows).T.rename_axis("place").infer_objects(), days) if rows else pd.DataFrame()


def _fit_at(place: xr.Dataset) -> dict[str, object]:
    seen = place.isel(time=np.flatnonzero(place["count"].notnull()))
    spread = quantile_columns(seen["people"].reset_coords(drop=True))
    count = seen["count"].values
    return {
        "days": len(count),
        "mean_count": count.mean(),
        "mean_median": spread["q50"].mean(),
        "mean_gap": float(np.abs(seen["people"].values - count).mean()),
        "inside": float(((count >= spread["q05"]) & (count <= spread["q95"])).mean()),
        "last_day": seen["time"].values[-1],
        "count": count[-1],
        **spread.iloc[-1],
    }


def planning_figures(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """The official planning figures known at the as-of date, each beside the forecast's own quantity.

    Columns as in ``saferground.planning.headlines.planning_figures``.
    """
    quantities = {
        "in_camps": where_people_are(forecast).loc["camps"],
        "left_cumulative": newly_displaced(forecast).loc["since_start"],
    }
    return beside_figures(scenario, pd.concat(quantities, axis=1).T, COMPARED)


def follows_counts(scenario: Scenario) -> bool:
    """Whether how many people are displaced follows the counts, and is not the model's own figure."""
    return scenario.rules.get("spawning") in COUNT_DRIVEN
