"""Places and roads of a country by day: the data of the map, drawn without tiles by the template.

Positions are kilometres east and north of the middle of the places (equirectangular: true in the middle, a few per cent
off at the edges of a large country), then panel units with y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from saferground.planning.journey.views import receiving
from saferground.reporting.context import Mark, Panel, Way
from saferground.reporting.journey.context import LandMap, Spot
from saferground.reporting.journey.run import Journey
from saferground.reporting.labels import apart, labelled
from saferground.reporting.maps import ENDS, KM_PER_DEGREE, LINE, MARGIN, WIDTH, chances_full, in_words, widths
from saferground.reporting.words import RANGE, exact, rounded, span, whole

TALLEST, FLATTEST = 760.0, 400.0
LARGEST, SMALLEST, SMALLEST_CAMP = 30.0, 3.0, 7.0
FRAMES = {130: 1, 910: 7, 10**6: 28}
"""Of a run with up to so many days, the map shows one in so many."""
MOST_BARS = 12


@dataclass(frozen=True)
class Land:
    """What the marks are made from, for the days that the map shows.

    Shapes: shown (day,), indices of the days of the run; xy (place, 2) in panel units, NaN without coordinates;
    people (level, day, place) and flow (level, day, route), the 5th percentile, median and 95th; full (day, place),
    share of the members, NaN where nothing is stated. ``scale`` is panel units per km, ``circle`` panel units per
    square root of a person, ``line`` panel units per person a day.
    """

    run: Journey
    shown: np.ndarray
    xy: np.ndarray
    height: float
    scale: float
    people: np.ndarray
    flow: np.ndarray
    full: np.ndarray
    circle: float
    line: float

    def of(self, name: str) -> np.ndarray:
        """A variable without members on the days shown."""
        return np.asarray(self.run.forecast[name].values[self.shown])


def land_map(run: Journey) -> LandMap:
    """The country for some hundred days of the run: each day, each week or each four weeks."""
    land = _land(run)
    marks, ways = _marks(land), _ways(land)
    camps = [i for i, mark in enumerate(marks) if mark.is_camp]
    bars = sorted(camps, key=lambda i: -marks[i].people[-1])[:MOST_BARS]
    top = max((max(*marks[i].high, *(c or 0 for c in marks[i].capacity)) for i in bars), default=1)
    circles = [rounded((LARGEST / land.circle) ** 2 / part, 1) for part in (1, 4, 16)]
    lines = [rounded(LINE / land.line / part, 1) for part in (1, 4, 16)]
    return LandMap(
        days=tuple(run.days[i].isoformat() for i in land.shown),
        as_of=int(np.searchsorted(land.shown, run.as_of)),
        panels=(),
        circles=tuple((int(n), round(land.circle * n**0.5, 1)) for n in circles if n >= 1),
        lines=tuple((int(n), round(land.line * n, 1)) for n in lines if n >= 1),
        land=_panel(land, marks, ways) if marks else None,
        top=float(top),
        bars=tuple(bars),
        every=_every(run),
        missing=tuple(run.name(int(i))[0] for i in np.flatnonzero(np.isnan(land.xy[:, 0]))),
    )


def _every(run: Journey) -> int:
    return next(step for most, step in FRAMES.items() if len(run.days) <= most)


def _shown(run: Journey) -> np.ndarray:
    """Indices of the days shown: evenly spaced, the as-of date and the last day among them."""
    every = _every(run)
    spaced = np.arange(run.as_of % every, len(run.days), every)
    return np.unique([*spaced, len(run.days) - 1])


def _land(run: Journey) -> Land:
    shown = _shown(run)
    km = _kilometres(run)
    xy, height, scale = _placed(km)
    people, flow = (
        run.fan(name, unit).values[ENDS][:, shown] for name, unit in (("people", "people"), ("flow", "people/day"))
    )
    largest = max(float(people[1][:, ~np.isnan(km[:, 0])].max(initial=0)), 1.0)
    return Land(
        run=run,
        shown=shown,
        xy=xy,
        height=height,
        scale=scale,
        people=people,
        flow=flow,
        full=_full(run)[shown],
        circle=LARGEST / largest**0.5,
        line=LINE / max(float(flow[1].max(initial=0)), 1.0),
    )


def _full(run: Journey) -> np.ndarray:
    """Chance that a place is full, (time, place); NaN where it is no camp or has no stated capacity."""
    chances = np.full((len(run.days), run.forecast.sizes["place"]), np.nan)
    camps = receiving(run.forecast).indexes["place"]
    chances[:, run.forecast.indexes["place"].get_indexer(camps)] = run.spread["chance_full"].values
    return chances


def _kilometres(run: Journey) -> np.ndarray:
    """East and north of the middle of the places, (place, 2); NaN without coordinates."""
    lat, lon = (run.forecast[name].values.astype(float) for name in ("lat", "lon"))
    known = ~np.isnan(lat + lon)
    if not known.any():
        return np.full((len(lat), 2), np.nan)
    middle, meridian = (float(axis[known].min() + axis[known].max()) / 2 for axis in (lat, lon))
    east = (lon - meridian) * np.cos(np.radians(middle))
    return np.where(known[:, None], np.stack([east, lat - middle], axis=1) * KM_PER_DEGREE, np.nan)


def _placed(km: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Panel units (place, 2), height of the panel, and panel units per km."""
    if np.isnan(km).all():
        return km, FLATTEST, 1.0
    low, high = np.nanmin(km, axis=0), np.nanmax(km, axis=0)
    wide, tall = np.maximum(high - low, 1.0)
    height = float(np.clip((WIDTH - 2 * MARGIN) * tall / wide + 2 * MARGIN, FLATTEST, TALLEST))
    scale = float(min((WIDTH - 2 * MARGIN) / wide, (height - 2 * MARGIN) / tall))
    return (km - (low + high) / 2) * scale * [1, -1] + [WIDTH / 2, height / 2], height, scale


