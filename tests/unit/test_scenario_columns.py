"""The description of tables, columns and parameters is complete and consistent in itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from saferground.scenario.cells import expected, read_cell
from saferground.scenario.columns import COLUMNS, PARAMETERS, REQUIRED_TABLES, SECTIONS, TABLES, Column, column
from saferground.scenario.priors import PRIOR_RULES, default_prior

EVERY = [pytest.param(one, id=f"{one.table}.{one.name}") for columns in COLUMNS.values() for one in columns]


@pytest.mark.parametrize("one", EVERY)
def test_column_is_well_described(one: Column) -> None:
    assert one.kind in ("id", "text", "choice", "number", "integer", "date", "ref", "refs")
    assert one.meaning
    assert bool(one.target) == (one.kind in ("ref", "refs"))
    assert not one.target or one.target in TABLES
    assert bool(one.choices) == (one.kind == "choice")
    assert one.low is None or one.high is None or one.low < one.high
    assert not (one.required and one.default)
    assert expected(one)


@pytest.mark.parametrize("one", [each for each in EVERY if each.values[0].default])
def test_default_can_be_read(one: Column) -> None:
    assert read_cell("", one)[1] is None


def test_every_integer_has_a_value() -> None:
    assert all(one.required or one.default for columns in COLUMNS.values() for one in columns if one.kind == "integer")


def test_every_table_says_where_its_rows_come_from() -> None:
    for table in set(TABLES) - {"sources"}:
        assert column(table, "source").required


def test_tables() -> None:
    assert set(REQUIRED_TABLES) <= set(TABLES)
    assert set(SECTIONS).isdisjoint(TABLES)
    assert set(COLUMNS) == {*TABLES, *SECTIONS}


@pytest.mark.parametrize("name", PARAMETERS)
def test_default_prior_follows_the_rules_for_priors(name: str) -> None:
    parameter = PARAMETERS[name]
    prior = default_prior(parameter)
    values = {"prior": prior.form, "value": prior.value, "low": prior.low, "high": prior.high, "unit": prior.unit}
    assert [rule(values, parameter) for _, rule in PRIOR_RULES if rule(values, parameter)] == []
    assert prior.is_default
    assert prior.source


def test_unknown_column_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"places\.colour"):
        column("places", "colour")


def test_import_is_light() -> None:
    heavy = ("numba", "xarray", "plotly", "scipy")
    code = f"import sys, saferground.scenario; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
