"""From the forecast of a journey to one data frame a question; a quantity at several quantiles is several columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from saferground.exchange import frames
from saferground.exchange.frames import labelled, long
from saferground.planning.journey import headlines
from saferground.planning.journey.summary import journey_summaries
from saferground.planning.journey.views import counted, counted_total, in_use, receiving
from saferground.planning.journey.words import notes, rules
from saferground.planning.members import ahead, quantiles

if TYPE_CHECKING:
    from saferground.scenario import Scenario

PLACE = ("place_name", "place_kind", "country")
MEASURES = {
    "ard": "averaged relative difference (ARD)",
    "ard_rescaled": "averaged relative difference, rescaled to the counted total",
}
MEANINGS = {
    "ard": "Mean over days of the differences at counted places, added up, over the people counted there; 0 is best",
    "ard_rescaled": "The same after scaling to the counted total of each day; half of it is the share of people in the "
    "wrong place",
}
WHAT = {
    "displaced_total": "displaced people on the last day",
    "camps": "in camps on the last day",
    "towns": "in towns and elsewhere on the last day",
    "conflict_zones": "in conflict zones on the last day",
    "travelling": "on the way on the last day",
    "outside": "in no camp on the last day",
    "ahead": "newly displaced in the days ahead",
    "since_start": "newly displaced since start",
}


def journey_frames(
    days: xr.Dataset, needed: xr.Dataset, scenario: Scenario, summary: xr.Dataset | None
) -> dict[str, pd.DataFrame]:
    """Every table of a journey but the contents, by name; ``days`` is in people."""
    used = in_use(scenario)
    whole = counted(days, used)
    spread, later = ahead(journey_summaries(days) if summary is None else summary), ahead(whole)
    return {
        "headlines": headline_figures(days),
        "people": _labelled_by_place(people(later, spread), days),
        "whereabouts": where_people_are(later, spread, used),
        "camps": camps(days, spread),
        "camps_full": frames.camps_full(days),
        "movements": _labelled_by_place(movements(spread), days),
        "origins": _labelled_by_place(origins(later, spread), days),
        "ways": ways(days, spread),
        "fit": fit(whole),
        "fit_places": fit_places(whole),
        "needs": frames.needs(days, needed, scenario),
        "parameters": frames.parameters(days, scenario),
        "rules": rules(scenario),
        "standards": frames.standards(scenario),
        "counts": used.tables["counts"],
        "planning_figures": headlines.planning_figures(days, scenario),
        "places": places(days, scenario),
        "sources": used.tables["sources"],
        "confidence": frames.confidence(used),
        "notes": pd.DataFrame(notes(scenario), columns=["about", "note"]),
    }


def headline_figures(days: xr.Dataset) -> pd.DataFrame:
    """People by where they are on the last day, newly displaced, and each camp on the last day, one figure a row."""
    moves = pd.concat([headlines.where_people_are(days), headlines.newly_displaced(days)]).rename(WHAT)
    parts = [
        moves.rename_axis("what").reset_index(),
        headlines.camps_on(days).reset_index().assign(what="in the camp on the last day"),
        headlines.origins(days).reset_index().assign(what="newly displaced from there in the days ahead"),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True).assign(unit="people")
    shown = table.reindex(columns=["what", "place", "place_name", "unit", *moves])
    return shown.astype({"place": object, "place_name": object}).fillna({"place": "", "place_name": ""})


def people(later: xr.Dataset, spread: xr.Dataset) -> pd.DataFrame:
    """People by place and day with the count beside; places where nobody ever is are left out."""
    rows = {"place": "place", "time": "date"}
    table = long(spread["people"], rows)
    return _used(table.assign(count=later["count"].transpose(*rows).values.ravel()))


def where_people_are(later: xr.Dataset, spread: xr.Dataset, used: Scenario) -> pd.DataFrame:
    """Displaced people by day: all, in camps, in towns, in conflict zones, on the way; and how many were counted."""
    names = ("displaced_total", "camps", "towns", "conflict_zones", "travelling")
    parts = [long(spread[name], {"time": "date"}, f"{name}_") for name in names]
    joined = pd.concat([parts[0], *(part.drop(columns="date") for part in parts[1:])], axis=1)
    return joined.assign(total_count=counted_total(later, used).values)


def camps(days: xr.Dataset, spread: xr.Dataset) -> pd.DataFrame:
    """People in camps by day, the stated capacity and the chances of exceeding it."""
    rows = {"settled": "place", "time": "date"}
    there = spread["people"].sel(place=spread["settled"].values).transpose("time", "place", "quantile")
    table = long(there, {"place": "place", "time": "date"})
    flat = {"capacity": "camp_capacity", "chance_full": "chance_full", "chance_over": "chance_over"}
    beside = {name: spread[key].transpose(*rows).values.ravel() for name, key in flat.items()}
    return labelled(table.assign(**beside), receiving(days), "place", ("place_name", "place_kind"))


def movements(spread: xr.Dataset) -> pd.DataFrame:
    """Arrivals and departures by place and day; places that nobody reaches or leaves are left out."""
    rows = {"place": "place", "time": "date"}
    arrivals = long(spread["arrivals"], rows, "arrivals_")
    departures = long(spread["departures"], rows, "departures_").drop(columns=list(rows.values()))
    return _used(pd.concat([arrivals, departures], axis=1))


def origins(later: xr.Dataset, spread: xr.Dataset) -> pd.DataFrame:
    """Newly displaced by origin and day, with the intensity of conflict; only places that anybody leaves."""
    rows = {"place": "place", "time": "date"}
    table = long(spread["displaced"], rows)
    return _used(table.assign(conflict=later["conflict"].transpose(*rows).values.ravel()))


def _used(table: pd.DataFrame) -> pd.DataFrame:
    """Without the places where hardly any future has anybody on any day, and where nobody was counted."""
    numbers = [name for name in table if str(name).endswith("q95") or name == "count"]
    ever = table[numbers].fillna(0).gt(0).any(axis=1).groupby(table["place"]).transform("any")
    return table[ever].reset_index(drop=True)


def ways(days: xr.Dataset, spread: xr.Dataset) -> pd.DataFrame:
    """People who set out on each road and day, in either direction, and whether it is open."""
    table = long(spread["flow"], {"route": "route", "time": "date"})
    is_open = ahead(days)["route_open"].transpose("route", "time").values.ravel()
    named = labelled(table, days, "route", ("route_origin", "route_destination", "route_length_km"))
    names = dict(zip(days["place"].values, days["place_name"].values, strict=True))
    ends = {f"{end}_name": named[f"route_{end}"].map(names) for end in ("origin", "destination")}
    return named.assign(**ends, route_open=np.where(is_open, "yes", "no"))


def fit(whole: xr.Dataset) -> pd.DataFrame:
    """ARD against the counts and its rescaled form: mean and quantiles over the members."""
    table = pd.DataFrame.from_dict(headlines.fit(whole), orient="index").rename_axis("key").reset_index()
    return table.assign(what=table["key"].map(MEASURES), meaning=table["key"].map(MEANINGS))


def fit_places(whole: xr.Dataset) -> pd.DataFrame:
    """Count and forecast at each counted place and day, the run-up included."""
    where = np.flatnonzero(whole["count"].notnull().any("time"))
    seen = whole.isel(place=where)
    rows = {"place": "place", "time": "date"}
    table = long(quantiles(seen["people"]), rows).assign(count=seen["count"].transpose(*rows).values.ravel())
    return labelled(table[table["count"].notna()].reset_index(drop=True), whole, "place", ("place_name",))


def places(days: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """Every place with its names, kind, country, P-code and coordinates, and its figures at the start."""
    names = ("country", "region", "population", "capacity")
    rows = scenario.tables["places"].set_index("id")[list(names)]
    table = frames.places(days, scenario)
    return table.assign(**rows.reindex(table["place"]).reset_index(drop=True))


def _labelled_by_place(table: pd.DataFrame, days: xr.Dataset) -> pd.DataFrame:
    return labelled(table, days, "place", PLACE)
