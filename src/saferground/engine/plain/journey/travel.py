"""A day of everyone: who is at a place decides, who is on a link moves on, arrives, and perhaps decides again."""

from __future__ import annotations

import math

from saferground.engine.plain.journey.cells import LOST, NO_WAY, Cell, Group, key_of_cell
from saferground.engine.plain.journey.choice import decide
from saferground.engine.plain.journey.scores import leave_chance
from saferground.engine.plain.journey.state import Today
from saferground.engine.plain.streams import binomial, fold

MOST_HOPS = 50
"""Links in a day; only those of no length can reach it."""
MOST_SHARES = 8
"""Most parts in which travellers are moved while a camp fills, so that the later ones see who came before."""
SELDOM = 0.01
"""Chance of leaving a place, per day, up to which recent travel is forgotten there."""
SPAN = 2.0
"""Days' distance at the highest level of recent travel."""


def decide_all(key: int, today: Today) -> None:
    """Everyone at a place decides whether to leave it, and by which link; people on a link notice when it closes."""
    before = dict(today.member.people)
    today.member.people.clear()
    for cell, people in before.items():
        if cell.travels:
            today.member.put(cell._replace(shut=cell.shut or closes(cell.link, today)), people)
            continue
        for group in decide(Group(cell, people, key_of_cell(key, cell, today.world)), False, today):
            today.member.put(group.cell, group.people)


def closes(link: int, today: Today) -> bool:
    """Whether a link is shut today and was open yesterday."""
    open_, day = today.world.links.open, today.day
    return bool(day > 0 and open_[day - 1, link] and not open_[day, link])


def travel_all(key: int, today: Today) -> None:
    """Everyone on a link moves, in parts while a camp fills."""
    shares = shares_of(today)
    before = dict(today.member.people)
    today.member.people.clear()
    for share in range(shares):
        for cell, people in before.items():
            if not cell.travels:
                rest(Group(cell, people, key_of_cell(key, cell, today.world)), today)
                before[cell] = 0
                continue
            own = key_of_cell(fold(key, share), cell, today.world)
            moving = binomial(fold(own, 4), people, 1.0 / (shares - share))
            before[cell] -= moving
            travel(Group(cell, moving, own), today)


def rest(group: Group, today: Today) -> None:
    """People who stay at a place today; where hardly anyone leaves, recent travel is forgotten at once."""
    if leave_chance(group.cell.place, today) <= SELDOM:
        group = group._replace(cell=group.cell._replace(memory=0))
    end_day(group, today)


def shares_of(today: Today) -> int:
    """In how many parts to move travellers: one for every quarter of the band in which the pull of a camp falls.

    The camp that needs most decides; one that all who are on links to it leave below that band needs none.
    """
    coming = [0] * len(today.member.present)
    for cell, people in today.member.people.items():
        if cell.travels:
            coming[int(today.world.links.end[cell.link])] += people
    shares = 1
    for place, people in enumerate(today.member.present):
        capacity = float(today.world.places.capacity[today.day, place]) * today.p["capacity_scaling"]
        band = capacity * (1.0 - today.p["capacity_buffer"])
        if people < capacity < math.inf and people + coming[place] > capacity - band:
            shares = max(shares, int(4.0 * coming[place] / (band + 1.0)) + 1)
    return min(shares, MOST_SHARES)


def travel(group: Group, today: Today) -> None:
    """A group that has decided goes as far as it comes today; those on a link who walk it and those who ride part."""
    if not group.cell.travels:
        end_day(group, today)
        return
    if today.world.rules.on_foot and group.cell.afoot:
        move(group, True, today)
        return
    walking = binomial(fold(group.key, 5), group.people, today.world.links.walk[group.cell.link])
    move(group._replace(people=walking, key=fold(group.key, 6)), True, today)
    move(group._replace(people=group.people - walking), False, today)


def move(group: Group, walks: bool, today: Today) -> None:
    """A group moves for what is left of the day; it arrives when it has come the length of the link."""
    if group.people == 0:
        return
    rules, cell = today.world.rules, group.cell
    parts = group.left or rules.parts
    cell = cell._replace(walked=cell.walked + parts) if walks else cell._replace(ridden=cell.ridden + parts)
    speed = today.p["max_walk_speed"] if walks else riding_speed(cell.link, today)
    group = group._replace(cell=cell, today=group.today + speed * parts / rules.parts)
    over = covered(cell, today) - float(today.world.links.km[cell.link])
    if over > 0.0 or (over == 0.0 and not rules.strict) or at_limit(cell, today):
        arrive(group._replace(today=group.today - over), over, speed, today)
    else:
        end_day(group, today)


def riding_speed(link: int, today: Today) -> float:
    """Speed in km a day of who does not walk."""
    own = float(today.world.links.speed[link])
    return today.p["max_move_speed"] if math.isnan(own) else own


def covered(cell: Cell, today: Today) -> float:
    """Distance in km that people have come on their link."""
    ridden = cell.ridden * riding_speed(cell.link, today)
    return (ridden + cell.walked * today.p["max_walk_speed"]) / today.world.rules.parts


def at_limit(cell: Cell, today: Today) -> bool:
    """Whether a journey has taken so long that its number has no room for another day."""
    return max(cell.ridden, cell.walked) >= 2**today.world.rules.ridden_bits - today.world.rules.parts


def arrive(group: Group, over: float, speed: float, today: Today) -> None:
    """A group is at the end of its link, or back at its start if the link was closed meanwhile.

    Unless the day is over or it was sent back it decides again at once: with the parts of the day that are left, or
    under the strict rules with a whole day, if it has come less than a day's distance.
    """
    cell, world = group.cell, today.world
    place = int((world.links.start if cell.shut else world.links.end)[cell.link])
    today.member.present[place] += group.people
    today.out.arrivals[place] += group.people
    way = LOST if cell.shut and cell.way != NO_WAY else cell.way
    left = 0 if world.rules.strict else int(over / speed * world.rules.parts)
    here = group._replace(cell=Cell(cell.group, place=place, way=way, memory=cell.memory), left=left)
    time_left = group.today < speed if world.rules.strict else left > 0
    if cell.shut or not time_left or group.hops >= MOST_HOPS:
        end_day(here, today)
        return
    for each in reversed(decide(here._replace(key=fold(group.key, 7)), presses_on(here, today), today)):
        travel(each, today)


def presses_on(group: Group, today: Today) -> bool:
    """Whether people do not rest here: in a town, if they have come less than half a day's distance of late."""
    if not today.world.rules.short_stints or not today.world.places.town[today.day, group.cell.place]:
        return False
    recent = group.cell.memory * (SPAN / 2**today.world.rules.memory_bits)
    return (recent + group.today / today.p["max_move_speed"]) * 0.5 < 0.5


def end_day(group: Group, today: Today) -> None:
    """What a group has travelled today becomes part of its recent travel, half of which fades each day.

    Some of the group go to the level above and some to that below, so that the mean is right.
    """
    levels = 2**today.world.rules.memory_bits
    if levels == 1:
        today.member.put(group.cell, group.people)
        return
    recent = (group.cell.memory + group.today / today.p["max_move_speed"] * (levels / SPAN)) * 0.5
    level = min(int(recent), levels - 1)
    above = binomial(fold(group.key, 8), group.people, recent - level) if level + 1 < levels else 0
    today.member.put(group.cell._replace(memory=level + 1), above)
    today.member.put(group.cell._replace(memory=level), group.people - above)
