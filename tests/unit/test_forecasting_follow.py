"""Following series day by day: what must not matter does not, and nothing is known before it is public."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from helpers.counted import counted, on
from helpers.heard import rows
from helpers.worlds import START, line
from saferground.forecasting.counts import counts_ahead
from saferground.forecasting.follow import COURSES, FORECASTERS, MODEL, RULES, UNSUITED, Following, follow, futures
from saferground.forecasting.known import levels_at
from saferground.observation import Series, observed
from saferground.scenario import Scenario

LEADS = np.array([1, 7, 28])
COUNTS = {
    ("Camp", "haven"): {0: 100, 7: 150, 16: 180, 21: 260, 30: 270, 41: 300},
    ("Total", ""): {0: 400, 10: 800, 20: 1100, 35: 1500},
    ("Other", "shelter"): {5: 0, 12: 40, 19: 90, 40: 95},
}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return counted(tmp_path_factory.mktemp("followed"), COUNTS, days=90)


def known(scenario: Scenario, day: int) -> tuple[Series, ...]:
    return levels_at(scenario, on(day))


def drawn(now: Following, key: str) -> np.ndarray:
    return futures(now, np.array([now.keys.index(key)]), LEADS, 20, 1)[0]


def same(one: Following, other: Following) -> None:
    """Whether all that is believed is the same."""
    assert (one.day, one.keys) == (other.day, other.keys)
    for name in ("started", "base", "since", "counted", "habit"):
        np.testing.assert_array_equal(getattr(one.tracks, name), getattr(other.tracks, name))
    for mine, theirs in zip(
        (*one.tracks.belief, *one.tracks.jumps), (*other.tracks.belief, *other.tracks.jumps), strict=True
    ):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one.ledger.loss, other.ledger.loss)
    np.testing.assert_array_equal(one.weights(LEADS), other.weights(LEADS))
    np.testing.assert_array_equal(one.chance_of_fewer(LEADS), other.chance_of_fewer(LEADS))


def test_every_count_is_taken_in_and_every_series_forecast(scenario: Scenario) -> None:
    now = follow(known(scenario, 45), on(45))
    assert dict(zip(now.keys, now.tracks.counted, strict=True)) == {"Camp@haven": 6, "Other@shelter": 4, "Total": 4}
    assert dict(zip(now.keys, now.tracks.base, strict=True)) == {"Camp@haven": 300, "Other@shelter": 95, "Total": 1500}
    assert list(now.tracks.since) == [4, 5, 10]
    assert (now.ledger.judged[:, 0] > 0).all()
    assert np.isnan(futures(now, now.ready, LEADS, 5, 1)[:, -1]).all()  # no model, so the model says nothing


def test_the_order_of_series_does_not_matter(scenario: Scenario) -> None:
    series = known(scenario, 45)
    one, other = follow(series, on(45)), follow(series[::-1], on(45))
    assert one.keys == other.keys[::-1]
    assert one.weights(LEADS) == pytest.approx(other.weights(LEADS)[::-1], rel=1e-12)
    for key in one.keys:
        assert drawn(one, key) == pytest.approx(drawn(other, key), rel=1e-9, nan_ok=True)


def test_a_series_does_not_care_who_is_followed_beside_it(scenario: Scenario) -> None:
    series = known(scenario, 45)
    alone = follow([one for one in series if one.key == "Total"], on(45))
    np.testing.assert_allclose(drawn(follow(series, on(45)), "Total"), drawn(alone, "Total"), rtol=1e-9)


def test_going_on_from_an_earlier_day_is_following_from_the_start(scenario: Scenario) -> None:
    earlier = follow(known(scenario, 38), on(38))
    going_on = follow(known(scenario, 41), on(41), earlier)
    same(going_on, follow(known(scenario, 41), on(41)))


def test_an_earlier_result_is_used(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the days after it are followed."""
    from saferground.forecasting import follow as module

    earlier, days = follow(known(scenario, 38), on(38)), []
    step = module._next_day
    monkeypatch.setattr(module, "_next_day", lambda *args: days.append(args[0].day) or step(*args))
    follow(known(scenario, 41), on(41), earlier)
    assert days == [on(38), on(39), on(40)]


