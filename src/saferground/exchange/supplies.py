"""Tables on supplies: what the besieged people have and lack, and stocks of relief items where a scenario has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from saferground.exchange.frames import labelled, long
from saferground.planning.besieged import besieged_balance, days_left, together
from saferground.planning.members import quantiles
from saferground.planning.stocks import chance_out, stock_out, stocks

if TYPE_CHECKING:
    from saferground.scenario import Scenario

LEVELS = (0.05, 0.5, 0.9, 0.95)


def stock_frames(forecast: xr.Dataset, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """When each stock runs out, and every stock by day; nothing where the scenario keeps none."""
    found = stocks(forecast, scenario)
    if not found.sizes["item"]:
        return {}
    return {"stocks_out": stocks_out(found), "stocks": by_day(found)}


def stocks_out(found: xr.Dataset) -> pd.DataFrame:
    """One row a stock: the chance that it does not meet the need of some day, the first such day, who goes without."""
    table = stock_out(found).reset_index()
    return table.assign(item_name=table["item_name"].astype(str))


def by_day(found: xr.Dataset) -> pd.DataFrame:
    """One row a stock and day: what arrives, what is there, what is missing and how many people go without."""
    rows = {"place": "place", "item": "item", "time": "date"}
    spread = {"on_hand_": (0.05, 0.5, 0.95), "given_": (0.5,), "unmet_": LEVELS[1:], "without_": LEVELS[1:]}
    parts = [long(quantiles(found[name[:-1]], levels), rows, name) for name, levels in spread.items()]
    joined = pd.concat([parts[0], *(part.drop(columns=list(rows.values())) for part in parts[1:])], axis=1)
    flat = {"arrived": found["arrived"], "chance_out": chance_out(found)}
    joined = joined.assign(**{name: values.transpose(*rows).values.ravel() for name, values in flat.items()})
    there = joined[joined["given_q50"].notna()].reset_index(drop=True)
    return labelled(labelled(there, found, "place", ("place_name",)), found, "item", ("item_name", "item_unit"))


EVERYONE = "all"
"""The id of all besieged districts together in the table of what they have and lack."""


def besieged_frame(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """One row a district, good and day, all districts together first: what arrives, what lacks, what is left."""
    balance = besieged_balance(forecast, scenario)
    everyone = together(balance).expand_dims(district=[EVERYONE])
    table = pd.concat([_laid(everyone), _laid(balance)], ignore_index=True)
    names = dict(zip(forecast["place"].values.tolist(), forecast["place_name"].values.tolist(), strict=True))
    words = table["place"].map({**names, EVERYONE: "All held and contested districts"})
    return table.assign(place_name=words)[table["people_q95"] > 0].reset_index(drop=True)


def _laid(balance: xr.Dataset) -> pd.DataFrame:
    """Quantiles of a balance by district, good and day, one quantity after the other to save memory."""
    rows = {"district": "place", "good": "good", "time": "date"}
    levels, goods, times = (0.05, 0.5, 0.95), balance["good"].values, balance["time"]
    quantities = {
        "people_": lambda: balance["people"].expand_dims(good=goods),
        "arrives_": lambda: balance["arrives"],
        "gap_": lambda: balance["gap"],
        "gap_since_": lambda: balance["gap"].cumsum("time").assign_coords(time=times),
        "days_left_": lambda: days_left(balance),
    }
    laid = [long(quantiles(values(), levels), rows, name) for name, values in quantities.items()]
    table = pd.concat([laid[0], *(part.drop(columns=list(rows.values())) for part in laid[1:])], axis=1)
    return table.assign(at_least=balance["at_least"].mean("member").transpose(*rows).values.ravel())
