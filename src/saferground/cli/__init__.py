"""The command line. Nothing heavy is imported here, so that ``saferground --help`` is quick."""

from __future__ import annotations

import gc
import os
import sys
import threading


def main() -> None:
    """Run the command line and leave with its exit code; Ctrl-C leaves with 130."""
    gc.set_threshold(50_000, 20, 20)  # looking for garbage while compiling and importing takes a tenth of the time
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        from saferground.cli.app import app

        app()
    except KeyboardInterrupt:
        leave(130, "Stopped.")


def leave(code: int, last_words: str) -> None:
    """End the process now, without waiting for threads such as one that compiles.

    Where there is none it ends as usual, so that what it shares with other processes is given back.
    """
    sys.stderr.write(f"{last_words}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    if any(thread.daemon for thread in threading.enumerate()):
        os._exit(code)
    sys.exit(code)
