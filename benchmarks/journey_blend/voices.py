"""Forecasters of places beside the seven of the blend: each a point, with its own past errors around it.

Of a place with the last count y, on day s, M being the model's people there as seen from the day of the forecast d:

    journey model        y + M(t) - M(s)
    scaled               y + r (M(t) - M(s)), r fitted to its own past four weeks ahead, drawn towards 1
    shares of arrivals   y + (share of the place in the model's increases at all counted places) x (what the blend
                         expects all of them to gain together)
    beyond its trend     damped trend + what M gains beyond the damped trend of M itself
    shares of growth     no model: the share in the model's increases replaced by that in the counts of the last 28 days
    frozen shares        no model: by the share in the people counted

Controls, which know nothing new; what the blend gains by them it owes to its rules and not to knowledge:

    last value, damped trend    once more, as the blend has them already
    scaled, other place 1 to 3  M of a wrong place, so many further on in the order of keys, in proportion to what the
                                model's people at both have gained so far
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from journey_blend.looking import AHEAD, Array, Past, Point
from saferground.forecasting.baselines import LEAST_SCALE, RECENT, SCALE, Record, fading, laplace, record_of
from saferground.observation import Series

Leads = NDArray[np.int64]
KNOWN, TOLD, GIVEN = "known", "told", "given"
"""Which people of the model are meant: seen by one who knows nothing later, who is told of conflicts, of everything."""
ENOUGH = 4
"""Past errors below which the assumption of the baselines stands in."""
_DRAWN_TO_ONE = 1.0
"""Weight of r = 1, in squared changes of the size at which the assumed spread begins."""
_LEAST_RATIO, _MOST_RATIO = -1.0, 3.0
_MOST_TIMES = 10.0
OTHERS = (1, 2, 3)


def changes(past: Past, series: Series, day: date, leads: Leads, which: str = KNOWN) -> Array:
    """What the model's people at a place gain from the day of the last count to each lead."""
    people = _course(past, series, day, which)
    now = (day - past.start).days
    return people[np.minimum(now + leads, len(people) - 1)] - people[_since(past, series)]


def _course(past: Past, series: Series, day: date, which: str) -> Array:
    look = past.looks[day]
    people = {KNOWN: look.people, TOLD: look.told, GIVEN: past.given}[which]
    return people[:, past.places[series.place]]


def _since(past: Past, series: Series) -> int:
    """Day of the run of the last count; one before the run counts as its first day."""
    return max((series.levels()["end"].iloc[-1].date() - past.start).days, 0)


def last(series: Series) -> float:
    """The newest known level."""
    return float(series.levels()["value"].iloc[-1])


def journey_model(past: Past, series: Series, day: date, leads: Leads, which: str = KNOWN) -> Array:
    return last(series) + changes(past, series, day, leads, which)


def told_of_conflicts(past: Past, series: Series, day: date, leads: Leads) -> Array:
    return journey_model(past, series, day, leads, TOLD)


def told_everything(past: Past, series: Series, day: date, leads: Leads) -> Array:
    return journey_model(past, series, day, leads, GIVEN)


@dataclass(frozen=True, eq=False)
class Scaled:
    """What is ``seen`` of a change, times what such changes have come to in the past of the place."""

    seen: Point
    before: dict[tuple[str, date], tuple[float, float]] = field(default_factory=dict)

    def __call__(self, past: Past, series: Series, day: date, leads: Leads) -> Array:
        return last(series) + self._ratio(past, series, day) * self.seen(past, series, day, leads)

    def _ratio(self, past: Past, series: Series, day: date) -> float:
        """What the counts gained over what was seen, by least squares over past looks."""
        record = record_of(series)
        pairs = [self._pair(past, series, record, look) for look in heard_by(past, series, record, day, AHEAD)]
        up = _DRAWN_TO_ONE + sum(said * came for said, came in pairs)
        down = _DRAWN_TO_ONE + sum(said**2 for said, _ in pairs)
        return float(np.clip(up / down, _LEAST_RATIO, _MOST_RATIO))

    def _pair(self, past: Past, series: Series, record: Record, look: date) -> tuple[float, float]:
        """What was seen of the next four weeks on a day, and what came, over the spread assumed of them."""
        if (series.key, look) not in self.before:
            then, lead = series.until(look), np.array([AHEAD])
            came = record.on(look.toordinal() + lead)[0] - last(then)
            said = self.seen(past, then, look, lead)[0]
            self.before[series.key, look] = said / scale(last(then)), came / scale(last(then))
        return self.before[series.key, look]


def heard_by(past: Past, series: Series, record: Record, day: date, lead: int) -> list[date]:
    """Looks before a day of which the place was forecast and it is known what came of it by the last count."""
    return [
        look
        for look in past.looks
        if look < day and look.toordinal() + lead <= record.last and spoken_of(past, series, look)
    ]


def scale(level: float) -> float:
    """The spread that the baselines assume four weeks ahead, people."""
    return max(SCALE * level, LEAST_SCALE)


def spoken_of(past: Past, series: Series, day: date) -> bool:
    """Whether the series was of a place of the model and forecast on the day."""
    look = past.looks.get(day)
    return look is not None and series.place in past.places and series.key in look.expected


