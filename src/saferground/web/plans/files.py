"""Plan files of a scenario of the user's own, and a copy of a shipped scenario for those who want to write into it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from saferground.errors import RunError, UsageError
from saferground.scenario.files import read_text
from saferground.scenario.plans import plan_paths, read_plan
from saferground.scenario.plans.read import FOLDER
from saferground.scenario.plans.record import BASELINE
from saferground.web.board import Board, folder_of, scenario
from saferground.web.failures import Refused
from saferground.web.plans.records import Saved, typed

_writing = threading.Lock()
_DEVICE = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")
"""Names that no file may have on Windows, whatever its ending."""


def digest_of(text: str) -> str:
    """What tells one text of a plan from another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def saved_plans(folder: Path) -> tuple[Saved, ...]:
    """Every plan of a scenario folder; one that cannot be read has its problems."""
    return tuple(_saved(path) for path in plan_paths(folder))


def _saved(path: Path) -> Saved:
    text, _ = read_text(path)
    plan, problems = read_plan(path)
    wrong = () if plan else tuple(one.as_dict() for one in problems)
    return Saved(path.stem, digest_of(text or ""), None if plan is None else typed(plan, text or ""), wrong)


def save_plan(board: Board, name: str, plan: str, text: str, replaces: str = "") -> Saved:
    """Write ``plans/PLAN.toml`` of the user's own scenario ``name``, whole or not at all.

    Raises
    ------
    UsageError
        The plan's name means no plan, or cannot be that of a file on every system.
    Refused
        The scenario is a shipped one, or there is another plan of this name than the one that is to be replaced.
    RunError
        The file cannot be written.
    """
    if plan == BASELINE or _DEVICE.fullmatch(plan):
        why = "it means no plan" if plan == BASELINE else "Windows keeps it for itself"
        raise UsageError(f"got the name {plan!r}; expected another: {why}. Choose one.")
    if scenario(board, name).kind == "shipped":
        do = "Copy the scenario into your folder first, or download the plan."
        raise Refused(409, f"{name} comes with Saferground and cannot be written into. {do}")
    folder = folder_of(board, name) / FOLDER
    path = folder / f"{plan}.toml"
    with _writing:
        if path.exists() and digest_of(read_text(path)[0] or "") != replaces:
            do = "Choose another name, or look at it first and then replace it."
            raise Refused(409, f"There is a plan {plan} in this scenario already, or it was changed meanwhile. {do}")
        try:
            folder.mkdir(exist_ok=True)
            _write(path, text)
        except OSError as error:
            do = "Check its permissions, or download the plan."
            raise RunError(f"The plan cannot be written into the folder: {error.strerror or error}. {do}") from error
    return _saved(path)


def _write(path: Path, text: str) -> None:
    handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise


def copy_shipped(board: Board, name: str) -> Path:
    """Copy a shipped scenario into the board's folder, whole or not at all; it then is the user's own.

    What was entered in the board for it goes on to stand beside it. Raises Refused where there is such a folder
    already, and RunError when it cannot be written.
    """
    goal = board.folder / name
    if scenario(board, name).kind == "own" or goal.exists():
        raise Refused(409, f"There is a folder {name} already. Open it, or rename it first.")
    try:
        with tempfile.TemporaryDirectory(prefix=".copy-", dir=board.folder) as place:
            made = shutil.copytree(folder_of(board, name), Path(place) / name, ignore=shutil.ignore_patterns("__*"))
            made.rename(goal)
    except OSError as error:
        do = "Free some space or check its permissions."
        why = error.strerror or error
        raise RunError(f"The scenario cannot be copied into {board.folder.name}: {why}. {do}") from error
    return goal
