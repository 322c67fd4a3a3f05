"""How far each forecaster of a series is believed: by how well it has forecast so far.

Every week each forecaster says what the counts of the next weeks will be. As counts come in, each forecast is judged by
its CRPS. A forecaster's loss is its CRPS relative to the mean over the forecasters,

    loss = CRPS / mean CRPS - 1,        cut to [-1, 2], 0 for one that said nothing,

and forecasters are weighed by exp(-(0.3 x loss of this series + 0.03 x loss of all series of its group)), summed over
the forecasts judged (exponentially weighted aggregation: Cesa-Bianchi and Lugosi 2006, doi 10.1017/CBO9780511546921).
A new series thus starts with what the others have taught. No weight falls below ``FLOOR``. The blend averages the
forecasters' quantiles (Busetti 2017, doi 10.1111/obes.12163), which keeps it as narrow as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEADS = (7, 14, 28)
"""Days ahead that are judged."""
EVERY = 7
"""Days between the forecasts that are judged."""
DRAWS = 100
"""Members of such a forecast."""
WIDEST_GAP = 21
"""Days between two counts beyond which nothing is judged on the line between them."""
FLOOR = 0.02
_OWN, _POOLED = 0.3, 0.03


class Said(NamedTuple):
    """Forecasts made on one day."""

    day: int
    draws: Array  # (series, forecasters, leads, draws) people; NaN: no forecast


@dataclass(frozen=True)
class Ledger:
    """Forecasts that wait for their counts, and the losses of those that were judged."""

    said: tuple[Said, ...]
    loss: Array  # (series, forecasters)
    judged: NDArray[np.int64]  # (series,) forecasts

    @classmethod
    def blank(cls, series: int, forecasters: int) -> Ledger:
        """Before anything was said."""
        return cls((), np.zeros((series, forecasters)), np.zeros(series, np.int64))


def say(ledger: Ledger, day: int, draws: Array) -> Ledger:
    """The ledger with the forecasts of ``day``; those whose last day is long over are dropped."""
    kept = tuple(one for one in ledger.said if day - one.day <= LEADS[-1] + WIDEST_GAP + EVERY)
    return replace(ledger, said=(*kept, Said(day, draws)))


def judge(ledger: Ledger, which: int, before: tuple[int, float], now: tuple[int, float]) -> Ledger:
    """The ledger after a count of one series; ``before`` and ``now`` are day and people of the last and the new one."""
    loss, judged = ledger.loss.copy(), ledger.judged.copy()
    days = (before[0], now[0])
    for day, draws in ((one.day, one.draws[which]) for one in ledger.said):
        for i, lead in enumerate(LEADS):
            due = day + lead
            spoke = ~np.isnan(draws[:, i, 0])
            if not before[0] < due <= now[0] or not spoke.any():
                continue
            if due < now[0] and now[0] - before[0] > WIDEST_GAP:
                continue
            scores = crps(draws[spoke, i], float(np.interp(due, days, (before[1], now[1]))))
            loss[which, spoke] += np.clip(scores / max(float(scores.mean()), 1e-9) - 1.0, -1.0, 2.0)
            judged[which] += 1
    return replace(ledger, loss=loss, judged=judged)


def weights(ledger: Ledger, group: Sequence[str], doubt: Array) -> Array:
    """Weight of each forecaster in each series; series of one group learn from each other; rows sum to 1.

    ``doubt`` is taken off from the outset, as a loss times its rate; (series, forecasters).
    """
    names = np.array(group)
    pooled = np.array([ledger.loss[names == name].sum(axis=0) for name in names]).reshape(ledger.loss.shape)
    merit = -(_OWN * ledger.loss + _POOLED * pooled + doubt)
    share = np.exp(merit - merit.max(axis=1, keepdims=True, initial=-np.inf))
    share /= share.sum(axis=1, keepdims=True)
    return (1.0 - FLOOR * share.shape[1]) * share + FLOOR


def crps(draws: Array, truth: float) -> Array:
    """Continuous ranked probability score of equally likely draws (last axis); Gneiting and Raftery 2007, eq. 21."""
    ordered = np.sort(draws, axis=-1)
    n = ordered.shape[-1]
    spread = ((2.0 * np.arange(1, n + 1) - n - 1.0) * ordered).sum(axis=-1) / n**2
    return np.abs(ordered - truth).mean(axis=-1) - spread


def blend(draws: Array, weight: Array, paths: int) -> Array:
    """Members of the blend: the forecasters' quantiles averaged, in the order of members of one of them.

    That is the one that is believed most of the first ``paths``, whose members are courses through time; so are those
    of the blend. ``draws`` are (forecasters, days, members) of one series, ``weight`` (forecasters,); who says nothing
    of a day (NaN) has no part in it. Gives (days, members).
    """
    spoke = ~np.isnan(draws[:, :, 0])
    share = np.where(spoke, weight[:, None], 0.0)
    share /= share.sum(axis=0)
    quantiles = np.einsum("fd,fdm->dm", share, np.sort(np.nan_to_num(draws), axis=-1))
    rank = draws[int(weight[:paths].argmax())].argsort(axis=-1, kind="stable").argsort(axis=-1, kind="stable")
    return np.take_along_axis(quantiles, rank, axis=-1)
