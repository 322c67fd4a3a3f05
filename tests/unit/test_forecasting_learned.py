"""Forecasts that rest on a posterior: steered sieges, journeys carried on from their counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import saferground as sg
from saferground.assimilation import Posterior, can_learn, fit
from saferground.axes import LEARNED_VARIABLES
from saferground.forecasting.ahead import LEFT
from saferground.forecasting.steer import Course, steered
from saferground.model.params import from_scores

EXAMPLES = Path(__file__).parents[2] / "examples"
MEMBERS = 60


@pytest.fixture(scope="module")
def city() -> Posterior:
    return fit(sg.build_model(sg.read_scenario(EXAMPLES / "small-city")), MEMBERS, seed=3)


@pytest.fixture(scope="module")
def country() -> Posterior:
    return fit(sg.build_model(sg.read_scenario(EXAMPLES / "small-country", days=20)), MEMBERS, seed=3)


@pytest.fixture(scope="module")
def ahead(city: Posterior) -> xr.Dataset:
    return sg.forecast(city, MEMBERS, seed=5)


@pytest.fixture(scope="module")
def carried(country: Posterior) -> xr.Dataset:
    return sg.forecast(country, MEMBERS, seed=5)


def people_who_left(data: xr.Dataset) -> np.ndarray:
    return data["departures"].sel(place=data["district"].values).sum("place").values.cumsum(axis=1)


def test_both_models_say_what_they_rest_on_and_hold_what_was_learned(ahead: xr.Dataset, carried: xr.Dataset) -> None:
    for data in (ahead, carried):
        assert data.attrs["basis"] == "counts"
        assert set(LEARNED_VARIABLES) <= set(data.data_vars)
        for name, about in LEARNED_VARIABLES.items():
            assert data[name].dims[-len(about.dims) :] == about.dims
            assert data[name].dtype == about.dtype


def test_the_same_seed_gives_the_same_forecast_on_any_number_of_threads(city: Posterior, ahead: xr.Dataset) -> None:
    again = sg.forecast(city, MEMBERS, seed=5, threads=1)
    xr.testing.assert_identical(ahead, again)
    assert not np.array_equal(sg.forecast(city, MEMBERS, seed=6)["people"].values, ahead["people"].values)


def test_the_run_up_is_that_of_the_posterior(city: Posterior, ahead: xr.Dataset) -> None:
    done = city.filtered.day
    np.testing.assert_array_equal(people_who_left(ahead)[:, :done], city.filtered.values[LEFT].cumsum(axis=1))


def test_more_leave_where_the_course_of_the_counts_says_so(city: Posterior) -> None:
    made, model = city.filtered, city.model
    params, days, every = from_scores(model.priors, made.scores), model.clock.days - made.day, np.arange(MEMBERS)

    def left(a_day: float) -> np.ndarray:
        way = Course(np.tile(a_day * np.arange(1.0, days + 1), (MEMBERS, 1)), made.values[LEFT][:, -1])
        record = steered(model, 5, made.state, every, made.day, way)(params, every)
        return record.departures[:, :, : len(model.layout.districts)].sum(axis=(1, 2))

    few, many = left(150.0), left(450.0)
    assert 0.7 * 150 * days < np.median(few) < 1.3 * 150 * days
    assert np.median(many) > 2.0 * np.median(few)


def test_nobody_leaves_who_is_not_there(city: Posterior) -> None:
    made, model = city.filtered, city.model
    params, days = from_scores(model.priors, made.scores), model.clock.days - made.day
    way = Course(np.full((MEMBERS, days), 1e9), np.full(MEMBERS, 1e6))
    state, every = made.state, np.arange(MEMBERS)
    inside = sum(part.sum(axis=(1, 2)) for part in (state.willing, state.staying)) * int(
        model.world.classes.persons.max()
    )
    record = steered(model, 5, state, every, made.day, way)(params, every)
    assert (record.departures[:, :, : len(model.layout.districts)].sum(axis=(1, 2)) <= inside).all()
    assert (record.people >= 0).all()


def test_counted_places_of_a_country_are_as_their_counts_say(carried: xr.Dataset) -> None:
    as_of = carried["time"].values == np.datetime64(carried.attrs["as_of"])
    lake = carried["people"].sel(place="lake").values
    assert (lake[:, as_of] == 7800).all()
    expected = carried["count_ahead"].sel(series="Lake camp@lake").values
    np.testing.assert_allclose(
        lake[:, ~as_of & (carried["time"].values > carried["time"].values[as_of])], expected, atol=1
    )


def test_what_the_counts_change_is_booked(carried: xr.Dataset) -> None:
    people, moved = carried["people"], carried["people"] - carried["adjusted"]
    start = moved.isel(time=0).sum("place") + carried["travelling"].isel(time=0)
    start -= carried["displaced"].isel(time=0).sum("place")
    known = start + carried["displaced"].sum("place").cumsum("time")
    np.testing.assert_array_equal(
        (moved.sum("place") + carried["travelling"]).values, known.transpose("member", "time").values
    )
    assert (people.values >= 0).all()


def test_a_journey_with_given_totals_is_not_learned_from(country: Posterior) -> None:
    assert can_learn(country.model)
    given = sg.read_scenario(EXAMPLES / "small-country")
    given.rules["totals"] = "given"
    assert not can_learn(sg.build_model(given))
