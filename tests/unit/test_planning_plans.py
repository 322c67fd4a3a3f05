"""Plans compared: outcomes, charging for passage denied, pairing, what binds, one more of each, and the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.planned import CAMP, change, day, plan
from helpers.worlds import line
from saferground.errors import ScenarioError, UsageError
from saferground.forecasting.branches import branch, trunk
from saferground.model.build import build_siege
from saferground.planning.plans.budget import Budget, Option, weekly_budget
from saferground.planning.plans.compare import BASELINE, Comparison, Prepared, prepared, tried
from saferground.planning.plans.compare import plan as compared
from saferground.planning.plans.differences import (
    _greatest,
    binding_table,
    difference_table,
    outcome_table,
    passage_table,
    regret_table,
)
from saferground.planning.plans.marginal import marginal_table
from saferground.planning.plans.outcomes import NAMES, WEIGHTS, before, difference, outcomes, position
from saferground.planning.plans.resources import Resource, one_more, resources
from saferground.planning.plans.search import Judge, every_second, greedy, proportional, search
from saferground.scenario import Scenario
from saferground.scenario.plans import united

MEMBERS = 30
LANES = change("stations", place="desk", kind="screening", start=day(1), servers=4)
FEWER = change("stations", place="desk", kind="screening", start=day(1), servers=-1)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The line world with ten times the people and slow screening, so that lines form."""
    world = line(population=50_000).fix(screening_rate=4.0, registration_rate=100.0, flight_contested=0.2)
    return world.read(tmp_path_factory.mktemp("city") / "city")


@pytest.fixture(scope="module")
def shut(city: Scenario):
    """A plan that shuts every way out on foot."""
    rows = city.tables["routes"]
    districts = city.tables["places"].query("kind == 'district'")["id"]
    ways = rows[rows["mode"].eq("walk") & rows["origin"].isin(districts)]["id"]
    return plan(*(change("closures", route=way, start=day(1)) for way in ways), name="shut")


@pytest.fixture(scope="module")
def comparison(city: Scenario, shut) -> Comparison:
    plans = [plan(LANES, name="lanes", cost=1000.0), plan(FEWER, name="fewer"), plan(*CAMP, name="camp"), shut]
    return compared(city, plans, MEMBERS, 3, learn=False)


@pytest.fixture(scope="module")
def ready(city: Scenario) -> Prepared:
    return prepared(city, MEMBERS, 3, learn=False)


def rows(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table["plan"].eq(name)].set_index("outcome")


SLOW = change("buses", place="gate", start=day(2), vehicles=0, speed_kmh=1.0)


def alike(one: Comparison, other: Comparison) -> bool:
    """Whether every array of every arm is the same, bit for bit."""
    pairs = list(zip(one.arms, other.arms, strict=True))
    arrays = ("plain", "gone", "held")
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for a, b in pairs for name in arrays)


def test_plans_tried_on_what_was_prepared_are_those_compared(city: Scenario, ready: Prepared, comparison):
    """New places and ways have to be prepared for; whatever else a plan changes, journeys longer than any, has not."""
    several = [plan(LANES, name="lanes"), plan(FEWER, name="fewer"), plan(SLOW, name="slow")]
    assert alike(tried(ready, several), compared(city, several, MEMBERS, 3, learn=False))
    every = [arm.plan for arm in comparison.arms[1:]]
    assert not ready.fits(every)
    with pytest.raises(UsageError, match="other new places or ways"):
        tried(ready, every)
    assert alike(tried(prepared(city, MEMBERS, 3, plans=every, learn=False), every), comparison)


def test_what_was_learned_is_prepared_too(city: Scenario):
    lanes = [plan(LANES, name="lanes")]
    assert alike(tried(prepared(city, 10, 3), lanes), compared(city, lanes, 10, 3))


@pytest.mark.parametrize(("members", "chosen"), [(2, [0, 15]), (7, [0, 4, 8, 12, 17, 21, 25]), (30, list(range(30)))])
def test_a_few_members_are_some_of_all(ready: Prepared, members: int, chosen: list[int]):
    few, every = tried(ready, [plan(LANES)], members), tried(ready, [plan(LANES)])
    assert few.members == members
    np.testing.assert_array_equal(few.outcomes, every.outcomes[:, chosen])
    np.testing.assert_array_equal(few.arms[1].held, every.arms[1].held[chosen])


