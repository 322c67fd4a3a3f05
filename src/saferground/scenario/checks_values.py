"""Rules about the figures of one row, and about sums over a table."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd

from saferground.errors import Problem
from saferground.scenario.draft import Draft, Rule

TOLERANCE = 1e-6
"""How far a sum of shares or weights may be from 1."""

STOCK_UNITS = {
    "water": ("L", "m3", "person_days"),
    "food": ("kg", "t", "person_days"),
    "tents": ("tents",),
    "kits": ("kits",),
    "hygiene_kits": ("kits",),
    "health_kits": ("kits",),
    "trauma_kits": ("kits",),
}
"""Units in which a stock of each item may be given."""


def populations_in_order(draft: Draft) -> list[Problem]:
    """Every district has a population with low <= best <= high."""
    columns = ("population_low", "population_best", "population_high")
    districts = [row for row in draft.rows("places") if row.kind == "district"]
    missing = [_blank(draft, "places", row, name) for row in districts for name in columns if _is_blank(row, name)]
    return missing + [problem for row in districts for problem in _ordered(draft, "places", row, columns)]


def _is_blank(row: Any, column: str) -> bool:
    return math.isnan(getattr(row, column))


def _blank(draft: Draft, table: str, row: Any, column: str) -> Problem:
    do = "Give an estimate; if only one figure is known, write it three times and say so with a low confidence."
    return draft.problem(table, row.line, column, "nothing", "a number of people, since this is a district", do)


def _ordered(draft: Draft, table: str, row: Any, columns: tuple[str, ...], start: str = "") -> list[Problem]:
    """One problem for each neighbouring pair of columns whose values fall; blanks do not count."""
    given = [(name, getattr(row, name)) for name in columns if not math.isnan(getattr(row, name))]
    return [
        draft.problem(table, row.line, name, f"{value:.15g}", f"at least {low_name}, which is {low:.15g}", _SORT)
        for (low_name, low), (name, value) in pairwise(given)
        if value < low
    ]


_SORT = "Put the figures in the order low, best, high."


def populations_only_in_districts(draft: Draft) -> list[Problem]:
    """A population elsewhere is not used."""
    do = "Nothing needs to be done; people already in a camp or host community stand in camps.csv, occupied."
    return [
        _note(draft, row, "population_best", f"{row.population_best:.15g}", do)
        for row in draft.rows("places")
        if row.kind not in ("", "district") and row.population_best > 0
    ]


def _note(draft: Draft, row: Any, column: str, got: str, do: str) -> Problem:
    return replace(draft.problem("places", row.line, column, got, "nothing here", do), severity="note")


def household_members(draft: Draft) -> list[Problem]:
    """A household has no more men, children, infants or disabled people than people, nor men and children together."""
    problems = []
    for row in draft.rows("households"):
        for name in ("men", "children", "infants", "disabled"):
            if getattr(row, name) > row.persons:
                problems.append(_too_many(draft, row, name, f"{getattr(row, name):.0f}"))
        if max(row.men, row.infants) <= row.persons < row.men + row.infants:
            problems.append(_too_many(draft, row, "infants", f"{row.men:.0f} men and {row.infants:.0f} infants"))
        if max(row.men, row.children) <= row.persons < row.men + row.children:
            problems.append(_too_many(draft, row, "children", f"{row.men:.0f} men and {row.children:.0f} children"))
        if 0 < row.children < row.infants:
            problems.append(_fewer_than_infants(draft, row))
    return problems


def _fewer_than_infants(draft: Draft, row: Any) -> Problem:
    do = "Infants count among the children; correct one of the two."
    expected = f"at least the {row.infants:.0f} infants"
    return draft.problem("households", row.line, "children", f"{row.children:.0f}", expected, do)


def _too_many(draft: Draft, row: Any, column: str, got: str) -> Problem:
    expected = f"at most the {row.persons:.0f} persons of the household"
    return draft.problem("households", row.line, column, got, expected, "Correct it, or the number of persons.")


def household_shares(draft: Draft) -> list[Problem]:
    """The shares of the household classes sum to 1."""
    return _sum_to_one(draft, "households", "share")


def future_weights(draft: Draft) -> list[Problem]:
    """The weights of the futures sum to 1."""
    return _sum_to_one(draft, "futures", "weight")


def _sum_to_one(draft: Draft, table: str, column: str) -> list[Problem]:
    values = draft.tables[table][column]
    total = math.fsum(values)
    if not len(values) or values.isna().any() or abs(total - 1) <= TOLERANCE:
        return []
    shown = ", ".join(f"{value / total:.4g}" for value in values[:8]) if total > 0 else ""
    do = f"Correct the column; in the same proportions it would read {shown}." if shown else "Correct the column."
    return [draft.problem(table, 0, column, f"a sum of {total:.9g}", "a sum of 1", do)]


def route_lengths(draft: Draft) -> list[Problem]:
    """The exposed part of a way is no longer than the way."""
    do = "Correct one of the two lengths; both are in km."
    too_long = [row for row in draft.rows("routes") if row.exposed_km > row.length_km]
    return [
        draft.problem(
            "routes", row.line, "exposed_km", f"{row.exposed_km:g}", f"at most length_km, {row.length_km:g}", do
        )
        for row in too_long
    ]


_TIMED = ("routes", "stations", "buses")


def hours_differ(draft: Draft) -> list[Problem]:
    """Opening hours do not end when they begin."""
    do = "Correct the hours; for work day and night write 0 and 24."
    return [
        draft.problem(table, row.line, "closes_hour", f"{row.closes_hour:g}", "another hour than opens_hour", do)
        for table in _TIMED
        for row in draft.rows(table)
        if row.closes_hour == row.opens_hour
    ]


def hours_past_midnight(draft: Draft) -> list[Problem]:
    """A note on opening hours that end on the next day."""
    do = "Nothing needs to be done if that is meant; else correct the hours."
    return [
        draft.note(
            table, row.line, "closes_hour", f"{row.closes_hour:g}, past midnight", f"after {row.opens_hour:g}", do
        )
        for table in _TIMED
        for row in draft.rows(table)
        if row.closes_hour < row.opens_hour
    ]


def breaks_within_hours(draft: Draft) -> list[Problem]:
    """A break begins and ends within the hours of work."""
    do = "Give both hours of the break, between opens_hour and closes_hour, or neither."
    return [
        draft.problem("stations", row.line, "break_start", _break(row), _hours(row), do)
        for row in draft.rows("stations")
        if not (math.isnan(row.break_start) and math.isnan(row.break_end)) and not _break_fits(row)
    ]


def _break(row: Any) -> str:
    ends = ("nothing" if math.isnan(hour) else f"{hour:g}" for hour in (row.break_start, row.break_end))
    return "a break from {} to {}".format(*ends)


def _hours(row: Any) -> str:
    return f"a break within the hours from {row.opens_hour:g} to {row.closes_hour:g}"


def _break_fits(row: Any) -> bool:
    """Hours after the opening: break_start, break_end and the end are in order; nothing is when one is missing."""
    begin, end, close = ((hour - row.opens_hour) % 24 for hour in (row.break_start, row.break_end, row.closes_hour))
    return begin < end <= (close or 24)


def curfews_leave_time(draft: Draft) -> list[Problem]:
    """A curfew comes after the first departure; it is for a fleet of buses that does not work past midnight."""
    kinds = draft.kinds()
    do = "Correct the hours, or leave the curfew blank."
    expected = "an hour after opens_hour, for buses that stop before midnight"
    return [
        draft.problem("buses", row.line, "curfew_hour", f"{row.curfew_hour:g}", expected, do)
        for row in draft.rows("buses")
        if row.curfew_hour <= row.opens_hour
        or (row.curfew_hour > 0 and row.closes_hour < row.opens_hour)
        or (row.curfew_hour > 0 and kinds.get(row.place) == "stabilisation_point")
    ]


def figures_in_order(draft: Draft) -> list[Problem]:
    """Low, middle and high figures of counts, planning figures and stocks are in order."""
    columns = {
        "counts": ("value_low", "value", "value_high"),
        "planning_figures": ("value_low", "value_best", "value_high"),
        "supplies": ("days_low", "days_best", "days_high"),
        "own_forecasts": ("low", "best", "high"),
    }
    return [
        problem
        for table, names in columns.items()
        for row in draft.rows(table)
        for problem in _ordered(draft, table, row, names)
    ]


def planning_figures_say_something(draft: Draft) -> list[Problem]:
    """A planning figure has at least one number."""
    do = "Write the figure, or delete the row."
    return [
        draft.problem("planning_figures", row.line, "value_best", "nothing", "at least one of low, best and high", do)
        for row in draft.rows("planning_figures")
        if all(math.isnan(value) for value in (row.value_low, row.value_best, row.value_high))
    ]


def own_forecasts_say_something(draft: Draft) -> list[Problem]:
    """A user's own forecast has a best figure or both ends of a range."""
    do = "Write the best figure, or both low and high; or delete the row."
    return [
        draft.problem("own_forecasts", row.line, "best", "nothing", "a number, or both low and high", do)
        for row in draft.rows("own_forecasts")
        if math.isnan(row.best) and (math.isnan(row.low) or math.isnan(row.high))
    ]


