"""Plans over HTTP: what can be changed, plans tried as they are typed, saved, and compared in full."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from saferground.errors import Problem, ScenarioError, UsageError
from saferground.exchange.classes import SHARING
from saferground.reporting.plans.answer import Answer
from saferground.scenario import Scenario
from saferground.scenario.plans import Plan, plan_problems
from saferground.scenario.plans.write import plan_toml
from saferground.storage.drafts import read_draft, save_draft
from saferground.storage.jobs import Job
from saferground.web.board import Known, NotFound, folder_of, scenario
from saferground.web.failures import Failure
from saferground.web.jobs import routes as jobs
from saferground.web.plans.files import copy_shipped, save_plan, saved_plans
from saferground.web.plans.planner import State, Trial
from saferground.web.plans.records import (
    MOST_PLANS,
    Controls,
    PlanName,
    Saved,
    Typed,
    TypedPlan,
    by_change,
    controls,
    read_text,
    read_typed,
    typed,
    without_persons,
)

router = APIRouter(tags=["plans"], responses={404: {"model": Failure}, 422: {"model": Failure}})
CHANGES: dict[int | str, dict[str, Any]] = {403: {"model": Failure}, 409: {"model": Failure}}
"""What answers to changes may be besides."""
Text = Annotated[str, StringConstraints(max_length=200_000)]
Mark = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
WAIT = 2.0
"""Seconds that a question waits for its first answer at most."""
AsOf = Annotated[date | None, Query(description="Use only what was public on this day; default: the scenario's")]


class Asked(BaseModel):
    """Plans to be tried."""

    page: Mark = Field(description="Names who asks: with each question the one before of the same page is dropped")
    plans: list[TypedPlan] = Field([], max_length=MOST_PLANS, description="None: only the scenario as it is")
    wait: float = Field(0.9, ge=0, le=WAIT, description="Seconds to wait for a first answer")


class Written(BaseModel):
    """The text of a plan file."""

    name: PlanName
    text: Text = Field(description="TOML")


class ToSave(BaseModel):
    """A plan to be saved: as it was typed, or the text of its file."""

    plan: TypedPlan | None = None
    text: Text | None = Field(None, description="TOML, kept as it is; in place of plan")
    replaces: str = Field("", max_length=64, description="Digest of the plan that it replaces; empty: there is none")


class ToCompare(BaseModel):
    """Plans to be compared in full, in the background."""

    plans: list[TypedPlan] = Field(min_length=1, max_length=MOST_PLANS)
    members: int = Field(500, ge=2, le=jobs.MOST_MEMBERS)
    seed: int = Field(1, ge=0, le=2**63 - 1)
    one_more: bool = Field(True, description="Run again with one more of each resource")


class Kept(BaseModel):
    """Plans on a page that are not saved, as it keeps them."""

    plans: Any = Field(description="Whatever the page needs to show them again")


@dataclass(frozen=True)
class Told:
    """How far plans that are being tried are.

    Attributes:
        state: ``waiting``; ``preparing`` the futures, once for a scenario; ``first`` when answered in a few futures;
            ``whole`` when in all; ``wrong`` when plans have problems; ``failed``.
        phase, done: ``fit`` and per cent of it, or ``simulate`` and futures done.
        seconds: from the question to the newest answer.
        message: what failed.
    """

    id: str
    state: State
    phase: str
    done: int
    seconds: float
    message: str
    problems: tuple[dict[str, Any], ...]
    answer: Answer | None


@router.get("/scenarios/{name}/plans", include_in_schema=False)
def page(request: Request, name: str) -> Response:
    """The page of plans."""
    known = scenario(request.app.state.board, name)
    made: Response = request.app.state.shell.page(request, "plans.html.j2", scenario=known, sharing=SHARING)
    return made


@router.get("/api/scenarios/{name}/levers")
def levers(request: Request, name: str, as_of: AsOf = None) -> Controls:
    """What can be changed in a scenario: every number of what there is, and every kind of change with its keys."""
    own = scenario(request.app.state.board, name).kind == "own"
    return controls(_scenario(request, name, as_of), own)


@router.get("/api/scenarios/{name}/plans")
def saved(request: Request, name: str) -> list[Saved]:
    """The plan files of a scenario."""
    return list(saved_plans(folder_of(request.app.state.board, name)))


@router.post("/api/scenarios/{name}/plans/try", responses={403: {"model": Failure}})
def attempt(request: Request, name: str, asked: Asked, as_of: AsOf = None) -> Told:
    """Try plans as they are typed: an answer in a few futures, or how far it is; ask again by its id for the rest."""
    now = _scenario(request, name, as_of)
    read = [read_typed(one) for one in asked.plans]
    wrong = [problem for _, problems in read for problem in problems if problem.severity == "problem"]
    if wrong:
        return Told("", "wrong", "", 0, 0.0, "", _plain(wrong), None)
    planner = request.app.state.planner
    trial = planner.ask(asked.page, now, tuple(plan for plan, _ in read if plan is not None))
    return _told(planner.known(trial.id, seconds=asked.wait) or trial)


@router.get("/api/scenarios/{name}/plans/tries/{trial}")
def again(
    request: Request,
    name: str,
    trial: str,
    beyond: Annotated[str, Query(pattern="^(first)?$", description="Wait for more than this state")] = "",
    wait: Annotated[float, Query(ge=0, le=WAIT, description="Seconds to wait for it")] = 0.0,
) -> Told:
    """How far a trial is, with its newest answer."""
    found = request.app.state.planner.known(trial, beyond, wait)
    if found is None:
        raise NotFound(f"There is no trial {trial[:40]!r} any more. Change something to try again.")
    return _told(found)


@router.post("/api/scenarios/{name}/plans/read", responses={403: {"model": Failure}})
def read(request: Request, name: str, written: Written) -> Typed:
    """The text of a plan file as a plan that can be typed into; every problem of the text where there is any."""
    scenario(request.app.state.board, name)
    plan = _good(*read_text(written.name, written.text))
    return typed(plan, written.text)


@router.post("/api/scenarios/{name}/plans/write", responses={403: {"model": Failure}})
def write(request: Request, name: str, plan: TypedPlan) -> Typed:
    """A plan that was typed, with the text of its file."""
    scenario(request.app.state.board, name)
    return typed(_good(*read_typed(plan)))


@router.put("/api/scenarios/{name}/plans/{plan}", responses=CHANGES)
def save(request: Request, name: str, plan: Annotated[PlanName, Path()], wanted: ToSave) -> Saved:
    """Save a plan into a scenario of the user's own; none is replaced that is not named by its digest."""
    made, text = _to_save(plan, wanted)
    problems = plan_problems(_scenario(request, name, None), [made])
    if problems:
        raise ScenarioError(problems if wanted.plan is None else [by_change(one) for one in problems])
    return save_plan(request.app.state.board, name, plan, text, wanted.replaces)


