"""How a source reports: each series has a bias and a spread of its own, learned from its counts.

For a member of an ensemble in which the true figure of a count y is q, the residual of the count is

    r = ln(y + 10) - ln(q + 10),

normal with the bias of the series as its mean and its spread as its standard deviation. Both are unknown. Beforehand
the bias is 0 give or take a third, the spread near 15 %: a normal-inverse-gamma distribution, so that a residual has a
Student distribution given those before it (Murphy 2007, "Conjugate Bayesian analysis of the Gaussian distribution").
Figures beforehand are assumptions; in the shipped record two agencies counted the same people 29 % apart.

Before each count the source may have changed what it covers (``JUMP``): its bias then starts anew, from a wider
distribution. That is how a coverage revision is told from a movement of people.
"""

from __future__ import annotations

from math import lgamma
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SMALL = 10.0
"""People added on both sides, so that small figures weigh little."""
JUMP = 0.03
"""Chance before each count that the source has changed what it covers."""
_WORTH, _SHAPE, _SPREAD = 0.25, 3.0, 0.15
_WORTH_AFTER = 0.04
"""What is known of a bias in units of counts: at first (0 +- 30 %) and after a change of coverage (0 +- 75 %)."""


class Sources(NamedTuple):
    """What each member has learned of each series; shape (members, series)."""

    worth: Array  # counts that the mean is worth
    mean: Array  # of the bias, log
    shape: Array  # of the inverse-gamma distribution of the variance
    scale: Array  # of the same


def unknown(members: int, series: int) -> Sources:
    """Before the first count."""
    size = (members, series)
    return Sources(
        np.full(size, _WORTH), np.zeros(size), np.full(size, _SHAPE), np.full(size, _SPREAD**2 * (_SHAPE - 1.0))
    )


def residual(count: float, true: Array) -> Array:
    """Logarithm of a count over what it would be in each member."""
    return np.log(count + SMALL) - np.log(np.maximum(true, 0.0) + SMALL)


def hear(sources: Sources, which: int, off: Array, chance: Array) -> tuple[Sources, Array, Array]:
    """The sources after a count of one series with residuals ``off``, its log-likelihood, and who saw a jump.

    ``chance`` are uniform numbers, one a member, that decide who takes the count for a change of coverage. All arrays
    are (members,).
    """
    own = Sources(*(part[:, which] for part in sources))
    renewed = own._replace(worth=np.full_like(off, _WORTH_AFTER), mean=np.zeros_like(off))
    usual, changed = np.log1p(-JUMP) + _student(own, off), np.log(JUMP) + _student(renewed, off)
    likely = np.logaddexp(usual, changed)
    jumped = chance < np.exp(changed - likely)
    before = Sources(*(np.where(jumped, new, old) for new, old in zip(renewed, own, strict=True)))
    after = Sources(*(part.copy() for part in sources))
    for part, value in zip(after, _learned(before, off), strict=True):
        part[:, which] = value
    return after, likely, jumped


def _student(own: Sources, off: Array) -> Array:
    """Log-density of a residual."""
    freedom = 2.0 * own.shape
    variance = own.scale * (own.worth + 1.0) / (own.shape * own.worth)
    front = np.vectorize(lambda one: lgamma((one + 1.0) / 2.0) - lgamma(one / 2.0))(freedom)
    z = (off - own.mean) ** 2 / variance
    return front - 0.5 * np.log(freedom * np.pi * variance) - 0.5 * (freedom + 1.0) * np.log1p(z / freedom)


def _learned(own: Sources, off: Array) -> tuple[Array, Array, Array, Array]:
    return (
        own.worth + 1.0,
        (own.worth * own.mean + off) / (own.worth + 1.0),
        own.shape + 0.5,
        own.scale + 0.5 * own.worth * (off - own.mean) ** 2 / (own.worth + 1.0),
    )


def reorder(sources: Sources, ancestors: NDArray[np.int64]) -> Sources:
    """Sources whose member i is that of ``ancestors[i]``."""
    return Sources(*(part[ancestors] for part in sources))


def spread(sources: Sources) -> Array:
    """Standard deviation of the residuals of each series; (members, series)."""
    return np.sqrt(sources.scale / (sources.shape - 1.0))


def unsure(sources: Sources) -> Array:
    """Standard deviation of the next residual around the mean bias, bias and spread both unknown; (members, series)."""
    return spread(sources) * np.sqrt(1.0 + 1.0 / sources.worth)
