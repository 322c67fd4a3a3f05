"""Whatever several people do, what stands is what the audit replays, and every version is somebody's own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saferground.errors import ScenarioError, StaleError
from saferground.storage.counts import save as counts
from saferground.storage.counts.record import Amend, Change, Edit, Entry, New, Restore, Withdraw
from saferground.storage.database import Database, open_database

CITY = "city"


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as home:
        opened = open_database(Path(home) / "counts.db")
        yield opened
        opened.close()


WHO = st.sampled_from(["north", "south", "agency"])
CELLS = st.builds(
    lambda day, value: {"series": "s", "end": f"2030-03-0{day}", "value": str(value)},
    st.integers(1, 4), st.integers(0, 3),
)  # fmt: skip
KINDS = st.sampled_from(["new", "amend", "withdraw", "restore"])
STEPS = st.lists(
    st.tuples(
        WHO,
        st.lists(
            st.tuples(KINDS, st.integers(0, 5), st.integers(0, 2), CELLS),
            min_size=1, max_size=4,
        ),
    ),
    max_size=12,
)  # fmt: skip


def edit_of(standing: Sequence[Entry], kind: str, which: int, behind: int, cells: dict[str, str]) -> Edit:
    """An edit of a row that stands, as somebody would make it who last looked some versions ago."""
    if kind == "new" or not standing:
        return New(cells)
    row = standing[which % len(standing)]
    seen = max(row.version - behind, 1)
    if kind == "amend":
        return Amend(row.id, seen, cells)
    return Withdraw(row.id, seen) if kind == "withdraw" else Restore(row.id, seen)


def replayed(changes: Sequence[Change]) -> dict[int, tuple[int, dict[str, str] | None, str]]:
    """Version, cells and author of each row after the changes, oldest first; None for one that is withdrawn."""
    rows: dict[int, tuple[int, dict[str, str] | None, str]] = {}
    for one in changes:
        version, cells, _ = rows.get(one.entry, (0, None, ""))
        assert one.version == version + 1
        assert (None if one.before is None else dict(one.before)) == cells
        rows[one.entry] = (one.version, None if one.after is None else dict(one.after), one.who)
    return rows


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stands_is_what_the_audit_replays(database: Database, steps: list) -> None:
    city = f"{CITY}-{len(counts.history(database, CITY))}-{id(steps)}"
    for who, wanted in steps:
        before = counts.entered(database, city, withdrawn=True)
        edits = [edit_of(before.counts, *one) for one in wanted]
        try:
            made = counts.save(database, city, edits, who)
            assert len(made) == len(edits)
        except (StaleError, ScenarioError):
            assert counts.entered(database, city, withdrawn=True) == before
    now = counts.entered(database, city, withdrawn=True).counts
    changes = counts.history(database, city)[::-1]
    stands = {one.id: (one.version, None if one.withdrawn else dict(one.cells), one.who) for one in now}
    assert stands == replayed(changes)
    identities = [(one.cells["series"], one.cells["end"]) for one in now if not one.withdrawn]
    assert len(identities) == len(set(identities))
