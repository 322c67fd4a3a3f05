"""Plans: dated changes to a scenario, read from ``plans/*.toml``, checked, and applied."""

from saferground.scenario.plans.changes import united, with_plan
from saferground.scenario.plans.checks import plan_problems
from saferground.scenario.plans.read import (
    plan_from_cells,
    plan_from_text,
    plan_paths,
    read_plan,
    read_plans,
    stray_files,
)
from saferground.scenario.plans.record import Change, Plan

__all__ = [
    "Change",
    "Plan",
    "plan_from_cells",
    "plan_from_text",
    "plan_paths",
    "plan_problems",
    "read_plan",
    "read_plans",
    "stray_files",
    "united",
    "with_plan",
]
