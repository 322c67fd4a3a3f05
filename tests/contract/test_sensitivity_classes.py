"""Every product carries its class, every column has one, and nobody is sent more than they may see."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from helpers.commands import saferground
from helpers.planned import with_files
from helpers.worlds import line
from saferground.errors import UsageError
from saferground.exchange import hxl
from saferground.exchange.classes import CLASSES, SHARING, columns_for, may_see, strictest
from saferground.runs.compare import PlanOrder, run_compare
from saferground.runs.run import Order, run_forecast
from saferground.runs.share import share
from saferground.storage import read_run

PLAN = 'title = "More lines"\n[[stations]]\nplace = "desk"\nkind = "screening"\nfrom = 2030-01-07\nservers = 8\n'
DESCRIBED = {"run": "table_columns.csv", "scores": "score_table_columns.csv", "plans": "plan_table_columns.csv"}


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run and a comparison of plans of a scenario of the class restricted."""
    folder = tmp_path_factory.mktemp("classes")
    scenario = with_files(folder / "scenario", {"lines.toml": PLAN}, line(sensitivity="restricted"))
    run_forecast(Order(scenario, members=5, out=folder / "run"))
    run_compare(PlanOrder(scenario, members=5, learn=False, marginal=False, out=folder / "plans"))
    return folder


