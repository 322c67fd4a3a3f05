"""Two forecasts laid over each other: what changed, whether it matters, and which counts are new."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest
import xarray as xr

from helpers.countries import country, fake_journey
from helpers.datasets import fitted_forecast
from helpers.scenarios import fake_scenario
from saferground.errors import RunError, UsageError
from saferground.exchange import tables, write_csv
from saferground.exchange.table import described
from saferground.planning import needs
from saferground.reporting.context import Estimate, Group
from saferground.reporting.overlay import Overlay, _verdict, overlay
from saferground.reporting.render import page_of
from saferground.reporting.stored import PAGE, write_page
from saferground.scenario import Scenario


def run(folder: Path, forecast: xr.Dataset, scenario: Scenario) -> Path:
    folder.mkdir(parents=True)
    needed = needs(forecast)
    write_page(page_of(forecast, needed, scenario), folder / PAGE)
    write_csv(tables(forecast, needed, scenario), folder / "tables")
    return folder


@pytest.fixture(scope="module")
def sieges(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    home, scenario = tmp_path_factory.mktemp("runs"), fake_scenario()
    old = run(home / "old", fitted_forecast(members=20, days=12), scenario)
    new = run(home / "new", fitted_forecast(members=30, days=12), scenario)
    return old, new


@pytest.fixture(scope="module")
def laid(sieges: tuple[Path, Path]) -> Overlay:
    return overlay(*sieges)


def test_it_is_json_and_says_which_runs(laid: Overlay) -> None:
    told = json.loads(json.dumps(asdict(laid), allow_nan=False))
    assert (told["old"]["run"], told["new"]["run"]) == ("old", "new")
    assert told["new"]["about"]["members"] == 30


def test_every_headline_figure_of_both_is_compared(laid: Overlay, sieges: tuple[Path, Path]) -> None:
    rows = (sieges[0] / "tables" / "headlines.csv").read_text(encoding="utf-8").splitlines()[2:]
    assert len(laid.changes) == len(rows)
    for one in laid.changes:
        if one.old.median is not None and one.new.median is not None:
            assert one.difference == pytest.approx(one.new.median - one.old.median)
    ranks = [("apart", "moved", "as before").index(one.verdict) for one in laid.changes]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((10, 5, 20), (12, 6, 22), "as before"),
        ((10, 5, 20), (30, 15, 50), "moved"),
        ((10, 5, 20), (4, 1, 30), "moved"),
        ((10, 5, 20), (30, 21, 50), "apart"),
        ((30, 21, 50), (10, 5, 20), "apart"),
        ((None, None, None), (None, None, None), "as before"),
        ((None, None, None), (1, 0, 2), "moved"),
    ],
)
def test_a_figure_moved_when_a_median_leaves_the_other_range(
    old: tuple[float | None, ...], new: tuple[float | None, ...], expected: str
) -> None:
    assert _verdict(Estimate(*old, "people"), Estimate(*new, "people")) == expected  # type: ignore[arg-type]


def test_charts_show_both_and_are_what_plotly_draws(laid: Overlay) -> None:
    charts = [c for s in laid.sections for block in s.blocks if isinstance(block, Group) for c in block.charts]
    assert len({chart.id for chart in charts}) == len(charts) > 8
    for chart in charts:
        go.Figure(chart.figure)
        lines = [trace for trace in chart.figure["data"] if "hovertemplate" in trace and "customdata" in trace]
        assert [trace["hovertemplate"][:4] for trace in lines] == ["old:", "new:"]
        assert "before" in chart.alt


def test_counts_that_differ_are_listed_and_drawn(tmp_path: Path, sieges: tuple[Path, Path]) -> None:
    counts = fake_scenario().tables["counts"]
    earlier = counts.assign(end=counts["end"] - pd.Timedelta(days=1), value=9000.0)
    one = with_counts(sieges[0], tmp_path / "one", counts)
    two = with_counts(sieges[0], tmp_path / "two", pd.concat([earlier, counts], ignore_index=True))
    other = with_counts(sieges[0], tmp_path / "other", counts.assign(value=77.0))
    assert [count.state for count in overlay(two, one).counts] == ["gone"]
    (changed,) = overlay(one, other).counts
    assert (changed.state, changed.value, changed.before) == ("changed", 77.0, counts["value"].iloc[0])
    assert overlay(one, one).counts == ()
    laid = overlay(one, two)
    (new,) = laid.counts
    assert (new.state, new.series, new.end, new.value) == ("new", "left_iom", "2017-02-27", 9000.0)
    assert laid.finding[0] == "Counts: 1 new since the old forecast."
    charts = [c for s in laid.sections for block in s.blocks if isinstance(block, Group) for c in block.charts]
    (series,) = (chart for chart in charts if chart.title == "left iom")
    dots = {trace["marker"]["color"]: trace["y"] for trace in series.figure["data"] if trace.get("mode") == "markers"}
    assert dots == {"#111111": [10_000.0], "#d4007a": [9000.0]}


def with_counts(run: Path, to: Path, counts: pd.DataFrame) -> Path:
    """The same run as if it had known these counts."""
    shutil.copytree(run, to)
    scenario = replace(fake_scenario(), tables={**fake_scenario().tables, "counts": counts})
    write_csv({"counts": described("counts", scenario.known().tables["counts"], "siege", "limited")}, to / "tables")
    return to


def test_it_warns_of_what_makes_differences_mean_little(laid: Overlay, sieges: tuple[Path, Path]) -> None:
    told = " ".join(laid.warnings)
    assert "The inputs are the same" in told
    assert "The futures were drawn differently (20 futures" in told
    assert "none" not in told
    same = overlay(sieges[0], sieges[0])
    assert same.finding[1].startswith("None of the")
    assert all(one.verdict == "as before" and not one.difference for one in same.changes)


def test_journeys_too_and_never_both_models(tmp_path: Path, sieges: tuple[Path, Path]) -> None:
    scenario = country(tmp_path / "country")
    paths = [run(tmp_path / f"run{seed}", fake_journey(scenario, seed=seed), scenario) for seed in (0, 1)]
    laid = overlay(*paths)
    titles = [block.title for s in laid.sections for block in s.blocks if isinstance(block, Group)]
    assert titles == [
        "All displaced people",
        "People in camps",
        "People in each camp",
        "Newly displaced per day, by origin",
    ]
    with pytest.raises(UsageError, match="expected two forecasts of the same model"):
        overlay(sieges[0], paths[0])
    with pytest.raises(RunError, match="older version"):
        overlay(tmp_path, paths[0])
