"""A fit that goes on from an earlier one, and one that is written down in between."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from helpers.counted import counted
from helpers.heard import CAMP, LEFT, heard, on, rows, told
from helpers.worlds import World
from saferground import build_model
from saferground.assimilation import Posterior, fit, load, save, stored
from saferground.assimilation.checkpoints import unpack
from saferground.assimilation.continuing import carried, why_not
from saferground.assimilation.course import joined
from saferground.engine.state import absent, harmed, households
from saferground.errors import RunError
from saferground.model import Model
from saferground.observation import observed
from saferground.observation.sources import unknown

MEMBERS = 60
AHEAD = 30
"""Days that the sieges here go on, more than a look ahead takes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("continuing")


@pytest.fixture(scope="module")
def earlier(folder: Path) -> Posterior:
    """As of day 10."""
    return fit(heard(folder / "plain", 10, days=AHEAD), MEMBERS, 3)


def lately(folder: Path, world: World, as_of: int = 12) -> Model:
    model = build_model(world.read(folder).at(as_of=on(as_of)))
    assert isinstance(model, Model)
    return model


def again(folder: Path, earlier: Posterior, world: World, as_of: int = 12, **more: Any) -> Posterior:
    return fit(lately(folder, world, as_of), **({"members": MEMBERS, "seed": 3} | more), earlier=earlier)


def learned(posterior: Posterior) -> list[np.ndarray]:
    made = posterior.filtered
    return [*made.state, *made.sources, made.scores, *joined(made.pieces)]


def alike(some: Iterable[np.ndarray], others: Iterable[np.ndarray]) -> None:
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one, other)


def same(one: Posterior, other: Posterior) -> None:
    """Two posteriors are the same, looks ahead included; how they came about apart."""
    mine, theirs = one.filtered, other.filtered
    alike(learned(one), learned(other))
    assert (mine.heard, mine.day, one.doubts) == (theirs.heard, theirs.day, other.doubts)
    assert [look.day for look in mine.looks] == [look.day for look in theirs.looks]
    for look, that in zip(mine.looks, theirs.looks, strict=True):
        alike(look.sources, that.sources)
    for values, those in zip(
        (mine.values, *(look.values for look in mine.looks)), (theirs.values, *(look.values for look in theirs.looks)),
        strict=True,
    ):  # fmt: skip
        assert set(values) == set(those)
        alike((values[quantity] for quantity in those), those.values())


def days_of(posterior: Posterior) -> list[int]:
    return [one.count.last for one in posterior.filtered.heard]


# --- going on ------------------------------------------------------------------------------------------------------


def test_it_hears_only_the_new_counts(tmp_path: Path, earlier: Posterior) -> None:
    later = again(tmp_path, earlier, told(days=AHEAD))
    assert (later.continues, later.taken_over, later.anew) == (on(10), on(10), "")
    assert later.filtered.heard[: len(earlier.filtered.heard)] == earlier.filtered.heard
    assert days_of(later)[len(earlier.filtered.heard) :] == [11, 12]
    assert later.filtered.day == 13
    assert joined(later.filtered.pieces).people.shape[:2] == (MEMBERS, 13)


