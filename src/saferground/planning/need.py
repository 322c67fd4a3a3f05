"""What the places that receive people need, member by member, and the part that goes beyond what they are sized for."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pandas as pd
import xarray as xr

from saferground.axes import LINES
from saferground.planning.journey.views import CAMPS, is_journey, receiving
from saferground.planning.members import ahead, block, quantiles, totals
from saferground.planning.standards import figure, packaged_standards

DEFINITIONS = {
    "person": "there at the end of the day; at sites also those who left during the day",
    "person_staying": "there at the end of the day",
    "person_passing": "left the site during the day",
    "person_boarding": "set out by road during the day, or still waiting to board at its end",
}
PROPORTIONAL = {"per_person": 1.0, "percent": 1 / 100, "percent_year": 1 / 36_500, "days": 1.0}
"""Rules by which the need is the people times the figure times this; it is not rounded."""
RULES = {
    "per_person": "people times the figure",
    "percent": "people times the figure over 100",
    "percent_year": "people times the figure over 100, a year; of a day the 365th part",
    "days": "so many days of the daily figure of another row",
    "per_10000": "people times the figure over 10,000, rounded up",
    "people_per_unit": "people over the figure, rounded up",
    "per_unit_year": "what another row gives in a year over the figure, rounded up",
}
"""How a need follows from the people who count, or from what a row gives that the figure is a share of."""
BESIDE = ("sphere", "unhcr")
"""Sets of standards that are shown side by side."""
OWN = ("reproductive health",)
"""Topics that have a function of their own and are no part of ``needs``."""
EVERY = {93: 1, 731: 7, 10**6: 28}
"""Of a journey with up to so many days ahead, every so many days have their needs reckoned."""
NOT_APPLICABLE = np.array(np.nan, np.float32)


def needs(forecast: xr.Dataset, standards: pd.DataFrame | None = None, by: str | None = None) -> xr.Dataset:
    """Needs of sites, camps and host communities on each day ahead, for every member; of a journey, of its camps.

    The need of an item is the planning standard times the people who count for it; items that come in whole
    numbers (taps, toilets, staff, bus trips) are rounded up. Who counts (column ``per`` of the standards):

    - camps and host communities: those there at the end of the day, earlier displaced people included;
    - sites, for what everybody gets who comes through (food, toilets, taps, staff): those there at the end of the
      day and those who left during it, which is the same as those who waited at its start and those who arrived;
    - sites, for what only those need who stay the night (shelter, 15 L of water): those there at the end of the day;
      those who left during the day add 3 L of water each;
    - buses: those who set out by road during the day and those still in the boarding line at its end, in trips.

    The unmet need is the part beyond what the stated capacity is sized for on that day: need(people) -
    need(capacity), at least 0. This is an assumption: services are taken to exist for exactly the stated capacity,
    whatever is really in place. Where no capacity is stated (host communities, sites) it is missing, not zero.
    For buses it is the trips for those still in the boarding line at the end of the day.

    Needs of one day at one place. Do not add them over sites: people who pass two sites in a day count at both. Of a
    journey of more than three months ahead one day in 7, of more than two years one in 28, counted from the last.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast``
    standards : planning standards as returned by ``saferground.planning.standards_for``; default: the package's own
    by : reckon by one set of standards, ``sphere`` or ``unhcr``, and leave out what it has no figure for; default: by
        the default figure of each item, whoever gives it

    Returns
    -------
    Dataset with ``need`` and ``unmet`` (member, time, place, item), float32 in the unit ``item_unit``; only days
    after the as-of date, only sites and settled places (of a journey camps). Both are NaN where an item does not apply
    to a place.
    """
    table = packaged_standards() if standards is None else standards
    return reckon(forecast, _chosen(table[~table["topic"].isin(OWN)], by), table)


def _chosen(table: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Rows that are computed: the defaults, or those of one set of standards."""
    return table[(table["default"] if by is None else table["standard"] == by) & table["rule"].isin(RULES)]


