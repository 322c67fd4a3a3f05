"""Starts the process of the jobs, hands it one at a time, and writes into the database how far each is."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from saferground.errors import RunError, failure
from saferground.storage import jobs
from saferground.storage.database import Database
from saferground.storage.jobs import Job
from saferground.web.jobs.work import Setup, Task, main

LOOK_SECONDS = 0.5
"""How often the queue, and whether a job was cancelled, are looked at."""
BACK_SECONDS = 5.0
"""How long to wait for a database that cannot be reached."""
RECOVER_SECONDS = 2.0
"""How often jobs are looked for whose board has stopped."""
GRACE_SECONDS = 15.0
"""How long a cancelled job may take to tidy up before its process is ended."""
DIED = failure("Stopped", "The process that did the work ended, perhaps for want of memory. Try fewer members.")


class Worker:
    """One thread and one process; the process is started with the first job and stays warm for the next."""

    def __init__(self, database: Database, setup: Setup, base: Callable[[str], Path]):
        self._database, self._setup, self._base = database, setup, base
        self._context = multiprocessing.get_context("spawn")
        self._given_up = self._context.Event()
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._thread = threading.Thread(target=self._keep, name="jobs", daemon=True)

    def start(self) -> None:
        """Take up what waits, and what was running when a board stopped."""
        self._thread.start()

    def wake(self) -> None:
        """Look at the queue now."""
        self._woken.set()

    def stop(self) -> None:
        """End the process; a job that runs waits again at the next start."""
        self._stopping.set()
        self._given_up.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join(GRACE_SECONDS)
        self._end_process()

    def _keep(self) -> None:
        recovered = -RECOVER_SECONDS
        while not self._stopping.is_set():
            try:
                if time.monotonic() - recovered > RECOVER_SECONDS:
                    recovered = time.monotonic()
                    jobs.recover(self._database)
                job = jobs.take(self._database)
                if job is not None:
                    self._carry_out(job)
                    continue
            except RunError:  # the database is away; whoever asks is told, and it is tried again
                self._stopping.wait(BACK_SECONDS)
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()

    def _carry_out(self, job: Job) -> None:
        self._given_up.clear()
        try:
            pipe = self._ready()
            pipe.send(Task(job.kind, self._base(job.scenario), job.order))
            outcome = self._heard(pipe, job)
        except (EOFError, OSError):
            self._end_process()
            outcome = ("failed", DIED)
        except Exception as error:
            outcome = ("failed", failure(type(error).__name__, str(error)))
        if self._stopping.is_set():
            jobs.release(self._database, job.id)
        else:
            end = jobs.finish if outcome[0] == "done" else jobs.fail
            end(self._database, job.id, outcome[1])

    def _heard(self, pipe: Connection, job: Job) -> tuple[str, dict[str, Any]]:
        """What the process answers; meanwhile progress goes into the database and a cancellation to the process."""
        looked, since = 0.0, 0.0
        told: dict[str, Any] | None = None
        while True:
            if pipe.poll(LOOK_SECONDS / 2):
                what, said = pipe.recv()
                if what != "told":
                    return what, said
                told = said
            now = time.monotonic()
            if now - looked > LOOK_SECONDS:
                looked = now
                since = self._noted(job, told, since, now)

    def _noted(self, job: Job, told: dict[str, Any] | None, since: float, now: float) -> float:
        """Write progress; once the job is cancelled say so to the process, and end it when it does not listen."""
        running = jobs.tell(self._database, job.id, **(told or {"phase": "", "done": 0, "of": 0}))
        if running and not self._stopping.is_set():
            return 0.0
        self._given_up.set()
        if since and now - since > GRACE_SECONDS:
            raise EOFError
        return since or now

    def _ready(self) -> Connection:
        if self._process is None or not self._process.is_alive() or self._pipe is None:
            self._pipe, theirs = self._context.Pipe()
            process = self._context.Process(
                target=main, args=(theirs, self._given_up, self._setup), name="saferground-jobs", daemon=True
            )
            process.start()
            self._process = process
            theirs.close()
        return self._pipe

    def _end_process(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            with suppress(OSError, ValueError):
                self._process.terminate()
                self._process.join(2)
        self._process = self._pipe = None