@pytest.mark.parametrize("members", [0, 1, MEMBERS + 1])
def test_members_that_are_not_there_are_refused(ready: Prepared, members: int):
    with pytest.raises(UsageError, match=f"got {members}; expected 2 to {MEMBERS}"):
        tried(ready, [plan(LANES)], members)


def test_a_plan_that_cannot_be_used_is_refused(ready: Prepared):
    with pytest.raises(ScenarioError, match="at least"):
        tried(ready, [plan(change("stations", place="desk", kind="screening", start=day(1), servers=-99))])


def test_the_scenario_without_a_plan_comes_first(comparison):
    assert [arm.plan.name for arm in comparison.arms] == ["baseline", "lanes", "fewer", "camp", "shut"]
    assert comparison.outcomes.shape == (5, MEMBERS, len(NAMES))
    assert np.isfinite(comparison.outcomes).all()


def test_more_lanes_never_make_anyone_wait_longer_in_the_mean_and_fewer_do(comparison):
    table = difference_table(comparison)
    assert rows(table, "lanes").loc["waiting", "mean"] < 0
    assert rows(table, "fewer").loc["waiting", "mean"] > 0
    assert rows(table, "lanes").loc["waiting", "better"] > rows(table, "lanes").loc["waiting", "worse"]


def test_nobody_leaves_home_for_a_plan_at_the_sites(comparison):
    first = comparison.arms[0]
    for arm in comparison.arms[1:3]:
        np.testing.assert_array_equal(arm.gone, first.gone)


def test_denying_passage_is_worse_in_every_outcome_that_counts_people_who_wait(comparison):
    """Shut ways empty the lines; the plan must look bad all the same."""
    shut, base = comparison.arms[-1], comparison.arms[0]
    assert shut.gone[:, -1].sum() < base.gone[:, -1].sum()
    assert shut.plain[:, :, position("waiting")].sum() < base.plain[:, :, position("waiting")].sum()
    table = rows(difference_table(comparison), "shut")
    assert (
        table.loc[["waiting", "apart", "in_the_open", "without_a_place", "unmet", "untreated"], "better"] == 0
    ).all()
    assert (table.loc[["waiting", "without_a_place"], "mean"] > 0).all()


def arrays(waiting: float, left: float) -> tuple[np.ndarray, np.ndarray]:
    """One member, one day: so much of every outcome, and so many who left."""
    return np.full((1, 1, len(NAMES)), waiting), np.full((1, 1), left)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(0, 500), st.integers(0, 500))
def test_keeping_people_inside_is_never_a_gain_and_letting_them_out_never_a_loss(more, less, left, out):
    """Whatever the lines do: who gets out may make thousands wait who stand behind."""
    kept = difference(arrays(more, left), arrays(less, left + out))[0]
    freed = difference(arrays(more, left + out), arrays(less, left))[0]
    if out > 0.001 * (left + out):
        assert (kept >= 0).all()
    if out > 0.001 * left:
        assert (freed[WEIGHTS > 0] <= 0).all()
    if out == 0:
        np.testing.assert_allclose(kept, more - less)


def test_who_is_kept_inside_counts_as_waiting_through_the_day():
    kept = difference(arrays(100.0, 40), arrays(70.0, 45))[0]
    np.testing.assert_allclose(kept, 30 + 5 * WEIGHTS)


def test_the_difference_of_two_plans_does_not_depend_on_the_others(city, shut, comparison):
    alone = compared(city, [plan(FEWER, name="fewer")], MEMBERS, 3, learn=False)
    mine, theirs = (
        c.outcomes.sel(plan="fewer").values - c.outcomes.sel(plan="baseline").values for c in (alone, comparison)
    )
    np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-6)


def test_cost_of_what_is_saved_only_where_something_surely_is(comparison):
    table = difference_table(comparison)
    lanes = rows(table, "lanes").loc["waiting"]
    assert lanes["cost_per_unit"] == pytest.approx(1000.0 / -lanes["mean"])
    assert table[table["plan"].ne("lanes")]["cost_per_unit"].isna().all()


