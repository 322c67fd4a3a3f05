"""The tables of what was learned from counts: what they hold, and that they are there only after a fit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers.datasets import fake_forecast, fitted_forecast
from helpers.scenarios import fake_scenario
from saferground.exchange import Table, tables, write_csv, write_xlsx
from saferground.exchange.hxl import questions
from saferground.planning import needs

LEARNED = ["count_ahead", "fit_counts", "fit_sources", "fit_parameters", "forecasters"]


@pytest.fixture(scope="module")
def made() -> dict[str, Table]:
    ahead = fitted_forecast()
    return tables(ahead, needs(ahead), fake_scenario())


def test_only_a_fit_has_them(made: dict[str, Table]) -> None:
    prior = fake_forecast(members=4, days=3)
    without = tables(prior, needs(prior), fake_scenario())
    assert list(made) == [name for name in questions() if not name.startswith("stocks")]
    assert [name for name in made if name not in without] == LEARNED
    assert set(LEARNED) <= set(made["contents"].frame["table"])


def test_every_column_is_described(made: dict[str, Table]) -> None:
    for name in LEARNED:
        assert [column.name for column in made[name].columns] == made[name].frame.columns.tolist(), name
        assert len(made[name].frame), name


def test_counts_heard_come_with_their_wording_and_what_was_expected(made: dict[str, Table]) -> None:
    (row,) = made["fit_counts"].frame.to_dict("records")
    assert (row["series"], row["place_name"], row["measures"], row["kind"]) == (
        "left_iom",
        "",
        "left_cumulative",
        "level",
    )
    assert (row["start"], row["end"]) == (pd.Timestamp("2017-02-19"), pd.Timestamp("2017-02-28"))
    assert [row[name] for name in ("value", "low", "high", "said_q05", "said_q50", "said_q95")] == [
        10_000, 10_000, 10_000, 4_000, 7_000, 9_000,
    ]  # fmt: skip
    assert (row["unit"], row["jump"], row["believed"], row["source"]) == ("people", 0.6, 0.5, "ocha_26")


def test_counts_ahead_are_quantiles_of_the_members(made: dict[str, Table]) -> None:
    frame = made["count_ahead"].frame
    assert frame["date"].tolist() == list(pd.date_range("2017-03-01", "2017-03-10"))
    assert frame.iloc[-1][["q05", "q50", "q95"]].tolist() == [20_000, 20_400, 20_900]


def test_sources_and_forecasters_say_how_far_they_are_believed(made: dict[str, Table]) -> None:
    (source,) = made["fit_sources"].frame.to_dict("records")
    assert [source[name] for name in ("counts", "ratio_q05", "ratio_q50", "ratio_q95", "error", "changes")] == [
        1, 0.7, 0.8, 0.9, 0.221, 1,
    ]  # fmt: skip
    assert made["forecasters"].frame["share"].tolist() == [0.7, 0.2, 0.1]


def test_parameters_come_with_both_ranges_the_farthest_moved_first(made: dict[str, Table]) -> None:
    frame = made["fit_parameters"].frame
    assert frame["parameter"].is_unique
    first = frame.iloc[0]
    assert (first["parameter"], first["unit"], first["moved"]) == ("flight_held", "1/day", -2.1)
    assert (first["prior_q05"], first["prior_q95"]) == (0.003, 0.06)


def test_they_are_written_like_every_table(made: dict[str, Table], tmp_path: Path) -> None:
    write_csv(made, tmp_path)
    write_xlsx(made, tmp_path / "tables.xlsx")
    names, tags = (tmp_path / "fit_sources.csv").read_text(encoding="utf-8").splitlines()[:2]
    assert names.startswith("series,place,place_name,counts,ratio_q05")
    assert tags.startswith("#indicator+name,#loc+code,#loc+name,#indicator+counts+num,#indicator+ratio+num+q05")
