"""Plans of mosul-2017 compared: the three that ship and one more, then one more of each resource."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench_learning import timed
from measure import Row, main
from saferground import plan, read_scenario
from saferground.planning.plans.marginal import MEMBERS as FEWER
from saferground.planning.plans.marginal import marginal_table
from saferground.runs.compare import PlanOrder, chosen_plans, run_compare

MEMBERS = 500
FOURTH = """title = "Ten more buses at Scorpion Junction from 3 March"
[[buses]]
place = "scorpion_junction"
from = 2017-03-03
vehicles = 10
"""


def measure() -> Iterator[Row]:
    scenario = read_scenario("mosul-2017")
    with tempfile.TemporaryDirectory() as place:
        fourth = Path(place) / "fourth.toml"
        fourth.write_text(FOURTH, encoding="utf-8")
        names = ("in_place", "as_planned", "as_opened", str(fourth))
        plans = chosen_plans("mosul-2017", names)
        plan(scenario, [], 10, learn=False)  # compiles
        order = PlanOrder("mosul-2017", names, members=MEMBERS, out=Path(place) / "out", marginal=False)
        _, wall, cpu = timed(lambda: run_compare(order))
    yield Row(
        f"4 plans, {MEMBERS} members, 30 days, fit, tables and page: wall", wall, "s", "20 s or more on two cores"
    )
    yield Row("the same: CPU", cpu, "s")
    compared, _, four = timed(lambda: plan(scenario, plans, MEMBERS))
    _, _, one = timed(lambda: plan(scenario, plans[:1], MEMBERS))
    yield Row("the comparison of 4 plans over that of 1: CPU", four / one, "times")
    _, wall, cpu = timed(lambda: marginal_table(compared))
    runs = sum(len(arm.resources) for arm in compared.arms)
    yield Row(f"one more of each, {runs} runs of {FEWER} members: wall", wall, "s", "2 minutes or more on two cores")
    yield Row("the same: CPU", cpu, "s")


if __name__ == "__main__":
    main("Plans compared", measure)
