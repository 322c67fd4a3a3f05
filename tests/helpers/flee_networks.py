"""The networks on which the journey model is compared with Flee 3.1: one for each rule, and some that mix rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from helpers.flee_change import attributes, closing, conflict, counting, spawning
from helpers.flee_folders import Closure, Network
from helpers.flee_movement import kinds_of_place, route_choice, travel
from helpers.flee_random import random_network
from helpers.flee_valley import ABROAD, HOME, HOPS, SETTLED, SHORT, VALLEY, aware, kinds, like, people


def mixtures() -> Iterator[Network]:
    yield like(
        HOPS,
        "mixture_border",
        "Routes of two roads, first road walked, short stints avoided, a marker, a border that closes and reopens.",
        places=kinds(Corvi="marker", Dovra="idp_camp"),
        closures=(Closure("country", HOME, ABROAD, 2, 4), Closure("idpcamp", "Dovra", "", 4, 6)),
        move_rules=aware(2, start_on_foot=True, avoid_short_stints=True, idpcamp_movechance=0.2, camp_weight=2.0),
    )
    yield like(
        HOPS,
        "mixture_roads",
        "Routes of three roads of several speeds, some walked, with conflict that comes and goes.",
        routes=tuple(
            replace(one, speed=(None, 70.0)[i % 2], walk_probability=(0.0, 0.25, 0.0)[i % 3])
            for i, one in enumerate(SHORT)
        ),
        conflicts={"Aldon": [1] * 8, "Corvi": [0, 1, 1, 0, 1, 1, 0, 0], "Dovra": [0] * 4 + [1] * 4},
        move_rules=aware(3, conflict_movechance=0.7, camp_weight=2.0, foreign_weight=1.3, weight_power=1.2),
    )
    yield like(
        VALLEY,
        "mixture_populations",
        "People taken from populations that set weights and move chances, debt, camps that begin with people.",
        places=people(Aldon=40, Brenn=30, Corvi=0, Fenby=400),
        total={0: 6, 2: 15, 3: 10, 5: 18, 7: 23},
        counts=SETTLED,
        closures=(Closure("location", "Dovra", "", 2, 5),),
        spawn_rules={"insert_day0": True, "take_from_population": True},
        move_rules={
            "movechance_pop_base": 100.0,
            "movechance_pop_scale_factor": 0.3,
            "use_pop_for_loc_weight": True,
            "weight_softening": 0.1,
            "stay_close_to_home": True,
            "camp_movechance": 0.1,
        },
    )


def at_random() -> Iterator[Network]:
    return (random_network(number) for number in range(10))


def filling() -> Iterator[Network]:
    """Camps that fill up: agents see the places that agents before them have taken, counts do not."""
    yield like(
        VALLEY,
        "binding_capacity",
        "Both camps fill up.",
        places=people(Fenby=5, Garsh=4),
        move_rules={"camp_weight": 3.0, "capacity_buffer": 0.6},
        exact=False,
    )
    yield like(
        HOPS,
        "binding_capacity_awareness_2",
        "Both camps fill up, with routes that are remembered and several places a day.",
        places=people(Fenby=5, Garsh=4),
        move_rules=aware(2, camp_weight=3.0, capacity_buffer=0.6),
        exact=False,
    )


FAMILIES = (
    route_choice,
    kinds_of_place,
    closing,
    conflict,
    travel,
    spawning,
    counting,
    attributes,
    mixtures,
    at_random,
    filling,
)
NETWORKS: dict[str, Network] = {network.name: network for family in FAMILIES for network in family()}
