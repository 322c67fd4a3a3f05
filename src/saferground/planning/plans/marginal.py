"""What one more unit of each resource buys over the days ahead: every one run again with the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.forecasting.branches import Trunk, branch
from saferground.model.build import build_siege
from saferground.planning.plans.compare import Arm, Comparison
from saferground.planning.plans.differences import POINTS, signs, spread
from saferground.planning.plans.outcomes import OUTCOMES, before, difference, left, outcomes
from saferground.planning.plans.resources import Resource, one_more
from saferground.scenario import Scenario

Array = NDArray[np.float64]
MEMBERS = 200
"""Members that are run again for each resource; pairing leaves little noise in a difference."""


def marginal_table(
    comparison: Comparison,
    arms: Sequence[Arm] | None = None,
    *,
    members: int = MEMBERS,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """What one more of each resource from the first day ahead on saves, under each plan.

    Rows: ``plan``, ``place``, ``kind``, ``unit``, ``outcome``; ``mean`` of the difference (less is better) with its
    standard error ``error``, ``q05`` to ``q95``, and the shares of members in which it is ``better``, ``same`` or
    ``worse``. ``arms`` is a part of the comparison's; ``members`` the first so many of its ensemble. ``progress`` is
    called with the runs just done.
    """
    start = fewer(comparison.trunk, members)
    rows = []
    for arm in comparison.arms if arms is None else arms:
        without = _run(start, arm.scenario, threads)
        for one in arm.resources:
            less = difference(_run(start, one_more(arm.scenario, one), threads), without)
            rows += [_row(arm, one, i, less[:, i]) for i in range(len(OUTCOMES))]
            if progress:
                progress(1)
    columns = ["plan", "place", "kind", "unit", "outcome", "outcome_unit", "mean", "error", *POINTS]
    return pd.DataFrame(rows, columns=[*columns, "better", "same", "worse"])


def runs_needed(arms: Sequence[Arm]) -> int:
    """How often ``marginal_table`` calls its ``progress``."""
    return sum(len(arm.resources) for arm in arms)


def _row(arm: Arm, one: Resource, i: int, less: Array) -> list:
    outcome = OUTCOMES[i]
    head = [arm.plan.name, one.place, one.kind, one.unit, outcome.name, outcome.unit]
    return [*head, *spread(less), *signs(less)]


def fewer(trunk: Trunk, members: int) -> Trunk:
    """The first members of a trunk; none of them changes by it."""
    few = slice(members)
    state = type(trunk.state)(*(array[few] for array in trunk.state))
    urges = None if trunk.urges is None else trunk.urges[few]
    return replace(trunk, params=trunk.params[few], state=state, urges=urges, record=None)


def _run(start: Trunk, scenario: Scenario, threads: int | None) -> tuple[Array, Array]:
    """Outcomes by day, and who has left."""
    days = branch(start, build_siege(scenario), threads=threads)
    return outcomes(days, scenario, before(start)), left(days)
