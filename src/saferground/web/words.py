"""What the scripts say, by language: the messages that stand in ``t("...")`` in ``static/*.js``."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from saferground.web.languages import translations

_SAID = re.compile(r"""\bt\("((?:[^"\\]|\\.)*)\"""")


@cache
def script_messages() -> tuple[str, ...]:
    """The English messages of all scripts, in order and each once."""
    scripts = sorted((files("saferground.web") / "static").iterdir(), key=lambda one: one.name)
    found = (said for one in scripts if one.name.endswith(".js") for said in _SAID.findall(one.read_text("utf-8")))
    return tuple(dict.fromkeys(found))


@cache
def script_words(code: str) -> dict[str, str]:
    """Each message of the scripts in a language; empty for English."""
    words = translations(code)
    said = {message: words.gettext(message) for message in script_messages()}
    return {message: word for message, word in said.items() if word != message}
