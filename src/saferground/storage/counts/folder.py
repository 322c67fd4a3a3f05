"""A scenario folder together with what was entered beside it: the folder as it would be if it were all in its files.

Whatever reads folders (``check``, ``forecast``, ``compare``) then works as it is, and gives the same digest and
forecast on any other machine to which the folder is sent.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from saferground.errors import RunError, ScenarioError, UsageError
from saferground.scenario.plans.read import FOLDER as PLANS
from saferground.scenario.read import find_folder
from saferground.storage.counts.record import KINDS, Entered, Kind, columns_of

Rows = Mapping[Kind, Sequence[Mapping[str, str]]]
_MARK = "\ufeff"


def materialised(base: str | Path, entered: Entered, to: Path) -> Path:
    """Write a scenario folder with what was entered in it: the base's files and plans, and the rows in its tables.

    Args:
        base: a scenario folder, or the name of a shipped scenario.
        entered: what was entered beside it.
        to: a new or empty folder; its name is the scenario's.

    Returns:
        The folder. Rows of the base keep their lines; those entered follow, in the order in which they were.

    Raises:
        ScenarioError: there is no such base.
        UsageError: ``to`` holds files.
        RunError: the folder cannot be written.
    """
    write_with(base_folder(base), rows_of(entered), to)
    return to


@contextmanager
def as_entered(base: str | Path, entered: Entered) -> Iterator[Path]:
    """The same in a temporary folder of the base's name, which is gone afterwards."""
    folder = base_folder(base)
    with tempfile.TemporaryDirectory(prefix="saferground-") as home:
        yield materialised(folder, entered, Path(home) / folder.name)


def base_folder(base: str | Path) -> Path:
    """The path of a folder or of a shipped scenario. Raises ScenarioError when there is none."""
    path, problems = find_folder(base)
    if path is None:
        raise ScenarioError(problems)
    return path


def rows_of(entered: Entered) -> Rows:
    """The cells of what was entered and not withdrawn, by table."""
    return {kind: [one.cells for one in entered.of(kind) if not one.withdrawn] for kind in KINDS}


def write_with(base: Path, rows: Rows, to: Path) -> dict[Kind, list[int]]:
    """Copy a folder and append rows to its tables; the line of each. Raises as ``materialised`` does."""
    try:
        _copy(base, to)
        return {kind: _append(to / f"{kind}.csv", kind, rows[kind]) for kind in KINDS}
    except OSError as error:
        do = "Free some space or choose another folder."
        raise RunError(f"The scenario folder {to} cannot be written: {error}. {do}") from error


def _copy(base: Path, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    if any(to.iterdir()):
        raise UsageError(f"{to}: got a folder with files in it; expected a new or empty one. Choose another.")
    for folder, goal in ((base, to), (base / PLANS, to / PLANS)):
        paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
        if paths:
            goal.mkdir(exist_ok=True)
        for path in paths:
            if path.suffix.lower() in (".csv", ".toml", ".md"):
                shutil.copyfile(path, goal / path.name)


def _append(path: Path, kind: Kind, rows: Sequence[Mapping[str, str]]) -> list[int]:
    """Append rows under the header that the file has, with the columns that it lacks; the line of each."""
    if not rows:
        return []
    text = path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else ""
    wanted = [one.name for one in columns_of(kind) if one.required or any(row[one.name] for row in rows)]
    if not text.strip(_MARK + " \r\n"):
        text = ",".join(wanted) + "\n"
    header = _header(text)
    missing = [name for name in wanted if name not in header]
    text = _widened(text, missing) if missing else text
    text += "" if text.endswith(("\n", "\r")) else "\n"
    lines, line = [], sum(1 for _ in StringIO(text, newline="")) + 1
    for row in rows:
        added = _line([row.get(name, "") for name in (*header, *missing)])
        text, line = text + added, line + added.count("\n")
        lines.append(line - added.count("\n"))
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return lines


def _header(text: str) -> list[str]:
    rows = csv.reader(StringIO(text.removeprefix(_MARK), newline=""))
    return [cell.strip() for cell in next(row for row in rows if any(cell.strip() for cell in row))]


def _widened(text: str, more: Sequence[str]) -> str:
    """The table with further columns, blank in the rows that it has; each row stays on its line."""
    rows = list(csv.reader(StringIO(text.removeprefix(_MARK), newline="")))
    first = next(number for number, row in enumerate(rows) if any(cell.strip() for cell in row))
    width = len(rows[first])
    filled = [row + [""] * (width - len(row) + len(more)) if any(row) else [] for row in rows]
    filled[first] = [*rows[first], *more]
    return "".join(_line(row) for row in filled)


def _line(cells: Sequence[str]) -> str:
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
