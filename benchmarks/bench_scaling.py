"""How the cost of a member grows with the number of people: mosul-2017 with its people times 1, 10 and 100.

Once the people alone grow, and once everything that receives them grows with them: servers, vehicles, beds, capacities.
The three sizes take turns, and the least CPU time of each counts, so that the ratio is of one machine in one state.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from measure import Row, main
from saferground import build_model, read_scenario
from saferground.engine import init, run
from saferground.model import Model
from saferground.model.params import sample
from saferground.scenario import Scenario

FACTORS = (1, 10, 100)
MEMBERS = 20
ROUNDS = 5
PEOPLE = {"places": ("population_low", "population_best", "population_high"), "camps": ("occupied",)}
RECEIVING = {"stations": ("servers",), "buses": ("vehicles",), "camps": ("occupied", "capacity")}


def larger(scenario: Scenario, factor: int, columns: dict[str, tuple[str, ...]]) -> Scenario:
    """The scenario with some columns times a factor."""
    tables = dict(scenario.tables)
    for table, names in columns.items():
        tables[table] = tables[table].assign(**{name: tables[table][name] * factor for name in names})
    return replace(scenario, tables=tables)


def seconds(model: Model) -> float:
    """CPU time of the engine alone, for all members one after the other."""
    members = np.arange(MEMBERS)
    params, state = sample(model.priors, members, 1), init(model.world, MEMBERS)
    began = time.process_time()
    run(model.world, params, 1, members, state, first=0, last=model.clock.steps)
    return time.process_time() - began


def costs(columns: dict[str, tuple[str, ...]]) -> dict[int, float]:
    """CPU milliseconds a member by factor."""
    scenario = read_scenario("mosul-2017")
    models = {factor: build_model(larger(scenario, factor, columns)) for factor in FACTORS}
    seconds(models[1])
    taken = [{factor: seconds(model) for factor, model in models.items()} for _ in range(ROUNDS)]
    return {factor: 1000 * min(one[factor] for one in taken) / MEMBERS for factor in FACTORS}


def measure() -> Iterator[Row]:
    for what, columns in {"people": PEOPLE, "people and what receives them": {**PEOPLE, **RECEIVING}}.items():
        cost = costs(columns)
        yield Row(f"{what} × 1: CPU a member", cost[1], "ms")
        for factor in FACTORS[1:]:
            limit = "2 or more" if factor == FACTORS[-1] else ""
            yield Row(f"{what} × {factor}: CPU a member over × 1", cost[factor] / cost[1], "times", limit)


if __name__ == "__main__":
    main("Scaling with the number of people (750 thousand, 7.5 million, 75 million)", measure)
