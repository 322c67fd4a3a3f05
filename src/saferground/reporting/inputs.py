"""What went in: parameters with their priors, counts, planning figures and sources, with how sure each is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from saferground.exchange.frames import CONFIDENCE
from saferground.planning import headlines, standards_for
from saferground.planning.journey import headlines as journey
from saferground.planning.journey.views import is_journey
from saferground.planning.learned import has_learned
from saferground.reporting.context import Column, Planning, Section, Table
from saferground.reporting.fans import Run, columns
from saferground.reporting.words import RANGE, as_date
from saferground.scenario.columns import PARAMETERS

if TYPE_CHECKING:
    from saferground.scenario import Scenario

COUNTED = {
    "left_cumulative": "left since the start",
    "left_daily": "left per day",
    "arrived_cumulative": "arrived since the start",
    "arrived_daily": "arrived per day",
    "present": "present",
    "treated_cumulative": "treated since the start",
    "other": "other",
}


def known_counts(scenario: Scenario) -> pd.DataFrame:
    """Counts public on the as-of date, with the title of each source; ``scenario`` holds only what was known."""
    counts = scenario.tables["counts"]
    titles = scenario.tables["sources"].set_index("id")["title"]
    return counts.assign(source_title=[str(titles.get(source, source)) for source in counts["source"]])


def since_start(counts: pd.DataFrame, start: date) -> pd.DataFrame:
    """Counts without totals of those who left since another day than ``start``: beside the forecast they mislead."""
    elsewhere = counts["start"].notna() & (counts["start"] != pd.Timestamp(start))
    return counts[~(elsewhere & (counts["measures"] == "left_cumulative"))]


def planning_figures(run: Run, scenario: Scenario) -> tuple[Planning, ...]:
    """Planning figures public on the as-of date, newest first, each with the forecast's own figure."""
    compare = journey if is_journey(run.forecast) else headlines
    compared = compare.planning_figures(run.forecast, scenario)
    rows = compared.sort_values("published", ascending=False, kind="stable", na_position="last")
    titles = scenario.tables["sources"].set_index("id")["title"]
    return tuple(_planning(row, str(titles.get(row["source"], row["source"]))) for _, row in rows.iterrows())


def _planning(row: pd.Series, source: str) -> Planning:
    return Planning(
        issuer=row["issuer"],
        what=row["what"],
        measures=row["measures"],
        low=_number(row["value_low"]),
        best=_number(row["value_best"]),
        high=_number(row["value_high"]),
        horizon=row["horizon"],
        published=_iso(row["published"]),
        source=source,
        compared=row["compared"],
        forecast=None if pd.isna(row["q50"]) else columns(row, "people").estimate(),
    )


def inputs_section(run: Run, scenario: Scenario, planned: tuple[Planning, ...]) -> Section:
    """Assumptions and sources."""
    assumed = sum(prior.is_default or prior.source.startswith("assumption") for prior in scenario.parameters.values())
    rest = ", as far as the counts do not narrow them" if has_learned(run.forecast) else ""
    finding = (
        f"{assumed} of the {len(scenario.parameters)} parameters rest on an assumption; their wide priors are the "
        f"main reason why the ranges on this page are wide{rest}.",
        "Nothing that was published after the as-of date was used.",
    )
    blocks = input_tables(run, scenario, planned)
    return Section("inputs", "Assumptions and sources", "Sources", finding, tuple(b for b in blocks if b.rows))


def input_tables(run: Run, scenario: Scenario, planned: tuple[Planning, ...]) -> tuple[Table, ...]:
    """Planning figures, counts, confidence, parameters, standards, sources; ``scenario`` holds only what was used."""
    return (
        _planning_table(planned),
        _count_table(scenario),
        _confidence_table(scenario),
        _parameter_table(run, scenario),
        _standards_table(scenario),
        _source_table(scenario),
    )


def _standards_table(scenario: Scenario) -> Table:
    """Every planning standard, the ones only shown beside the others too."""
    table = standards_for(scenario).to_dict("records")
    rows = [
        (
            row["name"],
            float(row["amount"]),
            row["unit"],
            row["phase"],
            row["standard"],
            f"{row['source']}, {row['edition']}".strip(", "),
            "" if row["verified"] else "not verified",
            row["note"],
        )
        for row in table
    ]
    heads = (
        Column("Standard", "text"),
        Column("Figure", "amount"),
        Column("Unit", "text"),
        Column("Phase", "text"),
        Column("Basis", "text"),
        Column("Source", "text"),
        Column("Checked", "mark"),
        Column("Note", "text"),
    )
    anchors = tuple(f"standard-{row['indicator']}" for row in table)
    return Table("standards", "Planning standards", heads, tuple(rows), folded=True, anchors=anchors)


