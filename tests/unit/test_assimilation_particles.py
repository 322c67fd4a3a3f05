"""The pieces of the particle filter: drawing anew, drift, belief in part, and which counts are heard."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from helpers.sieges import model_of
from helpers.worlds import START, line
from saferground.assimilation import particles
from saferground.assimilation.particles import counts_of, drifted, systematic
from saferground.observation import observed

WEIGHT = np.array([0.05, 0.4, 0.0, 0.3, 0.25])


def test_each_member_is_drawn_as_often_as_its_weight_says_or_once_more() -> None:
    for u in np.linspace(0.001, 0.999, 50):
        times = np.bincount(systematic(WEIGHT, u), minlength=5)
        assert (np.floor(5 * WEIGHT) <= times).all()
        assert (times <= np.ceil(5 * WEIGHT)).all()


def test_drawing_anew_is_unbiased() -> None:
    grid = (np.arange(4000) + 0.5) / 4000
    mean = np.mean([np.bincount(systematic(WEIGHT, u), minlength=5) for u in grid], axis=0)
    assert mean == pytest.approx(5 * WEIGHT, abs=2e-3)


def test_weights_that_fall_short_of_one_by_rounding_still_give_members() -> None:
    assert systematic(np.full(10, 0.1 - 1e-12), 1 - 1e-16).max() == 9


def test_drift_keeps_the_prior_and_forgets_at_its_pace() -> None:
    """40,000 standard normal scores: mean within 4.5 standard errors of 0, variance of 1, correlation exp(-d/60)."""
    rng = np.random.default_rng(1)
    first = rng.standard_normal((40_000, 2))
    later = drifted(first, 20.0, rng.standard_normal(first.shape))
    assert later.mean(axis=0) == pytest.approx([0, 0], abs=4.5 / 200)
    assert later.var(axis=0) == pytest.approx([1, 1], abs=4.5 * np.sqrt(2) / 200)
    assert np.mean(first * later, axis=0) == pytest.approx(np.exp([-20 / 60] * 2), abs=4.5 * 1.1 / 200)


def test_drift_in_two_goes_is_drift_in_one() -> None:
    """k(5) k(7) = k(12): the pieces that counts cut the days into do not matter."""
    rng = np.random.default_rng(2)
    first = rng.standard_normal((40_000, 1))
    twice = drifted(drifted(first, 5.0, rng.standard_normal(first.shape)), 7.0, rng.standard_normal(first.shape))
    assert np.mean(first * twice) == pytest.approx(np.exp(-12 / 60), abs=4.5 * 1.1 / 200)
    assert twice.var() == pytest.approx(1, abs=4.5 * np.sqrt(2) / 200)


def test_a_count_in_the_midst_of_the_members_is_believed_whole() -> None:
    assert particles._believed(np.zeros(100), -0.5 * np.linspace(-2, 2, 100) ** 2) == 1.0


def test_a_count_beyond_all_members_is_believed_as_far_as_a_tenth_stays() -> None:
    likely = -0.5 * (np.linspace(-2, 2, 200) - 40) ** 2
    share = particles._believed(np.zeros(200), likely)
    assert 0 < share < 0.2
    assert particles._effective(share * likely) == pytest.approx(20, rel=1e-3)


def test_weights_that_are_uneven_already_are_not_made_worse() -> None:
    before = np.where(np.arange(200) < 10, 0.0, -50.0)
    likely = np.where(np.arange(200) < 1, 0.0, -30.0)
    share = particles._believed(before, likely)
    assert share < 1e-3
    assert particles._effective(before + share * likely) == pytest.approx(10, rel=1e-3)


def test_effective_members_of_two_equal_weights_are_two() -> None:
    assert particles._effective(np.array([0.0, 0.0, -800.0])) == pytest.approx(2)


def test_counts_that_the_model_has_in_order_of_their_last_day(tmp_path: Path) -> None:
    def row(series: str, measures: str, end: int, **more: object) -> dict[str, object]:
        base = {"series": series, "measures": measures, "end": START + timedelta(days=end), "value": 10 * end}
        return base | {"unit": "individuals", "published": START + timedelta(days=end)} | more

    rows = [
        row("Left", "left_cumulative", 4), row("Left", "left_cumulative", 2), row("Camp", "present", 3, place="camp_a"),
        row("Care", "treated_cumulative", 2), row("Before", "left_cumulative", 3, start=START - timedelta(days=3)),
        row("Week", "left_daily", 4, start=START + timedelta(days=3)),
    ]  # fmt: skip
    model = model_of(line(counts=rows), tmp_path)
    found = counts_of(model, observed(model.scenario), days=5)
    assert [(one.kind, one.first, one.last, one.value) for one in found] == [
        ("level", 0, 2, 20), ("level", 3, 3, 30), ("level", 0, 4, 40), ("rate", 3, 4, 40),
    ]  # fmt: skip
    assert [one.last for one in counts_of(model, observed(model.scenario), days=4)] == [2, 3]
