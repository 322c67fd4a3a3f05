"""Drafts: what stands in somebody's grid and is not saved yet, whatever is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from saferground.errors import UsageError
from saferground.scenario.personal import personal_value
from saferground.storage.database import Database
from saferground.storage.tables import DRAFTS

LARGEST = 4 * 2**20
"""Letters of a draft, all cells together; a larger one is refused."""


@dataclass(frozen=True)
class Draft:
    """A draft: the text of each cell, row by row, and when it was kept (UTC)."""

    cells: tuple[tuple[str, ...], ...]
    at: datetime


def save_draft(database: Database, scenario: str, key: str, cells: Sequence[Sequence[str]]) -> Draft:
    """Keep a draft in place of the one under the same ``key``, which tells one browser from another.

    Cells that would tell one person from another, such as phone numbers, are kept blank (``scenario.personal``).

    Raises UsageError when it is larger than ``LARGEST``, RunError when the database cannot be written.
    """
    size = sum(len(cell) for row in cells for cell in row)
    if size > LARGEST:
        raise UsageError(f"got a draft of {size:,} letters; expected at most {LARGEST:,}. Paste fewer rows at a time.")
    draft = Draft(tuple(tuple(_without_persons(cell) for cell in row) for row in cells), datetime.now(UTC))
    content = json.dumps(draft.cells)
    with database.write() as connection:
        _put(connection, scenario, key, {"cells": content, "at": draft.at.isoformat()})
    return draft


def _without_persons(cell: str) -> str:
    return "" if personal_value(cell) else cell


def _put(connection: Connection, scenario: str, key: str, values: dict[str, str]) -> None:
    insert = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
    row = insert(DRAFTS).values(scenario=scenario, key=key, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[DRAFTS.c.scenario, DRAFTS.c.key], set_=values))


def read_draft(database: Database, scenario: str, key: str) -> Draft | None:
    """The draft under a key, or None. Raises RunError when the database cannot be read."""
    rows = select(DRAFTS).where(DRAFTS.c.scenario == scenario, DRAFTS.c.key == key)
    with database.read() as connection:
        row = connection.execute(rows).one_or_none()
    if row is None:
        return None
    return Draft(tuple(tuple(cells) for cells in json.loads(row.cells)), datetime.fromisoformat(row.at))


def discard_draft(database: Database, scenario: str, key: str) -> None:
    """Forget the draft under a key, if there is one. Raises RunError when the database cannot be written."""
    with database.write() as connection:
        connection.execute(DRAFTS.delete().where(DRAFTS.c.scenario == scenario, DRAFTS.c.key == key))
