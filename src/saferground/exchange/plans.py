"""The tables of a comparison of plans, with units and HXL tags."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from saferground.exchange import hxl
from saferground.exchange.table import Table, described, workbook
from saferground.planning.plans.compare import Comparison
from saferground.planning.plans.differences import (
    binding_table,
    difference_table,
    outcome_table,
    passage_table,
    regret_table,
)
from saferground.planning.plans.search import Found
from saferground.scenario import Scenario
from saferground.scenario.plans import Change, Plan


def plan_tables(comparison: Comparison, marginal: pd.DataFrame) -> dict[str, Table]:
    """The tables by name, in the order of ``plan_tables.csv``.

    ``marginal`` is the frame of ``saferground.planning.plans.marginal.marginal_table``.
    """
    scenario = comparison.united
    plans = [arm.plan for arm in comparison.arms]
    currencies = {plan.name: plan.currency if plan.cost is not None else "" for plan in plans}
    differences = difference_table(comparison)
    frames = {
        "differences": differences.assign(currency=differences["plan"].map(currencies)),
        "outcomes": outcome_table(comparison),
        "regret": regret_table(comparison),
        "passage": passage_table(comparison),
        "binding": named(binding_table(comparison), scenario),
        "marginal": named(marginal, scenario),
        "changes": change_table(plans),
    }
    return workbook(frames, scenario, hxl.PLANS)


def search_tables(found: Found, scenario: Scenario) -> dict[str, Table]:
    """The tables of a search: how it did on futures not seen, what the plans consist of, and all that was tried."""
    frames = {
        "held_out": found.table(),
        "allocations": named(_allocations(found), scenario),
        "tried": _tried(found),
    }
    return {name: described(name, one, hxl.PLANS, scenario.settings.sensitivity) for name, one in frames.items()}


def _allocations(found: Found) -> pd.DataFrame:
    rows = [
        (plan.name, one.resource.place, one.resource.kind, one.resource.unit, one.first, one.until, int(n))
        for plan, counts in zip(found.plans, found.counts, strict=True)
        for one, n in zip(found.budget.options, counts, strict=True)
        if n
    ]
    table = pd.DataFrame(rows, columns=["plan", "place", "kind", "unit", "first", "until", "units"])
    return table.astype({"first": "datetime64[s]", "until": "datetime64[s]"})


def _tried(found: Found) -> pd.DataFrame:
    """Every allocation that was judged, the best first."""
    names = [one.name for one in found.budget.options]
    counts = found.tried[names].to_numpy()
    words = ["; ".join(f"{n} {name}" for n, name in zip(row, names, strict=True) if n) or "nothing" for row in counts]
    return pd.DataFrame({"rank": range(1, len(words) + 1), "mean": found.tried["mean"], "allocation": words})


def named(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The table with the name of each place beside its id; a stock without a place is shared."""
    places = scenario.tables["places"]
    names = {"": "shared stock", **dict(zip(places["id"], places["name"], strict=True))}
    return table.assign(place_name=table["place"].map(names).fillna(""))


def change_table(plans: list[Plan]) -> pd.DataFrame:
    """Every change of every plan in words: ``plan``, ``title``, ``kind``, ``first``, ``until``, ``what``, ``note``."""
    rows = [(plan.name, plan.title, *_row(change), plan.note) for plan in plans for change in plan.changes]
    table = pd.DataFrame(rows, columns=["plan", "title", "kind", "first", "until", "what", "note"])
    return table.astype({"first": "datetime64[s]", "until": "datetime64[s]"})


def _row(change: Change) -> tuple[str, date | None, date | None, str]:
    days = change.values.get("from"), change.values.get("until")
    return change.kind, days[0], days[1], ", ".join(_words(change))  # type: ignore[return-value]


def _words(change: Change) -> Iterator[str]:
    for key, value in change.values.items():
        if key not in ("from", "until") and value not in (None, "", ()):
            yield f"{key} {value:+d}" if key in _ADDED and isinstance(value, int) else f"{key} {value}"


_ADDED = ("vehicles", "servers", "places")
