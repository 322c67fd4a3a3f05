"""Many people at once, and a machine that stops: nothing that was acknowledged is lost, and nothing is written over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from saferground.errors import ScenarioError, StaleError
from saferground.runs.entered import save_checked
from saferground.scenario import new_scenario
from saferground.storage.counts import save as counts
from saferground.storage.counts.record import New
from saferground.storage.database import open_database

CITY, WRITERS, ROWS = "my-city", 8, 50
WRITER = """
import sys
from saferground.storage.counts.save import enter
from saferground.storage.database import open_database

database, name = open_database(sys.argv[1]), sys.argv[2]
for number in range(int(sys.argv[3])):
    enter(database, "my-city", [{"series": name, "end": f"day {number}", "value": str(number)}], name)
    print(number, flush=True)
"""


def writer(url: str, name: str, rows: int) -> subprocess.Popen[str]:
    """A process of its own that enters rows one by one and says when each is saved."""
    words = [sys.executable, "-c", WRITER, url, name, str(rows)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ)


@pytest.mark.slow
def test_processes_that_save_at_once_lose_nothing(database_url: str) -> None:
    started = [writer(database_url, f"office {number}", ROWS) for number in range(WRITERS)]
    said = [process.communicate(timeout=300)[0].split() for process in started]
    assert [process.returncode for process in started] == [0] * WRITERS
    assert said == [[str(number) for number in range(ROWS)]] * WRITERS
    found = counts.entered(open_database(database_url), CITY)
    kept = Counter(one.who for one in found.counts)
    assert kept == {f"office {number}": ROWS for number in range(WRITERS)}
    assert found.revision == len(counts.history(open_database(database_url), CITY)) == WRITERS * ROWS


def test_of_conflicting_changes_one_wins_and_the_others_are_told(database_url: str) -> None:
    database = open_database(database_url)
    (row,) = counts.enter(database, CITY, [{"series": "s", "value": "0"}], "first")

    def change(number: int) -> str | StaleError:
        try:
            return counts.change(database, CITY, row.id, 1, {"series": "s", "value": str(number)}, f"o{number}").who
        except StaleError as error:
            return error

    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(pool.map(change, range(1, WRITERS + 1)))
    (winner,) = [one for one in told if isinstance(one, str)]
    stale = [one for one in told if isinstance(one, StaleError)]
    (now,) = counts.entered(database, CITY).counts
    assert (now.who, now.version) == (winner, 2)
    assert len(stale) == WRITERS - 1
    assert {one.conflicts[0].theirs["value"] for one in stale} == {winner[1:]}
    assert {(one.conflicts[0].yours or {})["value"] for one in stale} | {winner[1:]} == set("12345678")
    database.close()


def test_of_the_same_count_entered_twice_at_once_one_stands(database_url: str) -> None:
    database = open_database(database_url)

    def enter(number: int) -> int | None:
        try:
            return counts.enter(database, CITY, [{"series": "s", "value": str(number % 2)}], f"o{number}")[0].id
        except ScenarioError:
            return None

    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(pool.map(enter, range(WRITERS)))
    (now,) = counts.entered(database, CITY).counts
    assert set(told) == {now.id, None}
    assert Counter(told)[now.id] == WRITERS // 2
    assert len(counts.history(database, CITY)) == 1
    database.close()


def test_what_is_checked_while_others_save_is_checked_beside_theirs(database_url: str, tmp_path: Path) -> None:
    city, database = new_scenario(tmp_path / CITY), open_database(database_url)
    row = {
        "series": "Arrivals at Crossroads", "place": "crossroads", "measures": "arrived_daily", "end": "2030-03-07",
        "unit": "individuals", "source": "invented", "confidence": "low",
    }  # fmt: skip

    def save(number: int) -> str:
        twins = row | {"published": "2030-03-08", "value": str(number // 2)}  # two offices enter each figure
        try:
            save_checked(database, city, [New(twins), New(row | {"end": f"2030-02-{number + 10}", "value": "1"})], "o")
            return "saved"
        except ScenarioError as error:
            return error.problems[0].column

    with ThreadPoolExecutor(4) as pool:
        told = Counter(pool.map(save, range(8)))
    found = counts.entered(database, CITY).counts
    assert told == {"saved": 2, "series": 6}
    assert len(found) == 3
    database.close()


@pytest.mark.slow
def test_a_killed_process_loses_nothing_that_it_said_was_saved(database_url: str) -> None:
    process = writer(database_url, "office", 100_000)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(20)]
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    assert process.wait(30) == -signal.SIGKILL
    acknowledged = len([line for line in said if line.endswith("\n")])
    database = open_database(database_url)
    kept = [one.cells["value"] for one in counts.entered(database, CITY).counts]
    assert kept == [str(number) for number in range(len(kept))]
    assert acknowledged <= len(kept) <= acknowledged + 1
    assert [one.after["value"] for one in counts.history(database, CITY, limit=10**6)[::-1] if one.after] == kept
    counts.enter(database, CITY, [{"series": "after", "value": "1"}], "office")
    database.close()


def test_a_save_that_fails_half_way_saves_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(database_url)
    audit, calls = counts._audit, Counter[str]()

    def failing(*words: object) -> None:
        calls["audit"] += 1
        if calls["audit"] == 3:
            raise MemoryError
        audit(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(counts, "_audit", failing)
    with pytest.raises(MemoryError):
        counts.enter(database, CITY, [{"series": str(number), "value": "1"} for number in range(5)], "o")
    assert counts.entered(database, CITY) == counts.Entered(CITY, 0)
    assert counts.history(database, CITY) == ()
    database.close()
