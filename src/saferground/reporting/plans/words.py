"""Outcomes, resources and differences in words."""

from __future__ import annotations

from saferground.planning.plans.resources import CAMPS, FLEETS
from saferground.reporting.words import about, missing

_OUTCOMES = {
    "waiting": "Waiting in lines",
    "apart": "Apart from the family",
    "in_the_open": "In the open",
    "without_a_place": "Nights without a place",
    "unmet": "Not served from stocks",
    "untreated": "Injured and untreated",
    "deaths": "Deaths",
}
_KINDS = {
    FLEETS: "buses", CAMPS: "camp places", "beds": "hospital beds", "shade": "shaded places", "tents": "stock of tents",
    "kits": "stock of kits", "water": "stock of water", "food": "stock of food",
}  # fmt: skip


def outcome_name(name: str) -> str:
    """An outcome as readers call it."""
    return _OUTCOMES.get(name, name.replace("_", " ").capitalize())


def kind_name(kind: str) -> str:
    """A kind of resource as readers call it."""
    return _KINDS.get(kind, kind)


def signed(value: float | None) -> str:
    """A change in two significant digits with its sign; an en dash when missing."""
    if value is None or missing(value) or not value:
        return about(value)
    return f"+{about(value)}" if value > 0 else f"-{about(-value)}"
