"""A scenario as it was known on a day in the past, kept because reading it anew takes longer than a forecast."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from saferground.observation import Series, observed
from saferground.scenario import Scenario

_KEPT = 128


@lru_cache(_KEPT)
def known_at(scenario: Scenario, origin: date) -> Scenario:
    """What of the scenario was public by the end of ``origin``. Raises ScenarioError when that was too little."""
    return scenario.at(as_of=origin).known()


@lru_cache(_KEPT)
def levels_at(scenario: Scenario, origin: date) -> tuple[Series, ...]:
    """The series with a level that was public by the end of ``origin``, without what was published later."""
    return tuple(one for one in observed(known_at(scenario, origin)) if len(one.levels()))
