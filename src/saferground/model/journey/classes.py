"""Groups of people whose rules differ: by age, gender, ethnicity, religion, and home where distance from it counts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.model.journey.arrays import Classes
from saferground.scenario.record import Scenario
from saferground.streams import word

_EARTH_KM = 6373.0  # as in Flee
_ADULT, _OLD, _BOY = 19, 60, 15
_MATCH = {"match_camp_ethnicity": ("ethnicity", "camp"), "match_town_ethnicity": ("ethnicity", "town")}
_MATCH |= {"match_conflict_ethnicity": ("ethnicity", "conflict"), "match_camp_religion": ("religion", "camp")}
_NOBODY = 1e8  # Flee: the population where none is stated, so that no match is found there
_ETHNICITIES = 10.0  # Flee: a tenth of the residents being of one's own ethnicity changes nothing

Trait = dict[str, str]


def build_classes(scenario: Scenario, places: pd.DataFrame) -> Classes:
    """One class for each combination of the traits that a rule asks for."""
    asked = _asked(scenario)
    tables = {name: _shares(scenario.tables["demographics"], name, places["id"].tolist()) for name in asked}
    combinations = list(product(*(table.index for table in tables.values())))
    traits = [dict(zip(asked, values, strict=True)) for values in combinations]
    share = np.stack(
        [_product([tables[name].loc[one[name]].to_numpy() for name in asked], len(places)) for one in traits]
    )
    merged = _merged(scenario, traits)
    groups = sorted(set(merged))
    members = [[i for i, group in enumerate(merged) if group == one] for one in groups]
    kept = [traits[one[0]] for one in members]
    shares = np.stack([share[one].sum(axis=0) for one in members])
    return _arrays(scenario, places, kept, shares)


def _asked(scenario: Scenario) -> list[str]:
    """The traits that a rule which is on asks for, where the scenario says how common they are."""
    known = set(scenario.tables["demographics"]["attribute"])
    return [name for name, rules in _ASKED_BY.items() if name in known and any(scenario.rules[rule] for rule in rules)]


_ASKED_BY = {
    "age": ("children_avoid_hazards", "elderly_avoid_hazards", "boys_take_risk"),
    "gender": ("women_avoid_hazards", "boys_take_risk"),
    "ethnicity": ("match_camp_ethnicity", "match_town_ethnicity", "match_conflict_ethnicity"),
    "religion": ("match_camp_religion",),
}


def _shares(table: pd.DataFrame, attribute: str, places: list[str]) -> pd.DataFrame:
    """Share of each value of an attribute at each place (columns), from its own rows or those without a place."""
    rows = table[table["attribute"] == attribute]
    values = sorted(set(rows["value"]))
    columns = {}
    for place in places:
        own = rows[rows["place"] == place]
        weights = (own if len(own) else rows[rows["place"] == ""]).groupby("value")["weight"].sum().reindex(values)
        columns[place] = weights.fillna(0.0).to_numpy() / weights.sum() if weights.sum() > 0 else 1.0 / len(values)
    return pd.DataFrame(columns, index=values)


def _product(shares: list[NDArray[np.float64]], places: int) -> NDArray[np.float64]:
    return np.prod(shares, axis=0) if shares else np.ones(places)


def _merged(scenario: Scenario, traits: list[Trait]) -> list[tuple[object, ...]]:
    """What the rules can tell apart of each combination."""
    return [(_power(scenario, one), one.get("ethnicity", ""), one.get("religion", "")) for one in traits]


def _power(scenario: Scenario, one: Trait) -> int:
    """Power of the score: 1; 2 for who avoids hazards; 0 for boys who take risks."""
    rules, age, gender = scenario.rules, float(one.get("age", 30)), one.get("gender", "")
    boy = gender == "male" and age >= _BOY and (scenario.rules["flee"] == "3.1" or age < _ADULT)
    takes_risk = rules["boys_take_risk"] and boy
    if takes_risk and (rules["children_avoid_hazards"] or scenario.rules["flee"] != "3.1"):
        return 0
    avoids = (
        (rules["children_avoid_hazards"] and age < _ADULT)
        or (rules["elderly_avoid_hazards"] and age >= _OLD)
        or (rules["women_avoid_hazards"] and gender == "female")
    )
    return 2 if avoids else 1


# --- arrays --------------------------------------------------------------------------------------------------------


def _arrays(scenario: Scenario, places: pd.DataFrame, traits: list[Trait], shares: NDArray[np.float64]) -> Classes:
    names = [" ".join(f"{key}={value}" for key, value in one.items()) for one in traits]
    homes = scenario.rules["stay_close_to_home"] and scenario.rules["flee"] != "3.1"
    power = np.array([0 if scenario.rules["awareness_level"] == 0 else _power(scenario, one) for one in traits])
    match = {
        kind: np.stack([_match(scenario, places, one, kind) for one in traits]) for kind in ("camp", "conflict", "town")
    }
    classes = Classes(
        key=np.array([word(f"class {name}") for name in names], dtype=np.uint64),
        share=np.ascontiguousarray(shares.T),
        power=power.astype(np.float64),
        near=np.ones((len(traits), len(places))),
        **match,
    )
    return _at_home(classes, distances(places), places) if homes else classes


def _at_home(classes: Classes, km: NDArray[np.float64], places: pd.DataFrame) -> Classes:
    """Each class once for each home."""
    count, homes = len(classes.key), len(places)
    share = np.zeros((homes, homes * count))
    for home in range(homes):
        share[home, home * count : (home + 1) * count] = classes.share[home]
    keys = [word(f"{key} home {name}") for name in places["id"] for key in classes.key]
    return Classes(
        key=np.array(keys, dtype=np.uint64),
        share=share,
        power=np.tile(classes.power, homes),
        camp=np.tile(classes.camp, (homes, 1)),
        conflict=np.tile(classes.conflict, (homes, 1)),
        town=np.tile(classes.town, (homes, 1)),
        near=np.repeat(km, count, axis=0),
    )


def _match(scenario: Scenario, places: pd.DataFrame, one: Trait, kind: str) -> NDArray[np.float64]:
    """Factor of the score of places of a kind: the share of residents with the same trait over the average share."""
    factor = np.ones(len(places))
    for rule, (attribute, where) in _MATCH.items():
        if where != kind or not scenario.rules[rule] or attribute not in one:
            continue
        average = 1 / _ETHNICITIES if attribute == "ethnicity" else scenario.parameters["avg_religion_fraction"].typical
        factor *= 1.0 if scenario.rules["flee"] == "3.1" else _residents(scenario, places, one[attribute])
        factor /= average
    return factor


def _residents(scenario: Scenario, places: pd.DataFrame, value: str) -> NDArray[np.float64]:
    rows = scenario.tables["residents"]
    people = rows[rows["value"] == value].groupby("place")["people"].sum().reindex(places["id"]).fillna(0.0).to_numpy()
    population = places["population"].fillna(0.0).to_numpy()
    return people / np.where(population >= 1, population, _NOBODY)


def distances(places: pd.DataFrame, swapped: bool = False) -> NDArray[np.float64]:
    """Great-circle distance between places in km, at least 1; 1 where a position is missing; (places, places).

    ``swapped`` takes latitude for longitude, as Flee 3.1 does.
    """
    lat, lon = (np.radians(places[name].to_numpy(float)) for name in (("lon", "lat") if swapped else ("lat", "lon")))
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    return np.nan_to_num(np.maximum(2 * _EARTH_KM * np.arcsin(np.sqrt(half)), 1.0), nan=1.0)
