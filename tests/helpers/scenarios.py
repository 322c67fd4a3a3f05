"""A scenario record that goes with ``fake_forecast``, made in memory; too bare to be simulated."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.datasets import AS_OF, DISTRICTS, SETTLED, SITES, START
from saferground.scenario.columns import schema
from saferground.scenario.priors import default_prior
from saferground.scenario.record import Scenario, Settings

SIEGE = schema("siege")
SOURCES = [
    {"id": "ocha_26", "title": "Mosul update, 26 February 2017", "publisher": "OCHA", "published": "2017-02-26"},
    {"id": "ocha_late", "title": "Mosul update, 12 March 2017", "publisher": "OCHA", "published": "2017-03-12"},
    {"id": "survey", "title": "=A title that a spreadsheet would run", "publisher": "@survey", "published": None},
]
COUNTS = [
    {"end": "2017-02-28", "value": 10_000.0, "source": "ocha_26", "published": "2017-02-28"},
    {"end": "2017-03-10", "value": 69_000.0, "source": "ocha_late", "published": "2017-03-12"},
]
FIGURES = [
    {"id": "ocha_250k", "issuer": "OCHA", "what": "people who could flee", "measures": "left_cumulative"},
    {"id": "ocha_inside", "issuer": "OCHA", "what": "people in danger", "measures": "at_risk"},
    {"id": "wfp_rations", "issuer": "WFP", "what": "rations in store", "measures": "other"},
]


_STOCK = {"resupply": 0.0, "every_days": 1, "lead_days": 0, "source": "survey", "confidence": "assumption"}
"""What a row of stocks has where it says nothing else."""


def fake_scenario(
    standards: list[dict] | None = None, sensitivity: str = "restricted", stocks: list[dict] | None = None
) -> Scenario:
    """As of 28 February 2017, with the named places of ``fake_forecast``, three sources, counts and planning figures.

    One source and one count were published after the as-of date. ``standards`` and ``stocks`` are rows
    of those tables; what a row of stocks leaves out is as in a folder.
    """
    rows = {
        "places": [_place(row) for row in (*_districts(), *SITES, *SETTLED)],
        "sources": SOURCES,
        "counts": [
            {**row, "series": "left_iom", "measures": "left_cumulative", "unit": "individuals"} for row in COUNTS
        ],
        "planning_figures": [
            {**row, "value_low": 250_000.0, "value_high": 400_000.0, "source": "ocha_26", "published": "2017-02-26"}
            for row in FIGURES
        ],
        "standards": standards or [],
        "stocks": [{**_STOCK, **row} for row in stocks or []],
    }
    settings = Settings(
        "West Mosul, made-up numbers", "To test reports and tables without the model", "", "", sensitivity, "siege",
        date.fromisoformat(str(START)), date.fromisoformat(str(AS_OF)), 10, 6,
    )  # fmt: skip
    parameters = {name: default_prior(parameter) for name, parameter in SIEGE.parameters.items()}
    tables = {table: _frame(table, rows.get(table, [])) for table in SIEGE.tables}
    return Scenario("fake", settings, parameters, tables)


def _districts() -> list[tuple]:
    return [(i, name, local, "district", lat, lon) for i, name, local, lat, lon in DISTRICTS]


def _place(row: tuple) -> dict:
    names = ("id", "name", "name_local", "kind", "lat", "lon")
    return dict(zip(names, row, strict=False)) | {"source": "survey", "pcode": "IQ-NI", "confidence": "assumption"}


def _frame(table: str, rows: list[dict]) -> pd.DataFrame:
    """Rows as a frame with the columns and dtypes that ``read_scenario`` gives; what a row leaves out is blank."""
    cells = {one.name: _typed(one.type, [row.get(one.name) for row in rows]) for one in SIEGE.columns[table]}
    return pd.DataFrame({**cells, "line": range(2, len(rows) + 2)})


def _typed(kind: str, cells: list) -> pd.Series:
    if kind == "date":
        return pd.to_datetime(pd.Series(cells, dtype=object)).astype("datetime64[s]")
    if kind in ("number", "integer"):
        return pd.Series(cells, dtype="float64").astype("int64" if kind == "integer" else "float64")
    return pd.Series(["" if cell is None else cell for cell in cells], dtype="str")
