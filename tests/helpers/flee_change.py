"""Networks, one for each rule of what changes by day and of who is displaced."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.flee_folders import Closure, Network
from helpers.flee_valley import ABROAD, HOME, HOPS, SETTLED, VALLEY, aware, kinds, like, people


def closing() -> Iterator[Network]:
    slow = like(
        HOPS,
        "slow",
        "",
        counts=SETTLED,
        compared=(2, 4, 5, 7),
        spawn_rules={"insert_day0": True},
        move_rules={"max_move_speed": 45.0, "camp_movechance": 0.3},
    )
    yield like(
        slow,
        "country_closure",
        "The border closes on day 3 and reopens on day 5, with people on the way in both directions who are sent back.",
        closures=(Closure("country", HOME, ABROAD, 3, 5),),
    )
    yield like(
        slow,
        "country_closure_awareness_2",
        "The border closes twice, once for a day; routes are remembered across it.",
        closures=(Closure("country", HOME, ABROAD, 2, 3), Closure("country", ABROAD, HOME, 5, 7)),
        move_rules=aware(2),
    )
    yield like(
        slow,
        "location_closure",
        "Dovra closes on day 2 and reopens on day 5; Garsh closes on day 4 for good.",
        closures=(Closure("location", "Dovra", "", 2, 5), Closure("location", "Garsh", "", 4)),
    )
    yield like(
        slow,
        "closures_overlap",
        "The border, Dovra and Fenby close for times that overlap: what ends first opens the roads of all.",
        closures=(
            Closure("country", HOME, ABROAD, 2, 5),
            Closure("location", "Dovra", "", 3, 4),
            Closure("location", "Fenby", "", 4, 6),
        ),
    )
    yield like(
        HOPS,
        "closure_several_hops",
        "The border closes while people cover several roads a day.",
        closures=(Closure("country", HOME, ABROAD, 2, 4),),
    )
    yield like(
        VALLEY,
        "link_closure",
        "A closure of a single road, which Flee 3.1 reads and does not apply.",
        closures=(Closure("link", "Dovra", "Fenby", 1, 6), Closure("link", "Aldon", "Brenn", 0, 5)),
    )
    yield like(
        VALLEY,
        "camp_closing",
        "Fenby is a town from day 2 to day 5, Garsh from day 4 on; leaving a town is likelier than leaving a camp.",
        counts=SETTLED,
        closures=(Closure("camp", "Fenby", "", 2, 5), Closure("camp", "Garsh", "", 4)),
        spawn_rules={"insert_day0": True},
        move_rules={"camp_weight": 3.0},
    )
    yield like(
        VALLEY,
        "camp_closing_in_conflict",
        "Camps that close or reopen during a conflict: either ends it, whatever conflicts.csv says.",
        counts=SETTLED,
        closures=(Closure("camp", "Fenby", "", 3, 5), Closure("camp", "Garsh", "", 1, 4)),
        conflicts={**VALLEY.conflicts, "Fenby": [0, 0, 1, 1, 1, 1, 1, 1], "Garsh": [0, 0, 0, 0, 1, 1, 0, 0]},
        spawn_rules={"insert_day0": True},
        move_rules={"camp_weight": 2.0, "camp_movechance": 0.2},
    )
    yield like(
        VALLEY,
        "idp_camp_closing",
        "A camp in the own country closes for two days.",
        places=kinds(Dovra="idp_camp"),
        closures=(Closure("idpcamp", "Dovra", "", 4, 6),),
        move_rules={"idpcamp_movechance": 0.2, "camp_weight": 2.0},
    )


def conflict() -> Iterator[Network]:
    yield like(
        VALLEY,
        "conflict_starts_and_ends",
        "Conflict moves from town to town, ends and starts again; in the end in one place only.",
        places=kinds(Aldon="town"),
        conflicts={
            "Aldon": [1, 1, 1, 0, 0, 0, 1, 1],
            "Brenn": [0, 0, 1, 1, 1, 0, 0, 0],
            "Dovra": [0, 0, 0, 0, 1, 1, 1, 1],
        },
        move_rules={"conflict_movechance": 0.8},
    )
    yield like(
        VALLEY,
        "partial_intensity",
        "Intensities between 0 and 1: a change between two is ignored, and a conflict below 1 never ends.",
        conflicts={
            "Aldon": [0.6, 0.6, 1, 1, 0, 0, 0, 0],
            "Brenn": [0, 0.5, 0.5, 0, 0, 0, 0, 0],
            "Corvi": [0, 0, 0.3, 0.8, 0.3, 0.3, 0.3, 0.3],
        },
    )
    yield like(
        VALLEY,
        "conflict_listed_at_zero",
        "Aldon is a conflict zone by its kind and at peace in conflicts.csv: the kind wins until a conflict has ended.",
        conflicts={"Aldon": [0] * 8, "Brenn": [0] * 2 + [1] * 6},
    )
    yield like(
        VALLEY,
        "conflict_decay",
        "Weights of conflict zones decay by thirties of days since the conflict started.",
        total={0: 4, 1: 6, 30: 6, 34: 12, 61: 12, 64: 18},
        length=65,
        compared=(2, 31, 35, 62, 64),
        conflicts={"Aldon": [1] * 65, "Brenn": [0] * 20 + [1] * 45},
        spawn_rules={"conflict_spawn_decay": [1.0, 0.4, 0.1]},
        move_rules={"conflict_movechance": 0.5, "camp_movechance": 0.02},
    )


def spawning() -> Iterator[Network]:
    yield like(
        VALLEY,
        "take_from_population",
        "People who leave are taken from small populations, and with them from the weights.",
        places=people(Aldon=33, Brenn=30),
        spawn_rules={"take_from_population": True},
    )
    yield like(
        VALLEY,
        "movechance_population",
        "Move chances that grow with population or capacity, while people are taken from the population.",
        places=people(Aldon=60, Brenn=40, Corvi=20, Dovra=150, Elmet=250, Fenby=500, Garsh=3000),
        spawn_rules={"take_from_population": True},
        move_rules={"movechance_pop_base": 100.0, "movechance_pop_scale_factor": 0.5, "conflict_movechance": 0.6},
    )
    yield like(
        VALLEY,
        "constant_spawning",
        "A constant number a day from each conflict zone, fractions lost.",
        conflicts={"Aldon": [0.55] * 8, "Brenn": VALLEY.conflicts["Brenn"]},
        spawn_rules={"conflict_driven_spawning": {"spawn_mode": "constant", "displaced_per_conflict_day": 2}},
    )
    yield like(
        VALLEY,
        "pop_ratio_spawning",
        "A share of the population a day from each conflict zone, taken from it.",
        places=people(Aldon=100, Brenn=70),
        spawn_rules={
            "take_from_population": True,
            "conflict_driven_spawning": {"spawn_mode": "pop_ratio", "displaced_per_conflict_day": 0.03},
        },
    )
    yield like(
        VALLEY,
        "debt",
        "The total rises, falls and rises: a fall is made good before anybody else is displaced.",
        total={0: 8, 2: 16, 3: 11, 5: 19, 6: 18, 7: 24},
    )


def counting() -> Iterator[Network]:
    counts = {"Fenby": {-5: 4, 0: 7, 4: 20}, "Garsh": {2: 4, 7: 15}}
    settled = like(VALLEY, "settled", "", spawn_rules={"insert_day0": True}, move_rules={"camp_movechance": 0.15})
    yield like(
        settled,
        "insert_day0",
        "The camps begin with the people counted there; nobody else is displaced on day 0.",
        counts=counts,
    )
    yield like(
        settled,
        "registration_correction",
        "Counts before a registration are scaled to it, which changes the people that a camp begins with.",
        counts={"Fenby": {0: 12, 3: 26, 6: 17}, "Garsh": {-4: 9, 5: 25, 7: 11}},
        corrections={"Fenby": 6, "Garsh": 7},
    )
    yield like(
        settled,
        "hasten",
        "One agent for seven people: populations, capacities and counts are divided, with what is left over lost.",
        places=people(Aldon=500, Brenn=293, Garsh=1500),
        total={0: 25, 3: 90, 5: 80, 7: 163},
        counts={"Fenby": {0: 40, 9: 80}, "Garsh": {0: 23}},
        hasten=7,
    )
    yield like(
        settled,
        "slack_capacity",
        "Camps with a capacity that is never neared.",
        places=people(Fenby=90, Garsh=120),
        counts=counts,
        move_rules={"capacity_buffer": 0.75},
    )


def attributes() -> Iterator[Network]:
    ages = tuple({"age": age, "Default": weight, "Brenn": 10 - weight} for age, weight in ((8, 4), (16, 3), (40, 6)))
    genders = ({"gender": "male", "Default": 0.45}, {"gender": "female", "Default": 0.55})
    small: dict[str, object] = {
        "demographics": {"age": ages, "gender": genders},
        "total": {0: 3, 2: 7, 7: 14},
    }
    weights = {"camp_weight": 2.0, "conflict_weight": 0.2, "foreign_weight": 1.5, "conflict_movechance": 0.7}
    yield like(
        VALLEY,
        "children_avoid_hazards",
        "Children square the attraction of a place.",
        move_rules={**weights, "ChildrenAvoidHazards": True},
        **small,
    )
    yield like(
        VALLEY,
        "boys_take_risk",
        "Children square the attraction of a place; men and boys above 14 disregard it.",
        move_rules={**weights, "ChildrenAvoidHazards": True, "BoysTakeRisk": True, **aware(2)},
        **small,
    )
