"""Scores on the screen: progress while they are worked out, then the means by lead."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from saferground.cli.parts import table_of
from saferground.forecasting.targets import PLACE, TOTAL
from saferground.reporting.scores.page import name_of
from saferground.reporting.words import NOTHING, about, percent
from saferground.runs.score import ScoreBrief

WIDTH = 110
WORDS = {
    "read": "Reading the scenarios",
    "score": "Forecasting from days in the past",
    "tables": "Writing the tables",
    "report": "Writing the page",
    "finish": "Finishing",
}
HEADINGS = {TOTAL: "Totals", PLACE: "Places"}


@contextmanager
def score_progress(shown: bool) -> Iterator[Callable[[str, int], None]]:
    """A line on stderr that says what goes on and how many forecasts are done."""
    if not shown:
        yield lambda phase, done: None
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True, markup=False), transient=True) as lines:
        line = lines.add_task(WORDS["read"], total=None)

        def show(phase: str, done: int) -> None:
            count = f", {done:,} done" if phase == "score" and done else ""
            lines.update(line, description=WORDS[phase] + count)

        yield show


def show_scores(brief: ScoreBrief) -> None:
    """Print the mean score of every forecaster by scenario and lead, then where everything is."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)
    console.print("Mean weighted interval score, people (lower is better); * best baseline after the fact")
    for what, heading in HEADINGS.items():
        rows = brief.scores.by_lead[brief.scores.by_lead["what"].eq(what)]
        if len(rows):
            console.print()
            console.print(_table(heading, rows))
    for line in _pooled(brief.scores.pooled):
        console.print(line)
    for note in brief.scores.notes:
        console.print(f"note: {note}", soft_wrap=True)
    console.print(f"\nScore folder ({brief.seconds:.0f} s): {brief.folder}", soft_wrap=True)
    console.print(f"Page: {brief.folder}/scores.html", soft_wrap=True)


def _table(heading: str, rows: pd.DataFrame) -> Table:
    names = list(dict.fromkeys(rows["forecaster"]))
    table = table_of(heading, "lead", "targets", *map(name_of, names))
    for (scenario, lead), group in rows.groupby(["scenario", "lead"], sort=False):
        by_name = group.set_index("forecaster")
        cells = [_cell(by_name, name) for name in names]
        table.add_row(str(scenario), str(lead), f"{by_name['targets'].max():,}", *cells)
    return table


def _cell(rows: pd.DataFrame, name: str) -> str:
    if name not in rows.index:
        return NOTHING
    return about(float(rows["wis"][name])) + (" *" if rows["best"][name] == name else "")


def _pooled(pooled: pd.DataFrame) -> Iterator[str]:
    """How the first forecaster did over all scenarios, one line a kind of series and lead."""
    if pooled.empty:
        return
    name = pooled["forecaster"].iloc[0]
    yield f"\nAll scenarios, {name_of(name)} against the best baseline of each:"
    for _, row in pooled[pooled["forecaster"].eq(name)].iterrows():
        low, high = row["skill_low"], row["skill_high"]
        between = "" if pd.isna(low) else f" (90 % {low:+.2f} to {high:+.2f})"
        yield (
            f"  {HEADINGS[row['what']].lower()}, lead {row['lead']}: skill {row['skill']:+.2f}{between}, "
            f"{percent(row['coverage_90'])} of {row['targets']:,} targets in its 90 % range"
        )
