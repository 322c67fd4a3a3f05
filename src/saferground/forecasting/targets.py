"""Which figures forecasts are scored on: a series, an origin, a lead, the day that it leads to, and the truth.

The truth of a day is what its count came to be: the newest publication in the whole record. Between two counts at most
``LONGEST_GAP`` days apart the truth is the straight line between them, and the target is marked as interpolated;
otherwise a day without a count is no target. Nothing is extrapolated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from saferground.errors import ScenarioError, UsageError
from saferground.forecasting.known import known_at, levels_at
from saferground.observation import Series, observed
from saferground.scenario import Scenario

LEADS: tuple[int | str, ...] = (1, 3, 7, 14, 28, "end")
END, OWN = "end", "own"
LONGEST_GAP = 21
LEAST_COUNTS = 5
"""Counts that a series has in the whole record, so that it is scored."""
LEAST_KNOWN = 2
"""Counts of it known at the origin: a baseline needs a level and a change."""
EVERY = 14
"""Days between two origins, and from the start to the first."""
SHORTEST = 7
"""Days that the last origin leaves."""
PLACE, TOTAL = "place", "total"
COLUMNS = (
    "scenario", "series", "place", "what", "measures", "origin", "lead", "days", "day", "truth", "interpolated",
    "last", "stale", "capacity",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Origins:
    """Days from which forecasts are made, in order, and a word on each that was left out."""

    days: tuple[date, ...]
    notes: tuple[str, ...]


def scored_series(scenario: Scenario) -> tuple[Series, ...]:
    """The series of levels with counts of enough days, by key."""
    return tuple(one for one in observed(scenario) if len(one.levels()) >= LEAST_COUNTS)


def period_end(scenario: Scenario, series: Series | None = None) -> date:
    """Last day that is scored: of a journey the end of its period, of a siege the last count (of the series)."""
    last = max((one.levels()["end"].max() for one in ([series] if series else scored_series(scenario))), default=None)
    if last is None or scenario.settings.model == "journey":
        return scenario.settings.end
    return last.date()


def regular_origins(scenario: Scenario, every: int = EVERY) -> Origins:
    """Origins on a regular grid of ``every`` days.

    From the first day on which a scored series has two known counts and 14 days have passed since the start, to the
    last day that leaves 7 days of the period. Days on which too little was known to read the scenario are left out
    with a note.
    """
    known = [day for one in scored_series(scenario) if (day := _second(one)) is not None]
    if not known:
        return Origins((), (f"{scenario.name}: no series has {LEAST_COUNTS} counts of levels; nothing can be scored",))
    first = max(min(known), scenario.settings.start + timedelta(days=EVERY))
    last = period_end(scenario) - timedelta(days=SHORTEST)
    return usable(scenario, [first + timedelta(days=n) for n in range(0, (last - first).days + 1, every)])


def spread_origins(scenario: Scenario, count: int) -> Origins:
    """``count`` origins of the regular grid, evenly spread over it; all where it has fewer."""
    grid = regular_origins(scenario)
    at = np.linspace(0, max(len(grid.days) - 1, 0), count).round().astype(int)
    return Origins(tuple(day for i, day in enumerate(grid.days) if i in at), grid.notes)


def usable(scenario: Scenario, days: Iterable[date]) -> Origins:
    """Those of the days as of which the scenario can be read, in order, and notes on the others."""
    good, notes = [], []
    for day in sorted(set(days)):
        try:
            known_at(scenario, day)
            good.append(day)
        except (ScenarioError, UsageError) as error:
            notes.append(f"{scenario.name}: origin {day} left out: {str(error).splitlines()[0]}")
    return Origins(tuple(good), tuple(notes))


def _second(series: Series) -> date | None:
    """The first day on which two counts of a series were known."""
    days = series.records[series.records["kind"].eq("level")]
    public = days["published"].fillna(days["end"]).groupby(days["end"]).min().sort_values()
    return public.iloc[LEAST_KNOWN - 1].date() if len(public) >= LEAST_KNOWN else None


def targets(scenario: Scenario, origins: Sequence[date], leads: Sequence[int | str] = LEADS) -> pd.DataFrame:
    """One row a target, by origin, series and lead.

    Columns: ``scenario``, ``series`` (its key), ``place``, ``what`` (``total`` where the place is blank, else
    ``place``), ``measures``, ``origin``, ``lead`` (days, or "end", as text), ``days`` from the origin, ``day``,
    ``truth`` (people), ``interpolated``, ``last`` (people, the newest known level), ``stale`` (days from that count to
    the origin), ``capacity`` (people, known at the origin to hold on the day; NaN where none is stated). Left out is
    what was zero in every known count and is zero still.
    """
    rows: list[dict[str, object]] = []
    whole = {one.key: one for one in scored_series(scenario)}
    for origin in origins:
        for one in levels_at(scenario, origin):
            if one.key in whole and one.counted >= LEAST_KNOWN:
                days = _days(leads, (period_end(scenario, whole[one.key]) - origin).days)
                rows += _rows(known_at(scenario, origin), one, whole[one.key], days)
    return _frame(scenario, rows)


def own_targets(scenario: Scenario, wanted: Iterable[tuple[str, date, date]]) -> pd.DataFrame:
    """Targets of the (series key, origin, day) that a user forecast, with the lead ``own``; rows as in ``targets``."""
    rows: list[dict[str, object]] = []
    whole = {one.key: one for one in observed(scenario)}
    for key, origin, day in dict.fromkeys(wanted):
        for one in levels_at(scenario, origin):
            if one.key == key:
                rows += _rows(known_at(scenario, origin), one, whole[key], [(OWN, (day - origin).days)])
    return _frame(scenario, rows)


def _frame(scenario: Scenario, rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame([{"scenario": scenario.name, **row} for row in rows], columns=list(COLUMNS))
    return frame.astype({"origin": "datetime64[s]", "day": "datetime64[s]", "truth": float, "capacity": float})


def _days(leads: Sequence[int | str], left: int) -> list[tuple[str, int]]:
    """Name and length of each lead that fits into the days left; the end only where it is ahead."""
    fixed = [(str(lead), int(lead)) for lead in leads if lead != END and int(lead) <= left]
    return fixed + ([(END, left)] if END in leads and left >= 1 else [])


def _rows(
    known: Scenario, series: Series, whole: Series, days: Sequence[tuple[str, int]]
) -> Iterator[dict[str, object]]:
    levels, origin = series.levels(), known.settings.as_of
    for lead, ahead in days:
        day = origin + timedelta(days=ahead)
        truth = truth_on(whole, day)
        if truth is None or (truth[0] == 0 and not levels["value"].any()):
            continue
        yield {
            "series": series.key, "place": series.place, "what": PLACE if series.place else TOTAL,
            "measures": series.measures, "origin": origin, "lead": lead, "days": ahead, "day": day, "truth": truth[0],
            "interpolated": truth[1], "last": levels["value"].iloc[-1],
            "stale": (origin - levels["end"].iloc[-1].date()).days, "capacity": _capacity(known, series, day),
        }  # fmt: skip


def truth_on(series: Series, day: date) -> tuple[float, bool] | None:
    """What the level of a day came to be, and whether it lies between two counts; None where nobody can say."""
    levels = series.levels()
    at, moment = levels["end"], pd.Timestamp(day)
    after = int(at.searchsorted(moment))
    if after < len(at) and at.iloc[after] == moment:
        return float(levels["value"].iloc[after]), False
    if not 0 < after < len(at) or (at.iloc[after] - at.iloc[after - 1]).days > LONGEST_GAP:
        return None
    share = (moment - at.iloc[after - 1]) / (at.iloc[after] - at.iloc[after - 1])
    low, high = levels["value"].iloc[after - 1], levels["value"].iloc[after]
    return float(low + share * (high - low)), True


def _capacity(known: Scenario, series: Series, day: date) -> float:
    """People that the place of a series of people present can shelter on a day, as far as stated; else NaN."""
    if series.measures != "present" or not series.place:
        return float("nan")
    if known.settings.model == "journey":
        places = known.tables["places"]
        row = places[places["id"].eq(series.place)].iloc[0]
        return float(row["capacity"]) + float(row["capacity_per_day"]) * ((day - known.settings.start).days + 1)
    camps = known.tables["camps"]
    stated = camps[camps["place"].eq(series.place) & (camps["date"] <= pd.Timestamp(day))].sort_values("date")
    return float(stated["capacity"].iloc[-1]) if len(stated) else float("nan")
