"""What the process of the jobs does: take an order, carry it out, tell how far it is."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from saferground.errors import Interrupted, SafergroundError, failure
from saferground.web.courtesy import give_way

if TYPE_CHECKING:
    from saferground.runs.fits import Fits

NICE = 10
Told = Callable[[str, int, int], None]
"""Called with a phase, how much of it is done and how much there is."""


@dataclass(frozen=True)
class Setup:
    """Where the process finds what was entered, and where it puts runs."""

    runs: Path
    database: str


@dataclass(frozen=True)
class Task:
    """A job on its way to the process."""

    kind: str
    base: Path
    order: dict[str, Any]


def main(pipe: Connection, given_up: Event, setup: Setup) -> None:
    """Carry out tasks from the pipe until it is closed; the server that started it may end at any time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way(NICE)
    with suppress(EOFError, OSError):
        while True:
            task: Task = pipe.recv()
            pipe.send(_answer(task, pipe, given_up, setup))


def _answer(task: Task, pipe: Connection, given_up: Event, setup: Setup) -> tuple[str, dict[str, Any]]:
    def tell(phase: str, done: int, of: int) -> None:
        if given_up.is_set():
            raise Interrupted("Cancelled.")
        pipe.send(("told", {"phase": phase, "done": done, "of": of}))

    try:
        return "done", KINDS[task.kind](task, setup, tell)
    except SafergroundError as error:
        return "failed", error.as_dict()
    except (EOFError, BrokenPipeError):
        raise
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return "failed", failure("Unexpected", f"Unexpected error: {what}. Please report it with what you did.")


def _forecast(task: Task, setup: Setup, tell: Told) -> dict[str, Any]:
    from saferground.runs.run import Order, run_forecast

    order, simulated = task.order, [0]
    members = int(order["members"])

    def say(phase: str, done: int = 0) -> None:
        simulated[0] += done if phase == "simulate" else 0
        amount = {"simulate": (simulated[0], members), "fit": (done, 100)}
        tell(phase, *amount.get(phase, (0, 0)))

    with now(task, setup) as folder:
        made = run_forecast(
            Order(
                folder, order.get("as_of"), order.get("days"), None, members, int(order["seed"]),
                setup.runs / order["run"], learn=not order.get("prior", False),
            ),
            say,
            _fits(),
        )  # fmt: skip
    return {"run": order["run"], "seconds": made.seconds, "doubts": list(made.doubts)}


@cache
def _fits() -> Fits:
    """The fits of this process."""
    from saferground.runs.fits import Fits

    return Fits()


def _compare(task: Task, setup: Setup, tell: Told) -> dict[str, Any]:
    from saferground.runs.compare import PlanOrder, run_compare

    order = task.order
    with now(task, setup) as folder, TemporaryDirectory(prefix="saferground-") as place:
        plans = [_plan_file(Path(place), name, text) for name, text in order.get("drafts", {}).items()]
        made = run_compare(
            PlanOrder(
                folder, (*order.get("plans", ()), *plans), order.get("as_of"), order.get("days"),
                int(order["members"]), int(order["seed"]), setup.runs / order["run"],
                learn=not order.get("prior", False), marginal=bool(order.get("one_more", True)),
            ),
            tell,
        )  # fmt: skip
    return {"run": order["run"], "seconds": made.seconds, "doubts": list(made.doubts)}


def _plan_file(place: Path, name: str, text: str) -> Path:
    path = place / f"{name}.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


@contextmanager
def now(task: Task, setup: Setup) -> Iterator[Path]:
    """The scenario folder with everything that was entered in the board by now."""
    from saferground.storage.counts.folder import as_entered
    from saferground.storage.counts.save import entered
    from saferground.storage.database import open_database

    database = open_database(setup.database)
    try:
        state = entered(database, task.base.name)
    finally:
        database.close()
    with as_entered(task.base, state) as folder:
        yield folder


KINDS: dict[str, Callable[[Task, Setup, Told], dict[str, Any]]] = {"forecast": _forecast, "compare": _compare}
"""What can be asked for."""
