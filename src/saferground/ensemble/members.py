"""The verb ``simulate``: parameters from their priors, members in chunks on threads, names and units at the end."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
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
    pool = ThreadPoolExecutor(threads)
    try:
        jobs = [pool.submit(run, params[part], members[part]) for part in parts]
        _report(jobs, parts, progress)
        records = [job.result() for job in jobs]
        return type(records[0])(*(np.concatenate(arrays) for arrays in zip(*records, strict=True)))
    except KeyboardInterrupt:
        raise Interrupted("stopped by the user; nothing was written") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _report(jobs: list[Future[Any]], parts: list[NDArray], progress: Progress | None) -> None:
    """Waits for the jobs in short naps, so that Ctrl-C is heard, and passes on how many members are done."""
    sizes = dict(zip(jobs, map(len, parts), strict=True))
    pending = set(jobs)
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
        if progress and done:
            progress(sum(sizes[job] for job in done))
