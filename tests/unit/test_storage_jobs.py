"""Jobs as rows: each is taken once, ends once, and outlives whoever carried it out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from saferground.storage import jobs
from saferground.storage.database import Database, open_database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


def add(database: Database, **order: object) -> jobs.Job:
    return jobs.add(database, "forecast", "a_city", {"members": 10, **order}, "an officer")


def test_a_job_waits_runs_and_is_done(database: Database) -> None:
    made = add(database, note="الموصل")
    assert (made.state, made.order["note"], made.tries) == ("waiting", "الموصل", 0)
    taken = jobs.take(database)
    assert taken is not None
    assert (taken.id, taken.state, taken.tries) == (made.id, "running", 1)
    assert jobs.tell(database, made.id, "fit", 40, 100)
    assert jobs.finish(database, made.id, {"run": "a"})
    over = jobs.get(database, made.id)
    assert over is not None
    assert (over.state, over.phase, over.done, over.result, over.over) == ("done", "fit", 40, {"run": "a"}, True)
    assert over.finished
    assert over.started
    assert over.created <= over.started <= over.finished


def test_the_one_that_has_waited_longest_is_taken_first(database: Database) -> None:
    made = [add(database).id for _ in range(3)]
    taken = [jobs.take(database) for _ in range(4)]
    assert [one.id if one else None for one in taken] == [*made, None]
    assert [one.id for one in jobs.listed(database)] == made[::-1]
    assert [one.id for one in jobs.listed(database, scenario="another")] == []
    assert len(jobs.listed(database, most=2)) == 2


def test_each_is_taken_by_one_worker(database: Database) -> None:
    made = {add(database).id for _ in range(24)}
    with ThreadPoolExecutor(8) as workers:
        found = list(workers.map(lambda _: _until_none(database), range(8)))
    taken = [job for some in found for job in some]
    assert sorted(taken) == sorted(made)


def _until_none(database: Database) -> list[str]:
    found = []
    while (job := jobs.take(database)) is not None:
        found.append(job.id)
    return found


def test_what_was_cancelled_is_neither_taken_nor_finished(database: Database) -> None:
    waiting, running = add(database).id, add(database).id
    assert jobs.cancel(database, waiting)
    taken = jobs.take(database)
    assert taken is not None
    assert taken.id == running
    assert jobs.cancel(database, running)
    assert not jobs.tell(database, running, "fit", 1, 2)
    assert not jobs.finish(database, running, {})
    assert not jobs.fail(database, running, {})
    assert not jobs.cancel(database, running)
    assert [one.state for one in jobs.listed(database)] == ["cancelled", "cancelled"]


def test_after_a_restart_what_was_running_waits_again_but_not_for_ever(database: Database) -> None:
    made = add(database).id
    for time in range(1, jobs.MOST_TRIES + 1):
        taken = jobs.take(database)
        assert taken is not None
        assert (taken.id, taken.tries) == (made, time)
        jobs.recover(database)
        assert jobs.take(database) is None  # it was heard of a moment ago
        jobs.recover(database, lease_seconds=-1)
    over = jobs.get(database, made)
    assert over is not None
    assert over.state == "failed"
    assert over.error is not None
    assert "fewer members" in over.error["message"]
    assert jobs.take(database) is None


def test_a_worker_that_ends_lets_its_job_wait(database: Database) -> None:
    made = add(database).id
    assert not jobs.release(database, made)
    assert jobs.take(database) is not None
    assert jobs.release(database, made)
    again = jobs.take(database)
    assert again is not None
    assert (again.id, again.tries) == (made, 2)


def test_there_is_no_job_of_an_unknown_name(database: Database) -> None:
    assert jobs.get(database, "unknown") is None
    assert not jobs.cancel(database, "unknown")
