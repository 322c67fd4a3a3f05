"""What the process that tries plans does: first answers at once, whole ones when nothing else waits.

A page asks anew with each change. Only its newest question counts: an older one that has not been answered is dropped,
and a whole answer is broken off as soon as somebody waits for a first one; runs that are done are kept.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from types import MappingProxyType
from typing import Any

from saferground.errors import Interrupted, Problem, SafergroundError
from saferground.planning.plans.compare import Tell
from saferground.reporting.plans.answer import Answer
from saferground.runs.tries import Tries
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan
from saferground.web.courtesy import give_way

NICE = 5
"""Behind the server, before the work in the background: somebody sits and waits."""


def _frozen(cells: dict[str, Any]) -> MappingProxyType[str, Any]:
    return MappingProxyType(cells)


ForkingPickler.register(MappingProxyType, lambda cells: (_frozen, (dict(cells),)))


@dataclass(frozen=True, eq=False)
class Question:
    """Plans to be tried on a scenario, asked by a page."""

    id: str
    page: str
    scenario: Scenario
    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class Told:
    """How far a question is: ``phase`` is ``fit`` (``done`` per cent of it) or ``simulate`` (members done)."""

    id: str
    phase: str
    done: int


@dataclass(frozen=True)
class Found:
    """An answer to a question; ``whole`` once it is in all futures."""

    id: str
    answer: Answer
    whole: bool


@dataclass(frozen=True)
class Wrong:
    """A question without an answer: the problems of its plans, or what went wrong."""

    id: str
    problems: tuple[Problem, ...] = ()
    error: str = ""
    message: str = ""


class Later(Interrupted):
    """Somebody waits for a first answer."""


def main(pipe: Connection, tries: Tries) -> None:
    """Answer questions from the pipe; end at once when it is closed, whatever is being worked out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way(NICE)
    asked: SimpleQueue[Question] = SimpleQueue()

    def listen() -> None:
        with suppress(EOFError, OSError):
            while True:
                asked.put(pipe.recv())
        os._exit(0)

    threading.Thread(target=listen, name="asked", daemon=True).start()
    Desk(asked, pipe.send, tries).work()


class Desk:
    """The questions of all pages, from a queue; what comes of them is sent."""

    def __init__(self, asked: SimpleQueue[Question], send: Callable[[Any], None], tries: Tries):
        self._queue, self._send, self._tries = asked, send, tries
        self._asked: dict[str, Question] = {}
        self._answered_once: dict[str, Question] = {}
        self._scenarios: dict[str, Scenario] = {}

    def work(self) -> None:
        """Go on for ever."""
        while True:
            self.step()

    def step(self) -> None:
        """Answer one question once; wait for one where there is none."""
        self._hear(wait=not self._asked and not self._answered_once)
        if self._asked:
            self._first(self._asked.pop(next(iter(self._asked))))
        else:
            self._whole(next(iter(self._answered_once.values())))

    def _hear(self, wait: bool) -> None:
        while wait or not self._queue.empty():
            one = self._queue.get()
            self._asked.pop(one.page, None)
            self._asked[one.page] = one
            self._answered_once.pop(one.page, None)
            wait = False

    def _first(self, one: Question) -> None:
        scenario = self._same(one.scenario)

        def answer() -> None:
            problems = self._tries.problems(scenario, one.plans)
            if problems:
                self._send(Wrong(one.id, tuple(problems)))
                return
            found = self._tries.first(scenario, one.plans, self._teller(one, may_stop=False))
            self._send(Found(one.id, found, whole=found.members == found.of))
            if found.members < found.of and one.page not in self._asked:
                self._answered_once[one.page] = one

        self._or_wrong(one, answer)

    def _whole(self, one: Question) -> None:
        def answer() -> None:
            found = self._tries.whole(self._same(one.scenario), one.plans, self._teller(one, may_stop=True))
            self._send(Found(one.id, found, whole=True))

        with suppress(Later):
            self._or_wrong(one, answer)
            self._answered_once.pop(one.page, None)

    def _or_wrong(self, one: Question, answer: Callable[[], None]) -> None:
        try:
            answer()
        except (Later, OSError):
            raise
        except SafergroundError as error:
            self._send(Wrong(one.id, error=type(error).__name__, message=str(error)))
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            message = f"Unexpected error: {what}. Please report it with what you did."
            self._send(Wrong(one.id, error="Unexpected", message=message))

    def _teller(self, one: Question, may_stop: bool) -> Tell:
        members = 0

        def tell(what: str, done: int) -> None:
            nonlocal members
            members += done
            self._send(Told(one.id, "fit", done) if what == "fit" else Told(one.id, "simulate", members))
            self._hear(wait=False)
            if may_stop and self._asked:
                raise Later("somebody waits for a first answer")

        return tell

    def _same(self, scenario: Scenario) -> Scenario:
        """The record of the same scenario that came first, so that what was worked out for it is known."""
        known = self._scenarios.pop(scenario.digest, scenario)
        self._scenarios[scenario.digest] = known
        while len(self._scenarios) > 4:
            del self._scenarios[next(iter(self._scenarios))]
        return known
