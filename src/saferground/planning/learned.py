"""What a forecast learned from counts, as small tables; every function takes one that did (``has_learned``).

Columns ``q05`` to ``q95`` are quantiles over the members. A series of counts goes by its key: its name in counts.csv,
and after an ``@`` the place where it was counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from saferground.model.params import from_scores
from saferground.observation import Series, observed
from saferground.planning.members import LEVELS, quantiles
from saferground.scenario.columns import PARAMETERS

if TYPE_CHECKING:
    from saferground.scenario import Scenario

CHANGED = 0.5
"""Chance from which a source is taken to have changed what it covers."""
_POINTS = ("q05", "q50", "q95")
_SCORES = np.array([-1.6448536269514722, 0.0, 1.6448536269514722])
_SAME = ["series", "kind", "start", "end"]
_RECORDS = [*_SAME, "measures", "low", "high", "source", "published"]


def has_learned(forecast: xr.Dataset) -> bool:
    """Whether the forecast was fitted to counts."""
    return "count_ahead" in forecast


def place_of(key: str) -> str:
    """Id of the place where a series was counted; "" for the whole scenario."""
    return key.partition("@")[2]


def known_series(scenario: Scenario) -> dict[str, Series]:
    """The series of counts known at the as-of date, by key."""
    as_of = scenario.settings.as_of
    return {one.key: one.known(as_of) for one in observed(scenario.known())}


def counts_heard(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """Each count that was heard, in order of its last day.

    ``series``, ``place``, ``measures``, ``kind`` (level, total or rate), ``start``, ``end``, ``value``, ``low`` and
    ``high`` (what its wording allows), ``said_q05`` ... ``said_q95`` (what it would have been by the model, before it
    was heard), ``unit`` of these, ``jump`` (chance of a change of coverage), ``believed`` (share of its weight),
    ``source`` and ``published``.
    """
    names = {f"heard_{name}": name for name in ("series", "kind", "start", "end", "value", "jump", "believed")}
    heard = pd.DataFrame({name: forecast[variable].values for variable, name in names.items()})
    said = pd.DataFrame(forecast["heard_said"].values, columns=[f"said_{point}" for point in _POINTS])
    records = [one.records.assign(series=key, measures=one.measures) for key, one in known_series(scenario).items()]
    known = pd.concat(records)[_RECORDS].drop_duplicates(_SAME)
    unit = np.where(heard["kind"] == "rate", "people/day", "people")
    table = heard.join(said).assign(unit=unit, place=heard["series"].map(place_of))
    return table.merge(known, "left", on=_SAME)


def sources(forecast: xr.Dataset) -> pd.DataFrame:
    """Each series that was heard: ``series``, ``place``, ``counts`` heard, ``ratio_q05`` ... (what it says over what
    the model holds true), ``error`` (usual error of one count, as a share) and ``changes`` of coverage."""
    ratio = pd.DataFrame(forecast["source_ratio"].values, columns=[f"ratio_{point}" for point in _POINTS])
    changed = pd.Series(forecast["heard_series"].values[forecast["heard_jump"].values > CHANGED]).value_counts()
    keys = forecast["source"].values.astype(str)
    plain = {
        "series": keys, "place": [place_of(key) for key in keys], "counts": forecast["source_counts"].values,
        "error": np.expm1(forecast["source_spread"].values),
        "changes": changed.reindex(keys, fill_value=0).to_numpy("int64"),
    }  # fmt: skip
    return pd.DataFrame(plain).join(ratio)


def parameters_moved(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """Each parameter that has a prior, the farthest moved first: ``parameter``, ``meaning``, ``unit``, ``prior_q05``
    ..., ``q05`` ... (now), and ``moved``, how far its mean went in standard deviations of the prior."""
    spread = quantiles(forecast["parameter_value"], (0.05, 0.5, 0.95)).values
    now = pd.DataFrame(spread, forecast["parameter"].values, list(_POINTS))
    moved = pd.Series(forecast["parameter_moved"].values, now.index, name="moved")
    free = [name for name in now.index if scenario.parameters[name].form != "fixed"]
    priors = {name: scenario.parameters[name] for name in free}
    before = from_scores(priors, np.tile(_SCORES[:, None], len(free)))
    prior = pd.DataFrame({name: before[name] for name in free}, [f"prior_{point}" for point in _POINTS]).T
    words = pd.DataFrame({
        name: {"meaning": PARAMETERS[name].meaning if name in PARAMETERS else prior.note, "unit": prior.unit}
        for name, prior in priors.items()
    }).T  # fmt: skip
    table = pd.concat([words, prior, now.loc[free], moved.loc[free]], axis=1).reset_index(names="parameter")
    return table.sort_values("moved", key=lambda one: -one.abs(), kind="stable", ignore_index=True)


def counts_ahead(forecast: xr.Dataset) -> pd.DataFrame:
    """What each series that is forecast will say at the end of each day ahead: ``series``, ``place``, ``date``,
    ``q05`` ... ``q95``; people."""
    spread = quantiles(forecast["count_ahead"], LEVELS).transpose("series", "day_ahead", "quantile")
    keys, days = forecast["series"].values.astype(str), forecast["day_ahead"].values
    names = [f"q{round(100 * level):02d}" for level in LEVELS]
    table = pd.DataFrame(spread.values.reshape(-1, len(names)), columns=names)
    where = {"series": np.repeat(keys, len(days)), "date": np.tile(days, len(keys))}
    return pd.concat([pd.DataFrame(where), table], axis=1).assign(place=lambda one: one["series"].map(place_of))


def forecasters(forecast: xr.Dataset) -> pd.DataFrame:
    """How far each forecaster of each series is believed: ``series``, ``place``, ``forecaster``, ``share``."""
    weight = forecast["forecaster_weight"].transpose("series", "forecaster")
    keys, names = weight["series"].values.astype(str), weight["forecaster"].values.astype(str)
    where = {"series": np.repeat(keys, len(names)), "forecaster": np.tile(names, len(keys))}
    return pd.DataFrame(where).assign(share=weight.values.ravel(), place=lambda one: one["series"].map(place_of))
