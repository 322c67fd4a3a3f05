"""Small sieges in which everything that the model knows happens within two weeks, and their models.

world = siege(random.Random(3))         # a helpers.worlds.World with two to five districts, all mechanisms at work
model = model_of(world, tmp_path)       # written, read, checked, built
params, members = drawn(model, 4)       # parameters of four members
"""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpers.worlds import START, World, line
from saferground.engine import State, init
from saferground.model import Model, build_model
from saferground.model.params import sample

# Priors that let rare things happen often; (low, high) of a uniform prior, or one fixed value.
HOT: dict[str, tuple[float, float] | float] = {
    "stayer_share": (0.0, 0.3), "pace": (0.2, 1.5), "pace_memory": 2.0, "contest_days": (0.5, 4.0),
    "contest_shape": (0.6, 3.0), "flight_held": (0.1, 0.5), "flight_contested": (0.3, 2.0),
    "flight_retaken": (0.3, 1.0), "rear_flight": (0.2, 0.9), "escape_share": (0.2, 0.8), "route_killed": 0.004,
    "route_injured": 0.03, "home_killed": 0.004, "home_injured": 0.03, "fire_reach": 0.5, "trap_killed": 0.003,
    "trap_injured": 0.01, "mustering_rate": (0.5, 6.0), "registration_rate": (0.2, 4.0), "screening_rate": (0.2, 3.0),
    "aid_rate": (0.4, 8.0), "loading_hours": (0.3, 9.0), "camp_share": (0.5, 0.95), "overflow_share": (0.2, 0.9),
    "camp_distance": 20.0,
    "onward_rate": 0.1, "exhaustion_rate": 0.1, "return_rate": 0.1, "quiet_days": (1.0, 3.0), "calm_days": (1.0, 5.0),
    "relief_days": 2.0, "triage_rate": (0.1, 0.6), "stabilisation_rate": (0.02, 0.3), "handover_hours": (0.5, 6.0),
    "theatre_rate": (0.01, 0.2), "surgery_share": 0.6, "red_share": 0.6, "waiting_death": 0.5, "bed_days": 1.0,
}  # fmt: skip


def heat(world: World, **changed: tuple[float, float] | float) -> World:
    """Give the world the priors of ``HOT``, with changes."""
    for name, about in (HOT | changed).items():
        if isinstance(about, tuple):
            world.parameters[name] = {"prior": "uniform", "low": about[0], "high": about[1]}
        else:
            world.fix(**{name: about})
    return world


def model_of(world: World, folder: Path) -> Model:
    """The world written to a folder, read through every check, and built."""
    return build_model(world.read(folder))


