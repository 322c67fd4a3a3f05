"""What each series of counts will say on the days ahead: the forecaster that is scored as Saferground's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import xarray as xr

from saferground.assimilation.tracks.habits import MEMORIES
from saferground.forecasting.baselines import dataset
from saferground.forecasting.follow import Following, follow, futures
from saferground.forecasting.known import levels_at
from saferground.forecasting.stack import blend
from saferground.scenario import Scenario


def forecast_counts(
    scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int
) -> Iterator[xr.Dataset]:
    """What each series would say on each of the ``days`` after each of the ``origins``, from what was public by then.

    Yields for each origin, in order, a Dataset with ``count`` (member, series, time) in people, of the series with at
    least two known levels.
    """
    earlier = None
    for origin in origins:
        earlier = follow(levels_at(scenario, origin), origin, earlier)
        yield counts_ahead(earlier, days, members, seed)


def counts_ahead(now: Following, days: int, members: int, seed: int) -> xr.Dataset:
    """What each series that is ready would say on each of the days after, (member, series, time), people."""
    ready, weights = now.ready, now.weights()
    drawn = futures(now, ready, np.arange(1, days + 1), members, seed)
    made = [blend(draws, weights[i], len(MEMORIES)).T for i, draws in zip(ready, drawn, strict=True)]
    return dataset([now.series[i] for i in ready], now.day, made, days, members)
