"""The database of what is entered in the planning board: SQLite in a file, or PostgreSQL by a URL.

SQLAlchemy (extra ``web``) speaks to both; psycopg (extra ``postgres``) to the second. What was acknowledged is on disk:
SQLite writes ahead (WAL) and waits for the disk at every commit (``synchronous=FULL``), as PostgreSQL does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saferground.errors import RunError, UsageError

try:
    from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select, text
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

    from saferground.storage.tables import ABOUT, METADATA
except ImportError as missing:
    raise UsageError(
        "got no library 'sqlalchemy'; expected it for what is entered in the planning board. "
        "Install it with `pip install 'saferground[web]'`."
    ) from missing

SCHEMA = 1
"""Version of the tables; another one is refused."""
BUSY_SECONDS = 30
"""How long one writer waits for another before it gives up."""
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_LOCK = 7_233_420_017  # any number that nobody else uses as a lock of PostgreSQL
_EXPECTED = "a file, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"


@dataclass(frozen=True, eq=False)
class Database:
    """An open database. ``name`` says which, without a password."""

    engine: Engine
    name: str

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database and writes nothing."""
        with _told(self.name, "read"), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is whole or not at all; on leaving it is on disk. On SQLite one runs at a time."""
        level = {"isolation_level": "READ COMMITTED"} if self.engine.dialect.name == "postgresql" else {}
        engine = self.engine.execution_options(writes=True, **level)
        with _told(self.name, "written"), engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection; the record can still be used and opens new ones."""
        self.engine.dispose()


def open_database(where: str | Path) -> Database:
    """Open a database and create its tables where there are none.

    Args:
        where: a file (created with its folder if need be), ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``.

    Raises:
        UsageError: the URL or its driver cannot be used.
        RunError: the database cannot be reached, is of another program, or has another version of the tables.
    """
    url = _url(where)
    database = Database(_engine(url), _safe(url))
    try:
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


# --- where it lies -------------------------------------------------------------------------------------------------


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(Path(where).absolute()))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise UsageError(f"got a database URL that cannot be read; expected {_EXPECTED}.") from None
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise UsageError(f"got a database of the kind {url.get_backend_name()!r}; expected {_EXPECTED}.")
    if driver == "sqlite" and url.database in (None, "", ":memory:"):
        raise UsageError("got an SQLite database in memory; expected one in a file, which lasts: sqlite:///FILE.")
    return url.set(drivername=driver)


def _safe(url: URL) -> str:
    return str(url.database) if url.drivername == "sqlite" else url.render_as_string(hide_password=True)


def _engine(url: URL) -> Engine:
    try:
        if url.drivername == "sqlite":
            return _sqlite(url)
        wait = {"connect_timeout": 10, "options": f"-c lock_timeout={BUSY_SECONDS}s"}
        return create_engine(url, isolation_level="REPEATABLE READ", pool_pre_ping=True, connect_args=wait)
    except (ImportError, NoSuchModuleError) as error:
        do = "Install it with `pip install 'saferground[postgres]'`."
        raise UsageError(f"got no driver for {_safe(url)}; expected the library 'psycopg'. {do}") from error


def _sqlite(url: URL) -> Engine:
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"The folder of {url.database} cannot be created: {error.strerror}. Choose another.") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say so, not where the driver guesses
    _write_ahead(connection)
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself while others open the same new file."""
    for wait in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, None):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except connection.OperationalError as error:
            if wait is None or "locked" not in str(error):
                raise
            time.sleep(wait)


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


# --- what is in it -------------------------------------------------------------------------------------------------


def _prepare(database: Database) -> None:
    """Create the tables in an empty database; refuse one of another program or version."""
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        present = set(inspect(connection).get_table_names())
        if ABOUT.name in present:
            _refuse_other_version(database.name, connection)
        elif present.intersection(METADATA.tables):
            do = "Give another file, or another database of the server."
            raise RunError(f"{database.name} holds tables of another program ({', '.join(sorted(present)[:5])}). {do}")
        else:
            METADATA.create_all(connection)
            connection.execute(ABOUT.insert().values(name="schema", value=str(SCHEMA)))


def _refuse_other_version(name: str, connection: Connection) -> None:
    version = connection.execute(select(ABOUT.c.value).where(ABOUT.c.name == "schema")).scalar()
    if version != str(SCHEMA):
        do = "Use the version of Saferground that wrote it, or another database."
        raise RunError(f"{name} has version {version} of the tables; this Saferground reads version {SCHEMA}. {do}")


@contextmanager
def _told(name: str, done: str) -> Iterator[None]:
    """What goes wrong in the database, in one sentence and without the statement or a password."""
    try:
        yield
    except SQLAlchemyError as error:
        why = str(error.orig).strip().splitlines() if isinstance(error, DBAPIError) else []
        do = (
            "Nothing was changed. Check that it is there, that it may be written and that the disk has room; try again."
        )
        raise RunError(
            f"The database {name} could not be {done} ({why[0] if why else type(error).__name__}). {do}"
        ) from error
