"""From the scores of single targets to tables: means, the best baseline, and skill with its uncertainty over origins.

The best baseline is chosen after the fact for each scenario, kind of series and lead: the hardest opponent, which
nobody could have picked in advance. Forecasters are compared on the targets that both forecast. Skill is 1 minus the
ratio of the summed weighted interval scores; its interval is of a circular block bootstrap over origins, since errors
at neighbouring origins go together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.forecasting.baselines import BASELINES
from saferground.forecasting.targets import END, OWN

Array = NDArray[np.float64]
TARGET = ["scenario", "series", "origin", "lead", "day"]
"""Columns that together name a target."""
GROUP = ["scenario", "what", "lead"]
DRAWS = 1000
LEAST_ORIGINS = 4
"""Origins below which nothing is said on the uncertainty of a skill."""
MEANS = {
    "wis": "wis", "crps": "crps", "error": "error", "coverage_50": "inside_50", "coverage_90": "inside_90",
    "bias": "bias", "brier_capacity": "brier_capacity", "brier_rise": "brier_rise",
}  # fmt: skip
"""Columns of the tables, each the mean of a column of the scores."""


def by_lead(scores: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """One row a scenario, kind of series, lead and forecaster, compared with the best baseline there.

    Columns: those of ``GROUP``, ``forecaster``, ``targets`` and ``origins`` (how many), the means of ``MEANS``,
    ``best`` (name of the best baseline), ``shared`` (targets that both forecast), ``relative`` (ratio of mean WIS on
    those, below 1 is better than the best baseline), ``skill`` (1 - relative), ``skill_low`` and ``skill_high`` (90 %
    interval, NaN below 4 origins).
    """
    rows = []
    for key, group in _plain(scores).groupby(GROUP, sort=False):
        best = _best(group)
        for name, mine in group.groupby("forecaster", sort=False):
            named = dict(zip(GROUP, key, strict=True))
            rows.append({**named, **_row(str(name), mine, [_pairs(mine, group, best)], seed), "best": best})
    return _ordered(pd.DataFrame(rows, columns=[*GROUP, *_COLUMNS, "best"]))


def pooled(scores: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """One row a kind of series, lead and forecaster over all scenarios.

    Columns as of ``by_lead`` without ``scenario`` and ``best``: sums of people over all targets, against the best
    baseline of each scenario, so that large crises weigh most; and ``scenarios`` (how many), ``relative_scaled`` (mean
    over scenarios of the ratio to the best baseline there, so that each weighs the same).
    """
    rows = []
    for (what, lead), group in _plain(scores).groupby(["what", "lead"], sort=False):
        crises = {name: (one, _best(one)) for name, one in group.groupby("scenario", sort=False)}
        for name, mine in group.groupby("forecaster", sort=False):
            pairs = [_pairs(rows_, *crises[where]) for where, rows_ in mine.groupby("scenario", sort=False)]
            scaled = float(pd.Series([_ratio(pair) for pair in pairs]).mean())
            more = {"scenarios": len(pairs), "relative_scaled": scaled}
            rows.append({"what": what, "lead": lead, **_row(str(name), mine, pairs, seed), **more})
    return _ordered(pd.DataFrame(rows, columns=["what", "lead", *_COLUMNS, "scenarios", "relative_scaled"]))


def split_by_lead(shares: pd.DataFrame) -> pd.DataFrame:
    """Mean ``share_error`` (share of people forecast at the wrong place) by scenario, lead and forecaster."""
    grouped = shares.groupby(["scenario", "lead", "forecaster"], sort=False)
    means = grouped.agg(origins=("origin", "nunique"), places=("places", "mean"), share_error=("share_error", "mean"))
    return _ordered(means.reset_index())


def own_against_others(scores: pd.DataFrame) -> pd.DataFrame:
    """A user's own forecasts beside every other forecaster, each on the targets that both forecast.

    Columns: ``scenario``, ``own`` (whose), ``forecaster`` (beside whom), ``shared`` (targets), ``own_wis`` and ``wis``
    (means on those), ``own_inside_90``. The row of ``forecaster`` equal to ``own`` covers all of the author's targets.
    """
    mine = scores[scores["lead"].eq(OWN)]
    rows = []
    for (scenario, author), one in mine[mine["own"]].groupby(["scenario", "forecaster"], sort=False):
        for name, other in mine[mine["scenario"].eq(str(scenario))].groupby("forecaster", sort=False):
            both = one.merge(other.drop_duplicates(TARGET), on=TARGET, suffixes=("", "_other"))
            if len(both):
                means = both["wis"].mean(), both["wis_other"].mean(), both["inside_90"].mean()
                rows.append([scenario, author, name, len(both), *means])
    return pd.DataFrame(rows, columns=["scenario", "own", "forecaster", "shared", "own_wis", "wis", "own_inside_90"])


_COLUMNS = ("forecaster", "targets", "origins", *MEANS, "shared", "relative", "skill", "skill_low", "skill_high")


def _plain(scores: pd.DataFrame) -> pd.DataFrame:
    return scores[scores["lead"].ne(OWN)]


def _best(group: pd.DataFrame) -> str:
    """The baseline with the lowest mean among those that forecast every target of the group; "" without any."""
    count = len(group.drop_duplicates(TARGET))
    rows = group[group["forecaster"].isin(list(BASELINES))].groupby("forecaster")["wis"].agg(["size", "mean"])
    full = rows.loc[[name for name in BASELINES if name in rows.index and rows.loc[name, "size"] == count], "mean"]
    return str(full.idxmin()) if len(full) else ""


def _pairs(mine: pd.DataFrame, group: pd.DataFrame, best: str) -> pd.DataFrame:
    """Sums over the shared targets of each origin, in order: ``mine``, ``best``, ``count``; and ``days`` ahead."""
    other = group[group["forecaster"].eq(best)]
    both = mine.merge(other[[*TARGET, "wis"]], on=TARGET, suffixes=("", "_best"))
    sums = both.groupby("origin").agg(
        mine=("wis", "sum"), best=("wis_best", "sum"), count=("wis", "size"), days=("days", "max")
    )
    return sums.sort_index()


def _row(name: str, mine: pd.DataFrame, pairs: Sequence[pd.DataFrame], seed: int) -> dict[str, object]:
    ratio = _ratio(*pairs)
    low, high = interval(pairs, seed)
    return {
        "forecaster": name, "targets": len(mine), "origins": mine[["scenario", "origin"]].drop_duplicates().shape[0],
        **{column: mine[source].mean() for column, source in MEANS.items()},
        "shared": int(sum(pair["count"].sum() for pair in pairs)), "relative": ratio, "skill": 1.0 - ratio,
        "skill_low": low, "skill_high": high,
    }  # fmt: skip


def _ratio(*pairs: pd.DataFrame) -> float:
    """Summed WIS over that of the best baseline; 1 where neither erred."""
    mine, best = (float(sum(pair[name].sum() for pair in pairs)) for name in ("mine", "best"))
    if best > 0:
        return mine / best
    return 1.0 if mine == 0 and any(len(pair) for pair in pairs) else float("nan")


def interval(pairs: Sequence[pd.DataFrame], seed: int) -> tuple[float, float]:
    """5 and 95 % points of the skill when blocks of origins are drawn anew within each scenario.

    ``pairs`` has for each scenario one row an origin, as of ``_pairs``. NaN where fewer than four origins are in all.
    """
    if sum(len(pair) for pair in pairs) < LEAST_ORIGINS:
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    sums = [_resampled(pair, rng) for pair in pairs if len(pair)]
    mine, best = (np.sum([one[i] for one in sums], axis=0) for i in (0, 1))
    skill = 1.0 - np.divide(mine, best, out=np.full(DRAWS, np.nan), where=best > 0)
    if np.isnan(skill).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(skill, [0.05, 0.95])
    return float(low), float(high)


def _resampled(pair: pd.DataFrame, rng: np.random.Generator) -> tuple[Array, Array]:
    """Sums over resampled origins, one a draw."""
    count, length = len(pair), block_length(pair)
    starts = rng.integers(0, count, (DRAWS, -(-count // length)))
    at = ((starts[..., None] + np.arange(length)) % count).reshape(DRAWS, -1)[:, :count]
    return pair["mine"].to_numpy(float)[at].sum(axis=1), pair["best"].to_numpy(float)[at].sum(axis=1)


def block_length(pair: pd.DataFrame) -> int:
    """Origins in a block: as many as the lead spans, at least the cube root of their number, at most half of them."""
    count = len(pair)
    gaps = np.diff(pair.index.to_numpy().astype("datetime64[D]").astype(int))
    spanned = float(pair["days"].max()) / np.median(gaps) if len(gaps) else 1.0
    return int(max(min(max(np.ceil(spanned), np.ceil(count ** (1 / 3))), count // 2), 1))


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by scenario, totals first, lead in days with the end last, forecasters as they came."""
    keys = {name: i for i, name in enumerate(dict.fromkeys(table["forecaster"]))}
    by = [name for name in ("scenario", "what", "lead", "forecaster") if name in table]

    def rank(column: pd.Series) -> pd.Series:
        if column.name == "forecaster":
            return column.map(keys)
        if column.name == "lead":
            return column.map(lead_order)
        return column.map({"total": "0"}).fillna(column) if column.name == "what" else column

    return table.sort_values(by, key=rank, kind="stable", ignore_index=True) if len(table) else table


def lead_order(lead: str) -> float:
    """Where a lead stands in a table: by days, then the end, then a user's own."""
    return {END: 1e6, OWN: 2e6}.get(lead) or float(lead)


def leads_in_order(leads: Iterable[str]) -> list[str]:
    """Each lead once, the end last."""
    return sorted(set(leads), key=lead_order)
