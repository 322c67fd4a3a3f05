"""One Dataset of quantiles and chances from which tables and charts are drawn, so that members are sorted once."""

from __future__ import annotations

import numpy as np
import xarray as xr

from saferground.axes import CONTROL
from saferground.planning.members import block, quantiles, totals

FULL_FROM = 0.98


def summaries(forecast: xr.Dataset) -> xr.Dataset:
    """Quantiles over the members for every day of the forecast, the run-up included.

    Returns
    -------
    Dataset with the levels of ``saferground.planning.members.LEVELS`` as dimension ``quantile``:

    - ``people`` and ``arrivals`` (time, place), ``flow`` (time, route), ``waiting`` and ``wait_hours`` (time, site,
      line), ``shortage`` (time, district, good), ``care`` (time, stage): as in the forecast;
    - ``person_hours`` (time, site, spent) and ``patients`` (time, care_place, care_stage): as in the forecast;
    - ``leaving`` (time): people who left the besieged area that day; ``left``: the same since the start;
    - ``remaining`` (time): people in all districts; ``at_risk``: of these, in districts held or contested;
    - ``killed`` and ``injured`` (time, hazard): since the as-of date;

    and without ``quantile``, as shares of the members: ``chance_full`` and ``chance_over`` (time, settled), see
    ``full`` and ``over``, NaN where no capacity is stated or the camp is not open; ``chance_control`` (time,
    district, control); and ``capacity`` as in the forecast.
    """
    days = totals(forecast)
    drawn = {
        name: days[name]
        for name in (
            "people",
            "arrivals",
            "flow",
            "waiting",
            "wait_hours",
            "shortage",
            "care",
            "person_hours",
            "patients",
        )
    }
    drawn |= outflow(days) | inside(days) | harm(days)
    result = xr.Dataset({name: quantiles(values) for name, values in drawn.items()}, attrs=forecast.attrs)
    stated, open_now = days["capacity"].notnull(), days["capacity"] > 0
    return result.assign(
        chance_full=full(days).mean("member").where(open_now),
        chance_over=over(days).mean("member").where(stated),
        chance_control=_control(days),
        capacity=days["capacity"],
    )


def outflow(days: xr.Dataset) -> dict[str, xr.DataArray]:
    """People who leave the besieged area, (member, time): ``leaving`` a day, and ``left`` since the start."""
    leaving = block(days, "departures", "district").sum("district")
    return {"leaving": leaving, "left": leaving.cumsum("time").assign_coords(time=days["time"])}


def inside(days: xr.Dataset) -> dict[str, xr.DataArray]:
    """People in all districts (``remaining``) and in those held or contested (``at_risk``), (member, time)."""
    people = block(days, "people", "district")
    dangerous = days["control"] != CONTROL.index("retaken")
    return {"remaining": people.sum("district"), "at_risk": people.where(dangerous, 0).sum("district")}


def harm(days: xr.Dataset) -> dict[str, xr.DataArray]:
    """People killed and injured by hazard since the as-of date, (member, time, hazard); 0 up to that date."""
    after = days["time"] > np.datetime64(days.attrs["as_of"])
    ahead_only = {name: days[name].where(after, 0).cumsum("time") for name in ("killed", "injured")}
    return {name: values.assign_coords(time=days["time"]) for name, values in ahead_only.items()}


def over(days: xr.Dataset) -> xr.DataArray:
    """Whether more people are sheltered than the capacity, (member, time, settled); False where none is stated."""
    return block(days, "people", "settled") > days["capacity"]


def full(days: xr.Dataset) -> xr.DataArray:
    """Whether an open camp shelters ``FULL_FROM`` of its capacity or more, (member, time, settled).

    Not all of it: a few households leave every day, so that a camp which turns people away ends its days just below.
    """
    return (block(days, "people", "settled") >= FULL_FROM * days["capacity"]) & (days["capacity"] > 0)


def _control(days: xr.Dataset) -> xr.DataArray:
    shares = [(days["control"] == index).mean("member") for index in range(len(CONTROL))]
    joined = xr.concat(shares, dim="control", coords="minimal", compat="override").assign_coords(control=list(CONTROL))
    return joined.transpose("time", "district", "control")
