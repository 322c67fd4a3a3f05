"""Planning standards: how much of what a number of people needs, as data that a scenario can replace.

``standards.csv`` holds one figure a row, in the form in which it was published, with its document and edition.
``verified`` is ``no`` where the figure was written down from memory and not yet checked against the document. Sphere's
and UNHCR's figure for the same need are two rows with the same ``item``; one of them is its ``default``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pandas as pd

from saferground.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from saferground.scenario import Scenario


@cache
def _packaged() -> pd.DataFrame:
    with (files("saferground.planning") / "standards.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
    marks = {name: table[name] == "yes" for name in ("default", "verified")}
    return table.assign(amount=table["amount"].astype("float64"), **marks).set_index("indicator", drop=False)


def packaged_standards() -> pd.DataFrame:
    """Return the planning standards of the package, one a row, indexed by ``indicator``.

    Columns
    -------
    indicator, name, topic : id, words for reports, and the sector it belongs to
    item : the need that the row adds to; blank for a figure that is not a need of places
    standard : whose figure it is: ``sphere``, ``unhcr``, ``who``, ``misp``, ``operational`` or ``scenario`` (replaced
        by the scenario)
    default : whether ``needs`` uses the figure when no set of standards is asked for (bool)
    amount, unit : the published figure and its unit
    rule : how the need follows from the people who count, one of ``saferground.planning.need.RULES``; ``reference`` is
        not computed, ``trauma`` and ``stock`` are used by ``trauma`` and ``stocks``
    of : the indicator of which the figure is a share or multiple (births); blank for people
    per : who counts, see ``saferground.planning.needs``
    item_unit : the unit of the need
    phase, applies_to : when it holds, and where: ``site``, ``camp``, ``settled`` (camps and host communities), ``both``
    source, edition, verified, note : where the figure comes from and whether it was checked there (bool)
    """
    return _packaged().copy()


def standards_for(scenario: Scenario) -> pd.DataFrame:
    """Return the planning standards with the scenario's own figures in place of the package's.

    The scenario's ``standards`` table replaces ``amount``; such a row then has the standard ``scenario`` and the
    scenario's source, and the package's figure stays beside it as ``INDICATOR_STANDARD`` (``water_sphere``). Raises
    ScenarioError when the table names a standard that does not exist or that is only shown beside another one, or gives
    a figure that is not above zero, with every such row.
    """
    table = packaged_standards()
    own = scenario.tables["standards"]
    problems = [problem for row in own.to_dict("records") for problem in _problems(row, table)]
    if problems:
        raise ScenarioError(problems)
    titles = scenario.tables["sources"].set_index("id")["title"]
    beside = table.loc[own["indicator"]].query("item != ''").assign(default=False)
    for row in own.itertuples():
        changes = [row.value, "scenario", titles.get(row.source, row.source), "", True]
        table.loc[row.indicator, ["amount", "standard", "source", "edition", "verified"]] = changes
    renamed = beside.assign(indicator=beside["indicator"] + "_" + beside["standard"])
    return pd.concat([table, renamed.set_index("indicator", drop=False)])


def figure(table: pd.DataFrame, indicator: str) -> float:
    """The amount of one standard of a table as returned by ``standards_for``; KeyError when there is none."""
    return float(table["amount"].to_dict()[indicator])


def _problems(row: dict, table: pd.DataFrame) -> list[Problem]:
    line = int(row.get("line", 0))
    if row["indicator"] not in table.index:
        known = ", ".join(table[table["default"] | (table["item"] == "")].index)
        return [Problem("standards.csv", line, "indicator", repr(row["indicator"]), f"one of {known}", "Correct it.")]
    stands = table.loc[row["indicator"]]
    if stands["item"] and not stands["default"]:
        used = table.index[(table["item"] == stands["item"]) & table["default"]][0]
        do = f"Replace {used}, the figure that needs are reckoned by; {row['indicator']} is only shown beside it."
        return [Problem("standards.csv", line, "indicator", repr(row["indicator"]), f"{used}", do)]
    if not row["value"] > 0:
        unit = table.loc[row["indicator"], "unit"]
        do = f"Give the figure in {unit}, or remove the row to keep the package's own."
        return [Problem("standards.csv", line, "value", str(row["value"]), "a number above 0", do)]
    return []
