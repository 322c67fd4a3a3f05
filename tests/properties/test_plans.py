"""Whatever days a plan names: what it leaves alone stays, what ends is as before, and the result passes every check."""

from __future__ import annotations

from datetime import date
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.planned import CAMP, change, day, plan
from helpers.worlds import START, line
from saferground.scenario import Scenario
from saferground.scenario.checks import run_checks
from saferground.scenario.plans import Change, plan_problems, united, with_plan

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DATED = {"stations": "opens", "buses": "date", "camps": "date", "closures": "closed", "supplies": "date"}


def city() -> Scenario:
    """The line world with announced changes of everything that a plan can change, on days that examples can hit."""
    world = line()
    world.add("camps", place="camp_a", date=day(4), capacity=3600, published=START)
    world.add("buses", place="gate", date=day(5), vehicles=9, seats=45, speed_kmh=25, published=START)
    world.add("stations", place="desk", kind="screening", opens=day(3), closes=day(7), servers=3, opens_hour=7)
    world.add("stations", place="desk", kind="screening", opens=day(7), servers=2, closes_hour=20)
    world.add("closures", route="b_side", closed=day(2), reopened=day(6), published=START)
    world.add("supplies", district="c", good="water", date=START, inflow=0.2)
    world.tables["supplies"][-1] |= {"days_low": 1, "days_best": 2, "days_high": 3}
    with TemporaryDirectory() as folder:
        return world.read(folder)


CITY = city()
WHEN = [START, *(day(i) for i in range(0, 12)), day(15)]
UNITED = united(CITY, [plan(*CAMP)])


@st.composite
def periods(draw: st.DrawFn) -> dict[str, date | None]:
    first = draw(st.integers(1, 10))
    until = draw(st.none() | st.integers(first + 1, 15))
    return {"start": day(first), "until": None if until is None else day(until)}


@st.composite
def changes(draw: st.DrawFn) -> Change:
    kind, more = draw(st.sampled_from(sorted(KEYS))), draw(st.integers(-2, 3).filter(bool))
    keys = dict(KEYS[kind])
    number = {"buses": "vehicles", "stations": "servers", "camps": "places"}.get(kind)
    return change(kind, **keys, **draw(periods()), **({number: more} if number else {}))


KEYS: dict[str, dict] = {
    "buses": {"place": "gate"},
    "stations": {"place": "desk", "kind": "screening"},
    "hours": {"place": "desk", "kind": "screening", "opens_hour": 5.0, "closes_hour": 21.0},
    "camps": {"place": "camp_a"},
    "closures": {"route": "b_side"},
    "supplies": {"district": "c", "good": "water", "inflow": 0.5},
}


def on(scenario: Scenario, table: str, when: date) -> list[tuple]:
    """What a table says of a day, whatever its rows."""
    rows, moment = scenario.tables[table], pd.Timestamp(when)
    if table in ("stations", "closures"):
        first, last = {"stations": ("opens", "closes"), "closures": ("closed", "reopened")}[table]
        rows = rows[rows[first].le(moment) & ~rows[last].le(moment)]
        traits = ["place", "kind", "servers", "opens_hour", "closes_hour"] if table == "stations" else ["route"]
    else:
        keys = {"buses": ["place"], "camps": ["place"], "supplies": ["district", "good"]}[table]
        rows = rows[rows["date"].le(moment)].sort_values("date", kind="stable").drop_duplicates(keys, keep="last")
        state = {"buses": ["vehicles", "seats", "speed_kmh"], "camps": ["capacity"], "supplies": ["inflow"]}[table]
        traits = [*keys, *state]
    return sorted(map(tuple, rows[traits].astype(str).to_numpy().tolist()))


def of(one: Change) -> str:
    return "stations" if one.kind == "hours" else one.kind


@quick
@given(changes())
def test_a_change_holds_on_its_days_and_on_no_other(one: Change) -> None:
    after, table = with_plan(UNITED, plan(one)), of(one)
    for name in DATED:
        for when in WHEN:
            inside = one.first <= when and (one.until is None or when < one.until)
            if name != table or not inside:
                assert on(after, name, when) == on(UNITED, name, when)
    assert on(after, table, one.first) != on(UNITED, table, one.first) or one.kind == "closures"


@quick
@given(st.lists(changes(), min_size=1, max_size=5))
def test_a_plan_without_problems_gives_a_scenario_without_problems(several: list[Change]) -> None:
    made = plan(*several)
    if plan_problems(CITY, [made]):
        return  # taken away twice, or the same change again
    after = with_plan(united(CITY, [made]), made)
    found = [one for one in run_checks(after.draft()) if one.severity == "problem" and "once" not in one.expected]
    assert found == []
    for name, frame in after.tables.items():
        assert list(frame.dtypes.items()) == list(CITY.tables[name].dtypes.items())


@quick
@given(st.lists(changes(), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_in_the_file_does_not_matter(several: list[Change], rng) -> None:
    if plan_problems(CITY, [plan(*several)]) or len({(one.kind, one.first) for one in several}) < len(several):
        return  # of changes of one kind on one day the later one in the file is made last
    shuffled = rng.sample(several, len(several))
    assert with_plan(UNITED, plan(*several)).digest == with_plan(UNITED, plan(*shuffled)).digest


@quick
@given(periods(), st.integers(1, 4), st.sampled_from(["buses", "stations", "camps"]))
def test_what_is_added_and_taken_away_again_leaves_every_day_as_it_was(days: dict, number: int, kind: str) -> None:
    key = {"buses": "vehicles", "stations": "servers", "camps": "places"}[kind]
    more, less = (change(kind, **KEYS[kind], **days, **{key: sign * number}) for sign in (1, -1))
    after = with_plan(UNITED, plan(more, less))
    total = {"buses": "vehicles", "stations": "servers", "camps": "capacity"}[kind]
    for when in WHEN:
        assert sums(after, kind, when, total) == sums(UNITED, kind, when, total)


def sums(scenario: Scenario, table: str, when: date, column: str) -> float:
    names = {"buses": 1, "stations": 2, "camps": 1}[table]
    return sum(float(row[names]) for row in on(scenario, table, when) if float(row[names]) == float(row[names]))


@pytest.mark.parametrize(
    "nothing",
    [
        change("camps", place="camp_c", start=day(3), capacity=0),
        change("camps", place="camp_a", start=day(5), capacity=3600),
        change("hours", place="hospital", kind="beds", start=day(1), opens_hour=0.0, closes_hour=24.0),
        change("openings", route="b_side", start=day(7)),
        change("buses", place="desk", start=day(2), vehicles=0, seats=40),
    ],
    ids=lambda one: one.kind,
)
def test_a_plan_that_changes_nothing_says_the_same_of_every_day(nothing: Change) -> None:
    after = with_plan(UNITED, plan(nothing))
    for table in DATED:
        for when in WHEN:
            assert on(after, table, when) == on(UNITED, table, when)


def test_an_empty_plan_gives_the_same_digest() -> None:
    assert with_plan(UNITED, plan()).digest == UNITED.digest
    assert with_plan(UNITED, plan(CAMP[0])).digest == UNITED.digest
    assert united(UNITED, []).tables["places"].equals(UNITED.tables["places"])
