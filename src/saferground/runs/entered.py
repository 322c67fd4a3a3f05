"""Check what is to be entered by everything that a scenario folder is checked by, and save it only when it is right."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from saferground.errors import Problem, RunError, ScenarioError, UsageError
from saferground.scenario import Scenario, check_scenario
from saferground.scenario.files import read_text
from saferground.scenario.personal import NO_PERSONAL_DATA, personal_value
from saferground.scenario.wording import SHOWN, in_order
from saferground.storage.counts.folder import base_folder, write_with
from saferground.storage.counts.record import (
    EDITED,
    KINDS,
    Amend,
    Edit,
    Entered,
    Entry,
    Kind,
    New,
    Restore,
    canonical,
    columns_of,
)

if TYPE_CHECKING:
    from saferground.storage.database import Database

Proposed: TypeAlias = tuple[Kind, Mapping[str, str]]
"""Table and cells of a row that is to stand."""
_TRIES = 20
_AS_IN_LINE = re.compile(r"as in line (\d+)")


@dataclass(frozen=True, eq=False)
class Checked:
    """What is right and wrong with some edits.

    Attributes:
        problems: with the edits, all of them: ``file`` is ``"counts entered"``, ``line`` the place of the edit from 1,
            ``column`` its cell, or "" for the whole row.
        elsewhere: problems with the rest of the scenario, as it would be with the edits made.
        notes: what deserves a word, by file and line of that scenario.
        already: places of new rows, from 0, that the folder or the database holds as they are; they need not be saved.
        scenario: the scenario with the edits made; None exactly when there are problems.
    """

    problems: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    already: frozenset[int]
    scenario: Scenario | None

    def by_cell(self) -> dict[tuple[int, str], tuple[Problem, ...]]:
        """The problems with the edits by the place of the edit, from 0, and the column."""
        cells: dict[tuple[int, str], tuple[Problem, ...]] = {}
        for one in self.problems:
            key = (one.line - 1, one.column)
            cells[key] = (*cells.get(key, ()), one)
        return cells

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data: ``ok``, ``problems``, ``elsewhere``, ``notes``, ``already``."""
        told = {name: [one.as_dict() for one in getattr(self, name)] for name in ("problems", "elsewhere", "notes")}
        return {"ok": self.scenario is not None, **told, "already": sorted(self.already)}


def check_rows(
    base: str | Path, entered: Entered, rows: Sequence[Mapping[str, str]], sources: Sequence[Mapping[str, str]] = ()
) -> Checked:
    """What is wrong with counts to be entered, and with the new sources that come along, which stand after them."""
    return check_edits(base, entered, [*(New(row) for row in rows), *(New(row, "sources") for row in sources)])


def check_edits(base: str | Path, entered: Entered, edits: Sequence[Edit]) -> Checked:
    """What would be wrong with the scenario if some edits were made: every problem, by edit and column.

    Args:
        base: the scenario folder, or the name of a shipped scenario.
        entered: what is entered beside it; with what was withdrawn, if an edit is about that.
        edits: what is to be done.

    Raises:
        ScenarioError: there is no such base.
        UsageError: an edit names a row or a column that there is not.
        RunError: no temporary folder can be written.
    """
    folder = base_folder(base)
    proposed = _proposed(entered, edits)
    already = frozenset(_already(folder, entered, edits))
    standing = _standing(entered, edits)
    tried = {number: one for number, one in proposed.items() if number not in already}
    scenario, found = _tried(folder, standing, tried)
    blank = [_blank(number) for number, (_, cells) in tried.items() if not any(cells.values())]
    private = [one for number, (kind, cells) in tried.items() for one in _private(number, kind, cells)]
    told = in_order([*blank, *private, *found])
    problems = [one for one in told if one.severity == "problem"]
    return Checked(
        problems=tuple(one for one in problems if one.file == EDITED),
        elsewhere=tuple(one for one in problems if one.file != EDITED),
        notes=tuple(one for one in told if one.severity == "note"),
        already=already,
        scenario=None if problems else scenario,
    )


def _tried(
    folder: Path, standing: Mapping[Kind, Sequence[Entry]], tried: Mapping[int, Proposed]
) -> tuple[Scenario | None, list[Problem]]:
    """The scenario with rows that stand and rows to be tried, and what is wrong with it by edit, entry or file."""
    new = {kind: [number for number, (table, _) in tried.items() if table == kind] for kind in KINDS}
    rows = {kind: [*(one.cells for one in standing[kind]), *(tried[n][1] for n in new[kind])] for kind in KINDS}
    with tempfile.TemporaryDirectory(prefix="saferground-") as home:
        lines = write_with(folder, rows, Path(home) / folder.name)
        scenario, found = check_scenario(Path(home) / folder.name, shown=SHOWN + sum(map(len, rows.values())))
    where: dict[tuple[str, int], Entry | int] = {}
    for kind in KINDS:
        where.update(zip(((kind, line) for line in lines[kind]), [*standing[kind], *new[kind]], strict=True))
    return scenario, [_told(one, where) for one in found]


