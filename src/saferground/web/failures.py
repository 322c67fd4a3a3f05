"""Whatever goes wrong, in one shape: the one that ``--json`` prints on the command line."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from saferground.errors import Interrupted, SafergroundError, ScenarioError, StaleError, UsageError
from saferground.web.board import NotFound
from saferground.web.shell import wants_page


@dataclass(frozen=True)
class Failure:
    """What every answer other than a success holds."""

    error: str = field(metadata={"help": "Kind of failure, one word"})
    message: str = field(metadata={"help": "What was got, what was expected and what to do"})
    problems: list[dict[str, Any]] = field(
        default_factory=list,
        metadata={"help": "Every problem by file, line and column, or every row changed meanwhile; else empty"},
    )
    ok: bool = field(default=False, metadata={"help": "Always false"})


class Refused(SafergroundError):  # noqa: N818 - it says what happened
    """The request may not be carried out; ``status`` is its HTTP status."""

    def __init__(self, status: int, message: str):
        self.status = status
        super().__init__(message)


STATUS: tuple[tuple[type[SafergroundError], int], ...] = (
    (NotFound, 404),
    (ScenarioError, 422),
    (UsageError, 422),
    (StaleError, 409),
    (Interrupted, 409),
)
"""HTTP status of each kind of error, the first that fits; any other is the server's, 500."""


def answer_failures(app: FastAPI) -> None:
    """Make the app answer every error with a Failure, or a page that says the same."""
    app.add_exception_handler(SafergroundError, _own)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


def failure(request: Request, status: int, told: Failure, headers: dict[str, str] | None = None) -> Response:
    """The answer: JSON, or a page where the request asks for one."""
    if not wants_page(request):
        return JSONResponse(asdict(told), status, headers=headers)
    shell = request.app.state.shell
    page: Response = shell.page(request, "failure.html.j2", status=status, failure=told, code=status)
    page.headers.update(headers or {})
    return page


def status_of(error: SafergroundError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, Refused):
        return error.status
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def told_of(error: SafergroundError) -> Failure:
    """What is said of an error."""
    return Failure(**error.as_dict())


async def _own(request: Request, error: Exception) -> Response:
    assert isinstance(error, SafergroundError)
    return failure(request, status_of(error), told_of(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    message = error.detail if error.detail != phrase else f"{phrase}: {request.method} {request.url.path[:200]}."
    headers = dict(error.headers or {})
    return failure(request, error.status_code, Failure(phrase.replace(" ", ""), message), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [_problem(one) for one in error.errors()]
    message = "\n".join(f"{one['column']}: {one['expected']}" for one in problems)
    return failure(request, 422, Failure("InvalidRequest", message, problems))


def _problem(one: dict[str, Any]) -> dict[str, Any]:
    where, *keys = [str(part) for part in one["loc"]]
    got = repr(one.get("input"))[:200]
    return {
        "file": where, "line": 0, "column": ".".join(keys), "got": got, "expected": str(one["msg"]),
        "do": "Change the request; /api/openapi.json describes it.", "severity": "problem",
    }  # fmt: skip


async def _unexpected(request: Request, error: Exception) -> Response:
    what = f"{type(error).__name__} at {request.method} {request.url.path[:200]}"
    message = f"Unexpected error ({what}). What was saved is safe. Please report it with what you did."
    return failure(request, 500, Failure("Unexpected", message))
