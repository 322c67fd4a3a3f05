"""What benchmarks/FLEE.md and FLEE.csv say, and how."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isnan, nan
from pathlib import Path
from typing import Any

from beside_flee.crises import ROOT
from beside_flee.programs import Run
from measure import machine

SPEED = ROOT / "benchmarks" / "FLEE.md"
MILLION = 1e6
INTRODUCTION = """# Beside Flee 3.1: speed and memory

Written by `make bench-flee`. Both programs read the same Flee folder: Flee 3.1 from the Python package index, in an
environment of its own, called in the order of its run script with its logs switched off; Saferground by
`saferground import flee` with the rules of Flee 3.1. People, days and people an agent are the same, and so are the
agent-steps (agents summed over days). Each is one process on one thread unless it says otherwise.

**Simulation** is the CPU time (user and system) from inputs read to the last day. Flee's is of one run; Saferground's
is of one member where several are run one after the other, names and units of the result included. **Whole process**
is everything of a single run: start of Python, imports, reading (Saferground: importing the Flee folder, checking it,
reading, building, loading the compiled kernel), simulation. Ratios are of CPU time within one call of the benchmark;
wall times depend on what else the machine does.

{machine}
Flee {flee}, Python {python}, NumPy {numpy}. Taken on {day}.
"""
LIMITED = """Flee begins no other day after {limit:.0f} s of CPU. Where fewer days than the whole crisis stand, both
programs ran these days.
"""


@dataclass(frozen=True)
class Pair:
    """Both programs on one folder; either is missing where a program stopped, and ``note`` says why."""

    name: str
    folder: Path
    hasten: int
    ranks: int = 0
    length: int = 0
    flee: Run | None = None
    ours: Run | None = None
    extrapolated: bool = False
    note: str = ""

    def __str__(self) -> str:
        if not (self.flee and self.ours):
            return f"{self.name}: {self.note}"
        return f"{self.name}: {self.flee.simulate:.3g} s, {1000 * self.ours.simulate:.3g} ms, {self.ratio:,.0f} times"

    @property
    def ratio(self) -> float:
        """CPU of the simulation, Flee over Saferground."""
        return self.flee.simulate / self.ours.simulate if self.flee and self.ours else nan


@dataclass(frozen=True)
class Ensemble:
    """Many members of one crisis on all cores."""

    crisis: str
    version: str
    run: Run | None = None
    note: str = ""

    def __str__(self) -> str:
        return f"{self.crisis}, {self.version}: {f'{self.run.wall:.1f} s' if self.run else self.note}"


def write_speed(
    out: Path,
    *,
    pairs: Sequence[Pair],
    network: str,
    sizes: Sequence[Pair],
    whole: Sequence[tuple[str, Run]],
    ensembles: Sequence[Ensemble],
    parallel: Sequence[Pair] | str,
    limit: float,
) -> None:
    """The page, and beside it the same figures as CSV."""
    parts = [introduction([*pairs, *sizes]), LIMITED.format(limit=limit)]
    parts += ["## Each crisis as shipped\n", simulations(pairs), whole_processes(pairs)]
    parts += [
        f"## The network of {network} with more and more people\n",
        SIZES,
        simulations(sizes),
        whole_processes(sizes),
    ]
    parts += [f"Saferground over all {whole[0][1].days} days:\n", all_days(whole)] if whole else []
    parts += ["## A hundred members on all cores\n", ENSEMBLES, ensemble_table(ensembles)]
    parts += ["## pflee\n", parallel if isinstance(parallel, str) else PFLEE + simulations(parallel)]
    out.write_text("\n".join(parts), encoding="utf-8")
    print("\n".join(parts))
    write_csv(out.with_suffix(".csv"), [*pairs, *sizes, *(() if isinstance(parallel, str) else parallel)])


SIZES = """Everybody is displaced on the first day in the places that are in conflict then, nobody later; camps begin
empty, and their capacities grow in proportion to the people. Demographic files are left out. Rows marked * are
extrapolated for Flee, in proportion to the people, from the row above; they were not run.
"""
ENSEMBLES = """From the Flee folder to 100 labelled members in memory, start of Python included, at the shipped scale.
"""
PFLEE = """Flee's own parallel version on MPI ranks; CPU and memory are summed over ranks. Ranks poll while they wait,
which counts as CPU.

