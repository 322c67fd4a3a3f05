"""Which submissions of a form were taken in, and as which rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, select

from saferground.storage.database import Database
from saferground.storage.tables import SUBMISSIONS


@dataclass(frozen=True)
class Row:
    """A row that a submission became: its number, and the version that the form gave it."""

    id: int
    version: int


@dataclass(frozen=True)
class Taken:
    """A submission as it was taken in: its versions, a digest of its rows, the rows, names of fields left behind."""

    instance: str
    versions: tuple[str, ...]
    content: str
    rows: tuple[Row, ...]
    dropped: tuple[str, ...]


def taken(database: Database, scenario: str, form: str) -> dict[str, Taken]:
    """The submissions of a form that were taken in, by instance. Raises RunError when the database cannot be read."""
    rows = select(SUBMISSIONS).where(SUBMISSIONS.c.scenario == scenario, SUBMISSIONS.c.form == form)
    with database.read() as connection:
        return {row.instance: _taken(row) for row in connection.execute(rows)}


def _taken(row: sqlalchemy.Row[Any]) -> Taken:
    entries = tuple(Row(*one) for one in json.loads(row.entries))
    versions, dropped = (tuple(json.loads(one)) for one in (row.versions, row.dropped))
    return Taken(row.instance, versions, row.content, entries, dropped)


def keep_in(connection: Connection, scenario: str, form: str, one: Taken) -> None:
    """Keep a submission in place of what is known of its instance, in a transaction that holds the scenario's lock."""
    forget_in(connection, scenario, form, one.instance)
    values = {
        "versions": json.dumps(one.versions),
        "content": one.content,
        "entries": json.dumps([(row.id, row.version) for row in one.rows]),
        "dropped": json.dumps(one.dropped),
    }
    connection.execute(SUBMISSIONS.insert().values(scenario=scenario, form=form, instance=one.instance, **values))


def forget_in(connection: Connection, scenario: str, form: str, instance: str) -> None:
    """Forget a submission that is no longer at the server; its rows are another matter."""
    of = (SUBMISSIONS.c.scenario == scenario, SUBMISSIONS.c.form == form, SUBMISSIONS.c.instance == instance)
    connection.execute(SUBMISSIONS.delete().where(*of))