def drawn(model: Model, members: int, seed: int = 1) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Parameters and numbers of the first members."""
    numbers = np.arange(members, dtype=np.int64)
    return sample(model.priors, numbers, seed), numbers


def only(state: State, member: int) -> State:
    """One member of a state, still with the axis of members."""
    return State(*(array[member : member + 1].copy() for array in state))


def fresh(model: Model, members: int) -> State:
    return init(model.world, members)


def siege(rng: random.Random, step_hours: int | None = None, times: int = 1) -> World:
    """Two to five districts, two gates and a desk, small camps, two hospitals, closures; sometimes a town or futures.

    Populations of some thousand, multiplied by ``times``; steps of 6, 8 or 12 hours unless given.
    """
    world = heat(World(settings=dict(line().settings), tables={"sources": line().tables["sources"]}))
    world.settings.update(step_hours=step_hours or rng.choice([6, 8, 12]), days=rng.randint(6, 9))
    _districts(world, rng, times)
    _sites(world, rng)
    _camps(world, rng)
    _care(world, rng)
    _households(world, rng)
    _supplies(world, rng)
    if rng.random() < 0.4:
        _futures(world, rng)
    _reception(world, rng)
    return world


def _place(world: World, name: str, kind: str, rng: random.Random, **more: Any) -> None:
    lat, lon = 33.0 + rng.random() / 5, 43.0 + rng.random() / 5
    world.add("places", id=name, name=name.title(), kind=kind, lat=lat, lon=lon, **more)


def _districts(world: World, rng: random.Random, times: int) -> None:
    for i in range(rng.randint(2, 5)):
        best = times * (rng.choice([0, 150, 800, 2500]) if i else 1500)
        spread = {"population_low": 0.8 * best, "population_best": best, "population_high": 1.3 * best}
        _place(world, f"d{i}", "district", rng, **spread)
        world.add("control", district=f"d{i}", date=START, status="held" if i else "contested")
        if i:
            world.add("borders", district=f"d{rng.randrange(i)}", neighbour=f"d{i}", length_km=rng.uniform(0.3, 2.0))
    retaken = START + timedelta(days=rng.randint(1, 4))
    world.add("control", district="d0", date=retaken, status="retaken", published=retaken)


def _sites(world: World, rng: random.Random) -> None:
    for name, kind in (("gate0", "muster_point"), ("gate1", "muster_point"), ("desk", "screening_site")):
        _place(world, name, kind, rng)
        for service in ("registration", "screening", "aid"):
            if name == "desk" or rng.random() < 0.4:
                hours = {"opens_hour": rng.choice([0, 6]), "closes_hour": rng.choice([18, 24])}
                world.add("stations", place=name, kind=service, opens=START, servers=rng.randint(1, 8), **hours)
        if name != "gate1":
            begins = START + timedelta(days=rng.choice([0, 0, 1]))
            world.add("buses", place=name, date=begins, vehicles=rng.randint(1, 4), seats=30, speed_kmh=20)
    for district in world.ids("district"):
        for gate in ("gate0", "gate1"):
            _way_out(world, rng, district, gate)
    world.add("routes", id="gate0_desk", origin="gate0", destination="desk", mode="road", length_km=12)
    world.add("routes", id="gate1_desk", origin="gate1", destination="desk", mode="walk", length_km=rng.uniform(5, 30))


def _way_out(world: World, rng: random.Random, district: str, gate: str) -> None:
    others = [name for name in world.ids("district") if name != district]
    via = rng.choice(others) if gate == "gate0" and rng.random() < 0.7 else ""
    name, km = f"{district}_{gate}", rng.uniform(1, 9)
    ends = {"origin": district, "destination": gate, "via": via}
    world.add("routes", id=name, **ends, mode="walk", length_km=km, exposed_km=km / 2)
    if rng.random() < 0.5 or name == "d0_gate0":
        shut = START + timedelta(days=rng.randint(1, 4))
        again = shut + timedelta(days=rng.randint(1, 3))
        world.add("closures", route=name, closed=shut, reopened=again, published=shut)


def _camps(world: World, rng: random.Random) -> None:
    first = rng.choice([0, 0, 2])
    for i in range(3):
        _place(world, f"camp{i}", "camp", rng)
        opens = START + timedelta(days=rng.choice([first, first, 3]))
        world.add("camps", place=f"camp{i}", date=opens, capacity=rng.choice([60, 250, 600]), occupied=20)
    if rng.random() < 0.7:
        _place(world, "town", "host_community", rng)
        world.add("camps", place="town", date=START, capacity=rng.choice(["", 900]))
    for name in world.ids("camp", "host_community"):
        km = rng.uniform(3, 40)
        world.add("routes", id=f"desk_{name}", origin="desk", destination=name, mode="road", length_km=km)
    world.add("closures", route="desk_camp0", closed=START + timedelta(days=4), reopened=START + timedelta(days=5))


def _care(world: World, rng: random.Random) -> None:
    for i in range(2):
        _place(world, f"aid{i}", "stabilisation_point", rng)
        _place(world, f"hospital{i}", "field_hospital", rng)
        world.add("stations", place=f"aid{i}", kind="stabilisation", opens=START, servers=rng.randint(2, 9))
        world.add("stations", place=f"hospital{i}", kind="beds", opens=START, servers=rng.randint(1, 5))
        world.add("routes", id=f"h{i}", origin=f"aid{i}", destination=f"hospital{i}", mode="ambulance", length_km=5 + i)
    world.add("routes", id="h2", origin="aid0", destination="hospital1", mode="ambulance", length_km=20)
    world.add("closures", route="h1", closed=START + timedelta(days=2), reopened=START + timedelta(days=4))


def _households(world: World, rng: random.Random) -> None:
    sizes = [(6, 2), (1, 1), (4, 0)][: rng.randint(2, 3)]
    shares = {2: (0.7, 0.3), 3: (0.5, 0.2, 0.3)}[len(sizes)]
    for i, ((persons, men), share) in enumerate(zip(sizes, shares, strict=True)):
        speed, factor = rng.uniform(0.4, 4.0), rng.choice([0.7, 1.0, 1.3])
        row = {"id": f"h{i}", "name": f"H{i}", "persons": persons, "men": men, "speed_kmh": speed, "share": share}
        world.add("households", **row, infants=0, disabled=0, flight_factor=factor)


def _reception(world: World, rng: random.Random) -> None:
    """Mustering, shade, another order of stations, services of random length, children, and sometimes priority."""
    for place in ("gate0", "desk"):
        if rng.random() < 0.6:
            world.add("stations", place=place, kind="mustering", opens=START, servers=rng.randint(1, 3))
        if rng.random() < 0.6:
            world.add("stations", place=place, kind="shade", opens=START, servers=rng.choice([20, 200]), opens_hour=6)
    orders = {"screening": rng.choice(["", "", "arrival"]), "aid": rng.choice(["", "", "screening", "arrival"])}
    varied = rng.choice([{}, {"screening": 1.0, "registration": 0.5}, {"aid": 2.0, "mustering": 1.0}])
    for row in world.tables["stations"]:
        row["variation"] = varied.get(row["kind"], 0)
        if row["place"] == "desk":
            row["after"] = orders.get(row["kind"], "")
    if rng.random() < 0.6:
        world.add("stations", place="aid0", kind="triage", opens=START, servers=1)
        world.add("stations", place="hospital1", kind="theatre", opens=START, servers=1, opens_hour=6)
        world.add("buses", place="aid0", date=START, vehicles=1, seats=2, speed_kmh=rng.choice([1, 8]))
    if rng.random() < 0.6:
        world.change("buses", place="desk", opens_hour=6, closes_hour=22, curfew_hour=rng.choice([14, 20]))
        late = next(row for row in world.tables["stations"] if row["place"] == "desk" and row["kind"] == "screening")
        late.update(opens_hour=14, closes_hour=7, break_start=23, break_end=1)
    first = rng.choice(["none", "h0", "h1"])
    for row in world.tables["households"]:
        row["children"] = (row["persons"] - row["men"]) // 2
        row["disabled"] = row["persons"] // 4
        row["priority"] = "yes" if row["id"] == first else "no"


def _supplies(world: World, rng: random.Random) -> None:
    for good in ("food", "water", "fuel"):
        days = rng.uniform(1, 8)
        row = {"good": good, "date": START, "days_low": days / 2, "days_best": days, "days_high": 2 * days}
        world.add("supplies", **row, inflow=rng.uniform(0, 0.5))
    _place(world, "depot", "supply_source", rng)
    world.add("routes", id="depot_d1", origin="depot", destination="d1", mode="supply", length_km=10)
    world.add("closures", route="depot_d1", closed=START, reopened=START + timedelta(days=3))


def _futures(world: World, rng: random.Random) -> None:
    for name, weight in (("slow", 0.3), ("fast", 0.7)):
        world.add("futures", id=name, weight=weight)
        day = world.settings["as_of"] + timedelta(days=2 if name == "fast" else 5)
        world.add("control", district="d1", date=day - timedelta(days=1), status="contested", future=name)
        world.add("control", district="d1", date=day, status="retaken", future=name)
