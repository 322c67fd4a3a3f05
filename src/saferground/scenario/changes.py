"""Settings given as arguments in place of those of the folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from saferground.errors import UsageError
from saferground.scenario.cells import Value, expected, read_cell
from saferground.scenario.columns import DEFAULT_MODEL, Schema, schema


def changed_values(
    values: Mapping[str, Value],
    *,
    as_of: date | str | None = None,
    days: int | None = None,
    step_hours: int | None = None,
) -> dict[str, Value]:
    """The settings with the arguments that are not None in their place.

    Raises:
        UsageError: an argument is no date or number, is out of range, the as-of date lies before the start, or the
            step does not divide a day.
    """
    given = {"as_of": as_of, "days": days, "step_hours": step_hours}
    described = schema(str(values.get("model") or DEFAULT_MODEL))
    changes = {name: _argument(described, name, value) for name, value in given.items() if value is not None}
    changed = {**values, **changes}
    start, day, hours = changed.get("start"), changed.get("as_of"), changed.get("step_hours")
    if as_of is not None and isinstance(start, date) and isinstance(day, date) and day < start:
        raise UsageError(f"as_of: got {day}; expected the start, {start}, or later. Choose a later day.")
    if step_hours is not None and isinstance(hours, int) and 24 % hours:
        raise UsageError(f"step_hours: got {hours}; expected one of 1, 2, 3, 4, 6, 8, 12, 24. Choose one of these.")
    return changed


def _argument(described: Schema, name: str, value: object) -> Value:
    key = described.column("scenario", name)
    text = value.date().isoformat() if isinstance(value, datetime) else str(value)
    found, fault = read_cell(text, key)
    if fault or isinstance(value, bool) or not text.strip():
        advice = fault.do if fault else "Give a value."
        raise UsageError(f"{name}: got {text[:60]!r}; expected {expected(key)}. {advice}")
    return found
