"""Following all series of a scenario day by day: tracks learn from counts, and forecasters are judged by them.

The forecasters of a series: one for each memory of a track (``assimilation.tracks.habits``), which differ in how long
they believe a rate to last; three rules that need no model, the last value, a damped trend and the recent mean rate,
each with its own past errors (``baselines``); and, where a model was fitted, the model. What a rule of thumb would have
said is thus always in the blend, and has to be beaten before it is believed less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation.tracks import Tracks, begin, pass_days, paths, take_in
from saferground.assimilation.tracks.habits import MEMORIES
from saferground.forecasting import stack
from saferground.forecasting.baselines import Reach, fading, no_rate, steady, trend
from saferground.forecasting.stack import Ledger
from saferground.model.tools import day_of, rows_of
from saferground.observation.series import Series
from saferground.streams import word

Array = NDArray[np.float64]
NEEDED = 2
"""Counts before a series is forecast, the nothing before the first day of what grows being one of them."""
MODEL = "the model"
RULES = {"last value": no_rate, "damped trend": fading, "recent mean rate": steady}
FORECASTERS = (
    *(f"rates last {memory} days" if memory else "rates are noise" for memory in MEMORIES),
    *RULES,
    MODEL,
)
"""Names of the forecasters, in order."""
COURSES = len(MEMORIES)
"""How many forecasters, the first ones, give courses through time."""
UNSUITED = {
    "grows": ("rates are noise", "rates last 10 days", "last value"),
    "place": ("recent mean rate",),
    "whole": (),
}
"""Forecasters that hardly suit a series: of what grows those for whom it would stop at once, of people present at a
place the one for whom they would come for ever."""
_HARDLY, _RATHER = 3.0, -2.0
"""How much these are doubted from the outset, and the model, which knows who is left to leave, is preferred of what
grows: a twentieth of the weight of the others, and seven times. Assumptions."""


@dataclass(frozen=True)
class Following:
    """What the counts say by the end of a day.

    Attributes:
        day: the last day of which counts have been taken in.
        series: what is followed, by key.
        tracks: what is believed of each.
        ledger: how well each forecaster has done.
    """

    day: date
    series: tuple[Series, ...]
    tracks: Tracks
    ledger: Ledger

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the series."""
        return tuple(one.key for one in self.series)

    @property
    def ready(self) -> NDArray[np.int64]:
        """Indices of the series with enough counts to be forecast.

        What grows and was heard but once need not run on. It is forecast where it counts since the start of the
        scenario and no other source has counted the same twice; what was said of a period is over with it.
        """
        heard = self.tracks.counted - np.array([one.grows for one in self.series], np.int64)
        often = {_same(one) for one, times in zip(self.series, heard, strict=True) if times > 1}
        once = np.array([one.grows and (one.period or _same(one) in often) for one in self.series], bool)
        enough = (self.tracks.counted >= NEEDED) & ((heard > 1) | ~once)
        return np.flatnonzero(self.tracks.started & enough)

    def weights(self, leads: NDArray[np.int64]) -> Array:
        """How far each forecaster is believed some days ahead; (series, forecasters, leads), 1 over the forecasters.

        Series of places and of the whole scenario learn apart.
        """
        return stack.weights(self.ledger, self._groups, _doubt(self.series), leads)

    def chance_of_fewer(self, leads: NDArray[np.int64]) -> Array:
        """Chance that some days ahead fewer people will be counted than were last; (series, leads)."""
        return stack.chance_of_fewer(self.ledger, self._groups, leads)

    @property
    def _groups(self) -> list[str]:
        """Series of one name learn from each other."""
        return [f"{one.measures} {'place' if one.place else 'whole'}" for one in self.series]


def _same(series: Series) -> tuple[str, str, bool]:
    """What two series have in common that count the same people."""
    return series.measures, series.place, series.period


def _doubt(series: Sequence[Series]) -> Array:
    """How much each forecaster is doubted from the outset, in units of loss; (series, forecasters)."""
    kinds = ["grows" if one.grows else "place" if one.place else "whole" for one in series]
    rows = [[_doubted(name, kind) for name in FORECASTERS] for kind in kinds]
    return np.array(rows).reshape(len(series), len(FORECASTERS))


def _doubted(forecaster: str, kind: str) -> float:
    if forecaster == MODEL:
        return _RATHER if kind == "grows" else 0.0
    return _HARDLY if forecaster in UNSUITED[kind] else 0.0


Said = Callable[[Series, date, NDArray[np.int64], int], Array | None]
"""What the model would have said: of a series, standing at a day, of leads, as so many members; (leads, members),
people. NaN where it says nothing of a lead, None where it says nothing at all."""


