"""What the screen says of a run of a siege."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from helpers.datasets import fake_forecast, fitted_forecast
from helpers.scenarios import fake_scenario
from saferground.cli.summary import show_brief
from saferground.planning import totals
from saferground.runs.brief import brief_of


def shown(forecast: xr.Dataset, capsys: pytest.CaptureFixture[str]) -> list[str]:
    show_brief(brief_of(totals(forecast), fake_scenario()).at(Path("runs/fake"), 2.0))
    return capsys.readouterr().out.splitlines()


def test_a_fit_says_how_much_it_heard_and_what_comes(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(fitted_forecast(), capsys)
    at = lines.index("fitted to the counts known on the as-of date")
    assert lines[at + 1 : at + 4] == [
        "Learned from 1 count in 1 series",
        'Largest series, "left_iom", on 10 Mar: 20,000 (90 % range 20,000 to 21,000)',
        "",
    ]


def test_a_prior_forecast_says_nothing_of_counts(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(fake_forecast().assign_attrs(basis="prior"), capsys)
    at = lines.index("prior forecast: not yet fitted to counts")
    assert lines[at + 1] == ""
    assert not any("Learned" in line for line in lines)
