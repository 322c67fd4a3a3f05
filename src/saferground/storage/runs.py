"""Run folders: written whole or not at all, read back as they were.

A run folder holds ``run.json`` (what was run, with which seed and versions, and when), ``forecast.zarr`` (the Dataset
of ``saferground.forecast``) and what other stages put beside them. Only ``run.json`` holds clock times.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import xarray as xr
from zarr.codecs import BloscCodec

from saferground.errors import RunError
from saferground.exchange.whole import whole_folder

INFO = "run.json"
FORECAST = "forecast.zarr"
LIBRARIES = ("numpy", "numba", "pandas", "xarray", "zarr")
CHUNK_BYTES = 16_000_000


@dataclass(frozen=True, eq=False)
class Run:
    """A run folder that was read: the forecast (arrays are loaded when they are used) and the content of run.json."""

    folder: Path
    dataset: xr.Dataset
    info: dict[str, Any]


@contextmanager
def run_folder(out: Path | str, info: str = INFO, what: str = "a run folder") -> Iterator[Path]:
    """Give a new folder to write into; on leaving it becomes ``out``, or vanishes if anything went wrong.

    A run folder that stands at ``out`` already stays untouched until then and is replaced. Whatever else stands there
    (other than an empty folder) is never touched. Any exception, Ctrl-C included, removes what was written; see
    ``whole_folder``. A folder is known by its file ``info`` and called ``what``.

    Raises RunError when something else stands there, or when the folder cannot be written (an OSError on the way).
    """
    try:
        with whole_folder(out, partial(_refuse_other_content, info, what)) as partial_folder:
            yield partial_folder
    except OSError as error:
        do = "Free some space, close what has it open, or choose another --out."
        raise RunError(f"{Path(out).resolve()} cannot be written: {error}. {do}") from error


def write_forecast(dataset: xr.Dataset, folder: Path) -> None:
    """Write a forecast to ``folder/forecast.zarr`` (Zarr format 3, Zstandard); the same dataset gives the same bytes.

    Each variable is cut along its first dimension, members for most, into chunks of some 16 MB.
    """
    text = {name: (c.dims, c.values.astype(object)) for name, c in dataset.coords.items() if c.dtype.kind in "UT"}
    plain = dataset.assign_coords(text)  # text of variable length, which Zarr readers in other languages know
    encoding = {str(name): _encoding(values) for name, values in plain.data_vars.items()}
    encoding["time"] = {"units": "days since 1970-01-01", "dtype": "int64"}
    plain.to_zarr(folder / FORECAST, mode="w", zarr_format=3, consolidated=False, encoding=encoding)


def write_info(
    dataset: xr.Dataset, folder: Path, *, started: datetime, finished: datetime | None = None
) -> dict[str, Any]:
    """Write ``folder/run.json`` and return what it holds: the forecast's attributes, versions, and the clock times.

    ``started`` and ``finished`` (default: now) carry a time zone.
    """
    finished = finished or datetime.now(UTC)
    info = {
        **dataset.attrs,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": round((finished - started).total_seconds(), 1),
    }
    (folder / INFO).write_text(json.dumps(info, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return info


def read_run(folder: Path | str) -> Run:
    """Read a run folder. Raises RunError when it is not one, is incomplete, or cannot be read."""
    folder = Path(folder)
    info = read_info(folder)
    with _read_errors(folder):
        return Run(folder, _open(folder / FORECAST), info)


def read_info(folder: Path) -> dict[str, Any]:
    """The content of ``run.json`` of a run folder. Raises RunError when it is not one or cannot be read."""
    if not (folder / INFO).is_file():
        do = "Give a folder that `saferground forecast` wrote."
        raise RunError(f"{folder} is not a run folder: it has no {INFO}. {do}")
    with _read_errors(folder):
        return dict(json.loads((folder / INFO).read_text(encoding="utf-8")))


@contextmanager
def _read_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{folder} cannot be read ({error}). Run the forecast again with --out {folder}.") from error


def _open(path: Path) -> xr.Dataset:
    seconds = xr.coders.CFDatetimeCoder(time_unit="s")
    stored = xr.open_dataset(path, engine="zarr", consolidated=False, chunks=None, decode_times=seconds)
    kinds = {name: coordinate for name, coordinate in stored.coords.items() if coordinate.dtype.kind in "OT"}
    return stored.assign_coords({name: (c.dims, c.values.astype(object).astype(str)) for name, c in kinds.items()})


def _encoding(values: xr.DataArray) -> dict[str, Any]:
    per_row = max(values.nbytes // max(len(values), 1), 1)
    rows = max(min(CHUNK_BYTES // per_row, len(values)), 1)
    codec = BloscCodec(cname="zstd", clevel=1, shuffle="shuffle", typesize=values.dtype.itemsize)
    return {"chunks": (rows, *values.shape[1:]), "compressors": (codec,)}


def _refuse_other_content(info: str, what: str, out: Path) -> None:
    if not out.exists() or (out / info).is_file():
        return
    if not out.is_dir() or any(out.iterdir()):
        raise RunError(f"{out} exists and is not {what}. Move it away or choose another --out.")
