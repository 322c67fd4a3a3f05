"""A fit that goes on from an earlier one, and one that is written down in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.counted import counted
from helpers.heard import CAMP, LEFT, heard, on, rows, told
from helpers.worlds import World
from saferground import build_model
from saferground.assimilation import Posterior, fit, load, save
from saferground.assimilation.continuing import carried, why_not
from saferground.assimilation.course import joined
from saferground.engine.state import absent, harmed, households
from saferground.errors import RunError
from saferground.observation import observed
from saferground.observation.sources import unknown

MEMBERS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("continuing")


@pytest.fixture(scope="module")
def earlier(folder: Path) -> Posterior:
    """As of day 10."""
    return fit(heard(folder / "plain", 10), MEMBERS, 3)


def again(folder: Path, earlier: Posterior, world: World, as_of: int = 12, **more: Any) -> Posterior:
    model = build_model(world.read(folder).at(as_of=on(as_of)))
    return fit(model, **({"members": MEMBERS, "seed": 3} | more), earlier=earlier)


def learned(posterior: Posterior) -> list[np.ndarray]:
    made = posterior.filtered
    return [*made.state, *made.sources, made.scores]


def alike(some: Iterable[np.ndarray], others: Iterable[np.ndarray]) -> None:
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one, other)


def days_of(posterior: Posterior) -> list[int]:
    return [one.count.last for one in posterior.filtered.heard]


# --- going on ------------------------------------------------------------------------------------------------------


def test_it_hears_only_the_new_counts(tmp_path: Path, earlier: Posterior) -> None:
    later = again(tmp_path, earlier, told())
    assert (later.continues, later.anew) == (on(10), "")
    assert later.filtered.heard[: len(earlier.filtered.heard)] == earlier.filtered.heard
    assert days_of(later)[len(earlier.filtered.heard) :] == [11, 12]
    assert later.filtered.day == 13
    assert joined(later.filtered.pieces).people.shape[:2] == (MEMBERS, 13)


def test_it_runs_only_the_new_days(tmp_path: Path, earlier: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    from saferground.assimilation import course

    run, ran = course.advance, []
    monkeypatch.setattr(course, "advance", lambda *args: ran.append(args[4:6]) or run(*args))
    again(tmp_path, earlier, told())
    assert ran == [(10 + 1, 12), (12, 13)]


def test_the_earlier_posterior_stays_as_it_was(tmp_path: Path, earlier: Posterior) -> None:
    before = [array.copy() for array in learned(earlier)]
    again(tmp_path, earlier, told())
    alike(before, learned(earlier))


def test_people_are_conserved_on_the_way(tmp_path: Path, earlier: Posterior) -> None:
    state = again(tmp_path, earlier, told()).filtered.state
    persons = build_model(told().read(tmp_path / "persons")).world.classes.persons
    np.testing.assert_array_equal(absent(state), harmed(state))
    before = np.sort(households(earlier.filtered.state) @ persons)
    assert set(households(state) @ persons) <= set(before)


def test_it_comes_to_what_a_fit_of_all_days_comes_to(tmp_path: Path) -> None:
    """300 members each, other random numbers: medians of what left within a fifth of the fit's own 90 % range."""
    model = heard(tmp_path / "a", 14)
    whole = fit(model, 300, 5)
    later = fit(model, 300, 5, earlier=fit(heard(tmp_path / "b", 10), 300, 5))
    total, other = (
        next(v.sum(axis=1) for q, v in one.filtered.values.items() if q.what == "left") for one in (whole, later)
    )
    low, middle, high = np.quantile(total, [0.05, 0.5, 0.95])
    assert later.anew == ""
    assert abs(np.median(other) - middle) < 0.2 * (high - low)
    assert 0.6 < (np.quantile(other, 0.95) - np.quantile(other, 0.05)) / (high - low) < 1.6


