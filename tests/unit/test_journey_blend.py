"""The benchmark of the journey model in the blend: what it looks at, what its forecasters say, how they are scored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from beside_flee.crises import INVENTED, VARIABLE
from helpers.flee_folders import write
from journey_blend.comparing import Target, Worth, every_target, losses, together, worths
from journey_blend.looking import AHEAD, LEADS, Array, Look, Past, as_known, followed, look_ahead, looked, weeks
from journey_blend.page import page
from journey_blend.scores import crises
from journey_blend.voices import Among, Scaled, Voice, changes, journey_model, told_everything, voices
from saferground.forecasting.baselines import laplace
from saferground.forecasting.follow import follow
from saferground.forecasting.known import levels_at
from saferground.observation.series import Series
from saferground.runs.score import read_any
from saferground.scenario import Scenario

START = date(2030, 1, 1)
DAY = START + timedelta(days=12)


@pytest.fixture(scope="module")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Three camps that are counted every ten days; conflicts that break out every twelve; a border that is shut."""
    return read_any(write(replace(INVENTED, length=70), tmp_path_factory.mktemp("crisis") / "invented"))


@pytest.fixture(scope="module")
def short_past(crisis: Scenario) -> Past:
    return looked(crisis, followed(crisis))


# --- what is looked at -----------------------------------------------------------------------------------------------


def changed_after(crisis: Scenario, day: date) -> Scenario:
    """The same up to a day; after it three times as many are counted, there is peace, and every road is open."""
    moment, tables = pd.Timestamp(day), dict(crisis.tables)
    counts, conflicts, closures = tables["counts"], tables["conflicts"], tables["closures"]
    later = counts["published"] > moment
    tables["counts"] = counts.assign(value=counts["value"].where(~later, 3 * counts["value"]))
    tables["conflicts"] = conflicts.assign(intensity=conflicts["intensity"].where(conflicts["date"] <= moment, 0.0))
    open_again = closures["reopened"].where(closures["reopened"] <= moment, moment + pd.Timedelta(days=1))
    tables["closures"] = closures[closures["closed"] <= moment].assign(reopened=open_again)
    return replace(crisis, tables=tables)


def test_a_look_does_not_know_what_comes_later(crisis: Scenario) -> None:
    day = weeks(crisis)[5]
    seen, other = (look_ahead(one, follow(levels_at(one, day), day)) for one in (crisis, changed_after(crisis, day)))
    assert seen.people.sum() > 0
    assert np.array_equal(seen.people, other.people)
    assert {key: list(course) for key, course in seen.expected.items()} == {
        key: list(course) for key, course in other.expected.items()
    }
    assert not np.array_equal(seen.told, other.told)


def test_a_zone_without_a_conflict_yet_is_a_town(crisis: Scenario) -> None:
    zones = crisis.tables["places"]["kind"].eq("conflict_zone")
    conflicts = crisis.tables["conflicts"]
    later = conflicts[conflicts["intensity"] > 0].groupby("place")["date"].min()
    named = crisis.tables["places"]["id"][zones]
    as_of = later.loc[named].max() - pd.Timedelta(days=1)
    first = replace(crisis, tables={**crisis.tables, "conflicts": conflicts[conflicts["intensity"] > 0]})
    known = as_known(first.at(as_of=as_of.date())).tables["places"]
    assert set(known["id"][known["kind"].eq("conflict_zone")]) == set(later.loc[named].index[later.loc[named] <= as_of])


def test_looks_are_weekly_and_reach_four_weeks_ahead(crisis: Scenario, short_past: Past) -> None:
    for day, look in short_past.looks.items():
        assert day.toordinal() % 7 == 0
        assert len(look.people) == (day - crisis.settings.start).days + 1 + AHEAD
        assert all(len(course) == AHEAD for course in look.expected.values())


# --- forecasters, by hand --------------------------------------------------------------------------------------------


def series(place: str, counts: dict[int, float]) -> Series:
    days = [pd.Timestamp(START + timedelta(days=day)) for day in counts]
    values = list(counts.values())
    rows = {"kind": "level", "start": days, "end": days, "value": values, "low": values, "high": values}
    return Series("S", place, "present", 1.0, pd.DataFrame(rows | {"source": "s", "published": days}))


