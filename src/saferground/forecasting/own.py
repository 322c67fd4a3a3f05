"""A user's own forecasts, such as a planner's guess or an agency's figure: rows of own_forecasts.csv as distributions.

``best`` is taken as the median, ``low`` and ``high`` as the ends of the central interval that ``level`` names (0.9: the
5 and 95 % points). Between and beyond them the distribution is two halves of a normal, one on each side of the median,
cut at zero. A figure without a range is a distribution in one point, and is scored as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.observation import Series, observed
from saferground.scenario import Scenario

TABLE = "own_forecasts"
PREFIX = "own: "
"""Before the author's name, so that no author can be taken for a forecaster."""


@dataclass(frozen=True)
class OwnForecast:
    """One row: what an author said on ``made`` that a series would be on ``day``; people, NaN where left blank."""

    name: str
    series: str
    made: date
    day: date
    low: float
    best: float
    high: float
    level: float


def own_forecasts(scenario: Scenario) -> tuple[list[OwnForecast], tuple[str, ...]]:
    """The user's forecasts of series that were counted, and a note on each row that speaks of none."""
    found, notes = [], []
    series = observed(scenario)
    for row in _rows(scenario):
        key = _series(row, series)
        if key is None:
            notes.append(f"{scenario.name}: own forecast {row['id']} speaks of nothing that was counted as a level")
        else:
            days = row["made"].date(), row["day"].date()
            figures = (float(row[name]) for name in ("low", "best", "high", "level"))
            found.append(OwnForecast(PREFIX + row["author"], key, *days, *figures))
    return found, tuple(notes)


def _rows(scenario: Scenario) -> Iterator[pd.Series]:
    table = scenario.tables.get(TABLE)
    if table is not None:
        yield from (row for _, row in table.iterrows())


def _series(row: pd.Series, series: tuple[Series, ...]) -> str | None:
    """Key of the series that is meant: by its name, else the one of the measure with most counts, at the place."""
    meant = [
        one
        for one in series
        if one.place == row["place"] and len(one.levels()) and row["series"] in ("", one.name)
        and row["measures"] in ("", one.measures)
    ]  # fmt: skip
    return max(meant, key=lambda one: len(one.levels())).key if meant else None


def own_samples(mine: OwnForecast, members: int) -> NDArray[np.float64]:
    """Evenly spread quantiles of the distribution, one a member, people."""
    middle = mine.best if not np.isnan(mine.best) else (mine.low + mine.high) / 2
    far = NormalDist().inv_cdf((1 + mine.level) / 2)
    below, above = (0.0 if np.isnan(end) else abs(middle - end) / far for end in (mine.low, mine.high))
    steps = np.array([NormalDist().inv_cdf((i + 0.5) / members) for i in range(members)])
    return np.maximum(middle + steps * np.where(steps < 0, below, above), 0.0)
