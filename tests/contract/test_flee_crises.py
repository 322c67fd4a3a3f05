"""The eight Flee folders of the data pack import whole, as the corrected rules and as Flee 3.1 read them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.shared import CRISES, NAMES
from saferground.exchange.flee import FleeImport, import_flee
from saferground.scenario import Scenario, read_scenario

pytestmark = pytest.mark.skipif(not CRISES.is_dir(), reason=f"no crises at {CRISES}; set SAFERGROUND_SHARED")
VERSIONS = ("corrected", "3.1")
NOTED = {"burundi2015": 2, "burundi2015_val": 1, "car2013": 2, "car2013_val": 2, "ssudan2013": 3, "ssudan2013_val": 3}
"""Notes of a folder: columns of zeros for unknown places, second names of closures, a camp apart, a label apart."""


@pytest.fixture(scope="module", params=[(name, version) for name in NAMES for version in VERSIONS], ids="-".join)
def crisis(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, FleeImport, Scenario]:
    name, version = request.param
    made = import_flee(CRISES / name, tmp_path_factory.mktemp("crises") / name, version=version)
    return CRISES / name, made, read_scenario(made.folder)


def table(path: Path) -> list[list[str]]:
    """Rows without comments and blank ones, cells trimmed."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    return [row for row in rows if any(row) and not row[0].startswith("#")]


def start(folder: Path) -> date:
    return date.fromisoformat(dict(table(folder / "input_csv" / "sim_period.csv"))["StartDate"])


def test_only_what_deserves_a_word_is_noted(crisis: tuple[Path, FleeImport, Scenario]) -> None:
    folder, made, _ = crisis
    assert len(made.notes) == NOTED.get(folder.name, 0), list(map(str, made.notes))
    assert made.remarks.quirks
    assert made.remarks.assumptions


def test_no_place_is_lost(crisis: tuple[Path, FleeImport, Scenario]) -> None:
    folder, _, scenario = crisis
    places = scenario.tables["places"]
    rows = table(folder / "input_csv" / "locations.csv")
    assert list(places["name"]) == [row[0] for row in rows]
    assert list(places["country"]) == [row[2] for row in rows]
    assert list(places["lat"]) == [float(row[3]) for row in rows]
    assert list(places["lon"]) == [float(row[4]) for row in rows]
    size = places["capacity"].fillna(0) + places["population"]
    assert list(size) == [float(row[7] or 0) for row in rows]


def test_no_route_is_lost(crisis: tuple[Path, FleeImport, Scenario]) -> None:
    folder, _, scenario = crisis
    names = dict(zip(scenario.tables["places"]["id"], scenario.tables["places"]["name"], strict=True))
    routes = scenario.tables["routes"]
    made = zip(routes["origin"].map(names), routes["destination"].map(names), routes["length_km"], strict=True)
    rows = table(folder / "input_csv" / "routes.csv")
    assert list(made) == [(row[0], row[1], float(row[2])) for row in rows]
    redirected = [row for row in rows if row[3:] == ["2"]]
    assert (routes["redirect"] == "forward").sum() == len(redirected) * (scenario.rules["flee"] == "corrected")


def test_conflicts_are_those_of_the_table_on_every_day(crisis: tuple[Path, FleeImport, Scenario]) -> None:
    """These tables hold 0 and 1 alone, so that no quirk shows."""
    folder, made, scenario = crisis
    with (folder / "input_csv" / "conflicts.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    wide = {name: [float(row[index]) for row in rows if len(row) > index] for index, name in enumerate(header) if index}
    days = pd.date_range(start(folder), periods=made.days)
    names = dict(zip(scenario.tables["places"]["id"], scenario.tables["places"]["name"], strict=True))
    conflicts = scenario.tables["conflicts"]
    for place, name in names.items():
        steps = conflicts[conflicts["place"] == place].set_index("date")["intensity"].sort_index()
        held = steps.reindex(days.union(steps.index)).ffill().reindex(days).fillna(0.0)
        assert list(held) == wide.get(name, [0.0] * made.days)[: made.days], name


def test_counts_are_those_of_the_files(crisis: tuple[Path, FleeImport, Scenario]) -> None:
    folder, made, scenario = crisis
    counts = scenario.tables["counts"]
    assert (counts["published"] == counts["end"]).all()
    for label, *files in table(folder / "source_data" / "data_layout.csv"):
        series = counts[counts["series"] == label]
        given = [read(folder / "source_data" / file) for file in files if file]
        if len(given) == 1:
            assert dict(zip(series["end"].dt.date, series["value"], strict=True)) == given[0], label
        elif made.version == "corrected":
            assert dict(zip(series["end"].dt.date, series["value"], strict=True)) == added(given), label


def read(path: Path) -> dict[date, float]:
    rows = [row for row in table(path) if row[0][:2] in ("19", "20")]
    return {date.fromisoformat(row[0]): float(row[1]) for row in rows}


def added(files: list[dict[date, float]]) -> dict[date, float]:
    days = sorted({day for file in files for day in file})
    at = [[day.toordinal() for day in sorted(file)] for file in files]
    values = [[file[day] for day in sorted(file)] for file in files]
    lines = [np.interp([day.toordinal() for day in days], *pair) for pair in zip(at, values, strict=True)]
    return dict(zip(days, np.round(np.sum(lines, axis=0)).tolist(), strict=True))


def test_closures_and_corrections_are_those_of_the_files(crisis: tuple[Path, FleeImport, Scenario]) -> None:
    folder, made, scenario = crisis
    rows = table(folder / "input_csv" / "closures.csv")
    kinds = {"country": "country", "location": "place", "camp": "camp", "remove_forced_redirection": "redirect"}
    wanted = Counter(kinds[row[0]] for row in rows)
    if made.version == "3.1":
        wanted.pop("redirect", None)
    if made.version == "3.1" and folder.name.startswith("ssudan"):  # two closed camps are neighbours there
        wanted = Counter({"route": 5})
    assert Counter(scenario.tables["closures"]["kind"]) == wanted
    first = start(folder)
    ends = {first + timedelta(days=int(row[4])) for row in rows if int(row[4]) > int(row[3])}
    assert set(scenario.tables["closures"]["reopened"].dropna().dt.date) == ends
    corrected = {tuple(row[:2]) for row in table(folder / "input_csv" / "registration_corrections.csv")}
    assert len(scenario.tables["corrections"]) == len(corrected)


def test_settings_that_count_are_carried_over(crisis: tuple[Path, FleeImport, Scenario]) -> None:
    _, made, scenario = crisis
    curated = scenario.name.endswith("_val")
    scaling = 1.25 if curated and made.version == "corrected" else 1.0
    assert scenario.parameters["capacity_scaling"].value == scaling
    assert scenario.parameters["max_move_speed"].value == (400.0 if curated else 200.0)
    assert scenario.rules["spawning"] == ("camps" if made.version == "corrected" else "totals")
    assert scenario.rules["totals"] == "given"
    assert scenario.rules["people_per_unit"] == (10 if scenario.name == "mali2012" else 1)
