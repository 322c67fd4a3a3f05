"""Run folders: whole or not at all, the same bytes every time, and the same Dataset when read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from helpers.datasets import fake_forecast
from saferground.errors import RunError
from saferground.storage import FORECAST, read_run, run_folder, write_forecast, write_info

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write_run(forecast: xr.Dataset, out: Path) -> None:
    with run_folder(out) as folder:
        write_forecast(forecast, folder)
        write_info(forecast, folder, started=NOON, finished=NOON + timedelta(seconds=8.25))


def test_write_then_read_gives_the_same(tmp_path: Path):
    forecast = fake_forecast(members=7, days=3)
    write_run(forecast, tmp_path / "run")
    run = read_run(tmp_path / "run")
    xr.testing.assert_identical(run.dataset.load(), forecast)
    for name in forecast.variables:
        assert run.dataset[name].dtype == forecast[name].dtype, name


def test_text_that_pandas_gave_is_read_back_as_text(tmp_path: Path):
    forecast = fake_forecast(members=1, days=1)
    named = forecast.assign_coords(place_name=("place", forecast["place_name"].values.astype(object)))
    write_run(named, tmp_path / "run")
    assert (read_run(tmp_path / "run").dataset["place_name"].values == forecast["place_name"].values).all()


def test_missing_values_survive(tmp_path: Path):
    forecast = fake_forecast(members=2, days=1)
    assert forecast["wait_hours"].isnull().any()
    write_run(forecast, tmp_path / "run")
    read = read_run(tmp_path / "run").dataset
    assert (read["wait_hours"].isnull() == forecast["wait_hours"].isnull()).all()
    assert np.isnan(read["capacity"].sel(settled="east_mosul")).all()


def test_two_runs_are_equal_byte_for_byte_apart_from_the_clock(tmp_path: Path):
    for name in ("one", "two"):
        write_run(fake_forecast(members=9, days=3), tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_other_bytes(tmp_path: Path):
    for seed in (0, 1):
        write_run(fake_forecast(members=2, days=1, seed=seed), tmp_path / str(seed))
    assert contents(tmp_path / "0") != contents(tmp_path / "1")


def test_many_chunks_are_read_back_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("saferground.storage.runs.CHUNK_BYTES", 1000)
    forecast = fake_forecast(members=11, days=2)
    write_run(forecast, tmp_path / "run")
    assert len(list((tmp_path / "run" / FORECAST / "people" / "c").iterdir())) == 11
    xr.testing.assert_identical(read_run(tmp_path / "run").dataset.load(), forecast)


def test_run_json_tells_what_was_run_and_when(tmp_path: Path):
    forecast = fake_forecast(members=2, days=1, seed=3)
    write_run(forecast, tmp_path / "run")
    info = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert {name: info[name] for name in forecast.attrs} == forecast.attrs
    assert (info["started"], info["finished"]) == ("2026-11-22T12:00:00+00:00", "2026-11-22T12:00:08+00:00")
    assert info["seconds"] == 8.2
    assert {"numpy", "xarray", "zarr"} <= set(info["libraries"])
    assert read_run(tmp_path / "run").info == info


def start_and_fail(out: Path, failure: type[BaseException]) -> None:
    with run_folder(out) as folder:
        (folder / "run.json").write_text("{}")
        raise failure


def finish(out: Path) -> None:
    with run_folder(out) as folder:
        (folder / "run.json").write_text("{}")


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_interrupted_run_leaves_nothing(tmp_path: Path, failure: type[BaseException]):
    with pytest.raises(failure):
        start_and_fail(tmp_path / "run", failure)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_seen_before_the_end(tmp_path: Path):
    with run_folder(tmp_path / "run") as folder:
        (folder / "run.json").write_text("{}")
        assert not (tmp_path / "run").exists()
        assert folder.name.startswith(".run.")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_former_run_is_replaced_only_at_the_end(tmp_path: Path):
    out = tmp_path / "run"
    write_run(fake_forecast(members=1, days=1), out)
    before = contents(out)
    with pytest.raises(KeyboardInterrupt):
        start_and_fail(out, KeyboardInterrupt)
    assert contents(out) == before
    with run_folder(out) as folder:
        (folder / "run.json").write_text("{}")
        assert contents(out) == before
    assert contents(out) == {"run.json": b"{}"}
    assert list(tmp_path.iterdir()) == [out]


def test_a_failed_replacement_puts_the_former_run_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "run"
    write_run(fake_forecast(members=1, days=1), out)
    before, rename = contents(out), Path.rename

    def fails_for_new_folder(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            raise PermissionError("in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_for_new_folder)
    with pytest.raises(RunError, match="cannot be written"):
        finish(out)
    assert contents(out) == before
    assert list(tmp_path.iterdir()) == [out]


def test_an_empty_folder_may_be_used(tmp_path: Path):
    (tmp_path / "run").mkdir()
    finish(tmp_path / "run")
    assert (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_not_a_run_folder_is_never_touched(tmp_path: Path, kind: str):
    out = tmp_path / "thesis"
    if kind == "folder":
        out.mkdir()
        (out / "chapter.txt").write_text("years of work")
    else:
        out.write_text("years of work")
    with pytest.raises(RunError, match=r"is not a run folder\..*Move it away"):
        finish(out)
    assert len(list(tmp_path.rglob("*"))) == (2 if kind == "folder" else 1)


def test_parents_are_made(tmp_path: Path):
    finish(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "run.json").exists()


def test_a_place_that_cannot_be_written_is_a_run_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="choose another --out"):
        finish(tmp_path / "file" / "run")


def test_reading_what_is_not_a_run_says_what_to_do(tmp_path: Path):
    with pytest.raises(RunError, match=r"has no run\.json.*saferground forecast"):
        read_run(tmp_path)


def test_reading_a_damaged_run_says_what_to_do(tmp_path: Path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RunError, match="Run the forecast again"):
        read_run(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(RunError, match="Run the forecast again"):
        read_run(tmp_path)
