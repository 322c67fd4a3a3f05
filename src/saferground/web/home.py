"""The first page: scenarios, runs and what goes on."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from saferground.runs.shelf import Shelved, runs_in
from saferground.storage import jobs
from saferground.storage.jobs import Job
from saferground.web.board import Board, Known, scenario, scenarios
from saferground.web.failures import Failure

router = APIRouter()
MOST_RUNS = 30


@dataclass(frozen=True)
class Card:
    """One scenario on the first page."""

    known: Known = field(metadata={"help": "The scenario"})
    latest: Shelved | None = field(metadata={"help": "Its newest forecast; None when there is none"})
    runs: int = field(metadata={"help": "How many forecasts of it there are"})


@dataclass(frozen=True)
class Home:
    """What the first page says."""

    folder: str = field(metadata={"help": "Name of the board's folder"})
    cards: tuple[Card, ...] = field(metadata={"help": "Scenarios, the user's own first"})
    runs: tuple[Shelved, ...] = field(metadata={"help": "The newest forecasts and comparisons of plans"})
    jobs: tuple[Job, ...] = field(metadata={"help": "Work that waits or runs, and what ended last"})


def home(board: Board, work: tuple[Job, ...]) -> Home:
    """The record of the first page."""
    shelf = runs_in(board.runs)
    forecasts = [run for run in shelf if run.kind == "forecast"]
    cards = tuple(_card(known, forecasts) for known in scenarios(board))
    return Home(board.folder.name, cards, shelf[:MOST_RUNS], work)


def _card(known: Known, forecasts: list[Shelved]) -> Card:
    own = [run for run in forecasts if run.scenario == known.name]
    return Card(known, own[0] if own else None, len(own))


@router.get("/alive", include_in_schema=False)
def alive() -> dict[str, bool]:
    """Whether the server answers."""
    return {"ok": True}


@router.get("/api/home", tags=["home"])
def home_data(request: Request) -> Home:
    """Scenarios, the newest runs, and what goes on."""
    return home(request.app.state.board, jobs.listed(request.app.state.database, most=8))


@router.get("/", include_in_schema=False)
def home_page(request: Request) -> Response:
    """The first page."""
    page: Response = request.app.state.shell.page(request, "home.html.j2", home=home_data(request))
    return page


@router.get("/scenarios/{name}", include_in_schema=False, responses={404: {"model": Failure}})
def newest(request: Request, name: str) -> Response:
    """On to the newest forecast of a scenario, or to the page that offers to make one."""
    known = scenario(request.app.state.board, name)
    card = _card(known, [run for run in runs_in(request.app.state.board.runs) if run.kind == "forecast"])
    if card.latest is not None:
        return RedirectResponse(f"/runs/{card.latest.name}", 303)
    page: Response = request.app.state.shell.page(request, "start.html.j2", card=card, scenario=known)
    return page
