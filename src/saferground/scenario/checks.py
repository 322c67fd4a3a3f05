"""All rules between tables. Each is one small function; none stops the others; the tuples below name every one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from saferground.errors import Problem
from saferground.scenario import checks_names, checks_network, checks_time, checks_values
from saferground.scenario.draft import Draft, Rule
from saferground.scenario.wording import Finding, capped

RULES: tuple[Rule, ...] = (
    *checks_names.RULES,
    *checks_values.RULES,
    *checks_time.RULES,
    *checks_network.RULES,
    *checks_network.WHOLE_RULES,
)
"""Rules over every row of the folder."""

KNOWN_RULES: tuple[Rule, ...] = (*checks_network.RULES, Rule(checks_values.first_stocks, ()))
"""Rules that must hold again when only the rows published by the as-of date are left."""


def run_checks(draft: Draft) -> list[Problem]:
    """What the rules find. They do not speak again of cells that could not be read."""
    findings = dict.fromkeys([*_findings(draft, RULES), *_findings(draft.known(), KNOWN_RULES)])
    return capped(
        one for one in findings if not draft.is_spoilt(one.problem.file, one.problem.line, one.problem.column)
    )


def _findings(draft: Draft, rules: Iterable[Rule]) -> Iterator[Finding]:
    for check, needs in rules:
        if draft.unusable.isdisjoint(needs):
            for problem in check(draft):
                yield Finding(check.__name__, problem)
