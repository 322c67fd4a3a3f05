"""Who goes on together: arrivals who decide again at the same stage of the day, and people in the evening.

In a crowd, people who differ a little in how far they have come on a link, today or of late are taken together and have
the mean from then on; else only those who are the same in all of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from saferground.engine.plain.journey.cells import Group
from saferground.engine.plain.journey.state import Alike, Today


def begun(today: Today) -> Today:
    """The day with room for those who wait for their stage of it, and with whether there is a crowd."""
    return replace(today, crowd=is_crowd(today), front=[{} for _ in range(today.world.rules.stages + 1)])


def is_crowd(today: Today) -> bool:
    """Whether people are taken together today: where they can differ in what is averaged, and are many."""
    rules = today.world.rules
    return (rules.memory_bits > 0 or rules.parts > 1) and sum(today.member.people.values()) > rules.crowd


def recent(memory: int, today: Today) -> float:
    """Recent travel in km."""
    return float(memory * today.world.rules.memory_km)


def level_of(km: float, today: Today) -> int:
    """Level of recent travel."""
    return min(int(km / today.p["max_move_speed"] * today.world.rules.levels), today.world.rules.levels)


def stage_of(group: Group, today: Today) -> int:
    """Stage of the day at which a group arrives: by the hour, or in Flee 3.1, which has no hours, by its distance."""
    rules = today.world.rules
    if rules.strict:
        return min(int(group.today / (today.p["max_move_speed"] * 1000.0) * rules.stages), rules.stages - 1)
    return (rules.parts - group.left) * rules.stages // rules.parts


def add(alike: dict[Any, Alike], key: Any, people: int, sums: tuple[int, ...]) -> None:
    """Adds people to those who are alike, with the sums of what is averaged."""
    known = alike.get(key, Alike(0, (0, 0, 0)))
    alike[key] = Alike(known.people + people, tuple(a + b for a, b in zip(known.sums, sums, strict=True)))


def wait_turn(group: Group, now: int, forced: bool, today: Today) -> None:
    """A group that has arrived waits for its stage, with others like it; ``now`` is the present one."""
    memory, stage = group.cell.memory, stage_of(group, today)
    if not today.crowd:
        apart = ((group.today * 2**8 + group.left) * 2**16) + memory
    else:
        apart = level_of(recent(memory, today) + group.today / 1000.0, today) if forced else today.world.rules.levels
    key = group.cell._replace(memory=0), forced, apart
    sums = tuple(group.people * each for each in (group.left, group.today, memory))
    add(today.front[-1 if stage <= now else stage], key, group.people, sums)


def gather(group: Group, today: Today) -> None:
    """A group whose day is over is put to those who are like it."""
    cell, parts, stages = group.cell, today.world.rules.parts, today.world.rules.stages
    key = cell._replace(memory=level_of(recent(cell.memory, today), today))
    if parts > 1:
        key = key._replace(ridden=cell.ridden * stages // parts, walked=cell.walked * stages // parts)
    if group.people:
        sums = tuple(group.people * each for each in (cell.ridden, cell.walked, cell.memory))
        add(today.evening, key, group.people, sums)


def disperse(today: Today) -> None:
    """The groups of the evening become the cells of the next day."""
    for key, alike in today.evening.items():
        ridden, walked, memory = (alike.mean(i) for i in range(3))
        today.member.put(key._replace(ridden=ridden, walked=walked, memory=memory), alike.people)
    today.evening.clear()
