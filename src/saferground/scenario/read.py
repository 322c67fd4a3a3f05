"""From a folder, or the name of a shipped one, to a checked Scenario or to every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

from saferground.errors import Problem, ScenarioError
from saferground.scenario.cells import Value
from saferground.scenario.changes import changed_values
from saferground.scenario.checks import run_checks
from saferground.scenario.columns import MODELS, SETTINGS_FILE, Schema, other_model, schema
from saferground.scenario.draft import Draft
from saferground.scenario.known import resolve_published
from saferground.scenario.priors import read_priors
from saferground.scenario.record import Scenario
from saferground.scenario.settings import Settings, model_of, read_sections, read_toml
from saferground.scenario.tables import Read, empty_table, read_table
from saferground.scenario.wording import SHOWN, closest, did_you_mean, in_order, listed

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
        days: days ahead (1 to 730, for a journey 3650), in place of the folder's.
        step_hours: length of a step in hours (divides 24, for a journey 24), in place of the folder's.

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
    shown: int = SHOWN,
) -> tuple[Scenario | None, list[Problem]]:
    """The same without raising ScenarioError: the scenario, or None, and all problems and notes by file and line.

    Of one kind in one column ``shown`` problems are listed, and the rest is counted.
    """
    path, missing = find_folder(folder)
    if path is None:
        return None, missing
    draft, problems = _read_draft(path, {"as_of": as_of, "days": days, "step_hours": step_hours}, shown)
    problems = in_order([*problems, *run_checks(draft, shown=shown)])
    if any(problem.severity == "problem" for problem in problems):
        return None, problems
    settings = Settings(**draft.values)  # type: ignore[arg-type]
    rules = dict(draft.rules)
    return Scenario(path.name, settings, draft.parameters, draft.tables, rules, tuple(problems)), problems


def shipped() -> list[str]:
    """Names of the scenarios that come with the package."""
    return sorted(one.name for one in shipped_folder().iterdir() if (one / SETTINGS_FILE).is_file())


def shipped_folder() -> Path:
    """Where the scenarios that come with the package lie."""
    return Path(str(files("saferground") / "scenarios"))


# --- the folder ----------------------------------------------------------------------------------------------------


def find_folder(folder: str | Path) -> tuple[Path | None, list[Problem]]:
    """The path of a folder or of a shipped scenario, or the one problem that there is none."""
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
        return shipped_folder() / name, []
    return None, [_no_folder(name)]


def _no_folder(name: str) -> Problem:
    meant = closest(name, shipped())
    do = f"Did you mean {meant!r}? " if meant else "Check the path, or write a new folder with `saferground new`. "
    expected = f"a scenario folder, or a shipped scenario ({listed(shipped()) or 'there is none'})"
    return Problem(name[:200], 0, "", "no such folder", expected, do.strip())


def _read_draft(folder: Path, changes: Mapping[str, Any], shown: int) -> tuple[Draft, list[Problem]]:
    path = _settings_path(folder)
    content, lines, problems = read_toml(path) if path else (None, {}, [])
    described = schema(_likely_model(folder) if content is None else model_of(content))
    found, about_files = _find_files(folder, described)
    reads = {table: _read_file(found.get(table), described, table, shown) for table in described.tables}
    name = path.name if path else SETTINGS_FILE
    sections, about_sections = _read_sections(described, name, content, lines)
    parameters, about_priors = read_priors(described, name, content or {}, lines)
    about_settings = [*problems, *about_sections, *about_priors]
    spoilt = {(one.file, one.line, one.column) for one in about_settings}
    draft = Draft(
        schema=described,
        values=changed_values(sections["scenario"], **changes),
        rules=sections.get("rules", {}),
        parameters=parameters,
        tables=resolve_published({table: read.frame for table, read in reads.items()}),
        unusable=frozenset(table for table, read in reads.items() if not read.usable),
        files={table: path.name for table, path in found.items()},
        lines=lines,
        spoilt=frozenset(spoilt.union(*(read.spoilt for read in reads.values()))),
    )
    return draft, [*about_files, *about_settings, *(problem for read in reads.values() for problem in read.problems)]


def _read_sections(
    described: Schema, file: str, content: dict[str, Any] | None, lines: dict[tuple[str, ...], int]
) -> tuple[dict[str, dict[str, Value]], list[Problem]]:
    """Values by section, none where there is no file, and every problem with a section or a key."""
    if content is None:
        return {"scenario": {"model": described.model}}, []
    sections, problems = read_sections(described, file, content, lines)
    values = {name: section.values for name, section in sections.items()}
    return values, [*problems, *(problem for section in sections.values() for problem in section.problems)]


def _settings_path(folder: Path) -> Path | None:
    """Where the settings lie; a misspelt name counts, and ``_find_files`` reports it."""
    if SETTINGS_FILE in _names(folder):
        return folder / SETTINGS_FILE
    return next((path for path in _entries(folder) if _may_be_read(path) and _like(path.name, [SETTINGS_FILE])), None)


def _likely_model(folder: Path) -> str:
    """The model with most of its tables in the folder, where no settings say which it is."""
    present = _names(folder)
    return max(MODELS, key=lambda model: len(present.intersection(_table_files(schema(model)))))


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.is_dir())


def _may_be_read(path: Path) -> bool:
    return path.suffix.lower() in (".csv", ".toml")


def _like(name: str, known: Iterable[str]) -> str:
    return closest(name, known, cutoff=0.75)


def _find_files(folder: Path, described: Schema) -> tuple[dict[str, Path], list[Problem]]:
    """The path of each table and of the settings, misspelt ones included; unknown and missing files are problems."""
    files = {SETTINGS_FILE: SETTINGS_FILE, **_table_files(described)}
    found = {files[name]: folder / name for name in _names(folder).intersection(files)}
    problems = []
    for path in _entries(folder):
        if path.name not in files and not is_welcome(path.name):
            missing = [one for one in files if files[one] not in found]
            elsewhere = "" if path.stem in described.tables else other_model(path.stem)
            meant = "" if elsewhere else _like(path.name, missing)
            problems.append(_unknown_file(described, path.name, meant, elsewhere))
            if meant and _may_be_read(path):
                found[files[meant]] = path
    required = (SETTINGS_FILE, *described.required_tables)
    return found, problems + [_missing_file(described, name) for name in required if name not in found]


def is_welcome(name: str) -> bool:
    """Whether a file that is not read may lie in a folder: a description, or what a program leaves behind."""
    return any(fnmatch(name.lower(), pattern) for pattern in _WELCOME)


def _table_files(described: Schema) -> dict[str, str]:
    return {f"{table}.csv": table for table in described.tables}


def _unknown_file(described: Schema, name: str, meant: str, elsewhere: str) -> Problem:
    if Path(name).suffix.lower() in (".xlsx", ".xls", ".ods", ".numbers"):
        do = "Save each sheet as a CSV UTF-8 file with the name of its table, and move the workbook elsewhere."
    elif meant:
        do = f"Rename it to {meant!r}."
    else:
        do = elsewhere or did_you_mean(name, [SETTINGS_FILE, *_table_files(described)])
        do += "Rename it or move it out of the folder; notes go into *.md."
    expected = f"{SETTINGS_FILE} and tables: {listed(described.tables, limit=20)}"
    return Problem(name, 0, "", "an unknown file", expected, do)


def _missing_file(described: Schema, name: str) -> Problem:
    if name == SETTINGS_FILE:
        file, columns = SETTINGS_FILE, "the section [scenario]"
    else:
        file, columns = f"{name}.csv", f"the columns {listed(described.names(name), limit=6)}"
    do = f"Add it, with {columns}; `saferground new` writes an example."
    return Problem(file, 0, "", "no such file", "a file that every scenario needs", do)


def _read_file(path: Path | None, described: Schema, table: str, shown: int) -> Read:
    if path is None:
        return Read(empty_table(described.columns[table]), [], usable=table not in described.required_tables)
    return read_table(path, described, table, shown)
