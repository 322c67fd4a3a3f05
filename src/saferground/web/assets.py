"""Styles and scripts: the board's own, those of the reports, and the chart library out of its own package.

Their addresses carry a fingerprint of all, so that a browser keeps them; they are compressed once.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from saferground.reporting.render import packaged, plotly_script
from saferground.web.board import NotFound

router = APIRouter(include_in_schema=False)
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
REPORTS = (
    "report.css",
    "journey.css",
    "sheet.css",
    "charts.js",
    "pictures.js",
    "origins.js",
    "report.js",
    "journey.js",
)
"""Styles and scripts of the reports that pages of the board use too."""
A_YEAR = "public, max-age=31536000, immutable"


@router.get("/static/{mark}/{name}")
def static(request: Request, mark: str, name: str) -> Response:
    """One file."""
    if name not in names():
        raise NotFound(f"There is no file {name[:60]!r}.")
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding"}
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(_zipped(name) if zipped else _text(name).encode(), headers=headers, media_type=_type(name))


@router.get("/favicon.ico")
def icon() -> Response:
    """The mark in the browser's tab."""
    return Response(_text("mark.svg"), media_type=TYPES["svg"], headers={"Cache-Control": A_YEAR})


@cache
def fingerprint() -> str:
    """Changes whenever one of the files does; stands in their addresses."""
    made = hashlib.sha256()
    for name in sorted(names()):
        made.update(_text(name).encode())
    return made.hexdigest()[:12]


@cache
def names() -> frozenset[str]:
    """Every file that can be asked for."""
    own = (one.name for one in (files("saferground.web") / "static").iterdir() if one.name.rsplit(".")[-1] in TYPES)
    return frozenset((*own, *REPORTS, "plotly.js"))


def _type(name: str) -> str:
    return TYPES[name.rsplit(".", 1)[1]]


@cache
def _text(name: str) -> str:
    if name == "plotly.js":
        return plotly_script()
    if name in REPORTS:
        return packaged(name)
    return (files("saferground.web") / "static" / name).read_text(encoding="utf-8")


@cache
def _zipped(name: str) -> bytes:
    return gzip.compress(_text(name).encode(), 6, mtime=0)
