"""From the members of a run to public figures: few quantities, whole calendar weeks, rounded ranges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import xarray as xr

from saferground.exchange.public.rounding import MOST_PARTS, at_least, below
from saferground.planning.journey.views import is_journey, whereabouts
from saferground.planning.members import block, quantiles, totals
from saferground.planning.summary import outflow

LEVELS = (0.05, 0.5, 0.95)
WORDS = {
    "leaving": "People who leave the besieged area during the week",
    "camps": "People in camps at the end of the week",
    "hosts": "People with host communities at the end of the week",
    "received": "People in camps and with host communities at the end of the week",
    "displaced": "All displaced people at the end of the week",
    "outside": "Displaced people outside camps at the end of the week",
    "camp": "People in this camp at the end of the week",
}
"""The quantities, in words."""
WHOLE = ""
"""In place of the name of a camp: all of them, or the whole area."""
FEWEST = 2
"""A total is told where it is the sum of so many places or more."""


@dataclass(frozen=True)
class Week:
    """A calendar week, Monday to Sunday: runs of successive days then speak of the same weeks."""

    first: date

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.first + timedelta(days=6)


@dataclass(frozen=True)
class Figure:
    """One public figure, people, rounded by ``rounding``.

    In 19 of 20 futures there are ``low`` people or more; in half of them ``middle`` or more; in 19 of 20 fewer than
    ``high``. ``place`` is the name of a camp, or empty for all together.
    """

    what: str
    words: str
    place: str
    first: date
    last: date
    low: int
    middle: int
    high: int


def public_figures(forecast: xr.Dataset) -> tuple[Figure, ...]:
    """The figures of a forecast that may be public, for each calendar week that lies whole in the days ahead.

    Of a siege the people who leave the besieged area, and those in camps and host communities; no place has a figure of
    its own, and a kind of place of which there is one has none. Of a journey the displaced people, in all camps and
    outside them, and by camp where it lies outside the country at war and its count is public already.
    Empty where no whole week lies ahead.
    """
    days = totals(forecast)
    weeks = tuple(whole_weeks(days))
    made = _journey(days) if is_journey(days) else _siege(days)
    return tuple(_figure(what, place, values, week) for what, place, values in made for week in weeks)


def whole_weeks(days: xr.Dataset) -> Iterator[Week]:
    """The calendar weeks that begin after the as-of date and end within the forecast."""
    as_of = date.fromisoformat(days.attrs["as_of"])
    end = date.fromisoformat(str(np.datetime64(days["time"].values[-1], "D")))
    first = as_of + timedelta(days=7 - as_of.weekday())
    while first + timedelta(days=6) <= end:
        yield Week(first)
        first += timedelta(days=7)


def _siege(days: xr.Dataset) -> Iterator[tuple[str, str, xr.DataArray]]:
    if days.sizes["district"] >= FEWEST:
        yield "leaving", WHOLE, outflow(days)["leaving"]
    people = block(days, "people", "settled")
    kinds = days["place_kind"].sel(place=days["settled"].values).values
    several = {kind: int((kinds == kind).sum()) for kind in ("camp", "host_community")}
    if min(several.values()) >= FEWEST:
        for what, kind in (("camps", "camp"), ("hosts", "host_community")):
            yield what, WHOLE, people.isel(settled=np.flatnonzero(kinds == kind)).sum("settled")
    if len(kinds) >= FEWEST:
        yield "received", WHOLE, people.sum("settled")


def _journey(days: xr.Dataset) -> Iterator[tuple[str, str, xr.DataArray]]:
    where = whereabouts(days)
    yield "displaced", WHOLE, where["displaced_total"]
    if int(days["is_camp"].any("time").sum()) >= FEWEST:
        yield "camps", WHOLE, where["camps"]
        yield "outside", WHOLE, where["outside"]
    for at in named_camps(days):
        yield "camp", str(days["place_name"].values[at]), days["people"].isel(place=at)


def named_camps(days: xr.Dataset) -> list[int]:
    """The camps of a journey that may be named, by their number: abroad, and counted in public by the as-of date.

    The largest counts first, so many at most that what rounding leaves open stays wide; a camp within a country at war
    is never named. Where one camp would be the only one without a name, subtraction from the total would give its
    people, and so the smallest named one is left out with it.
    """
    before = days["time"].values <= np.datetime64(days.attrs["as_of"])
    counts = np.nan_to_num(days["count"].values[before]).max(axis=0, initial=0)
    at_war = set(days["country"].values[(days["conflict"].values > 0).any(axis=0)])
    abroad = ~np.isin(days["country"].values, sorted(at_war))
    always = (days["place_kind"].values == "camp") & days["is_camp"].values.all(axis=0)
    chosen = np.flatnonzero(always & abroad & (counts > 0))
    named = sorted(chosen, key=lambda at: -counts[at])[: MOST_PARTS - FEWEST]
    alone = int(days["is_camp"].values.any(axis=0).sum()) - len(named) == 1
    return [int(at) for at in (named[:-1] if alone else named)]


def _figure(what: str, place: str, values: xr.DataArray, week: Week) -> Figure:
    during = values.sel(time=slice(str(week.first), str(week.last)))
    people = during.sum("time") if what == "leaving" else during.isel(time=-1)
    low, middle, high = (float(one) for one in quantiles(people, LEVELS).values)
    return Figure(what, WORDS[what], place, week.first, week.last, at_least(low), at_least(middle), below(high))
