"""Write the pages of docs/reference from the code and its data files.

    python docs/generate.py            # write them
    python docs/generate.py --check    # exit 1 and name the pages that are out of date

The pages are kept in the repository so that they can be read there; nobody edits them by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from generator import code, inputs, results
from generator.markdown import Lines
from generator.models import each_model

FOLDER = Path(__file__).parent / "reference"
PAGES: dict[str, Callable[[], Lines]] = {
    **each_model("columns", inputs.columns),
    "plans": inputs.plans,
    **each_model("parameters", inputs.parameters),
    "standards": inputs.standards,
    "errors": inputs.error_tree,
    "cli": code.cli,
    "api": code.api,
    **each_model("variables", results.variables),
    **each_model("tables", results.tables),
    "tables-scores": results.score_tables,
    "tables-public": results.public_tables,
}


def main() -> int:
    """Write or check every page; the exit code."""
    made = {FOLDER / f"{name}.md": "\n".join(page()).rstrip() + "\n" for name, page in PAGES.items()}
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
        for path in stale:
            print(f"{path.relative_to(FOLDER.parents[1])} is out of date; run `python docs/generate.py`.")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
