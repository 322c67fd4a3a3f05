"""Tables on stocks; there only where the scenario keeps any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from saferground.exchange.frames import labelled, long
from saferground.planning.members import quantiles
from saferground.planning.stocks import chance_out, first_out, stocks

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
    table = first_out(found).reset_index()
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
