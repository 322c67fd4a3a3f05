"""Small valid scenario folders, built in code.

    world = line()                                        # three districts in a line, as plain dicts
    world = line(population=1000, days=10, step_hours=12)  # changed where it matters to the test
    world.change("camps", place="camp_a", capacity=500)    # every row that matches the first keyword gets the others
    world.drop("closures", route="a_out")
    world.add("closures", route="b_out", closed="2030-01-03")
    scenario = world.read(tmp_path)                        # write, read, check
    folder = world.write(tmp_path)                         # write only

``line_world(folder, **overrides)`` does build and write in one go. ``random_world(random.Random(3))`` is a valid world
with two to eight districts; ``worlds()`` is the hypothesis strategy for it, which shrinks.
"""

from __future__ import annotations

import copy
import csv
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from saferground.scenario import Scenario, read_scenario

Row = dict[str, Any]
START = date(2030, 1, 1)
SOURCE = "assumed"
_UNSOURCED = ("sources",)
_ITEMS = ("water", "food", "tents", "kits")
_UNSURE = ("futures", "standards", "own_forecasts", "sources")


@dataclass
class World:
    """A scenario folder as plain data: settings, rules, priors and rows. Change it freely, then write it."""

    settings: Row = field(default_factory=dict)
    rules: Row = field(default_factory=dict)
    parameters: dict[str, Row] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def copy(self) -> World:
        return copy.deepcopy(self)

    def add(self, table: str, **cells: Any) -> World:
        """One more row."""
        self.tables.setdefault(table, []).append(cells)
        return self

    def drop(self, table: str, **match: Any) -> World:
        """Remove the rows whose cells equal all of ``match`` (all rows without one)."""
        self.tables[table] = [row for row in self.tables.get(table, []) if not _matches(row, match)]
        return self

    def change(self, table: str, **cells: Any) -> World:
        """In the rows where the first keyword holds, set the others; AssertionError when no row matches."""
        (key, wanted), *rest = cells.items()
        rows = [row for row in self.tables.get(table, []) if row.get(key) == wanted]
        assert rows, f"no row of {table} has {key} = {wanted!r}"
        for row in rows:
            row.update(rest)
        return self

    def fix(self, **values: float) -> World:
        """Fix parameters at the given values."""
        for name, value in values.items():
            self.parameters[name] = {"prior": "fixed", "value": float(value)}
        return self

    def row(self, table: str, **match: Any) -> Row:
        """The first row whose cells equal ``match``."""
        return next(row for row in self.tables[table] if _matches(row, match))

    def ids(self, *kinds: str) -> list[str]:
        """Ids of the places of these kinds, in order."""
        return [row["id"] for row in self.tables["places"] if row["kind"] in kinds]

    def write(self, folder: Path | str) -> Path:
        """Write the folder (created if need be; tables without rows are left out) and return it."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        (path / "scenario.toml").write_text(self._toml(), encoding="utf-8")
        for table, rows in self.tables.items():
            if rows:
                _write_table(path / f"{table}.csv", [_sourced(table, row) for row in rows])
        return path

    def read(self, folder: Path | str, **changes: Any) -> Scenario:
        """Write the folder and read it through every check."""
        return read_scenario(self.write(folder), **changes)

    def _toml(self) -> str:
        lines = ["[scenario]", *(f"{name} = {_toml(value)}" for name, value in self.settings.items())]
        if self.rules:
            lines += ["", "[rules]", *(f"{name} = {_toml(value)}" for name, value in self.rules.items())]
        for name, prior in self.parameters.items():
            keys = {"source": SOURCE, **prior}
            lines += ["", f"[parameters.{name}]", *(f"{key} = {_toml(value)}" for key, value in keys.items())]
        return "\n".join(lines) + "\n"


def _matches(row: Row, match: Row) -> bool:
    return all(row.get(key) == value for key, value in match.items())


def _sourced(table: str, row: Row) -> Row:
    source = {} if table in _UNSOURCED else {"source": SOURCE}
    sure = {} if table in (*_UNSURE, *_UNSOURCED) else {"confidence": "assumption"}
    return {**row, **{key: value for key, value in {**source, **sure}.items() if key not in row}}


def _write_table(path: Path, rows: list[Row]) -> None:
    header = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(list(value) if isinstance(value, tuple) else value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


# --- three districts in a line -------------------------------------------------------------------------------------


def line_world(folder: Path | str, **overrides: Any) -> Path:
    """Write ``line(**overrides)`` to a folder and return it."""
    return line(**overrides).write(folder)


def line(
    *,
    population: float | dict[str, float] | None = None,
    parameters: dict[str, Row] | None = None,
    **overrides: Any,
) -> World:
    """Districts a, b, c in a line; gate (muster point), desk (screening site), camp_a, camp_b, town; aid, hospital.

    The front stands in ``a`` (contested), the others are held; days run from 2030-01-01, known until 2030-01-05,
    10 days ahead in steps of 6 h.

    Args:
        population: people in every district, or by district; low and high are 10 % away.
        parameters: priors by name, as in ``{"pace": {"prior": "fixed", "value": 0.1}}``.
        overrides: a table's name replaces all its rows; a setting's name (start, as_of, days, step_hours, title, ...)
            replaces that setting.
    """
    world = World(settings=_line_settings(), parameters=dict(parameters or {}), tables=_line_tables())
    for name, value in overrides.items():
        if name in world.settings or name in ("owner", "audience"):
            world.settings[name] = value
        else:
            world.tables[name] = value
    if population is not None:
        people(world, population)
    return world


def people(world: World, population: float | dict[str, float]) -> World:
    """Set the population of districts; low and high are 10 % away."""
    for row in world.tables["places"]:
        if row["kind"] == "district":
            best = population.get(row["id"], row["population_best"]) if isinstance(population, dict) else population
            row.update(population_low=0.9 * best, population_best=best, population_high=1.1 * best)
    return world


def _line_settings() -> Row:
    return {
        "title": "Three districts in a line",
        "purpose": "To test",
        "sensitivity": "limited",
        "model": "siege",
        "start": START,
        "as_of": START + timedelta(days=4),
        "days": 10,
        "step_hours": 6,
    }


def _line_tables() -> dict[str, list[Row]]:
    return {
        "places": [
            *(_district(name, number) for number, name in enumerate("abc")),
            _place("gate", "muster_point", 32.98, 43.0),
            _place("desk", "screening_site", 32.9, 43.0),
            _place("camp_a", "camp", 32.8, 43.0),
            _place("camp_b", "camp", 32.8, 43.2),
            _place("town", "host_community", 32.85, 43.1),
            _place("aid", "stabilisation_point", 32.97, 43.0),
            _place("hospital", "field_hospital", 32.9, 43.02),
            _place("depot", "supply_source", 33.2, 43.0),
        ],
        "borders": [_border("a", "b"), _border("b", "c")],
        "routes": [
            _route("a_out", "a", "gate", "walk", 2.0, exposed_km=0.5),
            _route("b_out", "b", "gate", "walk", 3.0, exposed_km=1.0, via="a"),
            _route("b_side", "b", "gate", "walk", 6.0, exposed_km=2.0),
            _route("c_out", "c", "gate", "walk", 5.0, exposed_km=1.5),
            _route("gate_desk", "gate", "desk", "road", 9.0),
            _route("desk_a", "desk", "camp_a", "road", 12.0),
            _route("desk_b", "desk", "camp_b", "road", 25.0),
            _route("desk_town", "desk", "town", "road", 15.0),
            _route("aid_hospital", "aid", "hospital", "ambulance", 8.0),
            _route("depot_c", "depot", "c", "supply", 20.0),
        ],
        "control": [_control("a", "contested"), _control("b", "held"), _control("c", "held")],
        "households": [
            _household("infants", 0.3, persons=5, men=1, infants=1, speed_kmh=2.5),
            _household("families", 0.5, persons=6, men=2, speed_kmh=3.5),
            _household("frail", 0.2, persons=4, men=1, disabled=1, speed_kmh=1.5, flight_factor=0.6),
        ],
        "stations": [
            _station("gate", "aid", 4),
            _station("desk", "registration", 6),
            _station("desk", "screening", 4),
            _station("desk", "aid", 4),
            _station("aid", "stabilisation", 4),
            _station("hospital", "beds", 20),
        ],
        "buses": [_fleet("gate", 6), _fleet("desk", 8)],
        "camps": [
            {"place": "camp_a", "date": START, "capacity": 3000, "occupied": 200},
            {"place": "camp_b", "date": START + timedelta(days=3), "capacity": 5000, "published": START},
            {"place": "town", "date": START},
        ],
        "supplies": [_stock(good, best) for good, best in (("food", 30), ("water", 6), ("fuel", 10), ("medicine", 15))],
        "counts": [
            _count("Left", "left_cumulative", START + timedelta(days=2), 400),
            _count("Left", "left_cumulative", START + timedelta(days=4), 900),
        ],
        "planning_figures": [
            {"id": "plan", "issuer": "Nobody", "what": "May leave", "measures": "left_cumulative", "value_best": 9000}
        ],
        "sources": [{"id": SOURCE, "title": "Assumed for a test", "publisher": "Test"}],
    }


def _place(name: str, kind: str, lat: float, lon: float) -> Row:
    return {"id": name, "name": name.replace("_", " ").title(), "kind": kind, "lat": lat, "lon": lon}


def _district(name: str, number: int, best: float = 5000) -> Row:
    place = _place(name, "district", 33.0 + 0.01 * number, 43.0)
    return {**place, "population_low": 0.9 * best, "population_best": best, "population_high": 1.1 * best}


def _border(one: str, other: str, length_km: float = 1.0) -> Row:
    return {"district": one, "neighbour": other, "length_km": length_km}


def _route(name: str, origin: str, destination: str, mode: str, length_km: float, **more: Any) -> Row:
    return {"id": name, "origin": origin, "destination": destination, "mode": mode, "length_km": length_km, **more}


def _control(district: str, status: str, day: date = START, **more: Any) -> Row:
    return {"district": district, "date": day, "status": status, **more}


def _household(name: str, share: float, **more: Any) -> Row:
    return {"id": name, "name": name.title(), "share": share, **more}


def _station(place: str, kind: str, servers: int, **more: Any) -> Row:
    return {"place": place, "kind": kind, "opens": START, "servers": servers, **more}


def _fleet(place: str, vehicles: int, **more: Any) -> Row:
    return {"place": place, "date": START, "vehicles": vehicles, "seats": 40, "speed_kmh": 30, **more}


def _stock(good: str, best: float, **more: Any) -> Row:
    return {"good": good, "date": START, "days_low": 0.5 * best, "days_best": best, "days_high": 2 * best, **more}


def _count(series: str, measures: str, end: date, value: float, **more: Any) -> Row:
    row = {"series": series, "measures": measures, "end": end, "value": value, "unit": "individuals"}
    return {**row, "published": end, **more}


# --- random worlds -------------------------------------------------------------------------------------------------

_WORDS = ("Old City", "حي النور", "a, b", 'the "gate"', "first line\nsecond line", "=A1", "Café", "12,5", "؛ ;")


def worlds() -> st.SearchStrategy[World]:
    """Hypothesis strategy for ``random_world``."""
    return st.randoms(use_true_random=False).map(random_world)


def random_world(rng: random.Random) -> World:
    """A valid world: 2 to 8 connected districts, muster points, perhaps screening, camps, and the rest."""
    world = World(
        settings=_line_settings(), tables={"sources": [{"id": SOURCE, "title": "Drawn", "publisher": "Test"}]}
    )
    world.settings.update(step_hours=rng.choice([1, 2, 3, 4, 6, 8, 12, 24]), days=rng.randint(1, 15))
    world.settings.update(as_of=START + timedelta(days=rng.randint(0, 8)))
    _random_districts(world, rng)
    _random_sites(world, rng)
    _random_routes_out(world, rng)
    _random_households(world, rng)
    _random_extras(world, rng)
    if rng.random() < 0.3:
        _random_futures(world, rng)
    for rows in world.tables.values():
        rng.shuffle(rows)
    return world


def _random_districts(world: World, rng: random.Random) -> None:
    count = rng.randint(2, 8)
    for number in range(count):
        best = float(rng.choice([1, 60, 999, 5000, 40_000]))
        world.add("places", **{**_district(f"d{number}", number, best), "name": rng.choice(_WORDS)})
        status = "contested" if number == 0 else rng.choice(["held", "held", "contested", "retaken"])
        world.add("control", **_control(f"d{number}", status))
        if number:
            world.add("borders", **_border(f"d{rng.randrange(number)}", f"d{number}", rng.choice([0.2, 1.0, 3.5])))
    later = START + timedelta(days=rng.randint(1, 9))
    world.add("control", **_control("d1", "retaken", later, published=later + timedelta(days=rng.randint(0, 3))))


def _random_sites(world: World, rng: random.Random) -> None:
    gates = [f"gate{number}" for number in range(rng.randint(1, 3))]
    desks = ["desk"] if rng.random() < 0.6 else []
    for name in gates + desks:
        kind = "muster_point" if name in gates else "screening_site"
        world.add("places", **_place(name, kind, 32.9, 43.0 + rng.random() / 10))
        hours = {"opens_hour": rng.choice([0, 6]), "closes_hour": 20, "curfew_hour": rng.choice(["", "", 9, 20])}
        world.add("buses", **_fleet(name, rng.randint(0, 20), **hours))
        before = ["arrival"]
        for service in ("mustering", "registration", "screening", "aid", "shade"):
            if name in desks or rng.random() < 0.5:
                after = "" if service == "shade" else rng.choice(["", rng.choice(before)])
                varied = 0 if service == "shade" else rng.choice([0, 0, 0.7, 2])
                world.add("stations", **_station(name, service, rng.randint(0, 9), after=after, variation=varied))
                before.append(service)
                hours = rng.choice(
                    [{}, {"opens_hour": 18.5, "closes_hour": 6}, {"break_start": 12, "break_end": 13.25}]
                )
                world.tables["stations"][-1].update(hours)
    for gate in gates if desks else []:
        world.add("routes", **_route(f"{gate}_desk", gate, "desk", rng.choice(["road", "walk"]), rng.uniform(1, 20)))
    _random_settlements(world, rng, desks or gates)


def _random_settlements(world: World, rng: random.Random, last_sites: list[str]) -> None:
    for number in range(rng.randint(1, 4)):
        kind = rng.choice(["camp", "host_community"]) if number else "camp"
        name, opens = f"stay{number}", START + timedelta(days=rng.choice([0, 0, 4]))
        world.add("places", **_place(name, kind, 32.8, 43.0 + number / 10))
        limit = rng.choice(["", 0, 300, 100_000])
        world.add("camps", place=name, date=opens, capacity=limit, occupied=rng.choice([0, 120]))
        for site in last_sites:
            world.add("routes", **_route(f"{site}_{name}", site, name, "road", rng.uniform(1, 80)))


def _random_routes_out(world: World, rng: random.Random) -> None:
    districts, gates = world.ids("district"), world.ids("muster_point")
    for district in districts:
        for gate in rng.sample(gates, rng.randint(1, len(gates))):
            length, name = rng.uniform(0.5, 12), f"{district}_{gate}"
            via = rng.choice(["", "", rng.choice(districts)])
            row = _route(name, district, gate, "walk", length, exposed_km=length * rng.random())
            world.add("routes", **row, via="" if via == district else via)
            if rng.random() < 0.3:
                shut = START + timedelta(days=rng.randint(0, 10))
                opened = rng.choice(["", shut + timedelta(days=rng.randint(1, 4))])
                world.add(
                    "closures", route=name, closed=shut, reopened=opened, published=shut, reason=rng.choice(_WORDS)
                )


def _random_households(world: World, rng: random.Random) -> None:
    count = rng.randint(1, 4)
    weights = [rng.randint(1, 9) for _ in range(count)]
    for number, weight in enumerate(weights):
        persons = rng.randint(1, 9)
        men = rng.randint(0, persons)
        row = _household(f"h{number}", weight / sum(weights), persons=persons, men=men, speed_kmh=rng.uniform(0.5, 5))
        infants, disabled = rng.randint(0, persons - men), rng.randint(0, persons)
        world.add("households", **row, infants=infants, disabled=disabled, flight_factor=rng.choice([0, 0.5, 1, 2]))
        children = rng.choice(["", rng.randint(infants, persons - men)])
        world.tables["households"][-1].update(children=children, priority=rng.choice(["", "yes", "no"]))


def _random_extras(world: World, rng: random.Random) -> None:
    for good in rng.sample(["food", "water", "fuel", "medicine"], rng.randint(0, 4)):
        world.add(
            "supplies", **_stock(good, rng.uniform(0.5, 60), district=rng.choice(["", "d0"]), inflow=rng.random())
        )
    if rng.random() < 0.5:
        world.add("places", **_place("aid", "stabilisation_point", 32.95, 43.0))
        world.add("places", **_place("hospital", "field_hospital", 32.95, 43.0))
        world.add("routes", **_route("aid_hospital", "aid", "hospital", "ambulance", 5.0))
        world.add("stations", **_station("aid", "stabilisation", rng.randint(0, 5)))
        world.add("stations", **_station("hospital", "beds", rng.randint(0, 30)))
    if rng.random() < 0.5:
        world.add("places", **_place("depot", "supply_source", 33.3, 43.0))
        world.add("routes", **_route("depot_d1", "depot", "d1", "supply", 10.0))
    if rng.random() < 0.5:
        world.parameters["stayer_share"] = {
            "prior": "uniform",
            "low": 0.1,
            "high": rng.uniform(0.2, 0.9),
            "note": "a \\ b",
        }
    world.add(
        "counts", **_count(rng.choice(_WORDS), "left_cumulative", START + timedelta(days=6), rng.randint(0, 9999))
    )
    _random_stocks(world, rng)


def _random_stocks(world: World, rng: random.Random) -> None:
    """Up to four stocks: of one place or shared, counted or ordered."""
    places = ["", *world.ids("muster_point", "screening_site", "camp", "host_community")]
    for place, item in dict.fromkeys((rng.choice(places), rng.choice(_ITEMS)) for _ in range(4)):
        unit = {"water": "m3", "food": "person_days"}.get(item, item)
        amounts = {"on_hand": rng.choice(["", rng.randint(0, 999)]), "resupply": rng.uniform(0, 50), "unit": unit}
        when = {"date": START + timedelta(days=rng.randint(0, 9)), "published": START}
        world.add("stocks", place=place, item=item, **when, every_days=rng.randint(1, 9), **amounts)


def _random_futures(world: World, rng: random.Random) -> None:
    weight = rng.choice([0.25, 0.5, 0.9])
    as_of = world.settings["as_of"]
    for name, share in (("slow", weight), ("fast", 1 - weight)):
        world.add("futures", id=name, weight=share, meaning=rng.choice(_WORDS))
        day = as_of + timedelta(days=rng.randint(1, 9))
        world.add("control", **_control("d0", "retaken", day, future=name))
