"""A Flee folder as the tables of a journey scenario."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from saferground.exchange.flee.counts import TOTAL, Record, Series
from saferground.exchange.flee.days import steps
from saferground.exchange.flee.effective import closures_of, conflict_steps, is_redirected, ways_of
from saferground.exchange.flee.places import Location
from saferground.exchange.flee.sheets import Row
from saferground.exchange.flee.ways import Closure, Way
from saferground.exchange.flee.world import World

Cells = dict[str, str]
Tables = dict[str, list[Cells]]
NOT_IN_31 = ("capacity_per_day", "initial_idps", "trade_volume", "hdi")
"""Columns of locations.csv that Flee 3.1 does not know."""


def tables_of(world: World) -> Tables:
    """Every table with rows, as text by column; ids of places and routes are made from their names."""
    ids = slugs(world.locations, "place")
    sources = Sources(world)
    made = {
        "places": [_place(one, ids, world) | sources.of(one.row) for one in world.locations.values()],
        "routes": list(_routes(world, ids, sources)),
        "closures": list(_closures(world, ids, sources)),
        "conflicts": list(_conflicts(world, ids, sources)),
        "floods": list(_floods(world, ids, sources)),
        "food_security": list(_food(world, sources)),
        "kinds": list(_kinds(world, ids, sources)),
        "demographics": list(_demographics(world, ids, sources)),
        "residents": list(_residents(world, ids, sources)),
        "pathways": list(_pathways(world, ids, sources)),
        "corrections": list(_corrections(world, ids, sources)),
        "counts": list(_counts(world, ids, sources)),
    }
    made["sources"] = sources.rows()
    return {table: rows for table, rows in made.items() if rows}


def slugs(names: Iterable[str], fallback: str, short: Callable[[str], str] = str) -> dict[str, str]:
    """An id for each name, or for what ``short`` makes of it: lower-case letters, digits and underscores; unique."""
    taken: set[str] = set()
    return {name: _free(slug(short(name)) or fallback, taken) for name in names}


def _free(base: str, taken: set[str]) -> str:
    """The base, or the first of base_2, base_3 ... that is not taken yet; it is taken then."""
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return name


def slug(name: str) -> str:
    """A name in the letters of an id; blank when it has none of them."""
    plain = unicodedata.normalize("NFKD", name).casefold().encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def plain(value: float) -> str:
    """A number as the tables of a scenario write it."""
    return repr(float(value)).removesuffix(".0")


# --- sources ---------------------------------------------------------------------------------------------------------


_JOINED = " and "


def _stems(files: str) -> str:
    return _JOINED.join(PurePosixPath(file).stem for file in files.split(_JOINED))


class Sources:
    """One row of the table sources for each file, or each sum of files."""

    def __init__(self, world: World):
        sums = (_JOINED.join(one.files) for one in world.series if len(one.files) > 1)
        self.world = world
        self.ids = slugs(dict.fromkeys((*world.files, *sums)), "file", _stems)

    def of(self, row: Row, confidence: str = "medium") -> Cells:
        """The cells source and confidence of what stands in a row."""
        return {"source": self.ids[row.file], "confidence": confidence}

    def of_file(self, name: str) -> Cells:
        """The same for what stands in the file of that name."""
        file = next(file for file in self.world.files if PurePosixPath(file).name == name)
        return {"source": self.ids[file], "confidence": "medium"}

    def of_series(self, series: Series) -> Cells:
        """The same for a count."""
        return {"source": self.ids[_JOINED.join(series.files)], "confidence": "medium"}

    def rows(self) -> list[Cells]:
        """The table."""
        return [
            {
                "id": name,
                "title": f"{file} of the Flee folder {self.world.name}",
                "publisher": "the authors of the Flee folder",
                "note": "Imported; where the authors took it from is not recorded in the folder.",
            }
            for file, name in self.ids.items()
        ]


# --- places and ways -------------------------------------------------------------------------------------------------


def _place(one: Location, ids: Mapping[str, str], world: World) -> Cells:
    numbers = {name: value for name, value in one.numbers.items() if not (world.is_31 and name in NOT_IN_31)}
    size = {"capacity": str(one.size) if one.size else ""} if one.is_camp else {"population": str(one.size)}
    columns = {"initial_idps": "initial_people"}
    return {
        "id": ids[one.name],
        "name": one.name,
        "lat": "" if one.lat is None else plain(one.lat),
        "lon": "" if one.lon is None else plain(one.lon),
        "kind": "forwarding_hub" if world.is_31 and one.kind == "flood_zone" else one.kind,
        "country": one.country,
        "region": one.region,
        **size,
        **{columns.get(name, name): plain(value) for name, value in numbers.items() if name != "conflict_intensity"},
    }


def _routes(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    before: Way | None = None
    for way, name in route_ids(world, ids):
        yield _route(way, name, ids, world, copy=way is before) | sources.of(way.row)
        before = way


def is_doubled(way: Way, world: World) -> bool:
    """Whether Flee 3.1 makes two links of the row."""
    return world.is_31 and way.redirect == "back"


def route_ids(world: World, ids: Mapping[str, str]) -> list[tuple[Way, str]]:
    """Each route with its id, in the order of the table; twice where Flee 3.1 makes two."""
    taken: set[str] = set()
    doubled = [way for way in world.ways for _ in range(2 if is_doubled(way, world) else 1)]
    return [(way, _free(f"{ids[way.origin]}_{ids[way.destination]}", taken)) for way in doubled]


def _route(way: Way, name: str, ids: Mapping[str, str], world: World, copy: bool) -> Cells:
    speed, walk = (way.numbers.get(column) for column in ("max_move_speed", "walk_probability"))
    return {
        "id": name,
        "origin": ids[way.origin],
        "destination": ids[way.destination],
        "length_km": plain(way.km),
        "speed_km_day": "" if speed is None else plain(speed),
        "walk_probability": "" if walk is None else plain(walk),
        "redirect": "none" if world.is_31 else way.redirect,
        "note": "Flee 3.1 makes two links of a route with forced_redirection 1." if copy else "",
    }


def _closures(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    routes = route_ids(world, ids)
    for one in closures_of(world):
        for what in _closed(one, ids, routes):
            reopened = "" if one.last is None else str(world.period.day(one.last))
            days = {"closed": str(world.period.day(one.first)), "reopened": reopened}
            yield what | days | {"reason": one.row.cell(0)} | sources.of(one.row)


def _closed(one: Closure, ids: Mapping[str, str], routes: Sequence[tuple[Way, str]]) -> Iterator[Cells]:
    """What a closure is about, once for each route."""
    if one.kind == "country":
        yield {"kind": "country", "country": one.first_name, "other_country": one.second_name}
    elif one.kind == "location":
        yield {"kind": "place", "place": ids[one.first_name]}
    elif one.kind in ("camp", "idpcamp"):
        yield {"kind": "camp", "place": ids[one.first_name]}
    else:
        about = ways_of(one, [way for way, _ in routes])
        for way, name in routes:
            if one.kind == "link" and way in about:
                yield {"kind": "route", "route": name}
            elif one.kind != "link" and way in about and is_redirected(way, one):
                yield {"kind": "redirect", "route": name}


# --- what changes from day to day ------------------------------------------------------------------------------------


def _conflicts(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    given = {course.name for course in world.conflicts or ()}
    for name, changes in conflict_steps(world).items():
        source = sources.of_file("conflicts.csv") if name in given else sources.of(world.locations[name].row)
        for day, intensity in changes:
            date = str(world.period.day(day))
            yield {"place": ids[name], "date": date, "intensity": plain(intensity)} | source


def _floods(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    for course in world.floods:
        for day, level in steps(course):
            what = {"place": ids[course.name], "date": str(world.period.day(day)), "level": plain(level)}
            yield what | sources.of_file("flood_level.csv")


def _food(world: World, sources: Sources) -> Iterator[Cells]:
    for course in world.food:
        for day, share in zip(course.days, course.values, strict=True):
            date = str(world.period.day(day))
            what = {"region": course.name, "date": date, "ipc": plain(share)}
            yield what | sources.of_file("region_attributes_IPC.csv")


def _kinds(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    """Changes of kind, the last of a day, and camps that Flee 3.1 reopens as camps of another kind."""
    last = {(name, day): (row, kind) for row, name, kind, day in world.changes}
    for one in closures_of(world) if world.is_31 else ():
        kind = {"camp": "camp", "idpcamp": "idp_camp"}.get(one.kind)
        if kind and one.last is not None and world.locations[one.first_name].kind != kind:
            last[one.first_name, one.last] = (one.row, kind)
    for (name, day), (row, kind) in last.items():
        yield {"place": ids[name], "date": str(world.period.day(day)), "kind": kind} | sources.of(row)


# --- people ----------------------------------------------------------------------------------------------------------


def _demographics(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    for one in world.traits:
        place = ids[one.place] if one.place else ""
        what = {"attribute": one.attribute, "value": one.value, "place": place, "weight": plain(one.weight)}
        yield what | sources.of(one.row, "assumption")
    if world.is_matched and world.is_31 and all(one.attribute != "ethnicity" for one in world.traits):
        what = {"attribute": "ethnicity", "value": "everyone", "place": "", "weight": "1"}
        yield what | sources.of_file(PurePosixPath(world.settings.file).name)


def _residents(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    """Columns of locations.csv that are named after an ethnicity or religion: how many residents have it."""
    for place in world.locations.values() if world.is_matched and not world.is_31 else ():
        for value in world.matched("ethnicity", "religion"):
            if value in place.others:
                people = plain(float(place.others[value]))
                yield {"place": ids[place.name], "value": value, "people": people} | sources.of(place.row)


def _pathways(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    for number, (row, stops) in enumerate(world.pathways, start=1):
        for order, name in enumerate(stops):
            where = {"pathway": str(number), "order": str(order), "place": ids[name]}
            yield where | sources.of(row, "assumption")


def _corrections(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    for one in world.corrections:
        if one.label in ids:
            yield {"place": ids[one.label], "date": str(one.day)} | sources.of(one.row, "assumption")


def _counts(world: World, ids: Mapping[str, str], sources: Sources) -> Iterator[Cells]:
    for series in world.series:
        measures = "present" if series.label == TOTAL or series.label in ids else "other"
        place = ids.get(series.label, "") if series.label != TOTAL else ""
        about = {"series": series.label, "place": place, "unit": "individuals"} | sources.of_series(series)
        for record in _rescaled(world, series):
            yield about | _count(record) | {"measures": measures}
        twice: dict[object, int] = {}
        for record in series.others:
            twice[record.day] = number = twice.get(record.day, 0) + 1
            other = {"series": f"{series.label}: other figure {number}", "measures": "other", "note": _OTHER}
            yield about | _count(record) | other


_OTHER = "A second figure for the same day; Flee uses the later row of the file, and so does the series itself."


def _count(record: Record) -> Cells:
    return {"end": str(record.day), "value": plain(record.value), "published": str(record.day)}


def _rescaled(world: World, series: Series) -> Sequence[Record]:
    """The records of a total, of which registration corrections are carried out here; a place's wait for the model."""
    records = list(series.records)
    for one in world.corrections if series.label == TOTAL else ():
        at = next((index for index, record in enumerate(records) if record.day == one.day), 0)
        if one.label == TOTAL and at:
            factor = records[at].value / records[at - 1].value
            records[:at] = [replace(record, value=record.value * factor) for record in records[:at]]
    return records
