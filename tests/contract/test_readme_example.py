"""The ten-line example of README.md runs, and prints what is written below it (figures may drift between versions)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
EXAMPLE = re.compile(r"```python\n(?P<code>(?:.*\n)*?)```\n\n```text\n(?P<output>(?:.*\n)*?)```")
FIGURES = re.compile(r"\d[\d,]*")


def test_the_example_runs(tmp_path: Path) -> None:
    found = EXAMPLE.search(README.read_text(encoding="utf-8"))
    assert found
    assert len(found["code"].splitlines()) <= 13
    command = [sys.executable, "-c", found["code"]]
    done = subprocess.run(command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert FIGURES.sub("#", done.stdout) == FIGURES.sub("#", found["output"]), "run `make readme`"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
