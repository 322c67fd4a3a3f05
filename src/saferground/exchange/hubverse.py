"""A score folder as a hub of forecasts, in the files of hubverse (schemas v6.0.0, https://hubverse.io).

    model-output/TEAM-MODEL/ORIGIN-TEAM-MODEL.csv   quantiles of every forecaster, one file an origin
    target-data/time-series.csv                      every publication of every count, ``as_of`` the day it was public
    target-data/oracle-output.csv                    the truth of each target, as far as the record goes
    hub-config/{admin,tasks,target-data}.json        what a hub needs to read these

Task ids: ``origin_date``, ``scenario_id`` (the scenario's name), ``target`` (the measure), ``location`` (the place, or
``all``), ``series``, ``horizon`` (days) and ``target_end_date``, which follows from origin and horizon.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from saferground.errors import RunError, UsageError
from saferground.exchange.classes import strictest
from saferground.exchange.whole import whole_folder

SCHEMAS = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0"
TASKS = ("origin_date", "scenario_id", "target", "location", "series", "horizon", "target_end_date")
UNIT = ("scenario_id", "target", "location", "series", "target_end_date")
"""Columns that together name one observable figure."""
EVERYWHERE = "all"
MEASURES = {
    "present": "People present",
    "left_cumulative": "People who have left since the start",
    "arrived_cumulative": "People who have arrived since the start",
    "treated_cumulative": "People treated since the start",
}
_QUANTILE = re.compile(r"q\d{3}")
_TEAM = re.compile(r"[A-Za-z0-9_]+")
OWN_MODEL = {"saferground": "model"}
"""The model's own forecaster, so that no file repeats the team's name."""
UTC = "Africa/Abidjan"
"""Universal time under the name that the schema has for it."""
FILES = ("forecasts", "counts", "scores")


def export_hubverse(scores: Path | str, out: Path | str, *, team: str = "saferground") -> Path:
    """Write a score folder as a hub and return its folder.

    Args:
        scores: folder that ``saferground score`` wrote.
        out: folder to write; new, empty, or a hub that was written before.
        team: letters, digits and _; every model's name begins with it.

    Raises:
        UsageError: the team cannot be part of a file's name.
        RunError: ``scores`` is no score folder, or ``out`` holds something else or cannot be written.
    """
    if not _TEAM.fullmatch(team):
        raise UsageError(f"team: got {team!r}; expected letters, digits and _ alone. Choose another name.")
    forecasts, counts, truths = (_read(Path(scores), name) for name in FILES)
    try:
        with whole_folder(out, _refuse_other_content) as folder:
            rows = _outputs(forecasts)
            _write_outputs(rows, folder / "model-output", team)
            _write_targets(counts, truths, folder / "target-data")
            name, sensitivity = Path(out).resolve().name, strictest(forecasts["sensitivity"])
            _write_config(rows, folder / "hub-config", name, team, sensitivity)
    except OSError as error:
        raise RunError(f"{out} cannot be written: {error}. Free some space or choose another folder.") from error
    return Path(out)


def _refuse_other_content(out: Path) -> None:
    hub = (out / "hub-config" / "admin.json").is_file()
    if out.exists() and not hub and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"{out} exists and is not a hub. Move it away or choose another folder.")


def _read(folder: Path, table: str) -> pd.DataFrame:
    path = folder / "tables" / f"{table}.csv"
    if not path.is_file():
        do = "Give a folder that `saferground score` wrote."
        raise RunError(f"{folder} is not a score folder: it has no tables/{table}.csv. {do}")
    rows = pd.read_csv(path, skiprows=[1], dtype={"place": str, "lead": str, "published": str}, keep_default_na=False)
    return rows.assign(
        target=rows["measures"], location=rows["place"].replace("", EVERYWHERE), scenario_id=rows["scenario"],
        target_end_date=rows["day"],
    )  # fmt: skip


# --- files of data -------------------------------------------------------------------------------------------------


def _outputs(forecasts: pd.DataFrame) -> pd.DataFrame:
    """One row a forecaster, task and quantile; a task that two leads share once."""
    days = pd.to_datetime(forecasts["day"]) - pd.to_datetime(forecasts["origin"])
    tasks = forecasts.assign(origin_date=forecasts["origin"], horizon=days.dt.days)
    tasks = tasks.drop_duplicates(["forecaster", *TASKS])
    levels = [name for name in tasks.columns if _QUANTILE.fullmatch(name)]
    rows = tasks.melt(["forecaster", *TASKS], levels, "output_type_id", "value")
    rows["output_type_id"] = rows["output_type_id"].str[1:].astype(float) / 1000
    rows = rows.assign(output_type="quantile", value=rows["value"].astype(float))
    return rows.sort_values(["forecaster", *TASKS, "output_type_id"], kind="stable", ignore_index=True)


def _write_outputs(rows: pd.DataFrame, folder: Path, team: str) -> None:
    columns = [*TASKS, "output_type", "output_type_id", "value"]
    for (forecaster, origin), part in rows.groupby(["forecaster", "origin_date"], sort=False):
        model = f"{team}-{model_name(str(forecaster))}"
        (folder / model).mkdir(parents=True, exist_ok=True)
        _write_csv(part[columns], folder / model / f"{origin}-{model}.csv")


def model_name(forecaster: str) -> str:
    """A forecaster's name as hubs allow it: letters, digits and _."""
    return OWN_MODEL.get(forecaster) or re.sub(r"\W+", "_", forecaster, flags=re.ASCII).strip("_")


