"""The planning board under load: people who read, counts that are saved and refits that run, at the same time.

    make bench-board                                    # 50 readers, 5 refits; writes benchmarks/BOARD.md
    python benchmarks/bench_board_load.py --readers 10 --refits 1 --members 100

One process reads as 50 people do: each opens a page, looks at it for 2 to 6 seconds and opens the next. Meanwhile as
many visitors as there are refits save a count each, ask for a refit, and go on saving a count every few seconds. When
the refits are done the board is killed, started again, and asked for everything that was saved.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np

from helpers.boards import Served, over
from measure import machine

HERE = Path(__file__).parent
SCENARIO = "mosul-2017"
LOOKED_AT = (2.0, 6.0)
"""Seconds that a reader looks at a page."""
BETWEEN_SAVES = 10.0
"""Seconds between two saves of a visitor."""
ASKED = 20
"""How often a page is asked for to find its cost."""
PATIENCE = 300.0
"""Seconds after which an answer is given up."""
COUNT = {
    "measures": "other", "end": "2017-02-27", "unit": "individuals", "source": "ocha_flash_20170219",
    "confidence": "low", "published": "2017-02-28",
}  # fmt: skip
MEDIAN_MS = 300
"""What a page may take at the median."""


@dataclass
class Saves:
    """What visitors saved, and how long that took."""

    series: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def main() -> None:
    asked = _asked()
    if asked.read:
        print(json.dumps(asyncio.run(_readers(**json.loads(asked.read)))))
        return
    text = "\n".join(_page(asked, measure(asked.readers, asked.refits, asked.members))) + "\n"
    print(text)
    if asked.write:
        (HERE / "BOARD.md").write_text(text, encoding="utf-8", newline="\n")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--refits", type=int, default=5)
    parser.add_argument("--members", type=int, default=500)
    parser.add_argument("--write", action="store_true", help="write benchmarks/BOARD.md")
    parser.add_argument("--read", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(readers: int, refits: int, members: int) -> dict[str, Any]:
    """Serve, read, save and refit; then kill, start again and look for what was saved."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        board = Served(folder)
        try:
            with contextlib.closing(board.visitor()) as visitor:
                run = _run(visitor, members)
            paths = _paths(run)
            costs = {name: _cost(board, path) for name, path in paths.items()}
            quiet = _read(board, readers, paths, 20.0)
            before, began = _used(board), time.monotonic()
            saves, reading = Saves(), _Reading(board, readers, paths)
            jobs = _refit(board, refits, members, saves)
            loaded = reading.ended()
            seconds, used = time.monotonic() - began, _used(board) - before
        finally:
            board.kill()
        lost = _lost(folder, saves)
    return {
        "costs": costs, "quiet": quiet, "loaded": loaded, "jobs": jobs, "saves": saves, "lost": lost,
        "seconds": seconds, "used": used,
    }  # fmt: skip


def _run(visitor: httpx.Client, members: int) -> str:
    """A first forecast, for the pages to show."""
    job = visitor.post(f"/api/scenarios/{SCENARIO}/jobs", json={"kind": "forecast", "members": members}).json()
    done = over(visitor, job["id"], 900)
    assert done["state"] == "done", done
    return str(job["order"]["run"])


def _paths(run: str) -> dict[str, str]:
    return {
        "first page": "/",
        "forecast": f"/runs/{run}",
        "counts": f"/scenarios/{SCENARIO}/counts",
        "plans": f"/scenarios/{SCENARIO}/plans",
        "old and new": f"/compare-runs?old={run}&new={run}",
        "a table as CSV": f"/runs/{run}/tables/arrivals.csv",
        "a table as workbook": f"/runs/{run}/tables/camps.xlsx",
        "jobs as data": "/api/jobs",
    }


# --- who reads -------------------------------------------------------------------------------------------------------


