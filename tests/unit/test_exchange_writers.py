"""CSV files and the workbook as other programs read them."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from helpers.datasets import fake_forecast
from helpers.scenarios import fake_scenario
from saferground.exchange import Table, tables, write_csv, write_xlsx
from saferground.exchange.hxl import Column
from saferground.exchange.writers import MOST_ROWS, _thinned
from saferground.planning import needs

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")"]  # fmt: skip
HARMLESS = ["1 = 1", "a-b", "", "مخيم"]


@pytest.fixture(scope="module")
def made() -> dict[str, Table]:
    forecast = fake_forecast(members=6, days=3)
    return tables(forecast, needs(forecast), fake_scenario(sensitivity="strictly_restricted"))


@pytest.fixture(scope="module")
def csv_folder(made: dict[str, Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    write_csv(made, folder)
    return folder


@pytest.fixture(scope="module")
def book(made: dict[str, Table], tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("xlsx") / "tables.xlsx"
    write_xlsx(made, path)
    return openpyxl.load_workbook(path)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def text_table(values: list[str]) -> dict[str, Table]:
    columns = (Column("note", "Note", "", "#meta+note", None, True),)
    return {"notes": Table("notes", "Notes", "Which notes?", pd.DataFrame({"note": values}), columns, "restricted")}


def test_every_csv_has_a_header_a_tag_row_and_the_rows_of_its_table(made: dict[str, Table], csv_folder: Path):
    assert {path.name for path in csv_folder.iterdir()} == {f"{name}.csv" for name in made}
    for name, table in made.items():
        header, tags, *body = rows(csv_folder / f"{name}.csv")
        assert header == [*table.frame.columns, "sensitivity"]
        assert tags == [*(column.hxl for column in table.columns), "#meta+sensitivity"]
        assert len(body) == len(table.frame)
        assert {row[-1] for row in body} == {"strictly_restricted"}


def test_csv_keeps_to_rfc_4180_and_utf8(csv_folder: Path):
    raw = (csv_folder / "places.csv").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") == 2 + 17
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert "المدينة القديمة" in raw.decode("utf-8")


def test_csv_missing_values_are_empty_and_days_iso(csv_folder: Path):
    frame = pd.read_csv(csv_folder / "camps.csv", skiprows=[1])
    assert frame.query("place == 'east_mosul'")["capacity"].isna().all()
    assert frame["date"].iloc[0] == "2017-03-01"
    whole = rows(csv_folder / "needs.csv")[2]
    assert all(cell == "" or cell.lstrip("-").isdigit() for cell in whole[7:15])


def test_csv_reads_back_the_same_numbers(made: dict[str, Table], csv_folder: Path):
    frame = pd.read_csv(csv_folder / "waiting.csv", skiprows=[1])
    expected = made["waiting"].frame
    assert np.array_equal(frame["hours_q50"], expected["hours_q50"], equal_nan=True)
    assert (frame["people_q95"] == expected["people_q95"]).all()


def test_text_cannot_become_a_formula_in_csv(tmp_path: Path):
    write_csv(text_table(DANGEROUS + HARMLESS), tmp_path)
    cells = [row[0] for row in rows(tmp_path / "notes.csv")[2:]]
    assert cells[: len(DANGEROUS)] == [f"'{text}" for text in DANGEROUS]
    assert cells[len(DANGEROUS) :] == HARMLESS


def test_text_cannot_become_a_formula_in_the_workbook(book: openpyxl.Workbook):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    titles = [cell.value for cell in book["Sources"]["B"]]
    assert "=A title that a spreadsheet would run" in titles


def test_contents_come_first_and_lead_to_each_sheet(made: dict[str, Table], book: openpyxl.Workbook):
    assert book.sheetnames[0] == "Contents"
    assert set(book.sheetnames) == {table.sheet for table in made.values()}
    links = [book["Contents"].cell(row, 1).hyperlink.location for row in range(4, 4 + len(made) - 2)]
    assert [link.split("'")[1] for link in links] == [made[name].sheet for name in made["contents"].frame["table"]]


def test_each_sheet_has_question_units_tags_and_a_frozen_head(made: dict[str, Table], book: openpyxl.Workbook):
    sheet = book["Camps"]
    assert sheet["A1"].value == made["camps"].question
    headings = [cell.value for cell in sheet[2]]
    assert headings == [
        "Place", "Day", "Stated capacity [people]", "5 % [people]", "Median [people]", "90 % [people]", "95 % [people]",
        "Chance of no room left [share]", "Chance of more people than the capacity [share]",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[3]][:2] == ["#loc+name", "#date+forecast"]
    assert sheet.freeze_panes == "A4"
    assert "STRICTLY RESTRICTED" in sheet.oddHeader.left.text


def test_cells_have_types_and_formats(book: openpyxl.Workbook):
    sheet = book["Camps"]
    day, capacity, chance = sheet["B4"], sheet["C4"], sheet["I4"]
    assert (day.value, day.number_format) == (datetime(2017, 3, 1), "yyyy-mm-dd")
    assert (capacity.value, capacity.number_format) == (0, "#,##0")
    assert chance.number_format == "0.0%"
    host = next(row for row in sheet.iter_rows(min_row=4) if row[0].value.startswith("Host"))
    assert host[2].value is None


def test_local_names_are_right_to_left(book: openpyxl.Workbook):
    cell = book["Places"]["C4"]
    assert cell.value == "مطار الموصل ومعسكر الغزلاني"
    assert cell.alignment.readingOrder == 2


def test_the_same_tables_give_the_same_bytes(made: dict[str, Table], tmp_path: Path):
    for name in ("one", "two"):
        write_csv(made, tmp_path / name)
        write_xlsx(made, tmp_path / name / "tables.xlsx")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_workbook_is_dated_by_the_as_of_date(book: openpyxl.Workbook):
    assert book.properties.created == book.properties.modified == datetime(2017, 2, 28)


def test_long_tables_are_daily_for_a_week_and_then_weekly():
    days = pd.date_range("2017-03-01", periods=30)
    frame = pd.DataFrame({"date": np.tile(days, MOST_ROWS // 30 + 1)})
    shown, thinned = _thinned(frame)
    assert thinned
    assert [day.date() for day in sorted(shown["date"].unique())] == [
        date(2017, 3, day) for day in (1, 2, 3, 4, 5, 6, 7, 14, 21, 28, 30)
    ]
    assert _thinned(frame.head(MOST_ROWS))[1] is False


def test_files_are_valid_hxl(csv_folder: Path):
    hxl = pytest.importorskip("hxl", reason="libhxl comes with the dev extra")
    for path in csv_folder.iterdir():
        found = []
        options = hxl.InputOptions(allow_local=True)
        hxl.schema(callback=found.append).validate(hxl.data(str(path), options))
        assert [error.message for error in found if error.rule.severity != "info"] == [], path.name
