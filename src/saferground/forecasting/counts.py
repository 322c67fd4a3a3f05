"""What each series of counts will say on the days ahead: the forecaster that is scored as Saferground's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import xarray as xr

from saferground.assimilation import Posterior, fit
from saferground.assimilation import course as running
from saferground.forecasting.baselines import dataset
from saferground.forecasting.follow import COURSES, Following, Said, follow, futures
from saferground.forecasting.known import levels_at
from saferground.forecasting.mechanism import Mechanism
from saferground.forecasting.stack import blend, seldom_fewer
from saferground.model import build_model
from saferground.model.params import from_scores
from saferground.observation.quantities import daily, quantity_of
from saferground.scenario import Scenario

FITTED = 400
"""Members of the fit that a scored forecast rests on."""


def forecast_counts(
    scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int
) -> Iterator[xr.Dataset]:
    """What each series would say on each of the ``days`` after each of the ``origins``, from what was public by then.

    Yields for each origin, in order, a Dataset with ``count`` (member, series, time) in people, of the series with at
    least two known levels.
    """
    earlier = None
    for origin in origins:
        model = _model_at(scenario, origin, days, seed)
        earlier = follow(levels_at(scenario, origin), origin, None if model else earlier, model)
        yield counts_ahead(earlier, days, members, seed, model)


def counts_ahead(now: Following, days: int, members: int, seed: int, model: Said | None = None) -> xr.Dataset:
    """What each series that is ready would say on each of the days after, (member, series, time), people.

    Of a series of the whole scenario no more members lie below its last count than ``Following.chance_of_fewer`` says:
    all who are displaced become fewer by returns, by flight onwards or by a revision alone. A place also becomes
    emptier because people move to another.
    """
    leads = np.arange(1, days + 1)
    weights, chance = now.weights(leads), now.chance_of_fewer(leads)
    made = []
    for i in now.ready:  # one series at a time: all at once would take much memory over long horizons
        ahead = blend(futures(now, np.array([i]), leads, members, seed, model)[0], weights[i], COURSES)
        whole = not now.series[i].place
        made.append((seldom_fewer(ahead, float(now.tracks.base[i]), chance[i]) if whole else ahead).T)
    return dataset([now.series[i] for i in now.ready], now.day, made, days, members)


def _model_at(scenario: Scenario, origin: date, days: int, seed: int) -> Mechanism | None:
    """The siege model fitted to what was public at ``origin``; a journey is forecast from its counts alone."""
    if scenario.settings.model == "journey":
        return None
    return mechanism(fit(build_model(scenario.at(as_of=origin, days=days)), FITTED, seed, checkpoints=False))


def mechanism(posterior: Posterior) -> Mechanism:
    """The fitted model as a forecaster of series, run on from the as-of date to the end of its run."""
    made, model = posterior.filtered, posterior.model
    params = from_scores(model.priors, made.scores)
    state = running.reorder(made.state, np.arange(posterior.members))
    record, _ = running.advance(model, params, posterior.seed, state, made.day, model.clock.days, threads=2)
    wanted = {quantity_of(one) for one in posterior.series}
    ahead = daily(model, record, [one for one in wanted if one in made.values])
    values = {one: np.concatenate([made.values[one], value], axis=1) for one, value in ahead.items()}
    return Mechanism(posterior, (values, made.sources))
