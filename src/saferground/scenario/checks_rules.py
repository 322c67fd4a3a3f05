"""Rules about the section ``[rules]`` of a journey: none excludes another, and each has the data that it needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from saferground.errors import Problem
from saferground.scenario.checks_journey import CAMPS
from saferground.scenario.checks_people import present
from saferground.scenario.conflict import conflict_periods
from saferground.scenario.draft import Draft, Rule
from saferground.scenario.wording import listed, quoted

ATTRIBUTES_OF = {
    "children_avoid_hazards": ("age",),
    "elderly_avoid_hazards": ("age",),
    "women_avoid_hazards": ("gender",),
    "boys_take_risk": ("age", "gender"),
    "match_camp_ethnicity": ("ethnicity",),
    "match_town_ethnicity": ("ethnicity",),
    "match_conflict_ethnicity": ("ethnicity",),
    "match_camp_religion": ("religion",),
}
"""Attributes of ``demographics.csv`` that a rule needs when it is on."""

FOOD_RULES = ("starvation_driven_spawning", "flee_when_starving", "avoid_food_deprived_locations")
"""Rules that need ``food_security.csv``."""

BY_COUNTS = ("totals", "camps")
BY_CONFLICT = (*BY_COUNTS, "constant", "poisson", "pop_ratio")
BY_POPULATION = (*BY_COUNTS, "pop_ratio")
"""Ways of spawning that read counts, need conflict, and go by the population of the places in conflict."""


def _spawning(draft: Draft) -> str:
    return str(draft.rules.get("spawning", ""))


def _by_flood(draft: Draft) -> bool:
    return _spawning(draft).startswith("flood")


def _problem(draft: Draft, rule: str, got: str, expected: str, do: str) -> Problem:
    return draft.setting_problem(("rules", rule), got, expected, do)


# --- rules and rules -----------------------------------------------------------------------------------------------


def one_kind_of_origin(draft: Draft) -> list[Problem]:
    """People come from places in conflict only, or from flooded ones, not both."""
    if not (_by_flood(draft) and draft.rules.get("conflict_zone_spawning_only")):
        return []
    do = "Write conflict_zone_spawning_only = false, or choose another way of spawning."
    expected = f"false beside spawning = {_spawning(draft)}"
    return [_problem(draft, "conflict_zone_spawning_only", "true", expected, do)]


def shares_by_population(draft: Draft) -> list[Problem]:
    """What is displaced as a share of the population is a share."""
    if _spawning(draft) != "pop_ratio":
        return []
    prior = draft.parameters["displaced_per_conflict_day"]
    key, most = ("value", prior.value) if prior.form == "fixed" else ("high", prior.high)
    if most is None or most <= 1:
        return []
    do = "Give the share of its population that a place in full conflict loses in a day, such as 0.01."
    path = ("rules", "spawning") if prior.is_default else ("parameters", prior.name, key)
    got = f"{most:g}, the default of {prior.name}" if prior.is_default else f"{most:g}"
    return [draft.setting_problem(path, got, "at most 1 (share/day), since spawning = pop_ratio", do)]


def flood_shares(draft: Draft) -> list[Problem]:
    """What floods displace as a share of the population is a share."""
    values = draft.rules.get("displaced_per_flood_day")
    most = max((float(one) for one in values), default=0.0) if isinstance(values, tuple) else 0.0
    if _spawning(draft) != "flood_pop_ratio" or most <= 1:
        return []
    do = "Write shares of the population, or choose flood_constant."
    return [_problem(draft, "displaced_per_flood_day", f"{most:g}", "at most 1, since spawning = flood_pop_ratio", do)]


def floods_use_up_people(draft: Draft) -> list[Problem]:
    """A note on floods that displace people without an end, because they stay in the population."""
    if not _by_flood(draft) or draft.rules.get("take_from_population", True):
        return []
    do = "Write take_from_population = true, unless that is meant; a place can otherwise lose more people than it has."
    found = _problem(draft, "take_from_population", "false", f"true beside spawning = {_spawning(draft)}", do)
    return [replace(found, severity="note")]


# --- rules and data ------------------------------------------------------------------------------------------------


def traits_of_rules(draft: Draft) -> list[Problem]:
    """Rules that go by age, gender, ethnicity or religion have that attribute in ``demographics.csv``."""
    stated = {row.attribute for row in draft.rows("demographics")}
    return [
        _problem(draft, rule, "true", f"rows of {listed(missing)} in demographics.csv", _ADD)
        for rule, attributes in ATTRIBUTES_OF.items()
        if draft.rules.get(rule) and (missing := [name for name in attributes if name not in stated])
    ]


_ADD = "Add them, or switch the rule off."


def food_of_rules(draft: Draft) -> list[Problem]:
    """Rules about food have rows in ``food_security.csv``."""
    if draft.rows("food_security"):
        return []
    expected = "rows in food_security.csv"
    return [_problem(draft, rule, "true", expected, _ADD) for rule in FOOD_RULES if draft.rules.get(rule)]


def floods_of_rules(draft: Draft) -> list[Problem]:
    """Displacement by floods has flooded places, and numbers by level."""
    if not _by_flood(draft):
        return []
    problems = []
    if not draft.rules.get("displaced_per_flood_day", True):
        do = "Add the people displaced per day at levels 0, 1, 2 and so on, such as [0, 100, 200]."
        problems.append(_problem(draft, "displaced_per_flood_day", "nothing", "numbers by flood level", do))
    if not any(row.level > 0 for row in draft.rows("floods")):
        do = "Add the levels, published by the as-of date, or choose another way of spawning."
        expected = "rows in floods.csv with a level above 0"
        problems.append(_problem(draft, "spawning", _spawning(draft), expected, do))
    return problems


def flood_levels(draft: Draft) -> list[Problem]:
    """No flood is higher than ``max_flood_level``, when it is set."""
    highest = draft.rules.get("max_flood_level")
    if not isinstance(highest, int) or highest < 0:
        return []
    do = "Correct the level, or max_flood_level in scenario.toml."
    return [
        draft.problem("floods", row.line, "level", f"{row.level:g}", f"at most max_flood_level, {highest}", do)
        for row in draft.rows("floods")
        if row.level > highest
    ]


def positions_of_rules(draft: Draft) -> list[Problem]:
    """Where people stay close to home, every place has a position."""
    if not draft.rules.get("stay_close_to_home"):
        return []
    do = "Fill it in, or write stay_close_to_home = false."
    return [
        draft.problem("places", row.line, name, "nothing", "degrees, since stay_close_to_home is on", do)
        for row in draft.rows("places")
        for name in ("lat", "lon")
        if math.isnan(getattr(row, name))
    ]


def tables_in_use(draft: Draft) -> list[Problem]:
    """A note on tables that no rule of the scenario uses."""
    do = "Nothing needs to be done; the rows are not used. The reference page of the columns tells what each rule does."
    return [
        draft.note(table, 0, "", "rows that are not used", f"a rule that uses them ({rules})", do)
        for table, (rules, used) in _USED.items()
        if draft.rows(table) and draft.rules and not used(draft)
    ]


def _any(*rules: str) -> Callable[[Draft], bool]:
    return lambda draft: any(draft.rules.get(rule, True) for rule in rules)


_USED: dict[str, tuple[str, Callable[[Draft], bool]]] = {
    "pathways": ("fixed_routes", _any("fixed_routes")),
    "food_security": (listed(FOOD_RULES), _any(*FOOD_RULES)),
    "floods": (
        "spawning, flood_movechances or flood_loc_weights",
        lambda draft: _by_flood(draft) or _any("flood_movechances", "flood_loc_weights")(draft),
    ),
    "demographics": ("match_* or *_hazards and boys_take_risk", _any(*ATTRIBUTES_OF)),
    "residents": ("match_*", _any(*(rule for rule in ATTRIBUTES_OF if rule.startswith("match_")))),
}


# --- spawning ------------------------------------------------------------------------------------------------------


def somewhere_to_flee_from(draft: Draft) -> list[Problem]:
    """Somewhere there is conflict on some day, with people in it where their number counts."""
    start, end = draft.period()
    starving = draft.rules.get("starvation_driven_spawning", True)
    unread = pd.isna(start) or pd.isna(end) or draft.tables["conflicts"][["date", "intensity"]].isna().any(axis=None)
    if _spawning(draft) not in BY_CONFLICT or starving or unread:
        return []
    zones = set(conflict_periods(draft.tables, start, end)["place"])
    empty = sum(row.population for row in draft.rows("places") if row.id in zones) == 0
    if zones and not (empty and _spawning(draft) in BY_POPULATION):
        return []
    got = "no people in any place of conflict" if zones else f"no conflict from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    do = "Add rows to conflicts.csv, published by the as-of date, and give the places in conflict a population."
    expected = f"somewhere to flee from, since spawning = {_spawning(draft)}"
    return [_problem(draft, "spawning", got, expected, do)]


def counts_to_spawn_from(draft: Draft) -> list[Problem]:
    """Where counts drive spawning there is one to read."""
    if _spawning(draft) not in BY_COUNTS:
        return []
    camps = _camps(draft)
    total = _spawning(draft) == "totals"
    if any(not row.place if total else row.place in camps for row in present(draft)):
        return []
    what = "a count with a blank place" if total else "a count of a camp"
    do = "Add it to counts.csv, with measures present, published by the as-of date; or write totals = given."
    got, expected = quoted(_spawning(draft)), f"{what} that measures people present"
    return [_problem(draft, "spawning", got, expected, do)]


def camps_counted(draft: Draft) -> list[Problem]:
    """A note on camps without a count, where counts drive spawning."""
    if _spawning(draft) not in BY_COUNTS:
        return []
    counted = {row.place for row in present(draft)}
    do = "Nothing needs to be done if there is none; the camp starts with its initial_people."
    return [
        draft.note("places", row.line, "id", f"{row.id}, a camp without a count", "a count of people present", do)
        for row in draft.rows("places")
        if row.kind in CAMPS and row.id not in counted
    ]


def _camps(draft: Draft) -> set[str]:
    return {row.id for row in draft.rows("places") if row.kind in CAMPS}


RULES = (
    Rule(one_kind_of_origin, ()),
    Rule(shares_by_population, ()),
    Rule(flood_shares, ()),
    Rule(floods_use_up_people, ()),
    Rule(traits_of_rules, ("demographics",)),
    Rule(flood_levels, ()),
    Rule(positions_of_rules, ("places",)),
    Rule(tables_in_use, ()),
    Rule(camps_counted, ("places", "counts")),
)
"""Rules over every row of the folder."""

KNOWN_RULES = (
    Rule(food_of_rules, ("food_security",)),
    Rule(floods_of_rules, ("floods",)),
    Rule(somewhere_to_flee_from, ("places", "conflicts")),
    Rule(counts_to_spawn_from, ("places", "counts")),
)
"""Rules that must hold again for what was published by the as-of date."""
