"""The verb ``simulate``: parameters from their priors, members in chunks on threads, names and units at the end."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from saferground.ensemble import journey, siege
from saferground.errors import Interrupted, UsageError
from saferground.model import Journey, Model
from saferground.model.params import sample

_CHUNK = 10
Progress = Callable[[int], None]
Part = Callable[[NDArray[np.void], NDArray[np.int64]], Any]
"""Runs the members of the given parameters and numbers; gives their record, a named tuple of arrays."""


def simulate(
    model: Model | Journey,
    members: int = 1000,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Runs ``members`` members from the model's start to its end, parameters drawn from their priors.

    Returns a Dataset with the dimensions, units and meanings of ``axes.VARIABLES``, or for a journey model of
    ``axes.JOURNEY_VARIABLES``; the seed, the version and the digest of the scenario are in its attributes. Member ``i``
    is the same for any number of members and threads. ``progress`` is called with the number of members just done.
    Raises UsageError for fewer than one member or a negative seed, and Interrupted when the user stops the run.
    """
    if members < 1 or seed < 0:
        raise UsageError(f"got members={members}, seed={seed}; expected members >= 1 and seed >= 0. Change them.")
    numbers = np.arange(members, dtype=np.int64)
    params = sample(model.priors, numbers, seed)
    threads = threads or os.cpu_count() or 1
    if isinstance(model, Journey):
        record = run_chunks(journey.part(model, seed), params, numbers, threads, progress)
        return journey.label(model, record, params, seed)
    record = run_chunks(siege.part(model, seed), params, numbers, threads, progress)
    return siege.label(model, record, params, seed)


def run_chunks(
    run: Part, params: NDArray[np.void], members: NDArray[np.int64], threads: int, progress: Progress | None
) -> Any:
    """Runs members in chunks on a pool of threads; the kernels let go of Python's lock."""
    parts = np.array_split(np.arange(len(members)), -(-len(members) // _CHUNK))
    whole = _Whole(len(members))
    pool = ThreadPoolExecutor(threads)
    try:
        jobs = {pool.submit(lambda part: whole.put(part, run(params[part], members[part])), part) for part in parts}
        _report(jobs, progress)
        return whole.record
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
    finally:
        pool.shutdown(cancel_futures=True)


class _Whole:
    """One record of all members, made with the first chunk; that of a chunk is let go once it is in its place."""

    def __init__(self, members: int):
        self.record: Any = None
        self._members, self._lock = members, Lock()

    def put(self, part: NDArray[np.int64], record: Any) -> int:
        """Put the record of the members ``part`` in its place; gives how many they are."""
        with self._lock:
            if self.record is None:
                shapes = ((self._members, *array.shape[1:]) for array in record)
                self.record = type(record)(*map(np.empty, shapes, (array.dtype for array in record)))
        for room, array in zip(self.record, record, strict=True):
            room[part] = array
        return len(part)


def _report(jobs: set[Future[int]], progress: Progress | None) -> None:
    """Waits for the jobs in short naps, so that Ctrl-C is heard, and passes on how many members are done."""
    pending = jobs
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
        members = sum(job.result() for job in done)
        if progress and members:
            progress(members)
