"""From a folder, or the name of a shipped one, to a checked Scenario or to every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

from saferground.errors import Problem, ScenarioError
from saferground.scenario.changes import changed_values
from saferground.scenario.checks import run_checks
from saferground.scenario.columns import REQUIRED_TABLES, SETTINGS_FILE, TABLES, names
from saferground.scenario.draft import Draft
from saferground.scenario.known import resolve_published
from saferground.scenario.priors import read_priors
from saferground.scenario.record import Scenario
from saferground.scenario.settings import Settings, read_settings, read_toml
from saferground.scenario.tables import Read, empty_table, read_table
from saferground.scenario.wording import closest, in_order, listed

_FILES = {SETTINGS_FILE: SETTINGS_FILE, **{f"{table}.csv": table for table in TABLES}}
_WELCOME = ("readme*", "*.md", "license*", ".*", "~$*", "thumbs.db", "desktop.ini")
"""Other files that may lie in a folder: descriptions, hidden files, and what office programs leave behind."""


def read_scenario(
    folder: str | Path,
    *,
    as_of: date | str | None = None,
    days: int | None = None,
    step_hours: int | None = None,
) -> Scenario:
    """Read a scenario folder and check everything in it.

    Args:
        folder: path of a folder, or the name of a shipped scenario (see ``shipped``) where no such path exists.
        as_of: last day of what may be known, in place of the folder's; a date or YYYY-MM-DD.
        days: days ahead (1 to 730), in place of the folder's.
        step_hours: length of a step in hours (divides 24), in place of the folder's.

    Raises:
        ScenarioError: the folder is missing or has problems; ``problems`` holds all of them, by file and line.
        UsageError: one of the other arguments cannot be used.
    """
    scenario, problems = check_scenario(folder, as_of=as_of, days=days, step_hours=step_hours)
    if scenario is None:
        raise ScenarioError([problem for problem in problems if problem.severity == "problem"])
    return scenario


def check_scenario(
    folder: str | Path,
    *,
    as_of: date | str | None = None,
    days: int | None = None,
    step_hours: int | None = None,
) -> tuple[Scenario | None, list[Problem]]:
    """The same without raising ScenarioError: the scenario, or None, and all problems and notes by file and line."""
    path, missing = _find(folder)
    if path is None:
        return None, missing
    draft, problems = _read_draft(path, {"as_of": as_of, "days": days, "step_hours": step_hours})
    problems = in_order([*problems, *run_checks(draft)])
    if any(problem.severity == "problem" for problem in problems):
        return None, problems
    settings = Settings(**draft.values)  # type: ignore[arg-type]
    return Scenario(path.name, settings, draft.parameters, draft.tables, tuple(problems)), problems


def shipped() -> list[str]:
    """Names of the scenarios that come with the package."""
    return sorted(one.name for one in _shipped_folder().iterdir() if (one / SETTINGS_FILE).is_file())


def _shipped_folder() -> Path:
    return Path(str(files("saferground") / "scenarios"))


# --- the folder ----------------------------------------------------------------------------------------------------


def _find(folder: str | Path) -> tuple[Path | None, list[Problem]]:
    """The folder to read, or the one problem that there is none."""
    name = str(folder)
    try:
        path = Path(folder).resolve()
        if path.is_dir():
            any(path.iterdir())
            return path, []
        exists = path.exists()
    except PermissionError:
        return None, [
            Problem(name, 0, "", "a folder that may not be opened", "a scenario folder", "Check its permissions.")
        ]
    except (OSError, ValueError, RuntimeError):  # a name that no file can have, or links in a circle
        exists = False
    if exists:
        do = "Give the folder that holds scenario.toml and the tables."
        return None, [Problem(name, 0, "", "a file", "a scenario folder", do)]
    if name in shipped():
        return _shipped_folder() / name, []
    return None, [_no_folder(name)]


def _no_folder(name: str) -> Problem:
    meant = closest(name, shipped())
    do = f"Did you mean {meant!r}? " if meant else "Check the path, or write a new folder with `saferground new`. "
    expected = f"a scenario folder, or a shipped scenario ({listed(shipped()) or 'there is none'})"
    return Problem(name[:200], 0, "", "no such folder", expected, do.strip())


def _read_draft(folder: Path, changes: Mapping[str, Any]) -> tuple[Draft, list[Problem]]:
    found, problems = _find_files(folder)
    values, parameters, lines, about_settings = _read_settings_file(found.get(SETTINGS_FILE), changes)
    reads = {table: _read_file(found.get(table), table) for table in TABLES}
    tables = resolve_published({table: read.frame for table, read in reads.items()})
    spoilt = {(one.file, one.line, one.column) for one in about_settings}
    draft = Draft(
        values=values,
        parameters=parameters,
        tables=tables,
        unusable=frozenset(table for table, read in reads.items() if not read.usable),
        files={table: path.name for table, path in found.items()},
        lines=lines,
        spoilt=frozenset(spoilt.union(*(read.spoilt for read in reads.values()))),
    )
    return draft, problems + about_settings + [problem for read in reads.values() for problem in read.problems]


def _find_files(folder: Path) -> tuple[dict[str, Path], list[Problem]]:
    """The path of each table and of the settings, misspelt ones included; unknown and missing files are problems."""
    entries = {path.name: path for path in sorted(folder.iterdir()) if not path.is_dir() or path.name in _FILES}
    found = {_FILES[name]: path for name, path in entries.items() if name in _FILES}
    problems = []
    for name, path in entries.items():
        if name not in _FILES and not any(fnmatch(name.lower(), pattern) for pattern in _WELCOME):
            meant = closest(name, [one for one in _FILES if _FILES[one] not in found], cutoff=0.75)
            problems.append(_unknown_file(name, meant))
            if meant and Path(name).suffix.lower() in (".csv", ".toml"):
                found[_FILES[meant]] = path
    required = (SETTINGS_FILE, *REQUIRED_TABLES)
    return found, problems + [_missing_file(name) for name in required if name not in found]


def _unknown_file(name: str, meant: str) -> Problem:
    if Path(name).suffix.lower() in (".xlsx", ".xls", ".ods", ".numbers"):
        do = "Save each sheet as a CSV UTF-8 file with the name of its table, and move the workbook elsewhere."
    elif meant:
        do = f"Rename it to {meant!r}."
    else:
        other = closest(name, _FILES)
        do = f"Did you mean {other!r}? " if other else ""
        do += "Rename it or move it out of the folder; notes go into *.md."
    return Problem(name, 0, "", "an unknown file", f"{SETTINGS_FILE} and tables: {listed(TABLES, limit=20)}", do)


def _missing_file(name: str) -> Problem:
    file = SETTINGS_FILE if name == SETTINGS_FILE else f"{name}.csv"
    columns = "the section [scenario]" if file == SETTINGS_FILE else f"the columns {listed(names(name), limit=6)}"
    do = f"Add it, with {columns}; `saferground new` writes an example."
    return Problem(file, 0, "", "no such file", "a file that every scenario needs", do)


def _read_file(path: Path | None, table: str) -> Read:
    if path is None:
        return Read(empty_table(table), [], usable=table not in REQUIRED_TABLES)
    return read_table(path, table)


def _read_settings_file(path: Path | None, changes: Mapping[str, Any]) -> tuple[Any, Any, Any, list[Problem]]:
    """Settings with the changes in place, priors, lines of keys, problems."""
    content, lines, problems = read_toml(path) if path else (None, {}, [])
    name = path.name if path else SETTINGS_FILE
    parameters, about_priors = read_priors(name, content or {}, lines)
    if content is None:
        return changed_values({}, **changes), parameters, lines, problems
    section = read_settings(name, content, lines)
    return changed_values(section.values, **changes), parameters, lines, [*problems, *section.problems, *about_priors]
