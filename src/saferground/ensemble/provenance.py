"""Where a result comes from."""

from __future__ import annotations

import saferground
from saferground.scenario.record import Scenario


def provenance(scenario: Scenario, members: int, seed: int) -> dict[str, str | int]:
    """Attributes of a Dataset: scenario, dates, seed, members, version."""
    settings = scenario.settings
    return {
        "title": settings.title, "purpose": settings.purpose, "owner": settings.owner,
        "sensitivity": settings.sensitivity, "scenario": scenario.name, "digest": scenario.digest, "seed": seed,
        "members": members, "version": saferground.__version__, "start": settings.start.isoformat(),
        "as_of": settings.as_of.isoformat(), "end": settings.end.isoformat(), "days": settings.days,
        "step_hours": settings.step_hours, "basis": "prior",
    }  # fmt: skip
