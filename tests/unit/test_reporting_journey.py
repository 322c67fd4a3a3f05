"""The page of a journey as data and as HTML: what each part holds, odd forecasts, hostile names."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import xarray as xr

from helpers.countries import country, fake_journey
from saferground.planning import needs, quantiles
from saferground.planning.journey.views import whereabouts
from saferground.reporting import render, report
from saferground.reporting.context import Chart, Group, Section, Table, as_data
from saferground.reporting.journey import context
from saferground.reporting.journey.context import JourneyPage, Spot
from saferground.reporting.journey.page import build_journey_page
from saferground.reporting.words import rounded
from saferground.scenario import Scenario

HOSTILE = ("<script>alert(1)</script>", "<img src=x onerror=alert(3)>", '" onload="alert(4)', "{{ 7 * 7 }}")


class Attributes(HTMLParser):
    """Collects the names of all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {name for name, _ in attrs}


def page_of(forecast: xr.Dataset, scenario: Scenario) -> JourneyPage:
    return build_journey_page(forecast, needs(forecast), scenario)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return country(tmp_path_factory.mktemp("journey") / "country")


@pytest.fixture(scope="module")
def forecast(scenario: Scenario) -> xr.Dataset:
    return fake_journey(scenario, members=30)


@pytest.fixture(scope="module")
def page(forecast: xr.Dataset, scenario: Scenario) -> JourneyPage:
    return page_of(forecast, scenario)


def table(page: JourneyPage, name: str) -> Table:
    return next(b for part in page.sections for b in part.blocks if isinstance(b, Table) and b.id == name)


def section(page: JourneyPage, name: str) -> Section:
    return next(part for part in page.sections if part.id == name)


def charts(page: JourneyPage) -> list[Chart]:
    return [
        chart for part in page.sections for block in part.blocks if isinstance(block, Group) for chart in block.charts
    ]


def headline(page: JourneyPage, name: str) -> str:
    return next(one.sentence for one in page.headlines if one.id == name)


def spots(page: JourneyPage) -> dict[str, Spot]:
    assert page.map.land
    return {mark.id: mark for mark in page.map.land.marks if isinstance(mark, Spot)}


# --- the page as a whole ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [context.Spot, context.LandMap, context.JourneyPage], ids=lambda one: one.__name__)
def test_every_field_has_help(record: type) -> None:
    for field in dataclasses.fields(record):
        assert len(field.metadata.get("help", "")) >= 4, f"{record.__name__}.{field.name}"


def test_the_page_is_json(page: JourneyPage) -> None:
    again = json.loads(json.dumps(as_data(page), allow_nan=False))
    assert [part["id"] for part in again["sections"]] == ["camps", "where", "origins", "fit", "needs", "inputs"]


def test_ids_are_unique(page: JourneyPage) -> None:
    blocks = [block.id for part in page.sections for block in part.blocks]
    ids = [*blocks, *(chart.id for chart in charts(page)), *(part.id for part in page.sections)]
    assert len(ids) == len(set(ids))


def test_rows_fit_their_columns(page: JourneyPage) -> None:
    for block in (block for part in page.sections for block in part.blocks if isinstance(block, Table)):
        assert {len(row) for row in block.rows} == {len(block.columns)}, block.id


def test_charts_are_valid_plotly_figures_that_say_what_they_show(page: JourneyPage) -> None:
    assert len(charts(page)) > 10
    for chart in charts(page):
        go.Figure(chart.figure)
        assert chart.title
        assert chart.alt


def test_nothing_speaks_of_a_siege(page: JourneyPage) -> None:
    said = json.dumps(as_data(page), ensure_ascii=False).lower()
    assert not re.search(r"district|host communit|besieged|screening|muster", said)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_the_first_headline_is_people_in_camps(page: JourneyPage, forecast: xr.Dataset) -> None:
    camps = whereabouts(forecast)["camps"][:, -1]
    low, median, high = (float(v) for v in quantiles(camps, (0.05, 0.5, 0.95)))
    first = page.headlines[0].estimate
    assert first is not None
    assert (first.low, first.median, first.high) == (low, median, high)
    assert "15,000 to 30,000 people" in page.headlines[0].beside[0]
    assert "Counted on 31 January 2030 at 2 places: 11,700 people" in page.headlines[0].beside[1]


def test_it_says_what_the_total_rests_on(page: JourneyPage, forecast: xr.Dataset, scenario: Scenario) -> None:
    assert any("not yet fitted to counts" in line for line in page.warnings)
    assert "does not foresee a new attack" in headline(page, "displaced")
    given = page_of(forecast, replace(scenario, rules={**scenario.rules, "totals": "given"}))
    assert any("only where people go is predicted" in line for line in given.warnings)
    assert "an input taken from the counts, not a prediction" in headline(given, "displaced")
    assert "not how many are displaced" in section(given, "fit").finding[1]
    rates = page_of(forecast, replace(scenario, rules={**scenario.rules, "spawning": "poisson"}))
    assert "counts" not in headline(rates, "displaced")


