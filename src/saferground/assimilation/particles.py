"""Learning by a particle filter: members run from count to count and are weighed by what each source said.

Parameters are carried as standard normal numbers z, the scores of their priors. While a member learns they drift: over
d days

    z' = k z + sqrt(1 - k^2) e,        k = exp(-d / MEMORY),  e standard normal,

so that each stays distributed as its prior says while nothing speaks of it, and the posterior can follow what the
mechanism misses. When the weights have become uneven, members are drawn anew in proportion to them (systematic
resampling; Douc and Cappé 2005, doi 10.1109/ISPA.2005.195385).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.assimilation import course
from saferground.assimilation.checkpoints import Checkpoint, Members, pack, thinned
from saferground.model import Journey, Model
from saferground.model.params import from_scores, sample_scores
from saferground.model.tools import rows_of
from saferground.observation import sources as hearing
from saferground.observation.quantities import Quantity, daily, measurable, over, quantity_of
from saferground.observation.series import Series
from saferground.observation.sources import Sources
from saferground.streams import word

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Progress = Callable[[int, int], None]
"""Called with the days done and the days in all."""

MEMORY = 60.0
"""Days over which a parameter keeps its value while a member learns; an assumption."""
_ENOUGH, _LEAST = 0.5, 0.1
"""Members are drawn anew when the effective number of members falls below the first share of them; a count that would
leave less than the second share is believed only in part."""
LATE = 0.5
"""Mean number of days by which a count is behind the end of its day: nobody counts at midnight, and figures travel. An
assumption; each count has a delay of its own, exponential, drawn with each member."""
AHEAD, LOOKERS = 28, 100
"""Days that a look into the future goes, and members that take it."""


class Count(NamedTuple):
    """One count that members are weighed by; days from the start of the run."""

    series: int
    quantity: Quantity
    kind: str
    first: int
    last: int
    value: float


@dataclass(frozen=True)
class Heard:
    """What a count did.

    Attributes:
        count: the count.
        said: what the members would have been counted as before it was heard, their sources' bias included: 5, 50 and
            95 % points, people.
        jump: chance that its source had changed what it covers.
        believed: share of its weight that it was given: less than 1 where it would have left too few members, and less
            by the chance that it is not about what the model has.
    """

    count: Count
    said: tuple[float, float, float]
    jump: float
    believed: float


@dataclass(frozen=True, eq=False)
class Look:
    """What some members would have seen ahead on a day in the past, knowing nothing of control after it.

    Attributes:
        day: days done then.
        values: each quantity that had been counted by then, on every day from the start to ``AHEAD`` days on, or to
            the end of the run; (members, days).
        sources: what these members had learned of each series.
    """

    day: int
    values: dict[Quantity, Array]
    sources: Sources


@dataclass(frozen=True, eq=False)
class Filtered:
    """Members at the end of the last day, all of equal weight.

    Attributes:
        scores: of their parameters, standard normal numbers under the prior; (members, parameters).
        state: of the engine.
        pieces: what happened, piece by piece, with lines of descent (``course.joined``).
        sources: what each member has learned of each series.
        heard: what each count did, in order.
        looks: ahead from days in the past.
        values: each quantity that was counted, on each day; (members, days).
        day: days done.
        checkpoints: to which a later fit can go back, oldest first.
    """

    scores: Array
    state: Any
    pieces: tuple[tuple[Any, Whole], ...]
    sources: Sources
    heard: tuple[Heard, ...]
    looks: tuple[Look, ...]
    values: dict[Quantity, Array]
    day: int
    checkpoints: tuple[Checkpoint, ...] = ()


def counts_of(model: Model | Journey, series: Sequence[Series], days: int) -> list[Count]:
    """The counts of the first ``days`` days of a run that the model can be held against, in order of their last day."""
    start = pd.Timestamp(model.clock.start)
    found = []
    for i, one in enumerate(series):
        quantity = quantity_of(one)
        if not measurable(model, quantity):
            continue
        for row in rows_of(one.known(model.scenario.settings.as_of).records):
            first, last = (row.start - start).days, (row.end - start).days
            if first >= 0 and last < days:
                found.append(Count(i, quantity, row.kind, first, last, float(row.value)))
    return sorted(found, key=lambda one: (one.last, one.first, one.series))


@dataclass
class Now:
    """Where the filter stands; changed in place by its moves, seen by nobody else.

    Attributes as those of ``Filtered``; ``log_weight`` are logarithms of the members' weights.
    """

    scores: Array
    state: Any
    pieces: list[tuple[Any, Whole]]
    sources: Sources
    log_weight: Array
    values: dict[Quantity, Array]
    day: int
    heard: list[Heard] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)


def filtered(
    model: Model | Journey,
    series: Sequence[Series],
    days: int,
    members: int,
    seed: int,
    *,
    looks: Sequence[int] = (),
    threads: int = 1,
    progress: Progress | None = None,
    start: Now | None = None,
    checkpoints: bool = False,
) -> Filtered:
    """Members run for ``days`` days, learning from the counts of those days.

    ``looks`` are numbers of days done after which to look ahead. ``start`` is where members stood that have lived
    through the same days (``continuing``); it is used up. With ``checkpoints`` some are kept of the days on which the
    filter stops whatever the last day is: after counts and for looks. Every random number has a key that does not
    depend on where learning began, so that members who go on from such a day become what they would have become.
    """
    counts = counts_of(model, series, days)
    now = start or _begun(model, series, members, seed)
    stops = {day for day in (*(one.last + 1 for one in counts), *looks) if now.day < day <= days}
    kept = thinned({*stops, *(one.day for one in now.checkpoints)}, days) if checkpoints else []
    now.checkpoints = [one for one in now.checkpoints if one.day in kept]
    for day in sorted({*stops, now.day, days} - {0}):
        _run_to(now, model, day, counts, seed, threads)
        for one in (one for one in counts if one.last + 1 == day and day in stops):
            _take_in(now, one, series[one.series].key, seed)
        if day in kept and day in stops:
            now.checkpoints.append(_checkpoint(now, model, series))
        if day == days:
            _draw_anew(now, _chance(seed, day, "end"))
        elif day in looks and now.heard and day not in [one.day for one in now.looks]:
            now.looks.append(_look(now, model, seed, threads))
        if progress:
            progress(day, days)
    return Filtered(
        now.scores, now.state, tuple(now.pieces), now.sources, tuple(now.heard), tuple(now.looks), now.values, days,
        tuple(now.checkpoints),
    )  # fmt: skip


def _chance(seed: int, day: int, *what: str) -> np.random.Generator:
    """Random numbers of one decision, named ``what``, on a day."""
    return np.random.default_rng([seed, 0x5AFE, day, *(int(word(one)) for one in what)])


def _begun(model: Model | Journey, series: Sequence[Series], members: int, seed: int) -> Now:
    scores = sample_scores(model.priors, np.arange(members), seed)
    sources = hearing.unknown(members, [bool(one.place) for one in series])
    return Now(scores, course.begin(model, members), [], sources, np.zeros(members), {}, 0)


def _checkpoint(now: Now, model: Model | Journey, series: Sequence[Series]) -> Checkpoint:
    assert isinstance(model, Model), "a journey is not continued"
    held = Members(now.scores, now.state, now.sources, now.log_weight)
    keys = tuple(one.key for one in series)
    return Checkpoint(now.day, len(now.pieces), keys, pack(held, now.day * model.clock.steps_per_day))


def _take_in(now: Now, count: Count, series: str, seed: int) -> None:
    """Hear a count of the series of that key, and draw members anew where it leaves few."""
    rng = _chance(seed, now.day, "count", series, count.kind, str(count.first))
    now.heard.append(_hear(now, count, rng))
    if _effective(now.log_weight) < _ENOUGH * len(now.scores):
        _draw_anew(now, rng)


def _run_to(
    now: Now,
    model: Model | Journey,
    day: int,
    counts: Sequence[Count],
    seed: int,
    threads: int,
) -> None:
    if day == now.day:
        return
    if now.day:
        shocks = [_shocks(seed, now.day, name, len(now.scores)) for name in model.priors]
        now.scores = drifted(now.scores, day - now.day, np.stack(shocks, axis=1))
    params = from_scores(model.priors, now.scores)
    record, now.state = course.advance(model, params, seed, now.state, now.day, day, threads)
    new = daily(model, record, {one.quantity for one in counts})
    now.values = {one: np.concatenate([now.values[one], value], axis=1) if one in now.values else value
                  for one, value in new.items()}  # fmt: skip
    now.pieces.append((record, np.arange(len(params))))
    now.day = day


def _shocks(seed: int, day: int, parameter: str, members: int) -> Array:
    """Standard normal numbers that depend on the parameter's name and not on which others there are."""
    return np.random.default_rng([seed, 0xD21F, day, int(word(parameter))]).standard_normal(members)


