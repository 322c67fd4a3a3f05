"""What the folder of a journey holds, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from saferground.scenario.cells import Value, read_cell
from saferground.scenario.columns import schema
from saferground.scenario.conflict import conflict_periods
from saferground.scenario.settings import Settings
from saferground.scenario.wording import known_of, listed, many

Tables = Mapping[str, pd.DataFrame]

SPAWNING = {
    "totals": "the rise of the total count",
    "camps": "the rise of the sum of the camp counts",
    "constant": "a number of people per day and place in conflict",
    "poisson": "a number of people per day and place in conflict, drawn around its mean",
    "pop_ratio": "a share of the population per day in conflict",
    "flood_constant": "a number of people per day by flood level",
    "flood_poisson": "a number of people per day by flood level, drawn around its mean",
    "flood_pop_ratio": "a share of the population per day by flood level",
}
"""What drives displacement, by the rule ``spawning``."""

_TOTALS = {"known": "those known by the as-of date", "given": "all that the folder gives, later ones included"}
_OPTIONAL = ("kinds", "floods", "food_security", "demographics", "residents", "pathways", "corrections")


def journey_lines(settings: Settings, rules: Mapping[str, Value], known: Tables, tables: Tables) -> list[str]:
    """Places, population, camps, routes, closures, conflict, other tables, counts, spawning and rules, a line each."""
    start, day, end = (pd.Timestamp(one) for one in (settings.start, settings.as_of, settings.end))
    periods = conflict_periods(known, start, end)
    return [
        _places(known["places"]),
        _population(known["places"], periods, day),
        _camps(known["places"]),
        _routes(known["routes"]),
        _closures(known["closures"], day),
        _conflict(periods, start, day, end),
        _others(known),
        _counts(known, tables),
        _spawning(rules),
        _rules(rules),
    ]


def _places(places: pd.DataFrame) -> str:
    kinds = places["kind"].value_counts(sort=False).items()
    each = ", ".join(many(count, str(kind).replace("_", " ").replace("idp", "IDP")) for kind, count in kinds)
    return f"places: {len(places)} in {many(places['country'].nunique(), 'country', 'countries')} ({each})"


def _at(periods: pd.DataFrame, day: pd.Timestamp) -> set[str]:
    return set(periods.loc[(periods["first"] <= day) & (day <= periods["last"]), "place"])


def _population(places: pd.DataFrame, periods: pd.DataFrame, day: pd.Timestamp) -> str:
    inside = places.loc[places["id"].isin(_at(periods, day)), "population"].sum()
    return f"population: {places['population'].sum():,.0f} people, {inside:,.0f} in conflict on {day:%Y-%m-%d}"


def _camps(places: pd.DataFrame) -> str:
    camps = places[places["kind"].isin(["camp", "idp_camp"])]
    unlimited = camps["capacity"].isna().sum()
    limits = f"room for {camps['capacity'].sum():,.0f} people" + (f", {unlimited} without a limit" if unlimited else "")
    return f"camps: {len(camps)}, {limits}; {places['initial_people'].sum():,.0f} people displaced earlier"


def _routes(routes: pd.DataFrame) -> str:
    special = {
        "redirected": (routes["redirect"] != "none").sum(),
        "with a speed of their own": routes["speed_km_day"].notna().sum(),
        "walked by some": (routes["walk_probability"] > 0).sum(),
    }
    told = "".join(f", {count} {words}" for words, count in special.items() if count)
    return f"routes: {len(routes)} with {routes['length_km'].sum():,.0f} km, both directions{told}"


def _closures(closures: pd.DataFrame, day: pd.Timestamp) -> str:
    shut = ((closures["closed"] <= day) & ~(closures["reopened"] <= day)).sum()
    kinds = ", ".join(f"{count} of kind {kind}" for kind, count in closures["kind"].value_counts(sort=False).items())
    return f"closures: {kinds}; {shut} in force on {day:%Y-%m-%d}" if kinds else "closures: none"


def _conflict(periods: pd.DataFrame, start: pd.Timestamp, day: pd.Timestamp, end: pd.Timestamp) -> str:
    first, now = len(_at(periods, start)), len(_at(periods, day))
    ever = periods["place"].nunique()
    return (
        f"conflict: {many(first, 'place')} on {start:%Y-%m-%d}, {now} on {day:%Y-%m-%d}, {ever} on some day "
        f"to {end:%Y-%m-%d}"
    )


def _others(known: Tables) -> str:
    stated = [f"{many(len(known[name]), 'row')} of {name}" for name in _OPTIONAL if len(known[name])]
    return "also stated: " + (", ".join(stated) or "nothing")


def _counts(known: Tables, tables: Tables) -> str:
    counts = tables["counts"][tables["counts"]["measures"] == "present"]
    series = f"counts: {known_of(known, tables, 'counts')}"
    if counts.empty:
        return f"{series}; none of people present"
    places = counts.loc[counts["place"] != "", "place"].nunique()
    total = "and of the whole, " if (counts["place"] == "").any() else ""
    span = f"{counts['end'].min():%Y-%m-%d} to {counts['end'].max():%Y-%m-%d}"
    return f"{series}; people present in {many(places, 'place')} {total}{span}"


def _spawning(rules: Mapping[str, Value]) -> str:
    mode = str(rules["spawning"])
    counts = f"; counts used: {_TOTALS[str(rules['totals'])]}" if mode in ("totals", "camps") else ""
    return f"displacement: by {SPAWNING[mode]}{counts}"


def _rules(rules: Mapping[str, Value]) -> str:
    defaults = {column.name: read_cell("", column)[0] for column in schema("journey").columns["rules"]}
    changed = [f"{name} = {_plain(value)}" for name, value in rules.items() if value != defaults[name]]
    return f"rules: {listed(changed, limit=40)}; the others at their default" if changed else "rules: the default ones"


def _plain(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(f'{one:g}' for one in value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
