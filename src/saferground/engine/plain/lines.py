"""The lines of a site: those who have come to a station and are not yet done with it, by cohort and class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from saferground.axes import LINES, SPENT, STAY_HOURS
from saferground.engine.state import State
from saferground.model.arrays import World


def reached(line: int, site: int, world: World, s: State) -> NDArray[np.int64]:
    """Households, by cohort and class, that all stations before a line are done with: the least of their counts."""
    counts = [s.came[site], *s.done[site][world.sites.before[site, line]]]
    return np.minimum.reduce(counts)


def in_line(line: int, site: int, world: World, s: State) -> NDArray[np.int64]:
    """Households, by cohort and class, that wait in a line; nobody where the site has no such station."""
    if LINES[line] == "boarding":
        return reached(line, site, world, s)
    if not world.sites.has[site, line]:
        return np.zeros_like(s.came[site])
    return reached(line, site, world, s) - s.done[site, line]


def apart(site: int, world: World, s: State) -> NDArray[np.int64]:
    """Households, by cohort and class, of which the men are not with the others.

    Those are the ones in the screening line. Where aid is given beside it, also those in the aid line: numbering the
    households in the order in which they are served, all that have a number in one of two ranges.
    """
    screening, aid = LINES.index("screening"), LINES.index("aid")
    mixed = (world.classes.heads[screening] > 0) & (world.classes.heads[aid] > 0)
    if not world.sites.has[site, screening]:
        return np.zeros_like(s.came[site])
    first, last = s.done[site, screening], reached(screening, site, world, s)
    if not world.sites.side_by_side[site]:
        return (last - first) * mixed
    other_first, other_last = s.done[site, aid], reached(aid, site, world, s)
    overlap = np.maximum(0, np.minimum(last, other_last) - np.maximum(first, other_first))
    return ((last - first) + (other_last - other_first) - overlap) * mixed


def stay_class(hours: float) -> int:
    """Which class of ``axes.STAY_HOURS`` some hours fall into."""
    return int(np.searchsorted(STAY_HOURS, hours, side="right")) - 1


def spend_time(step: int, world: World, s: State) -> None:
    """Who is in which line at the end of a step, apart, or in the open; each of them spends the step there."""
    people = s.here @ world.classes.persons - s.absent_site.sum(axis=1)
    for site in range(len(world.sites.key)):
        for line in range(len(LINES)):
            s.now[site, line] = (in_line(line, site, world, s) @ world.classes.heads[line]).sum()
        s.now[site, SPENT.index("apart")] = (apart(site, world, s) @ world.classes.persons).sum()
    s.now[:, SPENT.index("open")] = np.maximum(0.0, people - world.sites.shade[step])
    s.spent[...] += world.step_hours * s.now