def first_stocks(draft: Draft) -> list[Problem]:
    """The first row of a good, for a district or for all, sets the stock and so needs days_low, _best and _high."""
    dated = draft.tables["supplies"].dropna(subset=["date"])
    first = dated.sort_values("date", kind="stable").drop_duplicates(["district", "good"])
    rows: list[Any] = list(first.itertuples(index=False))
    do = "Give the days of full need that are left; wide if little is known."
    return [
        draft.problem("supplies", row.line, name, "nothing", "days of stock in the first row of a good", do)
        for row in rows
        for name in ("days_low", "days_best", "days_high")
        if pd.isna(getattr(row, name))
    ]


def stock_units(draft: Draft) -> list[Problem]:
    """A stock is given in a unit of its item."""
    do = "Convert the figures, or correct the item."
    return [
        draft.problem(
            "stocks", row.line, "unit", row.unit, f"{' or '.join(STOCK_UNITS[row.item])}, units of {row.item}", do
        )
        for row in draft.rows("stocks")
        if row.item in STOCK_UNITS and row.unit and row.unit not in STOCK_UNITS[row.item]
    ]


def _units(item: str) -> str:
    return f"{' or '.join(STOCK_UNITS[item])}, units of {item}"


def trauma_kits_are_shared(draft: Draft) -> list[Problem]:
    """Where the injured are treated is not forecast, so that trauma kits are one stock for all."""
    do = "Leave the place blank and add up the stocks."
    return [
        draft.problem("stocks", row.line, "place", row.place, "nothing, since trauma kits are one stock for all", do)
        for row in draft.rows("stocks")
        if row.item == "trauma_kits" and row.place
    ]


