"""Languages of the board: every message is translated, nothing else is, and a further language is only a file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from helpers.boards import PAGE, a_board, visited
from saferground.web import languages
from saferground.web.languages import CATALOGUES

sys.path.append(str(Path(__file__).parents[2] / "tools"))

import catalogues

CODES = sorted(one.name.removesuffix(".po") for one in CATALOGUES.iterdir())
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
MARKUP = re.compile(r"<[a-zA-Z/!]|&#?\w+;")
Key = str | tuple[str, ...]


@cache
def catalogue(code: str) -> Catalog:
    """The catalogue of a language, as it is written."""
    return read_po((catalogues.CATALOGUES / f"{code}.po").open("rb"), locale=code)


def key(message: Message) -> Key:
    """What a message is known by: its English, or both forms of it."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    """Every form of a translation."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def told(catalogue: Catalog) -> dict[Key, Message]:
    """The messages of a catalogue, without its head."""
    return {key(message): message for message in catalogue if message.id}


def test_there_are_french_and_arabic() -> None:
    assert {"ar", "fr"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated_and_no_other(code: str) -> None:
    """`python tools/catalogues.py` puts it right, but for the words themselves."""
    there, needed = told(catalogue(code)), told(catalogues.messages())
    assert set(needed) - set(there) == set()
    assert set(there) - set(needed) == set()
    assert [key for key, message in there.items() if not all(forms(message)) or message.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_all_its_plurals(code: str) -> None:
    count = catalogue(code).num_plurals
    assert {len(forms(one)) for one in told(catalogue(code)).values() if not isinstance(one.id, str)} == {count}


@pytest.mark.parametrize("code", CODES)
def test_what_is_filled_in_agrees(code: str) -> None:
    for message in told(catalogue(code)).values():
        english = {
            place
            for text in ([message.id] if isinstance(message.id, str) else message.id)
            for place in PLACES.findall(text)
        }
        for text in forms(message):
            filled = set(PLACES.findall(text))
            assert filled == english if isinstance(message.id, str) else filled <= english, message.id
        assert isinstance(message.id, str) or english <= set(PLACES.findall(forms(message)[-1])), message.id


@pytest.mark.parametrize("code", CODES)
def test_no_translation_holds_markup_or_hidden_signs(code: str) -> None:
    for message in told(catalogue(code)).values():
        for text in forms(message):
            assert not MARKUP.search(text), message.id
            assert not set(text) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), (
                message.id
            )
            assert text == text.strip() or str(message.id)[-1:] == " ", message.id


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_is_written_as_the_tool_writes_it(code: str) -> None:
    assert (catalogues.CATALOGUES / f"{code}.po").read_bytes() == catalogues.updated(code)


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Hebrew, which is written from right to left, with one word translated."""
    folder = tmp_path / "catalogues"
    folder.mkdir()
    (folder / "he.po").write_text('msgid "Scenarios and runs"\nmsgstr "תרחישים"\n', encoding="utf-8")
    monkeypatch.setattr(languages, "CATALOGUES", folder)
    languages.languages.cache_clear()
    yield "he"
    languages.languages.cache_clear()


def test_a_further_language_is_only_a_file(another: str, tmp_path: Path) -> None:
    with visited(a_board(tmp_path / "board")) as visitor:
        page = visitor.get("/", headers={**PAGE, "Accept-Language": another}).text
    assert '<html lang="he" dir="rtl">' in page
    assert "<h1>תרחישים</h1>" in page
    assert "Choose a scenario to see its forecast" in page  # what is not translated stays English
    assert ">עברית</a>" in page


@pytest.mark.parametrize("code", ["en", *CODES])
def test_a_page_says_its_language_and_direction(code: str, tmp_path: Path) -> None:
    with visited(a_board(tmp_path)) as visitor:
        page = visitor.get("/", headers={**PAGE, "Accept-Language": code}).text
    assert f'<html lang="{code}" dir="{Locale.parse(code).text_direction}">' in page
    title = catalogue(code).get("Scenarios and runs") if code != "en" else None
    assert f"<h1>{title.string if title else 'Scenarios and runs'}</h1>" in page


def test_a_language_is_chosen_and_kept_and_the_page_stays(tmp_path: Path) -> None:
    with visited(a_board(tmp_path)) as visitor:
        answer = visitor.get("/language/fr?next=/scenarios/raqqa-2017/counts%3Fa=1", headers=PAGE)
        assert answer.headers["location"] == "/scenarios/raqqa-2017/counts?a=1"
        assert '<html lang="fr"' in visitor.get("/", headers={**PAGE, "Accept-Language": "ar"}).text
