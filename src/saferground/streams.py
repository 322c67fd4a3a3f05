"""Random numbers without a state: every draw has a key of its own.

A key is a 64-bit number made by folding words into it one after the other: the seed, the member, the step, the
process, the place, the household class. The same words give the same draws in every run, on any number of threads,
whatever else is drawn. Two plans that differ in one place therefore share all other draws.

Everything here runs inside Numba kernels and from plain Python alike. The mixing function is the finaliser of
splitmix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195); ``uniform(key, i)`` is the i-th output of the
splitmix64 generator whose state is ``key``.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from saferground.compiling import compiled

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_U1, _U2, _U4, _U12, _U56 = (np.uint64(i) for i in (1, 2, 4, 12, 56))
_U27, _U30, _U31 = (np.uint64(i) for i in (27, 30, 31))
_ONES = np.uint64(0xFFFFFFFFFFFFFFFF)
_M1 = np.uint64(0x5555555555555555)
_M2 = np.uint64(0x3333333333333333)
_M4 = np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES = np.uint64(0x0101010101010101)
_DIGITS = 53
_BITWISE_UP_TO = 64
_INVERSION_BELOW = 30.0  # expected successes; above, rejection is quicker
_SMALL_MEAN = 0.4
_ONE_BY_ONE = 24


Word = np.uint64
Whole = int | np.int64
Array = NDArray[Any]


def word(name: str) -> np.uint64:
    """A word for a key from a name: the first eight bytes of its BLAKE2 hash, so that row order never matters."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))


@compiled
def mix(x: Word) -> Word:
    """Finaliser of splitmix64: a bijection of 64-bit words in which every input bit moves every output bit."""
    x = (x ^ (x >> _U30)) * _MIX_1
    x = (x ^ (x >> _U27)) * _MIX_2
    return x ^ (x >> _U31)


@compiled
def fold(key: Word, part: Word | Whole) -> Word:
    """The key that follows from ``key`` and one more word."""
    return mix(key ^ mix(np.uint64(part) + _GOLDEN))


@compiled
def bits(key: Word, i: Whole) -> Word:
    """The i-th 64 random bits of a key, i from 0."""
    return mix(key + np.uint64(i + 1) * _GOLDEN)


@compiled
def uniform(key: Word, i: Whole) -> float:
    """The i-th number of a key, uniform in the open interval (0, 1): the middle of one of 2**52 equal parts."""
    return (float(bits(key, i) >> _U12) + 0.5) * (1.0 / 4503599627370496.0)


@compiled
def normal(key: Word, i: Whole) -> float:
    """The i-th standard normal number of a key (Box and Muller 1958); uses its uniforms 2 i and 2 i + 1."""
    radius = math.sqrt(-2.0 * math.log(uniform(key, 2 * i)))
    return radius * math.cos(2.0 * math.pi * uniform(key, 2 * i + 1))


