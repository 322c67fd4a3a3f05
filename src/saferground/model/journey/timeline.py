"""Tables of dated rows as arrays with one row a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Days:
    """The days of a run: ``start`` is day 0."""

    start: date
    count: int

    def index(self, dates: pd.Series) -> NDArray[np.int64]:
        """Days from the start, negative before it; NaT becomes a day after the last."""
        days = (dates - pd.Timestamp(self.start)).dt.days.fillna(self.count + 1)
        return days.to_numpy().astype(np.int64)


def steps(table: pd.DataFrame, who: str, what: str, names: Sequence[str], days: Days) -> NDArray[np.float64]:
    """A step function per name, shape (days, names): each row holds from its date to the next; NaN before the first."""
    held = np.full((days.count, len(names)), np.nan)
    at = {name: i for i, name in enumerate(names)}
    for day, name, value in _by_day(table, who, what, days):
        held[max(day, 0) :, at[name]] = value
    return held


def changes(table: pd.DataFrame, who: str, what: str, days: Days) -> dict[str, list[tuple[int, float]]]:
    """The rows of each name as (day, value), in order of day."""
    found: dict[str, list[tuple[int, float]]] = {}
    for day, name, value in _by_day(table, who, what, days):
        found.setdefault(name, []).append((day, value))
    return found


def _by_day(table: pd.DataFrame, who: str, what: str, days: Days) -> list[tuple[int, str, float]]:
    rows = zip(days.index(table["date"]), table[who], table[what], strict=True)
    return sorted((int(day), str(name), value) for day, name, value in rows if day < days.count)


def lines(table: pd.DataFrame, who: str, what: str, names: Sequence[str], days: Days) -> NDArray[np.float64]:
    """Straight lines between the rows of each name, constant outside; 0 for a name without rows; (days, names)."""
    drawn = np.zeros((days.count, len(names)))
    for i, name in enumerate(names):
        rows = table[table[who] == name].sort_values("date")
        if len(rows):
            drawn[:, i] = np.interp(np.arange(days.count), days.index(rows["date"]), rows[what].to_numpy())
    return drawn


def spans(table: pd.DataFrame, days: Days) -> list[tuple[slice, pd.Series]]:
    """Rows of a table of closures with the days that each covers, from ``closed`` to the day before ``reopened``."""
    first, last = days.index(table["closed"]), days.index(table["reopened"])
    covered = [slice(max(a, 0), max(b, 0)) for a, b in zip(first, last, strict=True)]
    return list(zip(covered, (row for _, row in table.iterrows()), strict=True))
