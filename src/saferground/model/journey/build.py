"""A journey scenario becomes a model: names and dates turn into indices and days; nothing reads a file after this."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.axes import Clock
from saferground.errors import UsageError
from saferground.model.journey.arrays import JourneyWorld, Links, Paths, Places, Rules
from saferground.model.journey.classes import build_classes, distances
from saferground.model.journey.network import build_links, build_paths
from saferground.model.journey.places import build_places, conflicts, epochs, kinds_of
from saferground.model.journey.spawning import Counted, build_spawning, counts_of
from saferground.model.journey.timeline import Days, spans
from saferground.scenario.record import Prior, Scenario

PARTS = 48
"""Parts into which a day of travel is cut when a second journey begins on the same day (hours)."""
_LONGEST = 168
"""Days after which a journey on one link ends, however slow it is."""
_MEMORY_BITS = {True: 14, False: 8}
"""Bits for recent travel: more under 3.1, so that a sum that is a day's distance in Flee is one here."""
_MOST_RECENT = 2.5
"""Days' distance that recent travel may reach; nobody comes quite as far as 2."""
_STAGES = (24, 16, 12, 8, 6)
_MOST_TURNS = 300
"""Places times stages of a day, up to which there are as many stages as ``_STAGES`` allows."""
_CROWD = 200
"""People, above which those who are alike but for small differences of distance are averaged."""
_KEY_BITS = 62


@dataclass(frozen=True, eq=False)
class Journey:
    """Frozen arrays and labels of a journey scenario.

    ``places`` and ``routes`` are the scenario's tables in the order of the arrays (by id); ``counted`` holds the counts
    as daily figures.
    """

    world: JourneyWorld
    clock: Clock
    priors: dict[str, Prior]
    places: pd.DataFrame
    routes: pd.DataFrame
    counted: Counted
    scenario: Scenario


def build_journey(scenario: Scenario) -> Journey:
    """Model of a journey scenario, from the rows published by its as-of date.

    With the rule ``totals = "given"`` the counts are read whole, whenever they were published. Raises UsageError when
    the network has too many paths for its awareness level.
    """
    known, settings = scenario.known(), scenario.settings
    clock = Clock(settings.start, 24, (settings.as_of - settings.start).days + 1 + settings.days)
    days = Days(settings.start, clock.days)
    places = known.tables["places"].sort_values("id", ignore_index=True)
    routes = known.tables["routes"].sort_values("id", ignore_index=True)
    counted = counts_of(known, scenario.tables["counts"], places, days)
    world = _world(known, places, routes, counted, days)
    _freeze(world)
    return Journey(world, clock, known.parameters, places, routes, counted, known)


def _world(
    scenario: Scenario, places: pd.DataFrame, routes: pd.DataFrame, counted: Counted, days: Days
) -> JourneyWorld:
    kinds = kinds_of(scenario, places, days)
    conflict = conflicts(scenario, places, kinds, days)
    at = {name: i for i, name in enumerate(places["id"])}
    countries = dict(zip(places["id"], places["country"], strict=True))
    quirks = scenario.rules["flee"] == "3.1"
    links = build_links(routes, scenario.tables["closures"], countries, at, days)
    arrays = build_places(scenario, places, kinds, conflict, days)
    arrays = arrays._replace(epoch=epochs(arrays, links.open))
    if not quirks:
        arrays = arrays._replace(redirect=_redirects(scenario, routes, links, len(places), days))
    paths = _choices(scenario, places, links, at)
    classes = build_classes(scenario, places)
    world = JourneyWorld(
        places=arrays,
        links=links,
        paths=paths,
        spawning=build_spawning(scenario, places, arrays, conflict, counted, days),
        classes=classes,
        rules=_rules(scenario, links, len(places), len(paths.key)),
    )
    _check_size(world)
    return world


