"""Scores of one scenario or several, from their folders to a folder of tables and a page."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from multiprocessing.context import SpawnContext
from pathlib import Path
from queue import Empty
from typing import Any

import pandas as pd

from saferground import __version__
from saferground.errors import RunError, UsageError
from saferground.exchange import write_csv
from saferground.exchange.flee import import_flee
from saferground.exchange.scores import score_tables, strictest_class
from saferground.forecasting import Scores, score
from saferground.forecasting.baselines import Forecaster
from saferground.forecasting.rolling import MEMBERS, default_forecasters, together
from saferground.forecasting.targets import END, LEADS
from saferground.reporting.scores.page import score_page
from saferground.reporting.sheet import write_sheet
from saferground.runs.check import check_folder
from saferground.scenario import Scenario
from saferground.storage import run_folder

INFO = "scores.json"
PHASES = ("read", "score", "tables", "report", "finish")
Tell = Callable[[str, int], None]
"""Called with one of ``PHASES`` and, while scoring, with how many forecasts are done over all forecasters."""


@dataclass(frozen=True)
class ScoreOrder:
    """What to score. ``scenarios`` are scenario folders, names of shipped scenarios, or folders of Flee.

    ``origins``: how many of the regular grid, or days; None: all of it. ``out`` None: a folder in ``runs``.
    ``processes`` None: one a processor, at most one a scenario.
    """

    scenarios: tuple[str | Path, ...]
    origins: int | tuple[date, ...] | None = None
    leads: tuple[int | str, ...] = LEADS
    members: int = MEMBERS
    seed: int = 1
    out: str | Path | None = None
    processes: int | None = None


@dataclass(frozen=True, eq=False)
class ScoreBrief:
    """What a reader sees first of scores that now stand in ``folder``."""

    scores: Scores
    scenarios: tuple[str, ...]
    members: int
    seed: int
    folder: str = field(default="")
    seconds: float = field(default=0.0)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, ``ok`` first; missing values are None."""
        tables = {name: getattr(self.scores, name) for name in ("by_lead", "pooled", "counted", "split", "own")}
        return {
            "ok": True, "folder": self.folder, "seconds": self.seconds, "scenarios": list(self.scenarios),
            "members": self.members, "seed": self.seed, "targets": len(self.scores.targets),
            **{name: _records(table) for name, table in tables.items()}, "notes": list(self.scores.notes),
        }  # fmt: skip


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.to_dict("records")
    return [{str(k): None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()} for row in rows]


def silent(phase: str, done: int) -> None:
    """Tells nobody."""


def run_scores(
    order: ScoreOrder, tell: Tell = silent, forecasters: Mapping[str, Forecaster] | None = None
) -> ScoreBrief:
    """Read, score, and write the score folder; return what a reader sees first.

    The folder holds ``scores.json``, ``tables/*.csv`` and ``scores.html``; it is complete or not there. Scenarios are
    scored side by side in processes of their own; the numbers do not depend on how many. ``forecasters`` (default: the
    model's own and every baseline) are functions of a module, so that another process can import them.

    Raises
    ------
    ScenarioError
        A folder has problems; all of them.
    UsageError
        An argument cannot be used.
    RunError
        The folder cannot be written, or something else stands in its place.
    """
    started = datetime.now(UTC)
    if not order.scenarios:
        raise UsageError("got no scenario; expected at least one. Give a scenario folder or a folder of Flee.")
    tell("read", 0)
    scenarios = distinct([read_any(folder) for folder in order.scenarios])
    chosen = default_forecasters() if forecasters is None else dict(forecasters)
    out = Path(order.out) if order.out is not None else default_folder(scenarios, order.seed)
    with run_folder(out, INFO, "a score folder") as folder:
        scores = together(_scored(scenarios, order, chosen, tell), order.seed)
        brief = ScoreBrief(scores, tuple(one.name for one in scenarios), order.members, order.seed)
        _write(brief, scenarios, list(chosen), folder, tell)
        seconds = round((datetime.now(UTC) - started).total_seconds(), 1)
        _write_info(brief, scenarios, order, list(chosen), folder, started, seconds)
        tell("finish", 0)
    return replace(brief, folder=str(out), seconds=seconds)


def read_any(folder: str | Path) -> Scenario:
    """A scenario from its folder or name, or from a folder of Flee, which is imported on the way.

    Raises ScenarioError with every problem.
    """
    path = Path(folder)
    if not (path / "input_csv").is_dir():
        return check_folder(folder).good()
    with tempfile.TemporaryDirectory() as place:
        return check_folder(import_flee(path, Path(place) / path.resolve().name).folder).good()


