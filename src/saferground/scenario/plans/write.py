"""A plan back to the text of a file; reading that file gives the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from saferground.scenario.cells import Value
from saferground.scenario.plans.record import OWN, SCHEMA, Change, Plan
from saferground.scenario.write import toml_value


def plan_toml(plan: Plan) -> str:
    """The plan as TOML: its own keys, then one ``[[kind]]`` for each change."""
    own = {name: getattr(plan, name) for name in SCHEMA.names(OWN)}
    if plan.cost is None:
        own.pop("currency")
    parts = [_keys(own), *(_change(one) for one in plan.changes)]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _change(change: Change) -> list[str]:
    return [f"[[{change.kind}]]", *_keys(change.values)]


def _keys(values: Mapping[str, Value]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in values.items() if value not in (None, "", ())]


def _value(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return toml_value(" ".join(str(one) for one in value))
    return toml_value(value)
