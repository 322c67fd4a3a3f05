"""How many people are displaced on each day, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.model.journey.arrays import CONSTANT, FROM_COUNTS, POISSON, SHARE, Places, Spawning
from saferground.model.journey.places import Conflict, decay, hunger
from saferground.model.journey.timeline import Days, steps
from saferground.scenario.record import Scenario

_RECENT = 28
"""Days over which the mean rate is taken that goes on after the last known count."""
_MODES = {"totals": FROM_COUNTS, "camps": FROM_COUNTS, "constant": CONSTANT, "poisson": POISSON, "pop_ratio": SHARE}
_MODES |= {"flood_constant": CONSTANT, "flood_poisson": POISSON, "flood_pop_ratio": SHARE}


@dataclass(frozen=True)
class Counted:
    """The counts as daily figures, whole numbers.

    Attributes:
        present: (days, places) people counted there, 0 without a count.
        counted: (places,) whether there is any count.
        total: (days,) the count of the whole scenario.
        new: (days,) newly displaced, never negative.
        debt: (days,) decreases of the counts that increases have not made good yet.
    """

    present: NDArray[np.int64]
    counted: NDArray[np.bool_]
    total: NDArray[np.int64]
    new: NDArray[np.int64]
    debt: NDArray[np.int64]


def counts_of(scenario: Scenario, all_counts: pd.DataFrame, places: pd.DataFrame, days: Days) -> Counted:
    """Daily figures from the counts; ``all_counts`` holds those published after the as-of date too."""
    rules = scenario.rules
    rows = all_counts if rules["totals"] == "given" else scenario.tables["counts"]
    rows = rows[rows["measures"] == "present"]
    unit = int(rules["people_per_unit"])
    series = [_series(rows[rows["place"] == name], scenario.tables["corrections"]) for name in places["id"]]
    whole = _series(rows[rows["place"] == ""], scenario.tables["corrections"])
    present = np.stack([_daily(one, days, unit) for one in series], axis=1)
    total = _daily(whole, days, unit)
    if rules["empty_camps_on_day0"]:
        present, total = present - present[:1], total - total[:1]
    by_total = rules["spawning"] == "totals"
    source = total if by_total else present.sum(axis=1)
    if rules["totals"] == "known":
        source = _going_on(source, [whole] if by_total else series, days, unit)
    new, debt = _increases(source, at_once=not rules["insert_day0"])
    counted = np.array([len(one) > 0 for one in series])
    return Counted(present, counted, total, new, debt)


def _series(rows: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """The series with most counts among the rows of one place, by date; what corrections say of the place is done.

    Of several counts of one day the last one published holds.
    """
    if not len(rows):
        return rows
    longest = rows["series"].value_counts().sort_index().idxmax()
    series = rows[rows["series"] == longest].sort_values(["end", "published"], kind="stable", na_position="first")
    return _corrected(series.drop_duplicates("end", keep="last"), corrections)


def _daily(series: pd.DataFrame, days: Days, unit: int) -> NDArray[np.int64]:
    """Lines between the counts cut to whole numbers, constant outside."""
    if not len(series):
        return np.zeros(days.count, dtype=np.int64)
    at, values = days.index(series["end"]), series["value"].to_numpy() / unit
    return _between(at, values, np.arange(days.count)).astype(np.int64)


def _going_on(source: NDArray[np.int64], series: list[pd.DataFrame], days: Days, unit: int) -> NDArray[np.int64]:
    """After the last count the figure goes on at its mean rate of the last 28 days that are known, if it was rising."""
    counted = [(days.index(one["end"]), one["value"].to_numpy() / unit) for one in series if len(one)]
    last = max((int(at[-1]) for at, _ in counted), default=days.count)
    first = max(last - _RECENT, min((int(at[0]) for at, _ in counted), default=last))
    if first == last or last >= days.count - 1:
        return source
    risen = sum(float(np.diff(_between(at, values, np.array([first, last])))[0]) for at, values in counted)
    rate = max(risen / (last - first), 0.0)
    return source + np.floor(rate * np.maximum(np.arange(days.count) - last, 0)).astype(np.int64)


def _between(at: NDArray[np.int64], values: NDArray[np.float64], days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Straight lines between the values, rounded as Flee rounds them; constant outside."""
    if len(at) == 1:
        return np.full(len(days), values[0])
    after = np.clip(np.searchsorted(at, days, side="right"), 1, len(at) - 1)
    before = after - 1
    part = (np.clip(days, at[0], at[-1]) - at[before]) / (at[after] - at[before])
    return values[before] + part * (values[after] - values[before])


