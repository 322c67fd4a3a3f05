"""What a voice is worth: alone, as the eighth forecaster of the blend, and in the changes that it foretells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from journey_blend.looking import AHEAD, LEADS, Array, Past, Point, blended, followed, given, run, said
from journey_blend.voices import GIVEN, Voice, changes, damped_trend, journey_model, last, spoken_of, told_everything
from saferground.forecasting.follow import Following
from saferground.forecasting.known import levels_at
from saferground.forecasting.stack import WIDEST_GAP, crps
from saferground.model.params import sample
from saferground.observation import Series
from saferground.scenario import Scenario

SETS = 60
"""Sets of parameters that are tried after the fact."""
RANGES = {
    "conflict_weight": (0.05, 1.0),
    "camp_weight": (1.0, 10.0),
    "conflict_movechance": (0.3, 1.0),
    "camp_movechance": (1e-4, 0.03),
    "default_movechance": (0.05, 0.9),
    "max_move_speed": (60.0, 600.0),
    "distance_power": (0.5, 3.0),
    "softening": (1.0, 100.0),
}
"""From where to where they are drawn, evenly in logarithms."""


@dataclass(frozen=True)
class Target:
    """A place, by the index and key of its series, a day, a lead (by its index), and what was counted."""

    key: str
    day: date
    lead: int
    truth: float


@dataclass(frozen=True)
class Worth:
    """Summed CRPS of one voice in one crisis at one lead over that of the blend without it, on the same targets."""

    crisis: str
    voice: str
    lead: int
    targets: int
    alone: float
    blended: float


@dataclass(frozen=True)
class Foretold:
    """How well changes over four weeks were foretold: correlation, and mean error over that of ``no change``."""

    crisis: str
    voice: str
    targets: int
    correlation: float
    error: float


def every_target(scenario: Scenario, weekly: Mapping[date, Following]) -> list[Target]:
    """What counts came to say of places that could be forecast, read as the blend reads them (``stack.judge``).

    Between counts at most 21 days apart truths lie on the line. What was nobody and stays nobody is left out.
    """
    whole = {one.key: one for one in levels_at(scenario, scenario.settings.end)}
    return [one for day, now in weekly.items() for i in now.ready for one in _targets(whole, now.series[i], day)]


def _targets(whole: Mapping[str, Series], series: Series, day: date) -> Iterator[Target]:
    if not series.place:
        return
    levels, known = whole[series.key].levels(), series.levels()["value"]
    days = np.array([one.toordinal() for one in levels["end"]])
    for i, lead in enumerate(LEADS):
        due = day.toordinal() + lead
        after = int(np.searchsorted(days, due))
        if after < len(days) and (days[after] == due or days[after] - days[after - 1] <= WIDEST_GAP):
            truth = float(np.interp(due, days, levels["value"].to_numpy(float)))
            if truth or known.any():
                yield Target(series.key, day, i, truth)


def together(weekly: Mapping[date, Following]) -> dict[tuple[str, date], Array]:
    """The blend of each series and week; (leads, draws)."""
    return {(now.series[i].key, day): ahead for day, now in weekly.items() for i, ahead in blended(now).items()}


def alone(weekly: Mapping[date, Following]) -> dict[tuple[str, date], Array]:
    """The same of the eighth forecaster by itself."""
    return {(now.series[i].key, day): said(now)[i, -1] for day, now in weekly.items() for i in now.ready}


def worths(
    scenario: Scenario, past: Past, weekly: Mapping[date, Following], voices: Mapping[str, Point]
) -> Iterator[Worth]:
    """Of each voice at each lead."""
    wanted = [one for one in every_target(scenario, weekly) if one.key.partition("@")[2] in past.places]
    without = losses(together(weekly), wanted)
    for name, point in voices.items():
        told = followed(scenario, Voice(past, point))
        with_it, by_itself = losses(together(told), wanted), losses(alone(told), wanted)
        for i, lead in enumerate(LEADS):
            at = np.array([one.lead == i for one in wanted], bool)
            sums = by_itself[at].sum(), with_it[at].sum()
            yield Worth(scenario.name, name, lead, int(at.sum()), *(float(one / without[at].sum()) for one in sums))


def losses(forecast: Mapping[tuple[str, date], Array], wanted: list[Target]) -> Array:
    """CRPS of each target, people."""
    return np.array([float(crps(forecast[one.key, one.day][one.lead], one.truth)) for one in wanted])


# --- changes over four weeks -----------------------------------------------------------------------------------------


def foretold(scenario: Scenario, past: Past, weekly: Mapping[date, Following]) -> Iterator[Foretold]:
    """Changes by the damped trend, the model as known and told everything, and by the best parameters of many."""
    wanted = [one for one in every_target(scenario, weekly) if LEADS[one.lead] == AHEAD]
    series = {day: {one.key: one for one in now.series} for day, now in weekly.items()}
    at = [(series[one.day][one.key], one) for one in wanted if spoken_of(past, series[one.day][one.key], one.day)]
    came = np.array([one.truth - last(known) for known, one in at])
    lead = np.array([AHEAD])
    points = {"damped trend": damped_trend, "journey model": journey_model, "told everything": told_everything}
    for name, point in points.items():
        gain = np.array([max(float(point(past, known, one.day, lead)[0]), 0.0) - last(known) for known, one in at])
        yield _foretold(scenario.name, name, gain, came)
    tried = [_gained(one, at) for one in _with_other_parameters(scenario, past)]
    rows = [_foretold(scenario.name, f"told everything, best of {SETS} in hindsight", one, came) for one in tried]
    yield min(rows, key=lambda row: row.error)


def _foretold(crisis: str, voice: str, gain: Array, came: Array) -> Foretold:
    error = float(np.abs(came - gain).sum() / np.abs(came).sum())
    return Foretold(crisis, voice, len(came), float(np.corrcoef(gain, came)[0, 1]), error)


def _gained(past: Past, at: list[tuple[Series, Target]]) -> Array:
    lead = np.array([AHEAD])
    gains = [(last(known), changes(past, known, one.day, lead, GIVEN)[0]) for known, one in at]
    return np.array([max(level + gain, 0.0) - level for level, gain in gains])


def _with_other_parameters(scenario: Scenario, past: Past) -> Iterator[Past]:
    """The same crisis as seen by models of other parameters that are given everything."""
    model = given(scenario)
    for people in run(model, _parameters(sample(model.priors, np.arange(SETS), 1))):
        yield Past(past.start, past.places, past.looks, people)


def _parameters(params: NDArray[np.void]) -> NDArray[np.void]:
    drawn, rng = params.copy(), np.random.default_rng(5)
    for name, (low, high) in RANGES.items():
        drawn[name][1:] = np.exp(rng.uniform(np.log(low), np.log(high), len(drawn) - 1))  # the first stays as shipped
    return drawn
