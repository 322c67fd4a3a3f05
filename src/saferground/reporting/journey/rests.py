"""What the figures of a journey rest on: rules, parameters, counts, sources."""

from __future__ import annotations

import pandas as pd

from saferground.planning.journey.words import rests_on, rules, total_is_given
from saferground.reporting.context import Column, Planning, Section, Table
from saferground.reporting.inputs import input_tables, known_counts
from saferground.reporting.journey.run import Journey
from saferground.reporting.words import as_date, listed


def rests_section(run: Journey, planned: tuple[Planning, ...]) -> Section:
    """Rules that differ from the default first, then planning figures, counts, parameters, standards, sources."""
    finding = tuple(rests_on(run.used)[subject] for subject in ("movement", "ranges"))
    tables = tuple(_counts(run) if one.id == "counts" else one for one in input_tables(run, run.used, planned))
    blocks = (_rule_table(run), *tables, _note_table(run))
    title = "Rules, parameters, assumptions and sources"
    return Section("inputs", title, "Sources", finding, tuple(b for b in blocks if b.rows))


def _counts(run: Journey) -> Table:
    """The counts used, one row a series: its workbook has every one of them."""
    counts = known_counts(run.used).sort_values(["measures", "series", "end"], kind="stable")
    names = {place: name for place, (name, _) in run.names.items()} | {"": "the whole scenario"}
    heads = (
        Column("Series", "text"),
        Column("Place", "text"),
        Column("Counts who", "text"),
        Column("Counts", "count"),
        Column("First", "day"),
        Column("Last", "day"),
        Column("Last value", "count"),
        Column("Unit", "text"),
        Column("Sources", "text"),
        Column("Confidence", "text"),
    )
    groups = counts.groupby(["measures", "series", "place", "unit"], sort=False)
    rows = tuple(_series(names, rows) for _, rows in groups)
    given = total_is_given(run.used)
    caption = "Counts used as an input, whenever published" if given else "Counts public on the as-of date"
    note = "Every count is in the workbook. A jump between two series is not a movement of people."
    return Table("counts", caption, heads, rows, note)


def _series(names: dict[str, str], rows: pd.DataFrame) -> tuple:
    last = rows.to_dict("records")[-1]
    days = [as_date(rows["end"].iloc[at]).isoformat() for at in (0, -1)]
    series, where = last["series"].replace("_", " "), names.get(last["place"], last["place"])
    sources, confidence = (listed(list(dict.fromkeys(rows[name]))) for name in ("source_title", "confidence"))
    value = float(last["value"])
    return series, where, last["measures"], len(rows), *days, value, last["unit"], sources, confidence


def _rule_table(run: Journey) -> Table:
    table = rules(run.used)
    changed = table["value"] != table["default"]
    order = [*table[changed].to_dict("records"), *table[~changed].to_dict("records")]
    rows = tuple(
        (row["rule"].replace("_", " "), row["value"], row["default"], row["meaning"], _mark(row)) for row in order
    )
    heads = (
        Column("Rule", "text"),
        Column("Value", "text"),
        Column("Default", "text"),
        Column("Meaning", "text"),
        Column("Set", "mark"),
    )
    return Table(
        "rules", f"Rules: {int(changed.sum())} of {len(table)} differ from the default", heads, rows, folded=True
    )


def _mark(row: dict) -> str:
    return "changed" if row["value"] != row["default"] else ""


def _note_table(run: Journey) -> Table:
    """What was read anyway and deserves a word."""
    rows = tuple((note.file, str(note)) for note in run.used.notes)
    return Table("notes", "Notes on the inputs", (Column("File", "text"), Column("Note", "text")), rows, folded=True)
