"""Comparisons of plans -> Plotly figures, as plain data; see ``saferground.reporting.figures``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from saferground.reporting.figures import BLUE, LIMIT, plain, tidy
from saferground.reporting.scores.figures import COLOURS, SYMBOLS, look

ROOM = 0.06
"""Part of the axis that is left free beyond the longest bar."""


def changes(rows: pd.DataFrame, unit: str) -> dict[str, Any]:
    """One line a plan: the mean change, and the range of nine futures in ten; left of the line is better."""
    style = look(unit)
    style["showlegend"] = False
    style["xaxis"] |= {
        "type": "linear",
        "showgrid": True,
        "tickformat": ",",
        "nticks": 5,
        "title": style["yaxis"]["title"],
    }
    ends = np.array([0.0, *rows["q05"], *rows["q95"]])
    room = ROOM * (ends.max() - ends.min() or 1.0)
    style["xaxis"]["range"] = tidy(np.array([ends.min() - room, ends.max() + room]))
    style["yaxis"] = {"fixedrange": True, "autorange": "reversed", "automargin": True, "showgrid": False}
    style["shapes"] = [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": 0, "x1": 0, "layer": "below",
         "line": {"color": LIMIT, "width": 1.5, "dash": "6px,3px"}}
    ]  # fmt: skip
    return {"data": [trace for _, row in rows.iterrows() for trace in _change(row)], "layout": style}


def _change(row: pd.Series) -> list[dict[str, Any]]:
    name = plain(str(row["plan"]))
    low, mean, high = tidy(np.array([row["q05"], row["mean"], row["q95"]]))
    text = f"{name}: <b>%{{x:,.3s}}</b> in the mean<br>nine in ten: {low:,} to {high:,}<extra></extra>"
    return [
        {"type": "scatter", "mode": "lines", "x": [low, high], "y": [name, name], "hoverinfo": "skip",
         "line": {"color": BLUE[1][0], "width": 12}},
        {"type": "scatter", "mode": "markers", "x": [mean], "y": [name], "hovertemplate": text,
         "marker": {"color": BLUE[0], "size": 11, "symbol": "diamond"}},
    ]  # fmt: skip


def binding(rows: pd.DataFrame, names: Sequence[str]) -> dict[str, Any]:
    """One line a resource over the days: the chance that nothing else holds up more people."""
    style = look("share of futures", share=True, dates=True)
    style["yaxis"]["range"] = [0, 1.02]
    lines = []
    for at, name in enumerate(names):
        mine = rows[rows["resource"].eq(name)].sort_values("date")
        lines.append({
            "type": "scatter", "mode": "lines+markers", "name": plain(name),
            "x": [f"{day:%Y-%m-%d}" for day in mine["date"]], "y": tidy(mine["binds"].to_numpy(float)),
            "line": {"color": COLOURS[at % 8], "width": 2},
            "marker": {"symbol": SYMBOLS[at % 8], "size": 5},
            "hovertemplate": f"{plain(name)}: <b>%{{y:.0%}}</b><extra></extra>",
        })  # fmt: skip
    return {"data": lines, "layout": style}
