"""The rows of counts.csv as series: one definition, one source family, one place, through time.

A row is one of three kinds of figure:

    level   people by the end of a day: who is there (``present``), or who has left or arrived since a first day that
            all rows of the series share (cumulative counts; without ``start`` since the start of the scenario)
    total   people over a period (cumulative counts whose ``start`` differs from row to row)
    rate    people a day, the mean over a period (daily counts)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from saferground.scenario.record import Scenario

LEVEL, TOTAL, RATE = "level", "total", "rate"
_UNUSED = "other"
_FAMILY = 5.0
"""People in a family where the scenario has no household classes: an assumption, the usual planning figure."""


@dataclass(frozen=True, eq=False)
class Series:
    """One series of counts.

    Attributes:
        name: of the series in counts.csv, with what it measures where one name measures several things at a place.
        place: id of the place where it was counted; "" for the whole scenario.
        measures: the model quantity that it measures.
        people_per_unit: people in one counted unit: 1, or the mean household where (also) families were counted.
        records: one row a count with ``kind``, ``start`` (first day; of people present their day), ``end``, ``value``,
            ``low``, ``high`` (people; what the wording allows), ``source``, ``published`` (NaT: before the scenario
            starts), by day and publication.
        period: it adds up what happened since a first day of its own, later than the start of the scenario.
    """

    name: str
    place: str
    measures: str
    people_per_unit: float
    records: pd.DataFrame
    period: bool = False

    @property
    def key(self) -> str:
        """Name that no other series of the scenario has."""
        return f"{self.name}@{self.place}" if self.place else self.name

    def known(self, as_of: date) -> Series:
        """What of it was public by the end of ``as_of``: of each count the newest publication."""
        rows = self.records[~(self.records["published"] > pd.Timestamp(as_of))]
        return replace(self, records=newest(rows))

    def until(self, day: date) -> Series:
        """Its counts of ``day`` and before, whenever they were published."""
        return replace(self, records=self.records[self.records["end"] <= pd.Timestamp(day)])

    @property
    def grows(self) -> bool:
        """Whether it adds up what happened since a first day, and so begins at nothing the day before."""
        return self.measures.endswith("_cumulative")

    @property
    def counted(self) -> int:
        """How many levels were counted; the nothing before the first day of what grows is none of them."""
        return len(newest(self.records[self.records["kind"].eq(LEVEL)]))

    def levels(self) -> pd.DataFrame:
        """The newest publication of each level, one a day; what grows begins with the nothing before its first day."""
        levels = newest(self.records[self.records["kind"].eq(LEVEL)])
        if not self.grows or levels.empty:
            return levels
        first = levels.iloc[[0]].assign(value=0.0, low=0.0, high=0.0)
        first["end"] = first["start"] - pd.Timedelta(days=1)
        return pd.concat([first, levels], ignore_index=True) if first["end"].iloc[0] < levels["end"].iloc[0] else levels


def newest(records: pd.DataFrame) -> pd.DataFrame:
    """The newest publication of each period."""
    return records.drop_duplicates(["kind", "start", "end"], keep="last").reset_index(drop=True)


def observed(scenario: Scenario) -> tuple[Series, ...]:
    """All series of a scenario that measure a model quantity, by key; those of places that are not known drop out.

    Counts are read as the scenario holds them: pass ``scenario.known()`` for what was public at its as-of date.
    """
    counts = scenario.tables["counts"]
    counts = counts[counts["measures"].ne(_UNUSED)]
    family = _family(scenario)
    start = pd.Timestamp(scenario.settings.start)
    series = [
        _series(rows, str(name), str(place), str(measures), family, start)
        for (name, place, measures), rows in counts.groupby(["series", "place", "measures"])
    ]
    return tuple(sorted(_told_apart(series), key=lambda one: one.key))


def _told_apart(series: list[Series]) -> list[Series]:
    """The series, each with a key of its own."""
    keys = Counter(one.key for one in series)
    return [replace(one, name=f"{one.name} ({one.measures})") if keys[one.key] > 1 else one for one in series]


def _family(scenario: Scenario) -> float:
    households = scenario.tables.get("households")
    if households is None or households.empty:
        return _FAMILY
    shares = households["share"].to_numpy() / households["share"].sum()
    return float(1.0 / (shares / households["persons"].to_numpy()).sum())


def _series(rows: pd.DataFrame, name: str, place: str, measures: str, family: float, start: pd.Timestamp) -> Series:
    unit = rows["unit"].eq("families") * (family - 1.0) + 1.0
    value = rows["value"] * unit
    first = rows["start"].fillna(start if measures.endswith("_cumulative") else rows["end"])
    records = pd.DataFrame({
        "kind": _kinds(measures, first), "start": first, "end": rows["end"], "value": value,
        "low": (rows["value_low"] * unit).fillna(value), "high": (rows["value_high"] * unit).fillna(value),
        "source": rows["source"], "published": rows["published"],
    })  # fmt: skip
    records = records.sort_values(["end", "start", "published"], na_position="first", kind="stable", ignore_index=True)
    period = measures.endswith("_cumulative") and bool((first > start).any())
    return Series(name, place, measures, float(unit.max()), records, period)


def _kinds(measures: str, first: pd.Series) -> list[str]:
    if measures.endswith("_daily"):
        return [RATE] * len(first)
    running = not measures.endswith("_cumulative") or first.nunique() == 1
    return [LEVEL if running else TOTAL] * len(first)
