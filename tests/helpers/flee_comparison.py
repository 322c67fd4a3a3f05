"""Are two samples of one network draws from the same distribution? Chi-square, Kolmogorov-Smirnov, moments.

The chance of a false alarm is shared out evenly over all comparisons of a network (Bonferroni), so that it holds
whatever their dependence. Far out in the tails, where it is so small, the normal distribution is not good enough for
counts: moments are compared with the gamma distribution of the same variance and skewness (Pearson's type III), and
chi-square is taken in its likelihood-ratio form, which stays true there. Numbers of people with fewer than ``ENOUGH``
expected occurrences are pooled with their neighbours. Moments that rest on fewer than ``OFTEN`` are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, kstwobign, norm, pearson3

from helpers.flee_sample import Counts, Sample, summarise

FALSE_ALARM = 1e-6  # chance that a network is reported although nothing differs
POWER = 0.9
ENOUGH = 5.0  # expected occurrences in a bin of a distribution
OFTEN = 20.0  # expected occurrences of what a moment rests on
INDEPENDENT = 0.01  # share of a unit variance below which a combination of cells counts as constant
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """One comparison: what, where, how likely at random (``p``), and what was seen on either side."""

    kind: str
    where: str
    p: float
    ours: str
    flee: str

    def __str__(self) -> str:
        return f"{self.kind}, {self.where}: p = {self.p:.2g}\n    ours {self.ours}\n    Flee {self.flee}"


@dataclass(frozen=True)
class Comparison:
    """All findings on one network, and the size of the differences."""

    network: str
    members: int
    replicates: int
    findings: tuple[Finding, ...]
    distance: float  # largest distance in total variation between the people of a place and day
    distance_noise: float  # what it is on average there if nothing differs
    mean_gap: float  # largest difference of means, people
    mean_noise: float  # its standard error, people
    seen: float  # the difference of means that would be found with probability POWER, at worst, people

    @property
    def smallest(self) -> float:
        """The smallest p, times the number of comparisons."""
        return min(1.0, min(one.p for one in self.findings) * len(self.findings))

    def alarms(self, rate: float = FALSE_ALARM) -> list[Finding]:
        """What would be seen with probability below ``rate`` if nothing differed, the least likely first."""
        found = (one for one in self.findings if one.p * len(self.findings) < rate)
        return sorted(found, key=lambda one: one.p)


def compare(network: str, people: Counts, flee: Sample, camps: list[str]) -> Comparison:
    """``people`` (member, day, place) of ours, those on the way last, against Flee's sample of the same cells."""
    ours = summarise(people, flee.days, flee.places[:-1], camps)
    found = (*distributions(ours, flee), *moments(people, ours, flee))
    apart = max((rows for _, rows in histograms(ours, flee)), key=lambda rows: total_variation(*rows))
    gaps = np.abs(ours.means - flee.means)
    noise = np.sqrt(pooled_variances(ours, flee) * (1 / ours.replicates + 1 / flee.replicates))
    return Comparison(
        network=network,
        members=ours.replicates,
        replicates=flee.replicates,
        findings=found,
        distance=total_variation(*apart),
        distance_noise=variation_at_random(*apart),
        mean_gap=float(gaps.max()),
        mean_noise=float(noise[gaps.argmax()]),
        seen=float(noise.max()) * (norm.isf(FALSE_ALARM / len(found) / 2) + norm.ppf(POWER)),
    )


# --- the people of one place and day -------------------------------------------------------------------------------


def distributions(ours: Sample, flee: Sample) -> Iterator[Finding]:
    """Two findings for each day and series."""
    for where, (mine, theirs) in histograms(ours, flee):
        seen = {"ours": shares(mine), "flee": shares(theirs)}
        yield Finding("chi-square", where, chi_square(mine, theirs), **seen)
        yield Finding("Kolmogorov-Smirnov", where, kolmogorov_smirnov(mine, theirs), **seen)


def histograms(ours: Sample, flee: Sample) -> Iterator[tuple[str, tuple[Floats, Floats]]]:
    """For each day and series, where it is and both histograms, of equal length."""
    size = max(ours.histogram.shape[2], flee.histogram.shape[2])
    both = [np.pad(one.histogram, ((0, 0), (0, 0), (0, size - one.histogram.shape[2]))) for one in (ours, flee)]
    for i, day in enumerate(flee.days):
        for j, series in enumerate(flee.series):
            yield f"day {day}, {series}", (both[0][i, j], both[1][i, j])


def shares(histogram: Floats) -> str:
    """A distribution in words: people and per cent, where it is at least a tenth of one."""
    percent = 100 * histogram / histogram.sum()
    return ", ".join(f"{people}: {share:.1f} %" for people, share in enumerate(percent) if share >= 0.05)


def chi_square(mine: Floats, theirs: Floats) -> float:
    """Homogeneity of two histograms, neighbours pooled until ``ENOUGH`` are expected in each bin of the smaller."""
    table = pooled(np.array([mine, theirs], dtype=np.float64))
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    terms = table * np.log(np.where(table > 0, table, 1) / expected)
    return float(chi2.sf(2 * terms.sum(), table.shape[1] - 1)) if table.shape[1] > 1 else 1.0


def pooled(table: Floats) -> Floats:
    """Columns joined from the left until each has ``ENOUGH`` expected in the row with the smaller sum."""
    expected = table.sum(axis=0) * table.sum(axis=1).min() / table.sum()
    starts, gathered = [0], 0.0
    for column, more in enumerate(expected):
        if gathered >= ENOUGH:
            starts, gathered = [*starts, column], 0.0
        gathered += more
    if gathered < ENOUGH and len(starts) > 1:
        starts.pop()
    return np.add.reduceat(table, starts, axis=1)


