"""Jobs over HTTP: ask for one, see how far it is, give it up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from saferground.storage import jobs
from saferground.storage.jobs import Job
from saferground.web.board import NotFound, scenario
from saferground.web.failures import Failure
from saferground.web.session import who

router = APIRouter(tags=["jobs"], responses={404: {"model": Failure}, 422: {"model": Failure}})
MOST_MEMBERS = 5000
PlanName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
Text = Annotated[str, StringConstraints(max_length=200_000)]


class DraftPlan(BaseModel):
    """A plan that is not saved."""

    name: PlanName = Field(description="What it is called; letters, digits and _")
    text: Text = Field(description="The plan file, TOML")


class Wanted(BaseModel):
    """What to carry out for a scenario as it is now, counts entered in the board included."""

    kind: Literal["forecast", "compare"] = Field(description="forecast, or compare plans")
    as_of: date | None = Field(None, description="Use only what was public on this day; default: the scenario's")
    days: int | None = Field(None, ge=1, le=3650, description="Days ahead; default: the scenario's")
    members: int = Field(500, ge=2, le=MOST_MEMBERS, description="How many futures to draw")
    seed: int = Field(1, ge=0, le=2**63 - 1, description="Seed of all random numbers")
    prior: bool = Field(False, description="From priors alone, not from counts")
    plans: list[PlanName] = Field([], max_length=8, description="compare: names of plans of the scenario; none: all")
    drafts: list[DraftPlan] = Field([], max_length=8, description="compare: plans that are not saved")
    one_more: bool = Field(True, description="compare: run again with one more of each resource")


@router.get("/api/jobs")
def listed(request: Request, scenario: str | None = None, most: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Job]:
    """The newest jobs first."""
    return list(jobs.listed(request.app.state.database, scenario=scenario, most=most))


@router.post("/api/scenarios/{name}/jobs", status_code=202, responses={403: {"model": Failure}})
def ask(request: Request, name: str, wanted: Wanted) -> Job:
    """Put work into the queue; the answer tells its id, to be asked for again."""
    known = scenario(request.app.state.board, name)
    order = wanted.model_dump(mode="json", exclude={"kind", "drafts"})
    order["drafts"] = {one.name: one.text for one in wanted.drafts}
    order["run"] = run_name(known.name, wanted)
    job = jobs.add(request.app.state.database, wanted.kind, known.name, order, who(request))
    request.app.state.worker.wake()
    return job


@router.get("/api/jobs/{job}")
def one(request: Request, job: str) -> Job:
    """How far a job is, and what came of it."""
    found = jobs.get(request.app.state.database, job)
    if found is None:
        raise NotFound(f"There is no job {job[:40]!r}.")
    return found


@router.delete("/api/jobs/{job}", responses={403: {"model": Failure}})
def give_up(request: Request, job: str) -> Job:
    """Cancel a job that waits or runs; nothing half-written stays. One that is over stays as it is."""
    one(request, job)
    jobs.cancel(request.app.state.database, job)
    return one(request, job)


@router.get("/jobs/{job}", include_in_schema=False)
def page(request: Request, job: str) -> Response:
    """The page of a job, which leads on to what came of it."""
    made: Response = request.app.state.shell.page(request, "job.html.j2", job=one(request, job))
    return made


def run_name(scenario: str, wanted: Wanted) -> str:
    """Name of the folder in which a run of the board will stand; begins as the command line's does."""
    what = scenario if wanted.kind == "forecast" else f"plans-{scenario}"
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
    told: list[Any] = [what, *([wanted.as_of] if wanted.as_of else []), f"seed{wanted.seed}", when]
    return "-".join(str(part) for part in told)
