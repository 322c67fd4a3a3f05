"""What the besieged people have and lack: food, water, fuel and medicine, in days of full need.

The engine keeps a stock for each district and good and uses it up, rationed when little is left; the forecast holds the
share of the need that is not met. Stock and arrivals are worked out from that share and from the same tables, day by
day. In days of full need of one person (person-days), for a district with ``n`` people and a good:

    arrives = n min(1, inflow + relief)       relief = 1 - exp(-age / relief_days) since an open road joined it
    gap     = n shortage
    given   = n - gap - arrives               from the stock
    stock   = ration_days n (1 - shortage / (1 - arrives / n))       while it is rationed
    stock(t) = stock(t + 1) + given(t + 1)                           before that, backwards from the first rationed day

Where it is not rationed by the last day, the stock is at least what is given until then and ``ration_days`` of need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.axes import CONTROL, Clock
from saferground.model.ground import build_ground
from saferground.model.layout import lay_out
from saferground.planning.members import ahead, block, totals

if TYPE_CHECKING:
    from saferground.scenario import Scenario

RETAKEN = CONTROL.index("retaken")
LEAST = 1e-6
"""Share of the need below which nothing counts as missing, above which everything as arriving."""

TOGETHER = 100
"""Members reckoned at once, so that little memory is needed."""

Array = NDArray[np.float32]


def besieged_balance(forecast: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    """Balance of the goods of people in districts held or contested, on each day ahead, for every member.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast`` for a siege
    scenario : the scenario of the forecast

    Returns
    -------
    Dataset with ``people`` (member, time, district), 0 in retaken districts, which are also their need in person-days a
    day; and (member, time, district, good), float32 in person-days, 0 in retaken districts: ``arrives`` that day,
    ``gap`` not met that day, ``stock`` at its end, and ``at_least`` (bool): the stock is no less than that.
    """
    days = totals(forecast)
    roads, later = _roads(days, scenario), ahead(days)
    names = ("member", "time", "district", "good")
    shape = tuple(later.sizes[name] for name in names)
    data = {name: np.empty(shape, bool if name == "at_least" else np.float32) for name in Balance._fields}
    people = np.empty(shape[:3], np.float32)
    for first in range(0, shape[0], TOGETHER):
        some = slice(first, first + TOGETHER)
        people[some], found = _of_members(days.isel(member=some), roads, shape[1])
        for name, values in zip(Balance._fields, found, strict=True):
            data[name][some] = values
    laid: dict[str, object] = {name: (names, values) for name, values in data.items()}
    laid["people"] = (names[:3], people)
    return xr.Dataset(laid, {name: later[name] for name in names}, days.attrs)


def _of_members(days: xr.Dataset, roads: Roads, length: int) -> tuple[Array, Balance]:
    """People inside and the balance of some members on the last ``length`` days, reckoned over the whole run."""
    people = block(days, "people", "district").transpose("member", "time", "district").values.astype(np.float32)
    short = days["shortage"].transpose("member", "time", "district", "good").values.astype(np.float32)
    control = days["control"].transpose("member", "time", "district").values
    arriving = _arriving(days, roads, control)
    step = np.float32(days.attrs["step_hours"] / 24)
    balance = _balance(people, np.nan_to_num(short), arriving, _parameter(days, "ration_days"), step)
    inside = ((control != RETAKEN) & (people > 0))[:, -length:]
    return people[:, -length:] * inside, Balance(*(part[:, -length:] * inside[..., None] for part in balance))


class Roads(NamedTuple):
    """Where goods come from, at the last step of each day: open ``gate`` (time, district), share of the need from
    ``local`` sources (time, district, good), and which districts are ``touching``; ``steps`` in a day."""

    gate: NDArray[np.bool_]
    local: NDArray[np.float64]
    touching: NDArray[np.float32]
    steps: int


class Balance(NamedTuple):
    """Person-days of each good, (member, time, district, good); see ``besieged``."""

    arrives: Array
    gap: Array
    stock: Array
    at_least: NDArray[np.bool_]


def together(balance: xr.Dataset) -> xr.Dataset:
    """All districts held or contested together, without ``district``; ``at_least`` where it is so of any of them."""
    summed = balance[["people", "arrives", "gap", "stock"]].sum("district")
    return summed.assign(at_least=balance["at_least"].any("district")).assign_attrs(balance.attrs)


def days_left(balance: xr.Dataset) -> xr.DataArray:
    """Days of full need in stock at the end of each day; NaN where nobody is left."""
    people = balance["people"]
    return (balance["stock"] / people.where(people > 0)).rename("days_left")


def _parameter(days: xr.Dataset, name: str) -> Array:
    """One value a member, with axes for time, district and good."""
    values = days["parameter_value"].sel(parameter=name).values.astype(np.float32)
    return cast(Array, values[:, None, None, None])


def _roads(days: xr.Dataset, scenario: Scenario) -> Roads:
    known = scenario.known()
    layout = lay_out(known)
    clock = Clock(known.settings.start, int(days.attrs["step_hours"]), days.sizes["time"])
    ground = build_ground(layout, known.tables, clock, clock.steps)
    last = slice(clock.steps_per_day - 1, None, clock.steps_per_day)
    own = pd.Index(layout.districts).get_indexer(days.indexes["district"])
    touching = _touching(ground.border_start, ground.border_to)[np.ix_(own, own)]
    return Roads(ground.gate[last][:, own], ground.inflow[last][:, own], touching, clock.steps_per_day)


def _arriving(days: xr.Dataset, roads: Roads, control: NDArray[np.int8]) -> Array:
    """Share of the need that arrives, from local sources and by open roads; at the last step of each day."""
    age = _age(_linked(control, roads.gate, roads.touching), 1 - 1 / roads.steps)  # joined in the morning
    relief = -np.expm1(-age[..., None] / _parameter(days, "relief_days"))
    return cast(Array, np.minimum(1, roads.local[None] + relief).astype(np.float32))


def _touching(start: NDArray[np.int64], to: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 where two districts share a border."""
    matrix = np.zeros((len(start) - 1, len(start) - 1), np.float32)
    for district in range(len(matrix)):
        matrix[district, to[start[district] : start[district + 1]]] = 1
    return matrix


