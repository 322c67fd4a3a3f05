"""A journey's Dataset as Flee's out.csv: its columns, its numbers, and one member or the mean."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from saferground.errors import RunError, UsageError
from saferground.exchange.flee import export_flee
from saferground.exchange.flee.out_csv import TOTALS

PEOPLE = [
    [[5, 100, 40], [3, 109, 49]],
    [[6, 101, 42], [1, 120, 51]],
]
"""Two members, two days, places town, north, south."""


def days() -> xr.Dataset:
    place, day = ("time", "place"), ("time",)
    return xr.Dataset(
        {
            "people": (("member", *place), np.array(PEOPLE, dtype="int32")),
            "travelling": (("member", "time"), np.array([[7, 8], [9, 10]], dtype="int32")),
            "is_camp": (place, np.array([[False, True, True], [True, True, False]])),
            "count": (place, np.array([[np.nan, 120.0, np.nan], [np.nan, 100.0, np.nan]])),
            "total_count": (day, np.array([200, 250])),
            "debt": (day, np.array([0, 20])),
            "parameter_value": (("member", "parameter"), np.zeros((2, 1))),
        },
        coords={
            "member": [0, 1],
            "time": pd.date_range("2020-02-28", periods=2, unit="s"),
            "place": ["north", "south", "town"][::-1],
            "place_name": ("place", ["Town", "North Camp", "South, by the river"]),
            "place_kind": ("place", ["town", "camp", "idp_camp"]),
            "parameter": ["pace"],
        },
        attrs={"model": "journey", "flee": "corrected"},
    )


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_mean_with_flees_columns(tmp_path: Path) -> None:
    header, *rows = read(export_flee(days(), tmp_path / "out.csv"))
    camps = [f"{name} {what}" for name in ("North Camp", "South, by the river") for what in ("sim", "data", "error")]
    assert header == ["Day", "Date", *camps, *TOTALS]
    assert header[-6:] == [
        "Total error",
        "refugees in camps (UNHCR)",
        "total refugees (simulation)",
        "raw UNHCR refugee count",
        "refugees in camps (simulation)",
        "refugee_debt",
    ]
    # north 100.5 -> 100 (to even), south 41, town 5.5 -> 6, on the way 8
    assert rows[0] == [
        "0",
        "2020-02-28",
        "100",
        "120",
        "0.1667",
        "41",
        "0",
        "0.0",
        "0.305",
        "120",
        "155",
        "200",
        "141",
        "0",
    ]
    # north 114.5 -> 114, south 50, town 2, on the way 9
    assert rows[1] == [
        "1",
        "2020-02-29",
        "114",
        "100",
        "0.14",
        "50",
        "0",
        "0.0",
        "0.256",
        "100",
        "175",
        "250",
        "164",
        "20",
    ]


def test_one_member(tmp_path: Path) -> None:
    _, *rows = read(export_flee(days(), tmp_path / "out.csv", member=1))
    assert [row[2] for row in rows] == ["101", "120"]
    assert [row[-4] for row in rows] == [str(6 + 101 + 42 + 9), str(1 + 120 + 51 + 10)]


def test_camps_in_the_order_of_places_csv_where_it_is_known(tmp_path: Path) -> None:
    placed = days().assign_coords(place_line=("place", [4, 3, 2]))
    header, *_ = read(export_flee(placed, tmp_path / "out.csv"))
    assert header[2:8:3] == ["South, by the river sim", "North Camp sim"]


def test_places_with_counts_where_there_are_no_camps(tmp_path: Path) -> None:
    flooded = days().assign(is_camp=days()["is_camp"] & False).assign_coords(place_kind=("place", ["flood_zone"] * 3))
    header, *_ = read(export_flee(flooded, tmp_path / "out.csv"))
    assert [name for name in header if name.endswith(" sim")] == ["North Camp sim"]


def test_a_camp_that_is_closed_on_the_first_day_is_a_camp(tmp_path: Path) -> None:
    closed = days().assign(is_camp=days()["is_camp"] & (days()["place"] == "south"))
    assert len(read(export_flee(closed, tmp_path / "out.csv"))[0]) == 2 + 6 + len(TOTALS)


def test_without_a_raw_count_there_is_no_total_error(tmp_path: Path) -> None:
    none = days().assign(total_count=days()["total_count"] * 0)
    assert {row[-6] for row in read(export_flee(none, tmp_path / "out.csv"))[1:]} == {"0.0"}


def test_into_a_folder(tmp_path: Path) -> None:
    assert export_flee(days(), tmp_path) == tmp_path / "out.csv"
    assert export_flee(days(), tmp_path / "new" / "table.csv").is_file()
    assert b"\r" not in (tmp_path / "out.csv").read_bytes()


def test_what_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected journey"):
        export_flee(days().assign_attrs(model="siege"), tmp_path / "a.csv")
    with pytest.raises(UsageError, match="from 0 to 1"):
        export_flee(days(), tmp_path / "a.csv", member=2)
    (tmp_path / "taken.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists"):
        export_flee(days(), tmp_path / "taken.csv")
    with pytest.raises(RunError, match="cannot be written"):
        export_flee(days(), tmp_path / "taken.csv" / "below" / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]
