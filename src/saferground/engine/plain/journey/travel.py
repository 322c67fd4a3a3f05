"""A day of everyone: who is at a place decides, who is on a link moves on, arrives, and perhaps decides again."""

from __future__ import annotations

import math
from dataclasses import replace

from saferground.engine.plain.chance import part
from saferground.engine.plain.journey.alike import add, begun, disperse, gather, recent, wait_turn
from saferground.engine.plain.journey.cells import LOST, NO_WAY, Cell, Group, key_of_cell
from saferground.engine.plain.journey.choice import decide
from saferground.engine.plain.journey.scores import leave_chance
from saferground.engine.plain.journey.state import Today
from saferground.engine.plain.streams import binomial, fold
from saferground.model.journey.arrays import JourneyWorld

MORNING = -1
"""Before the first stage of a day."""
MOST_ROUNDS = 50
"""Times that a stage of a day has; only links of no length can need them."""
MOST_SHARES = 8
"""Most parts in which travellers are moved while a camp fills, so that the later ones see who came before."""
SELDOM = 0.01
"""Chance of leaving a place, per day, up to which recent travel is forgotten there."""


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
    """Everyone on a link moves, in parts while a camp fills, and decides again on arrival, stage by stage."""
    before = dict(today.member.people)
    shares, today = shares_of(today), replace(begun(today), batch=batch_of(today))
    today.member.people.clear()
    for share in range(shares):
        own = fold(key, share)
        set_off(own, key, before, shares - share, today)
        for stage in range(today.world.rules.stages):
            rounds = 0
            while today.front[stage]:
                rounds += 1
                turn(fold(own, stage * (MOST_ROUNDS + 1) + rounds), stage, rounds, today)
    disperse(today)


def set_off(own: int, key: int, before: dict[Cell, int], shares: int, today: Today) -> None:
    """One of so many ``shares`` that are left of the people on links moves; people at places rest."""
    for cell, people in before.items():
        if not cell.travels:
            rest(Group(cell, people, key_of_cell(key, cell, today.world)), today)
            before[cell] = 0
            continue
        word = key_of_cell(own, cell, today.world)
        moving = binomial(fold(word, 4), people, 1.0 / shares)
        before[cell] -= moving
        travel(Group(cell, moving, word), MORNING, today)


def turn(key: int, stage: int, rounds: int, today: Today) -> None:
    """Everyone who arrived at a stage of the day decides again and moves on; who arrives within it has another turn."""
    now, today.front[stage] = today.front[stage], {}
    for (cell, forced, apart), waiting in now.items():
        word = key_of_cell(key, cell._replace(memory=int(forced)), today.world, apart)
        group = Group(cell, waiting.people, word)._replace(left=waiting.mean(0), today=waiting.mean(1))
        group = group._replace(cell=cell._replace(memory=waiting.mean(2)))
        for batch in batches_of(group, today):
            groups = decide(batch, forced, today) if rounds <= MOST_ROUNDS else [batch]
            for each in reversed(groups):
                travel(each, stage, today)
    for alike, waiting in today.front[-1].items():
        add(today.front[stage], alike, waiting.people, waiting.sums)
    today.front[-1].clear()


