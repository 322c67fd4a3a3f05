"""How people spend their time at the sites: hours until they leave, by group; apart from their family; in the open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from saferground.planning.headlines import quantile_columns
from saferground.planning.members import ahead

RELEASED = "men_in_screening"
"""Beside axes.GROUPS: the men, by hours from arrival to the end of their screening."""


def left_by_stay(forecast: xr.Dataset) -> xr.DataArray:
    """People who left each site over the days ahead, by group and hours since arrival; (member, site, group, stay).

    The last group, ``men_in_screening``, are the men whose screening ended.
    """
    days = ahead(forecast)
    left = days["stayed"].sum("time").transpose("member", "site", "group", "stay")
    released = days["released"].sum("time").expand_dims(group=[RELEASED]).transpose(*left.dims)
    return xr.concat([left, released], dim="group", coords="minimal", compat="override")


def stays(forecast: xr.Dataset) -> pd.DataFrame:
    """Share of those who leave a site over the days ahead that stayed each class of hours.

    Rows: (site, group, stay), stay being the least hours of the class; quantiles over the members in which somebody
    of the group leaves, NaN where nobody does in any.
    """
    left = left_by_stay(forecast)
    return quantile_columns((left / left.sum("stay").where(lambda people: people > 0)).astype(np.float32))


def longer(forecast: xr.Dataset, hours: int) -> pd.DataFrame:
    """Share of those who leave a site over the days ahead that stayed ``hours`` or more, one of ``axes.STAY_HOURS``.

    Rows: (site, group).
    """
    left = left_by_stay(forecast)
    late = left.where(left["stay"] >= hours, 0).sum("stay")
    return quantile_columns((late / left.sum("stay").where(lambda people: people > 0)).astype(np.float32))


def time_spent(forecast: xr.Dataset) -> pd.DataFrame:
    """Person-hours over the days ahead in each line, apart and in the open; rows: (site, spent)."""
    return quantile_columns(ahead(forecast)["person_hours"].sum("time"))