def save_checked(
    database: Database, base: str | Path, edits: Sequence[Edit], who: str, *, name: str = ""
) -> tuple[Entry, ...]:
    """Check edits against the scenario as it is at this moment, and make them all if nothing is wrong with any.

    Args:
        database: where to.
        base: the scenario folder, or the name of a shipped scenario.
        edits: what is to be done. New rows that the folder or the database holds as they are, are left out.
        who: the name under which they are kept in the audit.
        name: of the scenario in the database; by default that of the folder.

    Returns:
        The rows as they are now, without those left out.

    Raises:
        ScenarioError: something is wrong, with the edits or elsewhere; holds all of it (see ``Checked``).
        StaleError, UsageError, RunError: as ``storage.counts.save.save`` does.
    """
    from saferground.storage.counts.save import Moved, entered, save

    name = name or base_folder(base).name
    for _ in range(_TRIES):
        state = entered(database, name, withdrawn=True)
        checked = check_edits(base, state, edits)
        if checked.scenario is None:
            raise ScenarioError([*checked.problems, *checked.elsewhere])
        try:
            kept = [edit for number, edit in enumerate(edits) if number not in checked.already]
            return save(database, name, kept, who, seen=state.revision)
        except Moved:  # somebody else saved while these were checked: they are checked again beside those
            continue
    raise RunError(f"Others kept saving counts of {name} at the same moment; nothing was saved. Try again.")


# --- what is proposed ----------------------------------------------------------------------------------------------


def _proposed(entered: Entered, edits: Sequence[Edit]) -> dict[int, Proposed]:
    """Table and cells of each edit that gives some, by its place."""
    standing = {one.id: one for one in entered.rows}
    unknown = [edit.id for edit in edits if not isinstance(edit, New) and edit.id not in standing]
    if unknown:
        raise UsageError(
            f"got the rows {unknown}; expected rows entered beside {entered.scenario}. Load the page again."
        )
    proposed: dict[int, Proposed] = {}
    for number, edit in enumerate(edits):
        if isinstance(edit, New):
            proposed[number] = edit.kind, canonical(edit.kind, edit.cells)
        elif isinstance(edit, Amend | Restore):
            row = standing[edit.id]
            proposed[number] = row.kind, canonical(row.kind, edit.cells) if isinstance(edit, Amend) else row.cells
    return proposed


def _standing(entered: Entered, edits: Sequence[Edit]) -> dict[Kind, list[Entry]]:
    """What was entered and no edit speaks of."""
    touched = {edit.id for edit in edits if not isinstance(edit, New)}
    return {kind: [one for one in entered.of(kind) if not one.withdrawn and one.id not in touched] for kind in KINDS}


def _already(folder: Path, entered: Entered, edits: Sequence[Edit]) -> Iterator[int]:
    """Places of new rows that stand somewhere as they are."""
    standing = _standing(entered, edits)
    there = {kind: {_key(one.cells) for one in standing[kind]} for kind in KINDS}
    for kind in KINDS:
        there[kind].update(_key(row) for row in base_rows(folder, kind))
    for number, edit in enumerate(edits):
        if isinstance(edit, New) and _key(canonical(edit.kind, edit.cells)) in there[edit.kind]:
            yield number


def base_rows(folder: Path, kind: Kind) -> list[dict[str, str]]:
    """The rows of a table of a scenario folder as text, by the columns that are known; none where it cannot be read."""
    path = folder / f"{kind}.csv"
    text = read_text(path)[0] if path.is_file() else None
    known = {one.name for one in columns_of(kind)}
    rows = csv.DictReader(StringIO(text or "", newline=""))
    return [canonical(kind, {key: row[key] or "" for key in known.intersection(row)}) for row in rows]


def _key(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cells.values())


# --- where a problem is --------------------------------------------------------------------------------------------

Where: TypeAlias = Mapping[tuple[str, int], "Entry | int"]


def _told(problem: Problem, where: Where) -> Problem:
    """A problem with a line of the folder as one with an edit, or with a row that was entered before."""
    kind = problem.file.removesuffix(".csv")
    if kind not in KINDS:
        return problem
    place = where.get((kind, problem.line))
    problem = replace(problem, got=_AS_IN_LINE.sub(lambda found: _as_in(kind, int(found[1]), where), problem.got))
    if place is None:
        return problem
    if isinstance(place, Entry):
        return replace(problem, file=f"counts entered, row {place.id} by {place.who}", line=0)
    if problem.column == "source" and problem.expected.endswith("sources.csv"):
        do = problem.do.replace("add a row to sources.csv", "add the source with its title and publisher")
        problem = replace(problem, do=do)
    return replace(problem, file=EDITED, line=place + 1)


def _blank(number: int) -> Problem:
    return Problem(EDITED, number + 1, "", "a row without cells", "a count", "Fill it in, or leave it out.")


def _private(number: int, kind: Kind, cells: Mapping[str, str]) -> Iterator[Problem]:
    """Texts that would tell one person from another; addresses of pages may hold any number."""
    for column in columns_of(kind):
        what = personal_value(cells[column.name]) if column.kind == "text" and column.name != "url" else ""
        if what:
            yield Problem(EDITED, number + 1, column.name, what, "places, dates and counts of people", NO_PERSONAL_DATA)


def _as_in(kind: str, line: int, where: Where) -> str:
    place = where.get((kind, line))
    if place is None:
        return f"as in line {line} of {kind}.csv"
    return f"as in row {place.id} by {place.who}" if isinstance(place, Entry) else f"as in row {place + 1} here"
