"""The comparison with Flee finds what differs, and nothing where nothing differs. No model is needed for that."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.flee_comparison import Comparison, compare, pooled
from helpers.flee_sample import load, save, summarise

PLACES, CAMPS, DAYS = ("Aldon", "Brenn", "Fenby"), ["Fenby"], (1, 4)
STEP = np.array([[0.6, 0.3, 0.0, 0.1], [0.1, 0.5, 0.1, 0.3], [0.0, 0.05, 0.95, 0.0], [0.0, 0.2, 0.7, 0.1]])
PEOPLE = 20


def walk(replicates: int, seed: int, step: NDArray[np.float64] = STEP, people: int = PEOPLE) -> NDArray[np.int64]:
    """People walking independently between three places and the way (replicate, day, place), on days 1 and 4."""
    draws = np.random.default_rng(seed)
    at = np.zeros((replicates, 4), dtype=np.int64)
    at[:, 0] = people
    seen = []
    for day in range(5):
        at = sum(draws.multinomial(at[:, place], step[place]) for place in range(4))
        seen += [at] if day in DAYS else []
    return np.stack(seen, axis=1)


def compared(ours: NDArray[np.int64], flee: NDArray[np.int64]) -> Comparison:
    return compare("walk", ours, summarise(flee, DAYS, PLACES, CAMPS), CAMPS)


def test_nothing_is_found_where_nothing_differs():
    """Twenty pairs: the smallest p of each, times the number of comparisons, is below 0.05 once at most, or twice."""
    smallest = [compared(walk(20_000, 2 * i), walk(5_000, 2 * i + 1)).smallest for i in range(20)]
    assert sum(p < 0.05 for p in smallest) <= 3
    assert min(smallest) > 1e-3


def test_chances_are_chances():
    """Over many samples, a share q of the p-values of means and covariances is below q."""
    chances: dict[str, list[float]] = {}
    for i in range(30):
        for one in compared(walk(10_000, 500 + 2 * i), walk(3_000, 501 + 2 * i)).findings:
            chances.setdefault(one.kind, []).append(one.p)
    for kind in ("mean", "variance", "covariance", "chi-square"):
        assert np.mean(np.array(chances[kind]) < 0.1) == pytest.approx(0.1, abs=0.06), kind
    assert np.mean(np.array(chances["Kolmogorov-Smirnov"]) < 0.1) < 0.1


def test_a_move_chance_off_by_a_few_per_cent_is_found():
    other = STEP.copy()
    other[1] = [0.1, 0.5 - 0.018, 0.1, 0.318]  # 3.6 per cent of those who leave more
    alarms = compared(walk(100_000, 1, other), walk(20_000, 2)).alarms()
    assert {"mean", "chi-square", "all means together"} <= {one.kind for one in alarms}
    text = str(next(one for one in alarms if one.kind == "mean"))
    assert "day " in text
    assert "ours " in text
    assert "Flee " in text


def test_the_same_means_with_another_spread_are_found():
    """People who move in pairs: variances are twice as large."""
    alarms = compared(2 * walk(100_000, 3, people=PEOPLE // 2), walk(20_000, 5)).alarms()
    assert {"variance", "covariance"} <= {one.kind for one in alarms}
    assert "mean" not in {one.kind for one in alarms}


def test_the_same_distribution_of_each_place_with_another_dependence_is_found():
    """Each place shuffled among the replicates by itself."""
    ours = walk(100_000, 6)
    shuffled = np.random.default_rng(7).permuted(ours.reshape(len(ours), -1), axis=0).reshape(ours.shape)
    alarms = compared(shuffled, walk(20_000, 8)).alarms()
    assert "covariance" in {one.kind for one in alarms}
    assert "mean" not in {one.kind for one in alarms}


def test_numbers_that_never_vary_must_agree():
    ours, flee = walk(20_000, 9), walk(5_000, 10)
    ours[:, 0, 0] += 1
    alarms = compared(ours, flee).alarms()
    assert "day 1, everybody" in {one.where for one in alarms}


def test_bins_are_pooled_until_enough_is_expected():
    table = np.array([[1, 1, 50, 40, 3, 2, 3], [10, 10, 500, 400, 30, 20, 30]])
    assert pooled(table).tolist() == [[52, 40, 8], [520, 400, 80]]
    assert pooled(np.array([[2, 1], [3, 1]])).tolist() == [[3], [4]]


def test_a_sample_read_again_is_the_same(tmp_path):
    sample = summarise(walk(1_000, 11), DAYS, PLACES, CAMPS)
    save(sample, tmp_path / "a.npz")
    save(sample, tmp_path / "b.npz")
    again = load(tmp_path / "a.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (again.days, again.series, again.replicates) == (sample.days, sample.series, 1_000)
    assert np.array_equal(again.histogram, sample.histogram)
    assert np.array_equal(again.products, sample.products)


def test_moments_are_those_of_the_replicates():
    people = walk(2_000, 12)
    sample, cells = summarise(people, DAYS, PLACES, CAMPS), people.reshape(2_000, -1)
    assert sample.means == pytest.approx(cells.mean(axis=0))
    assert sample.covariances == pytest.approx(np.cov(cells.T, bias=True), abs=1e-9)
