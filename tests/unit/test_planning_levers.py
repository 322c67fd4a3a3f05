"""What of a scenario a plan can change by a number, and the changes that come of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from helpers.planned import day, plan
from helpers.worlds import line
from saferground import read_scenario
from saferground.planning.plans.levers import Level, Lever, levers
from saferground.planning.plans.resources import resources
from saferground.scenario import Scenario
from saferground.scenario.plans import plan_problems, united, with_plan


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return line().read(tmp_path_factory.mktemp("levers") / "line")


@pytest.fixture(scope="module")
def found(scenario: Scenario) -> dict[str, Lever]:
    return {one.key: one for one in levers(united(scenario, ()))}


@pytest.fixture(scope="module")
def mosul() -> dict[str, Lever]:
    return {one.key: one for one in levers(united(read_scenario("mosul-2017"), ()))}


def test_everything_that_there_can_be_more_of_has_a_lever(scenario: Scenario, found: dict[str, Lever]) -> None:
    base = united(scenario, ())
    assert {(one.place, one.resource) for one in found.values()} == {(r.place, r.kind) for r in resources(base)}
    assert len(found) == len(levers(base))


def test_a_lever_says_what_there_is_day_by_day(mosul: dict[str, Lever]) -> None:
    first = date(2017, 3, 1)
    assert mosul["buses:vehicles:scorpion_junction"].levels == (Level(first, 20.0),)
    assert mosul["camps:places:haa1"].levels == (Level(first, 10_000.0), Level(date(2017, 3, 23), 24_000.0))
    assert mosul["stations:servers:fh_athbah:beds"].levels == (Level(first, 0.0), Level(date(2017, 3, 7), 45.0))
    assert mosul["hours:closes_hour:haa_screening:aid"].levels == (Level(first, 20.0),)


def test_what_ends_and_what_never_closes(tmp_path: Path) -> None:
    world = line().add("stations", place="desk", kind="aid", servers=2, opens=day(-3), closes=day(4))
    found = {one.key: one for one in levers(united(world.read(tmp_path / "ends"), ()))}
    aid = found["stations:servers:desk:aid"].levels
    assert aid[-1].first == day(4)
    assert aid[0].value is not None
    assert aid[-1].value == aid[0].value - 2
    assert not any(key.startswith("hours") and key.endswith("beds") for key in found)  # hospitals never close


def test_sliders_reach_nothing_as_much_again_and_no_change(mosul: dict[str, Lever]) -> None:
    for one in mosul.values():
        assert one.least <= one.low < one.high <= one.most
        if one.adds:
            assert one.low <= 0 <= one.high
            assert one.low % one.step == 0  # so that no change can be chosen
        else:
            assert all(level.value is None or one.low <= level.value <= one.high for level in one.levels)


def test_every_lever_makes_a_change_that_can_be_used(scenario: Scenario, found: dict[str, Lever]) -> None:
    base = united(scenario, ())
    for one in found.values():
        there = one.levels[-1].value
        value = one.step if one.adds else 9.0 if one.unit == "hour" else one.high
        made = plan(one.change(value, day(2)))
        assert plan_problems(scenario, [made]) == [], one.key
        after = {other.key: other for other in levers(with_plan(base, made))}[one.key].levels
        expected = (there or 0.0) + value if one.adds else value
        assert after[-1].value == expected, one.key


def test_a_change_for_some_days_is_undone_after_them(scenario: Scenario, found: dict[str, Lever]) -> None:
    buses = found["buses:vehicles:gate"]
    there = buses.levels[0].value
    assert there is not None
    made = plan(buses.change(3, day(2), day(5)))
    after = {one.key: one for one in levers(with_plan(united(scenario, ()), made))}["buses:vehicles:gate"].levels
    assert after == (Level(day(1), there), Level(day(2), there + 3), Level(day(5), there))