def _to_save(plan: str, wanted: ToSave) -> tuple[Plan, str]:
    if wanted.text is not None:
        return _good(*read_text(plan, wanted.text)), wanted.text
    if wanted.plan is None:
        raise UsageError("got neither plan nor text; expected one of them. Send the plan.")
    made = _good(*read_typed(wanted.plan.model_copy(update={"name": plan})))
    return made, plan_toml(made)


@router.post("/api/scenarios/{name}/copy", status_code=201, responses=CHANGES)
def copy(request: Request, name: str) -> Known:
    """Copy a shipped scenario into the board's folder, so that plans can be saved in it."""
    board = request.app.state.board
    copy_shipped(board, name)
    return scenario(board, name)


@router.post("/api/scenarios/{name}/plans/compare", status_code=202, responses={403: {"model": Failure}})
def compare(request: Request, name: str, wanted: ToCompare, as_of: AsOf = None) -> Job:
    """Compare plans in full in the background, with one more of each resource, and write the folder of it."""
    now = _scenario(request, name, as_of)
    plans = [_good(*read_typed(one)) for one in wanted.plans]
    problems = plan_problems(now, plans)
    if problems:
        raise ScenarioError([by_change(one) for one in problems])
    drafts = [{"name": plan.name, "text": plan_toml(plan)} for plan in plans]
    order = {"kind": "compare", "as_of": as_of, "drafts": drafts, **wanted.model_dump(exclude={"plans"})}
    return jobs.ask(request, name, jobs.Wanted.model_validate(order))


@router.get("/api/scenarios/{name}/plans/draft/{mark}")
def kept(request: Request, name: str, mark: Annotated[Mark, Path()]) -> Kept:
    """What a page kept of plans that are not saved; nothing where it kept none."""
    scenario(request.app.state.board, name)
    found = read_draft(request.app.state.database, name, f"plans-{mark}")
    return Kept(plans=[] if found is None else json.loads(found.cells[0][0] or "[]"))


@router.put("/api/scenarios/{name}/plans/draft/{mark}", responses={403: {"model": Failure}})
def keep(request: Request, name: str, mark: Annotated[Mark, Path()], plans: Kept) -> Kept:
    """Keep plans that are not saved, right or wrong, in place of those kept under the same mark.

    Texts that would tell one person from another are left blank.
    """
    scenario(request.app.state.board, name)
    stored = without_persons(plans.plans)
    save_draft(request.app.state.database, name, f"plans-{mark}", [[json.dumps(stored)]])
    return Kept(plans=stored)


def _scenario(request: Request, name: str, as_of: date | None) -> Scenario:
    found: Scenario = request.app.state.scenarios.now(folder_of(request.app.state.board, name), as_of)
    return found


def _good(plan: Plan | None, problems: list[Problem]) -> Plan:
    wrong = [one for one in problems if one.severity == "problem"]
    if plan is None or wrong:
        raise ScenarioError(wrong)
    return plan


def _plain(problems: list[Problem]) -> tuple[dict[str, Any], ...]:
    return tuple(one.as_dict() for one in problems)


def _told(trial: Trial) -> Told:
    problems = _plain([by_change(one) for one in trial.problems])
    return Told(trial.id, trial.state, trial.phase, trial.done, trial.seconds, trial.message, problems, trial.answer)
