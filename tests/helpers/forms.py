"""Submissions of our form as KoboToolbox and ODK Central send them, and a server that gives them with a token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from saferground.exchange.xlsform import counts_of
from saferground.scenario import Scenario

HEAD = {"place": "crossroads", "day": "2030-03-07", "source": "invented", "published": "2030-03-08"}


def short(scenario: Scenario, series: str) -> str:
    return next(name for name, count in counts_of(scenario).items() if count.series == series)


def kobo(scenario: Scenario, value: object = "900", uuid: str = "u1", **more: Any) -> dict[str, Any]:
    """A submission as KoboToolbox's REST service posts it, with all that comes along."""
    count = {"counts/series": short(scenario, "Arrivals at Crossroads"), "counts/value": value,
             "counts/confidence": "low"}  # fmt: skip
    return {
        "_id": 17, "formhub/uuid": "f" * 32, "__version__": "vAbc", "meta/instanceID": f"uuid:{uuid}", "_uuid": uuid,
        "meta/rootUuid": "uuid:u1", "_xform_id_string": "aXy", "_submission_time": "2030-03-08T07:00:00", "_tags": [],
        "_status": "submitted_via_web", "_notes": [], "_validation_status": {}, "_attachments": [],
        "_geolocation": [None, None], "_submitted_by": None, **HEAD, "counts": [count], **more,
    }  # fmt: skip


def odk(scenario: Scenario, value: int = 900, edits: int = 0, name: str = "u1", **system: Any) -> dict[str, Any]:
    """A row of ODK Central's OData feed."""
    count = {"__id": "c1", "series": short(scenario, "Arrivals at Crossroads"), "series_name": None, "measures": None,
             "unit": None, "start": None, "value": value, "value_low": None, "confidence": "low"}  # fmt: skip
    return {
        "__id": f"uuid:{name}", **HEAD, "meta": {"instanceID": f"uuid:{name}", "instanceName": None}, "counts": [count],
        "__system": {"edits": edits, "updatedAt": None, "submitterName": "A Person", "deviceId": "d:1", **system},
    }  # fmt: skip


class Fake(BaseHTTPRequestHandler):
    """A server with some submissions, that gives them page by page to whoever has the token."""

    submissions: list[dict[str, Any]]
    asked: list[str]

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        self.asked.append(path)
        if self.headers["Authorization"] not in ("Token t0k", "Bearer t0k", "Basic YTpi"):
            return self._answer(403, {"detail": "hush"})
        if path == "/api/v2/assets/aXy/data.json":
            start, limit = int(query["start"][0]), int(query["limit"][0])
            page = self.submissions[start : start + limit]
            more = "http://elsewhere.example/steal" if start + limit < len(self.submissions) else None
            return self._answer(200, {"count": len(self.submissions), "next": more, "results": page})
        if path == "/v1/projects/7/forms/counts.svc/Submissions":
            start, limit = int(query["$skip"][0]), int(query["$top"][0])
            return self._answer(200, {"value": self.submissions[start : start + limit]})
        if path.startswith("/api/v2/assets/away"):
            self.send_response(302)
            self.send_header("Location", "/api/v2/assets/aXy/data.json?start=0&limit=9")
            return self.end_headers()
        return self._answer(200, ["something else"])

    def _answer(self, code: int, content: object) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(submissions: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Fake,), {"submissions": submissions, "asked": asked})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
