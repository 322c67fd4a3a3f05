"""The board as an ASGI application: its parts put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from saferground import __version__
from saferground.storage.database import open_database
from saferground.web import assets, home, session
from saferground.web.board import Board, folder_of
from saferground.web.counts import forms
from saferground.web.counts import routes as counts_routes
from saferground.web.failures import Failure, answer_failures
from saferground.web.jobs import routes as jobs_routes
from saferground.web.jobs.work import Setup
from saferground.web.jobs.worker import Worker
from saferground.web.plans import routes as plans_routes
from saferground.web.plans.planner import Planner
from saferground.web.plans.state import Scenarios
from saferground.web.runs import routes as runs_routes
from saferground.web.runs import sharing
from saferground.web.safety import guarded
from saferground.web.shell import Shell

TITLE = "Saferground planning board"
ROUTERS = (
    home.router,
    session.router,
    jobs_routes.router,
    runs_routes.router,
    sharing.router,
    counts_routes.router,
    forms.router,
    plans_routes.router,
    assets.router,
)


def create_app(board: Board) -> ASGIApp:
    """The board of a folder, ready for an ASGI server; its process of jobs starts and ends with the server."""
    app = FastAPI(
        title=TITLE, version=__version__, lifespan=_living, docs_url=None, redoc_url=None, redirect_slashes=False,
        openapi_url="/api/openapi.json", responses={500: {"model": Failure}},
    )  # fmt: skip
    app.state.board, app.state.shell = board, Shell(board)
    app.state.database = open_database(board.database)
    setup = Setup(board.runs, board.database)
    app.state.worker = Worker(app.state.database, setup, lambda name: folder_of(board, name))
    app.state.scenarios, app.state.planner = Scenarios(app.state.database), Planner()
    answer_failures(app)
    for router in ROUTERS:
        app.include_router(router)
    return Guarded(app, board)


class Guarded:
    """The application behind its guard; ``app`` is the FastAPI application itself."""

    def __init__(self, app: FastAPI, board: Board):
        self.app, self._way_in = app, guarded(app, board)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self._way_in(scope, receive, send)


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    app.state.worker.start()
    yield
    app.state.planner.stop()
    app.state.worker.stop()
    app.state.database.close()
