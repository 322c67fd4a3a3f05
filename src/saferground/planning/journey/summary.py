"""One Dataset of quantiles from which the tables and charts of a journey are drawn, so that members are sorted once."""

from __future__ import annotations

import xarray as xr

from saferground.planning.journey.views import new_since, receiving, whereabouts
from saferground.planning.members import quantiles, totals
from saferground.planning.summary import full, over

DRAWN = ("people", "arrivals", "departures", "displaced", "travelling", "flow")


def journey_summaries(forecast: xr.Dataset) -> xr.Dataset:
    """Quantiles over the members for every day of a journey, the run-up included.

    Returns
    -------
    Dataset with the levels of ``saferground.planning.members.LEVELS`` as dimension ``quantile``:

    - ``people``, ``arrivals``, ``departures`` and ``displaced`` (time, place), ``flow`` (time, route) and
      ``travelling`` (time): as in the forecast;
    - ``camps``, ``towns``, ``conflict_zones``, ``outside`` and ``displaced_total`` (time): displaced people by where
      they are, see ``whereabouts``;
    - ``newly`` (time): newly displaced that day, all origins; ``new_since`` (time): the same since the as-of date;

    and without ``quantile``: ``chance_full`` and ``chance_over`` (time, settled), shares of the members by camp, NaN
    where no capacity is stated; ``camp_capacity`` (time, settled) in people.
    """
    days = totals(forecast)
    drawn = {name: days[name] for name in DRAWN} | whereabouts(days)
    drawn |= {"newly": days["displaced"].sum("place"), "new_since": new_since(days)}
    result = xr.Dataset({name: quantiles(values) for name, values in drawn.items()}, attrs=forecast.attrs)
    camps = receiving(days)
    stated = camps["capacity"].notnull()
    return result.assign(
        chance_full=full(camps).mean("member").where(stated),
        chance_over=over(camps).mean("member").where(stated),
        camp_capacity=camps["capacity"],
    )
