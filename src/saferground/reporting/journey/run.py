"""A journey forecast with what every part of its page needs, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from saferground.planning import totals
from saferground.planning.journey.summary import journey_summaries
from saferground.planning.journey.views import counted, in_use, receiving
from saferground.reporting.fans import Run
from saferground.reporting.words import as_date
from saferground.scenario import Scenario


@dataclass(frozen=True)
class Journey(Run):
    """``Run`` for a journey: ``ahead`` (member, time) is who was newly displaced since the as-of date.

    ``used`` is the scenario with the rows that the forecast used; the counts in ``forecast`` are those of days
    between the first and the last count of a place.
    """

    used: Scenario

    @property
    def camps(self) -> Run:
        """The same for the camps alone, in the shape of a siege's settled places; the largest on the last day first."""
        camps = receiving(self.forecast)
        size = self.spread["people"].sel(place=camps["place"].values, quantile=0.5).isel(time=-1).values
        order = np.argsort(-size, kind="stable")
        ids = camps["place"].values[order]
        chosen = camps.isel(place=order, settled=order)
        spread = self.spread.sel(place=ids)
        return Run(chosen, spread, self.days, self.as_of, self.ahead, {name: self.names[name] for name in ids})


def journey_run(forecast: xr.Dataset, scenario: Scenario) -> Journey:
    """Sums and quantiles of a journey forecast. Takes the forecast as ``saferground.forecast`` gives it."""
    used = in_use(scenario)
    whole = counted(totals(forecast), used)
    days = tuple(as_date(day) for day in whole["time"].values)
    as_of = days.index(as_date(whole.attrs["as_of"]))
    after = np.arange(len(days)) > as_of
    ahead = np.cumsum(whole["displaced"].values.sum(2) * after, axis=1)
    named = (whole[key].values.tolist() for key in ("place", "place_name", "place_name_local"))
    names = {place: (name, local) for place, name, local in zip(*named, strict=True)}
    return Journey(whole, journey_summaries(whole), days, as_of, ahead, names, used)
