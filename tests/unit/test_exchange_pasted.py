"""Tables from outside: what people paste and upload, and what was made to do harm."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from saferground.exchange import pasted as module
from saferground.exchange.pasted import Pasted, read_pasted, read_uploaded
from saferground.exchange.workbook import FARTHEST
from saferground.scenario.columns import schema
from saferground.scenario.personal import is_personal, personal_value
from saferground.scenario.read import check_scenario, shipped

COUNTS = schema("siege").names("counts")
ROW = ("Arrivals", "crossroads", "arrived_daily", "", "2030-03-07", "900")


def workbook(*rows: tuple, title: str = "Sheet", **more: list[tuple]) -> bytes:
    book = openpyxl.Workbook()
    for name, content in {title: list(rows), **more}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    book.remove(book.worksheets[0])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The workbook with some parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(Path(name).stem, old.read(name)))
    return out.getvalue()


def only(found: Pasted) -> str:
    """The one problem of a table."""
    (problem,) = found.problems
    return str(problem)


# --- pasted --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["series\tend\tvalue", "\nunit\n\n", "uni"])
def test_a_header_without_rows_is_said(text: str) -> None:
    found = read_pasted(text)
    assert (found.rows, found.header) == ((), True)
    assert [one.got for one in found.problems] == ["a header and no rows"]


def test_cells_with_a_header_in_any_order_and_spelling() -> None:
    found = read_pasted("Value\tSERIES\tplace \tvalue high\n900\tArrivals\tcrossroads\t950\n\n800\tArrivals\tcamp\t\n")
    assert found == Pasted(
        "pasted cells", ("value", "series", "place", "value_high"),
        (("900", "Arrivals", "crossroads", "950"), ("800", "Arrivals", "camp", "")), (2, 4), header=True,
    )  # fmt: skip
    assert found.cells()[1]["place"] == "camp"


@pytest.mark.parametrize("sign", ["\t", ",", ";"])
def test_cells_without_a_header_come_in_the_order_of_the_table(sign: str) -> None:
    found = read_pasted(sign.join(ROW) + "\r\n" + sign.join(ROW) + "\r\n")
    assert (found.columns, found.rows, found.header) == (COUNTS[:6], (ROW, ROW), False)
    assert found.problems == ()


def test_sources_have_columns_of_their_own() -> None:
    assert read_pasted("id\ttitle\tpublisher\nradio\tCall\tOffice\n", "sources").columns == ("id", "title", "publisher")


def test_a_cell_may_hold_lines_tabs_and_quotation_marks() -> None:
    text = 'series\tnote\tvalue\nArrivals\t"two\nlines, a ""word"" and\ta tab"\t9\nArrivals\tnone\t8\n'
    found = read_pasted(text)
    assert found.rows[0] == ("Arrivals", 'two\nlines, a "word" and\ta tab', "9")
    assert found.lines == (2, 4)


def test_a_quotation_mark_that_is_never_closed() -> None:
    found = read_pasted('series\tvalue\n"Arrivals\t9\nArrivals\t8\n')
    assert "never closed" in only(found)
    assert found.rows == (('"Arrivals', "9"), ("Arrivals", "8"))


def test_tags_are_left_out_with_a_word() -> None:
    found = read_pasted("series\tvalue\n#meta+series\t#affected +ind\nArrivals\t9\n")
    assert found.rows == (("Arrivals", "9"),)
    assert "HXL" in found.notes[0].got
    assert read_pasted("series\tvalue\n#1 arrivals\t9\n").rows == (("#1 arrivals", "9"),)


def test_what_cannot_be_seen_is_taken_off_figures() -> None:
    found = read_pasted("series\tend\tvalue\n\u200fمخيم \t2030-03-07 00:00:00\t\u200e\xa0900\u200f\n")
    assert found.rows == (("\u200fمخيم", "2030-03-07", "900"),)


def test_formulas_stay_text() -> None:
    assert read_pasted("series\tvalue\n=cmd|' /C calc'!A0\t=SUM(A1:A9)\n").rows == (
        ("=cmd|' /C calc'!A0", "=SUM(A1:A9)"),
    )


def test_unknown_columns_are_named_and_left_out() -> None:
    found = read_pasted("series\tvalue\tweather\tvalue\t\nArrivals\t9\tdry\t8\tx\n")
    assert found.rows == (("Arrivals", "9"),)
    assert [(one.line, one.column) for one in found.problems] == [(1, "weather"), (1, "value"), (1, "column 5")]
    assert "twice" in found.problems[1].got


def test_more_columns_than_there_are_and_no_header() -> None:
    assert "14 columns and no header" in only(read_pasted("\t".join("abcdefghijklm") + "\t14\n"))


@pytest.mark.parametrize("text", ["", "\n\n", " \t \n", "\ufeff"])
def test_nothing(text: str) -> None:
    assert "no rows" in only(read_pasted(text))


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "at most 60" in only(read_pasted("\t".join("x" * 70)))
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    assert "3 rows" in only(read_pasted("a\nb\nc\n"))
    assert read_pasted("a\nb\nc\n").rows == ()
    monkeypatch.setattr(module, "LARGEST", 10)
    assert "at most" in only(read_pasted("ééééééé"))
    assert "at most" in only(read_uploaded("x.csv", b"12345678901"))


# --- persons -------------------------------------------------------------------------------------------------------

PERSONAL = [
    "Phone", "phone_number", "Mobile no.", "Name of head of household", "Father's name", "National ID",
    "Date of birth", "e-mail", "Prénom", "Nom de famille", "Téléphone", "رقم الهاتف", "اسم الأب", "رقم الهوية",
    "Passport",
]  # fmt: skip


@pytest.mark.parametrize("name", PERSONAL)
def test_columns_of_persons_are_left_out_with_the_reason(name: str) -> None:
    found = read_pasted(f"series\tvalue\t{name}\nArrivals\t9\tsecret\n")
    assert "no personal data" in only(found)
    assert "secret" not in repr(found)


def test_a_list_of_persons_is_refused_though_no_column_is_known() -> None:
    found = read_pasted("Family name\tPhone\nsecret\t12\n")
    assert (found.rows, found.header) == ((), True)
    assert len(found.problems) == 2


def test_a_long_text_is_looked_at_in_no_time() -> None:
    for text in ("a" * 2**20, "a@" * 2**19, "+1" * 2**19, "0771 " * 2**18, "@a." * 2**18):
        begin = time.process_time()
        personal_value(text)
        assert time.process_time() - begin < 3, text[:9]


def test_no_column_of_ours_is_personal() -> None:
    for model in ("siege", "journey"):
        assert [
            name for table in schema(model).tables for name in schema(model).names(table) if is_personal(name)
        ] == []


@pytest.mark.parametrize(
    "text",
    [
        "call +964 770 123 4567",
        "0770 123 4567",
        "07701234567",
        "00964 770 1234567",
        "٠٧٧٠١٢٣٤٥٦٧",
        "(+33) ask a.b@c.org",
    ],
)
def test_cells_of_persons_are_emptied_with_the_reason(text: str) -> None:
    found = read_pasted(f"series\tvalue\tnote\nArrivals\t9\t{text}\n")
    assert "the cell was emptied" in only(found)
    assert found.rows == (("Arrivals", "9", ""),)


@pytest.mark.parametrize(
    "text",
    [
        "160,000 people", "28/02/2017 120000", "2017-02-28 12000", "+ 12 000 000", "grew by +12,000",
        "p. 0123-456", "36.340000, 43.130000", "0.7701234567", "07:30 to 18:00",
    ],
)  # fmt: skip
def test_figures_and_days_are_no_phone_numbers(text: str) -> None:
    assert personal_value(text) == ""


@pytest.mark.parametrize("name", shipped())
def test_no_text_of_a_shipped_scenario_looks_personal(name: str) -> None:
    scenario, _ = check_scenario(name)
    assert scenario is not None
    texts = [
        cell
        for table, frame in scenario.tables.items()
        for column in scenario.schema.columns[table]
        if column.kind == "text" and column.name != "url"
        for cell in frame[column.name]
    ]
    assert len(texts) > 500
    assert [text for text in texts if personal_value(text)] == []


# --- uploaded ------------------------------------------------------------------------------------------------------


def test_a_csv_file() -> None:
    found = read_uploaded("C:\\Users\\x\\counts.csv", b"\xef\xbb\xbfseries,value\r\nArrivals,9\r\n")
    assert (found.file, found.rows, found.problems) == ("counts.csv", (("Arrivals", "9"),), ())
    assert "byte order mark" in found.notes[0].got


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("série,value\nArrivées,9\n".encode("cp1252"), "not UTF-8"),
        ("series,value\nArrivals,9\n".encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
        (b"", "an empty file"),
        (b"PK\x03\x04 and then nothing", "cannot be unpacked"),
    ],
)
def test_files_that_are_something_else(content: bytes, told: str) -> None:
    problems = [str(one) for one in read_uploaded("x.csv", content).problems]
    assert any(told in problem for problem in problems), problems


def test_a_workbook_as_people_fill_it_in() -> None:
    content = workbook(
        ("series", "end", "published", "value", "value_low", "value_high", "note"),
        ("Arrivals", date(2030, 3, 7), datetime(2030, 3, 8, 17, 30), 900, 0.1 + 0.2, 1e15, True),
        (None, None, None, None, None, None, None),
        ("مخيم", datetime(2030, 3, 7), "2030-03-08", 1234.5, None, 12, "=not a formula"),
    )
    found = read_uploaded("counts.xlsx", content)
    assert found.rows[0] == ("Arrivals", "2030-03-07", "2030-03-08 17:30:00", "900", "0.3", "1e+15", "true")
    assert found.rows[1][:6] == ("مخيم", "2030-03-07", "2030-03-08", "1234.5", "", "12")
    assert found.lines == (2, 4)


def test_formulas_give_what_was_computed_or_a_problem() -> None:
    content = workbook(("series", "value"), ("A", "=1+1"), ("B", "=2+2"))
    computed = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    content = repacked(content, sheet1=computed.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"))
    found = read_uploaded("counts.xlsx", content)
    assert found.rows == (("A", "2"), ("B", ""))
    assert "line 3, column 2: got a formula without a value" in only(found)


def test_errors_are_shown_and_not_blank() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(("series", "value"))
    sheet.append(("A", "#DIV/0!"))
    sheet["B2"].data_type = "e"
    assert read_uploaded("counts.xlsx", saved(book)).rows == (("A", "#DIV/0!"),)


def test_the_sheet_with_the_header_is_taken_and_hidden_ones_are_not() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(workbook(("Notes of the day", "x", 5), Counts=[("series", "value"), ("A", 1)], Old=[("series",)]))
    )
    assert read_uploaded("x.xlsx", saved(book)).rows == (("A", "1"),)
    assert "'Counts' was read" in read_uploaded("x.xlsx", saved(book)).notes[0].do
    book["Counts"].sheet_state = "hidden"
    assert read_uploaded("x.xlsx", saved(book)).rows == ()
    assert "no cells" in only(read_uploaded("x.xlsx", workbook((None,))))


def test_an_archive_that_unpacks_to_more_than_memory() -> None:
    bomb = repacked(workbook(("series", "value")), styles=b"0" * (61 * 2**20))
    assert len(bomb) < 2**20
    assert "at most 60 MB when unpacked" in only(read_uploaded("x.xlsx", bomb))


def test_an_archive_that_lies_about_its_size() -> None:
    content = bytearray(repacked(workbook(("series", "value")), styles=b"0" * 2**20))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        offset = archive.getinfo("xl/styles.xml").header_offset
    central = content.rindex(b"xl/styles.xml") - 46
    for at in (offset + 22, central + 24):
        content[at : at + 4] = (10).to_bytes(4, "little")
    assert "cannot be unpacked" in only(read_uploaded("x.xlsx", bytes(content)))


@pytest.mark.parametrize(
    "cell", ['<c r="XFD1048576"><v>1</v></c>', '<c r="A99999999" t="str"><v>1</v></c>', "<c><v>1</v></c>"]
)
def test_a_cell_far_out_that_would_need_all_memory(cell: str) -> None:
    sheet = zipfile.ZipFile(io.BytesIO(workbook(("series", "value")))).read("xl/worksheets/sheet1.xml").decode()
    far = sheet.replace("</sheetData>", f'<row r="1048576">{cell}</row></sheetData>')
    found = read_uploaded("x.xlsx", repacked(workbook(("series", "value")), sheet1=far.encode()))
    assert f"cells in the first {FARTHEST[0]:,} rows" in only(found)
    empty = sheet.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    assert "a header and no rows" in only(
        read_uploaded("x.xlsx", repacked(workbook(("series", "value")), sheet1=empty.encode()))
    )


@pytest.mark.parametrize("name", ["workbook", "sheet1", "workbook.xml"])
@pytest.mark.parametrize(
    "part",
    [
        b"", b"<", b"<a/>", b"\xff" * 100, b"<c>" * 300_000, b'<c r="A1"' * 100_000,
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
    ],
    ids=["nothing", "open", "other", "bytes", "cells", "unclosed", "entities"],
)  # fmt: skip
def test_parts_that_are_broken_are_said_to_be(name: str, part: bytes) -> None:
    found = read_uploaded("x.xlsx", repacked(workbook(("series", "value"), ("A", 1)), **{name: part}))
    assert len(found.problems) == 1
    assert found.rows == ()


def test_a_workbook_without_its_parts() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "a damaged workbook" in only(read_uploaded("x.xlsx", out.getvalue()))
