"""What a reader sees first of a run of the journey model: the same record on screen and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from saferground.planning.journey import headlines
from saferground.planning.journey.views import counted, in_use
from saferground.planning.journey.words import status
from saferground.planning.members import totals
from saferground.reporting.context import Estimate, help_text
from saferground.runs.brief import (
    Camp,
    CountAhead,
    Planned,
    camps_by_chance,
    counts_ahead,
    doubts_of,
    heading,
    iso,
    number,
    people,
    planned,
)
from saferground.scenario import Scenario


@dataclass(frozen=True)
class Shelter:
    """One camp on the last day."""

    id: str = field(metadata=help_text("Place id"))
    name: str = field(metadata=help_text("Name in English"))
    local: str = field(metadata=help_text("Name in the local language; empty when unknown"))
    people: Estimate = field(metadata=help_text("People there at the end of the last day"))
    capacity: float | None = field(metadata=help_text("Stated capacity on the last day, people; None without one"))
    count: float | None = field(metadata=help_text("Latest count used, people; None without one"))
    counted: str | None = field(metadata=help_text("Day of that count, ISO"))


@dataclass(frozen=True)
class Origin:
    """One place that people are displaced from in the days ahead."""

    id: str = field(metadata=help_text("Place id"))
    name: str = field(metadata=help_text("Name in English"))
    people: Estimate = field(metadata=help_text("Newly displaced from there in the days ahead"))
    share: float = field(metadata=help_text("Median share of all newly displaced"))


@dataclass(frozen=True)
class Fit:
    """Difference from the counts over the run."""

    days: int = field(metadata=help_text("Days with a count"))
    ard: float = field(metadata=help_text("Averaged relative difference (ARD), mean of the members"))
    ard_low: float = field(metadata=help_text("ARD, 5th percentile of the members"))
    ard_high: float = field(metadata=help_text("ARD, 95th percentile of the members"))
    rescaled: float = field(metadata=help_text("ARD after scaling to the counted total of each day, mean"))
    rescaled_low: float = field(metadata=help_text("The same, 5th percentile"))
    rescaled_high: float = field(metadata=help_text("The same, 95th percentile"))


@dataclass(frozen=True)
class JourneyBrief:
    """The summary of a run of the journey model. Ranges are the 5th to 95th percentile over the members."""

    title: str = field(metadata=help_text("Title of the scenario"))
    scenario: str = field(metadata=help_text("Name of the scenario"))
    as_of: str = field(metadata=help_text("Last day of what may be known, ISO"))
    first: str = field(metadata=help_text("First day ahead, ISO"))
    last: str = field(metadata=help_text("Last day ahead, ISO"))
    start: str = field(metadata=help_text("First day of the run, ISO"))
    members: int = field(metadata=help_text("How many futures were drawn"))
    seed: int = field(metadata=help_text("Seed of all random numbers"))
    digest: str = field(metadata=help_text("Fingerprint of the scenario's content, sha256"))
    version: str = field(metadata=help_text("Version of Saferground"))
    sensitivity: str = field(metadata=help_text("Class that says with whom the run may be shared"))
    status: str = field(metadata=help_text("What the forecast rests on"))
    doubts: tuple[str, ...] = field(metadata=help_text("Why the fit should not be trusted, each with what to do"))
    counts: tuple[CountAhead, ...] = field(metadata=help_text("What each series of counts will say on the last day"))
    displaced: Estimate = field(metadata=help_text("All displaced people on the last day"))
    in_camps: Estimate = field(metadata=help_text("Of them in camps"))
    in_towns: Estimate = field(metadata=help_text("Of them in towns and other places"))
    in_conflict_zones: Estimate = field(metadata=help_text("Of them in places in conflict that are no camp"))
    travelling: Estimate = field(metadata=help_text("Of them on the way"))
    newly_displaced: Estimate = field(metadata=help_text("Newly displaced in the days ahead"))
    origins: tuple[Origin, ...] = field(metadata=help_text("Where the newly displaced come from, the most first"))
    planned: tuple[Planned, ...] = field(
        metadata=help_text("Official planning figures that can be compared, newest first")
    )
    shelters: tuple[Shelter, ...] = field(metadata=help_text("Camps on the last day, the most people first"))
    camps: tuple[Camp, ...] = field(metadata=help_text("Camps with a stated capacity, the likeliest to fill first"))
    fit: Fit | None = field(metadata=help_text("Difference from the counts used; None without any over the run"))
    folder: str = field(default="", metadata=help_text("The run folder"))
    seconds: float = field(default=0.0, metadata=help_text("Wall time of the run"))
    went_on: str = field(
        default="",
        metadata=help_text("How much of an earlier fit was taken over, or why nothing was; empty without one"),
    )

    def at(self, folder: Path, seconds: float, went_on: str = "") -> JourneyBrief:
        """The same brief of a run that now stands in ``folder``, took so long and went on from an earlier fit."""
        return replace(self, folder=str(folder), seconds=seconds, went_on=went_on)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, ``ok`` first; missing values are None."""
        return {"ok": True, **asdict(self)}


def journey_brief_of(forecast: xr.Dataset, scenario: Scenario) -> JourneyBrief:
    """The brief of a journey forecast that is not stored yet."""
    days = counted(totals(forecast), in_use(scenario))
    there = {str(name): people(row) for name, row in headlines.where_people_are(days).iterrows()}
    return JourneyBrief(
        **heading(days, scenario),
        status=status(scenario, days.attrs["basis"]),
        doubts=doubts_of(days),
        counts=counts_ahead(days),
        displaced=there["displaced_total"],
        in_camps=there["camps"],
        in_towns=there["towns"],
        in_conflict_zones=there["conflict_zones"],
        travelling=there["travelling"],
        newly_displaced=people(dict(headlines.newly_displaced(days).iterrows())["ahead"]),
        origins=tuple(_origin(str(name), row) for name, row in headlines.origins(days).iterrows()),
        planned=planned(headlines.planning_figures(days, scenario)),
        shelters=_shelters(days),
        camps=camps_by_chance(days),
        fit=_fit(headlines.fit(days)),
    )


def _origin(name: str, row: pd.Series) -> Origin:
    return Origin(name, row["place_name"], people(row), float(row["share"]))


def _shelters(days: xr.Dataset) -> tuple[Shelter, ...]:
    counts = headlines.latest_counts(days)
    table = headlines.camps_on(days).drop(columns="count").join(counts)
    return tuple(_shelter(str(name), row) for name, row in table.iterrows())


def _shelter(name: str, row: pd.Series) -> Shelter:
    known = number(row["capacity"]), number(row["count"]), iso(row["counted"])
    return Shelter(name, row["place_name"], row["place_name_local"], people(row), *known)


def _fit(scores: dict[str, dict[str, float]]) -> Fit | None:
    plain, scaled = scores["ard"], scores["ard_rescaled"]
    if not plain["days"]:
        return None
    return Fit(int(plain["days"]), *(row[name] for row in (plain, scaled) for name in ("mean", "q05", "q95")))
