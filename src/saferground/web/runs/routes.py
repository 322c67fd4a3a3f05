"""Addresses of runs: the forecast page, its record, and everything that can be taken along."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from saferground.errors import RunError
from saferground.exchange.again import read_table
from saferground.exchange.writers import write_one_xlsx
from saferground.reporting.overlay import Overlay, overlay
from saferground.reporting.render import figures_of, inert
from saferground.reporting.stored import PAGE
from saferground.runs.shelf import Shelved, runs_in
from saferground.web.board import Board, Known, NotFound, scenarios
from saferground.web.downloads import saved_as
from saferground.web.failures import Failure
from saferground.web.runs.drawn import drawn
from saferground.web.runs.record import WHOLE, RunRecord, described_by, known_run, record_of, tables_of
from saferground.web.shell import spoken_by

router = APIRouter(tags=["runs"], responses={404: {"model": Failure}, 422: {"model": Failure}})
MOST_OTHERS = 20
TYPES = {
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@router.get("/api/runs")
def runs(
    request: Request, scenario: str | None = None, most: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[Shelved]:
    """Forecasts and comparisons of plans, the newest first."""
    found = runs_in(request.app.state.board.runs)
    return [run for run in found if scenario in (None, run.scenario)][:most]


@router.get("/api/runs/{run}")
def one(request: Request, run: str) -> RunRecord:
    """What a run is, and every file of it that can be taken along."""
    return record_of(request.app.state.board, run)


@router.get("/api/runs/{run}/page", response_model=None, responses={200: {"content": {TYPES["json"]: {}}}})
def page_data(request: Request, run: str) -> Response:
    """Everything that the forecast page says, as it is kept in the run folder."""
    return _file(request.app.state.board, run, PAGE, inline=True)


@router.get("/runs/{run}", include_in_schema=False)
def page(request: Request, run: str) -> Response:
    """The forecast page; of a run without one that this version can read, what can be taken along."""
    board = request.app.state.board
    record = record_of(board, run)
    told: dict[str, Any] = {"record": record, "tab": record.run.kind, "others": _others(board, record.run)}
    told["scenario"] = _scenario(board, record.run)
    with suppress(RunError):  # of another version: what can be taken along is all that there is
        told["drawn"] = drawn(board.runs / record.run.name, record.run.kind, spoken_by(request).code)
    template = "run.html.j2" if "drawn" in told else "run_files.html.j2"
    made: Response = request.app.state.shell.page(request, template, **told)
    return made


@router.get("/api/compare-runs")
def overlay_data(request: Request, old: str, new: str) -> Overlay:
    """An old and a new forecast laid over each other: what changed, and which counts are new."""
    board = request.app.state.board
    before, after = (board.runs / known_run(board, name).name for name in (old, new))
    with readable():
        return _overlay(before, after, (before.stat().st_mtime_ns, after.stat().st_mtime_ns))


@router.get("/compare-runs", include_in_schema=False)
def overlay_page(request: Request, old: str, new: str) -> Response:
    """The same as a page."""
    laid = overlay_data(request, old, new)
    board = request.app.state.board
    told = {"laid": laid, "scenario": _scenario(board, known_run(board, new)), "tab": "forecast"}
    figures = inert(figures_of(laid.sections))
    made: Response = request.app.state.shell.page(request, "run_overlay.html.j2", figures=figures, **told)
    return made


@router.get("/runs/{run}/files/{name}", response_model=None, include_in_schema=False)
def file(request: Request, run: str, name: str) -> Response:
    """A whole file of a run."""
    return _file(request.app.state.board, run, name)


@router.get(
    "/runs/{run}/tables/{name}.{kind}",
    response_model=None,
    responses={200: {"content": {TYPES["csv"]: {}, TYPES["xlsx"]: {}}}},
)
def table(request: Request, run: str, name: str, kind: Literal["csv", "xlsx"]) -> Response:
    """One table: as CSV with a row of HXL tags, or as a workbook."""
    board = request.app.state.board
    known = known_run(board, run)
    folder = board.runs / known.name
    if name not in tables_of(folder, described_by(known)):
        raise NotFound(f"The run has no table {name[:60]!r}.")
    path = folder / "tables" / f"{name}.csv"
    with readable():
        content = (
            path.read_bytes()
            if kind == "csv"
            else _workbook(path, described_by(known), known.as_of, path.stat().st_mtime_ns)
        )
    return Response(content, headers=saved_as(f"{known.name}-{name}.{kind}"), media_type=TYPES[kind])


@lru_cache(maxsize=16)
def _overlay(old: Path, new: Path, stamps: tuple[int, int]) -> Overlay:
    """The overlay of two run folders; kept, since it reads every table of both."""
    return overlay(old, new)


@contextmanager
def readable() -> Iterator[None]:
    """Say that something is not there where another version made the run."""
    try:
        yield
    except RunError as error:
        raise NotFound(str(error)) from error


def _file(board: Board, run: str, name: str, *, inline: bool = False) -> Response:
    """A file as it is; always saved and never opened in the board's own address, whose scripts it must not share."""
    known = known_run(board, run)
    path = board.runs / known.name / name
    if name not in WHOLE or not path.is_file():
        raise NotFound(f"The run has no file {name[:60]!r}.")
    kind = TYPES[name.rsplit(".", 1)[1]]
    return FileResponse(path, headers={} if inline else saved_as(f"{known.name}-{name}"), media_type=kind)


@lru_cache(maxsize=16)
def _workbook(path: Path, model: str, day: str, stamp: int) -> bytes:
    """The table as a workbook; kept, since the large ones take a second."""
    made = io.BytesIO()
    write_one_xlsx(read_table(path.parent, path.stem, model), made, datetime.fromisoformat(day))
    return made.getvalue()


def _others(board: Board, run: Shelved) -> tuple[Shelved, ...]:
    """Other forecasts of the same scenario that it can be laid over, the newest first."""
    found = (one for one in runs_in(board.runs) if one.scenario == run.scenario and one.kind == run.kind == "forecast")
    return tuple(one for one in found if one.has_page and one.name != run.name)[:MOST_OTHERS]


def _scenario(board: Board, run: Shelved) -> Known | None:
    """The scenario of a run where the board still has it."""
    return next((known for known in scenarios(board) if known.name == run.scenario), None)
