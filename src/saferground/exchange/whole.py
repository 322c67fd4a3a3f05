"""A folder that appears whole or not at all."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(out: Path | str, refuse: Callable[[Path], None]) -> Iterator[Path]:
    """Give a new folder to write into; on leaving it becomes ``out``, or vanishes if anything went wrong.

    The folder is a hidden sibling of ``out``, renamed in one step at the end, so that nobody ever sees half of it.
    What stands at ``out`` already stays untouched until then and is replaced. Any exception, Ctrl-C included, removes
    what was written.

    Args:
        out: where the folder is to stand; parents are created.
        refuse: called with ``out`` at the beginning and before the end; raises when what stands there must stay.
    """
    out = Path(out).resolve()
    refuse(out)
    partial = out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.mkdir(parents=True)
        yield partial
        refuse(out)
        _replace(partial, out)
    finally:
        _remove(partial)


def _replace(partial: Path, out: Path) -> None:
    """Put the finished folder in place; the former one goes only when the new one stands."""
    former = partial.with_suffix(".former")
    if out.exists():
        out.rename(former)
    try:
        partial.rename(out)
    except BaseException:
        if former.exists():
            former.rename(out)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _remove(partial: Path) -> None:
    """Remove what is left of a folder that was not finished; Zarr's threads may still be writing a chunk or two."""
    for _ in range(40):
        if not partial.exists():
            return
        shutil.rmtree(partial, ignore_errors=True)
        time.sleep(0.05)
