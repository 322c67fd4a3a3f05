"""Fits that a process has made, from which the next one of the same scenario goes on."""

from __future__ import annotations

from dataclasses import replace

from saferground.assimilation import Posterior, fit
from saferground.assimilation.particles import Progress
from saferground.model import Journey, Model

ROOM = 600_000_000
"""Bytes that the fits kept may take in all: about one of 120 days of mosul-2017 with 1,000 members."""


class Fits:
    """The newest fits, one for each scenario, number of members and seed.

    What comes of ``fit`` does not depend on what is kept, only how long it takes.
    """

    def __init__(self, room: int = ROOM):
        self._room = room
        self._kept: dict[tuple[str, int, int], Posterior] = {}

    def fit(self, model: Model | Journey, members: int, seed: int, progress: Progress | None = None) -> Posterior:
        """``saferground.fit``, continued from the newest that is kept where it can be."""
        key = (model.scenario.name, members, seed)
        made = fit(model, members, seed, progress=progress, earlier=self._kept.pop(key, None))
        if made.filtered.checkpoints:
            self._kept[key] = _without_ends(made)
            self._make_room()
        return made

    def _make_room(self) -> None:
        """Let the oldest go until the others fit."""
        while sum(map(_size, self._kept.values())) > self._room:
            del self._kept[next(iter(self._kept))]


def _without_ends(posterior: Posterior) -> Posterior:
    """Without the state on the last day and the courses, by far the largest part: nothing goes on from them."""
    return replace(posterior, filtered=replace(posterior.filtered, state=None, values={}))


def _size(posterior: Posterior) -> int:
    made = posterior.filtered
    records = sum(array.nbytes for record, _ in made.pieces for array in record)
    looks = sum(array.nbytes for look in made.looks for array in look.values.values())
    return records + looks + sum(len(one.packed) for one in made.checkpoints)
