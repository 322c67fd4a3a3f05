"""People who are displaced: in camps at the start, then day by day, from the counts or by rates."""

from __future__ import annotations

import math

from saferground.engine.plain.chance import split
from saferground.engine.plain.journey.cells import Cell
from saferground.engine.plain.journey.state import Member, Today
from saferground.engine.plain.streams import binomial, fold, poisson
from saferground.model.journey.arrays import FROM_COUNTS, POISSON, SHARE, JourneyWorld


def begin(key: int, world: JourneyWorld, member: Member) -> None:
    """People who are in camps at the start."""
    for place, people in enumerate(world.spawning.present.tolist()):
        appear(fold(key, world.places.key[place]), place, people, world, member)


def spawn(key: int, today: Today) -> None:
    """Newly displaced people of a day."""
    if today.world.spawning.mode == FROM_COUNTS:
        spread(key, today)
        return
    for place, rate in enumerate(today.world.spawning.rate[today.day].tolist()):
        if rate > 0.0:
            own = fold(key, today.world.places.key[place])
            displace(own, place, amount(own, place, rate, today), today)


def spread(key: int, today: Today) -> None:
    """The day's total comes from places at random, in proportion to population and conflict.

    Who finds no place, or one that nobody is left at, waits for a later day.
    """
    world, member = today.world, today.member
    total = int(world.spawning.total[today.day]) + member.unplaced
    weights = world.spawning.weight[today.day].tolist()
    pull = [people * weight for people, weight in zip(member.population, weights, strict=True)]
    keys = [fold(key, name) for name in world.places.key]
    wanted = split([fold(own, 0) for own in keys], total, pull)
    found = [displace(own, place, people, today) for place, (own, people) in enumerate(zip(keys, wanted, strict=True))]
    member.unplaced = total - sum(found)


def amount(own: int, place: int, rate: float, today: Today) -> int:
    """People displaced at one place by a rate: a Poisson number, or its mean in whole people.

    Fractions are carried over to the next day, or lost where the rules say so.
    """
    spawning, member = today.world.spawning, today.member
    mean = rate * (1.0 if spawning.own_rate else today.p["displaced_per_conflict_day"])
    if spawning.mode == SHARE:
        mean *= member.population[place]
    if spawning.mode == POISSON:
        return poisson(fold(own, 1), mean)
    if today.world.rules.whole:
        return int(mean)
    mean += member.carried[place]
    member.carried[place] = mean - math.floor(mean)
    return math.floor(mean)


def displace(own: int, place: int, people: int, today: Today) -> int:
    """Displaces people at a place, at most those who are left there if they leave its population; how many."""
    member = today.member
    if today.world.spawning.from_population:
        people = min(people, member.population[place])
        member.population[place] -= people
    appear(fold(own, 2), place, people, today.world, member)
    today.out.displaced[place] += people
    return people


def appear(key: int, place: int, people: int, world: JourneyWorld, member: Member) -> None:
    """People enter the model at a place; their classes are drawn one after the other, each from who is left."""
    member.present[place] += people
    classes = [k for k, share in enumerate(world.classes.share[place].tolist()) if share > 0.0]
    rest = 1.0
    for k in classes:
        share = float(world.classes.share[place, k])
        here = binomial(fold(key, world.classes.key[k]), people, share / rest) if people else 0
        rest -= share
        people -= here
        member.put(Cell(k, place=place, afoot=bool(world.rules.on_foot)), here)
    if people:
        member.put(Cell(classes[-1], place=place, afoot=bool(world.rules.on_foot)), people)
