"""Public products: what is told, when, of whom; and what every file says."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pytest
import xarray as xr

from helpers.differencing import journey_of, siege_of
from saferground.errors import UsageError
from saferground.exchange.public import PublicProduct, figures, public_product, withdrawn, write_public
from saferground.exchange.public.card import FAILURES, VALIDATION, known_scores
from saferground.exchange.public.names import secret_names
from saferground.reporting.public import render_public
from saferground.scenario.columns import MODELS

LATER = datetime(2031, 1, 1, tzinfo=UTC)


def product(days: xr.Dataset | None = None, **words: object) -> PublicProduct:
    days = siege_of([1_000, 2_040], [30, 45], [20, 90]) if days is None else days
    return public_product(days, LATER, **{"contact": "A desk", **words})  # type: ignore[arg-type]


# --- what is told ----------------------------------------------------------------------------------------------------


def test_of_a_siege_totals_of_whole_weeks_rounded_down_and_up() -> None:
    first = [one for one in product().figures if one.first == date(2030, 3, 4)]
    assert {(one.what, one.place): (one.low, one.middle, one.high) for one in first} == {
        ("leaving", ""): (400, 400, 500),
        ("camps", ""): (3_000, 3_000, 3_100),
        ("hosts", ""): (0, 0, 100),
        ("received", ""): (3_100, 3_100, 3_200),
    }
    weeks = [(one.first, one.last) for one in product().figures if one.what == "leaving"]
    assert weeks == [(date(2030, 3, d), date(2030, 3, d + 6)) for d in (4, 11, 18)]


def test_of_a_journey_camps_abroad_that_were_counted_in_public() -> None:
    days = journey_of([12_345, 777, 40], [300, 20], [5_000], [80], 9)
    told = {(one.what, one.place): (one.low, one.high) for one in product(days).figures}
    assert told == {
        ("displaced", ""): (18_000, 19_000),
        ("camps", ""): (13_000, 14_000),
        ("outside", ""): (5_000, 5_100),
        ("camp", "place_0"): (12_000, 13_000),
        ("camp", "place_1"): (700, 800),
        ("camp", "place_2"): (0, 100),
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda days: days.assign(count=days["count"] * float("nan")),
        lambda days: days.assign(conflict=days["conflict"] + 1.0),
        lambda days: days.assign(is_camp=days["is_camp"] & (days["time"] > days["time"][3])),
        lambda days: days.assign_coords(place_kind=("place", ["idp_camp"] * days.sizes["place"])),
    ],
    ids=["not counted", "at war", "not always a camp", "within the country"],
)
def test_other_camps_have_no_name(change: Callable[[xr.Dataset], xr.Dataset]) -> None:
    days = journey_of([12_345, 777], [], [5_000], [80], 9)
    assert figures.named_camps(days) == [0, 1]
    assert figures.named_camps(change(days)) == []


def test_a_kind_of_place_of_which_there_is_one_has_no_figure() -> None:
    assert {one.what for one in product(siege_of([900, 800], [700], [50])).figures} == {"leaving", "received"}
    assert {one.what for one in product(siege_of([900], [], [50])).figures} == {"leaving"}


def test_runs_of_successive_days_speak_of_the_same_weeks() -> None:
    one, two = (product(siege_of([1_000, 2_000], [30, 45], [20, 90], as_of)) for as_of in ("2030-03-02", "2030-03-03"))
    assert one.figures == two.figures
    assert one.release != two.release


# --- when, and of what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "delay", "ok"),
    [
        (datetime(2030, 3, 5, 23, 59, tzinfo=UTC), 72, False),
        (datetime(2030, 3, 6, tzinfo=UTC), 72, True),
        (datetime(2030, 3, 6, 1, tzinfo=timezone(timedelta(hours=3))), 72, False),
        (datetime(2030, 3, 5, tzinfo=UTC), 48, True),
        (datetime(2030, 3, 6, tzinfo=UTC), 73, False),
        (datetime(2030, 3, 7, tzinfo=UTC), 73, True),
    ],
)
def test_nothing_before_the_delay_is_over(now: datetime, delay: int, ok: bool) -> None:
    days = siege_of([1_000, 2_000], [30, 45], [20])
    if ok:
        made = public_product(days, now, contact="A desk", delay=delay)
        assert made.released_from <= now.astimezone(UTC).date()
        assert made == public_product(days, LATER, contact="A desk", delay=delay)
    else:
        with pytest.raises(UsageError, match=r"too early: .* may be public from 2030-03-0"):
            public_product(days, now, contact="A desk", delay=delay)


REFUSED = {
    "short delay": ({}, {"delay": 47}, "47 h; expected 48 h or more"),
    "strictest class": ({"sensitivity": "strictly_restricted"}, {}, "strictly_restricted, and nothing public"),
    "nobody to ask": ({}, {"contact": " "}, "Give --contact"),
    "a place in the title": ({}, {"title": "Around PLACE_3"}, "the title names 'place_3'"),
    "a local name in the title": ({}, {"title": "(أربيل)"}, "the title names 'أربيل'"),
    "part of a name in the title": ({}, {"title": "Near Old Gate"}, "the title names 'Old Gate'"),
    "a place in the contact": ({}, {"contact": "the desk, place_4"}, "the contact names 'place_4'"),
    "a way as the scenario's title": ({"title": "The long_road"}, {}, "the title names 'long_road'"),
    "no week": ({"as_of": "2030-03-20"}, {}, "no whole calendar week"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_public_is_refused(case: str) -> None:
    attrs, words, message = REFUSED[case]
    names = ["One", "Two", "New Gate / Old Gate", "Four", "Five", "Six"]
    local = ["", "", "", "أربيل", "", ""]
    days = siege_of([1_000, 2_000], [30, 45], [20]).assign_attrs(attrs)
    days = days.assign_coords(route=["long_road"], place_name=("place", names), place_name_local=("place", local))
    with pytest.raises(UsageError, match=message):
        product(days, **words)


def test_names_are_secret_but_for_those_of_camps_that_are_told() -> None:
    names = secret_names(journey_of([12_345, 777], [30, 20], [5_000], [80], 9).assign_coords(route=["long_road"]))
    assert names == ["long_road", "place_2", "place_3", "place_4", "place_5"]


def test_words_that_only_hold_a_name_pass() -> None:
    assert product(title="Displacement, placed_3").title == "Displacement, placed_3"


# --- what every file says --------------------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_public(product(), tmp_path)
    (tmp_path / "public.html").write_text(render_public(product()), encoding="utf-8")
    return tmp_path


def texts(folder: Path) -> dict[str, str]:
    """The text of every file; of the workbook that of all its parts."""
    book = zipfile.ZipFile(folder / "public.xlsx")
    read = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix != ".xlsx"}
    return read | {"public.xlsx": "".join(book.read(name).decode() for name in book.namelist())}


def test_every_file_carries_class_days_purpose_contact_and_what_was_left_out(written: Path) -> None:
    for name, text in texts(written).items():
        days = ("2030-03-02", "2030-03-06") if name != "public.html" else ("2 March 2030", "6 March 2030")
        for words in (
            *days, "Somewhere", "public", "A desk", product().release, "Not for military", "simulated futures",
            "not fitted to counts", "Muster points", "Crowds are targets",
        ):  # fmt: skip
            assert words in text, name
    for name in ("public.html", "public.xlsx", "public.json"):
        for words in ("Out of scope", "Known failures", "Validation by lead", "mosul-2017"):
            assert words in texts(written)[name], name


def test_the_page_is_small_and_has_no_script(written: Path) -> None:
    text = texts(written)["public.html"]
    assert len(text) < 30_000
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert "fewer than 100" in text


def test_the_workbook_and_the_csv_file_hold_the_same_figures(written: Path) -> None:
    with (written / "public.csv").open(encoding="utf-8", newline="") as file:
        header, tags, *rows = csv.reader(file)
    assert tags[0].startswith("#")
    sheet = openpyxl.load_workbook(written / "public.xlsx")["Figures"]
    shown = [[str(cell) for cell in row[-3:]] for row in sheet.iter_rows(min_row=4, values_only=True)]
    at = header.index("low")
    assert shown == [row[at : at + 3] for row in rows]
    assert len(rows) == 12


def test_the_same_product_is_the_same_bytes(written: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    write_public(product(), other)
    for name in ("public.csv", "public.xlsx", "public.json"):
        assert (other / name).read_bytes() == (written / name).read_bytes()


@pytest.mark.parametrize("model", MODELS)
def test_no_heading_of_the_card_is_empty(model: str) -> None:
    days = siege_of([100, 200], [30, 45], [20]) if model == "siege" else journey_of([100, 200], [], [5], [8], 9)
    card = {heading.title: heading.texts for heading in product(days).card}
    assert list(card) == [
        "What it is", "Intended use", "Out of scope", "What it rests on", "Limits", FAILURES, VALIDATION,
        "Version and contact",
    ]  # fmt: skip
    assert all(texts and all(text.strip() for text in texts) for texts in card.values())
    assert {one.lead for one in known_scores(model)} == {"1", "3", "7", "14", "28", "end"}


def test_a_doubted_fit_and_a_fit_say_so() -> None:
    days = siege_of([100, 200], [30, 45], [20]).assign_attrs(basis="counts", doubts=["place_3 is far off"])
    told = " ".join(product(days).sure)
    assert "fitted to the counts that were public" in told
    assert "doubt the fit" in told
    assert "place_3" not in json.dumps(product(days).as_dict())


def test_a_withdrawn_product_has_its_name_and_no_figures(tmp_path: Path) -> None:
    gone = withdrawn(product().as_dict(), " Camps were counted twice ")
    assert (gone.release, gone.status, gone.reason) == (product().release, "withdrawn", "Camps were counted twice")
    write_public(gone, tmp_path)
    (tmp_path / "public.html").write_text(render_public(gone), encoding="utf-8")
    for name, text in texts(tmp_path).items():
        assert "Camps were counted twice" in text, name
        assert "ithdrawn" in text, name
    sheet = openpyxl.load_workbook(tmp_path / "public.xlsx")["Figures"]
    assert [cell.value for cell in sheet[4]] == ["No figures: withdrawn", *[None] * 6]
    for name in ("public.csv", "public.html", "public.json"):
        assert not re.search(r"\b3,?[01]00\b", texts(tmp_path)[name])
    with pytest.raises(UsageError, match="--reason"):
        withdrawn(product().as_dict(), "  ")


def test_hostile_words_are_escaped_and_defused(tmp_path: Path) -> None:
    bad = product(title="<script>alert(1)</script>", contact='=HYPERLINK("http://x")')
    write_public(bad, tmp_path)
    page = render_public(bad)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    with (tmp_path / "public.csv").open(encoding="utf-8", newline="") as file:
        row = list(csv.reader(file))[2]
    assert '\'=HYPERLINK("http://x")' in row
    book = openpyxl.load_workbook(tmp_path / "public.xlsx")
    assert not [c for sheet in book for line in sheet.iter_rows() for c in line if c.data_type == "f"]
