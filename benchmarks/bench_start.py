"""How long the command line takes to say something."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator

from measure import Row, main

ROUNDS = 7
IMPORT = re.compile(r"import time:\s+\d+ \|\s+(\d+) \|\s+(\S+)$", re.MULTILINE)


def seconds(*words: str) -> float:
    """Least wall time of several runs: noise only ever adds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return min(times)


def imports(module: str) -> dict[str, float]:
    """Milliseconds of each import, with what it imports in turn."""
    words = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    return {name: int(took) / 1000 for took, name in IMPORT.findall(said)}


def measure() -> Iterator[Row]:
    bare, shown = seconds("-c", "pass"), seconds("-m", "saferground", "--help")
    yield Row("`saferground --help`, wall", shown, "s", "0.3 s or more")
    yield Row("`python -c pass`, wall", bare, "s")
    yield Row("`saferground --help` over a bare interpreter", shown / bare, "times")
    parts = imports("saferground.cli.app")
    yield Row("import of the command line", parts["saferground.cli.app"], "ms", "NumPy, Numba, pandas or xarray in it")
    yield Row("of which Typer", parts["typer"], "ms")
    yield Row("import of what a forecast needs", imports("saferground.runs.run")["saferground.runs.run"] / 1000, "s")


if __name__ == "__main__":
    main("Start", measure)
