"""How far each forecaster of a series is believed: by how well it has forecast so far, at each lead.

Every week each forecaster says what the counts of the next weeks will be, and every four weeks what those of the next
months. As counts come in, each forecast is judged by its CRPS. A forecaster's loss is its CRPS relative to the mean
over the forecasters,

    loss = CRPS / mean CRPS - 1,        cut to [-1, 2], 0 for one that said nothing,

and for a forecast L days ahead forecasters are weighed by exp(-(0.3 x loss of this series + 0.03 x loss of all series
of its group)), summed over the forecasts judged, one that looked L' days ahead counting exp(-log2(L / L')^2 / 2)
(exponentially weighted aggregation: Cesa-Bianchi and Lugosi 2006, doi 10.1017/CBO9780511546921). A new series thus
starts with what the others have taught, and a lead of which nothing has been learned with all alike. No weight falls
below ``FLOOR``. The blend averages the forecasters' quantiles (Busetti 2017, doi 10.1111/obes.12163), which keeps it as
narrow as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEADS = (7, 14, 28, 56, 112, 224)
"""Days ahead that are judged; what is asked beyond the first and the last goes by these."""
EVERY, FAR = 7, 28
"""Days between the forecasts that are judged; of more than ``FAR`` days ahead there is one in so many days."""
DRAWS = 100
"""Members of such a forecast."""
WIDEST_GAP = 21
"""Days between two counts beyond which nothing is judged on the line between them."""
FLOOR = 0.02
_OWN, _POOLED = 0.3, 0.03
_FELL, _STOOD = 1.0, 4.0
"""Forecasts that saw fewer people afterwards than at the last count, and others, so to speak, before the first was
judged: people go home or on before long in one of five cases. An assumption."""


class Said(NamedTuple):
    """Forecasts made on one day."""

    day: int
    draws: Array  # (series, forecasters, leads, draws) people; NaN: no forecast
    last: Array  # (series,) people, by the last count


@dataclass(frozen=True)
class Ledger:
    """Forecasts that wait for their counts, and the losses of those that were judged."""

    said: tuple[Said, ...]
    loss: Array  # (series, forecasters, leads)
    judged: NDArray[np.int64]  # (series, leads) forecasts
    fell: NDArray[np.int64]  # (series, leads) those of them with fewer people than the last count when they were made

    @classmethod
    def blank(cls, series: int, forecasters: int) -> Ledger:
        """Before anything was said."""
        none = np.zeros((series, len(LEADS)), np.int64)
        return cls((), np.zeros((series, forecasters, len(LEADS))), none, none)


def leads_on(day: int) -> tuple[int, ...]:
    """The leads of the forecasts made on a day by its ordinal; none on most days."""
    if day % EVERY:
        return ()
    return LEADS if day % FAR == 0 else tuple(lead for lead in LEADS if lead <= FAR)


def say(ledger: Ledger, day: int, draws: Array, last: Array) -> Ledger:
    """The ledger with the forecasts of ``day``; those whose last day is long over are dropped."""
    kept = tuple(one for one in ledger.said if day - one.day <= LEADS[-1] + WIDEST_GAP + EVERY)
    return replace(ledger, said=(*kept, Said(day, draws, last)))


def judge(ledger: Ledger, which: int, before: tuple[int, float], now: tuple[int, float]) -> Ledger:
    """The ledger after a count of one series; ``before`` and ``now`` are day and people of the last and the new one."""
    loss, judged, fell = ledger.loss.copy(), ledger.judged.copy(), ledger.fell.copy()
    for one in ledger.said:
        for i, lead in enumerate(LEADS):
            draws, truth = one.draws[which, :, i], _truth(one.day + lead, before, now)
            spoke = ~np.isnan(draws[:, 0])
            if truth is None or not spoke.any():
                continue
            scores = crps(draws[spoke], truth)
            loss[which, spoke, i] += np.clip(scores / max(float(scores.mean()), 1e-9) - 1.0, -1.0, 2.0)
            judged[which, i] += 1
            fell[which, i] += truth < one.last[which]
    return replace(ledger, loss=loss, judged=judged, fell=fell)


def _truth(due: int, before: tuple[int, float], now: tuple[int, float]) -> float | None:
    """What was so on the day ``due``, by the line between two counts; None where it is not between them or too far."""
    if not before[0] < due <= now[0] or (due < now[0] and now[0] - before[0] > WIDEST_GAP):
        return None
    return float(np.interp(due, (before[0], now[0]), (before[1], now[1])))


def weights(ledger: Ledger, group: Sequence[str], doubt: Array, leads: NDArray[np.int64]) -> Array:
    """Weight of each forecaster in each series at some leads; series of one group learn from each other.

    ``doubt`` is taken off from the outset, as a loss times its rate; (series, forecasters). Gives (series, forecasters,
    leads), which sum to 1 over the forecasters.
    """
    merit = -doubt[..., None] - _learned(ledger.loss, group) @ _nearness(leads)
    share = np.exp(merit - merit.max(axis=1, keepdims=True, initial=-np.inf))
    share /= share.sum(axis=1, keepdims=True)
    return (1.0 - FLOOR * share.shape[1]) * share + FLOOR


def chance_of_fewer(ledger: Ledger, group: Sequence[str], leads: NDArray[np.int64]) -> Array:
    """Chance that some days ahead there will be fewer people than at the last count, as it was so far.

    Gives (series, leads).
    """
    near = _nearness(leads)
    fell, judged = (_learned(part, group) @ near for part in (ledger.fell, ledger.judged))
    return (_FELL + fell) / (_FELL + _STOOD + judged)


def _learned(seen: Array | NDArray[np.int64], group: Sequence[str]) -> Array:
    """What each series has seen (first axis), and less of what all of its group have."""
    names = np.array(group)
    return _OWN * seen + _POOLED * np.tensordot((names[:, None] == names).astype(float), seen, axes=1)


def _nearness(leads: NDArray[np.int64]) -> Array:
    """How much a forecast at each of ``LEADS`` teaches about other leads; (LEADS, leads)."""
    asked = np.log2(np.clip(leads, LEADS[0], LEADS[-1]))
    return np.exp(-0.5 * (asked - np.log2(LEADS)[:, None]) ** 2)


def crps(draws: Array, truth: float) -> Array:
    """Continuous ranked probability score of equally likely draws (last axis); Gneiting and Raftery 2007, eq. 21."""
    ordered = np.sort(draws, axis=-1)
    n = ordered.shape[-1]
    spread = ((2.0 * np.arange(1, n + 1) - n - 1.0) * ordered).sum(axis=-1) / n**2
    return np.abs(ordered - truth).mean(axis=-1) - spread


def blend(draws: Array, weight: Array, paths: int) -> Array:
    """Members of the blend: the forecasters' quantiles averaged, in the order of members of one of them.

    That is the one that is believed most of the first ``paths``, whose members are courses through time; so are those
    of the blend. ``draws`` are (forecasters, days, members) of one series, ``weight`` (forecasters, days); who says
    nothing of a day (NaN) has no part in it. Gives (days, members).
    """
    spoke = ~np.isnan(draws[:, :, 0])
    share = np.where(spoke, weight, 0.0)
    share /= share.sum(axis=0)
    quantiles = np.einsum("fd,fdm->dm", share, np.sort(np.nan_to_num(draws), axis=-1))
    leading = int(weight[:paths].mean(axis=1).argmax())
    return np.take_along_axis(quantiles, _ranks(draws[leading]), axis=-1)


def seldom_fewer(draws: Array, last: float, chance: Array) -> Array:
    """Members of whom no more than a ``chance`` (days,) are below ``last``, in the order that they have.

    Quantiles below ``last`` are squeezed together until it is so. Those above are the mean of two ways to fill the
    gap: with members who stay at ``last``, and by stretching what lies above it. ``draws`` are (days, members).
    """
    ordered, level = np.sort(draws, axis=-1), (np.arange(draws.shape[-1]) + 0.5) / draws.shape[-1]
    share = (ordered < last).mean(axis=-1)
    for day in np.flatnonzero(share > chance):
        stretched = np.interp(level, [0.0, chance[day], 1.0], [0.0, share[day], 1.0])
        below = level < chance[day]
        stay = np.where(below, stretched, np.maximum(level, share[day]))
        filled = np.interp(0.5 * (stay + stretched), level, ordered[day])
        ordered[day] = np.where(below, filled, np.maximum(filled, last))
    return np.take_along_axis(ordered, _ranks(draws), axis=-1)


def _ranks(draws: Array) -> NDArray[np.int64]:
    """Place of each member among those of its day."""
    return draws.argsort(axis=-1, kind="stable").argsort(axis=-1, kind="stable")
