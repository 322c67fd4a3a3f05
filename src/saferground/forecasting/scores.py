"""Scores of forecasts made of members: pure functions on arrays, in the unit of what was counted.

Members lie on the last axis of ``samples``, the 23 levels of the hubs on the last axis of ``quantiles``; the other axes
are those of ``truth``. All scores but ``bias`` and ``covered`` are better when smaller, and 0 for a perfect forecast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

LEVELS: Array = np.array([0.01, 0.025, *np.arange(5, 100, 5) / 100, 0.975, 0.99])
"""The 23 levels at which hubs ask for quantiles (Cramer et al. 2022, doi 10.1073/pnas.2113561119)."""
MEDIAN = 11
"""Position of 0.5 in ``LEVELS``."""


def quantiles_of(samples: ArrayLike) -> Array:
    """Quantiles of the members at ``LEVELS``, linear between members."""
    return np.moveaxis(np.quantile(np.asarray(samples, float), LEVELS, axis=-1), 0, -1)


def crps(samples: ArrayLike, truth: ArrayLike) -> Array:
    """Continuous ranked probability score of the members' own distribution; for one member the absolute error.

    E|X - y| - E|X - X'| / 2 with X and X' drawn from the members (Gneiting and Raftery 2007, doi
    10.1198/016214506000001437, equation 21); the second term from the sorted members.
    """
    ordered = np.sort(np.asarray(samples, float), axis=-1)
    count = ordered.shape[-1]
    off = np.abs(ordered - np.asarray(truth, float)[..., None]).mean(axis=-1)
    return off - ordered @ (2.0 * np.arange(1, count + 1) - count - 1.0) / count**2


def wis(quantiles: ArrayLike, truth: ArrayLike) -> Array:
    """Weighted interval score of the median and eleven central intervals.

    Equal to the mean over the levels of twice the quantile score (Bracher et al. 2021, doi
    10.1371/journal.pcbi.1008618, section 2.2); close to the CRPS.
    """
    below = np.asarray(truth, float)[..., None] - np.asarray(quantiles, float)
    return 2.0 * np.where(below >= 0, LEVELS * below, (LEVELS - 1.0) * below).mean(axis=-1)


def covered(quantiles: ArrayLike, truth: ArrayLike, share: float) -> NDArray[np.bool_]:
    """Whether the central interval that is to hold ``share`` of the outcomes (0.5 or 0.9) held this one, ends included.

    Raises ValueError when its ends are not among ``LEVELS``.
    """
    ends = [np.flatnonzero(np.isclose(LEVELS, level)) for level in ((1 - share) / 2, (1 + share) / 2)]
    if not all(len(end) for end in ends):
        raise ValueError(f"got share={share}; expected one whose interval ends at levels of a hub, such as 0.5 or 0.9")
    low, high = (np.asarray(quantiles, float)[..., end[0]] for end in ends)
    return (low <= truth) & (truth <= high)


def bias(samples: ArrayLike, truth: ArrayLike) -> Array:
    """From -1 (all members below the truth) to 1 (all above): 1 - 2 x rank of the truth; equal members count half.

    As in hubs (Funk et al. 2019, doi 10.1371/journal.pcbi.1006785, equation 5).
    """
    members, outcome = np.asarray(samples, float), np.asarray(truth, float)[..., None]
    return 1.0 - ((members < outcome).mean(axis=-1) + (members <= outcome).mean(axis=-1))


def chance_above(samples: ArrayLike, limit: ArrayLike) -> Array:
    """Share of the members above a limit; NaN where there is none."""
    bound = np.asarray(limit, float)
    return np.where(np.isnan(bound), np.nan, (np.asarray(samples, float) > bound[..., None]).mean(axis=-1))


def brier(chance: ArrayLike, happened: ArrayLike) -> Array:
    """Brier score of a chance: its squared distance from 1 if it happened, else from 0; NaN where there is no chance.

    (Brier 1950, doi 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; half of his own, as is usual for two outcomes.)
    """
    return (np.asarray(chance, float) - np.asarray(happened, float)) ** 2


def share_error(forecast: ArrayLike, truth: ArrayLike) -> float:
    """Share of the people that are forecast at the wrong place, given the total: sum of |difference of shares| / 2.

    From 0 to 1; NaN when either has nobody at any of the places.
    """
    ahead, counted = np.asarray(forecast, float), np.asarray(truth, float)
    if ahead.sum() <= 0 or counted.sum() <= 0:
        return float("nan")
    return float(np.abs(ahead / ahead.sum() - counted / counted.sum()).sum() / 2)
