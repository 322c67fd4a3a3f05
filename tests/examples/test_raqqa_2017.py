"""The second siege reads clean from May to October, shows no forecast what came later, and runs as of any such day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.leaks import SIEGE, Rows, changing_later, rewritten, without_later
from helpers.sieges import drawn, fresh
from saferground import build_model, forecast
from saferground.engine import run
from saferground.engine.state import absent, harmed, households
from saferground.scenario import Scenario, check_scenario, read_scenario

AS_OF = date(2017, 6, 6)
EARLIEST = date(2017, 5, 1)
DAYS = [EARLIEST, AS_OF, date(2017, 6, 28), date(2017, 8, 15), date(2017, 10, 12)]
MORE_DAYS = ["2017-05-15", "2017-05-31", "2017-06-15", "2017-07-01", "2017-07-14", "2017-07-31", "2017-08-31"]
MORE_DAYS += ["2017-09-15", "2017-09-30", "2017-10-15", "2017-10-20"]
COUNTRYSIDE = {"tabqa", "mansoura_area", "west_country", "north_country", "east_country", "south_bank"}


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(str(files("saferground"))) / "scenarios" / "raqqa-2017"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario("raqqa-2017")


def at(as_of: date | str) -> Scenario:
    """What was known on a day."""
    return read_scenario("raqqa-2017", as_of=as_of).known()


def districts(scenario: Scenario) -> pd.DataFrame:
    places = scenario.tables["places"]
    return places[places["kind"] == "district"].set_index("id")


# --- it reads, and says where it comes from ------------------------------------------------------------------------


def test_it_reads_without_problems_or_notes() -> None:
    scenario, problems = check_scenario("raqqa-2017")
    assert problems == []
    assert scenario is not None
    assert (scenario.settings.start, scenario.settings.as_of) == (date(2017, 4, 1), AS_OF)
    assert (scenario.settings.days, scenario.settings.step_hours) == (30, 6)
    assert scenario.settings.sensitivity == "restricted"


@pytest.mark.parametrize("as_of", [*map(str, DAYS), *MORE_DAYS])
def test_it_reads_clean_on_every_other_day_too(as_of: str) -> None:
    assert check_scenario("raqqa-2017", as_of=as_of)[1] == []


def test_files_are_plain_utf8(folder: Path) -> None:
    paths = [*folder.glob("*.csv"), folder / "scenario.toml", folder / "README.md"]
    assert len(paths) == 16
    for path in paths:
        content = path.read_bytes()
        content.decode("utf-8")
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name


def test_assumptions_are_called_so(scenario: Scenario) -> None:
    sources = scenario.tables["sources"]
    own = sources[sources["publisher"] == "Saferground analyst"]
    assert own["title"].str.contains("Assumption|Computed").all()
    assert own["published"].isna().all()
    for name in SIEGE.tables:
        if SIEGE.has(name, "confidence"):
            rows = scenario.tables[name]
            by_analyst = rows["source"].str.startswith("analyst_") & (rows["source"] != "analyst_derived")
            assert (rows.loc[by_analyst, "confidence"] == "assumption").all(), name


def test_every_source_is_used(scenario: Scenario) -> None:
    cited = {prior.source for prior in scenario.parameters.values()}
    for name in SIEGE.tables:
        if SIEGE.has(name, "source"):
            cited |= set(scenario.tables[name]["source"])
    assert set(scenario.tables["sources"]["id"]) <= cited


def test_priors_rest_on_what_was_public_by_the_first_as_of_date(scenario: Scenario) -> None:
    published = scenario.tables["sources"].set_index("id")["published"]
    own = [prior for prior in scenario.parameters.values() if not prior.is_default]
    assert {prior.name for prior in own} == {"population_factor", "camp_share", "return_rate", "quiet_days"}
    for prior in own:
        assert published[prior.source] <= pd.Timestamp(EARLIEST), prior.name
        assert len(prior.note) > 100, prior.name


# --- people and places ---------------------------------------------------------------------------------------------


def test_the_city_and_its_countryside(scenario: Scenario) -> None:
    people = districts(scenario)["population_best"]
    assert set(people.index) >= COUNTRYSIDE
    assert len(people) == 33 + len(COUNTRYSIDE)
    assert people.drop(list(COUNTRYSIDE)).sum() == 200_000
    assert people.sum() == 427_400


def test_the_note_on_the_population_does_its_sum(scenario: Scenario) -> None:
    prior = scenario.parameters["population_factor"]
    best = districts(scenario)["population_best"]
    rural = best[list(COUNTRYSIDE)].sum()
    assert (300_000 + rural) / best.sum() == pytest.approx(1.23, abs=0.005)
    assert (200_000 + 0.53 * rural) / best.sum() == pytest.approx(prior.low, abs=0.005)


def test_names_stand_in_arabic(scenario: Scenario) -> None:
    places = scenario.tables["places"]
    receiving = places[~places["kind"].isin(["stabilisation_point"])]
    assert receiving["name_local"].str.contains("[\u0621-\u064a]").all()


def test_districts_hang_together(scenario: Scenario) -> None:
    neighbours: dict[str, set[str]] = {name: set() for name in districts(scenario).index}
    for row in scenario.tables["borders"].itertuples():
        neighbours[row.district].add(row.neighbour)
        neighbours[row.neighbour].add(row.district)
    reached, front = {"badu"}, {"badu"}
    while front:
        front = {b for a in front for b in neighbours[a]} - reached
        reached |= front
    assert reached == set(neighbours)


@pytest.mark.parametrize("as_of", DAYS)
def test_a_way_is_open_from_every_district(as_of: date) -> None:
    """One at least passes no held district and is not closed: nobody is shut in by the way the tables are written."""
    known = at(as_of)
    control = known.tables["control"].sort_values("date", kind="stable").drop_duplicates("district", keep="last")
    held = set(control.loc[control["status"] == "held", "district"])
    routes, closed = known.tables["routes"], set(known.tables["closures"]["route"])
    on_foot = routes[(routes["mode"] == "walk") & ~routes["id"].isin(closed)]
    usable = {row.origin for row in on_foot.itertuples() if held.isdisjoint(row.via)}
    assert set(districts(known).index) <= usable


def test_boats_stop_when_the_city_is_encircled() -> None:
    before, after = at("2017-06-28").tables["closures"], at("2017-06-29").tables["closures"]
    assert not before["route"].str.endswith("_boat").any()
    boats = after[after["route"].str.endswith("_boat")]
    assert len(boats) == 8
    assert (boats["closed"] == pd.Timestamp("2017-06-27")).all()
    assert boats["reopened"].isna().all()


# --- what a forecast may see ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", DAYS)
def test_nothing_published_later_is_known(scenario: Scenario, as_of: date) -> None:
    known, day = at(as_of), pd.Timestamp(as_of)
    for name in SIEGE.tables:
        if SIEGE.has(name, "published"):
            assert not (known.tables[name]["published"] > day).any(), name
    assert known.tables["control"]["date"].max() <= day
    assert known.tables["counts"]["end"].max() <= day
    assert len(known.tables["counts"]) < len(scenario.tables["counts"])


@pytest.mark.parametrize("as_of", DAYS)
def test_known_rows_cite_only_known_sources(as_of: date) -> None:
    known = at(as_of)
    sources = set(known.tables["sources"]["id"])
    for name in SIEGE.tables:
        if SIEGE.has(name, "source"):
            assert set(known.tables[name]["source"]) <= sources, name


@pytest.mark.parametrize("as_of", DAYS)
def test_what_came_later_changes_nothing_known(folder: Path, as_of: date, tmp_path: Path) -> None:
    digest = at(as_of).digest
    for name, change in {"changed": changing_later(folder, as_of), "deleted": without_later}.items():
        other = read_scenario(rewritten(folder, tmp_path / name, as_of, change), as_of=as_of)
        assert other.digest != read_scenario("raqqa-2017", as_of=as_of).digest, name
        assert other.known().digest == digest, name


def test_changing_one_known_value_is_seen(folder: Path, tmp_path: Path) -> None:
    """So that the test above can fail."""

    def change(name: str, rows: Rows, later: Rows) -> Rows:
        if name == "counts":
            next(row for row in rows if row not in later)["value_high"] = "123456"
        return rows

    other = read_scenario(rewritten(folder, tmp_path, AS_OF, change))
    assert other.known().digest != at(AS_OF).digest


def test_control_as_it_was_known() -> None:
    def by_status(as_of: str, status: str) -> set[str]:
        rows = at(as_of).tables["control"].sort_values("date", kind="stable").drop_duplicates("district", keep="last")
        return set(rows.loc[rows["status"] == status, "district"])

    assert by_status("2017-05-01", "contested") == {"tabqa", "north_country"}
    assert by_status("2017-05-01", "retaken") == set()
    assert by_status("2017-06-06", "contested") == {"mishlab"}
    assert by_status("2017-06-06", "retaken") == COUNTRYSIDE - {"south_bank"}
    assert by_status("2017-06-28", "retaken") >= {"mishlab", "sabahiya", "romaniya", "sinaa"}
    assert "sinaa" in by_status("2017-07-01", "contested")
    assert {"badu", "sakhani", "andalus"} <= by_status("2017-10-15", "contested")
    assert len(by_status("2017-10-20", "retaken")) == 39


def test_sites_that_opened_later_are_not_known() -> None:
    early, june, august = (set(at(day).tables["places"]["id"]) for day in ("2017-05-01", "2017-06-06", "2017-08-31"))
    assert {"ein_issa", "karama", "mabrouka", "jib_shaair_point"} <= early
    assert early.isdisjoint({"twahina", "areesha", "tabqa_host", "ein_issa_ext"})
    assert {"twahina", "tabqa_host"} <= june
    assert "areesha" not in june
    assert "areesha" in august
    assert "ein_issa_ext" not in august


# --- figures as published ------------------------------------------------------------------------------------------

FIGURES = [
    # series, end, value, published; the base of the main count moved backwards and each state of it stays
    ("governorate_since_1apr_cccm", "2017-04-30", 66_275, "2017-05-06"),
    ("governorate_since_1apr_cccm", "2017-05-15", 107_000, "2017-05-17"),
    ("governorate_since_1apr_cccm", "2017-05-23", 160_100, "2017-05-31"),
    ("governorate_since_1apr_cccm", "2017-05-31", 169_982, "2017-06-05"),
    ("governorate_since_1apr_cccm", "2017-06-05", 171_124, "2017-06-10"),
    ("governorate_since_1apr_cccm", "2017-06-22", 184_705, "2017-06-28"),
    ("governorate_since_1apr_cccm", "2017-06-23", 190_081, "2017-07-05"),
    ("governorate_since_1apr_cccm", "2017-07-24", 224_250, "2017-08-24"),
    ("governorate_since_1apr_cccm", "2017-09-27", 268_800, "2017-09-30"),
    ("governorate_since_1apr_reach", "2017-07-24", 224_248, "2017-08-15"),
    ("governorate_since_1jun_cccm", "2017-07-24", 45_500, "2017-07-31"),
    ("governorate_since_1jun_cccm", "2017-07-24", 45_486, "2017-08-24"),
    ("city_remaining_ocha", "2017-06-26", 75_000, "2017-06-28"),
    ("ein_issa_population_msf", "2017-06-01", 10_000, "2017-06-01"),
    ("jib_shaair_population_ocha", "2017-04-23", 39_000, "2017-04-25"),
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure[0]}-{figure[1]}-{figure[2]}")
def test_a_figure_is_seen_from_the_day_on_which_it_was_published(figure: tuple) -> None:
    series, end, value, published = figure
    day = date.fromisoformat(published)
    assert value in counted(at(max(day, EARLIEST)), series, end)
    if day > EARLIEST:
        assert value not in counted(at(day - timedelta(days=1)), series, end)


def counted(scenario: Scenario, series: str, end: str) -> set[float]:
    counts = scenario.tables["counts"]
    return set(counts.loc[(counts["series"] == series) & (counts["end"] == pd.Timestamp(end)), "value"])


def test_a_series_has_one_definition(scenario: Scenario) -> None:
    counts = scenario.tables["counts"]
    assert (counts.groupby("series")[["measures", "place", "unit"]].nunique() == 1).all(axis=None)
    restarted = counts[counts["series"].str.contains("_since_")]
    assert (restarted.groupby("series")["start"].nunique() <= 1).all()
    for series, day in {"1apr": "2017-04-01", "1may": "2017-05-01", "1jun": "2017-06-01"}.items():
        rows = counts[counts["series"] == f"governorate_since_{series}_cccm"]
        assert (rows["start"] == pd.Timestamp(day)).all()
        assert (rows["measures"] == "left_cumulative").all()


def test_what_mixes_in_deir_ez_zor_is_not_compared(scenario: Scenario) -> None:
    counts = scenario.tables["counts"]
    mixed = counts["series"].str.contains("deir_ez_zor|12_months") | counts["note"].str.contains("Deir ez-Zor")
    assert mixed.sum() > 10
    assert (counts.loc[mixed, "measures"] == "other").all()


# --- it runs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", [EARLIEST, AS_OF, date(2017, 10, 12)])
def test_a_forecast_conserves_people(as_of: date) -> None:
    model = build_model(read_scenario("raqqa-2017", as_of=as_of))
    state = fresh(model, 3)
    params, members = drawn(model, 3)
    day = model.clock.steps_per_day
    run(model.world, params, 1, members, state, first=0, last=day)
    begun = households(state)
    assert begun.sum() > 100_000
    run(model.world, params, 1, members, state, first=day, last=model.clock.steps)
    assert np.array_equal(households(state), begun)
    assert np.array_equal(absent(state), harmed(state))


def test_a_forecast_is_no_absurd_one() -> None:
    """From one person in fifty to all of them leave, and the middle is neither end: a prior, not a fit."""
    ahead = forecast(build_model(read_scenario("raqqa-2017")), members=40, seed=1)
    left = ahead["departures"].sel(place=ahead["district"].values).sum(("place", "time")) / 427_400
    low, middle, high = (float(v) for v in left.quantile([0.05, 0.5, 0.95]))
    assert 0.02 < low < middle < high < 1.0
    assert 0.1 < middle < 0.8


def test_the_readme_counts_its_rows(folder: Path, scenario: Scenario) -> None:
    known, text = scenario.known(), (folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z_]+) \| (\d+) \| (\d+) \|", text, re.MULTILINE)
    assert len(rows) == 14
    for name, total, early in rows:
        assert (len(scenario.tables[name]), len(known.tables[name])) == (int(total), int(early)), name
