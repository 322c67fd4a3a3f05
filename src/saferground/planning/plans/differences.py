"""What a comparison says, as small tables: how plans differ member by member, which is likely best, and what it costs.

Every difference is that of a plan less the baseline in the same member, and less is better.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.planning.plans.compare import Comparison
from saferground.planning.plans.outcomes import OUTCOMES

Array = NDArray[np.float64]
LEVELS = (0.05, 0.5, 0.95)
POINTS = ("q05", "q50", "q95")
SURE = 2.0
"""Standard errors that a mean must lie from 0 before anything is made of it."""
_ONE_IN_A_MILLION = 1e-6


def outcome_table(comparison: Comparison) -> pd.DataFrame:
    """Each outcome under each plan: ``plan``, ``outcome``, ``unit``, ``mean``, ``q05`` to ``q95`` over the members."""
    return _by_plan(comparison.outcomes, comparison, with_baseline=True)


def difference_table(comparison: Comparison) -> pd.DataFrame:
    """Each plan less the baseline.

    ``mean`` with its standard error ``error`` over the members, ``q05`` to ``q95`` of the difference, ``better``,
    ``same`` and ``worse`` (shares of the members), and ``cost_per_unit``: what the plan costs for each unit of the
    outcome that it saves in the mean; missing where the cost is not known or the mean is not sure (``SURE``).
    """
    every = comparison.outcomes
    table = _by_plan(every - every.isel(plan=0), comparison, with_baseline=False)
    costs = {arm.plan.name: arm.plan.cost for arm in comparison.arms}
    cost = table["plan"].map(costs).astype("float64")
    sure = table["mean"] < -SURE * table["error"]
    return table.assign(cost_per_unit=(cost / -table["mean"]).where(sure))


def _by_plan(values: xr.DataArray, comparison: Comparison, with_baseline: bool) -> pd.DataFrame:
    rows = []
    for arm in comparison.arms[0 if with_baseline else 1 :]:
        for outcome in OUTCOMES:
            mine = values.sel(plan=arm.plan.name, outcome=outcome.name).values
            rows.append([arm.plan.name, arm.plan.title, outcome.name, outcome.unit, *spread(mine), *signs(mine)])
    columns = ["plan", "title", "outcome", "unit", "mean", "error", *POINTS, "better", "same", "worse"]
    table = pd.DataFrame(rows, columns=columns)
    return table.drop(columns=["error", "better", "same", "worse"]) if with_baseline else table


def spread(values: Array) -> list[float]:
    """Mean, its standard error, and 5, 50 and 95 % points over the members."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    return [float(one) for one in (values.mean(), error, *np.quantile(values, LEVELS, method="inverted_cdf"))]


def signs(differences: Array) -> list[float]:
    """Shares of the members in which less, the same and more comes out."""
    same = np.isclose(differences, 0.0, atol=_ONE_IN_A_MILLION)
    return [float(np.mean(one)) for one in ((differences < 0) & ~same, same, (differences > 0) & ~same)]


def regret_table(comparison: Comparison) -> pd.DataFrame:
    """What each plan loses to the best of those compared, member by member: the one that would have been chosen by
    somebody who knew the future.

    ``mean``, ``q05`` to ``q95``, and ``best``: share of the members in which no other plan does better (ties count for
    each).
    """
    every = comparison.outcomes
    regrets = every - every.min("plan")
    rows = []
    for arm in comparison.arms:
        for outcome in OUTCOMES:
            mine = regrets.sel(plan=arm.plan.name, outcome=outcome.name).values
            best = float(np.mean(mine <= _ONE_IN_A_MILLION))
            rows.append([arm.plan.name, arm.plan.title, outcome.name, outcome.unit, *spread(mine), best])
    columns = ["plan", "title", "outcome", "unit", "mean", "error", *POINTS, "best"]
    return pd.DataFrame(rows, columns=columns).drop(columns="error")


def passage_table(comparison: Comparison) -> pd.DataFrame:
    """People who leave the besieged area in the days ahead under each plan, and how many fewer than under the plan
    that lets most out: ``left_q05`` to ``left_q95``, ``kept_q05`` to ``kept_q95``."""
    most = np.maximum.reduce([arm.gone for arm in comparison.arms])
    rows = []
    for arm in comparison.arms:
        left, kept = arm.gone[:, -1], (most - arm.gone)[:, -1]
        rows.append([arm.plan.name, arm.plan.title, *spread(left)[2:], *spread(kept)[2:]])
    columns = ["plan", "title", *(f"left_{q}" for q in POINTS), *(f"kept_{q}" for q in POINTS)]
    return pd.DataFrame(rows, columns=columns)


def binding_table(comparison: Comparison) -> pd.DataFrame:
    """What holds people up under each plan on each day.

    ``plan``, ``date``, ``place``, ``kind``, ``group``; ``held_q05`` to ``held_q95`` people held up; ``short``, the
    chance that it holds up anyone; ``binds``, the chance that no other resource of its group holds up more. Rows where
    nobody is ever held up are left out.
    """
    dates = pd.date_range(comparison.united.settings.as_of, periods=comparison.arms[0].gone.shape[1] + 1, unit="s")[1:]
    tables = []
    for arm in comparison.arms:
        held = np.sort(arm.held, axis=0)
        ranks = [max(0, int(np.ceil(level * len(held))) - 1) for level in LEVELS]
        binds = _greatest(arm.held, [one.group for one in arm.resources]).mean(axis=0)
        for i, one in enumerate(arm.resources):
            what = {"place": one.place, "kind": one.kind, "group": one.group}
            frame = pd.DataFrame({"plan": arm.plan.name, "date": dates, **what})
            for point, rank in zip(POINTS, ranks, strict=True):
                frame[f"held_{point}"] = held[rank, :, i]
            tables.append(frame.assign(short=(arm.held[:, :, i] > 0.5).mean(axis=0), binds=binds[:, i]))
    table = pd.concat(tables, ignore_index=True)
    return table[table["short"] > 0].reset_index(drop=True)


def _greatest(held: NDArray[np.float32], groups: list[str]) -> NDArray[np.bool_]:
    """Where a resource holds up most people of its group on that day, at least one."""
    found = np.zeros(held.shape, bool)
    for group in set(groups):
        mine = [i for i, one in enumerate(groups) if one == group]
        part = held[:, :, mine]
        most = part.max(axis=2, keepdims=True)
        found[:, :, mine] = (part == most) & (most >= 1.0)
    return found
