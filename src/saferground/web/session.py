"""Who a visitor is to the board: a name for the record of changes, a language, and the mark of their session."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, StringConstraints

from saferground.web.failures import Failure
from saferground.web.languages import language, languages
from saferground.web.safety import entrance, same
from saferground.web.shell import begin, spoken_by

router = APIRouter()
NOBODY = "not named"
WRONG_SECONDS = 1.0
"""How long a wrong token is kept waiting, so that guessing is slow."""

Duty = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00-\x1f<>]*$")]


@dataclass(frozen=True)
class Visitor:
    """What the board keeps of a visitor, in a signed cookie of their browser."""

    who: str = field(metadata={"help": "Duty and organisation that changes are recorded under; never a person's name"})
    language: str = field(metadata={"help": "Language of the interface, ISO 639-1"})
    mark: str = field(metadata={"help": "Value of the header X-CSRF-Token that changes must carry"})


class Choice(BaseModel):
    """What a visitor may say of themselves."""

    who: Duty | None = None
    language: str | None = None


def who(request: Request) -> str:
    """Under which name a change of this request is recorded."""
    return str(request.session.get("who") or NOBODY)


@router.get("/api/session", tags=["session"])
def session(request: Request) -> Visitor:
    """Who the visitor is, and the mark that changes must carry."""
    begin(request.session)
    return Visitor(who(request), spoken_by(request).code, str(request.session["mark"]))


@router.put("/api/session", tags=["session"], responses={403: {"model": Failure}, 422: {"model": Failure}})
def choose(request: Request, choice: Choice) -> Visitor:
    """Choose the name under which changes are recorded, or the language."""
    if choice.who is not None:
        request.session["who"] = choice.who
    if choice.language is not None:
        request.session["language"] = language(choice.language).code
    return session(request)


@router.get("/language/{code}", include_in_schema=False)
def speak(request: Request, code: str, next: str = "/") -> Response:
    """Change the language and go back; works without scripts."""
    if code in {one.code for one in languages()}:
        request.session["language"] = code
    return RedirectResponse(inside(next), 303)


@router.get("/sign-in", include_in_schema=False)
def sign_in(request: Request, next: str = "/") -> Response:
    """The page that asks for the token."""
    page: Response = request.app.state.shell.page(request, "sign_in.html.j2", next=inside(next), wrong=False)
    return page


@router.post("/sign-in", include_in_schema=False)
async def signed_in(
    request: Request,
    token: Annotated[str, Form(max_length=200)] = "",
    mark: Annotated[str, Form(max_length=200)] = "",
    duty: Annotated[Duty, Form()] = "",
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Let in whoever knows the token."""
    expected, board = request.session.get("mark", ""), request.app.state.board
    if expected and same(mark, expected) and same(token.strip(), board.token):
        request.session.update({"in": entrance(board.token), "who": duty or request.session.get("who", "")})
        return RedirectResponse(inside(next), 303)
    await asyncio.sleep(WRONG_SECONDS)
    shell = request.app.state.shell
    page: Response = shell.page(request, "sign_in.html.j2", status=401, next=inside(next), wrong=True)
    return page


@router.post("/api/sign-out", tags=["session"])
def sign_out(request: Request) -> Visitor:
    """Forget the visitor."""
    request.session.clear()
    return session(request)


def inside(target: str) -> str:
    """A path of this board; the first page for anything that would lead elsewhere."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain else "/"
