"""A scenario becomes a model: names and dates turn into indices and steps; nothing reads a file after this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saferground.axes import Clock
from saferground.model.arrays import World
from saferground.model.ground import build_ground
from saferground.model.journey.build import Journey, build_journey
from saferground.model.layout import Layout, lay_out
from saferground.model.reception import build_care, build_settled, build_sites
from saferground.model.tools import classes_of
from saferground.model.ways import build_exits, longest_journey
from saferground.scenario.record import Prior, Scenario


@dataclass(frozen=True)
class Model:
    """Frozen arrays and labels; a function of what was known at the as-of date and of nothing else."""

    world: World
    clock: Clock
    layout: Layout
    priors: dict[str, Prior]
    households: pd.DataFrame
    scenario: Scenario

    @property
    def known_until(self) -> int:
        """First step after the as-of date."""
        return self.clock.step(self.scenario.settings.as_of + timedelta(days=1))


def build_model(scenario: Scenario) -> Model | Journey:
    """Model of a scenario, from the rows published by its as-of date: a siege or, if it says so, a journey.

    The run covers every day from the scenario's start to ``days`` after the as-of date. Raises UsageError when a
    journey's network has too many paths for its awareness level.
    """
    return build_journey(scenario) if scenario.settings.model == "journey" else build_siege(scenario)


def build_siege(scenario: Scenario) -> Model:
    """Model of a siege scenario."""
    known = scenario.known()
    settings = known.settings
    days = (settings.as_of - settings.start).days + 1 + settings.days
    clock = Clock(settings.start, settings.step_hours, days)
    layout = lay_out(known)
    model = Model(_world(known, layout, clock), clock, layout, known.parameters, _households(known, layout), known)
    _freeze(model.world)
    return model


def _households(scenario: Scenario, layout: Layout) -> pd.DataFrame:
    return scenario.tables["households"].set_index("id").loc[list(layout.households)]


def _world(scenario: Scenario, layout: Layout, clock: Clock) -> World:
    households = _households(scenario, layout)
    classes = classes_of(households)
    speeds = households["speed_kmh"].to_numpy()
    tables = scenario.tables
    as_of_step = clock.step(scenario.settings.as_of + timedelta(days=1))
    exits = build_exits(layout, tables["closures"], speeds, clock)
    sites = build_sites(layout, tables, speeds, clock)
    care = build_care(layout, tables, clock)
    return World(
        classes=classes,
        ground=build_ground(layout, tables, clock, as_of_step),
        exits=exits,
        sites=sites,
        settled=build_settled(layout, tables["camps"], classes, clock),
        care=care,
        step_hours=float(clock.step_hours),
        steps_per_day=clock.steps_per_day,
        ring=longest_journey(exits, sites, care, clock) + 1,
    )


def _freeze(arrays: Sequence[NDArray | NamedTuple | float]) -> None:
    for part in arrays:
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
        elif isinstance(part, tuple):
            _freeze(part)
