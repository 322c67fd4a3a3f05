"""What a fitted model says of a series, by hand: the change that it sees, in the terms of the source."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from saferground.forecasting.mechanism import Mechanism
from saferground.observation.quantities import Quantity
from saferground.observation.series import Series
from saferground.observation.sources import Sources

START = date(2030, 1, 1)
FLOW = np.array([[10.0] * 20, [30.0] * 20])


def series(measures: str, place: str, last: int, value: float, key: str = "S") -> Series:
    when = pd.Timestamp(START + timedelta(days=last))
    row = {"kind": "level", "start": when, "end": when, "value": value, "low": value, "high": value}
    return Series(key, place, measures, 1.0, pd.DataFrame([row | {"source": "s", "published": when}]))


def mechanism(one: Series, values: dict[Quantity, np.ndarray], bias: float, spread: float = 1e-9) -> Mechanism:
    shape = np.full((2, 1), 3.0)
    sources = Sources(np.ones((2, 1)), np.full((2, 1), bias), shape, spread**2 * (shape - 1))
    look: Any = SimpleNamespace(day=10, values=values, sources=sources)
    model = SimpleNamespace(clock=SimpleNamespace(start=START))
    posterior: Any = SimpleNamespace(series=[one], filtered=SimpleNamespace(looks=[look], day=15), model=model)
    return Mechanism(posterior)


def says(one: Series, model: Mechanism, done: int = 10, leads: tuple[int, ...] = (1, 5)) -> np.ndarray | None:
    return model(one, START + timedelta(days=done - 1), np.array(leads), 2)


def test_what_is_to_come_is_added_in_the_terms_of_the_source() -> None:
    """Last count 500 on day 7, standing at day 9: lead 1 is three days on; the source sees half."""
    left = series("left_cumulative", "", 7, 500.0)
    said = says(left, mechanism(left, {Quantity("left", ""): FLOW}, np.log(0.5)))
    assert said is not None
    assert np.sort(said, axis=1) == pytest.approx(np.array([[515, 545], [500 + 35, 500 + 105]]), rel=1e-6)


def test_people_present_change_by_their_stock() -> None:
    camp = series("present", "camp", 9, 80.0)
    stock = np.arange(20.0)[None, :] * np.array([[1.0], [-2.0]])
    said = says(camp, mechanism(camp, {Quantity("present", "camp"): stock}, 0.0))
    assert said is not None
    assert np.sort(said[0]) == pytest.approx([78, 81], rel=1e-6)


def test_beyond_the_run_nothing_is_said() -> None:
    left = series("left_cumulative", "", 9, 500.0)
    said = says(left, mechanism(left, {Quantity("left", ""): FLOW}, 0.0), leads=(10, 11))
    assert said is not None
    assert np.isnan(said).all(axis=1).tolist() == [False, True]


def test_on_another_day_or_of_another_series_nothing_is_said() -> None:
    left = series("left_cumulative", "", 7, 500.0)
    model = mechanism(left, {Quantity("left", ""): FLOW}, 0.0)
    assert says(left, model, done=11) is None
    assert says(series("left_cumulative", "", 7, 500.0, key="T"), model) is None
    assert says(series("left_cumulative", "", -3, 500.0), model) is None
    assert says(series("present", "camp", 7, 500.0), model) is None
