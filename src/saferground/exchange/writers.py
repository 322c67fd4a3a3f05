"""Tables as CSV files with a row of HXL tags, and as a workbook with one sheet a question.

The same tables give the same bytes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from saferground.exchange.hxl import SENSITIVITY, Column
from saferground.exchange.table import Table

FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
MOST_ROWS = 1000
DAILY_ROWS = 7


def write_csv(tables: Mapping[str, Table], folder: Path) -> list[Path]:
    """Write each table to ``folder/NAME.csv`` and return the paths.

    UTF-8, RFC 4180; the first row holds the column names, the second their HXL tags. Days are YYYY-MM-DD, missing
    values are empty. Text that a spreadsheet would take for a formula gets a leading apostrophe. The last column
    repeats the sensitivity class, so that it stays with the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_write_one(table, folder / f"{table.name}.csv") for table in tables.values()]


def _write_one(table: Table, path: Path) -> Path:
    columns = (*table.columns, SENSITIVITY)
    frame = table.frame.assign(sensitivity=table.sensitivity)
    frame = frame.apply(_defused)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in columns)
        writer.writerow(column.hxl for column in columns)
        frame.to_csv(file, header=False, index=False, lineterminator="\r\n", date_format="%Y-%m-%d")
    return path


def _defused(values: pd.Series) -> pd.Series:
    if not pd.api.types.is_string_dtype(values):
        return values
    return values.map({text: f"'{text}" if FORMULA.match(text) else text for text in values.unique()})


def write_xlsx(tables: Mapping[str, Table], path: Path) -> None:
    """Write the tables to one workbook: contents first, then one sheet a question.

    Each sheet starts with its question, the headings with units, and the HXL tags; these rows stay in view and the
    columns can be filtered. Text is always written as text, never as a formula or a link. A table of more than 1,000
    rows shows each of the first seven days and then one day a week; its CSV file has every day. The sensitivity class
    is in the contents and at the head of every printed page.
    """
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "in_memory": True}) as book:
        contents = tables["contents"]
        book.set_properties({"title": contents.question, "created": _created(contents)})
        formats = _formats(book)
        order = ["contents", *(name for name in tables if name != "contents")]
        sheets = {name: book.add_worksheet(tables[name].sheet) for name in order}
        for name, sheet in sheets.items():
            _write_sheet(sheet, tables[name], formats)
        for row, name in enumerate(contents.frame["table"], start=3):
            sheets["contents"].write_url(row, 0, f"internal:'{tables[name].sheet}'!A1", string=tables[name].sheet)


def write_one_xlsx(table: Table, to: Path | BinaryIO, day: datetime) -> None:
    """Write one table to a workbook of its own, every row of it; ``day`` is the workbook's date."""
    with xlsxwriter.Workbook(to, {"strings_to_numbers": False, "in_memory": True}) as book:
        book.set_properties({"title": table.question, "created": day})
        _write_sheet(book.add_worksheet(table.sheet), table, _formats(book), whole=True)


def _created(contents: Table) -> datetime:
    """The as-of date: a fixed time, so that the same run gives the same file."""
    return contents.frame["as_of"].iloc[0].to_pydatetime()


def _formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    return {
        "question": book.add_format({"bold": True, "font_size": 13}),
        "heading": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "tag": book.add_format({"font_color": "#666666", "italic": True, "font_size": 8}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "number": book.add_format({"num_format": "#,##0.0###"}),
        "local": book.add_format({"reading_order": 2, "align": "right"}),
        "text": book.add_format({"text_wrap": False}),
    }


def _write_sheet(sheet: Worksheet, table: Table, formats: dict[str, Format], *, whole: bool = False) -> None:
    frame, thinned = (table.frame, False) if whole else _thinned(table.frame)
    note = f"  (daily for {DAILY_ROWS} days, then weekly; every day in {table.name}.csv)" if thinned else ""
    sheet.write_string(0, 0, table.question + note, formats["question"])
    columns = [column for column in table.columns if column.workbook]
    for at, column in enumerate(columns):
        sheet.write_string(1, at, column.heading, formats["heading"])
        sheet.write_string(2, at, column.hxl, formats["tag"])
        style, values = _cells(frame[column.name], column)
        sheet.set_column(at, at, _width(column, values, style), formats[style])
        write = sheet.write_string if style in ("text", "local") else sheet.write_number
        for row, value in enumerate(values, start=3):
            if value is not None:
                write(row, at, value)
    sheet.freeze_panes(3, 0)
    sheet.autofilter(2, 0, 2 + len(frame), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 2)
    sheet.set_header(f"&L{table.sensitivity.replace('_', ' ').upper()}&R&A")


def _thinned(frame: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    if len(frame) <= MOST_ROWS or "date" not in frame:
        return frame, False
    days = (frame["date"] - frame["date"].min()).dt.days + 1
    return frame[(days <= DAILY_ROWS) | (days % 7 == 0) | (days == days.max())], True


def _cells(values: pd.Series, column: Column) -> tuple[str, list]:
    """Style of a column, and its values as the workbook holds them; None for an empty cell."""
    if pd.api.types.is_datetime64_any_dtype(values):
        serial = (values - pd.Timestamp("1899-12-30")).dt.days
        return "date", [None if pd.isna(day) else int(day) for day in serial]
    if pd.api.types.is_numeric_dtype(values):
        style = "share" if column.unit == "share" else "whole" if column.digits == 0 else "number"
        return style, values.astype(object).where(values.notna(), None).tolist()
    return "local" if column.hxl.endswith("+local") else "text", [value or None for value in values.tolist()]


def _width(column: Column, values: list, style: str) -> float:
    """Wide enough for the longest word of the heading and most of the values, in characters."""
    heading = max(len(word) for word in column.heading.split())
    if style in ("text", "local"):
        return float(np.clip(max((len(value) for value in values if value), default=0) + 2, max(heading + 1, 8), 60))
    return float(np.clip(heading + 1, 11, 18))
