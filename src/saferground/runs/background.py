"""Long work on a thread of its own, so that Ctrl-C is heard at once even while a kernel compiles or runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

from saferground.errors import Interrupted

T = TypeVar("T")
Note = Callable[[str, int], None]
"""Called with what goes on and how much of it is done."""


def waited(work: Callable[[Note], T], tell: Note) -> T:
    """What ``work`` gives; what it notes on the way is told on this thread.

    Whatever ends the waiting early, KeyboardInterrupt included, makes the next note of ``work`` raise Interrupted.
    """
    told: SimpleQueue[tuple[str, int]] = SimpleQueue()
    given_up = threading.Event()

    def note(what: str, done: int) -> None:
        if given_up.is_set():
            raise Interrupted("stopped by the user")
        told.put((what, done))

    made = in_background(lambda: work(note))
    try:
        while not made.done() or not told.empty():
            _pass_on(told, tell)
    except BaseException:
        given_up.set()
        raise
    return made.result()


def _pass_on(told: SimpleQueue[tuple[str, int]], tell: Note) -> None:
    try:
        tell(*told.get(timeout=0.1))
    except Empty:
        return


def in_background(work: Callable[[], T]) -> Future[T]:
    """Start ``work`` on a thread that does not keep the process alive."""
    made: Future[T] = Future()

    def job() -> None:
        try:
            made.set_result(work())
        except BaseException as error:
            made.set_exception(error)

    threading.Thread(target=job, daemon=True).start()
    return made
