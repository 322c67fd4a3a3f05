"""Where marks and their names stand on a panel, so that neither covers the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

import numpy as np

from saferground.reporting.context import Mark

SYMBOL = 19.0
LETTER, BIG_LETTER = 12.5, 21.0

RANKS = {"camp": 1, "idp_camp": 1, "host_community": 1, "district": 2, "town": 2, "conflict_zone": 2, "flood_zone": 2}
RANKS |= {"forwarding_hub": 3, "marker": 4}

Marked = TypeVar("Marked", bound=Mark)
Box = tuple[float, float, float, float]
Label = tuple[float, float, str]


def apart(marks: Sequence[Marked]) -> list[Marked]:
    """Marks that are not districts moved side by side where they would cover each other; ways keep their true ends."""
    spots = np.array([[mark.x, mark.y] for mark in marks]).reshape(-1, 2)
    loose = [i for i, mark in enumerate(marks) if mark.kind != "district"]
    for _ in range(20):
        for a, b in combinations(loose, 2):
            gap = spots[b] - spots[a]
            short = SYMBOL - np.hypot(*gap)
            if short > 0:
                push = gap / max(np.hypot(*gap), 1e-9) if gap.any() else np.array([1.0, 0.0])
                spots[a] -= push * short / 2
                spots[b] += push * short / 2
    return [replace(m, x=round(float(x), 1), y=round(float(y), 1)) for m, (x, y) in zip(marks, spots, strict=True)]


def labelled(marks: Sequence[Marked], width: float, height: float) -> tuple[Marked, ...]:
    """Names where there is room for them, once for a desk and once, in larger letters, for a phone."""
    wide, narrow = _labels(marks, (width, height), LETTER), _labels(marks, (width, height), BIG_LETTER)
    return tuple(replace(m, label=a, small=b) for m, a, b in zip(marks, wide, narrow, strict=True))


def _labels(marks: Sequence[Mark], size: tuple[float, float], letter: float) -> list[Label | None]:
    """Greedy, the most important first: names keep clear of names and marks; those of sites may cover districts."""
    order = sorted(range(len(marks)), key=lambda i: (_rank(marks[i]), -max(marks[i].people, default=0), i))
    cores = [_core(mark) for mark in marks]
    names: list[Box] = []
    labels: list[Label | None] = [None] * len(marks)
    for i in order:
        homes, others = (
            [c for c, m in zip(cores, marks, strict=True) if (m.kind == "district") == home] for home in (True, False)
        )
        barred = names + others + (homes if _rank(marks[i]) else [])
        free = [
            spot for spot in _candidates(marks[i], letter) if _fits(spot[1], size) and not _touches(spot[1], barred)
        ]
        if free:
            labels[i], box = min(free, key=lambda spot: sum(_touches(spot[1], [home]) for home in homes))
            names.append(box)
    return labels


def _rank(mark: Mark) -> int:
    """Sites first, then camps and host communities, then districts, towns and zones."""
    return RANKS.get(mark.kind, 0)


def _core(mark: Mark) -> Box:
    """The part of a mark that a name must not cover."""
    largest = max(mark.radius, default=6.0)
    r = 0.55 * largest if mark.kind == "district" else max(0.9 * largest, 10.0)
    return mark.x - r, mark.y - r, mark.x + r, mark.y + r


def _candidates(mark: Mark, letter: float) -> list[tuple[Label, Box]]:
    least = 0.0 if mark.kind == "district" else 8.0
    r = max(max(mark.radius, default=8.0), least) + 3
    wide, high = 0.56 * letter * len(mark.name), letter
    middle, above, below = mark.y + 0.35 * high, mark.y - 0.8 * r, mark.y + 0.8 * r + 0.7 * high
    spots = (
        (mark.x + r, middle, "start"),
        (mark.x - r, middle, "end"),
        (mark.x, mark.y - r, "middle"),
        (mark.x, mark.y + r + 0.8 * high, "middle"),
        (mark.x + 0.7 * r, above, "start"),
        (mark.x - 0.7 * r, above, "end"),
        (mark.x + 0.7 * r, below, "start"),
        (mark.x - 0.7 * r, below, "end"),
    )
    shift = {"start": 0.0, "end": -wide, "middle": -wide / 2}
    return [
        (
            (round(x, 1), round(y, 1), anchor),
            (x + shift[anchor], y - 0.8 * high, x + shift[anchor] + wide, y + 0.2 * high),
        )
        for x, y, anchor in spots
    ]


def _fits(box: Box, size: tuple[float, float]) -> bool:
    return box[0] >= 2 and box[1] >= 2 and box[2] <= size[0] - 2 and box[3] <= size[1] - 2


def _touches(box: Box, others: Sequence[Box]) -> bool:
    """Whether a box covers a part of any other."""
    return any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in others)
