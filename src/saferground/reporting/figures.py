"""Numbers -> Plotly figures, as the plain data that plotly.js draws. Nothing is read or written here.

Figures are dicts rather than ``plotly.graph_objects`` because a page holds a hundred of them and checking each at run
time takes longer than the forecast's quantiles; the tests check them against Plotly's schema instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import numpy as np

from saferground.reporting.fans import YEAR, Fan

INK, MUTED, GRID = "#1d2b36", "#5c6b77", "#e3e8ec"
Colour = tuple[str, str]
"""A colour ahead, and its paler form for the run-up."""
Palette = tuple[str, Colour, Colour]
"""Colours of the median, of the half in the middle, and of nine in ten."""
BLUE: Palette = ("#0b4f80", ("#8fbbd9", "#dbe7f1"), ("#cfe2f0", "#eef4f9"))
OCHRE: Palette = ("#8a5300", ("#f2cf85", "#faedd1"), ("#fae9c6", "#fdf7eb"))
LIMIT = "#c8420a"
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross", "x", "pentagon", "star")
DAY_MS = 86_400_000
MANY = 100
"""Counts of one series from which they are drawn smaller."""
LEAST = 5.0
"""Upper end of a chart on which nothing happens."""


@dataclass(frozen=True)
class Point:
    """A count on a chart."""

    day: date
    value: float
    low: float | None
    high: float | None
    series: str
    source: str


@dataclass(frozen=True)
class Said:
    """What the model would have said of a count: median and 90 % range, people."""

    day: date
    low: float
    middle: float
    high: float


def plain(text: str) -> str:
    """Text that Plotly shows as it is: its labels understand a subset of HTML."""
    return escape(text, quote=False)


def tidy(values: np.ndarray) -> list[float | None]:
    """Values to three significant digits for a page; None where missing."""
    exact = np.asarray(values, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(exact))) - 2)
        cut = np.where(exact == 0, 0.0, np.round(exact / unit) * unit)
    return [None if v != v else int(v) if v.is_integer() else round(v, 9) for v in cut.tolist()]


def daily(days: Sequence[date], values: np.ndarray, **style: Any) -> dict[str, Any]:
    """A line over evenly spaced days."""
    gap = (days[1] - days[0]).days if len(days) > 1 else 1
    start = {"type": "scatter", "x0": days[0].isoformat(), "dx": gap * DAY_MS}
    return {**start, "y": tidy(values), "mode": "lines", **style}


def _band(days: Sequence[date], as_of: int, low: np.ndarray, high: np.ndarray, colour: Colour) -> list[dict[str, Any]]:
    """The area between two levels, paler up to the as-of date."""
    full, _ = colour
    quiet = {"hoverinfo": "skip", "line": {"width": 0, "color": full}}
    shade = {"type": "horizontal", "colorscale": _steps(as_of, np.flatnonzero(~np.isnan(high)), colour)}
    fill = {"fill": "tonexty", "fillcolor": full, "fillgradient": shade}
    return [daily(days, low, **quiet), daily(days, high, **quiet, **fill)]


def _steps(as_of: int, known: np.ndarray, colour: Colour) -> list[list[Any]]:
    """Pale, then full, over the days that have values: Plotly stretches the steps over those."""
    full, pale = colour
    if len(known) < 2 or as_of <= known[0]:
        return [[0, full], [1, full]]
    edge = min(float((as_of - known[0]) / (known[-1] - known[0])), 1.0)
    return [[0, pale], [edge, pale], [edge, full], [1, full]]


def _median(days: Sequence[date], fan: Fan, colour: str, digits: str) -> dict[str, Any]:
    ranges = [tidy(level) for level in fan.values[[0, 1, 3, 4]]]
    number = [f"%{{customdata[{i}]:{digits}}}" for i in range(4)]
    text = (
        f"<b>%{{y:{digits}}} {plain(fan.unit)}</b><br>half of the futures: {number[1]} to {number[2]}"
        f"<br>nine in ten: {number[0]} to {number[3]}<extra></extra>"
    )
    line = {"color": colour, "width": 2.2, "shape": "linear"}
    return daily(
        days, fan.middle, line=line, customdata=[list(row) for row in zip(*ranges, strict=True)], hovertemplate=text
    )


def _limit(days: Sequence[date], ceiling: np.ndarray) -> dict[str, Any]:
    line = {"color": LIMIT, "width": 2, "dash": "6px,3px", "shape": "hv"}
    return daily(days, ceiling, line=line, hovertemplate="capacity %{y:,} people<extra></extra>")


def series_of(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Counts as marks, one symbol a series."""
    series = list(dict.fromkeys(point.series for point in points))
    return [_one_series([p for p in points if p.series == name], SYMBOLS[i % 8]) for i, name in enumerate(series)]