def shared_stocks_serve_the_same(draft: Draft) -> list[Problem]:
    """The rows of one shared stock agree on whom it serves."""
    first: dict[str, Any] = {}
    shared = [row for row in draft.rows("stocks") if not row.place and row.serves]
    for row in shared:
        first.setdefault(row.item, row)
    do = "Write the same in every row of the shared stock, or name the place."
    return [
        draft.problem("stocks", row.line, "serves", row.serves, f"{told.serves}, as in line {told.line}", do)
        for row in shared
        if row.serves != (told := first[row.item]).serves
    ]


def step_divides_day(draft: Draft) -> list[Problem]:
    """A day is a whole number of steps."""
    hours = draft.values.get("step_hours")
    if not isinstance(hours, int) or 24 % hours == 0:
        return []
    path, do = ("scenario", "step_hours"), "Write one of these; 6 is usual."
    return [draft.setting_problem(path, str(hours), "one of 1, 2, 3, 4, 6, 8, 12, 24", do)]


RULES = (
    Rule(figures_in_order, ()),
    Rule(planning_figures_say_something, ()),
    Rule(own_forecasts_say_something, ()),
    Rule(step_divides_day, ()),
)
"""For every model."""

SIEGE_RULES = (
    Rule(populations_in_order, ()),
    Rule(populations_only_in_districts, ()),
    Rule(household_members, ()),
    Rule(household_shares, ("households",)),
    Rule(future_weights, ("futures",)),
    Rule(route_lengths, ()),
    Rule(hours_differ, ()),
    Rule(hours_past_midnight, ()),
    Rule(breaks_within_hours, ()),
    Rule(curfews_leave_time, ()),
    Rule(first_stocks, ()),
    Rule(stock_units, ()),
    Rule(trauma_kits_are_shared, ()),
    Rule(shared_stocks_serve_the_same, ()),
)
