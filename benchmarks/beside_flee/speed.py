"""Both programs on the same crises with the same rules and people: CPU, wall, memory (``make bench-flee``).

Writes benchmarks/FLEE.md and benchmarks/FLEE.csv.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from beside_flee.crises import crises, main_crisis
from beside_flee.pages import SPEED, Ensemble, Pair, write_speed
from beside_flee.programs import Failed, Run, mpiexec, run_flee, run_ours
from beside_flee.variants import copied, hasten_of, placed

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
MEMBERS = 100
RANKS = 2


def measured(name: str, folder: Path, *, limit: float = math.inf, days: int = 0, ranks: int = 0) -> Pair:
    """Flee as far as it comes within ``limit`` CPU seconds, or ``days``, then ours for the same days."""
    pair = Pair(name, folder, hasten_of(folder), ranks=ranks)
    try:
        flee = run_flee(folder, limit=limit, days=days, ranks=ranks)
        pair = replace(pair, flee=flee, length=flee.more["length"])
        pair = replace(pair, ours=run_ours(folder, days=flee.days))
    except Failed as stopped:
        pair = replace(pair, note=f"stopped: {stopped}")
    print(pair, flush=True)
    return pair


def compile_first(folder: Path) -> None:
    """The first run of all compiles the kernel and keeps it on disk; that is not measured."""
    run_ours(folder, seconds=0)


def each_crisis(folders: list[Path], limit: float, temporary: Path) -> Iterator[Pair]:
    """As shipped; with and without demographic files where there are any."""
    for folder in folders:
        yield measured(folder.name, copied(folder, temporary / folder.name), limit=limit)
        if any((folder / "input_csv").glob("demographics_*.csv")):
            plain = copied(folder, temporary / f"{folder.name}_plain", demographics=False)
            yield measured(f"{folder.name}, no demographic files", plain, limit=limit)


def each_size(folder: Path, sizes: list[int], most: int, limit: float, temporary: Path) -> Iterator[Pair]:
    """The network of one crisis with more and more people; above ``most``, Flee is extrapolated, not run."""
    last: Pair | None = None
    for size in sizes:
        variant = placed(folder, temporary / f"{folder.name}_{size}", size)
        if size <= most:
            last = measured(f"{size:,}", variant, limit=limit)
            yield last
        elif last and last.flee:
            yield extrapolated(f"{size:,}", variant, last, last.flee)


def extrapolated(name: str, folder: Path, smaller: Pair, flee: Run) -> Pair:
    """Flee's CPU and wall time of a smaller size in proportion to the people; ours measured."""
    ours = run_ours(folder, days=flee.days)
    larger = flee.times(ours.agents / flee.agents)
    pair = replace(smaller, name=name, folder=folder, flee=larger, ours=ours, extrapolated=True)
    print(pair, flush=True)
    return pair


def all_days(sizes: list[Pair]) -> Iterator[tuple[str, Run]]:
    """Ours over the whole period, for each size."""
    for one in sizes:
        if one.ours:
            yield one.name, run_ours(one.folder)


def ensembles(folders: list[Path], temporary: Path) -> Iterator[Ensemble]:
    """A hundred members of each crisis on all cores, from the Flee folder to the result."""
    for folder in folders:
        for version in ("3.1", "corrected"):
            one = Ensemble(folder.name, version)
            try:
                run = run_ours(temporary / folder.name, members=MEMBERS, threads=None, seconds=0, version=version)
                one = replace(one, run=run)
            except Failed as stopped:
                one = replace(one, note=f"stopped: {stopped}")
            print(one, flush=True)
            yield one


def in_parallel(serial: list[Pair]) -> list[Pair] | str:
    """pflee on what Flee was run on, for as many days; or why it was not measured."""
    if mpiexec() is None:
        return "pflee was not measured: there is no mpiexec, neither of the system nor from the package mpich.\n"
    return [measured(one.name, one.folder, days=one.flee.days, ranks=RANKS) for one in serial if one.flee]


def main() -> None:
    given = arguments()
    with TemporaryDirectory() as made:
        temporary = Path(made)
        folders = crises(given.crises, temporary)
        chosen = main_crisis(folders)
        compile_first(chosen)
        pairs = list(each_crisis(folders, given.limit, temporary))
        sizes = list(each_size(chosen, given.sizes, given.most, given.limit, temporary))
        write_speed(
            given.out,
            pairs=pairs,
            network=chosen.name,
            sizes=sizes,
            whole=list(all_days(sizes)),
            ensembles=list(ensembles(folders, temporary)),
            parallel=in_parallel([*(pair for pair in pairs if pair.name.startswith(chosen.name + ",")), sizes[0]]),
            limit=given.limit,
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crises", help="a Flee folder, or a folder of them")
    parser.add_argument("--limit", type=float, default=150.0, help="CPU seconds after which Flee begins no other day")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--most", type=int, default=1_000_000, help="people above which Flee is extrapolated")
    parser.add_argument("--out", type=Path, default=SPEED)
    return parser.parse_args()


if __name__ == "__main__":
    main()
