"""How a source reports: each series has a bias and a spread of its own, learned from its counts.

For a member of an ensemble in which the true figure of a count y is q, the residual of the count is

    r = ln(y + 10) - ln(q + 10),

normal with the bias of the series as its mean and its spread as its standard deviation. Both are unknown. Beforehand
the spread is near 15 % and the bias 0, give or take 30 % for a series of the whole scenario and 60 % for one of a
place, where what the model gets wrong in the split over places comes on top: a normal-inverse-gamma distribution, so
that a residual has a Student distribution given those before it (Murphy 2007, "Conjugate Bayesian analysis of the
Gaussian distribution"). Two things besides:

- Before each count but the first of its source, the source may have changed what it covers (``JUMP``): its bias then
  starts anew, from a wider distribution. That is how a coverage revision is told from a movement of people.
- A count may be about something that the model does not have (``STRAY``): another place, other people, a slip. It is
  then anything from nobody to ten million, evenly in logarithms, and says nothing of a member or of its source.

Figures beforehand are assumptions. In the shipped records agencies counted the same people of the same day at a place
3.3 times apart, and the same people in all 1.2 to 2.8 times.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SMALL = 10.0
"""People added on both sides, so that small figures weigh little."""
JUMP = 0.03
"""Chance before each count that the source has changed what it covers."""
STRAY = 0.01
"""Chance that a count is not about what the model has."""
_ANYTHING = -np.log(np.log(1e7 / SMALL))
"""Log-density of such a count."""
_SHAPE, _SPREAD = 3.0, 0.15
_WORTH, _WORTH_PLACE, _WORTH_AFTER = 0.25, 0.0625, 0.04
"""What is known of a bias in units of counts: at first, in all (0 +- 30 %) and at a place (0 +- 60 %), and after a
change of coverage (0 +- 75 %)."""


class Sources(NamedTuple):
    """What each member has learned of each series; shape (members, series)."""

    worth: Array  # counts that the mean is worth
    mean: Array  # of the bias, log
    shape: Array  # of the inverse-gamma distribution of the variance
    scale: Array  # of the same


class Verdict(NamedTuple):
    """What a count is taken for, member by member; arrays of (members,)."""

    likely: Array  # log-likelihood
    jumped: NDArray[np.bool_]  # its source has changed what it covers
    stray: NDArray[np.bool_]  # it is not about what the model has


def unknown(members: int, at_place: Sequence[bool]) -> Sources:
    """Before the first count; ``at_place`` says of each series whether it is of a place."""
    size = (members, len(at_place))
    worth = np.where(at_place, _WORTH_PLACE, _WORTH)
    return Sources(
        np.tile(worth, (members, 1)),
        np.zeros(size),
        np.full(size, _SHAPE),
        np.full(size, _SPREAD**2 * (_SHAPE - 1.0)),
    )


def residual(count: float, true: Array) -> Array:
    """Logarithm of a count over what it would be in each member."""
    return np.log(count + SMALL) - np.log(np.maximum(true, 0.0) + SMALL)


def hear(sources: Sources, which: int, off: Array, chance: Array) -> tuple[Sources, Verdict]:
    """The sources after a count of one series with residuals ``off``, and what it is taken for.

    ``chance`` are uniform numbers, one a member, that decide who takes it for what. All arrays are (members,).
    """
    own = _of(sources, which)
    renewed, jump = _renewed(own)
    with np.errstate(divide="ignore"):
        usual, changed = np.log1p(-STRAY - jump) + _student(own, off), np.log(jump) + _student(renewed, off)
    stray = np.log(STRAY) + _ANYTHING
    likely = np.logaddexp(np.logaddexp(usual, changed), stray)
    jumped, ignored = chance < np.exp(changed - likely), chance >= 1.0 - np.exp(stray - likely)
    before = Sources(*(np.where(jumped, new, old) for new, old in zip(renewed, own, strict=True)))
    after = Sources(*(part.copy() for part in sources))
    for part, value, old in zip(after, _learned(before, off), own, strict=True):
        part[:, which] = np.where(ignored, old, value)
    return after, Verdict(likely, jumped, ignored)


def drawn(sources: Sources, which: int, rng: np.random.Generator) -> Array:
    """Residuals that a count of one series may have, given that it is about what the model has; (members,)."""
    own = _of(sources, which)
    renewed, jump = _renewed(own)
    jumped = rng.random(len(jump)) < jump / (1.0 - STRAY)
    now = Sources(*(np.where(jumped, new, old) for new, old in zip(renewed, own, strict=True)))
    variance = now.scale * (now.worth + 1.0) / (now.shape * now.worth)
    return now.mean + np.sqrt(variance) * rng.standard_t(2.0 * now.shape)


def _of(sources: Sources, which: int) -> Sources:
    return Sources(*(part[:, which] for part in sources))


def _renewed(own: Sources) -> tuple[Sources, Array]:
    """A source after a change of coverage, and the chance of one: none before its first count."""
    renewed = own._replace(worth=np.full_like(own.worth, _WORTH_AFTER), mean=np.zeros_like(own.mean))
    return renewed, np.where(own.shape > _SHAPE, JUMP, 0.0)


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


def biases(sources: Sources, which: int, rng: np.random.Generator, draws: int = 20) -> Array:
    """Equally likely biases of one series, so many of each member: what is not known of them included."""
    own = _of(sources, which)
    t = rng.standard_t(2.0 * own.shape[:, None], (len(own.shape), draws))
    return (own.mean[:, None] + np.sqrt(own.scale / (own.shape * own.worth))[:, None] * t).ravel()
