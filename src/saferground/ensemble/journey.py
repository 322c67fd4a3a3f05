"""The journey model: how its members are run, and its arrays with names, units and provenance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.axes import JOURNEY_VARIABLES
from saferground.engine.journey import JourneyRecord, init, run
from saferground.ensemble.provenance import provenance
from saferground.model import Journey

_PLACE_COLUMNS = {
    "place_name": "name",
    "place_name_local": "name_local",
    "place_kind": "kind",
    "country": "country",
    "lat": "lat",
    "lon": "lon",
    "place_line": "line",
}


def part(model: Journey, seed: int) -> Callable[[NDArray[np.void], NDArray[np.int64]], JourneyRecord]:
    """What runs some members, from the first day to the last."""

    def run_part(params: NDArray[np.void], members: NDArray[np.int64]) -> JourneyRecord:
        state = init(model.world, len(members))
        record, _ = run(model.world, params, seed, members, state, first=0, last=model.clock.days)
        return record

    return run_part


def label(model: Journey, record: JourneyRecord, params: NDArray[np.void], seed: int) -> xr.Dataset:
    """Names, units and provenance for the arrays of a run, and the counts as daily figures beside them."""
    variables = {
        name: (("member", "time", *about.dims), array, {"units": about.unit, "long_name": about.meaning})
        for (name, about), array in zip(JOURNEY_VARIABLES.items(), record, strict=True)
    }
    rules = model.scenario.rules
    attrs = provenance(model.scenario, len(params), seed)
    attrs |= {"model": "journey", "flee": str(rules["flee"]), "totals": str(rules["totals"])}
    attrs["people_per_unit"] = int(str(rules["people_per_unit"]))
    data = xr.Dataset(variables, coords=_coordinates(model, len(params)), attrs=attrs)
    data["parameter_value"] = (
        ("member", "parameter"),
        np.array(params.tolist()),
        {"long_name": "drawn from the prior"},
    )
    return data.assign(_givens(model))


def _coordinates(model: Journey, members: int) -> dict[str, object]:
    coordinates: dict[str, object] = {
        "member": np.arange(members),
        "time": pd.date_range(model.clock.start, periods=model.clock.days, unit="s"),
        "place": model.places["id"].to_numpy(),
        "route": model.routes["id"].to_numpy(),
        "parameter": list(model.priors),
        "parameter_unit": ("parameter", [prior.unit for prior in model.priors.values()]),
    }
    for name, column in _PLACE_COLUMNS.items():
        coordinates[name] = ("place", model.places[column].to_numpy())
    for column in ("origin", "destination", "length_km"):
        coordinates[f"route_{column}"] = ("route", model.routes[column].to_numpy())
    return coordinates


def _givens(model: Journey) -> dict[str, tuple]:
    """What does not differ between members."""
    places, counted = model.world.places, model.counted
    place, day = ("time", "place"), ("time",)
    count = np.where(counted.counted, counted.present.astype(float), np.nan)
    capacity = np.where(np.isfinite(places.capacity), places.capacity, np.nan)
    return {
        "capacity": (place, capacity, {"units": "people", "long_name": "stated capacity; missing without a limit"}),
        "conflict": (place, places.conflict, {"units": "1", "long_name": "intensity of conflict, 0 to 1"}),
        "is_camp": (place, places.camp, {"long_name": "works as a camp that day"}),
        "count": (place, count, {"units": "people", "long_name": "counted there, lines between the counts"}),
        "total_count": (day, counted.total, {"units": "people", "long_name": "count of the whole scenario"}),
        "debt": (day, counted.debt, {"units": "people", "long_name": "decrease of the counts not made good yet"}),
        "route_open": (("time", "route"), _routes_open(model), {"long_name": "open that day"}),
    }


def _routes_open(model: Journey) -> NDArray[np.bool_]:
    links = model.world.links
    first = np.searchsorted(links.route, np.arange(len(model.routes)))
    return links.open[:, first]
