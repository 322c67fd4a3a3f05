"""What a run of the journey model rests on, in words: the same on screen, in tables and in the report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from saferground.planning.journey.headlines import follows_counts

if TYPE_CHECKING:
    from saferground.scenario import Scenario

GIVEN = "the totals of the counts are an input; only where people go is predicted"
STATUS = {
    "prior": "prior forecast: not yet fitted to counts",
    "counts": "carried on from the counts known on the as-of date",
}
DRIVEN = {
    "constant": "a fixed number for each day of conflict",
    "poisson": "a random number for each day of conflict",
    "pop_ratio": "a share of the population for each day of conflict",
    "flood_constant": "a fixed number for each day of flood",
    "flood_poisson": "a random number for each day of flood",
    "flood_pop_ratio": "a share of the population for each day of flood",
}


def total_is_given(scenario: Scenario) -> bool:
    """Whether how many people are displaced is an input, from counts of the whole period whenever published."""
    return follows_counts(scenario) and scenario.rules.get("totals") == "given"


def status(scenario: Scenario, basis: str = "prior") -> str:
    """One line on what the run rests on; ``basis`` is that of the forecast."""
    return GIVEN if total_is_given(scenario) else STATUS[basis]


def rests_on(scenario: Scenario) -> dict[str, str]:
    """What the run rests on, a sentence or two by subject."""
    meant = {
        "corrected": "People move by the rules of Flee 3 as they are meant.",
        "3.1": "People move by the rules of Flee as version 3.1 carries them out, its quirks included.",
    }
    said = {
        "how many": _how_many(scenario),
        "conflict and closures": _conflict(scenario),
        "movement": f"{meant[str(scenario.rules['flee'])]} No parameter has been fitted to the counts.",
        "ranges": _ranges(scenario),
    }
    if (unit := int(str(scenario.rules["people_per_unit"]))) > 1:
        said["units"] = f"People move in units of {unit}: figures are multiples of {unit}, and chance weighs more."
    return said


def _how_many(scenario: Scenario) -> str:
    day = long_day(scenario.settings.as_of)
    if not follows_counts(scenario):
        return f"How many people are displaced is the model's own figure: {DRIVEN[str(scenario.rules['spawning'])]}."
    if total_is_given(scenario):
        return (
            f"How many people are displaced is an input: it follows the counts of the whole period, also those "
            f"published after {day}. Only where people go is predicted."
        )
    return (
        f"How many people are displaced follows the counts published by {day}; after the last of them their recent "
        "rate goes on."
    )


def _conflict(scenario: Scenario) -> str:
    as_of = scenario.settings.as_of
    tables = scenario.known().tables
    dates = pd.concat([tables["conflicts"]["date"], tables["closures"]["closed"], tables["closures"]["reopened"]])
    later, every = int((dates > pd.Timestamp(as_of)).sum()), int(dates.notna().sum())
    said = (
        "Where and when there is conflict, and which roads and borders are closed, is an input and not predicted: what "
        f"the scenario holds as public on {long_day(as_of)}."
    )
    ahead = f" Of its {every} entries {later} speak of later days." if later else ""
    return f"{said}{ahead} After the last entry the state stays."


def _ranges(scenario: Scenario) -> str:
    free, every = sum(prior.form != "fixed" for prior in scenario.parameters.values()), len(scenario.parameters)
    differ = (
        f"by chance and in {free} of {every} parameters" if free else "by chance alone, as every parameter is fixed"
    )
    return (
        f"The futures differ {differ}. The ranges do not hold the error of the model itself: what happens can well lie "
        "outside them."
    )


def long_day(day: date) -> str:
    """3 March 2017."""
    return f"{day.day} {day:%B %Y}"


def rules(scenario: Scenario) -> pd.DataFrame:
    """Every rule of the scenario with its value, its default and its meaning; booleans as yes and no."""
    rows = [
        (one.name, shown(scenario.rules[one.name]), _default(one.default), one.meaning)
        for one in scenario.schema.columns["rules"]
    ]
    return pd.DataFrame(rows, columns=["rule", "value", "default", "meaning"])


def shown(value: object) -> str:
    """The value of a rule as a reader meets it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(f"{one:g}" for one in value) if isinstance(value, tuple) else str(value)


def _default(text: str) -> str:
    return {"true": "yes", "false": "no"}.get(text, text.replace("|", ", "))


def notes(scenario: Scenario) -> list[tuple[str, str]]:
    """What the run rests on and what was read anyway, as (about, note)."""
    return [*rests_on(scenario).items(), *((note.file, str(note)) for note in scenario.notes)]