def distinct(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios with names that differ: the second of a name gets a number."""
    seen: dict[str, int] = {}
    named = []
    for one in scenarios:
        seen[one.name] = seen.get(one.name, 0) + 1
        named.append(one if seen[one.name] == 1 else replace(one, name=f"{one.name}-{seen[one.name]}"))
    return named


def default_folder(scenarios: Sequence[Scenario], seed: int) -> Path:
    """Where scores go when nobody says."""
    more = f"-and-{len(scenarios) - 1}-more" if len(scenarios) > 1 else ""
    return Path("runs") / f"scores-{scenarios[0].name}{more}-seed{seed}"


# --- scoring -------------------------------------------------------------------------------------------------------


def _scored(
    scenarios: Sequence[Scenario], order: ScoreOrder, forecasters: Mapping[str, Forecaster], tell: Tell
) -> list[Scores]:
    processes = min(order.processes or os.cpu_count() or 1, len(scenarios))
    if processes == 1:
        return _one_by_one(scenarios, order, forecasters, tell)
    return _side_by_side(scenarios, order, forecasters, processes, tell)


def _score(
    scenario: Scenario, order: ScoreOrder, forecasters: Mapping[str, Forecaster], told: Callable[[str, int], None]
) -> Scores:
    return score(
        scenario, order.origins, order.leads, order.members, order.seed, forecasters=forecasters, progress=told
    )


def _one_by_one(
    scenarios: Sequence[Scenario], order: ScoreOrder, forecasters: Mapping[str, Forecaster], tell: Tell
) -> list[Scores]:
    done: dict[tuple[str, str], int] = {}
    found = []
    for scenario in scenarios:

        def told(forecaster: str, origins: int, name: str = scenario.name) -> None:
            done[name, forecaster] = origins
            tell("score", sum(done.values()))

        tell("score", sum(done.values()))
        found.append(_score(scenario, order, forecasters, told))
    return found


_progress: Any = None
"""In a process that scores: where to say how far it is."""


def _begin(queue: Any) -> None:
    global _progress
    _progress = queue
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that waits hears Ctrl-C and ends this one
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Where the process that waits was killed, nobody wants what comes of this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _job(scenario: Scenario, order: ScoreOrder, forecasters: Mapping[str, Forecaster]) -> Scores:
    return _score(
        scenario, order, forecasters, lambda forecaster, done: _progress.put((scenario.name, forecaster, done))
    )


def _side_by_side(
    scenarios: Sequence[Scenario],
    order: ScoreOrder,
    forecasters: Mapping[str, Forecaster],
    processes: int,
    tell: Tell,
) -> list[Scores]:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    with _workers(context, processes, queue) as pool:
        with _deaf():
            jobs = [pool.submit(_job, scenario, order, forecasters) for scenario in scenarios]
        _follow(jobs, queue, tell)
        return [job.result() for job in jobs]


@contextmanager
def _workers(context: SpawnContext, processes: int, queue: Any) -> Iterator[ProcessPoolExecutor]:
    """Processes that are ended at once when anything goes wrong, Ctrl-C included."""
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(queue,))
    before = set(multiprocessing.active_children())
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _deaf() -> Any:
    """While processes start Ctrl-C waits, lest one be left half started; only the main thread can arrange that."""
    return _held_back() if threading.current_thread() is threading.main_thread() else nullcontext()


@contextmanager
def _held_back() -> Iterator[None]:
    """Ctrl-C is heard at the end. Processes inherit, where the system can, that it is not theirs to hear."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _follow(jobs: Sequence[Future[Scores]], queue: Any, tell: Tell) -> None:
    """Tell how far the processes are until all are done; raise what one of them raised."""
    done: dict[tuple[str, str], int] = {}
    tell("score", 0)
    while not all(job.done() for job in jobs):
        try:
            scenario, forecaster, origins = queue.get(timeout=0.2)
            done[scenario, forecaster] = origins
        except Empty:
            pass
        tell("score", sum(done.values()))
        for job in jobs:
            if job.done():
                job.result()


# --- writing -------------------------------------------------------------------------------------------------------


def _write(
    brief: ScoreBrief, scenarios: Sequence[Scenario], forecasters: Sequence[str], folder: Path, tell: Tell
) -> None:
    try:
        tell("tables", 0)
        write_csv(score_tables(brief.scores, scenarios), folder / "tables")
        tell("report", 0)
        page = score_page(brief.scores, scenarios, forecasters, brief.members, brief.seed)
        write_sheet(page, folder / "scores.html")
    except OSError as error:
        do = "Free some space or choose another --out."
        raise RunError(f"The scores cannot be written: {error}. {do}") from error


def _write_info(
    brief: ScoreBrief,
    scenarios: Sequence[Scenario],
    order: ScoreOrder,
    forecasters: Sequence[str],
    folder: Path,
    started: datetime,
    seconds: float,
) -> None:
    info = {
        "scenarios": [
            {"name": one.name, "title": one.settings.title, "model": one.settings.model, "digest": one.digest}
            for one in scenarios
        ],
        "sensitivity": strictest_class(scenarios),
        "origins": sorted({f"{day:%Y-%m-%d}" for day in brief.scores.targets["origin"]}),
        "leads": [*map(str, order.leads)],
        "forecasters": list(forecasters),
        "members": brief.members,
        "seed": brief.seed,
        "version": __version__,
        "notes": list(brief.scores.notes),
        "started": started.isoformat(timespec="seconds"),
        "seconds": seconds,
    }
    (folder / INFO).write_text(json.dumps(info, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def origins_from(text: str | None) -> int | tuple[date, ...] | None:
    """Origins as a user writes them: a number, or days with commas between.

    Raises UsageError for anything else.
    """
    if text is None:
        return None
    try:
        return (
            int(text) if text.strip().isdigit() else tuple(date.fromisoformat(day.strip()) for day in text.split(","))
        )
    except ValueError as error:
        do = "Write 12, or 2017-03-01,2017-04-01."
        raise UsageError(f"origins: got {text!r}; expected a number or days as YYYY-MM-DD. {do}") from error


def leads_from(text: str | None) -> tuple[int | str, ...]:
    """Leads as a user writes them: days and ``end`` with commas between.

    Raises UsageError for anything else.
    """
    if text is None:
        return LEADS
    words = [word.strip() for word in text.split(",")]
    if not all(word == END or (word.isdigit() and int(word) > 0) for word in words):
        raise UsageError(f"leads: got {text!r}; expected days and 'end', as in 1,7,28,end. Change them.")
    return tuple(END if word == END else int(word) for word in dict.fromkeys(words))
