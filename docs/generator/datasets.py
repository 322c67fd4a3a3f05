"""What the Datasets of each model hold beside the variables of ``saferground.axes``; for the pages on results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.markdown import listed
from saferground.axes import (
    CARE,
    GOODS,
    GROUPS,
    HAZARDS,
    IN_CARE,
    JOURNEY_VARIABLES,
    LINES,
    SPENT,
    STAY_HOURS,
    VARIABLES,
    Variable,
)

_COORDINATES = {
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
    "children": ("household", "people", "under 18 who do not count as men, in one household"),
    "infants": ("household", "people", "children under two years, in one household"),
    "disabled": ("household", "people", "with a disability or too frail to walk unaided, in one household"),
    "good": ("good", "", listed(GOODS)),
    "line": ("line", "", listed(LINES)),
    "spent": ("spent", "", listed(SPENT)),
    "group": ("group", "", f"{listed(GROUPS)}; who is disabled is also in one of the others"),
    "stay": ("stay", "h", f"least hours of each class: {listed(map(str, STAY_HOURS))}"),
    "hazard": ("hazard", "", listed(HAZARDS)),
    "stage": ("stage", "", listed(CARE)),
    "care_place": ("care_place", "", "ids of stabilisation points, then field hospitals"),
    "care_place_name": ("care_place", "", "name in English"),
    "care_stage": ("care_stage", "", listed(IN_CARE)),
    "parameter": ("parameter", "", "names, see [parameters](parameters.md)"),
    "parameter_unit": ("parameter", "", "unit of each"),
}
_BESIDE = {
    "parameter_value": ("member, parameter", "float64", "unit of the parameter", "drawn from the prior"),
    "capacity": (
        "time, settled",
        "float64",
        "people",
        "stated capacity; missing where none is stated, 0 while not open",
    ),
    "route_open": ("time, route", "bool", "", "no closure is in force that day"),
}
_ATTRIBUTES = {
    "title": "of the scenario",
    "purpose": "of the scenario",
    "owner": "who answers for the scenario",
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
    "basis": "`prior`: not fitted to counts; `counts`: fitted to those known at the as-of date",
}
_JOURNEY_COORDINATES = {
    "member": ("member", "", "number of the member, from 0"),
    "time": ("time", "", "the day that has ended"),
    "place": ("place", "", "ids, sorted"),
    "place_name": ("place", "", "name in English"),
    "place_name_local": ("place", "", "name in the local language"),
    "place_kind": ("place", "", "kind at the start, as in `places.csv`"),
    "place_line": ("place", "", "line in `places.csv`"),
    "country": ("place", "", "country that the place lies in"),
    "lat": ("place", "degrees", "latitude (WGS 84); missing where not stated"),
    "lon": ("place", "degrees", "longitude (WGS 84); missing where not stated"),
    "route": ("route", "", "ids, sorted"),
    "route_origin": ("route", "", "place id"),
    "route_destination": ("route", "", "place id"),
    "route_length_km": ("route", "km", "length"),
    "parameter": ("parameter", "", "names, see [parameters](parameters-journey.md)"),
    "parameter_unit": ("parameter", "", "unit of each"),
}
_JOURNEY_BESIDE = {
    "parameter_value": ("member, parameter", "float64", "unit of the parameter", "drawn from the prior"),
    "capacity": ("time, place", "float64", "people", "stated capacity; missing without a limit"),
    "conflict": ("time, place", "float64", "1", "intensity of conflict, 0 to 1"),
    "is_camp": ("time, place", "bool", "", "the place works as a camp that day"),
    "count": ("time, place", "float64", "people", "counted there, on lines between the counts; missing without any"),
    "total_count": ("time", "int64", "people", "count of the whole scenario, on lines between the counts"),
    "debt": ("time", "int64", "people", "decrease of the counts that later increases have not made good yet"),
    "route_open": ("time, route", "bool", "", "the road is open that day"),
}
_JOURNEY_ATTRIBUTES = {
    "model": "`journey`",
    "flee": "`corrected` or `3.1`, as in the rule",
    "totals": "`known` or `given`, as in the rule",
    "people_per_unit": "people in one unit of all figures in people",
}


LEARNED_COORDINATES = {
    "series": ("series", "", "keys of the series of counts that are forecast: name, and after an `@` the place"),
    "day_ahead": ("day_ahead", "", "days after the as-of date"),
    "forecaster": ("forecaster", "", "names of the forecasters of counts"),
    "level": ("level", "", "`q05`, `q50`, `q95`: points of the distribution over the members"),
    "heard_series": ("heard", "", "key of the series of each count that was heard"),
    "heard_kind": ("heard", "", "`level`: people by its last day; `total`: over its days; `rate`: mean a day"),
    "heard_start": ("heard", "", "first day of the count"),
    "heard_end": ("heard", "", "last day of the count"),
    "source": ("source", "", "keys of the series that were heard"),
    "source_place": ("source", "", "where it was counted; blank for the whole scenario"),
}


@dataclass(frozen=True)
class Described:
    """What the Dataset of a model holds, by name; the cells of each are those of the page's tables."""

    variables: Mapping[str, Variable]
    beside: Mapping[str, tuple[str, ...]]
    coordinates: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, str]


DATASETS = {
    "siege": Described(VARIABLES, _BESIDE, _COORDINATES, _ATTRIBUTES),
    "journey": Described(JOURNEY_VARIABLES, _JOURNEY_BESIDE, _JOURNEY_COORDINATES, _ATTRIBUTES | _JOURNEY_ATTRIBUTES),
}
NEEDS = {
    "need": ("member, time, place, item", "planning standard times the people who count for it, in `item_unit`"),
    "unmet": ("member, time, place, item", "part beyond the stated capacity; missing where none is stated"),
    "item": ("item", "ids of the needs"),
    "item_name": ("item", "words for reports"),
    "item_unit": ("item", "unit of need and unmet need"),
    "item_topic": ("item", "sector"),
    "item_phase": ("item", "phase in which the standard holds"),
    "item_standard": ("item", "whose figure: `sphere`, `unhcr`, `who`, `misp`, `operational` or `scenario`"),
    "item_source": ("item", "document"),
    "item_verified": ("item", "whether the figure was checked there"),
}
