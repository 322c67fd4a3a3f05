"""What was learned from counts, one data frame a question; only for a forecast that was fitted to counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from saferground.planning import learned

if TYPE_CHECKING:
    from saferground.scenario import Scenario

FIGURES = 4
"""Significant digits of a parameter."""


def learned_frames(days: xr.Dataset, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """The tables ``fit_counts``, ``fit_sources``, ``fit_parameters``, ``count_ahead`` and ``forecasters``; none of
    them where the forecast was not fitted."""
    if not learned.has_learned(days):
        return {}
    made = {
        "fit_counts": learned.counts_heard(days, scenario),
        "fit_sources": learned.sources(days),
        "count_ahead": learned.counts_ahead(days),
        "forecasters": learned.forecasters(days),
    }
    named = {name: _named(table, scenario) for name, table in made.items()}
    return named | {"fit_parameters": _rounded(learned.parameters_moved(days, scenario))}


def _named(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """With the name of each place; blank for the whole scenario."""
    names = scenario.tables["places"].set_index("id")["name"]
    return table.assign(place_name=names.reindex(table["place"]).fillna("").to_numpy(str))


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    figures = [name for name in table.columns.astype(str) if name.startswith(("q", "prior_q"))]
    return table.assign(**{name: table[name].map(lambda value: float(f"{value:.{FIGURES}g}")) for name in figures})
