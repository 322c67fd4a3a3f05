"""Where there is conflict when, in the folder of a journey."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def conflict_periods(tables: Mapping[str, pd.DataFrame], start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Periods of conflict between two days.

    Each row of ``conflicts`` holds from its date to the day before the place's next one. A place of kind
    ``conflict_zone`` of which no row speaks is in full conflict throughout. Rows with blanks are left out.

    Args:
        tables: of a journey.
        start: first day.
        end: last day.

    Returns:
        One row for each period of an intensity above 0: ``place``, ``first`` (from ``start`` on), ``last`` (to
        ``end``) and ``intensity``; by place and day.
    """
    places, rows = tables["places"], tables["conflicts"].dropna(subset=["date", "intensity"])
    silent = places.loc[(places["kind"] == "conflict_zone") & ~places["id"].isin(rows["place"]), "id"]
    always = pd.DataFrame({"place": silent, "date": start, "intensity": 1.0})
    stated = rows.loc[rows["place"] != "", ["place", "date", "intensity"]]
    every = pd.concat([stated, always], ignore_index=True).sort_values(["place", "date"], ignore_index=True)
    following = every.groupby("place")["date"].shift(-1) - pd.Timedelta(days=1)
    first = every["date"].where(every["date"] > start, start)
    last = following.where(following < end, end)
    every = every.assign(first=first, last=last)
    held = every[(every["intensity"] > 0) & (every["first"] <= every["last"])]
    return held[["place", "first", "last", "intensity"]].reset_index(drop=True)
