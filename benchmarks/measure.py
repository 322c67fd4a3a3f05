"""What every benchmark shares: rows with a word on what would be a regression, and the machine they were taken on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "numba", "xarray", "pandas", "zarr", "typer", "rich")


@dataclass(frozen=True)
class Row:
    """One measurement: ``value`` in ``unit``, and what would count as a regression."""

    what: str
    value: float
    unit: str
    regression: str = ""

    def __str__(self) -> str:
        size = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return f"| {self.what} | {size} {self.unit} | {self.regression} |"


def main(title: str, measure: Callable[[], Iterable[Row]]) -> None:
    """Print the rows as a Markdown table; as JSON where ``--json`` is given."""
    rows = list(measure())
    if "--json" in sys.argv:
        print(json.dumps({"title": title, "rows": [asdict(row) for row in rows]}))
    else:
        print(table(title, rows))


def table(title: str, rows: Iterable[Row]) -> str:
    lines = (f"## {title}", "", "| measured | here | a regression is |", "|---|---|---|", *map(str, rows))
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Processor, cores, memory, versions, load: what a reader needs to compare two results."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}, {versions}; "
        f"load when it began: {os.getloadavg()[0]:.1f}"
    )


def child(code: str, **env: str) -> dict:
    """Run Python code in a process of its own and return the JSON object that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)