def reckon(forecast: xr.Dataset, rows: pd.DataFrame, table: pd.DataFrame) -> xr.Dataset:
    """Needs by certain rows of a table of standards, as ``needs`` gives them."""
    days = _shown(receiving(ahead(totals(forecast))))
    people, sites = _people(days), days.sizes["site"]
    rows = rows[(rows["applies_to"] != "site") | bool(sites)]
    rows = rows.assign(rate=[_rate(table, of) for of in rows["of"]])
    items = list(dict.fromkeys(rows["item"]))
    shape = (len(items), days.sizes["time"], sites + days.sizes["settled"], days.sizes["member"])
    need, unmet = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for item, own in enumerate(_rows(rows, name) for name in items):
        if sites:
            need[item, :, :sites], unmet[item, :, :sites] = _at_sites(own, people)
        need[item, :, sites:], unmet[item, :, sites:] = _at_settled(own, people["present"], days)
    dims = ("item", "time", "place", "member")  # members last in memory: quantiles are then three times as fast
    result = xr.Dataset({"need": (dims, need), "unmet": (dims, unmet)}, _coords(days, rows, items), _attrs(forecast))
    return result.transpose("member", "time", "place", "item")


def beside(
    forecast: xr.Dataset, standards: pd.DataFrame, used: xr.Dataset, levels: tuple[float, ...] = (0.5, 0.9)
) -> xr.DataArray:
    """Quantiles of the need by each set of ``BESIDE``, of the items of ``used``; NaN where a set has no figure.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast``
    standards : planning standards as returned by ``saferground.planning.standards_for``
    used : ``needs`` of the forecast by the default figures; what a set gives as the default does is taken from there
    levels : quantiles over the members

    Returns
    -------
    float32 (standard, time, place, item, quantile) with the labels of ``used``; in ``item_unit`` of each item.
    """
    shown = quantiles(used["need"], levels)
    found = [_by_set(forecast, standards, shown, name) for name in BESIDE]
    return xr.concat(found, dim=pd.Index(BESIDE, name="standard"), coords="minimal", compat="override")


def _by_set(forecast: xr.Dataset, table: pd.DataFrame, shown: xr.DataArray, name: str) -> xr.DataArray:
    figures = ["indicator", "rule", "amount", "of", "per", "applies_to"]
    own, used = (_chosen(table, by).groupby("item")[figures[1:]].agg(tuple) for by in (name, None))
    own = own[own.index.isin(shown["item"].values)]
    same = own.index[[item in used.index and own.loc[item].equals(used.loc[item]) for item in own.index]]
    other = _chosen(table, name)
    other = other[other["item"].isin(own.index.difference(same))]
    result = shown.where(shown["item"].isin(same))
    if len(other):
        levels = tuple(shown["quantile"].values.tolist())
        differing = quantiles(reckon(forecast, other, table)["need"], levels)
        result.loc[{"item": differing["item"].values}] = differing.values
    return result


def _rate(table: pd.DataFrame, of: str) -> float:
    """What the row that a figure is a share of gives for one person; 1 where it counts people."""
    if not of:
        return 1.0
    rule, further = (table[name].to_dict()[of] for name in ("rule", "of"))
    return figure(table, of) * PROPORTIONAL[rule] * _rate(table, further)


def _shown(days: xr.Dataset) -> xr.Dataset:
    """Every day; of a long journey one in 7 or one in 28, the last one among them, so that the result stays small."""
    count = days.sizes["time"]
    every = next(step for most, step in EVERY.items() if count <= most) if is_journey(days) else 1
    return days.isel(time=slice((count - 1) % every, None, every))


def _rows(table: pd.DataFrame, item: str) -> list[dict]:
    return table[table["item"] == item].to_dict("records")


