"""A search for a good way to spend a budget: evolution from the better of a proportional and a greedy allocation.

Allocations are judged by re-running the same members with the same random numbers (the training half of the ensemble),
and compared at the end on members that the search has not seen.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.errors import UsageError
from saferground.forecasting.branches import Trunk, branch
from saferground.model.build import build_siege
from saferground.planning.plans.budget import Budget, Counts
from saferground.planning.plans.differences import POINTS, signs, spread
from saferground.planning.plans.outcomes import before, difference, left, outcomes, position
from saferground.planning.plans.resources import held_up, resources
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan, with_plan

Array = NDArray[np.float64]
Told = Callable[[int, float], None]
"""Called with the allocations judged so far and the best change of the outcome."""
POPULATION, TRIES = 16, 320
"""Allocations of a generation of the search, and how many it judges."""
SPREAD = 0.02
"""How far the search first looks around the allocation that it begins with, as a share of the budget."""


@dataclass(eq=False)
class Judge:
    """What an allocation changes in the outcome of a budget, for each member; remembers what it has judged."""

    scenario: Scenario
    start: Trunk
    budget: Budget
    threads: int | None = None
    told: Told | None = None
    known: dict[tuple[int, ...], Array] = field(default_factory=dict)
    _before: tuple[Array, Array] | None = None

    def changes(self, counts: Counts) -> Array:
        """The outcome with the allocation less that without, over all days ahead; (member,)."""
        key = tuple(int(n) for n in counts)
        if key not in self.known:
            self._before = self._before or self._run(None)
            with_it = self._run(self.budget.plan(counts, "search", ""))
            self.known[key] = difference(with_it, self._before)[:, position(self.budget.outcome)]
            if self.told:
                self.told(len(self.known), min(self.mean(one) for one in self.known.values()))
        return self.known[key]

    def mean(self, changes: Array) -> float:
        """The mean over the members, or over those of the worst futures without an allocation."""
        if self.budget.careful >= 1.0 or self._before is None:
            return float(changes.mean())
        before = self._before[0][:, :, position(self.budget.outcome)].sum(axis=1)
        worst = np.argsort(-before, kind="stable")[: max(1, int(len(before) * self.budget.careful))]
        return float(changes[worst].mean())

    def __call__(self, counts: Counts) -> float:
        """What the search lessens."""
        return self.mean(self.changes(counts))

    def _run(self, one: Plan | None) -> tuple[Array, Array]:
        scenario = self.scenario if one is None else with_plan(self.scenario, one)
        days = branch(self.start, build_siege(scenario), threads=self.threads)
        return outcomes(days, scenario, before(self.start)), left(days)


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found.

    Attributes:
        budget: that was spent.
        plans: ``proportional``, ``greedy`` and ``searched``, best last.
        counts: units of each option under each plan, in the order of ``plans``.
        held_out: change of the outcome on members that the search has not seen; (plan, member).
        tried: every allocation judged: units of each option, and the mean change on the training members, best first.
    """

    budget: Budget
    plans: tuple[Plan, ...]
    counts: tuple[Counts, ...]
    held_out: Array
    tried: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Each plan on the held-out members: ``plan``, ``mean``, ``error``, ``q05`` to ``q95``, ``better``, ``same``,
        ``worse`` than no plan; and ``behind``, the mean of what it loses to the one that was searched, with
        ``behind_error``, its standard error."""
        rows = []
        for one, changes in zip(self.plans, self.held_out, strict=True):
            behind = changes - self.held_out[-1]
            rows.append([one.name, *spread(changes), *signs(changes), *spread(behind)[:2]])
        columns = ["plan", "mean", "error", *POINTS, "better", "same", "worse", "behind", "behind_error"]
        return pd.DataFrame(rows, columns=columns)


def search(
    scenario: Scenario, trunk: Trunk, budget: Budget, seed: int = 1, *, tries: int = TRIES,
    threads: int | None = None, told: Told | None = None,
) -> Found:  # fmt: skip
    """Find a good way to spend a budget.

    Parameters
    ----------
    scenario : a united scenario, which the trunk's model is of
    trunk : every second member trains the search, the others judge what it found
    budget : what may be spent, on what, and for which outcome
    seed : of the search's own random numbers
    tries : how many allocations to judge at most, those of the proportional and greedy ones not counted
    threads : default: one a processor
    told : called after each allocation
    """
    judge = Judge(scenario, every_second(trunk, 0), budget, threads, told)
    shares = proportional(judge)
    steps = greedy(judge)
    found = evolved(judge, min(shares, steps[-1], key=judge), seed, tries)
    counts = (shares, steps[-1], found)
    names = ("proportional", "greedy", "searched")
    plans = tuple(budget.plan(one, name, f"{budget.title}: {name}") for one, name in zip(counts, names, strict=True))
    other = Judge(scenario, every_second(trunk, 1), budget, threads)
    return Found(budget, plans, counts, np.stack([other.changes(one) for one in counts]), _tried(judge))


def every_second(trunk: Trunk, first: int) -> Trunk:
    """Every second member of a trunk, with their own random numbers."""
    chosen = slice(first, None, 2)
    state = type(trunk.state)(*(array[chosen] for array in trunk.state))
    urges = None if trunk.urges is None else trunk.urges[chosen]
    return replace(trunk, params=trunk.params[chosen], state=state, urges=urges, record=None)


def proportional(judge: Judge) -> Counts:
    """The budget in proportion to the people whom each resource holds up without a plan, in the mean over the days
    from which the option holds, shared equally among the days on which it may begin."""
    days = branch(judge.start, build_siege(judge.scenario), threads=judge.threads)
    found = resources(judge.scenario)
    held = held_up(days, found, judge.scenario).mean(axis=(0, 1))
    load = dict(zip(found, held, strict=True))
    return judge.budget.spent(np.array([load.get(one.resource, 0.0) for one in judge.budget.options]))


def greedy(judge: Judge) -> list[Counts]:
    """Allocations after each unit: every time the one that saves most for its cost in the mean.

    Gains are only worked out anew while the best one known may have shrunk (lazy greedy, Minoux 1978), which is the
    same as long as no unit gains by another.
    """
    budget = judge.budget
    units = np.eye(len(budget.options), dtype=np.int64)
    steps = [units[0] * 0]
    gains, fresh = np.full(len(units), np.inf), np.full(len(units), -1)
    while any(budget.allows(steps[-1] + unit) for unit in units):
        now, at = steps[-1], len(steps)
        value = judge(now)
        while True:
            possible = [i for i in range(len(units)) if budget.allows(now + units[i])]
            best = max(possible, key=lambda i: gains[i])
            if fresh[best] == at:
                break
            gains[best], fresh[best] = (value - judge(now + units[best])) / budget.costs[best], at
        steps.append(now + units[best])
    return steps


def evolved(judge: Judge, start: Counts, seed: int, tries: int) -> Counts:
    """The best allocation by CMA-ES (Hansen 2016, arXiv 1604.00772, in the library ``cma``) from the given one.

    It moves shares of the budget, of which the nearest allocation in whole units is judged. Raises UsageError where the
    library is missing.
    """
    shares = start * judge.budget.costs / judge.budget.limit
    options = {"maxfevals": tries, "popsize": POPULATION, "bounds": [0.0, 1.0], "seed": seed, "verbose": -9}
    strategy = _cma().CMAEvolutionStrategy(shares + SPREAD / 10, SPREAD, options)
    while not strategy.stop():
        asked = strategy.ask()
        strategy.tell(asked, [judge(judge.budget.spent(one)) for one in asked])
    return np.array(min(judge.known, key=lambda key: judge.mean(judge.known[key])), np.int64)


def _cma() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that it cannot draw pictures without Matplotlib
            import cma
    except ImportError as error:
        do = "Install it with: pip install 'saferground[plan]'."
        raise UsageError(f"got no library 'cma'; expected it for the search of plans. {do}") from error
    return cma


def _tried(judge: Judge) -> pd.DataFrame:
    names = [one.name for one in judge.budget.options]
    table = pd.DataFrame([list(key) for key in judge.known], columns=names)
    table.insert(0, "mean", [judge.mean(changes) for changes in judge.known.values()])
    return table.sort_values("mean", kind="stable", ignore_index=True)
