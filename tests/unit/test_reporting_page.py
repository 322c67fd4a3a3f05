"""The page as data: what every field says, what each part holds, and odd forecasts."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import xarray as xr

from helpers.datasets import fake_forecast
from helpers.scenarios import fake_scenario
from saferground.planning import needs, quantiles
from saferground.reporting import build_page, context
from saferground.reporting.context import Chart, Group, Page, Section, Table, as_data
from saferground.reporting.fans import fan
from saferground.reporting.figures import fan_chart, tidy
from saferground.reporting.inputs import since_start
from saferground.reporting.supply import weeks
from saferground.reporting.words import about, rounded

RECORDS = [
    record
    for record in vars(context).values()
    if isinstance(record, type) and dataclasses.is_dataclass(record) and record.__module__ == context.__name__
]


def page_of(forecast: xr.Dataset) -> Page:
    return build_page(forecast, needs(forecast), fake_scenario())


@pytest.fixture(scope="module")
def forecast() -> xr.Dataset:
    return fake_forecast(members=40, days=30)


@pytest.fixture(scope="module")
def page(forecast: xr.Dataset) -> Page:
    return page_of(forecast)


def section(page: Page, name: str) -> Section:
    return next(part for part in page.sections if part.id == name)


def table(page: Page, name: str) -> Table:
    return next(b for part in page.sections for b in part.blocks if isinstance(b, Table) and b.id == name)


def charts(page: Page) -> list[Chart]:
    return [
        chart for part in page.sections for block in part.blocks if isinstance(block, Group) for chart in block.charts
    ]


def sentences(page: Page) -> str:
    return " ".join(headline.sentence for headline in page.headlines)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_has_help(record: type) -> None:
    for field in dataclasses.fields(record):
        assert len(field.metadata.get("help", "")) >= 4, f"{record.__name__}.{field.name}"


def test_the_page_is_json(page: Page) -> None:
    again = json.loads(json.dumps(as_data(page), allow_nan=False))
    assert again["about"]["title"] == page.about.title
    assert [part["id"] for part in again["sections"]] == [
        "flight",
        "camps",
        "remaining",
        "reception",
        "care-needs",
        "needs",
        "inputs",
    ]


def test_ids_are_unique(page: Page) -> None:
    blocks = [block.id for part in page.sections for block in part.blocks]
    ids = [*blocks, *(chart.id for chart in charts(page)), *(part.id for part in page.sections)]
    assert len(ids) == len(set(ids))


def test_rows_fit_their_columns(page: Page) -> None:
    for block in (block for part in page.sections for block in part.blocks if isinstance(block, Table)):
        assert {len(row) for row in block.rows} <= {len(block.columns)}, block.id


def test_charts_are_valid_plotly_figures_that_say_what_they_show(page: Page) -> None:
    assert len(charts(page)) > 20
    for chart in charts(page):
        go.Figure(chart.figure)
        assert chart.title
        assert chart.alt


def test_only_counts_since_the_start_stand_beside_those_who_left() -> None:
    counts = pd.DataFrame(
        {
            "series": ["blank", "same day", "later", "earlier", "arrived later"],
            "measures": ["left_cumulative"] * 4 + ["arrived_cumulative"],
            "start": pd.to_datetime([None, "2017-04-01", "2017-05-01", "2017-03-01", "2017-05-01"]),
        }
    )
    assert list(since_start(counts, date(2017, 4, 1))["series"]) == ["blank", "same day", "arrived later"]


def test_the_first_headline_is_the_forecast_of_those_who_leave(page: Page, forecast: xr.Dataset) -> None:
    homes = forecast.sizes["district"]
    left = forecast["departures"][:, 10:, :homes].sum(("time", "place"))
    low, median, high = (float(v) for v in quantiles(left, (0.05, 0.5, 0.95)))
    leaving = page.headlines[0].estimate
    assert leaving is not None
    assert (leaving.low, leaving.median, leaving.high) == (low, median, high)
    assert page.headlines[0].sentence.startswith("Between 1 and 30 March 2017, ")
    assert "OCHA, 26 February 2017" in page.headlines[0].beside[0]
    assert "250,000 to 400,000 people" in page.headlines[0].beside[0]


def test_what_was_published_after_the_as_of_date_is_nowhere_on_the_page(page: Page) -> None:
    text = json.dumps(as_data(page), ensure_ascii=False)
    assert "Mosul update, 12 March 2017" not in text
    assert all(row[4] != 69_000 for row in table(page, "counts").rows)
    assert "Mosul update, 26 February 2017" in text


def test_counts_known_by_then_are_points_on_the_chart(page: Page) -> None:
    total = next(chart for chart in charts(page) if chart.id == "leaving-total")
    points = [trace for trace in total.figure["data"] if trace["mode"] == "markers"]
    assert [trace["y"] for trace in points] == [[10_000.0]]
    assert "public on 28 February 2017" in points[0]["text"][0]


def test_the_camp_table_agrees_with_the_members(page: Page, forecast: xr.Dataset) -> None:
    rows = {row[0][0]: row for row in table(page, "camps-table").rows}
    jadah = forecast["people"].sel(place="jadah").sum("household").values[:, 10:]
    assert rows["Jad'ah camps"][5] == pytest.approx((jadah >= 0.98 * 30_000).any(1).mean())
    assert rows["Host communities in east Mosul"][1] is None
    assert rows["Chamakor camp"][2] == 0


def test_map_shares_are_those_of_the_members(page: Page, forecast: xr.Dataset) -> None:
    marks = {mark.id: mark for mark in page.map.panels[0].marks}
    control = forecast["control"].sel(district="mansour").values
    contested, retaken = marks["mansour"].shares[-1]
    assert contested == round(100 * (control[:, -1] == 1).mean())
    assert retaken == round(100 * (control[:, -1] == 2).mean())
    assert marks["mansour"].local == "المنصور"


def test_every_place_is_on_the_map_inside_its_panel(page: Page, forecast: xr.Dataset) -> None:
    shown = {mark.id for panel in page.map.panels for mark in panel.marks}
    assert set(forecast["place"].values.tolist()) <= shown
    for panel in page.map.panels:
        for mark in panel.marks:
            assert 0 <= mark.x <= panel.width
            assert 0 <= mark.y <= panel.height


def test_the_map_shows_the_range_of_every_figure(page: Page, forecast: xr.Dataset) -> None:
    marks = {mark.id: mark for panel in page.map.panels for mark in panel.marks}
    last = len(page.map.days) - 1
    people = forecast["people"].sum("household") if "household" in forecast["people"].dims else forecast["people"]
    low, middle, high = quantiles(people.sel(place="mansour").isel(time=last), (0.05, 0.5, 0.95)).values
    mark = marks["mansour"]
    assert (mark.low[last], mark.people[last], mark.high[last]) == tuple(
        int(rounded(float(n))) for n in (low, middle, high)
    )
    assert mark.rings[last][0] < mark.radius[last] < mark.rings[last][1]
    for one in marks.values():
        assert len(one.low) == len(one.high) == len(page.map.days)
        assert all(a <= b <= c for a, b, c in zip(one.low, one.people, one.high, strict=True))
    camp = marks["chamakor"]
    full = (forecast["people"].sum("household").sel(place="chamakor") >= 0.98 * 12_000).mean("member").values
    chances = [
        None if not limit else round(100 * float(share)) for limit, share in zip(camp.capacity, full, strict=True)
    ]
    assert camp.full == tuple(chances)
    assert None in camp.full
    assert 0 in camp.full
    assert set(marks["east_mosul"].full) == {None}
    assert (mark.full, marks["scorpion_junction"].full) == ((), ())
    for way in (way for panel in page.map.panels for way in panel.ways):
        assert all(a <= b <= c for a, b, c in zip(way.low, way.flow, way.high, strict=True))
        assert all(a <= b for a, b in zip(way.width, way.broad, strict=True))


def test_closures_are_on_the_map(page: Page, forecast: xr.Dataset) -> None:
    shut = [way for panel in page.map.panels for way in panel.ways if any(way.shut)]
    days = np.flatnonzero(~forecast["route_open"].values[:, 0])
    assert [way.id for way in shut] == [str(forecast["route"].values[0])]
    assert np.flatnonzero(shut[0].shut).tolist() == days.tolist()


def test_north_is_up_and_east_is_right(page: Page) -> None:
    marks = {mark.id: mark for mark in page.map.panels[0].marks}
    assert marks["zanjili"].y < marks["mamun"].y
    assert marks["mamun"].x < marks["dandan"].x


def test_names_on_the_map_do_not_cover_each_other(page: Page) -> None:
    for panel in page.map.panels:
        spots = [(mark.label[0], mark.label[1]) for mark in panel.marks if mark.label]
        assert len(spots) == len(set(spots)) > 3


def test_needs_carry_median_and_ninetieth_percentile(page: Page, forecast: xr.Dataset) -> None:
    rows = {row[0]: row for row in table(page, "needs-overall").rows}
    settled = forecast["people"].isel(time=-1)[:, -forecast.sizes["settled"] :].sum(("place", "household"))
    median, ninetieth = (float(v) for v in quantiles(settled, (0.5, 0.9)))
    assert rows["Water"][4:7] == (
        "m³/day",
        pytest.approx(median * 0.015, rel=1e-5),
        pytest.approx(ninetieth * 0.015, rel=1e-5),
    )
    assert rows["Water after the first weeks"][1] == "UNHCR"
    assert rows["Clinicians for consultations"][3] == "not verified"


def test_the_weekly_needs_are_the_busiest_day(page: Page) -> None:
    water = next(i for i, item in enumerate(page.picker["items"]) if item["name"] == "Water")
    place = page.picker["places"][0]
    rows = [row for row in table(page, "needs-weeks").rows if row[0][0] == place["name"]]
    first = rows[0]
    assert first[1] == "1–7 Mar"
    assert first[2][0] == pytest.approx(max(place["values"][water][0][:7]), rel=0.01)


def test_weeks_cover_the_days_once() -> None:
    found = [day for week in weeks(range(30)) for day in range(30)[week]]
    assert found == list(range(30))


def test_limits_say_that_a_prior_forecast_is_not_fitted(page: Page, forecast: xr.Dataset) -> None:
    assert page.limits[0][0] == "Not fitted yet"
    assert len(page.limits) >= 10
    fitted = page_of(forecast.assign_attrs(basis="counts"))
    assert "Not fitted yet" not in dict(fitted.limits)
    assert not any("not been fitted" in warning for warning in fitted.warnings)


def test_missing_waiting_times_are_dashes_not_numbers(forecast: xr.Dataset) -> None:
    silent = forecast.assign(wait_hours=forecast["wait_hours"] * np.nan)
    page = page_of(silent)
    assert all(row[4] is None for row in table(page, "waits").rows)
    assert page.headlines[4].value == "–"


def test_a_forecast_in_which_nobody_moves(forecast: xr.Dataset) -> None:
    still = forecast.assign({name: forecast[name] * 0 for name in ("departures", "arrivals", "flow", "waiting")})
    page = page_of(still)
    assert page.headlines[0].value == "0"
    assert not any(panel.ways for panel in page.map.panels)


def test_a_forecast_in_which_nobody_is_left(forecast: xr.Dataset) -> None:
    page = page_of(forecast.assign(people=forecast["people"] * 0))
    assert "nan" not in sentences(page).lower()


@pytest.mark.parametrize(("members", "days", "districts", "settled"), [(1, 1, 1, 2), (3, 2, 2, 3), (5, 10, 60, 30)])
def test_small_and_large_forecasts(members: int, days: int, districts: int, settled: int) -> None:
    forecast = fake_forecast(members, days, districts=districts, settled=settled)
    page = page_of(forecast)
    json.dumps(as_data(page), allow_nan=False)
    assert len(page.headlines) == 6


def test_quantiles_leave_out_missing_members() -> None:
    values = np.array([[1.0, math.nan], [3.0, math.nan], [math.nan, math.nan]])
    found = fan(values, "h")
    assert found.values[0, 0] == 1.0
    assert found.values[4, 0] == 3.0
    assert np.isnan(found.values[:, 1]).all()
    assert found.estimate(1).median is None


def test_chart_numbers_are_rounded_and_missing_ones_are_gaps() -> None:
    assert tidy(np.array([0.0, 12_345.0, 0.012345, math.nan, -1999.0])) == [0, 12_300, 0.0123, None, -2000]


def test_the_run_up_is_paler_than_the_days_ahead(forecast: xr.Dataset) -> None:
    days = [day.date() for day in forecast.indexes["time"]]
    figure = fan_chart(days, 9, fan(np.ones((4, len(days))), "people"))
    steps = figure["data"][1]["fillgradient"]["colorscale"]
    assert steps[1][0] == pytest.approx(9 / (len(days) - 1))
    assert steps[0][1] != steps[3][1]


def test_the_pale_part_ends_at_the_as_of_date_when_the_first_days_are_missing() -> None:
    days = [date(2017, 2, 19) + timedelta(days) for days in range(11)]
    values = np.ones((4, 11))
    values[:, :4] = np.nan
    steps = fan_chart(days, 6, fan(values, "h"))["data"][1]["fillgradient"]["colorscale"]
    assert steps[1][0] == pytest.approx((6 - 4) / (10 - 4))
    values[:, :7] = np.nan
    steps = fan_chart(days, 6, fan(values, "h"))["data"][1]["fillgradient"]["colorscale"]
    assert len({colour for _, colour in steps}) == 1


def test_needs_by_sphere_and_unhcr_stand_side_by_side(forecast: xr.Dataset, page: Page):
    rows = {row[0]: row for row in table(page, "needs-standards").rows}
    used, sphere, unhcr = rows["Site area"][2:]
    assert used == f"{sphere} (Sphere)"
    assert sphere.endswith(" at 45 m²/person")
    assert unhcr.endswith(" at 30 m²/person")
    assert rows["Water after the first weeks"][3] is None
    assert rows["Bathing soap"][4].endswith("(not verified)")


def test_the_balance_of_those_who_remain(forecast: xr.Dataset, page: Page):
    food, water, fuel, medicine = table(page, "balance").rows
    people = np.where(forecast["control"].values != 2, forecast["people"].values[:, :, :10].sum(-1), 0).sum(-1)
    first = 10
    assert food[1] == np.sort(people[:, first])[19]
    assert food[2].endswith(" t")
    assert water[2].endswith(" m³")
    assert fuel[2] is medicine[2] is None
    short = np.nan_to_num(forecast["shortage"].values[:, first:, :, 0])
    gap = (
        np.where(forecast["control"].values != 2, forecast["people"].values[:, :, :10].sum(-1), 0)[:, first:] * short
    ).sum((1, 2))
    assert food[7].startswith(f"{about(np.sort(gap)[19])} (")
    assert "in days of full need" in section(page, "remaining").finding[2]


def test_staff_and_sites(page: Page):
    injured = {row[0]: row for row in table(page, "trauma").rows}
    assert injured["Injured"][1] <= injured["Injured"][2]
    assert injured["Hospital beds, by the length of stay"][4] == 0  # the made-up scenario has none
    births = {row[0]: row for row in table(page, "births").rows}
    assert births["Births"][6] == "not verified"
    assert births["Births with complications"][1] == pytest.approx(births["Births"][1] * 0.15, rel=1e-3)
    assert all(row[1][0] is not None for row in table(page, "births-places").rows)


def test_stocks_have_a_part_where_there_are_any(forecast: xr.Dataset, page: Page):
    assert "stocks" not in [part.id for part in page.sections]
    water = {"place": "jadah", "item": "water", "date": "2017-02-28", "unit": "m3", "on_hand": 500.0, "resupply": 50.0}
    lots = {"item": "tents", "date": "2017-02-28", "unit": "tents", "on_hand": 1e9}
    with_stocks = build_page(forecast, needs(forecast), fake_scenario(stocks=[water, lots]))
    short, enough = table(with_stocks, "stocks-out").rows
    assert (short[0], enough[0]) == ("Water", "Tents")
    assert enough[4] == 0
    assert enough[3] == "–"
    assert [chart.id for chart in charts(with_stocks) if chart.id.startswith("without-")] == ["without-jadah-water"]
    assert "Jad'ah camps" in section(with_stocks, "stocks").finding[0]
    json.dumps(as_data(with_stocks), allow_nan=False)
