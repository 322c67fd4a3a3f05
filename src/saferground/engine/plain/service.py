"""How much a line can serve in a step: server-hours, and services that take a random time."""

from __future__ import annotations

import numpy as np

from saferground.axes import STATIONS
from saferground.engine.plain.lines import in_line
from saferground.engine.plain.streams import beta, fold, gamma
from saferground.engine.state import State
from saferground.model.arrays import World


def services(key: int, line: int, site: int, step: int, p: np.void, world: World, s: State) -> float:
    """Services that a line can give in this step: hours of work times the rate of a server, and what was carried over.

    No more hours count than those in line can use, one server each. Where a service always takes the same time and
    fits into the step, that makes no difference.
    """
    rate, credit = p[f"{STATIONS[line]}_rate"], s.credit[site, line]
    hours, at_work = world.sites.server_hours[step, site, line], world.sites.open_hours[step, site, line]
    wanted = int((in_line(line, site, world, s) @ world.classes.load[line]).sum())
    random = world.sites.variation[site, line] > 0.0
    if random or at_work * rate < 1.0:
        hours = min(hours, wanted * at_work)
    if not random:
        return float(hours * rate + credit)
    return credit + complete(key, line, site, int(wanted - credit), hours * rate, world.sites.variation[site, line], s)


def complete(key: int, line: int, site: int, wanted: int, time: float, variation: float, s: State) -> int:
    """Services that end within a time, of the one under way and others of Gamma lengths of mean 1.

    The end of the last of them is drawn; then, as long as it is not known which is the last to end in time, the end of
    one half way between: sums of Gamma numbers, given their total, are Beta shares of it.
    """
    left, s.under_way[site, line] = s.under_way[site, line], 0.0
    if wanted <= 0:
        return 0
    if left > time:
        s.under_way[site, line] = left - time
        return 0
    begun, time, shape = int(left > 0.0), time - left, 1.0 / (variation * variation)
    if wanted == begun:
        return wanted
    ends = {0: 0.0, wanted - begun: gamma(fold(key, 0), (wanted - begun) * shape) / shape}
    if ends[wanted - begun] <= time:
        return wanted
    low, high = 0, wanted - begun
    while high - low > 1:
        middle = (low + high) // 2
        share = beta(fold(key, middle), (middle - low) * shape, (high - middle) * shape)
        ends[middle] = ends[low] + (ends[high] - ends[low]) * share
        low, high = (middle, high) if ends[middle] <= time else (low, middle)
    s.under_way[site, line] = ends[high] - time
    return low + begun
