"""When stations are at work, in which order people pass them, and how late vehicles may set out, as arrays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.sieges import model_of
from helpers.worlds import START, World, line
from saferground.axes import LINES, STATIONS
from saferground.model.arrays import Sites

SCREENING, AID, BOARDING = (LINES.index(name) for name in ("screening", "aid", "boarding"))


def hourly(folder: Path, *shifts: dict[str, Any]) -> np.ndarray:
    """Server-hours of screening in each hour of the first three days, when it has these rows; shape (3, 24)."""
    world = line(step_hours=1).drop("stations", place="desk", kind="screening")
    for shift in shifts:
        world.add("stations", **{"place": "desk", "kind": "screening", "opens": START, **shift})
    sites = model_of(world, folder).world.sites
    return sites.server_hours[:72, 0, SCREENING].reshape(3, 24)


def test_a_shift_past_midnight_ends_on_the_next_day(tmp_path):
    work = hourly(tmp_path, {"servers": 2, "opens_hour": 22, "closes_hour": 5.5})
    assert work[0].tolist() == [0] * 22 + [2, 2]
    assert work[1].tolist() == [2] * 5 + [1] + [0] * 16 + [2, 2]


def test_a_shift_that_began_before_the_start_goes_on(tmp_path):
    before = START - timedelta(days=3)
    work = hourly(tmp_path, {"servers": 1, "opens": before, "opens_hour": 20, "closes_hour": 2})
    assert work[0].tolist() == [1, 1] + [0] * 18 + [1] * 4


def test_the_last_shift_ends_after_the_closing_day(tmp_path):
    closes = START + timedelta(days=1)
    work = hourly(tmp_path, {"servers": 1, "closes": closes, "opens_hour": 23, "closes_hour": 3})
    assert work.sum(axis=1).tolist() == [1, 3, 0]


@pytest.mark.parametrize(
    ("shift", "rests"),
    [({"opens_hour": 8, "closes_hour": 16, "break_start": 12, "break_end": 13}, [12]),
     ({"opens_hour": 20, "closes_hour": 4, "break_start": 23, "break_end": 1}, [23, 0]),
     ({"opens_hour": 20, "closes_hour": 4, "break_start": 1, "break_end": 2}, [1])],
)  # fmt: skip
def test_nobody_works_in_a_break(shift, rests, tmp_path):
    work = hourly(tmp_path, {"servers": 3, **shift})[1]
    hours = [hour for hour in range(24) if work[hour] == 0]
    assert set(rests) <= set(hours)
    assert work.sum() == 3 * (8 - len(rests))


def test_surge_staff_and_a_closure_are_rows(tmp_path):
    """Two clerks, two more on the second day only; closed on the third."""
    second, third = START + timedelta(days=1), START + timedelta(days=2)
    work = hourly(tmp_path, {"servers": 2, "closes": third}, {"servers": 2, "opens": second, "closes": third})
    assert work.sum(axis=1).tolist() == [48, 96, 0]


def test_open_hours_are_those_with_anybody_at_work(tmp_path):
    """Two shifts that overlap, in steps of 12 h."""
    world = line(step_hours=12).change("stations", kind="registration", opens_hour=6, closes_hour=14)
    world.add("stations", place="desk", kind="registration", opens=START + timedelta(days=1), servers=9,
              opens_hour=13, closes_hour=20)  # fmt: skip
    sites = model_of(world, tmp_path).world.sites
    assert sites.open_hours[:4, 0, STATIONS.index("registration")].tolist() == [6, 2, 6, 8]
    assert sites.server_hours[:4, 0, STATIONS.index("registration")].tolist() == [36, 12, 36, 12 + 63]


def sites_of(folder: Path, **after: str) -> Sites:
    world = line().add("stations", place="desk", kind="mustering", opens=START, servers=1)
    for row in world.tables["stations"]:
        if row["place"] == "desk":
            row["after"] = after.get(row["kind"], "")
    return model_of(world, folder).world.sites


def before(sites: Sites, name: str) -> set[str]:
    return {STATIONS[i] for i in np.flatnonzero(sites.before[0, LINES.index(name)])}


def test_the_usual_order(tmp_path):
    sites = sites_of(tmp_path)
    assert [before(sites, name) for name in LINES] == [
        set(), {"mustering"}, {"registration"}, {"registration"}, set(STATIONS),
    ]  # fmt: skip
    assert sites.side_by_side[0]
    assert before(sites._replace(before=sites.before[1:]), "boarding") == {"aid"}  # the gate gives aid alone


def test_a_stated_order(tmp_path):
    sites = sites_of(tmp_path, registration="screening", screening="arrival", aid="mustering screening")
    assert [before(sites, name) for name in STATIONS] == [set(), {"screening"}, set(), {"mustering", "screening"}]
    assert not sites.side_by_side[0]
    order = [STATIONS[i] for i in sites.order[0]]
    assert order.index("screening") < order.index("registration")
    assert sorted(order) == sorted(STATIONS)


def test_without_registration_people_come_from_mustering(tmp_path):
    world = line().drop("stations", kind="registration")
    world.add("stations", place="desk", kind="mustering", opens=START, servers=1)
    assert before(model_of(world, tmp_path).world.sites, "screening") == {"mustering"}


def curfewed(folder: Path, **fleet: Any) -> tuple[Sites, World]:
    world = line(step_hours=6).change("buses", place="desk", speed_kmh=20, **fleet)
    return model_of(world, folder).world.sites, world


def test_nobody_sets_out_too_late_for_the_curfew(tmp_path):
    """25 km at 20 km/h take 1.25 h: with a curfew at 20 h the last bus leaves at 18:45, of work from 6 to 20."""
    sites, world = curfewed(tmp_path, opens_hour=6, closes_hour=20, curfew_hour=20)
    way = [row["id"] for row in sorted(world.tables["routes"], key=lambda row: row["id"]) if row["origin"] == "desk"]
    share = sites.onward_in_time[:4, sites.onward_start[0] : sites.onward_start[1]]
    assert share[:, way.index("desk_b")].tolist() == [1, 1, 1, 0.375]  # three quarters of an hour of two
    assert share[:, way.index("desk_a")] == pytest.approx([1, 1, 1, 0.7])


def test_without_a_curfew_it_is_never_too_late(tmp_path):
    sites, _ = curfewed(tmp_path, opens_hour=6, closes_hour=20)
    assert (sites.onward_in_time == 1).all()
