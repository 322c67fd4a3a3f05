"""Whether the journey model makes the blend of forecasters better (``make score-blend``).

Writes benchmarks/JOURNEY_BLEND.md. Nothing is tuned. Where no folder of crises is given there is nothing to score.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from beside_flee.crises import BESIDE, ROOT, VARIABLE, is_flee
from journey_blend.comparing import Foretold, Worth, foretold, worths
from journey_blend.looking import followed, looked
from journey_blend.page import page
from journey_blend.voices import voices
from saferground.forecasting.known import levels_at
from saferground.runs.score import read_any

OUT = ROOT / "benchmarks" / "JOURNEY_BLEND.md"


def main() -> None:
    given = arguments()
    folders = crises(given.crises)
    worth: list[Worth] = []
    changes: list[Foretold] = []
    for folder in folders:
        scenario = read_any(folder)
        weekly = followed(scenario)
        past = looked(scenario, weekly)
        every = levels_at(scenario, scenario.settings.end)
        for one in worths(scenario, past, weekly, voices(every)):
            print(one, flush=True)
            worth.append(one)
        changes += foretold(scenario, past, weekly)
    given.out.write_text(page(worth, changes), encoding="utf-8", newline="\n")


def crises(named: str | None) -> list[Path]:
    """Flee folders in the folder that is named, or in the one beside the repository; of two versions the first."""
    folder = Path(named or os.environ.get(VARIABLE) or BESIDE)
    found = [folder] if is_flee(folder) else sorted(path for path in folder.glob("*") if is_flee(path))
    found = [one for one in found if not one.name.endswith("_val") or len(found) == 1]
    if not found:
        raise SystemExit(
            f"Nothing scored: {folder} holds no Flee folder. Give one, or a folder of them: CRISES=folder."
        )
    return found


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crises", help="a Flee folder, or a folder of them")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


if __name__ == "__main__":
    main()
