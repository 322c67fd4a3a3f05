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
_INVERSION_BELOW = 10.0  # expected successes; above, rejection is quicker and holds
_CERTAIN = 1.0 - 1e-12  # the last of several weights over what is left of their sum, which rounding may leave under 1
_SMALL_MEAN = 0.4
_FEW_MARKED = 20
_NEAR = 24  # steps from the mode up to which a ratio of two chances is quicker as a product than by logarithms
_STIRLING_FROM = 16
_HALF_LOG_TAU = 0.9189385332046727
# Of the hat in HRUA: 2 sqrt(2 / e) and 3 - 2 sqrt(3 / e).
_HAT_WIDTH, _HAT_MARGIN = 1.7155277699214135, 0.8989161620588988


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
def blend(a: Word, b: Word, c: Word, d: Word) -> Word:
    """One word of four for ``fold``, quicker than folding each: a sum with odd factors.

    At least one of them should be a name's word, and small numbers should stand at different places.
    """
    return a + b * _MIX_1 + c * _MIX_2 + d * _GOLDEN


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
        root = 1.0 + c * x
        v = root * root * root
        if v > 0.0 and math.log(uniform(own, 2)) < 0.5 * x * x + d - d * v + d * math.log(v):
            return boost * d * v


@compiled
def beta(key: Word, a: float, b: float) -> float:
    """A Beta number, a > 0 and b > 0: the share of the first of two Gamma numbers in their sum."""
    first, second = gamma(fold(key, 0), a), gamma(fold(key, 1), b)
    return first / (first + second)


@compiled
def poisson(key: Word, mean: float) -> Whole:
    """A Poisson number, mean >= 0: products of uniform numbers for the last ten, before that by the Gamma waiting times
    of whole blocks of events (Ahrens and Dieter 1974, doi 10.1007/BF02293108)."""
    events: Whole = np.int64(0)
    round_ = 0
    while mean > _INVERSION_BELOW:
        own = fold(key, round_)
        round_ += 1
        block = np.int64(0.875 * mean)
        wait = gamma(fold(own, 0), float(block))
        if wait > mean:
            return np.int64(events + binomial(fold(own, 1), block - 1, mean / wait))
        events += block
        mean -= wait
    own, limit, product = fold(key, -1), math.exp(-mean), 1.0
    i = 0
    while True:
        product *= uniform(own, i)
        i += 1
        if product <= limit:
            return np.int64(events + i - 1)


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
    return _climb(u, n, math.exp(n * math.log1p(-p)), p / (1.0 - p))


@compiled
def _climb(u: float, n: Whole, none: float, odds: float) -> Whole:
    """The successes among n at which the distribution function reaches ``u``, from the chance of none upwards."""
    term = none
    k = 0
    while u > term and k < n:
        u -= term
        term *= odds * (n - k) / (k + 1)
        k += 1
    return k


@compiled
def log_factorial(n: Whole) -> float:
    """Natural logarithm of n!, n >= 0: of the product below 16, else Stirling's series (Abramowitz and Stegun 6.1.41).

    The first term that is left out of the series, 1 / (1188 n**9), is under 2e-14.
    """
    if n < _STIRLING_FROM:
        product = 1.0
        for i in range(2, n + 1):
            product *= i
        return math.log(product)
    x = 1.0 / n
    y = x * x
    series = x * (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0))))
    return (n + 0.5) * math.log(n) - n + _HALF_LOG_TAU + series


@compiled
def _binomial_rejection(key: Word, n: Whole, p: float) -> Whole:
    """BTRS: transformed rejection, n p >= 10 and p <= 1/2 (Hörmann 1993, doi 10.1080/00949659308811496)."""
    spread = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    i = 0
    while True:
        u = uniform(key, i) - 0.5
        v = uniform(key, i + 1)
        i += 2
        us = 0.5 - abs(u)
        x = math.floor((2.0 * a / us + b) * u + n * p + 0.5)
        if us >= 0.07 and v <= 0.92 - 4.2 / b:
            return np.int64(x)
        if x < 0 or x > n:
            continue
        k = np.int64(x)
        alpha = (2.83 + 5.1 / b) * spread
        if _binomial_height(k, n, p, v * alpha / (a / (us * us) + b)):
            return k


@compiled
def _binomial_height(k: np.int64, n: Whole, p: float, height: float) -> bool:
    """Whether ``k`` is at least ``height`` times as likely as the mode."""
    mode, odds = np.int64(math.floor((n + 1) * p)), p / (1.0 - p)
    if abs(k - mode) > _NEAR:
        log_ratio = log_factorial(mode) + log_factorial(n - mode) - log_factorial(k) - log_factorial(n - k)
        log_ratio += float(k - mode) * (math.log(p) - math.log1p(-p))
        return math.log(height) <= log_ratio
    ratio = 1.0
    for i in range(min(k, mode) + 1, max(k, mode) + 1):
        ratio *= odds * (n - i + 1) / i
    return height <= ratio if k > mode else height * ratio <= 1.0


@compiled
def binomial(key: Word, n: Whole, p: float) -> Whole:
    """Successes among n trials of chance p, exact; n is an integer up to 1e12, NaN counts as 0, 1 - 1e-12 as 1."""
    if n <= 0 or not p > 0.0:
        return np.int64(0)
    if p >= _CERTAIN:
        return np.int64(n)
    if n * p < _SMALL_MEAN:
        return np.int64(_binomial_inversion(key, n, p))
    if n <= _BITWISE_UP_TO:
        return np.int64(_binomial_bitwise(key, n, p))
    if p > 0.5:
        return np.int64(n - binomial_low(key, n, 1.0 - p))
    return np.int64(binomial_low(key, n, p))