def test_a_count_of_an_earlier_day_that_came_late_is_heard_at_once(tmp_path: Path, earlier: Posterior) -> None:
    world = told()
    world.tables["counts"] += rows("Town", "arrived_cumulative", {7: 300}, "town", late=5)
    later = again(tmp_path, earlier, world)
    assert later.anew == ""
    assert days_of(later)[len(earlier.filtered.heard) :] == [7, 11, 12]
    assert [one.key for one in later.series] == ["Camp@camp_a", "Left", "Town@town"]
    assert set(later.counts()["series"].iloc[: len(earlier.filtered.heard)]) == {"Camp@camp_a", "Left"}


def test_what_was_learned_of_a_source_goes_with_it(tmp_path: Path, earlier: Posterior) -> None:
    """A new series comes first in the alphabet: those after it move by one."""
    world = told()
    world.tables["counts"] += rows("A", "arrived_cumulative", {12: 300}, "town")
    model = build_model(world.read(tmp_path).at(as_of=on(12)))
    moved = carried(earlier, model, observed(model.scenario))
    for part, old, blank in zip(moved.sources, earlier.filtered.sources, unknown(MEMBERS, [True]), strict=True):
        np.testing.assert_array_equal(part, np.concatenate([blank, old], axis=1))
    assert [one.count.series for one in moved.heard] == [one.count.series + 1 for one in earlier.filtered.heard]
    later = again(tmp_path / "later", earlier, world)
    assert later.sources().set_index("series")["counts"].to_dict() == {"A@town": 1, "Camp@camp_a": 4, "Left": 6}


Change = Callable[[World], object]
PAST: list[tuple[str, Change]] = [
    ("counts", lambda world: world.change("counts", end=on(6), value=1234.0)),
    ("counts", lambda world: world.drop("counts", end=on(6))),
    ("known of the days", lambda world: world.add("closures", route="b_out", closed=on(3), published=on(11))),
    (
        "known of the days",
        lambda world: world.add("control", district="b", date=on(8), status="contested", published=on(12)),
    ),
    ("places", lambda world: world.change("places", id="b", population_best=5100.0)),
    ("priors", lambda world: world.fix(stayer_share=0.2)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "change"), PAST)
def test_another_past_starts_anew(tmp_path: Path, earlier: Posterior, why: str, change: Change) -> None:
    world = told()
    change(world)
    fresh = again(tmp_path, earlier, world)
    assert why in fresh.anew
    assert fresh.continues is None
    plain = fit(fresh.model, MEMBERS, 3)
    np.testing.assert_array_equal(fresh.filtered.scores, plain.filtered.scores)


NEWS: list[Change] = [
    lambda world: world.add("closures", route="b_out", closed=on(11), published=on(11)),
    lambda world: world.add("control", district="b", date=on(12), status="contested", published=on(12)),
    lambda world: world.add("planning_figures", id="p2", issuer="Nobody", what="May leave", measures="left_cumulative",
                            value_best=1, published=on(11)),
]  # fmt: skip


@pytest.mark.parametrize("change", NEWS)
def test_news_of_days_to_come_is_no_other_past(tmp_path: Path, earlier: Posterior, change: Change) -> None:
    world = told()
    change(world)
    later = again(tmp_path, earlier, world)
    assert later.anew == ""
    assert later.continues == on(10)


@pytest.mark.parametrize("change", [{"seed": 4}, {"members": 61}])
def test_another_ensemble_starts_anew(tmp_path: Path, earlier: Posterior, change: dict[str, int]) -> None:
    assert "members or another seed" in again(tmp_path, earlier, told(), **change).anew


def test_an_earlier_day_starts_anew(tmp_path: Path, earlier: Posterior) -> None:
    assert "later day" in again(tmp_path, earlier, told(), as_of=8).anew


