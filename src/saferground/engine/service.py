"""How much a line can serve in a step: server-hours, and services that take a random time."""

from __future__ import annotations

import numpy as np

from saferground.compiling import compiled
from saferground.engine.lines import in_line
from saferground.engine.state import MUSTERING, REGISTRATION, SCREENING, State
from saferground.model.arrays import World
from saferground.model.params import Parameters
from saferground.streams import Whole, Word, beta, fold, gamma


@compiled
def rate_of(line: Whole, p: Parameters) -> float:
    """Services of one server in an hour."""
    if line == MUSTERING:
        return p.mustering_rate
    if line == REGISTRATION:
        return p.registration_rate
    return p.screening_rate if line == SCREENING else p.aid_rate


@compiled
def find_services(key: Word, line: Whole, site: Whole, step: Whole, p: Parameters, world: World, s: State) -> float:
    """Services that a line can give in this step, with what it carries over.

    Nobody is served by two servers at once, which matters only where a service may take longer than the step.
    """
    hours, rate = world.sites.server_hours[step, site, line], rate_of(line, p)
    at_work, variation = world.sites.open_hours[step, site, line], world.sites.variation[site, line]
    if variation == 0.0 and at_work * rate >= 1.0:
        return hours * rate + s.credit[site, line]
    wanted = count_services(line, site, step, world, s)
    hours = min(hours, wanted * at_work)
    if variation == 0.0:
        return hours * rate + s.credit[site, line]
    credit = s.credit[site, line]
    return credit + complete(key, line, site, wanted - credit, hours * rate, variation, s)


@compiled
def count_services(line: Whole, site: Whole, step: Whole, world: World, s: State) -> Whole:
    """Services that those in a line need."""
    wanted = 0
    for cohort in range(s.first[site], step + 1):
        for k in range(len(world.classes.key)):
            if s.came[site, cohort, k] > 0 and world.classes.load[line, k] > 0:
                wanted += in_line(line, site, cohort, k, world, s) * world.classes.load[line, k]
    return wanted


@compiled
def complete(key: Word, line: Whole, site: Whole, wanted: float, time: float, variation: float, s: State) -> Whole:
    """How many of ``wanted`` services end within ``time``, both in mean lengths of a service.

    First ends the service that is under way. The others together take a Gamma time. If that is too long, the time that
    a part of them takes is a Beta share of it, and halving finds the last one that ends; the next is under way then.
    """
    begun = s.under_way[site, line] > 0.0
    if wanted <= 0.0 or s.under_way[site, line] > time:
        s.under_way[site, line] = s.under_way[site, line] - time if wanted > 0.0 else 0.0
        return 0
    time -= s.under_way[site, line]
    s.under_way[site, line] = 0.0
    shape, rest = 1.0 / (variation * variation), np.int64(wanted) - begun
    if rest == 0:
        return np.int64(wanted)
    ended, later, at, end = 0, rest, 0.0, gamma(fold(key, 0), rest * shape) / shape
    if end <= time:
        return np.int64(wanted)
    while later - ended > 1:
        middle = (ended + later) // 2
        share = beta(fold(key, middle), (middle - ended) * shape, (later - middle) * shape)
        between = at + (end - at) * share
        if between <= time:
            ended, at = middle, between
        else:
            later, end = middle, between
    s.under_way[site, line] = end - time
    return ended + begun