def _one_series(points: Sequence[Point], symbol: str) -> dict[str, Any]:
    text = [f"{plain(p.series)}<br>{plain(p.source)}" for p in points]
    up = [0 if p.high is None else max(p.high - p.value, 0) for p in points]
    down = [0 if p.low is None else max(p.value - p.low, 0) for p in points]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [p.day.isoformat() for p in points],
        "y": [p.value for p in points],
        "text": text,
        "marker": {
            "symbol": symbol,
            "size": 9 if len(points) < MANY else 5,
            "color": "#111111",
            "line": {"color": "#ffffff", "width": 1.2 if len(points) < MANY else 0.5},
        },
        "error_y": {"type": "data", "array": up, "arrayminus": down, "color": "#111111", "thickness": 1.2, "width": 3},
        "hovertemplate": "<b>%{y:,}</b> counted<br>%{text}<extra></extra>",
    }


def _said(said: Sequence[Said]) -> list[dict[str, Any]]:
    """What the model would have said, as upright bars with a tick at the median."""
    if not said:
        return []
    low, middle, high = (tidy(np.array([getattr(one, name) for one in said])) for name in ("low", "middle", "high"))
    base = {"type": "scatter", "x": [one.day.isoformat() for one in said], "y": middle, "mode": "markers"}
    spread = {
        "type": "data", "array": [one.high - one.middle for one in said],
        "arrayminus": [one.middle - one.low for one in said], "color": OCHRE[1][0], "thickness": 8, "width": 0,
    }  # fmt: skip
    text = "<b>%{y:,.2r}</b> the model would have said<br>nine in ten: %{customdata[0]:,.2r} to %{customdata[1]:,.2r}"
    tick = {"symbol": "line-ew", "size": 13, "color": OCHRE[0], "line": {"width": 3, "color": OCHRE[0]}}
    told = {
        "customdata": [list(ends) for ends in zip(low, high, strict=True)],
        "hovertemplate": f"{text}<extra></extra>",
    }
    return [{**base, "marker": tick, "error_y": spread, **told}]


def _planned(last: date, planned: Sequence[tuple[str, float, float]]) -> list[dict[str, Any]]:
    """Planning figures as upright bars behind the last day."""
    traces = []
    for i, (label, low, high) in enumerate(planned):
        day = date.fromordinal(last.toordinal() + 2 + 2 * i).isoformat()
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": [day, day],
                "y": [low, high],
                "line": {"color": OCHRE[0], "width": 6},
                "marker": {"symbol": "diamond", "size": 12, "color": OCHRE[0]},
                "hovertemplate": f"{plain(label)}<br><b>%{{y:,}}</b><extra>planning figure</extra>",
            }
        )
    return traces


def _as_of(days: Sequence[date], as_of: int) -> dict[str, Any]:
    """An upright line at the as-of date."""
    edge = days[as_of].isoformat()
    ends = {"type": "line", "xref": "x", "yref": "paper", "x0": edge, "x1": edge, "y0": 0, "y1": 1}
    return {**ends, "line": {"color": MUTED, "width": 1, "dash": "2px,2px"}}


