"""Plans of one scenario compared, from their files to a folder of tables and a page."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from saferground import __version__
from saferground.errors import Problem, RunError, ScenarioError
from saferground.exchange import write_csv, write_xlsx
from saferground.exchange.plans import plan_tables
from saferground.planning.plans.compare import BASELINE, Comparison, plan
from saferground.planning.plans.differences import difference_table, passage_table, regret_table
from saferground.planning.plans.marginal import MEMBERS, marginal_table, runs_needed
from saferground.reporting.plans.page import plan_page
from saferground.reporting.sheet import write_sheet
from saferground.reporting.stored import PAGE, write_page
from saferground.runs.background import waited
from saferground.runs.check import check_folder
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan, plan_paths, read_plans, stray_files
from saferground.scenario.read import find_folder
from saferground.storage import run_folder

INFO = "plans.json"
PHASES = ("read", "fit", "simulate", "one more", "tables", "report", "finish")
Tell = Callable[[str, int, int], None]
"""Called with one of ``PHASES``, how much of it is done, and how much there is to do (0: not known)."""


@dataclass(frozen=True)
class PlanOrder:
    """What to compare. ``plans`` are names of files in the folder's ``plans``, or paths; none: all of them.

    ``marginal``: also run again with one more of each resource, for the scenario as it is and for each plan.
    """

    folder: str | Path
    plans: tuple[str | Path, ...] = ()
    as_of: date | str | None = None
    days: int | None = None
    members: int = 500
    seed: int = 1
    out: str | Path | None = None
    learn: bool = True
    marginal: bool = True


@dataclass(frozen=True, eq=False)
class PlanBrief:
    """What a reader sees first of a comparison that now stands in ``folder``."""

    comparison: Comparison
    marginal: pd.DataFrame
    folder: str = ""
    seconds: float = 0.0

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the fit that it rests on should not be trusted."""
        return self.comparison.doubts

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, ``ok`` first; missing values are None."""
        compared, settings = self.comparison, self.comparison.united.settings
        tables = {
            "differences": difference_table(compared), "regret": regret_table(compared),
            "passage": passage_table(compared), "marginal": self.marginal,
        }  # fmt: skip
        return {
            "ok": True, "folder": self.folder, "seconds": self.seconds, "scenario": compared.united.name,
            "as_of": settings.as_of.isoformat(), "last": settings.end.isoformat(), "members": compared.trunk.members,
            "seed": compared.trunk.seed, "doubts": list(self.doubts),
            "plans": [_about(arm.plan) for arm in compared.arms],
            **{name: records(table) for name, table in tables.items()},
        }  # fmt: skip


def _about(one: Plan) -> dict[str, Any]:
    return {"name": one.name, "title": one.title, "note": one.note, "cost": one.cost, "currency": one.currency}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as plain data; missing numbers are None."""
    rows = table.to_dict("records")
    return [{str(k): None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()} for row in rows]


def silent(phase: str, done: int, of: int) -> None:
    """Tells nobody."""


def run_compare(order: PlanOrder, tell: Tell = silent) -> PlanBrief:
    """Read, check, compare, and write the folder; return what a reader sees first.

    The folder holds ``plans.json``, ``tables/*.csv``, ``tables.xlsx``, ``plans.html`` and the same page as a record,
    ``page.json``; it is complete or not there.
    The same scenario, plans and seed give the same files, the clock times in ``plans.json`` apart.

    Raises
    ------
    ScenarioError
        The scenario or a plan has problems; all of them.
    UsageError
        An argument cannot be used.
    RunError
        The folder cannot be written, or something else stands in its place.
    """
    started = datetime.now(UTC)
    tell("read", 0, 0)
    scenario = check_folder(order.folder, as_of=order.as_of, days=order.days).good()
    plans = chosen_plans(order.folder, order.plans)
    out = Path(order.out) if order.out is not None else default_folder(scenario, order.seed)
    with run_folder(out, INFO, "a folder of compared plans") as folder:
        compared = _compared(scenario, plans, order, tell)
        marginal = _marginal(compared, order, tell)
        brief = PlanBrief(compared, marginal)
        _write(brief, folder, tell)
        seconds = round((datetime.now(UTC) - started).total_seconds(), 1)
        _write_info(brief, folder, started, seconds)
        tell("finish", 0, 0)
    return replace(brief, folder=str(out), seconds=seconds)


