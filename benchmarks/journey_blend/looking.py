"""What the journey model says of the weeks ahead, standing at days of the past with what was known by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.assimilation import course
from saferground.forecasting import stack
from saferground.forecasting.follow import COURSES, Following, Said, follow
from saferground.forecasting.known import levels_at
from saferground.forecasting.stack import EVERY, blend
from saferground.model import Journey, build_model
from saferground.model.params import sample
from saferground.observation import Series
from saferground.scenario import Scenario

Array = NDArray[np.float64]
Point = Callable[["Past", Series, date, NDArray[np.int64]], Array]
"""What someone says of a place: of a series as known on a day, of leads; people, (leads,)."""
LEADS = (7, 14, 28)
"""Days ahead that are scored."""
AHEAD = LEADS[-1]
MEMBERS, SEED = 8, 1
FIRST = 7
"""Days from the start to the first look."""


@dataclass(frozen=True, eq=False)
class Look:
    """What is seen at the end of a day.

    Attributes:
        expected: median course of each series over the days ahead, by the blend without a model; (AHEAD,), people.
        people: at each place on each day of the run, mean of the model's members; (days, places).
        told: the same by a model that knows when and where conflict will break out and end.
    """

    expected: Mapping[str, Array]
    people: Array
    told: Array


@dataclass(frozen=True, eq=False)
class Past:
    """All looks of a crisis, and the model's people when it is given all counts and conflicts, as in Flee."""

    start: date
    places: Mapping[str, int]
    looks: Mapping[date, Look]
    given: Array


def weeks(scenario: Scenario) -> list[date]:
    """The days on which forecasters of the blend speak."""
    start, end = scenario.settings.start, scenario.settings.end
    days = (start + timedelta(days=n) for n in range(FIRST, (end - start).days))
    return [day for day in days if day.toordinal() % EVERY == 0]


def looked(scenario: Scenario, weekly: Mapping[date, Following]) -> Past:
    """The looks of each week at which a series can be forecast; ``weekly`` is what was followed without a model."""
    whole = given(scenario)
    looks = {day: look_ahead(scenario, now) for day, now in weekly.items() if len(now.ready)}
    places = {str(name): i for i, name in enumerate(whole.places["id"])}
    return Past(scenario.settings.start, places, looks, _people(whole))


def followed(scenario: Scenario, model: Said | None = None) -> dict[date, Following]:
    """What the counts say by the end of each week, the forecasts of that week being the last of its ledger."""
    found: dict[date, Following] = {}
    now = None
    for day in weeks(scenario):
        now = found[day] = follow(levels_at(scenario, day), day, now, model)
    return found


def said(now: Following) -> Array:
    """The forecasts of the last day, as its ledger keeps them; (series, forecasters, LEADS, draws)."""
    return now.ledger.said[-1].draws[:, :, [stack.LEADS.index(lead) for lead in LEADS]]


def blended(now: Following) -> dict[int, Array]:
    """Their blend for each series that is ready; (LEADS, draws)."""
    draws, weights = said(now), now.weights(np.array(LEADS))
    return {int(i): blend(draws[i], weights[i], COURSES) for i in now.ready}


def given(scenario: Scenario) -> Journey:
    """The model of all days, given all counts and conflicts."""
    start, end = scenario.settings.start, scenario.settings.end
    return cast(Journey, build_model(scenario.at(as_of=start, days=(end - start).days)))


def look_ahead(scenario: Scenario, now: Following) -> Look:
    """What is seen at the end of the last day that was followed, a weekly one."""
    expected = _expected(now)
    until = scenario.at(as_of=now.day, days=AHEAD)
    known, told = (
        _people(_displacing(cast(Journey, build_model(one)), now.series, expected))
        for one in (as_known(until), _totals_known(until))
    )
    return Look(expected, known, told)


def _expected(now: Following) -> dict[str, Array]:
    """Median course of the blend; on lines from the last count over the leads at which it speaks."""
    found = {}
    for i, ahead in blended(now).items():
        middle = np.median(ahead, axis=1)
        last = float(now.series[i].levels()["value"].iloc[-1])
        found[now.series[i].key] = np.interp(np.arange(1, AHEAD + 1), [0, *LEADS], [last, *middle])
    return found


def as_known(scenario: Scenario) -> Scenario:
    """The scenario of one who knows at its as-of date of no conflict, closure or change of a place after it.

    Conflicts go on as they are; a conflict zone where none has broken out yet is a town.
    """
    day, tables = pd.Timestamp(scenario.settings.as_of), dict(scenario.tables)
    conflicts, closures, places = tables["conflicts"], tables["closures"], tables["places"]
    tables |= {name: tables[name][tables[name]["date"] <= day] for name in ("conflicts", "kinds")}
    calm = set(conflicts["place"]) - set(tables["conflicts"]["place"])
    zone = places["kind"].eq("conflict_zone") & places["id"].isin(calm)
    tables["places"] = places.assign(kind=places["kind"].mask(zone, "town"))
    shut = closures[closures["closed"] <= day]
    tables["closures"] = shut.assign(reopened=shut["reopened"].mask(shut["reopened"] > day))
    return _totals_known(replace(scenario, tables=tables))


def _totals_known(scenario: Scenario) -> Scenario:
    return replace(scenario, rules={**scenario.rules, "totals": "known"})


def _displacing(model: Journey, series: Sequence[Series], expected: Mapping[str, Array]) -> Journey:
    """The model with as many newly displaced as the counted places together have more, and are expected to have."""
    ids, unit = set(model.places["id"]), float(str(model.scenario.rules["people_per_unit"]))
    counted = [one for one in series if one.place in ids]
    total = np.floor(np.sum([_course(model, one, expected.get(one.key)) for one in counted], axis=0) / unit)
    new = np.diff(np.maximum.accumulate(total), prepend=total[0]).astype(np.int64)
    return replace(model, world=model.world._replace(spawning=model.world.spawning._replace(total=new)))


def _course(model: Journey, series: Series, expected: Array | None) -> Array:
    """Lines between counts, then to each day ahead; as counted last where nothing is expected."""
    levels, start = series.levels(), pd.Timestamp(model.clock.start)
    at = (levels["end"] - start).dt.days.to_numpy()
    value = levels["value"].to_numpy(float)
    if expected is not None:
        ahead = np.arange(model.clock.days - AHEAD, model.clock.days)
        at, value = np.concatenate([at, ahead]), np.concatenate([value, expected])
    return np.interp(np.arange(model.clock.days), at, value)


def _people(model: Journey) -> Array:
    """At each place on each day, people; mean of the members."""
    return run(model, sample(model.priors, np.arange(MEMBERS), SEED)).mean(axis=0)


def run(model: Journey, params: NDArray[np.void]) -> Array:
    """People at each place on each day, one member for each row of parameters; (members, days, places)."""
    state = course.begin(model, len(params))
    record, _ = course.advance(model, params, SEED, state, 0, model.clock.days, threads=1)
    return record.people * float(str(model.scenario.rules["people_per_unit"]))
