"""What a run shows on a terminal while it works, on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, Task, TextColumn

Show = Callable[[str, int], None]
PHASES = {
    "start": "Starting",
    "read": "Reading the scenario",
    "build": "Building the model",
    "compile": "Getting the simulation ready (the first time it is compiled, up to half a minute)",
    "fit": "Learning from the counts",
    "simulate": "Simulating",
    "needs": "Working out needs",
    "tables": "Writing the tables",
    "report": "Writing the report",
    "store": "Writing the forecast",
    "finish": "Finishing",
}


@contextmanager
def progress(members: int, shown: bool) -> Iterator[Show]:
    """A line that says what goes on; while members run, a bar with their rate and the remaining time."""
    if not shown:
        yield lambda phase, done: None
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[rate]}")
    with Progress(*columns, console=Console(stderr=True, markup=False), transient=True) as lines:
        line = lines.add_task(PHASES["start"], total=None, rate="")

        def show(phase: str, done: int) -> None:
            if phase == "fit":
                lines.update(line, description=PHASES[phase], total=100, completed=done, rate=f"{done} % of the days")
            elif phase == "simulate":
                if lines.tasks[0].total != members:
                    lines.reset(line)
                lines.update(line, description=PHASES[phase], total=members, advance=done)
                lines.update(line, rate=_rate(lines.tasks[0]))
            else:
                lines.reset(line, description=PHASES[phase], total=None, rate="")

        yield show


def _rate(task: Task) -> str:
    done = f"{task.completed:,.0f} of {task.total or 0:,.0f} members"
    if not task.speed or task.time_remaining is None:
        return done
    return f"{done}, {task.speed:,.0f} a second, {timedelta(seconds=int(task.time_remaining))} left"
