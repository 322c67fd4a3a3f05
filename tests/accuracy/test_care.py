"""Care of the injured, through the compiled engine, against sums that can be done by hand.

Nobody lives in the world; the injured are put where they wait before the first step. A day has four steps.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from helpers.sieges import drawn, fresh, model_of
from helpers.worlds import START, World, line
from saferground.axes import CARE
from saferground.engine import Record, State, run

ERRORS = 4.4
CALM = {"waiting_death": 0.0, "bed_days": 90.0, "handover_hours": 1.0, "stabilisation_rate": 1.0, "triage_rate": 100.0}


def after(
    world: World, folder: Path, days: int = 1, members: int = 1, *, waiting: dict[str, int], **fixed: float
) -> tuple[State, Record]:
    """State and record when so many people, by field of the state, have waited from the start."""
    model = model_of(world.fix(**(CALM | fixed)), folder)
    params, numbers = drawn(model, members)
    state = fresh(model, members)
    for field, people in waiting.items():
        getattr(state, field)[:, 0] = people
    last = days * model.clock.steps_per_day
    return state, run(model.world, params, 1, numbers, state, first=0, last=last)


def stage(record: Record, name: str) -> list[int]:
    return record.care[0, :, CARE.index(name)].tolist()


def quiet() -> World:
    world = line(population=0).change("stations", kind="beds", servers=1000)
    return world.change("routes", id="aid_hospital", length_km=10)


def test_ambulances_carry_what_their_hours_allow(tmp_path):
    """Two patients in (2 x 10 km / 20 km/h + 1 h): one for each vehicle-hour, 24 a day; there are beds for all."""
    world = quiet().add("buses", place="aid", date=START, vehicles=1, seats=2, speed_kmh=20)
    _, record = after(world, tmp_path, 3, waiting={"for_bed": 100})
    assert stage(record, "waiting_ambulance") == [76, 52, 28]
    assert stage(record, "waiting_bed") == [0, 0, 0]


def test_a_long_way_takes_its_time(tmp_path):
    """120 km at 10 km/h are two steps; an ambulance of 100 seats owes hours after that and goes once in four steps."""
    world = quiet().change("routes", id="aid_hospital", length_km=120)
    world.add("buses", place="aid", date=START, vehicles=1, seats=100, speed_kmh=10)
    state, record = after(world, tmp_path, 1, waiting={"for_bed": 24})
    assert stage(record, "waiting_ambulance") == [0]
    assert stage(record, "on_the_way") == [0]
    assert stage(record, "in_bed")[0] + stage(record, "discharged")[0] == 24
    assert state.on_road.shape[1] > 2


def test_without_stated_ambulances_beds_alone_limit(tmp_path):
    world = quiet().change("stations", kind="beds", servers=20)
    _, record = after(world, tmp_path, 1, waiting={"for_bed": 100})
    assert stage(record, "in_bed") == [20]
    assert stage(record, "waiting_ambulance") == [0]
    assert stage(record, "waiting_bed")[0] + stage(record, "discharged")[0] == 80


def test_red_ones_are_treated_first_after_triage(tmp_path):
    """One place treats 24 a day. With triage they are all red ones; the others wait."""
    world = quiet().change("stations", kind="stabilisation", servers=1)
    world.add("stations", place="aid", kind="triage", opens=START, servers=1)
    state, record = after(world, tmp_path, 1, waiting={"for_triage": 100}, red_share=0.5)
    assert stage(record, "waiting_triage") == [0]
    assert stage(record, "waiting_stabilisation") == [76]
    assert stage(record, "in_bed")[0] == 24
    assert state.red[0, 0] + 24 + state.for_stabilising[0, 0] == 100
    assert 0 < state.red[0, 0] < 76


def test_triage_is_a_line(tmp_path):
    world = quiet().add("stations", place="aid", kind="triage", opens=START, servers=1)
    _, record = after(world, tmp_path, 3, waiting={"for_triage": 100}, triage_rate=1.05)
    assert stage(record, "waiting_triage") == [75, 50, 25]  # 25.2 a day; the part left over is carried


def test_operations_wait_for_a_table(tmp_path):
    """Admitted in the first step; two tables then do 6 operations in each step of 6 h."""
    world = quiet().add("stations", place="hospital", kind="theatre", opens=START, servers=2)
    _, record = after(world, tmp_path, 2, waiting={"for_bed": 50}, theatre_rate=0.5, surgery_share=1.0)
    assert stage(record, "waiting_theatre") == [50 - 3 * 6, 50 - 7 * 6]


@pytest.mark.parametrize(
    ("waits", "hazard"), [("for_bed", 0.5), ("for_theatre", 0.5), ("red", 0.5), ("for_triage", 0.2)]
)
def test_who_waits_dies_at_the_hazard(waits, hazard, tmp_path):
    """Of the untriaged only the red ones, two fifths; the mean over the members is within 4.4 standard errors."""
    world = quiet().change("stations", kind="stabilisation", servers=0).drop("routes", id="aid_hospital")
    world.add("stations", place="aid", kind="triage", opens=START, servers=0)
    world.add("stations", place="hospital", kind="theatre", opens=START, servers=0)
    _, record = after(world, tmp_path, 1, 400, waiting={waits: 100}, waiting_death=0.5, red_share=0.4)
    died = record.care[:, 0, CARE.index("died")]
    expected = 100 * -np.expm1(-hazard)
    error = ERRORS * np.sqrt(expected * np.exp(-hazard) / 400)
    assert abs(died.mean() - expected) < error
    assert error < 0.05 * expected


def test_unsorted_wounded_die_at_the_hazard_of_their_red_share(tmp_path):
    """Without triage, while nobody is treated."""
    world = quiet().change("stations", kind="stabilisation", servers=0)
    _, record = after(world, tmp_path, 1, 400, waiting={"for_stabilising": 100}, waiting_death=0.5, red_share=0.4)
    died = record.care[:, 0, CARE.index("died")]
    assert abs(died.mean() - 100 * -np.expm1(-0.2)) < ERRORS * np.sqrt(100 * 0.181 * 0.819 / 400)
