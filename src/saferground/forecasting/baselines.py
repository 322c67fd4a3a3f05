"""Forecasts that need no model, each with a full predictive distribution of its own: what a model has to beat.

All know only the levels of the counts that were public at the origin. Let h(t) be the known levels of a series,
straight lines between counts, up to the last count; s the days from there to the origin; r(t) the mean daily change of
h over the 28 days up to t (fewer where h is shorter). A forecast for ``lead`` days after the origin looks L = lead + s
days ahead of the last count:

    last_value        h
    recent_mean_rate  h + r L
    damped_trend      h + r (0.95 + 0.95^2 + ... + 0.95^L)
    frozen_shares     places only: the place's share of the total, times the total by its own recent mean rate
    planning_figure   people who leave a besieged area: what planning figures known at the origin say of the end

The distribution around each is that of its own past errors at L over h, made symmetric, as in the baseline of the US
COVID-19 Forecast Hub (Cramer et al. 2022, doi 10.1073/pnas.2113561119). Where h has fewer than L + 7 days, or was
never wrong, it is a Laplace distribution with the scale max(20 % of the level, 10 people) sqrt(L / 28): an assumption.
Cut at zero; what only grows (cumulative counts) never falls below its last known value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.forecasting.known import known_at, levels_at
from saferground.observation import Series
from saferground.scenario import Scenario
from saferground.streams import word

Array = NDArray[np.float64]
Forecaster = Callable[[Scenario, Sequence[date], int, int, int], Iterator[xr.Dataset]]
"""Called with (scenario, origins, days, members, seed); yields for each origin, in order, a Dataset with ``count``
(member, series, time) in people: what each series would say on each of the days after the origin."""
Reach = Callable[[Array], Array]
"""Days' worth of the recent rate that a forecast adds at each lead."""

RECENT = 28
DAMPING = 0.95
SPARE = 7
"""Days by which a record must be longer than a lead, so that there are that many errors to learn from."""
SCALE, LEAST_SCALE = 0.2, 10.0
EVERY_DAY, THEN_EVERY = 60, 28
"""Up to so many days ahead errors are worked out for each day, then every four weeks, with straight lines between."""
AROUND = 0.5
"""A planning figure without a low or high end is taken as this share above and below: an assumption."""
ONLY_END = "only_end"
"""Attribute of a forecast that speaks of the end of the period and of no other day."""


@dataclass(frozen=True, eq=False)
class Record:
    """Known levels of a series day by day (people), from the ordinal of its first day to its last count."""

    first: int
    level: Array

    @property
    def last(self) -> int:
        """Ordinal of the day of the last count."""
        return self.first + len(self.level) - 1

    def on(self, days: NDArray[np.int64]) -> Array:
        """Levels on days given as ordinals; before and after the record those of its ends."""
        return self.level[np.clip(days - self.first, 0, len(self.level) - 1)]

    @cached_property
    def rate(self) -> Array:
        """Mean daily change over up to 28 days before each day, people a day."""
        at = np.arange(len(self.level))
        span = np.minimum(at, RECENT)
        return (self.level - self.level[at - span]) / np.maximum(span, 1)


def record_of(series: Series) -> Record:
    """The known levels of a series, with straight lines between counts."""
    levels = series.levels()
    days = np.array([day.toordinal() for day in levels["end"]])
    return Record(int(days[0]), np.interp(np.arange(days[0], days[-1] + 1), days, levels["value"].to_numpy(float)))


def last_value(scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int) -> Iterator[xr.Dataset]:
    """The newest known level stays."""
    return _trends(scenario, origins, days, members, seed, no_rate)


def recent_mean_rate(
    scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int
) -> Iterator[xr.Dataset]:
    """The mean daily change of the last 28 days goes on."""
    return _trends(scenario, origins, days, members, seed, steady)


def damped_trend(
    scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int
) -> Iterator[xr.Dataset]:
    """The same change, fading by 0.95 from day to day."""
    return _trends(scenario, origins, days, members, seed, fading)


def no_rate(ahead: Array) -> Array:
    """Nothing of the recent rate goes on."""
    return np.zeros_like(ahead)


def steady(ahead: Array) -> Array:
    """All of it goes on."""
    return ahead


def fading(ahead: Array) -> Array:
    """It fades by 0.95 from day to day."""
    return DAMPING * (1.0 - DAMPING**ahead) / (1.0 - DAMPING)


def _trends(
    scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int, reach: Reach
) -> Iterator[xr.Dataset]:
    for origin, series in _known(scenario, origins):
        made = [_trend(one, origin, days, _ranks(one, origin, members, seed), reach) for one in series]
        yield dataset(series, origin, made, days, members)


def _trend(series: Series, origin: date, days: int, ranks: Array, reach: Reach) -> Array:
    return trend(series, origin, np.arange(1, days + 1), ranks, reach)


