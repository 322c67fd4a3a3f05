"""A table read back from its CSV file is the table that was written."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from helpers.countries import country, fake_journey
from helpers.datasets import fitted_forecast
from helpers.scenarios import fake_scenario
from saferground.errors import RunError
from saferground.exchange import Table, tables, write_csv, write_xlsx
from saferground.exchange.again import read_table
from saferground.exchange.writers import write_one_xlsx
from saferground.planning import needs

DAY = datetime(2017, 2, 28)
Made = tuple[str, dict[str, Table], Path]


@pytest.fixture(scope="module", params=["siege", "journey"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("tables")
    if request.param == "siege":
        forecast, scenario = fitted_forecast(members=20, days=12), fake_scenario()
    else:
        scenario = country(folder / "country")
        forecast = fake_journey(scenario)
    written = tables(forecast, needs(forecast), scenario)
    write_csv(written, folder)
    return request.param, written, folder


def test_every_table_comes_back(made: Made) -> None:
    model, written, folder = made
    for name, table in written.items():
        again = read_table(folder, name, model)
        assert (again.name, again.sheet, again.question, again.columns) == (
            table.name, table.sheet, table.question, table.columns,
        ), name  # fmt: skip
        pd.testing.assert_frame_equal(again.frame, in_seconds(table.frame), check_dtype=False, obj=name)


def in_seconds(frame: pd.DataFrame) -> pd.DataFrame:
    """Days of every table in one unit."""
    return frame.astype({name: "datetime64[s]" for name, kind in frame.dtypes.items() if kind.kind == "M"})


def sheet(book: bytes, name: str) -> list[list[object]]:
    found: list[list[object]] = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name(name).to_python()
    return found


def test_a_workbook_of_one_table_holds_what_the_workbook_of_all_does(made: Made, tmp_path: Path) -> None:
    model, written, folder = made
    write_xlsx(written, tmp_path / "all.xlsx")
    whole = (tmp_path / "all.xlsx").read_bytes()
    for name, table in written.items():
        if name == "contents" or len(table.frame) > 1000:
            continue
        one = io.BytesIO()
        write_one_xlsx(read_table(folder, name, model), one, DAY)
        assert sheet(one.getvalue(), table.sheet) == sheet(whole, table.sheet), name


def test_a_workbook_of_one_table_holds_every_row(made: Made) -> None:
    model, _, folder = made
    name = "arrivals" if model == "siege" else "people"
    long = read_table(folder, name, model)
    long = replace(long, frame=pd.concat([long.frame] * 40, ignore_index=True))
    one = io.BytesIO()
    write_one_xlsx(long, one, DAY)
    assert len(sheet(one.getvalue(), long.sheet)) == 3 + len(long.frame)
    assert len(long.frame) > 1000


def test_a_formula_is_text_in_both(made: Made, tmp_path: Path) -> None:
    model, written, _ = made
    table = written["sources"]
    bad = replace(table, frame=table.frame.assign(title='=HYPERLINK("http://x","y")'))
    write_csv({"sources": bad}, tmp_path)
    assert "'=HYPERLINK" in (tmp_path / "sources.csv").read_text(encoding="utf-8")
    again = read_table(tmp_path, "sources", model)
    assert again.frame["title"].iloc[0] == '=HYPERLINK("http://x","y")'
    one = io.BytesIO()
    write_one_xlsx(again, one, DAY)
    assert sheet(one.getvalue(), table.sheet)[3][1] == '=HYPERLINK("http://x","y")'
    assert b"<f>" not in one.getvalue()


def test_the_same_table_gives_the_same_bytes(made: Made) -> None:
    model, _, folder = made
    books = [io.BytesIO(), io.BytesIO()]
    for book in books:
        write_one_xlsx(read_table(folder, "sources", model), book, DAY)
    assert books[0].getvalue() == books[1].getvalue()


@pytest.mark.parametrize("name", ["nothing", "../run", "stays"])
def test_what_is_not_there_says_so(name: str, tmp_path: Path) -> None:
    (tmp_path / "stays.csv").write_text("a\n#a\n1\n")
    with pytest.raises(RunError, match="cannot be read"):
        read_table(tmp_path, name, "siege")
