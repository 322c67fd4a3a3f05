"""Districts, borders, control and supplies as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.axes import CONTROL, GOODS, Clock
from saferground.model.arrays import Ground
from saferground.model.layout import Layout
from saferground.model.tools import day_of, index_of, keys, nearest, span, starts
from saferground.model.ways import open_steps


def build_ground(layout: Layout, tables: Mapping[str, pd.DataFrame], clock: Clock, as_of_step: int) -> Ground:
    """Arrays of the ground; ``as_of_step`` is the first step whose control is not known."""
    people = layout.places.loc[list(layout.districts), ["population_low", "population_best", "population_high"]]
    low, best, high = (np.ascontiguousarray(people[column]) for column in people)
    return Ground(
        key=keys(layout.districts),
        low=low,
        best=best,
        high=high,
        size=np.maximum(best, 1.0) / max(1.0, float(np.median(best))),
        **_borders(layout, tables["borders"]),
        **_control(layout, tables, clock, as_of_step)._asdict(),
        known_until=np.array([as_of_step]),
        **_stocks(layout, tables["supplies"]),
        inflow=_inflow(layout, tables["supplies"], clock),
        gate=_gates(layout, tables["closures"], clock),
        stabiliser=nearest(layout.places, layout.districts, layout.stabilisers),
    )


def _borders(layout: Layout, borders: pd.DataFrame) -> dict[str, NDArray]:
    at = index_of(layout.districts)
    both = pd.concat([borders, borders.rename(columns={"district": "neighbour", "neighbour": "district"})])
    table = pd.DataFrame({"own": both["district"].map(at), "to": both["neighbour"].map(at), "km": both["length_km"]})
    table = table.dropna().astype({"own": int, "to": int}).sort_values(["own", "to"])
    return {
        "border_start": starts(table["own"].to_numpy(), len(layout.districts)),
        "border_to": table["to"].to_numpy(np.int64),
        "border_km": table["km"].to_numpy(np.float64),
    }


class _Control(NamedTuple):
    start_control: NDArray
    start_since: NDArray
    event_start: NDArray
    event_step: NDArray
    event_district: NDArray
    event_status: NDArray
    future_weight: NDArray
    open_ended: NDArray


def _control(layout: Layout, tables: Mapping[str, pd.DataFrame], clock: Clock, as_of_step: int) -> _Control:
    """Status at the start, and the changes during the run: one course of events per future."""
    rows = _control_rows(layout, tables["control"], clock)
    rows = rows[rows["future"].eq("") | rows["step"].ge(as_of_step)]  # what has happened has no futures
    before = rows[rows["step"].le(0) & rows["future"].eq("")].groupby("district").last()
    control, since = np.zeros(len(layout.districts), np.int64), np.zeros(len(layout.districts), np.int64)
    control[before.index] = before["status"]
    since[before.index] = before["step"]
    after = rows[rows["step"].gt(0)]
    futures = tables["futures"].sort_values("id")
    courses = [after[after["future"].isin(["", name])] for name in futures["id"]] or [after]
    events = pd.concat(courses)
    weight = futures["weight"].to_numpy(np.float64) if len(futures) else np.ones(1)
    return _Control(
        start_control=control,
        start_since=since,
        event_start=np.cumsum([0, *map(len, courses)]).astype(np.int64),
        event_step=events["step"].to_numpy(np.int64),
        event_district=events["district"].to_numpy(np.int64),
        event_status=events["status"].to_numpy(np.int64),
        future_weight=weight / weight.sum(),
        open_ended=np.array([int(futures.empty)]),
    )


def _control_rows(layout: Layout, control: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    rows = pd.DataFrame({
        "step": [clock.step(day_of(value)) for value in control["date"]],
        "district": control["district"].map(index_of(layout.districts)),
        "status": control["status"].map(index_of(CONTROL)),
        "future": control["future"],
    })  # fmt: skip
    return rows.dropna().astype({"step": int, "district": int, "status": int}).sort_values(["step", "district"])


def _stocks(layout: Layout, supplies: pd.DataFrame) -> dict[str, NDArray]:
    """Days of stock at the start; a good without a row is not limited (infinite)."""
    stocks = {f"stock_{end}": np.full((len(layout.districts), len(GOODS)), np.inf) for end in ("low", "best", "high")}
    for rows, where, good in _supply_rows(layout, supplies):
        first = rows.iloc[0]
        for end, stock in stocks.items():
            stock[where, good] = first[end.replace("stock", "days")]
    return stocks


def _inflow(layout: Layout, supplies: pd.DataFrame, clock: Clock) -> NDArray[np.float64]:
    inflow = np.zeros((clock.steps, len(layout.districts), len(GOODS)))
    for rows, where, good in _supply_rows(layout, supplies):
        for _, row in rows.iterrows():
            inflow[span(clock, row["date"], pd.NaT), where, good] = row["inflow"]
    return inflow


def _supply_rows(layout: Layout, supplies: pd.DataFrame) -> list[tuple[pd.DataFrame, slice, int]]:
    """Rows of each district and good in order of date; rows for every district come first, so that others override."""
    at, ordered = index_of(layout.districts), supplies.sort_values(["district", "good", "date"])
    result = []
    for (district, good), rows in ordered.groupby(["district", "good"]):
        where = slice(at[str(district)], at[str(district)] + 1) if district else slice(None)
        result.append((rows, where, GOODS.index(good)))
    return result


def _gates(layout: Layout, closures: pd.DataFrame, clock: Clock) -> NDArray[np.bool_]:
    """Whether a way of supply reaches a district, day by day: hours of closing at night do not cut it off."""
    gate = np.zeros((clock.steps, len(layout.districts)), bool)
    at, usable = (
        index_of(layout.districts),
        open_steps(layout.supplies.assign(opens_hour=0.0, closes_hour=24.0), closures, clock),
    )
    for i, district in enumerate(layout.supplies["destination"]):
        gate[:, at[district]] |= usable[:, i]
    return gate