def test_it_runs_only_the_new_days(tmp_path: Path, earlier: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    from saferground.assimilation import course

    run, ran = course.advance, []
    monkeypatch.setattr(course, "advance", lambda *args: ran.append(args[4:6]) or run(*args))
    again(tmp_path, earlier, told(days=AHEAD))
    assert ran == [(10 + 1, 12), (12, 13)]


def test_the_earlier_posterior_stays_as_it_was(tmp_path: Path, earlier: Posterior) -> None:
    before = [array.copy() for array in learned(earlier)]
    again(tmp_path, earlier, told(days=AHEAD))
    alike(before, learned(earlier))


def test_people_are_conserved_on_the_way(tmp_path: Path, earlier: Posterior) -> None:
    state = again(tmp_path, earlier, told(days=AHEAD)).filtered.state
    persons = build_model(told().read(tmp_path / "persons")).world.classes.persons
    np.testing.assert_array_equal(absent(state), harmed(state))
    before = np.sort(households(earlier.filtered.state) @ persons)
    assert set(households(state) @ persons) <= set(before)


Change = Callable[[World], object]


def late_count(day: int) -> Change:
    def change(world: World) -> None:
        world.tables["counts"] += rows("Town", "arrived_cumulative", {day: 300}, "town", late=12 - day)

    return change


def told_of(day: int, **row: Any) -> Change:
    """Control of a district that changed on a day became public on day 12."""
    return lambda world: world.add("control", district="b", date=on(day), published=on(12), **row)


GOES_BACK: dict[str, tuple[int, Change]] = {
    "nothing": (10, lambda world: None),
    "a count revised": (5, lambda world: world.change("counts", end=on(6), value=1234.0)),
    "a count withdrawn": (5, lambda world: world.drop("counts", end=on(6))),
    "the first count withdrawn": (-1, lambda world: world.drop("counts", end=on(2))),
    "a late count of a new series": (5, late_count(7)),
    "another series first in the alphabet": (
        10, lambda world: world.tables["counts"].extend(rows("A", "arrived_cumulative", {12: 300}, "town"))
    ),
    "control of a day before": (8, told_of(9, status="contested")),
    "control of days before": (5, told_of(6, status="contested")),
    "control of the last day": (10, told_of(12, status="contested")),
    "a lane closed": (2, lambda world: world.add("closures", route="b_out", closed=on(3), published=on(11))),
    "a lane closes": (2, lambda world: world.add("closures", route="b_out", closed=on(11), published=on(11))),
    "a planning figure": (
        10,
        lambda world: world.add("planning_figures", id="p2", issuer="Nobody", what="May leave", value_best=1,
                                measures="left_cumulative", published=on(11)),
    ),
}  # fmt: skip
"""What has changed by day 12, and the last day before which nothing has: -1 where learning starts anew. Of a lane the
looks ahead are another from the first on."""


@pytest.mark.parametrize("what", GOES_BACK)
def test_it_is_what_a_fit_from_the_start_is(tmp_path: Path, earlier: Posterior, what: str) -> None:
    day, change = GOES_BACK[what]
    world = told(days=AHEAD)
    change(world)
    later = again(tmp_path, earlier, world)
    assert later.taken_over == (on(day) if day >= 0 else None)
    assert bool(later.anew) == (day < 0)
    same(later, fit(later.model, MEMBERS, 3))


@pytest.mark.parametrize("number", range(8))
def test_day_after_day_it_is_what_a_fit_from_the_start_is(tmp_path: Path, number: int) -> None:
    """Counts, control and lanes become public up to five days late, figures are revised, two days at a time are new."""
    random_ = random.Random(number)
    world = told(days=random_.choice([6, AHEAD]))
    for row in world.tables["counts"]:
        row["published"] = row["end"] + timedelta(days=random_.randint(0, 5))
    some = [row for row in world.tables["counts"] if random_.random() < 0.3]
    revised = [row | {"value": 1.3 * row["value"], "published": row["published"] + timedelta(days=3)} for row in some]
    world.tables["counts"] += [*revised, *rows("Town", "present", {5: 40.0, 9: 90.0}, "town", late=3)]
    for day in (random_.randint(1, 12) for _ in range(2)):
        late = on(day + random_.randint(0, 4))
        world.add("control", district=random_.choice("bc"), date=on(day), status="contested", published=late)
    world.add("closures", route="c_out", closed=on(random_.randint(3, 9)), published=on(10))
    scenario, now, as_of = world.read(tmp_path), None, 3
    while as_of < 14:
        now = fit(build_model(scenario.at(as_of=on(as_of))), MEMBERS, 3, earlier=now)
        same(now, fit(now.model, MEMBERS, 3))
        as_of += random_.randint(1, 2)
    assert now is not None


def test_the_same_day_once_more(tmp_path: Path, earlier: Posterior) -> None:
    """As after a count was entered by hand: nothing new but that."""
    world = told(days=AHEAD)
    world.tables["counts"] += rows("Town", "present", {9: 40.0}, "town")
    later = again(tmp_path, earlier, world, as_of=10)
    assert later.taken_over == on(8)
    same(later, fit(later.model, MEMBERS, 3))


def test_what_was_learned_of_a_source_goes_with_it(tmp_path: Path, earlier: Posterior) -> None:
    """A new series comes first in the alphabet: those after it move by one."""
    world = told(days=AHEAD)
    world.tables["counts"] += rows("A", "arrived_cumulative", {12: 300}, "town")
    model, point = lately(tmp_path, world), earlier.filtered.checkpoints[-1]
    moved = carried(earlier, point, model, observed(model.scenario), 13)
    before = unpack(point.packed, model.world).sources
    for part, old, blank in zip(moved.sources, before, unknown(MEMBERS, [True]), strict=True):
        np.testing.assert_array_equal(part, np.concatenate([blank, old], axis=1))
    assert [one.count.series for one in moved.heard] == [one.count.series + 1 for one in earlier.filtered.heard]
    later = again(tmp_path / "later", earlier, world)
    assert later.sources().set_index("series")["counts"].to_dict() == {"A@town": 1, "Camp@camp_a": 4, "Left": 6}


OTHER: list[tuple[str, Change]] = [
    ("places", lambda world: world.change("places", id="b", population_best=5100.0)),
    ("places", lambda world: world.change("routes", id="b_out", length_km=3.5)),
    ("priors", lambda world: world.fix(stayer_share=0.2)),
]


@pytest.mark.parametrize(("why", "change"), OTHER)
def test_another_siege_starts_anew(tmp_path: Path, earlier: Posterior, why: str, change: Change) -> None:
    world = told(days=AHEAD)
    change(world)
    fresh = again(tmp_path, earlier, world)
    assert why in fresh.anew
    assert (fresh.continues, fresh.taken_over) == (None, None)
    same(fresh, fit(fresh.model, MEMBERS, 3))


@pytest.mark.parametrize("change", [{"seed": 4}, {"members": 61}])
def test_another_ensemble_starts_anew(tmp_path: Path, earlier: Posterior, change: dict[str, int]) -> None:
    assert "members or another seed" in again(tmp_path, earlier, told(days=AHEAD), **change).anew


def test_an_earlier_day_starts_anew(tmp_path: Path, earlier: Posterior) -> None:
    assert "later day" in again(tmp_path, earlier, told(days=AHEAD), as_of=8).anew


def test_a_journey_starts_anew(tmp_path: Path, earlier: Posterior) -> None:
    journey = build_model(counted(tmp_path, {("Camp", "haven"): {0: 100}}, days=5))
    assert "a journey" in why_not(earlier, journey, 20, MEMBERS, 3)


def test_without_checkpoints_it_is_the_same_and_starts_anew(tmp_path: Path, earlier: Posterior) -> None:
    plain = fit(earlier.model, MEMBERS, 3, checkpoints=False)
    same(plain, earlier)
    assert "kept none" in again(tmp_path, plain, told(days=AHEAD)).anew


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, earlier: Posterior) -> Path:
    return save(earlier, tmp_path / "posterior.fit")


