"""The same scenario and seed give the same files, byte for byte, the clock times in run.json apart."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.commands import saferground
from helpers.worlds import line_world

CLOCK = ("started", "finished", "seconds")


def contents(run: Path) -> dict[str, bytes]:
    files = {str(path.relative_to(run)): path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}
    info = {key: value for key, value in json.loads(files.pop("run.json")).items() if key not in CLOCK}
    return {**files, "run.json": json.dumps(info).encode()}


def test_two_runs_are_the_same_files(tmp_path: Path) -> None:
    folder = line_world(tmp_path / "line")
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        words = ("forecast", folder, "--members", 30, "--seed", seed, "-q", "--out", tmp_path / name)
        done = saferground(*words, PYTHONHASHSEED=str(seed * len(name)), TZ=f"UTC{len(name):+d}")
        assert done.returncode == 0, done.stderr
    one, two, other = (contents(tmp_path / name) for name in ("one", "two", "other"))
    assert len(one) > 20
    assert {name for name in one if one[name] != two.get(name)} == set()
    assert one.keys() == two.keys()
    assert {"report.html", "tables.xlsx", "tables/arrivals.csv"} <= {name for name in one if one[name] != other[name]}
