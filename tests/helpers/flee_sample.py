"""What is kept of many replicates: how often each number of people occurred, and which numbers occurred together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ON_THE_WAY, IN_CAMPS, EVERYBODY = "on the way", "in camps", "everybody"
Counts = NDArray[np.integer]


@dataclass(frozen=True)
class Sample:
    """Replicates of one network, summed exactly.

    ``series`` are the places in Flee's order, then those on the way, those in the places that are camps at the start,
    and everybody. ``histogram`` (day, series, people): in how many replicates that number was there. ``products``
    (cell, cell): sum over replicates of the product of two cells, a cell being a day and a place (or the way), days
    first.
    """

    days: tuple[int, ...]
    series: tuple[str, ...]
    histogram: NDArray[np.int64]
    products: NDArray[np.int64]

    @property
    def replicates(self) -> int:
        return int(self.histogram[0, 0].sum())

    @property
    def places(self) -> tuple[str, ...]:
        """The series that together are everybody: every place, and the way."""
        return self.series[:-2]

    @property
    def cells(self) -> list[tuple[int, str]]:
        """Day and place of each row of ``products``."""
        return [(day, place) for day in self.days for place in self.places]

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean people in each cell (cell,)."""
        people = np.arange(self.histogram.shape[2])
        return (self.histogram[:, : len(self.places)] @ people).ravel() / self.replicates

    @property
    def covariances(self) -> NDArray[np.float64]:
        """Covariances between cells (cell, cell), variances on the diagonal; people squared."""
        return self.products / self.replicates - np.outer(self.means, self.means)


def summarise(people: Counts, days: Sequence[int], places: Sequence[str], camps: Sequence[str]) -> Sample:
    """``people`` is (replicate, day, place), those on the way last; ``places`` names the others."""
    names = (*places, ON_THE_WAY, IN_CAMPS, EVERYBODY)
    cells = people.reshape(len(people), -1).astype(np.float64)
    products = np.rint(cells.T @ cells).astype(np.int64)
    return Sample(tuple(int(day) for day in days), names, histogram(with_sums(people, places, camps)), products)


def with_sums(people: Counts, places: Sequence[str], camps: Sequence[str]) -> Counts:
    """``people`` with two more series: those in camps, and everybody."""
    settled = people[:, :, [list(places).index(camp) for camp in camps]].sum(axis=2, keepdims=True)
    return np.concatenate([people, settled, people.sum(axis=2, keepdims=True)], axis=2)


def histogram(people: Counts) -> NDArray[np.int64]:
    """How often each number occurs (day, series, people)."""
    _, days, series = people.shape
    found = np.zeros((days, series, int(people.max()) + 1), dtype=np.int64)
    for day in range(days):
        for one in range(series):
            found[day, one] = np.bincount(people[:, day, one], minlength=found.shape[2])
    return found


def save(sample: Sample, path: Path) -> None:
    """Write a sample in a few kilobytes; the same sample is always the same file."""
    upper = np.triu_indices(len(sample.products))
    np.savez_compressed(
        path,
        days=sample.days,
        series=sample.series,
        histogram=smallest(sample.histogram),
        products=smallest(sample.products[upper]),
    )


def smallest(counts: NDArray[np.int64]) -> Counts:
    """The same numbers in the narrowest type that holds them."""
    return counts.astype(np.min_scalar_type(int(counts.max())))


def load(path: Path) -> Sample:
    """Read what ``save`` wrote."""
    with np.load(path) as stored:
        days, series = tuple(int(day) for day in stored["days"]), tuple(str(name) for name in stored["series"])
        size = len(days) * (len(series) - 2)
        products = np.zeros((size, size), dtype=np.int64)
        products[np.triu_indices(size)] = stored["products"]
        products = np.maximum(products, products.T)
        return Sample(days, series, stored["histogram"].astype(np.int64), products)
