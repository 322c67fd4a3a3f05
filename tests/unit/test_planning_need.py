"""Needs by hand: a site, a camp and a host community with so many people."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr

from helpers.datasets import fake_forecast
from helpers.scenarios import fake_scenario
from saferground.planning import ahead, needs, quantiles, standards_for, totals
from saferground.planning.need import BESIDE, beside

SCREENING, JUNCTION, CAMP, HOST = "hammam_al_alil", "scorpion_junction", "chamakor", "east_mosul"


def small(
    people: dict[str, int] | None = None,
    *,
    capacity: float = 1000.0,
    left: dict[str, int] | None = None,
    boarding: int = 0,
    by_road: int = 0,
) -> xr.Dataset:
    """One member and one day ahead: so many people at each place; everything else is zero."""
    forecast = totals(fake_forecast(members=1, days=1, districts=1, settled=2))
    empty = forecast.assign({name: forecast[name] * 0 for name in ("people", "departures", "flow", "waiting")})
    for name, counts in (("people", people or {}), ("departures", left or {})):
        for place, count in counts.items():
            empty[name].loc[{"place": place}] = count
    empty["waiting"].loc[{"line": "boarding", "site": SCREENING}] = boarding
    empty["flow"].loc[{"route": f"to_{CAMP}"}] = by_road
    empty["capacity"].loc[{"settled": CAMP}] = capacity
    return empty


def one(forecast: xr.Dataset, place: str, item: str, what: str = "need") -> float:
    return needs(forecast)[what].sel(place=place, item=item).item()


@pytest.mark.parametrize(
    ("item", "amount"),
    [
        ("water", 15_000),
        ("water_after", 20_000),
        ("taps", 4),
        ("taps_after", 10),
        ("toilets", 20),
        ("toilets_after", 50),
        ("shelter", 3_500),
        ("site_area", 45_000),
        ("plots", 167),
        ("food", 555),
        ("soap", 250),
        ("health_workers", 3),
        ("clinicians", 1),
        ("health_centres", 1),
        ("bathing", 20),
        ("bathing_after", 50),
        ("kits", 167),
        ("hygiene_kits", 200),
    ],
)
def test_a_camp_of_a_thousand(item: str, amount: float):
    assert one(small({CAMP: 1000}), CAMP, item) == pytest.approx(amount)


def test_whole_units_are_not_rounded_up_by_floating_point():
    assert one(small({CAMP: 10_000}), CAMP, "health_workers") == 23
    assert one(small({CAMP: 10_001}), CAMP, "health_workers") == 24


def test_those_who_pass_a_site_add_three_litres_and_a_share_of_toilets():
    forecast = small({SCREENING: 100}, left={SCREENING: 50})
    assert one(forecast, SCREENING, "water") == 100 * 15 + 50 * 3
    assert one(forecast, SCREENING, "toilets") == 3
    assert one(forecast, SCREENING, "shelter") == 350
    assert one(forecast, SCREENING, "food") == pytest.approx(150 * 0.555)


def test_nobody_needs_nothing():
    result = needs(small())
    assert result["need"].sel(place=CAMP).max() == 0
    assert result["need"].sel(place=SCREENING).max() == 0


def test_what_does_not_apply_is_missing():
    result = needs(small({HOST: 500, SCREENING: 500}))["need"].isel(member=0, time=0)
    assert math.isnan(result.sel(place=HOST, item="plots"))
    assert math.isnan(result.sel(place=HOST, item="site_area"))
    assert math.isnan(result.sel(place=SCREENING, item="soap"))
    assert math.isnan(result.sel(place=CAMP, item="buses"))
    assert result.sel(place=HOST, item="water") == 7_500


def test_unmet_is_what_goes_beyond_the_stated_capacity():
    forecast = small({CAMP: 1300, HOST: 1300}, capacity=1000)
    assert one(forecast, CAMP, "water", "unmet") == 4_500
    assert one(forecast, CAMP, "toilets", "unmet") == 26 - 20
    assert one(forecast, CAMP, "health_centres", "unmet") == 0
    assert one(small({CAMP: 900}), CAMP, "water", "unmet") == 0
    assert one(small({CAMP: 90}, capacity=0), CAMP, "water", "unmet") == 1_350


def test_unmet_is_missing_where_no_capacity_is_stated():
    forecast = small({CAMP: 1300, HOST: 1300, SCREENING: 40}, capacity=np.nan)
    for place in (CAMP, HOST, SCREENING):
        assert math.isnan(one(forecast, place, "water", "unmet"))


def test_bus_trips_carry_those_who_left_by_road_and_those_still_in_line():
    forecast = small(by_road=120, boarding=31)
    assert one(forecast, SCREENING, "buses") == 4
    assert one(forecast, SCREENING, "buses", "unmet") == 1


def test_a_site_that_nobody_leaves_by_road_needs_no_buses():
    forecast = small(boarding=31)
    on_foot = forecast.assign_coords(route_mode=("route", ["walk"] * forecast.sizes["route"]))
    assert math.isnan(one(on_foot, SCREENING, "buses"))
    assert math.isnan(one(on_foot, SCREENING, "buses", "unmet"))


def test_a_scenario_may_replace_a_standard():
    scenario = fake_scenario([{"indicator": "buses", "value": 30.0, "source": "survey"}])
    result = needs(small(by_road=120), standards_for(scenario))
    assert result["need"].sel(place=SCREENING, item="buses").item() == 4
    assert result["item_standard"].sel(item="buses") == "scenario"


def test_shape_types_and_labels():
    forecast = fake_forecast(members=3, days=4)
    result = needs(forecast)
    assert result["need"].dims == result["unmet"].dims == ("member", "time", "place", "item")
    assert result["need"].dtype == result["unmet"].dtype == np.float32
    assert result["place"].values.tolist() == [*forecast["site"].values, *forecast["settled"].values]
    assert (result["time"].values == ahead(forecast)["time"].values).all()
    assert result["item_unit"].sel(item="water") == "L/day"
    assert not result["item_verified"].sel(item="clinicians")
    assert result.attrs["digest"] == forecast.attrs["digest"]


def test_the_need_at_a_quantile_is_the_need_of_the_quantile_of_people():
    forecast = totals(fake_forecast(members=31, days=3, seed=4))
    toilets = quantiles(needs(forecast)["need"].sel(item="toilets", place="jadah"))
    people = quantiles(ahead(forecast)["people"].sel(place="jadah"))
    assert (toilets.values == np.ceil(people.values / 50)).all()


def test_the_forecast_is_left_as_it_was():
    forecast = fake_forecast(members=2, days=2)
    before = forecast.copy(deep=True)
    needs(forecast)
    xr.testing.assert_identical(forecast, before)


def test_needs_by_one_set_of_standards_leave_out_what_it_has_no_figure_for():
    forecast = small({CAMP: 1000}, left={SCREENING: 50})
    unhcr = needs(forecast, by="unhcr")
    assert unhcr["need"].sel(place=CAMP, item="site_area") == 30_000
    assert unhcr["need"].sel(place=CAMP, item="bathing_after") == 50
    assert unhcr["need"].sel(place=SCREENING, item="water") == 150
    assert set(unhcr["item_standard"].values) == {"unhcr"}
    assert "food" not in unhcr["item"].values


def test_side_by_side_is_what_each_set_gives_by_itself():
    forecast = totals(fake_forecast(members=31, days=3, seed=4))
    standards = standards_for(fake_scenario([{"indicator": "water", "value": 20.0, "source": "survey"}]))
    used = needs(forecast, standards)
    both = beside(forecast, standards, used)
    for name in BESIDE:
        alone = quantiles(needs(forecast, standards, by=name)["need"], (0.5, 0.9))
        for item in used["item"].values.tolist():
            shown = both.sel(standard=name, item=item).values
            expected = alone.sel(item=item).values if item in alone["item"].values else np.full(shown.shape, np.nan)
            np.testing.assert_array_equal(shown, expected, f"{name} {item}")
    settled = used["place"].values.tolist().index("jadah")
    by_hand = quantiles(used["need"], (0.5, 0.9)).sel(item="water").values[:, settled]
    np.testing.assert_allclose(both.sel(standard="sphere", item="water").values[:, settled], by_hand * 15 / 20)
