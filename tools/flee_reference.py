"""Make the stored results of Flee 3.1 with which the journey model is compared (``make flee-reference``).

    PYTHONPATH=tests python tools/flee_reference.py [NETWORK ...] [--replicates 20000]

Runs Flee in its own environment at the lowest priority, one network after the other, and writes one file a network
into tests/accuracy/flee/reference, with a row in its index.csv. A network that already has a file made from the same
folder with as many replicates is left alone.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from helpers.flee_folders import Network, digest, write
from helpers.flee_networks import NETWORKS
from helpers.flee_reference import FOLDER, INDEX, Origin, origins, path
from helpers.flee_sample import save, summarise

ROOT = Path(__file__).parents[1]
REPLICATES = ROOT / "tools" / "flee_replicates.py"


def make(network: Network, replicates: int, python: Path) -> Origin:
    """Run Flee, store the sample, and say where it comes from."""
    with TemporaryDirectory() as temporary:
        folder, out = write(network, Path(temporary) / network.name), Path(temporary) / "out.npz"
        days = [str(day) for day in network.compared]
        command = ["nice", "-n", "19", str(python), str(REPLICATES), str(folder), str(out), "--days", *days]
        subprocess.run([*command, "--replicates", str(replicates)], check=True)
        with np.load(out) as run:
            save(summarise(run["people"], run["days"], run["places"], run["camps"]), path(network.name))
            return Origin(
                network=network.name,
                replicates=replicates,
                cpu_seconds=round(float(run["cpu_seconds"])),
                flee=str(run["flee"]),
                python=str(run["python"]),
                numpy=str(run["numpy"]),
                made=datetime.now(UTC).date().isoformat(),
                folder=digest(network),
            )


def record(origin: Origin) -> None:
    """Put the row of a network into the index, in the order of the networks."""
    rows = origins() | {origin.network: origin}
    with INDEX.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(Origin._fields)
        table.writerows(rows[name] for name in NETWORKS if name in rows)


def missing(names: list[str], replicates: int) -> list[Network]:
    """The networks among ``names`` whose stored results are absent, too few, or of another folder."""
    have = origins()
    return [
        NETWORKS[name]
        for name in names
        if name not in have
        or not path(name).is_file()
        or have[name].folder != digest(NETWORKS[name])
        or have[name].replicates < replicates
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(NETWORKS), metavar="NETWORK")
    parser.add_argument("--replicates", type=int, default=20_000)
    parser.add_argument("--python", type=Path, default=ROOT / ".venv-flee" / "bin" / "python")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for network in missing(given.names, given.replicates):
        origin = make(network, given.replicates, given.python)
        record(origin)
        print(f"{network.name}: {origin.replicates} replicates, {origin.cpu_seconds} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
