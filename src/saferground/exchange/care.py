"""Tables on staff and sites for the injured and for reproductive health."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from saferground.exchange.frames import labelled, long
from saferground.planning.health import reproductive, trauma
from saferground.planning.members import quantiles
from saferground.planning.standards import standards_for

if TYPE_CHECKING:
    from saferground.scenario import Scenario

LEVELS = (0.05, 0.5, 0.95)


def care_frames(forecast: xr.Dataset, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """What the injured of each day need, and what women and births need at each place."""
    return {"trauma": for_the_injured(forecast, scenario), "reproductive_health": for_births(forecast, scenario)}


def for_the_injured(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """One row a resource and day: the need, what is in place, and what is missing."""
    found, rows = trauma(forecast, scenario), {"resource": "resource", "time": "date"}
    parts = [long(quantiles(found[name], LEVELS), rows, f"{name}_") for name in ("need", "gap")]
    table = pd.concat([parts[0], parts[1].drop(columns=list(rows.values()))], axis=1)
    table = table.assign(in_place=found["in_place"].transpose(*rows).values.ravel())
    return labelled(table, found, "resource", ("name", "unit"))


def for_births(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """One row a place, item and day; whole units of all places together are not the sum over the places."""
    found = reproductive(forecast, standards_for(scenario))
    table = long(quantiles(found["need"], LEVELS), {"place": "place", "item": "item", "time": "date"}, "need_")
    table = labelled(table, found, "place", ("place_name",))
    words = ("item_name", "item_unit", "item_standard", "item_verified")
    table = labelled(table, found, "item", words)
    return table.assign(item_verified=np.where(table["item_verified"], "yes", "no: recalled"))