def test_a_journey_starts_anew(tmp_path: Path, earlier: Posterior) -> None:
    journey = build_model(counted(tmp_path, {("Camp", "haven"): {0: 100}}, days=5))
    assert "a journey" in why_not(earlier, journey, (), 20, MEMBERS, 3)


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, earlier: Posterior) -> Path:
    return save(earlier, tmp_path / "posterior.npz")


def rewritten(file: Path, **about: Any) -> Path:
    """The file with other words in its head."""
    with np.load(file) as whole:
        arrays = {name: whole[name] for name in whole.files}
    head = json.loads(arrays.pop("about").tobytes()) | about
    np.savez(file, about=np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays)
    return file


def test_what_was_saved_is_loaded(file: Path, folder: Path, earlier: Posterior) -> None:
    found = load(file, heard(folder / "once more", 10))
    alike(learned(found), learned(earlier))
    alike(joined(found.filtered.pieces), joined(earlier.filtered.pieces))
    for table in ("counts", "sources", "parameters"):
        assert getattr(found, table)().equals(getattr(earlier, table)())
    assert (found.seed, found.doubts, found.filtered.heard) == (earlier.seed, earlier.doubts, earlier.filtered.heard)
    assert [one.day for one in found.filtered.looks] == [one.day for one in earlier.filtered.looks] != []
    for mine, theirs in zip(earlier.filtered.looks, found.filtered.looks, strict=True):
        assert list(mine.values) == list(theirs.values)
        alike(mine.values.values(), theirs.values.values())
        alike(mine.sources, theirs.sources)


def test_a_loaded_posterior_is_continued_as_the_one_that_was_saved(
    tmp_path: Path, file: Path, folder: Path, earlier: Posterior
) -> None:
    found = load(file, heard(folder / "and again", 10))
    one, other = again(tmp_path / "one", found, told()), again(tmp_path / "other", earlier, told())
    assert one.continues == on(10)
    np.testing.assert_array_equal(one.filtered.scores, other.filtered.scores)


def test_nothing_in_the_file_is_a_pickle(file: Path) -> None:
    with np.load(file, allow_pickle=False) as whole:
        assert all(whole[name].dtype != object for name in whole.files)


def test_the_same_posterior_gives_the_same_content_and_no_rest(file: Path, earlier: Posterior) -> None:
    before = np.load(file)["about"].tobytes()
    save(earlier, file)
    assert np.load(file)["about"].tobytes() == before
    assert [one.name for one in file.parent.iterdir()] == ["posterior.npz"]


def test_another_day_is_said(file: Path, folder: Path) -> None:
    with pytest.raises(RunError, match=r"as of 2030-01-11.*2030-01-13.*Build the model of the same date"):
        load(file, heard(folder / "later", 12))


@pytest.mark.parametrize("about", [{"version": "0.0.9"}, {"format": "saferground posterior 0"}])
def test_another_version_is_said(file: Path, folder: Path, about: dict[str, str]) -> None:
    with pytest.raises(RunError, match="Fit the model anew"):
        load(rewritten(file, **about), heard(folder / "version", 10))


def test_other_arrays_are_said(file: Path, folder: Path, earlier: Posterior) -> None:
    state = earlier.filtered.state
    cut = replace(earlier, filtered=replace(earlier.filtered, state=state._replace(stock=state.stock[:, :2])))
    with pytest.raises(RunError, match="other places or days"):
        load(save(cut, file), heard(folder / "cut", 10))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\x80\x04K\x01."])
def test_what_is_no_posterior_is_said(file: Path, folder: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(RunError, match="not a whole posterior"):
        load(file, heard(folder / "none", 10))


def test_no_file_is_said(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(RunError, match="there is no file"):
        load(tmp_path / "none.npz", heard(folder / "no", 10))


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, earlier: Posterior) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        save(earlier, tmp_path / "no folder" / "posterior.npz")


def test_counts_of_the_helpers_are_all_heard(earlier: Posterior) -> None:
    assert days_of(earlier) == sorted([*(day for day in LEFT if day <= 10), *(day for day in CAMP if day <= 10)])
