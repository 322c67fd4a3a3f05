"""The tables of the database, as SQLAlchemy describes them; the same on SQLite and PostgreSQL.

What a count or a source consists of is no column here: its cells are one JSON text keyed by the names in
``scenario/columns.csv``, so that this stays the single description. Times are UTC as ISO 8601 text.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, text

METADATA = MetaData()

ABOUT = Table("about", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""One row, ``schema``: the version of these tables."""

SCENARIOS = Table(
    "scenarios",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
)
"""Scenarios of which something was entered; ``revision`` rises with every change, and locks one writer at a time."""

ENTRIES = Table(
    "entries",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("scenario", ForeignKey("scenarios.name"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""Rows of counts.csv and sources.csv (``kind``) that were entered, as they are now."""

Index(
    "entries_once",
    ENTRIES.c.scenario,
    ENTRIES.c.kind,
    ENTRIES.c.identity,
    unique=True,
    sqlite_where=text("NOT withdrawn"),
    postgresql_where=text("NOT withdrawn"),
)

CHANGES = Table(
    "changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("scenario", ForeignKey("scenarios.name"), nullable=False, index=True),
    Column("entry", ForeignKey("entries.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
)
"""The audit: one row for each change of an entry, never changed or deleted."""

DRAFTS = Table(
    "drafts",
    METADATA,
    Column("scenario", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("cells", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""What stands in somebody's grid and is not saved yet, right or wrong."""

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column("scenario", ForeignKey("scenarios.name"), primary_key=True),
    Column("form", Text, primary_key=True),
    Column("instance", Text, primary_key=True),
    Column("versions", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("entries", Text, nullable=False),
    Column("dropped", Text, nullable=False),
)
"""Submissions of a form that were taken in: names of their versions, a digest, and the entries that they became."""

JOBS = Table(
    "jobs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("scenario", Text, nullable=False, index=True),
    Column("order", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("phase", Text, nullable=False, default=""),
    Column("done", Integer, nullable=False, default=0),
    Column("of", Integer, nullable=False, default=0),
    Column("beat", Text, nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("created", Text, nullable=False),
    Column("started", Text),
    Column("finished", Text),
    Column("result", Text),
    Column("error", Text),
)
"""Long work: what was asked for, how far it is, and what came of it; ``beat`` is when its worker was last heard of."""