def layout(
    days: Sequence[date], as_of: int, *, unit: str, right: int = 0, share: bool = False, wide: bool = False
) -> dict[str, Any]:
    """The look that all time charts share: no zoom, days below, the unit above the axis, the as-of date marked."""
    end = date.fromordinal(days[-1].toordinal() + right).isoformat()
    axis = {"fixedrange": True, "linecolor": MUTED, "tickcolor": GRID, "zeroline": False, "automargin": True}
    note = {"showarrow": False, "font": {"size": 11, "color": MUTED}}
    unit_note = {
        "text": plain(unit),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "yanchor": "bottom",
        "xanchor": "left",
    }
    day_note = {
        "text": f"{days[as_of].day} {days[as_of]:%b}",
        "xref": "x",
        "x": days[as_of].isoformat(),
        "yref": "paper",
        "y": 1,
    }
    return {
        "font": {"family": "system-ui, 'Segoe UI', 'Noto Sans', Arial, sans-serif", "size": 12, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 10, "t": 24, "b": 24},
        "showlegend": False,
        "hovermode": "x unified",
        "dragmode": False,
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": GRID, "align": "left"},
        "xaxis": {
            **axis,
            "type": "date",
            "range": [days[0].isoformat(), end],
            "tickformat": "%b\n%Y" if len(days) > YEAR else "%-d %b",
            "tickangle": 0,
            "nticks": 6 if wide else 4,
            "showgrid": False,
            "hoverformat": "%-d %B %Y",
        },
        "yaxis": {
            **axis,
            "rangemode": "tozero",
            "gridcolor": GRID,
            "nticks": 5,
            "tickformat": ".0%" if share else ",",
            "linewidth": 0,
        },
        "shapes": [_as_of(days, as_of)],
        "annotations": [
            {**note, **unit_note},
            *([{**note, **day_note, "yanchor": "bottom", "xanchor": "left"}] if wide and as_of else []),
        ],
    }


def fan_chart(
    days: Sequence[date],
    as_of: int,
    fan: Fan,
    *,
    ceiling: np.ndarray | None = None,
    points: Sequence[Point] = (),
    said: Sequence[Said] = (),
    planned: Sequence[tuple[str, float, float]] = (),
    top: float | None = None,
    wide: bool = False,
    colour: Palette = BLUE,
) -> dict[str, Any]:
    """Median, 50 % and 90 % range by day.

    ``fan`` has one element a day; ``ceiling`` is drawn as a step line (NaN: no limit); ``points`` are counts;
    ``said`` is what the model would have said of them; ``planned`` are (label, low, high) behind the last day; ``top``
    fixes the upper end so that charts compare; ``wide`` has room for more days and the name of the as-of date.
    """
    share = fan.unit == "share"
    low, quarter, _, three, high = fan.values
    data = _band(days, as_of, low, high, colour[2]) + _band(days, as_of, quarter, three, colour[1])
    data.append(_median(days, fan, colour[0], ".0%" if share else ",.2r"))
    if ceiling is not None and not np.isnan(ceiling).all():
        data.append(_limit(days, ceiling))
    data += _said(said) + series_of(points) + _planned(days[-1], planned)
    look = layout(
        days,
        as_of,
        unit="" if share else fan.unit,
        right=2 * len(planned) + 2 if planned else 0,
        share=share,
        wide=wide,
    )
    if share or top is not None:
        look["yaxis"]["range"] = [0, 1.02 if share else top]
    elif np.nanmax(high, initial=0.0) < LEAST and not points and not planned and ceiling is None:
        look["yaxis"]["range"] = [0, LEAST]
    return {"data": data, "layout": look}


def range_chart(rows: Sequence[tuple[str, Fan]], unit: str) -> dict[str, Any]:
    """One line a quantity: dot at the median, thick 50 % and thin 90 % range; the first row on top."""
    data = [trace for name, fan in rows for trace in _range(plain(name), fan)]
    look = {
        "font": {"family": "system-ui, 'Segoe UI', 'Noto Sans', Arial, sans-serif", "size": 12, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 14, "t": 8, "b": 40},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": {
            "fixedrange": True,
            "rangemode": "tozero",
            "gridcolor": GRID,
            "tickformat": ",",
            "nticks": 5,
            "automargin": True,
            "title": {"text": plain(unit), "font": {"size": 11, "color": MUTED}},
            "zeroline": False,
        },
        "yaxis": {
            "fixedrange": True,
            "autorange": "reversed",
            "automargin": True,
            "showgrid": False,
            "ticksuffix": "  ",
        },
    }
    return {"data": data, "layout": look}


