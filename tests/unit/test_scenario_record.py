"""A checked scenario: what was known when, other dates, digest and summary."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from helpers.worlds import World, line
from saferground.errors import ScenarioError
from saferground.scenario import Scenario, read_scenario
from saferground.scenario.columns import schema
from saferground.scenario.summary_siege import control_at


def eventful() -> World:
    """Things announced on 3 January, and others on 8 January; as of 5 January."""
    world = line()
    world.add("sources", id="late", title="Sent on 8 January", publisher="Press", published="2030-01-08")
    world.add("control", district="a", date="2030-01-03", status="retaken", published="2030-01-03")
    world.add("control", district="b", date="2030-01-07", status="contested", published="2030-01-08")
    world.add("closures", route="b_side", closed="2030-01-04", published="2030-01-04")
    world.add("closures", route="c_out", closed="2030-01-04", source="late")
    world.add("camps", place="camp_a", date="2030-01-10", capacity=9000, published="2030-01-03")
    world.add("camps", place="camp_b", date="2030-01-10", capacity=9000, published="2030-01-08")
    world.add("places", id="camp_c", name="Camp C", kind="camp", lat=32, lon=43, published="2030-01-08")
    world.add("camps", place="camp_c", date="2030-01-09", capacity=100)
    world.add("routes", id="desk_c", origin="desk", destination="camp_c", mode="road", length_km=5)
    world.add("closures", route="desk_c", closed="2030-01-10")
    world.add(
        "counts",
        series="Left",
        measures="left_cumulative",
        end="2030-01-05",
        value=1,
        unit="individuals",
        source="late",
    )
    return world


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return eventful().read(tmp_path)


def test_known_drops_what_was_published_later(scenario: Scenario) -> None:
    known = scenario.known()
    as_of = pd.Timestamp(scenario.settings.as_of)
    for table in schema("siege").tables:
        if "published" in known.tables[table]:
            assert not (known.tables[table]["published"] > as_of).any(), table
    assert known.tables["closures"]["route"].tolist() == ["b_side"]
    assert len(known.tables["counts"]) == 2
    assert known.tables["sources"]["id"].tolist() == ["assumed"]


def test_known_keeps_plans_announced_in_time(scenario: Scenario) -> None:
    camps = scenario.known().tables["camps"]
    assert camps[camps["place"] == "camp_a"]["capacity"].tolist() == [3000, 9000]
    assert camps[camps["place"] == "camp_b"]["capacity"].tolist() == [5000]


def test_known_drops_what_refers_to_unknown_things(scenario: Scenario) -> None:
    known = scenario.known()
    assert "camp_c" not in set(known.tables["places"]["id"])
    assert "camp_c" not in set(known.tables["camps"]["place"])
    assert "desk_c" not in set(known.tables["routes"]["id"])


def test_later_rows_do_not_change_what_is_known(scenario: Scenario, tmp_path: Path) -> None:
    before = scenario.known().digest
    world = eventful()
    world.add("control", district="c", date="2030-01-09", status="retaken", published="2030-01-09")
    world.row("camps", place="camp_b", date="2030-01-10")["capacity"] = 12_345
    world.row("counts", source="late")["value"] = 99_999
    other = world.read(tmp_path / "other")
    assert other.digest != scenario.digest
    assert other.known().digest == before


def test_a_later_date_knows_more(scenario: Scenario) -> None:
    later = scenario.at(as_of="2030-01-08")
    sizes = [[len(one.known().tables[table]) for table in schema("siege").tables] for one in (scenario, later)]
    assert all(fewer <= more for fewer, more in zip(*sizes, strict=True))
    assert "camp_c" in set(later.known().tables["places"]["id"])


def test_at_equals_reading_with_arguments(scenario: Scenario, tmp_path: Path) -> None:
    other = scenario.at(as_of="2030-01-07", days=3, step_hours=24)
    assert other.digest == read_scenario(tmp_path, as_of="2030-01-07", days=3, step_hours=24).digest
    assert scenario.at().digest == scenario.digest


def test_at_refuses_a_day_on_which_too_little_was_known(tmp_path: Path) -> None:
    world = line()
    world.row("routes", id="c_out")["published"] = "2030-01-04"
    scenario = world.read(tmp_path)
    with pytest.raises(ScenarioError, match="c, a district that no way on foot leaves"):
        scenario.at(as_of="2030-01-03")


def test_scenario_is_frozen(scenario: Scenario) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario.name = "other"  # type: ignore[misc]


def test_control_on_a_day(scenario: Scenario) -> None:
    control = scenario.tables["control"]
    assert control_at(control, scenario.settings.start) == {"a": "contested", "b": "held", "c": "held"}
    assert control_at(control, scenario.settings.as_of)["a"] == "retaken"


def test_summary_says_what_there_is(scenario: Scenario) -> None:
    lines = scenario.summary()
    assert 10 <= len(lines) <= 15
    text = "\n".join(lines)
    for words in (
        "Three districts in a line",
        "known until 2030-01-05, 10 days ahead to 2030-01-15, steps of 6 h",
        "3 with 15,000 people at the start (13,500 to 16,500)",
        "control on 2030-01-05: 2 held, 0 contested, 1 retaken",
        "ways out on foot: 4, 1 of them shut",
        "1 muster point, 1 screening site",
        "camps: 2, 2 open on 2030-01-05 for 8,000 people; 1 host community",
        "counts: 2 of 3 known by then",
        "planning figures: 1 of 1",
        "parameters: 0 of 49 set",
        "sources: 1 of 2 known by then",
    ):
        assert words in text


def test_digest_is_stable(tmp_path: Path) -> None:
    one, two = (line().read(tmp_path / name) for name in ("one", "two"))
    assert one.digest == two.digest
    assert len(one.digest) == 64
    assert set(one.digest) <= set("0123456789abcdef")
