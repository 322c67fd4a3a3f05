"""Where the stored results of Flee 3.1 are, and where each comes from."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "accuracy" / "flee" / "reference"
INDEX = FOLDER / "index.csv"


class Origin(NamedTuple):
    """How the stored results of a network were made; ``folder`` is the digest of the Flee folder."""

    network: str
    replicates: int
    cpu_seconds: int
    flee: str
    python: str
    numpy: str
    made: str
    folder: str


def path(network: str) -> Path:
    """The file of a network's results."""
    return FOLDER / f"{network}.npz"


def origins() -> dict[str, Origin]:
    """The index, by network; empty where there is none yet."""
    if not INDEX.is_file():
        return {}
    with INDEX.open(encoding="utf-8", newline="") as file:
        rows = (
            Origin(**row | {"replicates": int(row["replicates"]), "cpu_seconds": int(row["cpu_seconds"])})
            for row in csv.DictReader(file)
        )
        return {row.network: row for row in rows}