def test_counts_published_later_are_nowhere_unless_they_were_an_input(forecast: xr.Dataset, scenario: Scenario) -> None:
    counts = scenario.tables["counts"]
    late = counts.assign(published=pd.Timestamp("2030-02-10"), series="registered later")
    hidden = replace(scenario, tables={**scenario.tables, "counts": late})
    unseen = forecast.assign(count=forecast["count"] * np.nan)
    assert "registered later" not in json.dumps(as_data(page_of(unseen, hidden)), ensure_ascii=False)
    given = replace(hidden, rules={**hidden.rules, "totals": "given"})
    shown = table(page_of(forecast, given), "counts")
    assert shown.caption.startswith("Counts used as an input")
    assert shown.rows[0][0] == "registered later"


def test_corrected_counts_are_drawn_as_they_were_used(forecast: xr.Dataset, scenario: Scenario) -> None:
    row = {"place": "lake", "date": pd.Timestamp("2030-01-31"), "source": "invented", "confidence": "assumption"}
    corrections = pd.DataFrame([row]).assign(published=pd.NaT, line=2)
    corrected = replace(scenario, tables={**scenario.tables, "corrections": corrections})
    halved = forecast.assign(count=forecast["count"] / 2)
    found = {chart.title: chart.figure["data"] for chart in charts(page_of(halved, corrected))}
    (lake,) = [trace for trace in found["Lake camp"] if trace["mode"] == "markers"]
    (plain,) = [trace for trace in found["Plain camp"] if trace["mode"] == "markers"]
    assert lake["y"] == [100, 1700, 3900]
    assert "rescaled by a registration correction" in lake["text"][0]
    assert plain["y"] == [500, 2100, 3900]


def test_the_camp_table_agrees_with_the_members(page: JourneyPage, forecast: xr.Dataset) -> None:
    rows = {row[0][0]: row for row in table(page, "camps-table").rows}
    people = forecast["people"].sel(place="plain").values[:, 31:]
    assert rows["Plain camp"][5] == pytest.approx((people >= 0.98 * 8000).any(axis=1).mean())
    assert rows["Lake camp"][1] == 20_000


def test_places_say_what_they_are_on_the_last_day(page: JourneyPage) -> None:
    state = {row[0][0]: row[2] for row in table(page, "where-table").rows}
    assert state["Mill"] == "conflict"
    assert (state["Lake camp"], state["Plain camp"]) == ("camp", "camp in the home country")
    assert state["Ford"] == "town"


def test_the_fit_is_that_of_the_counted_days(page: JourneyPage) -> None:
    rows = {row[0]: row for row in table(page, "fit-table").rows}
    assert rows["ARD"][-1] == 31
    assert rows["ARD"][2] <= rows["ARD"][3] <= rows["ARD"][4]
    by_day = next(chart for chart in charts(page) if chart.id == "fit-ard")
    middle = by_day.figure["data"][-1]["y"]
    assert [value is None for value in middle] == [False] * 31 + [True] * 60


def test_without_counts_the_page_says_so(forecast: xr.Dataset, scenario: Scenario) -> None:
    bare = forecast.assign(count=forecast["count"] * np.nan, total_count=forecast["total_count"] * np.nan)
    page = page_of(bare, replace(scenario, tables={**scenario.tables, "counts": scenario.tables["counts"].iloc[:0]}))
    assert section(page, "fit").blocks == ()
    assert headline(page, "fit") == "There are no counts over the run to compare with."
    render(page)


def test_rules_that_were_changed_come_first(page: JourneyPage) -> None:
    rows = table(page, "rules").rows
    assert [row[4] for row in rows[:2]] == ["changed", "changed"]
    assert {row[0] for row in rows[:2]} == {"home country", "awareness level"}


def test_limits_are_its_own(page: JourneyPage) -> None:
    assert len(page.limits) >= 10
    assert {"Conflict ahead", "The range", "How many will flee"} <= {short for short, _ in page.limits}


# --- the map ----------------------------------------------------------------------------------------------------------


def test_every_place_is_on_the_map_inside_its_panel(page: JourneyPage, forecast: xr.Dataset) -> None:
    assert set(spots(page)) == set(forecast["place"].values)
    assert page.map.land
    for mark in page.map.land.marks:
        assert 0 <= mark.x <= page.map.land.width
        assert 0 <= mark.y <= page.map.land.height
    north, south = spots(page)["mill"], spots(page)["lake"]
    assert north.y < south.y


def test_conflict_and_camps_are_told_by_day(page: JourneyPage, forecast: xr.Dataset) -> None:
    quarry = spots(page)["quarry"].conflict
    assert (quarry[8], quarry[9], quarry[-1]) == (0, 50, 100)
    assert "conflict, intensity 50 %" in spots(page)["quarry"].told[9]
    assert "room for 20,000" in spots(page)["lake"].told[-1]
    assert set(spots(page)["lake"].shelter) == {1}
    assert spots(page)["lake"].local == "مخيم البحيرة"


def test_areas_are_in_proportion_to_people(page: JourneyPage) -> None:
    lake, plain = spots(page)["lake"], spots(page)["plain"]
    assert (lake.radius[-1] / plain.radius[-1]) ** 2 == pytest.approx(lake.people[-1] / plain.people[-1], rel=0.1)


