"""What was learned from counts as labelled variables, so that it is stored, tabulated and drawn with the forecast."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from saferground.assimilation import Posterior
from saferground.axes import LEARNED_VARIABLES
from saferground.forecasting.follow import FORECASTERS
from saferground.forecasting.outlook import Outlook

BELIEVED = 14
"""Days ahead at which the weights of the forecasters are told."""
LEVELS = ("q05", "q50", "q95")


def learned(posterior: Posterior, found: Outlook) -> xr.Dataset:
    """The variables of ``axes.LEARNED_VARIABLES``, and in ``doubts`` why the fit should not be trusted, if so."""
    heard, sources = posterior.counts(), posterior.sources()
    count = found.counts["count"]
    values: dict[str, Any] = {
        "count_ahead": count.values,
        "forecaster_weight": found.following.weights(np.array([BELIEVED]))[found.following.ready, :, 0],
        "heard_value": heard["value"],
        "heard_said": heard[[f"said_{level}" for level in LEVELS]],
        "heard_jump": heard["jump"],
        "heard_believed": heard["believed"],
        "source_ratio": sources[[f"ratio_{level}" for level in LEVELS]],
        "source_spread": sources["spread"],
        "source_counts": sources["counts"],
        "parameter_moved": posterior.filtered.scores.mean(axis=0),
    }
    coords: dict[str, Any] = {
        "series": count["series"].values.astype(str),
        "day_ahead": count["time"].values.astype("datetime64[s]"),
        "forecaster": list(FORECASTERS),
        "level": list(LEVELS),
        "heard_series": ("heard", heard["series"].to_numpy(str)),
        "heard_kind": ("heard", heard["kind"].to_numpy(str)),
        "heard_start": ("heard", heard["start"].to_numpy("datetime64[s]")),
        "heard_end": ("heard", heard["end"].to_numpy("datetime64[s]")),
        "source": sources["series"].to_numpy(str),
        "source_place": ("source", sources["place"].to_numpy(str)),
        "parameter": list(posterior.model.priors),
    }
    variables = {
        name: (
            (("member",) if name == "count_ahead" else ()) + about.dims,
            np.asarray(values[name]).astype(about.dtype),
            {"units": about.unit, "long_name": about.meaning},
        )
        for name, about in LEARNED_VARIABLES.items()
    }
    return xr.Dataset(variables, coords, {})
