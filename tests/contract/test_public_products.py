"""``saferground export public`` and ``withdraw`` as a user meets them; and what no byte of their files may hold."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest

import scores_page
from helpers.commands import saferground
from saferground.runs.publish import FILES, publish
from saferground.runs.run import Order, run_forecast

MOSUL = Path(str(files("saferground") / "scenarios" / "mosul-2017"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forecast of west Mosul from priors."""
    folder = tmp_path_factory.mktemp("mosul") / "run"
    run_forecast(Order("mosul-2017", members=20, days=21, out=folder, learn=False))
    return folder


@pytest.fixture(scope="module")
def mosul(run: Path) -> Path:
    """Its public product."""
    publish(run, run.parent / "public", contact="An information desk")
    return run.parent / "public"


# --- what the files hold ---------------------------------------------------------------------------------------------

COLUMNS = [
    "what",
    "words",
    "place",
    "first",
    "last",
    "low",
    "middle",
    "high",
    "title",
    "as_of",
    "released_from",
    "status",
    "reason",
    "release",
    "supersedes",
    "contact",
    "purpose_limit",
    "sure",
    "left_out",
    "sensitivity",
]
KEYS = [
    "release",
    "title",
    "sensitivity",
    "status",
    "reason",
    "supersedes",
    "as_of",
    "released_from",
    "contact",
    "purpose_limit",
    "sure",
    "left_out",
    "version",
    "model",
    "figures",
    "card",
    "scores",
]
SHEETS = ["Contents", "Figures", "About", "Left out", "Model card", "Validation", "Columns"]


def test_the_bundle_holds_this_and_nothing_else(mosul: Path) -> None:
    """Whoever adds a column or key to what is public must add it here, and say in decision 0025 why it may be."""
    assert sorted(path.name for path in mosul.iterdir()) == list(FILES)
    with (mosul / "public.csv").open(encoding="utf-8", newline="") as file:
        header, _, *rows = csv.reader(file)
    told = json.loads((mosul / "public.json").read_text(encoding="utf-8"))
    assert header == COLUMNS
    assert list(told) == KEYS
    assert openpyxl.load_workbook(mosul / "public.xlsx").sheetnames == SHEETS
    assert {row[0] for row in rows} == {figure["what"] for figure in told["figures"]}
    assert {row[0] for row in rows} == {"leaving", "camps", "hosts", "received"}
    assert {row[2] for row in rows} == {""}
    assert {row[-1] for row in rows} == {"public"}
    assert all(figure[end] % 100 == 0 for figure in told["figures"] for end in ("low", "middle", "high"))


def rows_of(table: str) -> list[dict[str, str]]:
    with (MOSUL / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def secrets() -> Iterator[str]:
    """Every name, part of a name, local name, id, P-code and coordinate of a place, and every id of a way."""
    for row in rows_of("places"):
        yield from (row[name] for name in ("id", "pcode", "lat", "lon"))
        yield from (part.strip() for name in ("name", "name_local") for part in re.split(r"[/()]", row[name]))
    for row in rows_of("routes"):
        yield from (row["id"], *row["via"].split("|"))


def everything(folder: Path) -> str:
    """The text of all files, the parts of the workbook included."""
    book = zipfile.ZipFile(folder / "public.xlsx")
    parts = [book.read(name).decode("utf-8") for name in book.namelist()]
    return "\n".join([*parts, *((folder / name).read_text("utf-8") for name in FILES if name != "public.xlsx")])


def found(text: str) -> list[str]:
    words = {word.casefold() for word in secrets() if len(word) >= 3} - {"who"}  # the organisation
    assert len(words) > 400
    return sorted(word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.casefold()))


def test_no_byte_tells_a_place_a_way_or_an_hour(mosul: Path) -> None:
    text = everything(mosul)
    assert found(text) == []
    assert found(text + " hammam al-alil 1, ") != []
    assert re.findall(r"(?<!T)\b[012]?\d:[0-5]\d\b", text.replace("T00:00:00Z", "")) == []
    assert re.findall(r"(?i)\b\d{1,2} ?(?:h|hours?|a\.?m\.?|p\.?m\.?)\b", text) == []


def test_only_weeks_are_told(mosul: Path) -> None:
    told = json.loads((mosul / "public.json").read_text(encoding="utf-8"))
    days = {one for figure in told["figures"] for one in (figure["first"], figure["last"])}
    dates = set(re.findall(r"\b2017-\d\d-\d\d\b", everything(mosul)))
    assert dates == days | {told["as_of"], told["released_from"]}


def test_scores_are_those_of_the_page_of_scores() -> None:
    text = (scores_page.HERE / "SCORES.md").read_text(encoding="utf-8")
    assert scores_page.TOLD.read_text(encoding="utf-8").splitlines() == list(scores_page.told(text))


# --- commands --------------------------------------------------------------------------------------------------------


def test_export_again_supersedes_and_withdraw(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "public"
    words = ("export", "public", run, out, "--contact", "A desk", "--title", "Somewhere")
    first, again = saferground(*words), saferground(*words, "--json")
    assert first.returncode == again.returncode == 0, first.stderr
    told = json.loads(again.stdout)
    assert told["ok"] is True
    assert f"release {told['supersedes']}, public from 20" in first.stdout
    assert told["release"] != told["supersedes"]
    assert sorted(path.name for path in out.iterdir()) == list(FILES)
    gone = saferground("export", "withdraw", out, "--reason", "Counted twice")
    assert gone.returncode == 0, gone.stderr
    assert json.loads((out / "public.json").read_text(encoding="utf-8"))["status"] == "withdrawn"
    assert saferground("export", "withdraw", tmp_path / "none", "--reason", "x").returncode == 1
    assert saferground("export", "withdraw", out).returncode == 2


def test_too_early_too_short_and_secret_names_are_2_and_nothing_is_written(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "public"
    for words in (("--delay", 10**6), ("--delay", 24), ("--title", "Near Tayaran"), ("--delay", "soon")):
        done = saferground("export", "public", run, out, "--contact", "A desk", *words)
        assert done.returncode == 2, words
        assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_other_folders_are_left_alone(run: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    done = saferground("export", "public", run, tmp_path, "--contact", "A desk", "--title", "Somewhere")
    assert done.returncode == 1
    assert "is not a folder of a public product" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
