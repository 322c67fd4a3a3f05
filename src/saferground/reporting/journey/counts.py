"""Counts as points of charts, as the forecast used them."""

from __future__ import annotations

import pandas as pd

from saferground.reporting.flight import Points, points
from saferground.reporting.inputs import known_counts
from saferground.reporting.journey.run import Journey

RESCALED = ", rescaled by a registration correction"


def count_points(run: Journey) -> Points:
    """Counts of people by what they measure and place, earlier ones rescaled where a registration was corrected."""
    counts = known_counts(run.used)
    corrected = counts["place"].isin(run.used.tables["corrections"]["place"])
    count = run.forecast["count"]
    daily = pd.DataFrame(count.values, count.indexes["time"], count.indexes["place"])
    rows = list(zip(counts.to_dict("records"), corrected, strict=True))
    values = [_used(daily, row) if again else row["value"] for row, again in rows]
    titles = [f"{row['source_title']}{RESCALED if again else ''}" for row, again in rows]
    kept = counts.assign(value=values, source_title=titles)[counts["end"] <= pd.Timestamp(run.last)]
    return points(kept, run.days[0])


def _used(daily: pd.DataFrame, row: dict) -> float:
    """What the run compares with at a place on a day; the count itself on days without such a figure."""
    found = daily[row["place"]].get(row["end"], float("nan"))
    return float(row["value"] if pd.isna(found) else found)