def drifted(scores: Array, days: float, shocks: Array) -> Array:
    """Scores of parameters some days later; ``shocks`` are standard normal numbers of the same shape."""
    keep = float(np.exp(-days / MEMORY))
    return keep * scores + np.sqrt(1.0 - keep**2) * shocks


def _hear(now: Now, count: Count, rng: np.random.Generator) -> Heard:
    late = rng.exponential(LATE, len(now.log_weight))
    true = over(now.values[count.quantity], count.quantity, count.kind, count.first, count.last, late)
    said = _said(now, count.series, true, rng)
    off = hearing.residual(count.value, true)
    now.sources, taken = hearing.hear(now.sources, count.series, off, rng.random(len(off)))
    believed = _believed(now.log_weight, taken.likely)
    now.log_weight = now.log_weight + believed * taken.likely
    weight = _weights(now.log_weight)
    return Heard(count, said, float(weight @ taken.jumped), believed * float(weight @ ~taken.stray))


def _believed(log_weight: Array, likely: Array) -> float:
    """The largest power of a likelihood, at most 1, that leaves enough members with weight (bisection)."""
    least = min(_LEAST * len(likely), _effective(log_weight))
    if _effective(log_weight + likely) >= least:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective(log_weight + middle * likely) >= least else (low, middle)
    return low


