"""What is in a project of KoboToolbox or ODK Central now, read over HTTPS with nothing but the standard library.

KoboToolbox does not post edits or deletions (https://github.com/kobotoolbox/kobocat/issues/572), so they are seen only
by asking. Tokens come from the environment and go to the server named and nowhere else.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from saferground.errors import RunError, UsageError

KOBO_TOKEN, ODK_TOKEN = "SAFERGROUND_KOBO_TOKEN", "SAFERGROUND_ODK_TOKEN"
"""Environment variables: a token of KoboToolbox; a session token of ODK Central, or E-MAIL:PASSWORD of a user there."""
PAGE = 250
MOST = 50_000
"""Submissions a page, and in all."""
_LARGEST = 50 * 2**20
_SECONDS = 60
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Project(NamedTuple):
    """A form at a server: ``kind`` is ``kobo`` or ``odk``.

    ``form`` is the asset's uid at KoboToolbox (``aBcD...``), PROJECT/FORM at ODK Central (``7/saferground_counts``).
    """

    kind: str
    server: str
    form: str

    @property
    def name(self) -> str:
        """Under which its changes are kept in the audit."""
        return f"Form {self.form} at {urlsplit(self.server).hostname}"


def fetch(project: Project) -> list[dict[str, Any]]:
    """Every submission that the server has, each once.

    Raises UsageError when the project or its token cannot be used, RunError when the server cannot be reached or
    answers something else.
    """
    if project.kind not in _READERS:
        raise UsageError(f"got a server of the kind {project.kind!r}; expected kobo or odk.")
    _refuse_open_line(project.server)
    found: list[dict[str, Any]] = []
    for page in _READERS[project.kind](project):
        found += page
        if len(found) > MOST:
            raise RunError(f"{project.server} has more than {MOST:,} submissions of the form. Start a new project.")
    return list({_key(one): one for one in found}.values())


def _key(submission: dict[str, Any]) -> str:
    names = ("__id", "meta/rootUuid", "_uuid", "meta/instanceID", "_id")
    return str(next((submission[name] for name in names if submission.get(name)), id(submission)))


def _refuse_open_line(server: str) -> None:
    parts = urlsplit(server)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return
    raise UsageError(f"got {server!r}; expected an address that begins with https://, since a token is sent to it.")


# --- KoboToolbox ---------------------------------------------------------------------------------------------------


def _kobo(project: Project) -> Iterator[list[dict[str, Any]]]:
    """Pages of ``/api/v2/assets/UID/data.json``, oldest first."""
    headers = {"Authorization": f"Token {_token(KOBO_TOKEN)}"}
    address = f"{project.server.rstrip('/')}/api/v2/assets/{quote(project.form, safe='')}/data.json"
    start, more = 0, True
    while more:
        query = urlencode({"format": "json", "limit": PAGE, "start": start, "sort": '{"_id":1}'})
        answer = _asked(f"{address}?{query}", headers)
        page = _list(answer, "results", project)
        start, more = start + len(page), bool(answer.get("next")) and bool(page)
        yield page


# --- ODK Central ---------------------------------------------------------------------------------------------------


def _odk(project: Project) -> Iterator[list[dict[str, Any]]]:
    """Pages of the OData feed of submissions, with the counts of each inside it."""
    number, _, form = project.form.partition("/")
    if not number.isdigit() or not form:
        raise UsageError(f"got {project.form!r}; expected PROJECT/FORM, such as 7/saferground_counts.")
    token = _token(ODK_TOKEN)
    basic = base64.b64encode(token.encode()).decode()
    headers = {"Authorization": f"Basic {basic}" if ":" in token else f"Bearer {token}"}
    address = f"{project.server.rstrip('/')}/v1/projects/{number}/forms/{quote(form, safe='')}.svc/Submissions"
    skip, more = 0, True
    while more:
        query = urlencode({"$expand": "*", "$top": PAGE, "$skip": skip})
        page = _list(_asked(f"{address}?{query}", headers), "value", project)
        skip, more = skip + len(page), len(page) == PAGE
        yield page


_READERS = {"kobo": _kobo, "odk": _odk}


# --- one answer ----------------------------------------------------------------------------------------------------


class _NoRedirects(HTTPRedirectHandler):
    """A server that sends elsewhere is not followed: the token would go along."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _asked(address: str, headers: dict[str, str]) -> dict[str, Any]:
    server = urlsplit(address).netloc
    try:
        with build_opener(_NoRedirects).open(Request(address, headers=headers), timeout=_SECONDS) as answer:
            content = answer.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise RunError(f"{server} answered with more than {_LARGEST // 2**20} MB. Start a new project.")
        found = json.loads(content)
    except HTTPError as error:
        do = "Check the token and the form's id." if error.code in (401, 403, 404) else "Try again later."
        raise RunError(f"{server} refused to give the submissions (HTTP {error.code}). {do}") from None
    except (URLError, OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        raise RunError(f"{server} gave no submissions ({reason}). Check the address and the network.") from None
    return found if isinstance(found, dict) else {}


def _list(answer: dict[str, Any], name: str, project: Project) -> list[dict[str, Any]]:
    found = answer.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RunError(f"{project.server} answered something else than submissions. Check that it is {project.kind}.")
    return found


def _token(name: str) -> str:
    token = os.environ.get(name, "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise UsageError(f"got no token in the environment; expected one in {name}. Set it for the server alone.")
    return token