def follow(
    series: Sequence[Series], until: date, earlier: Following | None = None, model: Said | None = None
) -> Following:
    """Follow the levels of ``series`` from their first count to the end of ``until``, and what ``model`` said of them.

    ``earlier`` is a result for the same series on an earlier day; where none of the counts that it rests on has changed
    since, only the days after it are followed. Give series as known on the day (``Series.known``). Raises ValueError
    when a count lies after ``until``.
    """
    series = tuple(one for one in series if len(one.levels()))
    counts = _by_day(series)
    if counts and max(counts) > until:
        raise ValueError(f"a count of {max(counts)} lies after {until}")
    if earlier is not None and earlier.day <= until and _continues(earlier, series):
        now = replace(earlier, series=series)
    else:
        first = min(counts, default=until) - timedelta(days=1)
        names = [one.key for one in series]
        now = Following(
            first, series, begin(names, [one.grows for one in series]), Ledger.blank(len(names), len(FORECASTERS))
        )
    while now.day < until:
        now = _next_day(now, counts.get(now.day + timedelta(days=1), []), model)
    return now


def _by_day(series: Sequence[Series]) -> dict[date, list[tuple[int, float]]]:
    counts: dict[date, list[tuple[int, float]]] = {}
    for i, one in enumerate(series):
        for row in rows_of(one.levels()):
            counts.setdefault(day_of(row.end), []).append((i, row.value))
    return counts


def _continues(earlier: Following, series: tuple[Series, ...]) -> bool:
    """Whether the counts up to the day of ``earlier`` are those that it has seen."""
    if earlier.keys != tuple(one.key for one in series):
        return False
    end = np.datetime64(earlier.day)
    for before, after in zip(earlier.series, series, strict=True):
        old, new = before.levels(), after.levels()
        new = new[new["end"] <= end]
        if len(old) != len(new) or not (old[["end", "value"]].to_numpy() == new[["end", "value"]].to_numpy()).all():
            return False
    return True


def _next_day(now: Following, counts: list[tuple[int, float]], model: Said | None) -> Following:
    day = now.day + timedelta(days=1)
    tracks, ledger = pass_days(now.tracks), now.ledger
    for i, value in counts:
        if now.tracks.counted[i]:
            last = day.toordinal() - int(tracks.since[i])
            ledger = stack.judge(ledger, i, (last, float(tracks.base[i])), (day.toordinal(), value))
    which = np.array([i for i, _ in counts], np.int64)
    tracks = take_in(tracks, which, np.array([value for _, value in counts]))
    return _say(Following(day, now.series, tracks, ledger), model)


def _say(now: Following, model: Said | None) -> Following:
    """With the forecasts of the day that are judged later, if it is one for them."""
    leads = np.array(stack.leads_on(now.day.toordinal()), np.int64)
    if not len(leads):
        return now
    draws = np.full((len(now.series), len(FORECASTERS), len(stack.LEADS), stack.DRAWS), np.nan)
    if len(now.ready):
        draws[now.ready, :, : len(leads)] = futures(now, now.ready, leads, stack.DRAWS, 0, model)
    return replace(now, ledger=stack.say(now.ledger, now.day.toordinal(), draws, now.tracks.base))


def futures(
    now: Following,
    which: NDArray[np.int64],
    leads: NDArray[np.int64],
    members: int,
    seed: int,
    model: Said | None = None,
) -> Array:
    """Levels of the series ``which`` some days after, by each forecaster; NaN where the model says nothing.

    ``leads`` are days, in order. The draws of a series depend on the seed, its key and the day, not on other series.
    People; shape (series, forecasters, leads, members).
    """
    streams = [_stream(seed, now.series[i].key, now.day) for i in which]
    out = np.full((len(which), len(FORECASTERS), len(leads), members), np.nan)
    out[:, :COURSES] = paths(now.tracks, which, int(leads[-1]), members, streams)[:, :, leads - 1]
    for k, i in enumerate(which):
        series = now.series[i].until(now.day)
        out[k, COURSES : COURSES + len(RULES)] = _ruled(series, now.day, leads, members)
        said = model(series, now.day, leads, members) if model else None
        if said is not None:
            out[k, -1] = said
    return out


def _ruled(series: Series, day: date, leads: NDArray[np.int64], members: int) -> Array:
    """What the rules say, (rules, leads, members); members in ascending order, as a blend sorts them anyway."""
    ranks, levels = (np.arange(members) + 0.5) / members, series.levels()
    floor = float(levels["value"].iloc[-1]) if series.grows else 0.0
    seen = (levels["end"].iloc[-1] - levels["end"].iloc[0]).days
    reaches = [reach if series.grows else _no_longer(reach, seen) for reach in RULES.values()]
    said = np.stack([trend(series, day, leads, ranks, reach).T for reach in reaches])
    return np.maximum(_never_surer(said), floor)


def _no_longer(reach: Reach, seen: int) -> Reach:
    """The same, but no rate goes on for more days than it has been seen: of people present, not of what is a flow."""
    return lambda ahead: reach(np.minimum(ahead, seen))


def _never_surer(said: Array) -> Array:
    """Forecasts (rules, leads, members) whose distance from their median does not shrink from a lead to the next.

    Where the record is too short for past errors at a lead an assumption stands in, which may be narrower.
    """
    middle = np.median(said, axis=-1, keepdims=True)
    off = said - middle
    return middle + np.sign(off) * np.maximum.accumulate(np.abs(off), axis=1)


def _stream(seed: int, name: str, day: date) -> np.random.Generator:
    words = [seed & (2**63 - 1), int(word(name)), day.toordinal()]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(words)))
