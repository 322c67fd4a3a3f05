"""Parameters of a member: drawn from their priors, one stream per member and parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from saferground.scenario.record import Prior
from saferground.streams import member_uniforms, word

Parameters = Any  # one record of float64 fields, one per parameter: inside a kernel p.pace, in Python p["pace"]
_Map = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_NORMAL = NormalDist()
_P95 = 1.6448536269514722


def quantile(prior: Prior, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of a parameter at probability ``u`` of its prior, clipped to the parameter's bounds; any shape.

    ``low`` and ``high`` are the ends of a uniform prior and the 5 % and 95 % points of the others.
    """
    return _at(prior, u, normal_quantile)


def at_score(prior: Prior, score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of a parameter where a standard normal number stands in its distribution; any shape."""
    return _at(prior, score, lambda score: score, uniform=normal_share)


def normal_share(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability that a standard normal number is at most ``score``."""
    return np.array([_NORMAL.cdf(each) for each in score.ravel().tolist()]).reshape(score.shape)


def _at(prior: Prior, at: NDArray[np.float64], to_score: _Map, uniform: _Map = np.asarray) -> NDArray[np.float64]:
    if prior.form == "fixed":
        return np.full_like(at, _number(prior.value))
    low, high = _number(prior.low), _number(prior.high)
    if prior.form == "uniform":
        return low + (high - low) * uniform(at)
    to_line, from_line = _TRANSFORMS[prior.form]
    a, b = to_line(low), to_line(high)
    return np.clip(from_line((a + b) / 2 + (b - a) / (2 * _P95) * to_score(at)), prior.lower, prior.upper)


def normal_quantile(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of the standard normal distribution at probability ``u``, 0 < u < 1 (Wichura 1988, AS 241)."""
    return np.array([_NORMAL.inv_cdf(each) for each in u.ravel().tolist()]).reshape(u.shape)


def logit(share: float) -> float:
    """Logarithm of the odds."""
    return float(np.log(share / (1.0 - share)))


def expit(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of which these are the logarithms of the odds."""
    return 1.0 / (1.0 + np.exp(-odds))


_TRANSFORMS: dict[str, tuple[Any, Any]] = {
    "normal": (float, np.asarray),
    "lognormal": (np.log, np.exp),
    "logitnormal": (logit, expit),
}


def _number(value: float | None) -> float:
    assert value is not None, "the scenario was checked at reading"
    return value


def dtype(priors: Mapping[str, Prior]) -> np.dtype:
    """Record type of one member's parameters: one float64 field per parameter, in the order of parameters.csv."""
    return np.dtype([(name, np.float64) for name in priors])


def sample(priors: Mapping[str, Prior], members: NDArray[np.int64], seed: int) -> NDArray[np.void]:
    """Parameters of the given members, shape (members,), as records.

    A parameter of a member depends only on the seed, the member's number and the parameter's name.
    """
    records = np.empty(len(members), dtype(priors))
    for name, prior in priors.items():
        records[name] = quantile(prior, _uniforms(name, members, seed))
    return records


def sample_scores(priors: Mapping[str, Prior], members: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """The same draws as standard normal numbers, (members, parameters); ``from_scores`` makes parameters of them."""
    return np.stack([normal_quantile(_uniforms(name, members, seed)) for name in priors], axis=1)


def from_scores(priors: Mapping[str, Prior], scores: NDArray[np.float64]) -> NDArray[np.void]:
    """Parameters where standard normal numbers stand in their priors; (members, parameters) to (members,)."""
    records = np.empty(len(scores), dtype(priors))
    for i, (name, prior) in enumerate(priors.items()):
        records[name] = at_score(prior, scores[:, i])
    return records


def _uniforms(name: str, members: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    return member_uniforms(np.uint64(seed), word(f"parameter {name}"), members)