def _range(name: str, fan: Fan) -> list[dict[str, Any]]:
    low, quarter, middle, three, high = tidy(fan.values)
    base = {"type": "scatter", "hoverinfo": "skip"}
    text = f"{name}: <b>%{{x:,.2r}}</b><br>nine in ten: {low:,} to {high:,}<extra></extra>"
    return [
        {**base, "mode": "lines", "x": [low, high], "y": [name, name], "line": {"color": BLUE[2][0], "width": 14}},
        {**base, "mode": "lines", "x": [quarter, three], "y": [name, name], "line": {"color": BLUE[1][0], "width": 14}},
        {
            "type": "scatter",
            "mode": "markers",
            "x": [middle],
            "y": [name],
            "hovertemplate": text,
            "marker": {"color": BLUE[0], "size": 10, "symbol": "line-ns", "line": {"width": 3, "color": BLUE[0]}},
        },
    ]


def need_chart(days: Sequence[date], need: Fan, unmet: Fan) -> dict[str, Any]:
    """Need by day with its ranges, and the unmet part below it: area to the median, line at the 90th percentile."""
    low, quarter, _, three, high = need.values
    data = _band(days, 0, low, high, BLUE[2]) + _band(days, 0, quarter, three, BLUE[1])
    data.append(_median(days, need, BLUE[0], ",.2r"))
    label = f"beyond capacity %{{y:,.2r}} {plain(need.unit)}<extra></extra>"
    area = {"fill": "tozeroy", "fillcolor": "rgba(200,66,10,0.35)", "line": {"color": LIMIT, "width": 2}}
    data.append(daily(days, unmet.middle, **area, hovertemplate=label))
    look = layout(days, 0, unit=need.unit)
    return {"data": data, "layout": {**look, "shapes": []}}


OLD: Palette = ("#8a5300", ("rgba(214,140,20,0.30)",) * 2, ("rgba(214,140,20,0.22)",) * 2)
NEW: Palette = ("#0b4f80", ("rgba(47,111,159,0.34)",) * 2, ("rgba(47,111,159,0.26)",) * 2)
"""Palettes through which another fan can be seen."""
FRESH = "#d4007a"


def overlay_chart(
    old: tuple[Sequence[date], Fan],
    new: tuple[Sequence[date], Fan],
    as_of: date,
    points: tuple[Sequence[Point], Sequence[Point]] = ((), ()),
) -> dict[str, Any]:
    """Two forecasts of one quantity, each its days and one element a day: medians and nine in ten futures.

    ``as_of`` is marked; ``points`` are counts that both know, and those that only the new one knows.
    """
    both = (("old", old), ("new", new))
    data = [trace for name, (days, fan) in both if days for trace in _laid(days, fan, name)]
    data += series_of(points[0])
    for trace in series_of(points[1]):
        trace["marker"] |= {"color": FRESH, "size": 11, "symbol": "circle"}
        data.append(trace)
    every = [*old[0], *new[0], as_of, *(point.day for part in points for point in part)]
    days = [date.fromordinal(n) for n in range(min(every).toordinal(), max(every).toordinal() + 1)]
    return {"data": data, "layout": layout(days, days.index(as_of), unit=new[1].unit)}


def _laid(days: Sequence[date], fan: Fan, name: str) -> list[dict[str, Any]]:
    colour = OLD if name == "old" else NEW
    low, _, _, _, high = fan.values
    line = _median(days, fan, colour[0], ",.2r")
    line["line"] |= {"dash": "5px,3px"} if name == "old" else {}
    line["hovertemplate"] = line["hovertemplate"].replace("<b>", f"{name}: <b>", 1)
    return [*_band(days, 0, low, high, colour[2]), line]
