"""The command line as a user meets it: in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

COMMAND = (sys.executable, "-m", "saferground")
PATIENCE = 300
"""Seconds after which a command is taken to hang; no test depends on less."""


def saferground(*arguments: object, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    words = [*COMMAND, *map(str, arguments)]
    settings = {**os.environ, "COLUMNS": "100", **env}
    return subprocess.run(words, cwd=cwd, env=settings, capture_output=True, text=True, timeout=PATIENCE, check=False)


def interrupted(
    *arguments: object, when: Callable[[], bool], cwd: Path, presses: int = 1, **env: str
) -> tuple[int, str, str]:
    """Start a command, press Ctrl-C as soon as ``when()``; return exit code, stdout, stderr.

    AssertionError when the command ends before that, since nothing was tested then.
    """
    words = [*COMMAND, *map(str, arguments)]
    running = subprocess.Popen(
        words, cwd=cwd, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while not when():
            assert running.poll() is None, f"ended too early: {running.communicate()}"
            time.sleep(0.002)
        for _ in range(presses):
            running.send_signal(signal.SIGINT)
            time.sleep(0.02)
        out, err = running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
    return running.returncode, out, err
