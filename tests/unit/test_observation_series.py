"""Rows of counts.csv become series: which kind of figure each is, in people, and what was public when."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from helpers.worlds import START, line
from saferground.observation.series import Series, observed


def day(number: int) -> date:
    return START + timedelta(days=number)


def row(series: str, measures: str, end: int, value: float, **more: Any) -> dict[str, Any]:
    base = {"series": series, "measures": measures, "end": day(end), "value": value, "unit": "individuals"}
    return base | {"published": day(end)} | more


def read(folder: Path, *rows: dict[str, Any], **settings: Any) -> dict[str, Series]:
    scenario = line(counts=list(rows), as_of=day(20), **settings).read(folder)
    return {one.key: one for one in observed(scenario)}


def test_a_running_total_is_a_level_since_the_start(tmp_path: Path) -> None:
    rows = (row("Left", "left_cumulative", 3, 40), row("Left", "left_cumulative", 5, 90))
    records = read(tmp_path, *rows)["Left"].records
    assert list(records["kind"]) == ["level", "level"]
    assert {one.date() for one in records["start"]} == {START}


def test_totals_of_several_periods_are_totals(tmp_path: Path) -> None:
    rows = (row("Left", "left_cumulative", 6, 40, start=day(0)), row("Left", "left_cumulative", 13, 70, start=day(7)))
    assert list(read(tmp_path, *rows)["Left"].records["kind"]) == ["total", "total"]


def test_one_first_day_that_is_not_the_start_still_runs(tmp_path: Path) -> None:
    rows = (row("Left", "left_cumulative", 9, 40, start=day(7)), row("Left", "left_cumulative", 13, 70, start=day(7)))
    levels = read(tmp_path, *rows)["Left"].levels()
    assert [(one.date(), value) for one, value in zip(levels["end"], levels["value"], strict=True)] == [
        (day(6), 0.0), (day(9), 40.0), (day(13), 70.0),
    ]  # fmt: skip


def test_daily_counts_are_rates(tmp_path: Path) -> None:
    records = read(tmp_path, row("Daily", "left_daily", 3, 40))["Daily"].records
    assert list(records["kind"]) == ["rate"]
    assert records["start"].iloc[0].date() == day(3)


def test_people_present_are_levels_of_their_day_and_begin_at_no_zero(tmp_path: Path) -> None:
    camp = read(tmp_path, row("Camp", "present", 3, 40, place="camp_a"))["Camp@camp_a"]
    assert (list(camp.records["kind"]), len(camp.levels()), camp.grows) == (["level"], 1, False)


def test_a_first_count_of_the_first_day_has_its_zero_on_the_day_before(tmp_path: Path) -> None:
    levels = read(tmp_path, row("Left", "left_cumulative", 0, 40))["Left"].levels()
    assert [one.date() for one in levels["end"]] == [day(-1), day(0)]


def test_families_are_people_and_individuals_beside_them_stay_what_they_are(tmp_path: Path) -> None:
    """Shares 0.3, 0.5, 0.2 of people in households of 5, 6 and 4: mean household 1 / (0.06 + 0.0833 + 0.05)."""
    family = 1 / (0.3 / 5 + 0.5 / 6 + 0.2 / 4)
    rows = (
        row("Left", "left_cumulative", 3, 10, unit="families", value_low=8, value_high=12),
        row("Left", "left_cumulative", 5, 70),
    )
    left = read(tmp_path, *rows)["Left"]
    assert list(left.records["value"]) == pytest.approx([10 * family, 70])
    assert list(left.records["low"]) == pytest.approx([8 * family, 70])
    assert left.people_per_unit == pytest.approx(family)


def test_of_each_period_the_newest_publication_that_was_public(tmp_path: Path) -> None:
    rows = (
        row("Left", "left_cumulative", 3, 40, published=day(4)),
        row("Left", "left_cumulative", 3, 55, published=day(8)),
        row("Left", "left_cumulative", 5, 60, published=day(6)),
    )
    left = read(tmp_path, *rows)["Left"]
    assert [list(left.known(day(n)).records["value"]) for n in (3, 4, 6, 8)] == [[], [40], [40, 60], [55, 60]]
    assert list(left.known(day(8)).until(day(3)).records["value"]) == [55]


def test_what_measures_nothing_of_the_model_is_left_out(tmp_path: Path) -> None:
    assert set(read(tmp_path, row("Left", "left_cumulative", 3, 1), row("Talk", "other", 3, 1))) == {"Left"}


def test_one_name_that_measures_two_things_gives_two_keys(tmp_path: Path) -> None:
    found = read(tmp_path, row("Left", "left_cumulative", 3, 100), row("Left", "left_daily", 4, 30))
    assert {key: one.measures for key, one in found.items()} == {
        "Left (left_cumulative)": "left_cumulative", "Left (left_daily)": "left_daily",
    }  # fmt: skip