def test_an_earlier_result_of_a_later_day_is_not(scenario: Scenario) -> None:
    """No count lies between day 36 and day 39, but what is believed on day 39 is not what was on day 36."""
    later = follow(known(scenario, 39), on(39))
    same(follow(known(scenario, 36), on(36), later), follow(known(scenario, 36), on(36)))


def test_an_earlier_result_that_rests_on_other_counts_is_not(scenario: Scenario, tmp_path: Path) -> None:
    camp = {**COUNTS["Camp", "haven"], 21: 250}
    revised = counted(tmp_path, {**COUNTS, ("Camp", "haven"): camp}, days=90)
    earlier = follow(known(scenario, 38), on(38))
    same(follow(known(revised, 41), on(41), earlier), follow(known(revised, 41), on(41)))


@pytest.mark.parametrize("value", [5.0, 90_000.0])
def test_a_count_published_after_the_origin_changes_nothing(scenario: Scenario, tmp_path: Path, value: float) -> None:
    """Of day 21, public on day 50."""
    late = {**COUNTS, ("Camp", "haven"): {**COUNTS["Camp", "haven"], 25: value}}
    other = counted(tmp_path, late, days=90, late={25: 25})
    before, after = follow(known(scenario, 45), on(45)), follow(known(other, 45), on(45))
    same(before, after)
    np.testing.assert_array_equal(counts_ahead(before, 9, 20, 1)["count"], counts_ahead(after, 9, 20, 1)["count"])
    assert len(known(other, 50)[0].levels()) == len(known(other, 49)[0].levels()) + 1


def test_a_count_after_the_last_day_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="lies after"):
        follow(known(scenario, 45), on(40))


def test_what_the_model_says_is_judged_and_blended(scenario: Scenario) -> None:
    """Of eight: a model that says 290 of the camp, which has 300 on day 41, earns weight; one far off loses it."""

    def sure(people: float):
        def said(series: Series, day: date, leads: np.ndarray, members: int) -> np.ndarray | None:
            return np.full((len(leads), members), people) if series.key == "Camp@haven" else None

        return said

    right, wrong = (follow(known(scenario, 45), on(45), model=sure(people)) for people in (290.0, 1e6))
    model = FORECASTERS.index(MODEL)
    assert right.weights(LEADS)[0, model, 1] > 0.2 > 0.03 > wrong.weights(LEADS)[0, model, 1]
    assert not right.ledger.loss[1:, model].any()


def test_what_grows_is_not_left_to_those_who_would_stop_it(tmp_path: Path) -> None:
    """Before anything is judged: a twentieth for three of eight, seven times for the model, then the floor of 2 %."""
    scenario = line(as_of=START + timedelta(days=5)).read(tmp_path)
    now = follow(observed(scenario), START + timedelta(days=5))
    shares = dict(zip(FORECASTERS, now.weights(LEADS)[0, :, 0], strict=True))
    whole = 4 + 3 * np.exp(-3.0) + np.exp(2.0)
    expected = dict.fromkeys(FORECASTERS, 1.0) | dict.fromkeys(UNSUITED["grows"], np.exp(-3.0)) | {MODEL: np.exp(2.0)}
    assert shares == pytest.approx({name: 0.84 * share / whole + 0.02 for name, share in expected.items()})


@pytest.mark.parametrize("day", [30, 45])
def test_no_rule_is_surer_of_a_later_day(scenario: Scenario, day: int) -> None:
    """Also beyond the lead from which on the record is too short to know past errors."""
    now, leads = follow(known(scenario, day), on(day)), np.arange(1, 41)
    rules = futures(now, now.ready, leads, 99, 1)[:, COURSES : COURSES + len(RULES)]
    middle = np.median(rules, axis=-1)
    above = np.quantile(rules, 0.95, axis=-1) - middle
    assert (np.diff(above, axis=-1) > -1e-6).all()
    assert above.max() > 0


