"""What a search may spend, and on what: options, each more of one resource from one day on, and a budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from saferground.planning.plans.outcomes import NAMES
from saferground.planning.plans.resources import CARE_STATIONS, Resource, first_day, resources
from saferground.planning.stocks import ITEMS
from saferground.scenario import Scenario
from saferground.scenario.plans import Change, Plan

Counts = NDArray[np.int64]
WEEK = 7
"""Days of a window of time in which a unit stands at one place."""
_ELSEWHERE = ("shade", *CARE_STATIONS, *ITEMS)


@dataclass(frozen=True)
class Option:
    """More of a resource from a day on, up to another one. ``cost`` is that of one unit over these days, in the unit of
    the budget; ``most`` units."""

    resource: Resource
    first: date
    until: date | None = None
    cost: float = 1.0
    most: int = 10**6

    @property
    def name(self) -> str:
        """As tables write it."""
        return f"{self.resource.name} from {self.first}" + (f" until {self.until}" if self.until else "")


@dataclass(frozen=True)
class Budget:
    """What may be spent, on what, and for which outcome.

    Attributes:
        title: for tables.
        limit: the most that may be spent, in units, or in ``currency``.
        options: what it may be spent on.
        outcome: what is to be lessened, one of the outcomes of a comparison.
        currency: blank where the budget is a number of units.
        careful: share of the worst futures whose mean is lessened; 1 is the mean over all.
    """

    title: str
    limit: float
    options: tuple[Option, ...]
    outcome: str = NAMES[0]
    currency: str = ""
    careful: float = 1.0

    @property
    def costs(self) -> NDArray[np.float64]:
        """Cost of one unit of each option."""
        return np.array([one.cost for one in self.options])

    def allows(self, counts: Counts) -> bool:
        """Whether an allocation keeps to the budget and to the most of each option."""
        most = np.array([one.most for one in self.options])
        return bool((counts >= 0).all() and (counts <= most).all() and counts @ self.costs <= self.limit + 1e-9)

    def spent(self, shares: NDArray[np.float64]) -> Counts:
        """The allocation nearest to the given shares of the budget that spends as much of it as can be.

        Whole units by largest remainder: each option gets the whole units of its share, then the options with the
        largest rests get one more while the budget lasts. Shares below 0 count as 0; all 0 means equal shares.
        """
        wanted = np.clip(shares, 0.0, None)
        wanted = np.full(len(wanted), 1.0) if wanted.sum() == 0.0 else wanted
        exact = wanted / wanted.sum() * self.limit / self.costs
        counts = np.minimum(np.floor(exact + 1e-9).astype(np.int64), [one.most for one in self.options])
        while (i := self._next(exact - counts, counts)) is not None:
            counts[i] += 1
        return counts

    def _next(self, rest: NDArray[np.float64], counts: Counts) -> int | None:
        """The option with the largest rest of which one more can be paid for; those that nobody wanted come last."""
        for i in np.argsort(-rest, kind="stable"):
            more = counts.copy()
            more[i] += 1
            if self.allows(more):
                return int(i)
        return None

    def plan(self, counts: Counts, name: str, title: str) -> Plan:
        """An allocation as a plan."""
        given = [(one, int(n)) for one, n in zip(self.options, counts, strict=True) if n > 0]
        changes: tuple[Change, ...] = tuple(one.resource.more(n, one.first, one.until) for one, n in given)
        cost = float(counts @ self.costs) if self.currency else None
        return Plan(name, f"{name}.toml", title, cost=cost, currency=self.currency or "USD", changes=changes)


def weekly_budget(
    scenario: Scenario, units: int, outcome: str = NAMES[0], *, kinds: Sequence[str] = (), careful: float = 1.0
) -> Budget:
    """So many units that may stand somewhere else each week: stations and fleets of all sites, week by week.

    The budget is counted in unit-weeks. ``kinds`` chooses among the kinds of resource; none: everything that stands at
    sites, and blocks of camp places.
    """
    chosen = [one for one in resources(scenario) if (one.kind in kinds if kinds else one.kind not in _ELSEWHERE)]
    first, end = first_day(scenario), scenario.settings.end + timedelta(days=1)
    days = [first + timedelta(days=WEEK * i) for i in range(-(-(end - first).days // WEEK))]
    windows = [(day, min(day + timedelta(days=WEEK), end)) for day in days]
    options = tuple(
        Option(one, begin, None if until == end else until, (until - begin).days / WEEK)
        for one in chosen
        for begin, until in windows
    )
    return Budget(f"{units} units", units * (end - first).days / WEEK, options, outcome, careful=careful)
