"""A bank of Kalman filters for many series at once: one filter for each habit and each step of unrest.

The model is in ``habits``. Given a habit and the whole course of the unrest it is linear and Gaussian; the courses are
merged each day into one Gaussian for each step of unrest by matching two moments (interacting multiple models: Blom and
Bar-Shalom 1988, doi 10.1109/9.1299). Where the unrest cannot change and nothing jumps the filter is exact.

Sizes: S series, F forecasters, H habits, V steps of unrest, J sizes of jumps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation.tracks import habits
from saferground.assimilation.tracks.habits import DRIFT, FORECASTER, JUMP_SIZES, KEEP, MEMORIES, ROUNDING, UNREST

_SWITCHING = habits.switching()
_LEAST_CHANCE, _LEAST_WEIGHT = 1e-14, 1e-100
Array = NDArray[np.float64]


class Belief(NamedTuple):
    """What is believed of level and rate, a Gaussian for each habit and step of unrest; shapes (S, H, V)."""

    weight: Array  # sums to 1 over V for each habit
    level: Array  # people above ``Tracks.base``
    rate: Array  # people a day
    level_var: Array
    both_var: Array
    rate_var: Array


class Jumps(NamedTuple):
    """Jumps that each forecaster has seen so far, older ones counting less."""

    watched: Array  # (S, F) days
    sizes: Array  # (S, F, J) jumps of each size
    up_down: Array  # (S, F, 2) jumps up and down


@dataclass(frozen=True)
class Tracks:
    """State of all series after some day.

    Attributes:
        names: of the series.
        grows: whether a series adds up what happened since a first day, so that a first count tells a rate; shape (S,).
        started: a count above zero has come in; shape (S,). Before that nothing is believed.
        base: last count, people; shape (S,).
        since: days since the last count; shape (S,).
        counted: how many counts have come in; shape (S,).
        belief: about level and rate.
        habit: logarithm of how likely the counts were under each habit; shape (S, H).
        jumps: seen so far.
    """

    names: tuple[str, ...]
    grows: NDArray[np.bool_]
    started: NDArray[np.bool_]
    base: Array
    since: Array
    counted: NDArray[np.int64]
    belief: Belief
    habit: Array
    jumps: Jumps


def begin(names: Sequence[str], grows: Sequence[bool]) -> Tracks:
    """Tracks of series that have not been counted yet; ``grows`` says of each whether it is cumulative."""
    s, shape = len(names), (len(names), len(KEEP), len(UNREST))
    blank = Belief(np.full(shape, 1.0 / len(UNREST)), *(np.zeros(shape) for _ in range(5)))
    f = len(MEMORIES)
    jumps = Jumps(np.zeros((s, f)), np.zeros((s, f, len(JUMP_SIZES))), np.zeros((s, f, 2)))
    none = np.zeros(s, np.int64)
    return Tracks(
        tuple(names), np.array(grows, bool), none > 0, np.zeros(s), np.zeros(s), none, blank, np.zeros(shape[:2]), jumps
    )


def pass_days(tracks: Tracks, days: int = 1) -> Tracks:
    """The tracks ``days`` later, without a new count."""
    for _ in range(days):
        jumps = fading(tracks.jumps)
        jumps = jumps._replace(watched=jumps.watched + 1.0)
        tracks = replace(
            tracks, belief=_move(_mix(tracks.belief, habits.most(tracks.base))), since=tracks.since + 1.0, jumps=jumps
        )
    return tracks


def steps_of_unrest(weight: Array, most: NDArray[np.int64]) -> Array:
    """Weights (S, H, V) of the steps of unrest that series may have, ``most`` being the largest; they sum to 1."""
    kept = np.where(np.arange(len(UNREST)) <= most[:, None, None], weight, 0.0)
    return kept / kept.sum(axis=2, keepdims=True)


def _mix(b: Belief, most: NDArray[np.int64]) -> Belief:
    """The unrest may have changed: one Gaussian for each step of it, with the right mean and variance."""
    old, switching = steps_of_unrest(b.weight, most), _SWITCHING[most]
    weight = np.maximum(old @ switching, _LEAST_WEIGHT)

    def mean(values: Array) -> Array:
        return ((old * values) @ switching) / weight

    level, rate = mean(b.level), mean(b.rate)
    return Belief(
        weight,
        level,
        rate,
        np.maximum(mean(b.level_var + b.level**2) - level**2, 0.0),
        mean(b.both_var + b.level * b.rate) - level * rate,
        np.maximum(mean(b.rate_var + b.rate**2) - rate**2, 0.0),
    )


def _move(b: Belief) -> Belief:
    """A day of rate and shocks."""
    keep, drift = KEEP[:, None], DRIFT[:, None]
    return Belief(
        b.weight,
        b.level + b.rate,
        keep * b.rate,
        b.level_var + 2.0 * b.both_var + b.rate_var + UNREST**2,
        keep * (b.both_var + b.rate_var),
        keep**2 * b.rate_var + (UNREST * drift) ** 2,
    )


def take_in(tracks: Tracks, which: NDArray[np.int64], counts: Array) -> Tracks:
    """The tracks after counts of today of the series ``which``; people; a series at most once.

    A series of zeros begins with its first count above zero: before, nobody was there or nobody counted. One that grows
    then has the mean rate since its zero, give or take as much.
    """
    if len(which) == 0:
        return tracks
    before = tracks.started[which]
    out = _start(tracks, which[~before & (counts > 0.0)], counts[~before & (counts > 0.0)])
    out = _learn(out, which[before], counts[before])
    base, since, level = out.base.copy(), out.since.copy(), out.belief.level.copy()
    counted, started = out.counted.copy(), out.started.copy()
    level[which] -= (counts - base[which])[:, None, None]
    base[which], since[which], started[which] = counts, 0.0, before | (counts > 0.0)
    counted[which] += 1
    belief = out.belief._replace(level=level)
    return replace(out, base=base, since=since, counted=counted, started=started, belief=belief)


def _start(tracks: Tracks, which: NDArray[np.int64], counts: Array) -> Tracks:
    """First counts."""
    rate = np.where(tracks.grows[which], counts / np.maximum(tracks.since[which], 1.0), 0.0)
    share, people = habits.START_UNREST
    middle = np.log(np.maximum(np.where(rate > 0.0, habits.START_SHAKEN * rate, share * counts) + people, 1.0))
    weight = np.exp(-0.5 * ((np.log(UNREST) - middle[:, None]) / habits.START_SPREAD) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    b = Belief(*(part.copy() for part in tracks.belief))
    b.weight[which] = weight[:, None, :]
    b.level[which] = (counts - tracks.base[which])[:, None, None]
    b.rate[which] = rate[:, None, None] * (DRIFT > 0.0)[:, None]
    b.both_var[which] = 0.0
    b.level_var[which] = _error(counts)[:, :, None]
    unsure = np.where((rate > 0.0)[:, None], rate[:, None] ** 2, UNREST**2)
    b.rate_var[which] = unsure[:, None, :] * (DRIFT > 0.0)[:, None]
    habit = tracks.habit.copy()
    habit[which] = 0.0
    return replace(tracks, belief=b, habit=habit)


def _error(counts: Array) -> Array:
    """Variance of the error of counts under each habit; shape (counts, H)."""
    return (np.maximum(counts, 0.0)[:, None] * ROUNDING + 1.0) ** 2


def _learn(tracks: Tracks, which: NDArray[np.int64], counts: Array) -> Tracks:
    """Later counts: each Gaussian is corrected, as if there had been no jump and as if there had been one."""
    old = Belief(*(part[which] for part in tracks.belief))
    apart = (counts - tracks.base[which])[:, None, None] - old.level
    extra = _jump_variance(tracks, which, counts)[:, None, None, :]
    total = old.level_var[..., None] + _error(counts)[:, :, None, None] + extra
    chance = _jump_chance(tracks, which)[:, FORECASTER, None, :]
    likely = chance * np.exp(-0.5 * apart[..., None] ** 2 / total) / np.sqrt(2.0 * np.pi * total) + _LEAST_CHANCE
    new, share = _corrected(old, apart[..., None], extra, total, likely)
    weight = old.weight * likely.sum(axis=-1)
    evidence = weight.sum(axis=2)
    belief = Belief(*(part.copy() for part in tracks.belief))
    for part, value in zip(belief, (weight / evidence[..., None], *new), strict=True):
        part[which] = value
    habit = tracks.habit.copy()
    habit[which] += np.log(evidence)
    updated = replace(tracks, belief=belief, habit=habit)
    return replace(updated, jumps=_count_jumps(updated, which, share, counts > tracks.base[which]))


def _corrected(b: Belief, apart: Array, extra: Array, total: Array, likely: Array) -> tuple[tuple[Array, ...], Array]:
    """Moments after a count, the cases (no jump, jumps of each size) merged; the share of each case."""
    share = likely / likely.sum(axis=-1, keepdims=True)
    before, both = b.level_var[..., None] + extra, b.both_var[..., None]
    gain, rate_gain = before / total, both / total
    level, rate = b.level[..., None] + gain * apart, b.rate[..., None] + rate_gain * apart
    mean_level, mean_rate = (share * level).sum(axis=-1), (share * rate).sum(axis=-1)
    off_level, off_rate = level - mean_level[..., None], rate - mean_rate[..., None]
    level_var = (share * (before * (1.0 - gain) + off_level**2)).sum(axis=-1)
    both_var = (share * (both * (1.0 - gain) + off_level * off_rate)).sum(axis=-1)
    rate_var = (share * (b.rate_var[..., None] - rate_gain * both + off_rate**2)).sum(axis=-1)
    return (mean_level, mean_rate, level_var, both_var, rate_var), share


def fading(jumps: Jumps) -> Jumps:
    """The same a day later, when what was seen counts a little less."""
    return Jumps(*(part * 0.5 ** (1.0 / habits.JUMP_MEMORY) for part in jumps))


def jump_hazard(jumps: Jumps) -> Array:
    """Jumps a day by each forecaster; shape (S, F)."""
    known = habits.JUMP_HAZARD * habits.JUMP_DAYS
    return (known + jumps.sizes.sum(axis=-1)) / (habits.JUMP_DAYS + jumps.watched)


def jump_sizes(jumps: Jumps) -> Array:
    """Chance that a jump has each of the sizes; shape (S, F, J)."""
    seen = habits.JUMP_WEIGHTS + jumps.sizes
    return seen / seen.sum(axis=-1, keepdims=True)


def jumps_up(jumps: Jumps) -> Array:
    """Chance that a jump goes up; shape (S, F)."""
    seen = habits.JUMPS_UP + jumps.up_down
    return seen[..., 0] / seen.sum(axis=-1)


def _jump_chance(tracks: Tracks, which: NDArray[np.int64]) -> Array:
    """Chance of no jump and of one of each size since the last count; shape (counts, F, 1 + J)."""
    jumps = Jumps(*(part[which] for part in tracks.jumps))
    some = 1.0 - np.exp(-jump_hazard(jumps) * np.maximum(tracks.since[which], 1.0)[:, None])
    return np.concatenate([1.0 - some[..., None], some[..., None] * jump_sizes(jumps)], axis=-1)


def _jump_variance(tracks: Tracks, which: NDArray[np.int64], counts: Array) -> Array:
    """Variance that no jump and a jump of each size add to the level; shape (counts, 1 + J)."""
    scale = np.maximum(np.maximum(counts, tracks.base[which]), habits.LEAST_LEVEL)
    return np.concatenate([np.zeros((len(which), 1)), (scale[:, None] * JUMP_SIZES) ** 2], axis=1)


def _count_jumps(tracks: Tracks, which: NDArray[np.int64], share: Array, up: NDArray[np.bool_]) -> Jumps:
    """Jumps after counts of which each Gaussian ascribes a share to jumps."""
    weight = tracks.belief.weight[which] * habit_shares(tracks)[which][..., None]
    each = (weight[..., None] * share[..., 1:]).sum(axis=2)
    sizes = np.stack([each[:, one == FORECASTER].sum(axis=1) for one in range(len(MEMORIES))], axis=1)
    jumps = Jumps(*(part.copy() for part in tracks.jumps))
    jumps.sizes[which] += sizes
    jumps.up_down[which, :, np.where(up, 0, 1)] += sizes.sum(axis=-1)
    return jumps


def habit_shares(tracks: Tracks) -> Array:
    """How likely each habit is among those of its forecaster; sums to 1 for each forecaster; shape (S, H)."""
    share = np.empty_like(tracks.habit)
    for one in range(len(MEMORIES)):
        mine = one == FORECASTER
        best = tracks.habit[:, mine].max(axis=1, keepdims=True)
        share[:, mine] = np.exp(tracks.habit[:, mine] - best)
        share[:, mine] /= share[:, mine].sum(axis=1, keepdims=True)
    return share