def _increases(source: NDArray[np.int64], at_once: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """New people of each day, and the debt: decreases that later increases make good before anybody is displaced."""
    steps_ = np.diff(source, prepend=0 if at_once else source[0])
    new, debt = np.zeros_like(steps_), np.zeros_like(steps_)
    owed = 0
    for day, step in enumerate(steps_):
        new[day], owed = max(step - owed, 0), max(owed - step, 0)
        debt[day] = owed
    return new, debt


def _corrected(series: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Registration corrections: earlier counts of the place are rescaled to join the count of that date."""
    series = series.assign(value=series["value"].astype(float))
    for correction in corrections[corrections["place"] == series["place"].iloc[0]].sort_values("date").itertuples():
        before, at = series[series["end"] < correction.date], series[series["end"] == correction.date]
        if len(before) and len(at):
            series.loc[before.index, "value"] *= at["value"].iloc[-1] / before["value"].iloc[-1]
    return series


def build_spawning(
    scenario: Scenario, table: pd.DataFrame, places: Places, conflict: Conflict, counted: Counted, days: Days
) -> Spawning:
    """Numbers and weights by day and place."""
    rules = scenario.rules
    floods = str(rules["spawning"]).startswith("flood")
    rate = _flood_rates(scenario, table, days) if floods else conflict.intensity
    by_head = _MODES[str(rules["spawning"])] == SHARE
    unit = 1 if by_head or rules["flee"] == "3.1" else int(rules["people_per_unit"])
    return Spawning(
        mode=_MODES[str(rules["spawning"])],
        present=_at_start(scenario, table, places, counted),
        total=counted.new,
        weight=_weights(scenario, table, conflict, days),
        rate=rate / unit,
        own_rate=floods,
        from_population=bool(rules["take_from_population"]),
    )


def _at_start(scenario: Scenario, table: pd.DataFrame, places: Places, counted: Counted) -> NDArray[np.int64]:
    rules = scenario.rules
    if rules["empty_camps_on_day0"]:
        return np.zeros_like(counted.present[0])
    initial = table["initial_people"].fillna(0).to_numpy()
    earlier = np.floor(initial / int(rules["people_per_unit"])).astype(np.int64)
    counts = counted.present[0] if rules["insert_day0"] else np.zeros_like(earlier)
    return np.where(places.camp[0] & counted.counted, counts, 0) + earlier


def _weights(scenario: Scenario, table: pd.DataFrame, conflict: Conflict, days: Days) -> NDArray[np.float64]:
    """Per head of population: intensity times decay where there is conflict, and hunger where the rule says so."""
    since = conflict.since.copy()
    if scenario.rules["flee"] == "3.1":  # weights are of the day before unless a conflict began or ended that day
        since[~conflict.changed] -= 1
    weight = conflict.intensity * decay(scenario, since)
    if scenario.rules["starvation_driven_spawning"]:
        open_to = 1.0 if not scenario.rules["conflict_zone_spawning_only"] else conflict.intensity[1:] > 0
        weight[1:] += hunger(scenario, table, days)[1:] * open_to
    return weight


def _flood_rates(scenario: Scenario, places: pd.DataFrame, days: Days) -> NDArray[np.float64]:
    table = np.array(scenario.rules["displaced_per_flood_day"] or (0.0,), dtype=float)
    level = np.nan_to_num(steps(scenario.tables["floods"], "place", "level", places["id"].tolist(), days))
    return np.where(level > 0, np.interp(level, np.arange(len(table)), table), 0.0)
