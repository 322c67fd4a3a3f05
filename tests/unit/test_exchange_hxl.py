"""Descriptions of columns: HXL tags that keep to the standard, and words with units."""

from __future__ import annotations

import re

import pytest

from saferground.exchange import hxl

TAG = re.compile(r"#[a-z][a-z_0-9]*(\+[a-z][a-z_0-9]*)*")
CORE = set(
    re.findall(
        r"\w+",
        """
    access activity adm1 adm2 affected beneficiary capacity cause channel contact country crisis currency date
    description event frequency geo group impact indicator inneed item loc meta modality need operations org
    output population reached region respondee sector service severity status subsector targeted value
    """,
    )
)
"""Hashtags of HXL 1.1, https://hxlstandard.org/standard/1-1final/dictionary/."""


MODELS = pytest.mark.parametrize("model", ["siege", "journey", "scores", "plans", "public"])


@MODELS
def test_every_tag_is_a_core_hashtag_with_attributes(model: str):
    tags = [column.hxl for columns in hxl.descriptions(model).values() for column in columns] + [hxl.SENSITIVITY.hxl]
    assert all(TAG.fullmatch(tag) for tag in tags)
    assert {tag[1:].split("+")[0] for tag in tags} <= CORE


@MODELS
def test_every_described_table_has_a_question_and_a_sheet_name_that_excel_takes(model: str):
    assert set(hxl.descriptions(model)) == set(hxl.questions(model))
    sheets = [sheet for sheet, _ in hxl.questions(model).values()]
    assert all(len(sheet) <= 31 and not re.search(r"[\[\]:*?/\\]", sheet) for sheet in sheets)
    assert len({sheet.lower() for sheet in sheets}) == len(sheets)


@MODELS
def test_tags_differ_within_a_table(model: str):
    for table, columns in hxl.descriptions(model).items():
        tags = [column.hxl for column in columns]
        assert len(set(tags)) == len(tags), table


def test_a_set_of_quantiles_expands_to_those_that_are_there():
    names = ["place", "place_name", "place_kind", "date", "q05", "q25", "q50", "extra"]
    columns = hxl.columns("arrivals", names)
    assert [column.name for column in columns] == names[:-1]
    assert columns[-1].hxl == "#affected+displaced+arrivals+ind+q50"
    assert columns[-1].heading == "Median [people/day]"
    assert [column.name for column in columns if column.workbook] == ["place_name", "place_kind", "date", "q05", "q50"]


def test_prefixed_quantiles_keep_their_words():
    names = ["date", "day_q50", "since_start_q95"]
    headings = [column.heading for column in hxl.columns("leaving", names)]
    assert headings == ["Day", "That day: median [people/day]", "Since the start: 95 % [people]"]


def test_a_missing_column_is_named():
    with pytest.raises(KeyError, match="place_kind"):
        hxl.columns("arrivals", ["place", "place_name", "date", "q50"])
