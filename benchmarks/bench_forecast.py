"""The main job: west Mosul, 30 days in 6-hour steps, 1,000 members, from the folder to the report."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import Row, child, main

MEMBERS = 1000
RUN = """
import json, resource, sys, time
began = time.perf_counter()
marks = [("import", began, time.process_time())]
from saferground.runs.run import Order, run_forecast

def tell(phase, done=0):
    if phase != marks[-1][0]:
        marks.append((phase, time.perf_counter(), time.process_time()))

run_forecast(Order({scenario!r}, members={members}, out={out!r}), tell)
marks.append(("end", time.perf_counter(), time.process_time()))
pairs = list(zip(marks, marks[1:]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({{
    "wall": {{one[0]: two[1] - one[1] for one, two in pairs}},
    "cpu": {{one[0]: two[2] - one[2] for one, two in pairs}},
    "peak": peak,
}}))
"""


def forecast(members: int, **env: str) -> dict:
    """Wall and CPU seconds by phase, and the most memory, of one run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        code = RUN.format(scenario="mosul-2017", members=members, out=str(Path(folder) / "run"))
        return child(code, **env)


def measure() -> Iterator[Row]:
    forecast(2)  # compiles the kernel where that has not been done
    warm = forecast(MEMBERS)
    wall, cpu = sum(warm["wall"].values()), sum(warm["cpu"].values())
    yield Row(f"whole forecast, {MEMBERS:,} members, compiled: wall", wall, "s", "10 s or more on two cores")
    yield Row("the same: CPU", cpu, "s")
    for phase, took in warm["wall"].items():
        yield Row(f"— {phase}: wall (CPU {warm['cpu'][phase]:.2f} s)", took, "s")
    simulated = warm["cpu"]["compile"] + warm["cpu"]["simulate"]
    yield Row("CPU a member in the simulation", 1000 * simulated / MEMBERS, "ms", "a tenth more than before")
    yield Row("share of the simulation in all CPU", 100 * simulated / cpu, "%")
    yield Row("peak memory", warm["peak"] / 1e9, "GB", "1 GB or more")
    with tempfile.TemporaryDirectory() as cache:
        first = forecast(MEMBERS, NUMBA_CACHE_DIR=cache)
    yield Row("first run, nothing compiled: wall", sum(first["wall"].values()), "s", "30 s or more on two cores")
    yield Row("the same: CPU", sum(first["cpu"].values()), "s")
    yield Row("first run over a later one", sum(first["wall"].values()) / wall, "times")
    yield Row("cores", os.cpu_count() or 1, "")


if __name__ == "__main__":
    main("Forecast", measure)
