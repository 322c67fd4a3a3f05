"""The verb ``forecast``: the days ahead, from priors alone or from what was learned from counts."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.assimilation import Posterior, course
from saferground.ensemble import journey, siege, simulate
from saferground.ensemble.members import Part, Progress, run_chunks
from saferground.errors import UsageError
from saferground.forecasting.carried import as_counted, carried_on, courses
from saferground.forecasting.learned import learned
from saferground.forecasting.outlook import Outlook, leading_series, outlook
from saferground.forecasting.steer import Course, steered
from saferground.model import Journey, Model
from saferground.model.params import from_scores
from saferground.observation.quantities import Quantity

LEFT = Quantity("left", "")


def forecast(
    model: Model | Journey | Posterior,
    members: int = 1000,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> xr.Dataset:
    """Forecast the days after the as-of date.

    Parameters
    ----------
    model : what ``build_model`` made of the scenario, for a forecast from the priors alone; or what ``fit`` made of the
        model, for one that has learned from the counts
    members : how many futures to draw, at least 1
    seed : of all random numbers, at least 0; the same seed gives the same result on any number of threads
    threads : how many to use; default: one a processor
    progress : called with the number of members just done

    Returns
    -------
    Dataset of ``saferground.simulate``: dimensions, dtypes and units as in ``saferground.axes.VARIABLES``, or for a
    journey in ``JOURNEY_VARIABLES``, one entry a day from the scenario's start. The forecast proper is
    ``time > as_of``; the days up to then are the run-up. The attribute ``basis`` is ``"prior"``, or ``"counts"`` where
    it learned from them; then ``saferground.axes.LEARNED_VARIABLES`` are there too: what each source said and was
    expected to say, and what each will say.

    Raises
    ------
    UsageError
        Fewer than one member or a negative seed.
    Interrupted
        The user stopped the run.
    """
    if not isinstance(model, Posterior):
        return simulate(model, members, seed, threads=threads, progress=progress).assign_attrs(basis="prior")
    if members < 1 or seed < 0:
        raise UsageError(f"got members={members}, seed={seed}; expected members >= 1 and seed >= 0. Change them.")
    return _learned(model, members, seed, threads or os.cpu_count() or 1, progress)


def _learned(posterior: Posterior, members: int, seed: int, threads: int, progress: Progress | None) -> xr.Dataset:
    found = outlook(posterior, members, seed, threads)
    chosen = np.arange(members) * posterior.members // members
    made, model = posterior.filtered, posterior.model
    params = from_scores(model.priors, made.scores[chosen])

    def run(ahead: Part) -> Any:
        *earlier, (newest, lines) = made.pieces
        whole = course.from_the_start(ahead, [*earlier, (newest, lines[chosen])])
        return run_chunks(whole, params, np.arange(members), threads, progress)

    if isinstance(model, Journey):
        ways = courses(posterior, model, found)
        record = run(carried_on(model, seed, made.state, chosen, made.day, ways))
        data = as_counted(journey.label(model, record, params, seed), ways)
    else:
        record = run(steered(model, seed, made.state, chosen, made.day, course_of(posterior, found, chosen)))
        data = siege.label(model, record, params, seed)
    doubts = [f"{doubt.reason}. {doubt.remedy}" for doubt in posterior.doubts]
    return data.merge(learned(posterior, found)).assign_attrs(basis="counts", doubts=doubts)


def course_of(posterior: Posterior, found: Outlook, chosen: NDArray[np.int64]) -> Course | None:
    """How many should leave, from the blend of the series of all who left that has most counts."""
    which = leading_series(posterior, found)
    if which is None:
        return None
    one, made = posterior.series[which], posterior.filtered
    ratio = np.exp(made.sources.mean[chosen, which])
    left = made.values[LEFT][chosen]
    counted = (one.levels()["end"].iloc[-1].date() - posterior.model.clock.start).days
    since = left[:, counted + 1 :].sum(axis=1)  # has left since the last count, as far as the member knows
    level = found.counts["count"].sel(series=one.key).values
    wanted = (level - float(one.levels()["value"].iloc[-1])) / ratio[:, None] - since[:, None]
    return Course(wanted, left[:, -1])
