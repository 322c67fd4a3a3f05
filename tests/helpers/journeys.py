"""Tiny countries in which everything that the journey model knows can happen within two weeks, and their models.

    world = valley()                              # a helpers.worlds.World: a zone, towns, a marker, two camps
    world = valley(rules={"awareness_level": 2}, parameters={"camp_movechance": 0.2}, floods=[...])
    world = random_journey(random.Random(3))      # every table filled, every rule on or off by chance
    model = model_of(world, tmp_path)             # written, read, checked, built
    record, state = run_all(model, members=4)

``journeys()`` is the hypothesis strategy for ``random_journey``.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from helpers.worlds import SOURCE, START, Row, World
from saferground.engine.journey import JourneyRecord, JourneyState, init, run
from saferground.model import Journey, build_model
from saferground.model.params import sample

HOME, ABROAD = "Ostra", "Vesland"
TRAITS = {
    "age": ("8", "16", "35", "70"),
    "gender": ("female", "male"),
    "ethnicity": ("kel", "tam"),
    "religion": ("old", "new"),
}
SWITCHES = (
    "insert_day0", "empty_camps_on_day0", "take_from_population", "starvation_driven_spawning", "avoid_short_stints",
    "start_on_foot", "fixed_routes", "stay_close_to_home", "use_pop_for_loc_weight", "use_economic_pull",
    "flee_when_starving", "avoid_food_deprived_locations", "children_avoid_hazards", "elderly_avoid_hazards",
    "women_avoid_hazards", "boys_take_risk", "match_camp_ethnicity", "match_town_ethnicity",
    "match_conflict_ethnicity", "match_camp_religion",
)  # fmt: skip
"""Rules that are on or off."""
SPAWNING = (
    "totals", "camps", "constant", "poisson", "pop_ratio", "flood_constant", "flood_poisson", "flood_pop_ratio",
)  # fmt: skip


def model_of(world: World, folder: Path | str) -> Journey:
    """The world written to a folder, read through every check, and built."""
    model = build_model(world.read(folder))
    assert isinstance(model, Journey)
    return model


def drawn(model: Journey, members: int, seed: int = 1) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Parameters and numbers of the first members."""
    numbers = np.arange(members, dtype=np.int64)
    return sample(model.priors, numbers, seed), numbers


def run_all(model: Journey, members: int = 3, seed: int = 1) -> tuple[JourneyRecord, JourneyState]:
    """The first members from the first day to the last."""
    params, numbers = drawn(model, members, seed)
    return run(model.world, params, seed, numbers, init(model.world, members), first=0, last=model.clock.days)


def tidy(state: JourneyState) -> JourneyState:
    """The state with no more room for cells than are occupied, and zeros where there is none."""
    room = np.arange(int(state.cells.max(initial=0)))
    used = room < state.cells[:, None]
    return state._replace(key=state.key[:, : len(room)] * used, people=state.people[:, : len(room)] * used)


