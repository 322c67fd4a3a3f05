"""What must hold in every country: people are conserved, members do not depend on each other, closed means closed."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
import xarray as xr
from numpy.typing import NDArray

from helpers.journeys import (
    ABROAD,
    counts,
    differences,
    drawn,
    model_of,
    place,
    random_journey,
    route,
    run_all,
    tidy,
    valley,
)
from helpers.worlds import World
from saferground.engine.journey import JourneyRecord, JourneyState, init, reorder, run
from saferground.engine.plain.journey.cells import cell_of
from saferground.ensemble import simulate
from saferground.model import Journey

WORLDS = (0, 1, 2, 3, 4, 6, 11, 16, 27, 38)
MEMBERS = 4


class Run(NamedTuple):
    model: Journey
    record: JourneyRecord
    state: JourneyState


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Random countries, corrected and as in Flee 3.1, from the first day to the last."""
    models = [model_of(random_journey(random.Random(i)), tmp_path_factory.mktemp("journey")) for i in WORLDS]
    assert {model.scenario.rules["flee"] for model in models} == {"corrected", "3.1"}
    return [Run(model, *run_all(model, MEMBERS)) for model in models]


# --- people --------------------------------------------------------------------------------------------------------


def test_people_are_conserved(runs):
    for model, record, _ in runs:
        everyone = record.people.sum(axis=2) + record.travelling
        displaced = model.world.spawning.present.sum() + record.displaced.sum(axis=2).cumsum(axis=1)
        assert np.array_equal(everyone, displaced)
    assert sum(record.travelling.any() for _, record, _ in runs) > len(runs) / 2


def test_places_balance(runs):
    """Who is there changes by who is displaced there, arrives and departs; who departs is on a route."""
    for model, record, _ in runs:
        before = np.broadcast_to(model.world.spawning.present, (MEMBERS, 1, len(model.places)))
        change = np.diff(record.people, axis=1, prepend=before)
        assert np.array_equal(change, record.displaced + record.arrivals - record.departures)
        assert np.array_equal(record.flow.sum(axis=2), record.departures.sum(axis=2))


def test_whoever_is_counted_is_displaced_or_waits(runs):
    by_counts = [each for each in runs if each.model.scenario.rules["spawning"] in ("totals", "camps")]
    for model, record, state in by_counts:
        assert (record.displaced.sum(axis=(1, 2)) + state.unplaced == model.world.spawning.total.sum()).all()
    assert any(state.unplaced.any() for _, _, state in by_counts)


def test_whoever_is_displaced_leaves_the_population(runs):
    taking = [each for each in runs if each.model.scenario.rules["take_from_population"]]
    for model, record, state in taking:
        assert np.array_equal(state.population, model.world.places.population - record.displaced.sum(axis=1))
    assert taking


def test_nothing_is_negative(runs):
    for _, record, state in runs:
        arrays = {**record._asdict(), **tidy(state)._asdict()}
        assert [name for name, array in arrays.items() if (array < 0).any()] == []


def test_cells_are_those_who_are_there(runs):
    """Every occupied cell has people, in a place or on a link, and no two are the same."""
    for model, record, state in runs:
        for i in range(MEMBERS):
            keys, people = (array[i, : state.cells[i]] for array in (state.key, state.people))
            cells = [cell_of(int(key), model.world) for key in keys]
            present = np.zeros(len(model.places), int)
            for cell, n in zip(cells, people, strict=True):
                present[cell.place] += n * (not cell.travels)
            assert np.array_equal(present, state.present[i])
            assert np.array_equal(present, record.people[i, -1])
            assert len(set(cells)) == len(cells)
            assert (people > 0).all()


# --- what a result depends on --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["corrected", "3.1"])
def model(request, tmp_path_factory):
    """A country in which camps fill up, so that the order in which people move matters."""
    world = valley(rules={"flee": request.param, "awareness_level": 2})
    return model_of(world.change("routes", id="mill_ford", walk_probability=0.3), tmp_path_factory.mktemp("valley"))


