"""The runs of a folder at a glance, read from their small files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from saferground.reporting.context import help_text
from saferground.reporting.stored import PAGE
from saferground.runs.compare import INFO as PLANS
from saferground.storage import INFO

FILES: dict[str, Literal["forecast", "plans"]] = {INFO: "forecast", PLANS: "plans"}
"""What a folder is, by the file that holds what was run."""


@dataclass(frozen=True)
class Shelved:
    """One run: a forecast, or a comparison of plans."""

    name: str = field(metadata=help_text("Name of the folder"))
    kind: Literal["forecast", "plans"] = field(metadata=help_text("forecast, or plans: a comparison of plans"))
    scenario: str = field(metadata=help_text("Name of the scenario"))
    title: str = field(metadata=help_text("Title of the scenario; of a comparison, the names of its plans"))
    model: str = field(metadata=help_text("siege or journey"))
    as_of: str = field(metadata=help_text("Nothing published after this day was used, ISO"))
    last: str = field(metadata=help_text("Last day ahead, ISO"))
    members: int = field(metadata=help_text("Simulated futures"))
    seed: int = field(metadata=help_text("Seed of the random numbers"))
    basis: str = field(metadata=help_text("prior or counts; empty of a comparison"))
    doubts: tuple[str, ...] = field(metadata=help_text("Why the fit should not be trusted, each with what to do"))
    sensitivity: str = field(metadata=help_text("Class that says with whom it may be shared; empty when not stored"))
    digest: str = field(metadata=help_text("Fingerprint of the scenario's content, sha256"))
    version: str = field(metadata=help_text("Version of Saferground"))
    finished: str = field(metadata=help_text("When it was done, UTC, ISO; of a comparison, when it began"))
    seconds: float = field(metadata=help_text("Wall time"))
    has_page: bool = field(metadata=help_text("Whether the planning board can show it"))


def runs_in(folder: Path | str) -> tuple[Shelved, ...]:
    """Forecasts and comparisons in the folders directly in ``folder``, the newest first.

    A folder that is being written, is none of ours or cannot be read is left out; without ``folder`` there are none.
    """
    return tuple(sorted(_found(Path(folder)), key=lambda one: (one.finished, one.name), reverse=True))


def run_in(folder: Path | str, name: str) -> Shelved | None:
    """The run called ``name`` among ``runs_in(folder)``; None without one. No other name leads out of the folder."""
    home = Path(folder)
    listed = home.is_dir() and any(path.name == name for path in home.iterdir())
    return _shelved(home / name) if listed else None


def _found(folder: Path) -> Iterator[Shelved]:
    for path in folder.iterdir() if folder.is_dir() else ():
        found = _shelved(path)
        if found:
            yield found


def _shelved(path: Path) -> Shelved | None:
    for file, kind in FILES.items():
        try:
            if not path.name.startswith(".") and (path / file).is_file():
                return _read(path, kind, json.loads((path / file).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
    return None


def _read(path: Path, kind: Literal["forecast", "plans"], info: dict[str, Any]) -> Shelved:
    plans = ", ".join(plan["title"] or plan["name"] for plan in info.get("plans", ()))
    return Shelved(
        name=path.name,
        kind=kind,
        scenario=str(info["scenario"]),
        title=str(info.get("title", plans)),
        model=str(info.get("model", "siege")),
        as_of=str(info["as_of"]),
        last=str(info.get("end", info.get("last", ""))),
        members=int(info["members"]),
        seed=int(info["seed"]),
        basis=str(info.get("basis", "")),
        doubts=tuple(str(doubt) for doubt in info.get("doubts", ())),
        sensitivity=str(info.get("sensitivity", "")),
        digest=str(info.get("digest", "")),
        version=str(info.get("version", "")),
        finished=str(info.get("finished", info.get("started", ""))),
        seconds=float(info.get("seconds", 0)),
        has_page=(path / PAGE).is_file(),
    )
