"""Fits that a process keeps, so that the next forecast of a scenario goes on from them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from helpers.counted import counted
from helpers.heard import heard, on, rows, told
from saferground import build_model, fit
from saferground.assimilation import Posterior
from saferground.model import Model
from saferground.runs import run
from saferground.runs.fits import Fits
from saferground.runs.run import Order, run_forecast
from saferground.storage import read_run

MEMBERS = 50


def late(folder: Path) -> Model:
    """The siege of ``heard`` on day 10 with a count of day 9 more."""
    world = told(days=30)
    world.tables["counts"] += rows("Town", "present", {9: 40.0}, "town")
    model = build_model(world.read(folder / "siege").at(as_of=on(10)))
    assert isinstance(model, Model)
    return model


def same(one: Posterior, other: Posterior) -> None:
    for mine, theirs in zip(one.filtered.state, other.filtered.state, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one.filtered.scores, other.filtered.scores)


@pytest.fixture
def first(tmp_path: Path) -> Model:
    return heard(tmp_path / "siege", 10, days=30)


def test_the_next_fit_goes_on_from_the_one_kept(tmp_path: Path, first: Model) -> None:
    fits = Fits()
    assert fits.fit(first, MEMBERS, 3).continues is None
    model = late(tmp_path)
    later = fits.fit(model, MEMBERS, 3)
    assert (later.continues, later.taken_over) == (on(10), on(8))
    same(later, fit(model, MEMBERS, 3))
    assert fits.fit(model, MEMBERS, 3).taken_over == on(10)


def test_another_seed_or_number_of_members_has_a_fit_of_its_own(first: Model) -> None:
    fits = Fits()
    fits.fit(first, MEMBERS, 3)
    fits.fit(first, MEMBERS, 4)
    assert fits.fit(first, MEMBERS + 1, 3).anew == ""
    assert [fits.fit(first, MEMBERS, seed).taken_over for seed in (3, 4)] == [on(10), on(10)]


def test_the_oldest_goes_where_there_is_no_room(first: Model) -> None:
    one = fit(first, MEMBERS, 3).filtered
    size = sum(array.nbytes for record, _ in one.pieces for array in record)
    fits = Fits(room=2 * size)
    for seed in (3, 4):
        fits.fit(first, MEMBERS, seed)
    assert fits.fit(first, MEMBERS, 4).continues == on(10)
    assert fits.fit(first, MEMBERS, 3).continues is None
    nothing = Fits(room=0)
    nothing.fit(first, MEMBERS, 3)
    assert nothing.fit(first, MEMBERS, 3).continues is None


def test_what_cannot_be_continued_is_not_kept(tmp_path: Path) -> None:
    model = build_model(counted(tmp_path, {("Camp", "haven"): {0: 100}}, days=5))
    fits = Fits()
    assert fits.fit(model, MEMBERS, 3).anew == ""
    assert fits.fit(model, MEMBERS, 3).anew == ""


def test_a_forecast_that_goes_on_is_the_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(14, days=30).write(tmp_path / "siege")
    fits, taken = Fits(), []
    learn = fits.fit
    monkeypatch.setattr(fits, "fit", lambda *args, **more: taken.append(made := learn(*args, **more)) or made)
    as_ofs: list[date] = [on(10), on(12)]
    for as_of in as_ofs:
        run_forecast(Order(tmp_path / "siege", as_of, members=5, out=tmp_path / str(as_of)), fits=fits)
    assert [one.continues for one in taken] == [None, on(10)]
    run_forecast(Order(tmp_path / "siege", on(12), members=5, out=tmp_path / "alone"))
    one, other = (read_run(tmp_path / name) for name in (str(on(12)), "alone"))
    assert one.dataset.identical(other.dataset)
    assert (one.folder / run.REPORT).read_bytes() == (other.folder / run.REPORT).read_bytes()