class _Reading:
    """Readers in a process of their own, until they are told to end."""

    def __init__(self, board: Served, readers: int, paths: dict[str, str], seconds: float = 0.0):
        told = {"address": board.address, "people": readers, "paths": paths, "seconds": seconds}
        command = [sys.executable, __file__, "--read", json.dumps(told)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ended(self) -> list[list[Any]]:
        """What was read, as (page, seconds, status, bytes)."""
        out, _ = self._process.communicate("end\n")
        found: list[list[Any]] = json.loads(out)
        return found


def _read(board: Served, readers: int, paths: dict[str, str], seconds: float) -> list[list[Any]]:
    return _Reading(board, readers, paths, seconds).ended()


async def _readers(address: str, people: int, paths: dict[str, str], seconds: float) -> list[list[Any]]:
    """Read for some seconds, or until a line comes on stdin."""
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    if seconds:
        loop.call_later(seconds, end.set)
    else:
        threading.Thread(target=lambda: (sys.stdin.readline(), loop.call_soon_threadsafe(end.set)), daemon=True).start()
    found: list[list[Any]] = []
    await asyncio.gather(*(_reader(number, address, paths, end, found) for number in range(people)))
    return found


async def _reader(number: int, address: str, paths: dict[str, str], end: asyncio.Event, found: list[list[Any]]) -> None:
    rng = random.Random(number)
    pages = list(paths.items())
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, headers={"Accept": "text/html"}) as client:
        await asyncio.sleep(rng.uniform(0, LOOKED_AT[1]))
        while not end.is_set():
            name, path = rng.choice(pages)
            began = time.perf_counter()
            answer = await _get(client, path)
            found.append([name, time.perf_counter() - began, answer.status_code, len(answer.content)])
            await asyncio.sleep(rng.uniform(*LOOKED_AT))


