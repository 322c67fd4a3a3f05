"""What is scored: truths, leads, origins."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers.counted import counted, on
from saferground.forecasting.targets import (
    own_targets,
    period_end,
    regular_origins,
    spread_origins,
    targets,
    truth_on,
    usable,
)
from saferground.observation import observed
from saferground.scenario import Scenario

CAMP = {0: 0, 10: 100, 20: 300, 30: 500, 55: 700, 60: 900}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return counted(
        tmp_path,
        {("Camp", "haven"): CAMP, ("Total", ""): {day: 2 * people + 5 for day, people in CAMP.items()}},
        days=50,
    )


def of(scenario: Scenario, *leads: int | str, origin: int = 20, series: str = "Camp@haven") -> pd.DataFrame:
    found = targets(scenario, [on(origin)], leads)
    return found[found["series"].eq(series)].set_index("lead")


def test_truth_is_the_count_or_the_line_between_two(scenario: Scenario) -> None:
    camp = next(one for one in observed(scenario) if one.key == "Camp@haven")
    assert truth_on(camp, on(20)) == (300, False)
    assert truth_on(camp, on(27)) == (pytest.approx(440), True)
    assert truth_on(camp, on(57)) == (pytest.approx(780), True)


def test_nothing_is_said_of_days_far_from_a_count_or_beyond_them(scenario: Scenario) -> None:
    camp = next(one for one in observed(scenario) if one.key == "Camp@haven")
    assert truth_on(camp, on(31)) is None
    assert truth_on(camp, on(61)) is None
    assert truth_on(camp, on(-1)) is None


def test_a_target_holds_what_was_known_and_what_came(scenario: Scenario) -> None:
    row = of(scenario, 7, origin=22).loc["7"]
    assert (row["days"], row["day"], row["truth"]) == (7, pd.Timestamp(on(29)), pytest.approx(480))
    assert (row["last"], row["stale"], row["what"], row["place"]) == (300, 2, "place", "haven")
    assert row["interpolated"]


def test_totals_have_no_place(scenario: Scenario) -> None:
    assert of(scenario, 10, series="Total").loc["10", "what"] == "total"


def test_the_end_of_a_journey_is_that_of_its_period_though_counts_go_on(scenario: Scenario) -> None:
    assert period_end(scenario) == on(50)
    assert list(of(scenario, 1, 7, 40, "end").index) == ["1", "7"]
    assert list(of(counted_to(scenario), "end")["days"]) == [35]


def counted_to(scenario: Scenario) -> Scenario:
    """The same with a period that ends on a count."""
    return scenario.at(days=55)


def test_what_was_always_nobody_and_still_is_drops_out(tmp_path: Path) -> None:
    levels = {0: 0, 10: 0, 20: 0, 30: 0, 40: 50, 50: 60}
    scenario = counted(tmp_path, {("Camp", "haven"): levels})
    assert list(of(scenario, 1, 10, 20).index) == ["20"]


def test_few_counts_are_not_scored(tmp_path: Path) -> None:
    scenario = counted(tmp_path, {("Camp", "haven"): {0: 5, 10: 10, 20: 15, 30: 20}})
    assert targets(scenario, [on(20)]).empty
    assert regular_origins(scenario).days == ()
    assert "no series has 5 counts" in regular_origins(scenario).notes[0]


def test_two_counts_must_be_known_at_the_origin(tmp_path: Path) -> None:
    scenario = counted(tmp_path, {("Camp", "haven"): CAMP}, late={10: 8, 20: 0})
    assert of(scenario, 1, origin=17).empty
    assert list(of(scenario, 1, origin=18).index) == ["1"]


def test_the_newest_publication_is_the_truth_and_the_first_is_what_was_known(tmp_path: Path) -> None:
    scenario = counted(tmp_path, {("Camp", "haven"): CAMP})
    counts = scenario.tables["counts"]
    again = counts[counts["end"].eq(pd.Timestamp(on(20)))].assign(value=360, published=pd.Timestamp(on(28)))
    scenario.tables["counts"] = pd.concat([counts, again], ignore_index=True)
    row = of(scenario, 5, origin=20).loc["5"]
    assert (row["last"], row["truth"]) == (300, pytest.approx(430))


def test_origins_are_a_grid_from_two_counts_and_two_weeks_on(scenario: Scenario) -> None:
    assert regular_origins(scenario).days == (on(14), on(28), on(42))
    assert regular_origins(scenario, every=10).days == (on(14), on(24), on(34))


def test_some_origins_are_spread_over_the_grid(scenario: Scenario) -> None:
    assert spread_origins(scenario, 2).days == (on(14), on(42))
    assert spread_origins(scenario, 9).days == (on(14), on(28), on(42))


def test_capacity_is_that_of_the_place_on_the_day(tmp_path: Path) -> None:
    scenario = counted(tmp_path, {("Camp", "shelter"): CAMP, ("Other", "haven"): CAMP})
    assert of(scenario, 7, series="Camp@shelter").loc["7", "capacity"] == 800
    assert of(scenario, 7, series="Other@haven")["capacity"].isna().all()


def test_own_targets_are_those_asked_for(scenario: Scenario) -> None:
    found = own_targets(scenario, [("Camp@haven", on(12), on(25)), ("Camp@haven", on(12), on(40))])
    assert list(found["lead"]) == ["own"]
    assert (found["truth"].item(), found["last"].item()) == (pytest.approx(400), 100)


def test_an_origin_before_the_start_is_left_out_with_a_word(scenario: Scenario) -> None:
    found = usable(scenario, [on(20), on(-5)])
    assert found.days == (on(20),)
    assert "2029-12-27 left out" in found.notes[0]
