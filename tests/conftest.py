"""What many tests share: one small forecast of each model, simulated once a session."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import xarray as xr

from helpers.countries import country
from helpers.worlds import line
from saferground import build_model, forecast, needs
from saferground.scenario import Scenario


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
def small_country(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The example country."""
    scenario = country(tmp_path_factory.mktemp("small") / "country")
    ahead = forecast(build_model(scenario), members=5, seed=1)
    return Small(scenario, ahead, needs(ahead))
