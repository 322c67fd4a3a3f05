"""What people go through under a plan, as numbers of which less is better, for each member and day.

Slowing or denying passage is never a benefit. Between a plan p and no plan q, with L the people who have left by the
end of a day and w what a person who has not got out counts for in a day (24 hours waiting, apart and in the open; a
night without a place; a day unmet and untreated),

    difference = sum over days of x_p - x_q + w (L_q - L_p).

Whoever gets out also makes others wait, who stand behind them. So where a plan keeps people inside (by more than
``NOTICED``, a thousandth of those who leave) no difference counts as a gain, and where it lets more out none counts as
a loss, deaths apart: these are lost whoever they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.engine.state import DIED
from saferground.forecasting.branches import Trunk
from saferground.planning.members import block, totals
from saferground.planning.stocks import ITEMS, stocks
from saferground.scenario import Scenario

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
        "unmet",
        "person-days",
        1.0,
        "days of displaced people whom no stock of relief serves, each good a part of the day",
    ),
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


NOTICED = 1e-3
"""Part of the person-days of all who left that a plan must change to count as one that keeps people in or lets them
out: who returns home and flees again may differ by a few."""
Arrays = tuple[Array, Array]
FOR_INJURED = tuple(name for name, item in ITEMS.items() if item.counted == "injured")
"""Goods of which those who lack them count as untreated."""
_NOT_IN_LINE = ("apart", "open")


@dataclass(frozen=True, eq=False)
class Before:
    """What had happened by the end of the as-of date: people who had ``died`` in care, and those ``on_the_way`` then;
    (member,) each."""

    died: Array
    on_the_way: Array


def before(trunk: Trunk, chosen: NDArray[np.int64] | None = None) -> Before:
    """The same of a trunk, or of its ``chosen`` members."""
    some = slice(None) if chosen is None else chosen
    state, persons = trunk.state, trunk.model.world.classes.persons
    coming, absent = state.coming[some].sum(axis=(1, 2)), state.coming_absent[some].sum(axis=(1, 2, 3))
    moving = (coming * persons).sum(axis=1) - absent
    return Before(state.tally[some, DIED].astype(np.float64), moving.astype(np.float64))


def outcomes(days: xr.Dataset, scenario: Scenario, start: Before) -> Array:
    """Outcomes of each member on each day ahead, of those who got out; (member, day, outcome).

    Parameters
    ----------
    days : the Dataset of one branch: only days ahead
    scenario : of the branch, with its stocks
    start : what had happened by then
    """
    people = totals(days).assign(died_before=("member", start.died), moving_before=("member", start.on_the_way))
    moving = _on_the_way(people)
    at_sites = block(people, "people", "site").sum("site").values
    measured = {
        "waiting": _hours(people, *(name for name in people["spent"].values if name not in _NOT_IN_LINE)),
        "apart": _hours(people, "apart"),
        "in_the_open": _hours(people, "open"),
        "without_a_place": at_sites + moving + beyond_capacity(people).sum(axis=2),
        "unmet": _unmet(people, scenario, moving),
        "untreated": _untreated(people),
        "deaths": _deaths(people),
    }
    return np.stack([np.asarray(measured[name], np.float64) for name in NAMES], axis=2)


def left(days: xr.Dataset) -> Array:
    """People who have left the besieged area since the as-of date by the end of each day; (member, day)."""
    return np.cumsum(block(days, "departures", "district").sum("district").values, axis=1, dtype=np.float64)


def difference(plan: Arrays, base: Arrays) -> Array:
    """Outcomes under a plan less those without, over all days; (member, outcome).

    Each side is the pair of ``outcomes`` and ``left`` of the same members.
    """
    (plain, gone), (plain_base, gone_base) = plan, base
    kept = gone_base - gone
    less = (plain - plain_base + kept[..., None] * WEIGHTS).sum(axis=1)
    inside, noticed = kept.sum(axis=1), NOTICED * gone_base.sum(axis=1)
    no_gain = (inside > noticed)[:, None]
    no_loss = (inside < -noticed)[:, None] & (WEIGHTS > 0)
    return np.where(no_gain, np.maximum(less, 0.0), np.where(no_loss, np.minimum(less, 0.0), less))


def _hours(days: xr.Dataset, *spent: str) -> Array:
    hours = days["person_hours"]
    return hours.sel(spent=list(spent)).sum(["site", "spent"]).values


def _on_the_way(days: xr.Dataset) -> Array:
    """People between two places at the end of each day."""
    setting_out, arriving = (days[name].sum("place").values for name in ("departures", "arrivals"))
    return days["moving_before"].values[:, None] + np.cumsum(setting_out.astype(np.float64) - arriving, axis=1)


def _unmet(days: xr.Dataset, scenario: Scenario, moving: Array) -> Array:
    """Displaced people whom no stock serves, in the mean over the goods that are kept; 0 where none is kept.

    Everybody counts who is on the way, at a site, in a camp or in a host community and whom no stock serves, so that
    nobody counts for more by getting there: what else they have is not known.
    """
    kept = stocks(days, scenario)
    goods = [item for item in kept["item"].values if item not in FOR_INJURED]
    if not goods:
        return np.zeros((days.sizes["member"], days.sizes["time"]))
    served = kept["served"].sel(item=goods).fillna(0.0).sum("place").mean("item").transpose("member", "time").values
    displaced = sum(block(days, "people", dim).sum(dim).values for dim in ("site", "settled"))
    return displaced + moving - served


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
