"""What may be shared of a run: with everyone a product of its own, with others the tables of their class."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from saferground.exchange.public.release import DELAY, LEAST_DELAY
from saferground.runs.publish import publish
from saferground.runs.share import share
from saferground.web.downloads import ZIP, zipped
from saferground.web.failures import Failure
from saferground.web.runs.record import known_run

router = APIRouter(tags=["runs"], responses={404: {"model": Failure}, 422: {"model": Failure}})
ARCHIVE: dict[int | str, dict[str, Any]] = {200: {"content": {ZIP: {}}}}


@router.get("/runs/{run}/public.zip", response_model=None, responses=ARCHIVE)
def for_everyone(
    request: Request,
    run: str,
    contact: Annotated[str, Query(max_length=200, description="Whom a reader can ask; default the owner")] = "",
    delay: Annotated[int, Query(ge=LEAST_DELAY, le=10_000, description="Hours after the as-of date")] = DELAY,
) -> Response:
    """What everyone may be told: coarse, late, without places, and safe against subtraction."""
    board = request.app.state.board
    known = known_run(board, run)
    with tempfile.TemporaryDirectory(prefix="saferground-") as home:
        publish(board.runs / known.name, Path(home) / "public", contact=contact, delay=delay)
        return zipped(Path(home) / "public", f"{known.scenario}-{known.as_of}-public")


@router.get("/runs/{run}/share/{audience}.zip", response_model=None, responses=ARCHIVE)
def for_some(request: Request, run: str, audience: str) -> Response:
    """The tables and columns that an audience may see: limited, restricted or strictly_restricted."""
    board = request.app.state.board
    known = known_run(board, run)
    with tempfile.TemporaryDirectory(prefix="saferground-") as home:
        share(board.runs / known.name, Path(home) / "shared", audience)
        return zipped(Path(home) / "shared", f"{known.scenario}-{known.as_of}-{audience}")
