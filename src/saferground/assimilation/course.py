"""Running the members of either model in pieces, and keeping what they wrote down along their lines of descent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from saferground import engine
from saferground.engine import State, journey
from saferground.ensemble.members import Part, run_chunks
from saferground.model import Journey, Model
from saferground.model.arrays import Ground

Whole = NDArray[np.int64]


def begin(model: Model | Journey, members: int) -> Any:
    """State of members before the first day."""
    return journey.init(model.world, members) if isinstance(model, Journey) else engine.init(model.world, members)


def advance(
    model: Model | Journey, params: NDArray[np.void], seed: int, state: Any, first: int, last: int, threads: int
) -> tuple[Any, Any]:
    """What happened from the end of day ``first`` to that of day ``last``, and the state then.

    Days count from the start of the run. A member's draws depend on its place in ``params``. The state that is passed
    in is not to be used again.
    """
    if isinstance(model, Journey):
        return journey.run(model.world, params, seed, np.arange(len(params)), state, first=first, last=last)
    per_day = model.clock.steps_per_day

    def part(some: NDArray[np.void], numbers: Whole) -> Any:
        own = State(*(array[numbers[0] : numbers[-1] + 1] for array in state))
        return engine.run(model.world, some, seed, numbers, own, first=first * per_day, last=last * per_day)

    return run_chunks(part, params, np.arange(len(params)), threads, None), state


def blind(model: Model | Journey, day: int) -> Model | Journey:
    """The model as one who stands at the end of ``day`` sees control of the ground: what happens later is chance.

    Everything else that the model knows it still knows.
    """
    if isinstance(model, Journey):
        return model
    step, ground = day * model.clock.steps_per_day, model.world.ground
    if not ground.open_ended[0]:
        return model
    return replace(model, world=model.world._replace(ground=events_before(ground, step)))


def events_before(ground: Ground, step: int) -> Ground:
    """The ground of which control is known up to ``step``, without the events from then on."""
    kept = ground.event_step < step
    ends = np.concatenate([[0], kept.cumsum()])
    return ground._replace(
        event_start=ends[ground.event_start],
        event_step=ground.event_step[kept],
        event_district=ground.event_district[kept],
        event_status=ground.event_status[kept],
        known_until=np.array([step]),
    )


def reorder(state: Any, ancestors: Whole) -> Any:
    """A state whose member i is a copy of member ``ancestors[i]``."""
    return type(state)(*(array[ancestors] for array in state))


def descend(state: Any, ancestors: Whole) -> None:
    """Put a copy of member ``ancestors[i]`` in the place of member i, array by array: no second state is held."""
    for array in state:
        array[:] = array[ancestors]


def joined(pieces: Sequence[tuple[Any, Whole]]) -> Any:
    """One record of all days from pieces that follow each other.

    Each piece comes with the member of it that each member of the next piece descends from. Memory: one copy, and what
    one variable takes.
    """
    lines = np.arange(len(pieces[-1][1]))
    parts: list[tuple[Any, Whole]] = []
    for record, ancestors in reversed(pieces):
        lines = ancestors[lines]
        parts.insert(0, (record, lines))
    kind = type(parts[0][0])
    return kind(*(np.concatenate([record[i][own] for record, own in parts], axis=1) for i in range(len(kind._fields))))


def from_the_start(run: Part, pieces: Sequence[tuple[Any, Whole]]) -> Part:
    """``run``, but with the record of all days: member i of it follows member i of the last of ``pieces``."""

    def part(params: NDArray[np.void], numbers: Whole) -> Any:
        *earlier, (newest, lines) = pieces
        return joined([*earlier, (newest, lines[numbers]), (run(params, numbers), np.arange(len(numbers)))])

    return part
