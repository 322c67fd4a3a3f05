"""Networks, one for each rule of movement: choice of routes, kinds of place, travel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from helpers.flee_folders import Network
from helpers.flee_valley import HOPS, ROUTES, SHORT, VALLEY, aware, kinds, like, people


def route_choice() -> Iterator[Network]:
    yield VALLEY
    yield like(VALLEY, "awareness_2", "Routes of up to two roads, remembered on the way.", move_rules=aware(2))
    yield like(VALLEY, "awareness_3", "Routes of up to three roads, remembered on the way.", move_rules=aware(3))
    yield HOPS
    yield like(HOPS, "several_hops_awareness_2", "Several places a day, routes remembered.", move_rules=aware(2))
    yield like(
        VALLEY,
        "weights",
        "Weights of foreign places, camps and conflict zones that differ from 1.",
        move_rules={"foreign_weight": 1.7, "camp_weight": 3.0, "conflict_weight": 0.2},
    )
    yield like(
        VALLEY,
        "powers",
        "Softening of weights and distances, powers of both.",
        move_rules={
            "weight_power": 1.6,
            "distance_power": 1.4,
            "weight_softening": 0.2,
            "softening": 35.0,
            "camp_weight": 2.0,
            "foreign_weight": 0.6,
        },
    )
    yield like(
        VALLEY,
        "no_attraction",
        "Attraction by population: both neighbours of Aldon are without people, so either is as likely.",
        places=people(Brenn=0, Corvi=0, Elmet=0),
        move_rules={"use_pop_for_loc_weight": True},
        conflicts={},
    )
    yield like(
        VALLEY,
        "population_weights",
        "Attraction by population, some towns without people, weights softened.",
        places=people(Corvi=0, Elmet=0),
        move_rules={"use_pop_for_loc_weight": True, "pop_power_for_loc_weight": 0.3, "weight_softening": 0.15},
    )
    yield like(
        VALLEY,
        "stay_close_to_home",
        "Attraction that falls with the distance as the crow flies.",
        move_rules={"stay_close_to_home": True, "home_distance_power": 0.8},
    )


def kinds_of_place() -> Iterator[Network]:
    for level in (1, 2):
        yield like(
            VALLEY,
            f"marker_awareness_{level}",
            "Corvi is a marker: a bend of the road, passed but never chosen.",
            places=kinds(Corvi="marker"),
            move_rules=aware(level),
        )
    yield like(
        HOPS,
        "marker_several_hops",
        "A marker on short roads.",
        places=kinds(Dovra="marker"),
        conflicts={"Aldon": [1] * 8},
    )
    yield like(
        VALLEY,
        "forwarding_hub",
        "Corvi is a forwarding hub. Redirection 1 makes a road double, 2 turns it round; neither redirects anybody.",
        places=kinds(Corvi="forwarding_hub"),
        routes=tuple(
            replace(one, redirection=1 if one.second == "Garsh" else 2 if one.second == "Elmet" else 0)
            for one in ROUTES
        ),
    )
    yield like(
        VALLEY,
        "idp_camp",
        "Dovra is a camp for people displaced in their own country, left more often than a camp.",
        places=kinds(Dovra="idpcamp"),
        move_rules={"idpcamp_movechance": 0.25, "camp_weight": 2.0},
    )
    yield like(
        VALLEY,
        "camp_in_conflict",
        "Conflict starts in a camp and ends again: it becomes a town that still attracts as a camp.",
        conflicts={**VALLEY.conflicts, "Fenby": [0, 0, 1, 1, 0, 0, 0, 0]},
        move_rules={"camp_weight": 2.0},
    )


def travel() -> Iterator[Network]:
    yield like(HOPS, "start_on_foot", "The first road is walked.", move_rules={"start_on_foot": True})
    yield like(
        HOPS,
        "avoid_short_stints",
        "Whoever has covered less than a day's distance in two days goes on from towns.",
        move_rules={"avoid_short_stints": True, "default_movechance": 0.2},
    )
    yield like(
        HOPS,
        "short_stints_on_foot",
        "Short stints avoided, first road walked, roads of other speeds.",
        routes=tuple(replace(one, speed=90.0 if one.km > 70 else None) for one in SHORT),
        move_rules={"avoid_short_stints": True, "start_on_foot": True, "default_movechance": 0.2},
    )
    yield like(
        VALLEY,
        "walk_probability",
        "On some roads people walk by the day.",
        routes=tuple(replace(one, walk_probability=0.4 if one.km > 100 else 0.1) for one in ROUTES),
    )
    yield like(
        HOPS,
        "walk_probability_several_hops",
        "Walking by the day on short roads.",
        routes=tuple(replace(one, walk_probability=0.3) for one in SHORT),
    )
    yield like(
        HOPS,
        "link_speeds",
        "Roads with speeds of their own, slower and faster than the rest, several places a day.",
        routes=tuple(replace(one, speed=(None, 60.0, 220.0)[i % 3]) for i, one in enumerate(SHORT)),
    )
    yield like(
        HOPS,
        "link_speeds_avoid_short_stints",
        "Speeds of their own and short stints avoided: distance is measured against the usual speed.",
        routes=tuple(replace(one, speed=(None, 55.0, 240.0)[i % 3]) for i, one in enumerate(SHORT)),
        move_rules={"avoid_short_stints": True},
    )
