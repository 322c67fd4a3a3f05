"""From a run folder to the tables that an audience may see."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from saferground.errors import RunError, UsageError
from saferground.exchange.classes import CLASSES, SHARING, columns_for, may_see
from saferground.storage import run_folder
from saferground.storage.runs import read_info

LEFT_OUT = "left_out.csv"
AUDIENCES = CLASSES[1:]
"""Nothing of a run itself is public."""
shared_folder = partial(run_folder, info=LEFT_OUT, what="a folder of shared tables")


@dataclass(frozen=True)
class Shared:
    """What was written: the names of the tables, and what was left out as (table, columns; blank for all)."""

    tables: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def share(run: Path | str, out: Path | str, audience: str) -> Shared:
    """Write those tables and columns of a run that an audience may see, as CSV files with HXL tags.

    ``classes.csv`` of ``saferground.exchange`` says which; the last column of each file, its class, is then the
    audience's. ``left_out.csv`` lists what is not there. Files other than tables are never copied.

    Raises
    ------
    UsageError
        The audience is no class of a run, or the run is ``strictly_restricted`` and the audience wider: then only its
        owner can decide, by another class in the scenario.
    RunError
        The run cannot be read, or the folder not be written.
    """
    info = read_info(Path(run))
    _refuse(str(info.get("sensitivity", "")), audience)
    model = str(info.get("model", "siege"))
    with shared_folder(out) as folder:
        made = [_one(path, folder, audience, model) for path in sorted((Path(run) / "tables").glob("*.csv"))]
        shared = Shared(
            tuple(name for name, kept, _ in made if kept),
            tuple((name, " ".join(gone) if kept else "") for name, kept, gone in made if gone),
        )
        with (folder / LEFT_OUT).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("table", "columns"), ("#meta+table", "#meta+columns"), *shared.left_out])
    return shared


def _refuse(sensitivity: str, audience: str) -> None:
    if audience not in AUDIENCES:
        what = "What everyone may see is derived: `saferground export public`. " if audience == "public" else ""
        raise UsageError(f"The audience {audience!r}; expected one of {', '.join(AUDIENCES)}. {what}".strip())
    if sensitivity == CLASSES[-1] and not may_see(audience, sensitivity):
        raise UsageError(
            f"The run is {sensitivity}: {SHARING[sensitivity]}. If its owner agrees to a wider circle, set "
            "`sensitivity` in scenario.toml to restricted and forecast again."
        )


def _one(path: Path, folder: Path, audience: str, model: str) -> tuple[str, list[str], list[str]]:
    """Copy what may be seen of one table; its name, the columns that were kept, and the others."""
    (*names, last), (*tags, tag), *rows = _rows(path)
    kept = columns_for(audience, path.stem, names, "run", model)
    if kept:
        at = [names.index(name) for name in kept]
        lines = [[*kept, last], [*(tags[i] for i in at), tag], *([*(row[i] for i in at), audience] for row in rows)]
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    return path.stem, kept, [name for name in names if name not in kept]


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read ({error}). Run the forecast again.") from error
