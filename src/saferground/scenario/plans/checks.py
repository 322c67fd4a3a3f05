"""What is wrong with a plan for a given scenario: days, names, and what the changed scenario breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from saferground.errors import Problem
from saferground.scenario.checks import run_checks
from saferground.scenario.checks_names import duplicate_rows
from saferground.scenario.plans.changes import united, with_plan
from saferground.scenario.plans.record import Change, Plan
from saferground.scenario.record import Scenario
from saferground.scenario.wording import did_you_mean, in_order, listed, quoted


def plan_problems(scenario: Scenario, plans: Sequence[Plan]) -> list[Problem]:
    """Every problem that keeps plans from being compared in a scenario, by file and line; empty when there is none."""
    if scenario.settings.model != "siege":
        return [_only_sieges(plan) for plan in plans]
    known = united(scenario, plans)
    own = [problem for plan in plans for problem in (*_twice(plan, plans), *_of_changes(known, plan))]
    spoilt = {one.file for one in own}
    sound = [plan for plan in plans if plan.file not in spoilt]
    return in_order([*own, *(problem for plan in sound for problem in _of_result(scenario, plan))])


def _only_sieges(plan: Plan) -> Problem:
    do = "Plans change sites, camps, buses and ways of a siege; a journey has none of these yet."
    return Problem(plan.file, 0, "", "a plan for a journey", "a siege", do)


def _twice(plan: Plan, plans: Sequence[Plan]) -> Iterator[Problem]:
    """New places and ways that another plan describes differently under the same id."""
    for kind in ("places", "routes"):
        for change in plan.of_kind(kind):
            others = [one for other in plans for one in other.of_kind(kind) if one["id"] == change["id"]]
            if any(_traits(one) != _traits(change) for one in others):
                do = "Give it the same properties in every plan, or another id."
                got = f"{quoted(change['id'])}, which another plan describes differently"
                yield Problem(
                    plan.file, change.line, f"{kind}.id", got, "one description of each new place and way", do
                )


def _traits(change: Change) -> dict:
    return {key: value for key, value in change.values.items() if key not in ("from", "until")}


# --- each change by itself -----------------------------------------------------------------------------------------


def _of_changes(scenario: Scenario, plan: Plan) -> Iterator[Problem]:
    for change in plan.changes:
        for column, got, expected, do in (
            *_days(scenario, plan, change),
            *_RULES.get(change.kind, _none)(scenario, change),
        ):
            yield Problem(plan.file, change.line, f"{change.kind}.{column}", got, expected, do)


Wrong = tuple[str, str, str, str]
"""Key, what was got, what was expected, what to do."""


def _none(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    return iter(())


def _days(scenario: Scenario, plan: Plan, change: Change) -> Iterator[Wrong]:
    if "from" not in change.values:
        return
    as_of, end = scenario.settings.as_of, scenario.settings.end
    earliest = as_of + timedelta(days=max(1, plan.lead_days or 0))
    if change.first < earliest:
        why = "the day after the as-of date" if not plan.lead_days else f"{plan.lead_days} lead days after {as_of}"
        yield "from", _day(change.first), f"{earliest}, {why}, or later", "Move it, or choose an earlier --as-of."
    if change.first > end:
        yield "from", _day(change.first), f"{end}, the last day ahead, or earlier", "Move it, or forecast more days."
    if change.until is not None and change.until <= change.first:
        do = "Write the first day on which it does not hold any more, or leave it out."
        yield "until", _day(change.until), f"later than from, {change.first}", do


def _day(day: date) -> str:
    return day.isoformat()


def _buses(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _place(scenario, change)
    fleets = scenario.tables["buses"]
    there = fleets["place"].eq(change["place"]) & fleets["date"].le(pd.Timestamp(change.first))
    if there.any():
        return
    for key in ("seats", "speed_kmh"):
        if change[key] is None:
            do = "Give it; there is no fleet at this place yet from which it could be taken."
            yield key, "nothing", "a number, for a new fleet", do


def _stations(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _kind(scenario, change)
    there = _servers(scenario, change)
    if change["servers"] < 0 and there < -change["servers"]:
        do = "Take away at most what is there."
        yield "servers", str(change["servers"]), f"at least {-there:.0f}: so many are there on {change.first}", do
    if change["servers"] == 0:
        yield "servers", "0", "more or fewer", "Write how many are added, or taken away with a minus sign."


def _servers(scenario: Scenario, change: Change) -> float:
    rows, day = scenario.tables["stations"], pd.Timestamp(change.first)
    mine = rows["place"].eq(change["place"]) & rows["kind"].eq(change["kind"])
    return float(rows.loc[mine & rows["opens"].le(day) & ~rows["closes"].le(day), "servers"].sum())


def _hours(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _kind(scenario, change)
    if not _servers(scenario, change):
        do = "Correct place and kind, or add servers with [[stations]]."
        yield "kind", quoted(change["kind"]), f"a station that works at {change['place']} on {change.first}", do


def _kind(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _place(scenario, change)
    known = scenario.schema.column("stations", "kind").choices
    if change["kind"] not in known:
        yield (
            "kind",
            quoted(change["kind"]),
            f"one of {listed(known)}",
            f"{did_you_mean(change['kind'], known)}Correct it.",
        )


def _place(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _name(change, "place", scenario.tables["places"]["id"], "places.csv")


def _name(change: Change, key: str, known: pd.Series, where: str) -> Iterator[Wrong]:
    if not known.eq(change[key]).any():
        do = f"{did_you_mean(change[key], known)}Correct it; a row published after the as-of date is not known yet."
        yield key, quoted(change[key]), f"an id that stands in {where} or is new in the plan", do


def _camps(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _place(scenario, change)
    if (change["places"] is None) == (change["capacity"] is None):
        got = "neither" if change["places"] is None else "both"
        yield "places", got, "places or capacity", "Write people more or fewer (places), or people in all (capacity)."


def _route(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _name(change, "route", scenario.tables["routes"]["id"], "routes.csv")


def _opening(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _route(scenario, change)
    closures, day = scenario.tables["closures"], pd.Timestamp(change.first)
    mine = closures[closures["route"].eq(change["route"])]
    until = pd.Timestamp(change.until or scenario.settings.end + timedelta(days=1))
    if not (mine["closed"].lt(until) & ~mine["reopened"].le(day)).any():
        do = "Remove the change; only closures of closures.csv can be lifted, not what fighting or held districts shut."
        yield "route", quoted(change["route"]), "a route that is closed in these days", do


def _supplies(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    rows = scenario.tables["supplies"]
    mine = rows["district"].isin(["", change["district"]]) & rows["good"].eq(change["good"])
    if not (mine & rows["date"].le(pd.Timestamp(change.first))).any():
        do = "Add the stock to supplies.csv first; without a row a good is not limited."
        yield "good", quoted(change["good"]), "a good of which supplies.csv has the stock", do


_RULES: dict[str, Callable[[Scenario, Change], Iterator[Wrong]]] = {
    "buses": _buses,
    "stations": _stations,
    "hours": _hours,
    "camps": _camps,
    "closures": _route,
    "openings": _opening,
    "supplies": _supplies,
}


# --- the changed scenario ------------------------------------------------------------------------------------------


def _of_result(scenario: Scenario, plan: Plan) -> list[Problem]:
    """What the scenario with the plan breaks and without it did not."""
    before = set(_broken(united(scenario, ())))
    after = _broken(with_plan(united(scenario, [plan]), plan))
    return list(dict.fromkeys(_in_plan(plan, one) for one in after if one not in before))


def _broken(scenario: Scenario) -> list[Problem]:
    return [one for one in run_checks(scenario.draft(), but=(duplicate_rows,)) if one.severity == "problem"]


def _in_plan(plan: Plan, problem: Problem) -> Problem:
    """The problem at the line of the plan that made the row."""
    where = f"{problem.file.removesuffix('.csv')}.{problem.column}" if problem.column else problem.file
    return replace(problem, file=plan.file, line=max(0, -problem.line), column=where)
