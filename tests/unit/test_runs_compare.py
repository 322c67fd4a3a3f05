"""A comparison from the files of a folder: which plans are taken, and what stops it before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.planned import with_files
from saferground.errors import ScenarioError
from saferground.runs.compare import PlanOrder, chosen_plans, run_compare

CAMPS = 'title = "{}"\n[[camps]]\nplace = "camp_a"\nfrom = 2030-01-08\nplaces = {}\n'
FILES = {"small.toml": CAMPS.format("Small", 10), "large.toml": CAMPS.format("Large", 1000)}


def test_all_plans_of_the_folder_or_those_that_are_named(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", FILES)
    assert [one.name for one in chosen_plans(folder, ())] == ["large", "small"]
    assert [one.name for one in chosen_plans(folder, ("small",))] == ["small"]
    other = tmp_path / "mine.toml"
    other.write_text(CAMPS.format("Mine", 5))
    assert [one.name for one in chosen_plans(folder, (other, "large"))] == ["mine", "large"]


def test_a_file_that_is_no_plan_stops_a_comparison_of_all(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", {**FILES, "third.toml.txt": FILES["small.toml"]})
    with pytest.raises(ScenarioError, match="third.toml.txt: got an unknown file"):
        chosen_plans(folder, ())
    assert len(chosen_plans(folder, ("small", "large"))) == 2


def test_one_more_of_each_is_run_only_when_asked_for(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", FILES)
    made = [
        run_compare(PlanOrder(folder, ("small",), members=4, out=tmp_path / str(wanted), learn=False, marginal=wanted))
        for wanted in (False, True)
    ]
    assert [set(brief.marginal["plan"]) for brief in made] == [set(), {"baseline", "small"}]
