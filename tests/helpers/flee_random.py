"""Random networks that mix whatever Flee 3.1 has rules for; each number always gives the same network."""

from __future__ import annotations

from random import Random

from helpers.flee_folders import Closure, Counts, Network, Place, Route

NAMES = ("Aldon", "Brenn", "Corvi", "Dovra", "Elmet", "Fenby", "Garsh")
HOME, ABROAD = "Ostra", "Vesland"
KINDS = ("town", "town", "town", "conflict_zone", "forwarding_hub", "camp", "idp_camp")
LENGTH = 8


def random_network(number: int) -> Network:
    """A connected network with one place, Aldon, that is always in conflict, so that Flee finds whom to displace."""
    draw = Random(f"Flee network {number}")
    places = random_places(draw)
    camps = [place.name for place in places if "camp" in place.kind]
    speed = draw.choice([50.0, 90.0, 160.0])
    return Network(
        name=f"random_{number:02d}",
        about="Rules drawn at random.",
        places=places,
        routes=random_routes(draw, places, speed),
        total=random_total(draw),
        length=LENGTH,
        compared=(1, 3, 5, 7),
        counts={camp: {0: draw.randint(0, 5)} for camp in camps},
        conflicts={place.name: random_conflict(draw) for place in places[1:] if draw.random() < 0.4},
        closures=random_closures(draw, places),
        spawn_rules={"insert_day0": draw.random() < 0.7, "take_from_population": draw.random() < 0.3},
        move_rules={"max_move_speed": speed, **random_rules(draw)},
    )


def random_places(draw: Random) -> tuple[Place, ...]:
    """Six or seven places; at most one is a marker, and only between others (see ``random_routes``)."""
    names = NAMES[: draw.choice([6, 7])]
    kinds = ["conflict_zone", *(draw.choice(KINDS) for _ in names[1:-1]), "camp"]
    if draw.random() < 0.3:
        kinds[1] = "marker"
    countries = [HOME, *(draw.choice([HOME, HOME, ABROAD]) for _ in names[1:-1]), ABROAD]
    return tuple(
        Place(name, country, kind, people(draw, kind), 10.0 + i, 20.0 + draw.randint(-3, 3))
        for i, (name, country, kind) in enumerate(zip(names, countries, kinds, strict=True))
    )


def people(draw: Random, kind: str) -> int:
    """No camp is limited; populations outlast ``random_total``, which Flee 3.1 takes people from without looking."""
    return 0 if "camp" in kind else draw.choice([60, 90, 200, 500])


def random_routes(draw: Random, places: tuple[Place, ...], speed: float) -> tuple[Route, ...]:
    """A ring, which gives a marker two neighbours, and some roads across it; a third of the networks have details."""
    count = len(places)
    pairs = {(i, (i + 1) % count) for i in range(count)} | {tuple(draw.sample(range(count), 2)) for _ in range(2)}
    pairs = sorted({(min(pair), max(pair)) for pair in pairs})
    detailed = draw.random() < 0.33
    return tuple(
        Route(
            places[a].name,
            places[b].name,
            draw.choice([20, 35, 60, speed, 110, 190]),
            speed=draw.choice([None, 45.0, 120.0]) if detailed else None,
            walk_probability=draw.choice([0.0, 0.0, 0.3]) if detailed else 0.0,
        )
        for a, b in pairs
    )


def random_total(draw: Random) -> Counts:
    """A count every other day that rises more often than it falls."""
    counts = [draw.randint(2, 6)]
    for _ in range(4):
        counts.append(max(0, counts[-1] + draw.choice([-4, 3, 5, 8])))
    return {2 * i: count for i, count in enumerate(counts)}


def random_conflict(draw: Random) -> list[float]:
    """Peace and war by turns, now and then of half intensity."""
    days: list[float] = []
    while len(days) < LENGTH:
        days += [draw.choice([0, 0, 1, 1, 0.5])] * draw.randint(1, 4)
    return days[:LENGTH]


def random_closures(draw: Random, places: tuple[Place, ...]) -> tuple[Closure, ...]:
    """A border, a place and a camp that close for some days, which may overlap.

    None with a marker: Flee stops where one leads nowhere.
    """
    if any(place.kind == "marker" for place in places):
        return ()
    camp = places[-1].name
    ways = (("country", HOME, ABROAD), ("location", draw.choice(places[1:]).name, ""), ("camp", camp, ""))
    closures = []
    for kind, first, second in ways:
        closed = draw.randint(1, 4)
        closures += [Closure(kind, first, second, closed, closed + draw.randint(1, 3))] * (draw.random() < 0.4)
    return tuple(closures)


def random_rules(draw: Random) -> dict[str, object]:
    """Each rule is at its default in about half of the networks."""
    choices: dict[str, tuple[object, ...]] = {
        "awareness_level": (1, 2, 2, 3),
        "default_movechance": (0.3, 0.5),
        "conflict_movechance": (1.0, 0.7),
        "camp_movechance": (0.05, 0.3),
        "idpcamp_movechance": (0.1, 0.4),
        "camp_weight": (1.0, 2.5),
        "foreign_weight": (1.0, 1.6),
        "conflict_weight": (0.316, 0.1),
        "weight_power": (1.0, 1.5),
        "distance_power": (1.0, 0.7),
        "weight_softening": (0.0, 0.1),
        "softening": (10.0, 40.0),
        "start_on_foot": (False, True),
        "avoid_short_stints": (False, True),
        "use_pop_for_loc_weight": (False, False, True),
        "stay_close_to_home": (False, False, True),
        "movechance_pop_base": (100.0,),
        "movechance_pop_scale_factor": (0.0, 0.0, 0.2),
    }
    return {name: draw.choice(values) for name, values in choices.items()}
