"""A budget spent well, from a scenario to a folder with the plan that was found and the ones that lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from saferground import __version__
from saferground.errors import RunError, UsageError
from saferground.exchange import write_csv
from saferground.exchange.plans import search_tables
from saferground.model.build import build_siege
from saferground.planning.plans.budget import Budget, weekly_budget
from saferground.planning.plans.compare import grown
from saferground.planning.plans.outcomes import NAMES
from saferground.planning.plans.search import TRIES, Found, search
from saferground.runs.background import Note, waited
from saferground.runs.check import check_folder
from saferground.runs.compare import records
from saferground.scenario import Scenario
from saferground.scenario.plans import united
from saferground.scenario.plans.write import plan_toml
from saferground.storage import run_folder

INFO = "search.json"
PHASES = ("read", "fit", "simulate", "search", "tables", "finish")
Tell = Callable[[str, int, float], None]
"""Called with one of ``PHASES``, how much of it is done, and while searching the best change so far."""


@dataclass(frozen=True)
class SearchOrder:
    """How many units to spread over the sites, week by week, and for which outcome.

    ``kinds`` chooses among the kinds of resource (none: all at sites, and camp places); ``careful`` below 1 looks only
    at that share of the worst futures.
    """

    folder: str | Path
    units: int
    outcome: str = NAMES[0]
    kinds: tuple[str, ...] = ()
    careful: float = 1.0
    as_of: date | str | None = None
    days: int | None = None
    members: int = 500
    seed: int = 1
    tries: int = TRIES
    out: str | Path | None = None
    learn: bool = True


@dataclass(frozen=True, eq=False)
class SearchBrief:
    """What a reader sees first of a search whose results now stand in ``folder``."""

    found: Found
    scenario: Scenario
    members: int
    seed: int
    doubts: tuple[str, ...]
    folder: str = ""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, ``ok`` first."""
        budget = self.found.budget
        return {
            "ok": True, "folder": self.folder, "seconds": self.seconds, "scenario": self.scenario.name,
            "as_of": self.scenario.settings.as_of.isoformat(), "members": self.members, "seed": self.seed,
            "doubts": list(self.doubts), "budget": budget.title, "limit": budget.limit, "outcome": budget.outcome,
            "careful": budget.careful, "tried": len(self.found.tried), "held_out": records(self.found.table()),
            "allocations": {
                plan.name: {one.name: int(n) for one, n in zip(budget.options, counts, strict=True) if n}
                for plan, counts in zip(self.found.plans, self.found.counts, strict=True)
            },
        }  # fmt: skip


def silent(phase: str, done: int, best: float) -> None:
    """Tells nobody."""


def run_search(order: SearchOrder, tell: Tell = silent) -> SearchBrief:
    """Read, fit, search, and write the folder; return what a reader sees first.

    The folder holds ``search.json``, ``plans/*.toml`` (the plan that was found, and the greedy and proportional ones,
    to be compared or changed by hand) and ``tables/*.csv``; it is complete or not there.

    Raises
    ------
    ScenarioError
        The scenario has problems; all of them.
    UsageError
        An argument cannot be used, or the library of the search is missing.
    RunError
        The folder cannot be written, or something else stands in its place.
    """
    started = datetime.now(UTC)
    tell("read", 0, 0.0)
    scenario = check_folder(order.folder, as_of=order.as_of, days=order.days).good()
    base, budget = _budget(scenario, order)
    out = Path(order.out) if order.out is not None else default_folder(scenario, order.seed)
    with run_folder(out, INFO, "a folder of a search") as folder:
        brief = _searched(base, budget, order, tell)
        tell("tables", 0, 0.0)
        _write(brief, folder)
        seconds = round((datetime.now(UTC) - started).total_seconds(), 1)
        _write_info(brief, folder, started, seconds)
        tell("finish", 0, 0.0)
    return replace(brief, folder=str(out), seconds=seconds)


def default_folder(scenario: Scenario, seed: int) -> Path:
    """Where a search goes when nobody says."""
    return Path("runs") / f"search-{scenario.name}-{scenario.settings.as_of}-seed{seed}"


def _budget(scenario: Scenario, order: SearchOrder) -> tuple[Scenario, Budget]:
    """The united scenario and the budget. Raises UsageError where an argument cannot be used."""
    if scenario.settings.model != "siege":
        raise UsageError(f"got {scenario.name}, a journey; expected a siege: only sieges have sites. Choose another.")
    if order.outcome not in NAMES:
        raise UsageError(f"outcome: got {order.outcome!r}; expected one of {', '.join(NAMES)}. Choose one of these.")
    if order.units < 1 or not 0.0 < order.careful <= 1.0:
        got = f"units={order.units}, careful={order.careful}"
        raise UsageError(f"got {got}; expected units >= 1 and careful above 0, at most 1. Change them.")
    base = united(scenario, ())
    budget = weekly_budget(base, order.units, order.outcome, kinds=order.kinds, careful=order.careful)
    if not budget.options:
        raise UsageError(f"kinds: got {', '.join(order.kinds)}; expected kinds that the scenario has. Leave it out.")
    return base, budget


def _searched(base: Scenario, budget: Budget, order: SearchOrder, tell: Tell) -> SearchBrief:
    best = [0.0]

    def say(what: str, done: int) -> None:
        tell({"fit": "fit", "search": "search"}.get(what, "simulate"), done, best[0])

    def work(note: Note) -> SearchBrief:
        start, doubts = grown(build_siege(base), order.members, order.seed, order.learn, None, note)

        def told(tried: int, least: float) -> None:
            best[0] = least
            note("search", tried)

        found = search(base, start, budget, order.seed, tries=order.tries, told=told)
        return SearchBrief(found, base, order.members, order.seed, doubts)

    return waited(work, say)


def _write(brief: SearchBrief, folder: Path) -> None:
    try:
        (folder / "plans").mkdir()
        for one in brief.found.plans:
            (folder / "plans" / one.file).write_text(plan_toml(one), encoding="utf-8", newline="\n")
        write_csv(search_tables(brief.found, brief.scenario), folder / "tables")
    except OSError as error:
        do = "Free some space or choose another --out."
        raise RunError(f"The search cannot be written: {error}. {do}") from error


def _write_info(brief: SearchBrief, folder: Path, started: datetime, seconds: float) -> None:
    told = {key: value for key, value in brief.as_dict().items() if key not in ("ok", "folder", "seconds")}
    told |= {"digest": brief.scenario.digest, "version": __version__}
    told |= {"started": started.isoformat(timespec="seconds"), "seconds": seconds}
    (folder / INFO).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
