"""A small invented country with a made-up forecast in the schema of a real one, quick enough for unit tests.

``country`` is the example that ``saferground new --model journey`` writes. ``fake_journey`` moves people with a few
lines of arithmetic (no model): they leave places in conflict, take one road a day towards the camps, and stay there.
Nobody disappears.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from saferground.axes import JOURNEY_VARIABLES
from saferground.scenario import Scenario, new_scenario, read_scenario

NEXT = {"mill": "mill_ford", "quarry": "mill_quarry", "ford": "ford_fork"}
"""The road that people take from each place; from the fork two of three go to the lake."""
CAMPS = ("lake", "plain")


def country(folder: Path, **rules: Any) -> Scenario:
    """The example country: as of 31 January 2030 with 31 days behind and 60 ahead; other rules where given."""
    scenario = read_scenario(new_scenario(folder, model="journey"))
    return replace(scenario, rules={**scenario.rules, **rules})


def fake_journey(scenario: Scenario, members: int = 20, seed: int = 0) -> xr.Dataset:
    """A made-up forecast of the example country. Same arguments, same dataset."""
    settings = scenario.settings
    times = pd.date_range(settings.start, settings.end, unit="s")
    places = scenario.tables["places"].sort_values("id", ignore_index=True)
    routes = scenario.tables["routes"].sort_values("id", ignore_index=True)
    conflict = _conflict(scenario, places, times)
    arrays = _move(np.random.default_rng(seed), members, conflict, places, routes)
    data: dict[str, Any] = {
        name: (("member", "time", *about.dims), arrays[name], {"units": about.unit, "long_name": about.meaning})
        for name, about in JOURNEY_VARIABLES.items()
    }
    return xr.Dataset(
        data | _beside(scenario, places, routes, times, conflict, members),
        _coords(places, routes, times, members, scenario),
        _attrs(scenario, members, seed),
    )


def _conflict(scenario: Scenario, places: pd.DataFrame, times: pd.DatetimeIndex) -> np.ndarray:
    held = pd.DataFrame(0.0, times, places["id"])
    for row in scenario.tables["conflicts"].sort_values("date").itertuples():
        held.loc[held.index >= row.date, row.place] = row.intensity
    return held.to_numpy()


def _move(
    rng: np.random.Generator, members: int, conflict: np.ndarray, places: pd.DataFrame, routes: pd.DataFrame
) -> dict[str, np.ndarray]:
    """People by day; the only place where people move."""
    at = {name: i for i, name in enumerate(places["id"])}
    road = {name: i for i, name in enumerate(routes["id"])}
    days, width = conflict.shape
    rate = places["population"].to_numpy() / 200
    zeros = {"people": width, "arrivals": width, "departures": width, "displaced": width, "flow": len(road)}
    out = {name: np.zeros((members, days, size), np.int32) for name, size in zeros.items()}
    out["travelling"] = np.zeros((members, days), np.int32)
    here, going = np.zeros((members, width), np.int32), np.zeros((members, width), np.int32)
    here[:, at["lake"]] = 200
    for t in range(days):
        new = rng.poisson(rate * conflict[t], (members, width)).astype(np.int32)
        here += new + going
        out["arrivals"][:, t], going = going, np.zeros_like(going)
        out["displaced"][:, t] = new
        for name, way in NEXT.items():
            left = rng.binomial(here[:, at[name]], 0.5).astype(np.int32)
            here[:, at[name]] -= left
            out["departures"][:, t, at[name]] = left
            out["flow"][:, t, road[way]] += left
            origin, end = routes.loc[road[way], ["origin", "destination"]]
            going[:, at[origin if end == name else end]] += left
        lake = rng.binomial(here[:, at["fork"]], 2 / 3).astype(np.int32)
        plain = here[:, at["fork"]] - lake
        out["departures"][:, t, at["fork"]] = here[:, at["fork"]]
        here[:, at["fork"]] = 0
        for camp, moved in (("lake", lake), ("plain", plain)):
            going[:, at[camp]] += moved
            out["flow"][:, t, road[f"fork_{camp}"]] = moved
        out["people"][:, t], out["travelling"][:, t] = here, going.sum(axis=1)
    return out


def _beside(
    scenario: Scenario,
    places: pd.DataFrame,
    routes: pd.DataFrame,
    times: pd.DatetimeIndex,
    conflict: np.ndarray,
    members: int,
) -> dict[str, Any]:
    """What does not differ between members, and parameters."""
    is_open = np.ones((len(times), len(routes)), bool)
    is_open[11:, routes.index[routes["id"] == "quarry_ford"]] = False
    known = scenario.known().tables["counts"] if scenario.rules["totals"] == "known" else scenario.tables["counts"]
    daily = {place: _daily(rows, times) for place, rows in known.groupby("place")}
    count = np.stack([daily.get(name, np.full(len(times), np.nan)) for name in places["id"]], axis=1)
    camp = places["id"].isin(CAMPS).to_numpy()
    people = {"units": "people"}
    values = [1.0 if prior.value is None else prior.value for prior in scenario.parameters.values()]
    return {
        "capacity": (("time", "place"), np.tile(places["capacity"].to_numpy(float), (len(times), 1)), people),
        "conflict": (("time", "place"), conflict, {"units": "1"}),
        "is_camp": (("time", "place"), np.tile(camp, (len(times), 1))),
        "count": (("time", "place"), count, people),
        "total_count": ("time", daily[""].astype(np.int64), people),
        "debt": ("time", np.zeros(len(times), np.int64), people),
        "route_open": (("time", "route"), is_open),
        "parameter_value": (("member", "parameter"), np.tile(values, (members, 1))),
    }


def _daily(rows: pd.DataFrame, times: pd.DatetimeIndex) -> np.ndarray:
    """Lines between the counts, constant outside, whole numbers."""
    rows = rows.sort_values("end")
    days = [(end - times[0]).days for end in rows["end"]]
    return np.floor(np.interp(np.arange(len(times)), days, rows["value"]))


def _coords(
    places: pd.DataFrame, routes: pd.DataFrame, times: pd.DatetimeIndex, members: int, scenario: Scenario
) -> dict[str, Any]:
    of_place = {"place_name": "name", "place_name_local": "name_local", "place_kind": "kind"}
    of_place |= {name: name for name in ("country", "lat", "lon")}
    return {
        "member": np.arange(members),
        "time": times,
        "place": places["id"].to_numpy(object),
        "route": routes["id"].to_numpy(object),
        "parameter": list(scenario.parameters),
        "parameter_unit": ("parameter", [prior.unit for prior in scenario.parameters.values()]),
        **{name: ("place", places[column].to_numpy()) for name, column in of_place.items()},
        **{f"route_{name}": ("route", routes[name].to_numpy()) for name in ("origin", "destination", "length_km")},
    }


def _attrs(scenario: Scenario, members: int, seed: int) -> dict[str, Any]:
    settings, rules = scenario.settings, scenario.rules
    return {
        "title": settings.title, "purpose": settings.purpose, "sensitivity": settings.sensitivity,
        "scenario": scenario.name, "digest": f"{seed:064x}", "seed": seed, "members": members, "version": "0.1.0",
        "start": settings.start.isoformat(), "as_of": settings.as_of.isoformat(), "end": settings.end.isoformat(),
        "days": settings.days, "step_hours": 24, "basis": "prior", "model": "journey", "flee": rules["flee"],
        "totals": rules["totals"], "people_per_unit": rules["people_per_unit"],
    }  # fmt: skip
