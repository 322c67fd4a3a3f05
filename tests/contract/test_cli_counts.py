"""``saferground export xlsform`` and ``saferground import counts`` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.commands import saferground
from helpers.forms import kobo, serving
from saferground import read_scenario
from saferground.exchange.servers import KOBO_TOKEN
from saferground.scenario import new_scenario
from saferground.storage.counts.save import entered
from saferground.storage.database import open_database


@pytest.fixture(autouse=True)
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(KOBO_TOKEN, "t0k")
    return new_scenario(tmp_path / "my-city")


def test_a_form_is_written(tmp_path: Path) -> None:
    done = saferground("export", "xlsform", "my-city", "form.xlsx", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Wrote form.xlsx.\n")
    assert (tmp_path / "form.xlsx").read_bytes().startswith(b"PK")
    assert saferground("export", "xlsform", "no-such", "form.xlsx", cwd=tmp_path).returncode == 3


def test_counts_come_in_and_again_change_nothing(city: Path, tmp_path: Path) -> None:
    scenario = read_scenario(city)
    with serving([kobo(scenario, _submitted_by="amina")]) as (address, _):
        words = ("import", "counts", "my-city", address, "aXy")
        first, again = (saferground(*words, cwd=tmp_path) for _ in range(2))
        data = saferground(*words, "--json", "--database", "other.db", cwd=tmp_path)
    assert first.returncode == again.returncode == 0, first.stderr
    assert first.stdout.splitlines() == [
        "Counts: 1 entered, 0 changed, 0 withdrawn; submissions that were known: 0.",
        "Left behind, for privacy: _submitted_by.",
    ]
    assert again.stdout.startswith("Counts: 0 entered, 0 changed, 0 withdrawn; submissions that were known: 1.")
    told = json.loads(data.stdout)
    assert (told["ok"], told["entered"], told["dropped"]) == (True, [1], ["_submitted_by"])
    (row,) = entered(open_database(tmp_path / "saferground.db"), "my-city").counts
    assert (row.cells["value"], row.who) == ("900", "Form aXy at 127.0.0.1")


def test_what_is_wrong_is_told_and_the_rest_is_saved(city: Path, tmp_path: Path) -> None:
    scenario = read_scenario(city)
    wrong = kobo(scenario, "many", "u2", **{"meta/rootUuid": "uuid:u2"}) | {"day": "2030-03-05"}
    with serving([kobo(scenario), wrong]) as (address, _):
        done = saferground("import", "counts", "my-city", address, "aXy", cwd=tmp_path)
    assert done.returncode == 3
    assert "u2: counts entered, line 2, value: got 'many'" in done.stdout
    assert done.stdout.startswith("Counts: 1 entered")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("my-city", "http://kf.example.org", "aXy"), 2),
        (("my-city", "http://127.0.0.1:1", "aXy"), 1),
        (("my-city", "https://kf.example.org", "aXy", "--kind", "fax"), 2),
        (("my-city", "http://127.0.0.1:1", "aXy", "--database", "mysql://x/y"), 2),
        (("no-such", "http://127.0.0.1:1", "aXy"), 1),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int, tmp_path: Path) -> None:
    done = saferground("import", "counts", *words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
