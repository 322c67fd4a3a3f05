"""The verb ``plan``: a scenario under several plans, with the same members and the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.assimilation import LEAST, Posterior, can_learn, fit
from saferground.errors import ScenarioError
from saferground.forecasting.branches import Trunk, branch, of_one_size, trunk
from saferground.model import Model
from saferground.model.build import build_siege
from saferground.planning.plans.outcomes import NAMES, before, difference, left, outcomes
from saferground.planning.plans.resources import Resource, held_up, resources
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan, plan_problems, united, with_plan

Array = NDArray[np.float64]
Tell = Callable[[str, int], None]
"""Called as something begins (``fit``, then the name of each branch) with the members just done, or the share of the
fit's days (%)."""

BASELINE = Plan("baseline", "", "As it is: no plan")
"""The scenario as it was known on the as-of date."""


@dataclass(frozen=True, eq=False)
class Arm:
    """What happens under one plan.

    Attributes:
        plan: or ``BASELINE``.
        scenario: with the plan.
        plain: outcomes of those who got out; (member, day, outcome).
        gone: people who left since the as-of date by the end of each day; (member, day).
        resources: what was at work.
        held: people whom each resource holds up on each day; (member, day, resource), float32.
    """

    plan: Plan
    scenario: Scenario
    plain: Array
    gone: Array
    resources: tuple[Resource, ...]
    held: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Plans beside each other, the one without changes first.

    Attributes:
        trunk: the ensemble that all of them go on from.
        united: the scenario with the new places and ways of all plans.
        arms: one a plan.
        doubts: why the fit that it rests on should not be trusted.
    """

    trunk: Trunk
    united: Scenario
    arms: tuple[Arm, ...]
    doubts: tuple[str, ...] = ()

    @property
    def outcomes(self) -> xr.DataArray:
        """Outcomes over all days ahead, (plan, member, outcome): those without a plan, and for each plan these and its
        ``difference`` from them, in which nobody gains by keeping people inside."""
        base = self.arms[0].plain.sum(axis=1)
        values = np.stack([base, *(base + self.difference(arm) for arm in self.arms[1:])])
        names = [arm.plan.name for arm in self.arms]
        coords = {"plan": names, "member": np.arange(self.trunk.members), "outcome": list(NAMES)}
        return xr.DataArray(values, coords, ("plan", "member", "outcome"))

    def difference(self, arm: Arm) -> Array:
        """Outcomes under a plan less those without, (member, outcome)."""
        return difference((arm.plain, arm.gone), (self.arms[0].plain, self.arms[0].gone))


def plan(
    scenario: Scenario,
    plans: Sequence[Plan],
    members: int = 500,
    seed: int = 1,
    *,
    learn: bool = True,
    threads: int | None = None,
    tell: Tell | None = None,
) -> Comparison:
    """Compare plans: the same members, the same random numbers, the same urge to leave, and only the plan differs.

    Parameters
    ----------
    scenario : of a siege; what is known of it at its as-of date
    plans : of ``saferground.scenario.plans.read_plan``; the scenario without a plan comes first by itself
    members : of the ensemble, at least 2
    seed : of all random numbers
    learn : fit to the counts known at the as-of date first, where there are any
    threads : default: one a processor
    tell : called as each part begins, and with the members done

    Raises
    ------
    ScenarioError
        A plan cannot be used with the scenario; every problem of all plans.
    UsageError
        Fewer than two members or a negative seed.
    """
    problems = plan_problems(scenario, plans)
    if problems:
        raise ScenarioError(problems)
    say = tell or (lambda what, done: None)
    base = united(scenario, plans)
    scenarios = [base, *(with_plan(base, one) for one in plans)]
    models = of_one_size([build_siege(one) for one in scenarios])
    start, doubts = grown(models[0], members, seed, learn, threads, say)
    arms = []
    for one, changed, model in zip((BASELINE, *plans), scenarios, models, strict=True):
        say(one.name, 0)
        arms.append(arm(start, one, changed, None if one is BASELINE else model, threads, say))
    return Comparison(replace(start, record=None), base, tuple(arms), doubts)


def grown(
    model: Model, members: int, seed: int, learn: bool, threads: int | None, say: Tell
) -> tuple[Trunk, tuple[str, ...]]:
    """The trunk of a model, fitted first where there are counts, and the doubts about the fit."""
    basis: Model | Posterior = model
    doubts: tuple[str, ...] = ()
    if learn and can_learn(model):
        say("fit", 0)
        told = lambda day, days: say("fit", day * 100 // days)  # noqa: E731
        basis = fit(model, max(members, LEAST), seed, threads=threads, progress=told)
        doubts = tuple(f"{doubt.reason}. {doubt.remedy}" for doubt in basis.doubts)
    say("baseline", 0)
    return trunk(basis, members, seed, threads=threads, progress=lambda done: say("baseline", done)), doubts


def arm(start: Trunk, one: Plan, scenario: Scenario, model: Model | None, threads: int | None, say: Tell) -> Arm:
    """What happens from the trunk on with a model, or without a plan."""
    days = branch(start, model, threads=threads, progress=lambda done: say(one.name, done))
    found = tuple(resources(scenario))
    plain = outcomes(days, scenario, before(start))
    return Arm(one, scenario, plain, left(days), found, held_up(days, found, scenario))
