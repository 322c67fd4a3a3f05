"""Bring the catalogues of the board's interface up to date: every message of its pages and scripts, sorted.

    python tools/catalogues.py [CODE]...

Words that were translated stay; messages that no page has any more go. A new language begins with its code.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from saferground.web.words import data_words, script_messages

WEB = Path(__file__).parents[1] / "src" / "saferground" / "web"
CATALOGUES = WEB / "catalogues"
REPORTS = WEB.parent / "reporting"
HEADINGS = {
    "Section": {"title": 1, "short": 2},
    "Headline": {"label": 1},
    "Group": {"title": 1},
    "Table": {"caption": 1},
    "Column": {"title": 0, "unit": 2},
}
"""Which arguments of which records of a report are headings."""
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
    for message in data_words():
        found.add(message, locations=[("data", 0)])
    for message in words_of_reports():
        found.add(message, locations=[("reports", 0)])
    return found


def words_of_reports() -> list[str]:
    """The fixed words of reports that the board shows: in their templates, and headings that are written in code."""
    drawn = (*sorted(REPORTS.glob("templates/*.j2")), *sorted((WEB / "templates").glob("run*.j2")))
    found = [word for path in drawn for word in _said_in(path.read_text(encoding="utf-8"))]
    for path in (*sorted(REPORTS.glob("*.py")), *sorted(REPORTS.glob("journey/*.py"))):
        found += _headings(ast.parse(path.read_text(encoding="utf-8")))
    return list(dict.fromkeys(" ".join(word.split("\n")) for word in found if word != "%"))


def _said_in(template: str) -> list[str]:
    blocks = re.findall(r"{% filter said %}(.*?){% endfilter %}", template, re.DOTALL)
    keys = re.findall(r'\("(?:line|box|dot|tick|diamond)", "[^"]*", "([^"]+)"\)', template)
    return [*re.findall(r'"([^"]+)"\|(?:said|word)', template), *blocks, *keys]


def _headings(code: ast.Module) -> list[str]:
    """What a heading is in the calls that make one: a text, a name of a text, or one of two."""
    named = {
        t.id: a.value for a in ast.walk(code) if isinstance(a, ast.Assign) for t in a.targets if isinstance(t, ast.Name)
    }
    found: list[str] = []
    for call in ast.walk(code):
        for name, at in HEADINGS.get(getattr(getattr(call, "func", None), "id", ""), {}).items():
            given = [key.value for key in call.keywords if key.arg == name] + call.args[at : at + 1]
            found += [text for value in given for text in _texts(named.get(getattr(value, "id", ""), value))]
    return found


def _texts(value: ast.expr) -> list[str]:
    if isinstance(value, ast.IfExp):
        return [*_texts(value.body), *_texts(value.orelse)]
    return [value.value] if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value else []


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
