"""Counts and sources into the database and out of it: all or nothing, and never over somebody else's change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from saferground.errors import Conflict, Problem, ScenarioError, StaleError, UsageError
from saferground.scenario.checks_names import KEYS
from saferground.storage.counts.record import (
    EDITED,
    KINDS,
    Action,
    Amend,
    Change,
    Edit,
    Entered,
    Entry,
    Kind,
    New,
    Restore,
    Withdraw,
    canonical,
)
from saferground.storage.database import Database
from saferground.storage.tables import CHANGES, ENTRIES, SCENARIOS

_LONGEST_NAME = 200


class Moved(Exception):  # noqa: N818 - it says what happened; ``save`` raises it to its caller, who looks again
    """Something was entered since the revision that the caller had looked at."""


# --- in ------------------------------------------------------------------------------------------------------------


def save(
    database: Database, scenario: str, edits: Sequence[Edit], who: str, *, seen: int | None = None
) -> tuple[Entry, ...]:
    """Make some edits, all or none of them.

    Args:
        database: where to.
        scenario: name of the scenario.
        edits: what to do, withdrawals first. A new row that stands there already with the same cells is left as it is.
        who: the name under which they are kept in the audit; a role or an office is enough.
        seen: the revision that the edits were checked against (see ``Entered``); None to make them in any case.

    Returns:
        The rows as they are now, one for each edit.

    Raises:
        StaleError: rows were changed since the version that an edit names; holds all of them.
        ScenarioError: a count stands there already with another figure; holds all of them, by the place of the edit.
        UsageError: an edit names a row or a column that there is not, or ``who`` is blank.
        Moved: the scenario is no longer at the revision ``seen``.
        RunError: the database cannot be written.

    In each case nothing was saved.
    """
    who = named(who)
    with database.write() as connection:
        return save_in(connection, scenario, edits, who, seen=seen)


def save_in(
    connection: Connection, scenario: str, edits: Sequence[Edit], who: str, *, seen: int | None = None
) -> tuple[Entry, ...]:
    """The same within a transaction of the caller, who leaves it with the exception when one is raised."""
    revision = lock(connection, scenario)
    if seen is not None and revision != seen:
        raise Moved
    conflicts: list[Conflict] = []
    problems: list[Problem] = []
    done: dict[int, tuple[Entry | None, bool]] = {}
    for number in sorted(range(len(edits)), key=lambda one: not isinstance(edits[one], Withdraw)):
        done[number] = _made(connection, scenario, number, edits[number], who, conflicts, problems)
    if conflicts:
        raise StaleError(conflicts)
    if problems:
        raise ScenarioError(problems)
    if any(changed for _, changed in done.values()):
        _raise_revision(connection, scenario)
    return tuple(entry for _, (entry, _) in sorted(done.items()) if entry is not None)


def enter(
    database: Database, scenario: str, rows: Iterable[Mapping[str, str]], who: str, kind: Kind = "counts"
) -> tuple[Entry, ...]:
    """Enter rows of one table, all or none; see ``save``."""
    return save(database, scenario, [New(row, kind) for row in rows], who)


def change(database: Database, scenario: str, entry: int, version: int, cells: Mapping[str, str], who: str) -> Entry:
    """Give one row other cells; see ``save``."""
    return save(database, scenario, [Amend(entry, version, cells)], who)[0]


def withdraw(database: Database, scenario: str, entry: int, version: int, who: str) -> Entry:
    """Withdraw one row; see ``save``."""
    return save(database, scenario, [Withdraw(entry, version)], who)[0]


def restore(database: Database, scenario: str, entry: int, version: int, who: str) -> Entry:
    """Let a withdrawn row count again; see ``save``."""
    return save(database, scenario, [Restore(entry, version)], who)[0]


def lock(connection: Connection, scenario: str) -> int:
    """Let no other writer at the scenario until the transaction ends; its revision."""
    insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    connection.execute(insert(SCENARIOS).values(name=scenario, revision=0).on_conflict_do_nothing())
    row = select(SCENARIOS.c.revision).where(SCENARIOS.c.name == scenario).with_for_update()
    return int(connection.execute(row).scalar_one())


def _raise_revision(connection: Connection, scenario: str) -> None:
    row = SCENARIOS.update().where(SCENARIOS.c.name == scenario)
    connection.execute(row.values(revision=SCENARIOS.c.revision + 1))


def named(who: str) -> str:
    """The name without needless spaces. Raises UsageError when it is blank, too long or cannot be printed."""
    who = " ".join(who.split())
    if not who or len(who) > _LONGEST_NAME or not who.isprintable():
        raise UsageError(
            f"got {who[:40]!r} as who enters; expected a role or an office, up to {_LONGEST_NAME} letters."
        )
    return who


# --- one edit ------------------------------------------------------------------------------------------------------


def _made(
    connection: Connection,
    scenario: str,
    number: int,
    edit: Edit,
    who: str,
    conflicts: list[Conflict],
    problems: list[Problem],
) -> tuple[Entry | None, bool]:
    """Make an edit: the row as it is now, and whether anything changed; or note why it cannot be made."""
    if isinstance(edit, New):
        return _entered(connection, scenario, number, edit, who, problems)
    now = _standing(connection, scenario, edit)
    if now.version != edit.version:
        if _as_wanted(now, edit):
            return now, False
        conflicts.append(_conflict(number, edit, now))
        return None, False
    return _amended(connection, scenario, number, edit, now, who, problems)


def _entered(
    connection: Connection, scenario: str, number: int, edit: New, who: str, problems: list[Problem]
) -> tuple[Entry | None, bool]:
    cells = canonical(edit.kind, edit.cells)
    there = _same(connection, scenario, edit.kind, cells)
    if there is None:
        values = {"kind": edit.kind, "identity": _identity(edit.kind, cells), "version": 1, "withdrawn": False}
        row = ENTRIES.insert().values(scenario=scenario, **values, **_stamp(cells, who)).returning(*ENTRIES.c)
        entry = _entry(connection.execute(row).one())
        _audit(connection, scenario, "entered", None, entry)
        return entry, True
    if there.cells != cells:
        problems.append(_stands_there(number, there, cells))
        return None, False
    return there, False


def _amended(
    connection: Connection,
    scenario: str,
    number: int,
    edit: Amend | Withdraw | Restore,
    now: Entry,
    who: str,
    problems: list[Problem],
) -> tuple[Entry | None, bool]:
    cells, withdrawn = _wanted(now, edit)
    if (cells, withdrawn) == (now.cells, now.withdrawn):
        return now, False
    there = None if withdrawn else _same(connection, scenario, now.kind, cells)
    if there is not None and there.id != now.id:
        problems.append(_stands_there(number, there, cells))
        return None, False
    values = {"identity": _identity(now.kind, cells), "version": now.version + 1, "withdrawn": withdrawn}
    row = ENTRIES.update().where(ENTRIES.c.id == now.id).values(**values, **_stamp(cells, who))
    entry = _entry(connection.execute(row.returning(*ENTRIES.c)).one())
    _audit(connection, scenario, _action(now, entry), now, entry)
    return entry, True


def _wanted(now: Entry, edit: Amend | Withdraw | Restore) -> tuple[Mapping[str, str], bool]:
    """The cells that the row is to have, and whether it is to be withdrawn; changing a withdrawn row restores it."""
    if isinstance(edit, Amend):
        return canonical(now.kind, edit.cells), False
    return now.cells, isinstance(edit, Withdraw)


def _as_wanted(now: Entry, edit: Amend | Withdraw | Restore) -> bool:
    """Whether the row is already what the edit wants, by this or another hand."""
    return _wanted(now, edit) == (now.cells, now.withdrawn)


def _action(before: Entry, after: Entry) -> Action:
    if after.withdrawn:
        return "withdrawn"
    return "restored" if before.withdrawn else "changed"


def _conflict(number: int, edit: Amend | Withdraw | Restore, now: Entry) -> Conflict:
    yours = canonical(now.kind, edit.cells) if isinstance(edit, Amend) else None
    at = now.at.isoformat()
    return Conflict(number, now.id, edit.version, now.version, yours, now.cells, now.who, at, now.withdrawn)


def _stands_there(number: int, there: Entry, cells: Mapping[str, str]) -> Problem:
    column = next((name for name in cells if cells[name] != there.cells[name]), "value")
    expected = f"{there.cells[column] or 'blank'}, as {there.who} entered it (row {there.id})"
    do = "Change that row, or give this one a publication day of its own if it is a later revision."
    return Problem(EDITED, number + 1, column, cells[column] or "nothing", expected, do)


# --- rows of the database ------------------------------------------------------------------------------------------


def _identity(kind: Kind, cells: Mapping[str, str]) -> str:
    """What makes two rows the same: a digest of the cells that stand once in a scenario's table."""
    keys = KEYS.get(kind, ("id",))
    return hashlib.sha256(json.dumps([cells[name] for name in keys]).encode()).hexdigest()