@dataclass(frozen=True, eq=False)
class Among:
    """Points that rest on all counted places of a crisis; ``every`` are the series with all their counts."""

    every: Sequence[Series]

    def by_arrivals(self, past: Past, series: Series, day: date, leads: Leads) -> Array:
        mine = np.maximum(changes(past, series, day, leads, KNOWN), 0.0)
        every = sum(np.maximum(changes(past, one, day, leads, KNOWN), 0.0) for one in self._known(past, day))
        return last(series) + _share(mine, every) * self._gain(past, day, leads)

    def by_growth(self, past: Past, series: Series, day: date, leads: Leads) -> Array:
        gain = self._gain(past, day, leads)
        mine, every = _grown(series), [_grown(one) for one in self._known(past, day)]
        rising = _share(max(mine, 0.0), sum(max(one, 0.0) for one in every))
        falling = _share(min(mine, 0.0), sum(min(one, 0.0) for one in every))
        return last(series) + np.where(gain > 0, rising, falling) * gain

    def by_people(self, past: Past, series: Series, day: date, leads: Leads) -> Array:
        share = _share(last(series), sum(last(one) for one in self._known(past, day)))
        return last(series) + share * self._gain(past, day, leads)

    def elsewhere(self, steps: int, past: Past, series: Series, day: date, leads: Leads) -> Array:
        """What the model's people at a wrong place gain, in proportion to what those at both have gained so far."""
        known = self._known(past, day)
        other = known[([one.key for one in known].index(series.key) + steps) % len(known)]
        mine, theirs = (_gained(past, one, day) for one in (series, other))
        return min(mine / max(theirs, 1.0), _MOST_TIMES) * changes(past, other, day, leads)

    def _known(self, past: Past, day: date) -> list[Series]:
        known = (one.until(day) for one in self.every)
        return [one for one in known if spoken_of(past, one, day)]

    def _gain(self, past: Past, day: date, leads: Leads) -> Array:
        """What the blend expects all places to gain together from the last count of each."""
        expected = past.looks[day].expected
        return np.sum([expected[one.key][leads - 1] - last(one) for one in self._known(past, day)], axis=0)


def _share(part: Array | float, whole: Array | float) -> Array:
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole != 0)


def _gained(past: Past, series: Series, day: date) -> float:
    """What the model's people at a place had gained by the day of the last count, at least nothing."""
    people = _course(past, series, day, KNOWN)
    return max(float(people[_since(past, series)] - people[0]), 0.0)


def _grown(series: Series) -> float:
    """Increase over the 28 days up to the last count."""
    record = record_of(series)
    return float(record.level[-1] - record.on(np.array([record.last - RECENT]))[0])


def damped_trend(past: Past, series: Series, day: date, leads: Leads) -> Array:
    record = record_of(series)
    return record.level[-1] + record.rate[-1] * fading((day.toordinal() - record.last + leads).astype(float))


def last_value(past: Past, series: Series, day: date, leads: Leads) -> Array:
    return np.full(len(leads), last(series))


def beyond_its_trend(past: Past, series: Series, day: date, leads: Leads) -> Array:
    people, since = _course(past, series, day, KNOWN), _since(past, series)
    before = max(since - RECENT, 0)
    rate = (people[since] - people[before]) / max(since - before, 1)
    ahead = ((day - past.start).days - since + leads).astype(float)
    return damped_trend(past, series, day, leads) + changes(past, series, day, leads, KNOWN) - rate * fading(ahead)


def voices(every: Sequence[Series]) -> dict[str, Point]:
    """All of them by name."""
    among = Among(every)
    return {
        "journey model": journey_model,
        "scaled": Scaled(changes),
        "shares of arrivals": among.by_arrivals,
        "beyond its trend": beyond_its_trend,
        "told of later conflicts": told_of_conflicts,
        "told everything": told_everything,
        "shares of growth": among.by_growth,
        "frozen shares": among.by_people,
        "last value once more": last_value,
        "damped trend once more": damped_trend,
        **{f"scaled, other place {steps}": Scaled(partial(among.elsewhere, steps)) for steps in OTHERS},
    }


@dataclass(frozen=True, eq=False)
class Voice:
    """A point with its own past errors: what ``follow`` takes for a model.

    Of the whole scenario it says nothing, nor of days beyond ``AHEAD``.
    """

    past: Past
    point: Point
    missed: dict[tuple[str, date, int], float] = field(default_factory=dict)
    """Errors once made, people: of a series, a day and a lead."""

    def __call__(self, series: Series, day: date, leads: Leads, members: int) -> Array | None:
        if not spoken_of(self.past, series, day):
            return None
        ranks, record, near = (np.arange(members) + 0.5) / members, record_of(series), leads[leads <= AHEAD]
        errors = np.stack([self._errors(series, record, day, int(lead), ranks) for lead in near])
        wider = np.sign(errors) * np.maximum.accumulate(np.abs(errors), axis=0)  # no surer of a later day
        out = np.full((len(leads), members), np.nan)
        out[: len(near)] = np.maximum(self._points(series, day, near)[:, None] + wider, 0.0)
        return out

    def _points(self, series: Series, day: date, leads: Leads) -> Array:
        """Nobody being less than nobody."""
        return np.maximum(self.point(self.past, series, day, leads), 0.0)

    def _errors(self, series: Series, record: Record, day: date, lead: int, ranks: Array) -> Array:
        """Errors made at a lead by the last count, with both signs, at the ranks."""
        looks = heard_by(self.past, series, record, day, lead)
        found = [self._missed(series, record, look, lead) for look in looks]
        if len(found) < ENOUGH or not any(found):
            return laplace(ranks, scale(last(series)) * np.sqrt((day.toordinal() - record.last + lead) / RECENT))
        both = np.sort(np.concatenate([found, np.negative(found)]))
        return np.interp(ranks * (len(both) - 1), np.arange(len(both)), both)

    def _missed(self, series: Series, record: Record, look: date, lead: int) -> float:
        if (series.key, look, lead) not in self.missed:
            came = record.on(np.array([look.toordinal() + lead]))[0]
            said = self._points(series.until(look), look, np.array([lead]))[0]
            self.missed[series.key, look, lead] = float(came - said)
        return self.missed[series.key, look, lead]
