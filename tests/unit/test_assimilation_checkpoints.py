"""Checkpoints: which days are kept, and that packing loses nothing."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.worlds import START, random_world
from saferground import build_model
from saferground.assimilation import course, fit
from saferground.assimilation.checkpoints import Members, pack, thinned, unpack
from saferground.model import Model
from saferground.observation.sources import unknown

DAYS = st.sets(st.integers(1, 300), min_size=1, max_size=80)


@given(DAYS, st.integers(0, 20))
def test_the_newest_and_the_oldest_stay_and_few_between(days: set[int], since: int) -> None:
    last = max(days) + since
    kept = thinned(days, last)
    assert kept == sorted(kept)
    assert {min(days), max(days)} <= set(kept) <= days
    assert len(kept) <= 2 * np.log2(last + 1) + 2
    for one, _, other in zip(kept, kept[1:], kept[2:], strict=False):
        assert last - one + 1 > 2 * (last - other + 1)


@pytest.mark.parametrize("stride", [1, 2, 7])
def test_thinned_day_after_day_going_back_costs_little(stride: int) -> None:
    """Whatever day changed, less than twice as many days are learned again and one or two strides more."""
    kept: list[int] = []
    for last in range(1, 400, stride):
        kept = thinned([*kept, last], last)
        for changed in range(1, last + 1):
            back = max(one for one in kept if one <= changed)
            assert last - back <= 2 * (last - changed + stride)
    assert len(kept) < 20


def test_of_days_far_apart_all_stay() -> None:
    assert thinned([100, 99, 97, 93, 85, 69], 100) == [69, 85, 93, 97, 99, 100]
    assert thinned(range(1, 101), 100) == [1, 37, 69, 85, 93, 97, 99, 100]
    assert thinned([], 9) == []


@pytest.mark.parametrize("number", range(6))
def test_unpacked_members_are_those_that_were_packed(tmp_path: Path, number: int) -> None:
    """In any siege, also for a run with another number of days."""
    world = random_world(random.Random(number))
    world.settings["as_of"] = START + timedelta(days=8)
    model, longer = (build_model(world.read(tmp_path / str(days), days=days)) for days in (9, 17))
    assert isinstance(model, Model)
    made = fit(model, 50, 1).filtered
    members = Members(made.scores, made.state, unknown(50, [True, False]), np.linspace(-3.0, 0.0, 50))
    found = unpack(pack(members, made.day * model.clock.steps_per_day), longer.world)
    for one, other in zip((*members[::3], *members.sources), (*found[::3], *found.sources), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other, blank in zip(members.state, found.state, course.begin(longer, 50), strict=True):
        assert other.shape == blank.shape
        assert other.dtype == blank.dtype
        own = tuple(map(slice, one.shape))
        np.testing.assert_array_equal(other[own], one)
        assert other.sum() == pytest.approx(one.sum())  # nothing beyond


def test_households_at_a_site_are_packed_from_the_first_who_is_there(tmp_path: Path) -> None:
    world = random_world(random.Random(1))
    world.settings["as_of"] = START + timedelta(days=8)
    model = build_model(world.read(tmp_path))
    state = fit(model, 50, 1).filtered.state
    step = 9 * model.clock.steps_per_day
    assert state.came[:, :, :step].any()
    late = state._replace(first=np.full_like(state.first, step - 1), came=np.zeros_like(state.came))
    late.came[:, :, step - 1] = 7
    members = Members(np.zeros((50, 1)), late, unknown(50, []), np.zeros(50))
    found = unpack(pack(members, step), model.world)
    np.testing.assert_array_equal(found.state.came, late.came)
