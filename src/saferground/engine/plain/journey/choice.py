"""Decisions: whether to leave a place, by which path, and whether it can be taken."""

from __future__ import annotations

from saferground.engine.plain.chance import part, split, total
from saferground.engine.plain.journey.cells import LOST, NO_WAY, NOWHERE, Group
from saferground.engine.plain.journey.scores import NEARLY_FULL, leave_chance, options, room
from saferground.engine.plain.journey.state import Today
from saferground.engine.plain.streams import binomial, fold


def decide(group: Group, forced: bool, today: Today) -> list[Group]:
    """What becomes of a group that stands at a place: who does not leave, then the others, by what they do.

    Where nobody stays, the last to leave come first.
    """
    redirect = int(today.world.places.redirect[today.day, group.cell.place])
    follows = group.cell.way != NO_WAY and today.world.rules.rest_forces
    certain = forced or follows or redirect >= 0
    chance = 1.0 if certain else leave_chance(group.cell.place, today)
    leaving = binomial(group.key, group.people, chance)
    resting = group._replace(people=group.people - leaving)
    going = leave(group._replace(people=leaving), redirect, today) if leaving else []
    if not resting.people and going and going[-1].cell.travels:
        return [going[-1], *going[:-1]]
    return [resting, *going]


def leave(group: Group, redirect: int, today: Today) -> list[Group]:
    """Where people go who leave: where everyone is sent, on by the way that they remember, or where they choose."""
    if redirect >= 0:
        return [set_out(group, redirect, NO_WAY, int(today.world.links.key[redirect]), today)]
    if group.cell.way != NO_WAY:
        return [go_on(group, group.cell.way, today)]
    return choose(group, today)


def go_on(group: Group, way: int, today: Today) -> Group:
    """People follow the way that they remember, or forget it and stay where it has become impossible."""
    if way == LOST or not today.world.links.open[today.day, today.world.paths.link[way]] or refused(way, today):
        return stay(group)
    return follow(group, way, today)


def refused(q: int, today: Today) -> bool:
    """Whether a path leads to a camp that is nearly full."""
    end = int(today.world.paths.end[q])
    return bool(today.world.places.camp[today.day, end]) and room(end, today) < NEARLY_FULL


def stay(group: Group) -> Group:
    """People who wanted to leave remain, without a way in mind."""
    return group._replace(cell=group.cell._replace(way=NO_WAY), key=fold(group.key, 2))


def choose(group: Group, today: Today) -> list[Group]:
    """Each of the group takes a path with a chance in proportion to its weight; who is refused stays."""
    paths = today.world.paths
    ways = part(paths.first_of, group.cell.place)
    weights = options(group.cell, today)
    keys = [fold(group.key, 1) ^ int(paths.key[q]) for q in ways]
    chosen = zip(ways, spread(keys, group.people, weights), strict=True)
    gone = [follow(group._replace(people=n), q, today) for q, n in chosen if n and not refused(q, today)]
    remaining = group.people - sum(each.people for each in gone)
    return [*gone, stay(group._replace(people=remaining))] if remaining else gone


def spread(keys: list[int], count: int, weights: list[float]) -> list[int]:
    """Multinomial split of ``count`` over ``weights``; whoever has taken none of the others takes the last one."""
    taken = [i for i, weight in enumerate(weights) if weight > 0.0]
    parts = [0] * len(weights)
    if taken:
        before = weights[: taken[-1]]
        parts[: taken[-1]] = split(keys[: taken[-1]], count, before, total(weights))
        parts[taken[-1]] = count - sum(parts)
    return parts


def follow(group: Group, q: int, today: Today) -> Group:
    """People take the first link of a path and remember the rest."""
    paths = today.world.paths
    return set_out(group, int(paths.link[q]), int(paths.rest[q]), int(paths.key[q]), today)


def set_out(group: Group, link: int, way: int, mark: int, today: Today) -> Group:
    """People leave their place by a link; ``mark`` tells their draws from those of others who leave it."""
    place = group.cell.place
    today.member.present[place] -= group.people
    today.out.departures[place] += group.people
    today.out.flow[today.world.links.route[link]] += group.people
    cell = group.cell._replace(place=NOWHERE, link=link, way=way)
    return group._replace(cell=cell, key=group.key ^ mark)
