"""What the besieged have left, against the stocks of the engine itself and by hand."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from helpers.sieges import drawn, siege
from saferground.engine import init, run
from saferground.forecasting import forecast
from saferground.model import Model, build_model
from saferground.planning.besieged import _age, _linked, besieged_balance, days_left, together

SEED, MEMBERS = 3, 24


@pytest.fixture(scope="module", params=[0, 3, 8, 11])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    world = siege(random.Random(request.param), step_hours=6, times=5)
    world.parameters["ration_days"] = {"prior": "uniform", "low": 2.0, "high": 20.0}
    world.parameters["relief_days"] = {"prior": "uniform", "low": 1.0, "high": 20.0}
    world.fix(flight_held=0.02, flight_contested=0.05, flight_retaken=0.05, rear_flight=0.02, pace=0.1)
    world.settings["days"] = 12
    built = build_model(world.read(tmp_path_factory.mktemp("siege")))
    assert isinstance(built, Model)
    return built


def test_the_stock_is_that_of_the_engine(model: Model) -> None:
    ahead = forecast(model, MEMBERS, SEED)
    balance = besieged_balance(ahead, model.scenario)
    params, members = drawn(model, MEMBERS, SEED)
    each = model.clock.steps_per_day
    seen = []
    for day in range(0, balance.sizes["time"], 3):
        state, end = init(model.world, MEMBERS), (model.known_until // each + day + 1) * each
        run(model.world, params, SEED, members, state, first=0, last=end)
        people = balance["people"].values[:, day, :, None]
        ours, least = (balance[name].values[:, day] for name in ("stock", "at_least"))
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = (ours - state.stock) / people
        many = np.broadcast_to(people > 200, ours.shape)
        seen.append(apart[many & ~least])
        assert (apart[many & least] < 0.1).all()  # no more than is there
    apart = np.abs(np.concatenate(seen))  # days of need; people move within a day, so not to the last ration
    assert len(apart) > 100
    assert apart.max() < 0.3
    assert np.quantile(apart, 0.9) < 0.06


def test_each_day_what_arrives_what_lacks_and_what_is_given_make_the_need(model: Model) -> None:
    balance = besieged_balance(forecast(model, MEMBERS, SEED), model.scenario)
    need = balance["people"]
    for name in ("arrives", "gap", "stock"):
        assert (balance[name] >= 0).all()
    assert (balance["arrives"] + balance["gap"] <= need * (1 + 1e-5) + 1e-3).all()
    retaken = need == 0
    assert (balance[["arrives", "gap", "stock"]].to_dataarray().where(retaken, 0) == 0).all()


def test_all_together_are_the_sum(model: Model) -> None:
    balance = besieged_balance(forecast(model, MEMBERS, SEED), model.scenario)
    everyone = together(balance)
    np.testing.assert_allclose(everyone["gap"].values, balance["gap"].sum("district").values)
    left = days_left(everyone)
    inhabited = everyone["people"].values > 0
    assert np.isnan(left.values[~inhabited]).all()
    assert (left.values[inhabited] >= 0).all()


def test_goods_pass_through_neighbours_that_are_not_retaken() -> None:
    touching = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]], np.float32)
    control = np.array([[[0, 1, 0, 2]]], np.int8)
    assert _linked(control, np.array([[True, False, False, False]]), touching).tolist() == [[[True] * 4]]
    assert _linked(control, np.array([[False] * 4]), touching).tolist() == [[[False, False, False, True]]]
    cut = np.array([[[0, 2, 0, 0]]], np.int8)
    assert _linked(cut, np.array([[True, False, False, False]]), touching).tolist() == [[[True, True, False, False]]]


def test_relief_grows_with_the_days_since_a_district_was_joined() -> None:
    linked = np.array([[[True], [True], [False], [True], [True]]])
    assert _age(linked, 0.75)[0, :, 0].tolist() == [np.inf, np.inf, 0, 0.75, 1.75]


def test_what_was_published_later_is_not_used(tmp_path: Path) -> None:
    world = siege(random.Random(3), step_hours=6, times=5)
    known = build_model(world.read(tmp_path / "known"))
    ahead = forecast(known, 4, SEED)
    late = {"good": "food", "date": world.settings["start"], "inflow": 1.0, "district": "d1"}
    world.add("supplies", **late, days_low=1, days_best=1, days_high=1, published="2031-01-01")
    later = world.read(tmp_path / "later")
    assert besieged_balance(ahead, later).identical(besieged_balance(ahead, known.scenario))
