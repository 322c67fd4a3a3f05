"""Runs of Saferground on a Flee folder; prints what they cost, as JSON.

    .venv/bin/python benchmarks/beside_flee/run_saferground.py FOLDER [--members 100 --threads 2] [--days 30]

The folder is imported, read, built and simulated once with ``--members``. With ``--seconds``, as many single members
as take about that long are then simulated one after the other, for the cost of one.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from stopwatch import Found, begin, peak, phase

from saferground import build_model, read_scenario, simulate
from saferground.exchange.flee import import_flee
from saferground.model import Journey

MOST = 100  # members that are simulated one after the other


def run(folder: Path, version: str, days: int | None, members: int, threads: int | None, seconds: float) -> Found:
    """What the phases cost, and the steps of agents in one member."""
    found = begin()
    model = model_of(folder, version, days, found)
    with phase("simulate", found):
        data = simulate(model, members, threads=threads)
    found["peak"] = peak()
    if seconds:
        found |= one_after_the_other(model, seconds)
    people = data["people"].sum("place") + data["travelling"]
    steps = float(people.sum("time").mean("member"))
    return found | {"days": data.sizes["time"], "agents": float(people[:, -1].mean()), "agent_steps": steps}


def model_of(folder: Path, version: str, days: int | None, found: Found) -> Journey:
    """Import, read and build; of the first ``days`` only where that is given."""
    with TemporaryDirectory() as temporary:
        imported = Path(temporary) / folder.name
        with phase("import", found):
            import_flee(folder, imported, version=version)
        with phase("read", found):
            scenario = read_scenario(imported)
            scenario = scenario if days is None else scenario.at(days=days - 1)
    with phase("build", found):
        model = build_model(scenario)
    assert isinstance(model, Journey)
    return model


def one_after_the_other(model: Journey, seconds: float) -> Found:
    """CPU seconds of one member among many on one thread, and how many there were."""
    began = time.process_time()
    simulate(model, 1, threads=1)
    members = max(1, min(MOST, round(seconds / (time.process_time() - began))))
    began = time.process_time()
    simulate(model, members, threads=1)
    return {"serial": (time.process_time() - began) / members, "serial_members": members}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--version", default="3.1", help="corrected or 3.1")
    parser.add_argument("--days", type=int, help="only the first so many")
    parser.add_argument("--members", type=int, default=1)
    parser.add_argument("--threads", type=int, help="default: one a processor")
    parser.add_argument("--seconds", type=float, default=0.0)
    print(json.dumps(run(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