A = series("a", {0: 100.0, 10: 200.0})
B = series("b", {0: 50.0, 10: 350.0})
WHOLE = series("", {0: 150.0, 10: 550.0})
LEAD = np.array([7, 14])


def rising(a: float, b: float, days: int = 60) -> Array:
    return np.arange(days)[:, None] * np.array([a, b])


def past_of(people: Array, days: tuple[date, ...] = (DAY,), given: Array | None = None) -> Past:
    ahead = np.arange(1, AHEAD + 1)
    expected = {"S@a": 200.0 + 10.0 * ahead, "S@b": 350.0 + 30.0 * ahead, "S": 550.0 + 40.0 * ahead}
    look = Look(expected, people, people)
    return Past(START, {"a": 0, "b": 1}, dict.fromkeys(days, look), people if given is None else given)


def test_the_model_adds_its_change_since_the_last_count() -> None:
    """Counted on day 10, standing at day 12: seven days ahead is nine days on."""
    past = past_of(rising(5.0, 1.0), given=rising(-50.0, 0.0))
    assert journey_model(past, A, DAY, LEAD) == pytest.approx([200 + 45, 200 + 80])
    assert told_everything(past, A, DAY, LEAD) == pytest.approx([200 - 450, 200 - 800])


def test_scaled_changes_take_the_size_that_they_came_to_have() -> None:
    """The model's people rise by 2 a day where the count rises by 10: with many looks the ratio nears its limit, 3."""
    days = tuple(START + timedelta(days=day) for day in range(1, 200, 7))
    counts = series("a", {day: 1000.0 + 10.0 * day for day in range(0, 200, 5)})
    past = past_of(rising(2.0, 1.0, 300), days)
    lead = np.array([AHEAD])
    size = Scaled(changes)(past, counts, days[-1], lead) - 1000 - 10 * 195
    assert 1.0 < size[0] / changes(past, counts, days[-1], lead)[0] <= 3.0


def test_who_has_no_past_is_taken_as_seen() -> None:
    past = past_of(rising(2.0, 1.0))
    assert Scaled(changes)(past, A, DAY, LEAD) == pytest.approx(journey_model(past, A, DAY, LEAD))


def test_shares_of_what_all_places_gain() -> None:
    """The blend expects 40 a day at both places together; the model sees a fifth of the increase at the first."""
    among, past = Among([A, B, WHOLE]), past_of(rising(5.0, 20.0))
    assert among.by_arrivals(past, A, DAY, LEAD) == pytest.approx([200 + 0.2 * 280, 200 + 0.2 * 560])
    assert among.by_growth(past, A, DAY, LEAD) == pytest.approx([200 + 0.25 * 280, 200 + 0.25 * 560])
    assert among.by_people(past, B, DAY, LEAD) == pytest.approx([350 + 350 / 550 * 280, 350 + 350 / 550 * 560])


def test_the_control_sees_another_place_in_proportion() -> None:
    """The second place gains at another pace later on: the proportion is that of the days gone by."""
    people = rising(5.0, 20.0)
    people[13:, 1] += 100.0
    among, past = Among([A, B]), past_of(people)
    assert among.elsewhere(1, past, A, DAY, LEAD) == pytest.approx(0.25 * (20.0 * (LEAD + 2) + 100.0))
    assert among.elsewhere(2, past, A, DAY, LEAD) == pytest.approx(5.0 * (LEAD + 2))


def test_around_a_point_lie_its_past_errors() -> None:
    """Always 70 too low at seven days, 140 at fourteen: half of the members stand at either error."""
    days = tuple(START + timedelta(days=day) for day in range(1, 80, 7))
    counts = series("a", {day: 1000.0 + 10.0 * day for day in range(80)})
    still = past_of(rising(0.0, 0.0, 120), days)
    said = Voice(still, journey_model)(counts, days[-1], LEAD, 100)
    assert said is not None
    now = 1000 + 10 * 79
    assert said[0, [0, -1]] == pytest.approx([now - 70 - 10, now + 70 + 10], abs=11)
    assert said[1, -1] - said[1, 0] == pytest.approx(2 * (said[0, -1] - said[0, 0]), rel=0.2)


