"""Where the files of a Flee folder lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from saferground.errors import Problem

SETTINGS = ("simsetting.yml", "simsettings.yml", "simulationsetting.yml", "simulationsettings.yml")
_INPUTS = ("input_csv", "input_files", ".")
_COUNTS = ("source_data", "refugee_data", "input_csv/refugee_data", "input_csv", ".")
PERIODS = ("sim_period.csv", "conflict_period.csv")
LAYOUT = "data_layout.csv"


@dataclass(frozen=True)
class Layout:
    """The folder and its parts; a part that is missing is None. ``settings`` may lie outside the folder."""

    root: Path
    inputs: Path
    counts: Path | None
    settings: Path | None

    def label(self, path: Path) -> str:
        """The path inside the folder, with slashes; for problems and sources."""
        inside = path.is_relative_to(self.root)
        return legible(path.relative_to(self.root).as_posix() if inside else path.name)

    def input(self, *names: str) -> Path | None:
        """The first of these files of the input folder that is there."""
        return next((self.inputs / name for name in names if (self.inputs / name).exists()), None)

    def demographics(self) -> list[Path]:
        """The files demographics_*.csv."""
        return sorted(self.inputs.glob("demographics_*.csv"))

    def changes(self) -> Path | None:
        """location_changes.csv, which Flee looks for in the folder where it runs."""
        outside = self.root / "location_changes.csv"
        return outside if outside.exists() else self.input("location_changes.csv")


def legible(name: str) -> str:
    """A name from the disk in letters that can be written to a file."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def find_layout(folder: str | Path, found: list[Problem]) -> Layout | None:
    """Find the parts of a folder as FabFlee, Flee's template and its tests lay it out.

    Missing parts go to ``found``; None when there is no folder with a locations.csv.
    """
    root = Path(folder)
    problem = _unreadable(root)
    if problem:
        found.append(problem)
        return None
    inputs = next((root / name for name in _INPUTS if (root / name / "locations.csv").exists()), None)
    if inputs is None:
        do = "Give the folder of a conflict, which holds input_csv, source_data and simsetting.yml."
        found.append(Problem("input_csv/locations.csv", 0, "", "no such file", "the locations of a Flee folder", do))
        return None
    counts = next((root / name for name in _COUNTS if (root / name / LAYOUT).exists()), None)
    settings = next((path for path in _settings(root, inputs) if path.exists()), None)
    return Layout(root, inputs, counts, settings)


def _unreadable(root: Path) -> Problem | None:
    expected, do = "a Flee folder", "Check the path, and that you may read it."
    try:
        if root.is_dir():
            any(root.iterdir())
            return None
        got = "a file" if root.exists() else "no such folder"
    except (OSError, ValueError) as error:
        got = f"a folder that cannot be opened ({getattr(error, 'strerror', None) or error})"
    return Problem(str(root)[:200], 0, "", got, expected, do)


def _settings(root: Path, inputs: Path) -> Iterator[Path]:
    """Places of the settings, likeliest first; FabFlee's validation sets share one file two folders up."""
    folders = [root, inputs]
    resolved = root.resolve()
    if resolved.parent.name == "SWEEP":
        folders.append(resolved.parent.parent)
    yield from (folder / name for folder in folders for name in SETTINGS)


def unread(layout: Layout, read: set[Path]) -> list[str]:
    """Tables and settings of the folder that nothing was read from, by their path inside it."""
    folders = dict.fromkeys(one for one in (layout.root, layout.inputs, layout.counts) if one)
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()]
    known = {path.resolve() for path in read}
    wanted = [path for path in files if path.suffix in (".csv", ".yml") and path.resolve() not in known]
    return [layout.label(path) for path in dict.fromkeys(wanted)]
