"""The tables of scores: means first, then every score and every forecast, with units and HXL tags."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from saferground.exchange import hxl
from saferground.exchange.classes import strictest
from saferground.exchange.table import Table, described
from saferground.forecasting import Scores
from saferground.observation import observed
from saferground.scenario import Scenario


def score_tables(scores: Scores, scenarios: Iterable[Scenario]) -> dict[str, Table]:
    """The tables by name, in the order of ``score_tables.csv``; their class is the strictest of the scenarios'."""
    every = list(scenarios)
    frames = {
        "summary": scores.by_lead, "pooled": scores.pooled, "counted": scores.counted, "split": scores.split,
        "own": scores.own, "scores": scores.scores, "forecasts": scores.scores, "counts": counts(every),
    }  # fmt: skip
    strictest_of_all = strictest_class(every)
    return {name: described(name, frames[name], hxl.SCORES, strictest_of_all) for name in hxl.questions(hxl.SCORES)}


def counts(scenarios: Iterable[Scenario]) -> pd.DataFrame:
    """Every publication of every level of the series that can be scored."""
    columns = ["scenario", "series", "place", "measures", "day", "value", "published"]
    rows = [
        one.records[one.records["kind"].eq("level")]
        .rename(columns={"end": "day"})
        .assign(scenario=scenario.name, series=one.key, place=one.place, measures=one.measures)
        for scenario in scenarios
        for one in observed(scenario)
    ]
    return pd.concat([pd.DataFrame(columns=columns), *[row[columns] for row in rows if len(row)]], ignore_index=True)


def strictest_class(scenarios: Iterable[Scenario]) -> str:
    """The sensitivity class that lets the fewest see the products."""
    return strictest(scenario.settings.sensitivity for scenario in scenarios)
