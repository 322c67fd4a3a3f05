"""Plans tried over and over on one scenario: what is costly is prepared once, and no run is made twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from saferground.errors import Problem
from saferground.planning.plans.compare import BASELINE, Arm, Prepared, Tell, arm, compared, prepared, silent
from saferground.reporting.plans.answer import Answer, answer
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan, united
from saferground.scenario.plans.checks import problems_alone, problems_between, told

T = TypeVar("T")
FEW, ALL = 40, 500
"""Futures of a first answer, and of the one that replaces it."""
ENSEMBLES, ARMS, ANSWERS = 2, 24, 100
"""Prepared ensembles, runs of plans, and answers that are kept; for Mosul an ensemble takes 150 MB, a run 3."""


@dataclass(eq=False)
class Tries:
    """Keeps what was prepared and what was run; for one thread.

    ``members`` are those of each ensemble, ``few`` those of a first answer.
    """

    members: int = ALL
    few: int = FEW
    seed: int = 1
    threads: int | None = None
    _ensembles: OrderedDict[Hashable, Prepared] = field(default_factory=OrderedDict)
    _arms: OrderedDict[Hashable, Arm] = field(default_factory=OrderedDict)
    _answers: OrderedDict[Hashable, Answer] = field(default_factory=OrderedDict)
    _checked: OrderedDict[Hashable, list[Problem]] = field(default_factory=OrderedDict)

    def problems(self, scenario: Scenario, plans: tuple[Plan, ...]) -> list[Problem]:
        """Everything that keeps the plans from being tried: the same as ``plan_problems`` of a siege."""
        alone = [problem for one in plans for problem in self._alone(scenario, one)]
        return told([*alone, *problems_between(scenario, plans, well=not alone)])

    def _alone(self, scenario: Scenario, one: Plan) -> list[Problem]:
        key = (scenario.digest, one.file, one.lead_days, _content(one), tuple(change.line for change in one.changes))
        return _kept(self._checked, key, lambda: problems_alone(scenario, one), ARMS)

    def first(self, scenario: Scenario, plans: tuple[Plan, ...], tell: Tell = silent) -> Answer:
        """The answer in a few futures; plans without problems. ``tell`` may raise to give up."""
        return self._answer(scenario, plans, min(self.few, self.members), tell)

    def whole(self, scenario: Scenario, plans: tuple[Plan, ...], tell: Tell = silent) -> Answer:
        """The answer in all futures: that of ``saferground.plan``."""
        return self._answer(scenario, plans, None, tell)

    def _answer(self, scenario: Scenario, plans: tuple[Plan, ...], members: int | None, tell: Tell) -> Answer:
        told_of = tuple((one.name, one.title, one.cost, one.currency, _content(one)) for one in plans)
        asked = (scenario.digest, scenario.name, members, told_of)
        return _kept(self._answers, asked, lambda: self._made(scenario, plans, members, tell), ANSWERS)

    def _made(self, scenario: Scenario, plans: tuple[Plan, ...], members: int | None, tell: Tell) -> Answer:
        key = united(scenario, plans).digest

        def make() -> Prepared:
            return prepared(scenario, self.members, self.seed, plans=plans, threads=self.threads, tell=tell)

        start = _kept(self._ensembles, key, make, ENSEMBLES)

        def run(one: Plan) -> Arm:
            what = (key, members, _content(one))
            done = _kept(self._arms, what, lambda: arm(start, one, members, threads=self.threads, tell=tell), ARMS)
            return replace(done, plan=one)

        return answer(compared(start, [run(one) for one in (BASELINE, *plans)]))


def _kept(kept: OrderedDict[Hashable, T], key: Hashable, make: Callable[[], T], most: int) -> T:
    """What is kept under a key, or else is made now; the one used longest ago goes."""
    if key not in kept:
        kept[key] = make()
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
    return kept[key]


def _content(one: Plan) -> Hashable:
    """What a plan does, whatever it is called."""
    return one is BASELINE, tuple((change.kind, *change.values.items()) for change in one.in_order())
