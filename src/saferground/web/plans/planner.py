"""Questions to the process that tries plans, and what is known of each; safe to use from many threads."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Literal
from uuid import uuid4

from saferground.errors import Problem
from saferground.reporting.plans.answer import Answer
from saferground.runs.tries import Tries
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan
from saferground.web.plans.process import Found, Question, Told, Wrong, main

State = Literal["waiting", "preparing", "first", "whole", "wrong", "failed"]
OVER: tuple[State, ...] = ("whole", "wrong", "failed")
REMEMBERED = 200
"""Trials of which the state is known; who asks for an older one has left the page."""
DIED = "The process that tries plans ended, perhaps for want of memory. What you typed is kept; try again."


@dataclass(frozen=True)
class Trial:
    """Plans that are being tried.

    Attributes:
        state: ``waiting``; ``preparing`` the futures, which is done once for a scenario; ``first`` when answered in a
            few futures; ``whole`` when in all; ``wrong`` when plans have problems; ``failed``.
        phase: what goes on: ``fit`` (``done`` per cent) or ``simulate`` (``done`` members).
        seconds: from the question to the newest answer.
        answer: the newest one.
        problems: of the plans.
        error, message: what failed.
    """

    id: str
    state: State = "waiting"
    phase: str = ""
    done: int = 0
    seconds: float = 0.0
    answer: Answer | None = None
    problems: tuple[Problem, ...] = ()
    error: str = ""
    message: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in OVER


class Planner:
    """Starts the process with the first question, and again after it has died."""

    def __init__(self, tries: Tries | None = None):
        self._tries = tries or Tries()
        self._context = multiprocessing.get_context("spawn")
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._trials: OrderedDict[str, Trial] = OrderedDict()
        self._asked: dict[str, float] = {}
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def ask(self, page: str, scenario: Scenario, plans: tuple[Plan, ...]) -> Trial:
        """Try plans; whatever the same page asked before is dropped, unless it is answered already."""
        trial = Trial(uuid4().hex)
        question = Question(trial.id, page, scenario, plans)
        with self._changed:
            self._trials[trial.id] = trial
            self._asked[trial.id] = time.monotonic()
            while len(self._trials) > REMEMBERED:
                self._asked.pop(self._trials.popitem(last=False)[0], None)
        with self._sending:
            try:
                self._ready().send(question)
            except OSError:
                self._end()
                self._ready().send(question)
        return trial

    def known(self, trial: str, beyond: str = "", seconds: float = 0.0) -> Trial | None:
        """What is known of a trial; waits a while for more than the state ``beyond``. None where it is not known."""
        with self._changed:
            self._changed.wait_for(lambda: self._more(trial, beyond), seconds)
            return self._trials.get(trial)

    def _more(self, trial: str, beyond: str) -> bool:
        found = self._trials.get(trial)
        return found is None or found.over or (found.state not in ("waiting", "preparing", beyond))

    def stop(self) -> None:
        """End the process."""
        with self._sending:
            self._end()

    def _ready(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._end()
            self._pipe, theirs = self._context.Pipe()
            self._process = self._context.Process(
                target=main, args=(theirs, self._tries), name="saferground-plans", daemon=True
            )
            self._process.start()
            theirs.close()
            threading.Thread(target=self._listen, args=(self._pipe,), name="plans", daemon=True).start()
        return self._pipe

    def _end(self) -> None:
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is not None and pipe is not None:
            with suppress(OSError, ValueError):
                process.terminate()
                process.join(2)

    def _listen(self, pipe: Connection) -> None:
        """Take in what the process tells until it ends."""
        with suppress(EOFError, OSError):
            while True:
                told = pipe.recv()
                with self._changed:
                    self._take(told)
        with self._changed:
            pipe.close()
            if self._pipe is pipe:
                self._process = self._pipe = None
                self._give_up()

    def _give_up(self) -> None:
        """Nobody answers any more."""
        for name, trial in self._trials.items():
            if not trial.over:
                self._trials[name] = replace(trial, state="failed", error="Stopped", message=DIED)
        self._changed.notify_all()

    def _take(self, told: Any) -> None:
        trial = self._trials.get(told.id)
        if trial is not None:
            self._trials[told.id] = _with(trial, told, time.monotonic() - self._asked[told.id])
            self._changed.notify_all()


def _with(trial: Trial, told: Any, seconds: float) -> Trial:
    """The trial with what was told of it."""
    if isinstance(told, Told):
        state: State = trial.state if trial.answer else "preparing"
        return replace(trial, state=state, phase=told.phase, done=told.done)
    if isinstance(told, Found):
        return replace(
            trial, state="whole" if told.whole else "first", answer=told.answer, seconds=round(seconds, 3), done=0
        )
    assert isinstance(told, Wrong)
    if told.problems:
        return replace(trial, state="wrong", problems=told.problems)
    return replace(trial, state="failed", error=told.error, message=told.message)
