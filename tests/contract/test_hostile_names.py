"""Text of a scenario written to reach whoever opens a product: escaped on pages, never a formula in a spreadsheet."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from helpers.hostile import FORMULAS, HIDDEN, HOSTILE, hostile_folder
from helpers.worlds import line
from saferground.runs.check import check_folder
from saferground.runs.compare import PlanOrder, run_compare
from saferground.runs.publish import publish
from saferground.runs.run import Order, run_forecast

FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?|-inf")
LOADING = ("img", "iframe", "object", "embed", "link", "form", "base", "video", "audio", "frame")


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, a comparison of plans and a public product of a scenario whose every text is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    scenario = hostile_folder(folder / "scenario")
    run_forecast(Order(scenario, members=5, days=14, out=folder / "run"))
    run_compare(PlanOrder(scenario, members=5, learn=False, marginal=False, out=folder / "plans"))
    words = {"title": "=2*3 <b onclick=alert(8)>West", "contact": "@desk <img src=y onerror=alert(8)>"}
    publish(folder / "run", folder / "public", now=datetime(2030, 2, 1, tzinfo=UTC), **words)
    return folder


class Tags(HTMLParser):
    """Every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(path: Path) -> list[tuple[str, dict[str, str | None]]]:
    reader = Tags()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.found


PAGES = ("run/report.html", "plans/plans.html", "public/public.html")


def test_these_are_all_the_pages(products: Path) -> None:
    found = {str(path.relative_to(products)) for path in products.rglob("*.html")}
    assert found == {*PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_gains_no_element_and_no_attribute(products: Path, page: str) -> None:
    found = tags(products / page)
    scripts = [attrs for tag, attrs in found if tag == "script" and attrs.get("type") is None]
    policy = next(
        attrs["content"] or "" for tag, attrs in found if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert len(scripts) == policy.count("'sha256-")
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert [tag for tag, _ in found if tag in LOADING] == []
    assert [name for _, attrs in found for name in attrs if name.startswith("on")] == []
    links = [attrs.get("href") or "" for tag, attrs in found if tag == "a"]
    assert [link for link in links if not re.match(r"#|https?://|mailto:", link)] == []
    assert re.search(r"alert\([18]\)", (products / page).read_text(encoding="utf-8"))


def test_no_cell_of_a_csv_file_is_a_formula(products: Path) -> None:
    paths = sorted(products.glob("*/**/*.csv"))
    paths = [path for path in paths if "scenario" not in path.relative_to(products).parts]
    assert len(paths) > 30
    cells = {cell for path in paths for row in csv.reader(path.open(encoding="utf-8", newline="")) for cell in row}
    assert [cell for cell in cells if FORMULA.match(cell) and not NUMBER.fullmatch(cell)] == []
    assert {f"'{formula}" for formula in FORMULAS[:2]} <= cells


@pytest.mark.parametrize("book", ["run/tables.xlsx", "plans/tables.xlsx", "public/public.xlsx"])
def test_a_workbook_has_no_formula_and_no_link_out(products: Path, book: str) -> None:
    cells = [cell for sheet in openpyxl.load_workbook(products / book) for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    parts = zipfile.ZipFile(products / book)
    assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name.lower()]
    rels = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/_rels/" in name)
    assert 'TargetMode="External"' not in rels


def test_records_stay_data(products: Path) -> None:
    for path in products.glob("*/*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    assert HOSTILE[0] in json.loads((products / "run" / "run.json").read_text(encoding="utf-8"))["title"]


# --- signs that are not seen -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HIDDEN)
def test_signs_that_are_not_seen_are_refused_with_their_place(tmp_path: Path, name: str) -> None:
    world = line().change("places", id="gate", name=name, name_local=f"{name} x")
    world.settings["title"] = f"West {name}" if "\x1b" not in name and "\x07" not in name else "West"
    problems = [str(one) for one in check_folder(world.write(tmp_path / "city")).problems]
    named = [one for one in problems if one.startswith("places.csv, line 5, name")]
    assert len(named) == 2
    assert all(re.search(r"not seen \(U\+[0-9A-F]{4}\)", one) for one in named)
    assert not any(sign in one for one in problems for sign in name if not sign.isprintable())


def test_marks_of_direction_and_joiners_pass(tmp_path: Path) -> None:
    world = line().change("places", id="gate", name="می‌رود \u200f(A)\u200e", name_local="é 🏕️ ‏السهل")
    assert check_folder(world.write(tmp_path / "city")).problems == ()
