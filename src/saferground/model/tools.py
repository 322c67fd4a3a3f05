"""Small pieces that the builders of arrays share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.axes import Clock
from saferground.model.arrays import Classes
from saferground.streams import word

_EARTH_KM = 6371.0


def keys(names: Iterable[str]) -> NDArray[np.uint64]:
    """Words of names, for the keys of draws."""
    return np.array([word(name) for name in names], np.uint64)


def index_of(names: Sequence[str]) -> dict[str, int]:
    """Position of each name."""
    return {name: i for i, name in enumerate(names)}


def starts(owner: NDArray[np.int64], owners: int) -> NDArray[np.int64]:
    """Where each owner's part begins in rows sorted by owner; shape (owners + 1,)."""
    return np.searchsorted(owner, np.arange(owners + 1)).astype(np.int64)


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """Rows of a table as named tuples, one field per column."""
    return iter(table.itertuples(index=False))


def day_of(value: pd.Timestamp) -> date:
    """Calendar day of a time stamp."""
    return value.date()


def span(clock: Clock, first: Any, end: Any) -> slice:
    """Steps from the first day up to, not including, the end day; a missing day means no limit."""
    begin = 0 if pd.isna(first) else max(0, clock.step(day_of(first)))
    stop = clock.steps if pd.isna(end) else max(0, clock.step(day_of(end)))
    return slice(begin, stop)


def hours_open(clock: Clock, opens: float, closes: float) -> NDArray[np.float64]:
    """Hours of work that fall into each step of the run, past midnight where they close before they open; (steps,)."""
    if closes < opens:
        return hours_open(clock, opens, 24.0) + hours_open(clock, 0.0, closes)
    return np.tile(hours_within(clock, opens, closes), clock.days)


def hours_within(clock: Clock, opens: float, closes: float) -> NDArray[np.float64]:
    """Hours between two hours of a day that fall into each of its steps; shape (steps per day,)."""
    begin = np.arange(clock.steps_per_day) * clock.step_hours
    within = np.minimum(begin + clock.step_hours, closes) - np.maximum(begin, opens)
    return np.clip(within, 0, None)


def kilometres(places: pd.DataFrame, origins: Sequence[str], ends: Sequence[str]) -> NDArray[np.float64]:
    """Great-circle distances between places; shape (origins, ends), km."""
    lat, lon = np.radians(places["lat"]), np.radians(places["lon"])
    a, b = lat[list(origins)].to_numpy()[:, None], lat[list(ends)].to_numpy()[None, :]
    across = lon[list(origins)].to_numpy()[:, None] - lon[list(ends)].to_numpy()[None, :]
    chord = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(across / 2) ** 2
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(chord))


def nearest(places: pd.DataFrame, origins: Sequence[str], ends: Sequence[str]) -> NDArray[np.int64]:
    """Index of the nearest end for each origin, -1 where there is no end."""
    if not ends or not origins:
        return np.full(len(origins), -1, np.int64)
    return kilometres(places, origins, ends).argmin(axis=1).astype(np.int64)


def classes_of(households: pd.DataFrame) -> Classes:
    """Household classes as arrays, in the order of the table."""
    columns = ("persons", "men", "children", "disabled")
    persons, men, children, disabled = (households[name].to_numpy(np.int64) for name in columns)
    speed = households["speed_kmh"].to_numpy()
    share = households["share"].to_numpy() / households["share"].sum()
    return Classes(
        key=keys(households.index),
        share=share,
        persons=persons,
        large_first=np.argsort(-persons, kind="stable"),
        load=np.stack([np.ones_like(persons), np.ones_like(persons), men, persons - men]),
        heads=np.stack([persons, persons, men, persons - men, persons]),
        groups=np.stack([persons - men - children, men, children, disabled]),
        rank=_ranks(households["priority"].eq("yes").to_numpy()),
        flight=households["flight_factor"].to_numpy(np.float64),
        slowness=(share @ speed) / speed,
    )


def _ranks(first: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.where(first | (not first.any()), 0, 1).astype(np.int64)
