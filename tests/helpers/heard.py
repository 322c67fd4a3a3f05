"""Small sieges with counts to learn from, and sieges whose truth is known.

model = heard(tmp_path, as_of=12)                     # the line world with counts of those who left and of a camp
truth = lived(model, days, seed)                      # one member of the filter's own model: what really happened
model = counted_as(model, [...])                      # the same model with other figures in its counts
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.worlds import START, World, line
from saferground.assimilation import particles
from saferground.assimilation.particles import Count, counts_of
from saferground.model import Model, build_model
from saferground.observation import observed
from saferground.observation.quantities import Quantity, over

Array = NDArray[np.float64]
LEFT = {day: 330.0 * day for day in range(2, 15, 2)}
CAMP = {day: 90.0 * day for day in range(2, 15, 3)}


def on(day: int) -> date:
    """A day of the siege."""
    return START + timedelta(days=day)


def rows(series: str, measures: str, figures: dict[int, float], place: str = "", late: int = 0) -> list[dict[str, Any]]:
    """Rows of counts.csv, by day after the start, public ``late`` days on."""
    return [
        {"series": series, "measures": measures, "place": place, "end": on(day), "value": float(value),
         "unit": "individuals", "published": on(day + late)}
        for day, value in figures.items()
    ]  # fmt: skip


def told(as_of: int = 14, left: dict[int, float] = LEFT, camp: dict[int, float] = CAMP, **more: Any) -> World:
    """The line world with counts of those who left every other day and of people in a camp every third."""
    counts = [*rows("Left", "left_cumulative", left), *rows("Camp", "present", camp, "camp_a")]
    return line(counts=counts, as_of=on(as_of), **more)


def heard(folder: Path, as_of: int = 14, **more: Any) -> Model:
    """The model of ``told``, as of a day."""
    model = build_model(told(14, **more).read(folder).at(as_of=on(as_of)))
    assert isinstance(model, Model)
    return model


class Truth(NamedTuple):
    """What happened to one member of the filter's own model."""

    counts: list[Count]
    values: dict[Quantity, Array]  # (1, days)
    scores: Array  # on the last day, (parameters,)

    def of(self, count: Count, late: float = 0.0) -> float:
        """The true figure of a count, some days late."""
        values = self.values[count.quantity]
        return float(over(values, count.quantity, count.kind, count.first, count.last, late)[0])

    def total(self, quantity: Quantity) -> float:
        """All who left or arrived by the last day."""
        return float(self.values[quantity].sum())


def lived(model: Model, days: int, seed: int, scores: Array | None = None) -> Truth:
    """One member from the first day on, its parameters drawn from the prior (or given) and, if drawn, drifting."""
    counts = counts_of(model, observed(model.scenario), days)
    rng = np.random.default_rng([seed, 7])
    now = particles._begun(model, observed(model.scenario), 1, seed)
    now.scores = rng.standard_normal((1, len(model.priors))) if scores is None else scores[None, :]
    for day in sorted({one.last + 1 for one in counts} | {days}):
        particles._run_to(now, model, day, counts, seed, 1)
        if scores is not None:
            now.scores = scores[None, :]
    return Truth(counts, now.values, now.scores[0])


def counted_as(model: Model, truth: Truth, figures: Sequence[float]) -> Model:
    """The model with other figures: one for each of the truth's counts, in their order."""
    counts = model.scenario.tables["counts"].copy()
    named = [one.name for one in observed(model.scenario)]
    for one, figure in zip(truth.counts, figures, strict=True):
        row = counts["series"].eq(named[one.series]) & counts["end"].eq(np.datetime64(on(one.last)))
        assert row.sum() == 1
        counts.loc[row, "value"] = figure
    return replace(model, scenario=replace(model.scenario, tables={**model.scenario.tables, "counts": counts}))