def test_regret_is_what_is_lost_to_the_best_in_each_member(comparison):
    table = regret_table(comparison)
    every = comparison.outcomes.sel(outcome="waiting").values
    lost = every - every.min(axis=0)
    for arm, mine in zip(comparison.arms, lost, strict=True):
        row = rows(table, arm.plan.name).loc["waiting"]
        assert row["mean"] == pytest.approx(mine.mean())
        assert row["best"] == pytest.approx((mine <= 1e-6).mean())
    assert (table["mean"] >= 0).all()


def test_passage_says_how_many_fewer_get_out(comparison):
    table = passage_table(comparison).set_index("plan")
    assert table.loc["baseline", "kept_q95"] == 0
    assert table.loc["shut", "kept_q50"] > 0


def test_outcomes_are_medians_and_ranges_of_the_members(comparison):
    row = rows(outcome_table(comparison), "lanes").loc["waiting"]
    mine = comparison.outcomes.sel(plan="lanes", outcome="waiting").values
    assert row["mean"] == pytest.approx(mine.mean())
    assert row["q05"] <= row["q50"] <= row["q95"]
    assert row["q50"] in mine


def test_what_binds_is_a_chance_and_the_lanes_lose_it(comparison):
    table = binding_table(comparison)
    assert table["binds"].between(0, 1).all()
    assert (table["binds"] <= table["short"] + 1e-9).all()
    screening = table[table["kind"].eq("screening")].groupby("plan")["binds"].sum()
    assert screening.get("lanes", 0.0) < screening["fewer"]


def test_resources_bind_among_their_like():
    """A shortage of kits does not hide a line; nobody held up binds nothing; ties bind both."""
    held = np.array([[[3.0, 2.0, 500.0], [0.0, 0.0, 500.0], [4.0, 4.0, 0.0]]], np.float32)
    found = _greatest(held, ["sites", "sites", "stocks"])
    assert found[0].tolist() == [[True, False, True], [False, False, True], [True, True, False]]


def test_unmet_are_the_displaced_whom_no_stock_serves(tmp_path):
    """A camp with plenty serves all its people; everybody else counts, wherever they are; nobody without stocks."""
    world = line(population=50_000).fix(screening_rate=40.0)
    plenty = {"date": day(0), "on_hand": 1e9, "resupply": 0, "unit": "L"}
    for name, stocked in (("bare", False), ("stocked", True)):
        if stocked:
            world.add("stocks", place="camp_a", item="water", **plenty)
        base = united(world.read(tmp_path / name), [])
        start = trunk(build_siege(base), 5, 1)
        days = branch(start)
        found = outcomes(days, base, before(start))
        unmet, people = found[:, :, position("unmet")], days["people"].sum("household")
        if not stocked:
            assert (unmet == 0).all()
            continue
        there = people.sel(place=[*days["site"].values, *days["settled"].values]).sum("place").values
        served = people.sel(place="camp_a").values
        over = np.clip(people.sel(place=days["settled"].values).values - days["capacity"].values, 0, None)
        sites = people.sel(place=days["site"].values).sum("place").values
        moving = found[:, :, position("without_a_place")] - sites - np.nan_to_num(over).sum(axis=2)
        np.testing.assert_allclose(unmet, there - served + moving, rtol=1e-6)
        assert served.max() > 100


def test_outcomes_by_hand(city):
    """Against sums over the dataset, written out."""
    base = united(city, [])
    start = trunk(build_siege(base), 5, 1)
    days = branch(start)
    found = outcomes(days, base, before(start))
    lines = [name for name in days["spent"].values if name not in ("apart", "open")]
    waiting = days["person_hours"].sel(spent=lines).sum(["site", "spent"]).values
    np.testing.assert_allclose(found[:, :, position("waiting")], waiting)
    camps = days["people"].sum("household").sel(place=days["settled"].values).values
    over = np.nan_to_num(np.clip(camps - days["capacity"].values, 0, None)).sum(axis=2)
    sites = days["people"].sum("household").sel(place=days["site"].values).sum("place").values
    moving = found[:, :, position("without_a_place")] - sites - over
    assert (moving >= -1e-9).all()
    persons = start.model.world.classes.persons
    assert moving[:, -1].max() <= persons.max() * days["flow"].sum(["time", "route"]).max()


def test_plans_that_cannot_be_used_are_all_named(city):
    wrong = [plan(change("buses", place="nowhere", start=day(1), vehicles=1), name="one"),
             plan(change("camps", place="camp_a", start=day(-1), places=5), name="two")]  # fmt: skip
    with pytest.raises(ScenarioError) as caught:
        compared(city, wrong, MEMBERS, 1, learn=False)
    assert {problem.file for problem in caught.value.problems} == {"plans/one.toml", "plans/two.toml"}


