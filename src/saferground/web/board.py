"""What a board is started with, and the scenarios that it can open."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from saferground.errors import SafergroundError
from saferground.scenario import shipped
from saferground.scenario.columns import SETTINGS_FILE
from saferground.scenario.read import shipped_folder

MEGABYTE = 1_000_000


class NotFound(SafergroundError):  # noqa: N818 - it says what happened
    """There is no such page, scenario, run or job."""


@dataclass(frozen=True)
class Board:
    """How a board is set up.

    Attributes:
        folder: where its scenarios lie, its runs and, where no other is named, its database.
        database: URL of the database of what is entered.
        token: secret that whoever comes must know; empty on loopback, where none is needed.
        secret: key with which cookies are signed.
        hosts: names under which it may be asked; "*" for any.
        upload_bytes: largest body of a request.
    """

    folder: Path
    database: str
    secret: str
    token: str = ""
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    upload_bytes: int = 10 * MEGABYTE

    @property
    def runs(self) -> Path:
        """Where runs lie, as the command line puts them when it is started in the same folder."""
        return self.folder / "runs"


@dataclass(frozen=True)
class Known:
    """A scenario that the board can open."""

    name: str = field(metadata={"help": "Name of its folder"})
    title: str = field(metadata={"help": "Its title; the name where its settings cannot be read"})
    model: str = field(metadata={"help": "siege or journey; empty where its settings cannot be read"})
    kind: Literal["own", "shipped"] = field(metadata={"help": "own: a folder of the user's; shipped: of the package"})
    as_of: str = field(metadata={"help": "Its as-of date, ISO; empty where it cannot be read"})


def scenarios(board: Board) -> tuple[Known, ...]:
    """The user's scenarios and then the shipped ones; a user's hides a shipped one of the same name."""
    own = {path.name: _known(path, "own") for path in _own(board.folder)}
    rest = [_known(shipped_folder() / name, "shipped") for name in shipped() if name not in own]
    return (*own.values(), *rest)


def scenario(board: Board, name: str) -> Known:
    """The scenario of a name. Raises NotFound."""
    found = next((one for one in scenarios(board) if one.name == name), None)
    if found is None:
        raise NotFound(f"There is no scenario {name[:80]!r} here. Choose one of the first page.")
    return found


def folder_of(board: Board, name: str) -> Path:
    """Where a scenario lies. Raises NotFound; a name never leads out of the board's folder."""
    known = scenario(board, name)
    if known.kind == "shipped":
        return shipped_folder() / name
    return next(path for path in _own(board.folder) if path.name == name)


def _own(folder: Path) -> list[Path]:
    inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [path for path in (folder, *inside) if (path / SETTINGS_FILE).is_file()]


def _known(path: Path, kind: Literal["own", "shipped"]) -> Known:
    try:
        settings = tomllib.loads((path / SETTINGS_FILE).read_text(encoding="utf-8")).get("scenario", {})
    except (OSError, ValueError):
        return Known(path.name, path.name, "", kind, "")
    title, model, as_of = (str(settings.get(key, "")) for key in ("title", "model", "as_of"))
    return Known(path.name, title or path.name, model or "siege", kind, as_of)
