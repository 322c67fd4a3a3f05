"""CPU, wall and memory of this process by phase; run_flee.py and run_saferground.py use it in either environment."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BEGUN = "BESIDE_FLEE_BEGUN"  # environment variable: when the parent started this process, seconds since 1970
Found = dict[str, Any]


def begin() -> Found:
    """CPU (user and system) and wall seconds of the start: Python and the imports."""
    wall = time.time() - float(os.environ.get(BEGUN, time.time()))
    return {"cpu": {"start": time.process_time()}, "wall": {"start": wall}}


@contextmanager
def phase(name: str, found: Found) -> Iterator[None]:
    """Adds CPU and wall seconds of a phase."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    found["cpu"][name] = time.process_time() - cpu
    found["wall"][name] = time.perf_counter() - wall


def peak() -> int:
    """Most memory so far, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
