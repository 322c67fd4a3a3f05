"""Possible futures of series, drawn from what their tracks believe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from saferground.assimilation.tracks import habits
from saferground.assimilation.tracks.filter import (
    Belief,
    Jumps,
    Tracks,
    fading,
    habit_shares,
    jump_hazard,
    jump_sizes,
    jumps_up,
    steps_of_unrest,
)
from saferground.assimilation.tracks.habits import DRIFT, FORECASTER, JUMP_SIZES, KEEP, MEMORIES, UNREST

Array = NDArray[np.float64]
_UNIFORMS, _NORMALS = 4, 3


def paths(
    tracks: Tracks, which: NDArray[np.int64], days: int, members: int, streams: Sequence[np.random.Generator]
) -> Array:
    """Levels of the series ``which`` on the next ``days`` days under each forecaster.

    ``streams`` has one source of random numbers for each of them, so that what is drawn for one series does not depend
    on the others. What grows never falls below its last count. People, from 0; shape (series, forecasters, days,
    members).
    """
    shape = (len(MEMORIES), members)
    habit, step, level, rate = _now(tracks, which, shape, streams)
    seen = Jumps(*(part[which] for part in tracks.jumps))
    scale = np.maximum(tracks.base[which], habits.LEAST_LEVEL)[:, None, None]
    least = np.where(tracks.grows[which], tracks.base[which], 0.0)[:, None, None]
    most = habits.most(tracks.base[which])[:, None, None]
    out = np.empty((len(which), len(MEMORIES), days, members))
    for day in range(days):
        u = np.stack([stream.random((_UNIFORMS, *shape)) for stream in streams], axis=1)
        z = np.stack([stream.standard_normal((_NORMALS, *shape)) for stream in streams], axis=1)
        step = _switch(step, u[0], most)
        level = level + rate + UNREST[step] * z[0]
        seen = fading(seen)
        level = np.maximum(level + scale * _jump(seen, u[1], u[2], u[3], z[1]), least)
        rate = KEEP[habit] * rate + DRIFT[habit] * UNREST[step] * z[2]
        out[:, :, day] = level
    return out


def _jump(seen: Jumps, kind: Array, way: Array, whether: Array, z: Array) -> Array:
    """A day's jump, mostly none, as a share of the last count, by three uniform numbers and a normal one."""
    sizes = jump_sizes(seen).cumsum(axis=-1)[:, :, None, :-1]
    size = JUMP_SIZES[(kind[..., None] > sizes).sum(axis=-1)] * np.abs(z)
    sign = np.where(way < jumps_up(seen)[..., None], 1.0, -1.0)
    return np.where(whether < jump_hazard(seen)[..., None], sign * size, 0.0)


def _switch(step: NDArray[np.int64], u: Array, most: NDArray[np.int64]) -> NDArray[np.int64]:
    """Unrest of the next day, by the chances of ``habits.switching``; ``most`` is the largest step."""
    one, leap = habits.SWITCH / 2, habits.LEAP / 2
    up, down = u < one, (u >= one) & (u < 2 * one)
    far_up, far_down = u > 1.0 - leap, (u <= 1.0 - leap) & (u > 1.0 - 2 * leap)
    new = step + up - down + habits.LEAP_STEPS * (far_up.astype(np.int64) - far_down)
    return np.where((new < 0) | (new > most), step, new)


def _now(
    tracks: Tracks, which: NDArray[np.int64], shape: tuple[int, int], streams: Sequence[np.random.Generator]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array, Array]:
    """Habit, step of unrest, level and rate of today, drawn from their distribution; (series, forecasters, members)."""
    u = np.stack([stream.random(shape) for stream in streams])
    z = np.stack([stream.standard_normal((2, *shape)) for stream in streams], axis=1)
    habit, step = _pick(tracks, which, u)
    rows = np.arange(len(which))[:, None, None]
    b = Belief(*(part[which][rows, habit, step] for part in tracks.belief))
    spread = np.sqrt(np.maximum(b.level_var, 1e-12))
    slope = b.both_var / spread
    left = np.sqrt(np.maximum(b.rate_var - slope**2, 0.0))
    level = tracks.base[which][:, None, None] + b.level + spread * z[0]
    return habit, step, np.maximum(level, 0.0), b.rate + slope * z[0] + left * z[1]


def _pick(tracks: Tracks, which: NDArray[np.int64], u: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A habit of each forecaster and a step of unrest for each uniform number."""
    weight = steps_of_unrest(tracks.belief.weight[which], habits.most(tracks.base[which]))
    chance = habit_shares(tracks)[which][..., None] * weight
    habit, step = np.empty(u.shape, np.int64), np.empty(u.shape, np.int64)
    for one in range(len(MEMORIES)):
        mine = np.flatnonzero(one == FORECASTER)
        share = chance[:, mine].reshape(len(which), -1).cumsum(axis=1)
        at = (u[:, one, :, None] * share[:, -1, None, None] >= share[:, None, :-1]).sum(axis=-1)
        habit[:, one], step[:, one] = mine[at // len(UNREST)], at % len(UNREST)
    return habit, step
