"""Which Flee folders to run: given ones, those beside the repository, or an invented one."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

from helpers.flee_folders import Closure, Network, Place, Route, write

ROOT = Path(__file__).parents[2]
BESIDE = ROOT.parent / "shared" / "crises"
VARIABLE = "SAFERGROUND_CRISES"
DAYS = 150
LINE = (
    "Aldon",
    "Brenn",
    "Corvi",
    "Dovra",
    "Elmet",
    "Fallow",
    "Gorse",
    "Harrow",
    "Idlewood",
    "Jarrow",
    "Kelso",
    "Larch",
)


def crises(given: str | None, temporary: Path) -> list[Path]:
    """Flee folders inside ``given``, the folder that the environment names, or the one beside the repository.

    ``given`` may be a Flee folder itself. Where there is none at all, an invented crisis is written to ``temporary``.
    """
    named = given or os.environ.get(VARIABLE)
    folder = Path(named) if named else BESIDE
    found = [folder] if is_flee(folder) else sorted(path for path in folder.glob("*") if is_flee(path))
    if named and not found:
        raise SystemExit(f"{folder}: no Flee folder there; expected input_csv/ and simsetting.yml in it or one below.")
    return found or [write(INVENTED, temporary / INVENTED.name)]


def is_flee(folder: Path) -> bool:
    return (folder / "input_csv" / "locations.csv").is_file() and (folder / "simsetting.yml").is_file()


def main_crisis(folders: list[Path]) -> Path:
    """The crisis whose network is used for many sizes: mali2012 where it is there, else the first."""
    return next((folder for folder in folders if folder.name == "mali2012"), folders[0])


def _series(last: int, *, bend: float) -> dict[int, int]:
    return {day: round(last * (day / (DAYS + 9)) ** bend) for day in range(0, DAYS + 10, 10)}


COUNTS = {
    camp: _series(last, bend=bend)
    for camp, last, bend in (("Nor", 9000, 1.0), ("Oster", 7000, 2.0), ("Port", 4000, 0.5))
}
INVENTED = Network(
    name="invented",
    about="Twelve towns on a road from the front to a border, with by-roads, and three camps beyond it.",
    places=(
        *(
            Place(name, "Ostra", "conflict_zone" if i < 2 else "town", 90_000 - 5_000 * i, 10.0 + 0.4 * i, 30.0)
            for i, name in enumerate(LINE)
        ),
        Place("Nor", "Vesland", "camp", 12_000, 15.2, 30.3),
        Place("Oster", "Vesland", "camp", 8_000, 15.0, 31.0),
        Place("Port", "Sudland", "camp", 0, 12.0, 28.0),
    ),
    routes=(
        *(Route(one, other, 45 + 15 * (i % 4)) for i, (one, other) in enumerate(pairwise(LINE))),
        *(Route(one, other, 110 + 20 * (i % 3)) for i, (one, other) in enumerate(zip(LINE, LINE[3:], strict=False))),
        Route("Larch", "Nor", 60),
        Route("Kelso", "Oster", 90),
        Route("Gorse", "Port", 180),
    ),
    total={day: sum(counts[day] for counts in COUNTS.values()) for day in COUNTS["Nor"]},
    length=DAYS,
    compared=(),
    counts=COUNTS,
    conflicts={name: [float(day >= 12 * i) for day in range(DAYS)] for i, name in enumerate(LINE[:6])},
    closures=(Closure("country", "Ostra", "Sudland", 20, 60),),
    move_rules={"max_move_speed": 200.0, "camp_weight": 2.0, "conflict_weight": 0.25},
)  # fmt: skip
