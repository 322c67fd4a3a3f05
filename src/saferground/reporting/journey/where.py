"""Where displaced people are over time: in camps, in towns, in conflict zones, on the way."""

from __future__ import annotations

from saferground.planning.journey.headlines import where_people_are
from saferground.planning.journey.views import counted_total
from saferground.reporting.context import Chart, Column, Group, Section, Table
from saferground.reporting.fans import Fan, columns
from saferground.reporting.figures import fan_chart
from saferground.reporting.flight import FAN_KEY, cells, says
from saferground.reporting.journey.figures import PLACES, Layer, stack_chart
from saferground.reporting.journey.run import Journey
from saferground.reporting.words import RANGE, listed, long_day, sentence, span, whole

NAMES = {
    "camps": "in camps",
    "towns": "in towns and other places",
    "travelling": "on the way",
    "conflict_zones": "in conflict zones",
}


def where_section(run: Journey) -> Section:
    """A stack of medians, a fan for each part of it, and the places with most people on the last day."""
    finding = _finding(run)
    blocks = (_stack(run, finding), _parts(run), _place_table(run))
    return Section("where", "Where displaced people are", "Where", (finding,), blocks)


def with_range(values: Fan) -> str:
    """12,000 people (90 % range 11,000 to 13,000); without a range where the members agree to two digits."""
    low, _, median, _, high = (float(value) for value in values.values)
    spread = "" if whole(low) == whole(high) else f" ({RANGE} {span(low, high)})"
    return f"{whole(median)} people{spread}"


def _finding(run: Journey) -> str:
    there = where_people_are(run.forecast)
    everyone = with_range(columns(there.loc["displaced_total"], "people"))
    low, median, high = (there[name] for name in ("q05", "q50", "q95"))
    parts = [f"{whole(median[key])} {name} ({span(low[key], high[key])})" for key, name in NAMES.items()]
    return f"On {long_day(run.last)}, {everyone} are displaced: {listed(parts)}."


def _stack(run: Journey, finding: str) -> Group:
    layers = [Layer(sentence(NAMES[key]), run.fan(key, "people").middle, colour) for key, colour in PLACES.items()]
    counted = counted_total(run.forecast, run.used).values
    figure = stack_chart(run.days, run.as_of, layers, "people", counted)
    chart = Chart("where-stack", "Displaced people by where they are, medians", "", finding, figure)
    run_up = "Left of the dotted line is the model's own run-up, right of it the forecast. " if run.as_of else ""
    counts = "the series of the whole scenario" if run.used.rules["spawning"] == "totals" else "all counted places"
    caption = (
        f"{run_up}Dotted line on top: people counted, {counts} together, on straight lines between the counts. The "
        "medians of the parts need not add up to the median of all."
    )
    return Group("where-all", "All displaced people", caption, (chart,), (*PLACES, "counted"), "wide")


def _parts(run: Journey) -> Group:
    charts = tuple(_part(run, key) for key in PLACES)
    return Group("where-parts", "Each part with its range", "Scales differ from part to part.", charts, FAN_KEY)


def _part(run: Journey, key: str) -> Chart:
    values, name = run.fan(key, "people"), sentence(NAMES[key])
    figure = fan_chart(run.days, run.as_of, values)
    return Chart(f"where-{key}", name, "", says(run, values, f"are {NAMES[key]}"), figure)


def _place_table(run: Journey) -> Table:
    """Every place with anybody on the as-of date or the last day, the most people first."""
    heads = (
        Column("Place", "place"),
        Column("Country", "text"),
        Column("On the last day", "text"),
        Column("There on the as-of date", "people", "people"),
        Column("There on the last day", "people", "people"),
        Column(RANGE, "range", "people"),
        Column("Counted on the last day", "count", "people"),
    )
    people = run.fan("people", "people")
    order = (-people.middle[-1]).argsort(kind="stable")
    rows = [_row(run, people, int(i)) for i in order if people.values[4, [run.as_of, -1], i].max() >= 1]
    note = "Displaced people only; the residents of a place are not among them."
    return Table("where-table", f"Places with displaced people on {long_day(run.last)}", heads, tuple(rows), note)


def _row(run: Journey, people: Fan, i: int) -> tuple:
    last = run.forecast.isel(time=-1)
    count = float(last["count"].values[i])
    now = float(people.middle[run.as_of, i])
    country, known = str(last["country"].values[i]), None if count != count else count
    return run.name(i), country, _state(run, i), now, *cells(people.at(-1, i)), known


def _state(run: Journey, i: int) -> str:
    """What a place is on the last day."""
    last = run.forecast.isel(time=-1)
    kind = str(last["place_kind"].values[i])
    if last["is_camp"].values[i]:
        return "camp in the home country" if kind == "idp_camp" else "camp"
    if last["conflict"].values[i] > 0:
        return "conflict"
    return "town" if kind in ("conflict_zone", "camp", "idp_camp") else kind.replace("_", " ")
