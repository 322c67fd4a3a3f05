"""What many tests share: one small forecast of each model, simulated once a session; and databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import xarray as xr

from helpers.countries import country
from helpers.databases import NoServerError, new_database, server
from helpers.worlds import line
from saferground import build_model, forecast, needs, read_scenario
from saferground.assimilation import fit
from saferground.scenario import Scenario

os.environ.setdefault("SAFERGROUND_NICE", "0")  # processes of a board then do not wait for other tests
CITY = Path(__file__).parents[1] / "examples" / "small-city"


@dataclass(frozen=True)
class Small:
    """A scenario, its forecast with a few members, and the needs."""

    scenario: Scenario
    forecast: xr.Dataset
    needs: xr.Dataset


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The line world of ``helpers.worlds``."""
    scenario = line().read(tmp_path_factory.mktemp("small") / "line")
    ahead = forecast(build_model(scenario), members=40, seed=1)
    return Small(scenario, ahead, needs(ahead))


@pytest.fixture(scope="session")
def fitted() -> Small:
    """The example city, fitted to its counts with a few members."""
    scenario = read_scenario(CITY)
    ahead = forecast(fit(build_model(scenario), members=60, seed=1), members=60, seed=1)
    return Small(scenario, ahead, needs(ahead))


@pytest.fixture(scope="session")
def small_country(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The example country."""
    scenario = country(tmp_path_factory.mktemp("small") / "country")
    ahead = forecast(build_model(scenario), members=5, seed=1)
    return Small(scenario, ahead, needs(ahead))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; skips where there is none, except in CI."""
    try:
        with server() as url:
            yield url
    except NoServerError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'counts.db'}"
    return new_database(request.getfixturevalue("postgres"))
