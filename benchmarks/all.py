"""Run every benchmark in a process of its own and write benchmarks/RESULTS.md."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from measure import Row, machine, table

HERE = Path(__file__).parent
SCRIPTS = (
    "bench_start.py",
    "bench_forecast.py",
    "bench_scaling.py",
    "bench_draws.py",
    "bench_learning.py",
    "bench_plans.py",
    "bench_board_plans.py",
)
INTRODUCTION = """# Measurements

Written by `make bench`. Each script measures its ratios in one run on one machine, so compare ratios, not seconds,
between machines; on a busy machine wall times mean little. No test depends on them.
"""


def main() -> None:
    parts = [INTRODUCTION, f"Taken on {datetime.now(UTC):%d %B %Y}: {machine()}.\n"]
    for script in SCRIPTS:
        print(f"{script} ...", file=sys.stderr)
        done = subprocess.run([sys.executable, HERE / script, "--json"], stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout)
        parts.append(table(found["title"], [Row(**row) for row in found["rows"]]))
        print(parts[-1])
    (HERE / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
