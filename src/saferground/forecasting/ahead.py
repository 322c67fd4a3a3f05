"""The days ahead, with a word on what they rest on."""

from __future__ import annotations

from collections.abc import Callable

import xarray as xr

from saferground.ensemble import simulate
from saferground.model import Journey, Model


def forecast(
    model: Model | Journey,
    members: int = 1000,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> xr.Dataset:
    """Forecast the days after the as-of date from the priors; counts are not used yet.

    Parameters
    ----------
    model : what ``build_model`` made of the scenario
    members : how many futures to draw, at least 1
    seed : of all random numbers, at least 0; the same seed gives the same result on any number of threads
    threads : how many to use; default: one a processor
    progress : called with the number of members just done

    Returns
    -------
    Dataset of ``saferground.simulate``: dimensions, dtypes and units as in ``saferground.axes.VARIABLES``, or for a
    journey in ``JOURNEY_VARIABLES``, one entry a day from the scenario's start. The forecast proper is
    ``time > as_of``; the days up to then are the model's own run-up. The attribute ``basis`` is ``"prior"``: not fitted
    to counts.

    Raises
    ------
    UsageError
        Fewer than one member or a negative seed.
    Interrupted
        The user stopped the run.
    """
    return simulate(model, members, seed, threads=threads, progress=progress).assign_attrs(basis="prior")
