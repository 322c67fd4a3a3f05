"""What the fitted model says of a series: the change that it sees, from the last count, in the terms of its source.

With Q the quantity that the series measures, b the bias of its source and y the last count, of day t0,

    y(t) = y + (Q(t) - Q(t0)) exp(b + s e),        e standard normal,

s being how unsure the source's next count is around that bias: members that do not agree with the last count about the
past still speak of what is to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation.posterior import Posterior
from saferground.observation import sources as hearing
from saferground.observation.quantities import Quantity, quantity_of
from saferground.observation.series import Series
from saferground.observation.sources import Sources
from saferground.streams import word

Array = NDArray[np.float64]


class Mechanism:
    """A fitted model as a forecaster of series: from looks ahead on past days, and from its own forecast for today.

    ``today`` holds the quantities of all days of the run for each member that forecasts from the as-of date on,
    (members, days), and what these members have learned of the sources. Nothing else of the posterior is kept.
    """

    def __init__(self, posterior: Posterior, today: tuple[Mapping[Quantity, Array], Sources] | None = None):
        self._start = posterior.model.clock.start
        self._index = {one.key: i for i, one in enumerate(posterior.series)}
        self._looks: dict[int, tuple[Mapping[Quantity, Array], Sources]] = {
            one.day: (one.values, one.sources) for one in posterior.filtered.looks
        }
        if today is not None:
            self._looks[posterior.filtered.day] = today

    def __call__(self, series: Series, day: date, leads: NDArray[np.int64], members: int) -> Array | None:
        """What it says of the levels of ``series``, standing at the end of ``day``; (leads, members), people."""
        done = (day - self._start).days + 1
        look, quantity = self._looks.get(done), quantity_of(series)
        last = series.levels().iloc[-1]
        since = (last["end"].date() - self._start).days
        if look is None or quantity not in look[0] or since < 0 or series.key not in self._index:
            return None
        level = np.cumsum(look[0][quantity], axis=1) if quantity.flows else look[0][quantity]
        rng = np.random.default_rng([int(word(series.key)), done])
        picked = rng.permutation(np.arange(members) % len(level))
        ratio = _ratios(look[1], self._index[series.key], rng)[picked]
        return float(last["value"]) + _changes(level[picked], since, done - 1 + leads) * ratio


def _ratios(sources: Sources, which: int, rng: np.random.Generator) -> Array:
    """What the source says over what is so, a draw for each member."""
    bias, spread = sources.mean[:, which], hearing.unsure(sources)[:, which]
    return np.exp(bias + spread * rng.standard_normal(len(bias)))


def _changes(level: Array, since: int, days: NDArray[np.int64]) -> Array:
    """Change of a level from one day to others, NaN beyond the end; (days, members)."""
    out = np.full((len(days), len(level)), np.nan)
    there = days < level.shape[1]
    out[there] = (level[:, days[there]] - level[:, [since]]).T
    return out