def test_the_map_shows_the_range_of_every_figure(page: JourneyPage, forecast: xr.Dataset) -> None:
    marks = spots(page)
    for name, mark in marks.items():
        people = forecast["people"].sel(place=name)
        low, high = quantiles(people, (0.05, 0.95)).values.T
        assert mark.low == tuple(int(rounded(float(n))) for n in low)
        assert mark.high == tuple(int(rounded(float(n))) for n in high)
        assert all(inner <= outer for inner, outer in mark.rings)
        told = [words for words, a, b in zip(mark.told, mark.low, mark.high, strict=True) if b > a >= 10]
        assert all("(90\u202f% range " in words for words in told)
    lake = marks["lake"]
    assert any(low < high for low, high in lake.rings)
    assert f"no room left in {lake.full[-1]} % of futures" in lake.told[-1]
    assert marks["mill"].full == ()
    assert page.map.land
    for way in page.map.land.ways:
        assert all(a <= b <= c for a, b, c in zip(way.low, way.flow, way.high, strict=True))
        assert all(a <= b for a, b in zip(way.width, way.broad, strict=True))


def test_closures_are_on_the_map(page: JourneyPage) -> None:
    assert page.map.land
    shut = {way.id: way.shut for way in page.map.land.ways if any(way.shut)}
    assert list(shut) == ["quarry_ford"]
    assert shut["quarry_ford"].index(1) == 11


def test_a_long_run_shows_some_hundred_days(forecast: xr.Dataset, scenario: Scenario) -> None:
    longer = forecast.isel(time=np.r_[0:91, np.full(400, 90)])
    start = np.datetime64("2030-01-01", "s")
    longer = longer.assign_coords(time=start + np.arange(491) * np.timedelta64(86_400, "s"))
    page = page_of(longer, scenario)
    assert page.map.every == 7
    assert page.map.days[page.map.as_of] == "2030-01-31"
    assert page.map.days[-1] == "2031-05-06"
    assert 60 < len(page.map.days) < 130
    where = next(chart for chart in charts(page) if chart.id == "where-stack")
    assert where.figure["layout"]["xaxis"]["tickformat"] == "%b\n%Y"


def test_places_without_coordinates_are_named_and_a_country_without_any_has_no_map(
    forecast: xr.Dataset, scenario: Scenario
) -> None:
    lat = forecast["lat"].where(forecast["place"] != "ford")
    some = page_of(forecast.assign_coords(lat=lat), scenario)
    assert some.map.missing == ("Ford",)
    assert some.map.land
    assert "mill_ford" not in {way.id for way in some.map.land.ways}
    none = page_of(forecast.assign_coords(lat=forecast["lat"] * np.nan), scenario)
    assert none.map.land is None
    assert "gives no coordinates" in render(none)


# --- odd forecasts ----------------------------------------------------------------------------------------------------


def test_nobody_moves(forecast: xr.Dataset, scenario: Scenario) -> None:
    still = forecast.assign({name: forecast[name] * 0 for name in ("people", "displaced", "flow", "travelling")})
    page = page_of(still, scenario)
    said = " ".join(one.sentence for one in page.headlines)
    assert "nan" not in said.lower()
    assert page.headlines[0].value == "0"
    render(page)


def test_one_member_and_no_camp(forecast: xr.Dataset, scenario: Scenario) -> None:
    homeless = forecast.isel(member=[0]).assign(is_camp=forecast["is_camp"] & False)
    page = page_of(homeless, scenario)
    assert headline(page, "where") == "The scenario has no camp."
    render(page)


def test_it_starts_on_the_as_of_date(scenario: Scenario) -> None:
    early = scenario.at(as_of="2030-01-01", days=20)
    page = page_of(fake_journey(early, members=3), early)
    assert page.map.as_of == 0
    render(page)


# --- as HTML ----------------------------------------------------------------------------------------------------------


def test_hostile_names_add_no_element(forecast: xr.Dataset, scenario: Scenario) -> None:
    names = [HOSTILE[i % len(HOSTILE)] for i in range(forecast.sizes["place"])]
    bad = forecast.assign_coords(place_name=("place", names), place_name_local=("place", names[::-1]))
    clean, text = render(page_of(forecast, scenario)), render(page_of(bad, scenario))
    for tag in ("script", "img", "svg"):
        assert text.count(f"<{tag}") == clean.count(f"<{tag}"), tag
    reader = Attributes()
    reader.feed(text)
    assert not [name for name in reader.names if name.startswith("on")]
    assert "49" not in re.findall(r"<figcaption>(.*?)</figcaption>", text)


def test_the_policy_names_every_script(page: JourneyPage) -> None:
    text = render(page)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].count("sha256-") == text.count("<script>") == 6


def test_the_same_page_is_the_same_bytes(forecast: xr.Dataset, scenario: Scenario, tmp_path: Path) -> None:
    needed = needs(forecast)
    one, two = (report(forecast, needed, scenario, to=tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert one == two
