"""Made-up forecasts in the schema of the real ones, quick enough for unit tests.

``fake_forecast`` moves people with a few lines of arithmetic (no model): they leave districts as the front passes,
walk to a muster point, wait, ride to the screening site, wait, and settle. Only those who are killed disappear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from saferground.axes import (
    CARE,
    GOODS,
    GROUPS,
    HAZARDS,
    IN_CARE,
    LEARNED_VARIABLES,
    LINES,
    SPENT,
    STAY_HOURS,
    VARIABLES,
)
from saferground.scenario.columns import schema

START = np.datetime64("2017-02-19", "D")
AS_OF = np.datetime64("2017-02-28", "D")

DISTRICTS = [
    ("airport", "Mosul Airport and Ghazlani", "مطار الموصل ومعسكر الغزلاني", 36.306, 43.147),
    ("bab_at_tub", "Bab at-Tub", "باب الطوب", 36.339, 43.139),
    ("dandan", "Dandan", "الدندان", 36.327, 43.145),
    ("mamun", "Mamun", "المأمون", 36.308, 43.096),
    ("mansour", "Mansour", "المنصور", 36.323, 43.123),
    ("old_city", "Old City", "المدينة القديمة", 36.344, 43.131),
    ("rifai", "Rifai", "الرفاعي", 36.351, 43.103),
    ("tal_rumman", "Tal ar-Rumman", "تل الرمان", 36.318, 43.105),
    ("wadi_hajar", "Wadi Hajar", "وادي حجر", 36.319, 43.128),
    ("zanjili", "Zanjili", "الزنجيلي", 36.353, 43.119),
]
SITES = [
    ("hammam_al_alil", "Hammam al-Alil screening site", "حمام العليل", "screening_site", 36.158, 43.259),
    ("scorpion_junction", "Scorpion Junction", "مفرق العقرب", "muster_point", 36.283, 43.107),
]
SETTLED = [
    ("chamakor", "Chamakor camp", "مخيم جمكور", "camp", 36.329, 43.563, 12_000.0),
    ("east_mosul", "Host communities in east Mosul", "الجانب الأيسر من الموصل", "host_community", 36.36, 43.19, np.nan),
    ("hammam_al_alil_camp", "Hammam al-Alil camp 1", "مخيم حمام العليل ١", "camp", 36.151, 43.262, 24_000.0),
    ("jadah", "Jad'ah camps", "مخيمات الجدعة", "camp", 35.842, 43.263, 30_000.0),
    ("qayyarah_airstrip", "Qayyarah Airstrip site", "موقع مطار القيارة", "camp", 35.77, 43.13, 18_000.0),
]
CARE_PLACES = (("tsp_west", "Western stabilisation point"), ("fh_athbah", "Athbah field hospital"))
HOUSEHOLDS = ("couple_infant", "extended", "frail", "large", "small", "women_only")
HOUSEHOLD_COORDS = {
    "persons": (4, 9, 5, 7, 3, 5),
    "men": (1, 3, 1, 2, 1, 0),
    "children": (2, 4, 2, 3, 1, 3),
    "infants": (1, 1, 0, 1, 0, 1),
    "disabled": (0, 0, 1, 0, 0, 0),
}
SHARES = np.array([0.15, 0.2, 0.1, 0.35, 0.1, 0.1])


@dataclass(frozen=True)
class _Layout:
    """Places of a made-up scenario: ids, names and kinds in the order of the dataset."""

    districts: list[tuple]
    sites: list[tuple]
    settled: list[tuple]

    @property
    def rows(self) -> list[tuple]:
        """(id, name, name_local, kind, lat, lon) of every place."""
        districts = [(i, name, local, "district", lat, lon) for i, name, local, lat, lon in self.districts]
        return districts + list(self.sites) + [row[:6] for row in self.settled]

    def ids(self, block: str) -> list[str]:
        return [row[0] for row in getattr(self, block)]


def _layout(districts: int | None, settled: int | None) -> _Layout:
    """The named places, extended with numbered ones when a test wants more."""
    more_d = [
        (f"x_district_{i:03d}", f"District {i}", f"حي {i}", 36.3 + 0.002 * i, 43.1)
        for i in range(len(DISTRICTS), districts or 0)
    ]
    more_s = [
        (f"x_camp_{i:03d}", f"Camp {i}", f"مخيم {i}", "camp", 36.0, 43.0 + 0.01 * i, 20_000.0)
        for i in range(len(SETTLED), settled or 0)
    ]
    return _Layout((DISTRICTS + more_d)[: districts or None], SITES, (SETTLED + more_s)[: settled or None])


def _control(rng: np.random.Generator, members: int, times: np.ndarray, districts: int) -> np.ndarray:
    """Held until a front passes over; one past for all members, a future of their own after the as-of date."""
    entered = np.linspace(0, 30, districts) + np.zeros((members, 1))
    ahead = entered > (AS_OF - START).astype(int)
    entered = np.where(ahead, entered * rng.lognormal(0.1, 0.3, (members, 1)), entered)
    entered = np.where(ahead, np.maximum(entered, (AS_OF - START).astype(int) + 1), entered)
    freed = entered + np.where(ahead, rng.gamma(3.0, 2.0, entered.shape), 5.0)
    day = np.arange(len(times))[None, :, None]
    return ((day >= entered[:, None]).astype(np.int8) + (day >= freed[:, None])).astype(np.int8)


def _capacity(layout: _Layout, times: np.ndarray) -> np.ndarray:
    """Stated capacity by day; the first camp opens a week after the as-of date."""
    capacity = np.tile([row[6] for row in layout.settled], (len(times), 1)).astype("float64")
    capacity[times < AS_OF + 7, 0] = 0.0
    return capacity


def _routes(layout: _Layout) -> list[tuple[str, str, str, str, float]]:
    walk = [(f"{d}_walk", d, "scorpion_junction", "walk", 5.0 + i % 7) for i, d in enumerate(layout.ids("districts"))]
    road = [("junction_road", "scorpion_junction", "hammam_al_alil", "road", 18.0)]
    rides = [(f"to_{s}", "hammam_al_alil", s, "road", 10.0 + 5 * i) for i, s in enumerate(layout.ids("settled"))]
    return sorted(walk + road + rides)


def _take(rng: np.random.Generator, people: np.ndarray, chance: np.ndarray | float) -> np.ndarray:
    return rng.binomial(people, np.clip(chance, 0.0, 1.0)).astype(np.int32)


def _move(
    rng: np.random.Generator, control: np.ndarray, layout: _Layout, capacity: np.ndarray
) -> dict[str, np.ndarray]:
    """People, arrivals, departures, flows and deaths by day; the only place where people move."""
    members, days, districts = control.shape
    settled, places = len(layout.settled), len(layout.rows)
    population = rng.integers(2_000, 14_000, (districts, 1)) * SHARES
    here = np.repeat((population * 1.0).astype(np.int32)[None], members, 0)
    here = np.concatenate([here, np.zeros((members, 2 + settled, len(SHARES)), np.int32)], 1)
    here[:, districts + 2 :] = np.nan_to_num(np.array([row[6] for row in layout.settled]))[:, None] * 0.6 * SHARES
    here[:, districts + 2] = 0
    pace = rng.lognormal(0, 0.5, (members, 1, 1, 1))
    order = {route[0]: i for i, route in enumerate(_routes(layout))}
    walk = [order[f"{d}_walk"] for d in layout.ids("districts")]
    ride = [order[f"to_{s}"] for s in layout.ids("settled")]
    screening, muster = districts, districts + 1
    out = {
        "people": np.zeros((members, days, places, len(SHARES)), np.int32),
        "arrivals": np.zeros((members, days, places), np.int32),
        "departures": np.zeros((members, days, places), np.int32),
        "inward": np.zeros((members, days, districts), np.int32),
        "returns": np.zeros((members, days, districts), np.int32),
        "flow": np.zeros((members, days, len(order)), np.int32),
        "killed": np.zeros((members, days, len(HAZARDS)), np.int32),
    }
    for t in range(days):
        shock = rng.lognormal(0, 0.4, (members, 1, 1))
        hazard = np.array([0.004, 0.1, 0.04])[control[:, t]][..., None] * pace[:, 0] * shock
        left = _take(rng, here[:, :districts], hazard)
        lost = _take(rng, left, 0.001)
        bused = _take(rng, here[:, muster], 0.6)
        cleared = _take(rng, here[:, screening], 0.5)
        room = np.where(np.isnan(capacity[t]), 1.0, (capacity[t] > 0) * 1.5)
        share = room / room.sum()
        settles = (cleared[:, None, :] * share[None, :, None]).astype(np.int32)
        settles[:, 1] += cleared - settles.sum(1)
        here[:, :districts] -= left
        here[:, muster] += (left - lost).sum(1) - bused
        here[:, screening] += bused - cleared
        here[:, districts + 2 :] += settles
        out["people"][:, t] = here
        out["departures"][:, t, :districts] = left.sum(2)
        out["departures"][:, t, screening] = cleared.sum(1)
        out["departures"][:, t, muster] = bused.sum(1)
        out["arrivals"][:, t, screening] = bused.sum(1)
        out["arrivals"][:, t, muster] = (left - lost).sum((1, 2))
        out["arrivals"][:, t, districts + 2 :] = settles.sum(2)
        out["flow"][:, t, walk] = left.sum(2)
        out["flow"][:, t, order["junction_road"]] = bused.sum(1)
        out["flow"][:, t, ride] = settles.sum(2)
        out["killed"][:, t, 0] = lost.sum((1, 2))
    return out


def _lines(people: np.ndarray, men_share: np.ndarray) -> np.ndarray:
    """Those at a site by line: a third each in registration, in screening or aid, and in boarding; nobody musters."""
    total = people.sum(-1)
    waiting = np.zeros((*total.shape, len(LINES)), np.int32)
    middle = total // 3
    waiting[..., 1] = total - 2 * middle
    waiting[..., 2] = (middle * men_share).astype(np.int32)
    waiting[..., 3] = middle - waiting[..., 2]
    waiting[..., 4] = middle
    return waiting


def _time_spent(waiting: np.ndarray, left: np.ndarray) -> dict[str, np.ndarray]:
    """A whole day in line, a third of it in the open, half of the time of those in screening or aid apart.

    Of those who left half were women, a fifth men and 30 % children, one in ten disabled; a quarter stayed for each of
    the first three classes of hours and the rest for the fourth.
    """
    hours = np.zeros((*waiting.shape[:-1], len(SPENT)), np.float32)
    hours[..., : len(LINES)] = 24.0 * waiting
    hours[..., SPENT.index("apart")] = 12.0 * waiting[..., 2:4].sum(-1)
    hours[..., SPENT.index("open")] = 8.0 * waiting.sum(-1)
    stayed = np.zeros((*left.shape, len(GROUPS), len(STAY_HOURS)), np.int32)
    groups = left[..., None] * np.array([50, 20, 30, 10]) // 100
    stayed[..., :3] = groups[..., None] // 4
    stayed[..., 3] = groups - stayed.sum(-1)
    return {"person_hours": hours, "stayed": stayed, "released": stayed[..., GROUPS.index("men"), :].copy()}


def _harm(rng: np.random.Generator, killed: np.ndarray) -> dict[str, np.ndarray]:
    injured = rng.poisson(4 * killed).astype(np.int32)
    cumulative = injured.sum(2).cumsum(1)
    care = np.zeros((*killed.shape[:2], len(CARE)), np.int32)
    died, discharged, in_bed = (CARE.index(stage) for stage in ("died", "discharged", "in_bed"))
    treatment, bed = CARE.index("waiting_stabilisation"), CARE.index("waiting_bed")
    care[..., died] = cumulative // 20
    care[..., discharged] = cumulative // 2
    rest = cumulative - care[..., discharged] - care[..., died]
    care[..., treatment], care[..., bed] = rest // 10, rest // 5
    care[..., in_bed] = rest - care[..., treatment] - care[..., bed]
    patients = np.zeros((*killed.shape[:2], len(CARE_PLACES), len(IN_CARE)), np.int32)
    patients[..., 0, :in_bed], patients[..., 1, in_bed] = care[..., :in_bed], care[..., in_bed]
    return {"injured": injured, "care": care, "patients": patients}


def _shortage(rng: np.random.Generator, control: np.ndarray) -> np.ndarray:
    members, days, districts = control.shape
    stock = rng.uniform(5, 40, (members, 1, districts, len(GOODS)))
    empty = np.clip((np.arange(days)[None, :, None, None] - stock) / 10 + 0.3, 0, 1)
    return np.where(control[..., None] == 2, 0.3 * empty, empty).astype(np.float32)


def _parameters(rng: np.random.Generator, members: int) -> tuple[pd.DataFrame, np.ndarray]:
    known = pd.DataFrame(vars(one) for one in schema("siege").parameters.values())
    middle = np.sqrt(known["low"].clip(lower=1e-9) * known["high"])
    return known, np.asarray(middle)[None] * rng.lognormal(0, 0.3, (members, len(known)))


def _coords(layout: _Layout, times: np.ndarray, members: int, known: pd.DataFrame) -> dict[str, object]:
    rows, routes = layout.rows, _routes(layout)
    of_place = enumerate(("place_name", "place_name_local", "place_kind", "lat", "lon"), start=1)
    of_route = enumerate(("route_origin", "route_destination", "route_mode", "route_length_km"), start=1)
    return {
        "member": np.arange(members),
        "time": times.astype("datetime64[s]"),
        "place": [row[0] for row in rows],
        "district": layout.ids("districts"),
        "site": layout.ids("sites"),
        "settled": layout.ids("settled"),
        "route": [row[0] for row in routes],
        "household": list(HOUSEHOLDS),
        "good": list(GOODS),
        "line": list(LINES),
        "hazard": list(HAZARDS),
        "spent": list(SPENT),
        "group": list(GROUPS),
        "stay": list(STAY_HOURS),
        "stage": list(CARE),
        "care_place": [row[0] for row in CARE_PLACES],
        "care_place_name": ("care_place", [row[1] for row in CARE_PLACES]),
        "care_stage": list(IN_CARE),
        "parameter": known["name"].tolist(),
        **{name: ("place", [row[at] for row in rows]) for at, name in of_place},
        **{name: ("route", [row[at] for row in routes]) for at, name in of_route},
        "parameter_unit": ("parameter", known["unit"].tolist()),
        **{name: ("household", list(values)) for name, values in HOUSEHOLD_COORDS.items()},
    }


def fake_forecast(
    members: int = 20, days: int = 10, seed: int = 0, *, districts: int | None = None, settled: int | None = None
) -> xr.Dataset:
    """A forecast as of 28 February 2017 with the schema of a real one: 10 days of run-up, then ``days`` ahead.

    ``districts`` and ``settled`` give the number of such places (default 10 and 5; there are always two sites);
    more than that are numbered. Same arguments, same dataset.
    """
    rng = np.random.default_rng(seed)
    layout = _layout(districts, settled)
    times = np.arange(START, AS_OF + days + 1)
    control = _control(rng, members, times, len(layout.districts))
    capacity = _capacity(layout, times)
    moved = _move(rng, control, layout, capacity)
    block = len(layout.districts)
    men = np.array(HOUSEHOLD_COORDS["men"]) / np.array(HOUSEHOLD_COORDS["persons"])
    waiting = _lines(moved["people"][:, :, block : block + 2], np.float64((men * SHARES).sum()))
    wait_hours = (waiting.cumsum(-1) / 400.0).astype(np.float32)
    wait_hours[waiting == 0] = np.nan
    known, values = _parameters(rng, members)
    arrays = {
        **moved,
        **_time_spent(waiting, moved["departures"][:, :, block : block + 2]),
        **_harm(rng, moved["killed"]),
        "control": control,
        "stayers": (moved["people"][:, :, :block].sum(-1) // 3).astype(np.int32),
        "shortage": _shortage(rng, control),
        "waiting": waiting,
        "wait_hours": wait_hours,
    }
    data = {
        name: (("member", "time", *v.dims), arrays[name], {"units": v.unit, "long_name": v.meaning})
        for name, v in VARIABLES.items()
    }
    open_ways = np.ones((len(times), len(_routes(layout))), bool)
    open_ways[12:15, 0] = False
    data["capacity"] = (("time", "settled"), capacity, {"units": "people"})
    data["route_open"] = (("time", "route"), open_ways)
    data["parameter_value"] = (("member", "parameter"), values)
    attrs = {
        "title": "West Mosul, made-up numbers",
        "purpose": "To test reports and tables without the model",
        "sensitivity": "restricted",
        "scenario": "fake",
        "digest": f"{seed:064x}",
        "seed": seed,
        "members": members,
        "version": "0.1.0",
        "start": str(START),
        "as_of": str(AS_OF),
        "days": days,
        "step_hours": 6,
    }
    return xr.Dataset(data, _coords(layout, times, members, known), attrs)


def fitted_forecast(members: int = 20, days: int = 10, doubts: tuple[str, ...] = ()) -> xr.Dataset:
    """``fake_forecast`` as if it had been fitted to the one count that ``helpers.scenarios.fake_scenario`` knew.

    The series ``left_iom`` says 20 % less than is so and grows by 1,000 people a day; members are 100 people apart.
    """
    ahead = fake_forecast(members, days)
    people = np.arange(members) % 10 * 100.0
    says = 10_000.0 + 1_000.0 * np.arange(1, days + 1) + people[:, None]
    names = ahead["parameter"].values.tolist()
    values = {
        "count_ahead": says[:, None, :],
        "forecaster_weight": [[0.7, 0.2, 0.1]],
        "heard_value": [10_000.0],
        "heard_said": [[4_000.0, 7_000.0, 9_000.0]],
        "heard_jump": [0.6],
        "heard_believed": [0.5],
        "source_ratio": [[0.7, 0.8, 0.9]],
        "source_spread": [0.2],
        "source_counts": [1],
        "parameter_moved": np.where(np.array(names) == "flight_held", -2.1, 0.1),
    }
    data = {
        name: ((("member",) if name == "count_ahead" else ()) + about.dims, np.asarray(values[name], about.dtype))
        for name, about in LEARNED_VARIABLES.items()
    }
    coords = {
        "series": ["left_iom"],
        "day_ahead": np.arange(AS_OF + 1, AS_OF + days + 1).astype("datetime64[s]"),
        "forecaster": ["the model", "last value", "rates last 10 days"],
        "level": ["q05", "q50", "q95"],
        "heard_series": ("heard", ["left_iom"]),
        "heard_kind": ("heard", ["level"]),
        "heard_start": ("heard", np.array([START], "datetime64[s]")),
        "heard_end": ("heard", np.array([AS_OF], "datetime64[s]")),
        "source": ["left_iom"],
        "source_place": ("source", [""]),
    }
    return ahead.merge(xr.Dataset(data, coords)).assign_attrs(ahead.attrs, basis="counts", doubts=list(doubts))