@compiled
def gamma(key: Word, shape: float) -> float:
    """A Gamma number of mean ``shape`` and scale 1, shape > 0 (Marsaglia and Tsang 2000, doi 10.1145/358407.358414)."""
    boost = 1.0 if shape >= 1.0 else uniform(key, 0) ** (1.0 / shape)
    d = (shape if shape >= 1.0 else shape + 1.0) - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 0
    while True:
        own = fold(key, attempt)
        attempt += 1
        x = normal(own, 0)
        v = (1.0 + c * x) ** 3
        if v > 0.0 and math.log(uniform(own, 2)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return boost * d * v


@compiled
def _count_ones(x: Word) -> Whole:
    x = x - ((x >> _U1) & _M1)
    x = (x & _M2) + ((x >> _U2) & _M2)
    x = (x + (x >> _U4)) & _M4
    return np.int64((x * _BYTES) >> _U56)


@compiled
def _binomial_bitwise(key: Word, n: Whole, p: float) -> Whole:
    """Compares n random binary fractions with p digit by digit, 64 at a time; exact to the 53 bits of p."""
    digits = np.uint64(p * 9007199254740992.0)
    successes: Whole = 0
    drawn = 0
    left = n
    while left > 0:
        open_lanes = _ONES if left >= 64 else (_U1 << np.uint64(left)) - _U1
        left -= 64
        digit = _DIGITS - 1
        while open_lanes != 0 and digit >= 0:
            random = bits(key, drawn)
            drawn += 1
            if (digits >> np.uint64(digit)) & _U1:
                successes += _count_ones(open_lanes & ~random)
                open_lanes &= random
            else:
                open_lanes &= ~random
            digit -= 1
    return successes


@compiled
def _binomial_inversion(key: Word, n: Whole, p: float) -> Whole:
    """Walks up the distribution function from zero; p < 1, mean under 700 (Kachitvichyanukul and Schmeiser 1988)."""
    u = uniform(key, 0)
    if u <= 1.0 - n * p:  # (1 - p)**n is never less, so the answer is known without the power
        return 0
    odds = p / (1.0 - p)
    term = math.exp(n * math.log1p(-p))
    k = 0
    while u > term and k < n:
        u -= term
        term *= odds * (n - k) / (k + 1)
        k += 1
    return k


@compiled
def _log_choose(n: Whole, k: Whole) -> float:
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@compiled
def _binomial_rejection(key: Word, n: Whole, p: float) -> Whole:
    """BTRS: transformed rejection, n p >= 10 and p <= 1/2 (Hörmann 1993, doi 10.1080/00949659308811496)."""
    spread = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    alpha = (2.83 + 5.1 / b) * spread
    mode = math.floor((n + 1) * p)
    log_odds = math.log(p) - math.log1p(-p)
    i = 0
    while True:
        u = uniform(key, i) - 0.5
        v = uniform(key, i + 1)
        i += 2
        us = 0.5 - abs(u)
        k = math.floor((2.0 * a / us + b) * u + n * p + 0.5)
        if us >= 0.07 and v <= 0.92 - 4.2 / b:
            return np.int64(k)
        if k < 0 or k > n:
            continue
        log_ratio = _log_choose(n, k) - _log_choose(n, mode) + (k - mode) * log_odds
        if math.log(v * alpha / (a / (us * us) + b)) <= log_ratio:
            return np.int64(k)


@compiled
def binomial(key: Word, n: Whole, p: float) -> Whole:
    """Successes among n trials of chance p, exact; n >= 0 is an integer up to 1e12, p outside [0, 1] is clipped."""
    if n <= 0 or p <= 0.0:
        return np.int64(0)
    if p >= 1.0:
        return np.int64(n)
    if n * p < _SMALL_MEAN:
        return np.int64(_binomial_inversion(key, n, p))
    if n <= _BITWISE_UP_TO:
        return np.int64(_binomial_bitwise(key, n, p))
    if p > 0.5:
        return np.int64(n - binomial_low(key, n, 1.0 - p))
    return np.int64(binomial_low(key, n, p))


@compiled
def binomial_low(key: Word, n: Whole, p: float) -> Whole:
    """``binomial`` for p <= 1/2 and large n: inversion while few are expected, else rejection."""
    if n * p < _INVERSION_BELOW:
        return np.int64(_binomial_inversion(key, n, p))
    return _binomial_rejection(key, n, p)


@compiled
def _hypergeometric_one_by_one(key: Word, total: Whole, marked: Whole, drawn: Whole) -> Whole:
    """Asks of each marked one whether it is among those drawn."""
    found = 0
    for i in range(marked):
        if uniform(key, i) * (total - i) < drawn - found:
            found += 1
    return np.int64(found)


@compiled
def hypergeometric(key: Word, total: Whole, marked: Whole, drawn: Whole) -> Whole:
    """Marked ones among ``drawn`` taken without replacement from ``total`` of which ``marked`` are marked; exact.

    Walks outwards from the mode, so the work grows with the standard deviation, not with the numbers.
    """
    low, high = max(0, drawn + marked - total), min(drawn, marked)
    if low >= high:
        return np.int64(high)
    if marked <= _ONE_BY_ONE:
        return _hypergeometric_one_by_one(key, total, marked, drawn)
    mode = np.int64((drawn + 1.0) * (marked + 1.0) / (total + 2.0))
    log_p = _log_choose(marked, mode) + _log_choose(total - marked, drawn - mode) - _log_choose(total, drawn)
    u = uniform(key, 0) - math.exp(log_p)
    down, up = mode, mode
    p_down, p_up = math.exp(log_p), math.exp(log_p)
    while u > 0.0 and (down > low or up < high):
        if down > low:
            p_down *= down * (total - marked - drawn + down) / ((marked - down + 1.0) * (drawn - down + 1.0))
            down -= 1
            u -= p_down
            if u <= 0.0:
                return np.int64(down)
        if up < high:
            p_up *= (marked - up) * (drawn - up) / ((up + 1.0) * (total - marked - drawn + up + 1.0))
            up += 1
            u -= p_up
            if u <= 0.0:
                return np.int64(up)
    return np.int64(mode)


@njit(error_model="numpy", cache=True)
def member_uniforms(seed: Word, purpose: Word, members: Array) -> Array:
    """One uniform number per member for one purpose; shape (members,)."""
    out = np.empty(len(members))
    for i in range(len(members)):
        out[i] = uniform(fold(fold(fold(np.uint64(0), seed), members[i]), purpose), 0)
    return out
