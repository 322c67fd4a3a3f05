"""Names, order and units of every axis and variable, and the mapping between dates and steps.

The order of dimensions is always ``member, time, <where>, <group>``. Time is labelled by the day that has
ended: the value at 2017-03-01 is the state at the end of 1 March, or the sum over 1 March for a flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CONTROL = ("held", "contested", "retaken")
GOODS = ("food", "water", "fuel", "medicine")
STATIONS = ("mustering", "registration", "screening", "aid")
LINES = (*STATIONS, "boarding")
SPENT = (*LINES, "apart", "open")
GROUPS = ("women", "men", "children", "disabled")
STAY_HOURS = (0, 6, 12, 24, 48, 72, 168)
HAZARDS = ("route", "home", "trap")
IN_CARE = (
    "waiting_triage", "waiting_stabilisation", "waiting_ambulance", "waiting_bed", "on_the_way", "waiting_theatre",
    "in_bed",
)  # fmt: skip
CARE = (*IN_CARE, "discharged", "died")

# Lines are those of a site; ``SPENT`` is how people spend their hours there: in each line, apart from the rest of their
# household, and in the open. ``STAY_HOURS`` are the lower ends of the classes of hours that somebody has stayed.

# Blocks of places, in the order in which the model lays them out.
DISTRICTS = ("district",)
SITES = ("muster_point", "screening_site")
SETTLED = ("camp", "host_community")
CARE_PLACES = ("stabilisation_point", "field_hospital")


@dataclass(frozen=True)
class Variable:
    """What one variable of a result holds: dimensions after ``member, time``, dtype, unit, meaning."""

    dims: tuple[str, ...]
    dtype: str
    unit: str
    meaning: str


VARIABLES = {
    "people": Variable(("place", "household"), "int32", "people", "present at the end of the day, by household class"),
    "arrivals": Variable(("place",), "int32", "people/day", "who arrived during the day (districts: who came home)"),
    "departures": Variable(("place",), "int32", "people/day", "who left during the day (districts: outward)"),
    "control": Variable(("district",), "int8", "index into held, contested, retaken", "control at the end of the day"),
    "inward": Variable(("district",), "int32", "people/day", "who was pushed from the district into another held one"),
    "returns": Variable(("district",), "int32", "people/day", "who came home to the district"),
    "stayers": Variable(("district",), "int32", "people", "who will not leave, absent ones included"),
    "shortage": Variable(("district", "good"), "float32", "share of daily need", "need not met at the end of the day"),
    "flow": Variable(("route",), "int32", "people/day", "who set out on the way during the day"),
    "waiting": Variable(("site", "line"), "int32", "people", "in the line at the end of the day"),
    "wait_hours": Variable(
        ("site", "line"),
        "float32",
        "h",
        "mean time from arrival at the site to the end of that line, "
        "of those who finished it during the day; missing when nobody did",
    ),
    "person_hours": Variable(
        ("site", "spent"),
        "float32",
        "person-h",
        "spent during the day in each line; apart from the own household; and in the open, without shade and water",
    ),
    "stayed": Variable(
        ("site", "group", "stay"),
        "int32",
        "people/day",
        "members of the households that left the site during the day, absent ones included, by hours since arrival",
    ),
    "released": Variable(
        ("site", "stay"), "int32", "men/day", "whose screening ended during the day, by hours since arrival"
    ),
    "killed": Variable(("hazard",), "int32", "people/day", "deaths from the hazard, all places"),
    "injured": Variable(("hazard",), "int32", "people/day", "injuries from the hazard, all places"),
    "care": Variable(("stage",), "int32", "people", "the injured by stage; discharged and died are cumulative"),
    "patients": Variable(
        ("care_place", "care_stage"),
        "int32",
        "people",
        "the injured at the end of the day by place and stage; on the way: to the hospital",
    ),
}

JOURNEY_VARIABLES = {
    "people": Variable(("place",), "int32", "people", "present at the end of the day"),
    "arrivals": Variable(
        ("place",), "int32", "people/day", "who reached the place, those who went on that day included"
    ),
    "departures": Variable(("place",), "int32", "people/day", "who set out from the place"),
    "displaced": Variable(("place",), "int32", "people/day", "newly displaced, by the place they come from"),
    "travelling": Variable((), "int32", "people", "on the way at the end of the day"),
    "flow": Variable(("route",), "int32", "people/day", "who set out on the route, in either direction"),
}


LEARNED_VARIABLES = {
    "count_ahead": Variable(
        ("series", "day_ahead"), "float32", "people", "what the series will say at the end of the day"
    ),
    "forecaster_weight": Variable(
        ("series", "forecaster"), "float64", "share", "how far the forecaster is believed, 14 days ahead"
    ),
    "heard_value": Variable(("heard",), "float64", "people", "count, of a rate people a day"),
    "heard_said": Variable(
        ("heard", "level"), "float64", "people", "what the model would have been counted as before it heard the count"
    ),
    "heard_jump": Variable(("heard",), "float64", "chance", "the source had changed what it covers"),
    "heard_believed": Variable(("heard",), "float64", "share", "part of its weight that the count was given"),
    "source_ratio": Variable(("source", "level"), "float64", "ratio", "what the source says over what is so"),
    "source_spread": Variable(("source",), "float64", "log", "standard deviation of the errors of the source"),
    "source_counts": Variable(("source",), "int64", "counts", "counts of the source that were heard"),
    "parameter_moved": Variable(
        ("parameter",), "float64", "1", "how far the mean of the parameter went, in standard deviations of its prior"
    ),
}
"""What a forecast that has learned from counts holds besides; ``count_ahead`` alone has a member."""


@dataclass(frozen=True)
class Clock:
    """Steps of a run. Step ``i`` covers hours ``[i, i + 1) * step_hours`` after midnight of ``start``."""

    start: date
    step_hours: int
    days: int

    @property
    def steps_per_day(self) -> int:
        """Steps in a day."""
        return 24 // self.step_hours

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.days * self.steps_per_day

    def step(self, day: date) -> int:
        """First step of a day; negative before the start."""
        return (day - self.start).days * self.steps_per_day
