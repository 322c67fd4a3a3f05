"""Small valid folders of the model journey, for tests of reading and checking; with the tools of ``helpers.worlds``.

    world = trek()                                   # two countries, six places, every table in use
    world = trek(as_of=START, rules={"spawning": "constant"})
    scenario = world.read(tmp_path)

``random_trek(random.Random(3))`` is a valid world of three to nine places; ``treks()`` is the hypothesis strategy.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from helpers.worlds import SOURCE, START, Row, World

AS_OF = START + timedelta(days=20)
RULES: Row = {
    "home_country": "Here",
    "fixed_routes": True,
    "flood_movechances": (0.1, 0.5, 1),
    "flood_loc_weights": (1, 0.5, 0.1),
    "max_flood_level": 2,
    "flee_when_starving": True,
    "children_avoid_hazards": True,
    "women_avoid_hazards": True,
    "match_camp_ethnicity": True,
    "stay_close_to_home": True,
}


def day(number: int) -> date:
    """Day ``number`` of the scenario; 0 is the start."""
    return START + timedelta(days=number)


def trek(*, rules: Row | None = None, parameters: dict[str, Row] | None = None, **overrides: Any) -> World:
    """War (in conflict), hill, dale (floods), fork (a junction) and shelter in one country, haven in the other.

    Days run from 2030-01-01, known until 2030-01-21, 30 days ahead. Every table has rows.

    Args:
        rules: rules in place of ``RULES``.
        parameters: priors by name, as in ``{"camp_weight": {"prior": "fixed", "value": 2}}``.
        overrides: a table's name replaces all its rows; a setting's name replaces that setting.
    """
    world = World(_settings(), dict(RULES if rules is None else rules), dict(parameters or {}), _tables())
    for name, value in overrides.items():
        target = world.tables if name in world.tables else world.settings
        target[name] = value
    return world


def _settings() -> Row:
    return {
        "title": "Two countries",
        "purpose": "To test",
        "sensitivity": "limited",
        "model": "journey",
        "start": START,
        "as_of": AS_OF,
        "days": 30,
    }


def _tables() -> dict[str, list[Row]]:
    return {
        "places": [
            place("war", "conflict_zone", region="North", population=9000),
            place("hill", "town", region="North", population=4000),
            place("dale", "flood_zone", region="South", population=2000),
            place("fork", "marker"),
            place("shelter", "idp_camp", capacity=800, initial_people=20),
            place("haven", "camp", country="There", capacity_per_day=5, trade_volume=3.5, hdi=0.7),
        ],
        "routes": [
            route("war", "hill", 60, walk_probability=0.2),
            route("war", "dale", 90, speed_km_day=100),
            route("hill", "fork", 40),
            route("dale", "fork", 30, redirect="forward"),
            route("fork", "shelter", 45),
            route("fork", "haven", 120),
        ],
        "closures": [
            closure("country", 3, 6, country="Here", other_country="There"),
            closure("place", 4, 5, place="hill"),
            closure("route", 7, None, route="war_dale"),
            closure("camp", 8, 12, place="shelter"),
            closure("redirect", 9, 11, route="dale_fork"),
        ],
        "conflicts": [
            dated(-5, place="war", intensity=1),
            dated(10, place="war", intensity=0.5),
            dated(4, place="hill", intensity=0.25),
            dated(15, place="hill", intensity=0),
        ],
        "floods": [dated(6, place="dale", level=1.5), dated(12, place="dale", level=0)],
        "food_security": [dated(0, region="North", ipc=20), dated(18, region="North", ipc=45)],
        "kinds": [dated(14, place="hill", kind="camp")],
        "demographics": [
            *(_weight("age", value, weight) for value, weight in (("8", 30), ("35", 60), ("70", 10))),
            *(_weight("gender", value, 1) for value in ("male", "female")),
            *(_weight("ethnicity", value, 2) for value in ("one", "other")),
            _weight("ethnicity", "one", 5, place="hill"),
        ],
        "residents": [{"place": "hill", "value": "one", "people": 3000}],
        "pathways": [
            {"pathway": "out", "order": number, "place": name}
            for number, name in enumerate(("war", "hill", "fork", "haven"))
        ],
        "corrections": [dated(15, place="shelter")],
        "counts": [
            *(count("shelter", number, value) for number, value in ((0, 50), (10, 300), (15, 250), (25, 700))),
            *(count("haven", number, value) for number, value in ((0, 5), (20, 900))),
            *(count("", number, value) for number, value in ((0, 60), (20, 1300))),
        ],
        "planning_figures": [
            {"id": "plan", "issuer": "Nobody", "what": "In camps", "measures": "in_camps", "value_best": 9000}
        ],
        "standards": [],
        "sources": [{"id": SOURCE, "title": "Assumed for a test", "publisher": "Test"}],
    }


def place(name: str, kind: str, country: str = "Here", **more: Any) -> Row:
    """A row of ``places``; its position follows from its name."""
    spot = sum(name.encode())
    position = {"lat": 10 + spot % 17 / 10, "lon": 20 + spot % 13 / 10}
    return {"id": name, "name": name.title(), "kind": kind, "country": country, **position, **more}


def route(origin: str, destination: str, length_km: float, **more: Any) -> Row:
    """A row of ``routes``, with both ends in its id."""
    ends = {"origin": origin, "destination": destination}
    return {"id": f"{origin}_{destination}", **ends, "length_km": length_km, **more}


def closure(kind: str, closed: int, reopened: int | None, **named: str) -> Row:
    """A row of ``closures``, announced on the day that it begins."""
    end = {} if reopened is None else {"reopened": day(reopened)}
    return {"kind": kind, "closed": day(closed), **end, **named, "published": day(closed)}


def dated(number: int, **cells: Any) -> Row:
    """A row that holds from a day on, known on that day."""
    return {**cells, "date": day(number), "published": day(number)}


def count(where: str, number: int, value: float, **more: Any) -> Row:
    """People present at a place, or in the whole scenario, on a day."""
    row = {"series": where or "total", "place": where, "measures": "present", "end": day(number), "value": value}
    return {**row, "unit": "individuals", "published": day(number), **more}


def _weight(attribute: str, value: str, weight: float, **more: Any) -> Row:
    return {"attribute": attribute, "value": value, "weight": weight, **more}


# --- random treks --------------------------------------------------------------------------------------------------


def treks() -> st.SearchStrategy[World]:
    """Hypothesis strategy for ``random_trek``."""
    return st.randoms(use_true_random=False).map(random_trek)


def random_trek(rng: random.Random) -> World:
    """A valid world: a place of conflict, two camps, up to six other places on a tree of routes; some of the rest."""
    world = World(_settings(), _random_rules(rng), {}, {"sources": _tables()["sources"]})
    world.settings.update(as_of=day(rng.randint(0, 40)), days=rng.choice([1, 30, 400, 3650]))
    _random_places(world, rng)
    _random_courses(world, rng)
    for name in ("shelter", "haven"):
        for number in sorted(rng.sample(range(1, 50), 3)):
            world.add("counts", **count(name, number, rng.choice([0, 1, 250.5, 1e6])))
        world.add("counts", **count(name, 0, 10))
    world.add("counts", **count("", 0, 20)).add("counts", **count("", 30, 5000))
    for rows in world.tables.values():
        rng.shuffle(rows)
    return world


def _random_rules(rng: random.Random) -> Row:
    rules: Row = {
        "flee": rng.choice(["corrected", "3.1"]),
        "people_per_unit": rng.choice([1, 10]),
        "spawning": rng.choice(["totals", "camps", "constant", "poisson"]),
        "totals": rng.choice(["known", "given"]),
        "conflict_spawn_decay": rng.choice([(), (1,), (1, 0.5, 0.1)]),
        "awareness_level": rng.randint(0, 5),
    }
    switches = ("take_from_population", "insert_day0", "start_on_foot", "avoid_short_stints", "use_economic_pull")
    return rules | {name: rng.random() < 0.5 for name in switches}


def _random_places(world: World, rng: random.Random) -> None:
    kinds = ["town", "town", "marker", "forwarding_hub", "flood_zone", "idp_camp"]
    names = ["war", "haven", "shelter", *(f"p{number}" for number in range(rng.randint(0, 6)))]
    for number, name in enumerate(names):
        kind = {"war": "conflict_zone", "haven": "camp", "shelter": "idp_camp"}.get(name, rng.choice(kinds))
        people = {"population": rng.choice([1, 77.5, 4000])} if kind in ("conflict_zone", "town") else {}
        land = "There" if name == "haven" else "Here"
        world.add("places", **place(name, kind, land, region=rng.choice(["", "North"]), **people))
        if number:
            length = rng.choice([0.5, 35, 360, 1000.25])
            way = rng.choice(["none", "none", "forward", "back"])
            world.add("routes", **route(names[rng.randrange(number)], name, length, redirect=way))


def _random_courses(world: World, rng: random.Random) -> None:
    ways = [row["id"] for row in world.tables["routes"]]
    if rng.random() < 0.7:
        for number in (-20, *rng.sample(range(60), rng.randint(0, 3))):
            world.add("conflicts", **dated(number, place="war", intensity=rng.choice([0.1, 1])))
    if rng.random() < 0.5:
        world.add("closures", **closure("country", 2, rng.choice([None, 9]), country="Here", other_country="There"))
        world.add("closures", **closure("route", 5, 30, route=rng.choice(ways)))
        world.add("closures", **closure("camp", 1, None, place="haven"))
    if rng.random() < 0.5:
        world.add("demographics", **_weight("religion", rng.choice(["a", "b, c"]), 0.5))
        world.add("kinds", **dated(rng.randint(0, 20), place="shelter", kind="town"))
