"""Tables read back from the CSV files of a run, as they were written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from saferground.errors import RunError
from saferground.exchange import hxl
from saferground.exchange.hxl import SENSITIVITY, Column
from saferground.exchange.table import Table
from saferground.exchange.writers import FORMULA


def read_table(folder: Path, name: str, model: str) -> Table:
    """The table ``name`` of a folder of CSV files that ``write_csv`` wrote for a ``model``.

    Raises RunError when there is none, or none that this version knows how to read.
    """
    path = folder / f"{name}.csv"
    try:
        written = pd.read_csv(path, dtype=str, keep_default_na=False, skiprows=[1], encoding="utf-8")
        columns = hxl.columns(name, written.columns, model)
        sheet, question = hxl.questions(model)[name]
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{path} cannot be read ({error}). Run the forecast again with this version.") from error
    frame = pd.DataFrame({column.name: _values(written[column.name], column) for column in columns})
    classes = written.get(SENSITIVITY.name, pd.Series(dtype=str))
    return Table(name, sheet, question, frame, columns, str(classes.iloc[0]) if len(classes) else "")


def _values(text: pd.Series, column: Column) -> pd.Series:
    """Days, numbers or text, as the description of the column says; missing ones as the writers have them."""
    if column.hxl.startswith("#date"):
        return pd.to_datetime(text.replace("", None), format="%Y-%m-%d").astype("datetime64[s]")
    if column.digits is not None or "+num" in column.hxl:
        return pd.to_numeric(text.replace("", None))
    if column.hxl.startswith("#value"):
        numbers = pd.to_numeric(text.replace("", None), errors="coerce")
        return numbers if numbers.notna().sum() == (text != "").sum() else text.map(_armed)
    return text.map(_armed)


def _armed(text: str) -> str:
    """Text without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
