"""Run what the tutorial and the guides tell a reader to do, and compare or rewrite the output that they show.

    python docs/commands.py            # run every page; exit 1 and say where the output differs
    python docs/commands.py --write    # put the real output into the pages

The blocks of a page run from top to bottom in one new folder. In that of a guide stands ``my-city``, as
``saferground new my-city`` writes it.

- ```` ```console ````: lines that begin with ``$`` are commands, the others what they print. A line ``...`` stands for
  any number of lines. ``exit=3`` after the word console: the last command of the block leaves with that code.
- ```` ```diff FILE ````: an edit of a file, or a new one; a line that begins with a space says where.
- ```` ```python ````: a program, and what it prints where a ```` ```text ```` block follows.

Output agrees when its words do and each number is within a tenth of the one shown.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DOCS = Path(__file__).parent
GUIDES = DOCS / "howto"
PAGES = sorted([*(DOCS / "tutorial").glob("*.md"), *GUIDES.glob("*.md")])
BLOCK = re.compile(
    r"^```(?P<kind>console|diff|python)(?P<rest>[^\n]*)\n(?P<body>.*?)^```$"
    r"(?P<then>\n\n```text\n(?P<output>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SECONDS = re.compile(r"\(\d+ s\)")
TAKEN = "(3 s)"  # what a page shows for the time that a run took, whatever else the machine was doing
TOLERANCE = 0.1


def main() -> int:
    """Run every page; the exit code."""
    differences = []
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            replay = Replay(page, Path(folder))
            text = replay.run()
        differences += replay.differences
        if "--write" in sys.argv[1:]:
            page.write_text(text, encoding="utf-8", newline="\n")
    print("\n".join(differences))
    return 1 if differences and "--write" not in sys.argv[1:] else 0


@dataclass
class Replay:
    """One page played in one folder; ``differences`` are collected on the way."""

    page: Path
    folder: Path
    differences: list[str] = field(default_factory=list)

    def run(self) -> str:
        """Play the page; its text with the real output."""
        if self.page.parent == GUIDES:
            printed, code = self._printed("saferground new my-city")
            assert code == 0, printed
        return BLOCK.sub(self._play, self.page.read_text(encoding="utf-8"))

    def _play(self, block: re.Match[str]) -> str:
        return {"console": self._console, "diff": self._edit, "python": self._program}[block["kind"]](block)

    def _console(self, block: re.Match[str]) -> str:
        parts, code = [], 0
        for command, shown in commands(block["body"]):
            printed, code = self._printed(command)
            parts.append(f"$ {command}\n" + self._agreed(f"$ {command}", shown, printed))
        wanted = int(block["rest"].partition("exit=")[2] or 0)
        if code != wanted:
            self.differences.append(f"{self.page.name}: exit code {code} instead of {wanted}:\n{''.join(parts)}")
        return f"```console{block['rest']}\n{''.join(parts)}```"

    def _program(self, block: re.Match[str]) -> str:
        printed, code = self._run([sys.executable, "-c", block["body"]])
        if code:
            self.differences.append(f"{self.page.name}: this program fails\n{block['body']}{printed}")
        if block["then"] is None:
            return block[0]
        agreed = self._agreed(block["body"], block["output"], printed)
        return f"```python{block['rest']}\n{block['body']}```\n\n```text\n{agreed}```"

    def _edit(self, block: re.Match[str]) -> str:
        path = self.folder / block["rest"].strip()
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(edited(before, block["body"]), encoding="utf-8")
        return block[0]

    def _agreed(self, what: str, shown: str, printed: str) -> str:
        """What the page should show: as it is where that agrees."""
        if alike(shown, printed):
            return shown
        self.differences.append(f"{self.page.name}: {what}\n--- shown\n{shown}--- printed\n{printed}")
        return SECONDS.sub(TAKEN, printed)

    def _printed(self, command: str) -> tuple[str, int]:
        words = shlex.split(command)
        return self._run([sys.executable, "-m", "saferground", *words[1:]] if words[0] == "saferground" else words)

    def _run(self, words: list[str]) -> tuple[str, int]:
        settings = {**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1"}
        done = subprocess.run(
            words, cwd=self.folder, env=settings, encoding="utf-8", check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines()), done.returncode


def commands(body: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with the output that is shown below it."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def edited(text: str, change: str) -> str:
    """The text after a change: lines that begin with - go, those with + come, those with a space stay and say where.

    ValueError when a line that should be there is not. Without such a line the new ones come at the end.
    """
    lines, at = text.splitlines(), None
    for line in change.splitlines():
        sign, rest = line[:1], line[1:]
        if sign == "+":
            at = len(lines) if at is None else at
            lines.insert(at, rest)
            at += 1
        else:
            at = lines.index(rest, at or 0)
            at += 0 if sign == "-" and lines.pop(at) == rest else 1
    return "\n".join(lines) + "\n"


def alike(shown: str, printed: str) -> bool:
    """Whether the output shown on a page stands for what was printed."""
    shown, printed = (SECONDS.sub(TAKEN, text) for text in (shown, printed))
    pattern = "".join(r"(?:.*\n)*?" if line == "...\n" else _masked(line) for line in shown.splitlines(keepends=True))
    found = re.fullmatch(pattern, printed)
    if not found:
        return False
    pairs = zip(NUMBER.findall(shown), found.groups(), strict=True)
    return all(close(one, other) for one, other in pairs)


def _masked(line: str) -> str:
    return "".join(
        f"({NUMBER.pattern})" if NUMBER.fullmatch(part) else re.sub(r"(\\ )+", r" +", re.escape(part))
        for part in re.split(f"({NUMBER.pattern})", line)
    )


def close(one: str, other: str) -> bool:
    """Whether two numbers differ by a tenth at most."""
    a, b = (float(text.replace(",", "").rstrip(".")) for text in (one, other))
    return abs(a - b) <= TOLERANCE * max(a, b)


if __name__ == "__main__":
    sys.exit(main())
