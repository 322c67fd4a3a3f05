"""One forecast from a scenario folder to a run folder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import xarray as xr
from xlsxwriter.exceptions import FileCreateError

from saferground.assimilation import LEAST, Posterior, can_learn, fit
from saferground.errors import RunError
from saferground.exchange import tables, write_csv, write_xlsx
from saferground.forecasting import forecast
from saferground.model import Journey, Model, build_model
from saferground.planning import needs, standards_for, summaries, totals
from saferground.planning.journey.views import is_journey
from saferground.reporting.render import page_of, render
from saferground.reporting.stored import PAGE, write_page
from saferground.runs.background import Note, waited
from saferground.runs.brief import Brief, brief_of
from saferground.runs.check import check_folder
from saferground.runs.fits import Fits
from saferground.runs.journey import JourneyBrief, journey_brief_of
from saferground.scenario import Scenario
from saferground.storage import run_folder, write_forecast, write_info

PHASES = ("read", "build", "compile", "fit", "simulate", "needs", "tables", "report", "store", "finish")
REPORT = "report.html"


class Tell(Protocol):
    """Called as each of ``PHASES`` begins, in ``fit`` with the share of the days done (%), and in ``simulate`` with the
    number of members just done.

    Always on the thread that runs the forecast. Once ``finish`` was told, what follows takes milliseconds and puts
    the finished folder in place.
    """

    def __call__(self, phase: str, done: int = 0) -> None:
        """``phase`` begins, or ``done`` more members are done."""


@dataclass(frozen=True)
class Order:
    """What to forecast. What is None comes from the scenario; ``out`` is then ``runs/NAME-AS_OF-seedSEED``.

    With ``learn`` the model is fitted first to the counts known at the as-of date, where there are any that it can be
    held against.
    """

    folder: str | Path
    as_of: date | str | None = None
    days: int | None = None
    step_hours: int | None = None
    members: int = 1000
    seed: int = 1
    out: str | Path | None = None
    learn: bool = True


def silent(phase: str, done: int = 0) -> None:
    """Tells nobody."""


def run_forecast(order: Order, tell: Tell = silent, fits: Fits | None = None) -> Brief | JourneyBrief:
    """Read, build, fit, simulate, work out needs, and write the run folder; return what a reader sees first.

    The folder holds ``run.json``, ``forecast.zarr``, ``tables/*.csv``, ``tables.xlsx``, ``report.html`` and the same
    page as a record, ``page.json``. It is complete or not there; whatever ends the run early, KeyboardInterrupt
    included, leaves nothing behind. The same scenario, seed and version give the same bytes, the clock times in
    ``run.json`` apart. ``fits`` are those of earlier forecasts to go on from, which saves time and changes nothing.

    Raises
    ------
    ScenarioError
        The folder has problems; all of them.
    UsageError
        A setting of the order cannot be used.
    RunError
        The run folder cannot be written, or something else stands in its place.
    """
    started = datetime.now(UTC)
    tell("read")
    check = check_folder(order.folder, as_of=order.as_of, days=order.days, step_hours=order.step_hours)
    scenario = check.good()
    out = Path(order.out) if order.out is not None else default_folder(scenario, order.seed)
    with run_folder(out) as folder:
        tell("build")
        ahead = _simulated(build_model(scenario), order, tell, fits)
        with _disk_errors(out):
            brief = _write(ahead, scenario, folder, tell)
            info = write_info(ahead, folder, started=started)
        tell("finish")
    return brief.at(out, info["seconds"])


def default_folder(scenario: Scenario, seed: int) -> Path:
    """Where a run goes when nobody says."""
    return Path("runs") / f"{scenario.name}-{scenario.settings.as_of}-seed{seed}"


def _write(ahead: xr.Dataset, scenario: Scenario, folder: Path, tell: Tell) -> Brief | JourneyBrief:
    """Everything of the run folder but run.json.

    The forecast is compressed on a thread of its own meanwhile; leaving the block waits for it, also when something
    went wrong, so that nothing is written into a folder that is being removed.
    """
    with ThreadPoolExecutor(1) as beside:
        stored = beside.submit(write_forecast, ahead, folder)
        days = totals(ahead)
        _write_products(days, scenario, folder, tell)
        tell("store")
        stored.result()
    return journey_brief_of(days, scenario) if is_journey(days) else brief_of(days, scenario)


def _write_products(days: xr.Dataset, scenario: Scenario, folder: Path, tell: Tell) -> None:
    tell("needs")
    needed = needs(days, standards_for(scenario))
    tell("tables")
    summary = None if is_journey(days) else summaries(days)
    made = tables(days, needed, scenario, summary=summary)
    write_csv(made, folder / "tables")
    write_xlsx(made, folder / "tables.xlsx")
    tell("report")
    page = page_of(days, needed, scenario, summary)
    (folder / REPORT).write_text(render(page), encoding="utf-8", newline="\n")
    write_page(page, folder / PAGE)


@contextmanager
def _disk_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, FileCreateError) as error:
        do = "Free some space or choose another --out."
        raise RunError(f"{out} cannot be written: {error}. {do}") from error


def _simulated(model: Model | Journey, order: Order, tell: Tell, fits: Fits | None) -> xr.Dataset:
    """The forecast, made on another thread, so that Ctrl-C is heard at once even while the kernel compiles."""
    tell("compile")
    return waited(lambda note: _forecast(model, order, note, fits), tell)


def _forecast(model: Model | Journey, order: Order, note: Note, fits: Fits | None) -> xr.Dataset:
    basis: Model | Journey | Posterior = model
    if order.learn and can_learn(model):
        learn = fits.fit if fits else partial(fit, checkpoints=False)
        members = max(order.members, LEAST)
        basis = learn(model, members, order.seed, progress=lambda day, days: note("fit", day * 100 // days))
    return forecast(basis, order.members, order.seed, progress=lambda done: note("simulate", done))
