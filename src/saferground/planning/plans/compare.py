"""The verb ``plan``: a scenario under several plans, with the same members and the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.assimilation import LEAST, Posterior, can_learn, fit
from saferground.errors import Problem, ScenarioError, UsageError
from saferground.forecasting.branches import Trunk, branch, trunk
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
class Prepared:
    """A scenario and the ensemble at the end of its as-of date, on which any number of plans can be tried.

    Attributes:
        scenario: as it was given.
        united: with the new places and ways of the plans that it was prepared for.
        trunk: fitted to the counts, if there were any.
        doubts: why the fit should not be trusted.
    """

    scenario: Scenario
    united: Scenario
    trunk: Trunk
    doubts: tuple[str, ...] = ()

    def fits(self, plans: Sequence[Plan]) -> bool:
        """Whether plans can be tried on it: their new places and ways are just those that it was prepared for."""
        return united(self.scenario, plans).digest == self.united.digest


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
    def members(self) -> int:
        """In how many futures the plans were tried; those of the trunk, or some of them."""
        return len(self.arms[0].plain)

    @property
    def outcomes(self) -> xr.DataArray:
        """Outcomes over all days ahead, (plan, member, outcome): those without a plan, and for each plan these and its
        ``difference`` from them, in which nobody gains by keeping people inside."""
        base = self.arms[0].plain.sum(axis=1)
        values = np.stack([base, *(base + self.difference(arm) for arm in self.arms[1:])])
        names = [arm.plan.name for arm in self.arms]
        coords = {"plan": names, "member": np.arange(self.members), "outcome": list(NAMES)}
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
    _refuse(plan_problems(scenario, plans))
    say = tell or silent
    start = _prepared(scenario, plans, members, seed, learn, threads, say)
    return _tried(start, plans, None, threads, say)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise ScenarioError(list(problems))


def silent(what: str, done: int) -> None:
    """Tells nobody."""


def prepared(
    scenario: Scenario,
    members: int = 500,
    seed: int = 1,
    *,
    plans: Sequence[Plan] = (),
    learn: bool = True,
    threads: int | None = None,
    tell: Tell | None = None,
) -> Prepared:
    """The part of ``plan`` that does not depend on what plans change: the fit, and the ensemble at the as-of date.

    ``plans`` may have new places and ways, for which there must be room from the start; other plans need not be given.
    The other arguments and errors are those of ``plan``.
    """
    _refuse(plan_problems(scenario, plans))
    return _prepared(scenario, plans, members, seed, learn, threads, tell or silent)


def _prepared(
    scenario: Scenario, plans: Sequence[Plan], members: int, seed: int, learn: bool, threads: int | None, say: Tell
) -> Prepared:
    base = united(scenario, plans)
    return Prepared(scenario, base, *grown(build_siege(base), members, seed, learn, threads, say))


def tried(
    start: Prepared,
    plans: Sequence[Plan],
    members: int | None = None,
    *,
    threads: int | None = None,
    tell: Tell | None = None,
) -> Comparison:
    """The comparison of ``plan`` with the same scenario, members and seed, bit for bit; or its figures in so many of
    the futures, spread evenly over the ensemble (see ``some_of``).

    Raises
    ------
    ScenarioError
        A plan cannot be used with the scenario; every problem of all plans.
    UsageError
        A plan has new places or ways that the ensemble was not prepared for, or ``members`` are not 2 to all.
    """
    _refuse(plan_problems(start.scenario, plans))
    if not start.fits(plans):
        do = "Prepare it with these plans."
        raise UsageError(f"got plans with other new places or ways; expected those that it was prepared for. {do}")
    if members is not None and not 2 <= members <= start.trunk.members:
        raise UsageError(f"members: got {members}; expected 2 to {start.trunk.members}. Change it.")
    return _tried(start, plans, members, threads, tell or silent)


def _tried(start: Prepared, plans: Sequence[Plan], members: int | None, threads: int | None, say: Tell) -> Comparison:
    arms = [arm(start, one, members, threads=threads, tell=say) for one in (BASELINE, *plans)]
    return compared(start, arms)


def compared(start: Prepared, arms: Sequence[Arm]) -> Comparison:
    """Arms of the same members beside each other, ``BASELINE`` first."""
    return Comparison(replace(start.trunk, record=None), start.united, tuple(arms), start.doubts)


def some_of(trunk: Trunk, members: int | None) -> NDArray[np.int64] | None:
    """So many of the ensemble's members, by number; None is all.

    They are spread evenly: neighbours in a fitted ensemble descend from the same course of the past, so that the first
    few would stand for few courses.
    """
    return None if members is None else np.arange(members) * trunk.members // members


def grown(
    model: Model, members: int, seed: int, learn: bool, threads: int | None, say: Tell
) -> tuple[Trunk, tuple[str, ...]]:
    """The trunk of a model, fitted first where there are counts, and the doubts about the fit."""
    basis: Model | Posterior = model
    doubts: tuple[str, ...] = ()
    if learn and can_learn(model):
        say("fit", 0)
        told = lambda day, days: say("fit", day * 100 // days)  # noqa: E731
        basis = fit(model, max(members, LEAST), seed, threads=threads, progress=told, checkpoints=False)
        doubts = tuple(f"{doubt.reason}. {doubt.remedy}" for doubt in basis.doubts)
    say("baseline", 0)
    return trunk(basis, members, seed, threads=threads, progress=lambda done: say("baseline", done)), doubts


def arm(
    start: Prepared,
    one: Plan,
    members: int | None = None,
    *,
    threads: int | None = None,
    tell: Tell | None = None,
) -> Arm:
    """What happens under a plan that has been checked, or under ``BASELINE``, in all or in so many of the futures."""
    say = tell or silent
    say(one.name, 0)
    scenario = with_plan(start.united, one)
    model = None if one is BASELINE else build_siege(scenario)
    chosen = some_of(start.trunk, members)
    days = branch(start.trunk, model, chosen=chosen, threads=threads, progress=lambda done: say(one.name, done))
    found = tuple(resources(scenario))
    plain = outcomes(days, scenario, before(start.trunk, chosen))
    return Arm(one, scenario, plain, left(days), found, held_up(days, found, scenario))
