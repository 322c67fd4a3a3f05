"""A planning board for tests: its application without a port, or the whole server as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
from starlette.testclient import TestClient

from saferground.web.app import create_app
from saferground.web.board import Board

HOME = "http://127.0.0.1"
PAGE = {"Accept": "text/html"}


def a_board(folder: Path, **changes: Any) -> Board:
    """A board of a folder, on loopback and without a token unless told otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    return Board(
        **{"folder": folder, "database": f"sqlite:///{folder / 'saferground.db'}", "secret": "s" * 32, **changes}
    )


@contextmanager
def visited(board: Board) -> Iterator[TestClient]:
    """A visitor of the board, with the mark that changes need; nothing is started but the application."""
    with TestClient(create_app(board), base_url=HOME, follow_redirects=False) as client:
        if not board.token:
            marked(client)
        yield client


def marked(client: httpx.Client) -> None:
    """Take the session's mark along with every request from here on."""
    client.headers["X-CSRF-Token"] = client.get("/api/session").json()["mark"]


def over(client: httpx.Client, job: str, seconds: float = 240) -> dict[str, Any]:
    """The job once it is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found: dict[str, Any] = client.get(f"/api/jobs/{job}").json()
        if found["state"] in ("done", "failed", "cancelled"):
            return found
        time.sleep(0.2)
    raise AssertionError(f"the job is still {found['state']} ({found['phase']}) after {seconds} s")


class Served:
    """``saferground serve`` as a process of its own."""

    def __init__(self, folder: Path, *options: str, port: int = 0):
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "saferground", "serve", str(folder), "--no-browser", "--port", str(port)]
        self.process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        found = re.search(r"http://\S+", first)
        assert found, f"the board did not start: {first!r}"
        self.address = found.group().rstrip("/")
        self._answers()

    def _answers(self) -> None:
        for _ in range(300):
            try:
                if httpx.get(f"{self.address}/alive").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the board does not answer")

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self.address.rsplit(":", 1)[1])

    def visitor(self) -> httpx.Client:
        """A program that visits it, with the mark that changes need."""
        client = httpx.Client(base_url=self.address, timeout=30)
        marked(client)
        return client

    def kill(self) -> None:
        """End it and its processes at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)