def _choices(scenario: Scenario, places: pd.DataFrame, links: Links, at: dict[str, int]) -> Paths:
    rules = scenario.rules
    rows = scenario.tables["pathways"].sort_values("order", kind="stable")
    pathways = [[at[place] for place in group["place"]] for _, group in rows.groupby("pathway")]
    apart = distances(places, swapped=rules["flee"] == "3.1")
    marker = (places["kind"] == "marker").to_numpy()
    awareness = int(rules["awareness_level"])
    paths = build_paths(links, marker, apart, awareness, pathways, bool(rules["fixed_routes"]))
    if awareness == 0 and rules["flee"] == "3.1":  # nobody finds a way
        return paths._replace(open=np.zeros_like(paths.open))
    return paths


def _redirects(scenario: Scenario, routes: pd.DataFrame, links: Links, places: int, days: Days) -> NDArray[np.int64]:
    """The link that everyone at a place is sent to, -1 = none; (days, places). Off during closures of kind redirect."""
    to = np.full((days.count, places), -1, dtype=np.int64)
    off = [
        (covered, row["route"])
        for covered, row in spans(scenario.tables["closures"], days)
        if row["kind"] == "redirect"
    ]
    for i, route in enumerate(routes.itertuples()):
        if route.redirect not in ("forward", "back"):
            continue
        link = int(np.flatnonzero(links.route == i)[0 if route.redirect == "forward" else 1])
        on = links.open[:, link].copy()
        for covered, name in off:
            on[covered] &= name != route.id
        to[on, links.start[link]] = link
    return to


def _rules(scenario: Scenario, links: Links, places: int, paths: int) -> Rules:
    rules = scenario.rules
    quirks = rules["flee"] == "3.1"
    parts = 1 if quirks else PARTS
    walking = bool(rules["start_on_foot"]) or bool((links.walk > 0).any())
    longest = (parts * _LONGEST).bit_length()
    memory = _MEMORY_BITS[quirks]
    return Rules(
        unit=1.0 if quirks else float(rules["people_per_unit"]),
        parts=parts,
        strict=quirks,
        forced_when_full=quirks,
        rest_forces=not quirks,
        by_population=bool(rules["use_pop_for_loc_weight"]),
        least_population=quirks,
        from_here=bool(rules["stay_close_to_home"]) and quirks,
        home_distance=bool(rules["stay_close_to_home"]) and not quirks,
        short_stints=bool(rules["avoid_short_stints"]),
        on_foot=bool(rules["start_on_foot"]),
        whole=quirks,
        without_capacity=bool(rules["fixed_routes"]),
        where_bits=(places + len(links.key)).bit_length(),
        ridden_bits=longest,
        walked_bits=longest if walking else 0,
        way_bits=(paths + 1).bit_length(),
        memory_bits=memory if rules["avoid_short_stints"] else 0,
        stages=_stages(places),
        levels=_stages(places) // 2,
        crowd=_CROWD,
        memory_km=_memory_km(scenario, memory),
    )


def _stages(places: int) -> int:
    """The most stages of a day for which a network of so many places has no more than ``_MOST_TURNS`` turns."""
    return next((stages for stages in _STAGES if stages * places <= _MOST_TURNS), _STAGES[-1])


def _memory_km(scenario: Scenario, bits: int) -> float:
    """Unit of recent travel in km: the smallest power of two in which ``_MOST_RECENT`` days' distance fit the bits."""
    far = _MOST_RECENT * scenario.parameters["max_move_speed"].typical
    return float(2.0 ** math.ceil(math.log2(far / 2**bits)))


def _check_size(world: JourneyWorld) -> None:
    """A cell's key must fit into a word."""
    rules = world.rules
    bits = rules.where_bits + rules.ridden_bits + rules.walked_bits + rules.way_bits + rules.memory_bits + 2
    if bits + len(world.classes.key).bit_length() > _KEY_BITS:
        do = "Lower awareness_level, or switch off avoid_short_stints, stay_close_to_home or a rule on traits."
        raise UsageError(f"got a network and rules with more than 2**{_KEY_BITS} possible states. {do}")


def _freeze(arrays: Sequence[NDArray | NamedTuple | float]) -> None:
    for part in arrays:
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
        elif isinstance(part, tuple):
            _freeze(part)


__all__ = ["Journey", "Places", "build_journey"]
