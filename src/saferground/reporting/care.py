"""Staff and sites: for the injured beside what is in place, and for women and births."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from saferground.planning.health import BESIEGED, SETTLED, reproductive, trauma
from saferground.planning.standards import standards_for
from saferground.reporting.context import Column, Section, Table
from saferground.reporting.fans import Fan, Run, fan
from saferground.reporting.words import RANGE, about, listed, long_day, period

if TYPE_CHECKING:
    from saferground.scenario import Scenario

SPOKEN = ("births", "complications", "obstetric_full")
BY_PLACE = ("women", "pregnant", "births", "attendants", "delivery_kits")


def care_section(run: Run, scenario: Scenario) -> Section:
    """What the injured of a day need, what is in place, and what births need at each place."""
    injured, born = trauma(run.forecast, scenario), reproductive(run.forecast, standards_for(scenario))
    finding = (_trauma_finding(injured), _birth_finding(born, run))
    blocks = (_trauma_table(injured, run), _birth_table(born, run), _places_table(born, run))
    return Section("care-needs", "Staff and sites: the injured, and births", "Staff and sites", finding, blocks)


def _need(found: xr.Dataset, resource: str, name: str = "need") -> Fan:
    """By day, of one resource."""
    return fan(found[name].sel(resource=resource).transpose("member", "time").values, "")


def _worst(found: xr.Dataset, resource: str, name: str = "need") -> Fan:
    """The largest of all days ahead, of each member."""
    return fan(found[name].sel(resource=resource).max("time").values, "")


def _trauma_finding(found: xr.Dataset) -> str:
    theatres, beds = _worst(found, "theatres"), _worst(found, "beds")
    short = _worst(found, "beds", "gap")
    place = float(found["in_place"].sel(resource="beds").max())
    return (
        f"On the worst day ahead the injured need {about(float(theatres.middle))} operating theatres with a surgical "
        f"team each ({_range(theatres)}) and, if such days went on, {about(float(beds.middle))} beds ({_range(beds)}); "
        f"{about(place)} beds are in place or announced, and {about(float(short.values[4]))} would be missing in one "
        "future in twenty."
    )


def _range(one: Fan) -> str:
    return f"{about(float(one.values[0]))} to {about(float(one.values[4]))}"


def _birth_finding(found: xr.Dataset, run: Run) -> str:
    last = found["need"].isel(time=-1)
    parts = [
        f"{about(float(fan(last.sel(place=place, item='births').values, '').middle))} among {who}"
        for place, who in ((SETTLED, "people in camps and host communities"), (BESIEGED, "the besieged"))
    ]
    return f"Births to be expected a day on {long_day(run.last)}, median: {listed(parts)}."


def _trauma_table(found: xr.Dataset, run: Run) -> Table:
    """Each resource on an ordinary day and on the worst, and what is in place."""
    rows = []
    for resource in found["resource"].values.tolist():
        one = found.sel(resource=resource)
        usual = fan(one["need"].median("time").values, "")
        worst, gap = _worst(found, resource), _worst(found, resource, "gap")
        place = one["in_place"].values
        stated = not np.isnan(place).all()
        rows.append(
            (
                str(one["name"].values),
                float(usual.middle),
                float(worst.middle),
                (float(worst.values[0]), float(worst.values[4])),
                float(place[0]) if stated else None,
                float(place[-1]) if stated else None,
                (float(gap.middle), float(gap.values[4])) if stated else None,
                str(one["unit"].values),
            )
        )
    heads = (
        Column("The injured need", "text"),
        Column("On the median day", "amount"),
        Column("On the worst day", "amount"),
        Column(RANGE, "spread"),
        Column("In place on the first day", "amount"),
        Column("In place on the last day", "amount"),
        Column("Missing on the worst day, median to 95th percentile", "spread"),
        Column("Unit", "text"),
    )
    note = (
        "Everyone injured counts, whether they can reach care or not; harm is an order of magnitude. Theatres by WHO's "
        "figure for emergency medical teams of type 2 (7 major operations a day), which was recalled and not checked. "
        "Beds by the length of stay as if such days went on."
    )
    return Table("trauma", f"Care for the injured, {period(run.first, run.last)}", heads, tuple(rows), note)


def _birth_table(found: xr.Dataset, run: Run) -> Table:
    """Every item of reproductive health for all settled places and for the besieged on the last day."""
    last = found["need"].isel(time=-1)
    rows = []
    for item in found["item"].values.tolist():
        name, unit, mark = _words(found.sel(item=item))
        rows.append((name, *_cells(last.sel(item=item)), unit, mark))
    heads = (
        Column("Reproductive health", "text"),
        Column("Camps and host communities", "amount"),
        Column(RANGE, "spread"),
        Column("Held and contested districts", "amount"),
        Column(RANGE, "spread"),
        Column("Unit", "text"),
        Column("Figure", "mark"),
    )
    note = (
        "Planning figures of the Minimum Initial Service Package: a quarter of the people are women of reproductive "
        "age, for a hundred people there are four births a year. Better figures of the population go into "
        "standards.csv. Kits are made up for three months."
    )
    return Table("births", f"Women, births, kits and staff on {long_day(run.last)}", heads, tuple(rows), note)


def _words(item: xr.Dataset) -> tuple[str, str, str]:
    mark = "" if bool(item["item_verified"].values) else "not verified"
    return str(item["item_name"].values), str(item["item_unit"].values), mark


def _cells(need: xr.DataArray) -> list[Any]:
    """Median and range for all settled places, then for the besieged."""
    spreads = [fan(need.sel(place=place).values, "") for place in (SETTLED, BESIEGED)]
    return [cell for one in spreads for cell in (float(one.middle), (float(one.values[0]), float(one.values[4])))]


def _places_table(found: xr.Dataset, run: Run) -> Table:
    """The main items at each site, camp and host community on the last day."""
    last = found["need"].isel(time=-1, place=slice(None, -2)).sel(item=list(BY_PLACE))
    spread = fan(last.transpose("member", "place", "item").values, "")
    order = np.argsort(-spread.middle[:, 0], kind="stable")
    rows = [
        (
            (str(last["place_name"].values[p]), str(last["place_name_local"].values[p])),
            *((float(spread.middle[p, i]), float(spread.values[4, p, i]), None, None) for i in range(len(BY_PLACE))),
        )
        for p in order
        if spread.values[4, p].max() > 0
    ]
    named = zip(last["item_name"].values.tolist(), last["item_unit"].values.tolist(), strict=True)
    heads = (Column("Place", "place"), *(Column(name, "need", unit) for name, unit in named))
    note = "Each cell: median (95th percentile). Staff and kits are rounded up at each place."
    caption = f"Reproductive health by place on {long_day(run.last)}"
    return Table("births-places", caption, heads, tuple(rows), note, folded=True)
