"""What the camps of a journey need."""

from __future__ import annotations

import numpy as np
import xarray as xr

from saferground.planning import standards_for
from saferground.reporting.context import Section
from saferground.reporting.journey.run import Journey
from saferground.reporting.supply import by_period, days_of, section_of, supply
from saferground.reporting.words import long_day

MOST_DAYS = 5


def needs_section(needs: xr.Dataset, run: Journey) -> Section:
    """All camps together by day and by standard, then each camp on some days."""
    days = days_of(needs)
    chosen = np.unique(np.linspace(0, len(days) - 1, MOST_DAYS).round().astype(int))
    periods = {long_day(days[i]): slice(i, i + 1) for i in chosen.tolist()}
    note = (
        "Each cell: need at the median (90th percentile) on that day; below it, in orange, the part beyond the stated "
        "capacity. The workbook has more days."
    )
    camps = by_period(needs, supply(needs), "Day", periods, "Needs by camp on some days", note)
    return section_of(needs, run, camps, standards_for(run.used))