def rewritten(file: Path, entry: str = "", **about: Any) -> Path:
    """The file with other words in its head, or with another ``entry`` left out."""
    with ZipFile(file) as whole:
        content = {name: whole.read(name) for name in whole.namelist() if name != entry}
    content["about.json"] = json.dumps(json.loads(content["about.json"]) | about).encode()
    with ZipFile(file, "w") as other:
        for name, text in content.items():
            other.writestr(name, text)
    return file


def test_what_was_saved_is_loaded(file: Path, earlier: Posterior) -> None:
    found = load(file)
    same(found, earlier)
    assert (found.model.scenario.digest, found.model.scenario.name) == (
        earlier.model.scenario.digest, earlier.model.scenario.name,
    )  # fmt: skip
    for one, other in zip(found.filtered.state, earlier.filtered.state, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    assert found.filtered.checkpoints == earlier.filtered.checkpoints != ()
    for table in ("counts", "sources", "parameters"):
        assert getattr(found, table)().equals(getattr(earlier, table)())
    assert (found.seed, [one.day for one in found.filtered.looks]) == (earlier.seed, [6])


@pytest.mark.parametrize("what", ["nothing", "a count revised", "control of days before"])
def test_a_loaded_posterior_is_continued_as_the_one_that_was_saved(tmp_path: Path, file: Path, what: str) -> None:
    day, change = GOES_BACK[what]
    world = told(days=AHEAD)
    change(world)
    later = again(tmp_path / "later", load(file), world)
    assert (later.continues, later.taken_over) == (on(10), on(day))
    same(later, fit(later.model, MEMBERS, 3))
    once_more = load(save(later, tmp_path / "later.fit"))
    assert (once_more.continues, once_more.taken_over) == (on(10), on(day))


def test_nothing_in_the_file_can_be_run(file: Path) -> None:
    with ZipFile(file) as whole:
        kinds = {one.filename.split("/")[0] for one in whole.infolist()}
        arrays = json.loads(whole.read("about.json"))["arrays"]
    assert kinds == {"about.json", "scenario", "arrays"}
    assert {np.dtype(one).kind for dtype, kept, _ in arrays.values() for one in (dtype, kept)} <= set("ifub")


def test_the_same_posterior_gives_the_same_content_and_no_rest(file: Path, earlier: Posterior) -> None:
    def content() -> dict[str, bytes]:
        with ZipFile(file) as whole:
            return {name: whole.read(name) for name in whole.namelist()}

    before = content()
    save(earlier, file)
    assert content() == before
    assert [one.name for one in file.parent.iterdir()] == ["posterior.fit"]


def test_large_arrays_are_kept_in_slabs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, earlier: Posterior) -> None:
    monkeypatch.setattr(stored, "_SLAB", 1000)
    file = save(earlier, tmp_path / "posterior.fit")
    with ZipFile(file) as whole:
        assert len([name for name in whole.namelist() if name.startswith("arrays/record.people/")]) > 3
    same(load(file), earlier)


