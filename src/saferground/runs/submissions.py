"""Submissions of a form into the counts that were entered: new ones, edited ones, and those that are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection

from saferground.errors import Problem, RunError
from saferground.exchange.submissions import Submission, digest, read_submission
from saferground.runs.entered import base_rows, check_edits
from saferground.scenario import read_scenario
from saferground.storage.counts.folder import base_folder
from saferground.storage.counts.forms import Row, Taken, forget_in, keep_in, taken
from saferground.storage.counts.record import Amend, Edit, Entered, Entry, New, Withdraw, canonical
from saferground.storage.counts.save import Moved, entered, named, save_in
from saferground.storage.database import Database

_TRIES = 20
_MOST_VERSIONS = 50


@dataclass(frozen=True)
class Reconciled:
    """What became of some submissions of a form.

    Attributes:
        entered, changed, withdrawn: numbers of rows.
        unchanged: instances that were known as they are.
        refused: problems with what was not taken in, by instance; nothing of such a submission was saved.
        conflicts: instances that were edited at the form while somebody changed their rows here; those stay as they are
            here until they are made alike by hand.
        dropped: names of fields that were left behind, each once.
    """

    entered: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        refused = {name: [one.as_dict() for one in problems] for name, problems in self.refused.items()}
        lists = {name: list(value) for name, value in vars(self).items() if name != "refused"}
        return {**lists, "refused": refused}

    def lines(self) -> list[str]:
        """The same in a few lines of plain text."""
        done = [f"{len(getattr(self, what))} {what}" for what in ("entered", "changed", "withdrawn")]
        problems = [f"{name}: {problem}" for name, several in self.refused.items() for problem in several]
        return [
            f"Counts: {', '.join(done)}; submissions that were known: {len(self.unchanged)}.",
            *problems,
            *(f"{name}: edited at the form and here; left as it is here." for name in self.conflicts),
            *([f"Left behind, for privacy: {', '.join(self.dropped)}."] if self.dropped else []),
        ]


@dataclass(frozen=True)
class _Step:
    """What a submission asks for: edits in order, and what is known of it so far."""

    submission: Submission
    known: Taken | None
    edits: tuple[Edit, ...]


Made: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""Numbers of rows that were entered, changed and withdrawn."""


def reconcile(
    database: Database,
    base: str | Path,
    contents: Iterable[object],
    form: str,
    *,
    everything: bool = False,
    name: str = "",
) -> Reconciled:
    """Take submissions in: enter what is new, change what was edited, withdraw what is gone.

    The same submission twice changes nothing, and an older version after a newer one neither. Each is taken in whole or
    not at all; those that are wrong do not hold back the others.

    Args:
        database: where to.
        base: the scenario folder, or the name of a shipped scenario.
        contents: submissions as JSON, from a REST service or ``exchange.servers.fetch``.
        form: the name under which its changes are kept in the audit.
        everything: these are all that the server has, so that others known of the form are gone. Nothing is withdrawn
            when there is not one.
        name: of the scenario in the database; by default that of the folder.

    Raises:
        ScenarioError: the scenario has problems.
        UsageError: one of ``contents`` is no submission, or ``form`` is blank.
        RunError: the database cannot be read or written.
    """
    folder, form = base_folder(base), named(form)
    scenario = read_scenario(folder)
    read = {one.instance: one for one in (read_submission(content, scenario) for content in contents)}
    for _ in range(_TRIES):
        try:
            return _reconciled(database, folder, name or folder.name, form, list(read.values()), everything)
        except Moved:  # somebody saved in the meantime: look again
            continue
    raise RunError(f"Others kept saving counts of {folder.name} at the same moment; nothing was saved. Try again.")


def _reconciled(
    database: Database, base: Path, name: str, form: str, submissions: Sequence[Submission], everything: bool
) -> Reconciled:
    state, known = entered(database, name, withdrawn=True), taken(database, name, form)
    gone = _gone(known, submissions) if everything and submissions else ()
    asked = {one.instance: _step(one, known, state, base) for one in (*submissions, *gone)}
    conflicts = [name for name, step in asked.items() if step is not None and _is_stale(step, state)]
    steps = [step for name, step in asked.items() if step is not None and name not in conflicts]
    good, refused = _checked(base, state, steps)
    made = _saved(database, name, form, good, state)
    unchanged = tuple(name for name, step in asked.items() if step is None)
    dropped = tuple(dict.fromkeys(name for one in submissions for name in one.dropped))
    return Reconciled(*made, unchanged, refused, tuple(conflicts), dropped)


