"""From ``plans/*.toml`` to plans, or to every problem in them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from saferground.errors import Problem
from saferground.scenario.personal import NO_PERSONAL_DATA, is_personal
from saferground.scenario.plans.record import KINDS, OWN, SCHEMA, Change, Plan
from saferground.scenario.read import is_welcome
from saferground.scenario.settings import Lines, line_of, read_section, read_toml, toml_of
from saferground.scenario.wording import closest, did_you_mean, listed, quoted

FOLDER = "plans"
_MOST_UNKNOWN = 50
"""How many unknown sections are listed; the others show once these are put right."""


def plan_paths(folder: Path) -> list[Path]:
    """The plan files of a scenario folder, by name; none where the folder may not be opened (see ``stray_files``)."""
    try:
        return [path for path in _files(folder / FOLDER) if _is_plan(path)]
    except PermissionError:
        return []


def stray_files(folder: Path) -> list[Problem]:
    """Files beside the plans that are neither plans nor notes, and a folder of plans under another name."""
    try:
        others = [path for path in _files(folder / FOLDER) if not _is_plan(path) and not is_welcome(path.name)]
        return [*map(_stray, others), *map(_misnamed, _folders_like_plans(folder))]
    except PermissionError:
        do = "Check its permissions."
        return [Problem(f"{FOLDER}/", 0, "", "a folder that may not be opened", "a folder of plans", do)]


def _files(home: Path) -> list[Path]:
    return sorted(path for path in home.iterdir() if not path.is_dir()) if home.is_dir() else []


def _is_plan(path: Path) -> bool:
    return path.suffix.lower() == ".toml" and not is_welcome(path.name)


def _folders_like_plans(folder: Path) -> list[Path]:
    if (folder / FOLDER).is_dir():
        return []
    homes = [path for path in folder.iterdir() if path.is_dir() and closest(path.name, [FOLDER], cutoff=0.75)]
    return sorted(home for home in homes if any(_is_plan(path) for path in _files(home)))


def read_plan(path: Path) -> tuple[Plan | None, list[Problem]]:
    """One plan file: the plan, or None where it cannot be used; and every problem in it. Never raises for the file."""
    file = f"{FOLDER}/{path.name}" if path.parent.name == FOLDER else path.name
    return _of_content(path.stem, file, *read_toml(path))


def plan_from_text(name: str, text: str) -> tuple[Plan | None, list[Problem]]:
    """The same from the text of the file ``plans/NAME.toml``, whether there is such a file or not."""
    return _of_content(name, f"{FOLDER}/{name}.toml", *toml_of(text, f"{name}.toml"))


def plan_from_cells(
    name: str, own: Mapping[str, Any], changes: Sequence[tuple[str, Mapping[str, Any]]]
) -> tuple[Plan | None, list[Problem]]:
    """The same from keys and values: those of the plan itself, and of each change with its kind.

    Values are as TOML gives them, or days as text; None, "" and [] are blank. The line of a problem is the number of
    the change, from 1; 0 is the plan itself.
    """
    by_kind: dict[str, list[dict[str, Any]]] = {}
    lines: dict[tuple[str, ...], int] = {}
    for number, (kind, values) in enumerate(changes, start=1):
        alike = by_kind.setdefault(kind, [])
        lines[kind, str(len(alike))] = number
        alike.append(_filled(values))
    return _of_content(name, f"{FOLDER}/{name}.toml", {**_filled(own), **by_kind}, lines, [])


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _of_content(
    name: str, file: str, content: dict[str, Any] | None, lines: Lines, problems: list[Problem]
) -> tuple[Plan | None, list[Problem]]:
    problems = [replace(one, file=file) for one in problems]
    if content is None:
        return None, problems
    own = {key: value for key, value in content.items() if _is_own(key, value)}
    section = read_section(SCHEMA, file, own, OWN, (), lines)
    problems += [_moved(one) for one in section.problems]
    unknown = [key for key in content if key not in own and key not in KINDS][:_MOST_UNKNOWN]
    problems += [_unknown(file, key, lines) for key in unknown]
    read = [_read_changes(file, kind, content.get(kind, []), lines) for kind in KINDS]
    changes = [change for found, _ in read for change in found]
    problems += [problem for _, found in read for problem in found]
    if not changes and not problems:
        problems.append(_nothing(file))
    if any(one.severity == "problem" for one in problems):
        return None, problems
    changes.sort(key=lambda one: one.line)
    return Plan(name, file, changes=tuple(changes), **section.values), problems  # type: ignore[arg-type]


def _is_own(name: str, value: object) -> bool:
    """Whether a key stands at the top of the file for the plan itself."""
    return name in SCHEMA.names(OWN) or (name not in KINDS and not isinstance(value, list | dict))


def _read_changes(file: str, kind: str, given: object, lines: Lines) -> tuple[list[Change], list[Problem]]:
    """The changes of one kind, ``[[kind]]`` each."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return [], [_not_a_list(file, kind, given, lines)]
    changes, problems = [], []
    for i, one in enumerate(given):
        path = (kind, str(i))
        read = read_section(SCHEMA, file, one, f"plan_{kind}", path, lines)
        problems += [_moved(replace(p, column=p.column.replace(f"{kind}.{i}.", f"{kind}.", 1))) for p in read.problems]
        if not read.problems:
            changes.append(Change(kind, read.values, line_of(lines, path)))
    return changes, problems


