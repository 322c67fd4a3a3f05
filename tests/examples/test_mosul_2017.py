"""The shipped scenario reads clean, says where each row comes from, and shows a forecast nothing of what came later."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from helpers.leaks import SIEGE, Rows, changing_later, rewritten, without_later
from saferground.runs.check import check_folder
from saferground.scenario import Scenario, check_scenario, read_scenario
from saferground.scenario.plans import plan_paths

AS_OF = date(2017, 2, 28)
LATER_SHOWN = ("counts", "control", "camps", "closures", "planning_figures", "stations", "buses", "routes", "places")
"""Tables that hold rows published after the as-of date, so that hiding them can be seen."""


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(str(files("saferground"))) / "scenarios" / "mosul-2017"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read_scenario("mosul-2017")


@pytest.fixture(scope="module")
def known(scenario: Scenario) -> Scenario:
    return scenario.known()


def of_kind(scenario: Scenario, *kinds: str) -> pd.DataFrame:
    places = scenario.tables["places"]
    return places[places["kind"].isin(kinds)]


# --- it reads, and says where it comes from ------------------------------------------------------------------------


def test_it_reads_without_problems_or_notes() -> None:
    scenario, problems = check_scenario("mosul-2017")
    assert problems == []
    assert scenario is not None
    assert scenario.settings.start == date(2017, 2, 19)
    assert scenario.settings.as_of == AS_OF
    assert (scenario.settings.days, scenario.settings.step_hours) == (30, 6)
    assert scenario.settings.sensitivity == "restricted"


@pytest.mark.parametrize("as_of", ["2017-03-01", "2017-03-15", "2017-04-18", "2017-06-12", "2017-07-10"])
def test_it_reads_clean_at_later_dates_too(as_of: str) -> None:
    assert check_scenario("mosul-2017", as_of=as_of)[1] == []


def test_its_plans_are_sound_and_name_their_sources(folder: Path, scenario: Scenario) -> None:
    found = check_folder("mosul-2017", plans=True)
    assert found.problems == found.notes == ()
    assert found.summary[-1].startswith("3 plans: ")
    for path in plan_paths(folder):
        text = path.read_text(encoding="utf-8")
        named = set(
            re.findall(r"[a-z]+(?:_[a-z0-9]+)+", " ".join(re.findall(r"^# .*?\[([^\[\]]+)\]", text, re.MULTILINE)))
        )
        assert named
        assert named <= set(scenario.tables["sources"]["id"])


def test_only_the_plan_of_hindsight_knows_what_came_later(folder: Path, scenario: Scenario) -> None:
    published = scenario.tables["sources"].set_index("id")["published"]
    later = set(published.index[published.gt(pd.Timestamp(AS_OF))])
    using = {path.stem for path in plan_paths(folder) if any(one in path.read_text("utf-8") for one in later)}
    assert using == {"as_opened"}


def test_files_are_plain_utf8(folder: Path) -> None:
    paths = [*folder.glob("*.csv"), *plan_paths(folder), folder / "scenario.toml", folder / "README.md"]
    assert len(paths) == 19
    for path in paths:
        content = path.read_bytes()
        content.decode("utf-8")
        assert not content.startswith(b"\xef\xbb\xbf"), path.name
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name


def test_every_row_has_a_source_and_a_confidence(scenario: Scenario) -> None:
    for name in SIEGE.tables:
        frame = scenario.tables[name]
        if SIEGE.has(name, "source"):
            assert frame["source"].isin(scenario.tables["sources"]["id"]).all(), name
        if SIEGE.has(name, "confidence"):
            assert frame["confidence"].isin(["high", "medium", "low", "assumption"]).all(), name


def test_assumptions_are_called_so(scenario: Scenario) -> None:
    sources = scenario.tables["sources"]
    own = sources[sources["publisher"] == "Saferground analyst"]
    assert own["title"].str.contains("Assumption|Recollection|Computed").all()
    assert own["published"].isna().all()
    for name in SIEGE.tables:
        if SIEGE.has(name, "confidence"):
            rows = scenario.tables[name]
            by_analyst = rows["source"].str.startswith("analyst_") & (rows["source"] != "analyst_derived")
            assert (rows.loc[by_analyst, "confidence"] == "assumption").all(), name


def test_sources_lead_to_documents(scenario: Scenario) -> None:
    for url in filter(None, scenario.tables["sources"]["url"]):
        assert re.match(r"https?://[a-z0-9.-]+\.[a-z]{2,}/", url), url


# --- people and places ---------------------------------------------------------------------------------------------


def test_fifty_districts_hold_the_analysts_total(scenario: Scenario) -> None:
    districts = of_kind(scenario, "district")
    assert len(districts) == 50
    assert districts["population_best"].sum() == pytest.approx(775_000, abs=500)
    assert (districts["confidence"] == "assumption").all()


def test_names_stand_in_arabic(scenario: Scenario) -> None:
    receiving = of_kind(scenario, "district", "muster_point", "screening_site", "camp", "host_community")
    assert receiving["name_local"].str.contains("[\u0621-\u064a]").all()


def test_districts_hang_together(scenario: Scenario) -> None:
    neighbours: dict[str, set[str]] = {name: set() for name in of_kind(scenario, "district")["id"]}
    for row in scenario.tables["borders"].itertuples():
        neighbours[row.district].add(row.neighbour)
        neighbours[row.neighbour].add(row.district)
    reached, front = {"airport_ghazlani"}, {"airport_ghazlani"}
    while front:
        front = {b for a in front for b in neighbours[a]} - reached
        reached |= front
    assert reached == set(neighbours)
    assert max(len(touching) for touching in neighbours.values()) <= 8


def test_households_have_the_size_that_the_tracking_uses(scenario: Scenario) -> None:
    classes = scenario.tables["households"]
    households = classes["share"] / classes["persons"]
    assert 1 / households.sum() == pytest.approx(6.0, abs=0.1)
    assert (households * classes["infants"]).sum() == pytest.approx(0.065, abs=0.01)
    assert 1 in set(classes["persons"])


def test_earlier_displaced_people_are_placed(scenario: Scenario) -> None:
    first = scenario.tables["camps"].sort_values("date").drop_duplicates("place").set_index("place")["occupied"]
    camps = of_kind(scenario, "camp")["id"]
    assert first.reindex(camps).sum() == pytest.approx(0.85 * 160_000, abs=100)
    assert first.sum() == pytest.approx(160_000, abs=100)


def test_the_supply_way_was_cut_before_the_start(known: Scenario) -> None:
    routes, closures = known.tables["routes"], known.tables["closures"]
    ways = routes.loc[routes["mode"] == "supply", "id"]
    (closure,) = closures[closures["route"].isin(ways)].itertuples()
    assert len(ways) == 1
    assert str(closure.closed.date()) == "2016-11-23"
    assert pd.isna(closure.reopened)


# --- what a forecast as of 28 February may see ---------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in SIEGE.tables if SIEGE.has(name, "published")])
def test_nothing_published_later_is_known(scenario: Scenario, known: Scenario, name: str) -> None:
    assert not (known.tables[name]["published"] > pd.Timestamp(AS_OF)).any()
    if name in LATER_SHOWN:
        assert (scenario.tables[name]["published"] > pd.Timestamp(AS_OF)).any()
        assert len(known.tables[name]) > 0


def test_known_rows_cite_only_known_sources(known: Scenario) -> None:
    sources = set(known.tables["sources"]["id"])
    for name in SIEGE.tables:
        if SIEGE.has(name, "source"):
            assert set(known.tables[name]["source"]) <= sources, name
    assert {prior.source for prior in known.parameters.values() if not prior.is_default} <= sources


def test_known_events_lie_before_the_as_of_date(known: Scenario) -> None:
    assert known.tables["control"]["date"].max() <= pd.Timestamp(AS_OF)
    assert known.tables["counts"]["end"].max() <= pd.Timestamp(AS_OF)


def test_changing_every_later_value_changes_nothing_known(folder: Path, scenario: Scenario, tmp_path: Path) -> None:
    other = read_scenario(rewritten(folder, tmp_path, AS_OF, changing_later(folder, AS_OF)))
    assert other.digest != scenario.digest
    assert other.known().digest == scenario.known().digest


def test_deleting_every_later_row_changes_nothing_known(folder: Path, scenario: Scenario, tmp_path: Path) -> None:
    other = read_scenario(rewritten(folder, tmp_path, AS_OF, without_later))
    assert len(other.tables["counts"]) < len(scenario.tables["counts"])
    assert other.known().digest == scenario.known().digest


def test_changing_one_known_value_is_seen(folder: Path, scenario: Scenario, tmp_path: Path) -> None:
    """So that the two tests above can fail."""

    def change(name: str, rows: Rows, later: Rows) -> Rows:
        if name == "camps":
            next(row for row in rows if row not in later)["capacity"] = "123456"
        return rows

    other = read_scenario(rewritten(folder, tmp_path, AS_OF, change))
    assert other.known().digest != scenario.known().digest


# --- figures as published ------------------------------------------------------------------------------------------

FIGURES = [
    # series, place, end, value, low, high, unit, published
    ("west_mosul_cumulative_gov", "", "2017-02-28", 10_000, 10_000, 11_000, "individuals", "2017-02-28"),
    ("west_mosul_cumulative_ocha", "", "2017-02-26", 8_000, 7_500, 8_500, "individuals", "2017-02-28"),
    ("two_checkpoints_waiting_gov", "", "2017-02-27", 6_000, 6_000, 7_000, "individuals", "2017-02-28"),
    ("dtm_et_current_displaced", "", "2017-02-26", 163_896, 163_896, 163_896, "individuals", "2017-02-26"),
    ("airstrip_population_iom", "qayyarah_airstrip", "2017-01-31", 20_300, 20_300, 20_400, "individuals", "2017-01-31"),
    ("tsp_west_civilians_ocha", "tsp_west", "2017-02-26", 75, 75, 85, "patients", "2017-02-28"),
    ("west_mosul_cumulative_iom", "", "2017-02-28", 28_400, 28_350, 28_450, "individuals", "2017-03-01"),
    ("dtm_et_current_displaced", "", "2017-02-28", 176_566, 176_566, 176_566, "individuals", "2017-03-01"),
    ("haa1_received_unhcr", "haa1", "2017-03-01", 15_600, 15_550, 15_650, "individuals", "2017-03-02"),
    ("west_mosul_cumulative_gov", "", "2017-03-05", 57_000, 57_000, 58_000, "individuals", "2017-03-05"),
    ("west_mosul_cumulative_iom", "", "2017-03-12", 69_000, 68_500, 69_500, "individuals", "2017-03-15"),
    ("west_mosul_cumulative_gov", "", "2017-03-12", 92_035, 92_035, 92_035, "individuals", "2017-03-15"),
    ("tsp_west_treated_ocha", "tsp_west", "2017-03-08", 744, 744, 744, "patients", "2017-03-15"),
    ("haa_screening_daily_ocha", "haa_screening", "2017-05-18", 16_100, 16_050, 16_150, "individuals", "2017-05-24"),
    ("mosul_woods_screening_unhcr", "mosul_woods", "2017-06-15", 8_778, 8_778, 8_778, "individuals", "2017-06-18"),
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure[0]}-{figure[2]}")
def test_a_figure_is_seen_from_the_day_on_which_it_was_published(figure: tuple) -> None:
    series, place, end, value, low, high, unit, published = figure
    day = date.fromisoformat(published)
    row = counted(read_scenario("mosul-2017", as_of=max(day, AS_OF)).known(), series, end, published)
    assert len(row) == 1
    found = row.iloc[0]
    assert (found["place"], found["value"], found["value_low"], found["value_high"]) == (place, value, low, high)
    assert found["unit"] == unit
    if day > AS_OF:
        before = read_scenario("mosul-2017", as_of=day - timedelta(days=1)).known()
        assert counted(before, series, end, published).empty


def counted(scenario: Scenario, series: str, end: str, published: str) -> pd.DataFrame:
    counts = scenario.tables["counts"]
    days = (counts["end"] == pd.Timestamp(end)) & (counts["published"] == pd.Timestamp(published))
    return counts[days & (counts["series"] == series)]


def test_planning_figures_of_the_last_ten_days(known: Scenario) -> None:
    figures = known.tables["planning_figures"].set_index("id")
    assert tuple(figures.loc["ocha_flash_feb", ["value_low", "value_high"]]) == (250_000, 400_000)
    assert figures.loc["ocha_seed", "value_best"] == 250_000
    assert tuple(figures.loc["un_at_risk", ["value_low", "value_high"]]) == (750_000, 800_000)


def test_control_as_it_was_known(known: Scenario) -> None:
    last = known.tables["control"].sort_values("date", kind="stable").drop_duplicates("district", keep="last")
    status = last.set_index("district")["status"]
    assert set(status[status == "retaken"].index) == {"airport_ghazlani", "hawi_jawsaq"}
    assert set(status[status == "contested"].index) == {"mamun", "tal_rumman", "dandan", "tayaran", "wadi_hajar"}


def test_sites_that_opened_later_are_not_known(known: Scenario) -> None:
    ids = set(known.tables["places"]["id"])
    assert {"scorpion_junction", "haa_screening", "haa1", "chamakor"} <= ids
    assert ids.isdisjoint({"mosul_woods", "ninewa_hotel", "haa2", "hasansham_u2", "salamiyah1", "salamiyah2"})
    assert "mosul_woods" in set(read_scenario("mosul-2017", as_of="2017-06-12").known().tables["places"]["id"])
