"""How much it changes that the journey model averages distances in a crowd.

    PYTHONPATH=src:benchmarks:tests python -m beside_flee.averaging [--crises FOLDER] [--members 8]

Prints a table: for each crisis and way of reading the rules, the people who are elsewhere on the mean over members with
averaging and without, as a share of all, and the difference of the averaged relative difference; with their noise.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from beside_flee.crises import crises
from beside_flee.pages import table
from saferground import build_model, read_scenario
from saferground.engine.journey import JourneyRecord, init, run
from saferground.exchange.flee import import_flee
from saferground.model import Journey
from saferground.model.params import sample

NOBODY = 2**62  # people who each keep their own distances
HEAD = ("crisis", "rules", "people elsewhere", "of it noise", "ARD, not averaged", "difference", "standard error")
Floats = NDArray[np.float64]


def simulated(model: Journey, members: int, crowd: int) -> JourneyRecord:
    """Members of a model that averages where there are more than ``crowd`` people."""
    numbers = np.arange(members, dtype=np.int64)
    world = model.world._replace(rules=model.world.rules._replace(crowd=crowd))
    params = sample(model.priors, numbers, 1)
    return run(world, params, 1, numbers, init(world, members), first=0, last=model.clock.days)[0]


def where(record: JourneyRecord) -> Floats:
    """People at each place and, last, on the way: (member, day, place)."""
    return np.concatenate([record.people, record.travelling[:, :, None]], axis=2).astype(float)


def scores(record: JourneyRecord, model: Journey) -> Floats:
    """Averaged relative difference of each member."""
    counted = model.counted.counted
    counts = model.counted.present[:, counted]
    apart = np.abs(record.people[:, :, counted] - counts).sum(axis=2)
    return np.mean(apart / np.maximum(counts.sum(axis=1), 1), axis=1)


def compared(name: str, version: str, model: Journey, members: int) -> list[str]:
    """One row of the table."""
    with_, without = (simulated(model, members, crowd) for crowd in (model.world.rules.crowd, NOBODY))
    ours, exact = where(with_), where(without)
    everybody = np.maximum(exact.sum(axis=2).mean(axis=0), 1)
    elsewhere = np.abs(ours.mean(axis=0) - exact.mean(axis=0)).sum(axis=1) / 2 / everybody
    error = np.sqrt((ours.var(axis=0, ddof=1) + exact.var(axis=0, ddof=1)) / members)
    noise = error.sum(axis=1) * math.sqrt(2 / math.pi) / 2 / everybody
    one, other = scores(with_, model), scores(without, model)
    apart = math.sqrt((one.var(ddof=1) + other.var(ddof=1)) / members)
    shares = f"{100 * elsewhere.mean():.2f} %", f"{100 * noise.mean():.2f} %"
    return [name, version, *shares, f"{other.mean():.4f}", f"{one.mean() - other.mean():+.4f}", f"{apart:.4f}"]


def rows(folders: list[Path], members: int) -> Iterator[list[str]]:
    """Each crisis by the rules of Flee 3.1 and by ours."""
    for folder in folders:
        for version in ("3.1", "corrected"):
            with TemporaryDirectory() as made:
                import_flee(folder, Path(made) / folder.name, version=version)
                model = build_model(read_scenario(Path(made) / folder.name))
            assert isinstance(model, Journey)
            yield compared(folder.name, version, model, members)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crises", help="a Flee folder, or a folder of them")
    parser.add_argument("--members", type=int, default=8)
    given = parser.parse_args()
    with TemporaryDirectory() as made:
        print(table(HEAD, rows(crises(given.crises, Path(made)), given.members)))


if __name__ == "__main__":
    main()
