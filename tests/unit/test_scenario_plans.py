"""Plans: what is read from a file, every problem in it, and each kind of change row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from helpers.commands import saferground
from helpers.countries import country
from helpers.planned import AS_OF, CAMP, change, day, plan, read, with_files
from helpers.worlds import START, World, line
from saferground.runs.check import check_folder
from saferground.scenario import Scenario
from saferground.scenario.checks import run_checks
from saferground.scenario.plans import Plan, plan_paths, plan_problems, read_plan, stray_files, united, with_plan
from saferground.scenario.plans.record import KINDS, SCHEMA
from saferground.scenario.plans.rows import fewer

TITLE = 'title = "More camps"\n'
CAMPS = '[[camps]]\nplace = "camp_a"\nfrom = 2030-01-08\nplaces = 10\n'


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The line world, with a muster point that no fleet serves."""
    world = line().add("places", id="dock", name="Dock", kind="muster_point", lat=32.99, lon=43.1)
    world.add("routes", id="c_dock", origin="c", destination="dock", mode="walk", length_km=4.0)
    world.add("routes", id="dock_desk", origin="dock", destination="desk", mode="road", length_km=5.0)
    return world.read(tmp_path_factory.mktemp("planned") / "line")


# --- reading -------------------------------------------------------------------------------------------------------


def one_file(tmp_path: Path, text: str | bytes, name: str = "more_camps.toml") -> Path:
    return with_files(tmp_path / "world", {name: text}) / "plans" / name


def test_a_plan_is_read(tmp_path: Path) -> None:
    text = (
        'title = "Two things"\nnote = "By the camp cell"\ncost = 1.5e6\ncurrency = "IQD"\nlead_days = 2\n\n'
        "[[stations]]  # more lanes\n"
        'place = "desk"\nkind = "screening"\nfrom = 2030-01-09\nuntil = 2030-01-12\nservers = 3\n\n' + CAMPS
    )
    found, problems = read_plan(one_file(tmp_path, text))
    assert problems == []
    assert found is not None
    assert (found.name, found.file, found.title) == ("more_camps", "plans/more_camps.toml", "Two things")
    assert (found.note, found.cost, found.currency, found.lead_days) == ("By the camp cell", 1.5e6, "IQD", 2)
    lanes, camp = found.changes
    assert (lanes.kind, lanes.line, lanes.first, lanes.until) == ("stations", 7, date(2030, 1, 9), date(2030, 1, 12))
    assert (lanes["servers"], lanes["opens_hour"], camp["places"], camp["capacity"]) == (3, None, 10, None)
    assert [one.kind for one in found.in_order()] == ["camps", "stations"]


@pytest.mark.parametrize(
    "text",
    [
        TITLE + CAMPS.replace("\n", "\r\n"),
        TITLE + 'camps = [{place = "camp_a", from = 2030-01-08, places = 10}]\n',
        TITLE + CAMPS.replace("2030-01-08", '"2030-01-08"'),
        f"# a comment\n{TITLE}\n# another\n{CAMPS.replace('places = 10', 'places = 10.0')}",
    ],
    ids=["CRLF", "inline", "quoted date", "comments"],
)
def test_other_ways_to_write_the_same(tmp_path: Path, text: str) -> None:
    found, problems = read_plan(one_file(tmp_path, text))
    assert problems == []
    assert found is not None
    assert dict(found.changes[0].values) == {
        "place": "camp_a", "from": date(2030, 1, 8), "until": None, "places": 10, "capacity": None,
    }  # fmt: skip


def test_places_on_a_way_may_be_a_list(tmp_path: Path) -> None:
    way = (
        '[[routes]]\nid = "new"\norigin = "c"\ndestination = "gate"\nmode = "walk"\nlength_km = 5\nfrom = 2030-01-08\n'
    )
    for via in ('["b", "a"]', '"b a"'):
        found, problems = read_plan(one_file(tmp_path / str(len(via)), f"{TITLE}{way}via = {via}\n"))
        assert problems == []
        assert found is not None
        assert found.changes[0]["via"] == ("b", "a")


def test_a_byte_order_mark_is_a_note(tmp_path: Path) -> None:
    found, (note,) = read_plan(one_file(tmp_path, b"\xef\xbb\xbf" + (TITLE + CAMPS).encode()))
    assert found is not None
    assert (note.severity, note.file) == ("note", "plans/more_camps.toml")


def test_plans_are_the_toml_files_of_the_folder(tmp_path: Path) -> None:
    names = ["b.toml", "a.TOML", "README.md", ".hidden.toml", "c.csv", "d.toml.txt"]
    folder = with_files(tmp_path / "world", dict.fromkeys(names, TITLE + CAMPS))
    (folder / "plans" / "older").mkdir()
    assert [path.name for path in plan_paths(folder)] == ["a.TOML", "b.toml"]
    assert [one.file for one in stray_files(folder)] == ["plans/c.csv", "plans/d.toml.txt"]
    assert plan_paths(tmp_path) == stray_files(tmp_path) == []


