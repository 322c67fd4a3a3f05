"""What a fit must keep whatever the counts are."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from helpers.heard import heard, on, told
from helpers.worlds import START, random_world
from saferground import build_model
from saferground.assimilation import Posterior, fit
from saferground.assimilation.course import blind, joined
from saferground.engine.state import absent, harmed, households
from saferground.model import Model
from saferground.observation.quantities import daily


def same(one: Posterior, other: Posterior) -> None:
    for mine, theirs in zip(one.filtered.state, other.filtered.state, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    for mine, theirs in zip(joined(one.filtered.pieces), joined(other.filtered.pieces), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one.filtered.scores, other.filtered.scores)
    assert one.filtered.heard == other.filtered.heard


def earlier_people(model: Model) -> np.ndarray:
    """People from earlier displacement at each settled place."""
    return model.world.settled.earlier.sum(axis=1)


def test_threads_do_not_matter(tmp_path: Path) -> None:
    model = heard(tmp_path)
    same(fit(model, 60, 2, threads=1), fit(model, 60, 2, threads=2))


def test_a_seed_matters_and_the_same_seed_does_not(tmp_path: Path) -> None:
    model = heard(tmp_path)
    same(fit(model, 60, 2), fit(model, 60, 2))
    assert not np.array_equal(fit(model, 60, 2).filtered.scores, fit(model, 60, 3).filtered.scores)


@pytest.mark.parametrize("figure", [1.0, 80_000.0])
def test_counts_that_are_not_yet_public_change_nothing(tmp_path: Path, figure: float) -> None:
    """Of later days, and of an earlier one that was published later."""
    world = told()
    for day in (12, 14):
        world.change("counts", end=on(day), value=figure)
    world.change("counts", end=on(8), published=on(11))
    other = world.copy().change("counts", end=on(8), value=figure)
    models = [build_model(one.read(tmp_path / str(i)).at(as_of=on(10))) for i, one in enumerate((world, other))]
    same(*(fit(model, 60, 2) for model in models))
    plain = told().change("counts", end=on(8), published=on(11)).read(tmp_path / "plain").at(as_of=on(10))
    same(fit(models[0], 60, 2), fit(build_model(plain), 60, 2))


@pytest.mark.parametrize("number", range(4))
def test_people_are_conserved_along_lines_of_descent(tmp_path: Path, number: int) -> None:
    """In any siege: who is at a place or on the way is who lives in a household and was not harmed."""
    world = random_world(random.Random(number))
    world.settings["as_of"] = START + timedelta(days=8)
    model = build_model(world.read(tmp_path))
    assert isinstance(model, Model)
    made = fit(model, 50, 1).filtered
    state, persons, record = made.state, model.world.classes.persons, joined(made.pieces)
    np.testing.assert_array_equal(absent(state), harmed(state))
    there = record.people.sum(axis=(2, 3))
    assert there.shape == (50, 9)
    inside = (households(state) * persons).sum(axis=1) - absent(state) + earlier_people(model).sum()
    on_the_way = (state.coming * persons).sum(axis=(1, 2, 3)) - state.coming_absent.sum(axis=(1, 2, 3))
    np.testing.assert_array_equal(inside, there[:, -1] + on_the_way)


def test_the_joined_record_is_that_of_the_state(tmp_path: Path) -> None:
    """The last day of the record is where the members are; every day but the last line is one of an ancestor's."""
    model = heard(tmp_path)
    made = fit(model, 80, 4).filtered
    record = joined(made.pieces)
    values = daily(model, record, list(made.values))
    for quantity, value in made.values.items():
        np.testing.assert_array_equal(values[quantity], value)
    settled = (made.state.sheltered * model.world.classes.persons).sum(axis=2) - made.state.absent_sheltered.sum(axis=2)
    np.testing.assert_array_equal(
        record.people[:, -1, -settled.shape[1] :].sum(axis=2), settled + earlier_people(model)
    )
    assert len(made.pieces) > 5
    assert any((lines != np.arange(80)).any() for _, lines in made.pieces)


def test_who_looks_ahead_does_not_see_control_of_later_days(tmp_path: Path) -> None:
    world = told()
    world.add("control", district="b", date=on(12), status="retaken", published=on(12))
    model = build_model(world.read(tmp_path).at(as_of=on(14)))
    assert isinstance(model, Model)
    seen = blind(model, 11)
    assert isinstance(seen, Model)
    assert len(model.world.ground.event_step) == 1
    assert len(seen.world.ground.event_step) == 0
    assert list(seen.world.ground.known_until) == [11 * model.clock.steps_per_day]
    assert len(blind(model, 13).world.ground.event_step) == 1
