"""Plans of mosul-2017 tried as the board does: prepared once, then an answer for each change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from bench_learning import timed
from measure import Row, main
from saferground import plan, read_scenario
from saferground.planning.plans.resources import Resource
from saferground.runs.compare import chosen_plans
from saferground.runs.tries import ALL, FEW, Tries
from saferground.scenario.plans import Plan
from saferground.web.plans.planner import Planner

BUSES = Resource("scorpion_junction", "buses")
NAMES = ("in_place", "as_planned", "as_opened")


def buses(more: int) -> Plan:
    return Plan("buses", "plans/buses.toml", "More buses", changes=(BUSES.more(more, date(2017, 3, 3)),))


def measure() -> Iterator[Row]:
    scenario, shipped = read_scenario("mosul-2017"), tuple(chosen_plans("mosul-2017", NAMES))
    plan(scenario, [], 10, learn=False)  # compiles
    tries = Tries()
    _, _, prepare = timed(lambda: tries.first(scenario, ()))
    yield Row(f"prepared: fit and {ALL} futures at the as-of date: CPU", prepare, "s")
    tries.problems(scenario, (buses(1),))
    _, _, check = timed(lambda: tries.problems(scenario, (buses(2),)))
    _, _, first = timed(lambda: tries.first(scenario, (buses(2),)))
    yield Row(f"one changed plan: checks and {FEW} futures: CPU", check + first, "s", "1 s or more")
    _, _, whole = timed(lambda: tries.whole(scenario, (buses(2),)))
    yield Row(f"the same and no plan in {ALL} futures: CPU", whole, "s")
    yield Row("a first answer over preparing: CPU", first / prepare, "times", "0.2 or more")
    both = Tries()
    both.problems(scenario, (*shipped, buses(1)))
    both.first(scenario, (*shipped, buses(1)))
    _, _, check = timed(lambda: both.problems(scenario, (*shipped, buses(2))))
    _, _, first = timed(lambda: both.first(scenario, (*shipped, buses(2))))
    yield Row(f"one of four plans changed: checks and {FEW} futures: CPU", check + first, "s", "1.5 s or more")
    yield from _asked(scenario)


def _asked(scenario) -> Iterator[Row]:
    """The process that the board asks: from the question to the first and to the whole answer."""
    planner = Planner()
    try:
        _until(planner, planner.ask("bench", scenario, ()).id, "whole")
        firsts, wholes = [], []
        for more in range(3, 8):
            began = time.perf_counter()
            trial = planner.ask("bench", scenario, (buses(more),)).id
            firsts.append(_until(planner, trial, "first") - began)
            wholes.append(_until(planner, trial, "whole") - began)
    finally:
        planner.stop()
    yield Row(
        "from a change to the first answer, median of five: wall", sorted(firsts)[2], "s", "1 s or more when idle"
    )
    yield Row("from a change to the whole answer, median of five: wall", sorted(wholes)[2], "s")


def _until(planner: Planner, trial: str, state: str) -> float:
    """When a trial was in this state."""
    while (found := planner.known(trial, "first" if state == "whole" else "", 5.0)) is None or (
        found.state not in (state, "whole")
    ):
        continue
    return time.perf_counter()


if __name__ == "__main__":
    main("Plans in the board", measure)
