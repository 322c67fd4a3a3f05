"""Staff and sites by hand: so many injured, so many people."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr

from helpers.datasets import fake_forecast
from helpers.scenarios import _frame, fake_scenario
from saferground.planning import needs, packaged_standards, totals
from saferground.planning.health import BESIEGED, SETTLED, TRAUMA, reproductive, trauma
from saferground.scenario import Scenario

CAMP, HOST, SITE, DISTRICT = "jadah", "east_mosul", "hammam_al_alil", "old_city"


def small(injured: int = 0, **people: int) -> xr.Dataset:
    """One member, two days ahead: so many injured a day and people at places, everyone else gone."""
    forecast = totals(fake_forecast(members=1, days=2))
    empty = forecast.assign({name: forecast[name] * 0 for name in ("people", "injured", "departures", "control")})
    empty["injured"].loc[{"hazard": "home"}] = injured
    for place, count in people.items():
        empty["people"].loc[{"place": place}] = count
    for name, value in {"stabilisation_rate": 1.0, "red_share": 0.5, "bed_days": 4.0}.items():
        empty["parameter_value"].loc[{"parameter": name}] = value
    return empty


def with_stations(*rows: dict) -> Scenario:
    scenario = fake_scenario()
    scenario.tables["stations"] = _frame(
        "stations", [{"opens_hour": 0.0, "closes_hour": 24.0, "source": "survey", **row} for row in rows]
    )
    return scenario


def test_places_theatres_and_beds_for_the_injured():
    need = trauma(small(injured=48), fake_scenario())["need"].isel(member=0, time=0)
    operations = 48 * 0.5 * 1.36
    assert dict(zip(TRAUMA, need.values.tolist(), strict=True)) == pytest.approx(
        {
            "injured": 48, "stabilisation_places": 2, "operations": operations, "theatres": math.ceil(operations / 7),
            "theatre_hours": 2 * operations, "beds": 48 * 0.5 * 4, "theatre_beds": 20 * math.ceil(operations / 7),
        }
    )  # fmt: skip


def test_against_what_is_in_place_on_the_day():
    scenario = with_stations(
        {"kind": "beds", "servers": 60, "opens": "2017-02-01"},
        {"kind": "beds", "servers": 20, "opens": "2017-03-02", "published": "2017-02-27"},
        {"kind": "beds", "servers": 500, "opens": "2017-03-02", "published": "2017-03-05"},
        {"kind": "beds", "servers": 500, "opens": "2017-01-01", "closes": "2017-03-01"},
        {"kind": "stabilisation", "servers": 3, "opens": "2017-02-01", "closes_hour": 12.0},
    )
    found = trauma(small(injured=48), scenario).isel(member=0)
    assert found["in_place"].sel(resource="beds").values.tolist() == [60, 80]
    assert found["gap"].sel(resource="beds").values.tolist() == [36, 16]
    assert found["in_place"].sel(resource="stabilisation_places").values.tolist() == [1.5, 1.5]
    assert found["gap"].sel(resource="stabilisation_places").values.tolist() == [0.5, 0.5]
    assert np.isnan(found["gap"].sel(resource="theatres").values).all()


def test_nobody_injured_needs_nothing():
    assert trauma(small(), fake_scenario())["need"].max() == 0


@pytest.mark.parametrize(
    ("item", "amount"),
    [
        ("women", 2_500),
        ("pregnant", 400),
        ("births", 400 / 365),
        ("complications", 60 / 365),
        ("caesareans", 60 / 365),
        ("attendants", 3),
        ("delivery_kits", 400 * 90 / 365),
        ("rh_kits_community", 1),
        ("rh_kits_centre", 1),
        ("obstetric_basic", 1),
    ],
)
def test_ten_thousand_people(item: str, amount: float):
    found = reproductive(small(**{CAMP: 10_000}), packaged_standards())["need"]
    assert found.sel(place=CAMP, item=item).values.ravel().tolist() == pytest.approx([amount] * 2, rel=1e-5)


def test_all_together_are_rounded_once():
    found = reproductive(small(**{CAMP: 10_001, HOST: 10_001, DISTRICT: 30_000}), packaged_standards())["need"]
    kits = found.sel(item="rh_kits_community").isel(member=0, time=0)
    assert kits.sel(place=[CAMP, HOST, SETTLED, BESIEGED]).values.tolist() == [2, 2, 3, 3]


def test_the_besieged_are_those_in_districts_not_retaken():
    forecast = small(**{DISTRICT: 1_000})
    forecast["control"].loc[{"district": DISTRICT}] = 2
    found = reproductive(forecast, packaged_standards())["need"]
    assert found.sel(place=BESIEGED, item="women").max() == 0


def test_they_are_no_part_of_the_other_needs():
    assert not {"women", "births"} & set(needs(small())["item"].values)
