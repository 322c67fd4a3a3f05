"""Long work of the planning board as rows of a database: waiting, running, and what came of it.

A row is changed only from a state in which the change makes sense, in one statement, so that two workers never take
the same job and a cancelled one is not finished. Times are UTC, ISO 8601.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import RowMapping, select, update

from saferground.errors import failure
from saferground.storage.database import Database
from saferground.storage.tables import JOBS

State = Literal["waiting", "running", "done", "failed", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")
MOST_TRIES = 3
LEASE_SECONDS = 10.0
"""How long a running job may go unheard before another worker takes it up; workers speak several times a second."""


@dataclass(frozen=True)
class Job:
    """One piece of long work."""

    id: str = field(metadata={"help": "Its name in addresses"})
    kind: str = field(metadata={"help": "What is done: forecast or compare"})
    scenario: str = field(metadata={"help": "Name of the scenario"})
    order: dict[str, Any] = field(metadata={"help": "What was asked for"})
    who: str = field(metadata={"help": "Under which name it was asked for"})
    state: State = field(metadata={"help": "waiting, running, done, failed or cancelled"})
    phase: str = field(metadata={"help": "What goes on"})
    done: int = field(metadata={"help": "How much of the phase is done"})
    of: int = field(metadata={"help": "How much of it there is; 0 when not known"})
    tries: int = field(metadata={"help": "How often it was begun; more than once after a restart"})
    created: str = field(metadata={"help": "When it was asked for, UTC"})
    started: str | None = field(metadata={"help": "When it was last begun, UTC"})
    finished: str | None = field(metadata={"help": "When it was over, UTC"})
    result: dict[str, Any] | None = field(metadata={"help": "What came of it"})
    error: dict[str, Any] | None = field(metadata={"help": "What went wrong, in the shape of every failure"})

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


def add(database: Database, kind: str, scenario: str, order: dict[str, Any], who: str) -> Job:
    """Put a job at the end of the queue."""
    name = secrets.token_hex(6)
    row = {
        "id": name, "kind": kind, "scenario": scenario, "order": json.dumps(order, ensure_ascii=False), "who": who,
        "state": "waiting", "created": _now(),
    }  # fmt: skip
    with database.write() as connection:
        connection.execute(JOBS.insert().values(**row))
    found = get(database, name)
    assert found is not None
    return found


def get(database: Database, name: str) -> Job | None:
    """The job of a name, if there is one."""
    with database.read() as connection:
        row = connection.execute(select(JOBS).where(JOBS.c.id == name)).mappings().first()
    return None if row is None else _job(row)


def listed(database: Database, *, scenario: str | None = None, most: int = 50) -> tuple[Job, ...]:
    """The newest jobs first, of one scenario or of all."""
    wanted = select(JOBS).order_by(JOBS.c.number.desc()).limit(most)
    if scenario is not None:
        wanted = wanted.where(JOBS.c.scenario == scenario)
    with database.read() as connection:
        return tuple(_job(row) for row in connection.execute(wanted).mappings())


def take(database: Database) -> Job | None:
    """The job that has waited longest, now running; None when none waits, or when another worker was quicker."""
    first = select(JOBS.c.id, JOBS.c.tries).where(JOBS.c.state == "waiting").order_by(JOBS.c.number).limit(1)
    with database.read() as connection:
        row = connection.execute(first).first()
    if row is None:
        return None
    begun = {"state": "running", "started": _now(), "tries": row.tries + 1, "phase": "", "done": 0, "of": 0}
    mine = _change(database, row.id, ("waiting",), **begun, beat=_now())
    return get(database, row.id) if mine else None


def tell(database: Database, name: str, phase: str, done: int, of: int) -> bool:
    """Note how far a running job is; False when it does not run any more (it was cancelled)."""
    return _change(database, name, ("running",), phase=phase, done=done, of=of, beat=_now())


def finish(database: Database, name: str, result: dict[str, Any]) -> bool:
    """Note what came of a running job; False when it was cancelled before."""
    return _end(database, name, "done", result=json.dumps(result, ensure_ascii=False))


def fail(database: Database, name: str, error: dict[str, Any]) -> bool:
    """Note what went wrong with a running job; False when it was cancelled before."""
    return _end(database, name, "failed", error=json.dumps(error, ensure_ascii=False))


def cancel(database: Database, name: str) -> bool:
    """Give up a job that waits or runs; False when it was over already."""
    return _change(database, name, ("waiting", "running"), state="cancelled", finished=_now())


def release(database: Database, name: str) -> bool:
    """Let a running job wait again, as its worker ends; False when it does not run."""
    return _change(database, name, ("running",), state="waiting")


def recover(database: Database, lease_seconds: float = LEASE_SECONDS) -> None:
    """Let wait again what runs and was not heard of for a while, but for what brought workers down several times."""
    stopped = failure("Stopped", f"The board stopped {MOST_TRIES} times while this was running. Try fewer members.")
    silent = (JOBS.c.state == "running", JOBS.c.beat < _now(-lease_seconds))
    with database.read() as connection:
        if connection.execute(select(JOBS.c.id).where(*silent).limit(1)).first() is None:
            return
    failed = {"state": "failed", "finished": _now(), "error": json.dumps(stopped)}
    with database.write() as connection:
        connection.execute(update(JOBS).where(*silent, JOBS.c.tries >= MOST_TRIES).values(**failed))
        connection.execute(update(JOBS).where(*silent).values(state="waiting"))


def _end(database: Database, name: str, state: State, **values: Any) -> bool:
    return _change(database, name, ("running",), state=state, finished=_now(), **values)


def _change(database: Database, name: str, states: tuple[State, ...], **values: Any) -> bool:
    changed = update(JOBS).where(JOBS.c.id == name, JOBS.c.state.in_(states)).values(**values)
    with database.write() as connection:
        return connection.execute(changed).rowcount == 1


def _job(row: RowMapping) -> Job:
    held = {key: row[key] for key in Job.__dataclass_fields__}
    parsed = {key: json.loads(held[key]) for key in ("order", "result", "error") if held[key] is not None}
    return Job(**{**cast(dict[str, Any], held), **parsed})


def _now(seconds: float = 0.0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
