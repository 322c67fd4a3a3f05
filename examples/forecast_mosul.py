"""Forecast west Mosul as of 28 February 2017, print who arrives where in the first week, and save everything.

python examples/forecast_mosul.py [MEMBERS]
"""

import sys
from pathlib import Path

import pandas as pd

import saferground as sg
from saferground.planning import standards_for
from saferground.storage import write_forecast

members = int(sys.argv[1]) if len(sys.argv) > 1 else 50

scenario = sg.read_scenario("mosul-2017")  # checked: raises ScenarioError with every problem at once
model = sg.build_model(scenario)  # arrays made from what was public on the as-of date, and nothing else
ahead = sg.forecast(model, members=members, seed=1)  # xarray Dataset: member, time, place, ...
needed = sg.needs(ahead, standards_for(scenario))  # the scenario's own planning standards, else the package's

receiving = [*ahead["site"].values, *ahead["settled"].values]
arrivals = ahead["arrivals"].sel(place=receiving, time=slice("2017-03-01", "2017-03-07")).sum("time")
low, middle, high = arrivals.quantile([0.05, 0.5, 0.95], "member").round(-2).astype(int)
table = pd.DataFrame({"5 %": low, "median": middle, "95 %": high}, index=arrivals["place_name"].values)
print(f"Arrivals from 1 to 7 March 2017, people, {members} members")
print(table.sort_values("median", ascending=False).head(8).to_string())

write_forecast(ahead, Path("mosul"))  # mosul/forecast.zarr
sg.report(ahead, needed, scenario, to="mosul/report.html")
