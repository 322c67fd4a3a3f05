"""From members to quantiles, and the few quantities that every table and chart starts from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import xarray as xr

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95)
IN_PEOPLE = ("people", "people/day")
"""Units of the variables that count people."""


def quantiles(values: xr.DataArray, levels: Sequence[float] = LEVELS) -> xr.DataArray:
    """Quantiles over the members, with ``quantile`` as the last dimension.

    The quantile at level p is the smallest value that at least a share p of the members does not exceed. It is
    therefore always the value of some member: whole people stay whole, and the quantile of a need that only grows
    with the people is the need at the quantile of the people. NaN members are left out; where all are NaN the result
    is NaN. Levels are in (0, 1]. (Hyndman and Fan 1996, definition 1, doi 10.1080/00031305.1996.10473566.)
    """
    axis = cast(int, values.get_axis_num("member"))
    ordered = np.moveaxis(values.values, axis, -1).copy(order="C")
    ordered.sort(axis=-1)
    picked = _pick(ordered, np.asarray(levels, dtype=float))
    rest = values.isel(member=0, drop=True)
    dims = (*rest.dims, "quantile")
    return xr.DataArray(picked, {**rest.coords, "quantile": list(levels)}, dims, values.name, values.attrs)


def _pick(ordered: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Choose the ranks of ``levels`` from values sorted along the last axis (NaN last)."""
    members = ordered.shape[-1]
    partly_missing = np.isnan(ordered[..., -1]) & ~np.isnan(ordered[..., 0])
    if not partly_missing.any():
        return ordered[..., _rank(levels, members)]
    count = members - np.isnan(ordered).sum(axis=-1, keepdims=True)
    return np.take_along_axis(ordered, _rank(levels, count), axis=-1)


def _rank(level: np.ndarray, count: np.ndarray | int) -> np.ndarray:
    """Return ceil(level x count) - 1, guarded against rounding such as 0.07 x 100 = 7.000000000000001."""
    return np.maximum(np.ceil(level * count - 1e-9).astype(np.int64) - 1, 0)


def totals(forecast: xr.Dataset) -> xr.Dataset:
    """Return the forecast with ``people`` summed over household classes: (member, time, place), int32.

    A journey whose rules move units of several people comes back in people. Functions of this package accept either;
    pass the result of this one to several of them to sum only once.
    """
    if "household" not in forecast["people"].dims:
        return _in_people(forecast)
    people = forecast["people"].transpose("member", "time", "place", "household")
    summed = np.einsum("mtph->mtp", people.values)
    attrs = {**people.attrs, "long_name": "present at the end of the day"}
    return forecast.drop_vars("people").assign(people=(("member", "time", "place"), summed, attrs))


def _in_people(forecast: xr.Dataset) -> xr.Dataset:
    unit = int(forecast.attrs.get("people_per_unit", 1))
    if unit == 1:
        return forecast
    counts = {name: one for name, one in forecast.data_vars.items() if one.attrs.get("units") in IN_PEOPLE}
    scaled = {name: (one * unit).assign_attrs(one.attrs) for name, one in counts.items()}
    return forecast.assign(scaled).assign_attrs(people_per_unit=1)


def ahead(forecast: xr.Dataset) -> xr.Dataset:
    """Return the days after the as-of date: the forecast proper (a view)."""
    after = np.searchsorted(forecast["time"].values, np.datetime64(forecast.attrs["as_of"]), side="right")
    return forecast.isel(time=slice(int(after), None))


def block(forecast: xr.Dataset, name: str, dim: str) -> xr.DataArray:
    """Return a variable of places for one block only, with ``district``, ``site`` or ``settled`` as its dimension."""
    places = forecast.indexes["place"].get_indexer(forecast.indexes[dim])
    contiguous = slice(places[0], places[-1] + 1) if len(places) else slice(0)
    chosen = forecast[name].isel(place=contiguous).drop_vars("place").rename(place=dim)
    return chosen.assign_coords({dim: forecast[dim]})
