"""A journey forecast as other stages need it: the counts that were used, its camps, and where people are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    from saferground.scenario import Scenario

CAMPS = ("camp", "idp_camp")
"""Kinds of place of a journey that shelter people."""


def is_journey(forecast: xr.Dataset) -> bool:
    """Whether the forecast is one of a journey model, not of a siege."""
    return bool(forecast.attrs.get("model") == "journey")


def receiving(forecast: xr.Dataset) -> xr.Dataset:
    """Return what shelters people: a siege forecast as it is, of a journey the camps in the shape of settled places.

    Of a journey the result has as places only those that are a camp on some day, all of them ``settled``, and no
    ``district`` or ``site``. ``capacity`` (time, settled) is NaN while a place is no camp. What reads the settled
    places of a siege then takes either.
    """
    if not is_journey(forecast) or "settled" in forecast.dims:
        return forecast
    camps = forecast.isel(place=np.flatnonzero(forecast["is_camp"].any("time")))
    limit = camps["capacity"].where(camps["is_camp"])
    kinds = np.where(np.isin(camps["place_kind"].values, CAMPS), camps["place_kind"].values, "camp")
    ids, nowhere = camps["place"].values, np.array([], dtype=str)
    coords = {"settled": ids, "site": nowhere, "district": nowhere, "place_kind": ("place", kinds)}
    return camps.assign_coords(coords).assign(capacity=(("time", "settled"), limit.values, limit.attrs))


def receivers(dataset: xr.Dataset) -> str:
    """Who takes people in, in words: camps and host communities, or in a journey camps alone."""
    return "camps" if is_journey(dataset) else "camps and host communities"


def in_use(scenario: Scenario) -> Scenario:
    """The scenario with the rows that its forecast used.

    Those known at the as-of date; with the rule ``totals = "given"`` every count and source as well, since the counts
    are then an input whenever they were published.
    """
    known = scenario.known()
    if scenario.rules.get("totals") != "given":
        return known
    return replace(known, tables={**known.tables, **{name: scenario.tables[name] for name in ("counts", "sources")}})


def counted(forecast: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    """The forecast with its daily counts only from the first to the last day on which each place was counted.

    ``count`` (time, place) and ``total_count`` (time) are NaN on other days: there the model carries figures on.
    ``scenario`` is what ``in_use`` returns.
    """
    rows = scenario.tables["counts"]
    rows = rows[rows["measures"] == "present"]
    spans = rows.groupby("place")["end"].agg(["min", "max"])
    time = forecast["time"].values
    ends = spans.reindex([*forecast["place"].values, ""])
    low, high = (ends[name].to_numpy("datetime64[s]") for name in ("min", "max"))
    during = (time[:, None] >= low) & (time[:, None] <= high)  # nothing is later or earlier than a missing day
    return forecast.assign(
        count=forecast["count"].where(during[:, :-1]),
        total_count=forecast["total_count"].where(during[:, -1]),
    )


def counted_total(forecast: xr.Dataset, scenario: Scenario) -> xr.DataArray:
    """Counted people of the whole scenario by day, (time): of its own series, or of all counted places together.

    The first where the rule ``spawning`` follows it, or where no place was counted. NaN on days without such a count;
    takes the forecast as ``counted`` leaves it.
    """
    places, own = forecast["count"], forecast["total_count"]
    if scenario.rules.get("spawning") == "totals" or not bool(places.notnull().any()):
        return own
    return places.sum("place", min_count=1)


def whereabouts(forecast: xr.Dataset) -> dict[str, xr.DataArray]:
    """Displaced people by where they are at the end of the day, each (member, time), in people.

    ``displaced_total`` is everyone: those in ``camps`` and those ``outside``. These are in ``conflict_zones``, places
    in conflict that day that are no camp; in ``towns``, all other places; or ``travelling``, on the way.
    """
    camp = forecast["is_camp"].values
    fighting = (forecast["conflict"].values > 0) & ~camp
    camps, towns, zones = (_there(forecast, where) for where in (camp, ~camp & ~fighting, fighting))
    travelling = forecast["travelling"].astype("int64")
    outside = towns + zones + travelling
    parts = {"camps": camps, "towns": towns, "conflict_zones": zones, "travelling": travelling}
    return {"displaced_total": camps + outside, **parts, "outside": outside}


def _there(forecast: xr.Dataset, where: np.ndarray) -> xr.DataArray:
    """Sum over the places that are marked in ``where`` (time, place)."""
    people = forecast["people"].transpose("member", "time", "place")
    total = np.einsum("mtp,tp->mt", people.values, where.astype(np.int64))
    return xr.DataArray(total, {"member": people["member"], "time": people["time"]}, ("member", "time"))


def new_since(forecast: xr.Dataset) -> xr.DataArray:
    """Newly displaced people since the as-of date, all origins, (member, time); 0 up to that date."""
    after = forecast["time"] > np.datetime64(forecast.attrs["as_of"])
    return forecast["displaced"].sum("place").where(after, 0).cumsum("time").assign_coords(time=forecast["time"])
