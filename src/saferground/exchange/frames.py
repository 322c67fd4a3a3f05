"""From the summary of a forecast to one data frame a question; a quantity at several quantiles is several columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from saferground.axes import STAY_HOURS
from saferground.planning import headlines
from saferground.planning.members import ahead, block, quantiles
from saferground.planning.need import beside
from saferground.planning.standards import standards_for
from saferground.planning.stays import stays as stay_shares
from saferground.scenario.columns import PARAMETERS

if TYPE_CHECKING:
    from saferground.scenario import Scenario

CONFIDENCE = ("high", "medium", "low", "assumption")
"""How sure a row of an input is, the surest first."""


def long(values: xr.DataArray, rows: dict[str, str], prefix: str = "") -> pd.DataFrame:
    """Lay an array out as a table: ``rows`` maps its dimensions to columns, the last dimension becomes columns.

    The last dimension is ``quantile`` (columns ``q05`` ...) or any other (columns named by its coordinate).
    """
    last = next(str(dim) for dim in reversed(values.dims) if dim not in rows)
    array = values.transpose(*rows, last)
    names = [f"q{round(100 * at):02d}" if last == "quantile" else str(at) for at in array[last].values]
    index = np.indices(array.shape[:-1]).reshape(len(rows), -1)
    keys = {column: array[dim].values[at] for (dim, column), at in zip(rows.items(), index, strict=True)}
    numbers = pd.DataFrame(array.values.reshape(-1, len(names)), columns=[prefix + name for name in names])
    return pd.concat([pd.DataFrame(keys), numbers], axis=1)


def arrivals(summary: xr.Dataset) -> pd.DataFrame:
    """Arrivals by place and day; only sites, camps and host communities."""
    receiving = summary["arrivals"].isel(place=slice(summary.sizes["district"], None))
    table = long(receiving, {"place": "place", "time": "date"})
    return labelled(table, summary, "place", ("place_name", "place_kind"))


def camps(summary: xr.Dataset) -> pd.DataFrame:
    """People in camps and host communities by day, the stated capacity and the chances of exceeding it."""
    rows = {"settled": "place", "time": "date"}
    people = long(block(summary, "people", "settled"), rows)
    flat = {name: summary[name].transpose(*rows).values.ravel() for name in ("capacity", "chance_full", "chance_over")}
    return labelled(people.assign(**flat), summary, "place", ("place_name", "place_kind"))


def camps_full(forecast: xr.Dataset) -> pd.DataFrame:
    """When each camp with a stated capacity fills."""
    return headlines.first_full(forecast).reset_index()


def leaving(summary: xr.Dataset) -> pd.DataFrame:
    """People who leave the besieged area, that day and since the start."""
    that_day = long(summary["leaving"], {"time": "date"}, "day_")
    since = long(summary["left"], {"time": "date"}, "since_start_")
    return pd.concat([that_day, since.drop(columns="date")], axis=1)


def remaining(summary: xr.Dataset) -> pd.DataFrame:
    """People by district and day, with the chances of each state of control."""
    rows = {"district": "place", "time": "date"}
    people = long(block(summary, "people", "district"), rows)
    control = long(summary["chance_control"], rows).drop(columns=["place", "date"])
    return labelled(pd.concat([people, control], axis=1), summary, "place", ("place_name",))


def inside(summary: xr.Dataset) -> pd.DataFrame:
    """People in all districts, and in those held or contested, by day."""
    everyone = long(summary["remaining"], {"time": "date"}, "remaining_")
    at_risk = long(summary["at_risk"], {"time": "date"}, "at_risk_")
    return pd.concat([everyone, at_risk.drop(columns="date")], axis=1)


def hardship(summary: xr.Dataset) -> pd.DataFrame:
    """Share of the daily need of each good that is not met, by district and day, at the median and 90 %."""
    shortage = summary["shortage"].sel(quantile=[0.5, 0.9])
    rows = {"district": "place", "time": "date"}
    goods = [long(shortage.sel(good=good, drop=True), rows, f"{good}_") for good in shortage["good"].values]
    joined = pd.concat([goods[0], *(table.drop(columns=["place", "date"]) for table in goods[1:])], axis=1)
    return labelled(joined, summary, "place", ("place_name",))


def ways_out(forecast: xr.Dataset, summary: xr.Dataset) -> pd.DataFrame:
    """People who set out by route and day, and whether the route is shut by a known closure."""
    table = long(summary["flow"], {"route": "route", "time": "date"})
    is_open = ahead(forecast)["route_open"].transpose("route", "time").values.ravel()
    names = ("route_origin", "route_destination", "route_mode", "route_length_km")
    return labelled(table, forecast, "route", names).assign(route_open=np.where(is_open, "yes", "no"))


def waiting(summary: xr.Dataset) -> pd.DataFrame:
    """People waiting and mean hours since arrival by site, line and day."""
    rows = {"site": "place", "line": "line", "time": "date"}
    people = long(summary["waiting"], rows, "people_")
    hours = long(summary["wait_hours"], rows, "hours_").drop(columns=list(rows.values()))
    return labelled(pd.concat([people, hours], axis=1), summary, "place", ("place_name",))


def needs(forecast: xr.Dataset, needed: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """Need and unmet need by place, day and item, and the need by Sphere's and UNHCR's figure, in whole units.

    Rows only where an item applies.
    """
    rows, levels = {"place": "place", "item": "item", "time": "date"}, (0.5, 0.9)
    both = beside(forecast, standards_for(scenario), needed, levels)
    parts = {"need_": quantiles(needed["need"], levels), "unmet_": quantiles(needed["unmet"], levels)}
    parts |= {f"{name}_": both.sel(standard=name, drop=True) for name in both["standard"].values}
    laid = [long(values.round(), rows, prefix) for prefix, values in parts.items()]
    table = pd.concat([laid[0], *(one.drop(columns=list(rows.values())) for one in laid[1:])], axis=1)
    table = table[table["need_q50"].notna()].reset_index(drop=True)
    words = ("item_name", "item_unit", "item_standard")
    return labelled(labelled(table, needed, "place", ("place_name",)), needed, "item", words)


def stays(forecast: xr.Dataset) -> pd.DataFrame:
    """Share of those who leave each site over the days ahead, by group and class of hours since arrival."""
    table = stay_shares(forecast).reset_index().rename(columns={"site": "place", "stay": "from_hours"})
    ends = dict(zip(STAY_HOURS, [*map(float, STAY_HOURS[1:]), np.nan], strict=True))
    table = table.assign(to_hours=table["from_hours"].map(ends), group=table["group"].str.replace("_", " "))
    return labelled(table, forecast, "place", ("place_name",))


def time_spent(summary: xr.Dataset) -> pd.DataFrame:
    """Person-hours by site and day in each line, apart from the household, and in the open."""
    table = long(summary["person_hours"], {"site": "place", "spent": "spent", "time": "date"})
    return labelled(table, summary, "place", ("place_name",))


def patients(summary: xr.Dataset) -> pd.DataFrame:
    """The injured by place, stage and day; only stages that a place has at some time in some member."""
    table = long(summary["patients"], {"care_place": "place", "care_stage": "stage", "time": "date"})
    names = dict(zip(summary["care_place"].values, summary["care_place_name"].values, strict=True))
    seen = table.groupby(["place", "stage"])["q95"].transform("max") > 0
    table = table.assign(place_name=table["place"].map(names), stage=table["stage"].str.replace("_", " "))
    return table[seen].reset_index(drop=True)


def casualties(summary: xr.Dataset) -> pd.DataFrame:
    """Killed and injured since the as-of date by hazard and day, and the injured in care by stage."""
    harmed = [
        long(summary[name], {"hazard": "hazard", "time": "date"}).assign(what=f"{name} since the as-of date")
        for name in ("killed", "injured")
    ]
    stages = long(summary["care"], {"stage": "what", "time": "date"}).assign(hazard="all")
    stages["what"] = "in care: " + stages["what"].str.replace("_", " ")
    return pd.concat([*harmed, stages], ignore_index=True)


def headline_figures(forecast: xr.Dataset) -> pd.DataFrame:
    """Arrivals over the days ahead, people who leave, who remains, and casualties, one figure a row."""
    moves = headlines.leaving(forecast).rename({"ahead": "leave in the days ahead", "since_start": "left since start"})
    risk = headlines.at_risk(forecast)
    risk = risk.set_axis([f"{what}, {day:%Y-%m-%d}" for what, day in risk.index])
    harmed = headlines.casualties(forecast).xs("all", level="hazard")
    parts = [
        headlines.arrivals(forecast).reset_index().assign(what="arrive in the days ahead"),
        *(part.rename_axis("what").reset_index() for part in (moves, risk, harmed)),
    ]
    table = pd.concat(parts, ignore_index=True).assign(unit="people").fillna({"place": "", "place_name": ""})
    return table.assign(what=table["what"].str.replace("_", " "))


def parameters(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """The prior of each parameter with its unit, meaning and source, and the quantiles of what the members drew."""
    drawn = headlines.quantile_columns(forecast["parameter_value"]).map(lambda value: float(f"{value:.4g}"))
    names = ["unit", "form", "value", "low", "high", "source", "note"]
    rows = [[getattr(scenario.parameters[name], column) for column in names] for name in drawn.index]
    priors = pd.DataFrame(rows, drawn.index, names).astype({"value": float, "low": float, "high": float})
    meanings = pd.Series({name: parameter.meaning for name, parameter in PARAMETERS.items()}, name="meaning")
    return pd.concat([meanings.reindex(drawn.index), priors, drawn], axis=1).reset_index(names="parameter")


def standards(scenario: Scenario) -> pd.DataFrame:
    """Return the planning standards in use, the scenario's own in place of the package's."""
    table = standards_for(scenario).reset_index(drop=True)
    marks = {"verified": ("yes", "no: recalled"), "default": ("yes", "no")}
    return table.assign(**{name: np.where(table[name], *words) for name, words in marks.items()})


def confidence(scenario: Scenario) -> pd.DataFrame:
    """How many rows of each input table are of which confidence."""
    rated = {name: table for name, table in scenario.tables.items() if "confidence" in table and len(table)}
    counted = {name: table["confidence"].value_counts() for name, table in rated.items()}
    rows = [{"input": name, "rows": len(rated[name]), **levels.to_dict()} for name, levels in counted.items()]
    return pd.DataFrame(rows, columns=["input", "rows", *CONFIDENCE]).fillna(dict.fromkeys(CONFIDENCE, 0))


def places(forecast: xr.Dataset, scenario: Scenario) -> pd.DataFrame:
    """Every place with its names, kind, P-code and coordinates."""
    names = ("place", "place_name", "place_name_local", "place_kind", "lat", "lon")
    table = pd.DataFrame({name: forecast[name].values for name in names})
    pcodes = scenario.tables["places"].set_index("id")["pcode"]
    return table.assign(pcode=pcodes.reindex(table["place"]).fillna("").values)


def labelled(table: pd.DataFrame, source: xr.Dataset, dim: str, names: tuple[str, ...]) -> pd.DataFrame:
    """Add coordinates of a dimension, such as the names of places, by the ids in the column ``dim``."""
    at = source.indexes[dim].get_indexer(pd.Index(table[dim]))
    return table.assign(**{name: source[name].values[at] for name in names})
