"""The table of stocks: what is refused, what is blank, and that it is written and known like every table."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.worlds import START, World, line
from saferground.scenario import check_scenario, read_scenario, write_scenario


def stocked(**cells: object) -> World:
    return line().add("stocks", **{"place": "camp_a", "item": "water", "date": START, "unit": "m3"} | cells)


def problems(world: World, folder: Path) -> list[tuple[str, int, str, str]]:
    _, found = check_scenario(world.write(folder))
    return [(one.file, one.line, one.column, one.do) for one in found if one.severity == "problem"]


@pytest.mark.parametrize(
    ("cells", "column", "do"),
    [
        ({"unit": "kg"}, "unit", "Convert"),
        ({"item": "tents", "unit": "kits"}, "unit", "Convert"),
        ({"place": "a"}, "place", "another place"),
        ({"place": "hospital"}, "place", "another place"),
        ({"place": "camp_x"}, "place", "camp_b"),
        ({"item": "trauma_kits", "unit": "kits"}, "place", "blank"),
        ({"item": "watter"}, "item", "water"),
        ({"on_hand": -1}, "on_hand", ""),
        ({"every_days": 0}, "every_days", ""),
        ({"lead_days": 1.5}, "lead_days", ""),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(cells: dict, column: str, do: str, tmp_path: Path):
    ((file, number, found, advice),) = problems(stocked(**cells), tmp_path)
    assert (file, number, found) == ("stocks.csv", 2, column)
    assert do in advice


def test_a_stock_has_one_row_a_day(tmp_path: Path):
    twice = stocked().add("stocks", place="camp_a", item="water", date=START, unit="L")
    assert [found[1] for found in problems(twice, tmp_path)] == [3]


def test_a_shared_stock_serves_the_same_throughout(tmp_path: Path):
    world = stocked(place="", serves="camps").add(
        "stocks", place="", item="water", date="2030-01-02", unit="L", serves="all", published=START
    )  # fmt: skip
    ((_, number, column, _),) = problems(world, tmp_path)
    assert (number, column) == (3, "serves")


def test_defaults_and_a_copy(tmp_path: Path):
    scenario = stocked(on_hand=5).read(tmp_path / "city")
    (row,) = scenario.tables["stocks"].to_dict("records")
    assert (row["resupply"], row["every_days"], row["lead_days"]) == (0, 1, 0)
    assert row["keeps"] != row["keeps"]
    assert read_scenario(write_scenario(scenario, tmp_path / "copy")).digest == scenario.digest


def test_the_summary_names_them(tmp_path: Path):
    world = stocked(on_hand=5).add("stocks", item="food", date=START, unit="t", on_hand=3)
    assert (
        "relief stocks: food, water; 1 place with stocks of their own, shared: food" in world.read(tmp_path).summary()
    )
    assert not any(text.startswith("relief") for text in line().read(tmp_path / "other").summary())


def test_a_row_known_later_is_not_known(tmp_path: Path):
    world = stocked(on_hand=5).add(
        "stocks", place="camp_b", item="water", date=START, unit="m3", published="2030-01-09"
    )  # fmt: skip
    scenario = world.read(tmp_path)
    assert str(scenario.settings.as_of) < "2030-01-09"
    assert scenario.known().tables["stocks"]["place"].tolist() == ["camp_a"]


@pytest.mark.parametrize("name", ["mosul-2017", "raqqa-2017"])
def test_shipped_stocks_say_what_is_assumed(name: str):
    rows = read_scenario(name).tables["stocks"]
    assert len(rows) > 10
    assert (rows["note"] != "").all()
    assert rows["published"].notna().all()
    assumed = rows[rows["confidence"] == "assumption"]
    assert assumed["note"].str.contains("assumed|taken|as in camps.csv").all()


@pytest.mark.parametrize("name", ["mosul-2017", "raqqa-2017"])
def test_shipped_stocks_count_only_from_the_day_they_were_public(name: str):
    scenario = read_scenario(name)
    known = scenario.known().tables["stocks"]
    assert 0 < len(known) < len(scenario.tables["stocks"])
    assert (known["published"] <= str(scenario.settings.as_of)).all()
    water = scenario.tables["stocks"].query("place == 'east_mosul'")
    assert name != "mosul-2017" or (water["published"] == "2017-03-02").all()
