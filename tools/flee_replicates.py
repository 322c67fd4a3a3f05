"""Run Flee 3.1 many times on one folder, and keep how many people are at each place and on the way.

    .venv-flee/bin/python tools/flee_replicates.py FOLDER OUT.npz --replicates 20000 --days 1 3 5

Needs Flee in its own environment and nothing of Saferground. Each replicate does what the run script of that version
does, in its order. Flee draws from ``random`` and from ``numpy.random``; both are seeded for each replicate by a hash
of the folder's name and the replicate's number, since generators with seeds in a row are not independent enough.

OUT.npz holds ``people`` (replicate, day, place), one place more than Flee has for those on the way; ``days``,
``places``, ``camps``; the versions ``flee``, ``python`` and ``numpy``, as text; and ``cpu_seconds``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import pickle
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from flee import InputGeography, flee, spawning
from flee.datamanager import handle_refugee_data, read_period
from flee.SimulationSettings import SimulationSettings

CHECKED = 3  # replicates that are run from the files too, and must come out the same


class Silence(io.TextIOBase):
    """Takes what Flee prints."""

    def write(self, text: str, /) -> int:
        return len(text)


@dataclass(frozen=True)
class Inputs:
    """What Flee reads, before anybody is displaced."""

    geography: Any
    ecosystem: Any
    data: Any
    camps: list[str]
    length: int


def read(folder: Path, make: Callable[[], Any] = flee.Ecosystem) -> Inputs:
    """Read the folder as the run script does; ``make`` gives an empty ecosystem."""
    settings = folder / "simsetting.yml"
    start, length = read_period.read_conflict_period(str(folder / "input_csv" / "sim_period.csv"))
    flee.SimulationSettings.ReadFromYML(str(settings))
    flee.SimulationSettings.ConflictInputFile = str(folder / "input_csv" / "conflicts.csv")
    ecosystem = make()
    geography = InputGeography.InputGeography()
    geography.ReadConflictInputCSV(flee.SimulationSettings.ConflictInputFile)
    geography.ReadLocationsFromCSV(str(folder / "input_csv" / "locations.csv"))
    geography.ReadLinksFromCSV(str(folder / "input_csv" / "routes.csv"))
    geography.ReadClosuresFromCSV(str(folder / "input_csv" / "closures.csv"))
    geography.StoreInputGeographyInEcosystem(ecosystem)
    data = handle_refugee_data.RefugeeTable(
        csvformat="generic",
        data_directory=str(folder / "source_data"),
        start_date=start,
        data_layout="data_layout.csv",
        population_scaledown_factor=SimulationSettings.optimisations["PopulationScaleDownFactor"],
    )
    data.ReadL1Corrections(str(folder / "input_csv" / "registration_corrections.csv"))
    return Inputs(geography, ecosystem, data, ecosystem.get_camp_names(), length)


def days_of(inputs: Inputs, ecosystem: Any) -> Iterator[int]:
    """Simulate day by day, in the order of the run script; ``ecosystem`` is a fresh one, and changes."""
    spawning.__dict__["__refugees_raw"] = spawning.__dict__["__refugee_debt"] = 0
    at = {location.name: location for location in ecosystem.locations}
    for camp in inputs.camps:
        spawning.add_initial_refugees(ecosystem, inputs.data, at[camp])
    for day in range(inputs.length):
        inputs.geography.AddNewConflictZones(ecosystem, day)
        spawning.spawn_daily_displaced(ecosystem, day, inputs.data)
        spawning.refresh_spawn_weights(ecosystem)
        ecosystem.enact_border_closures(day)
        ecosystem.evolve()
        yield day


def people(inputs: Inputs, ecosystem: Any, days: list[int]) -> list[list[int]]:
    """People at each place and on the way, at the end of the chosen days."""
    return [
        [location.numAgents for location in ecosystem.locations] + [sum(agent.travelling for agent in ecosystem.agents)]
        for day in days_of(inputs, ecosystem)
        if day in days
    ]


def seed(name: str, replicate: int) -> None:
    """Seed both generators with words of one hash."""
    digest = hashlib.blake2b(f"{name}/{replicate}".encode(), digest_size=64).digest()
    random.seed(digest[:32])
    np.random.seed(np.frombuffer(digest[32:], dtype="<u4"))


def replicates(folder: Path, days: list[int], numbers: range) -> np.ndarray:
    """``people`` of many replicates. The ecosystem is copied, not read again, which is checked on the first few."""
    inputs = read(folder)
    fresh = pickle.dumps(inputs.ecosystem)
    found = np.empty((len(numbers), len(days), len(inputs.ecosystem.locations) + 1), dtype=np.int16)
    for row, number in enumerate(numbers):
        seed(folder.name, number)
        found[row] = people(inputs, pickle.loads(fresh), days)
        if row < CHECKED:
            again = read(folder)
            seed(folder.name, number)
            if not np.array_equal(people(again, again.ecosystem, days), found[row]):
                raise AssertionError(f"{folder.name}: replicate {number} from a copy differs from one read from files")
    return found


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--replicates", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first replicate")
    parser.add_argument("--days", type=int, nargs="+", required=True, help="days whose end is kept, the first is 0")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    folder, out = given.folder.resolve(), given.out.resolve()
    with chdir(folder), redirect_stdout(Silence()), redirect_stderr(Silence()):  # Flee looks for demographics here
        inputs = read(folder)
        begun = time.process_time()
        found = replicates(folder, given.days, range(given.first, given.first + given.replicates))
        spent = time.process_time() - begun
    np.savez_compressed(
        out,
        people=found,
        days=given.days,
        places=[location.name for location in inputs.ecosystem.locations],
        camps=inputs.camps,
        flee=version("flee"),
        python=platform.python_version(),
        numpy=np.__version__,
        cpu_seconds=spent,
    )


if __name__ == "__main__":
    sys.exit(main())
