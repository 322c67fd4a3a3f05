"""Languages of the interface: catalogues ``catalogues/CODE.po``, read as they are; another file is another language."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CATALOGUES = files("saferground.web") / "catalogues"
SOURCE = "en"
"""The language in which the interface is written."""


@dataclass(frozen=True)
class Language:
    """A language of the interface."""

    code: str = field(metadata={"help": "ISO 639-1 code"})
    name: str = field(metadata={"help": "What its speakers call it"})
    direction: Literal["ltr", "rtl"] = field(metadata={"help": "ltr: from left to right, rtl: from right to left"})


@cache
def languages() -> tuple[Language, ...]:
    """English and every language with a catalogue."""
    codes = sorted(one.name.removesuffix(".po") for one in CATALOGUES.iterdir() if one.name.endswith(".po"))
    return tuple(_language(code) for code in (SOURCE, *codes))


def _language(code: str) -> Language:
    locale = Locale.parse(code)
    return Language(code, str(locale.get_display_name(code)).capitalize(), locale.text_direction)  # type: ignore[arg-type]


def language(code: str) -> Language:
    """The language of a code; English for one that has no catalogue."""
    return next((one for one in languages() if one.code == code), languages()[0])


def accepted(header: str) -> Language:
    """The first language of an Accept-Language header that there is."""
    wanted = [part.split(";")[0].strip().split("-")[0].lower() for part in header.split(",")]
    return next((language(code) for code in wanted if code in {one.code for one in languages()}), languages()[0])


@cache
def translations(code: str) -> NullTranslations:
    """The words of a language; those that its catalogue lacks stay English."""
    if code == SOURCE:
        return NullTranslations()
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
