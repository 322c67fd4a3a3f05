"""The siege model: how its members are run, and its arrays with names, units and provenance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.axes import CARE, GOODS, GROUPS, HAZARDS, IN_CARE, LINES, SPENT, STAY_HOURS, VARIABLES
from saferground.engine import Record, init, run
from saferground.ensemble.provenance import provenance
from saferground.model import Model
from saferground.model.ways import open_steps


def part(model: Model, seed: int) -> Callable[[NDArray[np.void], NDArray[np.int64]], Record]:
    """What runs some members, from the first step to the last."""

    def run_part(params: NDArray[np.void], members: NDArray[np.int64]) -> Record:
        state = init(model.world, len(members))
        return run(model.world, params, seed, members, state, first=0, last=model.clock.steps)

    return run_part


def label(model: Model, record: Record, params: NDArray, seed: int, first: int = 0) -> xr.Dataset:
    """Names, units and provenance for the arrays of a run from the day ``first`` on."""
    variables = {
        name: (("member", "time", *about.dims), array, {"units": about.unit, "long_name": about.meaning})
        for (name, about), array in zip(VARIABLES.items(), record, strict=True)
    }
    data = xr.Dataset(
        variables, coords=_coordinates(model, len(params), first), attrs=provenance(model.scenario, len(params), seed)
    )
    drawn = np.array(params.tolist())
    data["parameter_value"] = (("member", "parameter"), drawn, {"long_name": "drawn from the prior"})
    capacity = _daily(model, model.world.settled.capacity)[first:]
    data["capacity"] = (("time", "settled"), np.where(np.isinf(capacity), np.nan, capacity), {"units": "people"})
    data["route_open"] = (
        ("time", "route"),
        _daily(model, _routes_open(model))[first:],
        {"long_name": "not closed that day"},
    )
    return data


def _coordinates(model: Model, members: int, first: int) -> dict[str, object]:
    layout = model.layout
    places = layout.places.loc[list(layout.all_places)]
    routes = pd.concat([layout.exits, layout.onward]).set_index("id").loc[list(layout.routes)]
    days = pd.date_range(model.clock.start, periods=model.clock.days, unit="s")[first:]
    coordinates: dict[str, object] = {
        "member": np.arange(members), "time": days, "place": list(layout.all_places),
        "district": list(layout.districts), "site": list(layout.sites), "settled": list(layout.settled),
        "route": list(layout.routes), "household": list(layout.households), "good": list(GOODS), "line": list(LINES),
        "care_place": [*layout.stabilisers, *layout.hospitals], "care_stage": list(IN_CARE),
        "hazard": list(HAZARDS), "stage": list(CARE), "spent": list(SPENT), "group": list(GROUPS),
        "stay": list(STAY_HOURS), "parameter": list(model.priors),
        "parameter_unit": ("parameter", [prior.unit for prior in model.priors.values()]),
    }  # fmt: skip
    for name, column in _PLACE_COLUMNS.items():
        coordinates[name] = ("place", places[column].to_numpy())
    coordinates["care_place_name"] = (
        "care_place",
        [*_names(model, layout.stabilisers), *_names(model, layout.hospitals)],
    )
    for column in ("origin", "destination", "mode", "length_km"):
        coordinates[f"route_{column}"] = ("route", routes[column].to_numpy())
    for column in ("persons", "men", "children", "infants", "disabled"):
        coordinates[column] = ("household", model.households[column].to_numpy())
    coordinates["household_name"] = ("household", model.households["name"].to_numpy())
    return coordinates


def _names(model: Model, places: Sequence[str]) -> list[str]:
    return model.layout.places.loc[list(places), "name"].tolist()


_PLACE_COLUMNS = {
    "place_name": "name",
    "place_name_local": "name_local",
    "place_kind": "kind",
    "lat": "lat",
    "lon": "lon",
}


def _daily(model: Model, per_step: NDArray) -> NDArray:
    """The value in the last step of each day."""
    return per_step[model.clock.steps_per_day - 1 :: model.clock.steps_per_day]


def _routes_open(model: Model) -> NDArray[np.bool_]:
    layout = model.layout
    routes = pd.concat([layout.exits, layout.onward]).set_index("id").loc[list(layout.routes)].reset_index()
    closures = model.scenario.tables["closures"]
    return open_steps(routes.assign(opens_hour=0.0, closes_hour=24.0), closures, model.clock)
