"""Medians and ranges over the members, computed once for the whole page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from saferground.planning import quantiles, totals
from saferground.planning.summary import outflow, summaries
from saferground.reporting.context import Estimate
from saferground.reporting.words import as_date, long_day, short_day

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
YEAR = 360
"""Days from which a day and a month do not tell which day is meant."""


@dataclass(frozen=True)
class Fan:
    """Quantiles of a quantity over the members.

    ``values`` has shape (5, ...): the 5th, 25th, 50th, 75th and 95th percentile of each element. NaN where no member
    has a value.
    """

    values: np.ndarray
    unit: str

    @property
    def middle(self) -> np.ndarray:
        """Medians, without the first axis."""
        return np.asarray(self.values[2])

    def at(self, *index: int | slice) -> Fan:
        """The fan of some elements; the index starts after the axis of levels."""
        return Fan(self.values[(slice(None), *index)], self.unit)

    def estimate(self, *index: int) -> Estimate:
        """Median and 90 % range of one element."""
        low, median, high = (None if np.isnan(v) else float(v) for v in self.at(*index).values[::2])
        return Estimate(median, low, high, self.unit)


def fan(values: np.ndarray, unit: str) -> Fan:
    """Quantiles over the first axis (members), each the value of some member. Missing values are left out."""
    dims = ("member", *(f"axis_{i}" for i in range(1, values.ndim)))
    return drawn(quantiles(xr.DataArray(values, dims=dims), LEVELS), unit)


def drawn(spread: xr.DataArray, unit: str) -> Fan:
    """The fan of quantiles that were computed already; ``quantile`` is the last dimension and holds ``LEVELS``."""
    levels = spread["quantile"].values.tolist()
    chosen = spread.values[..., [levels.index(level) for level in LEVELS]]
    return Fan(np.moveaxis(chosen, -1, 0).astype(float), unit)


def columns(row: Any, unit: str, prefix: str = "") -> Fan:
    """The fan of one row of a table of ``saferground.planning``, from its columns ``q05`` to ``q95``."""
    names = [f"{prefix}q{round(100 * level):02d}" for level in LEVELS]
    return Fan(np.array([row[name] for name in names], float), unit)


@dataclass(frozen=True)
class Run:
    """A forecast with what every part of the page needs from it, computed once.

    ``forecast`` has people summed over household classes; ``spread`` holds quantiles by day; ``ahead`` (member, time)
    is who has left the districts since the as-of date, 0 until then; ``days`` start with the run-up; ``names`` are the
    name and local name of each place by its id.
    """

    forecast: xr.Dataset
    spread: xr.Dataset
    days: tuple[date, ...]
    as_of: int
    ahead: np.ndarray
    names: dict[str, tuple[str, str]]

    @property
    def after(self) -> slice:
        """The days ahead."""
        return slice(self.as_of + 1, None)

    @property
    def first(self) -> date:
        """The first day ahead."""
        return self.days[self.as_of + 1]

    @property
    def last(self) -> date:
        """The last day ahead."""
        return self.days[-1]

    def fan(self, name: str, unit: str, *index: int | slice) -> Fan:
        """The fan of a variable of ``spread``, or of some of its elements."""
        whole = drawn(self.spread[name], unit)
        return whole.at(*index) if index else whole

    def day(self, value: Any) -> str:
        """A day in the least room: 3 Mar, with its year where the run lasts a year or more."""
        return long_day(value) if len(self.days) > YEAR else short_day(value)

    def name(self, i: int) -> tuple[str, str]:
        """Name and local name of a place, by its number in the forecast."""
        return tuple(self.names.values())[i]


def run_of(forecast: xr.Dataset, summary: xr.Dataset | None = None) -> Run:
    """Sums and quantiles of a forecast; ``summary`` is ``summaries`` of it, where it is at hand."""
    summed = totals(forecast)
    days = tuple(as_date(day) for day in summed["time"].values)
    as_of = days.index(as_date(summed.attrs["as_of"]))
    left = outflow(summed)["left"].values
    ahead = np.where(np.arange(len(days)) > as_of, left - left[:, [as_of]], 0)
    named = (summed[key].values.tolist() for key in ("place", "place_name", "place_name_local"))
    names = {place: (name, local) for place, name, local in zip(*named, strict=True)}
    spread = summaries(summed) if summary is None else summary
    return Run(summed, spread, days, as_of, ahead, names)
