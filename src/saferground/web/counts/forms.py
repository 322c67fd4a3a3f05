"""Counts by form: the form of a scenario, and where KoboToolbox or ODK send what was filled in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import StringConstraints

from saferground.exchange.xlsform import write_xlsform
from saferground.runs.submissions import reconcile
from saferground.scenario import read_scenario
from saferground.storage.counts.folder import as_entered
from saferground.storage.counts.save import entered
from saferground.web.board import folder_of, scenario
from saferground.web.downloads import saved_as
from saferground.web.failures import Failure

router = APIRouter(
    tags=["counts"], responses={403: {"model": Failure}, 404: {"model": Failure}, 422: {"model": Failure}}
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FormName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[\w .-]*\w[\w .-]*$")]


@dataclass(frozen=True)
class Taken:
    """What became of a submission."""

    entered: list[int] = field(metadata={"help": "Numbers of rows that were entered"})
    changed: list[int] = field(metadata={"help": "Numbers of rows that were changed"})
    withdrawn: list[int] = field(metadata={"help": "Numbers of rows that were withdrawn"})
    unchanged: list[str] = field(metadata={"help": "Submissions that were known as they are"})
    refused: dict[str, list[dict[str, Any]]] = field(metadata={"help": "Problems by submission; nothing of it is kept"})
    conflicts: list[str] = field(metadata={"help": "Edited at the form and here; left as they are here"})
    dropped: list[str] = field(metadata={"help": "Names of fields that were left behind"})


@router.post("/api/scenarios/{name}/submissions")
def take_in(
    request: Request,
    name: str,
    content: Annotated[dict[str, Any], Body(description="The submission, as KoboToolbox's REST service posts it")],
    form: Annotated[FormName, Query(description="Name of the form in the record of changes")] = "form",
) -> Taken:
    """Take in a submission of the scenario's own form: new counts, or a later version of known ones.

    The same submission twice changes nothing. Whatever is no answer to the form's own questions is left behind.
    """
    state = request.app.state
    base = folder_of(state.board, name)
    return Taken(**reconcile(state.database, base, [content], form, name=name).as_dict())


@router.get("/scenarios/{name}/form.xlsx", include_in_schema=False)
def form_of(request: Request, name: str) -> Response:
    """The form of a scenario as it is now, for KoboToolbox or ODK (XLSForm)."""
    state = request.app.state
    known, base = scenario(state.board, name), folder_of(state.board, name)
    with tempfile.TemporaryDirectory(prefix="saferground-") as home:
        with as_entered(base, entered(state.database, name)) as folder:
            path = write_xlsform(read_scenario(folder), Path(home) / "form.xlsx")
        content = path.read_bytes()
    return Response(content, headers=saved_as(f"{known.name}-form.xlsx"), media_type=XLSX)
