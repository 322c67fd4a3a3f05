"""An old and a new forecast of the same scenario laid over each other: what changed, by how much, and which counts.

Made from two run folders, from their pages and tables alone; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from saferground.errors import UsageError
from saferground.exchange.again import read_table
from saferground.reporting.context import About, Chart, Column, Estimate, Group, Page, Section, Table, help_text
from saferground.reporting.fans import LEVELS, Fan
from saferground.reporting.figures import Point, overlay_chart
from saferground.reporting.inputs import COUNTED
from saferground.reporting.stored import MODELS, read_page
from saferground.reporting.words import RANGE, as_date, long_day, sentence, span, whole

Verdict = Literal["as before", "moved", "apart"]
VERDICTS: dict[Verdict, str] = {
    "as before": "as before",
    "moved": "moved: one median lies outside the other range",
    "apart": "moved far: the ranges do not overlap",
}
BACK = timedelta(days=28)
"""How far before the as-of date counts are drawn."""
MOST = 12
"""Charts of one group: the largest."""
SAME = ["series", "place", "measures", "start", "end", "source"]
"""What makes two counts the same count."""


@dataclass(frozen=True)
class Side:
    """One of the two forecasts."""

    run: str = field(metadata=help_text("Name of its folder"))
    about: About = field(metadata=help_text("What it is"))


@dataclass(frozen=True)
class Change:
    """One figure of both."""

    what: str = field(metadata=help_text("What it is"))
    place: str = field(metadata=help_text("Where; empty for the whole scenario"))
    old: Estimate = field(metadata=help_text("The old figure"))
    new: Estimate = field(metadata=help_text("The new figure"))
    difference: float | None = field(metadata=help_text("New median less the old one; None when one is missing"))
    verdict: Verdict = field(
        metadata=help_text("as before; moved: a median outside the other's 90 % range; apart: ranges without overlap")
    )


@dataclass(frozen=True)
class CountChange:
    """A count that only one of the two knew, or that they knew with another value."""

    state: Literal["new", "changed", "gone"] = field(metadata=help_text("new, changed or gone since the old forecast"))
    series: str = field(metadata=help_text("Series of counts"))
    place: str = field(metadata=help_text("Place id; empty for the whole scenario"))
    measures: str = field(metadata=help_text("Who is counted"))
    end: str = field(metadata=help_text("Last day of the count, ISO"))
    value: float | None = field(metadata=help_text("The count; of one that is gone, what it was"))
    before: float | None = field(metadata=help_text("What it was before it changed; else None"))
    unit: str = field(metadata=help_text("Unit"))
    source: str = field(metadata=help_text("Source id"))
    published: str | None = field(metadata=help_text("Day it became public, ISO; None when known from the start"))


@dataclass(frozen=True)
class Overlay:
    """Two forecasts laid over each other."""

    old: Side = field(metadata=help_text("The old forecast"))
    new: Side = field(metadata=help_text("The new forecast"))
    warnings: tuple[str, ...] = field(metadata=help_text("What a reader must know before comparing"))
    finding: tuple[str, ...] = field(metadata=help_text("What changed, in sentences"))
    changes: tuple[Change, ...] = field(metadata=help_text("The headline figures of both, the most changed first"))
    counts: tuple[CountChange, ...] = field(metadata=help_text("Counts that differ"))
    sections: tuple[Section, ...] = field(metadata=help_text("The same as tables, and charts of both"))


@dataclass(frozen=True)
class Drawn:
    """Which columns of a table are drawn: a chart for each value of ``by``, or one."""

    table: str
    prefix: str
    by: str
    title: str
    unit: str


DRAWN: dict[str, tuple[Drawn, ...]] = {
    "siege": (
        Drawn("leaving", "since_start_", "", "People who left since the start", "people"),
        Drawn("leaving", "day_", "", "People leaving", "people/day"),
        Drawn("arrivals", "", "place", "Arrivals per day, by place", "people/day"),
        Drawn("camps", "", "place", "People in each camp and host community", "people"),
        Drawn("count_ahead", "", "series", "What each series of counts will say", "people"),
    ),
    "journey": (
        Drawn("whereabouts", "displaced_total_", "", "All displaced people", "people"),
        Drawn("whereabouts", "camps_", "", "People in camps", "people"),
        Drawn("camps", "", "place", "People in each camp", "people"),
        Drawn("origins", "", "place", "Newly displaced per day, by origin", "people/day"),
    ),
}


@dataclass(frozen=True)
class Pair:
    """Both runs as they were read."""

    model: str
    folders: tuple[Path, Path]
    pages: tuple[Page, Page]

    def tables(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame] | None:
        """A table of both; None when one lacks it."""
        if not all((folder / "tables" / f"{name}.csv").is_file() for folder in self.folders):
            return None
        first, second = (read_table(folder / "tables", name, self.model).frame for folder in self.folders)
        return first, second


def overlay(old: Path, new: Path) -> Overlay:
    """Lay two run folders over each other.

    Raises
    ------
    RunError
        One of them is no run folder of this version.
    UsageError
        They are of different models.
    """
    pair = _read(old, new)
    changes, counts = tuple(_changes(pair)), tuple(_counts(pair))
    sides = tuple(Side(folder.name, page.about) for folder, page in zip(pair.folders, pair.pages, strict=True))
    return Overlay(
        old=sides[0],
        new=sides[1],
        warnings=tuple(_warnings(sides[0].about, sides[1].about)),
        finding=_finding(changes, counts),
        changes=changes,
        counts=counts,
        sections=tuple(_sections(pair, changes, counts)),
    )


def _read(old: Path, new: Path) -> Pair:
    pages = read_page(old), read_page(new)
    models = [next(name for name, kind in MODELS.items() if kind is type(page)) for page in pages]
    if models[0] != models[1]:
        got = f"got a {models[0]} ({old.name}) and a {models[1]} ({new.name})"
        raise UsageError(f"{got}; expected two forecasts of the same model. Choose two runs of one scenario.")
    return Pair(models[0], (old, new), pages)


def _warnings(old: About, new: About) -> Iterator[str]:
    if old.scenario != new.scenario:
        yield f"The scenarios differ: {old.scenario} and {new.scenario}."
    if (old.as_of, old.last) != (new.as_of, new.last):
        days = [f"{long_day(one.first)} to {long_day(one.last)}" for one in (old, new)]
        yield f"The days ahead differ ({days[0]}; {days[1]}), so sums over the days ahead are of different days."
    if old.digest == new.digest:
        yield "The inputs are the same: what differs is the draw of the futures, the fit or the version."
    if (old.members, old.seed) != (new.members, new.seed):
        drawn = [f"{one.members:,} futures with seed {one.seed}" for one in (old, new)]
        yield f"The futures were drawn differently ({drawn[0]}; {drawn[1]}): small differences are chance."
    for name, one in (("old", old), ("new", new)):
        if one.doubts:
            yield f"The {name} forecast should not be trusted as it stands: {' '.join(one.doubts)}"


def _changes(pair: Pair) -> list[Change]:
    tables = pair.tables("headlines")
    if tables is None:
        return []
    merged = tables[0].merge(tables[1], on=["what", "place"], suffixes=("_old", "_new"), how="inner")
    found = [_change(row) for row in merged.to_dict("records")]
    rank = list(VERDICTS)
    return sorted(found, key=lambda one: -rank.index(one.verdict))


def _change(row: dict) -> Change:
    old, new = _estimate(row, "old"), _estimate(row, "new")
    gap = None if old.median is None or new.median is None else new.median - old.median
    return Change(sentence(row["what"]), row["place_name_new"], old, new, gap, _verdict(old, new))


def _estimate(row: dict, side: str) -> Estimate:
    median, low, high = (_number(row[f"q{level}_{side}"]) for level in ("50", "05", "95"))
    return Estimate(median, low, high, row["unit_new"])


def _verdict(old: Estimate, new: Estimate) -> Verdict:
    ends = (old.low, old.median, old.high, new.low, new.median, new.high)
    if any(end is None for end in ends):
        return "as before" if old == new else "moved"
    low, median, high, low_new, median_new, high_new = (float(end) for end in ends if end is not None)
    if high < low_new or high_new < low:
        return "apart"
    return "as before" if low <= median_new <= high and low_new <= median <= high_new else "moved"


def _counts(pair: Pair) -> Iterator[CountChange]:
    tables = pair.tables("counts")
    if tables is None:
        return
    old, new = (dict(zip(_names(table), table.to_dict("records"), strict=True)) for table in tables)
    for key, row in new.items():
        before = _number(old[key]["value"]) if key in old else None
        if key not in old:
            yield _count("new", row)
        elif before != _number(row["value"]):
            yield _count("changed", row, before)
    yield from (_count("gone", row) for key, row in old.items() if key not in new)


def _names(counts: pd.DataFrame) -> list[str]:
    """What tells each count from every other."""
    return ["|".join(str(value) for value in row) for row in counts[SAME].itertuples(index=False)]


def _count(state: Literal["new", "changed", "gone"], row: dict, before: float | None = None) -> CountChange:
    public = None if pd.isna(row["published"]) else as_date(row["published"]).isoformat()
    named = row["series"], row["place"], row["measures"], as_date(row["end"]).isoformat()
    return CountChange(state, *named, _number(row["value"]), before, row["unit"], row["source"], public)


def _finding(changes: Sequence[Change], counts: Sequence[CountChange]) -> tuple[str, ...]:
    moved = [one for one in changes if one.verdict != "as before"]
    said = (
        f"{len(moved)} of {len(changes)} headline figures moved."
        if moved
        else f"None of the {len(changes)} headline figures moved out of its old range."
    )
    tally = {state: sum(one.state == state for one in counts) for state in ("new", "changed", "gone")}
    told = [f"{n} {state}" for state, n in tally.items() if n]
    known = f"Counts: {', '.join(told)} since the old forecast." if told else "Both know the same counts."
    return (known, said, *(_told(one) for one in moved[:3]))


def _told(one: Change) -> str:
    where = f" ({one.place})" if one.place else ""
    old, new = (f"{whole(side.median)} ({RANGE} {span(side.low, side.high)})" for side in (one.old, one.new))
    return f"{one.what}{where}: {old} before, {new} now."


def _sections(pair: Pair, changes: Sequence[Change], counts: Sequence[CountChange]) -> Iterator[Section]:
    yield Section("changed", "Headline figures, old and new", "Figures", (), (_change_table(changes),))
    blocks = (_count_table(counts),) if counts else ()
    none = () if counts else ("Both forecasts know the same counts.",)
    yield Section("counts", "Counts that differ", "Counts", none, blocks)
    groups = tuple(group for number, what in enumerate(DRAWN[pair.model]) if (group := _group(pair, what, number)))
    caption = ("Brown: the old forecast. Blue: the new one. Line: median; area: nine in ten futures.",)
    yield Section("charts", "Laid over each other", "Charts", caption, groups)


def _change_table(changes: Sequence[Change]) -> Table:
    heads = (
        Column("Figure", "text"),
        Column("Place", "text"),
        Column("Old", "people"),
        Column(RANGE, "range"),
        Column("New", "people"),
        Column(RANGE, "range"),
        Column("Difference", "text"),
        Column("Unit", "text"),
        Column("Moved", "mark"),
    )
    return Table("changes", "Headline figures, the most changed first", heads, tuple(map(_change_row, changes)))


def _change_row(one: Change) -> tuple:
    sides = (
        cell
        for side in (one.old, one.new)
        for cell in (side.median, None if side.low is None else (side.low, side.high))
    )
    mark = "" if one.verdict == "as before" else VERDICTS[one.verdict]
    return one.what, one.place, *sides, _signed(one.difference), one.new.unit, mark


def _signed(gap: float | None) -> str | None:
    """+1,200; −300; 0."""
    return None if gap is None else f"{'+' if gap > 0 else '−' if gap < 0 else ''}{whole(abs(gap))}"


def _count_table(counts: Sequence[CountChange]) -> Table:
    heads = (
        Column("Since the old forecast", "mark"),
        Column("Series", "text"),
        Column("Place", "text"),
        Column("Counts who", "text"),
        Column("Up to", "day"),
        Column("Value", "count"),
        Column("Was", "count"),
        Column("Unit", "text"),
        Column("Published", "day"),
    )
    rows = tuple(
        (
            c.state,
            c.series.replace("_", " "),
            c.place,
            COUNTED.get(c.measures, c.measures),
            c.end,
            c.value,
            c.before,
            c.unit,
            c.published,
        )
        for c in counts
    )
    return Table("counts-changed", "Counts that only one of the two knew, or that changed", heads, rows)


def _group(pair: Pair, what: Drawn, number: int) -> Group | None:
    tables = pair.tables(what.table)
    if tables is None or what.by not in ("", *tables[1].columns):
        return None
    charts = tuple(_charts(pair, what, number, tables))
    size: Literal["half", "small"] = "small" if what.by else "half"
    key = ("before", "now", *(("count", "count_new") if what.table == "count_ahead" else ()))
    return Group(f"overlay-{number}", what.title, "Scales differ.", charts, key, size) if charts else None


def _charts(pair: Pair, what: Drawn, number: int, tables: tuple[pd.DataFrame, pd.DataFrame]) -> Iterator[Chart]:
    parts = [("", what.title, tables)] if not what.by else list(_parts(what, tables))
    for i, (key, title, (old, new)) in enumerate(parts[:MOST]):
        points = _points(pair, key) if what.table == "count_ahead" else ((), ())
        figure = overlay_chart(_fans(old, what), _fans(new, what), as_date(pair.pages[1].about.as_of), points)
        last = [f"{whole(float(one[f'{what.prefix}q50'].iloc[-1]))} {what.unit}" for one in (old, new) if len(one)]
        told = " before, ".join(last) + " now, at the median of the last day."
        yield Chart(f"overlay-{number}-{i}", title, "", told, figure, note=told)


def _parts(
    what: Drawn, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> Iterator[tuple[str, str, tuple[pd.DataFrame, pd.DataFrame]]]:
    """One part a place or series, the largest first."""
    keys = [one[what.by] + "@" + one["place"] for one in tables]
    sizes = tables[1].groupby(keys[1], sort=False)["q50"].max().sort_values(ascending=False, kind="stable")
    for key in sizes.index:
        old, new = (table[of == key] for table, of in zip(tables, keys, strict=True))
        name, _, place = key.partition("@")
        title = str(new["place_name"].iloc[0]) if what.by == "place" else name.replace("_", " ")
        yield key, f"{title}, {new['place_name'].iloc[0]}" if what.by == "series" and place else title, (old, new)


def _fans(table: pd.DataFrame, what: Drawn) -> tuple[tuple[date, ...], Fan]:
    names = [f"{what.prefix}q{round(100 * level):02d}" for level in LEVELS]
    return tuple(as_date(day) for day in table["date"]), Fan(table[names].to_numpy(float).T, what.unit)


def _points(pair: Pair, key: str) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Counts of a series that both know, and those that only the new forecast knows."""
    series, _, place = key.partition("@")
    tables = pair.tables("counts")
    if tables is None:
        return (), ()
    known = set(_names(tables[0]))
    first = pd.Timestamp(pair.pages[0].about.as_of) - BACK
    rows = tables[1][tables[1]["series"].eq(series) & tables[1]["place"].eq(place) & tables[1]["end"].ge(first)]
    rows = rows[rows["unit"].eq("individuals") & ~rows["measures"].str.endswith("daily")]
    made = [(name in known, _point(row)) for name, row in zip(_names(rows), rows.to_dict("records"), strict=True)]
    return tuple(point for old, point in made if old), tuple(point for old, point in made if not old)


def _point(row: dict) -> Point:
    ends = _number(row["value_low"]), _number(row["value_high"])
    return Point(as_date(row["end"]), float(row["value"]), *ends, row["series"].replace("_", " "), row["source"])


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(np.float64(value))
