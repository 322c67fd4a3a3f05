"""What the folder of a siege holds, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pandas as pd

from saferground.axes import CONTROL, DISTRICTS, GOODS
from saferground.scenario.settings import Settings
from saferground.scenario.wording import known_of, many

Tables = Mapping[str, pd.DataFrame]


def siege_lines(settings: Settings, known: Tables, tables: Tables) -> list[str]:
    """Districts, control, ways out, sites, camps, care, stocks, counts and households, a line each."""
    day = pd.Timestamp(settings.as_of)
    return [
        _districts(known),
        _control(known, settings.as_of),
        _ways_out(known, day),
        _sites(known),
        _camps(known, day),
        _care(known),
        _supplies(known),
        *_relief(known),
        _counts(known, tables),
        _households(known),
    ]


def _of_kind(tables: Tables, *kinds: str) -> pd.DataFrame:
    return tables["places"][tables["places"]["kind"].isin(kinds)]


def _districts(known: Tables) -> str:
    districts = _of_kind(known, *DISTRICTS)
    low, best, high = (districts[f"population_{name}"].sum() for name in ("low", "best", "high"))
    return f"districts: {len(districts)} with {best:,.0f} people at the start ({low:,.0f} to {high:,.0f})"


def control_at(control: pd.DataFrame, day: date) -> dict[str, str]:
    """The status of each district on a day, by its latest row without a future; rows must be the known ones."""
    rows = control[(control["future"] == "") & (control["date"] <= pd.Timestamp(day))]
    latest = rows.sort_values("date", kind="stable").drop_duplicates("district", keep="last")
    return dict(zip(latest["district"], latest["status"], strict=True))


def _control(known: Tables, day: date) -> str:
    states = Counter(control_at(known["control"], day).values())
    futures = len(known["futures"])
    ahead = f"; {many(futures, 'stated future')}" if futures else "; beyond that it is drawn for each member"
    return f"control on {day}: " + ", ".join(f"{states[state]} {state}" for state in CONTROL) + ahead


def _ways_out(known: Tables, day: pd.Timestamp) -> str:
    routes, closures = known["routes"], known["closures"]
    districts = _of_kind(known, *DISTRICTS)["id"]
    out = routes[(routes["mode"] == "walk") & routes["origin"].isin(districts)]
    shut = closures[(closures["closed"] <= day) & ~(closures["reopened"] <= day)]["route"]
    closed = out["id"].isin(shut).sum()
    return f"ways out on foot: {len(out)}, {closed} of them shut; {many(len(routes), 'route')} in all"


def _sites(known: Tables) -> str:
    stations = known["stations"]["kind"].isin(["registration", "screening", "aid"]).sum()
    return (
        f"sites: {many(len(_of_kind(known, 'muster_point')), 'muster point')}, "
        f"{many(len(_of_kind(known, 'screening_site')), 'screening site')}, {many(stations, 'station row')}, "
        f"{many(known['buses']['place'].nunique(), 'place')} with buses"
    )


def _camps(known: Tables, day: pd.Timestamp) -> str:
    rows = known["camps"][known["camps"]["date"] <= day].sort_values("date", kind="stable")
    latest = rows.drop_duplicates("place", keep="last").set_index("place")
    camps, hosts = _of_kind(known, "camp")["id"], _of_kind(known, "host_community")["id"]
    there = latest[latest.index.isin(camps)]
    unlimited = there["capacity"].isna().sum()
    first = rows.drop_duplicates("place")
    return (
        f"camps: {len(camps)}, {len(there)} open on {day:%Y-%m-%d} for {there['capacity'].sum():,.0f} people"
        + (f" and {unlimited} without a stated limit" if unlimited else "")
        + f"; {many(len(hosts), 'host community', 'host communities')}; "
        f"{first['occupied'].sum():,.0f} people there from before"
    )


def _care(known: Tables) -> str:
    points = many(len(_of_kind(known, "stabilisation_point")), "stabilisation point")
    return f"care: {points}, {many(len(_of_kind(known, 'field_hospital')), 'field hospital')}"


def _supplies(known: Tables) -> str:
    stated = set(known["supplies"]["good"])
    return "stocks: " + (", ".join(good for good in GOODS if good in stated) or "none stated")


def _relief(known: Tables) -> list[str]:
    """Stocks of relief items, where there are any."""
    rows = known["stocks"]
    if not len(rows):
        return []
    places = many(rows.loc[rows["place"] != "", "place"].nunique(), "place")
    shared = sorted(set(rows.loc[rows["place"] == "", "item"]))
    told = f"relief stocks: {', '.join(sorted(set(rows['item'])))}; {places} with stocks of their own"
    return [told + (f", shared: {', '.join(shared)}" if shared else "")]


def _counts(known: Tables, tables: Tables) -> str:
    series = many(known["counts"]["series"].nunique(), "series", "series")
    counts, figures = (known_of(known, tables, name) for name in ("counts", "planning_figures"))
    return f"counts: {counts} in {series}; planning figures: {figures}"


def _households(known: Tables) -> str:
    households = known["households"]
    persons = households["share"].sum() / (households["share"] / households["persons"]).sum()
    return f"households: {many(len(households), 'class', 'classes')}, {persons:.1f} persons on average"
