"""Each fault that a scenario folder can have gives one clear problem, and all of them come together."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from helpers import faults
from helpers.faults import (
    Fault,
    again,
    both,
    cell,
    column,
    extra_column,
    missing,
    moved,
    no_column,
    no_row,
    no_rows,
    text,
)
from helpers.worlds import line, line_world
from saferground.errors import Problem, ScenarioError
from saferground.scenario import check_scenario, read_scenario

PRIOR = {"stayer_share": {"prior": "logitnormal", "low": 0.1, "high": 0.5, "unit": "share"}}


def damaged(folder: Path, *each: Fault) -> list[Problem]:
    world = line(parameters=PRIOR)
    world.add("closures", route="b_side", closed="2030-01-02", reopened="2030-01-04", published="2030-01-02")
    world.add("futures", id="slow", weight=0.5).add("futures", id="fast", weight=0.5)
    world.add("control", district="c", date="2030-01-09", status="retaken", future="slow")
    world.add("control", district="c", date="2030-01-07", status="retaken", future="fast")
    guess = {
        "author": "Planning cell",
        "made": "2030-01-05",
        "day": "2030-01-09",
        "low": 800,
        "best": 900,
        "high": 1500,
    }
    world.add("own_forecasts", id="guess", series="Left", measures="", **guess)
    world.write(folder)
    for fault in each:
        fault(folder)
    scenario, problems = check_scenario(folder)
    wrong = [problem for problem in problems if problem.severity == "problem"]
    assert (scenario is None) == bool(wrong)
    return problems


def toml(old: str, new: str) -> Fault:
    return text("scenario.toml", old, new)


def prepend(data: bytes) -> Fault:
    return faults.content("places.csv", lambda old: data + old)


def encoded(encoding: str) -> Fault:
    return both(
        cell("places", 2, "name", "حي النور القديم" if encoding != "latin-1" else "Quartier de la Médina"),
        faults.content("places.csv", lambda old: old.decode().encode(encoding)),
    )


Table = dict[str, tuple[Fault, str, str, str]]
"""Name: the fault, where its problem stands (file:line:column), a piece of what was got, a piece of the advice."""
CELLS: Table = {
    "decimal comma": (cell("routes", 2, "length_km", "2,5"), "routes.csv:2:length_km", "'2,5'", "Write 2.5 "),
    "thousands and comma": (cell("routes", 3, "length_km", "1.234,5"), "routes.csv:3:length_km", "1.234,5", "1234.5"),
    "thousands": (cell("places", 2, "population_best", "5,000"), "places.csv:2:population_best", "5,000", "Write 5000"),
    "thousands by space": (
        cell("places", 2, "population_best", "5 000"),
        "places.csv:2:population_best",
        "5 000",
        "5000",
    ),
    "percent": (cell("households", 2, "share", "30%"), "households.csv:2:share", "30%", "Write 0.3,"),
    "share above one": (cell("households", 2, "share", "30"), "households.csv:2:share", "30", "30 % is 0.3"),
    "nan": (cell("routes", 2, "length_km", "NaN"), "routes.csv:2:length_km", "NaN", "Write a figure"),
    "nan where blank may be": (
        cell("camps", 2, "capacity", "n/a"),
        "camps.csv:2:capacity",
        "n/a",
        "Leave the cell blank",
    ),
    "infinite": (cell("camps", 2, "capacity", "inf"), "camps.csv:2:capacity", "inf", "blank for no limit"),
    "overflow": (cell("counts", 2, "value", "1e999"), "counts.csv:2:value", "1e999", "too large"),
    "negative": (cell("camps", 2, "capacity", "-5"), "camps.csv:2:capacity", "-5", "minus sign"),
    "too large": (cell("places", 2, "lat", "330.1"), "places.csv:2:lat", "330.1", "at most 90"),
    "not whole": (cell("buses", 2, "vehicles", "2.5"), "buses.csv:2:vehicles", "2.5", "Round it to 2"),
    "unit in the cell": (cell("routes", 2, "length_km", "2 km"), "routes.csv:2:length_km", "2 km", "unit is km"),
    "range in the cell": (cell("camps", 2, "capacity", "10-20"), "camps.csv:2:capacity", "10-20", "Write one number"),
    "about": (cell("camps", 2, "capacity", "~500"), "camps.csv:2:capacity", "~500", "Write one number"),
    "words": (cell("camps", 2, "capacity", "many"), "camps.csv:2:capacity", "many", "plain number"),
    "underscore": (cell("camps", 2, "capacity", "1_000"), "camps.csv:2:capacity", "1_000", "plain number"),
    "Arabic digits": (cell("camps", 2, "capacity", "٣٠٠"), "camps.csv:2:capacity", "٣٠٠", "Write 300"),
    "formula": (cell("camps", 2, "capacity", "=A1+B1"), "camps.csv:2:capacity", "=A1+B1", "Paste the value"),
    "formula error": (cell("camps", 2, "capacity", "#REF!"), "camps.csv:2:capacity", "#REF!", "could not compute"),
    "blank number": (cell("routes", 2, "length_km", " "), "routes.csv:2:length_km", "nothing", "Fill it in"),
    "day first": (cell("control", 2, "date", "28/02/2017"), "control.csv:2:date", "28/02/2017", "Write 2017-02-28."),
    "day or month first": (
        cell("control", 2, "date", "3.2.17"),
        "control.csv:2:date",
        "3.2.17",
        "2017-02-03 or 2017-03-02",
    ),
    "Excel's day number": (cell("control", 2, "date", "42794"), "control.csv:2:date", "42794", "2017-02-28"),
    "no such day": (cell("control", 2, "date", "2030-02-30"), "control.csv:2:date", "2030-02-30", "no such day"),
    "month in words": (cell("control", 2, "date", "28-Feb-17"), "control.csv:2:date", "28-Feb-17", "YYYY-MM-DD"),
    "slashes": (cell("control", 2, "date", "2030/1/3"), "control.csv:2:date", "2030/1/3", "Write 2030-01-03."),
    "time of day": (
        cell("control", 2, "date", "2030-01-03 00:00:00"),
        "control.csv:2:date",
        "2030-01-03 00",
        "2030-01-03 (",
    ),
    "year of two digits": (
        cell("control", 2, "date", "0030-01-03"),
        "control.csv:2:date",
        "0030-01-03",
        "Check the year",
    ),
    "choice": (cell("control", 3, "status", "heald"), "control.csv:3:status", "heald", "Did you mean 'held'"),
    "choice in capitals": (cell("control", 3, "status", "HELD"), "control.csv:3:status", "HELD", "Did you mean 'held'"),
    "capitals in an id": (cell("households", 2, "id", "Infants"), "households.csv:2:id", "Infants", "Write 'infants'"),
    "space in an id": (cell("households", 2, "id", "with infants"), "households.csv:2:id", "with in", "'with_infants'"),
    "semicolons in a list": (cell("routes", 3, "via", "a;c"), "routes.csv:3:via", "a;c", "Write 'a c'"),
    "no source": (cell("routes", 2, "source", ""), "routes.csv:2:source", "nothing", "sources.csv"),
}

FILES: Table = {
    "no settings": (missing("scenario.toml"), "scenario.toml:0", "no such file", "[scenario]"),
    "no places": (missing("places.csv"), "places.csv:0", "no such file", "saferground new"),
    "misspelt file": (
        moved("stations.csv", "station.csv"),
        "station.csv:0",
        "unknown file",
        "Rename it to 'stations.csv'",
    ),
    "file in capitals": (
        moved("places.csv", "Places.CSV"),
        "Places.CSV:0",
        "unknown file",
        "Rename it to 'places.csv'",
    ),
    "workbook": (faults.content("all.xlsx", lambda old: b"PK\x03\x04"), "all.xlsx:0", "unknown file", "each sheet"),
    "workbook named csv": (
        faults.content("buses.csv", lambda old: b"PK\x03\x04.."),
        "buses.csv:0",
        "an Excel",
        "export",
    ),
    "empty": (faults.content("buses.csv", lambda old: b""), "buses.csv:0", "an empty file", "delete it"),
    "blank": (faults.content("buses.csv", lambda old: b" \n\n"), "buses.csv:0", "an empty file", "delete it"),
    "only commas": (faults.content("buses.csv", lambda old: b",,,\n,,\n"), "buses.csv:0", "no cells", "Add the rows"),
    "header only": (no_rows("households"), "households.csv:1", "a header and no rows", "Add the rows"),
    "cut off": (
        faults.content("control.csv", lambda old: old[:-30]),
        "control.csv:6",
        "no end of line",
        "complete copy",
    ),
    "short row": (text("control.csv", "b,2030-01-01,held,", "b,2030-01-01,"), "control.csv:3", "5 cells", "comma"),
    "long row": (text("places.csv", "Gate,", "Gate, south,"), "places.csv:5", "11 cells", "quotation marks"),
    "open quote": (text("places.csv", "Gate,", '"Gate,'), "places.csv:5", "never closed", "Close the quotation mark"),
    "open quote at the end": (text("places.csv", "Depot,", '"Depot,'), "places.csv:12", "never closed", "Close the"),
    "utf-16": (encoded("utf-16"), "places.csv:0", "UTF-16", "CSV UTF-8"),
    "utf-16 without mark": (encoded("utf-16-le"), "places.csv:0", "looks like UTF-16", "CSV UTF-8"),
    "latin-1": (encoded("latin-1"), "places.csv:2", "looks like Windows (cp1252)", "CSV UTF-8"),
    "cp1256": (encoded("cp1256"), "places.csv:2", "looks like Windows Arabic", "CSV UTF-8"),
    "half a letter": (
        faults.content("places.csv", lambda old: old + "ح".encode()[:1]),
        "places.csv:13",
        "half a letter",
        "cut off",
    ),
    "zero bytes": (text("places.csv", "Gate", "Ga\0te"), "places.csv:5", "1 zero bytes", "damaged"),
    "semicolons": (
        text("sources.csv", "id,title,publisher\nassumed,Assumed for a test,Test", "id;title;publisher\nassumed;A;T"),
        "sources.csv:1",
        "semicolons",
        "commas",
    ),
    "tabs": (
        text(
            "sources.csv", "id,title,publisher\nassumed,Assumed for a test,Test", "id\ttitle\tpublisher\nassumed\tA\tT"
        ),
        "sources.csv:1",
        "tabs",
        "commas",
    ),
    "not a folder inside": (
        both(missing("buses.csv"), lambda folder: (folder / "buses.csv").mkdir()),
        "buses.csv:0",
        "not a plain file",
        "file itself",
    ),
}

HEADERS: Table = {
    "misspelt column": (
        column("camps", "capacity", "capcity"),
        "camps.csv:1:capcity",
        "capcity",
        "Rename it to 'capacity'",
    ),
    "column in capitals": (column("camps", "place", "Place"), "camps.csv:1:Place", "Place", "Rename it to 'place'"),
    "unknown column": (extra_column("camps", "tents"), "camps.csv:1:tents", "tents", "Rename or delete"),
    "no such column": (no_column("routes", "mode"), "routes.csv:1:mode", "no column 'mode'", "Add the column"),
    "column twice": (extra_column("camps", "capacity", "5"), "camps.csv:1:capacity", "twice", "Remove or rename"),
    "column without name": (extra_column("camps", ""), "camps.csv:1:column 8", "no name", "Give the column its name"),
    "phone numbers": (extra_column("camps", "Phone number"), "camps.csv:1:Phone number", "Phone", "no personal data"),
    "dates of birth": (
        extra_column("counts", "date of birth"),
        "counts.csv:1:date of birth",
        "birth",
        "no personal data",
    ),
    "passports": (extra_column("counts", "passport"), "counts.csv:1:passport", "passport", "no personal data"),
    "names of people": (
        extra_column("households", "head_name"),
        "households.csv:1:head_name",
        "head",
        "no personal data",
    ),
    "id numbers": (
        extra_column("households", "National ID no"),
        "households.csv:1:National ID no",
        "ID",
        "no personal data",
    ),
}

SETTINGS: Table = {
    "not toml": (toml('model = "siege"', "model = siege"), "scenario.toml:5", "Invalid value", "quotation"),
    "key twice": (toml('model = "siege"', "days = 3"), "scenario.toml:8", "overwrite", "each key once"),
    "deep nesting": (toml("[scenario]", "x = " + "[" * 9000), "scenario.toml:0", "", "Correct the line"),
    "misspelt section": (toml("[scenario]", "[scenaro]"), "scenario.toml:1:scenaro", "scenaro", "'scenario'"),
    "key outside": (toml("[scenario]", 'title = "x"\n[scenario]'), "scenario.toml:1:title", "title", "below"),
    "misspelt key": (toml("as_of", "asof"), "scenario.toml:7:scenario.asof", "asof", "Rename it to 'as_of'"),
    "unknown key": (toml("model =", 'colour = "red"\nmodel ='), "scenario.toml:5:scenario.colour", "colour", "delete"),
    "no title": (
        toml('title = "Three districts in a line"\n', ""),
        "scenario.toml:1:scenario.title",
        "nothing",
        "Fill",
    ),
    "date in words": (
        toml("start = 2030-01-01", 'start = "1 Jan"'),
        "scenario.toml:6:scenario.start",
        "1 Jan",
        "digits",
    ),
    "date and time": (toml("2030-01-01", "2030-01-01T00:00:00"), "scenario.toml:6:scenario.start", "2030", "day alone"),
    "number in quotes": (toml("days = 10", 'days = "10"'), "scenario.toml:8:scenario.days", "10", "without quot"),
    "days out of range": (toml("days = 10", "days = 0"), "scenario.toml:8:scenario.days", "0", "at least 1"),
    "step": (toml("step_hours = 6", "step_hours = 5"), "scenario.toml:9:scenario.step_hours", "5", "one of these"),
    "huge number": (toml("days = 10", "days = 0x" + "f" * 9000), "scenario.toml:8:scenario.days", "", "too large"),
    "true": (toml("days = 10", "days = true"), "scenario.toml:8:scenario.days", "True", "plain number"),
    "list": (toml("days = 10", "days = [1]"), "scenario.toml:8:scenario.days", "[1]", "Give one value"),
    "as-of before start": (
        toml("2030-01-05", "2029-12-31"),
        "scenario.toml:7:scenario.as_of",
        "2029-12-31",
        "Move one",
    ),
    "unknown parameter": (
        toml("stayer_share", "stayer_shore"),
        "scenario.toml:11:parameters.stayer_shore",
        "stayer_shore",
        "'stayer_share'",
    ),
    "unknown prior": (
        toml("logitnormal", "logitnorm"),
        "scenario.toml:13:parameters.stayer_share.prior",
        "logitnorm",
        "'logitnormal'",
    ),
    "low above high": (
        toml("high = 0.5", "high = 0.05"),
        "scenario.toml:15:parameters.stayer_share.high",
        "0.05",
        "Swap",
    ),
    "low is high": (
        toml("high = 0.5", "high = 0.1"),
        "scenario.toml:15:parameters.stayer_share.high",
        "0.1",
        "fix the par",
    ),
    "outside bounds": (
        toml("high = 0.5", "high = 1.5"),
        "scenario.toml:15:parameters.stayer_share.high",
        "1.5",
        "unit",
    ),
    "logit of zero": (toml("low = 0.1", "low = 0.0"), "scenario.toml:14:parameters.stayer_share.low", "0.0", "uniform"),
    "log of zero": (
        both(toml("logitnormal", "lognormal"), toml("low = 0.1", "low = 0")),
        "scenario.toml:14:parameters.stayer_share.low",
        "0.0",
        "uniform",
    ),
    "no high": (toml("high = 0.5\n", ""), "scenario.toml:11:parameters.stayer_share.high", "nothing", "low and high"),
    "fixed without value": (
        toml('"logitnormal"\nlow = 0.1\nhigh = 0.5', '"fixed"'),
        "scenario.toml:11:parameters.stayer_share.value",
        "nothing",
        "Give the value",
    ),
    "value beside range": (
        toml("high = 0.5", "high = 0.5\nvalue = 0.3"),
        "scenario.toml:16:parameters.stayer_share.value",
        "0.3",
        "fixed",
    ),
    "other unit": (toml('"share"', '"percent"'), "scenario.toml:16:parameters.stayer_share.unit", "percent", "Convert"),
    "unknown source of a prior": (
        toml('source = "assumed"', 'source = "assumd"'),
        "scenario.toml:12:parameters.stayer_share.source",
        "assumd",
        "'assumed'",
    ),
    "parameter not a section": (
        toml("[parameters.stayer_share]", "[parameters]\npace = 3\n[parameters.stayer_share]"),
        "scenario.toml:12:parameters.pace",
        "3",
        "[parameters.pace]",
    ),
}

RULES: Table = {
    "unknown place": (cell("routes", 2, "origin", "aa"), "routes.csv:2:origin", "'aa'", "Did you mean 'a'"),
    "unknown place on the way": (
        cell("routes", 3, "via", "a x9"),
        "routes.csv:3:via",
        "'x9'",
        "add a row to places.csv",
    ),
    "unknown route": (cell("closures", 2, "route", "b_syde"), "closures.csv:2:route", "b_syde", "'b_side'"),
    "unknown source": (cell("camps", 3, "source", "asumed"), "camps.csv:3:source", "asumed", "'assumed'"),
    "unknown future": (cell("control", 5, "future", "slo"), "control.csv:5:future", "slo", "'slow'"),
    "id twice": (again("sources", 2), "sources.csv:3:id", "assumed again, as in line 2", "Rename one"),
    "route id twice": (cell("routes", 3, "id", "a_out"), "routes.csv:3:id", "a_out again", "Rename one"),
    "class twice": (cell("households", 3, "id", "infants"), "households.csv:3:id", "infants again", "Rename one"),
    "capacity twice": (again("camps", 2), "camps.csv:5:place", "camp_a + 2030-01-01 again", "Delete the row"),
    "status twice": (again("control", 2), "control.csv:7:district", "a + 2030-01-01 + blank again", "Delete the row"),
    "stock twice": (again("supplies", 2), "supplies.csv:6:district", "blank + food + 2030-01-01 again", "Delete"),
    "border twice": (
        both(again("borders", 2), cell("borders", 4, "district", "b"), cell("borders", 4, "neighbour", "a")),
        "borders.csv:4:neighbour",
        "b + a again",
        "both directions",
    ),
    "border with itself": (cell("borders", 2, "neighbour", "a"), "borders.csv:2:neighbour", "a", "other district"),
    "border of a camp": (
        cell("borders", 3, "neighbour", "camp_a"),
        "borders.csv:3:neighbour",
        "a camp",
        "correct its kind",
    ),
    "control of a camp": (
        cell("control", 4, "district", "camp_a"),
        "control.csv:4:district",
        "'camp_a', a camp",
        "its kind",
    ),
    "station in a district": (cell("stations", 2, "place", "a"), "stations.csv:2:place", "'a', a district", "its kind"),
    "beds at a site": (cell("stations", 7, "place", "gate"), "stations.csv:7:place", "a muster point", "its kind"),
    "buses in a camp": (cell("buses", 2, "place", "camp_a"), "buses.csv:2:place", "a camp", "its kind"),
    "capacity of a site": (cell("camps", 2, "place", "gate"), "camps.csv:2:place", "a muster point", "its kind"),
    "walk to a hospital": (
        cell("routes", 2, "destination", "hospital"),
        "routes.csv:2:destination",
        "a field hospital",
        "its kind",
    ),
    "road from a district": (cell("routes", 4, "mode", "road"), "routes.csv:4:origin", "a district", "its kind"),
    "ambulance to a camp": (
        cell("routes", 10, "destination", "camp_a"),
        "routes.csv:10:destination",
        "a camp",
        "its kind",
    ),
    "supply from a camp": (cell("routes", 11, "origin", "camp_a"), "routes.csv:11:origin", "a camp", "its kind"),
    "via a camp": (cell("routes", 3, "via", "camp_a"), "routes.csv:3:via", "a camp", "its kind"),
    "route to itself": (cell("routes", 6, "destination", "gate"), "routes.csv:6:destination", "gate", "two ends"),
    "no population": (
        cell("places", 2, "population_best", ""),
        "places.csv:2:population_best",
        "nothing",
        "three times",
    ),
    "population upside down": (
        cell("places", 2, "population_low", "9000"),
        "places.csv:2:population_best",
        "5000",
        "order",
    ),
    "shares": (
        cell("households", 2, "share", "0.2"),
        "households.csv:0:share",
        "a sum of 0.9",
        "0.2222, 0.5556, 0.2222",
    ),
    "men": (cell("households", 2, "men", "6"), "households.csv:2:men", "6", "number of persons"),
    "infants": (cell("households", 2, "infants", "9"), "households.csv:2:infants", "9", "number of persons"),
    "disabled": (cell("households", 4, "disabled", "5"), "households.csv:4:disabled", "5", "number of persons"),
    "men and children": (
        both(extra_column("households", "children", "0"), cell("households", 3, "children", "5")),
        "households.csv:3:children",
        "2 men and 5 children",
        "number of persons",
    ),
    "fewer children than infants": (
        both(
            extra_column("households", "children", "0"),
            cell("households", 2, "infants", "2"),
            cell("households", 2, "children", "1"),
        ),
        "households.csv:2:children",
        "1",
        "Infants count among the children",
    ),
    "unknown station before": (
        both(extra_column("stations", "after", ""), cell("stations", 5, "after", "registraton")),
        "stations.csv:5:after",
        "registraton",
        "Did you mean 'registration'",
    ),
    "station before that is not there": (
        both(extra_column("stations", "after", ""), cell("stations", 2, "after", "screening")),
        "stations.csv:2:after",
        "screening",
        "Add a row for that station",
    ),
    "arrival and a station": (
        both(extra_column("stations", "after", ""), cell("stations", 5, "after", "arrival screening")),
        "stations.csv:5:after",
        "arrival screening",
        "Write arrival alone",
    ),
    "triage alone": (
        both(again("stations", 6), no_row("stations", 6), cell("stations", 7, "kind", "triage")),
        "stations.csv:7:kind",
        "triage alone",
        "Add a row for it",
    ),
    "a theatre without beds": (
        cell("stations", 7, "kind", "theatre"),
        "stations.csv:7:kind",
        "theatre alone",
        "Add a row for it",
    ),
    "stations in a circle": (
        both(extra_column("stations", "after", ""), cell("stations", 3, "after", "aid")),
        "stations.csv:3:after",
        "registration before aid",
        "Leave one of them out",
    ),
    "order of one station": (
        both(
            extra_column("stations", "after", ""),
            again("stations", 5),
            cell("stations", 8, "opens", "2030-01-03"),
            cell("stations", 8, "after", "screening"),
        ),
        "stations.csv:8:after",
        "screening",
        "the same into all rows",
    ),
    "variation of one station": (
        both(
            extra_column("stations", "variation", "1"),
            again("stations", 5),
            cell("stations", 8, "opens", "2030-01-03"),
            cell("stations", 8, "variation", "0.5"),
        ),
        "stations.csv:8:variation",
        "0.5",
        "the same into all rows",
    ),
    "men and infants": (
        cell("households", 2, "men", "5"),
        "households.csv:2:infants",
        "5 men and 1 infants",
        "persons",
    ),
    "weights": (cell("futures", 2, "weight", "0.6"), "futures.csv:0:weight", "a sum of 1.1", "Correct the column"),
    "future without rows": (cell("control", 6, "future", "slow"), "futures.csv:3:id", "fast", "control.csv"),
    "exposed length": (cell("routes", 2, "exposed_km", "3"), "routes.csv:2:exposed_km", "3", "both are in km"),
    "hours": (
        both(extra_column("buses", "opens_hour", "6"), extra_column("buses", "closes_hour", "6")),
        "buses.csv:2:closes_hour",
        "6",
        "0 and 24",
    ),
    "half a break": (
        both(extra_column("stations", "break_start", ""), cell("stations", 3, "break_start", "12")),
        "stations.csv:3:break_start",
        "a break from 12 to nothing",
        "both hours",
    ),
    "break outside": (
        both(
            extra_column("stations", "opens_hour", "20"),
            extra_column("stations", "closes_hour", "6"),
            extra_column("stations", "break_start", ""),
            extra_column("stations", "break_end", ""),
            cell("stations", 4, "break_start", "12"),
            cell("stations", 4, "break_end", "13"),
        ),
        "stations.csv:4:break_start",
        "a break from 12 to 13",
        "between opens_hour and closes_hour",
    ),
    "curfew before work": (
        both(extra_column("buses", "opens_hour", "8"), extra_column("buses", "curfew_hour", "7")),
        "buses.csv:2:curfew_hour",
        "7",
        "leave the curfew blank",
    ),
    "count range": (extra_column("counts", "value_high", "500"), "counts.csv:3:value_high", "500", "order"),
    "count period": (extra_column("counts", "start", "2030-01-04"), "counts.csv:2:end", "2030-01-03", "Swap"),
    "planning figure": (
        cell("planning_figures", 2, "value_best", ""),
        "planning_figures.csv:2:value_best",
        "nothing",
        "Write the figure",
    ),
    "own forecast": (cell("own_forecasts", 2, "best", "2000"), "own_forecasts.csv:2:high", "1500", "order"),
    "own forecast of nothing": (
        both(cell("own_forecasts", 2, "best", ""), cell("own_forecasts", 2, "low", "")),
        "own_forecasts.csv:2:best",
        "nothing",
        "or both low and high",
    ),
    "own forecast of the past": (
        cell("own_forecasts", 2, "day", "2030-01-05"),
        "own_forecasts.csv:2:day",
        "2030-01-05",
        "the day it was made",
    ),
    "own forecast of a count that is not there": (
        cell("own_forecasts", 2, "series", "Lfet"),
        "own_forecasts.csv:2:series",
        "Lfet",
        "Did you mean 'Left'",
    ),
    "own forecast of no count": (
        cell("own_forecasts", 2, "series", ""),
        "own_forecasts.csv:2:series",
        "nothing",
        "into measures",
    ),
    "stock without low": (
        cell("supplies", 3, "days_low", ""),
        "supplies.csv:3:days_low",
        "nothing",
        "days of full need",
    ),
    "stock upside down": (cell("supplies", 3, "days_low", "7"), "supplies.csv:3:days_best", "6", "order"),
    "closure": (cell("closures", 2, "reopened", "2030-01-02"), "closures.csv:2:reopened", "2030-01-02", "open again"),
    "station": (
        extra_column("stations", "closes", "2030-01-01"),
        "stations.csv:2:closes",
        "2030-01-01",
        "without work",
    ),
    "no initial control": (
        cell("control", 3, "date", "2030-01-02"),
        "places.csv:3:id",
        "b, no control status",
        "first day",
    ),
    "control published late": (
        both(extra_column("control", "published", "2030-01-06")),
        "places.csv:2:id",
        "a, no control status",
        "first day",
    ),
    "unreachable district": (no_row("routes", 5), "places.csv:4:id", "c, a district that no way", "starts here"),
    "unreached camp": (no_row("routes", 8), "places.csv:8:id", "camp_b, a camp without a route", "ends here"),
    "unreached host community": (no_row("routes", 9), "places.csv:9:id", "town, a host community without", "ends here"),
    "camp that never opens": (no_row("camps", 2), "places.csv:7:id", "never opens", "capacity blank"),
    "site without way": (no_row("routes", 6), "places.csv:5:id", "gate, a muster point that no route", "starts here"),
    "mixed site": (
        both(again("routes", 7), cell("routes", 12, "id", "x"), cell("routes", 12, "origin", "gate")),
        "routes.csv:12:destination",
        "line 6 leads to desk",
        "Split the site",
    ),
    "circle": (
        both(
            again("routes", 6),
            cell("routes", 12, "id", "x"),
            cell("routes", 12, "origin", "desk"),
            cell("routes", 12, "destination", "gate"),
        ),
        "routes.csv:6:destination",
        "circle",
        "Delete one",
    ),
    "count known before": (
        cell("counts", 3, "published", "2030-01-04"),
        "counts.csv:3:published",
        "2030-01-04",
        "in advance",
    ),
    "count of no date": (cell("counts", 3, "published", ""), "counts.csv:3:published", "no date", "in advance"),
    "control of no date": (cell("control", 5, "future", ""), "control.csv:5:published", "no date", "needs a future"),
    "public before its source": (
        both(extra_column("sources", "published", "2030-01-04")),
        "counts.csv:2:published",
        "2030-01-03",
        "Cite",
    ),
    "late source of a table without dates": (
        extra_column("sources", "published", "2030-01-06"),
        "borders.csv:2:source",
        "2030-01-06",
        "by then",
    ),
    "late source of a prior": (
        extra_column("sources", "published", "2030-01-06"),
        "scenario.toml:12:parameters.stayer_share.source",
        "2030-01-06",
        "by then",
    ),
}

NOTES: Table = {
    "work past midnight": (
        both(extra_column("buses", "opens_hour", "20"), extra_column("buses", "closes_hour", "6")),
        "buses.csv:2:closes_hour",
        "6, past midnight",
        "Nothing needs to be done if",
    ),
    "variation of beds": (
        both(extra_column("stations", "variation", "0"), cell("stations", 7, "variation", "1")),
        "stations.csv:7:variation",
        "1",
        "it is not used",
    ),
    "ambulances without a way": (
        both(cell("buses", 2, "place", "aid"), no_row("routes", 10)),
        "buses.csv:2:place",
        "ambulances at aid",
        "mode ambulance",
    ),
    "byte order mark": (prepend(b"\xef\xbb\xbf"), "places.csv:1", "byte order mark", "Nothing needs to be done"),
    "settings with one": (
        faults.content("scenario.toml", lambda old: b"\xef\xbb\xbf" + old),
        "scenario.toml:1",
        "byte",
        "Nothing",
    ),
    "no borders": (both(no_row("borders", 3)), "places.csv:4:id", "c, a district without borders", "borders.csv"),
    "population in a camp": (
        cell("places", 7, "population_best", "5"),
        "places.csv:7:population_best",
        "5",
        "occupied",
    ),
    "road without buses": (no_row("buses", 2), "places.csv:5:id", "roads and no buses", "buses.csv"),
    "no ambulance": (no_row("routes", 10), "places.csv:11:id", "no ambulance route", "mode ambulance"),
    "undated plans": (
        cell("camps", 3, "published", ""),
        "camps.csv:0:published",
        "1 row about days",
        "became known later",
    ),
    "past of a future": (cell("control", 6, "date", "2030-01-05"), "control.csv:6:date", "2030-01-05", "Nothing needs"),
}

PROBLEMS = {**CELLS, **FILES, **HEADERS, **SETTINGS, **RULES}


def at(problems: list[Problem], where: str) -> list[Problem]:
    file, line_, *column_ = where.split(":")
    return [one for one in problems if (one.file, one.line, one.column) == (file, int(line_), "".join(column_))]


@pytest.mark.parametrize("name", PROBLEMS)
def test_fault_gives_a_problem(name: str, tmp_path: Path) -> None:
    fault, where, got, do = PROBLEMS[name]
    problems = damaged(tmp_path, fault)
    found = [one for one in at(problems, where) if got in one.got and do in one.do]
    assert found, f"expected {where}: {got} / {do}\n" + "\n".join(map(str, problems))
    assert found[0].severity == "problem"
    assert found[0].expected


@pytest.mark.parametrize("name", [*CELLS, "semicolons", "tabs", "byte order mark"])
def test_fault_in_a_cell_gives_one_problem_and_no_false_alarm(name: str, tmp_path: Path) -> None:
    fault = {**PROBLEMS, **NOTES}[name][0]
    before = set(damaged(tmp_path / "sound"))
    problems = [one for one in damaged(tmp_path / "damaged", fault) if one not in before]
    assert len(problems) == 1, "\n".join(map(str, problems))


@pytest.mark.parametrize("name", NOTES)
def test_what_was_read_anyway_gives_a_note(name: str, tmp_path: Path) -> None:
    fault, where, got, do = NOTES[name]
    problems = damaged(tmp_path, fault)
    found = [one for one in at(problems, where) if got in one.got and do in one.do]
    assert found, "\n".join(map(str, problems))
    assert all(one.severity == "note" for one in problems)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("district",), "no district"),
        (("muster_point", "screening_site"), "no muster point or screening site"),
        (("camp", "host_community"), "no camp or host community"),
    ],
)
def test_one_of_each_is_needed(kinds: tuple[str, ...], words: str, tmp_path: Path) -> None:
    world = line()
    world.tables["places"] = [row for row in world.tables["places"] if row["kind"] not in kinds]
    problems = check_scenario(world.write(tmp_path))[1]
    assert any(one.got == words for one in at(problems, "places.csv:0:kind"))


def test_every_broken_quotation_mark_is_found_and_the_rest_is_read(tmp_path: Path) -> None:
    faults_ = [text("places.csv", "Gate,", '"Gate,'), text("places.csv", "Town,", '"Town,'), CELLS["too large"][0]]
    problems = damaged(tmp_path, *reversed(faults_))
    assert [one.line for one in problems if one.file == "places.csv"] == [2, 5, 9]
    assert {one.file for one in problems} == {"places.csv"}


def test_a_file_full_of_broken_quotation_marks_is_given_up(tmp_path: Path) -> None:
    folder = line_world(tmp_path)
    with (folder / "places.csv").open("a") as file:
        file.writelines(f'"x{number}, y\n' for number in range(100))
    problems = check_scenario(folder)[1]
    assert "the rest was not read" in [one for one in problems if one.file == "places.csv"][-1].got


def test_many_unknown_columns_are_counted(tmp_path: Path) -> None:
    folder = line_world(tmp_path)
    (folder / "counts.csv").write_text(",".join(f"week {number}" for number in range(200)) + "\n")
    problems = at(check_scenario(folder)[1], "counts.csv:1")
    assert [one.got for one in problems] == ["150 more unknown columns"]


def test_sound_folder_has_no_problem(tmp_path: Path) -> None:
    assert [one for one in damaged(tmp_path) if one.severity == "problem"] == []


def test_fifteen_faults_give_fifteen_problems(tmp_path: Path) -> None:
    names = [
        "decimal comma", "percent", "day first", "choice", "capitals in an id", "misspelt column", "unknown place",
        "unknown source", "unreached camp", "weights", "closure", "misspelt key", "outside bounds", "id twice", "empty",
    ]  # fmt: skip
    problems = damaged(tmp_path, *(PROBLEMS[name][0] for name in names))
    for name in names:
        _, where, got, do = PROBLEMS[name]
        assert any(got in one.got and do in one.do for one in at(problems, where)), name


def test_problems_come_by_file_and_line(tmp_path: Path) -> None:
    problems = damaged(tmp_path, *(PROBLEMS[name][0] for name in ("choice", "percent", "unknown place", "day first")))
    assert [(one.file, one.line) for one in problems] == sorted((one.file, one.line) for one in problems)


def test_error_holds_every_problem_and_no_note(tmp_path: Path) -> None:
    damaged(tmp_path, CELLS["percent"][0], RULES["closure"][0], prepend(b"\xef\xbb\xbf"))
    with pytest.raises(ScenarioError) as caught:
        read_scenario(tmp_path)
    assert [one.file for one in caught.value.problems] == ["closures.csv", "households.csv"]
    assert "households.csv, line 2, share: got '30%'" in str(caught.value)


def test_repetitions_are_counted(tmp_path: Path) -> None:
    world = line()
    for number in range(100):
        world.add("counts", series=f"s{number}", measures="present", end="2030-01-02", value="1,5", unit="individuals")
    problems = [one for one in check_scenario(world.write(tmp_path))[1] if one.column == "value"]
    assert len(problems) == 21
    assert problems[-1].got.startswith("80 more")


def test_repetitions_do_not_hide_another_kind(tmp_path: Path) -> None:
    world = line()
    for number in range(100):
        value = "-1" if number == 70 else "1,5"
        world.add("counts", series=f"s{number}", measures="present", end="2030-01-02", value=value, unit="individuals")
    problems = check_scenario(world.write(tmp_path))[1]
    assert any(one.got == "'-1'" for one in problems)


def test_large_file_is_refused_unread(tmp_path: Path) -> None:
    folder = line_world(tmp_path)
    with (folder / "counts.csv").open("wb") as file:
        file.truncate(100 * 2**20)
    check_scenario(line_world(tmp_path / "warm"))
    tracemalloc.start()
    begin = time.perf_counter()
    problems = check_scenario(folder)[1]
    elapsed = time.perf_counter() - begin
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    found = at(problems, "counts.csv:0")
    assert "100 MB" in found[0].got
    assert elapsed < 2
    assert peak < 20 * 2**20


def test_welcome_files(tmp_path: Path) -> None:
    line_world(tmp_path)
    for name in ("README.md", "README", "sources-log.md", ".DS_Store", "~$places.csv", "Thumbs.db"):
        (tmp_path / name).write_text("notes")
    (tmp_path / "maps").mkdir()
    read_scenario(tmp_path)


@pytest.mark.parametrize(
    ("name", "got", "do"),
    [("no-such-folder", "no such folder", "saferground new"), ("mosul-2071", "no such folder", "'mosul-2017'"),
     ("", "", ""), ("a\0b", "no such folder", ""), ("x" * 5000, "no such folder", "")],
)  # fmt: skip
def test_missing_folder(name: str, got: str, do: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scenario, problems = check_scenario(name)
    assert scenario is None
    assert any(got in one.got and do in one.do for one in problems)


def test_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("id")
    problems = check_scenario(tmp_path / "places.csv")[1]
    assert problems[0].got == "a file"


def test_missing_folder_lists_the_shipped_ones() -> None:
    with pytest.raises(ScenarioError, match="mosul-2017"):
        read_scenario("nowhere")
