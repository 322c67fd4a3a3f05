"""A PostgreSQL server for tests, in a temporary folder of its own and reached through a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

_ON_DEBIAN = Path("/usr/lib/postgresql")
_NUMBERS = count(1)


class NoServerError(Exception):
    """PostgreSQL is not installed, or refuses to start."""


@contextmanager
def server() -> Iterator[str]:
    """Start a server and stop it at the end; the URL of its first database. Raises NoServerError."""
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="sgpg"))  # a short path: that of a socket may have a hundred letters
    data, user = home / "data", _other_than_root()
    if user:
        shutil.chown(home, user)
    settings = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off -c max_connections=200"
    try:
        _run([programs / "initdb", "--no-sync", "-A", "trust", "-U", "tests", "-E", "UTF8", "-D", data], user, home)
        _run([programs / "pg_ctl", "-D", data, "-w", "-o", settings, "-l", home / "log", "start"], user, home)
        try:
            yield f"postgresql://tests@/postgres?host={home}"
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], user, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def new_database(url: str) -> str:
    """Create a database on the server; its URL."""
    name = f"db{next(_NUMBERS)}"
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.replace("/postgres?", f"/{name}?")


def _programs() -> Path:
    found = shutil.which("initdb")
    folders = sorted(_ON_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].partition(".")[0]))
    if not found and not folders:
        raise NoServerError("PostgreSQL is not installed (tools/get-postgres, or apt install postgresql)")
    return Path(found).parent if found else folders[-1].parent


def _other_than_root() -> str | None:
    """Whom to run as, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(words: list[str | Path], user: str | None, home: Path) -> None:
    with (home / "said").open("wb") as said:  # not a pipe: the server that stays would keep it open
        done = subprocess.run([str(word) for word in words], user=user, cwd=home, stdout=said, stderr=said)
    if done.returncode:
        log = [path.read_text(errors="replace") for path in (home / "said", home / "log") if path.exists()]
        raise NoServerError(f"{words[0]} failed: {' '.join(log)[-500:]}")
