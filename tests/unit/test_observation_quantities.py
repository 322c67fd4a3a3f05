"""What a series measures, read off a run of the small world, against the record itself."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.sieges import drawn, model_of
from helpers.worlds import line
from saferground import engine
from saferground.engine import Record
from saferground.engine.state import households
from saferground.model import Model
from saferground.observation.quantities import Quantity, daily, measurable, over

VALUES = np.array([[1.0, 2.0, 4.0, 8.0], [0.0, 10.0, 0.0, 30.0]])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Record]:
    model = model_of(line(), tmp_path_factory.mktemp("quantities"))
    params, members = drawn(model, 3)
    state = engine.init(model.world, 3)
    record = engine.run(model.world, params, 1, members, state, first=0, last=model.clock.steps)
    assert (households(state) > 0).any()
    return model, record


def test_people_who_left_are_those_of_all_districts_or_of_one(run: tuple[Model, Record]) -> None:
    model, record = run
    wanted = [Quantity("left", place) for place in ("", *model.layout.districts)]
    whole, *parts = daily(model, record, wanted).values()
    assert whole.sum() > 0
    np.testing.assert_array_equal(whole, sum(parts))
    np.testing.assert_array_equal(parts[1], record.departures[:, :, model.layout.all_places.index("b")])


def test_arrivals_and_people_present_are_those_of_their_place(run: tuple[Model, Record]) -> None:
    model, record = run
    at = model.layout.all_places.index("camp_a")
    came, there = daily(model, record, [Quantity("arrived", "camp_a"), Quantity("present", "camp_a")]).values()
    np.testing.assert_array_equal(came, record.arrivals[:, :, at])
    np.testing.assert_array_equal(there, record.people[:, :, at].sum(axis=2))
    assert there[:, -1].min() >= 200  # occupied at the start


@pytest.mark.parametrize(
    ("quantity", "has"),
    [
        (Quantity("left", ""), True), (Quantity("left", "a"), True), (Quantity("left", "gate"), False),
        (Quantity("arrived", "gate"), True), (Quantity("arrived", ""), False), (Quantity("present", "nowhere"), False),
        (Quantity("treated", "hospital"), False),
    ],
)  # fmt: skip
def test_what_the_model_has(run: tuple[Model, Record], quantity: Quantity, has: bool) -> None:
    assert measurable(run[0], quantity) is has


@pytest.mark.parametrize(
    ("what", "kind", "expected"),
    [("left", "level", [14, 40]), ("left", "total", [14, 40]), ("left", "rate", [14 / 3, 40 / 3]),
     ("present", "level", [8, 30])],
)  # fmt: skip
def test_a_count_adds_flows_and_takes_stocks_at_the_end(what: str, kind: str, expected: list[float]) -> None:
    assert list(over(VALUES, Quantity(what, ""), kind, 1, 3)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("what", "kind", "late", "expected"),
    [("left", "level", 0.5, [10, 25]), ("left", "level", 1.0, [6, 10]), ("left", "level", 9.0, [0, 0]),
     ("left", "total", 1.0, [7, 10]), ("left", "rate", 1.5, [5.0 / 3, 10.0 / 3]), ("present", "level", 0.25, [7, 22.5]),
     ("present", "level", 9.0, [1, 0])],
)  # fmt: skip
def test_a_count_that_is_late_says_what_was_so_before(what: str, kind: str, late: float, expected: list[float]) -> None:
    """A level has its first day, a total or a rate its number of days; nothing lies before the run."""
    assert list(over(VALUES, Quantity(what, ""), kind, 1, 3, np.full(2, late))) == pytest.approx(expected)


def test_each_member_has_a_delay_of_its_own() -> None:
    late = np.array([0.0, 1.0])
    assert list(over(VALUES, Quantity("left", ""), "level", 1, 3, late)) == pytest.approx([14, 10])
