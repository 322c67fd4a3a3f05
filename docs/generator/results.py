"""Pages on what comes out: variables of a Dataset, tables of a run folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.markdown import Lines, code, heading, listed, table
from saferground.axes import CARE, CONTROL, GOODS, HAZARDS, LINES, VARIABLES
from saferground.exchange import hxl

COORDINATES = {
    "member": ("member", "", "number of the member, from 0"),
    "time": ("time", "", "the day that has ended"),
    "place": ("place", "", "ids: districts, then sites, then camps, then host communities, each sorted by id"),
    "place_name": ("place", "", "name in English"),
    "place_name_local": ("place", "", "name in the local language"),
    "place_kind": ("place", "", "kind, as in `places.csv`"),
    "lat": ("place", "degrees", "latitude (WGS 84)"),
    "lon": ("place", "degrees", "longitude (WGS 84)"),
    "district": ("district", "", "ids of the districts"),
    "site": ("site", "", "ids of muster points and screening sites"),
    "settled": ("settled", "", "ids of camps, then host communities"),
    "route": ("route", "", "ids of ways out and onward ways; ambulance and supply ways are not among them"),
    "route_origin": ("route", "", "place id"),
    "route_destination": ("route", "", "place id"),
    "route_mode": ("route", "", "`walk` or `road`"),
    "route_length_km": ("route", "km", "length"),
    "household": ("household", "", "ids of the household classes"),
    "household_name": ("household", "", "name for reports"),
    "persons": ("household", "people", "in one household"),
    "men": ("household", "people", "men and older boys who are screened, in one household"),
    "infants": ("household", "people", "children under two years, in one household"),
    "disabled": ("household", "people", "with a disability or too frail to walk unaided, in one household"),
    "good": ("good", "", listed(GOODS)),
    "line": ("line", "", listed(LINES)),
    "hazard": ("hazard", "", listed(HAZARDS)),
    "stage": ("stage", "", listed(CARE)),
    "parameter": ("parameter", "", "names, see [parameters](parameters.md)"),
    "parameter_unit": ("parameter", "", "unit of each"),
}
BESIDE_MEMBERS = {
    "parameter_value": ("member, parameter", "float64", "unit of the parameter", "drawn from the prior"),
    "capacity": (
        "time, settled",
        "float64",
        "people",
        "stated capacity; missing where none is stated, 0 while not open",
    ),
    "route_open": ("time, route", "bool", "", "no closure is in force that day"),
}
ATTRIBUTES = {
    "title": "of the scenario",
    "purpose": "of the scenario",
    "sensitivity": "class of the products",
    "scenario": "name of its folder",
    "digest": "SHA-256 of what was known of the scenario at the as-of date, with settings and priors",
    "seed": "of all random numbers",
    "members": "how many",
    "version": "of Saferground",
    "start": "first day",
    "as_of": "last day of what was known",
    "end": "last day",
    "days": "days ahead of the as-of date",
    "step_hours": "length of a step",
    "basis": "`prior`: not fitted to counts",
}
NEEDS = {
    "need": ("member, time, place, item", "planning standard times the people who count for it, in `item_unit`"),
    "unmet": ("member, time, place, item", "part beyond the stated capacity; missing where none is stated"),
    "item": ("item", "ids of the needs"),
    "item_name": ("item", "words for reports"),
    "item_unit": ("item", "unit of need and unmet need"),
    "item_topic": ("item", "sector"),
    "item_phase": ("item", "phase in which the standard holds"),
    "item_basis": ("item", "`sphere`, `unhcr`, `who`, `operational` or `scenario`"),
    "item_source": ("item", "document"),
    "item_verified": ("item", "whether the figure was checked there"),
}


def variables() -> Lines:
    """The Datasets of simulate, forecast and needs."""
    yield from heading("Variables", "`src/saferground/axes.py`")
    yield from (
        "What `simulate` and `forecast` return, and what `forecast.zarr` of a run folder holds. Dimensions always",
        "come in the order `member, time`, then where, then which group. A value at a day is the state at its end, or",
        "the sum over that day for a flow (unit `people/day`). The forecast proper is `time > as_of`; earlier days are",
        "the model's own run-up.",
        "",
        "## By member and day",
        "",
    )
    rows = ((code(n), f"member, time, {', '.join(v.dims)}", v.dtype, v.unit, v.meaning) for n, v in VARIABLES.items())
    yield from table(("variable", "dimensions", "type", "unit", "meaning"), rows)
    yield from (f"`control` is an index into {listed(CONTROL)}.", "", *_NOTES, "", "## Beside them", "")
    yield from table(("variable", "dimensions", "type", "unit", "meaning"), _named(BESIDE_MEMBERS))
    yield from ("## Coordinates", "")
    yield from table(("coordinate", "along", "unit", "meaning"), _named(COORDINATES))
    yield from ("## Attributes", "")
    yield from table(("attribute", "meaning"), ((code(name), meaning) for name, meaning in ATTRIBUTES.items()))
    yield from ("## Needs", "", "What `needs` returns; days after the as-of date, sites and settled places only.", "")
    yield from table(("name", "along", "meaning"), _named(NEEDS))


_NOTES = (
    "`departures` of a district are those who set out to leave the besieged area; those pushed to another held",
    "district are in `inward`. `departures` of a camp or host community are returns and moves to another one.",
    "`arrivals` of a district are returns. Those on the way, and those killed or in care, are in no place.",
)


def _named(rows: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    return ((code(name), *cells) for name, cells in rows.items())


def tables() -> Lines:
    """The tables of a run folder."""
    quantiles = ", ".join(f"`{name}` ({text})" for name, text in hxl.QUANTILES.items())
    yield from heading("Tables of a run folder", "`src/saferground/exchange/tables.csv` and `table_columns.csv`")
    yield from (
        "Each is a CSV file in `tables/` and a sheet of `tables.xlsx`. In a CSV file the first row holds the column",
        "names and the second their [HXL](https://hxlstandard.org/standard/1-1final/) tags. A column `q` or `..._q`",
        f"stands for a set of quantiles over the members: {quantiles}; each has the tag of the",
        "set with the quantile as one more attribute. The last column of every file is",
        f"`{hxl.SENSITIVITY.name}` (`{hxl.SENSITIVITY.hxl}`). The workbook leaves out the quarter points and the",
        "columns marked below.",
        "",
    )
    for name, (sheet, question) in hxl.questions().items():
        yield from (f"## {name}.csv", "", f"{question} Sheet: {sheet}.", "")
        rows = (
            (code(c.name), c.label, c.unit, code(c.hxl), "" if c.workbook else "no") for c in hxl._descriptions()[name]
        )
        yield from table(("column", "meaning", "unit", "HXL tag", "in the workbook"), rows)
