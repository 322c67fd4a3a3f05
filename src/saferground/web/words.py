"""What the scripts say, by language: the messages that stand in ``t("...")`` in ``static/*.js``."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from saferground.exchange.classes import SHARING
from saferground.reporting.words import RANGE
from saferground.scenario.columns import EVERY_COLUMN
from saferground.web.languages import translations
from saferground.web.runs.record import WHOLE

STATES = ("waiting", "running", "done", "failed", "cancelled", "entered", "changed", "withdrawn", "restored")
_SAID = re.compile(r"""\bt\("((?:[^"\\]|\\.)*)\"""")


@cache
def script_messages() -> tuple[str, ...]:
    """The English messages of all scripts, in order and each once."""
    scripts = sorted((files("saferground.web") / "static").iterdir(), key=lambda one: one.name)
    found = (said for one in scripts if one.name.endswith(".js") for said in _SAID.findall(one.read_text("utf-8")))
    return tuple(dict.fromkeys(found))


@cache
def data_words() -> tuple[str, ...]:
    """Words that come from data but are translated: columns of grids, states, what was done with a row, classes."""
    columns = (one.name for one in EVERY_COLUMN if one.table in ("counts", "sources"))
    classes = (name.replace("_", " ") for name in SHARING)
    return tuple(
        dict.fromkeys(
            (*columns, *STATES, *classes, *SHARING.values(), *WHOLE.values(), "Old forecast", "New forecast", RANGE)
        )
    )


@cache
def script_words(code: str) -> dict[str, str]:
    """Each message of the scripts, and each word of data, in a language; empty for English."""
    words = translations(code)
    said = {message: words.gettext(message) for message in (*script_messages(), *data_words())}
    return {message: word for message, word in said.items() if word != message}
