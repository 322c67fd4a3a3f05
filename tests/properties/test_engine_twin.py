"""The compiled engine and its plain twin agree bit for bit, in worlds where everything that the model knows happens."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from helpers import draws
from helpers.sieges import drawn, fresh, model_of, siege
from helpers.worlds import line, random_world
from saferground.axes import CARE, IN_CARE
from saferground.engine import Record, State, plain, run
from saferground.engine.plain import streams as plain_streams
from saferground.engine.state import AID, AMBULANCES, APART, BOARDING, MUSTERING, OPEN, REGISTRATION, SCREENING
from saferground.model import Model

MEMBERS = 3
SEEDS = (1, 2)
WORLDS = [
    *(f"siege {i}" for i in range(8)),
    *(f"large siege {i}" for i in range(2)),
    *(f"random {i}" for i in range(4)),
    "empty 0",
]


class Run(NamedTuple):
    model: Model
    state: State
    record: Record


def build(name: str, folder: Any) -> Model:
    kind, number = name.rsplit(" ", 1)
    if kind == "empty":
        return model_of(line(population=0), folder)
    if kind == "random":
        world = random_world(random.Random(int(number)))
        world.settings["step_hours"] = max(6, world.settings["step_hours"])
        return model_of(world, folder)
    return model_of(siege(random.Random(int(number)), times=100 if kind == "large siege" else 1), folder)


def differences(one: NamedTuple, other: NamedTuple) -> list[str]:
    """Names of the arrays that are not equal in every bit that can be seen."""
    pairs = zip(one._fields, one, other, strict=True)
    return [name for name, a, b in pairs if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f")]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WORLDS)
def test_kernel_equals_plain(name, seed, tmp_path):
    model = build(name, tmp_path)
    params, members = drawn(model, MEMBERS, seed)
    fast, slow, day = fresh(model, MEMBERS), fresh(model, MEMBERS), model.clock.steps_per_day
    for first in range(0, model.clock.steps, day):
        span = {"first": first, "last": first + day}
        written = run(model.world, params, seed, members, fast, **span)
        expected = plain.run(model.world, params, seed, members, slow, **span)
        assert differences(fast, slow) == [], f"state after day {first // day + 1}"
        assert differences(written, expected) == [], f"record of day {first // day + 1}"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Every siege run on the kernel with the seeds of the test above, as a whole."""
    return [whole(build(name, tmp_path_factory.mktemp("siege")), seed) for name in WORLDS for seed in SEEDS]


def whole(model: Model, seed: int) -> Run:
    params, members = drawn(model, MEMBERS, seed)
    state = fresh(model, MEMBERS)
    return Run(model, state, run(model.world, params, seed, members, state, first=0, last=model.clock.steps))


def places(about: Run) -> tuple[int, int]:
    return len(about.model.world.ground.key), len(about.model.world.sites.key)


def overflow(about: Run) -> bool:
    districts, sites = places(about)
    settled, day = about.record.people[:, :, districts + sites :].sum(axis=3), about.model.clock.steps_per_day
    return bool((settled > about.model.world.settled.capacity[day - 1 :: day]).any())


def moved_between_shelters(about: Run) -> bool:
    """More left camps and host communities than came home: the others moved from one to another."""
    districts, sites = places(about)
    return bool(about.record.departures[:, :, districts + sites :].sum() > about.record.returns.sum())


def changed_by_chance(about: Run, status: int) -> bool:
    """A district got this status after the as-of date although no dated row says so."""
    ground, known = about.model.world.ground, about.model.known_until
    late = (about.state.control == status) & (about.state.since >= known)
    return bool(ground.open_ended[0]) and bool(late.any())


def blocked_by_held_ground(about: Run) -> bool:
    """Nobody took an open way out of a district that others left, because it crosses a held district."""
    exits, day = about.model.world.exits, about.model.clock.steps_per_day
    detours = np.flatnonzero(np.diff(exits.via_start))
    held = about.record.control[..., exits.via[exits.via_start[detours]]] == 0
    still = about.record.flow[..., exits.route[detours]] == 0
    return bool((held & still & exits.open[::day, detours]).any())


def in_care(about: Run, stage: str) -> np.ndarray:
    return about.record.care[..., CARE.index(stage)]


def found_shade(about: Run) -> bool:
    """At some site on some day somebody was in the open, and fewer than all."""
    hours, shade = about.record.person_hours[..., OPEN], about.model.world.sites.shade
    return bool((hours[:, :, (shade > 0).any(axis=0)] > 0).any())


