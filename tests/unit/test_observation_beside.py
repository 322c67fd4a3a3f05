"""Conflicting sources side by side."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from helpers.worlds import World, line
from saferground.observation.beside import Beside, beside


def count(world: World, series: str, end: str, value: float, published: str, **cells: object) -> World:
    row = {"measures": "present", "place": "camp_a", "unit": "individuals", "source": "assumed", "confidence": "low"}
    return world.add("counts", series=series, end=end, value=value, published=published, **{**row, **cells})


def empty() -> World:
    return line().drop("counts")


def found(world: World, tmp_path: Path) -> tuple[Beside, ...]:
    return beside(world.read(tmp_path / "line"))


def test_two_agencies_on_one_day(tmp_path: Path) -> None:
    world = count(count(empty(), "iom", "2030-01-02", 900, "2030-01-03"), "dtm", "2030-01-02", 300, "2030-01-04")
    count(world, "iom", "2030-01-03", 950, "2030-01-04")
    (one,) = found(world, tmp_path)
    assert (one.measures, one.place, one.day, one.lowest, one.highest, one.spread) == (
        "present", "camp_a", date(2030, 1, 2), 300.0, 900.0, 3.0,
    )  # fmt: skip
    assert [(said.series, said.value, said.published, said.superseded, said.line) for said in one.said] == [
        ("iom", 900.0, date(2030, 1, 3), False, 2), ("dtm", 300.0, date(2030, 1, 4), False, 3),
    ]  # fmt: skip
    assert json.loads(json.dumps(one.as_dict()))["said"][0]["published"] == "2030-01-03"


def test_a_later_revision_supersedes(tmp_path: Path) -> None:
    world = count(count(empty(), "iom", "2030-01-02", 900, "2030-01-03"), "iom", "2030-01-02", 700, "2030-01-04")
    (one,) = found(world, tmp_path)
    assert [(said.value, said.superseded) for said in one.said] == [(900.0, True), (700.0, False)]
    assert (one.lowest, one.highest, one.spread) == (700.0, 700.0, 1.0)


def test_families_are_people(tmp_path: Path) -> None:
    world = count(count(empty(), "iom", "2030-01-02", 900, "2030-01-03"), "dtm", "2030-01-02", 300, "2030-01-04",
                  unit="families")  # fmt: skip
    (one,) = found(world, tmp_path)
    assert one.said[1].value > 300


def test_cumulative_counts_must_begin_together(tmp_path: Path) -> None:
    row = {"measures": "arrived_cumulative"}
    world = count(empty(), "a", "2030-01-03", 10, "2030-01-04", start="2030-01-01", **row)
    count(world, "b", "2030-01-03", 12, "2030-01-05", **row)
    count(world, "c", "2030-01-03", 5, "2030-01-05", start="2030-01-02", **row)
    (one,) = found(world, tmp_path)
    assert [said.series for said in one.said] == ["a", "b"]


def test_a_day_beside_the_mean_of_its_week(tmp_path: Path) -> None:
    row = {"measures": "arrived_daily"}
    world = count(empty(), "week", "2030-01-04", 10, "2030-01-05", start="2030-01-01", **row)
    for day in (2, 3):
        count(world, "day", f"2030-01-0{day}", day, "2030-01-05", **row)
    assert [(one.day.day, [said.series for said in one.said]) for one in found(world, tmp_path)] == [
        (3, ["day", "week"]), (2, ["day", "week"]),
    ]  # fmt: skip


def test_other_places_quantities_and_days_are_no_conflict(tmp_path: Path) -> None:
    world = count(empty(), "a", "2030-01-02", 10, "2030-01-03")
    count(world, "b", "2030-01-02", 20, "2030-01-03", place="", measures="left_cumulative")
    count(world, "c", "2030-01-03", 20, "2030-01-04")
    count(world, "d", "2030-01-02", 20, "2030-01-03", measures="other")
    assert found(world, tmp_path) == ()


def test_nobody_beside_somebody_is_a_spread_without_end(tmp_path: Path) -> None:
    world = count(count(empty(), "a", "2030-01-02", 0, "2030-01-03"), "b", "2030-01-02", 5, "2030-01-03")
    (one,) = found(world, tmp_path)
    assert (one.spread, one.as_dict()["spread"]) == (float("inf"), None)
