"""Groups of people who are moved together within a day: a stack of rows, each with its own key for draws."""

from __future__ import annotations

from saferground.compiling import compiled
from saferground.engine.journey.cells import COUNT, ENTRIES
from saferground.engine.journey.scratch import JourneyScratch
from saferground.streams import Whole, Word


@compiled
def push(work: JourneyScratch, source: Whole, count: Whole, key: Word) -> Whole:
    """A new group like that at ``source`` with ``count`` people; its place in the stack, or ``source`` without room."""
    top = work.groups[0]
    if top == len(work.word):
        work.then.full[0] = 1
        return source
    for i in range(ENTRIES):
        work.group[top, i] = work.group[source, i]
    work.group[top, COUNT] = count
    work.word[top] = key
    work.groups[0] = top + 1
    return top