# --- one more ------------------------------------------------------------------------------------------------------


def test_one_more_is_the_plan_that_adds_one(city, comparison):
    """The table's row is the paired difference of a comparison with that plan, on the same members."""
    table = marginal_table(comparison, comparison.arms[:1], members=MEMBERS)
    lane = plan(change("stations", place="desk", kind="screening", start=day(1), servers=1), name="lane")
    expected = rows(difference_table(compared(city, [lane], MEMBERS, 3, learn=False)), "lane")
    mine = table[table["kind"].eq("screening") & table["place"].eq("desk")].set_index("outcome")
    np.testing.assert_allclose(mine["mean"], expected["mean"], rtol=1e-9, atol=1e-6)
    assert set(table["kind"]) >= {"screening", "buses", "camp"}


def test_every_resource_can_have_one_more(city):
    base = united(city, [])
    found = resources(base)
    assert Resource("desk", "screening") in found
    for one in found:
        assert one_more(base, one).digest != base.digest


# --- budget and search ---------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 10), min_size=3, max_size=3), st.integers(1, 12))
def test_a_budget_is_spent_and_kept_to(shares, limit):
    priced = zip("abc", (1, 2, 3), strict=True)
    options = tuple(Option(Resource("desk", kind), day(1), cost=cost, most=5) for kind, cost in priced)
    budget = Budget("some", float(limit), options)
    counts = budget.spent(np.array(shares))
    assert budget.allows(counts)
    cheapest = [i for i in range(3) if counts[i] < 5]
    assert all(counts @ budget.costs + budget.costs[i] > limit for i in cheapest)


def test_weeks_cover_the_days_ahead_once(city):
    base = united(city, [])
    budget = weekly_budget(base, 2, kinds=("screening",))
    assert [one.first for one in budget.options] == [day(1), day(8)]
    assert budget.options[0].until == day(8)
    assert budget.options[-1].until is None
    assert budget.limit == pytest.approx(2 * budget.costs.sum())


@pytest.fixture(scope="module")
def judge(city: Scenario) -> Judge:
    base = united(city, [])
    start = trunk(build_siege(base), 20, 1)
    return Judge(base, every_second(start, 0), weekly_budget(base, 2, kinds=("screening", "registration", "aid")))


def test_greedy_takes_the_best_unit_each_time(judge):
    steps = greedy(judge)
    units = np.eye(len(judge.budget.options), dtype=int)
    gains = [-judge(unit) / cost for unit, cost in zip(units, judge.budget.costs, strict=True)]
    assert steps[1].argmax() == int(np.argmax(gains))
    assert judge.budget.allows(steps[-1])
    assert judge(steps[-1]) <= judge(steps[1]) + 1e-9


def test_proportional_goes_where_people_are_held_up(judge):
    counts = proportional(judge)
    assert judge.budget.allows(counts)
    assert counts.sum() > 0


def test_a_search_beats_what_it_begins_with_on_the_members_that_it_trains_on(city):
    base = united(city, [])
    start = trunk(build_siege(base), 20, 1)
    budget = weekly_budget(base, 2, kinds=("screening", "registration", "aid"))
    told: list[int] = []
    found = search(base, start, budget, 5, tries=32, told=lambda tried, best: told.append(tried))
    assert [one.name for one in found.plans] == ["proportional", "greedy", "searched"]
    trained = Judge(base, every_second(start, 0), budget)
    values = [trained(counts) for counts in found.counts]
    assert values[2] <= min(values[:2])
    assert found.tried["mean"].iloc[0] == pytest.approx(values[2])
    assert told == sorted(told)
    held_out = Judge(base, every_second(start, 1), budget)
    np.testing.assert_allclose(found.held_out[2], held_out.changes(found.counts[2]))
    assert found.table()["behind"].iloc[-1] == 0


def test_a_careful_search_looks_at_the_worst_futures(judge):
    careful = replace(judge, budget=replace(judge.budget, careful=0.1), known={})
    unit = np.eye(len(judge.budget.options), dtype=int)[0]
    changes = careful.changes(unit)
    assert careful(unit) in changes
    assert BASELINE.changes == ()
