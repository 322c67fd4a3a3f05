"""What must hold in every world: people are conserved, members do not depend on each other, closed means closed."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import numpy as np
import pytest
import xarray as xr

from helpers.sieges import drawn, fresh, heat, model_of, only, siege
from helpers.worlds import START, World, line
from saferground.axes import IN_CARE
from saferground.engine import Record, State, reorder, run
from saferground.engine.state import APART, BOARDING, LINES, OPEN, absent, harmed, households
from saferground.ensemble import simulate
from saferground.model import Model

SIEGES = range(6)
MEMBERS = 4
SIGNED = {
    "mood",
    "credit",
    "care_credit",
    "since",
    "linked",
}  # logarithms, service that is owed, steps before the start, -1


class Day(NamedTuple):
    state: State
    record: Record


def test_households_and_people_are_conserved(every_day):
    for days, _ in every_day:
        begun = households(days[0].state)
        assert begun.sum() > 0
        for day in days:
            assert np.array_equal(households(day.state), begun)
            assert np.array_equal(absent(day.state), harmed(day.state))
    assert any(harmed(days[-1].state).any() for days, _ in every_day)


def test_nothing_is_negative(every_day):
    for days, _ in every_day:
        for day in days:
            arrays = {**day.state._asdict(), **day.record._asdict()}
            assert [name for name, array in arrays.items() if name not in SIGNED and (array < 0).any()] == []
            assert (day.record.shortage <= 1).all()


def test_no_station_overtakes_those_before_it(every_day):
    """A station is done with no more households of a cohort and class than came, or than each station before it."""
    pairs = 0
    for days, model in every_day:
        for site, later, station in np.argwhere(model.world.sites.before[:, :BOARDING]):
            pairs += 1
            for state in (day.state for day in days):
                assert (state.done[:, site, later] <= state.done[:, site, station]).all()
        for state in (day.state for day in days):
            assert (state.done <= state.came[:, :, None]).all()
            assert (state.done[:, ~model.world.sites.has] == 0).all()
            assert np.array_equal(state.here, state.came.sum(axis=2))
    assert pairs > 10


def test_everyone_at_a_site_is_in_some_line(every_day):
    """While anybody is at a site somebody is in a line, and nobody is otherwise."""
    for days, model in every_day:
        for day in days:
            at_sites = day.state.here @ model.world.classes.persons
            assert np.array_equal(day.state.now[..., :LINES].sum(axis=2) > 0, at_sites > 0)
            assert (day.state.now[..., APART] <= at_sites).all()
            assert (day.state.now[..., OPEN] <= at_sites).all()
    assert any((day.state.now[..., APART] > 0).any() for days, _ in every_day for day in days)


def test_patients_of_all_places_are_those_in_care(every_day):
    """Nobody who is hurt is lost between stages, and no hospital has more patients than beds after a day with room."""
    for days, model in every_day:
        points = len(model.world.care.key)
        for day in days:
            assert np.array_equal(day.record.patients.sum(axis=2), day.record.care[..., : len(IN_CARE)])
            assert not day.record.patients[:, :, :points, IN_CARE.index("on_the_way") :].any()
            assert not day.record.patients[:, :, points:, : IN_CARE.index("on_the_way")].any()
            assert (day.record.patients[:, :, points:].sum(axis=3) <= model.world.care.beds.max(axis=0)).all()
    assert any(day.record.patients.any() for days, _ in every_day for day in days)


def test_who_left_a_site_is_told_by_group_and_stay(every_day):
    """Women, men and children together are the people of the households that left, less those absent."""
    for days, model in every_day:
        districts, sites = len(model.world.ground.key), len(model.world.sites.key)
        for day in days:
            left = day.record.departures[:, :, districts : districts + sites]
            stayed = day.record.stayed[..., :3, :].sum(axis=(3, 4))
            assert (stayed >= left).all()
    assert any(day.record.stayed.any() for days, _ in every_day for day in days)


@pytest.fixture(scope="module")
def every_day(tmp_path_factory):
    """State and record at the end of every day, and the model, of some sieges; some with one step a day."""
    worlds = (siege(random.Random(i), 24 if i % 3 == 0 else None) for i in SIEGES)
    models = [model_of(world, tmp_path_factory.mktemp("siege")) for world in worlds]
    return [(daily(model), model) for model in models]


def daily(model: Model) -> list[Day]:
    state, day = fresh(model, MEMBERS), model.clock.steps_per_day
    return [advance(model, state, first, first + day) for first in range(0, model.clock.steps, day)]


def advance(model: Model, state: State, first: int, last: int) -> Day:
    """Moves the state on, in place; a copy of it and what happened."""
    params, members = drawn(model, MEMBERS)
    record = run(model.world, params, 1, members, state, first=first, last=last)
    return Day(State(*(array.copy() for array in state)), record)


@pytest.mark.parametrize("i", SIEGES)
def test_people_of_a_result_add_up(i, tmp_path):
    """Districts, sites, shelters, on the way, and absent: together everyone, at the end of every day."""
    model = model_of(siege(random.Random(i)), tmp_path)
    result = simulate(model, MEMBERS, seed=1)
    whole = households(advance(model, fresh(model, MEMBERS), 0, model.clock.steps_per_day).state)
    everyone = whole @ model.world.classes.persons
    present = result.people.sum(["place", "household"]) - model.world.settled.earlier.sum()
    gone = result.killed.sum("hazard").cumsum("time") + result.care.sum("stage")
    way = on_the_way(result)
    assert (way > 0).any()
    assert ((present + way + gone).transpose("member", "time") == everyone[:, None]).all()


def on_the_way(result: xr.Dataset) -> xr.DataArray:
    """Who set out, less who arrived, less who was killed or hurt between. Moves among shelters take no time."""
    settled = result.settled.values
    moved = result.departures.sel(place=settled).sum("place") - result.returns.sum("district")
    reached = result.arrivals.sel(place=[*result.site.values, *settled]).sum("place") - moved
    harmed_there = result.killed.sel(hazard="route") + result.injured.sel(hazard="route")
    return (result.flow.sum("route") - reached - harmed_there).cumsum("time")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return model_of(siege(random.Random(1)), tmp_path_factory.mktemp("siege"))


def same(one: NamedTuple, other: NamedTuple) -> bool:
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("k", [0, 2, 6])
def test_a_member_alone_is_the_same(k, model):
    params, members = drawn(model, 7)
    steps, together, alone = model.clock.steps, fresh(model, 7), fresh(model, 1)
    among = run(model.world, params, 1, members, together, first=0, last=steps)
    single = run(model.world, params[k : k + 1], 1, members[k : k + 1], alone, first=0, last=steps)
    assert same(only(together, k), alone)
    assert same(Record(*(array[k : k + 1] for array in among)), single)
    assert not same(only(together, (k + 1) % 7), alone)


def test_threads_and_members_do_not_matter(model):
    """25 members are three chunks of work."""
    one = simulate(model, 25, threads=1)
    for threads in (2, 8):
        xr.testing.assert_identical(one, simulate(model, 25, threads=threads))
    xr.testing.assert_equal(one.isel(member=slice(11)), simulate(model, 11, threads=2))


def test_numbers_and_seeds_alone_make_a_difference(model):
    """Members of the same parameters differ by their number and by the seed, and by nothing else."""
    params, last = drawn(model, 1)[0], model.clock.steps

    def people(number: int, seed: int) -> list[int]:
        return run(model.world, params, seed, np.array([number]), fresh(model, 1), first=0, last=last).people.tolist()

    assert people(0, 1) == people(0, 1)
    assert people(0, 1) != people(1, 1)
    assert people(0, 1) != people(0, 2)


@pytest.mark.parametrize("i", [0, 6])
def test_order_of_rows_does_not_matter(i, tmp_path):
    world = siege(random.Random(i))
    shuffled = world.copy()
    for rows in shuffled.tables.values():
        random.Random(i).shuffle(rows)
    assert shuffled.tables["places"] != world.tables["places"]
    one, other = (simulate(model_of(each, tmp_path / name), 3) for each, name in ((world, "one"), (shuffled, "one_")))
    xr.testing.assert_identical(one, other.assign_attrs(scenario=one.attrs["scenario"]))


@pytest.mark.parametrize("day", [1, 4, 8])
def test_two_pieces_are_one_run(day, model):
    steps, cut = model.clock.steps, day * model.clock.steps_per_day
    at_once, in_pieces = fresh(model, MEMBERS), fresh(model, MEMBERS)
    whole = advance(model, at_once, 0, steps).record
    pieces = [advance(model, in_pieces, 0, cut).record, advance(model, in_pieces, cut, steps).record]
    joined = Record(*(np.concatenate(arrays, axis=1) for arrays in zip(*pieces, strict=True)))
    assert whole.waiting[:, day:].any(), "somebody waits in the second piece"
    assert same(at_once, in_pieces)
    assert [name for name, a, b in zip(whole._fields, whole, joined, strict=True) if not same((a,), (b,))] == []


def test_a_reordered_state_goes_on(model):
    """Copies of a member, with its number and parameters, have its future; the state they were taken from is free."""
    cut, steps = 3 * model.clock.steps_per_day, model.clock.steps
    params, members = drawn(model, MEMBERS)
    state = fresh(model, MEMBERS)
    run(model.world, params, 1, members, state, first=0, last=cut)
    ancestors = np.array([2, 2, 0, 3])
    chosen = reorder(state, ancestors)
    after = run(model.world, params[ancestors], 1, members[ancestors], chosen, first=cut, last=steps)
    before = run(model.world, params, 1, members, state, first=cut, last=steps)
    assert same(chosen, reorder(state, ancestors))
    assert same(after, Record(*(array[ancestors] for array in before)))


@pytest.mark.parametrize("i", SIEGES)
def test_a_closed_way_carries_nobody(i, tmp_path):
    result = simulate(model_of(siege(random.Random(i)), tmp_path), MEMBERS)
    closed = ~result.route_open
    sometimes = closed.any("time") & result.route_open.any("time")
    onward = result.route_origin == "desk"
    assert (sometimes & onward).any()
    assert (sometimes & ~onward).any()
    assert (result.flow.where(closed, 0) == 0).all()
    assert (result.flow.where(sometimes & result.route_open, 0) > 0).any()


def test_a_way_across_held_ground_carries_nobody(every_day):
    """What is held at the end of a day was held throughout, since control never goes back."""
    blocked = []
    for days, model in every_day:
        exits = model.world.exits
        for x in np.flatnonzero(np.diff(exits.via_start)):
            across = exits.via[exits.via_start[x] : exits.via_start[x + 1]]
            held = np.concatenate([(day.record.control[..., across] == 0).any(axis=2) for day in days], axis=1)
            flow = np.concatenate([day.record.flow[..., exits.route[x]] for day in days], axis=1)
            blocked.append((held.any() and not held.all(), (flow[held] == 0).all(), (flow[~held] > 0).any()))
    assert all(nobody for _, nobody, _ in blocked)
    assert any(sometimes and used for sometimes, _, used in blocked)


def test_twice_the_people_leave_twice_as_often(tmp_path):
    """Mean departures double. False alarms: two-sided 4 standard errors, 6 in 100,000; it sees a departure of 1.5 %."""
    leaving = [departures(line(population=people), tmp_path / str(people)) for people in (6000, 12000)]
    excess = leaving[1] - 2 * leaving[0]
    error = excess.std() / np.sqrt(len(excess))
    assert error < 0.004 * leaving[1].mean()
    assert abs(excess.mean()) < 4 * error


def departures(world: World, folder: Any) -> np.ndarray:
    result = simulate(model_of(world, folder), 400)
    return result.departures.sel(place=result.district.values).sum(["time", "place"]).to_numpy()


@pytest.mark.parametrize("i", SIEGES)
def test_control_never_goes_back(i, tmp_path):
    result = simulate(model_of(siege(random.Random(i)), tmp_path), 20)
    change = result.control.astype(int).diff("time")
    assert (change >= 0).all()
    assert (change > 0).any()


def calm_camps(i: int, folder: Any, **changed: float) -> Model:
    """A siege whose small camps are open throughout and only fill up; there is a town to go to."""
    world = siege(random.Random(i)).drop("closures", route="desk_camp0")
    if "town" not in world.ids("host_community"):
        world.add("places", id="town", name="Town", kind="host_community", lat=33.1, lon=43.1)
        world.add("routes", id="desk_town", origin="desk", destination="town", mode="road", length_km=20)
        world.add("camps", place="town", date=START)
    world.change("camps", place="town", capacity="")
    for number, camp in enumerate(world.ids("camp")):
        world.change("camps", place=camp, date=START, capacity=60 + 31 * number)
    for place in ("gate0", "desk"):
        world.change("buses", place=place, vehicles=20, curfew_hour="")
    quick = {"registration_rate": 20.0, "screening_rate": 20.0, "aid_rate": 40.0}
    still = {"onward_rate": 0.0, "exhaustion_rate": 0.0, "return_rate": 0.0}
    return model_of(heat(world, **quick, **still, **changed), folder)


def taken(model: Model, state: State) -> np.ndarray:
    """People for whom a place in each shelter is taken, there or on the way; shape (members, settled)."""
    world = model.world
    coming = state.coming[:, :, len(world.sites.key) :].sum(axis=1)
    return (state.sheltered + coming) @ world.classes.persons + world.settled.earlier.sum(axis=1)


@pytest.mark.parametrize("i", SIEGES)
def test_camps_overflow_only_when_all_are_full(i, tmp_path):
    """Full: without room for a household of the largest class. Once full they stay so here."""
    model = calm_camps(i, tmp_path, overflow_share=0.6)
    camps, largest = model.world.settled.is_camp, model.world.classes.persons.max()
    room = [model.world.settled.capacity[0] - taken(model, day.state) for day in daily(model)]
    for left in (each[:, camps] for each in room):
        crowded = (left < 0).any(axis=1)
        assert (left[crowded] < largest).all()
    assert (room[-1][:, camps] < 0).any()


@pytest.mark.parametrize("i", SIEGES)
def test_camps_keep_to_their_capacity_when_nobody_crowds_in(i, tmp_path):
    model = calm_camps(i, tmp_path, overflow_share=0.0)
    camps, largest = model.world.settled.is_camp, model.world.classes.persons.max()
    room = [(model.world.settled.capacity[0] - taken(model, day.state))[:, camps] for day in daily(model)]
    assert all((left >= 0).all() for left in room)
    assert (room[-1] < largest).all(), "not every camp filled up"


@pytest.mark.parametrize(
    "still", [{"flight_held": 0.0, "flight_contested": 0.0, "flight_retaken": 0.0}, {"stayer_share": 1.0}]
)
def test_without_a_reason_nobody_leaves(still, tmp_path):
    result = simulate(model_of(heat(siege(random.Random(7)), **still), tmp_path), MEMBERS)
    for name in ("departures", "inward", "flow", "arrivals", "returns"):
        assert not result[name].any(), name
    assert simulate(model_of(siege(random.Random(7)), tmp_path), MEMBERS).inward.any()


def test_vehicles_serve_all_ways_alike(tmp_path):
    """Two camps alike but for their names get the same share of the few seats: within 4 standard errors."""
    world = line(population=20_000, parameters={}).fix(camp_share=0.999, camp_distance=1000)
    for camp in ("camp_a", "camp_b"):
        world.change("camps", place=camp, capacity=1_000_000, occupied=0, date=START)
    world.change("routes", destination="camp_a", length_km=20).change("routes", destination="camp_b", length_km=20)
    world.change("buses", place="desk", vehicles=1).change("buses", place="gate", vehicles=100)
    for service in ("registration", "screening", "aid"):
        world.change("stations", kind=service, servers=1000)
    flow = simulate(model_of(world, tmp_path), 100).flow.sum("time")
    excess = (flow.sel(route="desk_a") - flow.sel(route="desk_b")).to_numpy()
    assert flow.sel(route="desk_b").mean() > 500
    assert abs(excess.mean()) < 4 * excess.std() / np.sqrt(len(excess))


def test_days_after_the_end_are_not_needed(tmp_path):
    """A longer horizon does not change the days that both runs have."""
    world = siege(random.Random(2))
    short = simulate(model_of(world, tmp_path / "short"), MEMBERS)
    world.settings["days"] += 3
    longer = simulate(model_of(world, tmp_path / "long"), MEMBERS).sel(time=short.time)
    assert short.time[-1] == longer.time[-1]
    assert all(short[name].equals(longer[name]) for name in short.data_vars)
