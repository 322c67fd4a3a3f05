"""All rules between tables. Each is one small function; none stops the others; the mappings below name every one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from saferground.errors import Problem
from saferground.scenario import (
    checks_journey,
    checks_names,
    checks_network,
    checks_people,
    checks_rules,
    checks_stations,
    checks_time,
    checks_values,
)
from saferground.scenario.draft import Draft, Rule
from saferground.scenario.wording import SHOWN, Finding, capped

Check = Callable[[Draft], list[Problem]]

SHARED_RULES: tuple[Rule, ...] = (*checks_names.RULES, *checks_values.RULES, *checks_time.RULES)
"""Rules over every row of the folder, whatever the model."""

KNOWN_RULES: Mapping[str, tuple[Rule, ...]] = {
    "siege": (*checks_network.RULES, Rule(checks_values.first_stocks, ())),
    "journey": (*checks_journey.NETWORK_RULES, *checks_people.KNOWN_RULES, *checks_rules.KNOWN_RULES),
}
"""Rules of each model that must hold again when only the rows published by the as-of date are left."""

RULES: Mapping[str, tuple[Rule, ...]] = {
    "siege": (
        *checks_names.SIEGE_RULES,
        *checks_values.SIEGE_RULES,
        *checks_time.SIEGE_RULES,
        *checks_stations.RULES,
        *checks_network.RULES,
        *checks_network.WHOLE_RULES,
    ),
    "journey": (*checks_journey.RULES, *checks_people.RULES, *checks_rules.RULES, *KNOWN_RULES["journey"]),
}
"""Rules of each model over every row of its folder, beside the shared ones."""


def run_checks(draft: Draft, but: Collection[Check] = (), shown: int = SHOWN) -> list[Problem]:
    """What the rules find, ``but`` some checks; of one kind in one column ``shown`` are listed and the rest is counted.

    They do not speak again of cells that could not be read.
    """
    model = draft.schema.model
    whole = _findings(draft, (one for one in (*SHARED_RULES, *RULES[model]) if one.check not in but))
    findings = dict.fromkeys([*whole, *_findings(draft.known(), KNOWN_RULES[model])])
    told = (one for one in findings if not draft.is_spoilt(one.problem.file, one.problem.line, one.problem.column))
    return capped(told, shown)


def _findings(draft: Draft, rules: Iterable[Rule]) -> Iterator[Finding]:
    for check, needs in rules:
        if draft.unusable.isdisjoint(needs):
            for problem in check(draft):
                yield Finding(check.__name__, problem)
