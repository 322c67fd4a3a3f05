"""Bring the catalogues of the board's interface up to date: every message of its pages and scripts, sorted.

    python tools/catalogues.py [CODE]...

Words that were translated stay; messages that no page has any more go. A new language begins with its code.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from saferground.web.words import script_messages

WEB = Path(__file__).parents[1] / "src" / "saferground" / "web"
CATALOGUES = WEB / "catalogues"
HEADER = """# The interface of Saferground in a language: `python tools/catalogues.py {code}` brings it up to date.
msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def messages() -> Catalog:
    """Every message of the interface."""
    found = Catalog(project="Saferground")
    for path in sorted((WEB / "templates").glob("*.j2")):
        options = {"trimmed": "true", "silent": "false"}
        for line, message, comments, _ in extract_from_file("jinja2.ext:babel_extract", path, KEYWORDS, (), options):
            found.add(message, locations=[(path.name, line)], auto_comments=comments)
    for message in script_messages():
        found.add(message, locations=[("scripts", 0)])
    for message in words_of_data():
        found.add(message, locations=[("data", 0)])
    return found


def words_of_data() -> list[str]:
    """Words that pages translate though they come from data: states of jobs, columns of grids, classes."""
    from saferground.reporting.page import SHARING
    from saferground.scenario.columns import EVERY_COLUMN

    columns = dict.fromkeys(one.name for one in EVERY_COLUMN if one.table in ("counts", "sources"))
    states = ("waiting", "running", "done", "failed", "cancelled", "entered", "changed", "withdrawn", "restored")
    return [*columns, *states, *(name.replace("_", " ") for name in SHARING)]


def updated(code: str) -> bytes:
    """The catalogue of a language with the messages of now."""
    path = CATALOGUES / f"{code}.po"
    before = read_po(path.open("rb"), locale=code) if path.exists() else Catalog(locale=code, project="Saferground")
    now = Catalog(locale=code)
    for message in messages():
        if message.id:
            old = before.get(message.id if isinstance(message.id, str) else message.id[0])
            now.add(
                message.id, old.string if old else None, locations=[(name, None) for name, _ in message.locations][:1]
            )
    made = io.BytesIO()
    write_po(made, now, width=110, sort_output=True, omit_header=True, include_lineno=False)
    return HEADER.format(code=code).encode() + made.getvalue()


def main() -> None:
    """Write the catalogues that are named, or all."""
    for code in sys.argv[1:] or sorted(path.stem for path in CATALOGUES.glob("*.po")):
        (CATALOGUES / f"{code}.po").write_bytes(updated(code))
        print(f"{code}: written")


if __name__ == "__main__":
    main()
