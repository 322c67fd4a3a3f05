"""Numbers and dates as a reader sees them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saferground.reporting import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (91_768, "92,000"),
        (1_234_567, "1.2 million"),
        (999_999, "1 million"),
        (14.6, "15"),
        (7, "7"),
        (0.126, "0.13"),
        (0, "0"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_a_forecast_has_two_significant_digits(value: float | None, text: str) -> None:
    assert words.about(value) == text


def test_people_are_never_fractions() -> None:
    assert [words.whole(n) for n in (0.4, 2.6, 9.4, 12.4, 1234)] == ["0", "3", "9", "12", "1,200"]


@given(st.integers(0, 10**9))
def test_rounding_for_readers_is_off_by_less_than_a_tenth(people: int) -> None:
    text = words.whole(people)
    number = float(text.removesuffix(" million").replace(",", "")) * (1e6 if text.endswith("million") else 1)
    assert abs(number - people) <= 0.1 * people + 0.5


def test_a_count_stays_as_it_was_stated() -> None:
    assert words.exact(91_768) == "91,768"
    assert words.exact(0.555) == "0.555"


def test_a_range_whose_ends_round_to_the_same_is_one_figure() -> None:
    assert words.span(31_200, 239_000) == "31,000 to 240,000"
    assert words.span(4.0, 4.2) == "4"


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "<1"), (0.004, "<1"), (0.724, "72"), (0.999, ">99"), (1.0, ">99"), (0.01, "1")]
)
def test_no_share_claims_certainty(share: float, text: str) -> None:
    assert words.percent(share) == f"{text}{words.THIN}%"


@given(st.floats(0, 1))
def test_every_chance_has_words(share: float) -> None:
    assert words.chance(share).endswith("futures")


def test_chances_in_words() -> None:
    assert words.chance(0.72) == "7 in 10 futures"
    assert words.chance(0.5) == "half of the futures"
    assert words.chance(0.97) == "19 in 20 futures"
    assert words.chance(0.02) == "fewer than 1 in 20 futures"


def test_a_period_says_no_month_or_year_twice() -> None:
    assert words.period(date(2017, 3, 1), date(2017, 3, 30)) == "between 1 and 30 March 2017"
    assert words.period(date(2017, 2, 25), date(2017, 3, 3)) == "between 25 February and 3 March 2017"
    assert words.period(date(2016, 12, 30), date(2017, 1, 3)) == "between 30 December 2016 and 3 January 2017"


def test_weeks_take_little_room() -> None:
    assert words.dates(date(2017, 3, 1), date(2017, 3, 7)) == "1–7 Mar"
    assert words.dates(date(2017, 3, 29), date(2017, 4, 4)) == "29 Mar – 4 Apr"
    assert words.dates(date(2017, 3, 30), date(2017, 3, 30)) == "30 Mar"


@pytest.mark.parametrize(
    "day", ["2017-03-03", date(2017, 3, 3), np.datetime64("2017-03-03T12"), pd.Timestamp("2017-03-03")]
)
def test_a_day_is_read_from_any_form(day: object) -> None:
    assert words.long_day(day) == "3 March 2017"
    assert words.short_day(day) == "3 Mar"


def test_a_missing_day_is_a_dash() -> None:
    assert words.long_day(None) == words.long_day(pd.NaT) == "–"


def test_arabic_script_is_told_from_other_scripts() -> None:
    assert words.script("حمام العليل") == "ar"
    assert words.script("مخيم حسن شام M2") == "ar"
    assert words.script("Mossoul") == words.script("") == ""
