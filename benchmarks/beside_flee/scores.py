"""How near Flee, our reproduction, our corrected model and naive forecasts come to the counts (``make score-flee``).

Writes benchmarks/FLEE_SCORES.md and benchmarks/FLEE_SCORES.csv. Nothing is tuned.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import xarray as xr

from beside_flee.crises import ROOT, crises
from beside_flee.naive import forecasts, records_of
from beside_flee.programs import Failed, run_flee
from beside_flee.score_pages import SCORES, Row, write_scores
from beside_flee.scoring import agreement, at_camps, dataset, score
from beside_flee.variants import copied, hasten_of, most_counted
from saferground import build_model, read_scenario, simulate
from saferground.errors import SafergroundError
from saferground.exchange.flee import import_flee
from saferground.scenario import Scenario

SCALES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
KEPT = ROOT / "runs" / "beside_flee"


@dataclass(frozen=True)
class Effort:
    """How much is run: Flee's runs, at most so many agents in each, at once; our members; where runs are kept."""

    runs: int
    agents: int
    jobs: int
    members: int
    kept: Path


def scored(folder: Path, effort: Effort, temporary: Path) -> Iterator[Row]:
    """The rows of one crisis."""
    shipped = hasten_of(folder)
    scale = coarser(folder, shipped, effort.agents)
    variant = copied(folder, temporary / f"{folder.name}_{scale}", {"optimisations": {"hasten": scale}})
    full = copied(folder, temporary / folder.name)
    flee, versions = flee_runs(variant, effort)
    camps = [str(camp) for camp in flee["place"].values]
    theirs = score(flee)
    yield Row(folder.name, "Flee 3.1", scale, effort.runs, theirs, versions=versions)
    for version, source, at in (("3.1", variant, scale), ("3.1", full, shipped), ("corrected", full, shipped)):
        if source is full and version == "3.1" and scale == shipped:
            continue
        scenario = imported(source, version, temporary)
        ours = at_camps(simulate(build_model(scenario), effort.members), camps)
        apart = float(np.abs(ours["count"] - flee["count"]).max()) if source is variant else None
        found = score(ours)
        same = agreement(found.ard, theirs.ard) if version == "3.1" else None
        yield Row(folder.name, NAMES[version], at, effort.members, found, agreement=same, counts_apart=apart)
    for name, naive in forecasts(ours["count"].values, records_of(scenario, camps), camps).items():
        yield Row(folder.name, name, shipped, 1, score(naive))


NAMES = {"3.1": "Saferground, rules of Flee 3.1", "corrected": "Saferground"}


def coarser(folder: Path, shipped: int, agents: int) -> int:
    """The smallest scale, from the shipped one up, at which a run has no more than ``agents``."""
    people = most_counted(folder)
    return next((scale for scale in SCALES if scale >= shipped and people / scale <= agents), SCALES[-1])


def imported(source: Path, version: str, temporary: Path) -> Scenario:
    out = temporary / "imported" / f"{source.name}_{version}"
    import_flee(source, out, version=version)
    return read_scenario(out)


def flee_runs(folder: Path, effort: Effort) -> tuple[xr.Dataset, dict[str, str]]:
    """Flee's runs on a folder as one Dataset, and the versions that made them; those kept are not run again."""
    with ThreadPoolExecutor(effort.jobs) as pool:
        runs = list(pool.map(lambda number: kept_run(folder, number, effort.kept), range(effort.runs)))
    people = np.array([run["people"] for run in runs], dtype=float)
    return dataset(people, np.array(runs[0]["counts"], dtype=float), runs[0]["camps"]), runs[0]["versions"]


def kept_run(folder: Path, number: int, kept: Path) -> dict[str, Any]:
    """What one run of Flee said; kept under the digest of its folder."""
    path = kept / f"{folder.name}-{digest(folder)}-{number}.json"
    if not path.is_file():
        print(f"Flee on {folder.name}, run {number} ...", flush=True)
        said = run_flee(folder, number).more
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said), encoding="utf-8")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def digest(folder: Path) -> str:
    """Of every file in the folder, with its name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = b"".join(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() for path in files)
    return blake2b(named, digest_size=8).hexdigest()


def main() -> None:
    given = arguments()
    effort = Effort(given.runs, given.agents, given.jobs, given.members, given.kept)
    rows: list[Row] = []
    left_out: dict[str, str] = {}
    with TemporaryDirectory() as made:
        temporary = Path(made)
        for folder in crises(given.crises, temporary / "invented"):
            try:
                for row in scored(folder, effort, temporary):
                    print(row, flush=True)
                    rows.append(row)
            except (Failed, SafergroundError) as stopped:
                left_out[folder.name] = str(stopped)
    write_scores(given.out, rows, left_out)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crises", help="a Flee folder, or a folder of them")
    parser.add_argument("--runs", type=int, default=5, help="of Flee on each crisis")
    parser.add_argument("--agents", type=int, default=16_000, help="most agents in a run of Flee")
    parser.add_argument("--members", type=int, default=100, help="of ours")
    parser.add_argument("--jobs", type=int, default=1, help="runs of Flee at once")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder for what Flee said, so that it is run once")
    parser.add_argument("--out", type=Path, default=SCORES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