def _panel(land: Land, marks: Sequence[Mark], ways: tuple[Way, ...]) -> Panel:
    scale_km = rounded(120 / land.scale, 1)
    return Panel(
        id="land",
        title="Places and roads",
        width=WIDTH,
        height=round(land.height, 1),
        scale_km=scale_km,
        scale=round(scale_km * land.scale, 1),
        ways=ways,
        marks=tuple(marks),
    )


def _marks(land: Land) -> tuple[Spot, ...]:
    """Places with coordinates, the largest at the back; camps that would cover each other side by side."""
    spots = [_spot(land, int(i)) for i in np.flatnonzero(~np.isnan(land.xy[:, 0]))]
    camps, others = [s for s in spots if s.is_camp], [s for s in spots if not s.is_camp]
    behind = sorted([*others, *apart(camps)], key=lambda s: (s.is_camp, -max(s.radius)))
    named = labelled(behind, WIDTH, land.height)
    return tuple(replace(s, label=None, small=None) if s.kind == "marker" else s for s in named)


def _spot(land: Land, i: int) -> Spot:
    forecast, people = land.run.forecast, land.people[:, :, i]
    camp, limit = land.of("is_camp")[:, i], land.of("capacity")[:, i]
    conflict = np.rint(100 * land.of("conflict")[:, i]).astype(int)
    capacity = [None if np.isnan(c) or not here else float(c) for c, here in zip(limit, camp, strict=True)]
    least = SMALLEST_CAMP if camp.any() else SMALLEST
    low, middle, high = (_radii(land.circle, level, least) for level in people)
    full = chances_full(np.where(camp, land.full[:, i], np.nan)) if camp.any() else (None,) * len(camp)
    return Spot(
        id=str(forecast["place"].values[i]),
        name=land.run.name(i)[0],
        local=land.run.name(i)[1],
        kind=str(forecast["place_kind"].values[i]),
        x=round(float(land.xy[i, 0]), 1),
        y=round(float(land.xy[i, 1]), 1),
        people=in_words(people[1]),
        low=in_words(people[0]),
        high=in_words(people[2]),
        radius=middle,
        rings=tuple(zip(low, high, strict=True)),
        full=full if camp.any() else (),
        shares=(),
        capacity=tuple(capacity),
        label=None,
        small=None,
        conflict=tuple(conflict.tolist()),
        shelter=tuple(int(here) for here in camp),
        told=tuple(_told(*values) for values in zip(people.T, capacity, full, conflict, camp, strict=True)),
    )


def _radii(circle: float, people: np.ndarray, least: float) -> tuple[float, ...]:
    return tuple(round(max(circle * float(n) ** 0.5, least), 1) for n in people)


def _told(levels: np.ndarray, capacity: float | None, full: int | None, conflict: int, camp: bool) -> str:
    """1,200 people (90 % range 900 to 1,600), room for 3,000 (40 % full; full in 2 % of futures); conflict."""
    low, people, high = levels.tolist()
    said = f"{whole(people)} {'displaced ' if not camp else ''}people"
    said += f" ({RANGE} {span(low, high)})" if whole(low) != whole(high) else ""
    if capacity is not None:
        said += f", room for {exact(capacity)}"
    if capacity:
        chance = f"; no room left in {full} % of futures" if full is not None else ""
        said += f" ({round(100 * people / capacity)} % full{chance})"
    fighting = f"; conflict, intensity {conflict} %" if 0 < conflict < 100 else "; conflict" if conflict else ""
    return said + fighting


def _ways(land: Land) -> tuple[Way, ...]:
    """Every road between two places with coordinates."""
    order = {name: i for i, name in enumerate(land.run.forecast["place"].values.tolist())}
    links = (land.run.forecast[f"route_{end}"].values for end in ("origin", "destination"))
    ends = np.array([[order[str(place)] for place in column] for column in links], int).T.reshape(-1, 2)
    drawn = np.flatnonzero(~np.isnan(land.xy[ends][:, :, 0]).any(axis=1))
    return tuple(_way(land, int(r), ends[r]) for r in drawn)


def _way(land: Land, r: int, ends: np.ndarray) -> Way:
    flow = land.flow[:, :, r]
    (x1, y1), (x2, y2) = land.xy[ends].tolist()
    origin, end = (land.run.name(int(i))[0] for i in ends)
    return Way(
        id=str(land.run.forecast["route"].values[r]),
        title=f"{origin} – {end}",
        mode="road",
        line=(round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1)),
        flow=in_words(flow[1]),
        width=widths(land.line, flow[1]),
        low=in_words(flow[0]),
        high=in_words(flow[2]),
        broad=widths(land.line, flow[2]),
        shut=tuple(int(not is_open) for is_open in land.of("route_open")[:, r]),
    )
