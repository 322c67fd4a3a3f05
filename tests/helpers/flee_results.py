"""The results of the comparison with Flee: a table in a file, and the same table in the documentation."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from helpers.flee_comparison import Comparison
from helpers.flee_networks import NETWORKS

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "tests" / "accuracy" / "flee" / "results.csv"
PAGE = ROOT / "docs" / "explanation" / "flee-exactness.md"
BETWEEN = re.compile(r"(<!-- (exact|filling): begin -->\n).*?(<!-- \2: end -->)", re.DOTALL)


class Result(NamedTuple):
    """One row; ``smallest_p`` is multiplied by ``comparisons``, gaps are in people, see ``Comparison``."""

    network: str
    replicates: int
    members: int
    comparisons: int
    smallest_p: float
    distance: float
    distance_noise: float
    mean_gap: float
    mean_noise: float
    seen: float


def result(comparison: Comparison) -> Result:
    """What is kept of a comparison, to three digits."""
    sizes = comparison.distance, comparison.distance_noise, comparison.mean_gap, comparison.mean_noise, comparison.seen
    return Result(
        comparison.network,
        comparison.replicates,
        comparison.members,
        len(comparison.findings),
        *(float(f"{number:.3g}") for number in (comparison.smallest, *sizes)),
    )


def write_results(rows: Iterable[Result]) -> None:
    """Replace the file."""
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerows([Result._fields, *rows])


def read_results() -> list[Result]:
    """The rows of the file."""
    with RESULTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    whole = 4  # columns before the first that is not a whole number
    return [Result(row[0], *map(int, row[1:whole]), *map(float, row[whole:])) for row in rows]


def page(text: str, rows: list[Result]) -> str:
    """The page of the documentation with these results in it."""
    tables = {
        "exact": table(row for row in rows if NETWORKS[row.network].exact),
        "filling": table(row for row in rows if not NETWORKS[row.network].exact),
    }
    return BETWEEN.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}", text)


def table(rows: Iterable[Result]) -> str:
    """Markdown."""
    head = (
        "network and what is in it",
        "Flee",
        "ours",
        "comparisons",
        "smallest p",
        "distance",
        "means differ by",
        "would be seen",
    )
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *(line(row) for row in rows)])


def line(row: Result) -> str:
    smallest = "1" if row.smallest_p >= 1 else f"{row.smallest_p:.2g}"
    cells = (
        f"`{row.network}`: {NETWORKS[row.network].about}",
        f"{row.replicates:,}",
        f"{row.members:,}",
        str(row.comparisons),
        smallest,
        f"{row.distance:.3f} ({row.distance_noise:.3f})",
        f"{row.mean_gap:.3f} ± {row.mean_noise:.3f}",
        f"{row.seen:.2f}",
    )
    return "| " + " | ".join(cells) + " |"