def test_without_a_past_the_assumption_of_the_baselines_stands_in() -> None:
    past = past_of(rising(5.0, 1.0))
    said = Voice(past, journey_model)(A, DAY, LEAD, 100)
    assert said is not None
    ranks = (np.arange(100) + 0.5) / 100
    assert said[0] == pytest.approx(np.maximum(245 + laplace(ranks, 40.0 * np.sqrt(9 / 28)), 0.0))
    assert (said[1] - np.median(said[1]) - (said[0] - np.median(said[0])))[-1] > 0


def test_of_the_whole_of_other_days_and_of_far_ones_it_says_nothing() -> None:
    voice = Voice(past_of(rising(5.0, 1.0)), journey_model)
    assert voice(WHOLE, DAY, LEAD, 10) is None
    assert voice(A, DAY + timedelta(days=7), LEAD, 10) is None
    far = voice(A, DAY, np.array([AHEAD, AHEAD + 1]), 10)
    assert far is not None
    assert np.isnan(far).all(axis=1).tolist() == [False, True]


# --- scoring ---------------------------------------------------------------------------------------------------------


def test_losses_are_those_of_the_draws_of_the_day() -> None:
    said = {("S@a", DAY): np.array([[1.0, 1.0], [4.0, 4.0], [0.0, 0.0]])}
    found = losses(said, [Target("S@a", DAY, 0, 3.0), Target("S@a", DAY, 1, 3.0)])
    assert found == pytest.approx([2.0, 1.0])


def test_who_knows_the_truth_makes_the_blend_better_and_who_knows_nothing_worse(
    crisis: Scenario, short_past: Past
) -> None:
    whole = {one.key: one for one in levels_at(crisis, crisis.settings.end)}

    def truth(past: Past, series: Series, day: date, leads: Array) -> Array:
        levels = whole[series.key].levels()
        days = [one.toordinal() for one in levels["end"]]
        return np.interp(day.toordinal() + leads, days, levels["value"].to_numpy(float))

    def nonsense(past: Past, series: Series, day: date, leads: Array) -> Array:
        return 10.0 * truth(past, series, day, leads)

    weekly = followed(crisis)
    found = list(worths(crisis, short_past, weekly, {"truth": truth, "nonsense": nonsense}))
    assert [one.lead for one in found] == [*LEADS, *LEADS]
    assert all(
        one.targets == len([t for t in every_target(crisis, weekly) if LEADS[t.lead] == one.lead]) for one in found
    )
    for one in found:
        assert (one.blended < 1.0) == (one.voice == "truth")
        assert (one.alone < 1.0) == (one.voice == "truth")


def test_targets_are_of_places_and_known_in_the_end(crisis: Scenario) -> None:
    weekly = followed(crisis)
    wanted = every_target(crisis, weekly)
    assert {one.key for one in wanted} <= {key for key, _ in together(weekly)}
    assert all("@" in one.key and one.day + timedelta(days=LEADS[one.lead]) <= crisis.settings.end for one in wanted)


def test_every_forecaster_says_something_on_a_real_folder(crisis: Scenario, short_past: Past) -> None:
    day = max(short_past.looks)
    known = {one.key: one for one in levels_at(crisis, day)}
    places = [known[key] for key in short_past.looks[day].expected if known[key].place]
    for point in voices(levels_at(crisis, crisis.settings.end)).values():
        for one in places:
            assert np.isfinite(point(short_past, one, day, np.array(LEADS))).all()


# --- folders and page ------------------------------------------------------------------------------------------------


def test_without_crises_it_says_why_nothing_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SystemExit, match="holds no Flee folder"):
        crises(str(tmp_path))


def test_of_two_versions_of_a_crisis_the_first_is_scored(tmp_path: Path) -> None:
    for name in ("one", "one_val", "two"):
        write(INVENTED, tmp_path / name)
    assert [one.name for one in crises(str(tmp_path))] == ["one", "two"]
    assert [one.name for one in crises(str(tmp_path / "one_val"))] == ["one_val"]


def test_the_page_has_a_column_a_crisis_and_their_mean() -> None:
    worth = [
        Worth(crisis, "scaled", lead, 9, 2.0, value)
        for crisis, value in (("east", 0.9), ("west", 1.0))
        for lead in LEADS
    ]
    text = page(worth, [])
    assert "| scaled | 0.900 / 0.900 / 0.900 | 1.000 / 1.000 / 1.000 | 0.950 / 0.950 / 0.950 |" in text
