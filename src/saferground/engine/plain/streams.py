"""The draws of ``saferground.streams`` in plain Python integers, cut to 64 bits where a word would overflow.

The two agree bit for bit but for ``lgamma``: Python has its own and compiled code the C library's, so that a binomial
with more than 30 expected or a hypergeometric number may differ once in some 1e9 draws.
"""

from __future__ import annotations

import hashlib
import math

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_DIGITS = 53


def word(name: str) -> int:
    """A word for a key from a name: the first eight bytes of its BLAKE2 hash."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def mix(x: int) -> int:
    """Finaliser of splitmix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195)."""
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & _MASK
    return x ^ x >> 31


def fold(key: int, part: int) -> int:
    """The key that follows from ``key`` and one more word."""
    return mix(key ^ mix((int(part) + _GOLDEN) & _MASK))


def bits(key: int, i: int) -> int:
    """The i-th 64 random bits of a key, i from 0."""
    return mix((key + (i + 1) * _GOLDEN) & _MASK)


def uniform(key: int, i: int) -> float:
    """The i-th number of a key, uniform between 0 and 1: the middle of one of 2**52 equal parts."""
    return ((bits(key, i) >> 12) + 0.5) * 2.0**-52


def normal(key: int, i: int) -> float:
    """The i-th standard normal number of a key (Box and Muller 1958)."""
    u, v = uniform(key, 2 * i), uniform(key, 2 * i + 1)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


def gamma(key: int, shape: float) -> float:
    """A Gamma number of mean ``shape``, scale 1 (Marsaglia and Tsang 2000, doi 10.1145/358407.358414).

    For a shape under 1, a number of shape + 1 is multiplied by the power 1 / shape of a uniform one.
    """
    if shape < 1.0:
        boost, d = uniform(key, 0) ** (1.0 / shape), shape + 1.0 - 1.0 / 3.0
    else:
        boost, d = 1.0, shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 0
    while True:
        own = fold(key, attempt)
        x, u = normal(own, 0), uniform(own, 2)
        root = 1.0 + c * x
        v = root * root * root
        if v > 0.0 and math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            return boost * d * v
        attempt += 1


def binomial(key: int, n: int, p: float) -> int:
    """Successes among ``n`` trials of chance ``p``; the way of drawing depends on how many are expected."""
    n, p = int(n), float(p)
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if n * p < 0.4:
        return _count_upwards(key, n, p)
    if n <= 64:
        return _compare_digits(key, n, p)
    if p > 0.5:
        return n - _many(key, n, 1.0 - p)
    return _many(key, n, p)


def _many(key: int, n: int, p: float) -> int:
    return _count_upwards(key, n, p) if n * p < 30.0 else _reject(key, n, p)


def _compare_digits(key: int, n: int, p: float) -> int:
    """Each trial is a random binary fraction, a success where that is less than p.

    64 trials share one random word per binary digit. A trial is decided by the first digit that differs from p's.
    """
    digits_of_p, drawn, successes = int(p * 2.0**_DIGITS), 0, 0
    for start in range(0, n, 64):
        undecided = set(range(min(64, n - start)))
        for digit in reversed(range(_DIGITS)):
            if not undecided:
                break
            random = bits(key, drawn)
            drawn += 1
            ones = {trial for trial in undecided if random >> trial & 1}
            if digits_of_p >> digit & 1:
                successes += len(undecided - ones)
                undecided = ones
            else:
                undecided -= ones
    return successes


def _count_upwards(key: int, n: int, p: float) -> int:
    """The least k whose distribution function reaches a uniform number (Kachitvichyanukul and Schmeiser 1988)."""
    u = uniform(key, 0)
    if u <= 1.0 - n * p:
        return 0
    k, chance = 0, math.exp(n * math.log1p(-p))
    while k < n and u > chance:
        u -= chance
        chance *= p / (1.0 - p) * (n - k) / (k + 1)
        k += 1
    return k


def _reject(key: int, n: int, p: float) -> int:
    """Transformed rejection with squeeze, algorithm BTRS (Hörmann 1993, doi 10.1080/00949659308811496)."""
    spread = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    alpha = (2.83 + 5.1 / b) * spread
    mode = math.floor((n + 1) * p)
    i = 0
    while True:
        u, v = uniform(key, i) - 0.5, uniform(key, i + 1)
        i += 2
        margin = 0.5 - abs(u)
        k = math.floor((2.0 * a / margin + b) * u + n * p + 0.5)
        if margin >= 0.07 and v <= 0.92 - 4.2 / b:
            return k
        if not 0 <= k <= n:
            continue
        log_ratio = _log_choose(n, k) - _log_choose(n, mode) + (k - mode) * (math.log(p) - math.log1p(-p))
        if math.log(v * alpha / (a / (margin * margin) + b)) <= log_ratio:
            return k


def hypergeometric(key: int, total: int, marked: int, drawn: int) -> int:
    """Marked ones among ``drawn`` of ``total`` of which ``marked`` are marked."""
    total, marked, drawn = int(total), int(marked), int(drawn)
    low, high = max(0, drawn + marked - total), min(drawn, marked)
    if low >= high:
        return high
    return _ask_each(key, total, marked, drawn) if marked <= 24 else _lay_out(key, total, marked, drawn, low, high)


def _ask_each(key: int, total: int, marked: int, drawn: int) -> int:
    """Each marked one in turn is drawn with the chance that is left to it."""
    found = 0
    for i in range(marked):
        found += uniform(key, i) * (total - i) < drawn - found
    return found


def _lay_out(key: int, total: int, marked: int, drawn: int, low: int, high: int) -> int:
    """The outcomes are laid end to end from 0 to 1; the answer is the one that a uniform number falls into.

    Each is as long as it is likely. The most likely one comes first, then those below and above it in turn.
    """
    mode = int((drawn + 1.0) * (marked + 1.0) / (total + 2.0))
    both = total - marked - drawn
    likely = math.exp(_log_choose(marked, mode) + _log_choose(total - marked, drawn - mode) - _log_choose(total, drawn))
    left = uniform(key, 0) - likely
    below, above, chance_below, chance_above = mode, mode, likely, likely
    while left > 0.0 and (below > low or above < high):
        if below > low:
            chance_below *= below * (both + below) / ((marked - below + 1.0) * (drawn - below + 1.0))
            below, left = below - 1, left - chance_below
            if left <= 0.0:
                return below
        if above < high:
            chance_above *= (marked - above) * (drawn - above) / ((above + 1.0) * (both + above + 1.0))
            above, left = above + 1, left - chance_above
            if left <= 0.0:
                return above
    return mode


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)
