"""Whether there is anybody to displace, and from where; and other things that the whole folder must have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from saferground.errors import Problem
from saferground.exchange.flee.counts import TOTAL
from saferground.exchange.flee.effective import conflict_steps
from saferground.exchange.flee.folder import LAYOUT
from saferground.exchange.flee.sheets import JOURNEY, names_of, value_of
from saferground.exchange.flee.world import World


def check_whole(world: World) -> Iterator[Problem]:
    """Problems that show only when the whole folder has been read without any other."""
    yield from _check_zones(world)
    yield from _check_counts(world)
    yield from _check_positions(world)
    yield from _check_residents(world)
    yield from _check_reached(world)


def zones(world: World) -> set[str]:
    """Names of the locations that are in conflict on some day of the simulation."""
    courses = conflict_steps(world)
    silent = {place.name for place in world.locations.values() if place.kind == "conflict_zone"} - set(courses)
    return silent | {
        name
        for name, changes in courses.items()
        if any(value > 0 and day < world.period.length for day, value in changes)
    }


def _check_zones(world: World) -> Iterator[Problem]:
    if world.rules.from_floods or world.rules.rules.get("starvation_driven_spawning"):
        return
    names, spawning = zones(world), world.rules.rules["spawning"]
    people = sum(world.locations[name].size for name in names if not world.locations[name].is_camp)
    file = next((file for file in world.files if file.endswith("conflicts.csv")), "conflicts.csv")
    if not names:
        do = "Correct conflicts.csv; Flee stops when somebody is to be displaced and there is no conflict."
        yield Problem(file, 0, "", "no conflict on any day of the simulation", "somewhere to flee from", do)
    elif not people and spawning in ("totals", "camps", "pop_ratio"):
        do = "Give the locations in conflict a population; Flee displaces people in proportion to it, and stops at 0."
        file = next(iter(world.locations.values())).row.file
        yield Problem(file, 0, "population", "nobody in any place of conflict", "people to be displaced", do)


def _check_counts(world: World) -> Iterator[Problem]:
    spawning = world.rules.rules["spawning"]
    file = world.series[0].row.file if world.series else LAYOUT
    labels = {one.label for one in world.series if one.records}
    if spawning == "totals" and TOTAL not in labels:
        do = "Add a row total,refugees.csv; the column total drives displacement."
        yield Problem(file, 0, "label", "no total", "a row total", do)
    if spawning == "camps" and not labels & {place.name for place in world.locations.values() if place.is_camp}:
        do = "Add camps to locations.csv and their counts, or write sum_from_camps: False in the settings."
        yield Problem(file, 0, "label", "no counts of a camp", "counts of camps, whose sum drives displacement", do)


def _check_positions(world: World) -> Iterator[Problem]:
    if not world.rules.rules.get("stay_close_to_home"):
        return
    for place in world.locations.values():
        if place.lat is None or place.lon is None:
            do = "Fill in both, or write stay_close_to_home: False; Flee takes blank cells for 0 degrees."
            yield place.row.problem("latitude", "nothing", "degrees, since stay_close_to_home is on", do)


_MATCH = {
    "match_camp_ethnicity": "ethnicity",
    "match_town_ethnicity": "ethnicity",
    "match_conflict_ethnicity": "ethnicity",
    "match_camp_religion": "religion",
}
_PEOPLE = JOURNEY.column("residents", "people")


def _check_residents(world: World) -> Iterator[Problem]:
    """Rules that match people to places know how many of each ethnicity or religion live where."""
    needed = () if world.is_31 else dict.fromkeys(_MATCH[rule] for rule in _MATCH if world.rules.rules.get(rule))
    places = world.locations.values()
    for attribute in needed:
        values = world.matched(attribute)
        found: list[Problem] = []
        for place in places:
            for value in values:
                value_of(place.row, place.others.get(value, ""), value, replace(_PEOPLE, required=False), found)
        yield from found
        if not any(value in place.others for place in places for value in values):
            do = f"Add columns {names_of(values)} with the number of residents, or switch the rule off."
            file = next(iter(places)).row.file
            yield Problem(file, 0, attribute, f"no column for any {attribute}", f"residents by {attribute}", do)


def _check_reached(world: World) -> Iterator[Problem]:
    joined = {name for way in world.ways for name in way.ends}
    lost = [place for place in world.locations.values() if place.name not in joined]
    camps = [place for place in lost if place.is_camp]
    for place in camps:
        do = "Add a route to it, or nothing if nobody is to reach it; its counts still enter the sum of the camps."
        yield place.row.note("name", f"{place.name}, a camp that no route reaches", "a route to every camp", do)
    if rest := [place for place in lost if not place.is_camp]:
        do = "Nothing needs to be done if that is meant; else add routes."
        got = f"{names_of(place.name for place in rest)}, which no route reaches"
        yield rest[0].row.note("name", got, "a route to every location", do)
