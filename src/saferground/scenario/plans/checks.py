"""What is wrong with a plan for a given scenario: days, names, and what the changed scenario breaks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

from saferground.axes import SETTLED
from saferground.errors import Problem
from saferground.scenario.checks import run_checks
from saferground.scenario.checks_names import PLACE_KINDS, STATION_PLACES, duplicate_rows
from saferground.scenario.plans.changes import SOURCE, changed, united
from saferground.scenario.plans.record import BASELINE, SCHEMA, Change, Plan
from saferground.scenario.record import Scenario
from saferground.scenario.wording import Finding, capped, did_you_mean, in_order, listed, many, quoted

Wrong = tuple[str, str, str, str]
"""Key, what was got, what was expected, what to do."""


def plan_problems(scenario: Scenario, plans: Sequence[Plan]) -> list[Problem]:
    """Every problem that keeps plans from being compared in a scenario, by file and line; empty when there is none."""
    if scenario.settings.model != "siege":
        return [_only_sieges(plan) for plan in plans]
    alone = [one for plan in plans for one in problems_alone(scenario, plan)]
    return told([*alone, *problems_between(scenario, plans, well=not alone)])


def told(found: Iterable[Problem]) -> list[Problem]:
    """Problems in the order of files and lines, the same one not too often."""
    return in_order(capped(Finding(one.expected, one) for one in found))


def problems_alone(scenario: Scenario, plan: Plan) -> list[Problem]:
    """Every problem of one plan for a siege, whatever plans stand beside it."""
    return list(_of_plan(scenario, plan, _broken_before(scenario)))


def problems_between(scenario: Scenario, plans: Sequence[Plan], *, well: bool) -> list[Problem]:
    """What plans break for each other; of plans that are ``well`` by themselves also what they break together."""
    found = [*_alike(plans), *(one for plan in plans for one in _otherwise(plan, plans))]
    return found or (list(_together(scenario, plans, _broken_before(scenario))) if well else [])


def _only_sieges(plan: Plan) -> Problem:
    do = "Plans change sites, camps, buses and ways of a siege; a journey has none of these yet."
    return Problem(plan.file, 0, "", "a plan for a journey", "a siege", do)


def _alike(plans: Sequence[Plan]) -> Iterator[Problem]:
    """Plans that tables and reports could not tell apart."""
    first: dict[str, str] = {BASELINE: "the name of the scenario without a plan"}
    for plan in plans:
        for word in dict.fromkeys((plan.name.casefold(), plan.title.casefold())):
            if word in first:
                do = "Give each plan a name of its own, in the file's name and in its title."
                yield Problem(plan.file, 0, "title", f"{quoted(word)}, {first[word]}", "a name of its own", do)
        first |= {plan.name.casefold(): f"as in {plan.file}", plan.title.casefold(): f"as in {plan.file}"}


def _together(scenario: Scenario, plans: Sequence[Plan], before: Set[Problem]) -> Iterator[Problem]:
    """What the new places and ways of all plans break together: each run has all of them, open or not."""
    if sum(any(one.kind in ("places", "routes") for one in plan.changes) for plan in plans) > 1:
        do = "Compare these plans in two runs, or give each a site of its own."
        for one in _broken(united(scenario, plans)):
            if one not in before:
                got = f"the new places and ways of all plans together: {_LINE.sub('a line', one.got)}"
                yield replace(one, file=plans[0].file, line=0, got=got, do=do)


def _of_plan(scenario: Scenario, plan: Plan, before: Set[Problem]) -> Iterator[Problem]:
    yield from _twice(plan)
    yield from _never_open(plan)
    result, own = _tried(united(scenario, [plan]), plan)
    yield from own
    spoilt = {one.line for one in own}
    if not any(one.kind in ("places", "routes") and one.line in spoilt for one in plan.changes):
        yield from _of_result(plan, result, before)


def _tried(scenario: Scenario, plan: Plan) -> tuple[Scenario, list[Problem]]:
    """The scenario with the changes that can be made, and what is wrong with the others."""
    problems: list[Problem] = []
    for change in plan.in_order():
        wrong = [*_days(scenario, plan, change), *_names(scenario, change), *_RULES[change.kind](scenario, change)]
        problems += [_problem(plan, change, *words) for words in wrong]
        scenario = scenario if wrong else changed(scenario, change)
    return scenario, problems


def _problem(plan: Plan, change: Change, key: str, got: str, expected: str, do: str) -> Problem:
    return Problem(plan.file, change.line, f"{change.kind}.{key}" if key else change.kind, got, expected, do)


# --- the plan as a whole -------------------------------------------------------------------------------------------


def _twice(plan: Plan) -> Iterator[Problem]:
    """What is written twice: a change, or the id of a new place or way."""
    first: dict[Any, int] = {}
    for change in plan.changes:
        new = change.kind in ("places", "routes")
        key = (change.kind, change["id"] if new else tuple(change.values.items()))
        if key in first:
            got = f"{quoted(change['id'])} again" if new else "the same change again"
            do = "Delete one of them." if not new else "Rename one of them, or delete it."
            yield _problem(plan, change, "id" if new else "", f"{got}, as in line {first[key]}", "each once", do)
        first.setdefault(key, change.line)


def _otherwise(plan: Plan, plans: Sequence[Plan]) -> Iterator[Problem]:
    """New places and ways that another plan describes differently under the same id."""
    for kind in ("places", "routes"):
        for change in plan.of_kind(kind):
            others = [one for other in plans for one in other.of_kind(kind) if other is not plan]
            if any(one["id"] == change["id"] and _traits(one) != _traits(change) for one in others):
                do = "Give it the same properties in every plan, or another id."
                got = f"{quoted(change['id'])}, which another plan describes differently"
                yield _problem(plan, change, "id", got, "one description of each new place and way", do)


def _traits(change: Change) -> dict:
    return {key: value for key, value in change.values.items() if key not in ("from", "until")}


_OPENING = {
    "host_community": ("camps", "", "Add [[camps]] with this place, and capacity where there is a limit."),
    "camp": ("camps", "", "Add [[camps]] with this place, and places or capacity."),
    "field_hospital": ("stations", "beds", 'Add [[stations]] with this place, kind = "beds" and its beds as servers.'),
}
"""By kind of a new place, the kind of change and of station without which it never opens, and advice."""


def _never_open(plan: Plan) -> Iterator[Problem]:
    for change in plan.of_kind("places"):
        kind, station, do = _OPENING.get(change["kind"], ("", "", ""))
        own = [one for one in plan.of_kind(kind) if one["place"] == change["id"]]
        if kind and not any(not station or one["kind"] == station for one in own):
            got = f"{quoted(change['id'])}, a {change['kind'].replace('_', ' ')} that never opens"
            yield _problem(plan, change, "id", got, "a change that opens it", do)


# --- each change by itself -----------------------------------------------------------------------------------------


def _days(scenario: Scenario, plan: Plan, change: Change) -> Iterator[Wrong]:
    if "from" not in change.values:
        return
    as_of, end = scenario.settings.as_of, scenario.settings.end
    earliest = as_of + timedelta(days=max(1, plan.lead_days or 0))
    if change.first < earliest:
        why = (
            "the day after the as-of date"
            if not plan.lead_days
            else f"{many(plan.lead_days, 'lead day')} after {as_of}"
        )
        yield "from", _day(change.first), f"{earliest}, {why}, or later", "Move it, or choose an earlier --as-of."
    if change.first > end:
        yield "from", _day(change.first), f"{end}, the last day ahead, or earlier", "Move it, or forecast more days."
    if change.until is not None and change.until <= change.first:
        do = "Write the first day on which it does not hold any more, or leave it out."
        yield "until", _day(change.until), f"later than from, {change.first}", do


def _day(day: date) -> str:
    return day.isoformat()


def _names(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    """Places and ways that are not known; the scenario has those that are new in the plan."""
    for column in SCHEMA.columns[f"plan_{change.kind}"]:
        cell = change[column.name] if column.target else ()
        for name in cell if isinstance(cell, tuple) else (cell,):
            known = scenario.tables[column.target]["id"] if column.target else ()
            if name and name not in set(known):
                do = f"{did_you_mean(name, known)}Correct it; what was published after the as-of date is not known yet."
                yield column.name, quoted(name), f"an id that stands in {column.target}.csv or is new in the plan", do


def _kind_of(scenario: Scenario, place: str) -> str:
    """The kind of a place; empty when there is no such place."""
    places = scenario.tables["places"]
    return "".join(places.loc[places["id"].eq(place), "kind"].head(1))


def _wrong_kind(scenario: Scenario, change: Change, wanted: Sequence[str], why: str = "") -> Iterator[Wrong]:
    kind = _kind_of(scenario, change["place"])
    if kind and kind not in wanted:
        got = f"{quoted(change['place'])}, a {_words(kind)}"
        yield "place", got, f"a {' or '.join(map(_words, wanted))}{why}", "Write another place."


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _none(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    return iter(())


def _buses(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    wanted = PLACE_KINDS["buses", "place"]
    yield from _wrong_kind(scenario, change, wanted)
    rows = _on(scenario, "buses", change)
    there = int(rows["vehicles"].tail(1).sum())
    if there + change["vehicles"] < 0:
        yield _too_few("vehicles", change, there)
    elif _kind_of(scenario, change["place"]) == "stabilisation_point" and rows.empty:
        yield _without_limit(change, "ambulances", "buses.csv")
    elif _kind_of(scenario, change["place"]) in wanted and rows.empty:
        yield from _new_fleet(change)
    if not change["vehicles"] and all(change[key] is None for key in change.values if key not in _FLEET_KEYS):
        yield "vehicles", "0 and nothing else", "a change", "Write how many more or fewer, or seats, speed or hours."
    yield from _too_many("vehicles", there + change["vehicles"], scenario, "buses")


_FLEET_KEYS = ("place", "from", "until", "vehicles")


def _without_limit(change: Change, what: str, file: str) -> Wrong:
    do = f"State those that are there in {file} first; where none are stated nobody waits for one, so more cannot help."
    return "place", quoted(change["place"]), f"a place whose {what} are stated", do


def _new_fleet(change: Change) -> Iterator[Wrong]:
    if change.until is not None:
        do = "Leave it out; people walk where there has been no fleet, and wait where there has been one."
        yield "until", _day(change.until), "nothing, for a new fleet", do
    for key in ("seats", "speed_kmh"):
        if change[key] is None:
            do = "Give it; there is no fleet at this place yet from which it could be taken."
            yield key, "nothing", "a number, for a new fleet", do


def _on(scenario: Scenario, table: str, change: Change) -> pd.DataFrame:
    """The rows of a place that began by the first day of the change, the last one latest."""
    rows = scenario.tables[table]
    mine = rows[rows["place"].eq(change["place"]) & rows["date"].le(pd.Timestamp(change.first))]
    return mine.sort_values("date", kind="stable")


def _too_few(key: str, change: Change, there: float) -> Wrong:
    do = "Take away at most what is there."
    return key, str(change[key]), f"at least {-there:.0f}: there are {there:.0f} on {change.first}", do


def _too_many(key: str, result: float, scenario: Scenario, table: str) -> Iterator[Wrong]:
    most = scenario.schema.column(table, key).high
    if most is not None and result > most:
        yield key, f"{result:.0f} in all", f"at most {most:.0f} in all", "Check the figure and its unit."


def _stations(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _station_kind(scenario, change)
    there = _servers(scenario, change)
    if change["servers"] + there < 0:
        yield _too_few("servers", change, there)
    if change["servers"] == 0:
        yield "servers", "0", "more or fewer", "Write how many are added, or taken away with a minus sign."
    unstated = bool(_kind_of(scenario, change["place"])) and _rows_of(scenario, change).empty
    if unstated and change["kind"] == "theatre" and not _is_new(scenario, change["place"]):
        yield _without_limit(change, "theatres", "stations.csv")
    if unstated and change["kind"] == "stabilisation":
        do = "Add its station to stations.csv, with 0 servers if it does not work yet; then a plan can add to it."
        yield "place", quoted(change["place"]), "a stabilisation point that stations.csv speaks of", do


def _is_new(scenario: Scenario, place: str) -> bool:
    places = scenario.tables["places"]
    return bool((places["id"].eq(place) & places["source"].eq(SOURCE)).any())


def _rows_of(scenario: Scenario, change: Change) -> pd.DataFrame:
    rows = scenario.tables["stations"]
    return rows[rows["place"].eq(change["place"]) & rows["kind"].eq(change["kind"])]


def _servers(scenario: Scenario, change: Change) -> float:
    """At work on the first day of the change."""
    rows, day = _rows_of(scenario, change), pd.Timestamp(change.first)
    return float(rows.loc[rows["opens"].le(day) & ~rows["closes"].le(day), "servers"].sum())


def _hours(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    wrong = list(_station_kind(scenario, change))
    yield from wrong
    rows, until = _rows_of(scenario, change), pd.Timestamp(change.until or scenario.settings.end + timedelta(days=1))
    at_work = (rows["opens"].lt(until) & ~rows["closes"].le(pd.Timestamp(change.first))).any()
    if not at_work and _kind_of(scenario, change["place"]) and not wrong:
        do = "Correct place and kind, or add servers with [[stations]]."
        yield "kind", quoted(change["kind"]), f"a station that works at {change['place']} in these days", do
    if all(change[key] is None for key in change.values if key not in ("place", "kind", "from", "until")):
        yield "opens_hour", "nothing", "opens_hour or closes_hour", "Write the hour that changes."


def _station_kind(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    known = scenario.schema.column("stations", "kind").choices
    if change["kind"] in known:
        yield from _wrong_kind(scenario, change, STATION_PLACES[change["kind"]], f" ({change['kind']})")
        return
    do = f"{did_you_mean(change['kind'], known)}Correct it."
    yield "kind", quoted(change["kind"]), f"one of {listed(known)}", do


def _camps(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _wrong_kind(scenario, change, PLACE_KINDS["camps", "place"])
    given = (change["places"] is not None) + (change["capacity"] is not None)
    without_limit = not given and _kind_of(scenario, change["place"]) == "host_community"
    if given != 1 and not without_limit:
        got = "both" if given else "neither"
        yield "places", got, "places or capacity", "Write people more or fewer (places), or people in all (capacity)."
    elif change["places"] is not None:
        yield from _more_places(scenario, change)


def _more_places(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    rows = _on(scenario, "camps", change)
    kind = _kind_of(scenario, change["place"])
    there = float(rows["capacity"].iloc[-1]) if len(rows) else 0.0 if kind == "camp" else math.nan
    if kind not in SETTLED:
        return
    if change["places"] == 0:
        yield "places", "0", "more or fewer", "Write how many are added, or taken away with a minus sign."
    elif pd.isna(there):
        do = "Write capacity, people in all, to set a limit; nothing can be added where there is none."
        yield "places", str(change["places"]), f"a place with a stated limit on {change.first}", do
    elif there + change["places"] < 0:
        yield _too_few("places", change, there)
    else:
        most = scenario.schema.column("camps", "capacity").high or 0.0
        if there + change["places"] > most:
            do = "Check the figure and its unit."
            yield "places", f"{there + change['places']:.0f} in all", f"at most {most:.0f} in all", do


def _openings(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    closures, day = scenario.tables["closures"], pd.Timestamp(change.first)
    mine = closures[closures["route"].eq(change["route"])]
    until = pd.Timestamp(change.until or scenario.settings.end + timedelta(days=1))
    known = scenario.tables["routes"]["id"].eq(change["route"]).any()
    if known and not (mine["closed"].lt(until) & ~mine["reopened"].le(day)).any():
        do = "Remove the change; only closures of closures.csv can be lifted, not what fighting or held districts shut."
        yield "route", quoted(change["route"]), "a route that is closed in these days", do


def _supplies(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    rows = scenario.tables["supplies"]
    of_good = rows[rows["good"].eq(change["good"])]
    own = of_good[of_good["district"].eq(change["district"])]
    used = own if len(own) else of_good[of_good["district"].eq("")]
    if not used["date"].le(pd.Timestamp(change.first)).any():
        do = "Add the stock to supplies.csv first; without a row a good is not limited."
        yield "good", quoted(change["good"]), "a good of which supplies.csv has the stock", do


def _stocks(scenario: Scenario, change: Change) -> Iterator[Wrong]:
    yield from _wrong_kind(scenario, change, PLACE_KINDS["stocks", "place"])
    rows = scenario.tables["stocks"]
    mine = rows[rows["place"].eq(change["place"]) & rows["item"].eq(change["item"])]
    there = mine[mine["date"].le(pd.Timestamp(change.first))]
    if all(change[key] is None for key in ("on_hand", "resupply", "every_days", "lead_days", "keeps")):
        do = "Write what changes: on_hand, resupply, every_days, lead_days or keeps."
        yield "resupply", "nothing", "a change", do
    if there.empty and not change["unit"]:
        do = "Give it; there is no such stock yet from which it could be taken."
        yield "unit", "nothing", f"a unit, for a new stock of {change['item']}", do
    for key in ("unit", "serves"):
        if len(there) and change[key] not in ("", there[key].iloc[0]):
            do = "Write the amounts in the unit of the stock." if key == "unit" else "Leave it out, or name a place."
            yield key, quoted(change[key]), f"{there[key].iloc[0]}, as in stocks.csv", do


_RULES: dict[str, Callable[[Scenario, Change], Iterator[Wrong]]] = {
    "places": _none,
    "routes": _none,
    "openings": _openings,
    "closures": _none,
    "camps": _camps,
    "stations": _stations,
    "hours": _hours,
    "buses": _buses,
    "supplies": _supplies,
    "stocks": _stocks,
}


# --- the changed scenario ------------------------------------------------------------------------------------------


def _of_result(plan: Plan, scenario: Scenario, before: Set[Problem]) -> Iterator[Problem]:
    """What the scenario with the plan breaks and without it did not, each once."""
    after = _broken(scenario)
    yield from dict.fromkeys(_in_plan(plan, one) for one in after if one not in before)


@lru_cache(maxsize=4)
def _broken_before(scenario: Scenario) -> frozenset[Problem]:
    """What the scenario breaks without a plan; plans are tried on the same one over and over."""
    return frozenset(_broken(united(scenario, ())))


def _broken(scenario: Scenario) -> list[Problem]:
    return [one for one in run_checks(scenario.draft(), but=(duplicate_rows,)) if one.severity == "problem"]


_LINE = re.compile(r"line (-?\d+)")


def _in_plan(plan: Plan, problem: Problem) -> Problem:
    """The problem at the line of the plan that made the row; a row of the folder keeps its own place in words."""
    line = max(0, -problem.line)
    kind = next((one.kind for one in plan.changes if one.line == line), "")
    column = problem.column
    if not SCHEMA.has(f"plan_{kind}", column):
        kind = problem.file.removesuffix(".csv")
    got = _LINE.sub(lambda found: _which_line(int(found[1]), problem.file), problem.got)
    if problem.line > 0:
        got += f" ({problem.file}, line {problem.line})"
    where = f"{kind}.{column}" if column else kind
    return replace(problem, file=plan.file, line=line, column=where, got=got)


def _which_line(line: int, file: str) -> str:
    return f"line {-line}" if line < 0 else f"line {line} of {file}"
