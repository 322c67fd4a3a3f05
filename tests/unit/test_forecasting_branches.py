"""Branches of one ensemble: the one without a plan is the forecast, and two differ only by what their models do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.planned import CAMP, change, day, plan
from helpers.worlds import line
from saferground import build_model, forecast
from saferground.assimilation import Posterior, fit
from saferground.errors import UsageError
from saferground.forecasting.branches import Trunk, branch, of_one_size, record, trunk
from saferground.model import Model
from saferground.model.build import build_siege
from saferground.scenario import Scenario
from saferground.scenario.plans import Change, united, with_plan

MEMBERS = 30
DISTRICTS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """More people than its sites and camps can take in at once, so that everything a plan adds is felt."""
    world = line(population=20_000).change("camps", place="camp_a", capacity=1200)
    world.change("stations", kind="screening", servers=1).change("buses", place="gate", vehicles=2)
    return world.read(tmp_path_factory.mktemp("branches") / "line")


@pytest.fixture(scope="module")
def model(scenario: Scenario) -> Model:
    return build_siege(scenario)


@pytest.fixture(scope="module")
def posterior(model: Model) -> Posterior:
    return fit(model, members=60, seed=1)


@pytest.fixture(scope="module", params=["prior", "counts"])
def basis(request: pytest.FixtureRequest, model: Model, posterior: Posterior) -> Model | Posterior:
    return {"prior": model, "counts": posterior}[request.param]


@pytest.fixture(scope="module")
def start(basis: Model | Posterior) -> Trunk:
    return trunk(basis, MEMBERS, 1)


def same(one: xr.Dataset, other: xr.Dataset) -> list[str]:
    """Variables that differ anywhere, at the places and ways of the first."""
    found = []
    for name, values in one.data_vars.items():
        there = other[name].sel({dim: values[dim] for dim in values.dims})
        if not np.array_equal(values, there, equal_nan=_real(values)):
            found.append(str(name))
    return found


def _real(values: xr.DataArray) -> bool:
    return values.dtype.kind == "f"


def grown(scenario: Scenario, *changes: Change) -> tuple[Trunk, Model]:
    """The trunk of the scenario with what a plan has room for, and the model with the plan."""
    made = plan(*changes)
    base = united(scenario, [made])
    return trunk(build_siege(base), MEMBERS, 1), build_siege(with_plan(base, made))


# --- the branch without a plan --------------------------------------------------------------------------------------


def test_without_a_plan_it_is_the_forecast(basis: Model | Posterior, start: Trunk) -> None:
    whole = forecast(basis, MEMBERS, 1)
    ahead = branch(start)
    assert list(ahead["time"].values) == list(whole["time"].values[-10:])
    assert same(ahead, whole.sel(time=ahead["time"])) == []


def test_run_again_it_is_the_same(start: Trunk) -> None:
    again = replace(start, record=None)
    assert same(branch(start), branch(again)) == []
    assert same(branch(start), branch(again, start.model)) == []


def test_the_number_of_threads_does_not_matter(start: Trunk) -> None:
    again = replace(start, record=None)
    assert same(branch(again, threads=1), branch(again, threads=3)) == []


def test_the_trunk_is_not_used_up(start: Trunk) -> None:
    before = [array.copy() for array in start.state]
    branch(start, start.model)
    assert all(np.array_equal(one, other) for one, other in zip(before, start.state, strict=True))


def test_only_what_was_learned_has_urges_of_its_own(start: Trunk, basis: Model | Posterior) -> None:
    if isinstance(basis, Posterior):
        assert start.urges is not None
        assert start.urges.shape == (MEMBERS, 10)
        assert (np.diff(start.urges, axis=1) != 0).any()
    else:
        assert start.urges is None
    assert start.members == MEMBERS


def test_fewer_than_two_members_are_refused(model: Model) -> None:
    for members, seed in ((1, 1), (0, 1), (5, -1)):
        with pytest.raises(UsageError, match="expected members >= 2"):
            trunk(model, members, seed)


# --- what never opens -----------------------------------------------------------------------------------------------

SPOT = {"id": "spot", "name": "Spot", "lat": 32.9, "lon": 43.05}
NEVER = {
    "camp": CAMP[:2],
    "host community": (
        change("places", kind="host_community", **SPOT),
        change("routes", id="to", origin="desk", destination="spot", mode="road", length_km=9.0, start=day(2)),
    ),
    "site": (
        change("places", kind="screening_site", **SPOT),
        change("routes", id="c_spot", origin="c", destination="spot", mode="walk", length_km=4.0, start=day(2)),
        change("routes", id="spot_a", origin="spot", destination="camp_a", mode="road", length_km=6.0, start=day(2)),
    ),
    "hospital": (
        change("places", kind="field_hospital", **{**SPOT, "id": "a_spot"}),
        change("routes", id="new", origin="aid", destination="a_spot", mode="ambulance", length_km=1.0, start=day(2)),
    ),
    "corridor": (
        change("routes", id="a_new", origin="a", destination="gate", mode="walk", length_km=1.0, start=day(2)),
    ),
    "long way": (
        change("routes", id="far", origin="desk", destination="camp_b", mode="walk", length_km=200.0, start=day(2)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NEVER)
def test_what_never_opens_changes_nothing(scenario: Scenario, model: Model, what: str) -> None:
    with_room, _ = grown(scenario, *NEVER[what])
    assert same(branch(trunk(model, MEMBERS, 1)), branch(with_room)) == []


def test_what_never_opens_changes_nothing_that_was_learned(scenario: Scenario, posterior: Posterior) -> None:
    room = build_siege(united(scenario, [plan(*CAMP)]))
    with_room = trunk(fit(room, members=60, seed=1), MEMBERS, 1)
    assert same(branch(trunk(posterior, MEMBERS, 1)), branch(with_room)) == []


def roomy(model: Model, more: int) -> Model:
    """The model with room for a longer journey than it has."""
    return replace(model, world=model.world._replace(ring=model.world.ring + more))


@pytest.mark.parametrize("more", [1, 7, 40])
def test_room_for_a_longer_journey_can_be_made_at_the_as_of_date(model: Model, more: int) -> None:
    """Those on the way then arrive in the step in which they would have."""
    start, wide = trunk(model, MEMBERS, 1), roomy(model, more)
    assert start.state.coming.sum() > 0
    wider, same_model = of_one_size(start, wide)
    assert same_model is wide
    assert {wider.state.coming.shape[1], wider.state.on_road.shape[1]} == {wide.world.ring}
    assert same(branch(start), branch(start, wide)) == []
    assert same(branch(start), branch(trunk(wide, MEMBERS, 1), model)) == []


def test_a_plan_may_have_a_longer_way_than_the_trunk(scenario: Scenario) -> None:
    slow = plan(change("buses", place="gate", start=day(2), vehicles=0, speed_kmh=1.0))
    base = united(scenario, [slow])
    model, slower = build_siege(base), build_siege(with_plan(base, slow))
    assert slower.world.ring > model.world.ring
    whole = trunk(replace(model, world=model.world._replace(ring=slower.world.ring)), MEMBERS, 1)
    assert same(branch(trunk(model, MEMBERS, 1), slower), branch(whole, slower)) == []


def test_chosen_members_are_the_same_as_among_all(start: Trunk, scenario: Scenario) -> None:
    lanes = build_siege(with_plan(united(scenario, []), plan(*PLANS["lanes"])))
    chosen = np.array([1, 4, MEMBERS - 1])
    for model in (None, lanes):
        some, every = branch(start, model, chosen=chosen), branch(start, model)
        assert same(some.drop_vars("member"), every.isel(member=chosen).drop_vars("member")) == []


# --- what does ------------------------------------------------------------------------------------------------------

PLANS = {
    "lanes": (change("stations", place="desk", kind="screening", start=day(2), servers=3),),
    "hours": (change("hours", place="desk", kind="aid", start=day(2), opens_hour=8.0, closes_hour=12.0),),
    "buses": (change("buses", place="gate", start=day(2), vehicles=10),),
    "places in a camp": (change("camps", place="camp_a", start=day(2), places=3000),),
    "new camp": CAMP,
    "beds": (change("stations", place="hospital", kind="beds", start=day(2), servers=50),),
}
"""What leaves home, ways on foot, control and stocks alone."""


@pytest.mark.parametrize("name", PLANS)
def test_members_are_paired(scenario: Scenario, name: str) -> None:
    """Member by member who leaves home, on which day and by which way is the same: a plan for sites is felt there."""
    start, model = grown(scenario, *PLANS[name])
    without, with_it = branch(start), branch(start, model)
    assert same(without.sel(time=slice(None, str(day(1)))), with_it.sel(time=slice(None, str(day(1))))) == []
    for variable in ("departures", "stayers", "control", "shortage", "inward"):
        one, other = (data[variable] for data in (without, with_it))
        where = {"place": DISTRICTS} if "place" in one.dims else {}
        np.testing.assert_array_equal(one.sel(where), other.sel(where), variable)
    out = [route for route in without["route"].values if route.split("_")[0] in DISTRICTS]
    np.testing.assert_array_equal(without["flow"].sel(route=out), with_it["flow"].sel(route=out))
    assert same(without, with_it) != []


@pytest.mark.parametrize("name", ["lanes", "buses"])
def test_more_of_what_holds_people_up_lets_nobody_wait_longer_in_all(scenario: Scenario, name: str) -> None:
    start, model = grown(scenario, *PLANS[name])
    line_of = {"lanes": ("desk", "screening"), "buses": ("gate", "boarding")}[name]
    waits = [data["waiting"].sel(site=line_of[0], line=line_of[1]).sum("time") for data in both(start, model)]
    assert (waits[1] <= waits[0]).all()
    assert (waits[1] < waits[0]).any()


def both(start: Trunk, model: Model) -> tuple[xr.Dataset, xr.Dataset]:
    return branch(start), branch(start, model)


def test_a_corridor_lets_people_out_of_a_district_that_is_shut(tmp_path: Path) -> None:
    world = line(population=20_000).add("closures", route="c_out", closed=day(0))
    corridor = change("routes", id="c_new", origin="c", destination="gate", mode="walk", length_km=1.0, start=day(4))
    made = plan(corridor)
    base = united(world.read(tmp_path), [made])
    without, with_it = build_siege(base), build_siege(with_plan(base, made))
    start = trunk(fit(without, members=60, seed=1), MEMBERS, 1)
    gone = [data["flow"].sel(route=["c_out", "c_new"]).sum(["member", "route"]) for data in both(start, with_it)]
    assert (gone[0] == 0).all()
    assert list(gone[1] > 0) == [False] * 3 + [True] * 7


def test_people_walk_until_a_new_fleet_is_there(tmp_path: Path) -> None:
    scenario = line(population=20_000).drop("buses", place="gate").read(tmp_path)
    new = change("buses", place="gate", start=day(4), vehicles=1, seats=40, speed_kmh=20.0)
    start, model = grown(scenario, new)
    without, with_it = both(start, model)
    before, later = slice(None, str(day(3))), slice(str(day(4)), None)
    assert same(without.sel(time=before), with_it.sel(time=before)) == []
    waits = [data["waiting"].sel(site="gate", line="boarding") for data in (without, with_it)]
    assert (waits[0] == 0).all()
    assert (waits[1].sel(time=later) > 0).any()


def test_a_record_is_what_a_branch_is_made_of(start: Trunk) -> None:
    made = record(start, start.model)
    assert made.departures.shape[:2] == (MEMBERS, 10)
    ahead = branch(start)
    np.testing.assert_array_equal(made.departures, ahead["departures"].values)


def test_progress_counts_every_member_once(start: Trunk) -> None:
    told: list[int] = []
    branch(replace(start, record=None), threads=2, progress=told.append)
    assert sum(told) >= MEMBERS
    assert told[-1] == MEMBERS or sum(told) == MEMBERS


def test_the_title_of_the_run_is_that_of_the_scenario(start: Trunk, tmp_path: Path) -> None:
    assert branch(start).attrs["seed"] == forecast(build_model(start.model.scenario), 2, 1).attrs["seed"] == 1
