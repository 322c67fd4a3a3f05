"""Counts as daily figures, who is displaced from them or by rates, and where people come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.journeys import counts, day, model_of, valley
from saferground.model import Journey
from saferground.model.journey.arrays import CONSTANT, FROM_COUNTS, POISSON, SHARE

DAYS = 12


@pytest.fixture
def build(tmp_path):
    """A valley with changes, as a model."""
    return lambda **changes: model_of(valley(**changes), tmp_path)


def at(model: Journey, name: str) -> int:
    return model.places["id"].tolist().index(name)


def counted(model: Journey, name: str) -> list[int]:
    return model.counted.present[:, at(model, name)].tolist()


def lake(*values: dict[int, float], **more: Any) -> dict[str, Any]:
    """Counts of the lake camp alone, in series a, b ...; and of the whole scenario."""
    rows = [row for name, one in zip("ab", values, strict=False) for row in counts("lake", one, series=name)]
    return {"counts": [*rows, *counts("", {0: 50, 10: 150})], **more}


# --- daily figures -------------------------------------------------------------------------------------------------


def test_counts_are_joined_by_lines_and_cut(build):
    model = build(**lake({2: 10, 5: 20, 9: 0}))
    assert counted(model, "lake") == [10, 10, 10, 13, 16, 20, 15, 10, 5, 0, 0, 0]
    assert model.counted.counted.tolist() == [name == "lake" for name in model.places["id"]]
    assert model.counted.total.tolist() == [*range(50, 151, 10), 150]


def test_counts_before_the_start_are_read(build):
    assert counted(build(**lake({-2: 0, 4: 60})), "lake")[:5] == [20, 30, 40, 50, 60]


def test_counts_are_in_units(build):
    model = build(**lake({2: 10, 5: 20, 9: 0}), rules={"people_per_unit": 4})
    assert counted(model, "lake") == [2, 2, 2, 3, 4, 5, 3, 2, 1, 0, 0, 0]


def test_a_line_ends_at_the_count(build):
    """Fractions on the way are not to make a whole number of the last one too small."""
    model = build(**lake({0: 1234.7, 3: 3, 7: 0.1, 9: 7}))
    assert [counted(model, "lake")[i] for i in (3, 9, 11)] == [3, 7, 7]


def test_the_longest_series_is_read(build):
    short, long = {0: 1000, 11: 2000}, {0: 10, 5: 15, 11: 20}
    assert counted(build(**lake(short, long)), "lake")[0] == 10
    assert counted(build(**lake(long, short)), "lake")[0] == 10


def test_counts_of_something_else_are_not_read(build):
    rows = [{**row, "measures": "other"} for row in counts("lake", {0: 5, 1: 6, 2: 7}, series="else")]
    tables = lake({0: 10, 11: 10})
    assert counted(build(counts=[*tables["counts"], *rows]), "lake") == [10] * DAYS


def test_corrections_rescale_what_was_counted_before(build):
    """Each joins the count before its day to that of the day; a later one rescales what an earlier one did."""
    values = {0: 40, 3: 80, 6: 100, 9: 60}
    one = build(**lake(values), corrections=[{"place": "lake", "date": day(6)}])
    assert [counted(one, "lake")[i] for i in (0, 3, 6, 9)] == [50, 100, 100, 60]
    both = build(**lake(values), corrections=[{"place": "lake", "date": day(i)} for i in (9, 6)])
    assert [counted(both, "lake")[i] for i in (0, 3, 6, 9)] == [30, 60, 60, 60]
    assert both.counted.total.tolist() == one.counted.total.tolist()


def test_corrections_are_of_the_series_that_is_read(build):
    other = {4: 1, 5: 1}
    model = build(**lake({0: 40, 3: 80, 6: 100}, other), corrections=[{"place": "lake", "date": day(6)}])
    assert [counted(model, "lake")[i] for i in (0, 3, 6)] == [50, 100, 100]


# --- newly displaced -----------------------------------------------------------------------------------------------


def test_decreases_are_made_good_before_anybody_is_displaced(build):
    model = build(**lake({0: 10, 1: 30, 2: 5, 3: 20, 4: 40, 11: 40}))
    assert model.counted.new.tolist()[:6] == [0, 20, 0, 0, 10, 0]
    assert model.counted.debt.tolist()[:6] == [0, 0, 25, 10, 0, 0]
    assert model.world.spawning.total.tolist() == model.counted.new.tolist()


def test_the_counts_of_the_first_day(build):
    """They are in the camps at the start, or displaced on the first day, or left out."""
    tables = lake({0: 10, 1: 30, 11: 30})
    model = build(**tables)
    assert (model.world.spawning.present[at(model, "lake")], model.counted.new[0]) == (10, 0)
    late = build(**tables, rules={"insert_day0": False})
    assert (late.world.spawning.present.sum(), late.counted.new[0]) == (0, 10)
    for rules in ({}, {"insert_day0": False}):
        empty = build(**tables, rules={**rules, "empty_camps_on_day0": True})
        assert (empty.world.spawning.present.sum(), empty.counted.new.tolist()[:3]) == (0, [0, 20, 0])
        assert counted(empty, "lake")[:2] == [0, 20]


def test_the_total_drives_displacement_where_the_rule_says_so(build):
    tables = lake({0: 10, 1: 30, 11: 30})
    assert build(**tables, rules={"spawning": "totals"}).counted.new.tolist() == [0] + 10 * [10] + [0]
    empty = build(**tables, rules={"spawning": "totals", "empty_camps_on_day0": True, "insert_day0": False})
    assert empty.counted.new.tolist() == [0] + 10 * [10] + [0]


def test_people_before_are_there_at_the_start(build):
    places = valley().change("places", id="hill", initial_people=9).change("places", id="lake", initial_people=5)
    model = build(**lake({0: 10}), places=places.tables["places"])
    assert [int(model.world.spawning.present[at(model, name)]) for name in ("hill", "lake", "plain")] == [9, 15, 0]


def known(tmp_path, values: dict[int, float], as_of: int = 5, **rules: Any) -> Journey:
    """A model that may use only counts up to the as-of date."""
    world = valley(rules={"totals": "known", **rules}, **lake(values))
    world.settings.update(as_of=day(as_of), days=DAYS - 1 - as_of)
    return model_of(world, tmp_path)


@pytest.mark.parametrize(
    ("spawning", "values", "ahead"), [("camps", {0: 10, 4: 34, 11: 900}, 6), ("totals", {0: 10, 5: 11}, 0)]
)
def test_what_is_known_goes_on_at_its_rate(spawning, values, ahead, tmp_path):
    """Four days of six people a day; of the total only the first count is known, so nothing is known of its rate."""
    model = known(tmp_path, values, spawning=spawning)
    assert model.counted.new.tolist()[6:] == [ahead] * 6


@pytest.mark.parametrize(("values", "as_of"), [({3: 10, 5: 30}, 5), ({-8: 0, 0: 80}, 0), ({-8: 8, 2: 108}, 4)])
def test_the_rate_is_of_the_days_between_counts(values, as_of, tmp_path):
    """Ten people a day, whether the first count is after the start or before it."""
    assert known(tmp_path, values, as_of).counted.new.tolist()[as_of + 1 :] == [10] * (DAYS - 1 - as_of)


def test_what_is_known_goes_on_only_upwards(tmp_path):
    assert known(tmp_path, {0: 50, 5: 20}).counted.new.tolist() == [0] * DAYS


def test_the_rate_is_of_the_last_four_weeks(tmp_path):
    world = valley(rules={"totals": "known"}, days=50, **lake({0: 0, 10: 5000, 38: 5280, 49: 9000}))
    world.settings.update(as_of=day(40), days=9)
    assert model_of(world, tmp_path).counted.new.tolist()[39:] == [10] * 11


def test_given_counts_are_read_whenever_they_were_published(tmp_path):
    values = {0: 10, 11: 120}
    assert known(tmp_path, values, totals="given").counted.new.tolist() == [0] + [10] * 11
    assert known(tmp_path, values).counted.new.tolist() == [0] * DAYS


# --- rates ---------------------------------------------------------------------------------------------------------

MODES = {"camps": FROM_COUNTS, "totals": FROM_COUNTS, "constant": CONSTANT, "poisson": POISSON, "pop_ratio": SHARE}


@pytest.mark.parametrize("spawning", MODES)
def test_modes(spawning, build):
    share = {"displaced_per_conflict_day": 0.1} if spawning == "pop_ratio" else {}
    spawning_ = build(rules={"spawning": spawning}, parameters=share).world.spawning
    assert (spawning_.mode, spawning_.own_rate) == (MODES[spawning], False)


def test_rates_are_by_intensity_and_in_units(build):
    rules = {"spawning": "constant", "people_per_unit": 4}
    rows = [{"place": "mill", "date": day(0), "intensity": 0.5}]
    assert build(rules=rules, conflicts=rows).world.spawning.rate.max() == 0.125
    assert build(rules={**rules, "flee": "3.1"}, conflicts=rows).world.spawning.rate.max() == 0.5
    share = build(
        rules={**rules, "spawning": "pop_ratio"}, conflicts=rows, parameters={"displaced_per_conflict_day": 0.1}
    )
    assert share.world.spawning.rate.max() == 0.5


def test_floods_displace_by_level(build):
    rules = {"spawning": "flood_constant", "displaced_per_flood_day": (0, 10, 30), "conflict_zone_spawning_only": False}
    floods = [{"place": "hill", "date": day(i), "level": level} for i, level in ((1, 1), (2, 1.5), (3, 7), (4, 0))]
    spawning = build(rules=rules, floods=floods).world.spawning
    assert spawning.own_rate
    assert spawning.rate.sum(axis=1).tolist() == [0, 10, 20, 30] + [0] * 8


# --- where people come from ----------------------------------------------------------------------------------------

FOOD = [{"region": region, "date": day(0), "ipc": 30} for region in ("North", "South")]
WAR = [{"place": "mill", "date": day(0), "intensity": 0.5}, {"place": "ford", "date": day(4), "intensity": 1}]


def weights(model: Journey, name: str) -> list[float]:
    return model.world.spawning.weight[:, at(model, name)].tolist()


def test_people_come_from_conflict(build):
    model = build(conflicts=WAR)
    assert weights(model, "mill") == [0.5] * DAYS
    assert weights(model, "ford") == [0] * 4 + [1] * 8
    assert not any(weights(model, "hill"))


def test_the_starving_leave_too(build):
    """From the second day; from places at peace only where the rule lets people come from there."""
    hungry = {"starvation_driven_spawning": True}
    only = build(conflicts=WAR, food_security=FOOD, rules=hungry)
    assert weights(only, "mill") == pytest.approx([0.5] + [0.8] * 11)
    assert weights(only, "ford") == pytest.approx([0] * 4 + [1.3] * 8)
    everywhere = build(conflicts=WAR, food_security=FOOD, rules={**hungry, "conflict_zone_spawning_only": False})
    assert weights(everywhere, "ford") == pytest.approx([0] + [0.3] * 3 + [1.3] * 8)


@pytest.mark.parametrize(("flee", "of"), [("corrected", 0), ("3.1", -1)])
def test_fewer_come_from_an_old_conflict(flee, of, build):
    """In Flee 3.1 weights are of the day before, but for days on which a conflict begins or ends somewhere."""
    rules = {"flee": flee, "conflict_spawn_decay": (1.0, 0.5, 0.25), "conflict_spawn_decay_interval": 2}
    model = build(conflicts=WAR, rules=rules)
    since = np.arange(DAYS) + np.where(np.isin(np.arange(DAYS), (0, 4)), 0, of)
    assert weights(model, "mill") == (0.5 * np.array([1.0, 0.5, 0.25])[np.minimum(since // 2, 2)]).tolist()
