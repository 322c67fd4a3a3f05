"""Tables for people and machines: each answers one question, with a unit and an HXL tag for every column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

from saferground.exchange import frames, hxl
from saferground.exchange.care import care_frames
from saferground.exchange.journey import journey_frames
from saferground.exchange.learned import learned_frames
from saferground.exchange.supplies import besieged_frame, stock_frames
from saferground.planning.headlines import planning_figures
from saferground.planning.journey.views import is_journey
from saferground.planning.members import ahead, totals
from saferground.planning.summary import summaries

if TYPE_CHECKING:
    from saferground.scenario import Scenario


@dataclass(frozen=True)
class Table:
    """One question and its answer.

    ``frame`` holds whole numbers as integers, days as datetime64, missing values as NaN, NaT or ""; ``columns``
    describes its columns in their order. ``sensitivity`` is the class of the scenario's products.
    """

    name: str
    sheet: str
    question: str
    frame: pd.DataFrame = field(repr=False, compare=False)
    columns: tuple[hxl.Column, ...] = field(repr=False)
    sensitivity: str


def tables(
    forecast: xr.Dataset, needed: xr.Dataset, scenario: Scenario, *, summary: xr.Dataset | None = None
) -> dict[str, Table]:
    """Return the tables of a run by name, in the order of the workbook; ``contents`` and ``columns`` come last.

    Those on what was learned from counts are there only where the forecast was fitted to them.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast``; only the days after the as-of date are tabulated
    needed : the Dataset of ``saferground.needs``
    scenario : the scenario of the forecast; only what it knew at the as-of date is shown
    summary : ``saferground.planning.summaries(forecast)``, or of a journey ``journey_summaries``, where it is at
        hand; saves about a third of the time
    """
    days = totals(forecast)
    made = journey_frames if is_journey(days) else _siege_frames
    return workbook(made(days, needed, scenario, summary), scenario, scenario.settings.model)


def _siege_frames(
    days: xr.Dataset, needed: xr.Dataset, scenario: Scenario, summary: xr.Dataset | None
) -> dict[str, pd.DataFrame]:
    used = scenario.known()
    known = used.tables
    ours = _forecast_frames(days, needed, scenario, ahead(summaries(days) if summary is None else summary))
    learned = learned_frames(days, scenario)
    return (
        ours
        | learned
        | stock_frames(days, scenario)
        | care_frames(days, scenario)
        | {"besieged": besieged_frame(days, scenario)}
        | {
            "parameters": frames.parameters(days, scenario),
            "standards": frames.standards(scenario),
            "counts": known["counts"],
            "planning_figures": planning_figures(days, scenario),
            "places": frames.places(days, scenario),
            "sources": known["sources"],
            "confidence": frames.confidence(used),
        }
    )


def _forecast_frames(
    forecast: xr.Dataset, needed: xr.Dataset, scenario: Scenario, summary: xr.Dataset
) -> dict[str, pd.DataFrame]:
    return {
        "headlines": frames.headline_figures(forecast),
        "arrivals": frames.arrivals(summary),
        "camps": frames.camps(summary),
        "camps_full": frames.camps_full(forecast),
        "leaving": frames.leaving(summary),
        "remaining": frames.remaining(summary),
        "inside": frames.inside(summary),
        "hardship": frames.hardship(summary),
        "ways_out": frames.ways_out(forecast, summary),
        "waiting": frames.waiting(summary),
        "time_spent": frames.time_spent(summary),
        "stays": frames.stays(forecast),
        "needs": frames.needs(forecast, needed, scenario),
        "casualties": frames.casualties(summary),
        "patients": frames.patients(summary),
    }


def workbook(frames: Mapping[str, pd.DataFrame], scenario: Scenario, model: str) -> dict[str, Table]:
    """Tables of the frames, in the order in which those of ``model`` are described; ``contents``, ``columns`` last."""
    sensitivity, order = scenario.settings.sensitivity, hxl.questions(model)
    result = {name: described(name, frames[name], model, sensitivity) for name in order if name in frames}
    result["contents"] = described("contents", _contents(result, scenario), model, sensitivity)
    result["columns"] = described("columns", _columns(result), model, sensitivity)
    return result


def described(name: str, frame: pd.DataFrame, model: str, sensitivity: str) -> Table:
    """A frame with the columns, words and tags that the tables of ``model`` have."""
    sheet, question = hxl.questions(model)[name]
    columns = hxl.columns(name, frame.columns, model)
    shown = pd.DataFrame({column.name: tidy(frame[column.name], column.digits) for column in columns})
    return Table(name, sheet, question, shown, columns, sensitivity)


def tidy(values: pd.Series, digits: int | None) -> pd.Series:
    """Round to the digits of the column; whole numbers become integers, missing ones allowed."""
    if not pd.api.types.is_numeric_dtype(values) or digits is None:
        return values
    if digits:
        return values.astype("float64").round(digits)
    whole = values if pd.api.types.is_integer_dtype(values) else values.round()
    return whole.astype("int64") if whole.notna().all() else whole.astype("float64").astype("Int64")


def _contents(made: dict[str, Table], scenario: Scenario) -> pd.DataFrame:
    rows = [(table.name, table.question, len(table.frame)) for table in made.values()]
    frame = pd.DataFrame(rows, columns=["table", "question", "rows"])
    return frame.assign(scenario=scenario.name, as_of=pd.Timestamp(scenario.settings.as_of))


def _columns(made: dict[str, Table]) -> pd.DataFrame:
    rows = [(t.name, c.name, c.label, c.unit, c.hxl) for t in made.values() for c in t.columns]
    return pd.DataFrame(rows, columns=["table", "column", "label", "unit", "hxl"])