def _gone(known: dict[str, Taken], submissions: Sequence[Submission]) -> Iterator[Submission]:
    """What is known of a form and no longer at the server."""
    there = {one.instance for one in submissions} | {one.former for one in submissions}
    for instance, one in known.items():
        if there.isdisjoint({instance, *one.versions}):
            yield Submission(instance, "gone", "", (), gone=True)


def _step(one: Submission, known: dict[str, Taken], state: Entered, base: Path) -> _Step | None:
    """What a submission asks for; None where nothing."""
    before = known.get(one.instance) or next((was for was in known.values() if one.former in was.versions), None)
    if before is None:
        return None if one.gone else _Step(one, None, tuple(map(New, _missing(one, (), state, base))))
    if one.version in before.versions[:-1]:
        return None  # an older version, sent again
    if not one.gone and digest(one.rows) == before.content:
        return None if one.version == before.versions[-1] else _Step(one, before, ())
    return _Step(one, before, tuple(_edits(one, before, state, base)))


def _edits(one: Submission, before: Taken, state: Entered, base: Path) -> Iterator[Edit]:
    """Its rows are changed in their order, those too many withdrawn, and those too few entered."""
    wanted = [] if one.gone else _missing(one, before.rows, state, base)
    for row, cells in zip(before.rows, wanted, strict=False):
        yield Amend(row.id, row.version, cells)
    for row in before.rows[len(wanted) :]:
        yield Withdraw(row.id, row.version)
    for cells in wanted[len(before.rows) :]:
        yield New(cells)


def _missing(one: Submission, own: Sequence[Row], state: Entered, base: Path) -> list[dict[str, str]]:
    """Its counts but those that stand as they are in the folder, or were entered by somebody else."""
    ids = {row.id for row in own}
    there = [row.cells for row in state.counts if not row.withdrawn and row.id not in ids] + base_rows(base, "counts")
    keys = {tuple(cells.values()) for cells in there}
    return [cells for row in one.rows if tuple((cells := canonical("counts", row)).values()) not in keys]


def _is_stale(step: _Step, state: Entered) -> bool:
    """Whether somebody here made of one of its rows something else than what it is to become."""
    standing = {row.id: row for row in state.counts}
    for edit in step.edits:
        if not isinstance(edit, New) and (row := standing[edit.id]).version != edit.version:
            alike = row.withdrawn if isinstance(edit, Withdraw) else _stands(row, edit)
            if not alike:
                return True
    return False


def _stands(row: Entry, edit: Edit) -> bool:
    return isinstance(edit, Amend) and not row.withdrawn and dict(row.cells) == canonical(row.kind, edit.cells)


def _checked(base: Path, state: Entered, steps: list[_Step]) -> tuple[list[_Step], dict[str, tuple[Problem, ...]]]:
    """Those that can be taken in together, and the problems with the others."""
    refused: dict[str, tuple[Problem, ...]] = {}
    while True:
        edits = [(step, edit) for step in steps for edit in step.edits]
        problems = check_edits(base, state, [edit for _, edit in edits]).problems if edits else ()
        if not problems:
            return steps, refused
        for problem in problems:
            instance = edits[problem.line - 1][0].submission.instance
            refused[instance] = (*refused.get(instance, ()), problem)
        steps = [step for step in steps if step.submission.instance not in refused]


def _saved(database: Database, name: str, form: str, steps: Sequence[_Step], state: Entered) -> Made:
    """Save the edits, and what is then known of their submissions, in one transaction."""
    if not steps:
        return (), (), ()
    edits = [edit for step in steps for edit in step.edits]
    with database.write() as connection:
        rows = save_in(connection, name, edits, form, seen=state.revision)
        left = iter(rows)
        for step in steps:
            _remember(connection, name, form, step, [next(left) for _ in step.edits])
    made = {kind: tuple(row.id for row, edit in zip(rows, edits, strict=True) if isinstance(edit, kind))
            for kind in (New, Amend, Withdraw)}  # fmt: skip
    return made[New], made[Amend], made[Withdraw]


def _remember(connection: Connection, name: str, form: str, step: _Step, rows: Sequence[Entry]) -> None:
    one, known = step.submission, step.known
    instance = known.instance if known else one.instance
    if one.gone:
        forget_in(connection, name, form, instance)
        return
    former = [version for version in known.versions if version != one.version] if known else []
    standing = tuple(Row(row.id, row.version) for row in rows if not row.withdrawn)
    kept = standing if step.edits or known is None else known.rows
    versions = (*former[-_MOST_VERSIONS:], one.version)
    keep_in(connection, name, form, Taken(instance, versions, digest(one.rows), kept, one.dropped))
