"""Everything that can be said against a scenario folder before a run, as one record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from saferground.errors import Problem, ScenarioError
from saferground.planning import standards_for
from saferground.scenario import Scenario, check_scenario
from saferground.scenario.plans import Plan, plan_paths, plan_problems, read_plans, stray_files
from saferground.scenario.read import find_folder
from saferground.scenario.wording import many


@dataclass(frozen=True, eq=False)
class Check:
    """A folder that was read: its scenario, or the problems why there is none.

    ``scenario`` is None exactly when there are ``problems``; ``notes`` are about what was read anyway; ``summary``
    says in a dozen lines what a good folder holds and is empty otherwise.
    """

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    summary: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data: ``ok``, ``problems``, ``notes``, ``summary``."""
        return {
            "ok": self.scenario is not None,
            "problems": [problem.as_dict() for problem in self.problems],
            "notes": [note.as_dict() for note in self.notes],
            "summary": list(self.summary),
        }

    def good(self) -> Scenario:
        """The scenario. Raises ScenarioError with every problem when there is none."""
        if self.scenario is None:
            raise ScenarioError(list(self.problems))
        return self.scenario


def check_folder(
    folder: str | Path,
    *,
    as_of: date | str | None = None,
    days: int | None = None,
    step_hours: int | None = None,
    plans: bool = False,
) -> Check:
    """Read a scenario folder, or a shipped scenario by name, and check all of it, its standards included.

    ``plans``: its plans too; what is wrong with them is a note where ``as_of`` or ``days`` is another than theirs. The
    other arguments stand in place of the folder's settings, as in ``read_scenario``. Raises UsageError when one of them
    cannot be used; problems of the folder are returned, not raised.
    """
    scenario, found = check_scenario(folder, as_of=as_of, days=days, step_hours=step_hours)
    planned: list[Plan] = []
    if scenario is not None:
        found += _about_standards(scenario)
        if plans:
            planned, about = _about_plans(folder, scenario)
            found += about if (as_of, days) == (None, None) else [replace(one, severity="note") for one in about]
    notes = tuple(one for one in found if one.severity == "note")
    problems = tuple(one for one in found if one.severity == "problem")
    if scenario is None or problems:
        return Check(None, problems, notes, ())
    return Check(scenario, (), notes, (*scenario.summary(), *_told(planned)))


def _about_standards(scenario: Scenario) -> tuple[Problem, ...]:
    try:
        standards_for(scenario)
    except ScenarioError as error:
        return error.problems
    return ()


def _about_plans(folder: str | Path, scenario: Scenario) -> tuple[list[Plan], list[Problem]]:
    path, _ = find_folder(folder)
    if path is None:
        return [], []
    plans, problems = read_plans(plan_paths(path))
    return plans, [*stray_files(path), *problems, *plan_problems(scenario, plans)]


def _told(plans: list[Plan]) -> list[str]:
    """A line on the plans, where there are any."""
    return [f"{many(len(plans), 'plan')}: {'; '.join(plan.title for plan in plans)}"] if plans else []
