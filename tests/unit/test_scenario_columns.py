"""The description of tables, columns, rules and parameters is complete and consistent in itself, for every model."""

from __future__ import annotations

import subprocess
import sys

import pytest

from saferground.scenario.cells import expected, read_cell
from saferground.scenario.columns import (
    EVERY_COLUMN,
    MODELS,
    PARAMETERS,
    SECTIONS,
    Column,
    models_with,
    other_model,
    schema,
)
from saferground.scenario.priors import PRIOR_RULES, default_prior

EVERY = [pytest.param(one, id=f"{'-'.join(one.models)} {one.table}.{one.name}") for one in EVERY_COLUMN]
KINDS = ("id", "text", "choice", "choices", "number", "integer", "boolean", "numbers", "date", "ref", "refs")
every_model = pytest.mark.parametrize("model", MODELS)


@pytest.mark.parametrize("one", EVERY)
def test_column_is_well_described(one: Column) -> None:
    assert one.kind in KINDS
    assert set(one.models) <= set(MODELS)
    assert one.meaning
    assert bool(one.target) == (one.kind in ("ref", "refs"))
    assert not one.target or all(one.target in schema(model).tables for model in one.models)
    assert bool(one.choices) == (one.kind in ("choice", "choices"))
    assert one.low is None or one.high is None or one.low <= one.high
    assert not (one.required and one.default)
    assert expected(one)


@pytest.mark.parametrize("one", [each for each in EVERY if each.values[0].default])
def test_default_can_be_read(one: Column) -> None:
    assert read_cell("", one)[1] is None


def test_every_whole_number_and_boolean_has_a_value() -> None:
    assert all(one.required or one.default for one in EVERY_COLUMN if one.kind in ("integer", "boolean"))


@every_model
def test_a_table_has_each_column_once(model: str) -> None:
    for table in schema(model).columns:
        names = schema(model).names(table)
        assert len(set(names)) == len(names)


@every_model
def test_every_table_says_where_its_rows_come_from(model: str) -> None:
    for table in set(schema(model).tables) - {"sources"}:
        assert schema(model).column(table, "source").required


@every_model
def test_tables_and_sections(model: str) -> None:
    one = schema(model)
    assert set(one.required_tables) <= set(one.tables)
    assert set(SECTIONS).isdisjoint(one.tables)
    assert set(one.columns) == {*one.tables, *one.sections}
    assert one.column("scenario", "model").choices == MODELS


@pytest.mark.parametrize("name", PARAMETERS)
def test_default_prior_follows_the_rules_for_priors(name: str) -> None:
    parameter = PARAMETERS[name]
    prior = default_prior(parameter)
    values = {"prior": prior.form, "value": prior.value, "low": prior.low, "high": prior.high, "unit": prior.unit}
    assert [rule(values, parameter) for _, rule in PRIOR_RULES if rule(values, parameter)] == []
    assert prior.is_default
    assert prior.source


def test_a_parameter_belongs_to_one_model() -> None:
    assert {name: one.models for name, one in PARAMETERS.items() if len(one.models) != 1} == {}
    assert [name for model in MODELS for name in schema(model).parameters] == list(PARAMETERS)


def test_what_another_model_has() -> None:
    assert models_with("places") == MODELS
    assert models_with("places", "population_best") == ("siege",)
    assert models_with("parameters", "softening") == ("journey",)
    assert models_with("parameters", "prior") == MODELS
    assert models_with("places", "colour") == ()
    assert "journey" in other_model("rules")
    assert other_model("colours") == ""


def test_unknown_column_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"places\.colour"):
        schema("siege").column("places", "colour")
    assert not schema("siege").has("places", "colour")
    assert not schema("siege").has("conflicts", "place")


def test_unknown_model_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="trek"):
        schema("trek")


def test_import_is_light() -> None:
    heavy = ("numba", "xarray", "plotly", "scipy")
    code = f"import sys, saferground.scenario; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
