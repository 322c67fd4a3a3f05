"""What each place is on each day: kind, conflict, floods, hunger, and what follows for leaving and for its score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.model.journey.arrays import CAMP, CONFLICT, HUB, IDP_CAMP, TOWN, Places
from saferground.model.journey.timeline import Days, changes, lines, spans, steps
from saferground.scenario.record import Scenario
from saferground.streams import word

_MOVES = {"town": TOWN, "flood_zone": TOWN, "conflict_zone": CONFLICT, "camp": CAMP, "idp_camp": IDP_CAMP}
_MOVES |= {"forwarding_hub": HUB, "marker": HUB}
_CAMPS = ("camp", "idp_camp")


@dataclass(frozen=True)
class Conflict:
    """Conflict at places by day, (days, places): intensity (0 = none) and days since it last broke out."""

    intensity: NDArray[np.float64]
    since: NDArray[np.int64]
    changed: NDArray[np.bool_]  # (days,) a conflict began or ended somewhere


def conflicts(scenario: Scenario, places: pd.DataFrame, kinds: NDArray[np.str_], days: Days) -> Conflict:
    """From the table ``conflicts``; a place without a row there has intensity 1 while its kind is conflict_zone."""
    shape = days.count, len(places)
    intensity, began = np.zeros(shape), np.full(shape, -1, dtype=np.int64)
    rows = changes(scenario.tables["conflicts"], "place", "intensity", days)
    for i, name in enumerate(places["id"]):
        course = rows.get(name) or _by_kind(kinds[:, i])
        before = 0.0
        for (day, value), (until, _) in pairwise([*course, (days.count, 0.0)]):
            intensity[max(day, 0) : max(until, 0), i] = value
            if value > 0 and (before == 0 or _quirks(scenario)):  # Flee 3.1: every row with conflict is a new one
                began[max(day, 0) :, i] = day
            before = value
    changed = np.zeros(days.count, dtype=bool)
    changed[0] = True
    changed[1:] = ((intensity[1:] > 0) != (intensity[:-1] > 0)).any(axis=1) | (began[1:] != began[:-1]).any(axis=1)
    return Conflict(intensity, np.arange(days.count)[:, None] - began, changed)


def _by_kind(kinds: NDArray[np.str_]) -> list[tuple[int, float]]:
    """Conflict while the kind is conflict_zone; one that stands at the start began before it."""
    zone = (kinds == "conflict_zone").astype(float)
    changed = np.flatnonzero(np.diff(zone)) + 1
    return [(-1, float(zone[0])), *((int(day), float(zone[day])) for day in changed)]


def decay(scenario: Scenario, since: NDArray[np.int64]) -> NDArray[np.float64]:
    """Factor by which a conflict displaces fewer people the longer ago it broke out; same shape as ``since``."""
    table = np.array(scenario.rules["conflict_spawn_decay"] or (1.0,))
    interval = int(scenario.rules["conflict_spawn_decay_interval"])
    return table[np.minimum(np.maximum(since, 0) // interval, len(table) - 1)]


def build_places(
    scenario: Scenario, places: pd.DataFrame, kinds: NDArray[np.str_], conflict: Conflict, days: Days
) -> Places:
    """Arrays of places, in the order of the frame; ``redirect`` and ``epoch`` are to be set."""
    rules, unit = scenario.rules, int(scenario.rules["people_per_unit"])
    names = places["id"].tolist()
    reset = _reset_by_closures(scenario, names, conflict.intensity, days)
    shown = replace(conflict, intensity=np.where(reset, 0.0, conflict.intensity))
    camp, moves = _moves(scenario, kinds, conflict.intensity, reset)
    floods = _floods(scenario, names, days)
    flood = np.nan_to_num(_at_level(rules["flood_loc_weights"], floods), nan=1.0)
    hungry = hunger(scenario, places, days)
    foreign = (places["country"] != home_country(scenario, places)).to_numpy()
    return Places(
        key=np.array([word(name) for name in names], dtype=np.uint64),
        population=np.floor(np.nan_to_num(places["population"].to_numpy()) / unit).astype(np.int64),
        capacity=_capacity(scenario, places, unit, days),
        foreign=foreign,
        moves=moves,
        camp=camp,
        town=_towns(scenario, kinds, conflict, reset),
        conflict=shown.intensity,
        push=shown.intensity * decay(scenario, conflict.since),
        plain_score=_plain_score(scenario, places, foreign, hungry) * np.where(kinds == "flood_zone", flood, 1.0),
        flood_factor=flood,
        starving=hungry if rules["flee_when_starving"] else np.zeros_like(hungry),
        flooded=_at_level(rules["flood_movechances"], floods),
        redirect=np.full((days.count, len(places)), -1, dtype=np.int64),
        epoch=np.arange(days.count),
    )


def home_country(scenario: Scenario, places: pd.DataFrame) -> str:
    """The rule ``home_country``, else the country in which most people live where conflict ever is."""
    if named := str(scenario.rules["home_country"]):
        return named
    zones = set(scenario.tables["conflicts"]["place"]) | set(places["id"][places["kind"] == "conflict_zone"])
    inside = places[places["id"].isin(zones)] if zones else places
    people = inside.assign(people=inside["population"].fillna(0) + 1).groupby("country")["people"].sum()
    return str(people.sort_index().idxmax())


def _quirks(scenario: Scenario) -> bool:
    return scenario.rules["flee"] == "3.1"


def _reset_by_closures(
    scenario: Scenario, names: list[str], intensity: NDArray[np.float64], days: Days
) -> NDArray[np.bool_]:
    """Where and when a camp's closing or reopening has made Flee 3.1 forget conflict there; (days, places).

    Its kind alone then decides what a place is, until conflict next begins or ends by the table. People go on being
    displaced from it all the same.
    """
    reset = np.zeros(intensity.shape, dtype=bool)
    if not _quirks(scenario):
        return reset
    for covered, closure in spans(scenario.tables["closures"], days):
        if closure["kind"] == "camp":
            at = names.index(closure["place"])
            for day in (covered.start, covered.stop):
                changed = np.flatnonzero(np.diff((intensity[day:, at] > 0).astype(np.int64)))
                reset[day : day + 1 + changed[0] if len(changed) else None, at] = True
    return reset


def _towns(
    scenario: Scenario, kinds: NDArray[np.str_], conflict: Conflict, reset: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Towns without conflict; in Flee 3.1 any place where a conflict has ended is a town, whatever it was before."""
    town = kinds == "town"
    if _quirks(scenario):
        town |= np.maximum.accumulate(conflict.intensity > 0, axis=0) & ~reset
    else:
        town |= kinds == "conflict_zone"
    return town & ((conflict.intensity == 0) | reset)


