"""The frame that every page stands in: templates, language, and what the scripts need to know."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from saferground import __version__
from saferground.reporting.render import environment as environment_of_reports
from saferground.reporting.render import inert
from saferground.reporting.words import script
from saferground.web.assets import fingerprint
from saferground.web.board import Board
from saferground.web.languages import SOURCE, Language, accepted, language, languages, translations
from saferground.web.words import script_words


@dataclass(frozen=True)
class Shell:
    """Draws pages of one board."""

    board: Board

    def page(self, request: Request, template: str, *, status: int = 200, **record: Any) -> Response:
        """A page: the template drawn with a record, in the language that the visitor chose."""
        if "session" in request.scope:
            begin(request.session)  # with the page, so that the requests of its scripts all come with one cookie
        spoken = spoken_by(request)
        drawn = environment(spoken.code).get_template(template)
        text = drawn.render(
            path=request.url.path, here=request.url.path + ("?" + request.url.query if request.url.query else ""),
            language=spoken, languages=languages(), version=__version__, static=f"/static/{fingerprint()}",
            mark=request.session.get("mark", ""), words=inert(script_words(spoken.code)),
            **{"scenario": None, "tab": "", **record},
        )  # fmt: skip
        return HTMLResponse(text, status, headers={"Cache-Control": "no-cache, private", "Vary": "Accept-Language"})


def spoken_by(request: Request) -> Language:
    """The language that the visitor chose, or else that the browser asks for."""
    chosen = request.session.get("language", "") if "session" in request.scope else ""
    return language(chosen) if chosen else accepted(request.headers.get("accept-language", ""))


def begin(session: dict[str, Any]) -> None:
    """Give a session its mark, which changes must carry, and a name for its browser, where it has none."""
    for key in ("mark", "browser"):
        session.setdefault(key, secrets.token_urlsafe(18))


def wants_page(request: Request) -> bool:
    """Whether the answer is for a reader (a page) and not for a program (JSON)."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


@cache
def environment(code: str) -> Environment:
    """The board's templates and those of the reports, with the words of a language."""
    made = environment_of_reports().overlay(
        loader=ChoiceLoader([PackageLoader("saferground.web"), PackageLoader("saferground.reporting")]),
        extensions=["jinja2.ext.i18n"],
    )
    made.filters = dict(made.filters)
    made.globals = dict(made.globals)
    made.install_gettext_translations(translations(code), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update({"data": _as_data, "ltr": _kept_ltr(language(code))})
    made.filters.update({"said": partial(_said, language(code)), "word": partial(_word, code)})
    made.filters["titled"] = _titled
    return made


def _titled(title: str) -> Markup:
    """A title that a scenario gives itself: in its own direction, and in Arabic where its letters are."""
    return Markup('<bdi lang="{}">{}</bdi>').format(script(title) or SOURCE, title)


def _word(code: str, text: str) -> str:
    """A word of a report in a language; English where the catalogue has none."""
    plain = " ".join(text.split("\n"))
    return str(translations(code).gettext(plain)) if plain else ""


def _said(spoken: Language, text: str) -> str:
    """The same inside an English report: it tells its own language and direction; what has no translation stays."""
    word = _word(spoken.code, str(text))
    same = spoken.code == SOURCE or word == " ".join(str(text).split("\n"))
    return text if same else Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(spoken.code, spoken.direction, word)


def _as_data(record: Any) -> Markup:
    """A frozen record as JSON for a script."""
    return inert(asdict(record))


def _kept_ltr(spoken: Language) -> Callable[[object], str]:
    """A filter that keeps dates and figures in their own order inside words written from right to left."""
    before, after = ("\u2066", "\u2069") if spoken.direction == "rtl" else ("", "")
    return lambda text: f"{before}{text}{after}"
