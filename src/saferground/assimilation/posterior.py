"""The verb ``fit``: what the counts known at the as-of date say of parameters and of where people are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.assimilation.continuing import carried, goes_back_to, why_not
from saferground.assimilation.particles import Filtered, Now, Progress, counts_of, filtered
from saferground.errors import UsageError
from saferground.model import Journey, Model
from saferground.model.params import from_scores
from saferground.observation import sources as hearing
from saferground.observation.series import Series, observed

LEAST = 50
"""Members that a fit has at least."""
LOOK_EVERY = 7
"""Days between two looks ahead, on days whose ordinal it divides."""
_PARTLY, _CONTRADICTED, _OUTSIDE, _ENOUGH_COUNTS, _FAR = 0.5, 0.3, 0.4, 8, 2.5


@dataclass(frozen=True)
class Doubt:
    """A reason not to trust a posterior, and what to do about it."""

    reason: str
    remedy: str


@dataclass(frozen=True, eq=False)
class Posterior:
    """What was learned from counts.

    Attributes:
        model: that was fitted, with the scenario as known at its as-of date.
        series: the series of counts that it holds.
        filtered: members at the end of the as-of date, and what each count did.
        seed: of its random numbers.
        doubts: why it should not be trusted; empty when it can be.
        continues: as-of date of the earlier posterior that it was continued from; None when it starts anew.
        taken_over: last day of that posterior that was taken over; None when it starts anew.
        anew: why an earlier posterior that was given could not be continued; else empty.
    """

    model: Model | Journey
    series: tuple[Series, ...]
    filtered: Filtered
    seed: int
    doubts: tuple[Doubt, ...]
    continues: date | None = None
    taken_over: date | None = None
    anew: str = ""

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.doubts

    @property
    def members(self) -> int:
        """How many members it has."""
        return len(self.filtered.scores)

    def counts(self) -> pd.DataFrame:
        """Each count that was heard: ``series``, ``place``, ``kind``, ``start``, ``end``, ``value``, what the members
        would have been counted as before it was heard (``said_q05``, ``said_q50``, ``said_q95``; people), ``jump``
        (chance of a change of coverage) and ``believed`` (share of its weight)."""
        start = pd.Timestamp(self.model.clock.start)
        rows = [
            {
                "series": self.series[one.count.series].key, "place": one.count.quantity.place, "kind": one.count.kind,
                "start": start + pd.Timedelta(days=one.count.first), "end": start + pd.Timedelta(days=one.count.last),
                "value": one.count.value, "said_q05": one.said[0], "said_q50": one.said[1], "said_q95": one.said[2],
                "jump": one.jump, "believed": one.believed,
            }
            for one in self.filtered.heard
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(_COUNT_COLUMNS))

    def sources(self) -> pd.DataFrame:
        """Each series that was heard: ``series``, ``counts``, ``ratio_q05``, ``ratio_q50``, ``ratio_q95`` (what it
        says over what is so), ``spread`` (standard deviation of the logarithm of its errors) and ``jumps``."""
        heard = self.counts()
        rows = []
        spread = hearing.spread(self.filtered.sources)
        for i, one in enumerate(self.series):
            mine = heard[heard["series"].eq(one.key)]
            if len(mine):
                biases = hearing.biases(self.filtered.sources, i, np.random.default_rng([self.seed, i]))
                ratio = np.quantile(np.exp(biases), [0.05, 0.5, 0.95])
                jumps = int((mine["jump"] > 0.5).sum())
                rows.append([one.key, one.place, len(mine), *ratio, float(np.median(spread[:, i])), jumps])
        columns = ["series", "place", "counts", "ratio_q05", "ratio_q50", "ratio_q95", "spread", "jumps"]
        return pd.DataFrame(rows, columns=columns)

    def parameters(self) -> pd.DataFrame:
        """Each parameter that has a prior: its ``unit``, 5, 50 and 95 % points before (``prior_q05`` ...) and after,
        and ``moved``, how far its mean went in standard deviations of the prior."""
        levels = np.array([-1.6448536269514722, 0.0, 1.6448536269514722])
        names = list(self.model.priors)
        before = from_scores(self.model.priors, np.tile(levels[:, None], len(names)))
        after = from_scores(self.model.priors, self.filtered.scores)
        rows = [
            [name, prior.unit, *before[name], *np.quantile(after[name], [0.05, 0.5, 0.95]), float(score.mean())]
            for (name, prior), score in zip(self.model.priors.items(), self.filtered.scores.T, strict=True)
            if prior.form != "fixed"
        ]
        points = [f"{when}_{q}" for when in ("prior", "posterior") for q in ("q05", "q50", "q95")]
        return pd.DataFrame(rows, columns=["parameter", "unit", *points, "moved"])


_COUNT_COLUMNS = (
    "series", "place", "kind", "start", "end", "value", "said_q05", "said_q50", "said_q95", "jump", "believed",
)  # fmt: skip


def can_learn(model: Model | Journey) -> bool:
    """Whether any count known at the as-of date measures a quantity of the model on a day of its run.

    A journey whose totals are given has its counts as an input, later ones too, and cannot be held against them.
    """
    if model.scenario.rules.get("totals") == "given":
        return False
    days = (model.scenario.settings.as_of - model.clock.start).days + 1
    return bool(counts_of(model, observed(model.scenario), days))


def fit(
    model: Model | Journey,
    members: int = 1000,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    earlier: Posterior | None = None,
    checkpoints: bool = True,
) -> Posterior:
    """Learn from the counts known at the model's as-of date.

    Parameters
    ----------
    model : what ``build_model`` made of a scenario
    members : of the ensemble, at least 50
    seed : of all random numbers, at least 0; the same seed gives the same result on any number of threads
    threads : how many to use; default: one a processor
    progress : called with the days done and the days in all
    earlier : a posterior of the same or an earlier as-of date, for the same ``members`` and ``seed``, to be continued:
        learning goes back to the newest of its checkpoints before which nothing that is known has changed, counts
        included, and learns the days after it. The result is that of a fit from the start, bit for bit. Where there is
        no such checkpoint, or the siege has other places, ways or priors, it starts from the start and ``anew`` says
        why.
    checkpoints : keep some, so that the result can be continued; without them it takes a little less time and memory

    Returns
    -------
    ``Posterior``: members of equal weight at the end of the as-of date, what each count did, and whether it can be
    trusted.

    Raises
    ------
    UsageError
        Too few members, or a negative seed.
    """
    if members < LEAST or seed < 0:
        raise UsageError(f"got members={members}, seed={seed}; expected members >= {LEAST}, seed >= 0. Change them.")
    series, start = observed(model.scenario), model.clock.start
    days = (model.scenario.settings.as_of - start).days + 1
    looks = [day for day in range(1, days + 1) if (start + timedelta(days=day - 1)).toordinal() % LOOK_EVERY == 0]
    now, anew = _resumed(earlier, model, series, days, members, seed) if earlier else (None, "")
    continues = earlier.model.scenario.settings.as_of if earlier and now else None
    taken_over = start + timedelta(days=now.day - 1) if now else None
    made = filtered(
        model, series, days, members, seed, looks=looks, threads=threads or os.cpu_count() or 1, progress=progress,
        start=now, checkpoints=checkpoints and isinstance(model, Model),
    )  # fmt: skip
    return Posterior(model, series, made, seed, doubts_of(model, series, made), continues, taken_over, anew)


def _resumed(
    earlier: Posterior, model: Model | Journey, series: Sequence[Series], days: int, members: int, seed: int
) -> tuple[Now | None, str]:
    """Where to go on from an earlier posterior; None, with the reason, where there is nothing to go on from."""
    anew = why_not(earlier, model, days, members, seed)
    if anew:
        return None, anew
    assert isinstance(model, Model), "a journey is not continued"
    point = goes_back_to(earlier, model, series, days)
    if point is None:
        return None, "what is known has changed before the first checkpoint of the earlier fit, or it kept none"
    return carried(earlier, point, model, series, days), ""


def doubts_of(model: Model | Journey, series: Sequence[Series], made: Filtered) -> tuple[Doubt, ...]:
    """What speaks against a fit."""
    return (*_contradicted(series, made), *_misfit(made), *_far_from_priors(model, made.scores))


def _contradicted(series: Sequence[Series], made: Filtered) -> list[Doubt]:
    """Counts that would have left hardly any member, or that are hardly about what the model has."""
    hard = [one for one in made.heard if one.believed < _PARTLY]
    if len(hard) < max(2, _CONTRADICTED * len(made.heard)):
        return []
    names = ", ".join(dict.fromkeys(series[one.count.series].key for one in hard))
    reason = f"{len(hard)} of {len(made.heard)} counts lie where hardly any member does and were believed only in part"
    return [Doubt(reason, f"Check the counts of {names} and what they measure; or run more members.")]


def _misfit(made: Filtered) -> list[Doubt]:
    """Too many counts outside what the members said."""
    outside = sum(not one.said[0] <= one.count.value <= one.said[2] for one in made.heard)
    if len(made.heard) < _ENOUGH_COUNTS or outside <= _OUTSIDE * len(made.heard) + 1:
        return []
    reason = f"{outside} of {len(made.heard)} counts lie outside the 90 % range of what the model expected before each"
    return [Doubt(reason, "See which series are off in the table fit_counts; check their place and what they measure.")]


def _far_from_priors(model: Model | Journey, scores: NDArray[np.float64]) -> list[Doubt]:
    """Parameters that the counts pull far out of their priors."""
    moved = dict(zip(model.priors, scores.mean(axis=0), strict=True))
    far = [f"{name} ({value:+.1f} sd)" for name, value in moved.items() if abs(value) > _FAR]
    if not far:
        return []
    reason = f"the counts pull parameters far out of their priors: {', '.join(far)}"
    return [Doubt(reason, "Ask whether the prior is too narrow, or a mechanism is missing that the counts show.")]
