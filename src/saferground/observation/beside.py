"""What several sources say of the same people at the same place and day, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from saferground.observation.series import Series, observed
from saferground.scenario import Scenario


@dataclass(frozen=True)
class Said:
    """What one publication said.

    Attributes:
        series: the name of its count.
        source: its id in sources.csv.
        published: the day it became public; None: before the scenario starts.
        start, end: first and last day that it covers.
        value, low, high: people, and what the wording allows; families were multiplied by the mean household.
        superseded: the same series gave another figure for the period later.
        line: its line in counts.csv.
    """

    series: str
    source: str
    published: date | None
    start: date
    end: date
    value: float
    low: float
    high: float
    superseded: bool
    line: int


@dataclass(frozen=True)
class Beside:
    """Figures of one quantity at one place and day.

    Attributes:
        measures: the quantity, as in counts.csv.
        place: id of the place; "" for the whole scenario.
        day: last day of the period.
        said: every publication about it, by day of publication; at least two.
        lowest, highest: of the figures that are not superseded.
    """

    measures: str
    place: str
    day: date
    said: tuple[Said, ...]
    lowest: float
    highest: float

    @property
    def spread(self) -> float:
        """How many times the highest is the lowest, at least 1; infinite where only the lowest is nobody."""
        if self.lowest > 0.0:
            return self.highest / self.lowest
        return 1.0 if self.highest == 0.0 else float("inf")

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON; ``spread`` is None where it is infinite."""
        days = [{name: one.isoformat() if isinstance(one, date) else one for name, one in asdict(said).items()}
                for said in self.said]  # fmt: skip
        spread = None if self.spread == float("inf") else self.spread
        return {**asdict(self), "day": self.day.isoformat(), "said": days, "spread": spread}


class _Row(NamedTuple):
    series: Series
    start: pd.Timestamp
    end: pd.Timestamp
    said: Said


def beside(scenario: Scenario) -> tuple[Beside, ...]:
    """Where sources differ, or one revised itself: counts of the same quantity, place and day, newest day first.

    People present are compared of the same day. Cumulative counts must begin on the same day too; daily ones stand
    beside each other where the period of one covers the last day of the other. Counts are read as they stand: pass
    ``scenario.known()`` for what was public at its as-of date.
    """
    alike: dict[tuple[str, str], list[_Row]] = {}
    for series in observed(scenario):
        alike.setdefault((series.measures, series.place), []).extend(_rows(series, scenario))
    found = [_group(*key, rows) for key, every in alike.items() for rows in _together(key[0], every)]
    return tuple(sorted(found, key=lambda one: (-one.day.toordinal(), one.place, one.measures)))


def _rows(series: Series, scenario: Scenario) -> Iterator[_Row]:
    lines = _lines(scenario)
    records = series.records
    rows: list[Any] = list(records.itertuples(index=False))
    newest = ~records.duplicated(["kind", "start", "end"], keep="last")
    for row, last in zip(rows, newest, strict=True):
        published = None if pd.isna(row.published) else row.published.date()
        key = (_name(series), series.place, row.end, row.published if published else None, row.source)
        said = Said(
            _name(series), str(row.source), published, row.start.date(), row.end.date(), row.value, row.low, row.high,
            not last, lines[key],
        )  # fmt: skip
        yield _Row(series, row.start, row.end, said)


def _name(series: Series) -> str:
    """The name in counts.csv, without what was added where one name measures several things."""
    return series.name.removesuffix(f" ({series.measures})")


def _lines(scenario: Scenario) -> dict[tuple, int]:
    rows: list[Any] = list(scenario.tables["counts"].itertuples(index=False))
    return {
        (row.series, row.place, row.end, None if pd.isna(row.published) else row.published, row.source): row.line
        for row in rows
    }


def _together(measures: str, rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows about the same days, of at least two publications; none that another holds whole."""
    groups = [[one for one in rows if _covers(measures, one, row)] for row in rows]
    several = {tuple(sorted(map(id, group))): group for group in groups if len(group) > 1}
    for key, group in several.items():
        if not any(set(key) < set(other) for other in several):
            yield group


def _covers(measures: str, one: _Row, day: _Row) -> bool:
    if measures.endswith("_daily"):
        return one.start <= day.end <= one.end
    return one.end == day.end and (not measures.endswith("_cumulative") or one.start == day.start)


def _group(measures: str, place: str, rows: Sequence[_Row]) -> Beside:
    said = sorted((one.said for one in rows), key=lambda one: (one.published or date.min, one.series))
    standing = [one.value for one in said if not one.superseded]
    day = min(one.end for one in rows)
    return Beside(measures, place, day.date(), tuple(said), min(standing), max(standing))