def kinds_of(scenario: Scenario, places: pd.DataFrame, days: Days) -> NDArray[np.str_]:
    """The kind of each place on each day, camps that are closed being towns; (days, places)."""
    kinds = np.tile(places["kind"].to_numpy(dtype="<U16"), (days.count, 1))
    at = {name: i for i, name in enumerate(places["id"])}
    for name, course in changes(scenario.tables["kinds"], "place", "kind", days).items():
        for day, kind in course:
            kinds[max(day, 0) :, at[name]] = kind
    for covered, closure in spans(scenario.tables["closures"], days):
        if closure["kind"] == "camp":
            kinds[covered, at[closure["place"]]] = "town"
    return kinds


def _moves(
    scenario: Scenario, kinds: NDArray[np.str_], intensity: NDArray[np.float64], reset: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which places are camps, and which move chance holds; (days, places)."""
    camp = np.isin(kinds, _CAMPS)
    moves = np.vectorize(_MOVES.__getitem__, otypes=[np.int64])(kinds)
    moves[(moves == CONFLICT) & (intensity == 0)] = TOWN
    moves[(intensity > 0) & ~reset] = CONFLICT
    if _quirks(scenario):
        had = np.maximum.accumulate(intensity > 0, axis=0)
        moves[had & (intensity == 0) & ~reset] = TOWN
        low = scenario.parameters["default_movechance"].typical < _SELDOM
        camp |= low & np.isin(kinds[:1], ("town",))
    return camp, moves


_SELDOM = 0.005
"""Flee 3.1 takes a place for a camp when fewer than this share leave it a day."""


def _capacity(scenario: Scenario, places: pd.DataFrame, unit: int, days: Days) -> NDArray[np.float64]:
    stated = np.floor(places["capacity"].to_numpy(dtype=float) / unit)
    more = np.nan_to_num(places["capacity_per_day"].to_numpy(dtype=float)) / unit
    capacity = np.maximum(stated + more * (np.arange(days.count)[:, None] + 1), 0.0)
    unlimited = np.isnan(capacity) | (_quirks(scenario) & (capacity < 1.0))
    return np.where(unlimited, np.inf, capacity)


# --- floods, food, economy ------------------------------------------------------------------------------------------


def _floods(scenario: Scenario, names: list[str], days: Days) -> NDArray[np.float64]:
    return np.nan_to_num(steps(scenario.tables["floods"], "place", "level", names, days))


def hunger(scenario: Scenario, places: pd.DataFrame, days: Days) -> NDArray[np.float64]:
    """Share of people in food crisis by the region of each place, (days, places)."""
    regions = sorted(set(places["region"]))
    by_region = lines(scenario.tables["food_security"], "region", "ipc", regions, days) / 100.0
    return by_region[:, [regions.index(region) for region in places["region"]]]


def _at_level(table: object, level: NDArray[np.float64]) -> NDArray[np.float64]:
    """The value of a table of flood levels 0, 1, 2 ... at each level, its ends beyond; NaN where nothing is flooded."""
    values = np.array(table or (), dtype=float)
    if not len(values):
        return np.full(level.shape, np.nan)
    return np.where(level > 0, np.interp(level, np.arange(len(values)), values), np.nan)


def _plain_score(
    scenario: Scenario, places: pd.DataFrame, foreign: NDArray[np.bool_], hungry: NDArray[np.float64]
) -> NDArray[np.float64]:
    rules = scenario.rules
    score = np.ones_like(hungry)
    if rules["use_economic_pull"]:
        pull = np.nan_to_num(places["trade_volume"].to_numpy()) + np.nan_to_num(places["hdi"].to_numpy()) ** 2
        score *= np.where(foreign, 1.0 + pull, 1.0)
    if rules["avoid_food_deprived_locations"]:
        score[1:] *= np.where(foreign, 1.0, 1.0 - hungry[1:] ** 2)
    return score


def epochs(places: Places, open_: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number of the epoch of each day: a new one begins when the score of a place or a link changes; (days,)."""
    shown = (places.plain_score, places.flood_factor, places.camp, places.conflict, places.push, open_)
    changed = np.zeros(len(open_), dtype=bool)
    for array in shown:
        changed[1:] |= (array[1:] != array[:-1]).any(axis=1)
    return np.cumsum(changed)
