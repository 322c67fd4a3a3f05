"""What a series measures, read off a simulated run: people by the end of each day, or during it.

A quantity is a measure at a place; the place "" is the whole scenario. Flows are people a day, stocks people at the end
of the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saferground.engine import Record
from saferground.engine.journey import JourneyRecord
from saferground.model import Journey, Model
from saferground.observation.series import Series

Array = NDArray[np.float64]


class Quantity(NamedTuple):
    """What is measured (``left``, ``arrived`` or ``present``) and at which place."""

    what: str
    place: str

    @property
    def flows(self) -> bool:
        """Whether it is people a day rather than people there."""
        return self.what != "present"


def quantity_of(series: Series) -> Quantity:
    """The quantity that a series measures."""
    return Quantity(series.measures.split("_")[0], series.place)


def measurable(model: Model | Journey, quantity: Quantity) -> bool:
    """Whether the model has the quantity: people who left a district or all, who arrived or are at a known place."""
    if isinstance(model, Journey):
        return quantity.what == "present" and quantity.place in ("", *model.places["id"])
    layout = model.layout
    if quantity.what == "left":
        return quantity.place in ("", *layout.districts)
    return quantity.what in ("arrived", "present") and quantity.place in layout.all_places


def daily(
    model: Model | Journey, record: Record | JourneyRecord, quantities: Iterable[Quantity]
) -> dict[Quantity, Array]:
    """Each quantity on each day of a record, (members, days); all must be ``measurable``."""
    return {one: _daily(model, record, one) for one in quantities}


def _daily(model: Model | Journey, record: Record | JourneyRecord, quantity: Quantity) -> Array:
    if isinstance(model, Journey):
        assert isinstance(record, JourneyRecord), "a journey writes journey records"
        at = list(model.places["id"]).index(quantity.place) if quantity.place else None
        there = record.people[:, :, at] if at is not None else record.people.sum(axis=2) + record.travelling
        return there.astype(float) * float(str(model.scenario.rules["people_per_unit"]))
    assert isinstance(record, Record), "a siege writes siege records"
    if quantity.what == "left" and not quantity.place:
        return record.departures[:, :, : len(model.layout.districts)].sum(axis=2).astype(float)
    at = model.layout.all_places.index(quantity.place)
    if quantity.what == "present":
        return record.people[:, :, at].sum(axis=2).astype(float)
    flow = record.departures if quantity.what == "left" else record.arrivals
    return flow[:, :, at].astype(float)


def over(values: Array, quantity: Quantity, kind: str, first: int, last: int, late: Array | float = 0.0) -> Array:
    """What a count of one kind would be (``observation.series``): of the days from ``first`` to ``last``; (members,).

    ``values`` are (members, days) as ``daily`` gives them. A count that is ``late`` days behind says what was so that
    much before the end of its last day; a total or a rate, of as many days that end then. Nothing lies before the run.
    """
    end = np.maximum(last + 1.0 - late, 0.0) + np.zeros(len(values))
    if not quantity.flows:
        return _at(values, np.maximum(end - 1.0, 0.0))
    so_far = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values[:, : last + 1], axis=1)], axis=1)
    begin = np.full(len(values), float(first)) if kind == "level" else np.maximum(first - (last + 1.0 - end), 0.0)
    total = _at(so_far, end) - _at(so_far, np.minimum(begin, end))
    return total / (last - first + 1) if kind == "rate" else total


def _at(values: Array, day: Array) -> Array:
    """Each member's value at a moment of its own, on the line between days."""
    before = np.floor(day).astype(np.int64)
    after, every = np.minimum(before + 1, values.shape[1] - 1), np.arange(len(values))
    share = day - before
    return (1.0 - share) * values[every, before] + share * values[every, after]
