"""Posteriors as files: a ZIP archive of JSON, the scenario's tables and compressed arrays, nothing in it that runs.

``about.json`` says what the file is of, which counts were heard, and of each array its type, its shape, and as which
type it was kept: whole numbers in as few bytes as hold them. ``scenario/`` is the folder of the scenario as it was
known, from which its model is built again. ``arrays/NAME/i`` are rows of an array, in slabs that Blosc can hold: of a
siege ``end`` (bytes: ``checkpoints.pack``), of a journey ``scores``, ``state.*`` and ``sources.*``; ``record.*`` (what
happened on each day to the members of that day), ``values.*`` (one a quantity) and ``look.<i>.*``; their first axis is
members. ``lines`` has a row for each piece of the record: the member of it that each member of the next piece descends
from. ``checkpoint.<i>`` are bytes again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, TypeVar
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np
from numcodecs import Blosc
from numpy.typing import NDArray

from saferground import __version__
from saferground.assimilation.checkpoints import Checkpoint, Members, narrowed, pack, unpack
from saferground.assimilation.particles import Count, Filtered, Heard, Look
from saferground.assimilation.posterior import Posterior, doubts_of
from saferground.engine import Record
from saferground.engine.journey.record import JourneyRecord
from saferground.engine.journey.state import JourneyState
from saferground.errors import RunError, ScenarioError
from saferground.model import Journey, Model, build_model
from saferground.observation.quantities import Quantity
from saferground.observation.series import observed
from saferground.observation.sources import Sources
from saferground.scenario import Scenario, read_scenario, write_scenario

FORMAT = "saferground posterior 2"
"""Name and number of the layout of such a file."""
Arrays = dict[str, NDArray[Any]]
Pieces = tuple[tuple[Any, NDArray[np.int64]], ...]
T = TypeVar("T")


def save(posterior: Posterior, path: str | Path) -> Path:
    """Write a posterior to a file, to be continued another day; gives its path.

    An existing file is replaced, and only when the new one is whole. Raises RunError when it cannot be written.
    """
    target = Path(path)
    half = target.with_name(target.name + ".part")
    try:
        with half.open("wb") as file:
            _write(file, _arrays(posterior), _about(posterior), posterior.model.scenario)
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise RunError(f"{target} cannot be written: {error}. Free some space or choose another name.") from error
    return target


def load(path: str | Path) -> Posterior:
    """Read a posterior that ``save`` wrote; its model is built again from the scenario as it was known then.

    Raises RunError when there is no such file, or when it is damaged or of another version.
    """
    target = Path(path)
    try:
        about, arrays = _read(target)
        model = build_model(_scenario(target, about))
        made = _filtered(about, arrays, model)
    except FileNotFoundError as error:
        raise RunError(f"there is no file {path}. Save a posterior there first, or correct the path.") from error
    except (*_DAMAGED, ScenarioError) as error:
        raise RunError(f"{path} is not a whole posterior ({error}). {_ANEW}") from error
    series = observed(model.scenario)
    continues, taken_over = (
        date.fromisoformat(about[one]) if about[one] else None for one in ("continues", "taken_over")
    )
    doubts = doubts_of(model, series, made)
    return Posterior(model, series, made, about["seed"], doubts, continues, taken_over, about["anew"])


_DAMAGED = (OSError, EOFError, BadZipFile, LookupError, ValueError, RuntimeError, AttributeError, TypeError)
"""What reading a file that is not whole can come to."""


def _filtered(about: dict[str, Any], arrays: Arrays, model: Model | Journey) -> Filtered:
    members = _members_in(arrays, model)
    return Filtered(
        scores=members.scores,
        state=members.state,
        pieces=_pieces(Record if isinstance(model, Model) else JourneyRecord, about["days_of_pieces"], arrays),
        sources=members.sources,
        heard=tuple(_heard(row) for row in about["heard"]),
        looks=tuple(_look(i, row, arrays) for i, row in enumerate(about["looks"])),
        values=_values("values", about["values"], arrays),
        day=about["day"],
        checkpoints=tuple(
            Checkpoint(day, pieces, tuple(keys), arrays[f"checkpoint.{i}"].tobytes())
            for i, (day, pieces, keys) in enumerate(about["checkpoints"])
        ),
    )


def _members_of(posterior: Posterior) -> Arrays:
    """All that members are at the end."""
    made, model = posterior.filtered, posterior.model
    members = Members(made.scores, made.state, made.sources, np.zeros(posterior.members))
    if isinstance(model, Model):
        return {"end": np.frombuffer(pack(members, made.day * model.clock.steps_per_day), np.uint8)}
    return {"scores": made.scores, **_named("state", made.state), **_named("sources", made.sources)}


def _members_in(arrays: Arrays, model: Model | Journey) -> Members:
    if isinstance(model, Model):
        return unpack(arrays["end"].tobytes(), model.world)
    state, scores = _parts(JourneyState, "state", arrays), arrays["scores"]
    return Members(scores, state, _parts(Sources, "sources", arrays), np.zeros(len(scores)))


_ANEW = "Fit the model anew, into a new file."
_ABOUT, _FOLDER = "about.json", "scenario"
_CODEC = Blosc("zstd", 1, Blosc.SHUFFLE)
_SLAB = 2**28
"""Bytes that are compressed at once; Blosc can hold 2 GiB."""


def _about(posterior: Posterior) -> dict[str, Any]:
    made, scenario = posterior.filtered, posterior.model.scenario
    return {
        "format": FORMAT,
        "version": __version__,
        "scenario": scenario.name,
        "digest": scenario.digest,
        "members": posterior.members,
        "seed": posterior.seed,
        "day": made.day,
        "continues": str(posterior.continues or ""),
        "taken_over": str(posterior.taken_over or ""),
        "anew": posterior.anew,
        "heard": [[*one.count, *one.said, one.jump, one.believed] for one in made.heard],
        "days_of_pieces": [record[0].shape[1] for record, _ in made.pieces],
        "checkpoints": [[one.day, one.pieces, one.series] for one in made.checkpoints],
        "values": list(made.values),
        "looks": [{"day": one.day, "values": list(one.values)} for one in made.looks],
    }


def _arrays(posterior: Posterior) -> Arrays:
    made, arrays = posterior.filtered, _members_of(posterior)
    arrays |= _named("record", _one_after_another(made.pieces))
    arrays["lines"] = np.array([lines for _, lines in made.pieces])
    arrays |= _numbered("values", made.values)
    for i, look in enumerate(made.looks):
        arrays |= _numbered(f"look.{i}.values", look.values) | _named(f"look.{i}.sources", look.sources)
    for i, one in enumerate(made.checkpoints):
        arrays[f"checkpoint.{i}"] = np.frombuffer(one.packed, np.uint8)
    return arrays


def _one_after_another(pieces: Pieces) -> Any:
    """The records of all pieces as one, members as they stood in each."""
    kind = type(pieces[0][0])
    return kind(*(np.concatenate(parts, axis=1) for parts in zip(*(record for record, _ in pieces), strict=True)))


def _pieces(kind: type[Any], days: Sequence[int], arrays: Arrays) -> Pieces:
    """Pieces of so many days each, from their records one after another."""
    ends = np.cumsum(days)[:-1]
    parts = zip(*(np.split(array, ends, axis=1) for array in _parts(kind, "record", arrays)), strict=True)
    return tuple((kind(*each), lines) for each, lines in zip(parts, arrays["lines"], strict=True))


def _write(file: IO[bytes], arrays: Arrays, about: dict[str, Any], scenario: Scenario) -> None:
    kept = {name: narrowed(array) for name, array in arrays.items()}
    held = {name: [arrays[name].dtype.str, one.dtype.str, one.shape] for name, one in kept.items()}
    with ZipFile(file, "w", ZIP_STORED) as archive, TemporaryDirectory() as place:
        archive.writestr(_ABOUT, json.dumps({**about, "arrays": held}))
        for table in sorted(write_scenario(scenario, place).iterdir()):
            archive.writestr(f"{_FOLDER}/{table.name}", table.read_bytes())
        for name, array in kept.items():
            for i, rows in enumerate(_slabs(array)):
                archive.writestr(f"arrays/{name}/{i}", _CODEC.encode(np.ascontiguousarray(rows)))


def _slabs(array: NDArray[Any]) -> list[NDArray[Any]]:
    """Rows of an array in order, each view of at most ``_SLAB`` bytes where a row is no more; none of an empty one."""
    if not array.size:
        return []
    rows = max(_SLAB * len(array) // array.nbytes, 1)
    return [array[i : i + rows] for i in range(0, len(array), rows)]


def _named(what: str, record: Any) -> Arrays:
    return {f"{what}.{name}": array for name, array in record._asdict().items()}


def _numbered(what: str, values: Mapping[Quantity, NDArray[Any]]) -> Arrays:
    return {f"{what}.{i}": array for i, array in enumerate(values.values())}


def _read(path: Path) -> tuple[dict[str, Any], Arrays]:
    with ZipFile(path) as archive:
        about = json.loads(archive.read(_ABOUT))
        _check(path, about)
        return about, {name: _array(archive, name, *how) for name, how in about["arrays"].items()}


def _array(archive: ZipFile, name: str, dtype: str, kept: str, shape: Sequence[int]) -> NDArray[Any]:
    array = np.empty(shape, kept)
    for i, rows in enumerate(_slabs(array)):
        _CODEC.decode(archive.read(f"arrays/{name}/{i}"), rows)
    return array.astype(dtype, copy=False)


def _check(path: Path, about: dict[str, Any]) -> None:
    if about.get("format") != FORMAT or about.get("version") != __version__:
        found = f"{about.get('format')}, version {about.get('version')}"
        raise RunError(f"{path} was written as {found}; expected {FORMAT}, version {__version__}. {_ANEW}")


def _scenario(path: Path, about: dict[str, Any]) -> Scenario:
    """The scenario as it was known when the posterior was made."""
    with ZipFile(path) as archive, TemporaryDirectory() as place:
        archive.extractall(place, [name for name in archive.namelist() if name.startswith(f"{_FOLDER}/")])
        found = replace(read_scenario(Path(place) / _FOLDER), name=about["scenario"])
    if found.digest != about["digest"]:
        raise ValueError("its scenario is not that which was fitted")
    return found


def _parts(kind: type[T], what: str, arrays: Arrays) -> T:
    return kind(*(arrays[f"{what}.{name}"] for name in kind._fields))  # type: ignore[attr-defined]


def _values(what: str, quantities: Sequence[Sequence[str]], arrays: Arrays) -> dict[Quantity, NDArray[np.float64]]:
    return {Quantity(*one): arrays[f"{what}.{i}"] for i, one in enumerate(quantities)}


def _heard(row: Sequence[Any]) -> Heard:
    series, quantity, kind, first, last, value, low, middle, high, jump, believed = row
    return Heard(Count(series, Quantity(*quantity), kind, first, last, value), (low, middle, high), jump, believed)


def _look(i: int, row: Mapping[str, Any], arrays: Arrays) -> Look:
    values = _values(f"look.{i}.values", row["values"], arrays)
    return Look(row["day"], values, _parts(Sources, f"look.{i}.sources", arrays))
