"""An ensemble: many members of one model, on all cores, as one labelled Dataset."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

import saferground
from saferground.axes import CARE, GOODS, HAZARDS, LINES, VARIABLES
from saferground.engine import Record, init, run
from saferground.errors import Interrupted, UsageError
from saferground.model import Model
from saferground.model.params import sample
from saferground.model.ways import open_steps

_CHUNK = 10
Progress = Callable[[int], None]


def simulate(
    model: Model,
    members: int = 1000,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Runs ``members`` members from the model's start to its end, parameters drawn from their priors.

    Returns a Dataset with the dimensions, units and meanings of ``axes.VARIABLES``; the seed, the version and the
    digest of the scenario are in its attributes. Member ``i`` is the same for any number of members and threads.
    ``progress`` is called with the number of members just done. Raises UsageError for fewer than one member or a
    negative seed, and Interrupted when the user stops the run.
    """
    if members < 1 or seed < 0:
        raise UsageError(f"got members={members}, seed={seed}; expected members >= 1 and seed >= 0. Change them.")
    numbers = np.arange(members, dtype=np.int64)
    params = sample(model.priors, numbers, seed)
    record = run_chunks(model, params, numbers, seed, threads or os.cpu_count() or 1, progress)
    return label(model, record, params, seed)


def run_chunks(
    model: Model, params: NDArray, members: NDArray[np.int64], seed: int, threads: int, progress: Progress | None
) -> Record:
    """Runs members in chunks on a pool of threads; the kernel lets go of Python's lock."""
    parts = np.array_split(np.arange(len(members)), -(-len(members) // _CHUNK))
    pool = ThreadPoolExecutor(threads)
    try:
        jobs = [pool.submit(_run_part, model, params[part], members[part], seed) for part in parts]
        _report(jobs, parts, progress)
        return Record(*(np.concatenate(arrays) for arrays in zip(*(job.result() for job in jobs), strict=True)))
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _run_part(model: Model, params: NDArray, members: NDArray[np.int64], seed: int) -> Record:
    state = init(model.world, len(members))
    return run(model.world, params, seed, members, state, first=0, last=model.clock.steps)


def _report(jobs: list[Future[Record]], parts: list[NDArray], progress: Progress | None) -> None:
    """Waits for the jobs in short naps, so that Ctrl-C is heard, and passes on how many members are done."""
    sizes = dict(zip(jobs, map(len, parts), strict=True))
    pending = set(jobs)
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
        if progress and done:
            progress(sum(sizes[job] for job in done))


def label(model: Model, record: Record, params: NDArray, seed: int) -> xr.Dataset:
    """Names, units and provenance for the arrays of a run."""
    variables = {
        name: (("member", "time", *about.dims), array, {"units": about.unit, "long_name": about.meaning})
        for (name, about), array in zip(VARIABLES.items(), record, strict=True)
    }
    data = xr.Dataset(variables, coords=_coordinates(model, len(params)), attrs=_provenance(model, len(params), seed))
    drawn = np.array(params.tolist())
    data["parameter_value"] = (("member", "parameter"), drawn, {"long_name": "drawn from the prior"})
    capacity = _daily(model, model.world.settled.capacity)
    data["capacity"] = (("time", "settled"), np.where(np.isinf(capacity), np.nan, capacity), {"units": "people"})
    data["route_open"] = (("time", "route"), _daily(model, _routes_open(model)), {"long_name": "not closed that day"})
    return data


def _coordinates(model: Model, members: int) -> dict[str, object]:
    layout = model.layout
    places = layout.places.loc[list(layout.all_places)]
    routes = pd.concat([layout.exits, layout.onward]).set_index("id").loc[list(layout.routes)]
    days = pd.date_range(model.clock.start, periods=model.clock.days, unit="s")
    coordinates: dict[str, object] = {
        "member": np.arange(members), "time": days, "place": list(layout.all_places),
        "district": list(layout.districts), "site": list(layout.sites), "settled": list(layout.settled),
        "route": list(layout.routes), "household": list(layout.households), "good": list(GOODS), "line": list(LINES),
        "hazard": list(HAZARDS), "stage": list(CARE), "parameter": list(model.priors),
        "parameter_unit": ("parameter", [prior.unit for prior in model.priors.values()]),
    }  # fmt: skip
    for name, column in _PLACE_COLUMNS.items():
        coordinates[name] = ("place", places[column].to_numpy())
    for column in ("origin", "destination", "mode", "length_km"):
        coordinates[f"route_{column}"] = ("route", routes[column].to_numpy())
    for column in ("persons", "men", "infants", "disabled"):
        coordinates[column] = ("household", model.households[column].to_numpy())
    coordinates["household_name"] = ("household", model.households["name"].to_numpy())
    return coordinates


_PLACE_COLUMNS = {
    "place_name": "name",
    "place_name_local": "name_local",
    "place_kind": "kind",
    "lat": "lat",
    "lon": "lon",
}


def _provenance(model: Model, members: int, seed: int) -> dict[str, str | int]:
    settings = model.scenario.settings
    end = settings.as_of + timedelta(days=settings.days)
    return {
        "title": settings.title, "purpose": settings.purpose, "sensitivity": settings.sensitivity,
        "scenario": model.scenario.name, "digest": model.scenario.digest, "seed": seed, "members": members,
        "version": saferground.__version__, "start": settings.start.isoformat(), "as_of": settings.as_of.isoformat(),
        "end": end.isoformat(), "days": settings.days, "step_hours": settings.step_hours, "basis": "prior",
    }  # fmt: skip


def _daily(model: Model, per_step: NDArray) -> NDArray:
    """The value in the last step of each day."""
    return per_step[model.clock.steps_per_day - 1 :: model.clock.steps_per_day]


def _routes_open(model: Model) -> NDArray[np.bool_]:
    layout = model.layout
    routes = pd.concat([layout.exits, layout.onward]).set_index("id").loc[list(layout.routes)].reset_index()
    closures = model.scenario.tables["closures"]
    return open_steps(routes.assign(opens_hour=0.0, closes_hour=24.0), closures, model.clock)
