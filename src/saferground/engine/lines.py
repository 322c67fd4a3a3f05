"""The lines of a site as differences between counts: who has come to a station, less who is done with it."""

from __future__ import annotations

from saferground.axes import STAY_HOURS
from saferground.compiling import compiled
from saferground.engine.state import AID, APART, BOARDING, OPEN, SCREENING, SPENT, State
from saferground.model.arrays import World
from saferground.streams import Whole


@compiled
def reached(line: Whole, site: Whole, cohort: Whole, k: Whole, world: World, s: State) -> Whole:
    """Households of one step of arrival and class that every station before a line is done with."""
    households = s.came[site, cohort, k]
    for station in range(BOARDING):
        if world.sites.before[site, line, station]:
            households = min(households, s.done[site, station, cohort, k])
    return households


@compiled
def in_line(line: Whole, site: Whole, cohort: Whole, k: Whole, world: World, s: State) -> Whole:
    """Households of one step of arrival and class that wait in a line."""
    through = s.done[site, line, cohort, k] if line < BOARDING else 0
    return reached(line, site, cohort, k, world, s) - through


@compiled
def apart(site: Whole, cohort: Whole, k: Whole, world: World, s: State) -> Whole:
    """Households whose men are away from the others: in screening, or where aid stands beside it in one of the two.

    The households in a line are a run of those who came, in the order in which all lines serve them; those in either
    line are both runs without what they share.
    """
    men, others = world.classes.heads[SCREENING, k], world.classes.heads[AID, k]
    if men == 0 or others == 0 or not world.sites.has[site, SCREENING]:
        return 0
    begun, screened = reached(SCREENING, site, cohort, k, world, s), s.done[site, SCREENING, cohort, k]
    if not world.sites.side_by_side[site]:
        return begun - screened
    lined, aided = reached(AID, site, cohort, k, world, s), s.done[site, AID, cohort, k]
    return begun - screened + lined - aided - max(0, min(begun, lined) - max(screened, aided))


@compiled
def stay_class(hours: float) -> Whole:
    """Index into axes.STAY_HOURS."""
    found = -1
    for least in STAY_HOURS:
        if hours >= least:
            found += 1
    return found


@compiled
def spend_time(step: Whole, world: World, s: State) -> None:
    """Counts who is apart or in the open at the end of a step; they and those in the lines spend the step there."""
    for site in range(len(world.sites.key)):
        s.now[site, APART] = count_apart(site, step, world, s)
        people = 0
        for k in range(len(world.classes.key)):
            people += s.here[site, k] * world.classes.persons[k] - s.absent_site[site, k]
        s.now[site, OPEN] = max(0.0, people - world.sites.shade[step, site])
        for spent in range(SPENT):
            s.spent[site, spent] += world.step_hours * s.now[site, spent]


@compiled
def count_apart(site: Whole, step: Whole, world: World, s: State) -> Whole:
    """People of a site who are not with all of their household; none while nobody is in screening or aid."""
    people = 0
    if s.now[site, SCREENING] + s.now[site, AID] == 0.0:
        return people
    for cohort in range(s.first[site], step + 1):
        for k in range(len(world.classes.key)):
            if s.came[site, cohort, k] > 0:
                people += apart(site, cohort, k, world, s) * world.classes.persons[k]
    return people
