"""The summary behind tables and charts."""

from __future__ import annotations

import numpy as np

from helpers.datasets import AS_OF, fake_forecast
from saferground.planning import quantiles, summaries, totals


def test_every_day_is_there_and_quantiles_come_last():
    forecast = fake_forecast(members=4, days=3)
    summary = summaries(forecast)
    assert (summary["time"] == forecast["time"]).all()
    spread = [name for name in summary.data_vars if "quantile" in summary[name].dims]
    assert all(summary[name].dims[-1] == "quantile" for name in spread)
    assert (summary["people"] == quantiles(totals(forecast)["people"])).all()


def test_left_accumulates_those_leaving():
    summary = summaries(fake_forecast(members=1, days=3)).sel(quantile=0.5)
    assert (summary["left"].values == summary["leaving"].values.cumsum()).all()


def test_harm_counts_from_the_as_of_date():
    forecast = fake_forecast(members=1, days=4)
    killed = summaries(forecast)["killed"].sel(quantile=0.5)
    assert killed.sel(time=slice(None, AS_OF)).sum() == 0
    later = forecast["killed"].isel(member=0, time=slice(-4, None)).values
    assert (killed.values[-4:] == later.cumsum(axis=0)).all()


def test_chances_are_shares_of_members_and_missing_where_no_capacity_is_stated():
    forecast = totals(fake_forecast(members=4, days=2))
    forecast["people"].loc[{"place": "jadah"}] = 0
    forecast["people"].loc[{"place": "jadah", "member": [0]}] = 99_999
    summary = summaries(forecast)
    assert (summary["chance_over"].sel(settled="jadah") == 0.25).all()
    assert summary["chance_over"].sel(settled="east_mosul").isnull().all()
    assert summary["chance_full"].sel(settled="chamakor").isnull().all()
    assert np.allclose(summary["chance_control"].sum("control"), 1)
