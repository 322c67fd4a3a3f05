"""Rows of tables that hold from one day to another: new ones, and old ones cut where a change begins or ends.

A row that a plan made or cut has as ``line`` the line of the change in the plan's file, negative, so that a problem
with it can be told from one with a row of the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from saferground.scenario.cells import Value, read_cell
from saferground.scenario.columns import Schema
from saferground.scenario.tables import typed_table

Alter = Callable[[pd.DataFrame], pd.DataFrame]
NEVER = pd.Timestamp.max.floor("s")


def new_row(schema: Schema, table: str, line: int, cells: Mapping[str, Value]) -> pd.DataFrame:
    """One row of a table, the other columns at their defaults."""
    values = {
        column.name: [cells[column.name] if column.name in cells else read_cell("", column)[0]]
        for column in schema.columns[table]
    }
    return typed_table(schema.columns[table], values, [-line])


def joined(*frames: pd.DataFrame) -> pd.DataFrame:
    """The rows of frames with the same columns, each keeping its type."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def altered(rows: pd.DataFrame, values: Mapping[str, Value]) -> pd.DataFrame:
    """Rows with the same value of some columns, each keeping its type."""
    cells = {name: pd.Series([value] * len(rows), rows.index, dtype="object") for name, value in values.items()}
    return rows.assign(**cells).astype(rows.dtypes)


def stepped(rows: pd.DataFrame, first: date, until: date | None, alter: Alter, line: int) -> pd.DataFrame:
    """Rows of a state that each replaces the one before from its ``date`` on, altered between two days.

    ``rows`` are those of one place, and at least one holds on the day ``first``.
    """
    begin, end = _moments(first, until)
    rows = rows.sort_values("date", kind="stable")
    during = rows["date"].gt(begin) & rows["date"].lt(end)
    inside = joined(_state(rows, begin, line), rows[during].assign(line=-line))
    after = rows[rows["date"].ge(end)]
    if until is not None and not after["date"].eq(end).any():
        after = joined(_state(rows, end, line), after)
    return joined(rows[rows["date"].lt(begin)], alter(inside).astype(rows.dtypes), after)


def _state(rows: pd.DataFrame, day: pd.Timestamp, line: int) -> pd.DataFrame:
    """What holds on a day, as a row that begins on it."""
    return rows[rows["date"].le(day)].tail(1).assign(date=day.to_datetime64(), line=-line).astype(rows.dtypes)


def cut(
    rows: pd.DataFrame, columns: tuple[str, str], first: date, until: date | None, alter: Alter, line: int
) -> pd.DataFrame:
    """Rows that each hold between the days of two ``columns``, altered between two days."""
    opens, closes = columns
    begin, end = _moments(first, until)
    ends = rows[closes].fillna(NEVER)
    touched = rows[opens].lt(end) & ends.gt(begin)
    mine = rows[touched]
    before = mine[mine[opens].lt(begin)]
    before = before.assign(**{closes: begin})
    inside = _with(mine, line, **{opens: mine[opens].where(mine[opens] > begin, begin)})
    inside = _with(inside, line, **{closes: _earlier(mine[closes], until)})
    after = mine[ends[touched].gt(end)]
    after = _with(after, line, **{opens: end}) if until is not None else after.head(0)
    parts = (part.astype(rows.dtypes) for part in (before, alter(inside), after))
    return joined(rows[~touched], *parts)


def split_days(
    rows: pd.DataFrame, columns: tuple[str, str], first: date, until: date | None
) -> Iterator[tuple[date, date | None]]:
    """The days from ``first`` to ``until`` in parts on each of which the same rows hold."""
    begin, end = _moments(first, until)
    turns = {moment for column in columns for moment in rows[column].dropna() if begin < moment < end}
    days = [first, *(moment.date() for moment in sorted(turns))]
    yield from zip(days, [*days[1:], until], strict=True)


def _with(rows: pd.DataFrame, line: int, **days: Any) -> pd.DataFrame:
    return rows.assign(line=-line, **days)


def _earlier(days: pd.Series, until: date | None) -> pd.Series:
    return days if until is None else days.where(days < pd.Timestamp(until), pd.Timestamp(until))


def _moments(first: date, until: date | None) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp(first), NEVER if until is None else pd.Timestamp(until)


def fewer(rows: pd.DataFrame, servers: int) -> pd.DataFrame:
    """Rows with so many servers less in all, taken from the last row first; none falls below 0."""
    left = rows["servers"].to_numpy().copy()
    for i in range(len(left) - 1, -1, -1):
        taken = min(servers, left[i])
        left[i] -= taken
        servers -= taken
    return rows.assign(servers=left.astype(np.int64))