def batches_of(group: Group, today: Today) -> list[Group]:
    """Equal parts of a group, so that those later in it see who of it has come to a camp that fills."""
    paths = today.world.paths
    ends = {int(paths.end[q]) for q in part(paths.first_of, group.cell.place)}
    most = min((today.batch[end] for end in ends if end in today.batch), default=0)
    count = min(group.people // most + 1, MOST_SHARES) if most else 1
    cuts = [i * group.people // count for i in range(count + 1)]
    return [
        group._replace(people=cuts[i + 1] - cuts[i], key=fold(group.key, i) if i else group.key) for i in range(count)
    ]


def rest(group: Group, today: Today) -> None:
    """People who stay at a place today; where hardly anyone leaves, recent travel is forgotten at once."""
    if leave_chance(group.cell.place, today) <= SELDOM:
        group = group._replace(cell=group.cell._replace(memory=0))
    end_day(group, today)


def shares_of(today: Today) -> int:
    """In how many parts to move travellers: one for every quarter of the band in which the pull of a camp falls.

    The camp that needs most decides; one that all who are on links to it leave below that band needs none.
    """
    coming, shares = coming_to(today), 1
    for place, band in bands(today):
        if today.member.present[place] + coming[place] > filling_from(place, today):
            shares = max(shares, int(4.0 * coming[place] / (band + 1.0)) + 1)
    return min(shares, MOST_SHARES)


def batch_of(today: Today) -> dict[int, int]:
    """How many people of a group may set out at once for a place that fills: a quarter of the band."""
    travellers, present = sum(coming_to(today)), today.member.present
    return {
        place: max(int((band + 1.0) / 4.0), 1)
        for place, band in bands(today)
        if present[place] + travellers > filling_from(place, today)
        and present[place] < capacity_of(place, today) - 0.5 * band
    }


def coming_to(today: Today) -> list[int]:
    """People on links, by the place where the link ends."""
    coming = [0] * len(today.member.present)
    for cell, people in today.member.people.items():
        if cell.travels:
            coming[int(today.world.links.end[cell.link])] += people
    return coming


def capacity_of(place: int, today: Today) -> float:
    """Capacity as it is scaled."""
    return float(today.world.places.capacity[today.day, place]) * today.p["capacity_scaling"]


def bands(today: Today) -> list[tuple[int, float]]:
    """Places that are limited and not full, with the width of the band in which their pull falls."""
    limited = [place for place, n in enumerate(today.member.present) if n < capacity_of(place, today) < math.inf]
    return [(place, capacity_of(place, today) * (1.0 - today.p["capacity_buffer"])) for place in limited]


def filling_from(place: int, today: Today) -> float:
    """People from whom on the pull of a place falls."""
    capacity = capacity_of(place, today)
    return capacity - capacity * (1.0 - today.p["capacity_buffer"])


def travel(group: Group, stage: int, today: Today) -> None:
    """A group that has decided goes as far as it comes today; those on a link who walk it and those who ride part."""
    if not group.cell.travels:
        end_day(group, today)
        return
    if today.world.rules.on_foot and group.cell.afoot:
        move(group, True, stage, today)
        return
    walking = binomial(fold(group.key, 5), group.people, today.world.links.walk[group.cell.link])
    move(group._replace(people=walking, key=fold(group.key, 6)), True, stage, today)
    move(group._replace(people=group.people - walking), False, stage, today)


def move(group: Group, walks: bool, stage: int, today: Today) -> None:
    """A group moves for what is left of the day; it arrives when it has come the length of the link."""
    if group.people == 0:
        return
    rules, cell = today.world.rules, group.cell
    parts = group.left or rules.parts
    cell = cell._replace(walked=cell.walked + parts) if walks else cell._replace(ridden=cell.ridden + parts)
    speed = today.p["max_walk_speed"] if walks else riding_speed(cell.link, today)
    group = group._replace(cell=cell, today=group.today + metres(speed * parts / rules.parts))
    over = covered(cell, today) - float(today.world.links.km[cell.link])
    if over > 0.0 or (over == 0.0 and not rules.strict) or at_limit(cell, today):
        arrive(group._replace(today=max(group.today - metres(over), 0)), over, speed, stage, today)
    else:
        end_day(group, today)


def metres(km: float) -> int:
    """Kilometres in whole metres."""
    return math.floor(km * 1000.0 + 0.5)


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


def arrive(group: Group, over: float, speed: float, stage: int, today: Today) -> None:
    """A group is at the end of its link, or back at its start if the link was closed meanwhile.

    Unless the day is over or it was sent back it waits to decide again: with the parts of the day that are left, or
    under the strict rules with a whole day, if it has come less than a day's distance.
    """
    cell, world = group.cell, today.world
    place = int((world.links.start if cell.shut else world.links.end)[cell.link])
    today.member.present[place] += group.people
    today.out.arrivals[place] += group.people
    way = way_back(cell, world) if cell.shut else cell.way
    left = 0 if world.rules.strict else int(over / speed * world.rules.parts)
    here = group._replace(cell=Cell(cell.group, place=place, way=way, memory=cell.memory), left=left)
    waits = here.today < metres(speed) if world.rules.strict else left > 0
    if waits and not cell.shut:
        wait_turn(here, stage, presses_on(here, today), today)
    else:
        end_day(here, today)


def way_back(cell: Cell, world: JourneyWorld) -> int:
    """What people remember who come back to the start of their link: the stop after its end, as the next one now."""
    if cell.way == NO_WAY:
        return NO_WAY
    paths = world.paths
    for q in part(paths.first_of, int(world.links.start[cell.link])):
        if paths.link[q] == cell.link and paths.rest[q] == cell.way and paths.direct[q] >= 0:
            return int(paths.direct[q])
    return LOST


def presses_on(group: Group, today: Today) -> bool:
    """Whether people do not rest here: in a town, if they have come less than half a day's distance of late."""
    if not today.world.rules.short_stints or not today.world.places.town[today.day, group.cell.place]:
        return False
    return recent(group.cell.memory, today) + group.today / 1000.0 < today.p["max_move_speed"]


def end_day(group: Group, today: Today) -> None:
    """What a group has travelled today becomes part of its recent travel, half of which fades each day."""
    rules = today.world.rules
    if rules.memory_bits > 0:
        level = int((group.cell.memory + group.today / (1000.0 * rules.memory_km)) * 0.5 + 0.499)
        group = group._replace(cell=group.cell._replace(memory=min(level, 2**rules.memory_bits - 1)))
    if today.crowd:
        gather(group, today)
    else:
        today.member.put(group.cell, group.people)