def differences(one: NamedTuple, other: NamedTuple) -> list[str]:
    """Names of the arrays that are not equal in every bit that can be seen."""
    pairs = zip(one._fields, one, other, strict=True)
    return [name for name, a, b in pairs if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f")]


def day(number: int) -> date:
    """The date of a day since the start."""
    return START + timedelta(days=number)


# --- a valley, always the same -------------------------------------------------------------------------------------


def valley(
    rules: Row | None = None, parameters: dict[str, float] | None = None, days: int = 12, **tables: list[Row]
) -> World:
    """Mill (a zone) - Ford - Fork (a marker) - Plain (an IDP camp), Ford - Hill - Lake (a camp abroad), Mill - Hill.

    The counts of the camps rise and fall and are all given. ``rules`` and ``parameters`` are set on top of some that
    let much happen; a table's name replaces its rows.
    """
    hot = {"camp_movechance": 0.1, "idpcamp_movechance": 0.2, "default_movechance": 0.5, "max_move_speed": 150.0}
    world = World(
        settings=_settings(days),
        rules={"totals": "given", "home_country": HOME} | (rules or {}),
        tables=_valley() | tables,
    )
    return world.fix(**{**hot, **(parameters or {})})


def _settings(days: int) -> Row:
    return {
        "title": "A valley", "purpose": "To test", "sensitivity": "limited", "model": "journey", "start": START,
        "as_of": START, "days": days - 1, "step_hours": 24,
    }  # fmt: skip


def _valley() -> dict[str, list[Row]]:
    return {
        "places": [
            place("mill", "conflict_zone", population=900, region="North"),
            place("ford", "town", population=500, region="South", lat=10.4, lon=20.1),
            place("hill", "town", population=0, region="South", lat=10.9, lon=20.8),
            place("fork", "marker", region="South", lat=11.0, lon=20.2),
            place("plain", "idp_camp", capacity=120, region="South", lat=11.6, lon=20.4),
            place("lake", "camp", country=ABROAD, capacity=400, lat=12.1, lon=21.5, trade_volume=2, hdi=0.7),
        ],
        "routes": [
            route("mill_ford", "mill", "ford", 60),
            route("mill_hill", "mill", "hill", 130),
            route("ford_hill", "ford", "hill", 45),
            route("ford_fork", "ford", "fork", 70),
            route("fork_plain", "fork", "plain", 35),
            route("hill_lake", "hill", "lake", 210),
        ],
        "conflicts": [
            {"place": "mill", "date": START, "intensity": 1},
            {"place": "ford", "date": day(5), "intensity": 0.5},
            {"place": "ford", "date": day(9), "intensity": 0},
        ],
        "counts": [
            *counts("plain", {0: 30, 4: 140, 9: 110, 11: 160}),
            *counts("lake", {0: 20, 3: 200, 7: 380, 11: 600}),
            *counts("", {0: 60, 11: 700}),
        ],
        "sources": [{"id": SOURCE, "title": "Assumed for a test", "publisher": "Test"}],
    }


def place(name: str, kind: str, country: str = HOME, lat: float = 10.0, lon: float = 20.0, **more: Any) -> Row:
    """A row of places.csv."""
    return {"id": name, "name": name.title(), "kind": kind, "country": country, "lat": lat, "lon": lon, **more}


def route(name: str, origin: str, destination: str, length_km: float, **more: Any) -> Row:
    """A row of routes.csv."""
    return {"id": name, "origin": origin, "destination": destination, "length_km": length_km, **more}


def counts(where: str, values: dict[int, float], series: str = "") -> list[Row]:
    """Rows of counts.csv of one place, by day; each published on its day."""
    about = {"series": series or where or "everywhere", "place": where, "measures": "present", "unit": "individuals"}
    return [{**about, "end": day(at), "published": day(at), "value": value} for at, value in values.items()]


def demographics(*attributes: str, weights: tuple[float, ...] = (3, 2, 4, 1)) -> list[Row]:
    """Rows of demographics.csv that hold everywhere."""
    return [
        {"attribute": name, "value": value, "weight": weight}
        for name in attributes
        for value, weight in zip(TRAITS[name], weights, strict=False)
    ]


# --- random worlds -------------------------------------------------------------------------------------------------


def journeys() -> st.SearchStrategy[World]:
    """Hypothesis strategy for ``random_journey``."""
    return st.randoms(use_true_random=False).map(random_journey)


def random_journey(rng: random.Random) -> World:
    """Four to nine places of all kinds, a connected network, and something in every table that some rule reads."""
    days = rng.randint(6, 12)
    world = World(
        settings=_settings(days),
        rules=_random_rules(rng),
        tables={"sources": [{"id": SOURCE, "title": "Drawn", "publisher": "Test"}]},
    )
    _random_parameters(world, rng)
    _random_places(world, rng)
    _random_routes(world, rng)
    _random_conflicts(world, rng)
    _random_closures(world, rng)
    _random_counts(world, rng, days)
    _random_hazards(world, rng)
    _random_traits(world, rng)
    _random_changes(world, rng)
    for rows in world.tables.values():
        rng.shuffle(rows)
    return world


def _random_rules(rng: random.Random) -> Row:
    flee = rng.choice(["corrected", "corrected", "3.1"])
    rules: Row = {name: rng.random() < 0.3 for name in SWITCHES}
    spawning = rng.choice(SPAWNING[:2] if rng.random() < 0.5 else SPAWNING[: 5 if flee == "3.1" else None])
    rules |= {"flee": flee, "spawning": spawning, "totals": "given", "home_country": rng.choice([HOME, ABROAD, ""])}
    rules |= {"conflict_zone_spawning_only": not spawning.startswith("flood") and rng.random() < 0.7}
    rules |= {"awareness_level": rng.choice([1, 2, 3, 1, 2, 0]), "people_per_unit": rng.choice([1, 1, 1, 3])}
    if rng.random() < 0.4:
        rules |= {"conflict_spawn_decay": (1.0, 0.5, 0.2), "conflict_spawn_decay_interval": rng.choice([1, 2, 30])}
    rules["displaced_per_flood_day"] = (0, 0.1, 0.3) if spawning == "flood_pop_ratio" else (0, 3.3, 40)
    rules |= {"flood_movechances": rng.choice([(), (0, 0.4, 1)]), "flood_loc_weights": rng.choice([(), (1, 0.5, 0)])}
    return rules


def _random_parameters(world: World, rng: random.Random) -> None:
    world.fix(
        max_move_speed=rng.choice([120.0, 200.0, 360.0]), max_walk_speed=rng.choice([20.0, 35.0]),
        camp_movechance=rng.choice([0.1, 0.0]), idpcamp_movechance=0.2, default_movechance=rng.choice([0.3, 0.6, 1.0]),
        conflict_movechance=rng.choice([0.5, 1.0]), camp_weight=rng.choice([1.0, 3.0, 0.0]),
        foreign_weight=rng.choice([1.0, 2.0]), conflict_weight=rng.choice([0.3, 0.0]),
        capacity_buffer=rng.choice([0.9, 0.5, 0.0, 1.0]), capacity_scaling=rng.choice([1.0, 0.5]),
        softening=rng.choice([10.0, 1.0, 0.0]), weight_softening=rng.choice([0.0, 0.0, 0.1]),
        weight_power=rng.choice([1.0, 0.5, 2.0]), distance_power=rng.choice([1.0, 1.5]),
        pruning_threshold=rng.choice([1.0, 1.0, 3.0]), movechance_pop_base=100.0,
        movechance_pop_scale_factor=rng.choice([0.0, 0.0, 0.3, -0.2]), pop_power_for_loc_weight=rng.choice([0.1, 0.5]),
        displaced_per_conflict_day=0.04 if world.rules["spawning"] == "pop_ratio" else rng.choice([8.7, 90.0]),
    )  # fmt: skip
    if rng.random() < 0.3:
        world.parameters["home_distance_power"] = {"prior": "uniform", "low": 0.2, "high": 1.5}
        world.parameters["distance_power"] = {"prior": "uniform", "low": 0.5, "high": 2.0}


def _random_places(world: World, rng: random.Random) -> None:
    kinds = ["conflict_zone", "town", "camp", rng.choice(["camp", "idp_camp"])]
    kinds += rng.sample(
        ["conflict_zone", "town", "forwarding_hub", "marker", "flood_zone", "idp_camp"], rng.randint(0, 5)
    )
    for i, kind in enumerate(kinds):
        people = rng.choice([700, 40, 3000, 1]) if kind in ("conflict_zone", "town", "flood_zone") else 0
        more: Row = {"population": 0 if kind == "town" and rng.random() > 0.8 else people}
        if "camp" in kind and rng.random() < 0.7:
            more |= {"capacity": rng.choice([20, 90, 500]), "capacity_per_day": rng.choice([0, 0, 4, -9])}
        if kind not in ("marker", "forwarding_hub") and rng.random() < 0.2:
            more["initial_people"] = rng.choice([1, 25])
        more |= {"trade_volume": rng.choice([0, 1.5]), "hdi": rng.choice([0, 0.6])}
        country = ABROAD if i == 2 or (rng.random() < 0.4 and i) else HOME
        where = {"lat": 10 + 2 * rng.random(), "lon": 20 + 2 * rng.random()}
        region = rng.choice(["North", "South", ""])
        world.add("places", **place(f"p{i}", kind, country, region=region, **where, **more))


def _random_routes(world: World, rng: random.Random) -> None:
    names = [row["id"] for row in world.tables["places"]]
    pairs = [(rng.choice(names[:i]), names[i]) for i in range(1, len(names))]
    pairs += [tuple(rng.sample(names, 2)) for _ in range(rng.randint(0, 3))]
    for i, (origin, destination) in enumerate(pairs):
        km = rng.choice([60, 90, 120, 180, 200, 360, 500, 40, 12.5]) if rng.random() < 0.97 else 0
        more: Row = {"speed_km_day": rng.choice(["", "", 80])}
        more["walk_probability"] = rng.choice([0, 0, 0.4])
        more["redirect"] = rng.choice(["none"] * 6 + ["forward", "back"])
        world.add("routes", **route(f"r{i}", origin, destination, km, **more))


def _random_conflicts(world: World, rng: random.Random) -> None:
    """The first zone is in conflict on the first day; others may never be spoken of."""
    zones, others = world.ids("conflict_zone"), world.ids("town", "flood_zone", "camp")
    told = [name for name in zones[:1] if rng.random() < 0.8] + [name for name in others if rng.random() < 0.3]
    for name in told:
        course = {at: rng.choice([0, 0.4, 1, 1]) for at in rng.sample(range(-1, 10), rng.randint(1, 3))}
        if name in zones:
            course[0] = rng.choice([0.5, 1])
        for at, intensity in course.items():
            world.add("conflicts", place=name, date=day(at), intensity=intensity)


def _random_closures(world: World, rng: random.Random) -> None:
    ways, redirected = world.tables["routes"], [row for row in world.tables["routes"] if row["redirect"] != "none"]
    what: list[Row] = [{"kind": "place", "place": rng.choice(world.tables["places"])["id"]}]
    what += [
        {"kind": "route", "route": rng.choice(ways)["id"]},
        {"kind": "camp", "place": rng.choice(world.ids("camp"))},
    ]
    what += [{"kind": "country", "country": ABROAD, "other_country": HOME}]
    what += [{"kind": "redirect", "route": rng.choice(redirected)["id"]}] if redirected else []
    for each in what:
        if rng.random() < 0.6:
            closed = rng.randint(-1, 7)
            reopened = rng.choice(["", day(closed + rng.randint(1, 4))])
            world.add("closures", **each, closed=day(closed), reopened=reopened)


def _random_counts(world: World, rng: random.Random, days: int) -> None:
    for name in [*world.ids("camp", "idp_camp"), ""]:
        at = sorted({0, *rng.sample(range(-3, days + 3), rng.randint(1, 4))})
        world.tables.setdefault("counts", []).extend(
            counts(name, {each: rng.choice([60, 240, 5, 61, 800]) for each in at})
        )
        if name and len(at) > 1 and rng.random() < 0.4:
            world.add("corrections", place=name, date=day(rng.choice(at[1:])))


def _random_hazards(world: World, rng: random.Random) -> None:
    """The first place is flooded on the third day, so that there is a flood."""
    levels = {("p0", 2): 1.0}
    for row in world.tables["places"]:
        if row["kind"] == "flood_zone" or rng.random() < 0.4:
            days = rng.sample(range(8), rng.randint(1, 3))
            levels |= {(row["id"], at): rng.choice([0, 1, 1.5, 2, 3]) for at in days if (row["id"], at) not in levels}
    for (name, at), level in levels.items():
        world.add("floods", place=name, date=day(at), level=level)
    for region in sorted({row["region"] for row in world.tables["places"]} - {""}):
        for at in sorted(rng.sample(range(-2, 9), 2)):
            world.add("food_security", region=region, date=day(at), ipc=rng.choice([0, 20, 65]))
    if "food_security" not in world.tables:
        for rule in ("starvation_driven_spawning", "flee_when_starving", "avoid_food_deprived_locations"):
            world.rules[rule] = False


def _random_traits(world: World, rng: random.Random) -> None:
    weights = tuple(rng.choice([0.5, 1, 3]) for _ in range(4))
    world.tables["demographics"] = demographics(*TRAITS, weights=weights)
    own = world.tables["places"][0]["id"]
    world.add("demographics", attribute="ethnicity", value="kel", place=own, weight=rng.choice([0.2, 1]))
    world.add("demographics", attribute="ethnicity", value="tam", place=own, weight=rng.choice([0, 1]))
    for row in world.tables["places"]:
        if row["population"]:
            world.add("residents", place=row["id"], value=rng.choice(TRAITS["ethnicity"]), people=row["population"] / 2)


def _random_changes(world: World, rng: random.Random) -> None:
    for name in world.ids("town", "idp_camp", "forwarding_hub"):
        if rng.random() < 0.4:
            world.add("kinds", place=name, date=day(rng.randint(1, 6)), kind=rng.choice(["town", "camp", "idp_camp"]))
    first = world.tables["routes"][0]
    ends = [first["origin"], first["destination"]]
    onward = [row for row in world.tables["routes"] if row["origin"] == ends[1] and row["destination"] != ends[0]]
    for i, name in enumerate(ends + [row["destination"] for row in onward[:1]]):
        world.add("pathways", pathway="major", order=i, place=name)