def _same(connection: Connection, scenario: str, kind: Kind, cells: Mapping[str, str]) -> Entry | None:
    """The row of the same identity that counts."""
    of = (ENTRIES.c.scenario == scenario, ENTRIES.c.kind == kind, ENTRIES.c.identity == _identity(kind, cells))
    row = connection.execute(select(ENTRIES).where(*of, ~ENTRIES.c.withdrawn)).one_or_none()
    return None if row is None else _entry(row)


def _standing(connection: Connection, scenario: str, edit: Amend | Withdraw | Restore) -> Entry:
    of = (ENTRIES.c.scenario == scenario, ENTRIES.c.id == edit.id)
    row = connection.execute(select(ENTRIES).where(*of)).one_or_none()
    if row is None:
        raise UsageError(f"got row {edit.id}; expected one that was entered beside {scenario}. Load the page again.")
    return _entry(row)


def _stamp(cells: Mapping[str, str], who: str) -> dict[str, str]:
    return {"cells": _json(cells), "who": who, "at": datetime.now(UTC).isoformat()}


def _json(cells: Mapping[str, str]) -> str:
    return json.dumps(dict(cells))


def _entry(row: Row[Any]) -> Entry:
    at = datetime.fromisoformat(row.at)
    return Entry(row.id, row.kind, json.loads(row.cells), row.version, bool(row.withdrawn), row.who, at)


