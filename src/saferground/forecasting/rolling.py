"""Forecasters set back to days in the past, and scored on what followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.errors import UsageError
from saferground.forecasting import scores as rules
from saferground.forecasting import skill
from saferground.forecasting.baselines import BASELINES, ONLY_END, Forecaster
from saferground.forecasting.own import OwnForecast, own_forecasts, own_samples
from saferground.forecasting.targets import (
    COLUMNS,
    END,
    LEADS,
    OWN,
    PLACE,
    Origins,
    own_targets,
    regular_origins,
    spread_origins,
    targets,
    usable,
)
from saferground.scenario import Scenario

MODEL = "saferground"
"""Name of the model's own forecaster in the tables."""
MEMBERS = 500
RISE = 1.1
"""A target rises when it comes to exceed this times its last known value."""
QUANTILE_COLUMNS = tuple(f"q{round(1000 * level):03d}" for level in rules.LEVELS)
"""Columns of the 23 quantiles in a table of forecasts: q010 is the 1 % quantile, q975 the 97.5 % one."""
Progress = Callable[[str, int], None]
"""Called with the name of a forecaster and how many of its origins are done."""


@dataclass(frozen=True, eq=False)
class Scores:
    """What came of scoring one scenario or several; frames as the modules ``targets``, ``skill`` and this one say.

    Attributes:
        targets: one row a target.
        scores: one row a target and forecaster: the target's columns, ``forecaster``, ``own`` (a user's), ``members``,
            ``median``, ``error`` (distance of the median from the truth), ``crps``, ``wis``, ``inside_50``,
            ``inside_90``, ``bias``, ``chance_capacity``, ``brier_capacity``, ``chance_rise``, ``brier_rise`` and the
            quantiles ``q010`` to ``q990``; people, shares and chances.
        shares: one row an origin, lead and forecaster: ``places`` (how many), ``share_error``.
        by_lead: means and skill of each scenario, kind of series and lead.
        pooled: the same over all scenarios.
        counted: the same on those targets alone whose day was counted, without those between two counts.
        split: mean share error of each scenario and lead.
        own: a user's own forecasts beside the others on the same targets.
        notes: what was left out and why.
    """

    targets: pd.DataFrame
    scores: pd.DataFrame
    shares: pd.DataFrame
    by_lead: pd.DataFrame
    pooled: pd.DataFrame
    counted: pd.DataFrame
    split: pd.DataFrame
    own: pd.DataFrame
    notes: tuple[str, ...]


def default_forecasters() -> dict[str, Forecaster]:
    """The model's own forecaster, where this version has one, and every baseline, by name."""
    learned = "saferground.forecasting.counts"
    model = {MODEL: import_module(learned).forecast_counts} if find_spec(learned) else {}
    return {**model, **BASELINES}


def score(
    scenario: Scenario,
    origins: int | Sequence[date] | None = None,
    leads: Sequence[int | str] = LEADS,
    members: int = MEMBERS,
    seed: int = 1,
    *,
    forecasters: Mapping[str, Forecaster] | None = None,
    progress: Progress | None = None,
) -> Scores:
    """Score forecasts made from days in the past on what was counted afterwards, beside simple baselines.

    Parameters
    ----------
    scenario : with its whole record of counts; each forecast sees only what was public at its origin
    origins : days from which to forecast, or how many of the regular grid, spread evenly; default: every 14 days
    leads : days ahead, and "end" for the end of the period
    members : of each forecast, at least 2
    seed : of all random numbers, at least 0
    forecasters : by name; default: the model's own and every baseline
    progress : called with a forecaster's name and the number of its origins done

    Returns
    -------
    ``Scores``: the targets, the scores of each, and tables of means and skill with the number of targets.

    Raises
    ------
    UsageError
        An argument cannot be used.
    """
    _check(origins, leads, members, seed)
    chosen = default_forecasters() if forecasters is None else dict(forecasters)
    grid = _origins(scenario, origins)
    mine, notes = own_forecasts(scenario)
    made = usable(scenario, [one.made for one in mine])
    mine = [one for one in mine if one.made in made.days]
    asked = own_targets(scenario, [(one.series, one.made, one.day) for one in mine])
    wanted = pd.concat([targets(scenario, grid.days, leads), asked], ignore_index=True)
    rows, shares = _run(scenario, chosen, wanted, members, seed, progress or (lambda name, done: None))
    rows += [_own(wanted, one, members) for one in mine]
    open_yet = _unanswered(scenario.name, asked, mine)
    return gathered(wanted, rows, shares, (*grid.notes, *made.notes, *notes, *open_yet), seed)


