"""The draws of ``saferground.streams`` in plain Python integers, cut to 64 bits where a word would overflow.

The two agree bit for bit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable

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


def blend(a: int, b: int, c: int, d: int) -> int:
    """One word of four for ``fold``: a sum with odd factors."""
    return (a + b * 0xBF58476D1CE4E5B9 + c * 0x94D049BB133111EB + d * _GOLDEN) & _MASK


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


def beta(key: int, a: float, b: float) -> float:
    """The share that a Gamma number of mean ``a`` has in the sum of it and one of mean ``b``."""
    parts = [gamma(fold(key, i), shape) for i, shape in enumerate((a, b))]
    return parts[0] / (parts[0] + parts[1])


def binomial(key: int, n: int, p: float) -> int:
    """Successes among ``n`` trials of chance ``p``; the way of drawing depends on how many are expected.

    A ``p`` that is NaN counts as 0, one from 1 - 1e-12 on as 1.
    """
    n, p = int(n), float(p)
    if n <= 0 or not p > 0.0:
        return 0
    if p >= 1.0 - 1e-12:
        return n
    if n * p < 0.4:
        return _count_upwards(key, n, p)
    if n <= 64:
        return _compare_digits(key, n, p)
    if p > 0.5:
        return n - _many(key, n, 1.0 - p)
    return _many(key, n, p)


def decayed(key: int, n: int, x: float) -> int:
    """Those among ``n`` whom a hazard strikes, each with the chance 1 - exp(-x); none with the chance exp(-n x)."""
    if n <= 0 or not x > 0.0:
        return 0
    if n * x >= (0.4 if n <= 64 else 10.0):
        return binomial(key, n, -math.expm1(-x))
    u = uniform(key, 0)
    return 0 if u <= 1.0 - n * x else _reach(u, n, math.exp(-n * x), math.expm1(x))


def poisson(key: int, mean: float) -> int:
    """Events in a time of ``mean``, one being expected per unit of it (Ahrens and Dieter 1974, doi 10.1007/BF02293108).

    While more than 10 are expected, the time at which a whole block of them is complete is a Gamma number. When it lies
    beyond the end, the events before it are spread evenly, so that those in time are a binomial number of them.
    """
    events, block_number = 0, 0
    while mean > 10.0:
        own, block = fold(key, block_number), int(0.875 * mean)
        wait = gamma(fold(own, 0), float(block))
        if wait > mean:
            return events + binomial(fold(own, 1), block - 1, mean / wait)
        events, mean, block_number = events + block, mean - wait, block_number + 1
    own, product, i = fold(key, -1), uniform(fold(key, -1), 0), 0
    while product > math.exp(-mean):
        i += 1
        product *= uniform(own, i)
    return events + i


def _many(key: int, n: int, p: float) -> int:
    return _count_upwards(key, n, p) if n * p < 10.0 else _reject(key, n, p)


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
    return 0 if u <= 1.0 - n * p else _reach(u, n, math.exp(n * math.log1p(-p)), p / (1.0 - p))


def _reach(u: float, n: int, chance: float, odds: float) -> int:
    """The least k whose distribution function reaches ``u``, from the chance of 0 on."""
    k = 0
    while k < n and u > chance:
        u -= chance
        chance *= odds * (n - k) / (k + 1)
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
        height = v * alpha / (a / (margin * margin) + b)
        if abs(k - mode) > 24:
            log_ratio = log_factorial(mode) + log_factorial(n - mode) - log_factorial(k) - log_factorial(n - k)
            fits = math.log(height) <= log_ratio + (k - mode) * (math.log(p) - math.log1p(-p))
        else:
            fits = _under(height, k, mode, lambda i: p / (1.0 - p) * (n - i + 1) / i)
        if fits:
            return k


def _under(height: float, k: int, mode: int, step: Callable[[int], float]) -> bool:
    """Whether ``k`` is ``height`` times as likely as the mode or more; i is ``step(i)`` times as likely as i - 1."""
    ratio = math.prod(step(i) for i in range(min(k, mode) + 1, max(k, mode) + 1))
    return height <= ratio if k > mode else height * ratio <= 1.0


def hypergeometric(key: int, total: int, marked: int, drawn: int) -> int:
    """Marked ones among ``drawn`` of ``total`` of which ``marked`` are marked.

    Where more than half are marked, those not marked are counted among the drawn; where more than half are drawn, the
    marked among those not drawn. Marked and drawn can change places, so that the fewer are asked for.
    """
    total, marked, drawn = int(total), int(marked), int(drawn)
    if marked > 0 and drawn > 0 and (marked >= total or drawn >= total):
        return min(marked, drawn)
    if marked <= 0 or drawn <= 0:
        return 0
    if 2 * drawn > total:
        return marked - hypergeometric(key, total, marked, total - drawn)
    if 2 * marked > total:
        return drawn - hypergeometric(key, total, total - marked, drawn)
    if marked > drawn:
        marked, drawn = drawn, marked
    few = marked <= 20 or float(marked) * drawn < 10.0 * total
    return (_lay_out if few else _take_ratios)(key, total, marked, drawn)


def _lay_out(key: int, total: int, marked: int, drawn: int) -> int:
    """The outcomes 0, 1, ... are laid end to end from 0 to 1, each as long as it is likely.

    The answer is the one that a uniform number falls into.
    """
    left = uniform(key, 0)
    if left <= 1.0 - float(marked) * drawn / total:
        return 0
    k, chance = 0, _chance_of_none(total, marked, total - drawn)
    while k < marked and left > chance:
        left -= chance
        chance *= float(marked - k) * (drawn - k) / ((k + 1.0) * (total - drawn - marked + k + 1.0))
        k += 1
    return k


def _chance_of_none(total: int, marked: int, rest: int) -> float:
    """Chance that all marked ones are among the ``rest`` that is not drawn: rest! (total - marked)! / ..."""
    if marked <= 20:
        return math.prod(map(float, range(rest, rest - marked, -1))) / math.prod(
            map(float, range(total, total - marked, -1))
        )
    return math.exp(
        log_factorial(rest) - log_factorial(rest - marked) + log_factorial(total - marked) - log_factorial(total)
    )


def _take_ratios(key: int, total: int, marked: int, drawn: int) -> int:
    """Ratio of uniforms, algorithm HRUA (Stadlober 1990, doi 10.1016/0377-0427(90)90349-5)."""
    share = marked / total
    centre = drawn * share + 0.5
    spread = math.sqrt(centre * (1.0 - share) * (total - drawn) / (total - 1.0) + 0.5)
    width = 1.7155277699214135 * spread + 0.8989161620588988
    mode = int((drawn + 1.0) * (marked + 1.0) / (total + 2.0))

    def rarity(k: int) -> float:
        outside = total - marked - drawn + k
        return log_factorial(k) + log_factorial(marked - k) + log_factorial(drawn - k) + log_factorial(outside)

    def step(i: int) -> float:
        return float(marked - i + 1) * (drawn - i + 1) / (float(i) * (total - marked - drawn + i))

    i = 0
    while True:
        u, v = uniform(key, i), uniform(key, i + 1)
        i += 2
        x = centre + width * (v - 0.5) / u
        if not 0.0 <= x < marked + 1.0:
            continue
        k = int(x)
        fits = math.log(u * u) <= rarity(mode) - rarity(k) if abs(k - mode) > 24 else _under(u * u, k, mode, step)
        if fits:
            return k


def log_factorial(n: int) -> float:
    """Natural logarithm of n!: of the product below 16, else by Stirling's series (Abramowitz and Stegun 6.1.41)."""
    if n < 16:
        return math.log(math.factorial(n))
    x = 1.0 / n
    y = x * x
    series = x * (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0))))
    return (n + 0.5) * math.log(n) - n + 0.5 * math.log(2.0 * math.pi) + series
