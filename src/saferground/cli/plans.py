"""Plans on the screen: progress while they are compared, then what each changes and what one more buys."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from saferground.cli.parts import table_of
from saferground.planning.plans.compare import BASELINE
from saferground.planning.plans.differences import SURE, difference_table, outcome_table
from saferground.planning.plans.outcomes import OUTCOMES
from saferground.planning.plans.search import Found
from saferground.reporting.plans.words import outcome_name, signed
from saferground.reporting.words import about, long_day, percent, short_day
from saferground.runs.compare import PlanBrief
from saferground.runs.search import SearchBrief

WIDTH = 120
SHOWN = 5
WORDS = {
    "read": "Reading the scenario and its plans",
    "fit": "Learning from the counts",
    "simulate": "Simulating each plan",
    "one more": "Running again with one more of each",
    "search": "Searching",
    "tables": "Writing the tables",
    "report": "Writing the page",
    "finish": "Finishing",
}


@contextmanager
def plan_progress(shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A line on stderr that says what goes on, how far it is and how long it will take."""
    if not shown:
        yield lambda phase, done, of: None
        return
    text = SpinnerColumn(), TextColumn("{task.description}")
    columns = *text, BarColumn(24), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True, markup=False), transient=True) as lines:
        line = lines.add_task(WORDS["read"], total=None)

        def show(phase: str, done: int, of: int) -> None:
            if lines.tasks[0].description != WORDS[phase]:
                lines.reset(line, description=WORDS[phase], total=of or None)
            lines.update(line, completed=done, total=of or None)

        yield show


def show_plans(brief: PlanBrief) -> None:
    """Print what each plan changes, what one more of each buys, and where everything is."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)
    compared, settings = brief.comparison, brief.comparison.united.settings
    console.print(
        f"{settings.title}\n{len(compared.arms) - 1} plans, as of {long_day(settings.as_of)}, to "
        f"{long_day(settings.end)}; {compared.trunk.members:,} members, seed {compared.trunk.seed}"
    )
    console.print()
    console.print(_as_it_is(outcome_table(compared)))
    console.print()
    console.print(_changes(difference_table(compared)))
    if len(brief.marginal):
        console.print()
        console.print(_one_more(brief.marginal))
    console.print(f"\nFolder ({brief.seconds:.0f} s): {brief.folder}", soft_wrap=True)
    console.print(f"Page: {brief.folder}/plans.html", soft_wrap=True)


@contextmanager
def search_progress(shown: bool) -> Iterator[Callable[[str, int, float], None]]:
    """A line on stderr that says what goes on, how many allocations were judged and the best change so far."""
    if not shown:
        yield lambda phase, done, best: None
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True, markup=False), transient=True) as lines:
        line = lines.add_task(WORDS["read"], total=None)

        def show(phase: str, done: int, best: float) -> None:
            told = f": {done:,} allocations judged, best change {signed(best)}" if phase == "search" else ""
            lines.update(line, description=WORDS[phase] + told)

        yield show


def show_search(brief: SearchBrief) -> None:
    """Print how each plan did on the held-out futures, what the searched one consists of, and where everything is."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)
    found, budget = brief.found, brief.found.budget
    unit = next(one.unit for one in OUTCOMES if one.name == budget.outcome)
    heading = (
        f"{budget.title}, {outcome_name(budget.outcome).lower()} [{unit}], on {brief.members // 2} futures held out"
    )
    table = table_of(heading, "mean change", "better in", "lost to the searched one")
    for row in found.table().to_dict("records"):
        behind = f"{about(row['behind'])} (standard error {about(row['behind_error'])})"
        table.add_row(row["plan"], signed(row["mean"]), percent(row["better"]), behind)
    console.print(table)
    console.print()
    console.print(_allocation(found))
    console.print(
        f"\n{len(found.tried):,} allocations were judged. Folder ({brief.seconds:.0f} s): {brief.folder}",
        soft_wrap=True,
    )
    console.print(f"Plan: {brief.folder}/plans/{found.plans[-1].file}", soft_wrap=True)


def _allocation(found: Found) -> Table:
    table = table_of("Searched", "units", "from", "until")
    for one, n in zip(found.budget.options, found.counts[-1], strict=True):
        if n:
            until = "the end" if one.until is None else short_day(one.until)
            table.add_row(f"{one.resource.unit} at {one.resource.place}", str(n), short_day(one.first), until)
    return table


def _as_it_is(outcomes: pd.DataFrame) -> Table:
    table = table_of("Without a plan", "", "median", "90 % range", "unit")
    for _, row in outcomes[outcomes["plan"].eq(BASELINE.name)].iterrows():
        between = f"{about(row['q05'])} to {about(row['q95'])}"
        table.add_row(outcome_name(row["outcome"]), about(row["q50"]), between, row["unit"])
    return table


def _changes(differences: pd.DataFrame) -> Table:
    """The mean change of each outcome, and in how many futures the plan is better or worse."""
    names = list(dict.fromkeys(differences["plan"]))
    table = table_of("What each plan changes (mean, where sure; better / worse in so many futures)", "", *names)
    for outcome in OUTCOMES:
        rows = differences[differences["outcome"].eq(outcome.name)].set_index("plan")
        cells = [_change(rows.loc[name]) for name in names]
        table.add_row(f"{outcome_name(outcome.name)} [{outcome.unit}]", *cells)
    return table


def _change(row: pd.Series) -> str:
    mean = signed(row["mean"]) if abs(row["mean"]) > SURE * row["error"] else "unsure"
    return f"{mean} ({percent(row['better'])} / {percent(row['worse'])})"


def _one_more(marginal: pd.DataFrame) -> Table:
    """The resources of which one more saves most waiting as it is, without a plan."""
    rows = marginal[marginal["plan"].eq(BASELINE.name) & marginal["outcome"].eq(OUTCOMES[0].name)]
    best = rows[rows["mean"] < -SURE * rows["error"]].nsmallest(SHOWN, "mean")
    table = table_of("One more of which saves most waiting, without a plan", "", "place", "person-hours", "better in")
    for _, row in best.iterrows():
        table.add_row(row["unit"], row["place"], signed(row["mean"]), percent(row["better"]))
    return table
