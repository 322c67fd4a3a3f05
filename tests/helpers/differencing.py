"""An attack by subtraction: what somebody with all public figures can find out about counts that were not told.

A sum is a set of atoms (counts that nobody sees, whole and not negative) whose total lies in a published range. The
attack solves for the least and the most that each atom can be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import linprog
from scipy.sparse import csr_array

Atom = tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """The atoms of one published figure, and the range that it gives: ``low`` or more, fewer than ``below``."""

    atoms: frozenset[Atom]
    low: int
    below: int


def widths(sums: Iterable[Sum]) -> dict[Atom, float]:
    """How many values each atom can still have; infinite where nothing bounds it."""
    known = list(dict.fromkeys(sums))
    atoms = sorted({atom for one in known for atom in one.atoms})
    rows, bounds = _constraints(known, atoms)
    found = {}
    for at, atom in enumerate(atoms):
        goal = np.zeros(len(atoms))
        goal[at] = 1.0
        least, most = (linprog(sign * goal, A_ub=rows, b_ub=bounds, bounds=(0, None)) for sign in (1, -1))
        assert least.status == 0
        found[atom] = float("inf") if most.status == 3 else float(round(-most.fun - least.fun, 6)) + 1
    return found


def _constraints(known: list[Sum], atoms: list[Atom]) -> tuple[csr_array, np.ndarray]:
    at = {atom: i for i, atom in enumerate(atoms)}
    rows = np.zeros((2 * len(known), len(atoms)))
    for i, one in enumerate(known):
        rows[2 * i, [at[atom] for atom in one.atoms]] = 1.0
        rows[2 * i + 1] = -rows[2 * i]
    return csr_array(rows), np.array([bound for one in known for bound in (one.below - 1, -one.low)], float)


TIMES = np.arange(np.datetime64("2030-03-01", "s"), np.datetime64("2030-03-26", "s"), np.timedelta64(1, "D"))
"""25 days: as of 2 or 3 March three whole weeks lie ahead, from the 4th on."""


def siege_of(camps: list[int], hosts: list[int], leaving: list[int], as_of: str = "2030-03-02") -> xr.Dataset:
    """One member of a siege with so many people in each place on every day, and so many a day who leave."""
    kinds = ["district"] * 2 + ["camp"] * len(camps) + ["host_community"] * len(hosts)
    ids = [f"place_{i}" for i in range(len(kinds))]
    people = np.tile([5, 5, *camps, *hosts], (1, len(TIMES), 1)).astype(np.int32)
    departures = np.zeros_like(people)
    departures[0, :, 0] = np.resize(leaving, len(TIMES))
    dims = ("member", "time", "place")
    coords = {"member": [0], "time": TIMES, "place": ids, "district": ids[:2], "settled": ids[2:], "route": ["r"]}
    names = dict.fromkeys(("place_name", "place_name_local"), ("place", ids)) | {"place_kind": ("place", kinds)}
    return xr.Dataset(
        {"people": (dims, people), "departures": (dims, departures)}, coords | names, _attrs(as_of, "siege")
    )


def journey_of(
    camps: list[int], inner: list[int], towns: list[int], zones: list[int], way: int, as_of: str = "2030-03-02"
) -> xr.Dataset:
    """One member of a journey: camps abroad and within the country, towns and places of conflict, people on the way."""
    sizes = [*camps, *inner, *towns, *zones]
    ends = np.cumsum([len(one) for one in (camps, inner, towns, zones)])
    index = np.arange(len(sizes))
    ids = [f"place_{i}" for i in index]
    people = np.tile(sizes, (1, len(TIMES), 1)).astype(np.int32)
    kinds = np.where(index < ends[0], "camp", np.where(index < ends[1], "idp_camp", "town"))
    by_day = {
        "is_camp": index < ends[1],
        "conflict": (index >= ends[2]) * 1.0,
        "count": np.where(index < ends[1], 9.0, np.nan),
    }
    data = {name: (("time", "place"), np.tile(values, (len(TIMES), 1))) for name, values in by_day.items()}
    data |= {
        "people": (("member", "time", "place"), people),
        "travelling": (("member", "time"), np.full((1, len(TIMES)), way)),
    }
    names = dict.fromkeys(("place_name", "place_name_local"), ("place", ids))
    names |= {"place_kind": ("place", kinds), "country": ("place", np.where(index < ends[0], "abroad", "home"))}
    coords = {"member": [0], "time": TIMES, "place": ids, "route": ["r"]}
    return xr.Dataset(data, coords | names, _attrs(as_of, "journey"))


def _attrs(as_of: str, model: str) -> dict[str, str]:
    return {
        "as_of": as_of, "model": model, "sensitivity": "restricted", "title": "Somewhere", "scenario": "somewhere",
        "basis": "prior", "version": "0", "owner": "A desk",
    }  # fmt: skip
