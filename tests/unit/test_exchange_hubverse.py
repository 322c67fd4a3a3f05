"""A score folder as a hub: files, names and values, and the published schemas."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from helpers.counted import counted, on
from helpers.shared import HUBVERSE
from saferground.errors import RunError, UsageError
from saferground.exchange.hubverse import TASKS, UNIT, export_hubverse, model_name
from saferground.exchange.scores import score_tables
from saferground.exchange.writers import write_csv
from saferground.forecasting import score
from saferground.forecasting.baselines import BASELINES
from saferground.scenario import Scenario

CAMP = {0: 0, 10: 120, 20: 300, 30: 380, 40: 700, 50: 710, 60: 900}
OWN = {"id": "guess", "author": "Planning cell, north", "made": on(25), "day": on(40), "series": "Camp", "best": 690}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    counts = {("Camp", "haven"): CAMP, ("Total", ""): {day: 2 * people + 9 for day, people in CAMP.items()}}
    rows = [{**OWN, "place": "haven", "low": 500, "high": 900}]
    made = counted(tmp_path_factory.mktemp("country"), counts, days=56, late={30: 4}, own_forecasts=rows)
    table = made.tables["counts"]
    again = table[table["end"].eq(pd.Timestamp(on(20)))].assign(value=330.0, published=pd.Timestamp(on(33)))
    made.tables["counts"] = pd.concat([table, again], ignore_index=True)
    return made


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = score(scenario, leads=(1, 14, 28, "end"), members=50, forecasters=BASELINES)
    out = tmp_path_factory.mktemp("scores")
    write_csv(score_tables(found, [scenario]), out / "tables")
    return out


@pytest.fixture(scope="module")
def hub(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_hubverse(folder, tmp_path_factory.mktemp("hubs") / "hub", team="us")


@pytest.mark.skipif(not HUBVERSE.is_dir(), reason=f"no schemas at {HUBVERSE}; set SAFERGROUND_SHARED")
@pytest.mark.parametrize("file", ["admin", "tasks", "target-data"])
def test_settings_keep_to_the_published_schemas(hub: Path, file: str) -> None:
    schema = json.loads((HUBVERSE / f"{file}-schema.json").read_text(encoding="utf-8"))
    content = json.loads((hub / "hub-config" / f"{file}.json").read_text(encoding="utf-8"))
    assert content["schema_version"] == schema["$id"]
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(content)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**content, "more": 1}, schema)


def test_the_hub_carries_the_class_of_the_scores(hub: Path) -> None:
    tasks = json.loads((hub / "hub-config" / "tasks.json").read_text(encoding="utf-8"))
    assert tasks["rounds"][0]["additional_metadata"]["sensitivity"] == "limited"


def test_each_model_has_one_file_an_origin(hub: Path) -> None:
    models = {path.name for path in (hub / "model-output").iterdir()}
    assert models == {"us-last_value", "us-recent_mean_rate", "us-damped_trend", "us-frozen_shares",
                      "us-own_Planning_cell_north"}  # fmt: skip
    names = sorted(path.name for path in (hub / "model-output" / "us-last_value").iterdir())
    assert names == [f"{on(day)}-us-last_value.csv" for day in (14, 25, 28, 42)]


def test_values_are_the_quantiles_of_the_score_folder(hub: Path, folder: Path) -> None:
    rows = pd.read_csv(hub / "model-output" / "us-last_value" / f"{on(28)}-us-last_value.csv")
    assert list(rows.columns) == [*TASKS, "output_type", "output_type_id", "value"]
    assert set(rows["output_type"]) == {"quantile"}
    forecasts = pd.read_csv(folder / "tables" / "forecasts.csv", skiprows=[1])
    ours = forecasts.query(
        "forecaster == 'last_value' and series == 'Total' and lead == '14' and origin == '2030-01-29'"
    )
    theirs = rows.query("series == 'Total' and horizon == 14").set_index("output_type_id")["value"]
    assert len(theirs) == 23
    assert (theirs[0.025], theirs[0.5]) == (ours["q025"].item(), ours["q500"].item())


def test_a_day_that_two_leads_share_is_written_once(hub: Path) -> None:
    """28 days after the origin on day 28 is the end."""
    rows = pd.read_csv(hub / "model-output" / "us-last_value" / f"{on(28)}-us-last_value.csv")
    assert len(rows.query("horizon == 28 and series == 'Total'")) == 23
    assert not rows.duplicated([*TASKS, "output_type_id"]).any()


def test_tasks_name_every_value_that_is_used(hub: Path) -> None:
    groups = json.loads((hub / "hub-config" / "tasks.json").read_text(encoding="utf-8"))["rounds"][0]["model_tasks"]
    for path in (hub / "model-output").rglob("*.csv"):
        for row in pd.read_csv(path).to_dict("records"):
            assert any(all(row[name] in group["task_ids"][name]["optional"] for name in TASKS) for group in groups)


def test_every_publication_of_a_count_has_its_day(hub: Path) -> None:
    rows = pd.read_csv(hub / "target-data" / "time-series.csv")
    assert list(rows.columns) == [*UNIT, "observation", "as_of"]
    again = rows[rows["series"].eq("Camp@haven") & rows["target_end_date"].eq(str(on(20)))]
    assert again[["observation", "as_of"]].to_numpy().tolist() == [[300, str(on(20))], [330, str(on(33))]]
    late = rows[rows["series"].eq("Camp@haven") & rows["target_end_date"].eq(str(on(30)))]
    assert late["as_of"].tolist() == [str(on(34))]
    assert set(rows["location"]) == {"haven", "all"}


def test_the_truth_of_a_target_is_there_once(hub: Path) -> None:
    rows = pd.read_csv(hub / "target-data" / "oracle-output.csv")
    assert not rows.duplicated(list(UNIT)).any()
    assert rows.query("series == 'Camp@haven' and target_end_date == '2030-02-10'")["oracle_value"].item() == 700


def test_a_hub_is_replaced_and_nothing_else(hub: Path, folder: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in hub.rglob("*.csv")}
    export_hubverse(folder, hub, team="us")
    assert {path: path.read_bytes() for path in hub.rglob("*.csv")} == before
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="is not a hub"):
        export_hubverse(folder, tmp_path)
    with pytest.raises(RunError, match="is not a score folder"):
        export_hubverse(tmp_path, tmp_path / "hub")
    with pytest.raises(UsageError, match="letters, digits"):
        export_hubverse(folder, tmp_path / "hub", team="a-b")


def test_names_of_models_are_those_that_hubs_allow() -> None:
    assert [model_name(name) for name in ("saferground", "last_value", "own: Ärzte & Co.")] == [
        "model", "last_value", "own_rzte_Co"]  # fmt: skip