@compiled
def decayed(key: Word, n: Whole, x: float) -> Whole:
    """``binomial`` of the chance 1 - exp(-x) that a hazard strikes, x >= 0 being its rate times the time.

    Where few are expected, by inversion: the chance of none is exp(-n x), never under 1 - n x; the odds are exp(x) - 1.
    """
    if n <= 0 or not x > 0.0:
        return np.int64(0)
    if n * x >= (_SMALL_MEAN if n <= _BITWISE_UP_TO else _INVERSION_BELOW):
        return binomial(key, n, -math.expm1(-x))
    u = uniform(key, 0)
    return np.int64(0) if u <= 1.0 - n * x else np.int64(_climb(u, n, math.exp(-n * x), math.expm1(x)))


@compiled
def binomial_low(key: Word, n: Whole, p: float) -> Whole:
    """``binomial`` for p <= 1/2 and large n: inversion while few are expected, else rejection."""
    if n * p < _INVERSION_BELOW:
        return np.int64(_binomial_inversion(key, n, p))
    return _binomial_rejection(key, n, p)


@compiled
def hypergeometric(key: Word, total: Whole, marked: Whole, drawn: Whole) -> Whole:
    """Marked ones among ``drawn`` taken without replacement from ``total`` of which ``marked`` are marked; exact.

    The number is the same with marked and drawn exchanged, and follows from that of those not marked or not drawn;
    so only the case is drawn in which both are at most half, and fewer marked than drawn.
    """
    if marked <= 0 or drawn <= 0:
        return np.int64(0)
    if marked >= total or drawn >= total:
        return np.int64(min(marked, drawn))
    few, many = min(marked, total - marked), min(drawn, total - drawn)
    found = _hypergeometric_low(key, total, min(few, many), max(few, many))
    if 2 * marked > total:
        found = many - found
    return np.int64(found if 2 * drawn <= total else marked - found)


@compiled
def _hypergeometric_low(key: Word, total: Whole, marked: Whole, drawn: Whole) -> Whole:
    """``hypergeometric`` for 0 < marked <= drawn <= total / 2: inversion while few are expected, else rejection."""
    if marked <= _FEW_MARKED or float(marked) * drawn < _INVERSION_BELOW * total:
        return _hypergeometric_inversion(key, total, marked, drawn)
    return _hypergeometric_rejection(key, total, marked, drawn)


@compiled
def _hypergeometric_inversion(key: Word, total: Whole, marked: Whole, drawn: Whole) -> Whole:
    """Walks up the distribution function from zero."""
    u = uniform(key, 0)
    if u <= 1.0 - float(marked) * drawn / total:  # the chance of none is never less
        return np.int64(0)
    rest = total - drawn
    if marked <= _FEW_MARKED:
        above, below = 1.0, 1.0
        for i in range(marked):
            above *= rest - i
            below *= total - i
        term = above / below
    else:
        term = math.exp(
            log_factorial(rest) - log_factorial(rest - marked) + log_factorial(total - marked) - log_factorial(total)
        )
    k = 0
    while u > term and k < marked:
        u -= term
        term *= float(marked - k) * (drawn - k) / ((k + 1.0) * (rest - marked + k + 1.0))
        k += 1
    return np.int64(k)


@compiled
def _hypergeometric_rejection(key: Word, total: Whole, marked: Whole, drawn: Whole) -> Whole:
    """HRUA: ratio of uniforms (Stadlober 1990, doi 10.1016/0377-0427(90)90349-5)."""
    share = marked / total
    centre = drawn * share + 0.5
    spread = math.sqrt(centre * (1.0 - share) * (total - drawn) / (total - 1.0) + 0.5)
    width = _HAT_WIDTH * spread + _HAT_MARGIN
    rest = total - marked - drawn
    mode = np.int64((drawn + 1.0) * (marked + 1.0) / (total + 2.0))
    i = 0
    while True:
        u, v = uniform(key, i), uniform(key, i + 1)
        i += 2
        x = centre + width * (v - 0.5) / u
        if x < 0.0 or x >= marked + 1.0:
            continue
        if _hypergeometric_height(np.int64(x), mode, marked, drawn, rest, u * u):
            return np.int64(x)


@compiled
def _hypergeometric_height(
    k: np.int64, mode: np.int64, marked: Whole, drawn: Whole, rest: Whole, height: float
) -> bool:
    """Whether ``k`` is at least ``height`` times as likely as the mode."""
    if abs(k - mode) > _NEAR:
        ratio = _log_ways(mode, marked, drawn, rest) - _log_ways(k, marked, drawn, rest)
        return math.log(height) <= ratio
    ratio = 1.0
    for i in range(min(k, mode) + 1, max(k, mode) + 1):
        ratio *= float(marked - i + 1) * (drawn - i + 1) / (float(i) * (rest + i))
    return height <= ratio if k > mode else height * ratio <= 1.0


@compiled
def _log_ways(k: Whole, marked: Whole, drawn: Whole, rest: Whole) -> float:
    """Minus the logarithm of the chance of ``k``, up to a constant."""
    return log_factorial(k) + log_factorial(marked - k) + log_factorial(drawn - k) + log_factorial(rest + k)


def member_uniforms(seed: Word, purpose: Word, members: Array) -> Array:
    """One uniform number per member for one purpose, ``uniform`` of the key of the three words; shape (members,)."""
    mixed, keys = mix.py_func, np.zeros(len(members), np.uint64)  # type: ignore[attr-defined]
    for part in (seed, members, purpose):
        keys = mixed(keys ^ mixed(np.atleast_1d(part).astype(np.uint64) + _GOLDEN))
    return ((mixed(keys + _GOLDEN) >> _U12) + 0.5) * (1.0 / 4503599627370496.0)
