"""Addresses of the counts page: see, check, save, keep a draft, look back, and take the scenario along."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from saferground.exchange.pasted import LARGEST, read_pasted, read_uploaded
from saferground.observation.beside import beside
from saferground.runs.entered import check_edits, save_checked
from saferground.scenario import read_scenario
from saferground.storage.counts.folder import as_entered
from saferground.storage.counts.record import Kind
from saferground.storage.counts.save import entered, history
from saferground.storage.drafts import discard_draft, read_draft, save_draft
from saferground.web.board import folder_of, scenario
from saferground.web.counts.asked import LARGEST_ID, Drafted, Edits, Kept
from saferground.web.counts.record import MOST_CHANGES, CountsPage, counts_page
from saferground.web.downloads import zipped
from saferground.web.failures import Failure
from saferground.web.session import who
from saferground.web.shell import begin

router = APIRouter(
    tags=["counts"], responses={403: {"model": Failure}, 404: {"model": Failure}, 422: {"model": Failure}}
)


@dataclass(frozen=True)
class Verdict:
    """What is right and wrong with edits, or what was saved."""

    ok: bool = field(metadata={"help": "Whether they can be saved, or were"})
    problems: list[dict[str, Any]] = field(
        metadata={"help": "By edit: `line` is its place from 1, `column` its cell, empty for the whole row"}
    )
    elsewhere: list[dict[str, Any]] = field(metadata={"help": "Problems with the rest of the scenario"})
    notes: list[dict[str, Any]] = field(metadata={"help": "What deserves a word"})
    already: list[int] = field(metadata={"help": "Places of new rows, from 0, that are there already"})


@dataclass(frozen=True)
class Saved:
    """The rows as they are now."""

    rows: list[dict[str, Any]] = field(metadata={"help": "Rows with their number and version"})
    ok: bool = field(default=True, metadata={"help": "Always true"})


@dataclass(frozen=True)
class Found:
    """Rows of a table from outside."""

    columns: list[str] = field(metadata={"help": "Columns of the grid, in the order of the cells"})
    rows: list[list[str]] = field(metadata={"help": "Cells of each row"})
    problems: list[dict[str, Any]] = field(metadata={"help": "What is wrong with it, and what was left out"})
    notes: list[dict[str, Any]] = field(metadata={"help": "What was read anyway and deserves a word"})


@router.get("/scenarios/{name}/counts", include_in_schema=False)
def page(request: Request, name: str) -> Response:
    """The counts page."""
    known = scenario(request.app.state.board, name)
    made: Response = request.app.state.shell.page(
        request, "counts.html.j2", scenario=known, tab="counts", counts=data(request, name)
    )
    return made


@router.get("/api/scenarios/{name}/counts")
def data(request: Request, name: str) -> CountsPage:
    """Counts of a scenario, its folder's and those entered, and what may be entered."""
    state = request.app.state
    known, folder = scenario(state.board, name), folder_of(state.board, name)
    changes = history(state.database, name, limit=MOST_CHANGES)
    return counts_page(known, folder, entered(state.database, name, withdrawn=True), changes)


@router.post("/api/scenarios/{name}/counts/check")
def check(request: Request, name: str, edits: Edits) -> Verdict:
    """What would be wrong if edits were made: everything at once, by edit and cell. Nothing is saved."""
    state = request.app.state
    there = entered(state.database, name, withdrawn=True)
    return Verdict(**check_edits(folder_of(state.board, name), there, edits.made()).as_dict())


@router.post("/api/scenarios/{name}/counts", responses={409: {"model": Failure}})
def save(request: Request, name: str, edits: Edits) -> Saved:
    """Make edits, all of them or none; 409 with both versions where a row was changed in the meantime."""
    state = request.app.state
    rows = save_checked(state.database, folder_of(state.board, name), edits.made(), who(request), name=name)
    return Saved([one.as_dict() for one in rows])


@router.post("/api/scenarios/{name}/counts/read", responses={413: {"model": Failure}})
def read(
    request: Request,
    name: str,
    kind: Annotated[Kind, Form(description="Whose columns they are")] = "counts",
    text: Annotated[str, Form(max_length=LARGEST, description="Cells as a spreadsheet copies them, or CSV")] = "",
    file: Annotated[UploadFile | None, File(description="A CSV file or an Excel workbook, in place of text")] = None,
) -> Found:
    """The rows of pasted cells or of a file, by the columns of the grid. Nothing is saved, no formula is worked out,
    and what would tell persons apart is left out with the reason."""
    scenario(request.app.state.board, name)
    got = read_pasted(text, kind) if file is None else read_uploaded(file.filename or "", file.file.read(), kind)
    return Found(
        list(got.columns), [list(row) for row in got.rows],
        [one.as_dict() for one in got.problems], [one.as_dict() for one in got.notes],
    )  # fmt: skip


@router.get("/api/scenarios/{name}/counts/history")
def changes(
    request: Request,
    name: str,
    row: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Only of this row")] = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="Only before this change")] = None,
    most: Annotated[int, Query(ge=1, le=1000)] = MOST_CHANGES,
) -> list[dict[str, Any]]:
    """Who changed what when, the newest first, with what stood there before and after."""
    scenario(request.app.state.board, name)
    found = history(request.app.state.database, name, entry=row, limit=most, before=before)
    return [one.as_dict() for one in found]


@router.get("/api/scenarios/{name}/counts/beside")
def sources_beside(
    request: Request, name: str, until: Annotated[date | None, Query(description="Known by this day")] = None
) -> list[dict[str, Any]]:
    """Where sources differ, or one revised itself: what each said of the same quantity, place and day, newest first."""
    state = request.app.state
    base, there = folder_of(state.board, name), entered(state.database, name)
    with as_entered(base, there) as folder:
        known = read_scenario(folder, as_of=until).known()
    return [one.as_dict() for one in beside(known)]


@router.get("/api/scenarios/{name}/counts/draft")
def kept(request: Request, name: str) -> Kept:
    """What the visitor has typed and not saved."""
    scenario(request.app.state.board, name)
    draft = read_draft(request.app.state.database, name, browser(request))
    return Kept(cells=[list(row) for row in draft.cells], at=draft.at.isoformat()) if draft else Kept(cells=[], at="")


@router.put("/api/scenarios/{name}/counts/draft")
def keep(request: Request, name: str, drafted: Drafted) -> Kept:
    """Keep what the visitor has typed, whatever is wrong with it; an empty one is forgotten."""
    scenario(request.app.state.board, name)
    if not drafted.cells:
        discard_draft(request.app.state.database, name, browser(request))
        return Kept(cells=[], at="")
    draft = save_draft(request.app.state.database, name, browser(request), drafted.cells)
    return Kept(cells=[list(row) for row in draft.cells], at=draft.at.isoformat())


@router.get("/scenarios/{name}/folder.zip", include_in_schema=False)
def take_along(request: Request, name: str) -> Response:
    """The scenario folder with what was entered, for the command line on any machine."""
    state = request.app.state
    with as_entered(folder_of(state.board, name), entered(state.database, name)) as folder:
        return zipped(folder, folder.name)


def browser(request: Request) -> str:
    """Tells one visitor's browser from another, as long as its cookie lasts."""
    begin(request.session)
    return str(request.session["browser"])
