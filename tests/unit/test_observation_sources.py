"""What is learned of a source, against the closed form, against integration by brute force, and by what it is for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from saferground.observation import sources as hearing
from saferground.observation.sources import Sources, hear, residual, unknown

OFF = np.array([0.21, 0.34, -0.05, 0.18])
WHOLE = [False, False]


def told(offs: np.ndarray, members: int = 1, seed: int = 0) -> tuple[Sources, np.ndarray, np.ndarray]:
    """Sources after residuals of the second of two series, the log-likelihood of each, and the shares of jumps."""
    rng, sources, likely, jumps = np.random.default_rng(seed), unknown(members, WHOLE), [], []
    for off in offs:
        sources, taken = hear(sources, 1, np.full(members, off), rng.random(members))
        likely.append(taken.likely[0])
        jumps.append(taken.jumped.mean())
    return sources, np.array(likely), np.array(jumps)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources never change what they cover, and speak of nothing else."""
    monkeypatch.setattr(hearing, "JUMP", 1e-300)
    monkeypatch.setattr(hearing, "STRAY", 1e-300)


def beforehand() -> tuple[float, float, float]:
    """Worth, shape and scale of a source before its first count."""
    first = unknown(1, [False])
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


def density(off: float, worth: float, mean: float, shape: float, scale: float) -> float:
    """Of one residual."""
    return float(stats.t.pdf(off - mean, 2 * shape, scale=np.sqrt(scale * (worth + 1) / (shape * worth))))


def test_a_change_of_coverage_and_a_stray_count_are_part_of_the_density() -> None:
    """Of the second count: the first one may stray, but there was no coverage to change."""
    sources = unknown(1, WHOLE)
    sources, _ = hear(sources, 1, np.array([0.2]), np.array([0.5]))
    worth, mean, shape, scale = (float(part[0, 1]) for part in sources)
    stray = hearing.STRAY / np.log(1e6)
    usual, after = density(0.9, worth, mean, shape, scale), density(0.9, 0.04, 0.0, shape, scale)
    expected = (1 - hearing.STRAY - hearing.JUMP) * usual + hearing.JUMP * after + stray
    assert told(np.array([0.2, 0.9]))[1][1] == pytest.approx(np.log(expected))


def test_a_first_count_is_no_change_of_coverage() -> None:
    """However far off, by whatever chance: nothing was covered before."""
    off = np.repeat([0.0, 0.9, 2.5, 8.0], 500)
    _, taken = hear(unknown(len(off), WHOLE), 1, off, np.tile((np.arange(500) + 0.5) / 500, 4))
    assert not taken.jumped.any()
    beyond = density(0.9, *(float(part[0, 1]) for part in (unknown(1, WHOLE)._replace(mean=np.zeros((1, 2))))))
    expected = (1 - hearing.STRAY) * beyond + hearing.STRAY / np.log(1e6)
    assert taken.likely[600] == pytest.approx(np.log(expected))


def test_a_count_of_something_else_weighs_nobody_and_teaches_nothing() -> None:
    """A count 700 times too high for every member, more for some than for others."""
    off = np.linspace(6.5, 8.0, 400)
    before = unknown(400, [True])
    sources, taken = hear(before, 0, off, (np.arange(400) + 0.5) / 400)
    assert np.ptp(taken.likely) < 0.1
    assert taken.stray.mean() > 0.9
    assert (sources.mean[taken.stray] == 0).all()
    assert (sources.shape[taken.stray] == before.shape[taken.stray]).all()


def test_less_is_known_of_a_source_at_a_place() -> None:
    """Biases beforehand: 30 % in all, 60 % at a place."""
    sources, rng = unknown(40_000, [False, True]), np.random.default_rng(1)
    assert hearing.biases(sources, 0, rng, 5).std() == pytest.approx(0.30, rel=0.03)
    assert hearing.biases(sources, 1, rng, 5).std() == pytest.approx(0.60, rel=0.03)


def test_draws_have_the_density_that_counts_are_judged_by() -> None:
    """Kolmogorov-Smirnov of 20,000 draws of a second count, with a coverage that may have changed."""
    sources = told(np.array([0.3]), members=20_000)[0]
    worth, mean, shape, scale = (float(np.unique(part[:, 1])[-1]) for part in sources)
    same = np.isclose(sources.mean[:, 1], mean)  # those who did not take the first count for something else
    found = hearing.drawn(sources, 1, np.random.default_rng(2))[same]
    share = hearing.JUMP / (1 - hearing.STRAY)

    def cdf(x: np.ndarray) -> np.ndarray:
        usual, after = (np.sqrt(scale * (one + 1) / (shape * one)) for one in (worth, 0.04))
        return (1 - share) * stats.t.cdf((x - mean) / usual, 2 * shape) + share * stats.t.cdf(x / after, 2 * shape)

    assert same.mean() > 0.99
    assert stats.kstest(found, cdf).pvalue > 1e-3


def test_only_the_series_that_was_counted_learns() -> None:
    sources, _, _ = told(OFF)
    for part, first in zip(sources, unknown(1, WHOLE), strict=True):
        assert part[0, 0] == first[0, 0]
        assert part[0, 1] != first[0, 1]


def steady_counts(last: float) -> np.ndarray:
    """Ten counts with errors of 5 %, then one that is ``last`` times what it was."""
    return np.append(0.05 * np.random.default_rng(4).standard_normal(10), np.log(last))


def test_a_source_that_doubles_has_changed_what_it_covers() -> None:
    sources, _, jumps = told(steady_counts(2.0), members=2000)
    assert jumps[-1] > 0.9  # or the count strayed, which the next one will tell
    assert np.median(sources.mean[:, 1]) == pytest.approx(np.log(2), abs=0.05)


@pytest.mark.parametrize("last", [0.9, 1.0, 1.1])
def test_a_source_that_does_not_has_not(last: float) -> None:
    sources, _, jumps = told(steady_counts(last), members=2000)
    assert jumps[-5:].max() < hearing.JUMP
    assert abs(np.median(sources.mean[:, 1])) < 0.05


def test_residuals_add_ten_people_to_both() -> None:
    assert residual(90.0, np.array([40.0, 0.0, -3.0])) == pytest.approx(np.log([100 / 50, 100 / 10, 100 / 10]))


def test_members_take_their_sources_with_them() -> None:
    sources = unknown(3, [False])._replace(mean=np.array([[1.0], [2.0], [3.0]]))
    assert list(hearing.reorder(sources, np.array([2, 2, 0])).mean[:, 0]) == [3, 3, 1]
