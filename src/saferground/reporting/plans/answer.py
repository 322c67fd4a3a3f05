"""What a comparison of plans says, as one record of plain numbers and words: for a page that asks again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import pandas as pd

from saferground.exchange.plans import named
from saferground.planning.plans.compare import Comparison
from saferground.planning.plans.differences import (
    SURE,
    binding_table,
    difference_table,
    outcome_table,
    passage_table,
    regret_table,
    signs,
    spread,
)
from saferground.planning.plans.outcomes import OUTCOMES
from saferground.reporting.plans.words import kind_name, outcome_name

BINDING = 3
"""Resources of each group that are told of at most; each binds on a day or more in the mean."""


@dataclass(frozen=True)
class Amount:
    """Over the members: the ``mean``, and the 5, 50 and 95 % points."""

    mean: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Change:
    """One side less the other, future by future; less is better.

    Attributes:
        amount: of the difference.
        error: standard error of its mean.
        sure: whether the mean lies two standard errors from 0 or more.
        better, same, worse: shares of the futures.
    """

    amount: Amount
    error: float
    sure: bool
    better: float
    same: float
    worse: float


@dataclass(frozen=True)
class Outcome:
    """One outcome under one plan.

    Attributes:
        outcome: its name, as in tables.
        amount: over all days ahead.
        change: from no plan; None for no plan itself.
        cost_per_unit: what the plan costs for each unit saved; None where the cost is not known or the saving not sure.
        regret: what is lost, in the mean, to the plan that would have been best in the same future.
        best: share of the futures in which no other plan does better.
    """

    outcome: str
    amount: Amount
    change: Change | None
    cost_per_unit: float | None
    regret: float
    best: float


@dataclass(frozen=True)
class Binding:
    """What holds people up under a plan, over the days ahead.

    Attributes:
        place, kind: ids, as in tables; ``name`` and ``what`` in words.
        group: what it is compared with: ``sites``, ``camps``, ``stocks`` or ``care``.
        days: on which it holds up anyone, in the mean.
        narrowest: days on which none of its group holds up more, in the mean.
        first, last: days from and to which it is the narrowest in half of the futures; None where there is no such day.
        worst: the day on which it may hold up most; ``held`` and ``held_high`` people on it, the middle and one future
            in twenty.
    """

    place: str
    name: str
    kind: str
    what: str
    group: str
    days: float
    narrowest: float
    first: date | None
    last: date | None
    worst: date
    held: float
    held_high: float


@dataclass(frozen=True)
class Passage:
    """People who get out in the days ahead, and how many fewer than under the plan that lets most out."""

    left: float
    left_low: float
    left_high: float
    kept: float
    kept_high: float


@dataclass(frozen=True)
class Tried:
    """One plan, or ``baseline`` for none."""

    name: str
    title: str
    cost: float | None
    currency: str
    outcomes: tuple[Outcome, ...]
    passage: Passage
    binding: tuple[Binding, ...]


@dataclass(frozen=True)
class Pair:
    """How a plan does against another one: ``change`` is the first less the second."""

    plan: str
    other: str
    outcome: str
    change: Change


@dataclass(frozen=True)
class Meaning:
    """An outcome in words."""

    outcome: str
    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Answer:
    """Plans beside each other, no plan first.

    Attributes:
        members: futures in which they were tried, of ``of`` in all.
        last: the last day ahead.
        doubts: why the fit to counts should not be trusted.
    """

    scenario: str
    as_of: date
    last: date
    seed: int
    members: int
    of: int
    doubts: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    plans: tuple[Tried, ...]
    pairs: tuple[Pair, ...]


def answer(comparison: Comparison) -> Answer:
    """The record of a comparison."""
    settings, trunk = comparison.united.settings, comparison.trunk
    tables = {
        "outcomes": outcome_table(comparison), "changes": difference_table(comparison),
        "regret": regret_table(comparison), "passage": passage_table(comparison),
        "binding": named(binding_table(comparison), comparison.united),
    }  # fmt: skip
    rows = {name: _rows(table) for name, table in tables.items() if name != "binding"}
    return Answer(
        comparison.united.name, settings.as_of, settings.end, trunk.seed, comparison.members, trunk.members,
        comparison.doubts, meanings(),
        tuple(
            Tried(
                arm.plan.name, arm.plan.title, arm.plan.cost, arm.plan.currency,
                tuple(_outcomes(arm.plan.name, rows)), _passage(arm.plan.name, rows["passage"]),
                tuple(_binding(tables["binding"], arm.plan.name)),
            )
            for arm in comparison.arms
        ),
        tuple(_pairs(comparison)),
    )  # fmt: skip


def meanings() -> tuple[Meaning, ...]:
    """Every outcome in words."""
    return tuple(Meaning(one.name, outcome_name(one.name), one.unit, one.meaning) for one in OUTCOMES)


Row = dict[str, Any]


def _rows(table: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _outcomes(plan: str, rows: dict[str, list[Row]]) -> Iterator[Outcome]:
    changes = {row["outcome"]: row for row in rows["changes"] if row["plan"] == plan}
    regrets = {row["outcome"]: row for row in rows["regret"] if row["plan"] == plan}
    for row in rows["outcomes"]:
        if row["plan"] == plan:
            name, change = row["outcome"], changes.get(row["outcome"])
            cost = None if change is None or pd.isna(change["cost_per_unit"]) else float(change["cost_per_unit"])
            regret = regrets[name]
            told = None if change is None else _change(*([change[key] for key in keys] for keys in (_SPREAD, _SIGNS)))
            amount = Amount(*(float(row[key]) for key in ("mean", "q05", "q50", "q95")))
            yield Outcome(name, amount, told, cost, float(regret["mean"]), float(regret["best"]))


_SPREAD, _SIGNS = ("mean", "error", "q05", "q50", "q95"), ("better", "same", "worse")


def _change(found: list[float], shares: list[float]) -> Change:
    mean, error, *points = (float(one) for one in found)
    sure = bool(error > 0) and abs(mean) >= SURE * error
    return Change(Amount(mean, *points), error, sure, *(float(one) for one in shares))


def _passage(plan: str, rows: list[Row]) -> Passage:
    row = next(row for row in rows if row["plan"] == plan)
    names = ("left_q50", "left_q05", "left_q95", "kept_q50", "kept_q95")
    return Passage(*(float(row[name]) for name in names))


def _binding(table: pd.DataFrame, plan: str) -> Iterator[Binding]:
    """Of each group those that are the narrowest on most days."""
    mine = table[table["plan"].eq(plan)]
    for _, group in mine.groupby("group", sort=False):
        days = group.groupby(["place", "kind"], sort=False)["binds"].sum()
        for place, kind in days[days >= 1.0].nlargest(BINDING).index:
            yield _bound(group[group["place"].eq(place) & group["kind"].eq(kind)])


def _bound(days: pd.DataFrame) -> Binding:
    one, worst = days.iloc[0], days.nlargest(1, "held_q95").iloc[0]
    often = days.loc[days["binds"].ge(0.5), "date"]
    first, last = (None, None) if often.empty else (often.min().date(), often.max().date())
    return Binding(
        str(one["place"]), str(one["place_name"] or one["place"]), str(one["kind"]), kind_name(str(one["kind"])),
        str(one["group"]), float(days["short"].sum()), float(days["binds"].sum()), first, last,
        worst["date"].date(), float(worst["held_q50"]), float(worst["held_q95"]),
    )  # fmt: skip


def _pairs(comparison: Comparison) -> Iterator[Pair]:
    """Each plan against each later one; how each does against none stands with it."""
    every = comparison.outcomes.values
    names = [arm.plan.name for arm in comparison.arms]
    for i, j in combinations(range(1, len(names)), 2):
        for k, outcome in enumerate(OUTCOMES):
            less = every[i, :, k] - every[j, :, k]
            yield Pair(names[i], names[j], outcome.name, _change(spread(less), signs(less)))
