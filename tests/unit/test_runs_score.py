"""Scores of whole folders: what is written, that processes change nothing, and what is refused."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

from helpers.counted import counted, on
from helpers.flee_folders import write
from helpers.flee_valley import VALLEY
from saferground.errors import RunError, ScenarioError, UsageError
from saferground.exchange import hxl
from saferground.forecasting.baselines import BASELINES, damped_trend, last_value
from saferground.reporting.context import Chart, Group
from saferground.reporting.scores.page import score_page
from saferground.reporting.sheet import render_sheet
from saferground.runs.score import ScoreBrief, ScoreOrder, leads_from, origins_from, read_any, run_scores

CAMP = {0: 0, 10: 120, 20: 300, 30: 380, 40: 700, 50: 710, 60: 900, 70: 950}
COUNTS = {
    ("Camp", "haven"): CAMP, ("Other", "shelter"): {day: 1500 - people for day, people in CAMP.items()},
    ("<b>Total</b>", ""): dict.fromkeys(CAMP, 1500),
}  # fmt: skip
OWN = {"id": "guess", "author": "<i>Cell</i>", "made": on(25), "day": on(40), "series": "Camp", "place": "haven"}
TWO = {"last_value": last_value, "damped_trend": damped_trend}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("scenarios")
    counted(place / "one", COUNTS, days=70, own_forecasts=[{**OWN, "best": 690}])
    counted(place / "two", {key: {d: 2 * n for d, n in levels.items()} for key, levels in COUNTS.items()}, days=70)
    return place / "one", place / "two"


@pytest.fixture(scope="module")
def brief(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> ScoreBrief:
    out = tmp_path_factory.mktemp("out") / "scores"
    return run_scores(ScoreOrder(folders, members=40, out=out, processes=1), forecasters=BASELINES)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.suffix in (".csv", ".html")}


def test_the_folder_holds_tables_a_page_and_what_was_done(brief: ScoreBrief) -> None:
    folder = Path(brief.folder)
    assert {path.name for path in folder.iterdir()} == {"scores.json", "scores.html", "tables"}
    assert {path.stem for path in (folder / "tables").iterdir()} == set(hxl.questions(hxl.SCORES))
    info = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in info["scenarios"]] == ["one", "two"]
    assert info["forecasters"] == list(BASELINES)
    assert info["origins"][0] == "2030-01-15"
    assert info["sensitivity"] == "limited"


def test_tables_have_a_row_of_tags(brief: ScoreBrief) -> None:
    for path in (Path(brief.folder) / "tables").iterdir():
        with path.open(encoding="utf-8", newline="") as file:
            names, tags = next(rows := csv.reader(file)), next(rows)
        assert names[-1] == "sensitivity"
        assert all(tag.startswith("#") for tag in tags)
    summary = pd.read_csv(Path(brief.folder) / "tables" / "summary.csv", skiprows=[1])
    assert len(summary) == len(brief.scores.by_lead)
    assert summary["wis"].to_numpy() == pytest.approx(brief.scores.by_lead["wis"], abs=0.06)


def test_scores_do_not_depend_on_the_number_of_processes(folders: tuple[Path, Path], tmp_path: Path) -> None:
    orders = [ScoreOrder(folders, 3, (7, "end"), 20, 4, tmp_path / str(n), processes=n) for n in (1, 2)]
    alone, beside = (run_scores(order, forecasters=TWO) for order in orders)
    assert files(Path(alone.folder)) == files(Path(beside.folder))


def test_the_data_form_is_plain(brief: ScoreBrief) -> None:
    data = json.loads(json.dumps(brief.as_dict(), allow_nan=False))
    assert data["ok"]
    assert data["scenarios"] == ["one", "two"]
    assert {row["lead"] for row in data["by_lead"]} == {"1", "3", "7", "14", "28", "end"}
    assert data["own"][0]["own"] == "own: <i>Cell</i>"


def test_progress_counts_forecasts(folders: tuple[Path, Path], tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    order = ScoreOrder(folders, 2, (7,), 10, out=tmp_path / "out", processes=1)
    run_scores(order, lambda phase, done: told.append((phase, done)), forecasters=TWO)
    assert list(dict.fromkeys(phase for phase, _ in told)) == ["read", "score", "tables", "report", "finish"]
    assert max(done for _, done in told) == 2 * 3 + 2 * 2


def test_what_goes_wrong_leaves_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    def stop(phase: str, done: int) -> None:
        if phase == "report":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_scores(ScoreOrder(folders[:1], 2, (7,), 10, out=tmp_path / "out", processes=1), stop, TWO)
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_another_process_is_raised_here(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no idea"):
        run_scores(ScoreOrder(folders, 2, (7,), 10, out=tmp_path / "out", processes=2), forecasters={"bad": clueless})
    assert list(tmp_path.iterdir()) == []


def clueless(*arguments: object) -> Iterator[None]:
    """A forecaster of a module, so that another process can import it."""
    raise RuntimeError("no idea")


def test_other_folders_stay_untouched(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="not a score folder"):
        run_scores(ScoreOrder(folders[:1], out=tmp_path))


def test_problems_of_a_scenario_are_raised_before_anything_is_scored(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError):
        run_scores(ScoreOrder((tmp_path / "nothing",)))
    with pytest.raises(UsageError, match="at least one"):
        run_scores(ScoreOrder(()))


def test_a_folder_of_flee_is_imported_on_the_way(tmp_path: Path) -> None:
    scenario = read_any(write(VALLEY, tmp_path / "valley"))
    assert (scenario.name, scenario.settings.model) == ("valley", "journey")


def test_origins_and_leads_in_words() -> None:
    assert (origins_from(None), origins_from("12")) == (None, 12)
    assert origins_from("2017-03-01, 2017-04-02") == (date(2017, 3, 1), date(2017, 4, 2))
    assert leads_from("7,28,end") == (7, 28, "end")
    for wrong in ("soon", "2017-13-01", ""):
        with pytest.raises(UsageError, match="origins: got"):
            origins_from(wrong)
    for wrong in ("soon", "0", "1,,2"):
        with pytest.raises(UsageError, match="leads: got"):
            leads_from(wrong)


# --- the page ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(brief: ScoreBrief, folders: tuple[Path, Path]):
    return score_page(brief.scores, [read_any(one) for one in folders], list(BASELINES), 40, 1)


def charts(page) -> list[Chart]:
    return [
        chart
        for section in page.sections
        for block in section.blocks
        if isinstance(block, Group)
        for chart in block.charts
    ]


def test_charts_are_valid_plotly_figures_that_say_what_they_show(page) -> None:
    assert {chart.id.partition("-")[0] for chart in charts(page)} == {"pooled", "coverage", "wis", "split", "time"}
    for chart in charts(page):
        assert chart.alt
        assert go.Figure(chart.figure).data
    assert len({chart.id for chart in charts(page)}) == len(charts(page))


def test_the_headline_is_that_of_the_first_forecaster_against_the_best_baseline(page, brief: ScoreBrief) -> None:
    row = brief.scores.pooled.set_index(["what", "lead", "forecaster"]).loc[("place", "28", "last_value")]
    headline = next(one for one in page.headlines if one.id == "place-28")
    assert headline.value.startswith(f"{abs(1 - row['relative']) * 100:.0f} % ")
    assert f"{int(row['targets'])} targets" in headline.sentence


def test_the_page_says_that_totals_are_forecast_too(page) -> None:
    assert any("Totals are forecast too" in warning for warning in page.warnings)


def test_own_forecasts_are_shown_beside_the_others(page) -> None:
    (table,) = next(section for section in page.sections if section.id == "own").blocks
    assert {row[1] for row in table.rows} == {"<i>Cell</i>"}
    assert all(row[3] == 1 for row in table.rows)


def test_text_of_a_scenario_is_not_markup(page) -> None:
    text = render_sheet(page)
    before_scripts = text.partition('id="figures">')[0]
    assert "<b>Total</b>" not in text
    assert "<i>Cell</i>" not in before_scripts
    assert "&lt;i&gt;Cell&lt;/i&gt;" in before_scripts
    assert "http" not in before_scripts.replace("http-equiv", "")


def test_the_page_of_nothing_says_so(tmp_path: Path) -> None:
    counted(tmp_path / "bare", {("Camp", "haven"): {0: 1, 10: 2}})
    brief = run_scores(ScoreOrder((tmp_path / "bare",), out=tmp_path / "out", members=10), forecasters=TWO)
    text = (tmp_path / "out" / "scores.html").read_text(encoding="utf-8")
    assert "Nothing could be scored." in text
    assert "nothing can be scored" in brief.scores.notes[0]
