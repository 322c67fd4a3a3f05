"""The valley from which the networks differ that are compared with Flee, and what is needed to say how."""

from __future__ import annotations

from dataclasses import replace

from helpers.flee_folders import Counts, Network, Place, Route

HOME, ABROAD = "Ostra", "Vesland"
RISING: Counts = {0: 4, 2: 10, 7: 22}
SETTLED: dict[str, Counts] = {"Fenby": {0: 5}, "Garsh": {0: 5}}
PLACES = (
    Place("Aldon", HOME, "conflict_zone", 400, 14.0, -2.0),
    Place("Brenn", HOME, "town", 250, 14.5, -1.9),
    Place("Corvi", HOME, "town", 100, 15.0, -1.4),
    Place("Dovra", HOME, "town", 150, 15.5, -0.8),
    Place("Elmet", ABROAD, "town", 80, 16.0, 0.1),
    Place("Fenby", ABROAD, "camp", 0, 16.5, 1.2),
    Place("Garsh", ABROAD, "camp", 0, 17.0, 2.7),
)
ROUTES = (
    Route("Aldon", "Brenn", 120),
    Route("Aldon", "Corvi", 230),
    Route("Brenn", "Corvi", 90),
    Route("Brenn", "Dovra", 180),
    Route("Corvi", "Dovra", 60),
    Route("Dovra", "Elmet", 210),
    Route("Elmet", "Fenby", 150),
    Route("Dovra", "Fenby", 340),
    Route("Corvi", "Garsh", 400),
)
PACE = {"max_move_speed": 150.0, "camp_movechance": 0.05}
VALLEY = Network(
    name="awareness_1",
    about="Towns, two camps abroad, journeys of one to three days; Fenby's road is as long as a day's journey.",
    places=PLACES,
    routes=ROUTES,
    total=RISING,
    length=8,
    compared=(1, 3, 5, 7),
    conflicts={"Aldon": [1] * 8, "Brenn": [0] * 3 + [1] * 5},
    spawn_rules={"insert_day0": False},
    move_rules=PACE,
)
SHORT = (
    Route("Aldon", "Brenn", 40),
    Route("Aldon", "Corvi", 75),
    Route("Brenn", "Corvi", 30),
    Route("Brenn", "Dovra", 100),
    Route("Corvi", "Dovra", 50),
    Route("Dovra", "Elmet", 90),
    Route("Elmet", "Fenby", 60),
    Route("Dovra", "Fenby", 200),
    Route("Corvi", "Garsh", 140),
)


def like(base: Network, name: str, about: str, **changes: object) -> Network:
    """``base`` under another name; ``move_rules`` and ``spawn_rules`` are added to those of the base."""
    for rules in ("move_rules", "spawn_rules"):
        changes[rules] = {**getattr(base, rules), **changes.get(rules, {})}  # type: ignore[dict-item]
    return replace(base, name=name, about=about, **changes)  # type: ignore[arg-type]


def kinds(**changed: str) -> tuple[Place, ...]:
    """The places of the valley, some of another kind."""
    return tuple(replace(place, kind=changed.get(place.name, place.kind)) for place in PLACES)


def people(**changed: int) -> tuple[Place, ...]:
    """The places of the valley, some with another population or capacity."""
    return tuple(replace(place, people=changed.get(place.name, place.people)) for place in PLACES)


def aware(level: int, **rules: object) -> dict[str, object]:
    return {"awareness_level": level, **rules}


HOPS = like(
    VALLEY, "several_hops", "Short roads: several places a day, each road at a fresh day's speed.", routes=SHORT
)
