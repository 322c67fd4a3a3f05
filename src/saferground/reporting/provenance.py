"""Where every figure of a page comes from: the inputs that it rests on, and the documents that these come from.

``processes.csv`` says which parameters and tables of a scenario act together; ``origins.csv`` names for every headline,
group of charts and table of a page the table of the run with the same figures, the processes that it rests on, and how
it came about. An id that ends in * stands for all that begin so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from saferground.exchange import hxl
from saferground.planning import standards_for
from saferground.planning.learned import has_learned
from saferground.reporting.context import (
    About,
    Cited,
    Ground,
    Group,
    Headline,
    Origin,
    Process,
    Provenance,
    Section,
)
from saferground.reporting.fans import Run
from saferground.reporting.words import about as in_words
from saferground.reporting.words import as_date, long_day

if TYPE_CHECKING:
    from saferground.scenario import Scenario

BASES = {
    "prior": "not fitted to counts",
    "counts": "fitted to the counts known on the as-of date",
}
HOW = {
    "forecast": "Simulated: the median of {members:,} futures and the range that holds nine in ten of them, {basis}.",
    "fit": "From holding the model against the counts, one after the other, in {members:,} simulated futures.",
    "input": "Taken from the scenario as it stands there; not simulated.",
    "advice": "Advice in words; it holds no figure.",
}
TABLES = {
    "own_forecasts": "Forecasts by others of the counts",
    "planning_figures": "Official planning figures",
    "food_security": "Food security",
}


@dataclass(frozen=True)
class Rest:
    """A row of ``origins.csv``."""

    id: str
    table: str
    processes: tuple[str, ...]
    how: str


def provenance_of(
    run: Run, scenario: Scenario, about: About, headlines: Sequence[Headline], sections: Sequence[Section]
) -> Provenance:
    """The provenance of a page with these headlines and sections; ``scenario`` holds only what was used.

    Raises KeyError for a headline, group or table that ``origins.csv`` does not name.
    """
    model = scenario.settings.model
    cited = {one.id: one for one in (*_sources(scenario), *_documents(scenario))}
    processes = tuple(_processes(run, scenario, model))
    known = {process.id for process in processes}
    origins = tuple(_origin(name, title, model, about, known) for name, title in _shown(headlines, sections))
    used = {name for process in processes for ground in process.grounds for name in ground.cited}
    return Provenance(_facts(about), origins, processes, tuple(one for name, one in cited.items() if name in used))


def _shown(headlines: Iterable[Headline], sections: Iterable[Section]) -> Iterator[tuple[str, str]]:
    """Id and title of everything that shows figures."""
    yield from ((f"headline-{one.id}", one.label) for one in headlines)
    yield "map", "Map"
    for block in (block for section in sections for block in section.blocks):
        yield block.id, block.title if isinstance(block, Group) else block.caption


def _origin(name: str, title: str, model: str, about: About, known: set[str]) -> Origin:
    rest = _rest(name, model)
    question = hxl.questions(model)[rest.table][1] if rest.table else ""
    how = HOW[rest.how].format(members=about.members, basis=BASES[about.basis])
    return Origin(name, title, question, how, rest.table, tuple(p for p in rest.processes if p in known))


def _rest(name: str, model: str) -> Rest:
    """What ``origins.csv`` says. Raises KeyError."""
    for rest in _rests(model):
        if fnmatchcase(name, rest.id):
            return rest
    raise KeyError(f"origins.csv does not say where {name!r} comes from")


@cache
def _rests(model: str) -> tuple[Rest, ...]:
    rows = _read("origins.csv", model)
    return tuple(Rest(row["id"], row["table"], tuple(row["processes"].split()), row["how"]) for row in rows)


@cache
def _read(name: str, model: str) -> tuple[dict[str, str], ...]:
    with (files("saferground.reporting") / name).open(encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    chosen = rows[rows["models"].isin(["", model])]
    return tuple({str(key): str(value) for key, value in row.items()} for row in chosen.to_dict("records"))


def _facts(about: About) -> tuple[tuple[str, str], ...]:
    return (
        ("Scenario", about.scenario),
        ("As of", f"{long_day(about.as_of)}; nothing published later was used"),
        ("Simulated futures", f"{about.members:,}"),
        ("Seed", str(about.seed)),
        ("Fit", BASES[about.basis]),
        ("Fingerprint of the inputs", about.digest[:16]),
        ("Version", about.version),
    )


def _processes(run: Run, scenario: Scenario, model: str) -> Iterator[Process]:
    """Every process that the scenario gives anything for."""
    for row in _read("processes.csv", model):
        grounds = [
            *_parameters(run, scenario, row["parameters"].split()),
            *(one for name in row["tables"].split() for one in _rows(scenario, name)),
        ]
        if grounds:
            yield Process(row["process"], row["title"], tuple(grounds))


def _parameters(run: Run, scenario: Scenario, names: Sequence[str]) -> Iterator[Ground]:
    values = run.forecast["parameter_value"]
    spread = np.quantile(values.values, (0.05, 0.5, 0.95), axis=0).T
    now = dict(zip(values["parameter"].values.tolist(), spread.tolist(), strict=True))
    known = set(scenario.tables["sources"]["id"])
    for name in (name for name in names if name in scenario.parameters):
        prior = scenario.parameters[name]
        cited = (prior.source,) if prior.source in known else ()
        told = _prior(prior) + _used(now.get(name), has_learned(run.forecast) and prior.form != "fixed")
        own = "" if cited else prior.source
        yield Ground(name.replace("_", " "), f"{told} {prior.unit}".strip(), cited, own, f"parameter-{name}")


def _prior(prior: Any) -> str:
    if prior.form == "fixed" or prior.low is None or prior.high is None:
        return f"fixed at {prior.typical:g}"
    return f"prior {prior.low:g} to {prior.high:g} ({prior.form})"


def _used(ends: Sequence[float] | None, learned: bool) -> str:
    """What the members drew, where the counts moved it."""
    if ends is None or not learned:
        return ""
    low, median, high = map(in_words, ends)
    return f"; after the counts {median} ({low} to {high})"


def _rows(scenario: Scenario, name: str) -> Iterator[Ground]:
    """What a table of the scenario gives: counts one ground a series, standards one each, others all rows together."""
    if name == "standards":
        yield from _standards(scenario)
    elif name in scenario.tables and len(scenario.tables[name]):
        table = scenario.tables[name]
        places = scenario.tables["places"]
        names = dict(zip(places["id"].tolist(), places["name"].tolist(), strict=True))
        yield from _series(table, names) if name == "counts" else (_table(name, table),)


def _series(counts: pd.DataFrame, names: dict[str, str]) -> Iterator[Ground]:
    for key, rows in counts.groupby(["series", "place"], sort=True):
        series, place = map(str, key)
        days = f"{long_day(as_date(rows['end'].min()))} to {long_day(as_date(rows['end'].max()))}"
        told = f"{len(rows)} counts, {days}" if len(rows) > 1 else f"one count, {long_day(as_date(rows['end'].min()))}"
        name = series.replace("_", " ") + (f", {names.get(place, place)}" if place else "")
        yield Ground(name, told, tuple(dict.fromkeys(rows["source"])), anchor="counts")


def _table(name: str, table: pd.DataFrame) -> Ground:
    told = f"{len(table)} rows" if len(table) > 1 else "one row"
    if "confidence" in table:
        levels = table["confidence"].value_counts(sort=False).to_dict()
        told += f" of {name}.csv, by confidence: " + ", ".join(f"{n} {level}" for level, n in levels.items() if level)
    words = TABLES.get(name, name.replace("_", " ").capitalize())
    anchor = "planning-figures" if name == "planning_figures" else "confidence" if "confidence" in table else ""
    return Ground(words, told, tuple(name for name in dict.fromkeys(table["source"]) if name), anchor=anchor)


def _standards(scenario: Scenario) -> Iterator[Ground]:
    """The figures by which needs are reckoned, each with its document and edition."""
    own = set(scenario.tables["standards"]["indicator"])
    for row in standards_for(scenario).query("default").to_dict("records"):
        name = row["indicator"]
        told = f"{in_words(row['amount'])} {row['unit']}, {row['phase']}".rstrip(", ")
        told += "" if row["verified"] else "; not verified in the document"
        sources = scenario.tables["standards"].query("indicator == @name")["source"] if name in own else ()
        yield Ground(row["name"], told, tuple(sources) or (f"standard:{name}",), anchor=f"standard-{name}")


def _sources(scenario: Scenario) -> Iterator[Cited]:
    for row in scenario.tables["sources"].to_dict("records"):
        day = None if pd.isna(row["published"]) else as_date(row["published"]).isoformat()
        named = row["title"], row["publisher"], day
        yield Cited(row["id"], *named, edition="", url=row["url"], anchor=f"source-{row['id']}")


def _documents(scenario: Scenario) -> Iterator[Cited]:
    """The documents of the package's planning standards, one for each figure, since each names its page or part."""
    for row in standards_for(scenario).to_dict("records"):
        name, whose = row["indicator"], PUBLISHERS.get(row["standard"], "")
        yield Cited(f"standard:{name}", row["source"], whose, None, row["edition"], "", f"standard-{name}")


PUBLISHERS = {"sphere": "Sphere", "unhcr": "UNHCR", "who": "WHO", "misp": "Inter-Agency Working Group (MISP)"}
