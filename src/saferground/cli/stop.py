"""Ctrl-C: heard once, at once, and never in the middle of putting a finished run in place."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class CtrlC:
    """Handler of SIGINT that raises KeyboardInterrupt the first time only, so that nothing disturbs the tidying up."""

    def __init__(self) -> None:
        self._heard = False
        self._held = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """What Python calls on SIGINT."""
        first, self._heard = not self._heard, True
        if first and not self._held:
            raise KeyboardInterrupt

    def hold(self) -> None:
        """From here on the run is as good as finished: Ctrl-C waits."""
        self._held = True

    def check(self) -> None:
        """Raise what was heard but got lost in code that swallows exceptions."""
        if self._heard:
            raise KeyboardInterrupt


def telling(ctrl_c: CtrlC, show: Callable[..., None]) -> Callable[..., None]:
    """What a long run tells of its phases: Ctrl-C is looked after, the phase shown, and ``finish`` not disturbed."""

    def tell(phase: str, *done: Any) -> None:
        ctrl_c.check()
        show(phase, *(done or (0,)))
        if phase == "finish":
            ctrl_c.hold()

    return tell


@contextmanager
def listening() -> Iterator[CtrlC]:
    """A CtrlC in place of Python's own handler."""
    handler = CtrlC()
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield handler
    finally:
        signal.signal(signal.SIGINT, before)