def default_folder(scenario: Scenario, seed: int) -> Path:
    """Where a comparison goes when nobody says."""
    return Path("runs") / f"plans-{scenario.name}-{scenario.settings.as_of}-seed{seed}"


def chosen_plans(folder: str | Path, names: tuple[str | Path, ...]) -> list[Plan]:
    """The plans of these names or paths, or all of the scenario's. Raises ScenarioError with every problem."""
    home, problems = find_folder(folder)
    known = {path.stem: path for path in (plan_paths(home) if home else [])}
    paths = list(known.values()) if not names else [known.get(str(name), Path(name)) for name in names]
    missing = [_no_plan(str(name), list(known)) for name, path in zip(names, paths, strict=False) if not path.is_file()]
    plans, found = read_plans([path for path in paths if path.is_file()])
    if home and not names:
        missing += stray_files(home)
    problems = [*problems, *missing, *(one for one in found if one.severity == "problem")]
    problems += [_reserved(path) for path in paths if path.stem == BASELINE.name]
    if not paths:
        problems.append(_none(str(folder)))
    if problems:
        raise ScenarioError(problems)
    return plans


def _no_plan(name: str, known: list[str]) -> Problem:
    expected = f"a plan of the scenario ({', '.join(known) or 'there is none'}) or a TOML file"
    return Problem(name, 0, "", "no such plan", expected, "Check the name.")


def _reserved(path: Path) -> Problem:
    do = "Rename the file."
    return Problem(path.name, 0, "", "a plan called baseline", "another name: this one means no plan", do)


def _none(folder: str) -> Problem:
    do = "Write one into its folder plans/, or name a file; docs/howto/write-a-plan.md shows how."
    return Problem(folder, 0, "", "a scenario without plans", "at least one plan", do)


def _compared(scenario: Scenario, plans: list[Plan], order: PlanOrder, tell: Tell) -> Comparison:
    done = {"runs": 0, "members": 0}
    of = order.members * (len(plans) + 1)

    def say(what: str, members: int) -> None:
        if what == "fit":
            tell("fit", members, 100)
        else:
            done["members"] += members
            tell("simulate", done["members"], of)

    return waited(lambda note: plan(scenario, plans, order.members, order.seed, learn=order.learn, tell=note), say)


def _marginal(compared: Comparison, order: PlanOrder, tell: Tell) -> pd.DataFrame:
    arms = compared.arms if order.marginal else ()
    of, done = runs_needed(arms), [0]

    def say(what: str, runs: int) -> None:
        done[0] += runs
        tell("one more", done[0], of)

    members = min(MEMBERS, compared.trunk.members)
    if not arms:
        return marginal_table(compared, (), members=members)
    return waited(
        lambda note: marginal_table(compared, arms, members=members, progress=lambda runs: note("", runs)), say
    )


def _write(brief: PlanBrief, folder: Path, tell: Tell) -> None:
    try:
        tell("tables", 0, 0)
        made = plan_tables(brief.comparison, brief.marginal)
        write_csv(made, folder / "tables")
        write_xlsx(made, folder / "tables.xlsx")
        tell("report", 0, 0)
        page = plan_page(brief.comparison, brief.marginal)
        write_sheet(page, folder / "plans.html")
        write_page(page, folder / PAGE)
    except OSError as error:
        raise RunError(
            f"The comparison cannot be written: {error}. Free some space or choose another --out."
        ) from error


def _write_info(brief: PlanBrief, folder: Path, started: datetime, seconds: float) -> None:
    told = {key: value for key, value in brief.as_dict().items() if key not in ("ok", "folder", "seconds")}
    united = brief.comparison.united
    told |= {"sensitivity": united.settings.sensitivity, "digest": united.digest, "version": __version__}
    told |= {"started": started.isoformat(timespec="seconds"), "seconds": seconds}
    (folder / INFO).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
