"""What a reader sees first of a run: the same record on screen and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from saferground.planning import headlines
from saferground.planning.members import quantiles
from saferground.reporting.context import Estimate, help_text
from saferground.scenario import Scenario

STATUS = {
    "prior": "prior forecast: not yet fitted to counts",
    "counts": "fitted to the counts known on the as-of date",
}


@dataclass(frozen=True)
class Place:
    """One site, camp or host community over the days ahead."""

    id: str = field(metadata=help_text("Place id"))
    name: str = field(metadata=help_text("Name in English"))
    local: str = field(metadata=help_text("Name in the local language; empty when unknown"))
    kind: str = field(metadata=help_text("Kind of place, as in the scenario"))
    arrivals: Estimate = field(metadata=help_text("People who arrive; who passes two places counts at both"))


@dataclass(frozen=True)
class Moment:
    """Whether something happens in the days ahead, and on which day first."""

    chance: float = field(metadata=help_text("Share of the members in which it happens"))
    median: str | None = field(metadata=help_text("Median first day of these members, ISO; None when there are none"))
    low: str | None = field(metadata=help_text("5th percentile of the first day"))
    high: str | None = field(metadata=help_text("95th percentile of the first day"))


@dataclass(frozen=True)
class Camp:
    """One camp with a stated capacity."""

    id: str = field(metadata=help_text("Place id"))
    name: str = field(metadata=help_text("Name in English"))
    capacity: float = field(metadata=help_text("People, on the last day"))
    full: Moment = field(metadata=help_text("98 % of the capacity or more at the end of a day"))
    over: Moment = field(metadata=help_text("More people sheltered than the capacity"))


@dataclass(frozen=True)
class Planned:
    """An official planning figure and the forecast's own figure for the same quantity."""

    issuer: str = field(metadata=help_text("Who said it"))
    what: str = field(metadata=help_text("What it says, in words"))
    measures: str = field(metadata=help_text("Which quantity of the model it speaks of"))
    low: float | None = field(metadata=help_text("Low end, people"))
    best: float | None = field(metadata=help_text("Best or only figure, people"))
    high: float | None = field(metadata=help_text("High end, people"))
    horizon: str = field(metadata=help_text("Over which time, in the issuer's words"))
    published: str | None = field(metadata=help_text("Day it became public, ISO; None when known before the start"))
    compared: str = field(metadata=help_text("What the forecast's own figure is"))
    forecast: Estimate = field(metadata=help_text("The forecast's own figure"))


@dataclass(frozen=True)
class CountAhead:
    """What one series of counts is expected to say on the last day."""

    series: str = field(metadata=help_text("Series of counts, with the place where it is counted"))
    last: Estimate = field(metadata=help_text("What it will say on the last day"))


