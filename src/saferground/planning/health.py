"""Staff and sites for the injured and for reproductive health."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from saferground.planning.members import ahead, totals
from saferground.planning.need import OWN, amount_of, reckon
from saferground.planning.standards import figure, standards_for
from saferground.planning.summary import inside

if TYPE_CHECKING:
    from saferground.scenario import Scenario

SETTLED, BESIEGED = "settled", "besieged"
"""Ids of all camps and host communities together, and of all districts held or contested together."""
TOGETHER = {SETTLED: "All camps and host communities", BESIEGED: "All held and contested districts"}
TRAUMA = {
    "injured": ("Injured", "people/day"),
    "stabilisation_places": ("Stabilisation places, busy all day", "places"),
    "operations": ("Operations", "operations/day"),
    "theatres": ("Operating theatres, each with a surgical team", "theatres"),
    "theatre_hours": ("Hours in theatre", "h/day"),
    "beds": ("Hospital beds, by the length of stay", "beds"),
    "theatre_beds": ("Hospital beds, by the theatres", "beds"),
}
"""What ``trauma`` gives: words and unit."""


def trauma(forecast: xr.Dataset, scenario: Scenario, standards: pd.DataFrame | None = None) -> xr.Dataset:
    """What the injured of each day need in places, theatres and beds, beside what is in place.

    All who are injured that day count, whether they can reach care or not:

    - stabilisation places = injured / (24 h x ``stabilisation_rate``), busy day and night;
    - admissions = injured x ``red_share``; operations = admissions x operations an admission;
    - theatres = operations / operations a theatre and day, rounded up, each with a surgical team of its own; hours in
      theatre = operations x hours an operation;
    - beds = admissions x ``bed_days`` (Little's law: as if days like this one went on), and by the theatres.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast`` for a siege
    scenario : the scenario of the forecast; its stations known at the as-of date are what is in place
    standards : as returned by ``standards_for``; default: those of the scenario

    Returns
    -------
    Dataset over the days ahead with ``need`` (member, time, resource), the resources of ``TRAUMA`` in ``unit``; and
    ``in_place`` and ``gap`` = max(0, need - in place) of stabilisation places (open hours over 24) and beds, NaN of the
    others.
    """
    days = ahead(totals(forecast))
    table = standards_for(scenario) if standards is None else standards
    need = np.stack(list(_for_the_injured(days, table).values()), axis=-1)
    in_place = np.full((days.sizes["time"], len(TRAUMA)), np.nan)
    for kind, resource in (("stabilisation", "stabilisation_places"), ("beds", "beds"), ("beds", "theatre_beds")):
        in_place[:, list(TRAUMA).index(resource)] = _in_place(scenario, kind, days["time"].values)
    dims = ("member", "time", "resource")
    words = {"name": ("resource", [name for name, _ in TRAUMA.values()])}
    words["unit"] = ("resource", [unit for _, unit in TRAUMA.values()])
    coords = {"member": days["member"], "time": days["time"], "resource": list(TRAUMA), **words}
    data = {"need": (dims, need), "in_place": (dims[1:], in_place), "gap": (dims, np.maximum(need - in_place, 0))}
    return xr.Dataset(data, coords, days.attrs)


def _for_the_injured(days: xr.Dataset, table: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The resources of ``TRAUMA`` for the injured of each day, (member, time)."""
    injured = days["injured"].sum("hazard").transpose("member", "time").values.astype(float)
    rate, share, stay = (_drawn(days, name) for name in ("stabilisation_rate", "red_share", "bed_days"))
    operations = injured * share * figure(table, "surgical_share") / 100
    theatres = np.ceil(operations / figure(table, "operations") - 1e-9)
    found = (
        injured,
        injured / (24 * rate),
        operations,
        theatres,
        operations * figure(table, "theatre_hours"),
        injured * share * stay,
        theatres * figure(table, "beds_theatre"),
    )
    return dict(zip(TRAUMA, found, strict=True))


def _drawn(days: xr.Dataset, name: str) -> NDArray[np.float64]:
    return np.asarray(days["parameter_value"].sel(parameter=name).values, np.float64)[:, None]


def _in_place(scenario: Scenario, kind: str, times: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Places or beds of all stations of a kind that are open on each day; half of one that is open for twelve hours."""
    stations = scenario.known().tables["stations"]
    rows = stations[stations["kind"] == kind]
    moments = times.astype("datetime64[s]")[:, None]
    opens, closes = (rows[name].to_numpy("datetime64[s]")[None] for name in ("opens", "closes"))
    at_work = (opens <= moments) & ~(closes <= moments)
    hours = rows["closes_hour"].to_numpy(float) - rows["opens_hour"].to_numpy(float)
    return np.asarray(at_work @ (rows["servers"].to_numpy(float) * hours / 24), np.float64)


def reproductive(forecast: xr.Dataset, standards: pd.DataFrame) -> xr.Dataset:
    """Women, births, kits, staff and facilities for reproductive health, by site, camp and host community and day.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast`` for a siege
    standards : as returned by ``standards_for``

    Returns
    -------
    Dataset with ``need`` (member, time, place, item) as of ``saferground.needs``. After the places come ``settled``:
    all camps and host communities together, and ``besieged``: all districts held or contested; their whole units are
    rounded up for all together and not place by place.
    """
    rows = standards[standards["topic"].isin(OWN) & standards["default"]]
    by_place = reckon(forecast, rows, standards)[["need"]].transpose("time", "place", "item", "member")
    days = ahead(totals(forecast))
    settled = days["people"].isel(place=np.flatnonzero(np.isin(days["place"].values, days["settled"].values)))
    groups = {SETTLED: settled.sum("place"), BESIEGED: inside(days)["at_risk"]}
    people = np.stack([groups[name].transpose("time", "member").values for name in TOGETHER], axis=1)
    items = [by_place["item_name"].sel(item=item) for item in by_place["item"].values]
    need = np.stack([amount_of(standards, str(item["item"].values), people) for item in items], axis=2)
    more = by_place.isel(place=[0] * len(TOGETHER)).copy(data={"need": need})
    named = {"place_name": list(TOGETHER.values()), "place_name_local": [""] * 2, "place_kind": list(TOGETHER)}
    labels: dict[str, object] = {name: ("place", told) for name, told in named.items()}
    labelled = more.assign_coords({"place": list(TOGETHER), **labels})
    joined = xr.concat([by_place, labelled], dim="place", coords="minimal", compat="override")
    return joined.transpose("member", "time", "place", "item")