def _at_sites(rows: list[dict], people: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Need and unmet need of one item at the sites, (time, site, member)."""
    rows = [row for row in rows if row["applies_to"] in ("site", "both")]
    boards = bool(rows) and all(row["per"] == "person_boarding" for row in rows)
    need = _sum(rows, [people[row["per"]] for row in rows])
    return need, _sum(rows, [people["boarding_line"]] * len(rows)) if boards else NOT_APPLICABLE


def _at_settled(rows: list[dict], present: np.ndarray, days: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Need and unmet need of one item at camps and host communities, (time, settled, member)."""
    rows = [row for row in rows if row["applies_to"] != "site"]
    if not rows:
        return NOT_APPLICABLE, NOT_APPLICABLE
    capacity = days["capacity"].transpose("time", "settled").values[..., None]
    need = _sum(rows, [present] * len(rows))
    unmet = np.maximum(need - _sum(rows, [capacity] * len(rows)), 0)
    if all(row["applies_to"] == "camp" for row in rows):
        elsewhere = ~np.isin(days["place_kind"].values[days.sizes["place"] - days.sizes["settled"] :], CAMPS)
        need[:, elsewhere], unmet[:, elsewhere] = np.nan, np.nan
    return need, unmet


def _sum(rows: list[dict], people: list[np.ndarray]) -> np.ndarray:
    """Sum of the amounts by each standard."""
    amounts = [_amount(row, count) for row, count in zip(rows, people, strict=True)]
    return reduce(np.add, amounts) if amounts else NOT_APPLICABLE


def amount_of(standards: pd.DataFrame, item: str, people: np.ndarray) -> np.ndarray:
    """Amount of an item that so many people need by its default figure, float32; those who pass a site not counted."""
    rows = standards[(standards["item"] == item) & standards["default"] & (standards["per"] != "person_passing")]
    own = rows.assign(rate=[_rate(standards, of) for of in rows["of"]]).to_dict("records")
    return _sum(own, [people] * len(own))


def _amount(row: dict, people: np.ndarray) -> np.ndarray:
    """Amount that so many people need by one standard, float32; NaN people give NaN."""
    amount, rule = row["amount"] * row["rate"], row["rule"]
    if rule in PROPORTIONAL:
        return np.multiply(people, amount * PROPORTIONAL[rule], dtype=np.float32)
    if rule == "per_10000":
        return np.ceil(people * amount / 10_000).astype(np.float32)
    if rule == "per_unit_year":
        return np.ceil(people * (365 * row["rate"] / row["amount"])).astype(np.float32)
    return np.ceil(people / row["amount"]).astype(np.float32)


def _people(days: xr.Dataset) -> dict[str, np.ndarray]:
    """Count those who count, (time, place, member): at sites by ``DEFINITIONS``, at settled places ``present``."""
    present = {"present": _members_last(block(days, "people", "settled"))}
    return {**_at_lines(days), **present} if days.sizes["site"] else present


def _at_lines(days: xr.Dataset) -> dict[str, np.ndarray]:
    staying, passing = _members_last(block(days, "people", "site")), _members_last(block(days, "departures", "site"))
    boarding_line = _members_last(days["waiting"].isel(line=LINES.index("boarding")))
    by_road = _by_road(days)
    return {
        "person": staying + passing,
        "person_staying": staying,
        "person_passing": passing,
        "person_boarding": by_road + boarding_line,
        "boarding_line": np.where(np.isnan(by_road), np.nan, boarding_line),
    }


def _by_road(days: xr.Dataset) -> np.ndarray:
    """People who set out by road from each site, (time, site, member), float32; NaN where no road leaves the site."""
    road, origin = days["route_mode"].values == "road", days["route_origin"].values
    out = np.full((days.sizes["time"], days.sizes["site"], days.sizes["member"]), np.nan, np.float32)
    for index, site in enumerate(days["site"].values):
        ways = np.flatnonzero(road & (origin == site))
        if len(ways):
            out[:, index] = _members_last(days["flow"].isel(route=ways)).sum(axis=1)
    return out


def _members_last(values: xr.DataArray) -> np.ndarray:
    return np.ascontiguousarray(values.transpose("time", ..., "member").values)


def _coords(days: xr.Dataset, table: pd.DataFrame, items: list[str]) -> dict[str, object]:
    first = table.drop_duplicates("item").set_index("item").loc[items]
    sources = table.groupby("item")["source"].agg("; ".join)[items]
    verified = table.groupby("item")["verified"].all()[items]
    places = days.sizes["place"] - days.sizes["site"] - days.sizes["settled"]
    kept = days.isel(place=slice(places, None))
    names = ("place_name", "place_name_local", "place_kind")
    return {
        "member": days["member"],
        "time": days["time"],
        "place": kept["place"].values,
        **{name: ("place", kept[name].values) for name in names},
        "item": items,
        "item_name": ("item", first["name"].tolist()),
        "item_unit": ("item", first["item_unit"].tolist()),
        "item_topic": ("item", first["topic"].tolist()),
        "item_phase": ("item", first["phase"].tolist()),
        "item_standard": ("item", first["standard"].tolist()),
        "item_source": ("item", sources.tolist()),
        "item_verified": ("item", verified.tolist()),
    }


def _attrs(forecast: xr.Dataset) -> dict[str, object]:
    who = {f"per_{name}": text for name, text in DEFINITIONS.items()}
    return {
        **forecast.attrs,
        **who,
        "need": "planning standard x people who count for it",
        "unmet": "need of the people beyond the stated capacity; assumes services sized for exactly that capacity; "
        "missing where none is stated; buses: trips for those still waiting to board",
    }
