"""All that is expected of the counts ahead, by every forecaster and by their blend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.assimilation import Posterior, course
from saferground.forecasting.counts import counts_ahead
from saferground.forecasting.follow import Following, follow
from saferground.forecasting.mechanism import Mechanism
from saferground.model.params import from_scores
from saferground.observation.quantities import daily, quantity_of

Array = NDArray[np.float64]
LOOKERS = 300
"""Members that look ahead from the as-of date, so that the model has its say in the blend."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected of the series of counts after the as-of date.

    Attributes:
        following: what the counts say, and how far each forecaster is believed.
        counts: ``count`` (member, series, time), people: what each series would say on each day ahead.
    """

    following: Following
    counts: xr.Dataset


def outlook(posterior: Posterior, members: int, seed: int, threads: int) -> Outlook:
    """Follow the series known at the as-of date, and blend what every forecaster expects of them."""
    settings = posterior.model.scenario.settings
    model = Mechanism(posterior, _today(posterior, threads))
    following = follow(posterior.series, settings.as_of, model=model)
    return Outlook(following, counts_ahead(following, settings.days, members, seed, model))


def _today(posterior: Posterior, threads: int) -> tuple[dict, course.Any]:
    """The quantities of the run of some members from the as-of date on, their own urge drifting."""
    made, model = posterior.filtered, posterior.model
    some = np.linspace(0, posterior.members - 1, min(LOOKERS, posterior.members)).astype(np.int64)
    params = from_scores(model.priors, made.scores[some])
    state = course.reorder(made.state, some)
    record, _ = course.advance(model, params, posterior.seed, state, made.day, model.clock.days, threads)
    wanted = sorted({quantity_of(one) for one in posterior.series} & set(made.values))
    ahead = daily(model, record, wanted)
    values = {one: np.concatenate([made.values[one][some], value], axis=1) for one, value in ahead.items()}
    return values, type(made.sources)(*(part[some] for part in made.sources))


def leading_series(posterior: Posterior, found: Outlook) -> int | None:
    """Index of the series of all who have left that has most counts and is forecast; None without one."""
    ready = {found.following.keys[i] for i in found.following.ready}
    fit = [
        (len(one.levels()), -i)
        for i, one in enumerate(posterior.series)
        if one.measures == "left_cumulative" and not one.place and one.key in ready
    ]
    return -max(fit)[1] if fit else None