def _look(now: Now, model: Model | Journey, seed: int, threads: int) -> Look:
    """Some members run on for a while, on a copy."""
    u = _chance(seed, now.day, "look").random()
    some = systematic(_weights(now.log_weight), u)[:: max(len(now.log_weight) // LOOKERS, 1)]
    until = min(now.day + AHEAD, model.clock.days)
    state, params = course.reorder(now.state, some), from_scores(model.priors, now.scores[some])
    blind = course.blind(model, now.day)
    record, _ = course.advance(blind, params, seed, state, now.day, until, threads)
    ahead = daily(model, record, {one.count.quantity for one in now.heard})
    values = {one: np.concatenate([now.values[one][some], value], axis=1) for one, value in ahead.items()}
    return Look(now.day, values, hearing.reorder(now.sources, some))


def _said(now: Now, series: int, true: Array, rng: np.random.Generator) -> tuple[float, float, float]:
    """What the members would have been counted as."""
    expected = (true + hearing.SMALL) * np.exp(hearing.drawn(now.sources, series, rng)) - hearing.SMALL
    order = np.argsort(expected, kind="stable")
    share = _weights(now.log_weight)[order].cumsum()
    at = np.searchsorted(share, np.array([0.05, 0.5, 0.95]) * share[-1]).clip(0, len(order) - 1)
    low, middle, high = (max(float(expected[order[i]]), 0.0) for i in at)
    return low, middle, high


def _draw_anew(now: Now, rng: np.random.Generator) -> None:
    """Members in proportion to their weights."""
    ancestors = systematic(_weights(now.log_weight), rng.random())
    now.scores = now.scores[ancestors]
    course.descend(now.state, ancestors)
    now.sources = hearing.reorder(now.sources, ancestors)
    now.values = {one: value[ancestors] for one, value in now.values.items()}
    record, lines = now.pieces[-1]
    if now.checkpoints and now.checkpoints[-1].pieces == len(now.pieces):  # which is of the members before
        now.pieces.append((type(record)(*(array[:, :0] for array in record)), ancestors))
    else:
        now.pieces[-1] = (record, lines[ancestors])
    now.log_weight = np.zeros_like(now.log_weight)


def systematic(weight: Array, u: float) -> Whole:
    """Ancestors in proportion to weights that sum to 1, by one uniform number."""
    n = len(weight)
    return np.searchsorted(weight.cumsum(), (np.arange(n) + u) / n).clip(0, n - 1)


def _weights(log_weight: Array) -> Array:
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def _effective(log_weight: Array) -> float:
    """Members that the weights are worth: 1 / sum of squares (Kish 1965)."""
    return float(1.0 / (_weights(log_weight) ** 2).sum())