def advance(
    model: Journey, state: JourneyState, first: int, last: int, seed: int = 1
) -> tuple[JourneyRecord, JourneyState]:
    params, members = drawn(model, len(state.cells), seed)
    return run(model.world, params, seed, members, state, first=first, last=last)


def same(one: tuple[JourneyRecord, JourneyState], other: tuple[JourneyRecord, JourneyState]) -> bool:
    return not differences(one[0], other[0]) and not differences(tidy(one[1]), tidy(other[1]))


def only(result: tuple[JourneyRecord, JourneyState], k: int) -> tuple[JourneyRecord, JourneyState]:
    record, state = result
    return JourneyRecord(*(array[[k]] for array in record)), JourneyState(*(array[[k]] for array in state))


@pytest.mark.parametrize("k", [0, 2, 6])
def test_a_member_alone_is_the_same(k, model):
    params, members = drawn(model, 7)
    together = run_all(model, 7)
    alone = run(model.world, params[[k]], 1, members[[k]], init(model.world, 1), first=0, last=model.clock.days)
    assert same(only(together, k), alone)
    assert not same(only(together, (k + 1) % 7), alone)


def test_threads_and_members_do_not_matter(model):
    """25 members are three chunks of work."""
    one = simulate(model, 25, threads=1)
    for threads in (2, 8):
        xr.testing.assert_identical(one, simulate(model, 25, threads=threads))
    xr.testing.assert_equal(one.isel(member=slice(11)), simulate(model, 11, threads=2))


def test_numbers_and_seeds_alone_make_a_difference(model):
    params, last = drawn(model, 1)[0], model.clock.days

    def people(number: int, seed: int) -> list[int]:
        begun = init(model.world, 1)
        record, _ = run(model.world, params, seed, np.array([number]), begun, first=0, last=last)
        return record.people.tolist()

    assert people(0, 1) == people(0, 1)
    assert people(0, 1) != people(1, 1)
    assert people(0, 1) != people(0, 2)


@pytest.mark.parametrize("i", WORLDS[:4])
def test_order_of_rows_does_not_matter(i, tmp_path):
    """But for the lines of the places in their file, which are told with the result."""
    world = random_journey(random.Random(i))
    shuffled = world.copy()
    for rows in shuffled.tables.values():
        random.Random(i).shuffle(rows)
    shuffled.tables = dict(reversed(shuffled.tables.items()))
    assert shuffled.tables["places"] != world.tables["places"]
    one, other = (simulate(model_of(each, tmp_path / name), 3) for each, name in ((world, "one"), (shuffled, "one_")))
    one, other = (each.drop_vars("place_line") for each in (one, other))
    xr.testing.assert_identical(one, other.assign_attrs(scenario=one.attrs["scenario"]))


@pytest.mark.parametrize("cut", [1, 5, 11])
def test_two_pieces_are_one_run(cut, model):
    begun, days = init(model.world, MEMBERS), model.clock.days
    whole, at_once = advance(model, begun, 0, days)
    first, between = advance(model, begun, 0, cut)
    second, in_pieces = advance(model, between, cut, days)
    joined = JourneyRecord(*(np.concatenate(arrays, axis=1) for arrays in zip(first, second, strict=True)))
    assert same((whole, at_once), (joined, in_pieces))
    assert not begun.cells.any(), "the state that was given is as it was"


@pytest.mark.parametrize("room", [1, 4, 25, 64])
def test_room_for_cells_does_not_matter(room, model):
    roomy = init(model.world, MEMBERS)
    tight = roomy._replace(key=roomy.key[:, :room], people=roomy.people[:, :room])
    result = run_all(model, MEMBERS)
    assert result[1].cells.max() > 4
    assert same(advance(model, tight, 0, model.clock.days), result)


def test_a_reordered_state_goes_on(model):
    """Copies of a member, with its number and parameters, have its future; the state they were taken from is free."""
    params, members = drawn(model, MEMBERS)
    _, state = advance(model, init(model.world, MEMBERS), 0, 3)
    ancestors = np.array([2, 2, 0, 3])
    span = {"first": 3, "last": model.clock.days}
    after = run(model.world, params[ancestors], 1, members[ancestors], reorder(state, ancestors), **span)
    record, last = run(model.world, params, 1, members, state, **span)
    assert same(after, (JourneyRecord(*(array[ancestors] for array in record)), reorder(last, ancestors)))


