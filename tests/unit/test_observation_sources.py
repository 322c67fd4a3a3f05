"""What is learned of a source, against the closed form, against integration by brute force, and by what it is for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from saferground.observation import sources as hearing
from saferground.observation.sources import Sources, hear, residual, unknown

OFF = np.array([0.21, 0.34, -0.05, 0.18])


def told(offs: np.ndarray, members: int = 1, seed: int = 0) -> tuple[Sources, np.ndarray, np.ndarray]:
    """Sources after residuals of the second of two series, the log-likelihood of each, and the shares of jumps."""
    rng, sources, likely, jumps = np.random.default_rng(seed), unknown(members, 2), [], []
    for off in offs:
        sources, density, jumped = hear(sources, 1, np.full(members, off), rng.random(members))
        likely.append(density[0])
        jumps.append(jumped.mean())
    return sources, np.array(likely), np.array(jumps)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources never change what they cover."""
    monkeypatch.setattr(hearing, "JUMP", 1e-300)


def beforehand() -> tuple[float, float, float]:
    """Worth, shape and scale of a source before its first count."""
    first = unknown(1, 1)
    return first.worth[0, 0], first.shape[0, 0], first.scale[0, 0]


@pytest.mark.usefixtures("steady")
def test_the_density_of_all_counts_is_that_of_a_multivariate_student() -> None:
    """Residuals share a normal bias: correlated, with the same inverse-gamma variance (Murphy 2007, eq. 110)."""
    worth, shape, scale = beforehand()
    spread = scale / shape * (np.eye(len(OFF)) + 1.0 / worth)
    expected = stats.multivariate_t(np.zeros(len(OFF)), spread, df=2 * shape).logpdf(OFF)
    assert told(OFF)[1].sum() == pytest.approx(expected, abs=1e-10)


@pytest.mark.usefixtures("steady")
def test_the_density_and_the_bias_by_integration_on_a_grid() -> None:
    worth, shape, scale = beforehand()
    bias, log_variance = np.linspace(-6, 6, 4001)[:, None], np.linspace(-9, 5, 1401)[None, :]
    variance = np.exp(log_variance)
    prior = stats.norm.pdf(bias, 0, np.sqrt(variance / worth)) * stats.invgamma.pdf(variance, shape, scale=scale)
    joint = prior * variance * np.prod([stats.norm.pdf(off, bias, np.sqrt(variance)) for off in OFF], axis=0)
    total = joint.sum() * (bias[1, 0] - bias[0, 0]) * (log_variance[0, 1] - log_variance[0, 0])
    sources, likely, _ = told(OFF)
    assert likely.sum() == pytest.approx(np.log(total), abs=1e-5)
    assert sources.mean[0, 1] == pytest.approx((joint * bias).sum() / joint.sum(), abs=1e-6)
    assert hearing.spread(sources)[0, 1] ** 2 == pytest.approx((joint * variance).sum() / joint.sum(), rel=1e-4)


def test_a_change_of_coverage_is_part_of_the_density() -> None:
    worth, shape, scale = beforehand()
    usual, after = (
        stats.t.pdf(0.9, 2 * shape, scale=np.sqrt(scale * (one + 1) / (shape * one))) for one in (worth, 0.04)
    )
    expected = (1 - hearing.JUMP) * usual + hearing.JUMP * after
    assert told(np.array([0.9]))[1][0] == pytest.approx(np.log(expected))


def test_only_the_series_that_was_counted_learns() -> None:
    sources, _, _ = told(OFF)
    for part, first in zip(sources, unknown(1, 2), strict=True):
        assert part[0, 0] == first[0, 0]
        assert part[0, 1] != first[0, 1]


def steady_counts(last: float) -> np.ndarray:
    """Ten counts with errors of 5 %, then one that is ``last`` times what it was."""
    return np.append(0.05 * np.random.default_rng(4).standard_normal(10), np.log(last))


def test_a_source_that_doubles_has_changed_what_it_covers() -> None:
    sources, _, jumps = told(steady_counts(2.0), members=2000)
    assert jumps[-1] > 0.97
    assert np.median(sources.mean[:, 1]) == pytest.approx(np.log(2), abs=0.05)


@pytest.mark.parametrize("last", [0.9, 1.0, 1.1])
def test_a_source_that_does_not_has_not(last: float) -> None:
    sources, _, jumps = told(steady_counts(last), members=2000)
    assert jumps[-5:].max() < hearing.JUMP
    assert abs(np.median(sources.mean[:, 1])) < 0.05


def test_residuals_add_ten_people_to_both() -> None:
    assert residual(90.0, np.array([40.0, 0.0, -3.0])) == pytest.approx(np.log([100 / 50, 100 / 10, 100 / 10]))


def test_members_take_their_sources_with_them() -> None:
    sources = unknown(3, 1)._replace(mean=np.array([[1.0], [2.0], [3.0]]))
    assert list(hearing.reorder(sources, np.array([2, 2, 0])).mean[:, 0]) == [3, 3, 1]
