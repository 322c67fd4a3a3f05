"""Continuing a fit day after day: how far back what is known changes, and what going back there saves.

    bench_continue.py [--write] [--members 300] [--dates 10]

For each shipped siege: over all consecutive as-of dates, how many days back the newest change lies (no fits); then, on
some of these dates, a fit continued from that of the day before beside a fit from the start. With ``--write`` the
result is ``benchmarks/CONTINUE.md``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from measure import machine
from saferground import build_model, fit, read_scenario
from saferground.assimilation import Posterior
from saferground.assimilation.changes import Changes, changes, laid_out_alike
from saferground.assimilation.particles import Count, counts_of
from saferground.model import Model
from saferground.observation import Series, observed

SIEGES = {"mosul-2017": (date(2017, 2, 28), date(2017, 7, 15)), "raqqa-2017": (date(2017, 6, 7), date(2017, 10, 20))}
"""First and last as-of date of each."""
GROUPS = ((0, "nothing"), (1, "1 day"), (3, "2 or 3 days"), (7, "4 to 7 days"), (28, "8 to 28 days"), (999, "more"))
OTHER = "other places or ways"
WHAT = ("control of the ground", "other inputs", "counts", "any of them")
PAGE = Path(__file__).parent / "CONTINUE.md"
INTRODUCTION = """# Continuing a fit

Written by `make bench-continue`. How a fit of one as-of date is continued to the next:
[Learning from counts](../docs/explanation/learning.md). Compare ratios between machines, not seconds.
"""


@dataclass(frozen=True)
class Timed:
    """CPU and wall seconds of something."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Pair:
    """A fit continued by one day beside one from the start."""

    as_of: date
    days: int
    taken_over: date | None
    continued: Timed
    whole: Timed


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--write", action="store_true")
    ask.add_argument("--members", type=int, default=300)
    ask.add_argument("--dates", type=int, default=10)
    asked = ask.parse_args()
    head = f"Taken on {datetime.now(UTC):%d %B %Y}: {machine()}.\n"
    page = "\n".join([INTRODUCTION, head, *(part for name in SIEGES for part in siege(name, asked))])
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")


def siege(name: str, asked: argparse.Namespace) -> Iterator[str]:
    """The page's section on one siege."""
    first, last = SIEGES[name]
    yield f"## {name}, {first} to {last}\n"
    yield how_far_back(name, first, last)
    some = [first + timedelta(days=int(one)) for one in np.linspace(0, (last - first).days - 1, asked.dates)]
    fit(model_at(name, first), 50)  # compiles
    yield timings([measured(name, one, asked.members) for one in some], asked.members)


def model_at(name: str, as_of: date) -> Model:
    model = build_model(read_scenario(name, as_of=as_of))
    assert isinstance(model, Model)
    return model


# --- how far back ---------------------------------------------------------------------------------------------------


def how_far_back(name: str, first: date, last: date) -> str:
    """A table: of how many dates the oldest change lies how far back, by what has changed."""
    rows: dict[str, Counter[str]] = {}
    for found, days in steps(name, first, last):
        for what, back in backs(found, days).items():
            rows.setdefault(what, Counter())[label(back)] += 1
        print(f"\r{name} {days} days", end="", file=sys.stderr)
    labels = [*(one for _, one in GROUPS), OTHER]
    lines = [
        "How far back the oldest change of what is known lies when the as-of date moves on by a day; number of "
        "dates:\n",
        f"| changed | {' | '.join(labels)} |",
        "|---|" + "---|" * len(labels),
        *(f"| {what} | {' | '.join(str(row[one] or '') for one in labels)} |" for what, row in rows.items()),
    ]
    return "\n".join(lines) + "\n"


def label(back: int | None) -> str:
    """The group of so many days back."""
    return OTHER if back is None else next(name for most, name in GROUPS if back <= most)


def steps(name: str, first: date, last: date) -> Iterator[tuple[Changes | None, int]]:
    """What changes with each as-of date (None: other places or ways), and how many days were done by the one before."""
    before, old = model_at(name, first), None
    for number in range(1, (last - first).days + 1):
        after = model_at(name, first + timedelta(days=number))
        days, new = known(after)
        old = old or known(before)[1]
        alike = before.priors == after.priors and laid_out_alike(before.world, after.world)
        yield changes(before, old, after, new) if alike else None, days - 1
        before, old = after, new


def known(model: Model) -> tuple[int, tuple[Sequence[Series], Sequence[Count]]]:
    """Days done by the as-of date, and the counts known then."""
    days, series = (model.scenario.settings.as_of - model.clock.start).days + 1, observed(model.scenario)
    return days, (series, counts_of(model, series, days))


def backs(found: Changes | None, days: int) -> dict[str, int | None]:
    """How many days back the oldest change lies, of ``days`` done; None: other places or ways."""
    if found is None:
        return dict.fromkeys(WHAT)
    each = dict(zip(WHAT, (*found, min(found)), strict=True))
    return {what: max(days - day, 0) for what, day in each.items()}


# --- what it saves --------------------------------------------------------------------------------------------------


def measured(name: str, as_of: date, members: int) -> Pair:
    """A fit of the day after ``as_of``, continued from that of ``as_of`` and from the start."""
    earlier, model = fit(model_at(name, as_of), members), model_at(name, as_of + timedelta(days=1))
    print(f"\r{name} {as_of}", end="", file=sys.stderr)
    later, continued = timed(lambda: fit(model, members, earlier=earlier))
    whole, anew = timed(lambda: fit(model, members))
    if not np.array_equal(later.filtered.scores, whole.filtered.scores):
        raise AssertionError(f"{name} as of {as_of}: a continued fit differs from one from the start")
    return Pair(model.scenario.settings.as_of, later.filtered.day, later.taken_over, continued, anew)


def timed(work: Callable[[], Posterior]) -> tuple[Posterior, Timed]:
    """What came of it, and how long it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    made = work()
    return made, Timed(time.process_time() - cpu, time.perf_counter() - wall)


def timings(pairs: Sequence[Pair], members: int) -> str:
    """A table of the pairs, and the sums."""
    total = [sum(getattr(getattr(one, how), unit) for one in pairs) for unit in ("cpu", "wall")
             for how in ("continued", "whole")]  # fmt: skip
    shares = sorted(one.continued.cpu / one.whole.cpu for one in pairs)
    lines = [
        f"A fit of {members} members continued by a day, beside one from the start (seconds; both give the same):\n",
        "| as of | days | learned again | CPU | from the start | wall | from the start | CPU, share |",
        "|---|---|---|---|---|---|---|---|",
        *map(row, pairs),
        "| all |  |  | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.2f} |".format(*total, total[0] / total[1]),
        f"\nThe median share is {float(np.median(shares)):.2f}.\n",
    ]
    return "\n".join(lines)


def row(one: Pair) -> str:
    """One line of the table."""
    again = (one.as_of - one.taken_over).days if one.taken_over else one.days
    named = f"{again}" if one.taken_over else "all: places or ways are others"
    return (
        f"| {one.as_of} | {one.days} | {named} | {one.continued.cpu:.1f} | {one.whole.cpu:.1f} | "
        f"{one.continued.wall:.1f} | {one.whole.wall:.1f} | {one.continued.cpu / one.whole.cpu:.2f} |"
    )


if __name__ == "__main__":
    main()