def _write_targets(counts: pd.DataFrame, truths: pd.DataFrame, folder: Path) -> None:
    folder.mkdir(parents=True)
    public = counts["published"].where(counts["published"].ne(""), counts["day"])
    series = counts.assign(observation=counts["value"], as_of=public)
    series = series.drop_duplicates([*UNIT, "as_of"], keep="last").sort_values([*UNIT, "as_of"])
    _write_csv(series[[*UNIT, "observation", "as_of"]], folder / "time-series.csv")
    oracle = truths.drop_duplicates(list(UNIT)).rename(columns={"truth": "oracle_value"}).sort_values(list(UNIT))
    _write_csv(oracle[[*UNIT, "oracle_value"]], folder / "oracle-output.csv")


def _write_csv(rows: pd.DataFrame, path: Path) -> None:
    rows.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


# --- files of settings ---------------------------------------------------------------------------------------------


def _write_config(rows: pd.DataFrame, folder: Path, name: str, team: str, sensitivity: str) -> None:
    folder.mkdir(parents=True)
    settings = {"admin": _admin(name, team), "tasks": _tasks(rows, sensitivity), "target-data": _target_data()}
    for file, content in settings.items():
        full = {"schema_version": f"{SCHEMAS}/{file}-schema.json", **content}
        (folder / f"{file}.json").write_text(json.dumps(full, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _admin(name: str, team: str) -> dict[str, Any]:
    return {
        "name": name,
        "maintainer": team,
        "contact": {"name": team},
        "repository": {"host": "github", "owner": team, "name": name},
        "file_format": ["csv"],
        "timezone": UTC,
    }


def _tasks(rows: pd.DataFrame, sensitivity: str) -> dict[str, Any]:
    """One round an origin; one group of tasks a scenario and target, so that each holds only its own places."""
    groups = [_model_task(part, str(target)) for (_, target), part in rows.groupby(["scenario_id", "target"])]
    due = {"relative_to": "origin_date", "start": 0, "end": 0}
    told = {"made": "afterwards, from what was public on the origin date", "sensitivity": sensitivity}
    rounds = {
        "round_id_from_variable": True, "round_id": "origin_date", "model_tasks": groups, "submissions_due": due,
        "additional_metadata": told,
    }  # fmt: skip
    return {"rounds": [rounds], "output_type_id_datatype": "double", "derived_task_ids": ["target_end_date"]}


def _model_task(rows: pd.DataFrame, target: str) -> dict[str, Any]:
    levels = {"required": sorted(set(rows["output_type_id"].tolist()))}
    value = {"type": "double", "minimum": 0}
    return {
        "task_ids": {name: {"required": None, "optional": _values(rows[name])} for name in TASKS},
        "output_type": {"quantile": {"output_type_id": levels, "value": value, "is_required": False}},
        "target_metadata": [
            {
                "target_id": target, "target_name": MEASURES.get(target, target), "target_units": "people",
                "target_keys": {"target": target}, "target_type": "continuous", "is_step_ahead": True,
                "time_unit": "day",
            }
        ],
    }  # fmt: skip


def _values(column: Iterable[Any]) -> list[Any]:
    return sorted(set(pd.Series(list(column)).tolist()))


def _target_data() -> dict[str, Any]:
    return {
        "observable_unit": list(UNIT), "date_col": "target_end_date", "versioned": False,
        "time-series": {"versioned": True}, "oracle-output": {"has_output_type_ids": False, "versioned": False},
    }  # fmt: skip
