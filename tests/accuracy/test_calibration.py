"""Simulation-based calibration (Talts et al. 2018, arXiv 1804.06788): truths drawn from what is believed beforehand.

Where learning is right, the rank of a truth among the members of its posterior is uniform. Each test of a rank has
false alarms with a chance of ALARM: ten bins within their binomial band (each at ALARM / 20), and a Kolmogorov-Smirnov
test at ALARM / 2. Seeds are fixed, so a test passes or fails for good.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from helpers.heard import Truth, counted_as, heard, lived
from saferground.assimilation import fit, particles
from saferground.assimilation.tracks import begin, filter, habits, pass_days, paths, take_in
from saferground.assimilation.tracks.habits import MEMORIES
from saferground.observation import sources as hearing
from saferground.observation.quantities import Quantity

ALARM = 1e-3
SIEGES, MEMBERS, DAYS = 60, 200, 15
LEFT = Quantity("left", "")
PARAMETERS = ("flight_contested", "stayer_share")

Array = NDArray[np.float64]


def shares(truths: Array, draws: Array, rng: np.random.Generator) -> Array:
    """Rank of each truth among its draws (last axis) as a share, ties at random."""
    below, equal = (draws < truths[..., None]).sum(axis=-1), (draws == truths[..., None]).sum(axis=-1)
    return (below + rng.random(truths.shape) * (1 + equal)) / (draws.shape[-1] + 1)


def uniform(share: Array) -> bool:
    """Whether ranks are uniform, as far as so many can tell."""
    bins = np.histogram(share, 10, (0.0, 1.0))[0]
    low, high = stats.binom.ppf([ALARM / 40, 1 - ALARM / 40], len(share), 0.1)
    return bool((bins >= low).all() and (bins <= high).all() and stats.kstest(share, "uniform").pvalue > ALARM / 2)


def test_ranks_that_are_not_uniform_are_seen() -> None:
    """Of posteriors a third too narrow, a third too wide, or off by half a standard deviation, in 300 replications."""
    rng = np.random.default_rng(1)
    truth, draws = rng.standard_normal(300), rng.standard_normal((300, 99))
    assert uniform(shares(truth, draws, rng))
    for other in (draws / 1.5, draws * 1.6, draws + 0.5):
        assert not uniform(shares(truth, other, rng))


# --- the siege -----------------------------------------------------------------------------------------------------


def figures(truth: Truth, rng: np.random.Generator) -> list[float]:
    """What sources say that have biases, spreads, delays, changes of coverage and stray counts as is believed."""
    places = {one.series: bool(one.quantity.place) for one in truth.counts}
    first = hearing.unknown(1, [places[i] for i in sorted(places)])
    worth, shape, scale = first.worth[0], first.shape[0], first.scale[0]
    variance = scale / rng.gamma(shape, 1.0)
    bias = rng.normal(0.0, np.sqrt(variance / worth))
    found, heard_of = [], set()
    for one in truth.counts:
        if rng.random() < hearing.STRAY:
            found.append(np.exp(rng.uniform(np.log(hearing.SMALL), np.log(1e7))) - hearing.SMALL)
            continue
        if one.series in heard_of and rng.random() < hearing.JUMP:
            bias[one.series] = rng.normal(0.0, np.sqrt(variance[one.series] / 0.04))
        heard_of.add(one.series)
        off = bias[one.series] + rng.normal(0.0, np.sqrt(variance[one.series]))
        true = truth.of(one, rng.exponential(particles.LATE))
        found.append(max((true + hearing.SMALL) * np.exp(off) - hearing.SMALL, 0.0))
    return found


@pytest.fixture(scope="module")
def sieges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Array]:
    """Ranks of what happened in sieges of the filter's own model, parameters drifting as it says."""
    model = heard(tmp_path_factory.mktemp("calibration"), DAYS - 1)
    ranks: dict[str, list[float]] = {"left": [], "said": [], **{name: [] for name in PARAMETERS}}
    for i in range(SIEGES):
        truth, rng = lived(model, DAYS, 1000 + i), np.random.default_rng([i, 5])
        made = fit(counted_as(model, truth, figures(truth, rng)), MEMBERS, i + 1, threads=1).filtered
        ranks["said"] += [float(one.said[0] <= one.count.value <= one.said[2]) for one in made.heard]
        pairs = {"left": (truth.total(LEFT), made.values[LEFT].sum(axis=1))}
        for name in PARAMETERS:
            at = list(model.priors).index(name)
            pairs[name] = (truth.scores[at], made.scores[:, at])
        for name, (true, draws) in pairs.items():
            ranks[name].append(float(shares(np.array(true), draws, rng)))
    return {name: np.array(values) for name, values in ranks.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["left", *PARAMETERS])