def data(name: str) -> pd.DataFrame:
    with (files("saferground.exchange") / name).open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def rows_of(frame: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    return frame.itertuples(index=False, name=None)


# --- the register ----------------------------------------------------------------------------------------------------


def test_every_column_of_every_table_has_a_class() -> None:
    """Whoever adds a column says in ``classes.csv`` who may see it."""
    keys = ["table", "models", "column"]
    described = {
        (product, *key) for product, name in DESCRIBED.items() for key in data(name)[keys].itertuples(index=False)
    }
    register = data("classes.csv")
    assert set(rows_of(register[["product", *keys]])) == described
    assert len(register) == len(described)
    assert set(register["class"]) <= set(CLASSES)


@pytest.mark.parametrize(
    ("table", "least"),
    [
        ("ways_out", "restricted"),
        ("waiting", "restricted"),
        ("arrivals", "restricted"),
        ("leaving", "restricted"),
        ("patients", "restricted"),
        ("places", "restricted"),
        ("remaining", "strictly_restricted"),
        ("inside", "strictly_restricted"),
        ("besieged", "strictly_restricted"),
        ("stays", "strictly_restricted"),
    ],
)
def test_ways_lines_hospitals_and_held_districts_are_not_for_all(table: str, least: str) -> None:
    rows = data("classes.csv")
    rows = rows[rows["product"].eq("run") & rows["table"].eq(table) & rows["models"].isin(["", "siege"])]
    assert len(rows)
    assert all(may_see(one, least) for one in rows["class"])


def test_no_figure_of_a_run_is_public() -> None:
    rows = data("classes.csv")
    public = set(rows.loc[rows["class"].eq("public") & rows["product"].eq("run"), "table"])
    assert public == {"rules", "standards", "columns"}


def test_classes_are_ordered_and_have_words() -> None:
    assert list(SHARING) == list(CLASSES)
    assert strictest(["limited", "restricted", "public"]) == "restricted"
    assert strictest(["limited", "unheard of", "strictly_restricted"]) == "unheard of"
    assert strictest([]) == ""
    assert may_see("restricted", "limited")
    assert not may_see("limited", "restricted")
    assert not may_see("strictly_restricted", "unheard of")


# --- on every product ------------------------------------------------------------------------------------------------


def test_every_product_carries_its_class(products: Path) -> None:
    run, plans = products / "run", products / "plans"
    for page in (run / "report.html", plans / "plans.html"):
        assert "<b>restricted</b>: share only with those who need it" in page.read_text(encoding="utf-8")
    for record in (run / "run.json", plans / "plans.json"):
        assert json.loads(record.read_text(encoding="utf-8"))["sensitivity"] == "restricted"
    assert '"restricted"' in (run / "page.json").read_text(encoding="utf-8")
    assert read_run(run).dataset.attrs["sensitivity"] == "restricted"
    for book in (run / "tables.xlsx", plans / "tables.xlsx"):
        assert all("RESTRICTED" in sheet.oddHeader.left.text for sheet in openpyxl.load_workbook(book))
    paths = [*run.glob("tables/*.csv"), *plans.glob("tables/*.csv")]
    assert len(paths) > 30
    for path in paths:
        header, _, *rows = csv.reader(path.open(encoding="utf-8", newline=""))
        assert header[-1] == "sensitivity"
        assert {row[-1] for row in rows} <= {"restricted"}


def test_these_are_all_the_products(products: Path) -> None:
    """A new file of a run or a comparison must be looked at by the test above."""
    names = {path.relative_to(products).parts[1] for kind in ("run", "plans") for path in (products / kind).iterdir()}
    assert names == {
        "forecast.zarr", "run.json", "page.json", "report.html", "tables", "tables.xlsx", "plans.html", "plans.json",
    }  # fmt: skip


# --- for an audience -------------------------------------------------------------------------------------------------


def test_an_audience_is_sent_what_it_may_see(products: Path, tmp_path: Path) -> None:
    sent = {audience: share(products / "run", tmp_path / audience, audience) for audience in CLASSES[1:]}
    assert {"camps", "camps_full", "standards"} <= set(sent["limited"].tables)
    assert not {"ways_out", "waiting", "remaining", "headlines", "places"} & set(sent["limited"].tables)
    assert {"ways_out", "waiting"} <= set(sent["restricted"].tables)
    assert not {"remaining", "inside", "besieged", "stays"} & set(sent["restricted"].tables)
    assert sent["strictly_restricted"].left_out == ()
    assert ("ways_out", "") in sent["limited"].left_out
    for audience, made in sent.items():
        assert {path.stem for path in (tmp_path / audience).iterdir()} == {*made.tables, "left_out"}
    header, tags, *rows = csv.reader((tmp_path / "limited" / "camps.csv").open(encoding="utf-8", newline=""))
    assert header[-1] == "sensitivity"
    assert tags[-1] == "#meta+sensitivity"
    assert "q50" in header
    assert {row[-1] for row in rows} == {"limited"}


def test_all_columns_of_a_run_are_described(products: Path) -> None:
    for path in (products / "run" / "tables").glob("*.csv"):
        names = next(csv.reader(path.open(encoding="utf-8", newline="")))[:-1]
        assert columns_for("strictly_restricted", path.stem, names, "run", "siege") == names


def test_columns_above_the_audience_go() -> None:
    names = ["date", "displaced_total_q50", "camps_q50", "conflict_zones_q50", "total_count"]
    kept = ["date", "displaced_total_q50", "camps_q50", "total_count"]
    assert columns_for("limited", "whereabouts", names, "run", "journey") == kept
    assert columns_for("limited", "whereabouts", ["new_column"], "run", "journey") == []
    with pytest.raises(UsageError, match="'everyone'; expected one of public, limited"):
        columns_for("everyone", "whereabouts", names, "run", "journey")
    assert hxl.descriptions("journey")["whereabouts"]


def test_the_command(products: Path, tmp_path: Path) -> None:
    done = saferground("export", "tables", products / "run", tmp_path / "out", "--audience", "limited")
    assert done.returncode == 0, done.stderr
    assert "tables for limited" in done.stdout
    for audience, words in (("public", "saferground export public"), ("all", "expected one of limited, restricted")):
        refused = saferground("export", "tables", products / "run", tmp_path / "not", "--audience", audience)
        assert refused.returncode == 2
        assert words in refused.stderr
    assert not (tmp_path / "not").exists()
    assert saferground("export", "tables", tmp_path, tmp_path / "not", "--audience", "limited").returncode == 1


def test_a_strictly_restricted_run_is_for_named_people_only(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"sensitivity": "strictly_restricted"}', encoding="utf-8")
    with pytest.raises(UsageError, match="strictly_restricted: share only with named people"):
        share(tmp_path, tmp_path / "out", "restricted")
