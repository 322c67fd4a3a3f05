"""One score for every source: averaged relative difference between people and counts at the camps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.stats import ttest_ind_from_stats

from saferground.forecasting.ard import ard, ard_rescaled

LATER = 30  # days at the beginning that the second column of each kind leaves out, as published tables do
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """One score over runs or members; ``sd`` is NaN for a single one."""

    mean: float
    sd: float
    runs: int

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return self.sd / math.sqrt(self.runs)


@dataclass(frozen=True)
class Score:
    """Scores of one source on one crisis; NaN where it says nothing about the first days."""

    ard: Spread
    ard_later: Spread
    rescaled: Spread
    rescaled_later: Spread


@dataclass(frozen=True)
class Agreement:
    """Two means, how far apart they are in standard errors, and how often chance alone would part them as far."""

    difference: float
    error: float
    z: float
    p: float


def dataset(people: Floats, counts: Floats, camps: list[str]) -> xr.Dataset:
    """``people`` (run, day, camp) and ``counts`` (day, camp) under the names that the scores want."""
    variables = {"people": (("member", "time", "place"), people), "count": (("time", "place"), counts)}
    coordinates = {"member": np.arange(len(people)), "time": np.arange(people.shape[1]), "place": camps}
    return xr.Dataset(variables, coordinates)


def at_camps(data: xr.Dataset, camps: list[str]) -> xr.Dataset:
    """Our result at the camps of a Flee run, by their names there, in its order."""
    where = pd.Index(data["place_name"].values).get_indexer(pd.Index(camps))
    if (where < 0).any():
        raise KeyError(f"not in the scenario: {[camp for camp, at in zip(camps, where, strict=True) if at < 0]}")
    people, counts = data["people"].isel(place=where), data["count"].isel(place=where)
    return dataset(people.transpose("member", "time", "place").values, counts.values, camps)


def score(data: xr.Dataset) -> Score:
    """Both scores over all days, and over those from day ``LATER`` on."""
    later, early = data.isel(time=slice(LATER, None)), bool(np.isnan(data["people"][:, 0]).any())
    whole = data.assign(people=data["people"] * np.nan) if early else data
    return Score(*(spread(of(part).values) for of in (ard, ard_rescaled) for part in (whole, later)))


def spread(values: Floats) -> Spread:
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else math.nan
    return Spread(float(np.mean(values)), sd, len(values))


def agreement(ours: Spread, flee: Spread) -> Agreement:
    """Welch's comparison of the two means."""
    difference, error = ours.mean - flee.mean, math.hypot(ours.error, flee.error)
    test = ttest_ind_from_stats(ours.mean, ours.sd, ours.runs, flee.mean, flee.sd, flee.runs, equal_var=False)
    return Agreement(difference, error, difference / error, float(test.pvalue))
