"""Scenarios that hold little but counts, for what is scored on them.

scenario = counted(tmp_path, {("Camp", "haven"): {0: 0, 10: 100}}, days=60)   # day of the period: people
forecaster = fixed({"Camp@haven": lambda day: 100.0})                         # says the same from any origin
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from helpers.treks import trek
from saferground.forecasting.baselines import Forecaster, dataset
from saferground.scenario import Scenario

START = date(2030, 1, 1)
Counts = Mapping[tuple[str, str], Mapping[int, float]]
"""For each series and place ("" for the whole scenario) the people on days after the start."""


def on(day: int) -> date:
    """A day of the period."""
    return START + timedelta(days=day)


def counted(
    folder: Path, counts: Counts, days: int = 60, late: Mapping[int, int] | None = None, **tables: Any
) -> Scenario:
    """A small country with these counts, each public on its day or ``late`` days (by day) afterwards."""
    world = trek()
    world.settings |= {"start": START, "as_of": START, "days": days}
    world.tables["corrections"] = []
    world.tables["counts"] = [
        {
            "series": series, "place": place, "measures": "present", "end": on(day), "value": value,
            "unit": "individuals", "published": on(day + (late or {}).get(day, 0)),
        }
        for (series, place), levels in counts.items()
        for day, value in levels.items()
    ]  # fmt: skip
    for table, rows in tables.items():
        world.tables[table] = rows
    return world.read(folder)


def fixed(says: Mapping[str, Callable[[date], float]], spread: float = 0.0) -> Forecaster:
    """A forecaster that says of each series what it is given, its members ``spread`` people apart."""

    def forecaster(
        scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int
    ) -> Iterator[xr.Dataset]:
        for origin in origins:
            ahead = [origin + timedelta(days=n) for n in range(1, days + 1)]
            off = spread * (np.arange(members) - (members - 1) / 2)[:, None]
            made = [np.array([say(day) for day in ahead]) + off for say in says.values()]
            empty = dataset([], origin, [], days, members)
            count = (("member", "series", "time"), np.stack(made, axis=1))
            yield xr.Dataset({"count": count}, {**empty.coords, "series": np.array(list(says), dtype=object)})

    return forecaster


def line_between(levels: Mapping[int, float]) -> Callable[[date], float]:
    """People on a day, with straight lines between the given days of the period."""
    days = sorted(levels)
    return lambda day: float(np.interp((day - START).days, days, [levels[at] for at in days]))


def republished(scenario: Scenario, after: date, change: Callable[[pd.Series], pd.Series]) -> Scenario:
    """The scenario with other figures in all counts that were published after a day."""
    counts = scenario.tables["counts"]
    later = counts["published"] > pd.Timestamp(after)
    figures = ("value_low", "value", "value_high")
    other = counts.assign(**{name: counts[name].where(~later, change(counts[name])) for name in figures})
    return replace(scenario, tables={**scenario.tables, "counts": other})
