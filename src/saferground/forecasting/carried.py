"""A journey carried on from its counts: how many are displaced, and who is at the counted places, as they say.

The model moves people; what it does not know is how many more will flee, and what it gets wrong it gets wrong at every
counted place alike. So each member is given a course of the counts (the blend of every forecaster, ``follow``):

- newly displaced on a day are the increase of the course of all counted people over what was reached before, as in the
  run-up (``docs/explanation/journey-model.md``, displacement);
- at the end of each day the people at a counted place are those of its course. ``adjusted`` says how many were added to
  those whom the model had moved there, or taken from them, so that

      people at places + travelling = at the start + displaced + adjusted,  summed over places and days.

Up to the last count the course is the line between counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.assimilation import Posterior
from saferground.engine import journey
from saferground.engine.journey import JourneyRecord
from saferground.engine.journey.state import reorder
from saferground.ensemble.members import Part
from saferground.forecasting.outlook import Outlook
from saferground.model import Journey
from saferground.observation.series import Series

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Courses:
    """Courses of counts in units of the model, for each member: ``places`` by their index (members, days of the run),
    NaN where nothing is expected; ``total`` of all counted people (members, days)."""

    places: dict[int, Array]
    total: Array


def courses(posterior: Posterior, model: Journey, found: Outlook) -> Courses:
    """Courses of each counted place, and of their sum or, where the scenario says so, of the count of all."""
    unit = float(str(model.scenario.rules["people_per_unit"]))
    expected = set(found.counts["series"].values)
    at = {name: i for i, name in enumerate(model.places["id"])}
    best: dict[str, Series] = {}
    for one in posterior.series:
        if one.key in expected and one.measures == "present":
            best[one.place] = max(best.get(one.place, one), one, key=lambda series: len(series.levels()))
    made = {place: _course(model, one, found.counts) / unit for place, one in best.items()}
    places = {at[place]: course for place, course in made.items() if place in at}
    by_total = model.scenario.rules["spawning"] == "totals" and "" in made
    members = found.counts.sizes["member"]
    parts = [made[""]] if by_total else list(places.values())
    total = np.nansum(parts, axis=0) if parts else np.zeros((members, model.clock.days))
    return Courses(places, total)


def _course(model: Journey, series: Series, counts: xr.Dataset) -> Array:
    """The line between counts, then to each member's first day ahead, then its course; NaN before the first count."""
    ahead = counts["count"].sel(series=series.key).values
    done, levels = model.clock.days - ahead.shape[1], series.levels()
    day = (levels["end"] - np.datetime64(model.clock.start)).dt.days.to_numpy()
    days = np.arange(done)
    known = np.interp(days, day, levels["value"].to_numpy(float), left=np.nan)
    out = np.concatenate([np.tile(known, (len(ahead), 1)), ahead], axis=1)
    stale = days[days > day[-1]]
    if len(stale):
        share = (stale - day[-1]) / (done - day[-1])
        out[:, stale] = known[stale] + share * (ahead[:, :1] - known[stale])
    return out


def carried_on(model: Journey, seed: int, state: Any, chosen: NDArray[np.int64], first: int, course: Courses) -> Part:
    """What runs some members from day ``first`` on: member i from ``state[chosen[i]]``, with its own newly displaced.

    ``state`` stays as it is.
    """
    new = _newly_displaced(course.total, first)

    def part(params: NDArray[np.void], numbers: NDArray[np.int64]) -> JourneyRecord:
        records = [
            _one(model, params[[i]], seed, number, reorder(state, chosen[[number]]), first, new[number])
            for i, number in enumerate(numbers)
        ]
        return JourneyRecord(*(np.concatenate(arrays) for arrays in zip(*records, strict=True)))

    return part


def _one(
    model: Journey, params: NDArray[np.void], seed: int, number: int, state: Any, first: int, new: NDArray[np.int64]
) -> JourneyRecord:
    spawning = model.world.spawning
    total = np.concatenate([spawning.total[:first], new])
    world = model.world._replace(spawning=spawning._replace(total=total))
    record, _ = journey.run(world, params, seed, np.array([number]), state, first=first, last=model.clock.days)
    return record


def _newly_displaced(total: Array, first: int) -> NDArray[np.int64]:
    """Increases of the course of all counted people over the most that was reached before; (members, days ahead)."""
    reached = np.maximum.accumulate(np.nan_to_num(total), axis=1)[:, first - 1 :]
    return np.diff(np.floor(reached), axis=1).astype(np.int64)


def as_counted(data: xr.Dataset, course: Courses) -> xr.Dataset:
    """The forecast with the people of each counted place as its course says, and ``adjusted``, what that changed."""
    people = data["people"].values.copy()
    for place, wanted in course.places.items():
        there = ~np.isnan(wanted)
        people[:, :, place][there] = np.rint(wanted[there])
    adjusted = people - data["people"].values
    about = {"units": "people", "long_name": "people beyond those whom the model moved there, so that it is as counted"}
    return data.assign(
        people=(data["people"].dims, people, data["people"].attrs), adjusted=(data["people"].dims, adjusted, about)
    )
