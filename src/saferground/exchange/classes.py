"""Sensitivity classes: who may see what, as data.

``classes.csv`` gives each column of each table the least class that it needs in a conflict, whatever the class of the
scenario. ``product`` is ``run``, ``scores`` or ``plans``; ``models`` is blank where a row holds for every model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

from saferground.errors import UsageError

CLASSES = ("public", "limited", "restricted", "strictly_restricted")
"""From the widest circle of readers to the narrowest."""
SHARING = {
    "public": "may be shared with everyone",
    "limited": "share within the humanitarian community",
    "restricted": "share only with those who need it for the response",
    "strictly_restricted": "share only with named people",
}
"""The classes in words."""


def strictest(names: Iterable[str]) -> str:
    """The class that lets the fewest see; one that is not known counts as stricter than all; empty of none."""
    return max(names, key=rank, default="")


def rank(name: str) -> int:
    """0 for ``public``; the higher the fewer may see."""
    return CLASSES.index(name) if name in CLASSES else len(CLASSES)


def may_see(audience: str, sensitivity: str) -> bool:
    """Whether those who may see what is of the class ``audience`` may see what is of the class ``sensitivity``."""
    return rank(sensitivity) <= rank(audience)


@cache
def column_classes(product: str, model: str = "") -> Mapping[tuple[str, str], str]:
    """The least class of each column by table and column as ``table_columns.csv`` names them (sets of quantiles not
    expanded); ``model`` of a run is siege or journey."""
    with (files("saferground.exchange") / "classes.csv").open(encoding="utf-8") as file:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    wanted = rows[rows["product"].eq(product) & rows["models"].isin(["", model])]
    keys = zip(wanted["table"], wanted["column"], strict=True)
    return MappingProxyType(dict(zip(keys, wanted["class"], strict=True)))


def columns_for(audience: str, table: str, names: Iterable[str], product: str, model: str = "") -> list[str]:
    """The columns of a table that an audience may see, in their order; empty when none of them is.

    Raises UsageError for an audience that is no class.
    """
    if audience not in CLASSES:
        raise UsageError(f"The audience {audience!r}; expected one of {', '.join(CLASSES)}.")
    known = column_classes(product, model)
    return [name for name in names if may_see(audience, known.get((table, described(table, name, known)), ""))]


def described(table: str, name: str, known: Mapping[tuple[str, str], str]) -> str:
    """The name by which a column is described: ``day_q`` for ``day_q50``; itself where it is described as it is."""
    if (table, name) in known:
        return name
    return name.rstrip("0123456789") if name[-1:].isdigit() else name
