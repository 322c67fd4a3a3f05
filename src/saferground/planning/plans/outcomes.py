"""What people go through under a plan, as numbers of which less is better, for each member and day.

Slowing or denying passage is never a benefit. Whoever has not got out of the besieged area by the end of a day under
one plan and has under another counts in every outcome of the first as one who waits through that day without anything:
24 hours waiting, apart and in the open, a night without a place, a day untreated. No person costs more than that
anywhere else, so that a plan under which more people get out, and all of them fare badly, is never worse for it.

Between two plans p and q, with L the people who have left by the end of a day and w the weight of a person who has not,

    difference = x_p - x_q + w (L_q - L_p),

which is the difference of the charged outcomes x + w (max over plans of L - L), whatever other plans are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.planning.members import block, totals

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """One thing that plans are judged by. ``weight`` is what a person who could not leave counts for in a day."""

    name: str
    unit: str
    weight: float
    meaning: str


OUTCOMES = (
    Outcome("waiting", "person-hours", 24.0, "hours that people spend in the lines of the sites, boarding included"),
    Outcome(
        "apart", "person-hours", 24.0, "hours apart from the rest of the household while it is served in two lines"
    ),
    Outcome("in_the_open", "person-hours", 24.0, "hours at sites without shade and water"),
    Outcome("without_a_place", "person-nights", 1.0, "nights at a site, on the way, or in a camp beyond its capacity"),
    Outcome(
        "untreated", "person-days", 1.0, "days that injured people wait for treatment, transport, theatre or a bed"
    ),
    Outcome("deaths", "people", 0.0, "people killed, or who die of injuries while they wait for care"),
)
NAMES = tuple(one.name for one in OUTCOMES)
WEIGHTS = np.array([one.weight for one in OUTCOMES])


def position(outcome: str) -> int:
    """Where an outcome stands among ``OUTCOMES``; ValueError when there is no such outcome."""
    return NAMES.index(outcome)


_NOT_IN_LINE = ("apart", "open")


def outcomes(days: xr.Dataset, died_before: Array) -> Array:
    """Outcomes of each member on each day ahead, before anyone is charged for not getting out; (member, day, outcome).

    Parameters
    ----------
    days : the Dataset of one branch: only days ahead
    died_before : people who had died in care by the end of the as-of date, (member,)
    """
    people = totals(days).assign(died_before=("member", died_before))
    measured = [_MEASURES[name](people) for name in NAMES]
    return np.stack([np.asarray(one, np.float64) for one in measured], axis=2)


def left(days: xr.Dataset) -> Array:
    """People who have left the besieged area since the as-of date by the end of each day; (member, day)."""
    return np.cumsum(block(days, "departures", "district").sum("district").values, axis=1, dtype=np.float64)


def charged(plain: Array, gone: Array, most: Array) -> Array:
    """Outcomes with those who did not get out counted in.

    Parameters
    ----------
    plain : (member, day, outcome) of ``outcomes``
    gone : (member, day) of ``left``, of this plan
    most : (member, day), the most that left under any of the plans compared
    """
    return plain + (most - gone)[..., None] * WEIGHTS


def _hours(days: xr.Dataset, *spent: str) -> Array:
    hours = days["person_hours"]
    return hours.sel(spent=list(spent)).sum(["site", "spent"]).values


def _waiting(days: xr.Dataset) -> Array:
    return _hours(days, *(name for name in days["spent"].values if name not in _NOT_IN_LINE))


def _apart(days: xr.Dataset) -> Array:
    return _hours(days, "apart")


def _open(days: xr.Dataset) -> Array:
    return _hours(days, "open")


def _without_a_place(days: xr.Dataset) -> Array:
    """At sites, on the way (beyond those who were on the as-of date, the same under every plan), beyond capacity."""
    at_sites = block(days, "people", "site").sum("site").values
    return at_sites + _on_the_way(days) + beyond_capacity(days).sum(axis=2)


def _on_the_way(days: xr.Dataset) -> Array:
    """Change since the as-of date of the people who are between two places."""
    setting_out, arriving = (days[name].sum("place").values for name in ("departures", "arrivals"))
    return np.cumsum(setting_out.astype(np.float64) - arriving, axis=1)


def beyond_capacity(days: xr.Dataset) -> Array:
    """People in each settled place beyond its capacity, 0 where none is stated; (member, day, settled)."""
    more = block(days, "people", "settled") - days["capacity"]
    return more.transpose("member", "time", "settled").fillna(0.0).clip(min=0.0).values


def _untreated(days: xr.Dataset) -> Array:
    stages = [stage for stage in days["stage"].values if stage.startswith("waiting")]
    return days["care"].sel(stage=stages).sum("stage").values


def _deaths(days: xr.Dataset) -> Array:
    """On each day; the record of those who died in care is cumulative, from before the as-of date on."""
    in_care = days["care"].sel(stage="died").values.astype(np.float64)
    before = days["died_before"].values[:, None]
    return days["killed"].sum("hazard").values + np.diff(in_care, axis=1, prepend=before)


_MEASURES: Mapping[str, Callable[[xr.Dataset], Array]] = {
    "waiting": _waiting,
    "apart": _apart,
    "in_the_open": _open,
    "without_a_place": _without_a_place,
    "untreated": _untreated,
    "deaths": _deaths,
}
