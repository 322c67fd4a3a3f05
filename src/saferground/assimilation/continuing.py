"""Going on from an earlier fit: to which of its checkpoints learning goes back, and how members are carried over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from saferground.assimilation import course
from saferground.assimilation.changes import changes, laid_out_alike
from saferground.assimilation.checkpoints import Checkpoint, unpack
from saferground.assimilation.particles import AHEAD, Heard, Now, counts_of
from saferground.model import Journey, Model
from saferground.observation import sources as hearing
from saferground.observation.quantities import daily
from saferground.observation.series import Series
from saferground.observation.sources import Sources

if TYPE_CHECKING:
    from saferground.assimilation.posterior import Posterior


def why_not(earlier: Posterior, model: Model | Journey, days: int, members: int, seed: int) -> str:
    """Why ``earlier`` cannot be continued to the end of ``days`` days of a run of ``model``; empty where it can, if it
    has a checkpoint to go back to."""
    before = earlier.model
    if isinstance(model, Journey) or isinstance(before, Journey):
        return "a journey takes who is displaced from its counts, so new counts change its past"
    if earlier.members != members or earlier.seed != seed:
        return "the earlier fit has another number of members or another seed"
    if before.clock.start != model.clock.start or earlier.filtered.day > days:
        return "the earlier fit starts on another day, or is of a later day"
    if before.priors != model.priors:
        return "priors of parameters have changed"
    if not laid_out_alike(before.world, model.world):
        return "there are other places or ways, or other people in them"
    return ""


def goes_back_to(earlier: Posterior, model: Model, series: Sequence[Series], days: int) -> Checkpoint | None:
    """The newest checkpoint of ``earlier`` before which nothing has changed; None without one.

    Only where ``why_not`` has nothing against it. Nothing has changed where the world is the same, the counts are those
    that were heard, and the looks ahead that were taken by then would see the same again.
    """
    made = earlier.filtered
    assert isinstance(earlier.model, Model), "a journey is not continued"
    heard, known = (earlier.series, [one.count for one in made.heard]), (series, counts_of(model, series, days))
    found = changes(earlier.model, heard, model, known)
    looks = _other_looks(earlier, model, found.rest if model.world.ground.open_ended[0] else min(found[:2]))
    last = min([*found, *(day - 1 for day in looks)])
    return next((one for one in reversed(made.checkpoints) if one.day <= last), None)


def _other_looks(earlier: Posterior, model: Model, same: int) -> list[int]:
    """Days of the looks ahead that would see another world, which is the same for ``same`` days, or end on another."""
    ends = [(look.day, *(min(look.day + AHEAD, one.clock.days) for one in (earlier.model, model)))
            for look in earlier.filtered.looks]  # fmt: skip
    return [day for day, end, other in ends if end != other or end > same]


def carried(earlier: Posterior, point: Checkpoint, model: Model, series: Sequence[Series], days: int) -> Now:
    """Members of ``earlier`` as they were at a checkpoint, in the arrays of ``model``, with what they had learned of
    ``series``."""
    made, members = earlier.filtered, unpack(point.packed, model.world)
    pieces = list(made.pieces[: point.pieces])
    quantities = {one.quantity for one in counts_of(model, series, days)}
    keys = [one.key for one in earlier.series]
    heard = [one for one in made.heard if one.count.last < point.day]
    return Now(
        members.scores, members.state, pieces, _arranged(members.sources, point.series, series), members.log_weight,
        daily(model, course.joined(pieces), quantities), point.day, _renumbered(heard, keys, series),
        [replace(one, sources=_arranged(one.sources, keys, series)) for one in made.looks if one.day <= point.day],
        [one for one in made.checkpoints if one.day <= point.day],
    )  # fmt: skip


def _renumbered(heard: Sequence[Heard], before: Sequence[str], after: Sequence[Series]) -> list[Heard]:
    """Counts of the series with the keys ``before`` as counts of ``after``."""
    place = {one.key: i for i, one in enumerate(after)}
    return [replace(one, count=one.count._replace(series=place[before[one.count.series]])) for one in heard]


def _arranged(sources: Sources, before: Sequence[str], after: Sequence[Series]) -> Sources:
    """What was learned of the series with the keys ``before``, for ``after``; of one that is new nothing is known."""
    new = hearing.unknown(len(sources.mean), [bool(one.place) for one in after])
    old = {key: i for i, key in enumerate(before)}
    for i, at in ((i, old[one.key]) for i, one in enumerate(after) if one.key in old):
        for part, held in zip(new, sources, strict=True):
            part[:, i] = held[:, at]
    return new
