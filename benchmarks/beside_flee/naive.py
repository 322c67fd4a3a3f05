"""Forecasts that know no network: shares of a day held for ever, and counts carried forward."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from beside_flee.scoring import Floats, dataset
from saferground.scenario import Scenario

LAG = 28


def held_shares(counts: Floats, day: int) -> Floats:
    """The true total of each day (all camps) spread as the counts of ``day`` were; NaN before it; (day, camp).

    Everybody at the camps in equal parts where nobody was counted on that day.
    """
    total = counts[day].sum()
    shares = counts[day] / total if total > 0 else np.full(counts.shape[1], 1 / counts.shape[1])
    people = counts.sum(axis=1, keepdims=True) * shares
    people[:day] = np.nan
    return people


def carried_forward(records: list[pd.Series], days: int, lag: int = LAG) -> Floats:
    """For each day, the last count of each camp from ``lag`` days before or earlier; (day, camp).

    Args:
        records: for each camp, its counts by day since the start, in order; days may be negative.
        days: how many.
        lag: how many days ahead is forecast.

    Returns:
        People; 0 at a camp that nobody had counted by then, NaN on the first ``lag`` days.
    """
    people = np.zeros((days, len(records)))
    known = np.arange(days) - lag
    for camp, series in enumerate(records):
        at = np.searchsorted(series.index.to_numpy(), known, side="right")
        people[:, camp] = np.concatenate([[0.0], series.to_numpy(dtype=float)])[at]
    people[:lag] = np.nan
    return people


def records_of(scenario: Scenario, camps: list[str]) -> list[pd.Series]:
    """The counts of each camp by day since the start, registration corrections made, in the scenario's units."""
    start, unit = pd.Timestamp(scenario.settings.start), int(scenario.rules["people_per_unit"])
    names = scenario.tables["places"].set_index("name")["id"]
    counts, corrections = scenario.tables["counts"], scenario.tables["corrections"].sort_values("date")
    found = []
    for camp in camps:
        rows = counts[counts["place"] == names[camp]].sort_values("end")
        series = pd.Series(rows["value"].to_numpy(float), (rows["end"] - start).dt.days.to_numpy())
        for when in corrections.loc[corrections["place"] == names[camp], "date"]:
            series = corrected(series, (when - start).days)
        found.append(series / unit)
    return found


def corrected(series: pd.Series, day: int) -> pd.Series:
    """Earlier counts scaled so that the last of them joins the count of ``day``."""
    before = series.index < day
    if not before.any() or day not in series.index:
        return series
    return series.where(~before, series * (series[day] / series[before].iloc[-1]))


def forecasts(counts: Floats, records: list[pd.Series], camps: list[str]) -> dict[str, xr.Dataset]:
    """Every naive forecast by name, beside the counts of every day (day, camp)."""
    people = {
        "shares of day 0 held": held_shares(counts, 0),
        "shares of day 30 held": held_shares(counts, 30),
        f"counts of {LAG} days before": carried_forward(records, len(counts)),
    }
    return {name: dataset(array[None], counts, camps) for name, array in people.items()}
