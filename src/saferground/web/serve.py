"""The board on a port: opened on loopback unless told otherwise, and then only with a token."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from saferground.errors import UsageError
from saferground.web.app import create_app
from saferground.web.board import Board

PORT = 8642
LEAST_TOKEN = 16
"""Letters that a token of the user's own must have."""
SECRET = "secret"
HIDDEN = ".saferground"
"""The folder in which the board keeps what is its own: the key of its cookies."""


@dataclass(frozen=True)
class Wanted:
    """How the board is to be served.

    ``port`` None: the usual one, or any that is free where it is taken. ``token`` and ``database`` empty: from the
    environment (``SAFERGROUND_TOKEN``, ``SAFERGROUND_DATABASE``), or else made up, and a file in the folder.
    """

    folder: Path = Path()
    host: str = "127.0.0.1"
    port: int | None = None
    token: str = ""
    database: str = ""
    names: tuple[str, ...] = ()
    browser: bool = True


def serve(wanted: Wanted, say: Callable[[str], None]) -> None:
    """Serve the board until it is interrupted. ``say`` is told where it can be found.

    Raises
    ------
    UsageError
        The folder, the host, the port or the token cannot be used.
    """
    board = board_of(wanted)
    with contextlib.closing(listening(wanted.host, wanted.port)) as port:
        address = address_of(wanted.host, port.getsockname()[1])
        app = create_app(board)
        for line in greeting(board, address):
            say(line)
        server = uvicorn.Server(_config(app))
        if wanted.browser:
            threading.Thread(target=_open_when_ready, args=(server, address), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is how a board is ended; it was heard by then
            server.run(sockets=[port])
        say("The board has ended. What was saved is kept; work that was running goes on at the next start.")


def board_of(wanted: Wanted) -> Board:
    """The board that is wanted, with its secrets. Raises UsageError."""
    folder = wanted.folder.resolve()
    if not folder.is_dir():
        expected = "expected the folder with your scenarios"
        raise UsageError(f"{wanted.folder}: got no such folder; {expected}. Check the path.")
    token = wanted.token or os.environ.get("SAFERGROUND_TOKEN", "")
    if token and len(token) < LEAST_TOKEN:
        do = "Choose a longer one, or none: the board then makes one up."
        raise UsageError(f"got a token of {len(token)} letters; expected {LEAST_TOKEN} or more. {do}")
    if not token and not is_loopback(wanted.host):
        token = secrets.token_urlsafe(24)
    database = wanted.database or os.environ.get("SAFERGROUND_DATABASE", "")
    database = database or f"sqlite:///{folder / 'saferground.db'}"
    return Board(folder, database, _secret(folder), token, _hosts(wanted))


def _hosts(wanted: Wanted) -> tuple[str, ...]:
    """Names under which the board may be asked; a board that listens everywhere is guarded by its token."""
    if wanted.host in ("0.0.0.0", "::"):
        return wanted.names or ("*",)
    shown = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
    return (*dict.fromkeys((*Board.hosts, shown, *wanted.names)),)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listening(host: str, port: int | None) -> socket.socket:
    """A socket that listens; raises UsageError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for tried in [PORT, 0] if port is None else [port]:
        made = socket.socket(family)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, tried))
        except (OSError, OverflowError) as error:
            made.close()
            why = error
            continue
        made.listen(128)
        return made
    do = "Choose another with --port (0: any that is free), or check --host."
    raise UsageError(f"cannot listen on {host}, port {port or PORT}: {why}. {do}")


def address_of(host: str, port: int) -> str:
    """The address to be typed into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def greeting(board: Board, address: str) -> list[str]:
    """What is said at the start."""
    lines = [f"The planning board is at {address} (Ctrl-C ends it). Runs go to {board.runs}."]
    if board.token:
        lines.append(f"Whoever comes must know this token: {board.token}")
        lines.append("What is sent over the network is not encrypted: put a proxy with TLS in front of it.")
    return lines


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5)  # type: ignore[arg-type]


def _open_when_ready(server: uvicorn.Server, address: str) -> None:
    while not server.started and not server.should_exit:
        threading.Event().wait(0.1)
    if not server.should_exit:
        webbrowser.open(address)


def _secret(folder: Path) -> str:
    """The key of the cookies, made once and kept where only the user can read it."""
    path = folder / HIDDEN / SECRET
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(secrets.token_hex(32), encoding="ascii")
        return path.read_text(encoding="ascii").strip() or secrets.token_hex(32)
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} cannot be written: {error}. Start the board in a folder of your own.") from error