def trend(series: Series, origin: date, leads: NDArray[np.int64], ranks: Array, reach: Reach) -> Array:
    """What a rule says that adds ``reach`` days' worth of the recent rate to the last count, with its past errors.

    ``series`` is as known on ``origin``, ``leads`` are days after it in order, ``ranks`` levels between 0 and 1, one a
    member. People; shape (members, leads).
    """
    record = record_of(series)

    def guess(at: NDArray[np.int64], ahead: Array) -> Array:
        return record.level[at] + record.rate[at] * reach(ahead)

    return _around(record, guess, origin, leads, ranks, _floor(series, record))


def frozen_shares(
    scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int
) -> Iterator[xr.Dataset]:
    """Each place keeps its newest known share of a total that goes on at its recent mean rate.

    The total is the series of the whole scenario with the same measure that has most counts, else the sum of the
    places. A place alone has no shares and is not forecast.
    """
    for origin, series in _known(scenario, origins):
        places = [one for one in series if one.place and _whole(one, series) is not None]
        made = [
            _share(one, _whole(one, series), origin, days, _ranks(one, origin, members, seed))  # type: ignore[arg-type]
            for one in places
        ]
        yield dataset(places, origin, made, days, members)


def _whole(series: Series, known: Iterable[Series]) -> Record | None:
    """The total that a place is a share of."""
    alike = [one for one in known if one.measures == series.measures]
    totals = [one for one in alike if not one.place]
    if totals:
        return record_of(max(totals, key=lambda one: len(one.levels())))
    if len({one.place for one in alike}) < 2:
        return None
    return _sum([record_of(one) for one in alike])


def _sum(records: Sequence[Record]) -> Record:
    """The records added up; before and after its own days each has the level of its ends."""
    first, last = min(one.first for one in records), max(one.last for one in records)
    days = np.arange(first, last + 1)
    return Record(first, np.sum([one.on(days) for one in records], axis=0))


def _share(series: Series, total: Record, origin: date, days: int, ranks: Array) -> Array:
    record = record_of(series)

    def guess(at: NDArray[np.int64], ahead: Array) -> Array:
        on = record.first + at
        whole, rate = total.on(on), total.rate[np.clip(on - total.first, 0, len(total.level) - 1)]
        now = at == len(record.level) - 1  # the newest share, of the newest total
        newest = total.level[-1] + total.rate[-1] * (record.last + ahead - total.last)
        later = np.where(now, newest, whole + rate * ahead)
        share = np.divide(record.level[at], whole, out=np.zeros_like(whole), where=whole > 0)
        return share * np.maximum(later, 0.0)

    return _around(record, guess, origin, np.arange(1, days + 1), ranks, _floor(series, record))


Guess = Callable[[NDArray[np.int64], Array], Array]
"""What a baseline says, standing at a day of the record, of so many days ahead."""


def _around(record: Record, guess: Guess, origin: date, leads: NDArray[np.int64], ranks: Array, floor: float) -> Array:
    """A guess with its own past errors around it, (member, lead)."""
    ahead = origin.toordinal() - record.last + leads
    worked = ahead[(leads <= EVERY_DAY) | (leads % THEN_EVERY == 0) | (leads == leads[-1])]
    errors = np.stack([_errors(record, guess, int(lead), ranks) for lead in worked])
    between = np.clip(np.searchsorted(worked, ahead, side="right") - 1, 0, max(len(worked) - 2, 0))
    after = np.minimum(between + 1, len(worked) - 1)
    share = (ahead - worked[between]) / np.maximum(worked[after] - worked[between], 1)
    off = errors[between] + share[:, None] * (errors[after] - errors[between])
    at = np.full(len(leads), len(record.level) - 1)
    return np.maximum(guess(at, ahead.astype(float)) + off.T, floor)


def _errors(record: Record, guess: Guess, lead: int, ranks: Array) -> Array:
    """The error at a lead that each member has by its rank."""
    pairs = len(record.level) - lead
    if pairs >= SPARE:
        at = np.arange(pairs)
        past = record.level[lead:] - guess(at, np.full(pairs, float(lead)))
        if past.any():
            both = np.sort(np.concatenate([past, -past]))
            return np.interp(ranks * (len(both) - 1), np.arange(len(both)), both)
    return laplace(ranks, max(SCALE * record.level[-1], LEAST_SCALE) * np.sqrt(lead / RECENT))


def laplace(ranks: Array, scale: float) -> Array:
    """Quantiles of the Laplace distribution around 0 at levels between 0 and 1."""
    centred = ranks - 0.5
    return -scale * np.sign(centred) * np.log1p(-2.0 * np.abs(centred))


def planning_figure(
    scenario: Scenario, origins: Sequence[date], days: int, members: int, seed: int
) -> Iterator[xr.Dataset]:
    """What the newest planning figure of each issuer says of people who leave, each as likely as another.

    From low over best to high the distribution is triangular, without a best uniform. A missing low or high end is
    half of the best figure away; where only the high end is stated the low one is the last known value. Where a
    horizon in days, weeks or months can be read the figure is reached on a straight line from the last known value;
    otherwise the forecast is of the end of the period alone.
    """
    for origin, series in _known(scenario, origins):
        figures = _figures(known_at(scenario, origin))
        leaving = [one for one in series if one.measures == "left_cumulative" and not one.place and figures]
        made = [_planned(one, figures, days, _ranks(one, origin, members, seed)) for one in leaving]
        only_end = all(np.isnan(figure.days) for figure in figures)
        yield dataset(leaving, origin, made, days, members).assign_attrs({ONLY_END: only_end})


