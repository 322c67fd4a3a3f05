"""Compare the journey model with Flee 3.1 on every network that Flee has run (``make flee-exactness``).

The results are written down.

    PYTHONPATH=tests python tools/flee_exactness.py [--members 100000]

Writes tests/accuracy/flee/results.csv and the tables of docs/explanation/flee-exactness.md. Leaves with code 1, and
says what differs, if there is an alarm on a network on which counts are exact.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.flee_networks import NETWORKS
from helpers.flee_reference import origins
from helpers.flee_results import PAGE, Result, page, result, write_results
from helpers.flee_runs import compared


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=100_000)
    members = parser.parse_args().members
    rows: list[Result] = []
    differ = False
    stored = origins()
    for network in (one for name, one in NETWORKS.items() if name in stored):
        with TemporaryDirectory() as folder:
            found = compared(network, Path(folder), members)
        rows.append(result(found))
        print(rows[-1], flush=True)
        if network.exact and found.alarms():
            differ = True
            print(*found.alarms()[:5], sep="\n")
    write_results(rows)
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8", newline="\n")
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
