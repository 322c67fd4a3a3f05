"""Names and texts that somebody might write into a scenario to reach whoever opens its products.

HOSTILE pass the checks and must come out escaped or defused; HIDDEN are refused.
"""

from __future__ import annotations

from pathlib import Path

from helpers.planned import with_files
from helpers.worlds import World, line
from saferground.scenario.columns import schema

FORMULAS = (
    '=HYPERLINK("http://example.org","open me")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "＝1+1",
)
"""What a spreadsheet takes for a formula."""
MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '" onload="alert(4)',
    "<!-- {{ 7 * 7 }} {% raw %}",
    "<a href='javascript:alert(5)'>x</a>",
    "\u2028\u2029&lt;b&gt;",
    "</title></style><svg onload=alert(6)>",
)
OTHERS = (
    "|cmd' /C calc",
    "very long " * 150,
    "مخيم 🏕️ ‏السهل",
    "${7*7} %s %(x)s {0} `id` $(id)",
    "a\tb\nc",
    "'quoted",
    '"',
)
HOSTILE = (*FORMULAS, *MARKUP, *OTHERS)
HIDDEN = ("gate\u202etxt.exe", "\u2067town\u2069", "be\x07ll", "esc\x1b[2J", "li\x85ne", "\u202bname\u202c")
PLAN = """title = '=Lanes <script>alert(1)</script>'
note = "@SUM(1)"
[[stations]]
place = "desk"
kind = "screening"
from = 2030-01-07
servers = 4
"""


def hostile_world() -> World:
    """The line of three districts with hostile text wherever the scenario takes text."""
    world = line(title=HOSTILE[0], purpose=HOSTILE[5], owner=HOSTILE[6], audience=HOSTILE[1])
    texts = {table: [c.name for c in schema("siege").columns[table] if c.type == "text"] for table in world.tables}
    at = 0
    for table, rows in world.tables.items():
        for row in rows:
            for name in texts[table]:
                if name not in ("unit",):
                    row[name] = HOSTILE[at % len(HOSTILE)]
                    at += 1
    return world


def hostile_folder(folder: Path) -> Path:
    """The same as a scenario folder, with a hostile plan."""
    return with_files(folder, {"lanes.toml": PLAN}, hostile_world())
