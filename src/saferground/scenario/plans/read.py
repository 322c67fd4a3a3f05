"""From ``plans/*.toml`` to plans, or to every problem in them at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from saferground.errors import Problem
from saferground.scenario.plans.record import KINDS, OWN, SCHEMA, Change, Plan
from saferground.scenario.settings import Lines, line_of, read_section, read_toml
from saferground.scenario.wording import did_you_mean, listed, quoted

FOLDER = "plans"


def plan_paths(folder: Path) -> list[Path]:
    """The plan files of a scenario folder, by name."""
    home = folder / FOLDER
    return sorted(path for path in home.iterdir() if path.suffix == ".toml") if home.is_dir() else []


def read_plan(path: Path) -> tuple[Plan | None, list[Problem]]:
    """One plan file: the plan, or None where it cannot be used; and every problem in it. Never raises for the file."""
    content, lines, problems = read_toml(path)
    if content is None:
        return None, problems
    own = {key: value for key, value in content.items() if key not in KINDS and not isinstance(value, list | dict)}
    section = read_section(SCHEMA, path.name, own, OWN, (), lines)
    problems += section.problems
    problems += [_unknown(path.name, name, lines) for name in content if name not in own and name not in KINDS]
    changes = []
    for kind in KINDS:
        read, found = _read_changes(path.name, kind, content.get(kind, []), lines)
        changes += read
        problems += found
    if not changes and not problems:
        problems.append(_nothing(path.name))
    if any(one.severity == "problem" for one in problems):
        return None, problems
    changes.sort(key=lambda one: one.line)
    return Plan(path.stem, path.name, changes=tuple(changes), **section.values), problems  # type: ignore[arg-type]


def _read_changes(file: str, kind: str, given: object, lines: Lines) -> tuple[list[Change], list[Problem]]:
    """The changes of one kind, ``[[kind]]`` each."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        do = f"Write [[{kind}]] on a line of its own for each change, and its keys below it."
        return [], [Problem(file, line_of(lines, (kind,)), kind, "something else", f"[[{kind}]]", do)]
    changes, problems = [], []
    for i, one in enumerate(given):
        path = (kind, str(i))
        read = read_section(SCHEMA, file, one, f"plan_{kind}", path, lines)
        problems += read.problems
        if not read.problems:
            changes.append(Change(kind, read.values, line_of(lines, path)))
    return changes, problems


def _unknown(file: str, name: str, lines: Lines) -> Problem:
    do = f"{did_you_mean(name, KINDS)}Rename or delete it."
    expected = f"changes [[{']], [['.join(KINDS)}]]"
    return Problem(file, line_of(lines, (name,)), name, f"an unknown section {quoted(name)}", expected, do)


def _nothing(file: str) -> Problem:
    do = f"Add at least one, such as [[{KINDS[0]}]]; the reference page on plans lists the keys of each."
    return Problem(file, 0, "", "a plan without changes", f"changes: {listed(KINDS)}", do)


def read_plans(paths: Sequence[Path]) -> tuple[list[Plan], list[Problem]]:
    """Several plan files: those that can be used, and every problem in all of them."""
    read = [read_plan(path) for path in paths]
    return [plan for plan, _ in read if plan is not None], [problem for _, found in read for problem in found]