def test_a_folder_of_plans_under_another_name_is_told(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", {"a.toml": TITLE + CAMPS})
    (folder / "plans").rename(folder / "plan")
    (problem,) = stray_files(folder)
    assert (problem.file, problem.do) == ("plan/", "Rename it to plans.")


def test_a_folder_that_may_not_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = with_files(tmp_path / "world", {"a.toml": TITLE + CAMPS})
    listed = Path.iterdir

    def guarded(path: Path) -> object:
        if path.name == "plans":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", guarded)
    assert plan_paths(folder) == []
    assert [one.got for one in check_folder(folder, plans=True).problems] == ["a folder that may not be opened"]


# --- what is wrong with a file by itself -----------------------------------------------------------------------------

UNREADABLE = {
    "nothing at all": ("", (0, "", "an empty file", "keys and sections")),
    "blank": (" \n\n", (0, "", "an empty file", "keys and sections")),
    "UTF-16": ((TITLE + CAMPS).encode("utf-16"), (0, "", "UTF-16", "Save it as UTF-8")),
    "an archive": (b"PK\x03\x04 and so on", (0, "", "an Excel workbook or zip archive", "a text file")),
    "not TOML": (f"{TITLE}[[camps]]\nplace = camp_a\n", (3, "", "Invalid value", "quotation marks")),
    "a key twice": (f"{TITLE}{TITLE}{CAMPS}", (2, "", "Cannot overwrite", "each key once")),
    "no title": (CAMPS, (0, "title", "nothing", "some text")),
    "a blank title": (f'title = " "\n{CAMPS}', (1, "title", "' '", "some text")),
    "a number as title": (f"title = 3\n{CAMPS}", (1, "title", "'3'", "between quotation marks")),
    "a section as title": (f"[title]\nx = 1\n{CAMPS}", (1, "title", "'x'", "Give one value")),
    "no changes": (TITLE, (0, "", "a plan without changes", "at least one")),
    "a negative cost": (f"{TITLE}cost = -1\n{CAMPS}", (2, "cost", "'-1'", "Remove the minus sign")),
    "an endless cost": (f"{TITLE}cost = inf\n{CAMPS}", (2, "cost", "'inf'", "a finite number")),
    "a cost in words": (f'{TITLE}cost = "2 million"\n{CAMPS}', (2, "cost", "'2 million'", "Write the number alone")),
    "too long a lead": (f"{TITLE}lead_days = 5000\n{CAMPS}", (2, "lead_days", "'5000'", "at most 730")),
    "an unknown key": (f'{TITLE}owner = "x"\n{CAMPS}', (2, "owner", "an unknown key 'owner'", "Rename or delete")),
    "a misspelt key": (f'{TITLE}curency = "EUR"\n{CAMPS}', (2, "curency", "an unknown key", "Rename it to 'currency'")),
    "a section of another name": (
        f"{TITLE}{CAMPS}" + '[[bus]]\nplace = "gate"\n',
        (6, "bus", "an unknown section 'bus'", "Did you mean 'buses'?"),
    ),
    "a single section": (TITLE + CAMPS.replace("[[camps]]", "[camps]"), (2, "camps", "[camps]", "[[camps]]")),
    "a section in a section": (f"{TITLE}[[camps.new]]\nplace = 1\n", (2, "camps", "[camps]", "[[camps]]")),
    "a value for changes": (f"{TITLE}camps = 3\n", (2, "camps", "a value", "[[camps]]")),
    "a list of values": (f"{TITLE}camps = [1, 2]\n", (2, "camps", "a value", "[[camps]]")),
    "a key of a change at the top": (
        f"{TITLE}servers = 3\n{CAMPS}",
        (2, "servers", "an unknown key 'servers'", "Move it below the line [[stations]] of its change"),
    ),
    "a key of the plan in a change": (
        f'{TITLE}{CAMPS}note = "x"\n',
        (6, "camps.note", "an unknown key 'note'", "Move it to the top"),
    ),
    "a misspelt key of a change": (
        TITLE + CAMPS.replace("places", "plces"),
        (5, "camps.plces", "an unknown key 'plces'", "Rename it to 'places'"),
    ),
    "no place": (f"{TITLE}[[camps]]\nfrom = 2030-01-08\nplaces = 3\n", (2, "camps.place", "nothing", "Fill it in")),
    "a number as place": (TITLE + CAMPS.replace('"camp_a"', "7"), (3, "camps.place", "'7'", "quotation marks")),
    "words as a date": (TITLE + CAMPS.replace("2030-01-08", '"soon"'), (4, "camps.from", "'soon'", "YYYY-MM-DD")),
    "a time of day": (
        TITLE + CAMPS.replace("2030-01-08", "2030-01-08T10:00:00"),
        (4, "camps.from", "'2030-01-08 10:00:00'", "Write the day alone"),
    ),
    "no such year": (TITLE + CAMPS.replace("2030", "9999"), (4, "camps.from", "'9999-01-08'", "Check the year")),
    "no such day": (TITLE + CAMPS.replace("2030-01-08", "2030-02-30"), (4, "", "Invalid", "a TOML file")),
    "half a person": (TITLE + CAMPS.replace("10", "10.5"), (5, "camps.places", "'10.5'", "Round it")),
    "no number": (TITLE + CAMPS.replace("10", "nan"), (5, "camps.places", "'nan'", "Leave the cell blank")),
    "yes as a number": (TITLE + CAMPS.replace("10", "true"), (5, "camps.places", "'True'", "a plain number")),
    "more people than there are": (
        TITLE + CAMPS.replace("10", "9" * 30),
        (5, "camps.places", "'9999", "at most 100000000"),
    ),
    "thousands of digits": (TITLE + CAMPS.replace("= 10", "= 1" + "0" * 5000), (0, "", "Exceeds", "a TOML file")),
    "a name of a person": (
        f'{TITLE}{CAMPS}beneficiary_name = "x"\n',
        (6, "camps.beneficiary_name", "an unknown key", "no personal data"),
    ),
    "a telephone": (f'{TITLE}phone = "x"\n{CAMPS}', (2, "phone", "an unknown key 'phone'", "no personal data")),
    "a list of people": (
        f"{TITLE}{CAMPS}" + '[[beneficiaries_phone]]\nx = "y"\n',
        (6, "beneficiaries_phone", "an unknown section", "no personal data"),
    ),
    "capitals in an id": (
        f'{TITLE}[[places]]\nid = "New Camp"\nname = "N"\nkind = "camp"\nlat = 33\nlon = 43\n',
        (3, "places.id", "'New Camp'", "Write 'new_camp'"),
    ),
    "a kind of place that cannot be new": (
        f'{TITLE}[[places]]\nid = "d"\nname = "N"\nkind = "district"\nlat = 33\nlon = 43\n',
        (5, "places.kind", "'district'", "one of muster_point"),
    ),
    "a mode that cannot be new": (
        f'{TITLE}[[routes]]\nid = "s"\norigin = "depot"\ndestination = "b"\nmode = "supply"\nlength_km = 1\n'
        "from = 2030-01-08\n",
        (6, "routes.mode", "'supply'", "one of walk"),
    ),
    "no such good": (
        f'{TITLE}[[supplies]]\ndistrict = "a"\ngood = "gold"\nfrom = 2030-01-08\ninflow = 0.5\n',
        (4, "supplies.good", "'gold'", "one of food"),
    ),
    "a share of more than all": (
        f'{TITLE}[[supplies]]\ndistrict = "a"\ngood = "food"\nfrom = 2030-01-08\ninflow = 50\n',
        (6, "supplies.inflow", "'50'", "A share of 50 % is 0.5"),
    ),
    "two values in one": (
        TITLE + CAMPS.replace('"camp_a"', '["camp_a"]'),
        (3, "camps.place", "camp_a", "one value"),
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    text, (number, column, got, words) = UNREADABLE[name]
    found, problems = read_plan(one_file(tmp_path, text))
    assert found is None
    (problem,) = problems
    assert (problem.file, problem.line, problem.column) == ("plans/more_camps.toml", number, column)
    assert got in problem.got
    assert words in f"{problem.expected}. {problem.do}"


def test_everything_that_is_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = 'titel = 3\ncost = "x"\n[[camps]]\nplace = 1\nplaces = "y"\n[[buss]]\n[[buses]]\nvehicles = 1.5\n'
    _, problems = read_plan(one_file(tmp_path, text))
    assert [(one.line, one.column) for one in problems] == [
        (1, "titel"), (0, "title"), (2, "cost"), (6, "buss"), (4, "camps.place"), (3, "camps.from"),
        (5, "camps.places"), (7, "buses.place"), (7, "buses.from"), (8, "buses.vehicles"),
    ]  # fmt: skip


# --- what is wrong with a plan in a scenario -------------------------------------------------------------------------


def wrong(scenario: Scenario, *plans: Plan) -> list[tuple[int, str, str]]:
    """Line, key and the three texts of every problem."""
    found = plan_problems(scenario, plans)
    return [(one.line, one.column, f"{one.got}; {one.expected}. {one.do}") for one in found]


@dataclass(frozen=True)
class Case:
    """Changes, and the line, the key and some words of the one problem with them."""

    changes: tuple
    column: str
    words: str
    line: int = 10


def case(*changes: object, column: str, words: str, line: int = 10) -> Case:
    return Case(changes, column, words, line)


def camp(number: int = 3, **keys: object) -> object:
    return change("camps", **{"place": "camp_a", "start": day(number), "places": 5, **keys})


def lanes(number: int = 3, **keys: object) -> object:
    return change("stations", **{"place": "desk", "kind": "screening", "start": day(number), "servers": 2, **keys})


def fleet(number: int = 3, **keys: object) -> object:
    return change("buses", **{"place": "gate", "start": day(number), "vehicles": 2, **keys})


def way(**keys: object) -> object:
    return change("routes", **{"id": "new", "origin": "a", "destination": "gate", "mode": "walk", "length_km": 3.0,
                               "start": day(2), **keys})  # fmt: skip


def place(**keys: object) -> object:
    return change("places", **{"id": "spot", "name": "Spot", "kind": "camp", "lat": 33.0, "lon": 43.0, **keys})


WRONG = {
    "on the as-of date": case(camp(0), column="camps.from", words="2030-01-06, the day after the as-of date"),
    "long ago": case(camp(-4), column="camps.from", words="2030-01-01; 2030-01-06"),
    "after the end": case(camp(11), column="camps.from", words="2030-01-15, the last day ahead"),
    "ends as it begins": case(camp(3, until=day(3)), column="camps.until", words="later than from, 2030-01-08"),
    "ends before it begins": case(camp(3, until=day(1)), column="camps.until", words="later than from"),
    "an unknown camp": case(camp(place="camp_d"), column="camps.place", words="Did you mean 'camp_"),
    "a camp that is a site": case(camp(place="desk"), column="camps.place", words="a camp or host community"),
    "a camp with two figures": case(camp(capacity=50), column="camps.places", words="both; places or capacity"),
    "a camp without a figure": case(camp(places=None), column="camps.places", words="neither; places or capacity"),
    "no places more": case(camp(places=0), column="camps.places", words="more or fewer"),
    "more places taken than there are": case(camp(places=-3001), column="camps.places", words="at least -3000"),
    "places taken before the camp opens": case(
        camp(place="camp_b", places=-5001), column="camps.places", words="at least -5000"
    ),
    "more places where there is no limit": case(
        camp(place="town"), column="camps.places", words="a place with a stated limit"
    ),
    "too many places": case(camp(places=10**8), column="camps.places", words="at most 100000000 in all"),
    "an unknown site": case(lanes(place="dsk"), column="stations.place", words="Did you mean 'desk'?"),
    "an unknown kind": case(lanes(kind="screen"), column="stations.kind", words="Did you mean 'screening'?"),
    "screening in a camp": case(lanes(place="camp_a"), column="stations.place", words="screening site (screening)"),
    "beds at a site": case(lanes(kind="beds"), column="stations.place", words="a field hospital (beds)"),
    "no lanes more": case(lanes(servers=0), column="stations.servers", words="more or fewer"),
    "more lanes taken than there are": case(lanes(servers=-5), column="stations.servers", words="at least -4"),
    "lanes taken twice": case(
        lanes(3, servers=-3), lanes(5, servers=-2), column="stations.servers", words="at least -1", line=20
    ),
    "lanes taken from those that the plan adds later": case(
        lanes(5, servers=9), lanes(3, servers=-6), column="stations.servers", words="at least -4", line=20
    ),
    "hours of nothing": case(
        change("hours", place="gate", kind="screening", start=day(1), opens_hour=6.0),
        column="hours.kind", words="a station that works at gate",
    ),
    "hours at an unknown place": case(
        change("hours", place="dsk", kind="screening", start=day(1), opens_hour=6.0),
        column="hours.place", words="Did you mean 'desk'?",
    ),
    "hours without an hour": case(
        change("hours", place="desk", kind="screening", start=day(1)),
        column="hours.opens_hour", words="opens_hour or closes_hour",
    ),
    "no hours": case(
        change("hours", place="desk", kind="screening", start=day(1), opens_hour=9.0, closes_hour=9.0),
        column="hours.closes_hour", words="9; ",
    ),
    "a break outside the hours": case(
        change("hours", place="desk", kind="screening", start=day(1), closes_hour=9.0, break_start=12.0,
               break_end=13.0),
        column="hours.break_start", words="a break within the hours from 0 to 9",
    ),
    "a curfew before the first departure": case(
        fleet(opens_hour=8.0, curfew_hour=6.0), column="buses.curfew_hour", words="opens_hour"
    ),
    "a new fleet for a time": case(
        change("buses", place="dock", start=day(2), until=day(4), vehicles=3, seats=40, speed_kmh=20.0),
        column="buses.until", words="people walk where there has been no fleet",
    ),
    "buses at a camp": case(fleet(place="camp_a"), column="buses.place", words="a muster point or screening site"),
    "more buses taken than there are": case(fleet(vehicles=-7), column="buses.vehicles", words="at least -6"),
    "no change to buses": case(fleet(vehicles=0), column="buses.vehicles", words="seats, speed or hours"),
    "too many buses": case(fleet(vehicles=9_999), column="buses.vehicles", words="at most 10000 in all"),
    "hours of buses": case(fleet(opens_hour=6.0, closes_hour=6.0),
    column="buses.closes_hour", words="6; "),
    "ambulances where none are stated": case(
        fleet(place="aid", seats=1, speed_kmh=40.0), column="buses.place", words="nobody waits for one"
    ),
    "theatres where none are stated": case(
        lanes(place="hospital", kind="theatre"), column="stations.place", words="nobody waits for one"
    ),
    "an unknown way": case(
        change("closures", route="a_oot", start=day(1)), column="closures.route", words="Did you mean 'a_out'?"
    ),
    "an opening of what is open": case(
        change("openings", route="a_out", start=day(1)), column="openings.route", words="closed in these days"
    ),
    "an unknown district": case(
        change("supplies", district="zone", good="food", start=day(1), inflow=0.5),
        column="supplies.district", words="an id that stands in places.csv",
    ),
    "supplies of a site": case(
        change("supplies", district="gate", good="food", start=day(1), inflow=0.5),
        column="supplies.district", words="a district",
    ),
    "a stock of a district": case(
        change("stocks", place="a", item="water", start=day(1), resupply=5.0, unit="m3"),
        column="stocks.place", words="a muster point or screening site or camp or host community",
    ),
    "a new stock without a unit": case(
        change("stocks", place="camp_a", item="water", start=day(1), resupply=5.0),
        column="stocks.unit", words="a unit, for a new stock of water",
    ),
    "a stock to which nothing happens": case(
        change("stocks", place="camp_a", item="water", start=day(1), unit="m3"),
        column="stocks.resupply", words="on_hand, resupply",
    ),
    "a stock in a unit of something else": case(
        change("stocks", place="camp_a", item="water", start=day(1), resupply=5.0, unit="tents"),
        column="stocks.unit", words="units of water",
    ),
    "a station before one that is not there": case(
        lanes(place="gate", after=("registration",)), column="stations.after", words="stations of gate"
    ),
    "the same change again": case(camp(), lanes(), camp(), column="camps", words="as in line 10; each once", line=30),
    "a new way that is known": case(way(id="a_out"), column="routes.id", words="a_out again, as in line 2 of routes"),
    "a new way twice": case(way(), way(length_km=4.0), column="routes.id", words="'new' again, as in line 10", line=20),
    "a way to itself": case(
        way(origin="gate", destination="gate", mode="road"), column="routes.destination", words="another place"
    ),
    "a way more exposed than long": case(way(exposed_km=4.0), column="routes.exposed_km", words="at most length_km, 3"),
    "a way by way of a site": case(way(via=("desk",)), column="routes.via", words="a district"),
    "a way by way of nowhere": case(way(via=("b", "nowhere")), column="routes.via", words="'nowhere'"),
    "a way that drives to a district": case(
        way(origin="desk", destination="a"), column="routes.destination", words="screening site or camp"
    ),
    "a new camp that never opens": case(*CAMP[:2], column="places.id", words="a camp that never opens"),
    "a new camp without a way": case(
        place(), camp(place="spot"), column="places.id", words="a camp without a route to it"
    ),
    "a new host community that never opens": case(
        place(kind="host_community"), way(origin="desk", destination="spot", mode="road"),
        column="places.id", words="a host community that never opens",
    ),
    "a new hospital without beds": case(
        place(kind="field_hospital"), way(origin="aid", destination="spot", mode="ambulance"),
        column="places.id", words='kind = "beds"',
    ),
    "a new site that leads nowhere": case(
        place(kind="screening_site"), way(destination="spot"), column="places.id", words="no route leaves"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_plan_that_cannot_be_carried_out(scenario: Scenario, name: str) -> None:
    expected = WRONG[name]
    ((number, column, text),) = wrong(scenario, plan(*expected.changes))
    assert (number, column) == (expected.line, expected.column)
    assert expected.words in text


def test_a_circle_of_sites_is_told_at_the_way_that_closes_it(scenario: Scenario) -> None:
    back = way(origin="desk", destination="gate", mode="road")
    found = wrong(scenario, plan(back))
    assert {column for _, column, _ in found} == {"routes.destination"}
    assert "while line 7 of routes.csv leads to camp_a" in found[1][2]
    assert found[1][0] == 10


def test_a_new_fleet_needs_seats_and_speed(tmp_path: Path) -> None:
    scenario = line().drop("buses", place="gate").read(tmp_path)
    assert [column for _, column, _ in wrong(scenario, plan(fleet()))] == ["buses.seats", "buses.speed_kmh"]
    assert wrong(scenario, plan(fleet(seats=40, speed_kmh=30.0))) == []


def test_lead_days_count_from_the_as_of_date(scenario: Scenario) -> None:
    assert wrong(scenario, plan(camp(5), lead_days=5)) == []
    assert "1 lead day after" in wrong(scenario, plan(camp(0), lead_days=1))[0][2]
    ((_, column, text),) = wrong(scenario, plan(camp(4), lead_days=5))
    assert column == "camps.from"
    assert "2030-01-10, 5 lead days after 2030-01-05" in text


def test_a_good_without_stock_cannot_be_brought_in(tmp_path: Path) -> None:
    scenario = line().drop("supplies", good="fuel").read(tmp_path)
    bring = change("supplies", district="a", good="fuel", start=day(1), inflow=0.5)
    ((_, column, text),) = wrong(scenario, plan(bring))
    assert column == "supplies.good"
    assert "supplies.csv has the stock" in text


def test_what_is_published_later_is_not_known_yet(tmp_path: Path) -> None:
    world = line()
    world.tables["camps"] = [row for row in world.tables["camps"] if row["place"] != "camp_b"]
    world.add("camps", place="camp_b", date=START, capacity=9, published=day(3))
    world.change("places", id="camp_b", published=day(3))
    ((_, column, text),) = wrong(world.read(tmp_path), plan(camp(place="camp_b")))
    assert column == "camps.place"
    assert "not known yet" in text


def test_a_camp_of_which_nothing_is_known_yet_can_be_opened(tmp_path: Path) -> None:
    world = line().change("camps", place="camp_b", published=day(3))
    scenario, opening = world.read(tmp_path), plan(camp(place="camp_b", places=None, capacity=700))
    assert wrong(scenario, opening) == []
    both = united(scenario, [opening])
    assert both.tables["camps"].query("place == 'camp_b'")["capacity"].tolist() == [0.0]
    assert steps(with_plan(both, opening), "camps", "camp_b", "capacity") == {START: 0.0, day(3): 700.0}


def test_a_stabilisation_point_without_a_station_cannot_be_added_to(tmp_path: Path) -> None:
    scenario = line().drop("stations", kind="stabilisation").read(tmp_path)
    ((_, column, text),) = wrong(scenario, plan(lanes(place="aid", kind="stabilisation")))
    assert column == "stations.place"
    assert "with 0 servers" in text


def test_what_is_wrong_in_several_ways_is_told_at_once(scenario: Scenario) -> None:
    first = plan(camp(0), lanes(kind="screen", place="dsk"), way(via=("nowhere",), exposed_km=9.0), name="first")
    second = plan(camp(99), name="second")
    assert [(one.file, one.line, one.column) for one in plan_problems(scenario, [first, second])] == [
        ("plans/first.toml", 10, "camps.from"),
        ("plans/first.toml", 20, "stations.place"),
        ("plans/first.toml", 20, "stations.kind"),
        ("plans/first.toml", 30, "routes.via"),
        ("plans/second.toml", 10, "camps.from"),
    ]


def test_a_spoilt_change_does_not_hide_what_the_others_break(scenario: Scenario) -> None:
    assert [column for _, column, _ in wrong(scenario, plan(camp(0), fleet(opens_hour=9.0, closes_hour=9.0)))] == [
        "camps.from", "buses.closes_hour",
    ]  # fmt: skip


def test_many_problems_of_a_kind_are_counted(scenario: Scenario) -> None:
    found = wrong(scenario, plan(*(camp(0, places=5 + i) for i in range(100))))
    assert len(found) == 21
    assert any("80 more of the same kind" in text for _, _, text in found)


def test_names_of_plans_differ(scenario: Scenario) -> None:
    one, other = plan(camp(), name="one"), plan(camp(4), name="two")
    assert wrong(scenario, one, other) == []
    same_title = Plan("two", "plans/two.toml", "One", changes=other.changes)
    ((_, column, text),) = wrong(scenario, one, same_title)
    assert (column, "as in plans/one.toml" in text) == ("title", True)
    ((_, _, text),) = wrong(scenario, plan(camp(), name="baseline"))
    assert "the scenario without a plan" in text


def test_plans_describe_a_new_place_alike(scenario: Scenario) -> None:
    later = plan(CAMP[0], CAMP[1], camp(5, place="camp_c", places=None, capacity=100), name="later")
    assert wrong(scenario, plan(*CAMP, name="soon"), later) == []
    moved = plan(place(id="camp_c", name="Camp C", lat=31.0, lon=43.1), *CAMP[1:], name="moved")
    found = plan_problems(scenario, [plan(*CAMP, name="soon"), moved])
    assert [(one.file, one.column) for one in found] == [
        ("plans/moved.toml", "places.id"), ("plans/soon.toml", "places.id"),
    ]  # fmt: skip


def test_plans_that_only_together_make_a_circle(scenario: Scenario) -> None:
    one = plan(*fork("hub_a", "hub_b", back="desk"), name="one")
    two = plan(*fork("hub_b", "hub_a", back="desk"), name="two")
    assert wrong(scenario, one) == wrong(scenario, two) == []
    found = wrong(scenario, one, two)
    assert found
    assert all("of all plans together" in text and "two runs" in text for _, _, text in found)


def fork(hub: str, other: str, back: str) -> list:
    """A new site from which people go on to another new one, and from that to a known site."""
    spots = [place(id=name, name=name, kind="muster_point") for name in sorted((hub, other))]
    return [
        *spots,
        way(id=f"a_{hub}", destination=hub),
        way(id=f"{hub}_on", origin=hub, destination=other, mode="road"),
        way(id=f"{other}_{back}", origin=other, destination=back, mode="road"),
    ]


def test_a_journey_has_no_plans_yet(tmp_path: Path) -> None:
    scenario = country(tmp_path / "country")
    ((number, _, text),) = wrong(scenario, plan(camp()))
    assert number == 0
    assert "a plan for a journey" in text


# --- row by row ------------------------------------------------------------------------------------------------------


def steps(scenario: Scenario, table: str, place: str, column: str) -> dict[date, object]:
    """What a column of a state says from which day on."""
    rows = scenario.tables[table].query("place == @place").sort_values("date")
    return dict(zip(rows["date"].dt.date, rows[column], strict=True))


def spans(scenario: Scenario, place: str, kind: str, column: str = "servers") -> list[tuple]:
    """First day, first day without, and a column of each station."""
    rows = scenario.tables["stations"].query("place == @place and kind == @kind").sort_values(["opens", "closes"])
    days = [[None if pd.isna(one) else one.date() for one in rows[name]] for name in ("opens", "closes")]
    return list(zip(*days, rows[column].tolist(), strict=True))


def shut(scenario: Scenario, route: str) -> list[tuple]:
    """First day and first day after of each closure of a way."""
    rows = scenario.tables["closures"].query("route == @route").sort_values("closed")
    return [
        tuple(None if pd.isna(one) else one.date() for one in pair)
        for pair in zip(rows["closed"], rows["reopened"], strict=True)
    ]


def done(scenario: Scenario, *changes: object) -> Scenario:
    """The scenario with a plan that has no problem, every column as it was typed before."""
    made = plan(*changes)
    assert plan_problems(scenario, [made]) == []
    after = with_plan(united(scenario, [made]), made)
    for name, frame in after.tables.items():
        assert list(frame.dtypes.items()) == list(scenario.tables[name].dtypes.items()), name
        assert frame.index.equals(pd.RangeIndex(len(frame))), name
    return after


def test_places_in_a_camp_come_and_go(scenario: Scenario) -> None:
    after = done(scenario, camp(3, until=day(6), places=500))
    assert steps(after, "camps", "camp_a", "capacity") == {START: 3000, day(3): 3500, day(6): 3000}
    assert steps(after, "camps", "camp_a", "occupied")[START] == 200
    assert steps(after, "camps", "camp_b", "capacity") == steps(scenario, "camps", "camp_b", "capacity")


def test_places_add_to_what_is_announced(tmp_path: Path) -> None:
    scenario = line().add("camps", place="camp_a", date=day(5), capacity=4000, published=START).read(tmp_path)
    after = done(scenario, camp(3, places=500))
    assert steps(after, "camps", "camp_a", "capacity") == {START: 3000, day(3): 3500, day(5): 4500}
    fixed = done(scenario, camp(3, places=None, capacity=3000))
    assert steps(fixed, "camps", "camp_a", "capacity") == {START: 3000, day(3): 3000, day(5): 3000}
    for_a_time = done(scenario, camp(3, until=day(7), places=None, capacity=100))
    assert steps(for_a_time, "camps", "camp_a", "capacity") == {START: 3000, day(3): 100, day(5): 100, day(7): 4000}


def test_two_changes_of_a_camp_add_up_in_the_order_of_their_days(scenario: Scenario) -> None:
    first, second = camp(3, until=day(6), places=10), camp(5, until=day(8), places=-2500)
    expected = {START: 3000, day(3): 3010, day(5): 510, day(6): 500, day(8): 3000}
    for changes in ((first, second), (second, first)):
        assert steps(done(scenario, *changes), "camps", "camp_a", "capacity") == expected
    set_then_more = (camp(4, places=7), camp(3, places=None, capacity=1000))
    assert steps(done(scenario, *set_then_more), "camps", "camp_a", "capacity")[day(4)] == 1007


def test_a_host_community_gets_a_limit_for_a_time(scenario: Scenario) -> None:
    after = done(scenario, camp(3, until=day(5), place="town", places=None, capacity=800))
    capacity = steps(after, "camps", "town", "capacity")
    assert capacity[day(3)] == 800
    assert pd.isna(capacity[START])
    assert pd.isna(capacity[day(5)])


def test_a_new_host_community_opens_without_a_limit(scenario: Scenario) -> None:
    new = (place(id="inn", kind="host_community"), way(id="to_inn", origin="desk", destination="inn", mode="road"))
    after = done(scenario, *new, change("camps", place="inn", start=day(4)))
    capacity = steps(after, "camps", "inn", "capacity")
    assert capacity[START] == 0
    assert pd.isna(capacity[day(4)])


def test_a_new_camp_opens_on_its_day_and_its_way_on_its_own(scenario: Scenario) -> None:
    after = done(scenario, *CAMP)
    assert steps(after, "camps", "camp_c", "capacity") == {START: 0, day(3): 4000}
    assert shut(after, "desk_c") == [(START, day(2))]
    assert shut(united(scenario, [plan(*CAMP)]), "desk_c") == [(START, None)]
    row = after.tables["places"].query("id == 'camp_c'").iloc[0]
    assert (row["kind"], row["confidence"], row["line"]) == ("camp", "assumption", -10)


def test_a_new_way_can_be_shut_for_a_time(scenario: Scenario) -> None:
    after = done(scenario, way(until=day(8)), change("closures", route="new", start=day(4), until=day(5)))
    assert shut(after, "new") == [(START, day(2)), (day(4), day(5)), (day(8), None)]


def test_lanes_are_added_as_the_others_there_work(tmp_path: Path) -> None:
    world = line().change("stations", kind="screening", opens_hour=7, closes_hour=18)
    world.add("stations", place="desk", kind="screening", opens=day(9), servers=1, opens_hour=1, closes_hour=2)
    after = done(world.read(tmp_path), lanes(3, until=day(6)))
    assert spans(after, "desk", "screening") == [(START, None, 4), (day(3), day(6), 2), (day(9), None, 1)]
    assert spans(after, "desk", "screening", "closes_hour")[1][2] == 18
    longer = done(world.read(tmp_path / "again"), lanes(3, closes_hour=22.0))
    assert spans(longer, "desk", "screening", "closes_hour")[1][2] == 22
    assert spans(longer, "desk", "screening", "opens_hour")[1][2] == 7


def test_lanes_are_taken_away_for_a_time(scenario: Scenario) -> None:
    after = done(scenario, lanes(3, until=day(6), servers=-3))
    assert spans(after, "desk", "screening") == [(START, day(3), 4), (day(3), day(6), 1), (day(6), None, 4)]


def test_lanes_are_taken_from_whatever_works_on_each_day(tmp_path: Path) -> None:
    taken: set[str] = set()
    world = line().change("stations", kind="screening", closes=day(5))
    world.add("stations", place="desk", kind="screening", opens=day(4), closes=day(8), servers=2)
    for rows in (world.tables["stations"], world.tables["stations"][::-1]):
        world.tables["stations"] = rows
        after = done(world.read(tmp_path / str(id(rows))), lanes(3, servers=-3))
        assert [at_work(after, "desk", "screening", day(n)) for n in (2, 3, 4, 5, 7, 8)] == [4, 1, 3, 0, 0, 0]
        taken.add(after.digest)
    assert len(taken) == 1  # whatever the order of rows


def at_work(scenario: Scenario, place: str, kind: str, when: date) -> int:
    """Servers on a day."""
    return sum(n for first, last, n in spans(scenario, place, kind) if first <= when and (last is None or when < last))


def test_fewer_takes_from_the_last_row_first() -> None:
    rows = pd.DataFrame({"servers": [3, 0, 2]})
    assert fewer(rows, 4)["servers"].tolist() == [1, 0, 0]
    assert fewer(rows, 9)["servers"].tolist() == [0, 0, 0]
    assert rows["servers"].tolist() == [3, 0, 2]


def test_a_new_kind_of_station_holds_nobody_up_before_it_works(scenario: Scenario) -> None:
    after = done(scenario, lanes(3, until=day(6), place="gate"))
    assert spans(after, "gate", "screening") == [(START, day(3), 10_000), (day(3), day(6), 2), (day(6), None, 10_000)]


def test_the_injured_are_not_held_up_by_triage_that_is_not_there_yet(scenario: Scenario) -> None:
    after = done(scenario, lanes(3, place="aid", kind="triage"))
    assert spans(after, "aid", "triage") == [(START, day(3), 10_000), (day(3), None, 2)]


def test_a_new_hospital_has_its_theatres(scenario: Scenario) -> None:
    spot = (place(kind="field_hospital"), way(origin="aid", destination="spot", mode="ambulance"))
    opened = [lanes(3, place="spot", kind=kind) for kind in ("beds", "theatre")]
    assert spans(done(scenario, *spot, *opened), "spot", "theatre") == [(day(3), None, 2)]


def test_a_new_kind_of_station_takes_its_place_among_the_others(scenario: Scenario) -> None:
    after = done(scenario, lanes(3, place="gate", after=("aid",), variation=0.5))
    assert spans(after, "gate", "screening", "after") == [(START, day(3), ("aid",)), (day(3), None, ("aid",))]
    assert spans(after, "gate", "screening", "variation")[0][2] == 0.5


def test_shade_is_added_without_a_line(scenario: Scenario) -> None:
    after = done(scenario, lanes(3, place="gate", kind="shade", servers=20_000))
    assert spans(after, "gate", "shade") == [(day(3), None, 20_000)]


def test_hours_change_for_a_time_also_for_what_the_plan_adds(scenario: Scenario) -> None:
    hours = change("hours", place="desk", kind="screening", start=day(4), until=day(7), closes_hour=20.0)
    after = done(scenario, hours, lanes(5))
    assert spans(after, "desk", "screening", "closes_hour") == [
        (START, day(4), 24.0), (day(4), day(7), 20.0), (day(5), day(7), 20.0), (day(7), None, 24.0),
        (day(7), None, 24.0),
    ]  # fmt: skip
    assert spans(after, "desk", "screening", "opens_hour")[1][2] == 0


def test_a_fleet_moves_from_one_site_to_another(scenario: Scenario) -> None:
    after = done(scenario, fleet(3, vehicles=-4), fleet(3, vehicles=4, place="desk", seats=50))
    assert steps(after, "buses", "gate", "vehicles") == {START: 6, day(3): 2}
    assert steps(after, "buses", "desk", "vehicles") == {START: 8, day(3): 12}
    assert steps(after, "buses", "desk", "seats") == {START: 40, day(3): 50}


def test_a_new_fleet_begins_on_its_day(tmp_path: Path) -> None:
    scenario = line().drop("buses", place="gate").read(tmp_path)
    after = done(scenario, fleet(3, seats=30, speed_kmh=20.0))
    assert steps(after, "buses", "gate", "vehicles") == {START: 0, day(3): 2}


def test_ambulances_are_added_to_those_that_are_stated(tmp_path: Path) -> None:
    world = line().add("buses", place="aid", date=START, vehicles=3, seats=1, speed_kmh=40)
    after = done(world.read(tmp_path), fleet(3, place="aid", until=day(6)))
    assert steps(after, "buses", "aid", "vehicles") == {START: 3, day(3): 5, day(6): 3}


def test_a_way_is_shut_and_a_closure_lifted(tmp_path: Path) -> None:
    scenario = line().add("closures", route="b_out", closed=START).read(tmp_path)
    after = done(
        scenario,
        change("closures", route="a_out", start=day(1), until=day(2)),
        change("openings", route="b_out", start=day(3), until=day(6)),
    )
    assert shut(after, "a_out") == [(day(1), day(2))]
    assert shut(after, "b_out") == [(START, day(3)), (day(6), None)]


def test_goods_reach_one_district_and_its_stock_stays(scenario: Scenario) -> None:
    after = done(scenario, change("supplies", district="b", good="water", start=day(3), until=day(6), inflow=0.4))
    rows = after.tables["supplies"].query("good == 'water'").sort_values("date")
    own = rows[rows["district"] == "b"]
    assert own["inflow"].tolist() == [0.0, 0.4, 0.0]
    assert own["date"].dt.date.tolist() == [START, day(3), day(6)]
    general = rows[rows["district"] == ""]
    assert general["days_best"].tolist() == own["days_best"].tolist()[:1] == [6.0]


def kept(scenario: Scenario, place: str, item: str) -> list[tuple]:
    """Day, count, order and days between orders of a stock."""
    rows = scenario.tables["stocks"].query("place == @place and item == @item").sort_values("date")
    cells = zip(rows["date"].dt.date, rows["on_hand"], rows["resupply"], rows["every_days"], strict=True)
    return [(when, None if pd.isna(count) else count, order, days) for when, count, order, days in cells]


def test_a_stock_is_filled_up_more_for_a_time(tmp_path: Path) -> None:
    world = line().add("stocks", place="camp_a", item="water", date=START, on_hand=90, resupply=10, unit="m3")
    world.add("stocks", place="camp_a", item="water", date=day(5), on_hand=40, resupply=12, unit="m3", published=START)
    scenario = world.read(tmp_path)
    more = change("stocks", place="camp_a", item="water", start=day(2), until=day(7), resupply=60.0, every_days=2)
    assert kept(done(scenario, more), "camp_a", "water") == [
        (START, 90, 10, 1), (day(2), None, 60, 2), (day(5), 40, 60, 2), (day(7), None, 12, 1),
    ]  # fmt: skip
    counted = change("stocks", place="camp_a", item="water", start=day(5), on_hand=7.0)
    assert kept(done(scenario, counted), "camp_a", "water") == [(START, 90, 10, 1), (day(5), 7, 12, 1)]
    assert wrong(scenario, plan(change("stocks", place="camp_a", item="water", start=day(2), resupply=1.0, unit="L")))


def test_a_new_stock_begins_and_is_no_longer_filled_up(scenario: Scenario) -> None:
    new = change("stocks", item="tents", serves="camps", start=day(2), until=day(6), on_hand=500.0, resupply=100.0,
                 unit="tents")  # fmt: skip
    assert kept(done(scenario, new), "", "tents") == [(day(2), 500, 100, 1), (day(6), None, 0, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_change_has_a_test_above(kind: str) -> None:
    """A kind that is added needs a line in each of the two tables of this file."""
    kinds = {one.kind for each in WRONG.values() for one in each.changes} | {"openings", "closures", "supplies"}
    assert kind in kinds


def test_columns_of_a_change_are_typed_as_those_of_its_table(scenario: Scenario) -> None:
    for kind, table in {
        "buses": "buses",
        "stations": "stations",
        "hours": "stations",
        "routes": "routes",
        "stocks": "stocks",
    }.items():
        for column in SCHEMA.columns[f"plan_{kind}"]:
            if scenario.schema.has(table, column.name) and column.name not in ("kind", "vehicles", "servers", "mode"):
                assert column.kind == scenario.schema.column(table, column.name).kind, (kind, column.name)


# --- check -----------------------------------------------------------------------------------------------------------


def test_check_tells_plans_and_their_problems(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", {"a.toml": TITLE + CAMPS, "b.toml": 'title = "B"\n' + CAMPS})
    good = check_folder(folder, plans=True)
    assert good.problems == ()
    assert good.summary[-1] == "2 plans: More camps; B"
    (folder / "plans" / "b.toml").write_text('title = "B"\n' + CAMPS.replace("camp_a", "camp"))
    (folder / "plans" / "notes.txt").write_text("x")
    bad = check_folder(folder, plans=True)
    assert [(one.file, one.line) for one in bad.problems] == [("plans/notes.txt", 0), ("plans/b.toml", 2)]
    assert bad.scenario is None
    assert check_folder(folder).problems == ()  # a forecast without plans does not need them


def test_a_plan_of_another_day_is_a_note(tmp_path: Path) -> None:
    folder = with_files(tmp_path / "world", {"a.toml": TITLE + CAMPS})
    later = check_folder(folder, as_of=day(4), plans=True)
    assert later.scenario is not None
    assert [note.column for note in later.notes if note.file == "plans/a.toml"] == ["camps.from"]
    assert "1 plan: More camps" in saferground("check", folder).stdout


def test_read_and_check_together(tmp_path: Path, scenario: Scenario) -> None:
    folder = with_files(tmp_path / "world", {"a.toml": TITLE + CAMPS, "b.toml": "titel = 1\n"})
    plans, problems = read(folder, scenario)
    assert [one.name for one in plans] == ["a"]
    assert {one.file for one in problems} == {"plans/b.toml"}


def test_the_united_scenario_passes_every_check(scenario: Scenario) -> None:
    both = united(scenario, [plan(*CAMP)])
    assert [one for one in run_checks(both.draft()) if one.severity == "problem"] == []
    assert both.settings.as_of == AS_OF


def test_a_source_of_the_same_name_does_not_matter(tmp_path: Path) -> None:
    world: World = line().add("sources", id="plans_compared", title="Mine", publisher="Me")
    assert wrong(world.read(tmp_path), plan(*CAMP)) == []
