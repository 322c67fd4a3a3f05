"""Whatever is pasted or uploaded is read or refused with a word, and cells come back as they were copied."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saferground.exchange.pasted import Pasted, read_pasted, read_uploaded
from saferground.exchange.workbook import read_sheets
from saferground.scenario.personal import personal_value

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12)
CELLS = st.one_of(WORDS, st.sampled_from(['a "b"', "two\nlines", "=1+1", "مخيم", "1,5", "x\ty", "#n/a", "", "'"]))
BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest),
)


def holds_together(found: Pasted) -> None:
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert len(found.lines) == len(found.rows)
    assert found.rows or found.problems
    assert len(set(found.columns)) == len(found.columns)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    holds_together(read_pasted(text))


@given(BYTES)
@settings(max_examples=200, deadline=None)
def test_any_file_is_read_or_refused(content: bytes) -> None:
    found = read_uploaded("x.csv", content)
    holds_together(found)
    sheets, problems = read_sheets("x.xlsx", content)
    assert not sheets
    assert problems


@pytest.mark.parametrize("sign", ["\t", ","])
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_cells_come_back_as_they_were_copied(sign: str, rows: list[tuple[str, str]]) -> None:
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=sign, quoting=csv.QUOTE_ALL)
    writer.writerow(["series", "note"])
    writer.writerows(rows)
    clean = [tuple("" if personal_value(cell) else cell.strip() for cell in row) for row in rows]
    full = [row for row, raw in zip(clean, rows, strict=True) if any(cell.strip() for cell in raw)]
    tagged = [row for row in full if all(cell.startswith("#") or not cell for cell in row)]
    found = read_pasted(out.getvalue())
    if sign == "," and any("\t" in cell for row in rows for cell in row):
        return  # a tab says that the cells come from a spreadsheet
    assert [row for row in found.rows if row not in tagged] == [row for row in full if row not in tagged]