def _audit(connection: Connection, scenario: str, action: Action, before: Entry | None, after: Entry) -> None:
    was = None if before is None or before.withdrawn else _json(before.cells)
    becomes = None if after.withdrawn else _json(after.cells)
    stamp = {"who": after.who, "at": after.at.isoformat(), "before": was, "after": becomes}
    values = {"entry": after.id, "version": after.version, "action": action}
    connection.execute(CHANGES.insert().values(scenario=scenario, **values, **stamp))


# --- out -----------------------------------------------------------------------------------------------------------


def entered(database: Database, scenario: str, *, withdrawn: bool = False) -> Entered:
    """What is entered beside a scenario now, in the order in which it was; with ``withdrawn`` also what was withdrawn.

    Raises RunError when the database cannot be read.
    """
    with database.read() as connection:
        return entered_in(connection, scenario, withdrawn=withdrawn)


def entered_in(connection: Connection, scenario: str, *, withdrawn: bool = False) -> Entered:
    """The same within a transaction of the caller."""
    revision = connection.execute(select(SCENARIOS.c.revision).where(SCENARIOS.c.name == scenario)).scalar()
    rows = select(ENTRIES).where(ENTRIES.c.scenario == scenario).order_by(ENTRIES.c.id)
    found = [_entry(row) for row in connection.execute(rows if withdrawn else rows.where(~ENTRIES.c.withdrawn))]
    counts, sources = (tuple(one for one in found if one.kind == kind) for kind in KINDS)
    return Entered(scenario, revision or 0, counts, sources)


def history(
    database: Database, scenario: str, *, entry: int | None = None, limit: int = 1000, before: int | None = None
) -> tuple[Change, ...]:
    """The changes of a scenario, or of one row of it, newest first: at most ``limit``, of before the change ``before``.

    Raises RunError when the database cannot be read.
    """
    rows = select(CHANGES, ENTRIES.c.kind).join(ENTRIES).where(CHANGES.c.scenario == scenario)
    rows = rows if entry is None else rows.where(CHANGES.c.entry == entry)
    rows = rows if before is None else rows.where(CHANGES.c.id < before)
    with database.read() as connection:
        return tuple(_change(row) for row in connection.execute(rows.order_by(CHANGES.c.id.desc()).limit(limit)))


def _change(row: Row[Any]) -> Change:
    was, becomes = (None if one is None else json.loads(one) for one in (row.before, row.after))
    at = datetime.fromisoformat(row.at)
    return Change(row.id, row.entry, row.kind, row.version, row.action, row.who, at, was, becomes)
