"""What the board says of a run: what it is, and every file that can be taken along."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from saferground.exchange import hxl
from saferground.runs.shelf import Shelved, run_in
from saferground.web.board import Board, NotFound

WHOLE = {
    "report.html": "The report: one file that opens without a network",
    "plans.html": "The comparison: one file that opens without a network",
    "tables.xlsx": "Every table in one workbook",
    "page.json": "What the report says, as data",
}
"""Files of a run that are sent as they are, and what each is."""
FORMATS = ("xlsx", "csv")


@dataclass(frozen=True)
class Sheet:
    """One table of a run."""

    name: str = field(metadata={"help": "Name of the table"})
    question: str = field(metadata={"help": "The question that it answers"})
    files: tuple[str, ...] = field(metadata={"help": "Where it can be had: as a workbook, and as CSV with HXL tags"})


@dataclass(frozen=True)
class Taken:
    """One file of a run."""

    name: str = field(metadata={"help": "Name of the file"})
    title: str = field(metadata={"help": "What it is"})
    size: int = field(metadata={"help": "Bytes"})
    file: str = field(metadata={"help": "Where it can be had"})


@dataclass(frozen=True)
class RunRecord:
    """A run, and what can be taken along."""

    run: Shelved = field(metadata={"help": "What it is"})
    files: tuple[Taken, ...] = field(metadata={"help": "Whole files"})
    tables: tuple[Sheet, ...] = field(metadata={"help": "Its tables, in the order of the workbook"})


def known_run(board: Board, name: str) -> Shelved:
    """The run of a name. Raises NotFound; a name never leads out of the folder of runs."""
    found = run_in(board.runs, name)
    if found is None:
        raise NotFound(f"There is no run {name[:120]!r} here. The first page lists those that there are.")
    return found


def record_of(board: Board, name: str) -> RunRecord:
    """A run with its files. Raises NotFound."""
    run = known_run(board, name)
    folder = board.runs / run.name
    files = tuple(_taken(folder, file, title) for file, title in WHOLE.items() if (folder / file).is_file())
    return RunRecord(run, files, tuple(_sheet(run, table) for table in tables_of(folder, described_by(run))))


def described_by(run: Shelved) -> str:
    """By which description its tables are read: that of its model, or of comparisons of plans."""
    return hxl.PLANS if run.kind == "plans" else run.model


def tables_of(folder: Path, model: str) -> tuple[str, ...]:
    """Names of the tables that the folder has and this version knows, in the order of the workbook."""
    return tuple(name for name in hxl.questions(model) if (folder / "tables" / f"{name}.csv").is_file())


def _sheet(run: Shelved, name: str) -> Sheet:
    question = hxl.questions(described_by(run))[name][1]
    return Sheet(name, question, tuple(f"/runs/{run.name}/tables/{name}.{kind}" for kind in FORMATS))


def _taken(folder: Path, file: str, title: str) -> Taken:
    return Taken(file, title, (folder / file).stat().st_size, f"/runs/{folder.name}/files/{file}")
