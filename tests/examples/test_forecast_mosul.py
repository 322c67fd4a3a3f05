"""The worked example runs, prints its table, and saves what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "forecast_mosul.py"


def test_the_example_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), "3"], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    first, head, *rows = done.stdout.splitlines()
    assert first == "Arrivals from 1 to 7 March 2017, people, 3 members"
    assert head.split() == ["5", "%", "median", "95", "%"]
    assert len(rows) == 8
    assert sorted(path.name for path in (tmp_path / "mosul").iterdir()) == ["forecast.zarr", "report.html"]
