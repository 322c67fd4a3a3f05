"""A whole Flee folder, read and checked, as one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from saferground.errors import Problem
from saferground.exchange.flee import folder as folders
from saferground.exchange.flee.counts import Correction, Series, check_series, read_corrections, read_series
from saferground.exchange.flee.days import (
    INTENSITIES,
    LEVELS,
    Course,
    Period,
    read_changes,
    read_courses,
    read_food,
    read_period,
)
from saferground.exchange.flee.folder import Layout
from saferground.exchange.flee.places import Location, read_locations
from saferground.exchange.flee.rules import Rules, Value, rules_of
from saferground.exchange.flee.settings import V31, Settings, known_settings, read_settings
from saferground.exchange.flee.sheets import Row, Sheet, read_sheet
from saferground.exchange.flee.traits import Weight, read_traits
from saferground.exchange.flee.ways import Closure, Way, read_closures, read_pathways, read_ways


@dataclass(frozen=True)
class World:
    """What a Flee folder holds.

    Attributes:
        name: of the folder.
        settings: simsetting.yml.
        rules: what the settings mean in a journey scenario.
        period: first day and length.
        locations: by name, in the order of the file.
        ways: routes.
        closures: of all kinds.
        conflicts: a course of daily intensities for each column of conflicts.csv; None where Flee reads none.
        floods: a course of daily levels for each column of flood_level.csv.
        food: shares in food crisis by region.
        changes: location_changes.csv: (row, location, kind, day).
        pathways: major_routes.csv.
        traits: demographics.
        series: counts.
        corrections: registration corrections.
        files: files that were read, inside the folder.
        unread: tables of the folder that were not read.
        idle: rows without effect, in words.
    """

    name: str
    settings: Settings
    rules: Rules
    period: Period
    locations: Mapping[str, Location]
    ways: Sequence[Way]
    closures: Sequence[Closure]
    conflicts: Sequence[Course] | None
    floods: Sequence[Course]
    food: Sequence[Course]
    changes: Sequence[tuple[Row, str, str, int]]
    pathways: Sequence[tuple[Row, tuple[str, ...]]]
    traits: Sequence[Weight]
    series: Sequence[Series]
    corrections: Sequence[Correction]
    files: Sequence[str]
    unread: Sequence[str]
    idle: Sequence[str]

    @property
    def is_31(self) -> bool:
        """Whether Flee 3.1 is followed, quirks included."""
        return self.settings.version == V31

    @property
    def is_matched(self) -> bool:
        """Whether a rule goes by ethnicity or religion."""
        return any(value for rule, value in self.rules.rules.items() if rule.startswith("match_"))

    def matched(self, *attributes: str) -> dict[str, str]:
        """Values of these attributes and the attribute of each, in the order of the files."""
        return {one.value: one.attribute for one in self.traits if one.attribute in attributes}

    @property
    def all_rules(self) -> dict[str, Value]:
        """The rules, with the home country where Flee 3.1 is followed: that of the first row."""
        if not self.is_31:
            return self.rules.rules
        return self.rules.rules | {"home_country": next(iter(self.locations.values())).country}


@dataclass(frozen=True)
class _Reader:
    """Reads the files of one layout and notes which."""

    layout: Layout
    found: list[Problem]
    paths: set[Path]

    def sheet(self, *names: str, required: str = "") -> Sheet:
        """The first of these input files; a missing one has no rows, and is a problem if ``required`` says why."""
        path = self.layout.input(*names)
        if path is not None:
            return self.at(path)
        label = self.layout.label(self.layout.inputs / names[0])
        if required:
            self.found.append(Problem(label, 0, "", "no such file", required, "Add it; Flee stops without it."))
        return Sheet(label)

    def at(self, path: Path) -> Sheet:
        """A file by its path."""
        self.paths.add(path)
        return read_sheet(path, self.layout.label(path), self.found)


def read_world(folder: str | Path, version: str, found: list[Problem]) -> World | None:
    """Read a Flee folder as one version of Flee understands it.

    Args:
        folder: path of the folder.
        version: ``corrected`` or ``3.1``.
        found: takes every problem and note.

    Returns:
        The record, or None when so much is missing that there is none. It is to be used only when ``found`` has no
        problems; then it is complete and consistent.
    """
    layout = folders.find_layout(folder, found)
    if layout is None:
        return None
    read = _Reader(layout, found, set())
    settings = _settings(read, version)
    rules = rules_of(settings, found)
    locations = read_locations(read.sheet("locations.csv"), found)
    period = read_period(read.sheet(*folders.PERIODS, required="the start and the length of the simulation"), found)
    if not locations:
        return None
    return _world(read, settings, rules, locations, period or _NO_PERIOD)


_NO_PERIOD = Period(date(2000, 1, 1), 0)
"""Stands for a period that cannot be read, so that the other files are read, too."""


def _settings(read: _Reader, version: str) -> Settings:
    path = read.layout.settings
    if path is None:
        do = "Add it; an empty mapping, {}, stands for Flee's defaults."
        read.found.append(Problem(folders.SETTINGS[0], 0, "", "no such file", "Flee's settings", do))
        return Settings(folders.SETTINGS[0], version, {})
    read.paths.add(path)
    return read_settings(path, read.layout.label(path), version, read.found)


def _world(read: _Reader, settings: Settings, rules: Rules, locations: Mapping[str, Location], period: Period) -> World:
    found, layout = read.found, read.layout
    ways = read_ways(read.sheet("routes.csv", required="the routes"), locations, found)
    series, paths = read_series(layout, settings.version, found)
    read.paths.update(paths)
    check_series(series, locations, _camps(locations, rules), rules.from_counts, found)
    rescaled = read.sheet("registration_corrections.csv")
    corrections, idle = read_corrections(rescaled, series, period.start, settings.version, found)
    traits = [one for path in layout.demographics() for one in read_traits(read.at(path), locations, found)]
    conflicts = _conflicts(read, rules, locations, period)
    _check_traits(settings, rules, traits, found)
    newer = _newer(read, settings, rules, locations, ways, period)
    closures = read_closures(read.sheet("closures.csv", required="the closures"), locations, ways, found)
    agents = layout.input("agents.csv")
    if agents is not None:
        read.paths.add(agents)
    return World(
        name=folders.legible(layout.root.resolve().name),
        settings=settings,
        rules=rules,
        period=period,
        locations=locations,
        ways=ways,
        closures=closures,
        conflicts=conflicts,
        traits=traits,
        series=series,
        corrections=corrections,
        files=sorted(layout.label(path) for path in read.paths),
        unread=folders.unread(layout, read.paths),
        idle=idle,
        **newer,
    )


def _conflicts(read: _Reader, rules: Rules, locations: Mapping[str, Location], period: Period) -> list[Course] | None:
    if rules.from_floods:
        return None
    required = "the conflicts, a column for each place and a row for each day"
    sheet = read.sheet("conflicts.csv", required=required)
    if not sheet.rows and not sheet.comments and not any(one.file == sheet.file for one in read.found):
        do = "Add a header #Day,name,name and a row for each day."
        read.found.append(sheet.problem("no rows", required, do))
    return read_courses(sheet, INTENSITIES, period.length, locations, "an intensity", read.found)


def _newer(
    read: _Reader,
    settings: Settings,
    rules: Rules,
    locations: Mapping[str, Location],
    ways: Sequence[Way],
    period: Period,
) -> dict:
    """Files that Flee 3.1 does not know."""
    if settings.version == V31:
        return {"floods": (), "food": (), "changes": (), "pathways": ()}
    found, regions = read.found, dict.fromkeys(place.region for place in locations.values() if place.region)
    flooded = rules.from_floods or settings.is_given("move_rules", "flood_rules")
    floods = read.sheet("flood_level.csv", required="the flood levels") if flooded else Sheet("flood_level.csv")
    food = read.sheet("region_attributes_IPC.csv", required=_needs_food(rules))
    changes = read.layout.changes()
    courses = read_courses(floods, LEVELS, period.length, locations, "a flood level", found)
    _check_levels(floods, courses, rules, found)
    by_region = read_food(food, period, regions, found)
    if _needs_food(rules) and not by_region and not any(one.file == food.file for one in found):
        do = "Add a header #Day,region,region and a row for the first and the last day at least."
        found.append(food.problem("no rows", _needs_food(rules), do))
    return {
        "floods": courses,
        "food": by_region,
        "changes": read_changes(read.at(changes), locations, found) if changes else (),
        "pathways": read_pathways(read.sheet("major_routes.csv"), locations, ways, found),
    }


def _needs_food(rules: Rules) -> str:
    names = ("starvation_driven_spawning", "flee_when_starving", "avoid_food_deprived_locations")
    used = [name for name in names if rules.rules.get(name)]
    return f"food security by region, which {used[0]} needs" if used else ""


def _check_levels(sheet: Sheet, courses: Sequence[Course], rules: Rules, found: list[Problem]) -> None:
    """Levels stay within the lists of the settings that are read at a level."""
    highest = max((value for course in courses for value in course.values), default=0.0)
    if rules.from_floods and not highest and not any(one.file == sheet.file for one in found):
        do = "Correct the levels, or the settings."
        found.append(sheet.problem("no level above 0", "floods, since they drive displacement", do))
    stated = rules.rules.get("max_flood_level", -1)
    if isinstance(stated, int) and 0 <= stated < highest:
        do = "Correct the levels, or max_flood_level in the settings; Flee does not look at it."
        found.append(sheet.problem(f"level {highest:g}", f"levels up to max_flood_level, {stated}", do))
    for name in ("displaced_per_flood_day", "flood_movechances", "flood_loc_weights"):
        table = rules.rules.get(name)
        if isinstance(table, tuple) and highest > len(table) - 1:
            do = f"Add values to {name} in the settings, or correct the levels; Flee stops at the last one."
            found.append(sheet.problem(f"level {highest:g}", f"levels up to {len(table) - 1}, as {name} has", do))


_NEEDS = {
    "children_avoid_hazards": ("age",),
    "elderly_avoid_hazards": ("age",),
    "women_avoid_hazards": ("gender",),
    "boys_take_risk": ("age", "gender"),
    "match_camp_ethnicity": ("ethnicity",),
    "match_town_ethnicity": ("ethnicity",),
    "match_conflict_ethnicity": ("ethnicity",),
    "match_camp_religion": ("religion",),
}


def _check_traits(settings: Settings, rules: Rules, traits: Sequence[Weight], found: list[Problem]) -> None:
    known = {one.attribute for one in traits}
    for rule, needed in _NEEDS.items():
        idle = settings.version == V31 and (rule.startswith("match") or not rules.rules.get("children_avoid_hazards"))
        for attribute in needed if rules.rules.get(rule) and not idle else ():
            if attribute not in known:
                do = f"Add input_csv/demographics_{attribute}.csv, or switch the rule off; Flee stops without it."
                key = next(one.key for one in known_settings().values() if one.target == rule)
                got, expected = "a rule without the data that it needs", f"demographics of the attribute {attribute}"
                found.append(settings.problem("move_rules", key, got, expected, do))


def _camps(locations: Mapping[str, Location], rules: Rules) -> list[str]:
    """In Flee 3.1 towns that hardly anybody leaves are camps, too."""
    seldom = rules.rules["flee"] == V31 and rules.parameters.get("default_movechance", 1.0) < 0.005
    return [one.name for one in locations.values() if one.is_camp or (seldom and one.kind == "town")]