"""


def introduction(pairs: Iterable[Pair]) -> str:
    versions: dict[str, str] = next((one.flee.more["versions"] for one in pairs if one.flee), {})
    about = {"flee": "?", "python": "?", "numpy": "?", **versions}
    return INTRODUCTION.format(machine=machine() + ".", day=f"{datetime.now(UTC):%d %B %Y}", **about)


def simulations(pairs: Iterable[Pair]) -> str:
    head = (
        "simulation", "people an agent", "days", "agents at the end", "agent-steps", "Flee, CPU s",
        "agent-steps a CPU s", "Saferground, CPU ms", "agent-steps a CPU s", "times",
    )  # fmt: skip
    return table(head, [simulation(pair) for pair in pairs])


def simulation(pair: Pair) -> list[str]:
    flee, ours = pair.flee, pair.ours
    if not (flee and ours):
        return [f"{pair.name}: {pair.note}"]
    ranks = f", {pair.ranks} ranks" if pair.ranks else ""
    return [
        f"{pair.name}{ranks}{' *' if pair.extrapolated else ''}",
        f"{pair.hasten}",
        f"{flee.days}" if flee.days == pair.length else f"first {flee.days} of {pair.length}",
        number(flee.agents),
        number(flee.agent_steps),
        number(flee.simulate),
        number(flee.rate),
        number(1000 * ours.simulate),
        number(ours.rate),
        f"**{number(pair.ratio)}**",
    ]


def whole_processes(pairs: Iterable[Pair]) -> str:
    head = (
        "whole process, one run", "Flee, CPU s", "wall s", "peak MB", "Saferground, CPU s", "wall s", "peak MB",
        "times",
    )  # fmt: skip
    return table(head, [whole_process(pair) for pair in pairs])


def whole_process(pair: Pair) -> list[str]:
    if not (pair.flee and pair.ours):
        return [f"{pair.name}: {pair.note}"]
    cells = [number(x) for run in (pair.flee, pair.ours) for x in (run.cpu, run.wall, run.peak / MILLION)]
    return [f"{pair.name}{' *' if pair.extrapolated else ''}", *cells, number(pair.flee.cpu / pair.ours.cpu)]


def all_days(runs: Iterable[tuple[str, Run]]) -> str:
    head = ("people", "agent-steps", "CPU ms", "agent-steps a CPU s", "peak MB")
    rows = [
        [size, *(number(x) for x in (run.agent_steps, 1000 * run.simulate, run.rate, run.peak / MILLION))]
        for size, run in runs
    ]
    return table(head, rows)


def ensemble_table(ensembles: Iterable[Ensemble]) -> str:
    head = ("crisis", "rules", "wall s", "of it simulation", "CPU s", "peak MB")
    return table(head, [ensemble_row(one) for one in ensembles])


def ensemble_row(one: Ensemble) -> list[str]:
    if one.run is None:
        return [one.crisis, one.version, one.note]
    run = one.run
    return [
        one.crisis,
        one.version,
        *(number(x) for x in (run.wall, run.wall_simulate, run.cpu, run.peak / MILLION)),
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown; short rows are filled with empty cells."""
    lines = [head, ["---"] * len(head), *([*row, *[""] * (len(head) - len(row))] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def number(value: float) -> str:
    """Three significant digits, in words from a million on; a dash for what is not known."""
    if isnan(value):
        return "–"
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:.3g} {word}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write_csv(path: Path, pairs: Iterable[Pair]) -> None:
    rows = [flat(pair) for pair in pairs]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def flat(pair: Pair) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": pair.name, "hasten": pair.hasten, "ranks": pair.ranks, "length": pair.length,
        "extrapolated": pair.extrapolated, "note": pair.note, "ratio": pair.ratio,
    }  # fmt: skip
    for side, run in (("flee", pair.flee), ("ours", pair.ours)):
        for field in ("days", "agents", "agent_steps", "simulate", "cpu", "wall", "peak"):
            row[f"{side}_{field}"] = getattr(run, field) if run else ""
    return row
