"""Every draw against its distribution.

Each test of a distribution has false alarms with a chance of ALARM = 1e-3 / (number of such tests), so that all of them
together have one in a thousand; the keys are fixed, so a test passes or fails for good.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from helpers import draws
from saferground.engine.plain import streams as plain_streams
from saferground.streams import log_factorial, word

DRAWS = 300_000
TESTS = 130
ALARM = 1e-3 / TESTS

# Inversion below a mean of 0.4; digit by digit up to 64 trials; beyond that inversion below a mean of 10 and rejection
# above, with p over 1/2 mirrored: inside every regime and on both sides of every border.
BINOMIALS = [
    (1, 0.3), (1, 0.5), (2, 0.1), (3, 0.95), (6, 0.06), (6, 0.07), (40, 0.00999), (40, 0.01), (40, 0.0101), (63, 0.4),
    (64, 0.4), (64, 0.97), (65, 0.4), (65, 0.00615), (65, 0.00616), (65, 0.15), (65, 0.16), (65, 0.97), (100, 0.89),
    (100, 0.91), (128, 0.5), (129, 0.50001), (400, 0.000999), (400, 0.001001), (400, 0.0249), (401, 0.025),
    (401, 0.9999), (1000, 0.00999), (1000, 0.01), (1000, 0.01001), (5000, 0.003), (20_000, 0.7), (10**6, 3e-7),
    (10**6, 0.25), (10**8, 1e-9), (10**8, 5e-8), (10**8, 0.9e-7), (10**8, 2e-6), (10**8, 0.5), (10**8, 0.999999),
]  # fmt: skip
# Less and more than a mean of 0.4 expected, where the chance of none need not be known.
DECAYS = [(1, 0.2), (1, 3.0), (30, 0.013), (30, 0.0134), (30, 0.5), (10**6, 3e-7), (10**6, 0.01), (10**8, 3.9e-9)]
# total, marked, drawn: of the four cases of few or many marked and drawn, inversion with products up to 20, with
# logarithms beyond, and rejection where more than 10 are expected.
URNS = [
    (10, 1, 5), (10, 3, 4), (30, 24, 7), (31, 25, 7), (50, 24, 49), (50, 25, 49), (50, 20, 25), (52, 21, 26),
    (100, 30, 30), (600, 20, 300), (600, 20, 301), (600, 21, 280), (600, 21, 300), (600, 580, 290), (600, 578, 320),
    (600, 590, 20), (1000, 100, 99), (1000, 100, 101), (1000, 900, 102), (1000, 101, 900), (1000, 899, 899),
    (5000, 40, 6), (10**5, 2000, 300), (10**5, 90_000, 60_000), (10**7, 10**4, 9000), (10**7, 10**4, 5 * 10**5),
    (10**8, 3000, 10**6), (10**8, 4 * 10**7, 5 * 10**7),
]  # fmt: skip
SHAPES = [0.2, 0.5, 0.999, 1.0, 2.0, 7.5, 300.0]
# Products of uniform numbers up to 10; beyond that one block of events, or several where the first ends early.
MEANS = [0.001, 0.03, 0.5, 3.0, 9.9, 10.0, 10.01, 12.0, 30.0, 90.0, 1000.0, 123_456.7, 1e8]


def fits(sample: NDArray[np.int64], distribution: stats.rv_frozen) -> bool:
    """Chi-square test of whole numbers in groups of about half a per cent, with tails of one in 10,000 of their own."""
    edges = np.unique(distribution.ppf([1e-4, *np.linspace(0.005, 0.995, 199), 1 - 1e-4]))
    if distribution.sf(edges[-1]) * len(sample) < 10:
        edges = edges[:-1]
    expected = np.diff([0.0, *distribution.cdf(edges), 1.0]) * len(sample)
    seen = np.bincount(np.searchsorted(edges, sample), minlength=len(expected))
    return stats.chisquare(seen, expected).pvalue > ALARM


def fits_curve(sample: NDArray[np.float64], distribution: stats.rv_frozen) -> bool:
    return stats.kstest(sample, distribution.cdf).pvalue > ALARM


@pytest.mark.parametrize(("n", "p"), BINOMIALS)
def test_binomials(n, p):
    assert fits(draws.binomials(draws.keys(1, DRAWS), n, p), stats.binom(n, p))


@pytest.mark.parametrize(("n", "x"), DECAYS)
def test_those_whom_a_hazard_strikes(n, x):
    assert fits(draws.decays(draws.keys(14, DRAWS), n, x), stats.binom(n, -np.expm1(-x)))


@pytest.mark.parametrize("urn", URNS)
def test_hypergeometrics(urn):
    total, marked, drawn = urn
    assert fits(draws.hypergeometrics(draws.keys(2, DRAWS), *urn), stats.hypergeom(total, marked, drawn))


def test_log_factorials():
    numbers = np.array([*range(2000), *(10**power for power in range(4, 13))])
    found = np.array([log_factorial.py_func(int(n)) for n in numbers])
    assert found == pytest.approx(special.gammaln(numbers + 1.0), rel=2e-15, abs=1e-14)
    assert found.tolist() == [plain_streams.log_factorial(int(n)) for n in numbers]


@pytest.mark.parametrize("shape", SHAPES)
def test_gammas(shape):
    assert fits_curve(draws.gammas(draws.keys(3, DRAWS), shape), stats.gamma(shape))


@pytest.mark.parametrize("mean", MEANS)
def test_poisson_numbers(mean):
    assert fits(draws.poissons(draws.keys(12, DRAWS), mean), stats.poisson(mean))


@pytest.mark.parametrize("i", [0, 1, 1000])
def test_uniforms_and_normals(i):
    keys = draws.keys(4, DRAWS)
    assert fits_curve(draws.uniforms(keys, i), stats.uniform())
    assert fits_curve(draws.normals(keys, i), stats.norm())


def test_the_test_sees_a_wrong_chance():
    """A chance that is off by one in a hundred does not pass for the right one."""
    assert not fits(draws.binomials(draws.keys(5, DRAWS), 40, 0.303), stats.binom(40, 0.3))
    assert not fits_curve(draws.gammas(draws.keys(5, DRAWS), 2.02), stats.gamma(2.0))
    assert not fits(draws.poissons(draws.keys(5, DRAWS), 20.2), stats.poisson(20.0))


def correlated(one: NDArray, other: NDArray) -> bool:
    return abs(np.corrcoef(one, other)[0, 1]) * np.sqrt(len(one)) > stats.norm.isf(ALARM / 2)


@pytest.mark.parametrize("position", range(5))
def test_neighbouring_keys_give_independent_draws(position):
    """Keys that differ by one in seed, member, step, process or place: draws without correlation or common pattern."""
    count = DRAWS // 3
    words = [np.full(count, 7), np.arange(count) % 1000, np.arange(count) // 1000, np.full(count, 3), np.full(count, 9)]
    neighbours = [each + (i == position) for i, each in enumerate(words)]
    one, other = draws.chain(*words), draws.chain(*neighbours)
    u, v = draws.uniforms(one, 0), draws.uniforms(other, 0)
    assert not correlated(u, v)
    assert not correlated(draws.binomials(one, 20, 0.3), draws.binomials(other, 20, 0.3))
    assert not correlated(draws.poissons(one, 30.0), draws.poissons(other, 30.0))
    pairs = np.bincount((u * 20).astype(int) * 20 + (v * 20).astype(int), minlength=400)
    assert stats.chisquare(pairs).pvalue > ALARM


def test_numbers_of_one_key_are_independent():
    keys = draws.keys(6, DRAWS)
    numbers = [draws.uniforms(keys, i) for i in range(4)]
    for i in range(3):
        assert not correlated(numbers[i], numbers[i + 1])
        assert not correlated(draws.normals(keys, i), draws.normals(keys, i + 1))


@pytest.mark.parametrize("what", ["key", "part"])
def test_every_bit_of_a_key_moves_every_bit(what):
    """Flipping one bit that goes in flips each bit that comes out half of the time."""
    count, moved = 20_000, np.empty((64, 64))
    random = np.random.default_rng(1).integers(0, 2**64, (2, count), np.uint64)
    before = draws.folds(*random)
    for bit in range(64):
        flipped = random.copy()
        flipped[0 if what == "key" else 1] ^= np.uint64(1 << bit)
        changed = before ^ draws.folds(*flipped)
        moved[bit] = [(changed >> np.uint64(i) & np.uint64(1)).sum() for i in range(64)]
    assert np.abs(moved - count / 2).max() < stats.norm.isf(ALARM / 2 / moved.size) * np.sqrt(count) / 2


def test_keys_do_not_collide_and_their_order_counts():
    members, steps = (each.ravel() for each in np.meshgrid(np.arange(1000), np.arange(1000)))
    keys = draws.chain(members, steps)
    assert len(np.unique(keys)) == len(keys)
    assert len(np.intersect1d(keys, draws.chain(members + 2000, steps))) == 0
    assert draws.chain(np.array([1]), np.array([2])) != draws.chain(np.array([2]), np.array([1]))


@pytest.mark.parametrize("part", range(4))
def test_a_key_made_from_a_key_is_none_of_its_numbers(part):
    """The same key may be drawn from and folded further."""
    keys = draws.keys(11, 20_000)
    made = draws.folds(keys, np.full(len(keys), part, np.uint64))
    for i in range(4):
        assert not (made == draws.words(keys, i)).any()
        assert not correlated(draws.uniforms(made, 0), draws.uniforms(keys, i))


def test_a_word_is_the_start_of_the_blake2_hash_of_a_name():
    assert word("d1") == 0x27F21676B78ED3FC
    assert word("d1") != word("d2")


@pytest.mark.parametrize(
    ("n", "p", "expected"),
    [(0, 0.5, 0), (-3, 0.5, 0), (5, 0.0, 0), (5, -1.0, 0), (5, 1.0, 5), (5, 2.0, 5), (10**8, 1.0, 10**8)],
)
def test_certain_binomials(n, p, expected):
    assert (draws.binomials(draws.keys(8, 100), n, p) == expected).all()


@pytest.mark.parametrize(
    ("urn", "expected"),
    [((0, 0, 0), 0), ((9, 0, 4), 0), ((9, 4, 0), 0), ((9, 9, 4), 4), ((9, 4, 9), 4), ((10**8, 10**8, 7), 7)],
)
def test_certain_hypergeometrics(urn, expected):
    assert (draws.hypergeometrics(draws.keys(9, 100), *urn) == expected).all()


@pytest.mark.parametrize("mean", [0.0, 5e-324, 1e-300])
def test_certain_poisson_numbers(mean):
    assert (draws.poissons(draws.keys(13, 100), mean) == 0).all()


def test_a_binomial_of_no_chance_at_all():
    """NaN, as where 0 is divided by 0."""
    assert (draws.binomials(draws.keys(14, 100), 1000, np.nan) == 0).all()


@pytest.mark.parametrize("n", [1, 400, 401, 10**8])
@pytest.mark.parametrize("p", [5e-324, 1e-300, 1e-17, 0.5, 1 - 1e-16])
def test_binomials_stay_in_range(n, p):
    """Chances at the edge of what a number can hold."""
    sample = draws.binomials(draws.keys(10, 1000), n, p)
    assert ((sample >= 0) & (sample <= n)).all()
    if p != 0.5:
        assert (sample == (n if p > 0.5 else 0)).all()


# mix is a bijection, so there is a key whose bits are all ones; found by running it backwards.
ALL_ONES = np.array([0x31628AF67B2131AB], np.uint64)


def test_the_largest_uniform_is_less_than_one():
    assert draws.words(ALL_ONES, 0)[0] == 2**64 - 1
    assert draws.uniforms(ALL_ONES, 0)[0] < 1.0
    assert draws.binomials(ALL_ONES, 10**6, 1e-7)[0] < 20
