"""Posteriors as files: arrays and JSON in one compressed NumPy archive, nothing in it that runs when it is read.

``about`` is JSON: what the file is of, and the counts that were heard. The arrays are ``scores``, ``state.*``,
``record.*`` (what happened on each day, lines of descent followed), ``sources.*``, ``values.*`` (one a quantity) and
``look.<i>.*``; their first axis is members.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from saferground import __version__
from saferground.assimilation import course
from saferground.assimilation.particles import Count, Filtered, Heard, Look
from saferground.assimilation.posterior import Posterior, doubts_of
from saferground.engine import Record, State
from saferground.engine.journey.record import JourneyRecord
from saferground.engine.journey.state import JourneyState
from saferground.errors import RunError
from saferground.model import Journey, Model
from saferground.observation.quantities import Quantity
from saferground.observation.series import observed
from saferground.observation.sources import Sources

FORMAT = "saferground posterior 1"
"""Name and number of the layout of such a file."""
Arrays = dict[str, NDArray[Any]]
T = TypeVar("T")


def save(posterior: Posterior, path: str | Path) -> Path:
    """Write a posterior to a file, to be continued another day; gives its path.

    An existing file is replaced, and only when the new one is whole. Raises RunError when it cannot be written.
    """
    target = Path(path)
    half = target.with_name(target.name + ".part")
    about = np.frombuffer(json.dumps(_about(posterior)).encode(), np.uint8)
    try:
        with half.open("wb") as file:
            np.savez_compressed(file, about=about, **_arrays(posterior.filtered))  # type: ignore[arg-type]
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise RunError(f"{target} cannot be written: {error}. Free some space or choose another name.") from error
    return target


def load(path: str | Path, model: Model | Journey) -> Posterior:
    """Read a posterior that ``save`` wrote; ``model`` is that which was fitted, built anew.

    Raises RunError when there is no such file, when it is of another scenario, as-of date or version, or when its
    arrays do not fit the model.
    """
    about, arrays = _read(Path(path))
    _check(Path(path), about, model)
    siege = isinstance(model, Model)
    state = _parts(State if siege else JourneyState, "state", arrays)
    if siege and [one.shape for one in state] != [one.shape for one in course.begin(model, about["members"])]:
        raise RunError(f"{path} has other places or days than the model. {_ANEW}")
    record = _parts(Record if siege else JourneyRecord, "record", arrays)
    made = Filtered(
        scores=arrays["scores"],
        state=state,
        pieces=((record, np.arange(about["members"])),),
        sources=_parts(Sources, "sources", arrays),
        heard=tuple(_heard(row) for row in about["heard"]),
        looks=tuple(_look(i, row, arrays) for i, row in enumerate(about["looks"])),
        values=_values("values", about["values"], arrays),
        day=about["day"],
    )
    series = observed(model.scenario)
    continues = date.fromisoformat(about["continues"]) if about["continues"] else None
    return Posterior(model, series, made, about["seed"], doubts_of(model, series, made), continues, about["anew"])


_ANEW = "Fit the model anew."


def _about(posterior: Posterior) -> dict[str, Any]:
    made, scenario = posterior.filtered, posterior.model.scenario
    return {
        "format": FORMAT,
        "version": __version__,
        "digest": scenario.digest,
        "as_of": str(scenario.settings.as_of),
        "days_ahead": scenario.settings.days,
        "parameters": list(posterior.model.priors),
        "members": posterior.members,
        "seed": posterior.seed,
        "day": made.day,
        "continues": str(posterior.continues or ""),
        "anew": posterior.anew,
        "heard": [[*one.count, *one.said, one.jump, one.believed] for one in made.heard],
        "values": list(made.values),
        "looks": [{"day": one.day, "values": list(one.values)} for one in made.looks],
    }


def _arrays(made: Filtered) -> Arrays:
    arrays: Arrays = {"scores": made.scores}
    arrays |= _named("state", made.state) | _named("record", course.joined(made.pieces))
    arrays |= _named("sources", made.sources) | _numbered("values", made.values)
    for i, look in enumerate(made.looks):
        arrays |= _numbered(f"look.{i}.values", look.values) | _named(f"look.{i}.sources", look.sources)
    return arrays


def _named(what: str, record: Any) -> Arrays:
    return {f"{what}.{name}": array for name, array in record._asdict().items()}


def _numbered(what: str, values: Mapping[Quantity, NDArray[Any]]) -> Arrays:
    return {f"{what}.{i}": array for i, array in enumerate(values.values())}


def _read(path: Path) -> tuple[dict[str, Any], Arrays]:
    try:
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(file["about"].tobytes())
            return about, {name: file[name] for name in file.files if name != "about"}
    except FileNotFoundError as error:
        raise RunError(f"there is no file {path}. Save a posterior there first, or correct the path.") from error
    except (OSError, EOFError, BadZipFile, KeyError, ValueError, AttributeError, TypeError) as error:
        raise RunError(f"{path} is not a whole posterior ({error}). {_ANEW}") from error


def _check(path: Path, about: dict[str, Any], model: Model | Journey) -> None:
    if about.get("format") != FORMAT or about.get("version") != __version__:
        found = f"{about.get('format')}, version {about.get('version')}"
        raise RunError(f"{path} was written as {found}; expected {FORMAT}, version {__version__}. {_ANEW}")
    settings = model.scenario.settings
    if about["digest"] != model.scenario.digest:
        raise RunError(
            f"{path} is of a scenario as of {about['as_of']}, {about['days_ahead']} days ahead; the model, as of "
            f"{settings.as_of}, {settings.days} days ahead, differs from it. Build the model of the same date and "
            f"days, or, if what was known by then has changed, fit it anew."
        )
    if about["parameters"] != list(model.priors):
        raise RunError(f"{path} has other parameters than the model. {_ANEW}")


def _parts(kind: type[T], what: str, arrays: Arrays) -> T:
    try:
        return kind(*(arrays[f"{what}.{name}"] for name in kind._fields))  # type: ignore[attr-defined]
    except KeyError as error:
        raise RunError(f"the posterior has no array {error}. {_ANEW}") from error


def _values(what: str, quantities: Sequence[Sequence[str]], arrays: Arrays) -> dict[Quantity, NDArray[np.float64]]:
    return {Quantity(*one): arrays[f"{what}.{i}"] for i, one in enumerate(quantities)}


def _heard(row: Sequence[Any]) -> Heard:
    series, quantity, kind, first, last, value, low, middle, high, jump, believed = row
    return Heard(Count(series, Quantity(*quantity), kind, first, last, value), (low, middle, high), jump, believed)


def _look(i: int, row: Mapping[str, Any], arrays: Arrays) -> Look:
    values = _values(f"look.{i}.values", row["values"], arrays)
    return Look(row["day"], values, _parts(Sources, f"look.{i}.sources", arrays))