def _linked(control: NDArray[np.int8], gate: NDArray[np.bool_], touching: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Districts that goods can reach: retaken ones, and those joined to an open gate through unretaken ones."""
    held = control != RETAKEN
    reached = ~held | gate[None]
    while True:
        further = reached | (held & (((reached & held).astype(np.float32) @ touching) > 0))
        if (further == reached).all():
            return reached
        reached = further


def _age(linked: NDArray[np.bool_], first: float) -> Array:
    """Days since each district was joined, 0 while it is not; ``first`` on that day, endless from the run's first."""
    age = np.zeros(linked.shape, np.float32)
    age[:, 0] = np.where(linked[:, 0], np.inf, 0)
    for day in range(1, linked.shape[1]):
        age[:, day] = np.where(linked[:, day], np.where(linked[:, day - 1], age[:, day - 1] + 1, first), 0)
    return age


def _balance(people: Array, short: Array, arriving: Array, ration_days: Array, step: np.float32) -> Balance:
    """Arrivals, gap and stock; the stock backwards from the last day, where it is not seen in the rationing."""
    n, arriving = people[..., None], np.minimum(arriving, 1 - short)  # a road may open within the day
    needed = 1 - arriving
    rationed = (short > LEAST) & (needed > LEAST)
    share = np.where(rationed, np.clip(1 - short / np.maximum(needed, LEAST), 0, 1), 1)
    given = n * needed * share
    before = np.concatenate([n[:, :1], n[:, :-1]], axis=1)
    then = n + (before - n) * step  # people at the beginning of the last step, by whom the shares are reckoned
    stock = np.where(needed > LEAST, then * share * (ration_days - needed * step), 0)
    at_least = ~rationed
    for day in range(people.shape[1] - 2, -1, -1):
        earlier = stock[:, day + 1] + (given[:, day] + given[:, day + 1]) / 2
        stock[:, day] = np.where(rationed[:, day], stock[:, day], np.maximum(earlier, stock[:, day]))
        at_least[:, day] &= at_least[:, day + 1]
    return Balance(n * arriving, n * short, stock, at_least)
