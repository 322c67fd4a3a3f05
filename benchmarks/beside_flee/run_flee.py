"""One run of Flee 3.1 on a folder, in Flee's own environment; prints what it cost and who was in the camps, as JSON.

PYTHONPATH=tools .venv-flee/bin/python benchmarks/beside_flee/run_flee.py FOLDER [--seed 3] [--limit 120]
PYTHONPATH=tools mpiexec -n 2 .venv-flee/bin/python benchmarks/beside_flee/run_flee.py FOLDER --parallel
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import platform
import time
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy
from flee_replicates import Inputs, Silence, days_of, read, seed
from stopwatch import Found, begin, peak, phase


def run(folder: Path, number: int, limit: float, days: int, make: Callable[[], Any]) -> Found:
    """Read the folder and simulate it; ``make`` gives an empty ecosystem."""
    found = begin()
    with chdir(folder), redirect_stdout(Silence()), redirect_stderr(Silence()):  # Flee looks for demographics here
        with phase("read", found):
            inputs = read(folder, make)
        seed(folder.name, number)
        with phase("simulate", found):
            found |= simulate(inputs, limit, days)
    return found | {"camps": inputs.camps, "length": inputs.length, "peak": peak()}


def simulate(inputs: Inputs, limit: float, days: int) -> Found:
    """Day after day until the last, or ``days`` of them, or ``limit`` CPU seconds have passed at the end of a day."""
    at = {location.name: location for location in inputs.ecosystem.locations}
    stop, steps = time.process_time() + limit, 0
    people, counts = [], []
    for day in days_of(inputs, inputs.ecosystem):
        steps += len(inputs.ecosystem.agents)
        people.append([int(at[camp].numAgents) for camp in inputs.camps])
        counts.append([inputs.data.get_field(camp, day) for camp in inputs.camps])
        if day + 1 == days or (day > 0 and time.process_time() > stop):
            break
    agents = len(inputs.ecosystem.agents)
    return {"days": len(people), "agents": agents, "agent_steps": steps, "people": people, "counts": counts}


def run_parallel(folder: Path, number: int, days: int) -> Found | None:
    """The same on every rank; sums over ranks on the first, ``None`` on the others."""
    communicator = importlib.import_module("mpi4py.MPI").COMM_WORLD
    make = importlib.import_module("flee.pflee").Ecosystem
    own = run(folder, number * communicator.size + communicator.rank, math.inf, days, make)
    ranks = communicator.gather(own)
    if ranks is None:
        return None
    found = ranks[0] | {name: sum(one[name] for one in ranks) for name in ("agents", "agent_steps", "peak")}
    found["cpu"] = {name: sum(one["cpu"][name] for one in ranks) for name in own["cpu"]}
    found["wall"] = {name: max(one["wall"][name] for one in ranks) for name in own["wall"]}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0, help="number of the run; seeds are hashes of it")
    parser.add_argument("--limit", type=float, default=math.inf, help="CPU seconds after which no day is begun")
    parser.add_argument("--days", type=int, default=0, help="only the first so many")
    parser.add_argument("--parallel", action="store_true", help="pflee, on the ranks of mpiexec")
    given = parser.parse_args()
    folder = given.folder.resolve()
    if given.parallel:
        found = run_parallel(folder, given.seed, given.days)
    else:
        make = importlib.import_module("flee.flee").Ecosystem
        found = run(folder, given.seed, given.limit, given.days, make)
    if found:
        versions = {"flee": version("flee"), "python": platform.python_version(), "numpy": numpy.__version__}
        print(json.dumps(found | {"versions": versions}))


if __name__ == "__main__":
    main()
