"""Run folders of made-up forecasts, with everything that the board shows of one, quick enough for unit tests."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import xarray as xr

from saferground.exchange import tables, write_csv, write_xlsx
from saferground.planning import needs
from saferground.reporting.render import page_of, render
from saferground.reporting.stored import PAGE, write_page
from saferground.scenario import Scenario
from saferground.storage import write_info


def made_run(folder: Path, forecast: xr.Dataset, scenario: Scenario, *, hour: int = 8, workbook: bool = True) -> Path:
    """The folder of a run of a made-up forecast, without its members; it ended at that hour of 9 March 2017."""
    folder.mkdir(parents=True)
    needed = needs(forecast)
    page, made = page_of(forecast, needed, scenario), tables(forecast, needed, scenario)
    write_page(page, folder / PAGE)
    (folder / "report.html").write_text(render(page), encoding="utf-8", newline="\n")
    write_csv(made, folder / "tables")
    if workbook:
        write_xlsx(made, folder / "tables.xlsx")
    ended = datetime(2017, 3, 9, hour, tzinfo=UTC)
    named = {"scenario": scenario.name, "members": forecast.sizes["member"], "end": page.about.last}
    write_info(forecast.assign_attrs(**{**forecast.attrs, **named}), folder, started=ended, finished=ended)
    return folder