def test_no_rule_carries_a_rate_on_for_longer_than_it_was_seen(tmp_path: Path) -> None:
    """From 100 to 400 in three days, then nothing for 37: at 100 a day three days make 700 people, and 51 days 5,500,
    as they would of what grows."""
    short = counted(tmp_path, {("Camp", "haven"): {0: 100, 3: 400, 70: 420}}, days=90)
    now = follow(levels_at(short, on(40)), on(40))
    said = futures(now, now.ready, np.array([1, 14]), 99, 1)[0, COURSES : COURSES + len(RULES)]
    middle = dict(zip(RULES, np.median(said, axis=-1)[:, 1], strict=True))
    faded = 100 * (0.95 + 0.95**2 + 0.95**3)
    assert middle == pytest.approx({"last value": 400, "damped trend": 400 + faded, "recent mean rate": 700}, rel=1e-6)
    flow = replace(now, series=(replace(now.series[0], measures="arrived_cumulative"),))
    said = futures(flow, np.array([0]), np.array([1, 14]), 99, 1)[0, COURSES + list(RULES).index("recent mean rate")]
    assert np.median(said[1]) == pytest.approx(5500)


def test_all_who_are_displaced_are_seldom_forecast_to_be_fewer(tmp_path: Path) -> None:
    """The same counts, neither rising nor falling for long, of a place and of all: half of what is expected of the
    place lies below the last count, and of all no more than the chance that was learned."""
    level = {day: 1000 + 40 * (-1) ** (day // 5) for day in range(0, 61, 5)}
    both = counted(tmp_path, {("Camp", "haven"): level, ("Total", ""): level}, days=90)
    now = follow(levels_at(both, on(62)), on(62))
    ahead = counts_ahead(now, 14, 400, 1)["count"]
    share = (ahead < now.tracks.base[0]).mean("member")
    chance = now.chance_of_fewer(np.arange(1, 15))[now.keys.index("Total")]
    assert (share.sel(series="Total").values <= chance + 1 / 400).all()
    assert chance.max() < 0.3
    assert (share.sel(series="Camp@haven").values > 0.4).all()


# --- which series run on -------------------------------------------------------------------------------------------


def left(series: str, figures: dict[int, float], since: int | None = None) -> list[dict[str, object]]:
    """Rows of people who left; ``since`` a day of their own, or the start."""
    first = {} if since is None else {"start": START + timedelta(days=since)}
    return [row | first for row in rows(series, "left_cumulative", figures)]


def ready(folder: Path, *counts: list[dict[str, object]], day: int = 12) -> set[str]:
    """Keys of the series that are forecast as of a day."""
    world = line(counts=[row for each in counts for row in each], as_of=START + timedelta(days=day))
    now = follow(levels_at(world.read(folder), START + timedelta(days=day)), START + timedelta(days=day))
    return {now.keys[i] for i in now.ready}


def test_what_was_said_once_of_a_period_is_not_carried_on(tmp_path: Path) -> None:
    """9,000 people in three days of fighting, and nothing of it since."""
    week = left("Week", {8: 9000.0}, since=6)
    assert ready(tmp_path / "one", week) == set()
    assert ready(tmp_path / "two", week, left("All", {4: 2000.0, 9: 12_000.0})) == {"All"}
    assert ready(tmp_path / "three", left("Week", {8: 9000.0, 11: 9500.0}, since=6)) == {"Week"}


def test_a_first_count_since_the_start_is_carried_on_until_another_source_is_known_better(tmp_path: Path) -> None:
    first = left("First", {6: 5000.0})
    assert ready(tmp_path / "one", first) == {"First"}
    assert ready(tmp_path / "two", first, left("Other", {9: 8000.0})) == {"First", "Other"}
    assert ready(tmp_path / "three", first, left("Other", {4: 3000.0, 9: 8000.0})) == {"Other"}
