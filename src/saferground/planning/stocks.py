"""Stocks of relief items with their resupply: what they can give, who goes without, and when they run out.

A stock is reckoned day by day, member by member, from the scenario's table ``stocks`` and the people of the forecast:

    there(t)   = on_hand(t - 1) + arrived(t), or counted(t) + arrived(t) on a day for which a row says what was counted
    given(t)   = min(there(t), asked(t))
    on_hand(t) = min(there(t) - given(t), keeps)            what cannot be kept is lost
    unmet(t)   = asked(t) - given(t)

Asked for is, of water, food and health kits, the need of the day; what was not met is gone. Of tents and kits it is one
for each household that newly arrived and for each that still waits for it; who waits goes on waiting, until it is
served or leaves. Nothing here feeds back into the movement of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.axes import SETTLED
from saferground.planning.headlines import first_day
from saferground.planning.members import LEVELS, ahead, quantiles, totals
from saferground.planning.standards import figure, standards_for

if TYPE_CHECKING:
    from saferground.scenario import Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Item:
    """How an item is needed: ``daily`` by everybody there, ``once`` by each household that arrives, or by ``injured``.

    ``standards`` are the indicators by which: for those who stay and, at sites, for those who pass through.
    """

    name: str
    unit: str
    counted: str
    standards: tuple[str, ...]


ITEMS = {
    "water": Item("Water", "L", "daily", ("water", "water_passing")),
    "food": Item("Food", "kg", "daily", ("food", "food")),
    "tents": Item("Tents", "tents", "once", ("plots",)),
    "kits": Item("Core relief kits", "kits", "once", ("kits",)),
    "hygiene_kits": Item("Hygiene kits", "kits", "once", ("hygiene_kits",)),
    "health_kits": Item("Emergency health kits", "kits", "daily", ("health_kits", "health_kits")),
    "trauma_kits": Item("Trauma kits", "kits", "injured", ("trauma_kits",)),
}
"""The items that a scenario may keep a stock of."""
FACTORS = {"m3": 1000.0, "t": 1000.0}
"""Units of the table in that of the item, those apart that are the same."""
SHARED = ""
"""The id of the stock that is for all camps and host communities without one of their own."""
SERVES = {"camps": ("camp",), "host_communities": ("host_community",)}
"""Kinds of place that a shared stock serves, where not all."""
ALMOST = 1e-6
"""Part of what is asked for that may be missing before a day counts as a day without."""


class Asked(NamedTuple):
    """What the stocks of one item are asked for, (time, place, member), in units of the item.

    ``most`` is what can be asked for at most, who waited included; None for an item that is needed every day.
    """

    units: Array
    most: Array | None


class Flows(NamedTuple):
    """What the table says of the stocks of one item, (time, place) in units of the item.

    ``counted`` in the morning (NaN: no count), ``arriving``, and ``keeps``, the most that is kept; ``begun`` (bool):
    the stock is reckoned.
    """

    counted: Array
    arriving: Array
    keeps: Array
    begun: NDArray[np.bool_]


class Served(NamedTuple):
    """The stocks of one item: ids of their places ("" for the shared one) and which places each serves (indices)."""

    item: str
    places: tuple[str, ...]
    whom: tuple[NDArray[np.intp], ...]


def stocks(forecast: xr.Dataset, scenario: Scenario, standards: pd.DataFrame | None = None) -> xr.Dataset:
    """Reckon the stocks of the scenario's table ``stocks``, by the rows that were known at its as-of date.

    Each place has the stock of its own rows; a row without a place is one stock shared by the camps, the host
    communities or both (``serves``; of tents: camps) that have no row for the item. Sites have a stock only where a
    row names them. What each item is needed for (``ITEMS``): water, food and health kits for everybody there at the end
    of the day, at sites also, with the water standard for it, for those who left during it; tents and kits once for
    each household that newly arrives, by the people a household that the standard says; trauma kits for each operation
    on the injured. Households that came before the first row of a stock are taken as served. Orders are made on the
    row's date and every ``every_days`` after it, until the place's next row for the item; those made before it still
    arrive. Amounts are not rounded.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast`` for a siege
    scenario : the scenario of the forecast, or one with other rows in its table ``stocks``
    standards : as returned by ``standards_for``; default: those of the scenario

    Returns
    -------
    Dataset over the days ahead, float32 in ``item_unit`` of each item and NaN where there is no such stock:
    ``on_hand`` in the evening, ``given``, ``lost`` (could not be kept) and ``unmet`` (member, time, place, item),
    and ``arrived`` (time, place, item); ``without``: people not served that day (person-days; of trauma kits
    operations); ``served``: people there in the evening who do not go without; ``out`` (bool): the day's need was
    not met in full. ``place`` has "" for the shared stock. Of tents and kits ``unmet`` is who still waits at the
    end of the day. Every day: on_hand = on_hand of the evening before + arrived - given - lost; on a day with a new
    count that count stands in place of the evening before.
    """
    days = totals(forecast)
    table = standards_for(scenario) if standards is None else standards
    rows = scenario.known().tables["stocks"]
    kept = [_served(item, rows, days, table) for item in ITEMS if (rows["item"] == item).any()]
    counts = {name: _by_place(days[name]) for name in ("people", "arrivals", "departures")} if kept else {}
    found = [_reckoned(one, rows, days, counts, table) for one in kept]
    return _laid_out(kept, found, days)


def _by_place(values: xr.DataArray) -> NDArray[np.int32]:
    return np.ascontiguousarray(values.transpose("place", "time", "member").values)


def _served(item: str, rows: pd.DataFrame, days: xr.Dataset, table: pd.DataFrame) -> Served:
    """A place has its own stock where a row names it; the shared one is for the others of its kind."""
    ids, kinds = days["place"].values, days["place_kind"].values
    own = rows[rows["item"] == item]
    places = tuple(one for one in (SHARED, *ids.tolist()) if (own["place"] == one).any())
    camps = table.loc[ITEMS[item].standards[0], "applies_to"] == "camp"
    serves = own.loc[own["place"] == SHARED, "serves"].tolist()
    wanted = ("camp",) if camps else SERVES.get(serves[0] if serves else "", SETTLED)
    others = np.flatnonzero(np.isin(kinds, wanted) & ~np.isin(ids, places))
    return Served(item, places, tuple(others if one == SHARED else np.flatnonzero(ids == one) for one in places))


def _reckoned(
    served: Served, rows: pd.DataFrame, days: xr.Dataset, counts: dict[str, NDArray[np.int32]], table: pd.DataFrame
) -> dict[str, Array]:
    """Every stock of one item over the days ahead: each variable (time, place, member), ``arrived`` (time, place)."""
    each = _serves(served.item, table)
    own = _by_stock(rows[rows["item"] == served.item], each, days["time"].values)
    flows = [_flows(own[place], days.sizes["time"]) for place in served.places]
    together = Flows(*(np.stack(one, axis=1) for one in zip(*flows, strict=True)))
    skip = days.sizes["time"] - ahead(days).sizes["time"]
    found = _balance(_asked(served, days, counts, table), together, skip)
    arrived = np.where(together.begun, together.arriving, np.nan)[skip:]
    without = found["unmet"] * np.float32(each)
    there = _sums(counts["people"], served.whom)[skip:]
    return found | {"without": without, "served": np.maximum(there - without, 0.0), "arrived": arrived}


def _asked(served: Served, days: xr.Dataset, counts: dict[str, NDArray[np.int32]], table: pd.DataFrame) -> Asked:
    """People who count by each stock, in units of the item."""
    about, each = ITEMS[served.item], _serves(served.item, table)
    if about.counted == "injured":
        return Asked(_operations(days, table)[:, None] / each, None)
    people = _sums(counts["people"], served.whom) / each
    if about.counted == "once":
        return Asked(_sums(counts["arrivals"], served.whom) / each, people)
    sites = np.flatnonzero(np.isin(days["place"].values, days["site"].values))
    passing = _sums(counts["departures"], tuple(np.intersect1d(one, sites) for one in served.whom))
    return Asked(people + passing / _serves(served.item, table, passing=True), None)


def _sums(counts: NDArray[np.int32], whom: tuple[NDArray[np.intp], ...]) -> Array:
    """Sum over the places that each stock serves, (time, stock, member)."""
    return np.stack([counts[places].sum(axis=0, dtype=np.float64) for places in whom], axis=1)


def _serves(item: str, table: pd.DataFrame, passing: bool = False) -> float:
    """People whom one unit serves for a day; of a kit or tent the people of a household; of a trauma kit operations."""
    indicator = ITEMS[item].standards[-1 if passing else 0]
    amount = figure(table, indicator)
    if item == "health_kits":
        return amount * figure(table, "health_kit_days")
    return 1 / amount if table["rule"].to_dict()[indicator] == "per_person" else amount


def _operations(days: xr.Dataset, table: pd.DataFrame) -> Array:
    """Operations a day on the newly injured, (time, member): injured x ``red_share`` x operations an admission."""
    injured = days["injured"].sum("hazard").transpose("time", "member").values.astype(float)
    share = days["parameter_value"].sel(parameter="red_share").values
    return injured * share * figure(table, "surgical_share") / 100


def _by_stock(rows: pd.DataFrame, each: float, times: NDArray[np.datetime64]) -> dict[str, list[dict]]:
    """The rows of each place in order of date, in units of the item; ``begin`` is the day of the run, 0 the first."""
    unit = [1 / each if one == "person_days" else FACTORS.get(one, 1.0) for one in rows["unit"]]
    dates = rows["date"].to_numpy("datetime64[D]")
    begin = (dates - times[0].astype("datetime64[D]")).astype(int)
    scaled = rows.assign(begin=begin, **{name: rows[name] * unit for name in ("on_hand", "resupply", "keeps")})
    stocks: dict[str, list[dict]] = {}
    for row in scaled.sort_values("begin", kind="stable").to_dict("records"):
        stocks.setdefault(row["place"], []).append(row)
    return stocks


def _flows(rows: list[dict], length: int) -> Flows:
    """The rows of one stock by day of the run; a count from before it holds for its first morning."""
    first = max(0, rows[0]["begin"])
    counted, arriving, keeps = np.full(length, np.nan), np.zeros(length), np.full(length, np.inf)
    counted[first : first + 1] = 0.0
    for row, end in zip(rows, [*(row["begin"] for row in rows[1:]), length], strict=True):
        at = max(0, row["begin"])
        keeps[at:] = np.inf if np.isnan(row["keeps"]) else row["keeps"]
        if at < length and not np.isnan(row["on_hand"]):
            counted[at] = row["on_hand"]
        arrivals = np.arange(row["begin"], end, row["every_days"]) + row["lead_days"]
        arriving[arrivals[(arrivals >= first) & (arrivals < length)]] += row["resupply"]
    return Flows(counted, arriving, keeps, np.arange(length) >= first)


def _balance(asked: Asked, flows: Flows, skip: int) -> dict[str, Array]:
    """Each stock day by day, (time, place, member), the first ``skip`` days left out; NaN before its first row."""
    length, *rest = asked.units.shape
    found = {name: np.full((length - skip, *rest), np.nan, np.float32) for name in AMOUNTS}
    found["out"] = np.zeros((length - skip, *rest), bool)
    there, waiting = np.zeros(rest), np.zeros(rest)
    for day in range(length):
        counted, begun = flows.counted[day, :, None], flows.begun[day, :, None]
        there = np.where(np.isnan(counted), there, counted) + flows.arriving[day, :, None]
        wanted = asked.units[day] * begun
        if asked.most is not None:
            wanted = np.minimum(waiting + wanted, asked.most[day])
        given = np.minimum(there, wanted)
        waiting, left = wanted - given, there - given
        there = np.minimum(left, flows.keeps[day, :, None])
        if day >= skip:
            values = (there, given, left - there, waiting, waiting > ALMOST * wanted)
            for name, value in zip(found, values, strict=True):
                np.copyto(found[name][day - skip], value, where=begun, casting="same_kind")
    return found


def _laid_out(kept: list[Served], found: list[dict[str, Array]], days: xr.Dataset) -> xr.Dataset:
    """The stocks as one Dataset over the days ahead."""
    order = [SHARED, *days["place"].values.tolist()]
    places = sorted({place for one in kept for place in one.places}, key=order.index)
    later = ahead(days)
    dims = ("item", "time", "place", "member")
    shape = (len(kept), later.sizes["time"], len(places), days.sizes["member"])
    data = {name: np.full(shape, np.nan, np.float32) for name in (*AMOUNTS, "without", "served")} | {
        "out": np.zeros(shape, bool)
    }
    data["arrived"] = np.full(shape[:3], np.nan, np.float32)
    for i, (one, values) in enumerate(zip(kept, found, strict=True)):
        at = [places.index(place) for place in one.places]
        for name, array in data.items():
            array[i][:, at] = values[name]
    coords = _coords(later, places, [one.item for one in kept])
    made = {name: (dims[: values.ndim], values) for name, values in data.items()}
    return xr.Dataset(made, coords, days.attrs).transpose("member", "time", "place", "item")


AMOUNTS = ("on_hand", "given", "lost", "unmet")


def stock_out(stock: xr.Dataset) -> pd.DataFrame:
    """When each stock first does not meet the need of a day, and who goes without over the days ahead.

    Returns
    -------
    One row a stock, indexed by (place, item) with "" for the shared one: names, ``item_unit``; ``chance_out`` within
    the days ahead; ``out_q05``, ``out_q50``, ``out_q95``: the first such day among the members in which it happens (NaT
    when in none); ``without_q05`` ... ``without_q95``: person-days without; ``unmet_q50``, ``unmet_q95``: what was
    missing over all days in ``item_unit`` (of tents and kits: still missing on the last day).
    """
    kept = _kept(stock)
    chance, dates = first_day(kept["out"])
    table = pd.DataFrame({"chance_out": chance}, index=kept.indexes["stock"])
    table[["out_q05", "out_q50", "out_q95"]] = dates
    once = kept["item_counted"] == "once"
    short = {
        "without": (kept["without"].sum("time"), LEVELS),
        "unmet": (xr.where(once, kept["unmet"].isel(time=-1), kept["unmet"].sum("time")), (0.5, 0.95)),
    }
    for name, (values, levels) in short.items():
        spread = quantiles(values.transpose("member", "stock"), levels)
        table[[f"{name}_q{round(100 * level):02d}" for level in levels]] = spread.values
    words = {name: kept[name].values for name in ("place_name", "place_name_local", "item_name", "item_unit")}
    return table.assign(**words)[[*words, *table.columns]]


def chance_out(stock: xr.Dataset) -> xr.DataArray:
    """Share of the members in which the stock did not meet the need of some day until then, (time, place, item)."""
    until = np.maximum.accumulate(stock["out"].transpose("time", "place", "item", "member").values, axis=0)
    known = stock["given"].notnull().any("member")
    return (known * 0.0 + until.mean(axis=-1)).where(known).rename("chance_out")


def _kept(stock: xr.Dataset) -> xr.Dataset:
    """The stocks that there are, one after the other along ``stock``."""
    together = stock.stack(stock=("place", "item"))
    return together.isel(stock=np.flatnonzero(together["given"].notnull().any(("member", "time"))))


def _coords(later: xr.Dataset, places: list[str], items: list[str]) -> dict[str, object]:
    at = later.indexes["place"].get_indexer(pd.Index(places))
    words = {name: later[name].values[at] for name in ("place_name", "place_name_local", "place_kind")}
    shared = {"place_name": "Shared stock", "place_name_local": "", "place_kind": "shared"}
    named = {
        name: ("place", [shared[name] if i < 0 else str(value) for i, value in zip(at, values, strict=True)])
        for name, values in words.items()
    }
    return {
        "member": later["member"],
        "time": later["time"],
        "place": places,
        **named,
        "item": items,
        "item_name": ("item", [ITEMS[item].name for item in items]),
        "item_unit": ("item", [ITEMS[item].unit for item in items]),
        "item_counted": ("item", [ITEMS[item].counted for item in items]),
    }