def kolmogorov_smirnov(mine: Floats, theirs: Floats) -> float:
    """Largest gap between the cumulative shares; for whole numbers the p is an upper limit."""
    gap = np.abs(mine.cumsum() / mine.sum() - theirs.cumsum() / theirs.sum()).max()
    return float(kstwobign.sf(gap * np.sqrt(1 / (1 / mine.sum() + 1 / theirs.sum()))))


def total_variation(mine: Floats, theirs: Floats) -> float:
    """Half the sum of the absolute differences of the shares."""
    return float(np.abs(mine / mine.sum() - theirs / theirs.sum()).sum() / 2)


def variation_at_random(mine: Floats, theirs: Floats) -> float:
    """Mean total variation between two samples of these sizes of one distribution, nearly."""
    share = (mine + theirs) / (mine.sum() + theirs.sum())
    spread = np.sqrt(share * (1 - share) * (1 / mine.sum() + 1 / theirs.sum()))
    return float(np.sqrt(2 / np.pi) * spread.sum() / 2)


# --- means, variances and covariances ------------------------------------------------------------------------------


def moments(people: Counts, ours: Sample, flee: Sample) -> Iterator[Finding]:
    """A finding for each mean, variance and covariance that is not too rare, and one for all means together."""
    cells = people.reshape(len(people), -1) - ours.means
    sizes = ours.replicates, flee.replicates
    spread, lean = pooled_variances(ours, flee), (cells * cells * cells).mean(axis=0)
    told = often(spread, lean, sizes)
    chances = tails(ours.means - flee.means, spread, lean, sizes)
    for cell in np.flatnonzero(told):
        yield Finding("mean", place(flee, cell), chances[cell], f"{ours.means[cell]:.4f}", f"{flee.means[cell]:.4f}")
    yield together(ours, flee, told)
    yield from covariances(cells, ours, flee, often(np.outer(spread, spread), np.outer(lean, lean), sizes))


def covariances(cells: Floats, ours: Sample, flee: Sample, alone: NDArray[np.bool_]) -> Iterator[Finding]:
    """Variances and covariances. ``alone``: whether two cells would often be off their means together by chance.

    How much a product scatters is known from our members, which are the more; it is taken to be no less than if the
    two cells were independent, since among few occurrences the largest may be missing.
    """
    sizes, mine, theirs = (ours.replicates, flee.replicates), ours.covariances, flee.covariances
    squared = cells * cells
    cubed = squared * cells
    second, third = squared.T @ squared / len(cells), cubed.T @ cubed / len(cells)
    lean = third - 3 * mine * second + 2 * mine**3
    least = np.outer(np.diag(mine), np.diag(mine))
    spread = second - mine**2
    told = alone & often(spread, lean, sizes)
    np.fill_diagonal(told, often(spread, lean, sizes).diagonal())
    chances = tails(mine - theirs, np.maximum(spread, np.where(np.eye(len(mine)), 0, least)), lean, sizes)
    for a, b in zip(*np.nonzero(np.triu(told)), strict=True):
        kind, where = (
            ("variance", place(flee, a)) if a == b else ("covariance", f"{place(flee, a)} with {place(flee, b)}")
        )
        yield Finding(kind, where, chances[a, b], f"{mine[a, b]:.4f}", f"{theirs[a, b]:.4f}")


def place(sample: Sample, cell: int) -> str:
    day, name = sample.cells[cell]
    return f"day {day}, {name}"


def pooled_variances(ours: Sample, flee: Sample) -> Floats:
    both = np.array([np.diag(ours.covariances), np.diag(flee.covariances)])
    return np.average(both, axis=0, weights=[ours.replicates, flee.replicates])


def often(spread: Floats, lean: Floats, sizes: tuple[int, int]) -> NDArray[np.bool_]:
    """Whether an average over the smaller of ``sizes`` rests on enough occurrences.

    ``spread`` and ``lean`` are the second and third central moment of what is averaged. An average of n rare
    occurrences has skewness 1 / sqrt(expected occurrences), by which they are measured here.
    """
    return (spread > 0) & (lean**2 * OFTEN < spread**3 * min(sizes))


def tails(gaps: Floats, spread: Floats, lean: Floats, sizes: tuple[int, int]) -> Floats:
    """Two-sided chance of each difference of two averages over ``sizes``; ``spread`` and ``lean`` as in ``often``."""
    mine, theirs = sizes
    scale = np.sqrt(np.where(spread > 0, spread, 1.0) * (1 / mine + 1 / theirs))
    skew = lean * (1 / mine**2 - 1 / theirs**2) / scale**3
    upper, lower = pearson3.sf(gaps / scale, skew), pearson3.cdf(gaps / scale, skew)
    return np.minimum(1.0, 2 * np.minimum(upper, lower))


def together(ours: Sample, flee: Sample, told: NDArray[np.bool_]) -> Finding:
    """All means at once (Wald): many small differences of one sign that no single mean shows."""
    weights = (ours.replicates, flee.replicates)
    joint = np.average(np.array([ours.covariances, flee.covariances]), axis=0, weights=weights)[np.ix_(told, told)]
    unit = np.sqrt(np.diag(joint) * (1 / ours.replicates + 1 / flee.replicates))
    sizes, axes = np.linalg.eigh(joint / np.sqrt(np.outer(np.diag(joint), np.diag(joint))))
    kept = sizes > INDEPENDENT
    scores = ((ours.means - flee.means)[told] / unit) @ axes[:, kept] / np.sqrt(sizes[kept])
    apart, freedom = float((scores**2).sum()), int(kept.sum())
    seen = f"apart by {apart:.1f}, in squared standard errors", f"apart by {freedom} on average if nothing differs"
    return Finding("all means together", f"{freedom} independent combinations", float(chi2.sf(apart, freedom)), *seen)