def test_a_fit_is_as_sure_as_it_may_be(sieges: dict[str, Array], name: str) -> None:
    """The people who left by the as-of date, and two parameters."""
    assert len(sieges[name]) == SIEGES
    assert uniform(sieges[name])


@pytest.mark.slow
def test_counts_lie_where_they_were_expected(sieges: dict[str, Array]) -> None:
    """Nine in ten of 720 counts, those of one siege being like each other: as of 200 independent ones."""
    assert 0.85 < sieges["said"].mean() < 0.94


# --- tracks --------------------------------------------------------------------------------------------------------

SERIES, UNTIL = 1000, 84


@pytest.fixture(scope="module")
def tracks() -> dict[tuple[int, int], Array]:
    """Ranks of levels 7 and 28 days on of series drawn from the tracks' own prior, by memory and days.

    Each begins with a count of some thousand people and is counted twice a week, 0.5 % and a person off. The courses
    are drawn by ``paths`` from what is believed after the first count; so the largest unrest and the size of jumps are
    those of the first count throughout, for the filter too.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filter, "ROUNDING", np.full_like(filter.ROUNDING, 0.005))
        rng, every = np.random.default_rng(3), np.arange(SERIES)
        first = np.round(rng.lognormal(np.log(5000), 0.7, SERIES))
        most = habits.most(first)
        patch.setattr(habits, "most", lambda base: most)
        jumps = np.concatenate([np.zeros((SERIES, 1)), (first[:, None] * habits.JUMP_SIZES) ** 2], axis=1)
        patch.setattr(filter, "_jump_variance", lambda tracks, which, counts: jumps[which])
        start = take_in(begin([str(i) for i in every], [False] * SERIES), every, first)
        truth = paths(start, every, UNTIL + 28, 1, [np.random.default_rng([8, i]) for i in every])[..., 0]
        return {
            (memory, lead): ranks
            for k, memory in enumerate(MEMORIES)
            for lead, ranks in _ranks(start, truth[:, k], k, rng).items()
        }


def _ranks(start: filter.Tracks, truth: Array, k: int, rng: np.random.Generator) -> dict[int, Array]:
    now, every = start, np.arange(len(truth))
    for day in range(1, UNTIL + 1):
        now, level = pass_days(now), truth[:, day - 1]
        if day % 7 in (0, 3):
            now = take_in(now, every, np.maximum(level + (0.005 * level + 1) * rng.standard_normal(len(level)), 0.0))
    ahead = paths(now, every, 28, 99, [np.random.default_rng([9, i]) for i in every])[:, k]
    return {lead: shares(truth[:, UNTIL + lead - 1], ahead[:, lead - 1], rng) for lead in (7, 28)}


@pytest.mark.slow
@pytest.mark.parametrize("lead", [7, 28])
@pytest.mark.parametrize("memory", MEMORIES)
def test_tracks_are_as_sure_as_they_may_be(tracks: dict[tuple[int, int], Array], memory: int, lead: int) -> None:
    assert uniform(tracks[memory, lead])


@pytest.mark.slow
def test_ranges_of_tracks_hold_what_they_should(tracks: dict[tuple[int, int], Array]) -> None:
    """90 % ranges, of all memories and leads: 88.9 % of 1,500 series, 1,000 here; standard error about 0.6 %."""
    within = np.mean([((found > 0.05) & (found < 0.95)).mean() for found in tracks.values()])
    assert 0.876 < within < 0.912