def _planning_table(planned: tuple[Planning, ...]) -> Table:
    rows = [(p.issuer, p.published, p.what, p.horizon, p.ends, p.compared, *_own(p), p.source) for p in planned]
    heads = (
        Column("Issuer", "text"),
        Column("Published", "day"),
        Column("What it says", "text"),
        Column("Over which time", "text"),
        Column("Figure", "stated", "people"),
        Column("Compare with the forecast of", "text"),
        Column("Forecast", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Source", "text"),
    )
    return Table("planning-figures", "Official planning figures public on the as-of date", heads, tuple(rows))


def _own(figure: Planning) -> tuple[float | None, tuple[float, float] | None]:
    own = figure.forecast
    if own is None or own.low is None or own.high is None:
        return None, None
    return own.median, (own.low, own.high)


def _count_table(scenario: Scenario) -> Table:
    counts = known_counts(scenario).sort_values(["measures", "series", "end"], kind="stable")
    names = scenario.tables["places"].set_index("id")["name"]
    rows = [
        (
            row["series"].replace("_", " "),
            str(names.get(row["place"], row["place"])) if row["place"] else "the whole scenario",
            COUNTED.get(row["measures"], row["measures"]),
            _iso(row["end"]),
            _number(row["value"]),
            row["unit"],
            row["source_title"],
            _iso(row["published"]),
            row["confidence"],
        )
        for row in counts.to_dict("records")
    ]
    heads = (
        Column("Series", "text"),
        Column("Place", "text"),
        Column("Counts who", "text"),
        Column("Up to", "day"),
        Column("Value", "count"),
        Column("Unit", "text"),
        Column("Source", "text"),
        Column("Published", "day"),
        Column("Confidence", "text"),
    )
    note = "Series differ in definition and coverage; a jump between two of them is not a movement of people."
    return Table("counts", "Counts public on the as-of date", heads, tuple(rows), note)


def _confidence_table(scenario: Scenario) -> Table:
    """How many rows of each input table are of which confidence."""
    rated = {name: table for name, table in scenario.tables.items() if "confidence" in table and len(table)}
    rows = [
        (
            name.replace("_", " ").capitalize(),
            len(table),
            *(int((table["confidence"] == level).sum()) for level in CONFIDENCE),
        )
        for name, table in rated.items()
    ]
    heads = (
        Column("Input", "text"),
        Column("Rows", "count"),
        *(Column(level.capitalize(), "count") for level in CONFIDENCE),
    )
    return Table("confidence", "How sure the inputs are: rows by confidence", heads, tuple(rows))


def _parameter_table(run: Run, scenario: Scenario) -> Table:
    values = run.forecast["parameter_value"]
    used = dict(zip(values["parameter"].values.tolist(), np.median(values.values, 0), strict=True))
    titles = scenario.tables["sources"].set_index("id")["title"]
    rows = [
        (
            name.replace("_", " "),
            f"{PARAMETERS[name].meaning}. {prior.note}".removesuffix(". ") if name in PARAMETERS else prior.note,
            _prior_range(prior.low, prior.high, prior.value),
            prior.unit,
            prior.form,
            float(used[name]) if name in used else None,
            str(titles.get(prior.source, prior.source)),
            "default" if prior.is_default else "",
        )
        for name, prior in scenario.parameters.items()
    ]
    heads = (
        Column("Parameter", "text"),
        Column("Meaning", "text"),
        Column("Prior range (90 %)", "text"),
        Column("Unit", "text"),
        Column("Form", "text"),
        Column("Median used", "amount"),
        Column("Source", "text"),
        Column("Prior", "mark"),
    )
    anchors = tuple(f"parameter-{name}" for name in scenario.parameters)
    return Table("parameters", "Parameters and their priors", heads, tuple(rows), folded=True, anchors=anchors)


def _prior_range(low: float | None, high: float | None, value: float | None) -> str:
    if low is None or high is None or low == high:
        return f"{low if value is None else value:g} fixed" if low is not None or value is not None else ""
    return f"{low:g} to {high:g}"


def _source_table(scenario: Scenario) -> Table:
    sources = scenario.tables["sources"].sort_values(["publisher", "published", "id"], kind="stable")
    rows = [
        (row["publisher"], (row["title"], row["url"]), _iso(row["published"]), row["note"])
        for row in sources.to_dict("records")
    ]
    heads = (
        Column("Publisher", "text"),
        Column("Source", "source"),
        Column("Published", "day"),
        Column("Note", "text"),
    )
    anchors = tuple(f"source-{name}" for name in sources["id"])
    return Table("sources", "Sources", heads, tuple(rows), folded=True, anchors=anchors)


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _iso(day: Any) -> str | None:
    return None if pd.isna(day) else as_date(day).isoformat()