def test_another_route_far_away_does_not_matter(tmp_path):
    """Draws are by names: a village that nobody can reach changes nothing, wherever it stands in the order of names."""
    tables = valley().tables
    more = {
        "places": [*tables["places"], place("a_isle", "town"), place("a_rock", "town")],
        "routes": [*tables["routes"], route("a_ferry", "a_isle", "a_rock", 10)],
    }
    one, other = (simulate(model_of(valley(**with_), tmp_path / str(i)), 3) for i, with_ in enumerate(({}, more)))
    for name in ("people", "displaced", "arrivals"):
        assert np.array_equal(one[name], other[name].sel(place=one.place))
    assert np.array_equal(one.flow, other.flow.sel(route=one.route))


# --- what people do ------------------------------------------------------------------------------------------------


def test_a_closed_route_carries_nobody_new(runs):
    carried = []
    for model, record, _ in runs:
        first = np.searchsorted(model.world.links.route, np.arange(len(model.routes)))
        shut = ~model.world.links.open[:, first]
        assert not record.flow[:, shut].any()
        sometimes = shut.any(axis=0) & ~shut.all(axis=0)
        carried.append(record.flow[:, :, sometimes].any())
    assert any(carried)


def test_twice_the_people_arrive_twice_as_often(tmp_path):
    """Without capacities means double. False alarms: two-sided 4 standard errors, 6 in 100,000; it sees 2 %."""
    arrived = [arrivals(doubled(times), tmp_path / str(times)) for times in (1, 2)]
    excess = arrived[1] - 2 * arrived[0]
    error = excess.std(axis=0) / np.sqrt(len(excess))
    assert (error < 0.005 * arrived[1].mean(axis=0)).all()
    assert (np.abs(excess.mean(axis=0)) < 4 * error).all()


def doubled(times: int) -> World:
    world = valley(rules={"awareness_level": 2, "take_from_population": True})
    for row in world.tables["places"]:
        row.update(capacity="", population=times * row.get("population", 0))
    for row in world.tables["counts"]:
        row["value"] *= times
    return world


def arrivals(world: World, folder: Any) -> NDArray[np.float64]:
    """People in the camps at the end, by member."""
    people = simulate(model_of(world, folder), 500).people.isel(time=-1)
    return people.sel(place=["lake", "plain"]).to_numpy().astype(float)


@pytest.mark.parametrize("aware", [1, 2, 3])
def test_nobody_sets_out_for_a_full_camp(aware, tmp_path):
    """Nobody leaves the camp here. Full is where less than half of the pull is left, 57 of 60 people."""
    world = valley(rules={"awareness_level": aware}, parameters={"camp_movechance": 0.0})
    result = simulate(model_of(world.change("places", id="lake", capacity=60), tmp_path), 20)
    flow = result.flow.sel(route="hill_lake")
    full = result.people.sel(place="lake").shift(time=1, fill_value=0) > 57
    assert full.isel(time=-1).all()
    assert (flow.where(~full, 0) > 0).any()
    assert (flow.where(full, 0) == 0).all()


def sent(redirect: str, tmp_path: Any, **changes: Any) -> xr.Dataset:
    """Mill - Ford - Fork - Plain and Ford - Hill - Lake, where everyone at Ford is sent on to one neighbour."""
    routes = [row for row in valley().tables["routes"] if row["id"] != "mill_hill"]
    routes = [{**row, "redirect": redirect if row["id"] == "ford_hill" else "none"} for row in routes]
    return simulate(model_of(valley(routes=routes, **changes), tmp_path / redirect), 5)