@dataclass(frozen=True)
class Figure:
    """One planning figure, people; ``days`` to its horizon, NaN where it does not say."""

    low: float
    best: float
    high: float
    days: float


def _figures(known: Scenario) -> list[Figure]:
    """The newest figure of each issuer on people who leave; only those with a horizon in days where there are any."""
    table = known.tables.get("planning_figures")
    if table is None:
        return []
    rows = table[table["measures"].eq("left_cumulative")].sort_values("published", kind="stable", na_position="first")
    rows = rows.drop_duplicates("issuer", keep="last")
    ends = zip(rows["value_low"], rows["value_best"], rows["value_high"], rows["horizon"], strict=True)
    figures = [Figure(float(low), float(best), float(high), horizon(str(text))) for low, best, high, text in ends]
    figures = [one for one in figures if not all(np.isnan([one.low, one.best, one.high]))]
    return [one for one in figures if not np.isnan(one.days)] or figures


def horizon(text: str) -> float:
    """Days that a horizon in words stands for, such as ``next 6 weeks``; NaN where it gives no number."""
    found = re.search(r"(\d+)\s*-?\s*(day|week|month)", text.lower())
    return float(found[1]) * {"day": 1, "week": 7, "month": 30}[found[2]] if found else float("nan")


def _planned(series: Series, figures: Sequence[Figure], days: int, ranks: Array) -> Array:
    now = float(series.levels()["value"].iloc[-1])
    mine = np.arange(len(ranks)) % len(figures)
    ends = np.zeros(len(ranks))
    until = np.array([figure.days for figure in figures])[mine]
    for i, figure in enumerate(figures):
        own = np.argsort(np.argsort(ranks[mine == i]))
        ends[mine == i] = triangle((own + 0.5) / max(len(own), 1), *_stated(figure, now))
    ahead = np.arange(1.0, days + 1)
    part = np.where(np.isnan(until)[:, None], 1.0, ahead / until[:, None])
    there = now + (np.maximum(ends, now) - now)[:, None] * part
    return np.where(part <= 1.0, there, np.nan)


def _stated(figure: Figure, now: float) -> tuple[float, float, float]:
    """Low end, mode (NaN: none) and high end of a figure."""
    known = next(value for value in (figure.best, figure.low, figure.high) if not np.isnan(value))
    only_high = np.isnan(figure.best) and np.isnan(figure.low)
    low = figure.low if not np.isnan(figure.low) else min(now, known) if only_high else (1 - AROUND) * known
    high = figure.high if not np.isnan(figure.high) else (1 + AROUND) * known
    return low, figure.best, high


def triangle(ranks: Array, low: float, best: float, high: float) -> Array:
    """Quantiles of the triangular distribution with its mode at ``best``; uniform where that is NaN."""
    width = high - low
    if np.isnan(best) or width == 0:
        return low + ranks * width
    mode = (best - low) / width
    up = low + np.sqrt(ranks * width * (best - low))
    down = high - np.sqrt((1 - ranks) * width * (high - best))
    return np.where(ranks < mode, up, down)


BASELINES: Mapping[str, Forecaster] = MappingProxyType({
    one.__name__: one for one in (last_value, recent_mean_rate, damped_trend, frozen_shares, planning_figure)
})  # fmt: skip
"""By name, in the order in which tables list them."""


def _known(scenario: Scenario, origins: Sequence[date]) -> Iterator[tuple[date, tuple[Series, ...]]]:
    """Each origin with the series of levels known at it."""
    for origin in origins:
        yield origin, levels_at(scenario, origin)


def _ranks(series: Series, origin: date, members: int, seed: int) -> Array:
    """Evenly spread levels between 0 and 1, one a member for all leads; seed, series and origin give their order."""
    rng = np.random.default_rng([seed, int(word(series.key)), origin.toordinal()])
    return (rng.permutation(members) + 0.5) / members


def _floor(series: Series, record: Record) -> float:
    return float(record.level[-1]) if series.measures.endswith("_cumulative") else 0.0


def dataset(series: Sequence[Series], origin: date, made: Sequence[Array], days: int, members: int) -> xr.Dataset:
    """What a forecaster yields for one origin, from an array (member, day) for each series."""
    count = np.stack(made, axis=1) if made else np.empty((members, 0, days))
    coords = {
        "member": np.arange(members),
        "series": np.array([one.key for one in series], dtype=object),
        "time": pd.date_range(origin, periods=days + 1, unit="s")[1:],
    }
    variable = (("member", "series", "time"), count, {"units": "people"})
    return xr.Dataset({"count": variable}, coords, {"as_of": origin.isoformat()})
