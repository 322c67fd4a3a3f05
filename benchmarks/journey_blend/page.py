"""The result page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from journey_blend.comparing import RANGES, SETS, Foretold, Worth
from journey_blend.looking import LEADS
from saferground import __version__

INTRODUCTION = """# Does the journey model know what the counts do not?

Written by `make score-blend CRISES=folder`. At every weekly day of each crisis the journey model is built from
what was known then: counts, conflicts, closures and kinds of places up to the day (a zone of which no conflict is known
yet is a town). As many are newly displaced as the counted places together gain, after the day by the median of the
blend. What it sees of a place, with its own past errors around it, is put into the blend as an eighth forecaster and
believed by the same rules as the others. `benchmarks/journey_blend/voices.py` has the formulas.
[Decision 0029](../docs/decisions/0029-journeys-are-scored-on-counts-alone.md) draws the conclusion.
"""
BLENDED = """## In the blend

Summed CRPS of the blend of eight over that of the blend of seven, on counts of places {leads} days ahead; below 1 it is
better with it. *All* is the mean over crises. *Told* rows know what nobody knew. *Shares of growth* and *frozen shares*
use no model. The rows below them are controls without anything new: a rule that the blend has already, or the model's
people of a wrong place. What they gain is what the rules of the blend make of any eighth forecaster.
"""
ALONE = """## Alone

The same of each by itself, over the blend of seven.
"""
CHANGES = """## Changes over four weeks

Correlation of the changes foretold with those counted / mean error over that of foretelling none. *Told everything*
is given the counts and conflicts of all days, as Flee is. The last row is the best after the fact of {sets} sets of
parameters, drawn evenly in logarithms:

{ranges}
"""


def page(worth: Sequence[Worth], changes: Sequence[Foretold]) -> str:
    leads = " / ".join(str(lead) for lead in LEADS)
    ranges = "\n".join(f"- `{name}` from {low:g} to {high:g}" for name, (low, high) in RANGES.items())
    counted = {one.crisis: one.targets for one in worth if one.lead == LEADS[-1]}
    sizes = ", ".join(f"{name} {targets}" for name, targets in counted.items())
    parts = (
        INTRODUCTION, f"Version {__version__}. Targets at {LEADS[-1]} days: {sizes}.\n",
        BLENDED.format(leads=leads), *_worths(worth, "blended"), "", ALONE, *_worths(worth, "alone"), "",
        CHANGES.format(sets=SETS, ranges=ranges), *_changes(changes),
    )  # fmt: skip
    return "\n".join(parts) + "\n"


def _worths(worth: Sequence[Worth], what: str) -> Iterator[str]:
    crises = list(dict.fromkeys(one.crisis for one in worth))
    yield from _head("forecaster", [*crises, "all"])
    for voice in dict.fromkeys(one.voice for one in worth):
        rows = [[_value(worth, crisis, voice, lead, what) for lead in LEADS] for crisis in crises]
        yield _row(voice, [_together(row) for row in [*rows, list(np.mean(rows, axis=0))]])


def _value(worth: Iterable[Worth], crisis: str, voice: str, lead: int, what: str) -> float:
    return next(
        float(getattr(one, what)) for one in worth if (one.crisis, one.voice, one.lead) == (crisis, voice, lead)
    )


def _together(values: Iterable[float]) -> str:
    return " / ".join(f"{value:.3f}" for value in values)


def _changes(changes: Sequence[Foretold]) -> Iterator[str]:
    crises = list(dict.fromkeys(one.crisis for one in changes))
    yield from _head("forecaster", crises)
    for voice in dict.fromkeys(one.voice for one in changes):
        mine = {one.crisis: one for one in changes if one.voice == voice}
        yield _row(voice, [f"{mine[crisis].correlation:.2f} / {mine[crisis].error:.2f}" for crisis in crises])


def _head(first: str, names: Sequence[str]) -> Iterator[str]:
    yield _row(first, names)
    yield "|" + "---|" * (len(names) + 1)


def _row(first: str, cells: Iterable[str]) -> str:
    return f"| {' | '.join([first, *cells])} |"
