"""What holds from day to day: conflicts and closures as Flee 3.1 carries them out, or as they are meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from saferground.exchange.flee.days import Course, steps
from saferground.exchange.flee.places import Location
from saferground.exchange.flee.ways import Closure, Way
from saferground.exchange.flee.world import World

_SMALL = 0.000001
"""Flee takes a smaller intensity for none."""

Step = tuple[int, float]


def conflict_steps(world: World) -> dict[str, list[Step]]:
    """The days on which the intensity of a place changes, by name; (day, intensity), a day before the start is -1.

    Places without conflict are left out, and those of kind conflict_zone that keep the intensity 1 for ever.
    """
    courses = {course.name: course for course in world.conflicts or ()}
    found = {}
    for place in world.locations.values():
        course = courses.get(place.name)
        changes = _of_flee(place, course) if world.is_31 else _with_changes(world, place, _meant(place, course))
        if changes:
            found[place.name] = changes
    return found


def _meant(place: Location, course: Course | None) -> list[Step]:
    start = place.numbers.get("conflict_intensity", 1.0)
    if course is None:
        return [(0, start)] if place.kind == "conflict_zone" and start != 1.0 else []
    changes = list(steps(course))
    without = place.kind != "conflict_zone" and changes[:1] and changes[0][1] == 0
    return changes[1:] if without else changes


def _of_flee(place: Location, course: Course | None) -> list[Step]:
    """A conflict begins when the intensity rises from 0, keeps that intensity, and ends if it was 1 the day before."""
    if course is None:
        return _meant(place, course)
    changes: list[Step] = []
    zone = place.kind == "conflict_zone"
    now = place.numbers.get("conflict_intensity", 1.0) if zone else 0.0
    if now and not any(value > _SMALL for value in course.values[:1]):
        changes.append((-1, now))
    before = 0.0
    for day, value in zip(course.days, course.values, strict=True):
        if value > _SMALL and before < _SMALL:
            changes.append((day, value))
        elif value < _SMALL and before == 1:
            changes.append((day, 0.0))
        before = value
    return changes if changes or not zone else [(0, 0.0)]


def _with_changes(world: World, place: Location, course: list[Step]) -> list[Step]:
    """The course with the location's changes of type, which set its conflict, too."""
    setting = world.settings.value("", "default_conflict_intensity")
    changes = [
        (day, setting if kind == "conflict_zone" else 0.0) for _, one, kind, day in world.changes if one == place.name
    ]
    if not changes:
        return course
    by_day = dict(changes) | dict(course)
    return [(day, by_day[day]) for day in sorted(by_day)]


def lost_changes(course: Course) -> tuple[int, int]:
    """How many changes between two positive intensities, and how many ends, Flee 3.1 does not carry out."""
    pairs = list(zip(course.values, course.values[1:], strict=False))
    between = sum(one != two for one, two in pairs if one > _SMALL and two > _SMALL)
    return between, sum(one != 1 for one, two in pairs if one > _SMALL > two)


# --- closures --------------------------------------------------------------------------------------------------------


def closures_of(world: World) -> list[Closure]:
    """The closures, each thing once a day; for Flee 3.1 those that it carries out, as it carries them out."""
    if not world.is_31:
        return [one for group in _groups(world.closures) for one in _longest(group)]
    camps = [one for one in world.closures if one.kind in ("camp", "idpcamp")]
    return [*borders_of_flee(world), *(one for group in _groups(camps) for one in _events(group))]


def _groups(closures: Iterable[Closure]) -> list[list[Closure]]:
    """Closures of the same thing together."""
    groups: dict[tuple[str, ...], list[Closure]] = {}
    for one in closures:
        groups.setdefault(one.about, []).append(one)
    return list(groups.values())


def _longest(group: Sequence[Closure]) -> list[Closure]:
    """Of closures that begin on the same day, the longest."""
    by_day: dict[int, Closure] = {}
    for one in sorted(group, key=lambda one: (one.first, one.last is None, one.last or 0)):
        by_day[one.first] = one
    return list(by_day.values())


def _events(group: Sequence[Closure]) -> list[Closure]:
    """Closed from any row's start to any row's end; on one day, rows act in the order of the file."""
    starts = [(one.first, index, False, one) for index, one in enumerate(group)]
    ends = [(one.last, index, True, one) for index, one in enumerate(group) if one.last is not None]
    spans: list[Closure] = []
    shut: Closure | None = None
    for day, _, opens, one in sorted([*starts, *ends], key=lambda event: event[:3]):
        if shut is None and not opens:
            shut = replace(one, last=None)
        elif shut is not None and opens:
            spans += [replace(shut, last=day)] if day > shut.first else []
            shut = None
    return [*spans, shut] if shut else spans


def borders_of_flee(world: World) -> list[Closure]:
    """Closures of countries and locations as Flee carries them out: whatever ends opens all ways that it is about.

    They are given as they stand where that makes no difference, else as closures of single ways (kind ``link``).
    """
    rows = [one for one in world.closures if one.kind in ("country", "location")]
    shut = [closed for way in world.ways for closed in _shut(way, rows, world.locations)]
    whole = [one for group in _groups(rows) for one in _longest(group)]
    days = sorted({day for one in rows for day in (one.first, one.last) if day is not None})
    if all(
        _is_shut(way, day, whole, world.locations) == _is_shut(way, day, shut, world.locations)
        for way in world.ways
        for day in days
    ):
        return whole
    return [one for group in _groups(shut) for one in _longest(group)]


def _shut(way: Way, rows: Sequence[Closure], places: Mapping[str, Location]) -> list[Closure]:
    """When one way is closed: from any closure that touches it until any such closure ends."""
    touching = [one for one in rows if _touches(one, way, places)]
    spans = _events(touching)
    return [replace(one, kind="link", first_name=way.origin, second_name=way.destination) for one in spans]


def _touches(closure: Closure, way: Way, places: Mapping[str, Location]) -> bool:
    if closure.kind == "country":
        countries = {places[way.origin].country, places[way.destination].country}
        return countries == {closure.first_name, closure.second_name}
    if closure.kind == "link":
        return way.ends == {closure.first_name, closure.second_name}
    return closure.first_name in way.ends


def _is_shut(way: Way, day: int, closures: Sequence[Closure], places: Mapping[str, Location]) -> bool:
    return any(
        one.first <= day and (one.last is None or day < one.last) for one in closures if _touches(one, way, places)
    )


def ways_of(closure: Closure, ways: Sequence[Way]) -> list[Way]:
    """The routes that a closure of one way or of a redirection is about."""
    ends = {closure.first_name, closure.second_name}
    return [way for way in ways if way.ends == ends]


def is_redirected(way: Way, closure: Closure) -> bool:
    """Whether a route redirects in the direction of a closure, from its first name to its second."""
    forward = (way.origin, way.destination) == (closure.first_name, closure.second_name)
    return way.redirect == ("forward" if forward else "back")
