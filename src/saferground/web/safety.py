"""What stands before every request: its host, its size, who sends it, and what the answer may do in a browser.

Plain ASGI, so that nothing is buffered and nothing waits. The order is that of ``guarded``, outermost first.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import asdict
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saferground.web.board import Board
from saferground.web.failures import Refused, told_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = ("/static/", "/sign-in", "/alive")
"""Paths that need no token: they hold nothing of any scenario."""
SESSION_SECONDS = 14 * 24 * 3600

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Scripts only from the board itself and no network beyond it; the chart library needs styles of its own."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guarded(app: ASGIApp, board: Board) -> ASGIApp:
    """The app behind everything of this module."""
    known = SessionMiddleware(
        Guard(app, board), board.secret, "saferground", max_age=SESSION_SECONDS, same_site="strict", https_only=False
    )
    return Covered(Sized(Hosted(known, board), board))


class Covered:
    """Puts the safety headers on every answer."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def covered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, covered if scope["type"] == "http" else send)


class Sized:
    """Refuses a body that is larger than the board takes, before it is read."""

    def __init__(self, app: ASGIApp, board: Board):
        self.app, self.most = app, board.upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdigit() or int(told) > self.most:
            return await _refuse(scope, receive, send, self.too_large())
        return await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > self.most:
                raise HTTPException(413, str(self.too_large()))
            return message

        return counted

    def too_large(self) -> Refused:
        """What is said of it."""
        most = f"{self.most / 1e6:g} MB"
        return Refused(413, f"The request is larger than {most}. Send the table in parts, or without pictures.")


class Hosted:
    """Refuses requests for another host, so that a page of another site cannot reach a board on loopback."""

    def __init__(self, app: ASGIApp, board: Board):
        self.app, self.hosts = app, board.hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and "*" not in self.hosts and self._named(scope) not in self.hosts:
            told = Refused(421, "The board does not answer under this name. Use the address that it printed.")
            return await _refuse(scope, receive, send, told)
        return await self.app(scope, receive, send)

    @staticmethod
    def _named(scope: Scope) -> str:
        host = Headers(scope=scope).get("host", "")
        return host if host.endswith("]") else host.rsplit(":", 1)[0]


class Guard:
    """Lets in whoever knows the token, and a change only from a page of the board itself or from a program with it."""

    def __init__(self, app: ASGIApp, board: Board):
        self.app, self.token = app, board.token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope)
        told = None if self._bearer(request) else self._refused(request)
        if told is None:
            return await self.app(scope, receive, send)
        if told.status == 401 and _reads_page(request):
            target = RedirectResponse(f"/sign-in?{urlencode({'next': _asked(request)})}", 303)
            return await target(scope, receive, send)
        return await _refuse(scope, receive, send, told)

    def _bearer(self, request: Request) -> bool:
        """Whether a program shows the token: as a bearer, or as a password where it can only do that (KoboToolbox)."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        shown = _password(given) if scheme.lower() == "basic" else given.strip() if scheme.lower() == "bearer" else ""
        return bool(self.token) and same(shown, self.token)

    def _refused(self, request: Request) -> Refused | None:
        if request.url.path.startswith(OPEN):
            return None
        if self.token and request.session.get("in") != entrance(self.token):
            do = "Sign in with the token that the board printed, or send it as `Authorization: Bearer TOKEN`."
            return Refused(401, f"This board is not open to everyone. {do}")
        if request.method not in SAFE and not from_own_page(request):
            do = "Send the header X-CSRF-Token with the value that /api/session gives, and its cookie."
            return Refused(403, f"A change must come from a page of this board. {do}")
        return None


def from_own_page(request: Request) -> bool:
    """Whether a change comes from a page of this board: the session's mark in a header, and no foreign origin."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    mark = request.session.get("mark", "")
    return bool(mark) and same(request.headers.get("x-csrf-token", ""), mark)


def same(given: str, expected: str) -> bool:
    """Whether two secrets are equal; takes as long whatever they hold."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _password(given: str) -> str:
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _asked(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _reads_page(request: Request) -> bool:
    page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    return page and request.method == "GET"


async def _refuse(scope: Scope, receive: Receive, send: Send, told: Refused) -> None:
    """Answer in JSON; no page is drawn for whoever may not see one."""
    answer = JSONResponse(asdict(told_of(told)), told.status)
    await answer(scope, receive, send)


def entrance(token: str) -> str:
    """What the cookie of a visitor who knew the token holds; worthless once the board has another token."""
    return hashlib.sha256(token.encode()).hexdigest()[:24]
