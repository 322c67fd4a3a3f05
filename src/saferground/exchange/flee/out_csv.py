"""A run as Flee's out.csv."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.errors import RunError, UsageError

NAME = "out.csv"
TOTALS = (
    "Total error",
    "refugees in camps (UNHCR)",
    "total refugees (simulation)",
    "raw UNHCR refugee count",
    "refugees in camps (simulation)",
    "refugee_debt",
)
"""Flee's columns after those of the camps."""
CAMPS = ("camp", "idp_camp")
_DIGITS = 4


def export_flee(days: xr.Dataset, out: str | Path, *, member: int | None = None) -> Path:
    """Write a run of the journey model as the table that Flee prints.

    Each row is a day: its number, its date, for each camp the people simulated, counted, and the relative error, and
    then ``TOTALS``. Camps are the places that are camps at the start, in the order of places.csv where the run knows
    it. Numbers of people are in the units of the run. Day 0 has the date of the first day, as Flee 3.1 prints
    it; Flee's development version prints that of the day after.

    Args:
        days: the Dataset of ``saferground.forecast`` for a journey scenario.
        out: a file that does not exist yet, or a folder for ``out.csv``; parents are created.
        member: the member to write; None for the mean over all, rounded to whole people.

    Returns:
        The file.

    Raises:
        UsageError: the run is of another model, there is no such member, or the file exists.
        RunError: the file cannot be written.
    """
    _check(days, member)
    path = Path(out) / NAME if Path(out).is_dir() else Path(out)
    if path.exists():
        raise UsageError(f"{path} exists. Move it away or choose another name.")
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(_rows(_of_member(days, member)))
    _write(path, text.getvalue())
    return path


def _check(days: xr.Dataset, member: int | None) -> None:
    if days.attrs.get("model") != "journey":
        do = "Give a run of a journey scenario, such as one that `saferground import flee` wrote."
        raise UsageError(f"got a run of the model {days.attrs.get('model', 'siege')}; expected journey. {do}")
    if member is not None and member not in days["member"].values:
        last = int(days["member"].values.max())
        raise UsageError(f"member: got {member}; expected a number from 0 to {last}. Choose one of these.")


def _of_member(days: xr.Dataset, member: int | None) -> xr.Dataset:
    """People by day of one member or of the mean, and the counts beside them."""
    people = days[["people", "travelling"]]
    one = people.mean("member").round() if member is None else people.sel(member=member, drop=True)
    return days.drop_dims("member").assign(one.astype("int64").load().data_vars)


def _rows(days: xr.Dataset) -> Iterator[list[object]]:
    camps = _camps(days)
    names = [str(name) for name in camps["place_name"].values]
    yield ["Day", "Date", *(f"{name} {what}" for name in names for what in ("sim", "data", "error")), *TOTALS]
    simulated = camps["people"].transpose("time", "place").values
    counted = np.nan_to_num(camps["count"].transpose("time", "place").values).astype("int64")
    everyone = (days["people"].sum("place") + days["travelling"]).values
    raw, debt = days["total_count"].values.astype("int64"), days["debt"].values.astype("int64")
    for day, moment in enumerate(days["time"].values):
        date = np.datetime_as_string(moment, unit="D")
        totals = _totals(simulated[day], counted[day], int(everyone[day]), int(raw[day]), int(debt[day]))
        yield [day, date, *_by_camp(simulated[day], counted[day]), *totals]


def _camps(days: xr.Dataset) -> xr.Dataset:
    """Camps by their kind, those closed on the first day too, and by the first day; else the places with a count."""
    is_camp = days["is_camp"].isel(time=0).values.astype(bool) | days["place_kind"].isin(CAMPS).values
    chosen = is_camp if is_camp.any() else days["count"].notnull().any("time").values
    camps = days.isel(place=np.flatnonzero(chosen))
    return camps.sortby("place_line") if "place_line" in camps.coords else camps


def _by_camp(simulated: NDArray[np.int64], counted: NDArray[np.int64]) -> Iterator[object]:
    for people, count in zip(simulated.tolist(), counted.tolist(), strict=True):
        yield from (people, count, round(abs(people / count - 1), _DIGITS) if count > 0 else 0.0)


def _totals(
    simulated: NDArray[np.int64], counted: NDArray[np.int64], everyone: int, raw: int, debt: int
) -> tuple[object, ...]:
    error = float(np.abs(simulated - counted).sum()) / raw if raw > 0 else 0.0
    return error, int(counted.sum()), everyone, raw, int(simulated.sum()), debt


def _write(path: Path, text: str) -> None:
    """Put the finished file in place in one step."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.rename(path)
    except OSError as error:
        do = "Free some space or choose another file."
        raise RunError(f"{path} cannot be written: {error}. {do}") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
