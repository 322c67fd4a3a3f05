"""Plans tried over and over: nothing is run twice, newer questions come first, and a process that dies is replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest

from helpers.planned import CAMP, change, day, plan
from helpers.worlds import line
from saferground import plan as compared
from saferground.errors import SafergroundError
from saferground.planning.plans.compare import silent
from saferground.planning.plans.differences import binding_table, difference_table, passage_table, regret_table
from saferground.reporting.plans.answer import Answer, answer
from saferground.runs.tries import Tries
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan
from saferground.web.plans.planner import DIED, Planner, Trial
from saferground.web.plans.process import Desk, Found, Question, Told, Wrong

MEMBERS, FEW = 24, 6


def buses(vehicles: int, name: str = "more") -> Plan:
    return plan(change("buses", place="gate", start=day(1), vehicles=vehicles), name=name)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    world = line(population=50_000).fix(screening_rate=4.0, registration_rate=100.0, flight_contested=0.2)
    return world.read(tmp_path_factory.mktemp("tries") / "line")


@pytest.fixture(scope="module")
def tries() -> Tries:
    return Tries(MEMBERS, FEW)


# --- answers -------------------------------------------------------------------------------------------------------


def test_the_whole_answer_is_that_of_plan(scenario: Scenario, tries: Tries) -> None:
    plans = (buses(4), buses(-1, "fewer"))
    assert tries.whole(scenario, plans) == answer(compared(scenario, plans, MEMBERS, 1))
    first = tries.first(scenario, plans)
    assert (first.members, first.of) == (FEW, MEMBERS)
    assert [one.name for one in first.plans] == ["baseline", "more", "fewer"]


def test_an_answer_says_what_the_tables_say(scenario: Scenario) -> None:
    made = compared(scenario, [buses(4), buses(-1, "fewer")], MEMBERS, 1)
    told = answer(made)
    rows = difference_table(made).set_index(["plan", "outcome"])
    regrets, kept = regret_table(made).set_index(["plan", "outcome"]), passage_table(made).set_index("plan")
    for one in told.plans:
        for outcome in one.outcomes:
            assert outcome.regret == regrets.loc[(one.name, outcome.outcome), "mean"]
            assert outcome.best == regrets.loc[(one.name, outcome.outcome), "best"]
            if outcome.change is not None:
                row = rows.loc[(one.name, outcome.outcome)]
                assert outcome.change.amount.mean == row["mean"]
                assert (outcome.change.better, outcome.change.worse) == (row["better"], row["worse"])
                assert outcome.change.sure == (row["error"] > 0 and abs(row["mean"]) >= 2 * row["error"])
        assert one.passage.left == kept.loc[one.name, "left_q50"]
    assert all(outcome.change is None for outcome in told.plans[0].outcomes)
    both = made.outcomes.values[1:, :, 0]
    pair = next(one for one in told.pairs if one.outcome == "waiting")
    assert (pair.plan, pair.other) == ("more", "fewer")
    assert pair.change.amount.mean == pytest.approx((both[0] - both[1]).mean())
    assert pair.change.better == np.mean(both[0] < both[1])


def test_what_binds_is_on_the_days_on_which_it_does(scenario: Scenario) -> None:
    made = compared(scenario, [], MEMBERS, 1)
    table = binding_table(made)
    found = answer(made).plans[0].binding
    assert found
    for one in found:
        mine = table[table["place"].eq(one.place) & table["kind"].eq(one.kind)]
        assert one.narrowest == pytest.approx(mine["binds"].sum())
        assert one.narrowest >= 1.0
        often = mine[mine["binds"].ge(0.5)]
        assert (one.first is None) == often.empty
        assert one.first is None or (one.first <= one.last and one.first == often["date"].min().date())
        assert one.held_high == mine["held_q95"].max()


def heard(act: Callable[[Any], Answer]) -> list[tuple[str, int]]:
    told: list[tuple[str, int]] = []
    act(lambda what, done: told.append((what, done)))
    return told


def test_nothing_is_run_twice(scenario: Scenario) -> None:
    tries = Tries(MEMBERS, FEW)
    assert ("fit", 0) in heard(lambda tell: tries.first(scenario, (buses(4),), tell))
    assert heard(lambda tell: tries.first(scenario, (buses(4),), tell)) == []
    renamed = replace(buses(4), name="other", title="Other")
    assert heard(lambda tell: tries.first(scenario, (renamed,), tell)) == []
    assert tries.first(scenario, (renamed,), silent).plans[1].title == "Other"
    both = (buses(4), buses(5, "five"))
    fresh = heard(lambda tell: tries.first(scenario, both, tell))
    assert tries.first(scenario, both) is tries.first(scenario, both)
    assert {what for what, _ in fresh} == {"five"}
    assert sum(done for _, done in fresh) == FEW


def test_new_places_are_prepared_for_and_what_was_prepared_is_kept(scenario: Scenario) -> None:
    tries = Tries(MEMBERS, FEW)
    tries.first(scenario, (buses(4),))
    assert ("fit", 0) in heard(lambda tell: tries.first(scenario, (plan(*CAMP, name="camp"),), tell))
    assert heard(lambda tell: tries.first(scenario, (buses(4),), tell)) == []


# --- the process, without a process ----------------------------------------------------------------------------------


class Bench:
    """A desk whose queue and answers are at hand; ``during`` is called with the first note of every whole answer."""

    def __init__(self, scenario: Scenario, tries: Any):
        self.scenario, self.sent, self.queue = scenario, [], SimpleQueue()
        self.desk = Desk(self.queue, self.sent.append, tries)

    def ask(self, name: str, page: str, *plans: Plan) -> None:
        self.queue.put(Question(name, page, self.scenario, plans))

    def answers(self) -> list[tuple[str, bool]]:
        return [(one.id, one.whole) for one in self.sent if isinstance(one, Found)]


def test_first_answers_come_before_whole_ones(scenario: Scenario, tries: Tries) -> None:
    bench = Bench(scenario, tries)
    bench.ask("a", "page 1", buses(6))
    bench.ask("b", "page 2", buses(7))
    for _ in range(4):
        bench.desk.step()
    assert bench.answers() == [("a", False), ("b", False), ("a", True), ("b", True)]


def test_a_newer_question_of_the_same_page_drops_the_older_one(scenario: Scenario, tries: Tries) -> None:
    bench = Bench(scenario, tries)
    bench.ask("a", "page 1", buses(8))
    bench.ask("b", "page 1", buses(9))
    bench.desk.step()
    assert bench.answers() == [("b", False)]
    bench.ask("c", "page 1", buses(10))
    bench.desk.step()
    bench.desk.step()
    assert bench.answers() == [("b", False), ("c", False), ("c", True)]


def test_a_whole_answer_is_broken_off_for_a_first_one_and_taken_up_again(scenario: Scenario) -> None:
    bench = Bench(scenario, Tries(MEMBERS, FEW, threads=1))
    bench.ask("a", "page 1", buses(11))
    bench.desk.step()
    told = bench.desk._send

    def send(one: Any) -> None:
        told(one)
        if isinstance(one, Told) and one.id == "a" and ("b", False) not in bench.answers():
            bench.ask("b", "page 2", buses(12))

    bench.desk._send = send
    for _ in range(4):
        bench.desk.step()
    assert bench.answers() == [("a", False), ("b", False), ("a", True), ("b", True)]


def test_problems_and_faults_are_told(scenario: Scenario, tries: Tries) -> None:
    bench = Bench(scenario, tries)
    bench.ask("a", "page 1", buses(-99))
    bench.desk.step()
    assert bench.sent[0].id == "a"
    assert "at least" in bench.sent[0].problems[0].expected
    broken = Bench(scenario, Broken())
    broken.ask("b", "page 1")
    broken.desk.step()
    assert (broken.sent[0].error, "list index" in broken.sent[0].message) == ("Unexpected", True)


class Broken:
    """Tries that have a fault of their own."""

    def problems(self, scenario: Scenario, plans: tuple[Plan, ...]) -> list:
        return [][0]


# --- the process -----------------------------------------------------------------------------------------------------


@pytest.fixture
def planner() -> Iterator[Planner]:
    made = Planner(Tries(MEMBERS, FEW))
    yield made
    made.stop()


def whole(planner: Planner, trial: Trial, seconds: float = 120) -> Trial:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = planner.known(trial.id, "first", 1.0)
        assert found is not None
        if found.over:
            return found
    raise AssertionError("no answer")


def test_a_process_is_started_again_after_it_died(scenario: Scenario, planner: Planner, tries: Tries) -> None:
    found = whole(planner, planner.ask("page", scenario, (buses(4),)))
    assert found.state == "whole"
    assert found.answer == tries.whole(scenario, (buses(4),))
    assert found.seconds > 0
    assert planner._process is not None
    os.kill(planner._process.pid or 0, signal.SIGSTOP)
    lost = planner.ask("page", scenario, (buses(5),))
    os.kill(planner._process.pid or 0, signal.SIGKILL)
    died = whole(planner, lost, 20)
    assert (died.state, died.message) == ("failed", DIED)
    assert whole(planner, planner.ask("page", scenario, (buses(5),))).state == "whole"


def test_what_is_answered_stays_when_the_process_ends(scenario: Scenario, planner: Planner) -> None:
    found = whole(planner, planner.ask("page", scenario, ()))
    planner.stop()
    assert planner.known(found.id) == found
    assert planner.known("nothing") is None


def test_wrong_plans_are_told_with_their_problems(scenario: Scenario, planner: Planner) -> None:
    found = whole(planner, planner.ask("page", scenario, (buses(-99),)))
    assert found.state == "wrong"
    assert found.problems[0].column == "buses.vehicles"


SERVER = """
import os, sys, time
from pathlib import Path
from saferground import read_scenario
from saferground.runs.tries import Tries
from saferground.web.plans.planner import Planner
planner = Planner(Tries(4, 2))
trial = planner.ask("page", read_scenario(sys.argv[1]), ())
while not planner.known(trial.id, "first", 1.0).over:
    pass
planner.ask("page", read_scenario("mosul-2017"), ())
print(planner._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_the_process_ends_with_its_server_whatever_it_does(tmp_path: Path) -> None:
    folder = line().write(tmp_path / "line")
    server = subprocess.run([sys.executable, "-c", SERVER, str(folder)], capture_output=True, text=True, check=False)
    assert server.returncode == -signal.SIGKILL, server.stderr
    process = Path("/proc") / server.stdout.strip()
    end = time.monotonic() + 10
    while process.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not process.exists()


def test_errors_of_ours_are_told_as_such(scenario: Scenario) -> None:
    class Refusing(Broken):
        def problems(self, scenario: Scenario, plans: tuple[Plan, ...]) -> list:
            raise SafergroundError("no room")

    bench = Bench(scenario, Refusing())
    bench.ask("a", "page")
    bench.desk.step()
    assert bench.sent == [Wrong("a", error="SafergroundError", message="no room")]
