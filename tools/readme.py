"""Run the examples of README.md and write their output into it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

README = Path(__file__).parents[1] / "README.md"
COMMAND = re.compile(r"```console\n\$ (?P<line>.+)\n(?P<output>(?:.*\n)*?)```")
EXAMPLE = re.compile(r"```python\n(?P<code>(?:.*\n)*?)```\n\n```text\n(?P<output>(?:.*\n)*?)```")


def main() -> None:
    text = README.read_text(encoding="utf-8")
    for pattern, group in ((COMMAND, "line"), (EXAMPLE, "code")):
        found = pattern.search(text)
        assert found, f"README.md lacks {pattern.pattern}"
        start, end = found.span("output")
        text = text[:start] + output(found[group]) + text[end:]
    README.write_text(text, encoding="utf-8")


def output(code: str) -> str:
    """What a ``saferground ...`` line, or Python code, prints in an empty folder."""
    command = ["-m", *code.split()] if code.startswith("saferground") else ["-c", code]
    with TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, text=True, check=True)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


if __name__ == "__main__":
    main()
