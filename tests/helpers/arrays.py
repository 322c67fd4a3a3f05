"""The smallest world that the engine runs, made of arrays: one site whose arrivals are written down in advance.

    world = one_site(3, screening=2.0)
    record = watch(world, arrivals)

Nobody lives in the one district. Households appear at the site in the steps and numbers given, pass its lines, and go
on to a camp without a limit, on foot or by vehicles. Unless said otherwise a step is a day, so that the record has a
value for every step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from saferground.axes import STATIONS
from saferground.engine import Record, init, run
from saferground.engine.state import State
from saferground.model.arrays import Care, Classes, Exits, Ground, Settled, Sites, World
from saferground.model.params import dtype, sample
from saferground.model.stations import Order, order
from saferground.model.tools import keys
from saferground.scenario.columns import schema
from saferground.scenario.priors import default_prior

GOODS = 4
STEP_HOURS = 24.0


def one_site(
    steps: int,
    *,
    mustering: ArrayLike | None = None,
    registration: ArrayLike | None = None,
    screening: ArrayLike | None = None,
    aid: ArrayLike | None = None,
    seats_a_step: ArrayLike | None = None,
    persons: tuple[int, ...] = (1,),
    men: tuple[int, ...] = (0,),
    first: tuple[int, ...] = (),
    at_work: ArrayLike = np.inf,
    variation: float = 0.0,
    after: dict[str, str] | None = None,
    shade: float = 0.0,
    steps_per_day: int = 1,
) -> World:
    """A world of one site; each line serves the given households, men, or women and children per step.

    A number or one per step; without it there is no such line. ``seats_a_step`` is how many people the vehicles take
    in a step; without it people walk. ``persons`` and ``men`` have one entry per household class, and ``first`` are the
    classes with priority. ``at_work`` is how much one server can do in a step, one number or one per step.
    ``variation`` is that of every service; ``after`` names the station before another, where that is not the usual
    one. ``shade`` is for so many people.
    """
    served = {"mustering": mustering, "registration": registration, "screening": screening, "aid": aid}
    work = np.stack([_each_step(served[line], steps) for line in STATIONS], axis=1)
    rows = [("site", kind, (after or {}).get(kind, "").split()) for kind, line in served.items() if line is not None]
    table = pd.DataFrame(rows, columns=["place", "kind", "after"])
    world = World(
        classes=_classes(persons, men, first),
        ground=_empty_ground(steps),
        exits=_no_exits(steps, len(persons)),
        sites=_site(steps, work[:, None, :], order(["site"], table), seats_a_step, len(persons))._replace(
            open_hours=np.repeat(_each_step(at_work, steps)[:, None, None], len(STATIONS), axis=2),
            variation=np.full((1, len(STATIONS)), float(variation)),
            shade=np.full((steps, 1), float(shade)),
        ),
        settled=_camp(steps, len(persons)),
        care=_no_care(steps),
        step_hours=STEP_HOURS / steps_per_day,
        steps_per_day=steps_per_day,
        ring=steps + 1,
    )
    _freeze(world)
    return world


def _each_step(amount: ArrayLike | None, steps: int) -> NDArray[np.float64]:
    return np.broadcast_to(np.asarray(0.0 if amount is None else amount, float), steps)


def watch(world: World, arrivals: ArrayLike, **changed: float) -> Record:
    """Runs the kernel on written arrivals; every line serves one of its units per unit of work unless changed.

    ``arrivals`` are households, shape (members, steps) or (steps,) for one class, with a further axis for several.
    """
    classes = len(world.classes.key)
    counts = np.asarray(arrivals, np.int64)
    counts = counts.reshape(-1, world.ring - 1, classes)
    members, steps = counts.shape[:2]
    state = scripted(world, counts)
    numbers = np.arange(members, dtype=np.int64)
    rates = {
        "mustering_rate": 1.0,
        "registration_rate": 1.0,
        "screening_rate": 1.0,
        "aid_rate": 1.0,
        "loading_hours": 1.0,
    }
    return run(world, parameters(members, **(rates | changed)), 1, numbers, state, first=0, last=steps)


def scripted(world: World, counts: NDArray[np.int64]) -> State:
    """A state in which everyone who will ever arrive at the site is on the way."""
    state = init(world, len(counts))
    state.coming[:, : counts.shape[1], 0] = counts
    return state


def parameters(members: int, **fixed: float) -> NDArray[Any]:
    """Parameters of members drawn from the default priors, some of them fixed."""
    priors = {name: default_prior(about) for name, about in schema("siege").parameters.items()}
    records = np.empty(members, dtype(priors))
    records[:] = sample(priors, np.arange(members, dtype=np.int64), 1)
    for name, value in fixed.items():
        records[name] = value
    return records


def _classes(persons: tuple[int, ...], men: tuple[int, ...], first: tuple[int, ...]) -> Classes:
    size, of_men = np.array(persons, np.int64), np.array(men, np.int64)
    names = [f"class {k}" for k in range(len(size))]
    return Classes(
        key=keys(names),
        share=np.full(len(size), 1 / len(size)),
        persons=size,
        large_first=np.argsort(-size, kind="stable"),
        load=np.stack([np.ones_like(size), np.ones_like(size), of_men, size - of_men]),
        heads=np.stack([size, size, of_men, size - of_men, size]),
        groups=np.stack([size - of_men, of_men, np.zeros_like(size), np.zeros_like(size)]),
        rank=np.array([int(bool(first) and k not in first) for k in range(len(size))]),
        flight=np.ones(len(size)),
        slowness=np.ones(len(size)),
    )


def _empty_ground(steps: int) -> Ground:
    none, nothing, one = np.zeros(0, np.int64), np.zeros(1), np.zeros(1, np.int64)
    stock = np.full((1, GOODS), np.inf)
    return Ground(
        key=keys(["district"]), low=nothing, best=nothing.copy(), high=nothing.copy(), size=np.ones(1),
        border_start=np.zeros(2, np.int64), border_to=none, border_km=np.zeros(0), start_control=one,
        start_since=one.copy(), event_start=np.zeros(2, np.int64), event_step=none.copy(), event_district=none.copy(),
        event_status=none.copy(), future_weight=np.ones(1), open_ended=one.copy(), known_until=np.array([steps]),
        stock_low=stock, stock_best=stock.copy(), stock_high=stock.copy(), inflow=np.zeros((steps, 1, GOODS)),
        gate=np.zeros((steps, 1), bool), stabiliser=np.array([-1]),
    )  # fmt: skip


def _no_exits(steps: int, classes: int) -> Exits:
    none, nothing = np.zeros(0, np.int64), np.zeros(0)
    return Exits(
        key=np.zeros(0, np.uint64), start=np.zeros(2, np.int64), site=none, km=nothing, exposed_km=nothing.copy(),
        via_start=np.zeros(1, np.int64), via=none.copy(), steps=np.zeros((0, classes), np.int64),
        open=np.zeros((steps, 0), bool), route=none.copy(),
    )  # fmt: skip


def _site(steps: int, work: NDArray, graph: Order, seats_a_step: ArrayLike | None, classes: int) -> Sites:
    """With loading_hours = 1 and no distance, a vehicle of one seat takes one person for every vehicle-hour."""
    seats = _each_step(seats_a_step, steps).reshape(steps, 1)
    return Sites(
        key=keys(["site"]), has=graph.has, before=graph.before, order=graph.order, side_by_side=graph.side_by_side,
        server_hours=np.ascontiguousarray(work), open_hours=work, variation=np.zeros(0), shade=np.zeros(0),
        has_fleet=np.array([seats_a_step is not None]), vehicle_hours=seats.copy(), seats=np.ones((steps, 1)),
        speed=np.full((steps, 1), 30.0), settles=np.array([True]), onward_start=np.array([0, 1]),
        onward_key=keys(["onward"]), onward_node=np.array([1]), onward_km=np.zeros(1), onward_by_road=np.array([True]),
        onward_steps=np.ones((1, classes), np.int64), onward_open=np.ones((steps, 1), bool),
        onward_in_time=np.ones((steps, 1)),
        onward_route=np.zeros(1, np.int64), stabiliser=np.array([-1]),
    )  # fmt: skip


def _camp(steps: int, classes: int) -> Settled:
    return Settled(
        key=keys(["camp"]), is_camp=np.array([True]), capacity=np.full((steps, 1), np.inf),
        earlier=np.zeros((1, classes), np.int64), km=np.zeros((1, 1)),
    )  # fmt: skip


def _no_care(steps: int) -> Care:
    return Care(
        key=np.zeros(0, np.uint64), has_triage=np.zeros(0, bool), triage_hours=np.zeros((steps, 0)),
        place_hours=np.zeros((steps, 0)), has_ambulances=np.zeros(0, bool), ambulance_hours=np.zeros((steps, 0)),
        patients=np.zeros((steps, 0)), speed=np.zeros((steps, 0)), referral_start=np.zeros(1, np.int64),
        referral_to=np.zeros(0, np.int64), referral_km=np.zeros(0), referral_open=np.zeros((steps, 0), bool),
        has_theatre=np.zeros(0, bool), theatre_hours=np.zeros((steps, 0)), beds=np.zeros((steps, 0), np.int64),
    )  # fmt: skip


def _freeze(arrays: Any) -> None:
    """Read-only as a model's arrays are, so that the kernel needs no second version."""
    for part in arrays:
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
        elif isinstance(part, tuple):
            _freeze(part)
