"""Numbers of a journey -> Plotly figures, beside those of ``saferground.reporting.figures``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from saferground.reporting.figures import INK, daily, layout, plain

PLACES = {"camps": "#0b4f80", "towns": "#8fbbd9", "travelling": "#e69f00", "conflict_zones": "#a03a1e"}
"""Colours of where people are: told apart by lightness too."""


@dataclass(frozen=True)
class Layer:
    """One layer of a stack: its name, a value a day, its colour."""

    name: str
    values: np.ndarray
    colour: str


def stack_chart(
    days: Sequence[date], as_of: int, layers: Sequence[Layer], unit: str, counted: np.ndarray
) -> dict[str, Any]:
    """Layers on top of each other by day, the first one at the bottom; the counted total (NaN: none) as a line."""
    data = [_layer(days, one, unit) for one in layers]
    if not np.isnan(counted).all():
        look = {"color": "#111111", "width": 2, "dash": "3px,3px"}
        data.append(
            daily(days, counted, line=look, hovertemplate=f"counted: <b>%{{y:,}}</b> {plain(unit)}<extra></extra>")
        )
    return {"data": data, "layout": layout(days, as_of, unit=unit, wide=True)}


def _layer(days: Sequence[date], layer: Layer, unit: str) -> dict[str, Any]:
    text = f"{plain(layer.name)}: <b>%{{y:,.2r}}</b> {plain(unit)}<extra></extra>"
    look = {"stackgroup": "all", "line": {"width": 0.6, "color": INK}, "fillcolor": layer.colour}
    return daily(days, layer.values, name=plain(layer.name), hovertemplate=text, **look)
