"""The averaged relative difference (ARD) between a journey forecast and the counts at its places.

It is the measure by which Flee and its published validations are judged. For a day t, over the places c that were
counted on it,

    d_t = sum_c |sim_ct - count_ct| / sum_c count_ct
    ARD = mean of d_t over the days on which anybody was counted,

0 when every place has exactly its count. Rescaled, every ``sim_ct`` is first multiplied by
``sum_c count_ct / sum_c sim_ct``, so that both have the same total: what is left is where people are, not how many.
Then 1 - ARD / 2 is the share of people in the right place, and ARD / 2 the share that would have to be elsewhere.
(Suleimenova, Bell and Groen 2017, doi 10.1038/s41598-017-13828-9.)
"""

from __future__ import annotations

import numpy as np
import xarray as xr


def ard(forecast: xr.Dataset) -> xr.DataArray:
    """Averaged relative difference of each member, dimension ``member``; a ratio from 0, NaN without any count.

    ``forecast`` has ``people`` (member, time, place) and ``count`` (time, place), NaN where and when nobody counted.
    People are taken where the model itself has moved them. Days and places without a count are left out, as are days
    on which the counts add up to nobody.
    """
    return difference_by_day(forecast).mean("time")


def ard_rescaled(forecast: xr.Dataset) -> xr.DataArray:
    """Averaged relative difference after scaling to the counted total of each day; else like ``ard``; from 0 to 2.

    Where the members have nobody at any counted place there is nothing to scale, and the difference is 1.
    """
    return difference_by_day(forecast, rescaled=True).mean("time")


def difference_by_day(forecast: xr.Dataset, *, rescaled: bool = False) -> xr.DataArray:
    """Return the relative difference of each day, (member, time), float64; NaN on days without a count of anybody."""
    where = np.flatnonzero(forecast["count"].notnull().any("time"))
    count = forecast["count"].isel(place=where).values
    people = moved(forecast).isel(place=where).transpose("member", "time", "place").values
    there = np.where(np.isnan(count), 0.0, people)
    counted = np.nansum(count, axis=1)
    if rescaled:
        total = there.sum(axis=2)
        there *= np.divide(counted, total, out=np.ones_like(total), where=total > 0)[..., None]
    apart = np.abs(there - np.nan_to_num(count)).sum(axis=2)
    found = np.divide(apart, counted, out=np.full_like(apart, np.nan), where=counted > 0)
    coords = {"member": forecast["member"], "time": forecast["time"]}
    return xr.DataArray(found, coords, ("member", "time"), "difference", {"units": "1"})


def moved(forecast: xr.Dataset) -> xr.DataArray:
    """People where the model moved them; a forecast carried on from its counts has them where these say besides."""
    return forecast["people"] - forecast["adjusted"] if "adjusted" in forecast else forecast["people"]