@dataclass(frozen=True)
class Brief:
    """The summary of a run. Ranges are the 5th to 95th percentile over the members."""

    title: str = field(metadata=help_text("Title of the scenario"))
    scenario: str = field(metadata=help_text("Name of the scenario"))
    as_of: str = field(metadata=help_text("Nothing published after this day was used, ISO"))
    first: str = field(metadata=help_text("First day ahead, ISO"))
    last: str = field(metadata=help_text("Last day ahead, ISO"))
    start: str = field(metadata=help_text("First day of the model's run-up, ISO"))
    members: int = field(metadata=help_text("How many futures were drawn"))
    seed: int = field(metadata=help_text("Seed of all random numbers"))
    digest: str = field(metadata=help_text("Fingerprint of the scenario's content, sha256"))
    version: str = field(metadata=help_text("Version of Saferground"))
    sensitivity: str = field(metadata=help_text("Class that says with whom the run may be shared"))
    status: str = field(metadata=help_text("What the forecast rests on"))
    doubts: tuple[str, ...] = field(metadata=help_text("Why the fit should not be trusted, each with what to do"))
    counts_heard: int = field(metadata=help_text("How many counts the model was fitted to; 0 without a fit"))
    series_heard: int = field(metadata=help_text("How many series these counts are of"))
    counts: tuple[CountAhead, ...] = field(metadata=help_text("What each series of counts will say on the last day"))
    leaving: Estimate = field(metadata=help_text("People who leave the besieged area in the days ahead"))
    left: Estimate = field(metadata=help_text("People who left since the start, run-up included, by the last day"))
    planned: tuple[Planned, ...] = field(
        metadata=help_text("Official planning figures that can be compared, newest first")
    )
    places: tuple[Place, ...] = field(
        metadata=help_text("Sites, camps and host communities, in the order of the model")
    )
    camps: tuple[Camp, ...] = field(metadata=help_text("Camps with a stated capacity, the likeliest to fill first"))
    folder: str = field(default="", metadata=help_text("The run folder"))
    seconds: float = field(default=0.0, metadata=help_text("Wall time of the run"))
    went_on: str = field(
        default="",
        metadata=help_text("How much of an earlier fit was taken over, or why nothing was; empty without one"),
    )

    def at(self, folder: Path, seconds: float, went_on: str = "") -> Brief:
        """The same brief of a run that now stands in ``folder``, took so long and went on from an earlier fit."""
        return replace(self, folder=str(folder), seconds=seconds, went_on=went_on)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, ``ok`` first; missing values are None."""
        return {"ok": True, **asdict(self)}


def brief_of(days: xr.Dataset, scenario: Scenario) -> Brief:
    """The brief of a forecast (or of ``totals`` of it, which is quicker) that is not stored yet."""
    moves = dict(headlines.leaving(days).iterrows())
    return Brief(
        **heading(days, scenario),
        status=STATUS[days.attrs["basis"]],
        doubts=doubts_of(days),
        counts_heard=days.sizes.get("heard", 0),
        series_heard=days.sizes.get("source", 0),
        counts=counts_ahead(days),
        leaving=people(moves["ahead"]),
        left=people(moves["since_start"]),
        planned=planned(headlines.planning_figures(days, scenario)),
        places=tuple(_place(str(name), row) for name, row in headlines.arrivals(days).iterrows()),
        camps=camps_by_chance(days),
    )


def doubts_of(days: xr.Dataset) -> tuple[str, ...]:
    """Why the fit should not be trusted, each with what to do; empty when it can be, or when there is none."""
    return tuple(str(doubt) for doubt in days.attrs.get("doubts", ()))


def counts_ahead(days: xr.Dataset) -> tuple[CountAhead, ...]:
    """What each series that is forecast will say on the last day; empty without a fit."""
    if "count_ahead" not in days:
        return ()
    last = quantiles(days["count_ahead"].isel(day_ahead=-1), (0.05, 0.5, 0.95)).values
    return tuple(
        CountAhead(str(name), Estimate(float(middle), float(low), float(high), "people"))
        for name, (low, middle, high) in zip(days["series"].values, last, strict=True)
    )


def heading(days: xr.Dataset, scenario: Scenario) -> dict[str, Any]:
    """What every brief begins with: title, dates, members, seed, digest, version, sensitivity."""
    settings, attrs = scenario.settings, days.attrs
    return {
        "title": settings.title,
        "scenario": scenario.name,
        "as_of": settings.as_of.isoformat(),
        "first": (settings.as_of + timedelta(days=1)).isoformat(),
        "last": settings.end.isoformat(),
        "start": settings.start.isoformat(),
        "members": days.sizes["member"],
        "seed": int(attrs["seed"]),
        "digest": str(attrs["digest"]),
        "version": str(attrs["version"]),
        "sensitivity": settings.sensitivity,
    }


def _place(name: str, row: pd.Series) -> Place:
    return Place(name, row["place_name"], row["place_name_local"], row["place_kind"], people(row))


def camps_by_chance(days: xr.Dataset) -> tuple[Camp, ...]:
    """Camps with a stated capacity, the likeliest to fill first."""
    table = headlines.first_full(days)
    order = table.sort_values(["chance_full", "full_q50"], ascending=[False, True], kind="stable")
    return tuple(_camp(str(name), row) for name, row in order.iterrows())


def _camp(name: str, row: pd.Series) -> Camp:
    return Camp(name, row["place_name"], float(row["capacity"]), _moment(row, "full"), _moment(row, "over"))


def _moment(row: pd.Series, event: str) -> Moment:
    median, low, high = (iso(row[f"{event}_{level}"]) for level in ("q50", "q05", "q95"))
    return Moment(float(row[f"chance_{event}"]), median, low, high)


def planned(figures: pd.DataFrame) -> tuple[Planned, ...]:
    """The planning figures that can be compared, newest first."""
    newest = figures[figures["compared"] != ""].sort_values("published", ascending=False, kind="stable")
    return tuple(_figure(row) for _, row in newest.iterrows())


def _figure(row: pd.Series) -> Planned:
    low, best, high = (number(row[f"value_{end}"]) for end in ("low", "best", "high"))
    said = row["issuer"], row["what"], row["measures"], low, best, high, row["horizon"], iso(row["published"])
    return Planned(*said, compared=row["compared"], forecast=people(row))


def people(row: pd.Series) -> Estimate:
    """Median and 90 % range of a row with columns of quantiles."""
    median, low, high = (number(row[level]) for level in ("q50", "q05", "q95"))
    return Estimate(median, low, high, "people")


def number(value: float) -> float | None:
    """The value as JSON knows it: None when missing."""
    return None if pd.isna(value) else float(value)


def iso(value: pd.Timestamp) -> str | None:
    """The day as YYYY-MM-DD; None when missing."""
    return None if pd.isna(value) else value.date().isoformat()
