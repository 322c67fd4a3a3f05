"""A comparison from folder to page: the same files again, tables that add up, words that follow the figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers.planned import with_files
from helpers.worlds import line
from saferground.errors import ScenarioError
from saferground.exchange.plans import plan_tables
from saferground.planning.plans.outcomes import OUTCOMES
from saferground.reporting.plans.page import plan_page
from saferground.reporting.plans.words import outcome_name, signed
from saferground.reporting.sheet import render_sheet
from saferground.runs.compare import PlanBrief, PlanOrder, chosen_plans, run_compare

HOSTILE = """title = "=Lanes <script>alert(1)</script>"
note = "@SUM(1)"
[[stations]]
place = "desk"
kind = "screening"
from = 2030-01-07
servers = 4
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = line(population=50_000).fix(screening_rate=4.0, registration_rate=100.0, flight_contested=0.2)
    return with_files(tmp_path_factory.mktemp("city") / "city", {"lanes.toml": HOSTILE}, world)


@pytest.fixture(scope="module")
def brief(city: Path, tmp_path_factory: pytest.TempPathFactory) -> PlanBrief:
    told: list[str] = []
    order = PlanOrder(city, members=20, learn=False, out=tmp_path_factory.mktemp("out") / "plans")
    made = run_compare(order, lambda phase, done, of: told.append(phase))
    assert list(dict.fromkeys(told)) == ["read", "simulate", "one more", "tables", "report", "finish"]
    return made


def test_the_same_files_again(city: Path, brief: PlanBrief, tmp_path: Path) -> None:
    again = run_compare(PlanOrder(city, members=20, learn=False, out=tmp_path / "plans"))
    for path in sorted(Path(brief.folder).rglob("*")):
        if path.is_file() and path.name != "plans.json":
            assert path.read_bytes() == (Path(again.folder) / path.relative_to(brief.folder)).read_bytes(), path.name


def test_every_table_has_units_and_tags(brief: PlanBrief) -> None:
    for name, table in plan_tables(brief.comparison, brief.marginal).items():
        written = pd.read_csv(Path(brief.folder) / "tables" / f"{name}.csv", header=None, dtype=str)
        assert written.iloc[1].str.startswith("#").all(), name
        assert len(written) == len(table.frame) + 2


def test_titles_are_neither_formulas_nor_scripts(brief: PlanBrief) -> None:
    text = (Path(brief.folder) / "tables" / "differences.csv").read_text(encoding="utf-8")
    assert "'=Lanes" in text
    page = render_sheet(plan_page(brief.comparison, brief.marginal))
    assert "<script>alert" not in page
    assert "=Lanes &lt;script&gt;" in page


def test_the_page_says_what_the_figures_say(brief: PlanBrief) -> None:
    page = plan_page(brief.comparison, brief.marginal)
    row = next(row for row in brief.as_dict()["differences"] if row["outcome"] == "waiting")
    headline = page.headlines[0]
    assert headline.value == f"{signed(row['mean'])} person-hours of waiting"
    assert headline.estimate is not None
    assert headline.estimate.median == row["q50"]
    assert [section.id for section in page.sections] == ["differences", "best", "binding", "one-more", "plans"]
    charts = page.sections[0].blocks[0].charts  # type: ignore[union-attr]
    assert [chart.title for chart in charts] == [outcome_name(one.name) for one in OUTCOMES]


def test_without_one_more_the_page_leaves_it_out(city: Path, tmp_path: Path) -> None:
    made = run_compare(PlanOrder(city, members=4, learn=False, marginal=False, out=tmp_path / "plans"))
    assert made.marginal.empty
    assert "one-more" not in [section.id for section in plan_page(made.comparison, made.marginal).sections]


@pytest.mark.parametrize(("value", "words"), [(12_345, "+12,000"), (-0.5, "-0.5"), (0.0, "0"), (None, "–")])
def test_changes_have_a_sign(value: float | None, words: str) -> None:
    assert signed(value) == words


# --- which plans -----------------------------------------------------------------------------------------------------

CAMPS = 'title = "{}"\n[[camps]]\nplace = "camp_a"\nfrom = 2030-01-08\nplaces = {}\n'
FILES: dict[str, str | bytes] = {"small.toml": CAMPS.format("Small", 10), "large.toml": CAMPS.format("Large", 1000)}


def test_all_plans_of_the_folder_or_those_that_are_named(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", FILES)
    assert [one.name for one in chosen_plans(folder, ())] == ["large", "small"]
    assert [one.name for one in chosen_plans(folder, ("small",))] == ["small"]
    other = tmp_path / "mine.toml"
    other.write_text(CAMPS.format("Mine", 5))
    assert [one.name for one in chosen_plans(folder, (other, "large"))] == ["mine", "large"]


def test_a_file_that_is_no_plan_stops_a_comparison_of_all(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", {**FILES, "third.toml.txt": FILES["small.toml"]})
    with pytest.raises(ScenarioError, match=r"third\.toml\.txt: got an unknown file"):
        chosen_plans(folder, ())
    assert len(chosen_plans(folder, ("small", "large"))) == 2
