"""Rules about the figures of a journey: counts and their corrections, and who the people are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from saferground.errors import Problem
from saferground.scenario.draft import Draft, Rule
from saferground.scenario.wording import did_you_mean, listed, quoted

ATTRIBUTES = ("age", "gender", "ethnicity", "religion")
"""Attributes of ``demographics.csv`` that rules use."""

MATCHED = ("ethnicity", "religion")
"""Attributes whose values ``residents.csv`` may name."""

_NOBODY_STAYS = ("marker", "forwarding_hub")
_OLDEST = 130


def present(draft: Draft) -> list[Any]:
    """The counts of people who are there."""
    return [row for row in draft.rows("counts") if row.measures == "present"]


def counts_of_people(draft: Draft) -> list[Problem]:
    """What the model reads as people present was counted in individuals."""
    do = "Convert the figure, or write other into the column measures."
    return [
        draft.problem("counts", row.line, "unit", row.unit, "individuals (measures present)", do)
        for row in present(draft)
        if row.unit not in ("", "individuals")
    ]


def one_series_each(draft: Draft) -> list[Problem]:
    """A note on places with several series of people present; the longest is used."""
    first: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    notes = []
    for row in present(draft):
        earlier = first.setdefault(row.place, row.series)
        if row.series != earlier and (row.place, row.series) not in told:
            told.add((row.place, row.series))
            notes.append(_second_series(draft, row, earlier))
    return notes


def _second_series(draft: Draft, row: Any, earlier: str) -> Problem:
    where = f"of {row.place}" if row.place else "of the whole scenario"
    got = f"{quoted(row.series)} beside {quoted(earlier)} {where}"
    do = "The series with most rows is used; write other into the column measures of the one that is not meant."
    return draft.note("counts", row.line, "series", got, "one series of people present for each place", do)


def corrections_join_counts(draft: Draft) -> list[Problem]:
    """A correction has a count of its place on its day to join, and an earlier one of at least 1 to rescale.

    One of a day after the as-of date corrects nothing yet, unless all counts are given.
    """
    as_of, given = draft.values.get("as_of"), draft.rules.get("totals") == "given"
    counts: dict[str, dict[pd.Timestamp, float]] = {}
    for row in present(draft):
        counts.setdefault(row.place, {})[row.end] = row.value
    return [
        problem
        for row in draft.rows("corrections")
        if row.place and not pd.isna(row.date) and (given or not as_of or row.date.date() <= as_of)
        for problem in _joined(draft, row, counts.get(row.place, {}))
    ]


def _joined(draft: Draft, row: Any, counts: dict[pd.Timestamp, float]) -> Iterator[Problem]:
    day, earlier = f"{row.date:%Y-%m-%d}", [end for end in counts if end < row.date]
    if row.date not in counts:
        near = f"The nearest is of {min(counts, key=lambda end: abs(end - row.date)):%Y-%m-%d}. " if counts else ""
        expected = f"a count of people present in {row.place} on that day"
        do = f"{near}Correct the day, or add the count to counts.csv; it must be published by the as-of date."
        yield draft.problem("corrections", row.line, "date", day, expected, do)
    elif not earlier:
        do = "Delete the row; it has nothing to correct."
        yield draft.problem("corrections", row.line, "date", day, f"an earlier count of {row.place}", do)
    elif counts[max(earlier)] < 1:
        got = f"{counts[max(earlier)]:g} on {max(earlier):%Y-%m-%d}, the count before {day}"
        expected = "at least 1, since earlier counts are multiplied to join the verified one"
        yield draft.problem("corrections", row.line, "date", got, expected, "Delete the row, or correct the count.")


# --- who they are --------------------------------------------------------------------------------------------------


def weights_of_values(draft: Draft) -> list[Problem]:
    """Of each attribute and place some value has a weight above 0."""
    rows: dict[tuple[str, str], list[Any]] = {}
    for row in draft.rows("demographics"):
        rows.setdefault((row.attribute, row.place), []).append(row)
    do = "Write the shares of the values, or how many people have each."
    return [
        draft.problem("demographics", group[0].line, "weight", f"a sum of 0 for {_of(key)}", "a sum above 0", do)
        for key, group in rows.items()
        if math.fsum(row.weight for row in group) == 0
    ]


def _of(key: tuple[str, str]) -> str:
    attribute, place = key
    return f"{attribute} of {place}" if place else f"{attribute} without a place"


def attributes_for_every_place(draft: Draft) -> list[Problem]:
    """An attribute has rows for every place where people can come from, or rows without a place for the others."""
    stated: dict[str, set[str]] = {}
    lines: dict[str, int] = {}
    for row in draft.rows("demographics"):
        stated.setdefault(row.attribute, set()).add(row.place)
        lines.setdefault(row.attribute, row.line)
    needed = [row.id for row in draft.rows("places") if row.kind not in ("", *_NOBODY_STAYS)]
    without = {name: [one for one in needed if one not in places] for name, places in stated.items()}
    return [
        _no_default(draft, lines[name], name, missing)
        for name, missing in without.items()
        if missing and "" not in stated[name]
    ]


def _no_default(draft: Draft, line: int, attribute: str, places: list[str]) -> Problem:
    got = f"{attribute} without rows for {listed(places, limit=6)}"
    do = "Add rows with a blank place; they hold for every place without rows of its own."
    return draft.problem("demographics", line, "place", got, "rows for every place", do)


def values_of_attributes(draft: Draft) -> list[Problem]:
    """An age is a number of years, a gender is male or female."""
    wanted = {"age": f"a number of years between 0 and {_OLDEST}", "gender": "male or female"}
    right = {"age": _is_age, "gender": ("male", "female").__contains__}
    do = "Correct the value; the rules about hazards go by it."
    return [
        draft.problem("demographics", row.line, "value", quoted(row.value), wanted[row.attribute], do)
        for row in draft.rows("demographics")
        if row.value and row.attribute in right and not right[row.attribute](row.value)
    ]


def _is_age(text: str) -> bool:
    try:
        return 0 <= float(text) <= _OLDEST
    except ValueError:
        return False


def attributes_in_use(draft: Draft) -> list[Problem]:
    """A note on attributes that no rule knows."""
    lines = {row.attribute: row.line for row in reversed(draft.rows("demographics")) if row.attribute}
    do = "Nothing needs to be done; the rows are not used."
    return [
        draft.note(
            "demographics", line, "attribute", quoted(name), listed(ATTRIBUTES), f"{did_you_mean(name, ATTRIBUTES)}{do}"
        )
        for name, line in lines.items()
        if name not in ATTRIBUTES
    ]


def residents_values(draft: Draft) -> list[Problem]:
    """Residents are told apart by an ethnicity or religion of ``demographics.csv``."""
    values = dict.fromkeys(row.value for row in draft.rows("demographics") if row.attribute in MATCHED)
    expected = "an ethnicity or religion that stands in demographics.csv"
    return [
        draft.problem("residents", row.line, "value", quoted(row.value), expected, _correct(row.value, list(values)))
        for row in draft.rows("residents")
        if row.value and row.value not in values
    ]


def _correct(value: str, known: list[str]) -> str:
    return f"{did_you_mean(value, known)}Correct it, or add it to demographics.csv."


def residents_within_population(draft: Draft) -> list[Problem]:
    """A note on residents who are more than the population of their place."""
    population = {row.id: row.population for row in draft.rows("places")}
    do = "Correct one of the two."
    return [
        draft.note("residents", row.line, "people", f"{row.people:.15g}", f"at most {population[row.place]:.15g}", do)
        for row in draft.rows("residents")
        if row.people > population.get(row.place, math.inf)
    ]


RULES = (
    Rule(counts_of_people, ()),
    Rule(one_series_each, ()),
    Rule(weights_of_values, ()),
    Rule(attributes_for_every_place, ("places", "demographics")),
    Rule(values_of_attributes, ()),
    Rule(attributes_in_use, ()),
    Rule(residents_values, ("demographics",)),
    Rule(residents_within_population, ("places",)),
)
"""Rules over every row of the folder."""

KNOWN_RULES = (Rule(corrections_join_counts, ("counts",)),)
"""Rules that must hold again for what was published by the as-of date."""
