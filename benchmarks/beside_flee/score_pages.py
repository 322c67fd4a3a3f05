"""What benchmarks/FLEE_SCORES.md and FLEE_SCORES.csv say, and how."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from math import isnan
from pathlib import Path
from typing import Any

from beside_flee.crises import ROOT
from beside_flee.pages import table
from beside_flee.scoring import LATER, Agreement, Score, Spread
from measure import machine

SCORES = ROOT / "benchmarks" / "FLEE_SCORES.md"
SUSPICIOUS = 0.01  # p below which two means are said to differ, shared out over all comparisons
INTRODUCTION = """# Beside Flee 3.1: scores

Written by `make score-flee`; nothing is tuned to these crises.

**ARD** is the mean over days of sum |people - count| / sum count over the camps; **rescaled** multiplies the people
of a day first so that their total is that of the counts (`saferground.forecasting.ard` scores every row). "From day
{later}" leaves the first {later} days out. Mean and, in brackets, standard deviation over runs or members: each number
is the score of a single run, not of their mean. Flee and its reproduction are given the true total of every day: they
forecast where people go, not how many are displaced. The counts are lines between published ones, after the
registration corrections of the folder.

- *Flee 3.1*: `pip install flee==3.1`, the shipped settings, logs off, with as many people an agent as keeps a run
  below the number of agents that the command allows; seeds are hashes of the run's number.
- *Saferground, rules of Flee 3.1*: the same folder imported with `--version 3.1`, at the same and at the shipped scale.
- *Saferground*: the default, with Flee's defects corrected, at the shipped scale.
- *shares of day N held*: the sum of the counts of every day, spread over the camps as on day N.
- *counts of 28 days before*: for each day the last count of each camp that was dated 28 days before or earlier; the
  only row here that is not given the true total, except where it is rescaled.

{machine}
{versions}. Taken on {day}.
"""
AGREEMENT = """## Does our reproduction agree with Flee?

Difference of the mean ARD over all days, in standard errors of both together (z); p is Welch's. Over {tests}
comparisons a p below {limit:.1g} would be a difference that noise does not explain (1 % false alarms over all of them
together). The last column is the largest difference between the counts that both programs score against.
"""


@dataclass(frozen=True)
class Row:
    """One source on one crisis; ``hasten`` people an agent, ``runs`` runs or members.

    ``agreement`` compares with Flee; ``counts_apart`` is the largest difference between the counts of both programs.
    """

    crisis: str
    source: str
    hasten: int
    runs: int
    score: Score
    agreement: Agreement | None = None
    counts_apart: float | None = None
    versions: dict[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.crisis}, {self.source} ({self.hasten}): " + ", ".join(cells(self.score))


def write_scores(out: Path, rows: Sequence[Row], left_out: Mapping[str, str]) -> None:
    """The page, and beside it the same figures as CSV; ``left_out`` says why a crisis has no row or too few."""
    parts = [introduction(rows)]
    for crisis, found in groupby(rows, lambda row: row.crisis):
        parts += [f"## {crisis}\n", score_table(found)]
    parts += agreement_parts([row for row in rows if row.agreement])
    parts += [f"{crisis} stopped: {why}\n" for crisis, why in left_out.items()]
    out.write_text("\n".join(parts), encoding="utf-8")
    print("\n".join(parts))
    write_csv(out.with_suffix(".csv"), rows)


def introduction(rows: Iterable[Row]) -> str:
    versions = next((row.versions for row in rows if row.versions), {})
    said = ", ".join(f"{name.title()} {number}" for name, number in versions.items())
    day = f"{datetime.now(UTC):%d %B %Y}"
    return INTRODUCTION.format(later=LATER, machine=machine() + ".", versions=f"Flee's environment: {said}", day=day)


def score_table(rows: Iterable[Row]) -> str:
    later = f"from day {LATER}"
    head = ("source", "people an agent", "runs", "ARD", f"ARD {later}", "rescaled", f"rescaled {later}")
    return table(head, [[row.source, f"{row.hasten}", f"{row.runs}", *cells(row.score)] for row in rows])


def cells(score: Score) -> list[str]:
    return [said(spread) for spread in (score.ard, score.ard_later, score.rescaled, score.rescaled_later)]


def said(spread: Spread) -> str:
    if isnan(spread.mean):
        return ""
    return f"{spread.mean:.3f}" + ("" if isnan(spread.sd) else f" ({spread.sd:.4f})")


def agreement_parts(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    head = ("crisis", "people an agent: Flee's, ours", "ours - Flee", "standard error", "z", "p", "counts apart")
    scales = {row.crisis: row.hasten for row in rows if row.counts_apart is not None}
    lines = [agreement_row(row, scales[row.crisis]) for row in rows]
    limit = SUSPICIOUS / len(rows)
    return [AGREEMENT.format(tests=len(rows), limit=limit), table(head, lines)]


def agreement_row(row: Row, flee_hasten: int) -> list[str]:
    found = row.agreement
    assert found
    apart = "" if row.counts_apart is None else f"{row.counts_apart:g}"
    scales = f"{flee_hasten}, {row.hasten}"
    return [
        row.crisis,
        scales,
        f"{found.difference:+.4f}",
        f"{found.error:.4f}",
        f"{found.z:+.1f}",
        f"{found.p:.2g}",
        apart,
    ]


def write_csv(path: Path, rows: Iterable[Row]) -> None:
    lines = [flat(row) for row in rows]
    if not lines:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def flat(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"crisis": row.crisis, "source": row.source, "hasten": row.hasten, "runs": row.runs}
    for name, spread in asdict(row.score).items():
        found |= {name: spread["mean"], f"{name}_sd": spread["sd"]}
    return found | {name: getattr(row.agreement, name, "") for name in ("difference", "error", "z", "p")}