def gathered(
    wanted: pd.DataFrame, rows: Sequence[pd.DataFrame], shares: Sequence[dict], notes: Sequence[str], seed: int
) -> Scores:
    """Put scores together and work out the tables of means."""
    every = pd.concat([_no_scores(), *rows], ignore_index=True) if rows else _no_scores()
    split = pd.DataFrame(shares, columns=["scenario", "origin", "lead", "forecaster", "places", "share_error"])
    return Scores(
        wanted, every, split, skill.by_lead(every, seed), skill.pooled(every, seed),
        skill.pooled(every[~every["interpolated"].astype(bool)], seed), skill.split_by_lead(split),
        skill.own_against_others(every), tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def together(parts: Sequence[Scores], seed: int = 1) -> Scores:
    """The scores of several scenarios as one record, with the tables over all of them."""
    shares = pd.concat([part.shares for part in parts], ignore_index=True).to_dict("records")
    wanted = pd.concat([part.targets for part in parts], ignore_index=True)
    notes = [note for part in parts for note in part.notes]
    return gathered(wanted, [part.scores for part in parts], shares, notes, seed)


def _check(origins: int | Sequence[date] | None, leads: Sequence[int | str], members: int, seed: int) -> None:
    wrong = [lead for lead in leads if lead != END and not (isinstance(lead, int) and lead >= 1)]
    if wrong or not leads:
        raise UsageError(f"got leads {list(leads)}; expected whole days from 1 on, or 'end'. Change them.")
    if members < 2 or seed < 0:
        raise UsageError(f"got members={members}, seed={seed}; expected members >= 2 and seed >= 0. Change them.")
    if isinstance(origins, int) and origins < 1:
        raise UsageError(f"got {origins} origins; expected at least 1. Change the number.")


def _origins(scenario: Scenario, origins: int | Sequence[date] | None) -> Origins:
    if origins is None:
        return regular_origins(scenario)
    if isinstance(origins, int):
        return spread_origins(scenario, origins)
    return usable(scenario, origins)


def _run(
    scenario: Scenario,
    forecasters: Mapping[str, Forecaster],
    wanted: pd.DataFrame,
    members: int,
    seed: int,
    progress: Progress,
) -> tuple[list[pd.DataFrame], list[dict]]:
    """Scores and share errors of each forecaster at each origin that has targets."""
    rows: list[pd.DataFrame] = []
    shares: list[dict] = []
    if wanted.empty:
        return rows, shares
    by_origin = {pd.Timestamp(str(origin)).date(): group for origin, group in wanted.groupby("origin")}
    days = int(wanted["days"].max())
    for name, forecaster in forecasters.items():
        ahead = forecaster(scenario, tuple(by_origin), days, members, seed)
        for done, (origin, forecast) in enumerate(zip(by_origin, ahead, strict=True), start=1):
            scored = _scored(by_origin[origin], forecast, name)
            rows.append(scored)
            shares += _shares(scored)
            progress(name, done)
    return rows, shares


def _scored(wanted: pd.DataFrame, forecast: xr.Dataset, name: str) -> pd.DataFrame:
    """The scores of one forecast on those targets of its origin that it speaks of."""
    if forecast.attrs.get(ONLY_END):
        wanted = wanted[wanted["lead"].eq(END)]
    series = forecast.indexes["series"].get_indexer(pd.Index(wanted["series"], dtype=object))
    day = forecast.indexes["time"].get_indexer(pd.DatetimeIndex(wanted["day"]))
    there = (series >= 0) & (day >= 0)
    count = forecast["count"].transpose("member", "series", "time").values
    samples = count[:, series[there], day[there]].T.astype(float)
    sound = ~np.isnan(samples).any(axis=1)
    return score_rows(wanted[there][sound], samples[sound], name)


def score_rows(wanted: pd.DataFrame, samples: NDArray[np.float64], name: str, own: bool = False) -> pd.DataFrame:
    """The targets with the scores of a forecaster's samples (target, member)."""
    truth = wanted["truth"].to_numpy(float)
    quantiles = rules.quantiles_of(samples)
    capacity, rise = wanted["capacity"].to_numpy(float), RISE * wanted["last"].to_numpy(float)
    full, more = rules.chance_above(samples, capacity), rules.chance_above(samples, rise)
    median = quantiles[:, rules.MEDIAN]
    columns = {
        "forecaster": name, "own": own, "members": samples.shape[1], "median": median, "error": np.abs(median - truth),
        "crps": rules.crps(samples, truth), "wis": rules.wis(quantiles, truth),
        "inside_50": rules.covered(quantiles, truth, 0.5), "inside_90": rules.covered(quantiles, truth, 0.9),
        "bias": rules.bias(samples, truth), "chance_capacity": full,
        "brier_capacity": rules.brier(full, truth > capacity),
        "chance_rise": more, "brier_rise": rules.brier(more, truth > rise),
        **dict(zip(QUANTILE_COLUMNS, quantiles.T, strict=True)),
    }  # fmt: skip
    return wanted.assign(**columns)


def _no_scores() -> pd.DataFrame:
    none = pd.DataFrame({name: pd.Series(dtype=float) for name in COLUMNS})
    return score_rows(none, np.empty((0, 2)), "")


def _shares(scored: pd.DataFrame) -> list[dict]:
    """Error of the split over the places where people are, for each lead at which there are two or more."""
    places = scored[scored["what"].eq(PLACE) & scored["measures"].eq("present") & scored["lead"].ne(OWN)]
    return [
        {
            "scenario": rows["scenario"].iloc[0], "origin": rows["origin"].iloc[0], "lead": lead,
            "forecaster": rows["forecaster"].iloc[0], "places": len(rows),
            "share_error": rules.share_error(rows["median"], rows["truth"]),
        }
        for lead, rows in places.groupby("lead", sort=False)
        if len(rows) > 1
    ]  # fmt: skip


def _unanswered(scenario: str, asked: pd.DataFrame, mine: Sequence[OwnForecast]) -> list[str]:
    """A note on each own forecast of a day whose count is not known, or of a series of which nothing was yet."""
    there = set(zip(asked["series"], asked["origin"], asked["day"], strict=True))
    missing = [one for one in mine if (one.series, pd.Timestamp(one.made), pd.Timestamp(one.day)) not in there]
    return [
        f"{scenario}: {one.name}, {one.series} on {one.day}: no count to score it on, or none known then"
        for one in missing
    ]


def _own(wanted: pd.DataFrame, mine: OwnForecast, members: int) -> pd.DataFrame:
    same = (
        wanted["lead"].eq(OWN)
        & wanted["series"].eq(mine.series)
        & wanted["origin"].eq(pd.Timestamp(mine.made))
        & wanted["day"].eq(pd.Timestamp(mine.day))
    )
    rows = wanted[same]
    return score_rows(rows, np.tile(own_samples(mine, members), (len(rows), 1)), mine.name, own=True)
