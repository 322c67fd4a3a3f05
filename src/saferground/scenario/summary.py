"""What a good folder holds, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from saferground.scenario.cells import Value
from saferground.scenario.columns import Schema
from saferground.scenario.known import known_tables
from saferground.scenario.priors import Prior
from saferground.scenario.settings import Settings
from saferground.scenario.summary_journey import journey_lines
from saferground.scenario.summary_siege import siege_lines
from saferground.scenario.wording import known_of


def summary_lines(
    schema: Schema,
    settings: Settings,
    rules: Mapping[str, Value],
    parameters: Mapping[str, Prior],
    tables: Mapping[str, pd.DataFrame],
) -> list[str]:
    """About a dozen lines, each "subject: what there is"; figures are those known by the as-of date."""
    known = known_tables(schema, tables, settings.as_of)
    if schema.model == "journey":
        about = journey_lines(settings, rules, known, tables)
    else:
        about = siege_lines(settings, known, tables)
    return [
        settings.title,
        f"dates: start {settings.start}, known until {settings.as_of}, {settings.days} days ahead to {settings.end}, "
        f"steps of {settings.step_hours} h",
        *about,
        _parameters(parameters),
        f"sources: {known_of(known, tables, 'sources')}; sensitivity of the products: {settings.sensitivity}",
    ]


def _parameters(parameters: Mapping[str, Prior]) -> str:
    given = sum(not prior.is_default for prior in parameters.values())
    return f"parameters: {given} of {len(parameters)} set by the scenario, the others at their default prior"