async def _get(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """The page; asked for again, as a browser does, where the connection had been closed for having been idle."""
    try:
        return await client.get(path)
    except (httpx.ReadError, httpx.RemoteProtocolError):
        return await client.get(path)


# --- who saves and refits --------------------------------------------------------------------------------------------


def _refit(board: Served, refits: int, members: int, saves: Saves) -> list[dict[str, Any]]:
    """As many visitors as refits; each saves, asks for a refit, and saves on until all refits are over."""
    jobs: list[dict[str, Any]] = []
    ended = threading.Event()
    visitors = [
        threading.Thread(target=_visitor, args=(board, number, members, saves, jobs, ended)) for number in range(refits)
    ]
    for one in visitors:
        one.start()
    with contextlib.closing(board.visitor()) as client:
        while len(jobs) < refits:
            time.sleep(0.2)
        done = [over(client, job["id"], 3600) for job in list(jobs)]
    ended.set()
    for one in visitors:
        one.join()
    return done


def _visitor(
    board: Served, number: int, members: int, saves: Saves, jobs: list[dict[str, Any]], ended: threading.Event
) -> None:
    with contextlib.closing(board.visitor()) as client:
        client.timeout = httpx.Timeout(PATIENCE)
        at = 0
        while at == 0 or not ended.wait(BETWEEN_SAVES):
            _save(client, f"load_{number}_{at}", saves)
            if at == 0:
                order = {"kind": "forecast", "members": members, "seed": number + 2}
                jobs.append(client.post(f"/api/scenarios/{SCENARIO}/jobs", json=order).json())
            at += 1


def _save(client: httpx.Client, series: str, saves: Saves) -> None:
    edit = {"do": "enter", "cells": {**COUNT, "series": series, "value": "12000"}}
    began = time.perf_counter()
    answer = client.post(f"/api/scenarios/{SCENARIO}/counts", json={"edits": [edit]})
    saves.seconds.append(time.perf_counter() - began)
    (saves.series if answer.status_code == 200 else saves.refused).append(series)


def _lost(folder: Path, saves: Saves) -> list[str]:
    """What was saved and is not there after the board was killed and started again."""
    board = Served(folder)
    try:
        with contextlib.closing(board.visitor()) as client:
            text = client.get(f"/api/scenarios/{SCENARIO}/counts").text
    finally:
        board.stop()
    return [series for series in saves.series if f'"{series}"' not in text]


def _cost(board: Served, path: str) -> float:
    """CPU seconds of the server for one answer, of several one after the other."""
    with httpx.Client(base_url=board.address, timeout=PATIENCE, headers={"Accept": "text/html"}) as client:
        client.get(path)
        before = _used(board)
        for _ in range(ASKED):
            client.get(path)
        return (_used(board) - before) / ASKED


def _used(board: Served) -> float:
    """CPU seconds of the server's own process so far, without that of the jobs; 0 where the system does not tell."""
    path = Path(f"/proc/{board.process.pid}/stat")
    if not path.exists():
        return 0.0
    user, system = path.read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


# --- the page --------------------------------------------------------------------------------------------------------


def _page(asked: argparse.Namespace, found: dict[str, Any]) -> Iterator[str]:
    saves, jobs = found["saves"], found["jobs"]
    yield "# The planning board under load"
    yield ""
    yield f"Written by `make bench-board`. {asked.readers} people read, each a page every 2 to 6 s, while"
    yield f"{asked.refits} refits of {SCENARIO} with {asked.members} members run one after the other and as many people"
    yield "save counts. The board, the readers and the refits share one machine; where it does other work as well, wall"
    yield "times mean little."
    yield ""
    yield f"Taken on {datetime.now(UTC):%d %B %Y}: {machine()}."
    yield ""
    yield "| page | size | CPU of the server | read | median | 95 of 100 | median without refits |"
    yield "|---|---|---|---|---|---|---|"
    for name, cost in found["costs"].items():
        yield _line(name, found["loaded"], found["quiet"], f"{1000 * cost:.0f} ms")
    yield _line("all pages", found["loaded"], found["quiet"])
    yield _said("a count saved", saves.seconds)
    yield ""
    times = [row[1] for row in found["loaded"]]
    failed = sum(row[2] != 200 for row in found["loaded"])
    yield f"- Median of all pages: {1000 * np.median(times):.0f} ms; a regression is {MEDIAN_MS} ms or more."
    yield f"- Answers other than 200: {failed} of {len(times)}."
    states = sorted({job["state"] for job in jobs})
    yield f"- Refits: {len(jobs)}, {' and '.join(states)}, in {found['seconds']:.0f} s."
    used, share = found["used"], found["used"] / found["seconds"]
    each = 1000 * used / max(len(times), 1)
    yield f"- CPU of the server: {used:.0f} s, {each:.0f} ms for each answer, {share:.0%} of one core."
    yield f"- Load of the machine when it ended: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
    lost = f"lost after the board was killed and started again: {len(found['lost'])}"
    yield f"- Counts saved: {len(saves.series)}; refused: {len(saves.refused)}; {lost}."


def _line(name: str, loaded: list[list[Any]], quiet: list[list[Any]], cost: str = "") -> str:
    own, alone = ([row for row in rows if name in (row[0], "all pages")] for rows in (loaded, quiet))
    size = f"{np.median([row[3] for row in own]) / 1000:,.0f} kB" if own and cost else ""
    still = f"{np.median([1000 * row[1] for row in alone]):,.0f} ms" if alone else ""
    return f"| {name} | {size} | {cost} | {_times([row[1] for row in own])} | {still} |"


def _said(name: str, seconds: list[float]) -> str:
    return f"| {name} | | | {_times(seconds)} | |"


def _times(seconds: list[float]) -> str:
    if not seconds:
        return "0 | |"
    middle, high = 1000 * np.percentile(seconds, [50, 95])
    return f"{len(seconds)} | {middle:,.0f} ms | {high:,.0f} ms"


if __name__ == "__main__":
    main()