HAPPENINGS: dict[str, Callable[[Run], bool]] = {
    "people flee": lambda r: r.record.departures.any(),
    "people are pushed inward": lambda r: r.record.inward.any(),
    "people return": lambda r: r.record.returns.any(),
    "the injured die waiting": lambda r: r.record.care[..., CARE.index("died")].any(),
    "beds are full": lambda r: (in_care(r, "waiting_bed") * in_care(r, "in_bed") > 0).any(),
    **{f"the injured are {stage}": lambda r, stage=stage: in_care(r, stage).any() for stage in IN_CARE},
    "the sorted wait for stabilisation": lambda r: r.state.red.any(),
    "ambulances owe hours": lambda r: (r.state.care_credit[..., AMBULANCES] < 0).any(),
    "operations are carried over": lambda r: (r.state.theatre_credit > 0).any(),
    "every hazard kills": lambda r: r.record.killed.any(axis=(0, 1)).all(),
    "every hazard injures": lambda r: r.record.injured.any(axis=(0, 1)).all(),
    "shelters overflow": overflow,
    "people move between shelters": moved_between_shelters,
    "stocks run short": lambda r: (r.record.shortage > 0.5).any(),
    "every way is taken": lambda r: r.record.flow.any(axis=(0, 1)).all(),
    "a way is closed": lambda r: not r.model.world.exits.open.all() and not r.model.world.sites.onward_open.all(),
    "the way to a hospital is closed": lambda r: not r.model.world.care.referral_open.all(),
    "held ground blocks a way": blocked_by_held_ground,
    "districts are entered by chance": lambda r: changed_by_chance(r, 1),
    "districts are retaken by chance": lambda r: changed_by_chance(r, 2),
    "courses of the future differ": lambda r: len(np.unique(r.state.future)) > 1,
    "people wait to be mustered": lambda r: r.record.waiting[..., MUSTERING].any(),
    "some are served first": lambda r: (r.model.world.classes.rank > 0).any() and r.record.waiting.any(),
    "services last into the next step": lambda r: (r.state.under_way > 0).any(),
    "aid stands beside screening": lambda r: r.model.world.sites.side_by_side.any(),
    "aid comes after screening": lambda r: r.model.world.sites.before[:, AID, SCREENING].any(),
    "families are apart": lambda r: r.record.person_hours[..., APART].any(),
    "some find shade and some do not": found_shade,
    "it is too late for some roads": lambda r: (r.model.world.sites.onward_in_time < 1).any(),
    "men are released": lambda r: r.record.released[..., 1:].any(),
    "people leave after more than a day": lambda r: r.record.stayed[..., 3:].any(axis=(0, 1, 2, 4)).all(),
    "people wait for registration": lambda r: r.record.waiting[..., REGISTRATION].any(),
    "men wait for screening": lambda r: r.record.waiting[..., SCREENING].any(),
    "women and children wait for aid": lambda r: r.record.waiting[..., AID].any(),
    "people wait for vehicles": lambda r: r.record.waiting[..., BOARDING].any(),
    "vehicle-hours are owed": lambda r: (r.state.credit[..., BOARDING] < 0).any(),
    "lines owe and carry service": lambda r: (r.state.credit[..., :BOARDING] != 0).any(),
    "a course lets nobody live in a district": lambda r: (r.model.world.ground.best == 0).any(),
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_it_happens_in_some_world(happening, runs):
    """Guards the test above: what never happens there cannot be compared there."""
    assert any(HAPPENINGS[happening](each) for each in runs)


KEYS = draws.keys(7, 400)


@pytest.mark.parametrize(
    ("n", "p"),
    [(0, 0.5), (5, 0.0), (5, 1.0), (5, -0.1), (5, 1.1), (1, 0.3), (6, 0.06), (63, 0.5), (64, 0.9), (65, 0.01),
     (65, 0.9), (400, 0.024), (400, 0.07), (401, 0.7), (401, 0.02), (5000, 0.0019), (5000, 0.3),
     (10**8, 1e-9), (10**8, 0.6), (10**8, 1 - 1e-8), (50, 1 - 1e-13), (50, 1 - 1e-11)],
)  # fmt: skip
def test_plain_binomials_are_the_compiled_ones(n, p):
    assert draws.binomials(KEYS, n, p).tolist() == [plain_streams.binomial(int(key), n, p) for key in KEYS]


@pytest.mark.parametrize(
    ("n", "x"),
    [(0, 0.5), (5, 0.0), (5, -0.1), (5, float("nan")), (5, 0.07), (5, 0.09), (5, 40.0), (10**6, 3e-7), (10**6, 0.01),
     (64, 0.1), (65, 0.1), (65, 0.16), (5000, 0.0019), (10**8, 9e-8)],
)  # fmt: skip
def test_plain_decays_are_the_compiled_ones(n, x):
    assert draws.decays(KEYS, n, x).tolist() == [plain_streams.decayed(int(key), n, x) for key in KEYS]


@pytest.mark.parametrize(
    "urn",
    [(10, 0, 3), (10, 10, 3), (10, 3, 10), (50, 20, 24), (50, 21, 21), (50, 24, 29), (50, 30, 20), (90, 70, 80),
     (10**4, 9000, 200), (10**4, 3000, 9990), (10**6, 3000, 777), (10**6, 10**5, 777), (10**8, 10**6, 500),
     (10**8, 10**7, 10**7)],
)  # fmt: skip
def test_plain_hypergeometrics_are_the_compiled_ones(urn):
    assert draws.hypergeometrics(KEYS, *urn).tolist() == [plain_streams.hypergeometric(int(key), *urn) for key in KEYS]


@pytest.mark.parametrize("i", [0, 1, 5])
def test_plain_numbers_are_the_compiled_ones(i):
    assert draws.words(KEYS, i).tolist() == [plain_streams.bits(int(key), i) for key in KEYS]
    assert draws.uniforms(KEYS, i).tolist() == [plain_streams.uniform(int(key), i) for key in KEYS]
    assert draws.normals(KEYS, i).tolist() == [plain_streams.normal(int(key), i) for key in KEYS]
    shape = 0.4 + i
    assert draws.gammas(KEYS, shape).tolist() == [plain_streams.gamma(int(key), shape) for key in KEYS]
