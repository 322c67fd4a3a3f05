"""Tables of scores -> Plotly figures, as plain data; see ``saferground.reporting.figures``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from saferground.forecasting.skill import leads_in_order
from saferground.reporting.figures import BLUE, GRID, INK, LIMIT, MUTED, plain, tidy

COLOURS = (BLUE[0], "#8a5300", "#3d7f5d", "#8d4a86", "#5c6b77", "#b35c00", "#2f6f9f", "#a03a1e")
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "x", "pentagon", "star")


def look(unit: str, *, log: bool = False, share: bool = False, dates: bool = False) -> dict[str, Any]:
    """The look that the charts of scores share."""
    axis = {"fixedrange": True, "linecolor": MUTED, "tickcolor": GRID, "zeroline": False, "automargin": True}
    title = {"text": plain(unit), "font": {"size": 11, "color": MUTED}}
    upright: dict[str, Any] = {**axis, "gridcolor": GRID, "nticks": 6, "title": title}
    upright |= {"type": "log"} if log else {"rangemode": "tozero", "tickformat": ".0%" if share else ","}
    return {
        "font": {"family": "system-ui, 'Segoe UI', 'Noto Sans', Arial, sans-serif", "size": 12, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 10, "t": 10, "b": 30}, "dragmode": False, "hovermode": "closest",
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 11}},
        "xaxis": {**axis, "type": "date" if dates else "category", "showgrid": False},
        "yaxis": upright,
    }  # fmt: skip


def by_lead(
    rows: pd.DataFrame, column: str, unit: str, names: Mapping[str, str], *, log: bool = False, share: bool = False,
    line: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One line a forecaster over the leads; ``line`` is drawn across."""
    leads = leads_in_order(rows["lead"])
    style = look(unit, log=log, share=share)
    style["xaxis"] |= {"categoryorder": "array", "categoryarray": [lead_words(lead) for lead in leads]}
    data = [
        _lead_line(rows[rows["forecaster"].eq(name)], column, label, at, share)
        for at, (name, label) in enumerate(names.items())
        if rows["forecaster"].eq(name).any()
    ]
    if line is not None:
        style["shapes"] = [
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": line, "y1": line, "layer": "below",
             "line": {"color": LIMIT, "width": 1.5, "dash": "6px,3px"}}
        ]  # fmt: skip
    return {"data": data, "layout": style}


def _lead_line(rows: pd.DataFrame, column: str, label: str, at: int, share: bool) -> dict[str, Any]:
    rows = rows.sort_values("lead", key=lambda leads: leads.map(leads_in_order(leads).index))
    value = "%{y:.0%}" if share else "%{y:,.3r}"
    return {
        "type": "scatter", "mode": "lines+markers", "name": plain(label), "x": [lead_words(x) for x in rows["lead"]],
        "y": tidy(rows[column].to_numpy(float)), "text": [f"{n:,} targets" for n in rows["targets"]],
        "line": {"color": COLOURS[at % 8], "width": 2.4 if at == 0 else 1.6},
        "marker": {"symbol": SYMBOLS[at % 8], "size": 8},
        "hovertemplate": f"{plain(label)}: <b>{value}</b><br>%{{text}}<extra></extra>",
    }  # fmt: skip


def lead_words(lead: str) -> str:
    """``1`` as "1 day", ``7`` as "7 days", ``end`` as it is."""
    return lead if not lead.isdigit() else "1 day" if lead == "1" else f"{lead} days"


def through_time(rows: pd.DataFrame, truth: pd.DataFrame, label: str) -> dict[str, Any]:
    """What was said of each day at one lead, as medians with bars of nine in ten, over what was counted."""
    style = look("people", dates=True)
    median = rows["median"].to_numpy(float)
    bars = {
        "type": "data", "symmetric": False, "color": BLUE[1][0], "thickness": 3, "width": 0,
        "array": tidy(rows["q950"].to_numpy(float) - median), "arrayminus": tidy(median - rows["q050"].to_numpy(float)),
    }  # fmt: skip
    counted = {
        "type": "scatter", "mode": "lines+markers", "name": "counted", "x": _days(truth["day"]),
        "y": tidy(truth["value"].to_numpy(float)), "line": {"color": "#111111", "width": 1}, "marker": {"size": 4},
        "hovertemplate": "<b>%{y:,}</b> counted<extra></extra>",
    }  # fmt: skip
    said = {
        "type": "scatter", "mode": "markers", "name": plain(label), "x": _days(rows["day"]), "y": tidy(median),
        "error_y": bars, "marker": {"color": BLUE[0], "size": 8, "symbol": "diamond"},
        "hovertemplate": f"{plain(label)}: <b>%{{y:,.3r}}</b><extra></extra>",
    }  # fmt: skip
    return {"data": [counted, said], "layout": style}


def _days(days: pd.Series) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in pd.to_datetime(days)]
