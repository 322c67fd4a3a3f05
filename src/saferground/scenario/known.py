"""What could be known on a given day: rows leave when they, or what they point to, were published later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from saferground.scenario.columns import Column, Schema

_NEVER = np.datetime64("NaT", "s")


def resolve_published(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Fill blank ``published`` cells from the row's source; those that stay NaT were known before the start."""
    sources = dict(zip(tables["sources"]["id"], tables["sources"]["published"].to_numpy(), strict=True))
    return {name: _filled(name, frame, sources) for name, frame in tables.items()}


def _filled(name: str, frame: pd.DataFrame, sources: Mapping[str, np.datetime64]) -> pd.DataFrame:
    if name == "sources" or "published" not in frame:
        return frame
    from_source = np.array([sources.get(one, _NEVER) for one in frame["source"]], dtype="datetime64[s]")
    return frame.assign(published=frame["published"].fillna(pd.Series(from_source, index=frame.index)))


def known_tables(schema: Schema, tables: Mapping[str, pd.DataFrame], as_of: date) -> dict[str, pd.DataFrame]:
    """The rows that were public by the end of ``as_of``.

    A row goes when its ``published`` is later, and when an id that it refers to went. Tables without a ``published``
    column follow their source. ``published`` must have been resolved before. Rows keep their order and line.
    """
    moment = pd.Timestamp(as_of)
    kept = {name: _published_by(frame, moment) for name, frame in tables.items()}
    while True:
        gone = {name: _gone(tables[name], kept[name]) for name in schema.tables if schema.has(name, "id")}
        fewer = {name: _without(schema.columns[name], frame, gone) for name, frame in kept.items()}
        if all(len(fewer[name]) == len(kept[name]) for name in kept):
            return {name: frame.reset_index(drop=True) for name, frame in kept.items()}
        kept = fewer


def _published_by(frame: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    return frame[~(frame["published"] > moment)] if "published" in frame else frame


def _gone(before: pd.DataFrame, after: pd.DataFrame) -> frozenset[str]:
    return frozenset(before["id"]) - frozenset(after["id"]) if len(after) < len(before) else frozenset()


def _without(columns: Iterable[Column], frame: pd.DataFrame, gone: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    for one in columns:
        if lost := gone.get(one.target):
            frame = frame[~_refers(frame, one.name, lost, several=one.kind == "refs")]
    return frame


def _refers(frame: pd.DataFrame, name: str, lost: frozenset[str], several: bool) -> pd.Series:
    if several:
        return frame[name].map(lambda ids: not lost.isdisjoint(ids)).astype(bool)
    return frame[name].isin(list(lost))