def test_a_redirection_sends_everyone(tmp_path):
    free, forced = (sent(redirect, tmp_path) for redirect in ("none", "forward"))
    assert (free.flow.sel(route="ford_fork") > 0).any()
    assert (forced.flow.sel(route="ford_hill") > 0).any()
    others = forced.departures.sel(place=["mill", "fork", "plain"]).sum("place")
    assert (forced.flow.sel(route=["mill_ford", "ford_fork", "fork_plain"]).sum("route") == others).all()
    there = forced.people.sel(place="ford").shift(time=1, fill_value=0) + forced.displaced.sel(place="ford")
    assert (forced.departures.sel(place="ford") >= there).all()


def test_awareness_beyond_the_longest_way_changes_nothing(tmp_path):
    four, five = (
        run_all(model_of(valley(rules={"awareness_level": awareness}), tmp_path / str(awareness)))[0]
        for awareness in (4, 5)
    )
    assert differences(four, five) == []


# --- averages ------------------------------------------------------------------------------------------------------


def averaged(model: Journey, crowd: int, members: int = 1) -> JourneyRecord:
    """The record where distances are averaged as soon as there are more than ``crowd`` people."""
    rules = model.world.rules._replace(crowd=crowd)
    params, numbers = drawn(model, members, 1)
    world = model.world._replace(rules=rules)
    return run(world, params, 1, numbers, init(world, members), first=0, last=model.clock.days)[0]


def test_nobody_is_averaged_by_the_rules_of_flee(tmp_path):
    """Only recent travel is a number that people differ in there, and only short stints ask for it."""
    model = model_of(valley(rules={"flee": "3.1", "awareness_level": 2}), tmp_path)
    assert differences(averaged(model, 0), averaged(model, 10**12)) == []


@pytest.mark.parametrize("flee", ["corrected", "3.1"])
def test_averaging_leaves_people_where_they_are(flee, tmp_path):
    """With and without, no more than 2 % of the people are elsewhere on the mean of 400 members."""
    model = model_of(valley(rules={"flee": flee, "avoid_short_stints": True}), tmp_path)
    with_, without = (averaged(model, crowd, 400) for crowd in (0, 10**12))
    assert differences(with_, without) != []
    everybody = (without.people.sum(axis=2) + without.travelling).mean(axis=0)
    elsewhere = np.abs(with_.people.mean(axis=0) - without.people.mean(axis=0)).sum(axis=1) / 2
    assert (elsewhere[everybody > 0] / everybody[everybody > 0]).mean() < 0.02


# --- speed ---------------------------------------------------------------------------------------------------------

KM, SPEED, STAGES = 50, 120.0, 12


def road(flee: str) -> World:
    """A zone and a row of towns 50 km apart that everyone passes through; nobody rests, and nobody turns back."""
    names = [f"stage{i:02}" for i in range(STAGES + 1)]
    places = [place(names[0], "conflict_zone", population=500)]
    places += [place(name, "forwarding_hub") for name in names[1:-1]] + [place(names[-1], "camp", ABROAD)]
    routes = [route(f"to_{end}", start, end, KM, redirect="forward") for start, end in pairwise(names)]
    tables = {"places": places, "routes": routes, "conflicts": [], "counts": counts(names[-1], {0: 0, 1: 200})}
    return valley(rules={"flee": flee}, parameters={"max_move_speed": SPEED}, days=8, **tables)


def furthest(flee: str, folder: Any) -> list[int]:
    """Furthest stage that anybody has reached, day by day; all are displaced on the second day."""
    result = simulate(model_of(road(flee), folder), 5)
    reached = (result.arrivals.cumsum("time") > 0).any("member").to_numpy()
    return [int(np.flatnonzero(stages).max(initial=0)) for stages in reached]


def test_nobody_travels_further_than_a_days_distance_in_a_day(tmp_path):
    """120 km a day on stages of 50 km: two on the first day, four by the second, seven by the third."""
    expected = [0, *(min(int(days * SPEED // KM), STAGES) for days in range(1, 8))]
    assert furthest("corrected", tmp_path) == expected


def test_in_flee_31_a_second_stage_has_a_whole_day(tmp_path):
    """After 100 km there is still something left of 120, so that people set out again, and come to the end."""
    assert furthest("3.1", tmp_path)[1] == 3