@pytest.mark.parametrize("about", [{"version": "0.0.9"}, {"format": "saferground posterior 1"}])
def test_another_version_is_said(file: Path, about: dict[str, str]) -> None:
    with pytest.raises(RunError, match="Fit the model anew"):
        load(rewritten(file, **about))


def test_another_scenario_in_the_file_is_said(file: Path) -> None:
    with pytest.raises(RunError, match="its scenario is not that which was fitted"):
        load(rewritten(file, digest="0"))


@pytest.mark.parametrize("entry", ["arrays/end/0", "arrays/lines/0", "scenario/scenario.toml", "scenario/counts.csv"])
def test_what_is_missing_is_said(file: Path, entry: str) -> None:
    with pytest.raises(RunError, match="not a whole posterior"):
        load(rewritten(file, entry))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\x80\x04K\x01."])
def test_what_is_no_posterior_is_said(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(RunError, match="not a whole posterior"):
        load(file)


def test_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no file"):
        load(tmp_path / "none.fit")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, earlier: Posterior) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        save(earlier, tmp_path / "no folder" / "posterior.fit")


def test_counts_of_the_helpers_are_all_heard(earlier: Posterior) -> None:
    assert days_of(earlier) == sorted([*(day for day in LEFT if day <= 10), *(day for day in CAMP if day <= 10)])
