"""Places and ways on a plane, by day: the data of the map, drawn without tiles by the template.

Positions are kilometres east and north of the middle of the districts (equirectangular, good to a few metres in ten
kilometres at these latitudes), then panel units with y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from saferground.reporting.context import Map, Mark, Panel, Way
from saferground.reporting.fans import Run
from saferground.reporting.labels import apart, labelled
from saferground.reporting.words import rounded

WIDTH, HEIGHT, MARGIN = 640.0, 620.0, 46.0
LARGEST, SMALLEST, WHOLE_CITY = 40.0, 2.0, 22.0
LINE = 11.0
NEXT_TO = 0.75
FAR = 3.0
ENDS = [0, 2, 4]
"""The 5th percentile, median and 95th among the levels of a fan."""
KM_PER_DEGREE = 111.2
POINTS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


@dataclass(frozen=True)
class Ground:
    """Positions, quantiles and scales.

    Shapes: km (place, 2); people (level, time, place), all_homes (level, time) and flow (level, time, route), the 5th
    percentile, median and 95th; full (time, settled), contested and retaken (time, district), shares of the members;
    ends (route, 2), places by number. ``circle`` is panel units per square root of a person, ``line``
    panel units per person a day.
    """

    forecast: xr.Dataset
    km: np.ndarray
    people: np.ndarray
    all_homes: np.ndarray
    flow: np.ndarray
    full: np.ndarray
    contested: np.ndarray
    retaken: np.ndarray
    ends: np.ndarray
    circle: float
    line: float

    @property
    def homes(self) -> int:
        """Number of districts, which are the first places."""
        return int(self.forecast.sizes["district"])

    @property
    def settled(self) -> int:
        """Number of the first camp or host community."""
        return self.homes + int(self.forecast.sizes["site"])


@dataclass(frozen=True)
class View:
    """What part of the plane a panel shows: its middle in km, and panel units per km."""

    east: float
    north: float
    scale: float

    def xy(self, km: np.ndarray) -> np.ndarray:
        """Kilometres -> panel units; shape (..., 2)."""
        return (km - [self.east, self.north]) * self.scale * [1, -1] + [WIDTH / 2, HEIGHT / 2]

    def holds(self, km: np.ndarray) -> np.ndarray:
        """Which positions lie inside; shape (...,)."""
        return np.asarray(((self.xy(km) >= 0) & (self.xy(km) <= [WIDTH, HEIGHT])).all(-1))


def places_map(run: Run) -> Map:
    """The city, and the region where it is much wider, for every day of the forecast."""
    ground = _ground(run)
    city, region = _views(ground)
    largest = max(float(ground.people[1, :, : ground.homes].max()), 1.0)
    ground = replace(ground, circle=_circle(ground, city))
    panels = [_city(ground, city), *([_region(ground, region, city)] if region else [])]
    circles = [rounded(largest / part, 1) for part in (1, 4, 16)]
    lines = [rounded(LINE / ground.line / part, 1) for part in (1, 4, 16)]
    return Map(
        days=tuple(day.isoformat() for day in run.days),
        as_of=run.as_of,
        panels=tuple(panels),
        circles=tuple((int(n), round(ground.circle * n**0.5, 1)) for n in circles if n >= 1),
        lines=tuple((int(n), round(ground.line * n, 1)) for n in lines if n >= 1),
    )


def _ground(run: Run) -> Ground:
    forecast, chances = run.forecast, run.spread["chance_control"].values
    flow = run.fan("flow", "people/day").values[ENDS]
    order = {name: i for i, name in enumerate(forecast["place"].values.tolist())}
    ends = [[order[str(place)] for place in forecast[f"route_{end}"].values] for end in ("origin", "destination")]
    return Ground(
        forecast=forecast,
        km=_kilometres(forecast),
        people=run.fan("people", "people").values[ENDS],
        all_homes=run.fan("remaining", "people").values[ENDS],
        flow=flow,
        full=run.spread["chance_full"].values,
        contested=chances[..., 1],
        retaken=chances[..., 2],
        ends=np.array(ends, int).T.reshape(-1, 2),
        circle=1.0,
        line=LINE / max(float(flow[1].max(initial=0)), 1.0),
    )


def _kilometres(forecast: xr.Dataset) -> np.ndarray:
    """East and north of the middle of the districts, (place, 2)."""
    lat, lon, homes = forecast["lat"].values, forecast["lon"].values, forecast.sizes["district"]
    east = (lon - lon[:homes].mean()) * np.cos(np.radians(lat[:homes].mean()))
    return np.stack([east, lat - lat[:homes].mean()], axis=1) * KM_PER_DEGREE


def _views(ground: Ground) -> tuple[View, View | None]:
    """The city with the places next to it; the region with every place that is not far away, if it is wider."""
    homes = ground.km[: ground.homes]
    reach = max(np.ptp(homes, axis=0).max(), 2.0)
    gap = np.maximum(np.maximum(homes.min(0) - ground.km, ground.km - homes.max(0)), 0).max(1)
    city = _view(ground.km[gap <= NEXT_TO * reach])
    away = np.hypot(*ground.km.T)
    far = FAR * np.median(away[ground.homes :]) if len(away) > ground.homes else 0.0
    wide = ground.km[away <= max(far, reach)]
    return city, None if city.holds(wide).all() else _view(wide)


def _view(km: np.ndarray) -> View:
    low, high = km.min(0), km.max(0)
    scale = (np.array([WIDTH, HEIGHT]) - 2 * MARGIN) / np.maximum(high - low, 1.0)
    east, north = (low + high) / 2
    return View(float(east), float(north), float(scale.min()))


def _circle(ground: Ground, view: View) -> float:
    """Panel units per square root of a person: a large district nearly reaches the next, the largest may cover it."""
    spots = view.xy(ground.km[: ground.homes])
    gaps = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    near = float(np.median(gaps.min(1))) if len(spots) > 1 else LARGEST
    most = ground.people[1, :, : ground.homes].max(0)
    large, largest = max(float(np.quantile(most, 0.8)), 1.0), max(float(most.max()), 1.0)
    return min(max(0.55 * near, 10.0) / large**0.5, LARGEST / largest**0.5)


def _city(ground: Ground, view: View) -> Panel:
    """Every district, the places next to them, and pins at the ends of ways that lead out of the panel."""
    number = np.arange(len(ground.km))
    leads = np.isin(number, ground.ends[ground.ends[:, 0] < ground.homes, 1])
    shown = np.flatnonzero((number < ground.homes) | view.holds(ground.km) | leads)
    inside = view.holds(ground.km)
    ways = np.flatnonzero((ground.ends[:, 0] < ground.homes) | inside[ground.ends].all(1))
    return _panel(ground, view, "city", "The city and its exits", [_mark(ground, view, int(i)) for i in shown], ways)


def _region(ground: Ground, view: View, city: View) -> Panel:
    """The city as one circle, sites and settled places outside it, and the roads between them."""
    outside = np.flatnonzero(~city.holds(ground.km[ground.homes :])) + ground.homes
    marks = [_whole_city(ground, view), *(_mark(ground, view, int(i)) for i in outside)]
    ways = np.flatnonzero(ground.ends[:, 0] >= ground.homes)
    panel = _panel(ground, view, "region", "Sites, camps and host communities", marks, ways)
    wide, high = WIDTH / city.scale * view.scale, HEIGHT / city.scale * view.scale
    x, y = view.xy(np.array([city.east, city.north])) - [wide / 2, high / 2]
    return replace(panel, frame=(round(float(x), 1), round(float(y), 1), round(wide, 1), round(high, 1)))


def _panel(ground: Ground, view: View, name: str, title: str, marks: Sequence[Mark], ways: np.ndarray) -> Panel:
    scale_km = rounded(120 / view.scale, 1)
    back_to_front = sorted(apart(marks), key=lambda mark: (mark.kind != "district", -max(mark.radius, default=0)))
    return Panel(
        id=name,
        title=title,
        width=WIDTH,
        height=HEIGHT,
        scale_km=scale_km,
        scale=round(scale_km * view.scale, 1),
        ways=tuple(_way(ground, view, int(r)) for r in ways if ground.flow[1, :, r].max(initial=0) >= 1),
        marks=labelled(back_to_front, WIDTH, HEIGHT),
    )


def _mark(ground: Ground, view: View, i: int) -> Mark:
    forecast, people, home = ground.forecast, ground.people[:, :, i], i < ground.homes
    x, y, beyond = _pinned(ground, view, i)
    limit = forecast["capacity"].values[:, i - ground.settled] if i >= ground.settled else np.zeros(0)
    return Mark(
        id=str(forecast["place"].values[i]),
        name=str(forecast["place_name"].values[i]),
        local=str(forecast["place_name_local"].values[i]),
        kind=str(forecast["place_kind"].values[i]),
        x=x,
        y=y,
        people=in_words(people[1]),
        low=in_words(people[0]),
        high=in_words(people[2]),
        radius=_radii(ground.circle, people[1]) if home else (),
        rings=_rings(ground.circle, people) if home else (),
        full=chances_full(ground.full[:, i - ground.settled]) if i >= ground.settled else (),
        shares=_shares(ground.contested[:, i], ground.retaken[:, i]) if home else (),
        capacity=tuple(None if np.isnan(c) else float(c) for c in limit),
        label=None,
        small=None,
        beyond=beyond,
    )


def in_words(people: np.ndarray) -> tuple[int, ...]:
    """People by day in two significant digits."""
    return tuple(int(rounded(float(n))) for n in people)


def chances_full(shares: np.ndarray) -> tuple[int | None, ...]:
    """Share of the members by day in per cent; None where there is nothing to fill."""
    return tuple(None if np.isnan(share) else round(100 * float(share)) for share in shares)


def _rings(circle: float, people: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple(zip(_radii(circle, people[0]), _radii(circle, people[2]), strict=True))


def _radii(circle: float, people: np.ndarray) -> tuple[float, ...]:
    return tuple(round(max(circle * float(n) ** 0.5, SMALLEST), 1) for n in people)


def _shares(contested: np.ndarray, retaken: np.ndarray) -> tuple[tuple[int, int], ...]:
    return tuple((round(100 * float(c)), round(100 * float(r))) for c, r in zip(contested, retaken, strict=True))


def _whole_city(ground: Ground, view: View) -> Mark:
    """All districts as one mark; its shares are those of the people, not of the districts."""
    homes, total = ground.people[1, :, : ground.homes], ground.all_homes
    weight = homes / np.maximum(homes.sum(1), 1)[:, None]
    circle = WHOLE_CITY / max(float(total[1].max()), 1.0) ** 0.5
    x, y = view.xy(ground.km[: ground.homes].mean(0))
    return Mark(
        id="all",
        name="The city",
        local="",
        kind="district",
        x=round(float(x), 1),
        y=round(float(y), 1),
        people=in_words(total[1]),
        low=in_words(total[0]),
        high=in_words(total[2]),
        radius=_radii(circle, total[1]),
        rings=_rings(circle, total),
        full=(),
        shares=_shares((weight * ground.contested).sum(1), (weight * ground.retaken).sum(1)),
        capacity=(),
        label=None,
        small=None,
    )


def _pinned(ground: Ground, view: View, i: int) -> tuple[float, float, str]:
    """Where a place is drawn, and for one outside the panel how far and in which direction it lies."""
    spot, middle = view.xy(ground.km[i]), np.array([WIDTH, HEIGHT]) / 2
    if view.holds(ground.km[i]):
        return round(float(spot[0]), 1), round(float(spot[1]), 1), ""
    x, y = middle + (spot - middle) * ((middle - 16) / np.maximum(np.abs(spot - middle), 1e-9)).min()
    east, north = ground.km[i]
    point = POINTS[round(np.degrees(np.arctan2(north, east)) / 45) % 8]
    return round(float(x), 1), round(float(y), 1), f"{rounded(float(np.hypot(east, north))):g} km {point} of the city"


def _way(ground: Ground, view: View, r: int) -> Way:
    origin, end = ground.ends[r]
    names, flow = ground.forecast["place_name"].values, ground.flow[:, :, r]
    (x1, y1), (x2, y2) = view.xy(ground.km[origin]), view.xy(ground.km[end])
    return Way(
        id=str(ground.forecast["route"].values[r]),
        title=f"{names[origin]} to {names[end]}",
        mode=str(ground.forecast["route_mode"].values[r]),
        line=(round(float(x1), 1), round(float(y1), 1), round(float(x2), 1), round(float(y2), 1)),
        flow=in_words(flow[1]),
        width=widths(ground.line, flow[1]),
        low=in_words(flow[0]),
        high=in_words(flow[2]),
        broad=widths(ground.line, flow[2]),
        shut=tuple(int(not is_open) for is_open in ground.forecast["route_open"].values[:, r]),
    )


def widths(line: float, flow: np.ndarray) -> tuple[float, ...]:
    """Width by day, panel units: ``line`` for a person a day; nothing below one person."""
    return tuple(round(max(line * float(n), 0.7), 1) if n >= 1 else 0.0 for n in flow)
