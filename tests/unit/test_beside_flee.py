"""The helpers of the benchmarks beside Flee: folders that differ in what they should, and scores of known numbers."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from beside_flee import crises as places_of_crises
from beside_flee.crises import INVENTED, VARIABLE, crises, main_crisis
from beside_flee.naive import carried_forward, corrected, forecasts, held_shares, records_of
from beside_flee.pages import number, table
from beside_flee.scores import coarser
from beside_flee.scoring import LATER, Spread, agreement, at_camps, dataset, score
from beside_flee.variants import copied, hasten_of, most_counted, placed, with_settings
from helpers.flee_folders import Network, write
from helpers.flee_networks import NETWORKS
from saferground import build_model, read_scenario
from saferground.exchange.flee import import_flee
from saferground.model import Journey


def folder_of(network: Network, tmp_path: Path) -> Path:
    return write(network, tmp_path / network.name)


def model_of(folder: Path, tmp_path: Path) -> Journey:
    import_flee(folder, tmp_path / "imported", version="3.1")
    model = build_model(read_scenario(tmp_path / "imported"))
    assert isinstance(model, Journey)
    return model


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 10_000, 10_000_000])
def test_exactly_so_many_people_are_displaced_on_the_first_day(tmp_path: Path, people: int) -> None:
    model = model_of(placed(folder_of(INVENTED, tmp_path), tmp_path / "placed", people), tmp_path)
    assert model.counted.new[0] == people
    assert model.counted.new.sum() == people
    assert model.world.spawning.present.sum() == 0


def test_capacities_grow_with_the_people(tmp_path: Path) -> None:
    source = folder_of(INVENTED, tmp_path)
    model = model_of(placed(source, tmp_path / "placed", 10 * most_counted(source)), tmp_path)
    before = {place.name: place.people for place in INVENTED.places if place.kind == "camp"}
    after = dict(zip(model.places["name"], model.places["capacity"], strict=True))
    assert {name: after[name] for name in ("Nor", "Oster")} == {"Nor": 120_000, "Oster": 80_000}
    assert before["Port"] == 0
    assert math.isnan(after["Port"])


def test_a_copy_differs_in_settings_and_demographic_files_alone(tmp_path: Path) -> None:
    source = folder_of(NETWORKS["children_avoid_hazards"], tmp_path)
    copy = copied(source, tmp_path / "copy", {"optimisations": {"hasten": 5}}, demographics=False)
    files = {path.relative_to(source) for path in source.rglob("*.*")}
    left = {path.relative_to(copy) for path in copy.rglob("*.*")}
    assert {path.name for path in files - left} == {"demographics_age.csv", "demographics_gender.csv"}
    changed = {path.name for path in left if (source / path).read_bytes() != (copy / path).read_bytes()}
    assert changed == {"simsetting.yml"}
    assert (hasten_of(source), hasten_of(copy)) == (1, 5)


def test_settings_are_replaced_in_their_section_or_added() -> None:
    text = "log_levels: # quiet\n  agent: 1\nmove_rules:\n  agent: 7\n  hasten: 3\n"
    changed = with_settings(text, {"log_levels": {"agent": 0}, "optimisations": {"hasten": 5}})
    assert changed == "log_levels:\n  agent: 0\nmove_rules:\n  agent: 7\n  hasten: 3\noptimisations:\n  hasten: 5\n"


def test_the_invented_crisis_is_used_where_there_is_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(places_of_crises, "BESIDE", tmp_path / "none")
    assert [folder.name for folder in crises(None, tmp_path)] == ["invented"]


def test_folders_are_found_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("burundi2015", "mali2012"):
        write(INVENTED, tmp_path / "all" / name)
    (tmp_path / "all" / "notes").mkdir()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "all"))
    found = crises(None, tmp_path)
    assert [folder.name for folder in found] == ["burundi2015", "mali2012"]
    assert main_crisis(found).name == "mali2012"
    assert crises(str(found[0]), tmp_path) == found[:1]
    with pytest.raises(SystemExit, match="no Flee folder"):
        crises(str(tmp_path / "all" / "notes"), tmp_path)


def test_flee_gets_no_more_agents_than_wanted(tmp_path: Path) -> None:
    source = folder_of(INVENTED, tmp_path)
    people = most_counted(source)
    assert coarser(source, 1, people) == 1
    assert coarser(source, 1, people - 1) == 2
    assert coarser(source, 10, people) == 10


# --- naive forecasts -------------------------------------------------------------------------------------------------

COUNTS = np.array([[10.0, 30.0], [20.0, 20.0], [60.0, 40.0]])


def test_held_shares_have_the_true_total() -> None:
    assert held_shares(COUNTS, 0).tolist() == [[10, 30], [10, 30], [25, 75]]
    later = held_shares(COUNTS, 1)
    assert np.isnan(later[0]).all()
    assert later[1:].tolist() == [[20, 20], [50, 50]]


def test_nobody_counted_is_shared_equally() -> None:
    assert held_shares(COUNTS * [[0.0], [1.0], [1.0]], 0).tolist() == [[0, 0], [20, 20], [50, 50]]


def test_carried_counts_are_those_known_by_then() -> None:
    records = [pd.Series([5.0, 8.0], [-3, 2]), pd.Series([7.0], [1])]
    found = carried_forward(records, 6, lag=2)
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == [[5, 0], [5, 7], [8, 7], [8, 7]]


def test_corrections_scale_what_came_before() -> None:
    series = pd.Series([50.0, 100.0, 60.0, 70.0], [0, 4, 9, 12])
    assert corrected(series, 9).tolist() == [30, 60, 60, 70]
    assert corrected(series, 0).tolist() == series.tolist()
    assert corrected(series, 5).tolist() == series.tolist()


def test_records_are_those_of_the_camp_with_its_correction(tmp_path: Path) -> None:
    source = folder_of(NETWORKS["registration_correction"], tmp_path)
    import_flee(source, tmp_path / "imported", version="3.1")
    fenby, garsh = records_of(read_scenario(tmp_path / "imported"), ["Fenby", "Garsh"])
    assert fenby.to_dict() == pytest.approx({0: 12 * 17 / 26, 3: 17, 6: 17})
    assert garsh.to_dict() == pytest.approx({-4: 9 * 11 / 25, 5: 11, 7: 11})


def test_every_naive_forecast_is_scored() -> None:
    counts = np.tile([[30.0, 10.0]], (60, 1))
    found = forecasts(counts, [pd.Series([30.0], [0]), pd.Series([10.0], [0])], ["a", "b"])
    for name, data in found.items():
        assert score(data).ard_later.mean == 0, name
    assert score(found["shares of day 0 held"]).ard.mean == 0
    assert math.isnan(score(found["shares of day 30 held"]).ard.mean)


# --- scores ----------------------------------------------------------------------------------------------------------


def test_scores_of_hand_made_numbers() -> None:
    counts = np.full((LATER + 10, 2), 50.0)
    people = np.stack([np.tile(camps, (LATER + 10, 1)) for camps in ([50.0, 50.0], [30.0, 10.0])])
    people[:, :LATER] = 0.0  # nobody there at first: a difference of 1, which scaling cannot mend
    found = score(dataset(people, counts, ["a", "b"]))
    assert found.ard_later == Spread(pytest.approx(0.3), pytest.approx(0.6 / math.sqrt(2)), 2)
    assert found.rescaled_later.mean == pytest.approx(0.25)
    assert found.ard.mean == pytest.approx((LATER + 10 * 0.3) / (LATER + 10))
    assert found.rescaled.mean == pytest.approx((LATER + 10 * 0.25) / (LATER + 10))


def test_our_camps_are_taken_by_their_names_in_flees_order() -> None:
    ours = dataset(np.arange(6.0).reshape(1, 2, 3), np.arange(6.0).reshape(2, 3), ["x1", "x2", "x3"])
    ours = ours.assign_coords(place_name=("place", ["Aba", "Bo", "Cul"]))
    found = at_camps(ours, ["Cul", "Aba"])
    assert found["people"].values.tolist() == [[[2, 0], [5, 3]]]
    assert found["count"].values.tolist() == [[2, 0], [5, 3]]
    with pytest.raises(KeyError, match="Dov"):
        at_camps(ours, ["Dov"])


def test_agreement_weighs_the_difference_with_both_errors() -> None:
    found = agreement(Spread(0.46, 0.03, 9), Spread(0.40, 0.04, 4))
    assert found.difference == pytest.approx(0.06)
    assert found.error == pytest.approx(math.hypot(0.01, 0.02))
    assert found.z == pytest.approx(0.06 / math.hypot(0.01, 0.02))
    assert 0.01 < found.p < 0.15


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.01234, "0.0123"), (12.345, "12.3"), (12345.6, "12,346"), (3.2e6, "3.2 million"), (math.nan, "–")],
)
def test_numbers_are_short(value: float, said: str) -> None:
    assert number(value) == said


def test_short_rows_are_filled() -> None:
    assert table(("a", "b"), [["1"], ["2", "3"]]) == "| a | b |\n| --- | --- |\n| 1 |  |\n| 2 | 3 |\n"


def test_the_stated_versions_of_flee_are_pinned() -> None:
    text = Path(places_of_crises.__file__).with_name("constraints.txt").read_text(encoding="utf-8")
    pinned = dict(line.split("==") for line in text.splitlines() if line and not line.startswith("#"))
    assert pinned["flee"] == "3.1"


def test_the_invented_crisis_is_one_that_the_importer_takes(tmp_path: Path) -> None:
    source = folder_of(INVENTED, tmp_path)
    with (source / "source_data" / "refugees.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    model = model_of(source, tmp_path)
    assert model.counted.total[100] == int(rows[10][1])
    assert xr.DataArray(model.counted.new).sum() == model.counted.total[-1]
