"""A reception site in SimPy, person by person: what the engine's counts are compared with.

Independent of the engine: every server, seat, man and woman is told apart, and time is continuous. Families come at
full hours. Clerks register families; then each man is screened by one lane and each of the others served at one aid
point, in the order in which they came, families with priority first; a family boards when all of them are through. A
service that is under way when a shift or a break ends goes on when work begins again.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

Events = Generator[simpy.Event, Any, Any]


@dataclass(frozen=True)
class Line:
    """A kind of server: how many, mean hours of an exponential service, and the hours of a day at which they work."""

    servers: int
    service: float
    work: tuple[tuple[float, float], ...]

    def end(self, begin: float, length: float) -> float:
        """When a service ends that begins at some time; only hours of work count."""
        day = begin // 24
        while True:
            for opens, closes in self.work:
                start, stop = max(begin, 24 * day + opens), 24 * day + closes
                if start < stop and start + length <= stop:
                    return start + length
                length -= max(0.0, stop - start)
            day += 1


@dataclass(frozen=True)
class Site:
    """Lines, seats for families on vehicles that come back after ``trip`` hours, and the men and others of a family."""

    lines: dict[str, Line]
    seats: Line
    men: int
    others: int


@dataclass
class Watched:
    """Hours that people spent in each line and apart, by day; of each family its rank and when it came and boarded."""

    days: int
    hours: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    families: list[tuple[int, float, float]] = field(default_factory=list)

    def spend(self, line: str, begin: float, end: float, people: int) -> None:
        """Books person-hours to the days on which they were spent."""
        spent = self.hours.setdefault(line, np.zeros(self.days))
        for day in range(int(begin // 24), min(self.days, int(end // 24) + 1)):
            spent[day] += people * max(0.0, min(end, 24 * (day + 1)) - max(begin, 24 * day))


def follow(site: Site, arrivals: Iterable[tuple[float, int]], days: int, seed: int) -> Watched:
    """Runs the site; ``arrivals`` are hours of arrival, in order, and ranks: 0 goes first. All are taken to the end."""
    env, seen, rng = simpy.Environment(), Watched(days), np.random.default_rng(seed)
    servers = {name: simpy.PriorityResource(env, line.servers) for name, line in site.lines.items()}
    seats = simpy.PriorityResource(env, site.seats.servers)

    def serve(name: str, rank: int) -> Events:
        begun, line = env.now, site.lines[name]
        with servers[name].request(priority=rank) as turn:
            yield turn
            yield env.timeout(line.end(env.now, rng.exponential(line.service)) - env.now)
        seen.spend(name, begun, env.now, site.men + site.others if name == "registration" else 1)

    def family(rank: int) -> Events:
        came = env.now
        yield from serve("registration", rank)
        begun = env.now
        parts = [env.process(serve("screening", rank)) for _ in range(site.men)]
        parts += [env.process(serve("aid", rank)) for _ in range(site.others)]
        yield simpy.AllOf(env, parts)
        seen.spend("apart", begun, env.now, site.men + site.others)
        yield from board(rank, came)

    def board(rank: int, came: float) -> Events:
        ready = env.now
        turn = seats.request(priority=rank)
        yield turn
        leaves = site.seats.end(env.now, 0.0)
        yield env.timeout(leaves - env.now)
        seen.spend("boarding", ready, env.now, site.men + site.others)
        seen.families.append((rank, came, env.now))
        yield env.timeout(site.seats.end(env.now, site.seats.service) - env.now)
        seats.release(turn)

    def gate() -> Events:
        for when, rank in arrivals:
            yield env.timeout(when - env.now)
            env.process(family(rank))

    env.process(gate())
    env.run()
    return seen