def read_plans(paths: Sequence[Path]) -> tuple[list[Plan], list[Problem]]:
    """Several plan files: those that can be used, and every problem in all of them."""
    read = [read_plan(path) for path in paths]
    return [plan for plan, _ in read if plan is not None], [problem for _, found in read for problem in found]


# --- problems ------------------------------------------------------------------------------------------------------


def _moved(problem: Problem) -> Problem:
    """Where a key stands in the wrong part of the file, the advice to move it."""
    _, _, key = problem.column.rpartition(".")
    if not problem.got.startswith("an unknown key"):
        return problem
    if "." in problem.column and key in SCHEMA.names(OWN):
        return replace(problem, do="Move it to the top of the file, above the first line in double brackets.")
    homes = [kind for kind in KINDS if key in SCHEMA.names(f"plan_{kind}")]
    if "." not in problem.column and homes:
        return replace(problem, do=f"Move it below the line [[{']] or [['.join(homes)}]] of its change.")
    return problem


def _not_a_list(file: str, kind: str, given: object, lines: Lines) -> Problem:
    got = f"[{kind}], a section that can stand only once" if isinstance(given, dict) else "a value"
    line = min((line for path, line in lines.items() if path[0] == kind), default=0)
    do = f"Write [[{kind}]] on a line of its own for each change, and its keys below it."
    return Problem(file, line, kind, got, f"[[{kind}]]", do)


def _unknown(file: str, name: str, lines: Lines) -> Problem:
    do = NO_PERSONAL_DATA if is_personal(name) else f"{did_you_mean(name, KINDS)}Rename or delete it."
    expected = f"changes [[{']], [['.join(KINDS)}]]"
    return Problem(file, line_of(lines, (name,)), name[:60], f"an unknown section {quoted(name)}", expected, do)


def _nothing(file: str) -> Problem:
    do = "Add at least one, such as [[camps]]; the reference page on plans lists the keys of each."
    return Problem(file, 0, "", "a plan without changes", f"changes: {listed(KINDS)}", do)


def _stray(path: Path) -> Problem:
    do = f"Rename it to {path.stem}.toml if it is a plan; else move it out of the folder. Notes go into *.md."
    return Problem(f"{FOLDER}/{path.name}", 0, "", "an unknown file", "plans as *.toml", do)


def _misnamed(home: Path) -> Problem:
    return Problem(f"{home.name}/", 0, "", "a folder with plans in it", f"{FOLDER}/", f"Rename it to {FOLDER}.")
